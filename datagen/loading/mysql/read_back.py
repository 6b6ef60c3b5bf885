# ruff: noqa: S608 - the SQL is made of names of the schema
"""Tables of MySQL and MariaDB read back into DuckDB, where their rows are judged."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from pymysql.cursors import SSCursor

from datagen.checks.duckdb_engine import DuckDatabase, sql_type
from datagen.checks.duckdb_files import literal
from datagen.frozen import dataclass
from datagen.loading.mysql.connection import name_of
from datagen.schema import kind, quoted

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sqlalchemy import Column, Table

_ROWS = 10_000
"""Rows that are written at a time."""
_TEXT = ("varchar", "char", "text")


@dataclass(frozen=True)
class Lost:
    """Values of a column that the schema's type does not hold."""

    column: str
    count: int
    example: str


def read_back(
    database: DuckDatabase, connection: Any, table: Table, present: Sequence[str], where: str = ""
) -> list[Lost]:
    """Fill a table of a DuckDB database with the rows that it has over a connection; gives what its types do not hold.

    A column that is not `present` is empty, and so is a value that DuckDB cannot convert. `where` is a condition in SQL
    for the rows that are wanted. Memory does not grow with the rows.

    Raises: `pymysql.Error` if the rows cannot be read.
    """
    columns = [item for item in table.columns if item.name in present]
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        with connection.cursor(SSCursor) as cursor:
            # One text a row: PyMySQL takes a multiple of the time for each value by itself.
            row = ", ',', ".join(map(_text, columns))
            cursor.execute(f"SELECT CAST(concat({row}) AS BINARY) FROM {name_of(table.name)}{where}")
            while rows := cursor.fetchmany(_ROWS):
                file.write(b"\n".join(value for (value,) in rows) + b"\n")
        file.flush()
        names = ", ".join(f"{literal(item.name)}: 'VARCHAR'" for item in columns)
        # An empty text is written in quotes, and nothing at all for NULL.
        source = (
            f"read_csv({literal(file.name)}, header = false, auto_detect = false, delim = ',', quote = '\"', "
            f"escape = '\"', nullstr = '', allow_quoted_nulls = false, columns = {{{names}}})"
        )
        # Kept as text first: DuckDB's reader takes over a cast of what it reads, and fails where a cast would not.
        database.connection.execute(f"CREATE OR REPLACE TEMP TABLE read_back_ AS SELECT * FROM {source}")
    absent = "".join(f", NULL AS {quoted(item.name)}" for item in table.columns if item.name not in present)
    chosen = ", ".join(f"{_typed(item)} AS {quoted(item.name)}" for item in table.columns)
    database.create(table.name, f"SELECT {chosen} FROM (SELECT *{absent} FROM read_back_)")
    lost = [found for item in columns if kind(item) not in _TEXT for found in _lost(database, item)]
    database.connection.execute("DROP TABLE read_back_")
    return lost


def _text(column: Column[Any]) -> str:
    """SQL for a value as CSV has it."""
    name = name_of(column.name)
    if kind(column) in _TEXT:
        return f"ifnull(concat('\"', replace({name}, '\"', '\"\"'), '\"'), '')"
    return f"ifnull({name}, '')"


def _typed(column: Column[Any]) -> str:
    name = quoted(column.name)
    if kind(column) == "boolean":  # a small number here, of which two are truth values
        return f"CASE {name} WHEN '1' THEN true WHEN '0' THEN false END"
    return f"try_cast({name} AS {sql_type(column)})"


def _lost(database: DuckDatabase, column: Column[Any]) -> list[Lost]:
    name = quoted(column.name)
    query = f"SELECT count(*), min({name}) FROM read_back_ WHERE {name} IS NOT NULL AND {_typed(column)} IS NULL"
    count, example = database.connection.execute(query).fetchone() or (0, "")
    return [Lost(column.name, count, example)] if count else []
