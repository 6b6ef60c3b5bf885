"""Loading and verifying a world that lies in one database, through a session with it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.checks.findings import summary
from datagen.errors import UsageError
from datagen.jobs.files import manifest_of
from datagen.world import Options, World

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from datagen.checks.findings import Verdict
    from datagen.loading.append import Appended
    from datagen.loading.history import AppendOnlyTable, DirectoryHistory
    from datagen.loading.load import Loaded
    from datagen.loading.load_all import DatabaseStatus
    from datagen.loading.session import Session


def load_directory(
    world: World,
    directory: Path,
    session: Session,
    history: DirectoryHistory | None = None,
    *,
    truncate: bool = False,
    partitioned: bool = False,
) -> Loaded | Appended:
    """Make a database hold what a directory, or the history there, holds, and say what was done.

    A data set replaces what the database holds of its tables; of a history that grows, what is new is appended.
    `partitioned` cuts tables by the month, those of which the world says so.

    Raises: `DataError` for data that must not be loaded; the database is then as it was.
    """
    if history is None:
        metadata = partitioned_tables(world, directory, session) if partitioned else world.metadata
        done: Loaded | Appended = replace_tables(world, directory, session, metadata, truncate=truncate)
    else:
        done = _catch_up(world, directory, session, history, truncate)
    session.report.say(described(done, history))
    return done


def status(world: World, session: Session) -> list[DatabaseStatus]:
    """What the database of a world holds, by its load record.

    Raises: `DatabaseError` if the server cannot be reached.
    """
    from datagen.loading.load_all import Part, status

    session.start()
    return status([Part(world.name, session.backend, world.metadata)], session.schema)


def partitioned_tables(world: World, directory: Path, session: Session) -> MetaData:
    """The tables of a world, cut by the month over a directory's window; says which foreign keys are left out.

    Raises: `UsageError` for a directory that does not state its window.
    """
    from datagen.ddl import ddl
    from datagen.output.manifest import read_manifest
    from datagen.partitions import by_month

    manifest = read_manifest(directory)
    if manifest is None:
        raise UsageError(f"--partition needs the window of the data, and {directory} has no manifest that states it.")
    window = world.window_of(world.stated(manifest.options))
    found = by_month(world.metadata, world.partitions, window.start, window.as_of)
    lost = [key for table in ddl(found, session.backend.facts.dialect).values() for key in table.left_out]
    if lost:
        session.report.say(
            f"Note: {session.backend.facts.title} has no foreign keys on or to partitioned tables: "
            f"{', '.join(lost)} are left out; verifying the data tests them."
        )
    return found


def replace_tables(
    world: World, directory: Path, session: Session, metadata: MetaData | None = None, *, truncate: bool = False
) -> Loaded:
    """Load the tables of a directory in place of those that the database has; `truncate` lets it replace rows.

    `metadata` has the tables as they are to be, by default those of the world.

    Raises: `DataError` for data that must not be loaded; the database is then as it was.
    """
    from datagen.loading.backend import noting_what_is_left
    from datagen.loading.load import load
    from datagen.loading.preflight import opened

    session.connect()
    with noting_what_is_left(), opened(directory, world.metadata, world.name) as files:
        for warning in files.warnings:
            session.report.say(f"Note: {warning}")
        return load(
            session.backend,
            files,
            world.metadata if metadata is None else metadata,
            schema=session.schema,
            truncate=truncate,
            views=world.views,
            report=session.report,
        )


def _catch_up(
    world: World, directory: Path, session: Session, history: DirectoryHistory, truncate: bool
) -> Loaded | Appended:
    from datagen.loading.append import catch_up

    return catch_up(
        session.backend,
        directory,
        world.metadata,
        history.history,
        schema=session.schema,
        truncate=truncate,
        views=world.views,
        report=session.report,
        ensure_unchanged=history.ensure_unchanged,
    )


def described(done: Loaded | Appended, history: DirectoryHistory | None = None) -> str:
    """What a load did, in a line."""
    from datagen.loading.append import Appended

    if isinstance(done, Appended):
        return _described_days(done, history)
    kept = f"; {', '.join(done.kept)} kept {'its' if len(done.kept) == 1 else 'their'} rows" if done.kept else ""
    days = f", {history.history.first} to {history.history.last}," if history else ""
    rows = sum(done.rows.values())
    return f"Loaded {rows:,} rows into {len(done.rows)} tables{days} in {done.seconds:.2f} s{kept}."


def _described_days(done: Appended, history: DirectoryHistory | None) -> str:
    if done.since == done.last:
        return f"The database has all up to {done.last} already: there was nothing to add."
    first = done.since + dt.timedelta(1)
    days = f"{first}" if first == done.last else f"the days from {first} on, to {done.last}"
    table = f" of {history.history.growing.table}" if history else ""
    changed = "".join(f"; {rows:,} rows of {name} are new or changed" for name, rows in done.changed.items())
    return f"Added {done.rows:,} rows{table} of {days}{changed}; in {done.seconds:.2f} s."


def create_indexes(world: World, session: Session, *, create_database: bool = False) -> tuple[str, ...]:
    """Create the indexes that reports on single things want, and say so; gives their names.

    Later loads create them again on the new tables. Raises `UsageError` for a world that has none.
    """
    if world.indexes is None:
        raise UsageError(f"--indexes: the world {world.name} declares no indexes for reports. Leave it out.")
    session.connect(create_database=create_database)
    names = session.backend.create_indexes(session.schema, world.indexes)
    session.report.say(f"The database has the indexes {', '.join(names)}.")
    return tuple(names)


def verify_load(
    world: World, session: Session, done: Loaded | Appended, directory: Path, history: DirectoryHistory | None
) -> Verdict | None:
    """Verify what a load did: everything, or the days that are new; None if nothing is new."""
    from datagen.loading.append import Appended

    if not isinstance(done, Appended) or history is None:
        return verify_loaded(world, session, None if history else directory)
    if done.since == done.last:
        return None
    with session.report.phase("Verification of the new days"):
        verdict = _verify_days(world, session, done, history.history.growing)
    session.report.say(f"\n{summary(verdict)}")
    return verdict


def _verify_days(world: World, session: Session, done: Appended, growing: AppendOnlyTable) -> Verdict:
    """Verify the rows of new days, and the other tables, by the rules that need no earlier days."""
    from datagen.checks.sql_rules import read_catalogue
    from datagen.loading.verify import verify_newer

    rules = [rule for rule in read_catalogue(world.sql).rules if not rule.statistical]
    checks = [rule.check for rule in rules if rule.check not in growing.whole]
    return verify_newer(
        session.backend, world, checks, growing.table, growing.moment, done.since, schema=session.schema
    )


def verify_loaded(
    world: World, session: Session, directory: Path | None = None, given: Options | None = None
) -> Verdict:
    """Verify what a database holds by every rule, within a read-only transaction, and say how it came out.

    Rows and control totals are compared with the manifest of a directory, or with what the last load noted; the time
    that is verified comes from there, unless options are `given`.

    Raises: `DataError` for a directory without a manifest, `DatabaseError` if there is no table, `UsageError` if
    nothing tells the time.
    """
    from datagen.loading.verify import verify

    manifest = manifest_of(directory)
    session.connect()
    verdict = verify(session.backend, world, given, schema=session.schema, manifest=manifest, progress=session.report)
    session.report.say(f"\n{summary(verdict)}")
    return verdict
