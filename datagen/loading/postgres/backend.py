"""PostgreSQL as the loader sees it."""

from __future__ import annotations

import shlex
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import make_dsn

from datagen.ddl import ddl
from datagen.errors import DatabaseError, NoSuchDatabase
from datagen.loading.backend import Existing
from datagen.loading.load_record import LoadedFile
from datagen.loading.postgres import connection as connections
from datagen.loading.postgres import record_view, swap, views
from datagen.loading.postgres.appending import PostgresAppending
from datagen.loading.postgres.connection import explained
from datagen.loading.postgres.facts import FACTS, SCHEMA, schema_of, search_path
from datagen.loading.postgres.snapshot import PostgresSnapshot, snapshot
from datagen.loading.postgres.staging import PostgresStaging

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import MetaData

_LOCK_CLASS = zlib.crc32(b"datagen load") & 0x7FFFFFFF
_LOCK_PATIENCE = 15.0
"""Seconds to wait for the session of a killed load to notice."""


class PostgresBackend:
    """A PostgreSQL database; see `datagen.loading.backend.Backend`."""

    facts = FACTS

    def __init__(self, url: str, name: str = "The database URL") -> None:
        """Raises `UsageError` for a URL that is none of PostgreSQL; `name` is what messages call it."""
        connections.options_of(url, name)
        self.url = url
        self._connection: Connection | None = None

    def schema_of(self, given: str | None) -> str:
        """See `Backend.schema_of`."""
        return schema_of(given)

    def how_to_open(self, schema: str) -> str:
        """See `Backend.how_to_open`."""
        path = "" if schema == SCHEMA else f"PGOPTIONS={shlex.quote(search_path(schema))} "
        return f"{path}psql {shlex.quote(connections.without_password(self.url))}"

    @property
    def place(self) -> str:
        """See `Backend.place`."""
        if self._connection is not None and not self._connection.closed:
            return connections.place_of(self._connection)
        return connections.place(self.url)

    @property
    def connected(self) -> bool:
        """See `Backend.connected`."""
        return self._connection is not None and not self._connection.closed

    def connect(self, *, create_database: bool = False) -> Connection:
        """See `Backend.connect`; the connection is in autocommit mode."""
        if self._connection is None or self._connection.closed:
            try:
                self._connection = connections.connect(self.url)
            except NoSuchDatabase:
                if not create_database:
                    raise
                connections.create_database(self.url)
                self._connection = connections.connect(self.url)
            self._connection.autocommit = True
        return self._connection

    def close(self) -> None:
        """See `Backend.close`."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def beside(self, database: str) -> PostgresBackend:
        """See `Backend.beside`."""
        return PostgresBackend(make_dsn(**(connections.options_of(self.url) | {"dbname": database})))

    @contextmanager
    def _cursor(self) -> Iterator[Cursor]:
        """A cursor in autocommit mode, whose errors are `DatabaseError`s."""
        with explained(self.url), self.connect().cursor() as cursor:
            yield cursor

    @contextmanager
    def _transaction(self) -> Iterator[Connection]:
        """The connection, out of autocommit mode; what is not committed within is rolled back."""
        connection = self.connect()
        connection.autocommit = False
        try:
            with explained(self.url):
                yield connection
        finally:
            with suppress(psycopg2.Error):
                connection.rollback()
                connection.autocommit = True

    @contextmanager
    def exclusive(self, schema: str) -> Iterator[None]:
        """See `Backend.exclusive`."""
        key = (_LOCK_CLASS, zlib.crc32(schema.encode()) - (1 << 31))
        connection = self.connect()
        connections.refuse_other_encoding(connection, self.url)
        self._lock(schema, key)
        try:
            yield
        finally:
            with suppress(psycopg2.Error), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s, %s)", key)

    def _lock(self, schema: str, key: tuple[int, int]) -> None:
        deadline = time.monotonic() + _LOCK_PATIENCE
        with self._cursor() as cursor:
            while True:
                cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", key)
                if (cursor.fetchone() or (False,))[0]:
                    return
                if time.monotonic() > deadline:
                    raise DatabaseError(
                        f"Another load into the schema {schema} is running. Wait for it to end, "
                        "or give another --schema."
                    )
                time.sleep(0.2)

    def inspect(self, schema: str, metadata: MetaData) -> Existing:
        """See `Backend.inspect`."""
        with self._cursor() as cursor:
            return swap.inspect(cursor, schema, metadata)

    def record(self, schema: str) -> list[LoadedFile]:
        """See `Backend.record`."""
        with self._cursor() as cursor:
            return record_view.read(cursor, schema)

    def create_tables(self, schema: str, metadata: MetaData, names: Sequence[str]) -> None:
        """See `Backend.create_tables`."""
        statements = ddl(metadata)
        with self._transaction() as connection, connection.cursor() as cursor:
            swap.create_schema(cursor, schema)
            cursor.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
            for name in names:
                made = statements[name]
                for statement in [made.create, *made.keys, *made.indexes.values(), *made.comments]:
                    cursor.execute(statement)
            for name in names:
                for statement in statements[name].foreign_keys.values():
                    cursor.execute(statement)
            connection.commit()

    def create_indexes(self, schema: str, file: Path) -> list[str]:
        """See `Backend.create_indexes`."""
        with self._transaction() as connection, connection.cursor() as cursor:
            names = views.create_indexes(cursor, schema, file)
            connection.commit()
        return names

    @contextmanager
    def stage(
        self, existing: Existing, metadata: MetaData, view_files: Path | None, generation: str
    ) -> Iterator[PostgresStaging]:
        """See `Backend.stage`."""
        with self._transaction() as connection:
            staging = PostgresStaging(self.url, connection, existing, metadata, view_files, generation)
            staging.create()
            yield staging

    @contextmanager
    def staged(
        self, existing: Existing, metadata: MetaData, view_files: Path | None
    ) -> Iterator[PostgresStaging | None]:
        """See `Backend.staged`."""
        with self._transaction() as connection:
            with connection.cursor() as cursor:
                generation = swap.ready(cursor, existing.schema)
            connection.commit()
            if generation is None:
                yield None
            else:
                yield PostgresStaging(self.url, connection, existing, metadata, view_files, generation)

    @contextmanager
    def appending(self, schema: str, metadata: MetaData) -> Iterator[PostgresAppending]:
        """See `Backend.appending`."""
        with self._transaction() as connection:
            yield PostgresAppending(self.url, connection, schema, metadata)

    @contextmanager
    def snapshot(self, schema: str) -> Iterator[PostgresSnapshot]:
        """See `Backend.snapshot`."""
        with explained(self.url), snapshot(self.url, self.connect()) as found:
            with found[0].cursor() as cursor:
                files = record_view.read(cursor, schema)
            yield PostgresSnapshot(found, schema, files)
