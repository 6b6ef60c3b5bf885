# ruff: noqa: S608 - the SQL is made of names of the schema
"""An SQLite file: tables with their keys and CHECKs, comments in the text of CREATE TABLE.

SQLite has whole numbers, floats, text and nothing more. So decimals are its numbers, of which none has more digits than
a float keeps; dates, times and moments are text, `2026-01-31`, `06:30:00`, `2026-01-31 06:30:00`; truth values are 1
and 0. The bytes of a file follow from its rows and the release of SQLite.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import parquet

from datagen.any_table import column_names, digits_of, kind, quoted
from datagen.ddl import file_ddl
from datagen.errors import DataError, InputError

if TYPE_CHECKING:
    from sqlalchemy import Table

    from datagen.any_table import AnyColumn, AnyTable


_ROWS = 1 << 15
"""Rows that are written or read at a time."""


def build(path: Path, tables: Sequence[Table], rows: Mapping[str, Path], views: Path | None) -> None:
    """Build the file, which must not be there, of tables, parents first, and a Parquet file of the rows of each.

    `views`, a directory of SQL files for other databases, is left out.

    Raises: `DataError` for rows that break a key or a CHECK.
    """
    statements = file_ddl(tables, "sqlite")
    del views
    with _written(path) as connection:
        for table in tables:
            connection.execute(statements[table.name].create)
            _insert(connection, table, rows[table.name])
        for table in tables:
            for statement in statements[table.name].indexes.values():
                connection.execute(statement)


def append(path: Path, tables: Sequence[Table], rows: Mapping[str, Path], replaced: Collection[str]) -> None:
    """Add the rows of Parquet files to the tables of a file, that nobody else reads; some are `replaced` by theirs.

    What else the file holds stays as it is.

    Raises: `DataError` for rows that break a key or a CHECK.
    """
    with _written(path) as connection:
        for table in tables:
            if table.name in replaced:
                connection.execute(f"DELETE FROM {quoted(table.name)}")
            _insert(connection, table, rows[table.name])


@contextmanager
def _written(path: Path) -> Iterator[sqlite3.Connection]:
    """A file, made if it is not there; complete when this ends, with keys that lead somewhere."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        # Nobody reads the file before it is complete, and it is removed if it does not become so.
        for setting in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF"):
            connection.execute(f"PRAGMA {setting}")
        connection.execute("BEGIN")
        yield connection
        connection.execute("COMMIT")
        _refuse_orphans(connection)


def _insert(connection: sqlite3.Connection, table: Table, rows: Path) -> None:
    columns = ", ".join(map(quoted, column_names(table)))
    marks = ", ".join("?" * len(table.columns))
    try:
        connection.executemany(f"INSERT INTO {quoted(table.name)} ({columns}) VALUES ({marks})", _rows(rows))
    except sqlite3.IntegrityError as error:
        raise DataError(
            f"SQLite refuses the rows of {table.name}: {error}. Write them as CSV and verify these files."
        ) from error


def _refuse_orphans(connection: sqlite3.Connection) -> None:
    found = connection.execute("PRAGMA foreign_key_check").fetchone()
    if found:
        table, row, parent, _ = found
        raise DataError(
            f"Row {row} of {table} refers to a row of {parent} that is not there. Write the tables as CSV and verify "
            "these files."
        )


def _rows(path: Path) -> Iterator[tuple[Any, ...]]:
    """The rows of a Parquet file as values of SQLite."""
    with path.open("rb") as file:
        for batch in parquet.ParquetFile(file).iter_batches(batch_size=_ROWS):
            yield from zip(*(_values(column) for column in batch.columns), strict=True)


def _values(column: pa.Array) -> list[Any]:
    found = column.type
    if pa.types.is_decimal(found):
        column = column.cast(pa.string()).cast(pa.float64())  # by way of text, which gives the nearest float
    elif pa.types.is_timestamp(found):
        column = column.cast(pa.timestamp("s")).cast(pa.string())  # of Parquet, which has no seconds but milliseconds
    elif pa.types.is_time(found):
        column = column.cast(pa.time32("s")).cast(pa.string())
    elif pa.types.is_date(found):
        column = column.cast(pa.string())
    elif pa.types.is_boolean(found):
        column = column.cast(pa.int8())
    values: list[Any] = column.to_pylist()
    return values


def tables_in(path: Path) -> list[str]:
    """The names of the tables of a file.

    Raises: `InputError` for what is no SQLite file.
    """
    with _opened(path) as connection:
        return [name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]


def read_texts(path: Path, table: AnyTable) -> Iterator[pa.RecordBatch]:
    """The rows of a table as text, as a CSV file has them; what has not the form of its column is as it is.

    Raises: `InputError` for what is no SQLite file, or has not the columns of the table.
    """
    schema = pa.schema([(name, pa.string()) for name in column_names(table)])
    chosen = ", ".join(f"{as_text(item)} AS {quoted(item.name)}" for item in table.columns)
    with _opened(path) as connection:
        found = connection.execute(f"SELECT {chosen} FROM {quoted(table.name)} ORDER BY rowid")
        while rows := found.fetchmany(_ROWS):
            columns = [pa.array(values, pa.string()) for values in zip(*rows, strict=True)]
            yield pa.RecordBatch.from_arrays(columns, schema=schema)


def columns_of(path: Path, table: AnyTable) -> list[str]:
    """The names of the columns of a table in a file, in order.

    Raises: `InputError` for what is no SQLite file.
    """
    with _opened(path) as connection:
        return [row[1] for row in connection.execute(f"PRAGMA table_info({quoted(table.name)})")]


class _opened:  # noqa: N801 - used as a function
    """A file, open for reading alone; its errors are `InputError`s."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> sqlite3.Connection:
        try:
            address = f"{self._path.absolute().as_uri()}?mode=ro&immutable=1"
            self._connection = sqlite3.connect(address, uri=True, check_same_thread=False)
            self._connection.execute("SELECT count(*) FROM sqlite_master")
        except sqlite3.Error as error:
            raise self._unreadable(error) from error
        return self._connection

    def __exit__(self, _: object, error: BaseException | None, __: object) -> None:
        self._connection.close()
        if isinstance(error, sqlite3.Error):
            raise self._unreadable(error) from error

    def _unreadable(self, error: sqlite3.Error) -> InputError:
        return InputError(f"{self._path} cannot be read as an SQLite file: {error}. Restore it.")


def as_text(item: AnyColumn) -> str:
    """SQL for a value as text, as CSV has it if it is one of its column's type."""
    name, what = quoted(item.name), kind(item)
    plain = f"CAST({name} AS TEXT)"
    if what == "decimal":
        _, places = digits_of(item)
        is_one = f"typeof({name}) IN ('integer', 'real') AND round({name}, {places}) = {name}"
        return f"CASE WHEN {is_one} THEN printf('%.{places}f', {name}) ELSE {plain} END"
    if what == "boolean":
        return f"CASE {name} WHEN 1 THEN 'true' WHEN 0 THEN 'false' ELSE {plain} END"
    return plain
