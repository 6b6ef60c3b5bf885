# ruff: noqa: S608 - the SQL is made of names of the schema
"""The same questions asked of a PostgreSQL database, from version 13 on, without changing anything in it."""

from __future__ import annotations

import csv
from collections.abc import Generator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from functools import cache
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any

import psycopg2

from datagen.checks.database import PLACES, PLACES_FILE, Rows

if TYPE_CHECKING:
    from sqlalchemy import MetaData


_MOMENT = 0.1
"""Seconds after which a query that goes on is cancelled once more."""


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
            with each.cursor() as cursor:
                cursor.execute("SELECT set_config('search_path', quote_ident(%s), true)", (schema,))
        with connection.cursor() as cursor:
            cursor.execute("SELECT tablename FROM pg_catalog.pg_tables WHERE schemaname = %s", (schema,))
            present = {row[0] for row in cursor.fetchall()}
        self._tables = frozenset(present & set(metadata.tables))

    @property
    def tables(self) -> frozenset[str]:
        """The world's tables that the schema holds."""
        return self._tables

    def rows(self, sql: str) -> Rows:
        """The rows a query returns, as mappings by column."""
        [rows] = self.each([sql])
        return rows

    def each(self, queries: Sequence[str]) -> Generator[Rows, None, None]:
        """The rows of each query, in order, one at a time on each connection.

        Queries run in threads, so that the waiting can be ended at any moment; they are cancelled then.
        """
        with ThreadPoolExecutor(len(self._connections), "ask") as pool:
            asked = [pool.submit(self._ask, sql) for sql in queries]
            try:
                for answer in asked:
                    yield answer.result()
            finally:
                self._cancel(asked)

    def _ask(self, sql: str) -> Rows:
        connection = self._free.get()
        try:
            with connection.cursor() as cursor:
                cursor.execute(sql)
                names = [item[0] for item in cursor.description or ()]
                return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
        finally:
            self._free.put(connection)

    def _cancel(self, asked: Sequence[Future[Rows]]) -> None:
        """End what is under way; what just begins may miss the first word."""
        for answer in asked:
            answer.cancel()
        while wait(asked, _MOMENT).not_done:
            for connection in self._connections:
                with suppress(psycopg2.Error):
                    connection.cancel()

    def define(self, name: str, sql: str) -> bool:
        """False: a read-only transaction keeps nothing, so relations come along with each query."""
        del name, sql
        return False

    def places(self) -> str:
        """A query for the places of the United States, columns `PLACES`."""
        return _places()

    def number_in(self, column: str) -> str:
        """SQL for the number that an id ends with."""
        return number_in(column)


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
