# ruff: noqa: S608 - the SQL is made of names of the schema
"""The tables of a schema at one moment, read back into DuckDB and judged there, by the same SQL as files are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from datagen.checks.duckdb_engine import DuckDatabase, typed
from datagen.checks.engine import Check, Database
from datagen.checks.findings import Finding, Outcome
from datagen.checks.schema_checks import GROUP
from datagen.loading.load_record import LoadedFile
from datagen.loading.mssql import catalogue, record_view, swap
from datagen.loading.mssql.statements import name
from datagen.schema import column_names, load_order, quoted

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table

    from datagen.loading.mssql.connection import Link

_SOURCE = "the schema"
_PATIENCE = 60_000
"""Milliseconds for which those who change the tables are waited for."""
Types = Mapping[str, Mapping[str, str]]
"""The types of columns, by table and column."""


@contextmanager
def snapshot(link: Link, schema: str) -> Iterator[MssqlSnapshot]:
    """The tables of a schema in a transaction in which they do not change."""
    ((allowed,),) = link.rows("SELECT snapshot_isolation_state FROM sys.databases WHERE database_id = DB_ID()")
    level = "SNAPSHOT" if allowed == 1 else "SERIALIZABLE"
    link.run(f"SET TRANSACTION ISOLATION LEVEL {level}")
    try:
        link.begin()
        with ExitStack() as stack:
            yield MssqlSnapshot(link, schema, stack, locked=level == "SERIALIZABLE")
    finally:
        link.roll_back()
        if link.open:
            link.run("SET TRANSACTION ISOLATION LEVEL READ COMMITTED")
            link.run("SET LOCK_TIMEOUT -1")


class MssqlSnapshot:
    """The tables of a schema at one moment; see `datagen.loading.backend.Snapshot`."""

    def __init__(self, link: Link, schema: str, stack: ExitStack, *, locked: bool) -> None:
        """What is read back lives as long as the `stack`. With `locked`, nobody can change a table once it was read."""
        self._link, self._schema, self._stack, self._locked = link, schema, stack, locked
        self._newer: dict[str, str] = {}
        self.files: Sequence[LoadedFile] = record_view.read(link, schema)

    def newer(self, table: Table, column: str, day: dt.date) -> str:
        """See `Snapshot.newer`; the other rows are not fetched."""
        self._newer[table.name] = f" WHERE {name(column)} >= '{day + dt.timedelta(1)}'"
        return f"SELECT * FROM held.main.{quoted(table.name)}"

    def database(self, metadata: MetaData, loaded: Collection[str]) -> Database:
        """See `Snapshot.database`."""
        found = self._stack.enter_context(DuckDatabase())
        there = catalogue.present(self._link, self._schema, metadata)
        self._lock(there)
        filled = catalogue.filled(self._link, self._schema, there)
        tables = [table for table in load_order(metadata) if table.name in there]
        self._read(found, [item for item in tables if not loaded or item.name in filled | set(loaded)], there)
        return found

    def read_back(self, database: DuckDatabase, tables: Iterable[Table]) -> None:
        """See `Snapshot.read_back`."""
        wanted = list(tables)
        for table in wanted[:1]:
            there = catalogue.present(self._link, self._schema, table.metadata)
            self._lock(item.name for item in wanted if item.name in there)
            self._read(database, wanted, there)

    def _lock(self, tables: Iterable[str]) -> None:
        """See that nobody changes these tables: all of them are locked before the first is read."""
        if self._locked:
            swap.hold(self._link, self._schema, tables, _PATIENCE)

    def _read(self, database: DuckDatabase, tables: Iterable[Table], there: Types) -> None:
        for table in tables:
            if table.name in there:
                self._read_back(table, there[table.name], database)

    def _read_back(self, table: Table, present: Collection[str], database: DuckDatabase) -> None:
        """Fill a table of DuckDB; a column that is not there is empty, and so is a value that DuckDB cannot convert."""
        columns = [column for column in column_names(table) if column in present]
        absent = "".join(f", NULL AS {quoted(column)}" for column in column_names(table) if column not in present)
        chosen = ", ".join(map(typed, table.columns))
        query = f"SELECT {', '.join(map(name, columns))} FROM {name(self._schema, table.name)}"
        with self._link.batches(query + self._newer.get(table.name, "")) as rows, database.given("rows_", rows):
            database.create(table.name, f"SELECT {chosen} FROM (SELECT *{absent} FROM rows_)")

    def table_work(self, database: Database, metadata: MetaData) -> Iterable[Check | Finding]:
        """See `Snapshot.table_work`."""
        there = catalogue.present(self._link, self._schema, metadata)
        doubted = catalogue.not_trusted(self._link, self._schema, database.tables)
        for table in load_order(metadata):
            if table.name in database.tables:
                yield _finding(table, "columns", "has the columns of the schema", _wrong_columns(table, there))
                names = [constraint for of, constraint in doubted if of == table.name]
                wrong = f"The server does not heed, or has not verified, {', '.join(names)}." if names else ""
                yield _finding(table, "trusted", "has constraints that the server has verified", wrong)


def _wrong_columns(table: Table, there: Types) -> str:
    """What is wrong with the columns of a table, in sentences; empty if nothing is."""
    found, wrong = there.get(table.name, {}), []
    for item in table.columns:
        if item.name not in found:
            wrong.append(f"The column {item.name} is not there.")
        elif found[item.name] != (wanted := catalogue.type_of(item)):
            wrong.append(f"The column {item.name} is of the type {found[item.name]}, not {wanted}.")
    return " ".join(wrong)


def _finding(table: Table, check: str, title: str, wrong: str) -> Finding:
    outcome = Outcome.FAILED if wrong else Outcome.PASSED
    return Finding(f"{table.name}.{check}", GROUP, f"{table.name} {title}", _SOURCE, outcome, wrong)
