# ruff: noqa: S608 - the SQL is made of names of the schema
"""The same questions asked of a PostgreSQL database, from version 13 on, without changing anything in it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import extensions

from datagen.checks.duckdb_files import literal
from datagen.checks.engine import PLACES, PLACES_FILE, Check, Ids, Rows, Unanswered
from datagen.checks.findings import Finding, Outcome
from datagen.checks.schema_checks import GROUP, RowTest, rows_check
from datagen.schema import kind, load_order, quoted

if TYPE_CHECKING:
    from sqlalchemy import MetaData, Table


_MOMENT = 0.1
"""Seconds after which a query that goes on is cancelled once more."""
_ABOUT_THE_TABLES = ("0A", "21", "22", "42", "54", "XX")
"""Classes of SQLSTATEs that say that a query fails because of the tables or their rows: not the connection, the
server's resources or somebody who cancels."""
_NO_RIGHT = "42501"
_SOURCE = "the schema"
_OUT_OF_RANGE = {
    "date": ("a day of the years 1 to 9999", "NOT BETWEEN date '0001-01-01' AND date '9999-12-31'"),
    "timestamp": (
        "a moment of the years 1 to 9999",
        "NOT BETWEEN timestamp '0001-01-01' AND timestamp '9999-12-31 23:59:59.999999'",
    ),
    "time": ("a time before 24:00", "= time '24:00'"),
    "decimal": ("a number", "= 'NaN'"),
}
"""Values that PostgreSQL takes for a kind of column and that are none: what they should be, and SQL that finds them."""


class PostgresDatabase:
    """A world's tables in one schema of a database, over psycopg2 connections that stay the caller's."""

    def __init__(self, connection: Any, metadata: MetaData, schema: str = "public", others: Sequence[Any] = ()) -> None:
        """`connection` may be in a read-only transaction; its search path is set to `schema` until that ends.

        `others` are connections that see the same, so that queries can run side by side.
        """
        self._connections = [connection, *others]
        self._free: SimpleQueue[Any] = SimpleQueue()
        for each in self._connections:
            self._free.put(each)
            _give_text_for_what_python_has_not(each)
            with each.cursor() as cursor:
                cursor.execute("SELECT set_config('search_path', quote_ident(%s), true)", (schema,))
                # A query that fails takes the transaction back to here, and what it sees stays the same.
                cursor.execute("SAVEPOINT asking")
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = %s", (schema,))
            present = {row[0] for row in cursor.fetchall()}
        self._tables = frozenset(present & set(metadata.tables))

    @property
    def tables(self) -> frozenset[str]:
        """The world's tables that the schema holds."""
        return self._tables

    def rows(self, sql: str) -> Rows:
        """The rows a query returns, as mappings by column.

        Raises: `Unanswered` if it fails because of the tables.
        """
        [answer] = self.each([sql])
        if isinstance(answer, Unanswered):
            raise answer
        return answer

    def each(self, queries: Sequence[str]) -> Generator[Rows | Unanswered, None, None]:
        """The rows of each query, or why there are none, in order, one query at a time on each connection.

        Queries run in threads, so that the waiting can be ended at any moment; they are cancelled then.

        Raises: `psycopg2.Error` for what is no fault of the tables, such as a connection that is lost.
        """
        with ThreadPoolExecutor(len(self._connections), "ask") as pool:
            asked = [pool.submit(self._ask, sql) for sql in queries]
            try:
                for answer in asked:
                    yield answer.result()
            finally:
                self._cancel(asked)

    def _ask(self, sql: str) -> Rows | Unanswered:
        connection = self._free.get()
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                names = [item[0] for item in cursor.description or ()]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        except psycopg2.Error as error:
            code = error.pgcode or ""
            if code[:2] not in _ABOUT_THE_TABLES or code == _NO_RIGHT:
                raise
            with connection.cursor() as cursor:
                cursor.execute("ROLLBACK TO SAVEPOINT asking")
            return Unanswered(f"It cannot be asked: {error.diag.message_primary} (SQLSTATE {code}).")
        finally:
            self._free.put(connection)

    def _cancel(self, asked: Sequence[Future[Rows | Unanswered]]) -> None:
        """End what is under way; what just begins may miss the first word."""
        for answer in asked:
            answer.cancel()
        while wait(asked, _MOMENT).not_done:
            for connection in self._connections:
                with suppress(psycopg2.Error):
                    connection.cancel()

    def define(self, queries: Mapping[str, str]) -> bool:
        """False: a read-only transaction keeps nothing, so relations come along with each query."""
        del queries
        return False

    def places(self) -> str:
        """A query for the places of the United States, columns `PLACES`."""
        return _places()

    def number_in(self, column: str) -> str:
        """SQL for the number that an id ends with."""
        return number_in(column)

    def ids(self, table: str, column: str) -> Ids | None:
        """Nothing: that is not looked at beforehand."""
        del table, column
        return None

    def different(self, table: str, column: str) -> str:
        """Nothing: it would sort the values."""
        del table, column
        return ""


