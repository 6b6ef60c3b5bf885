"""MySQL and MariaDB as the loader sees them: what others call a schema is a database here."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymysql

from datagen.ddl import ddl
from datagen.errors import DatabaseError, NoSuchDatabase, UsageError
from datagen.loading.backend import Existing
from datagen.loading.load_record import LoadedFile
from datagen.loading.mysql import connection as connections
from datagen.loading.mysql import record_table, target
from datagen.loading.mysql.address import address_of, url_of
from datagen.loading.mysql.appending import MySqlAppending
from datagen.loading.mysql.connection import name_of
from datagen.loading.mysql.facts import MARIADB, MYSQL
from datagen.loading.mysql.faults import explained
from datagen.loading.mysql.indexes import create_indexes
from datagen.loading.mysql.snapshot import MySqlSnapshot, reading
from datagen.loading.mysql.staging import MySqlStaging
from datagen.loading.mysql.statements import in_one, quoted_name

if TYPE_CHECKING:
    from sqlalchemy import MetaData

_LOCK_PATIENCE = 15
"""Seconds to wait for the session of a killed load to notice."""


class MySqlBackend:
    """A database of MySQL or MariaDB; see `datagen.loading.backend.Backend`."""

    def __init__(self, url: str, name: str = "The database URL") -> None:
        """Raises `UsageError` for a URL that is none; `name` is what messages call it."""
        self.url = url
        self._address = address_of(url, name)
        self.facts = MARIADB if url.strip().lower().startswith("mariadb") else MYSQL
        self._connection: Any = None

    def schema_of(self, given: str | None) -> str:
        """See `Backend.schema_of`: the database of the URL."""
        if given is not None:
            raise UsageError(
                "--schema: MySQL and MariaDB have no schemas within a database. Leave it out, and name the database in "
                "the URL."
            )
        return self._address.database

    def how_to_open(self, schema: str) -> str:
        """See `Backend.how_to_open`."""
        del schema
        return self._address.client(self.facts.title.lower())

    @property
    def place(self) -> str:
        """See `Backend.place`."""
        return self._address.place

    @property
    def connected(self) -> bool:
        """See `Backend.connected`."""
        return self._connection is not None and self._connection.open

    def connect(self, *, create_database: bool = False) -> Any:
        """See `Backend.connect`; the connection is in autocommit mode."""
        if not self.connected:
            if not self._address.database:
                raise UsageError(
                    f"The database URL names no database {self._address.server}. Add it: .../database at its end."
                )
            try:
                self._connection = connections.connect(self._address)
            except NoSuchDatabase:
                if not create_database:
                    raise
                connections.create_database(self._address)
                self._connection = connections.connect(self._address)
            self.facts = MARIADB if connections.is_mariadb(self._connection) else MYSQL
        return self._connection

    def close(self) -> None:
        """See `Backend.close`."""
        if self._connection is not None:
            with suppress(pymysql.Error):
                self._connection.close()
            self._connection = None

    def beside(self, database: str) -> MySqlBackend:
        """See `Backend.beside`."""
        return MySqlBackend(url_of(self.url, database))

    @contextmanager
    def _cursor(self) -> Iterator[Any]:
        with explained(self._address), self.connect().cursor() as cursor:
            yield cursor

    @property
    def _database(self) -> str:
        return self._address.database

    @contextmanager
    def exclusive(self, schema: str) -> Iterator[None]:
        """See `Backend.exclusive`."""
        del schema
        # The name of a lock, which is one for the whole server, has 64 characters at most.
        key = f"datagen load {hashlib.sha256(self._database.encode()).hexdigest()[:32]}"
        with self._cursor() as cursor:
            cursor.execute("SELECT @@local_infile")
            if not cursor.fetchone()[0]:
                raise DatabaseError(
                    f"The server does not let a client send files {self.place} (local_infile is off). "
                    "Its owner turns that on: SET GLOBAL local_infile = 1."
                )
            cursor.execute("SELECT get_lock(%s, %s)", (key, _LOCK_PATIENCE))
            if cursor.fetchone()[0] != 1:
                raise DatabaseError(
                    f"Another load into the database {self._database} is running. Wait for it to end, or "
                    f"{self.facts.elsewhere}."
                )
        try:
            yield
        finally:
            with suppress(pymysql.Error):
                if self._connection.open:
                    with self._connection.cursor() as cursor:
                        cursor.execute("SELECT release_lock(%s)", (key,))

    def inspect(self, schema: str, metadata: MetaData) -> Existing:
        """See `Backend.inspect`."""
        del schema
        with self._cursor() as cursor:
            return target.inspect(cursor, self.facts, self._database, metadata)

    def record(self, schema: str) -> list[LoadedFile]:
        """See `Backend.record`."""
        del schema
        with self._cursor() as cursor:
            return record_table.read(cursor, self._database, self.facts)

    def create_tables(self, schema: str, metadata: MetaData, names: Sequence[str]) -> None:
        """See `Backend.create_tables`; each statement is one by itself here, so what was made goes if one fails."""
        del schema
        made, created = ddl(metadata, self.facts.dialect), []
        with self._cursor() as cursor:
            try:
                for name in names:
                    cursor.execute(made[name].create)
                    created.append(name_of(self._database, name))
                    alter(cursor, metadata, name, [*made[name].keys, *made[name].indexes.values()])
                for name in names:
                    alter(cursor, metadata, name, made[name].foreign_keys.values())
            except BaseException:
                if created and self._connection.open:
                    cursor.execute("SET SESSION foreign_key_checks = 0")
                    cursor.execute(f"DROP TABLE {', '.join(created)}")
                    cursor.execute("SET SESSION foreign_key_checks = 1")
                raise

    def create_indexes(self, schema: str, file: Path) -> list[str]:
        """See `Backend.create_indexes`."""
        del schema
        with self._cursor() as cursor:
            return create_indexes(cursor, self._database, file)

    @contextmanager
    def stage(
        self, existing: Existing, metadata: MetaData, views: Path | None, generation: str
    ) -> Iterator[MySqlStaging]:
        """See `Backend.stage`."""
        del views
        staging = self._staging(existing, metadata, generation)
        staging.create()
        yield staging

    @contextmanager
    def staged(self, existing: Existing, metadata: MetaData, views: Path | None) -> Iterator[MySqlStaging | None]:
        """See `Backend.staged`."""
        del views
        with self._cursor() as cursor:
            generation = target.ready(cursor, self._database)
        yield self._staging(existing, metadata, generation) if generation else None

    def _staging(self, existing: Existing, metadata: MetaData, generation: str) -> MySqlStaging:
        return MySqlStaging(self._address, self.connect(), self.facts, existing, metadata, generation)

    @contextmanager
    def appending(self, schema: str, metadata: MetaData) -> Iterator[MySqlAppending]:
        """See `Backend.appending`."""
        del schema
        connection = connections.connect(self._address, local_infile=True)
        appending = MySqlAppending(self._address, connection, self.facts, self._database, metadata)
        try:
            yield appending
        finally:
            appending.close()

    @contextmanager
    def snapshot(self, schema: str) -> Iterator[MySqlSnapshot]:
        """See `Backend.snapshot`."""
        del schema
        connection = self.connect()
        with reading(self._address, connection):
            with self._cursor() as cursor:
                files = record_table.read(cursor, self._database, self.facts)
            found = MySqlSnapshot(self._address, connection, files)
            try:
                yield found
            finally:
                found.close()


def alter(cursor: Any, metadata: MetaData, name: str, statements: Iterable[str]) -> None:
    """Run statements that alter a table as one."""
    if statement := in_one(quoted_name(metadata.tables[name]), statements):
        cursor.execute(statement)
