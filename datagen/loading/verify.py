"""A loaded database judged: against what its files were, and by the same rules as the files. Changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.engine import Check, Database, Rows, Unanswered
from datagen.checks.findings import Finding, Outcome, Verdict
from datagen.checks.totals import totals_work
from datagen.checks.verify import Suite, ask_rules, suite_for, verify_database, verify_databases
from datagen.errors import DatabaseError, listed
from datagen.loading.load_record import LoadedFile, loaded_options, stated_files
from datagen.schema import load_order, quoted

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import MetaData

    from datagen.loading.backend import Backend
    from datagen.loading.load_all import Part
    from datagen.output.manifest import Manifest
    from datagen.progress import Progress
    from datagen.world import Options, World

GROUP = "files"
_SOURCE = "the manifest"
_MOST_NAMED = 3


def verify(
    backend: Backend,
    world: World,
    given: Options | None = None,
    *,
    schema: str,
    manifest: Manifest | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Judge the tables of a schema as they are at one moment; nothing is changed.

    Rows and control totals are compared with `manifest`, or with what the last load noted. The time that is judged and
    rules that were changed come from there; options that are `given` go before.

    Raises: `UsageError` if nothing tells the window, `DatabaseError` if there is no table.
    """
    with backend.snapshot(schema) as found:
        files = stated_files(manifest) if manifest else _of_world(found.files, world)
        database = found.database(world.metadata, [file.table_name for file in files])
        if not database.tables:
            raise DatabaseError(
                f"The {backend.facts.holder} {schema} has none of the tables {backend.place}. Load them first, "
                f"or {backend.facts.elsewhere}."
            )
        suite = suite_of_loaded(world, {**world.stated(loaded_options(files)), **(given or {})})
        work = [
            *found.table_work(database, world.metadata),
            *_files_work(database, world.metadata, files),
        ]
        return verify_database(database, suite, first=work, progress=progress)


def verify_all(
    parts: Sequence[Part],
    world: World,
    given: Options | None = None,
    *,
    schema: str,
    manifest: Manifest | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Judge a world that lies in several databases; see `verify`.

    Each database is asked the checks and rules of its own tables. What crosses databases is asked of the rows of all of
    them, which are read back into DuckDB for that; memory stays bounded. Each database is seen at one moment.

    Raises: `UsageError` if nothing tells the window, `DatabaseError` if there is no table at all.
    """
    files: list[LoadedFile] = []
    databases: dict[str, Database] = {}
    first: dict[str, list[Check | Finding]] = {}
    with ExitStack() as stack:
        whole = stack.enter_context(DuckDatabase())
        for part in parts:
            found = stack.enter_context(part.backend.snapshot(schema))
            stated = stated_files(manifest) if manifest else found.files
            own = [file for file in stated if file.table_name in part.metadata.tables]
            database = found.database(part.metadata, [file.table_name for file in own])
            first[part.name] = [
                *found.table_work(database, part.metadata),
                *_files_work(database, part.metadata, own),
            ]
            found.read_back(whole, [table for table in load_order(part.metadata) if table.name in database.tables])
            databases[part.name] = database
            files += own
        if not whole.tables:
            places = listed([part.name for part in parts], _MOST_NAMED)
            raise DatabaseError(f"The databases {places} have none of the tables. Load them first.")
        suite = suite_of_loaded(world, {**world.stated(loaded_options(files)), **(given or {})})
        return verify_databases(databases, whole, suite, first=first, progress=progress)


def suite_of_loaded(world: World, options: Options) -> Suite:
    """What a loaded data set is judged by, from the options that its load noted.

    Raises: `UsageError` if they do not tell the window.
    """
    suite = suite_for(world, options, "The database")
    return replace(suite, relations=world.relations(options))


def verify_newer(
    backend: Backend, world: World, checks: Iterable[str], table: str, column: str, day: dt.date, *, schema: str
) -> Verdict:
    """Judge the tables of a schema by some rules alone, and of one of them the rows after a day; see `verify`."""
    with backend.snapshot(schema) as found:
        relations = {table: found.newer(world.metadata.tables[table], column, day)}
        suite = suite_of_loaded(world, world.stated(loaded_options(_of_world(found.files, world))))
        suite = replace(suite, relations={**suite.relations, **relations})
        findings = tuple(ask_rules(found.database(world.metadata, ()), suite, checks))
    return Verdict(suite.world, suite.window.as_of.isoformat(), suite.window.start.isoformat(), findings)


def _of_world(files: Iterable[LoadedFile], world: World) -> list[LoadedFile]:
    return [file for file in files if file.table_name in world.metadata.tables]


def _files_work(database: Database, metadata: MetaData, files: Sequence[LoadedFile]) -> Iterator[Check | Finding]:
    """Compare rows and control totals with those of the files."""
    by_name = {file.table_name: file for file in files}
    for table in load_order(metadata):
        file = by_name.get(table.name)
        if file is None:
            continue
        if table.name in database.tables:
            query = f"SELECT count(*) AS n FROM {quoted(table.name)}"  # noqa: S608 - a name of the schema
            yield Check(query, partial(_judge_rows, file), partial(_uncounted, file))
        else:
            yield _counted(file, f"There is no table {table.name}.")
    yield from totals_work(database, metadata, {file.table_name: json.loads(file.totals or "{}") for file in files})


def _judge_rows(file: LoadedFile, rows: Rows) -> list[Finding]:
    count = rows[0]["n"]
    wrong = f"It has {count:,} rows, and the file had {file.row_count:,}." if count != file.row_count else ""
    return [_counted(file, wrong)]


def _uncounted(file: LoadedFile, reason: Unanswered) -> list[Finding]:
    return [_counted(file, str(reason))]


def _counted(file: LoadedFile, wrong: str) -> Finding:
    title, outcome = f"{file.table_name} has the rows of its file", Outcome.FAILED if wrong else Outcome.PASSED
    return Finding(f"{file.table_name}.rows", GROUP, title, _SOURCE, outcome, wrong)
