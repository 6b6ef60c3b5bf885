"""New tables in a staging schema beside the target, built over several connections, then swapped in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg2
from psycopg2 import sql

from datagen.ddl import TableDdl, ddl
from datagen.errors import DatabaseError
from datagen.loading.backend import Existing, RowsRefused, Sent, Step
from datagen.loading.postgres import record_view, swap, user_indexes
from datagen.loading.postgres.connection import commit, connect, explain, explained
from datagen.loading.postgres.copy import copy_in, totals
from datagen.loading.postgres.facts import CONNECTIONS
from datagen.loading.postgres.statements import continue_numbers, execute, table_in
from datagen.loading.postgres.views import create_views, view_names
from datagen.partitions import partition_names
from datagen.schema import column_names, load_order, references

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import FromClause, MetaData, Table
    from sqlalchemy.sql.base import Executable

    from datagen.loading.load_record import LoadedFile
    from datagen.loading.source_files import Source

_ABOUT_ROWS = ("22", "23")
"""Classes of SQLSTATEs that say that rows cannot be taken: bad values, keys, CHECKs."""


@contextmanager
def refusing_rows(url: str, path: Path | None = None) -> Iterator[None]:
    """Turn errors of the database into `RowsRefused` if rows caused them, else into `DatabaseError`."""
    try:
        yield
    except psycopg2.Error as error:
        if (error.pgcode or "")[:2] in _ABOUT_ROWS:
            reason = ": ".join(filter(None, (error.diag.message_primary, error.diag.message_detail)))
            raise RowsRefused(reason.rstrip("."), path) from error
        raise explain(url, error) from error


class PostgresStaging:
    """New tables in the making; see `datagen.loading.backend.Staging`. Its connection is out of autocommit mode."""

    def __init__(
        self,
        url: str,
        connection: Connection,
        existing: Existing,
        metadata: MetaData,
        views: Path | None,
        generation: str,
    ) -> None:
        self.generation = generation
        self._url, self._connection, self._existing, self._metadata = url, connection, existing, metadata
        self._schema = swap.staging_of(existing.schema)
        self._ours = [*view_names(views), record_view.VIEW]
        self._ddl = ddl(metadata)
        self._extra: Mapping[tuple[str, str], user_indexes.Index] = {}

    def create(self) -> None:
        """Make the staging schema, once it is known that everything others have added can be carried over."""
        with explained(self._url), self._connection.cursor() as cursor:
            found = swap.additions(cursor, self._existing, self._ours, self._metadata)
            swap.drop_leftover(cursor, self._existing.schema)
            swap.create_staging(cursor, self._existing.schema)
            self._connection.commit()
        self._extra = {(index.table, index.name): index for index in found.indexes}

    @contextmanager
    def workers(self) -> Iterator[list[PostgresWorker]]:
        """See `Staging.workers`."""
        connections: list[Connection] = []
        try:
            for _ in range(CONNECTIONS):
                try:
                    connection = connect(self._url)
                except DatabaseError:
                    if not connections:
                        raise
                    break  # such as the server having none to spare: one will do
                connections.append(connection)
                self._prepare(connection)
            yield [
                PostgresWorker(self._url, connection, self._existing.schema, self._ddl, self._extra)
                for connection in connections
            ]
        finally:
            for connection in connections:
                with suppress(psycopg2.Error):
                    connection.close()

    def _prepare(self, connection: Connection) -> None:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(self._schema)))
            # The commit that puts the tables in their place makes all of this durable, too.
            cursor.execute("SET synchronous_commit TO off; SET maintenance_work_mem TO '256MB'")
            cursor.execute("SET work_mem TO '128MB'; SET jit TO off")
        connection.commit()

    def own_indexes(self, table: Table) -> Sequence[str]:
        """See `Staging.own_indexes`."""
        return list(self._ddl[table.name].indexes)

    def extra_indexes(self, table: Table) -> Sequence[str]:
        """See `Staging.extra_indexes`."""
        return [name for of, name in self._extra if of == table.name]

    def hold(self, names: Sequence[str]) -> None:
        """See `Staging.hold`."""
        with explained(self._url), self._connection.cursor() as cursor:
            swap.lock(cursor, self._existing.schema, names, "SHARE")

    def ask(self, statement: Executable) -> list[tuple[Any, ...]]:
        """See `Staging.ask`."""
        with refusing_rows(self._url), self._connection.cursor() as cursor:
            execute(cursor, statement)
            return list(cursor.fetchall())

    def staged(self, table: Table) -> FromClause:
        """See `Staging.staged`."""
        return table_in(table, self._schema)

    def mark_ready(self) -> None:
        """See `Staging.mark_ready`."""
        with explained(self._url), self._connection.cursor() as cursor:
            swap.mark_ready(cursor, self._existing.schema, self.generation)
            self._connection.commit()

    def swap(self, files: Sequence[LoadedFile], views: Path | None, empty: Iterable[str]) -> list[str]:
        """See `Staging.swap`."""
        with explained(self._url), self._connection.cursor() as cursor:
            found = swap.make_way(cursor, self._existing, self._ours, self._metadata, empty)
            # Those that came since the load began, too.
            user_indexes.make_missing(cursor, self._schema, found.indexes)
            made = load_order(self._metadata)
            swap.swap(
                cursor, self._existing, [name for table in made for name in (table.name, *partition_names(table))]
            )
            record_view.write(cursor, self._existing.schema, files)
            create_views(cursor, self._existing.schema, views)
            warnings = swap.restore(cursor, found)
        commit(self._connection, self._url, "verifying it with the directory of the files tells which")
        return warnings

    def drop(self) -> None:
        """See `Staging.drop`."""
        with suppress(psycopg2.Error), self._connection.cursor() as cursor:
            self._connection.rollback()
            swap.drop_leftover(cursor, self._existing.schema)
            self._connection.commit()


class PostgresWorker:
    """A connection that builds tables; see `datagen.loading.backend.Worker`. Each call is a transaction."""

    def __init__(
        self,
        url: str,
        connection: Connection,
        schema: str,
        statements: Mapping[str, TableDdl],
        extra: Mapping[tuple[str, str], user_indexes.Index],
    ) -> None:
        self._url, self._connection, self._schema = url, connection, schema
        self._ddl, self._extra = statements, extra

    def cancel(self) -> None:
        """See `Cancellable.cancel`."""
        self._connection.cancel()

    def fill(
        self, table: Table, sources: Sequence[Source], step: Step, sent: Sent, *, with_keys: bool
    ) -> dict[Path, int]:
        """See `Worker.fill`; in one transaction, so that rows are written frozen and, mostly, without log."""
        parts = {}
        with refusing_rows(self._url), self._connection.cursor() as cursor:
            self._create(cursor, table)
            for source in sources:
                with refusing_rows(self._url, source.path):
                    # Partitions are other tables than the one that is filled: their rows are frozen later.
                    how = [] if self._ddl[table.name].partitions else ["FREEZE true"]
                    parts[source.path] = copy_in(cursor, source, sql.Identifier(table.name), step, *how)
                sent(source, parts[source.path])
            self._end(cursor, table, with_keys)
        return parts

    def copy_kept(self, table: Table, *, with_keys: bool) -> int:
        """See `Worker.copy_kept`."""
        columns = sql.SQL(", ").join(map(sql.Identifier, column_names(table)))
        statement = sql.SQL("INSERT INTO {} ({columns}) SELECT {columns} FROM {}").format(
            sql.Identifier(table.name), sql.Identifier(self._schema, table.name), columns=columns
        )
        with refusing_rows(self._url), self._connection.cursor() as cursor:
            self._create(cursor, table)
            cursor.execute(statement)
            rows = int(cursor.rowcount)
            self._end(cursor, table, with_keys)
        return rows

    def _create(self, cursor: Cursor, table: Table) -> None:
        made = self._ddl[table.name]
        cursor.execute(";\n".join([made.create, *made.partitions, *made.comments]))

    def _end(self, cursor: Cursor, table: Table, with_keys: bool) -> None:
        if with_keys:
            self._run(cursor, [*self._ddl[table.name].keys, *self._ddl[table.name].indexes.values()])
        self._connection.commit()

    def _run(self, cursor: Cursor, statements: Iterable[str]) -> None:
        for statement in statements:
            cursor.execute(statement)

    def add_keys(self, table: Table) -> None:
        """See `Worker.add_keys`."""
        with refusing_rows(self._url), self._connection.cursor() as cursor:
            self._run(cursor, self._ddl[table.name].keys)
            self._connection.commit()

    def add_index(self, table: Table, name: str) -> None:
        """See `Worker.add_index`."""
        with refusing_rows(self._url), self._connection.cursor() as cursor:
            if index := self._extra.get((table.name, name)):
                user_indexes.make(cursor, swap.staging_of(self._schema), index)
            else:
                cursor.execute(self._ddl[table.name].indexes[name])
            self._connection.commit()

    def finish(self, table: Table) -> None:
        """See `Worker.finish`."""
        name, keys = sql.Identifier(table.name), self._ddl[table.name].foreign_keys
        with refusing_rows(self._url), self._connection.cursor() as cursor:
            cursor.execute(sql.SQL("ANALYZE {}").format(name))
            continue_numbers(cursor, table)
            self._connection.commit()
            if not keys:
                return
            # Added at once and validated later: the parents are locked for a moment only, and in one order, so that
            # no two connections wait for each other.
            parents = {parent for item in references(table) if item.enforced for parent, _ in item.parents}
            for locked in sorted({table.name, *parents}):
                cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(sql.Identifier(locked)))
            if self._ddl[table.name].partitions:  # they cannot be validated later
                self._run(cursor, keys.values())
                self._connection.commit()
                return
            cursor.execute(";\n".join(f"{statement} NOT VALID" for statement in keys.values()))
            self._connection.commit()
            for key in keys:
                cursor.execute(sql.SQL("ALTER TABLE {} VALIDATE CONSTRAINT {}").format(name, sql.SQL(key)))
            self._connection.commit()

    def totals(self, table: Table, columns: Iterable[str]) -> dict[str, Decimal]:
        """See `Worker.totals`."""
        with refusing_rows(self._url), self._connection.cursor() as cursor:
            found = totals(cursor, table, columns)
            self._connection.commit()
        return found
