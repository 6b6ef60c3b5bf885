# ruff: noqa: S608 - the SQL is made of names of the schema
"""Tables of PostgreSQL read back into DuckDB, where rows of several databases can be judged together."""

from __future__ import annotations

import tempfile
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from psycopg2 import sql

from datagen.checks.duckdb_engine import DuckDatabase, typed
from datagen.checks.duckdb_files import literal
from datagen.schema import column_names, quoted

if TYPE_CHECKING:
    from sqlalchemy import Table


def read_back(database: DuckDatabase, connection: Any, tables: Iterable[Table], schema: str = "public") -> None:
    """Fill a DuckDB database from tables of a schema, over a psycopg2 connection, by way of a temporary file each.

    A column that a table does not have is empty, and so is a value that DuckDB cannot convert. A table that is not
    there is left out. Memory does not grow with the rows.

    Raises: `psycopg2.Error` if the rows cannot be read.
    """
    with connection.cursor() as cursor:
        for table in tables:
            present = _columns(cursor, schema, table)
            if present:
                _copy(database, cursor, schema, table, present)


def _columns(cursor: Any, schema: str, table: Table) -> list[str]:
    """The columns that the table has of those it should have, in the order of the latter."""
    cursor.execute(
        "SELECT column_name FROM information_schema.columns WHERE table_schema = %s AND table_name = %s",
        (schema, table.name),
    )
    found = {row[0] for row in cursor.fetchall()}
    return [name for name in column_names(table) if name in found]


def _copy(database: DuckDatabase, cursor: Any, schema: str, table: Table, present: list[str]) -> None:
    names = sql.SQL(", ").join(map(sql.Identifier, present))
    query = sql.SQL("COPY (SELECT {} FROM {}) TO STDOUT WITH (FORMAT csv)").format(
        names, sql.Identifier(schema, table.name)
    )
    with tempfile.NamedTemporaryFile(suffix=".csv") as file:
        cursor.copy_expert(query, file)
        file.flush()
        columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in present)
        # PostgreSQL writes an empty text in quotes and nothing at all for NULL.
        rows = (
            f"read_csv({literal(file.name)}, header = false, auto_detect = false, delim = ',', quote = '\"', "
            f"escape = '\"', nullstr = '', allow_quoted_nulls = false, columns = {{{columns}}})"
        )
        # Kept as text first: DuckDB's reader takes over a cast of what it reads, and fails where a cast would not.
        database.connection.execute(f"CREATE OR REPLACE TEMP TABLE read_back_ AS SELECT * FROM {rows}")
    absent = "".join(f", NULL AS {quoted(name)}" for name in column_names(table) if name not in present)
    chosen = ", ".join(map(typed, table.columns))
    database.create(table.name, f"SELECT {chosen} FROM (SELECT *{absent} FROM read_back_)")
    database.connection.execute("DROP TABLE read_back_")
