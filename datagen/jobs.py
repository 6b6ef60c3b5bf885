# ruff: noqa: S608 - the SQL is made of names of the schema in quotes, and a day
"""What commands do with the data of a world: write it, verify its files, load it, and verify it in a database.

Once, for any world: what differs between worlds, their declarations say (`datagen.world`).
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.errors import CheckError, DatabaseError, DataError, OutputError, UsageError
from datagen.hints import typed
from datagen.output.file_names import CSV
from datagen.progress import as_typed
from datagen.world import Options, World, loaded

if TYPE_CHECKING:
    import pandas as pd

    from datagen.checks.findings import Verdict
    from datagen.dataset import Dataset
    from datagen.loading.append import Appended
    from datagen.loading.history import AppendOnlyTable, DirectoryHistory
    from datagen.loading.load import Loaded
    from datagen.loading.session import Session
    from datagen.output.manifest import Written
    from datagen.output.staging import Stage
    from datagen.progress import Progress

VERDICT_FILE = "verification.json"
"""The details of a verification, beside the data."""
_MOST_NAMED = 5


@dataclass(frozen=True)
class Content:
    """What a data set is made of."""

    options: Options
    """What decides the content, as the manifest states it; dates may stand in it as such."""
    frames: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    """Tables that are there already, by name."""
    dataset: Dataset | None = None
    """The other tables, as a stream of units."""


@dataclass(frozen=True)
class Writing:
    """How a data set is written; nothing of it changes the content."""

    format: str = CSV
    workers: int = 1
    phases: tuple[str, str] = ("Reference tables", "Transactions")
    """What the two phases are called: the tables that are there already, and the stream."""


def write(
    world: World, directory: Path, seed: int, content: Callable[[], Content], writing: Writing, progress: Progress
) -> Content:
    """Write a data set as files with a manifest, whole or not at all; gives what was written.

    `content` is called when the directory is known to be one that may be replaced, within the first phase.

    Raises: `OutputError` if the directory cannot be written or must not be replaced; what `content` raises.
    """
    from datagen.output.staging import staged

    with staged(directory) as stage:
        return fill(world, stage, seed, content, writing, progress)


def fill(
    world: World, stage: Stage, seed: int, content: Callable[[], Content], writing: Writing, progress: Progress
) -> Content:
    """Write a data set into a staged directory, and publish it; see `write`."""
    from datagen.control_totals import Totals
    from datagen.generate import write_dataset, write_frames
    from datagen.output.manifest import build
    from datagen.output.table_writers import table_files
    from datagen.schema import arrow_schema
    from datagen.workers import best_workers

    metadata = world.metadata
    totals = Totals(metadata)
    with table_files(writing.format, stage, metadata, progress.wrote) as files:
        with progress.phase(writing.phases[0]):
            made = content()
            schemas = {name: arrow_schema(metadata.tables[name]) for name in made.frames}
            write_frames(made.frames, schemas, files, totals)
        if made.dataset:
            with progress.phase(writing.phases[1], made.dataset.unit_count):
                write_dataset(made.dataset, best_workers(writing.workers), files, lambda _: progress.step(), totals)
    sums = totals.by_table
    stage.publish(build(metadata, stage.files, world=world.name, seed=seed, options=made.options, totals=sums))
    return made


def digest(world: World, tables: Sequence[str], frames: Mapping[str, pd.DataFrame]) -> str:
    """The text by which a manifest names tables that came from elsewhere: `sha256:` and the hash of their rows."""
    from datagen.generate import frames_digest
    from datagen.schema import arrow_schema

    schemas = {table: arrow_schema(world.metadata.tables[table]) for table in tables}
    return f"sha256:{frames_digest({table: frames[table] for table in tables}, schemas)}"


def is_as_written(directory: Path) -> bool:
    """Whether a directory holds a data set of ours and nothing else, byte for byte as it was written."""
    from datagen.output.manifest import NAME, read_manifest

    try:
        manifest = read_manifest(directory)
        files = {name: file for item in manifest.resources for name, file in item.files.items()} if manifest else {}
        strange = {path.name for path in directory.iterdir()} - {NAME, VERDICT_FILE, *files}
        return bool(files) and not strange and all(_is_file(directory / name, file) for name, file in files.items())
    except (OSError, OutputError):
        return False


def _is_file(path: Path, file: Written) -> bool:
    with path.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest() == file.sha256


# --- files that are verified -----------------------------------------------------------------------------------------


def verify_files(
    world: World,
    directory: Path,
    given: Options,
    progress: Progress,
    workers: int | None = None,
    memory: int | None = None,
) -> Verdict:
    """Verify the files of a directory, tell how it came out, and put the details into its `verification.json`.

    Options that are `given` go before those of the manifest. `memory` is the MiB that may be used; by default it
    follows the machine. A directory that cannot be written to keeps no details,
    which is told.

    Raises: `UsageError` or `StateError` if it is no data set, `InputError` for files that cannot be read.
    """
    from datagen.checks.findings import summary
    from datagen.checks.verify import verify_directory

    if world.verify_files:
        verdict: Verdict = loaded(world.verify_files)(directory, workers, progress, memory)
    else:
        verdict = verify_directory(directory, world, given, memory=memory, threads=workers, progress=progress)
    progress.say(f"\n{summary(verdict)}\n{_keep(verdict, directory / VERDICT_FILE)}")
    return verdict


def _keep(verdict: Verdict, path: Path) -> str:
    """Write the details beside the data; what is told of that."""
    beside = path.with_suffix(".inprogress")
    try:
        beside.write_text(verdict.to_json(), encoding="utf-8")
        beside.replace(path)
    except OSError as error:
        with suppress(OSError):
            beside.unlink(missing_ok=True)
        return f"Note: the details are not kept: {path} cannot be written ({error.strerror})."
    return f"Details are in {path}."


def refuse_broken(verdict: Verdict, what: str, advice: str) -> None:
    """Raise `CheckError`, naming what is broken, unless every hard rule and every check of the schema holds."""
    broken = [finding.check for finding in verdict.failed() if not finding.statistical]
    if broken:
        more = f" and {len(broken) - _MOST_NAMED} more" if len(broken) > _MOST_NAMED else ""
        raise CheckError(f"{what} breaks {', '.join(broken[:_MOST_NAMED])}{more}. {advice}")


def refuse_broken_files(verdict: Verdict, directory: Path) -> None:
    """Raise `CheckError` if the files of a directory break a rule or the schema."""
    details = directory / VERDICT_FILE
    refuse_broken(verdict, f"The data in {directory}", f"The report names the offending rows; see also {details}.")


# --- databases -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Target:
    """The database that is loaded or verified, and how."""

    url: str | None = None
    """The database; None for DATABASE_URL or the embedded server."""
    schema: str = "public"
    create_database: bool = False
    truncate: bool = False
    """Replace rows that the database has."""
    indexes: bool = False
    """Also create the indexes that reports want."""
    verify: bool = True
    """Verify the data in the database after a load."""

    def place(self, world: World) -> str:
        """The database in words, without a password. Raises `UsageError` as `session` does."""
        from datagen.progress import Progress

        return self.session(world, Progress(quiet=True)).where

    def session(self, world: World, progress: Progress) -> Session:
        """The database, not reached yet. Raises `UsageError` for a URL or schema that is none."""
        from datagen.loading.session import Session

        return Session(world.name, typed(world, "psql"), self.url, self.schema, progress)


def reach(world: World, target: Target, progress: Progress) -> None:
    """See that the database can be reached, before long work; starts the embedded server if that is the one."""
    session = target.session(world, progress)
    try:
        session.connect(create_database=target.create_database)
    finally:
        session.close()


@dataclass(frozen=True)
class Outcome:
    """What a load did."""

    done: Loaded | Appended
    indexes: tuple[str, ...] = ()
    verdict: Verdict | None = None

    def plain(self) -> dict[str, Any]:
        """The outcome as values of JSON."""
        figures = {name: _plain(value) for name, value in asdict(self.done).items() if name != "seconds"}
        plain: dict[str, Any] = {"loaded": figures}
        if self.indexes:
            plain["indexes"] = list(self.indexes)
        return plain | ({"verified": self.verdict.plain()} if self.verdict else {})


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def load(world: World, directory: Path, target: Target, progress: Progress, *, made: bool = False) -> Outcome:
    """Load a directory, verify the data in the database, and tell how to open it.

    A data set replaces what the database holds of its tables; of a history that grows, what is new is appended. `made`
    says that the files have just been written: they then replace what an earlier run left in the embedded server, and a
    failure tells that they are complete.

    Raises: `DataError` for rows that the database must not take, `DatabaseError` for all else that fails (the database
    is then as it was); `StateError` for a directory without a history, where the world has histories.
    """
    history = _history(world, directory)
    session = target.session(world, progress)
    try:
        session.connect(create_database=target.create_database)
        # The embedded server is ours: what an earlier run loaded there may go. Histories are appended to.
        truncate = target.truncate or (made and session.server is not None and history is None)
        try:
            done = bring(world, directory, session, history, truncate=truncate)
        except (DatabaseError, DataError) as error:
            if not made:
                raise
            again = as_typed(typed(world, "load", directory))
            raise type(error)(f"{error} The files in {directory} are complete; {again} loads them.") from error
        indexes = create_indexes(world, session) if target.indexes else ()
        verdict = verify_brought(world, session, done, directory, history) if target.verify else None
        progress.say(session.how_to_open())
    finally:
        session.close()
    return Outcome(done, indexes, verdict)


def index_database(world: World, target: Target, progress: Progress) -> list[str]:
    """Create the indexes that reports want in a loaded database; gives their names.

    Raises: `DatabaseError` if the embedded server is meant and there is none, or there are no tables.
    """
    session = target.session(world, progress)
    _refuse_no_server(world, session)
    try:
        session.connect(create_database=target.create_database)
        names = create_indexes(world, session)
        progress.say(session.how_to_open())
    finally:
        session.close()
    return list(names)


def _history(world: World, directory: Path) -> DirectoryHistory | None:
    """The history that a directory holds, if the world's directories hold one. Raises for one with nothing to load."""
    from datagen.loading.preflight import refuse_missing

    if world.history_of:
        history: DirectoryHistory = loaded(world.history_of)(directory)
        return history
    refuse_missing(directory)
    return None