def tables_work(database: PostgresDatabase, metadata: MetaData) -> Iterator[Check]:
    """Whether the tables have the columns of the schema, and these only values that the other checks can work with.

    Files cannot have such faults and be loaded, but a database may change.
    """
    tables = [table for table in load_order(metadata) if table.name in database.tables]
    for table in tables:
        yield _columns(table)
    for table in tables:
        if tests := list(_ranges(table)):
            yield rows_check(database, table, tests)


def _columns(table: Table) -> Check:
    from sqlalchemy.dialects import postgresql

    dialect = postgresql.dialect()  # type: ignore[no-untyped-call]
    wanted = ", ".join(f"({literal(item.name)}, '{item.type.compile(dialect)}')" for item in table.columns)
    query = (
        "SELECT w.name, format_type(a.atttypid, NULL) AS found, format_type(to_regtype(w.type), NULL) AS wanted "
        f"FROM (VALUES {wanted}) w (name, type) LEFT JOIN pg_attribute a "
        f"ON a.attrelid = {literal(quoted(table.name))}::regclass AND a.attname = w.name AND NOT a.attisdropped "
        "WHERE a.atttypid IS DISTINCT FROM to_regtype(w.type)"
    )

    def finding(wrong: str) -> list[Finding]:
        title, outcome = f"{table.name} has the columns of the schema", Outcome.FAILED if wrong else Outcome.PASSED
        return [Finding(f"{table.name}.columns", GROUP, title, _SOURCE, outcome, wrong)]

    return Check(query, lambda rows: finding(" ".join(map(_wrong, rows))), lambda reason: finding(str(reason)))


def _wrong(column: Mapping[str, Any]) -> str:
    if column["found"] is None:
        return f"The column {column['name']} is not there."
    return f"The column {column['name']} is of the type {column['found']}, not {column['wanted']}."


def _ranges(table: Table) -> Iterator[RowTest]:
    for item in table.columns:
        if kind(item) in _OUT_OF_RANGE:
            what, broken = _OUT_OF_RANGE[kind(item)]
            title = f"Every {table.name}.{item.name} is {what}"
            yield RowTest(f"{table.name}.{item.name}.range", title, f'"{item.name}" {broken}', (item.name,))


def _give_text_for_what_python_has_not(connection: Any) -> None:
    """Let a connection give dates and times that Python has not as text, such as infinity and 44 BC."""
    for known in (extensions.PYDATE, extensions.PYDATETIME, extensions.PYTIME):
        extensions.register_type(
            extensions.new_type(known.values, f"{known.name} or text", _or_text(known)), connection
        )


def _or_text(known: Any) -> Callable[[str | None, Any], Any]:
    def cast(value: str | None, cursor: Any) -> Any:
        # Psycopg2 takes infinity for the last day that Python has, and 24:00 for midnight.
        if value is None or "infinity" in value or value.startswith("24:"):
            return value
        try:
            return known(value, cursor)
        except (ValueError, psycopg2.DataError):
            return value

    return cast


def number_in(column: str) -> str:
    """SQL for the number that an id ends with; see `Database.number_in`."""
    # A regular expression takes three times as long.
    digits = f"length({column}) - length(rtrim({column}, '0123456789'))"
    return f"cast(nullif(right({column}, least(18, {digits})), '') AS numeric)"


@cache
def _places() -> str:
    with PLACES_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    # Six long texts are read far sooner than a row of six literals for each place.
    texts = ("\n".join(values).replace("'", "''") for values in zip(*rows, strict=True))
    arrays = ", ".join(f"string_to_array('{text}', chr(10))" for text in texts)
    return f"SELECT DISTINCT ON (zip) * FROM unnest({arrays}) AS places ({', '.join(PLACES)})"
