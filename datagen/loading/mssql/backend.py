"""SQL Server as the loader sees it."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy.engine import make_url

from datagen.ddl import ddl
from datagen.errors import DatabaseError, NoSuchDatabase, listed
from datagen.loading.backend import Existing
from datagen.loading.load_record import LoadedFile
from datagen.loading.mssql import catalogue, connection, record_view, staging_schemas
from datagen.loading.mssql.address import address_of
from datagen.loading.mssql.appending import MssqlAppending
from datagen.loading.mssql.facts import FACTS, schema_of
from datagen.loading.mssql.snapshot import MssqlSnapshot, snapshot
from datagen.loading.mssql.staging import MssqlStaging, checked
from datagen.loading.mssql.statements import name, text

if TYPE_CHECKING:
    from sqlalchemy import MetaData

    from datagen.loading.mssql.connection import Link

_LOCK_PATIENCE = 15_000
"""Milliseconds to wait for the session of a killed load to notice."""
_INDEX = re.compile(r"^CREATE INDEX IF NOT EXISTS (\w+) ON (\w+) (.*?);?$")


class MssqlBackend:
    """A database of SQL Server; see `datagen.loading.backend.Backend`."""

    facts = FACTS

    def __init__(self, url: str, name: str = "The database URL") -> None:
        """Raises `UsageError` for a URL that is none of SQL Server; `name` is what messages call it."""
        self.url = url
        self._address = address_of(url, name)
        self._link: Link | None = None

    def schema_of(self, given: str | None) -> str:
        """See `Backend.schema_of`."""
        return schema_of(given)

    def how_to_open(self, schema: str) -> str:
        """See `Backend.how_to_open`; sqlcmd asks for the password."""
        del schema  # it has no option for one
        there = self._address
        who = f" -U {shlex.quote(there.user)}" if there.user else " -E"
        return f"sqlcmd -S {shlex.quote(f'{there.host},{there.port}')} -d {shlex.quote(there.database)}{who}"

    @property
    def place(self) -> str:
        """See `Backend.place`."""
        return self._address.place

    @property
    def connected(self) -> bool:
        """See `Backend.connected`."""
        return self._link is not None and self._link.open

    def connect(self, *, create_database: bool = False) -> Link:
        """See `Backend.connect`."""
        if self._link is None or not self._link.open:
            self.close()
            try:
                self._link = connection.connect(self._address)
            except NoSuchDatabase:
                if not create_database:
                    raise
                connection.create_database(self._address)
                self._link = connection.connect(self._address)
        return self._link

    def close(self) -> None:
        """See `Backend.close`."""
        if self._link is not None:
            self._link.close()
            self._link = None

    def beside(self, database: str) -> MssqlBackend:
        """See `Backend.beside`."""
        return MssqlBackend(make_url(self.url.strip()).set(database=database).render_as_string(hide_password=False))

    @contextmanager
    def exclusive(self, schema: str) -> Iterator[None]:
        """See `Backend.exclusive`."""
        link, lock = self.connect(), text(f"datagen load {schema}")
        ((granted,),) = link.rows(
            f"DECLARE @granted int; EXEC @granted = sp_getapplock @Resource = {lock}, @LockMode = N'Exclusive', "
            f"@LockOwner = N'Session', @LockTimeout = {_LOCK_PATIENCE}; SELECT @granted"
        )
        if granted < 0:
            raise DatabaseError(
                f"Another load into the schema {schema} is running. Wait for it to end, or give another --schema."
            )
        try:
            yield
        finally:
            with suppress(DatabaseError):
                link.run(f"EXEC sp_releaseapplock @Resource = {lock}, @LockOwner = N'Session'")

    def inspect(self, schema: str, metadata: MetaData) -> Existing:
        """See `Backend.inspect`."""
        return catalogue.inspect(self.connect(), schema, metadata)

    def record(self, schema: str) -> list[LoadedFile]:
        """See `Backend.record`."""
        return record_view.read(self.connect(), schema)

    def create_tables(self, schema: str, metadata: MetaData, names: Sequence[str]) -> None:
        """See `Backend.create_tables`."""
        link, statements = self.connect(), ddl(metadata, FACTS.dialect, schema)
        link.begin()
        try:
            if not catalogue.schema_exists(link, schema):
                link.run(f"CREATE SCHEMA {name(schema)}")
            for table in names:
                made = statements[table]
                for statement in [made.create, *made.keys, *made.indexes.values(), *made.comments]:
                    link.run(statement)
            for table in names:
                for statement in statements[table].foreign_keys.values():
                    link.run(checked(statement))
            link.commit("run it again")
        finally:
            link.roll_back()

    def create_indexes(self, schema: str, file: Path) -> list[str]:
        """See `Backend.create_indexes`."""
        link = self.connect()
        wanted = [found.groups() for line in file.read_text("utf-8").splitlines() if (found := _INDEX.match(line))]
        there = catalogue.index_names(link, schema)
        if missing := sorted({table for _, table, _ in wanted} - set(there)):
            raise DatabaseError(
                f"The schema {schema} has no table {listed(missing, 1)} to make indexes on. Load a data set first"
                ", or give the --schema that has one."
            )
        link.begin()
        try:
            for index, table, what in wanted:
                if index not in there[table]:
                    link.run(f"CREATE INDEX {name(index)} ON {name(schema, table)} {what}")
            link.commit("run it again")
        finally:
            link.roll_back()
        return [index for index, _, _ in wanted]

    @contextmanager
    def stage(
        self, existing: Existing, metadata: MetaData, view_files: Path | None, generation: str
    ) -> Iterator[MssqlStaging]:
        """See `Backend.stage`."""
        del view_files  # they are PostgreSQL's
        link = self.connect()
        staging = MssqlStaging(link, existing, metadata, generation)
        try:
            staging.create()
            yield staging
        finally:
            link.roll_back()

    @contextmanager
    def staged(self, existing: Existing, metadata: MetaData, view_files: Path | None) -> Iterator[MssqlStaging | None]:
        """See `Backend.staged`."""
        del view_files
        link = self.connect()
        generation = staging_schemas.ready(link, existing.schema)
        try:
            yield None if generation is None else MssqlStaging(link, existing, metadata, generation)
        finally:
            link.roll_back()

    @contextmanager
    def appending(self, schema: str, metadata: MetaData) -> Iterator[MssqlAppending]:
        """See `Backend.appending`."""
        into = MssqlAppending(self.connect(), schema, metadata)
        try:
            yield into
        finally:
            into.close()

    @contextmanager
    def snapshot(self, schema: str) -> Iterator[MssqlSnapshot]:
        """See `Backend.snapshot`."""
        with snapshot(self.connect(), schema) as found:
            yield found
