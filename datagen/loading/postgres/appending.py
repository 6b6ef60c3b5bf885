"""Appending rows to tables in one transaction, by way of temporary tables."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg2 import sql

from datagen.ddl import create_temporary, ddl
from datagen.loading.backend import Sent, Step
from datagen.loading.postgres import record_view, swap
from datagen.loading.postgres.connection import commit, explained
from datagen.loading.postgres.copy import copy_in
from datagen.loading.postgres.staging import refusing_rows
from datagen.loading.postgres.statements import execute, table_in

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812
    from sqlalchemy import FromClause, MetaData, Table
    from sqlalchemy.sql.base import Executable

    from datagen.loading.load_record import LoadedFile
    from datagen.loading.source_files import Source

_NEW = "pg_temp"
"""The schema of the temporary tables, which have the names of the tables that they are for."""
_PATIENCE = "15s"
"""How long others that write to the tables are waited for."""
_BUFFERS = "64MB"


class PostgresAppending:
    """New rows on their way into tables; see `datagen.loading.backend.Appending`."""

    def __init__(self, url: str, connection: Connection, schema: str, metadata: MetaData) -> None:
        """The connection is in a transaction of the appending's own."""
        self._url, self._connection, self._schema, self._ddl = url, connection, schema, ddl(metadata)
        with explained(url), connection.cursor() as cursor:
            # Cannot be set once a session has had temporary tables, not even to what it is.
            cursor.execute(
                "SELECT set_config('temp_buffers', %(size)s, false) "
                "WHERE pg_size_bytes(current_setting('temp_buffers')) < pg_size_bytes(%(size)s)",
                {"size": _BUFFERS},
            )
            cursor.execute("SET LOCAL jit TO off; SET LOCAL work_mem TO '128MB'")
            cursor.execute("SET LOCAL maintenance_work_mem TO '256MB'")
            # Names without a schema are those of the temporary tables.
            cursor.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(_NEW)))
            cursor.execute(sql.SQL("SET LOCAL lock_timeout TO {}").format(sql.Literal(_PATIENCE)))

    def cancel(self) -> None:
        """See `Cancellable.cancel`."""
        self._connection.cancel()

    def hold(self, tables: Sequence[Table]) -> None:
        """See `Appending.hold`."""
        with explained(self._url), self._connection.cursor() as cursor:
            for table in tables:
                name = sql.Identifier(self._schema, table.name)
                cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(name))

    def fill(self, table: Table, sources: Sequence[Source], step: Step, sent: Sent) -> dict[Path, int]:
        """See `Appending.fill`."""
        parts = {}
        with refusing_rows(self._url), self._connection.cursor() as cursor:
            cursor.execute(create_temporary(table))
            for source in sources:
                with refusing_rows(self._url, source.path):
                    parts[source.path] = copy_in(cursor, source, sql.Identifier(_NEW, table.name), step)
                sent(source, parts[source.path])
            for statement in self._ddl[table.name].keys:
                cursor.execute(statement)
        return parts

    def existing(self, table: Table) -> FromClause:
        """See `Appending.existing`."""
        return table_in(table, self._schema)

    def new(self, table: Table) -> FromClause:
        """See `Appending.new`."""
        return table_in(table, _NEW)

    def ask(self, statement: Executable) -> list[tuple[Any, ...]]:
        """See `Appending.ask`."""
        with refusing_rows(self._url), self._connection.cursor() as cursor:
            execute(cursor, statement)
            return list(cursor.fetchall())

    def change(self, statement: Executable) -> int:
        """See `Appending.change`."""
        with refusing_rows(self._url), self._connection.cursor() as cursor:
            execute(cursor, statement)
            return int(cursor.rowcount)

    def analyze(self, tables: Sequence[Table]) -> None:
        """See `Appending.analyze`."""
        with explained(self._url), self._connection.cursor() as cursor:
            for table in tables:
                cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(self._schema, table.name)))

    def record(self, files: Sequence[LoadedFile]) -> None:
        """See `Appending.record`."""
        with explained(self._url), self._connection.cursor() as cursor:
            swap.lock(cursor, self._schema, [record_view.VIEW], "ACCESS EXCLUSIVE")
            given = {file.table_name for file in files}
            others = [file for file in record_view.read(cursor, self._schema) if file.table_name not in given]
            record_view.write(cursor, self._schema, [*files, *others])

    def commit(self) -> None:
        """See `Appending.commit`."""
        commit(self._connection, self._url, "run it again to have what is missing")
