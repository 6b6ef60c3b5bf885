# ruff: noqa: S608 - the SQL is made of names of the schema
"""The same questions asked of a PostgreSQL database, from version 13 on, without changing anything in it."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from datagen.checks.database import PLACES, PLACES_FILE, Rows

if TYPE_CHECKING:
    from sqlalchemy import MetaData


class PostgresDatabase:
    """A world's tables in one schema of a database, over a psycopg2 connection that stays the caller's."""

    def __init__(self, connection: Any, metadata: MetaData, schema: str = "public") -> None:
        """`connection` may be in a read-only transaction; its search path is set to `schema` until that ends."""
        self._connection = connection
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('search_path', quote_ident(%s), true)", (schema,))
            cursor.execute("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = %s", (schema,))
            present = {row[0] for row in cursor.fetchall()}
        self._tables = frozenset(present & set(metadata.tables))

    @property
    def tables(self) -> frozenset[str]:
        """The world's tables that the schema holds."""
        return self._tables

    def rows(self, sql: str) -> Rows:
        """The rows a query returns, as mappings by column."""
        with self._connection.cursor() as cursor:
            cursor.execute(sql)
            names = [item[0] for item in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def each(self, queries: Sequence[str]) -> Iterator[Rows]:
        """The rows of each query, in order, over the one connection."""
        yield from map(self.rows, queries)

    def define(self, name: str, sql: str) -> bool:
        """False: a read-only transaction keeps nothing, so relations come along with each query."""
        del name, sql
        return False

    def places(self) -> str:
        """A query for the places of the United States, columns `PLACES`."""
        return _places()


@cache
def _places() -> str:
    with PLACES_FILE.open(encoding="utf-8", newline="") as file:
        rows = list(csv.reader(file))[1:]
    values = ", ".join("(" + ", ".join("'" + value.replace("'", "''") + "'" for value in row) + ")" for row in rows)
    return f"SELECT * FROM (VALUES {values}) AS places ({', '.join(PLACES)})"