def bring(
    world: World,
    directory: Path,
    session: Session,
    history: DirectoryHistory | None = None,
    *,
    truncate: bool = False,
) -> Loaded | Appended:
    """Bring a database to what a directory, or the history there, holds, and tell what was done; see `load`."""
    if history is None:
        done: Loaded | Appended = replace_tables(world, directory, session, truncate=truncate)
    else:
        done = _catch_up(world, directory, session, history, truncate)
    session.report.say(described(done, history))
    return done


def replace_tables(world: World, directory: Path, session: Session, *, truncate: bool = False) -> Loaded:
    """Load the tables of a directory in place of those that the database has; `truncate` lets it replace rows.

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
            world.metadata,
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


def create_indexes(world: World, session: Session) -> tuple[str, ...]:
    """Create the indexes that reports on single things want, and tell so; gives their names.

    Later loads create them again on the new tables. Raises `UsageError` for a world that has none.
    """
    if world.indexes is None:
        raise UsageError(f"--indexes: the world {world.name} declares no indexes for reports. Leave it out.")
    session.connect()
    names = session.backend.create_indexes(session.schema, world.indexes)
    session.report.say(f"The database has the indexes {', '.join(names)}.")
    return tuple(names)


def verify_brought(
    world: World, session: Session, done: Loaded | Appended, directory: Path, history: DirectoryHistory | None
) -> Verdict | None:
    """Verify what a load brought: everything, or the days that are new; None if nothing is new."""
    from datagen.loading.append import Appended

    if not isinstance(done, Appended) or history is None:
        return verify_loaded(world, session, None if history else directory)
    if done.since == done.last:
        return None
    with session.report.phase("Verification of the new days"):
        verdict = _verify_days(world, session, done, history.history.growing)
    return _told(verdict, session.report)


def _verify_days(world: World, session: Session, done: Appended, growing: AppendOnlyTable) -> Verdict:
    """Verify the rows of new days, and the other tables, by the rules that need no earlier days."""
    from datagen.checks.sql_rules import read_catalogue
    from datagen.loading.verify import verify_rules
    from datagen.schema import quoted

    table = f"{quoted(session.schema)}.{quoted(growing.table)}"
    new = f"select * from {table} where {quoted(growing.moment)} >= date '{done.since}' + 1"
    rules = [rule for rule in read_catalogue(world.sql).rules if not rule.statistical]
    checks = [rule.check for rule in rules if rule.check not in growing.whole]
    return verify_rules(session.backend, world, checks, {growing.table: new}, schema=session.schema)


def verify_loaded(
    world: World, session: Session, directory: Path | None = None, given: Options | None = None
) -> Verdict:
    """Verify what a database holds by every rule, within a read-only transaction, and tell how it came out.

    Rows and control totals are compared with the manifest of a directory, or with what the last load noted; the time
    that is verified comes from there, unless options are `given`.

    Raises: `DataError` for a directory without a manifest, `DatabaseError` if there is no table, `UsageError` if
    nothing tells the time.
    """
    from datagen.loading.verify import verify
    from datagen.output.manifest import read_manifest

    manifest = read_manifest(directory) if directory else None
    if directory and manifest is None:
        raise DataError(
            f"{directory} has no manifest to compare the database with. Give the directory that was loaded, "
            "or none, to compare with what the last load noted."
        )
    session.connect()
    verdict = verify(session.backend, world, given, schema=session.schema, manifest=manifest, progress=session.report)
    return _told(verdict, session.report)


def verify_database(
    world: World, target: Target, progress: Progress, directory: Path | None = None, given: Options | None = None
) -> Verdict:
    """Verify what a database holds, and tell how to open it; see `verify_loaded`.

    Raises: `DatabaseError` if the embedded server is meant and there is none.
    """
    session = target.session(world, progress)
    _refuse_no_server(world, session)
    try:
        session.connect(create_database=target.create_database)
        verdict = verify_loaded(world, session, directory, given)
        progress.say(session.how_to_open())
    finally:
        session.close()
    return verdict


def _refuse_no_server(world: World, session: Session) -> None:
    if session.server and not session.server.data.exists():
        again = as_typed(typed(world, "load", Path(world.directory)))
        raise DatabaseError(
            f"There is no embedded PostgreSQL in {session.server.directory}, so nothing is loaded. "
            f"Load into it first: {again}; or give --database-url."
        )


def _told(verdict: Verdict, progress: Progress) -> Verdict:
    from datagen.checks.findings import summary

    progress.say(f"\n{summary(verdict)}")
    return verdict


def refuse_broken_database(verdict: Verdict | None) -> None:
    """Raise `CheckError` if the data in a database breaks a rule or the schema."""
    if verdict:
        advice = "The report names the offending keys; load the data again, or mend it."
        refuse_broken(verdict, "The data in the database", advice)
