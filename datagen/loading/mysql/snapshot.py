"""The tables of a database as they are at one moment, read back and judged in DuckDB.

The rules are written in what DuckDB and PostgreSQL have in common; translated for these systems they would be other
rules. So the rows are fetched once, in one read-only transaction, and asked where the rules are at home.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import pymysql

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.engine import Check, Database
from datagen.checks.findings import Finding, Outcome
from datagen.checks.schema_checks import GROUP
from datagen.ddl import dialect_of, type_in
from datagen.loading.load_record import LoadedFile
from datagen.loading.mysql import target
from datagen.loading.mysql.connection import name_of
from datagen.loading.mysql.faults import explained
from datagen.loading.mysql.read_back import Lost, read_back
from datagen.schema import column_names, kind, load_order, quoted

if TYPE_CHECKING:
    from sqlalchemy import Column, MetaData, Table

    from datagen.loading.mysql.address import Address

_SOURCE = "the schema"
_TYPES = {"boolean": "tinyint", "date": "date", "text": "text"}


@contextmanager
def reading(address: Address, connection: Any) -> Iterator[None]:
    """A read-only transaction that sees the database as it is now."""
    try:
        with explained(address), connection.cursor() as cursor:
            cursor.execute("START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY")
        yield
    finally:
        with suppress(pymysql.Error):
            connection.rollback()


class MySqlSnapshot:
    """The tables of a database at one moment; see `datagen.loading.backend.Snapshot`."""

    def __init__(self, address: Address, connection: Any, files: Sequence[LoadedFile]) -> None:
        self.files = files
        self._address, self._connection = address, connection
        self._own: list[DuckDatabase] = []
        self._found: dict[str, dict[str, str]] = {}
        self._lost: dict[str, list[Lost]] = {}
        self._newer: dict[str, str] = {}

    def close(self) -> None:
        """Free what was read back."""
        for database in self._own:
            database.close()

    def newer(self, table: Table, column: str, day: dt.date) -> str:
        """See `Snapshot.newer`; the other rows are not fetched."""
        self._newer[table.name] = f" WHERE {name_of(column)} >= '{day + dt.timedelta(1)}'"
        return f"SELECT * FROM held.main.{quoted(table.name)}"  # noqa: S608 - a name of the schema

    def database(self, metadata: MetaData, loaded: Collection[str]) -> Database:
        """See `Snapshot.database`."""
        database = DuckDatabase()
        self._own.append(database)
        with explained(self._address), self._connection.cursor() as cursor:
            cursor.execute(
                "SELECT c.table_name, c.column_name, c.column_type FROM information_schema.columns c "
                "JOIN information_schema.tables t USING (table_schema, table_name) "
                "WHERE c.table_schema = %s AND t.table_type = 'BASE TABLE'",
                (self._address.database,),
            )
            for table, column, made in cursor.fetchall():
                self._found.setdefault(table, {})[column] = made
            there = [table for table in load_order(metadata) if table.name in self._found]
            if loaded:
                others = [table.name for table in there if table.name not in loaded]
                kept = target.filled(cursor, self._address.database, others) | set(loaded)
                there = [table for table in there if table.name in kept]
        self._read(database, there)
        return database

    def read_back(self, database: DuckDatabase, tables: Iterable[Table]) -> None:
        """See `Snapshot.read_back`."""
        self._read(database, [table for table in tables if table.name in self._found])

    def _read(self, database: DuckDatabase, tables: Sequence[Table]) -> None:
        with explained(self._address):
            for table in tables:
                present = [name for name in column_names(table) if name in self._found[table.name]]
                where = self._newer.get(table.name, "")
                self._lost[table.name] = read_back(database, self._connection, table, present, where)

    def table_work(self, database: Database, metadata: MetaData) -> Iterable[Check | Finding]:
        """See `Snapshot.table_work`."""
        tables = [table for table in load_order(metadata) if table.name in database.tables]
        return [
            *(self._columns(table) for table in tables),
            *(item for table in tables for item in self._values(table)),
        ]

    def _columns(self, table: Table) -> Finding:
        wrong = [message for item in table.columns if (message := self._wrong(table, item))]
        title = f"{table.name} has the columns of the schema"
        return _finding(f"{table.name}.columns", title, " ".join(wrong))

    def _wrong(self, table: Table, column: Column[Any]) -> str:
        found, wanted = self._found[table.name].get(column.name), _type_of(column)
        if found is None:
            return f"The column {column.name} is not there."
        plain = re.sub(r"^(tinyint|smallint|int|bigint)\(\d+\)", r"\1", found.lower())
        return "" if plain == wanted else f"The column {column.name} is of the type {found}, not {wanted}."

    def _values(self, table: Table) -> Iterator[Finding]:
        lost = {item.column: item for item in self._lost[table.name]}
        for column in table.columns:
            if kind(column) in _MEANINGS:
                item = lost.get(column.name)
                wrong = f"{item.count:,} rows have others, such as {item.example!r}." if item else ""
                title = f"Every {table.name}.{column.name} is {_MEANINGS[kind(column)]}"
                yield _finding(f"{table.name}.{column.name}.range", title, wrong)


_MEANINGS = {
    "boolean": "true or false",
    "date": "a day of the calendar",
    "timestamp": "a moment of the calendar and the clock",
    "time": "a time before 24:00",
}
"""Kinds of column that these systems may hold other values in, and what the values should be."""


def _type_of(column: Column[Any]) -> str:
    """The type of a column as the database names it, without the widths of whole numbers."""
    name = kind(column)
    if name == "decimal":
        return f"decimal({getattr(column.type, 'precision', 10)},{getattr(column.type, 'scale', 0)})"
    if name in ("varchar", "char"):
        return f"{name}({getattr(column.type, 'length', 1)})"
    if name in ("timestamp", "time"):
        dialect = dialect_of("mysql")
        return type_in(column.type, dialect).compile(dialect=dialect).lower()
    return _TYPES.get(name, name)


def _finding(check: str, title: str, wrong: str) -> Finding:
    return Finding(check, GROUP, title, _SOURCE, Outcome.FAILED if wrong else Outcome.PASSED, wrong)
