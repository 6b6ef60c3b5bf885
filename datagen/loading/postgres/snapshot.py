"""The tables of a schema as they are at one moment, asked over connections that see the same and can change nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2.extensions import ISOLATION_LEVEL_REPEATABLE_READ

from datagen.checks.engine import Check, Database
from datagen.errors import DatabaseError
from datagen.loading.load_record import LoadedFile
from datagen.loading.postgres.connection import connect
from datagen.loading.postgres.query import PostgresDatabase, tables_work
from datagen.loading.postgres.read_back import read_back
from datagen.logs import LOG
from datagen.schema import quoted

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812
    from sqlalchemy import MetaData, Table

    from datagen.checks.duckdb_engine import DuckDatabase
    from datagen.checks.findings import Finding

_SETTINGS = "; ".join(
    f"SET LOCAL {setting}"
    for setting in (
        "work_mem TO '128MB'",
        # Compiling queries takes longer than these take.
        "jit TO off",
        # Rules are asked of whole tables: hashing reads each row once, whatever is guessed of how many will match.
        "enable_mergejoin TO off",
        "enable_nestloop TO off",
        # Each table is read many times, mostly from memory.
        "random_page_cost TO 1.1",
    )
)


@contextmanager
def snapshot(url: str, first: Connection) -> Iterator[list[Connection]]:
    """Connections in read-only transactions that see the same, whatever others change: two, if they can be had.

    `first` is one of them, and as it was before when this ends.
    """
    autocommit, other = first.autocommit, None
    try:
        _begin(first)
        connections = [first]
        try:
            other = connect(url)
            with first.cursor() as cursor:
                cursor.execute("SELECT pg_export_snapshot()")
                (moment,) = cursor.fetchone() or ("",)
            _begin(other, moment)
            connections.append(other)
        except (DatabaseError, psycopg2.Error) as error:  # no connection to spare, or a pool in between
            LOG.debug("Verifying over one connection: %s", error)
            first.rollback()
            _begin(first)
        yield connections
    finally:
        with suppress(psycopg2.Error):
            first.rollback()
            first.set_session(isolation_level="DEFAULT", readonly="DEFAULT", autocommit=autocommit)
        if other is not None:
            with suppress(psycopg2.Error):
                other.close()


def _begin(connection: Connection, moment: str | None = None) -> None:
    connection.set_session(isolation_level=ISOLATION_LEVEL_REPEATABLE_READ, readonly=True, autocommit=False)
    with connection.cursor() as cursor:
        if moment:
            cursor.execute("SET TRANSACTION SNAPSHOT %s", (moment,))
        cursor.execute(_SETTINGS)


class PostgresSnapshot:
    """The tables of a schema at one moment; see `datagen.loading.backend.Snapshot`."""

    def __init__(self, connections: Sequence[Connection], schema: str, files: Sequence[LoadedFile]) -> None:
        self.files = files
        self._connections, self._schema = connections, schema

    def newer(self, table: Table, column: str, day: dt.date) -> str:
        """See `Snapshot.newer`."""
        name = f"{quoted(self._schema)}.{quoted(table.name)}"
        return f"SELECT * FROM {name} WHERE {quoted(column)} >= date '{day}' + 1"  # noqa: S608 - names of the schema

    def database(self, metadata: MetaData, loaded: Collection[str]) -> Database:
        """See `Snapshot.database`."""
        first, *others = self._connections
        return _Loaded(first, metadata, self._schema, loaded, others)

    def read_back(self, database: DuckDatabase, tables: Iterable[Table]) -> None:
        """See `Snapshot.read_back`."""
        read_back(database, self._connections[0], tables, self._schema)

    def table_work(self, database: Database, metadata: MetaData) -> Iterable[Check | Finding]:
        """See `Snapshot.table_work`."""
        assert isinstance(database, PostgresDatabase)
        return tables_work(database, metadata)


class _Loaded(PostgresDatabase):
    """The tables of a schema without those that are empty because the directory did not have them."""

    def __init__(
        self, connection: Any, metadata: MetaData, schema: str, loaded: Collection[str], others: Sequence[Any]
    ) -> None:
        super().__init__(connection, metadata, schema, others)
        self._judged = super().tables
        if loaded:
            self._judged -= {name for name in super().tables.difference(loaded) if not self._has_rows(name)}

    def _has_rows(self, name: str) -> bool:
        return bool(self.rows(f"SELECT 1 FROM {quoted(name)} LIMIT 1"))  # noqa: S608 - a name of the schema

    @property
    def tables(self) -> frozenset[str]:
        """The tables that are judged."""
        return self._judged
