"""A loaded database judged: against what its files were, and by the same rules as the files. Changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from datagen.checks.engine import Check, Database, Rows, Unanswered
from datagen.checks.findings import Finding, Outcome, Verdict
from datagen.checks.totals import totals_work
from datagen.checks.verify import Suite, ask_rules, suite_for, verify_database
from datagen.errors import DatabaseError
from datagen.loading.postgres import load_record
from datagen.loading.postgres.connection import connect, explained, place
from datagen.loading.postgres.query import PostgresDatabase, tables_work
from datagen.logs import LOG
from datagen.output.manifest import Manifest
from datagen.progress import Progress
from datagen.schema import load_order
from datagen.world import Options, World

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812
    from sqlalchemy import MetaData

GROUP = "files"
_SOURCE = "the manifest"
_SETTINGS = "; ".join(
    f"SET {setting}"
    for setting in (
        "work_mem TO '128MB'",
        # Compiling queries takes longer than these take.
        "jit TO off",
        # Rules are asked of whole tables: hashing reads each row once, whatever is guessed of how many will match.
        "enable_mergejoin TO off",
        "enable_nestloop TO off",
        # Each table is read many times, mostly from memory.
        "random_page_cost TO 1.1",
    )
)


def loaded_options(files: Iterable[load_record.LoadedFile]) -> Mapping[str, Any]:
    """The options of the data set that tables were loaded from, as was noted; empty if that is not known."""
    known = [file.options for file in files if file.options]
    # Tables of the same size and window may come from several directories: the largest set of options tells the most.
    return max((json.loads(text) for text in known), key=len, default={})


def verify(
    url: str,
    world: World,
    given: Options | None = None,
    *,
    schema: str = "public",
    manifest: Manifest | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Judge the tables of a schema as they are at one moment; nothing is changed.

    Rows and control totals are compared with `manifest`, or with what the last load noted. The time that is judged and
    rules that were changed come from there; options that are `given` go before.

    Raises: `UsageError` if nothing tells the window, `DatabaseError` if there is no table.
    """
    with explained(url), snapshot(url) as (connection, *others):
        with connection.cursor() as cursor:
            files = _stated(manifest) if manifest else load_record.read(cursor, schema, world.metadata)
        database = _Filled(connection, world.metadata, schema, files, others)
        if not database.tables:
            raise DatabaseError(
                f"The schema {schema} has none of the tables {place(url)}. Load them first, or give --schema."
            )
        suite = suite_of_loaded(world, {**loaded_options(files), **(given or {})})
        work = [*tables_work(database, suite.metadata), *_files_work(database, suite.metadata, files)]
        return verify_database(database, suite, first=work, progress=progress)


def suite_of_loaded(world: World, options: Options) -> Suite:
    """What a loaded data set is judged by, from the options that its load noted.

    Raises: `UsageError` if they do not tell the window.
    """
    suite = suite_for(world, options, "The database")
    return replace(suite, relations=world.relations(options))


@contextmanager
def snapshot(url: str) -> Iterator[list[Connection]]:
    """Connections in read-only transactions that see the same, whatever others change: two, if they can be had."""
    with ExitStack() as stack:

        def begun() -> Connection:
            connection = stack.enter_context(closing(connect(url)))
            with connection.cursor() as cursor:
                cursor.execute(_SETTINGS)
            connection.commit()
            connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True)
            return connection

        connections = [begun()]
        try:
            other = begun()
            with connections[0].cursor() as cursor, other.cursor() as beside:
                cursor.execute("SELECT pg_export_snapshot()")
                beside.execute("SET TRANSACTION SNAPSHOT %s", cursor.fetchone())
            connections.append(other)
        except (DatabaseError, psycopg2.Error) as error:  # no connection to spare, or a pool in between
            LOG.debug("Verifying over one connection: %s", error)
            connections[0].rollback()
        yield connections


def verify_rules(
    url: str, world: World, checks: Iterable[str], relations: Mapping[str, str], *, schema: str
) -> Verdict:
    """Judge the tables of a schema by some rules alone, with `relations` in place of some tables; see `verify`."""
    with explained(url), snapshot(url) as (connection, *others):
        with connection.cursor() as cursor:
            options = loaded_options(load_record.read(cursor, schema, world.metadata))
        suite = suite_of_loaded(world, options)
        suite = replace(suite, relations={**suite.relations, **relations})
        database = PostgresDatabase(connection, suite.metadata, schema, others)
        findings = tuple(ask_rules(database, suite, checks))
    return Verdict(suite.world, suite.window.as_of.isoformat(), suite.window.start.isoformat(), findings)


class _Filled(PostgresDatabase):
    """The tables of a schema without those that are empty because the directory did not have them."""

    def __init__(
        self,
        connection: Any,
        metadata: MetaData,
        schema: str,
        files: Iterable[load_record.LoadedFile],
        others: Sequence[Any],
    ) -> None:
        super().__init__(connection, metadata, schema, others)
        loaded = {file.table_name for file in files}
        self._judged = super().tables
        if loaded:
            unknown = super().tables - loaded
            self._judged -= {name for name in unknown if not self._has_rows(name)}

    def _has_rows(self, name: str) -> bool:
        return bool(self.rows(f'SELECT 1 FROM "{name}" LIMIT 1'))  # noqa: S608 - a name of the schema

    @property
    def tables(self) -> frozenset[str]:
        """The tables that are judged."""
        return self._judged


def _stated(manifest: Manifest) -> list[load_record.LoadedFile]:
    options = json.dumps(manifest.options)
    return [
        load_record.LoadedFile(
            item.table,
            item.written.rows,
            item.written.bytes,
            item.written.sha256,
            manifest.release,
            manifest.seed,
            options,
            json.dumps(dict(item.totals)),
        )
        for item in manifest.resources
    ]


def _files_work(
    database: Database, metadata: MetaData, files: Sequence[load_record.LoadedFile]
) -> Iterator[Check | Finding]:
    """Compare rows and control totals with those of the files."""
    by_name = {file.table_name: file for file in files}
    for table in load_order(metadata):
        file = by_name.get(table.name)
        if file is None:
            continue
        if table.name in database.tables:
            query = f'SELECT count(*) AS n FROM "{table.name}"'  # noqa: S608 - a name of the schema
            yield Check(query, partial(_judge_rows, file), partial(_uncounted, file))
        else:
            yield _counted(file, f"There is no table {table.name}.")
    yield from totals_work(database, metadata, {file.table_name: json.loads(file.totals or "{}") for file in files})


def _judge_rows(file: load_record.LoadedFile, rows: Rows) -> list[Finding]:
    count = rows[0]["n"]
    wrong = f"It has {count:,} rows, and the file had {file.row_count:,}." if count != file.row_count else ""
    return [_counted(file, wrong)]


def _uncounted(file: load_record.LoadedFile, reason: Unanswered) -> list[Finding]:
    return [_counted(file, str(reason))]


def _counted(file: load_record.LoadedFile, wrong: str) -> Finding:
    title, outcome = f"{file.table_name} has the rows of its file", Outcome.FAILED if wrong else Outcome.PASSED
    return Finding(f"{file.table_name}.rows", GROUP, title, _SOURCE, outcome, wrong)
