"""New tables in a staging schema beside the target, built over several connections, then put in place."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import CheckConstraint

from datagen.ddl import TableDdl, ddl
from datagen.errors import DatabaseError, DataError
from datagen.loading.backend import Existing, RowsRefused, Sent, Step
from datagen.loading.mssql import bulk, catalogue, partition_schemes, staging_schemas, swap
from datagen.loading.mssql.connection import Link, connect
from datagen.loading.mssql.facts import CONNECTIONS
from datagen.loading.mssql.statements import compiled, name, numbers_itself, table_in, text
from datagen.schema import column_names, constraints_of, load_order

if TYPE_CHECKING:
    from sqlalchemy import FromClause, MetaData, Table
    from sqlalchemy.sql.base import Executable

    from datagen.loading.load_record import LoadedFile
    from datagen.loading.source_files import Source

_PATIENCE = 60_000
"""Milliseconds for which those who change tables that are kept are waited for."""


class MssqlStaging:
    """New tables in the making; see `datagen.loading.backend.Staging`."""

    def __init__(self, link: Link, existing: Existing, metadata: MetaData, generation: str) -> None:
        self.generation = generation
        self._link, self._existing, self._metadata = link, existing, metadata
        self._schema = staging_schemas.staging_of(existing.schema)
        self._ddl = ddl(metadata, "mssql", self._schema)
        self._extra: Mapping[tuple[str, str], catalogue.Index] = {}
        self._holding = False

    def create(self) -> None:
        """Make the schemas, once it is known that everything others have added can be carried over."""
        catalogue.refuse_lost(self._link, self._existing, self._metadata)
        indexes = catalogue.user_indexes(self._link, self._existing, self._metadata)
        self._extra = {(index.table, index.name): index for index in indexes}
        partition_schemes.create(self._link, self._metadata)
        for schema in (staging_schemas.old_of(self._existing.schema), self._schema):
            staging_schemas.drop(self._link, schema)
            staging_schemas.create(self._link, schema)

    @contextmanager
    def workers(self) -> Iterator[list[MssqlWorker]]:
        """See `Staging.workers`."""
        links: list[Link] = []
        try:
            for _ in range(CONNECTIONS):
                try:
                    links.append(connect(self._link.address))
                except DatabaseError:
                    if not links:
                        raise
                    break  # such as the server having none to spare: one will do
            yield [MssqlWorker(link, self._existing.schema, self._ddl, self._extra) for link in links]
        finally:
            for link in links:
                link.close()

    def own_indexes(self, table: Table) -> Sequence[str]:
        """See `Staging.own_indexes`."""
        return list(self._ddl[table.name].indexes)

    def extra_indexes(self, table: Table) -> Sequence[str]:
        """See `Staging.extra_indexes`."""
        return [index for of, index in self._extra if of == table.name]

    def hold(self, names: Sequence[str]) -> None:
        """See `Staging.hold`."""
        self._link.begin()
        self._holding = True
        swap.hold(self._link, self._existing.schema, names, _PATIENCE)

    def ask(self, statement: Executable) -> list[tuple[Any, ...]]:
        """See `Staging.ask`."""
        return self._link.rows(compiled(statement))

    def staged(self, table: Table) -> FromClause:
        """See `Staging.staged`."""
        return table_in(table, self._schema)

    def mark_ready(self) -> None:
        """See `Staging.mark_ready`."""
        staging_schemas.mark_ready(self._link, self._existing.schema, self.generation)

    def swap(self, files: Sequence[LoadedFile], views: Path | None, empty: Iterable[str]) -> list[str]:
        """See `Staging.swap`."""
        order = [table.name for table in load_order(self._metadata)]
        catalogue.refuse_lost(self._link, self._existing, self._metadata)  # what came since the load began
        self._make_missing()
        swap.put_in_place(self._link, self._existing, order, empty, files, holding=self._holding)
        self._link.commit("--verify-only --data-dir tells which")
        return [*_not_made(views), *swap.clear(self._link, self._existing.schema)]

    def _make_missing(self) -> None:
        """Make the indexes that others have made since the load began."""
        for index in catalogue.user_indexes(self._link, self._existing, self._metadata):
            if (index.table, index.name) not in self._extra:
                self._link.run(index.statement(self._schema))

    def drop(self) -> None:
        """See `Staging.drop`."""
        with suppress(DatabaseError, DataError, RowsRefused):
            self._link.roll_back()
            swap.clear(self._link, self._existing.schema)


def _not_made(views: Path | None) -> list[str]:
    count = len(list(views.glob("*.sql"))) if views else 0
    return [f"The {count} views for reports are written for PostgreSQL, and were left out."] if count else []


class MssqlWorker:
    """A connection that builds tables; see `datagen.loading.backend.Worker`."""

    def __init__(
        self,
        link: Link,
        schema: str,
        statements: Mapping[str, TableDdl],
        extra: Mapping[tuple[str, str], catalogue.Index],
    ) -> None:
        self._link, self._target, self._staging = link, schema, staging_schemas.staging_of(schema)
        self._ddl, self._extra = statements, extra

    def cancel(self) -> None:
        """See `Cancellable.cancel`."""
        self._link.cancel()

    def fill(
        self, table: Table, sources: Sequence[Source], step: Step, sent: Sent, *, with_keys: bool
    ) -> dict[Path, int]:
        """See `Worker.fill`."""
        self._create(table)
        parts = fill(self._link, self._staging, table, sources, step, sent)
        self._end(table, with_keys)
        return parts

    def copy_kept(self, table: Table, *, with_keys: bool) -> int:
        """See `Worker.copy_kept`."""
        self._create(table)
        columns = ", ".join(map(name, column_names(table)))
        there, here = name(self._target, table.name), name(self._staging, table.name)
        with numbers_given(self._link, here, table):
            self._link.run(f"INSERT INTO {here} WITH (TABLOCK) ({columns}) SELECT {columns} FROM {there}")  # noqa: S608
        self._end(table, with_keys)
        ((rows,),) = self._link.rows(f"SELECT COUNT_BIG(*) FROM {here}")  # noqa: S608
        return int(rows)

    def _create(self, table: Table) -> None:
        made = self._ddl[table.name]
        self._run([made.create, *made.comments])

    def _end(self, table: Table, with_keys: bool) -> None:
        check(self._link, self._staging, table)
        if with_keys:
            self._run([*self._ddl[table.name].keys, *self._ddl[table.name].indexes.values()])

    def _run(self, statements: Iterable[str]) -> None:
        for statement in statements:
            self._link.run(statement)

    def add_keys(self, table: Table) -> None:
        """See `Worker.add_keys`."""
        self._run(self._ddl[table.name].keys)

    def add_index(self, table: Table, index: str) -> None:
        """See `Worker.add_index`."""
        extra = self._extra.get((table.name, index))
        self._link.run(extra.statement(self._staging) if extra else self._ddl[table.name].indexes[index])

    def finish(self, table: Table) -> None:
        """See `Worker.finish`."""
        place = name(self._staging, table.name)
        self._link.run(f"UPDATE STATISTICS {place}")
        if numbers_itself(table):  # the next row is to get the next number
            self._link.run(f"DBCC CHECKIDENT ({text(place)}, RESEED) WITH NO_INFOMSGS")
        self._run(map(checked, self._ddl[table.name].foreign_keys.values()))
        if left := catalogue.not_trusted(self._link, self._staging, [table.name]):
            raise DatabaseError(f"The server has not verified the constraint {left[0][1]} of {table.name}. Load again.")

    def totals(self, table: Table, columns: Iterable[str]) -> dict[str, Decimal]:
        """See `Worker.totals`."""
        return bulk.totals(self._link, self._staging, table, columns)


def fill(
    link: Link, schema: str, table: Table, sources: Sequence[Source], step: Step, sent: Callable[[Source, int], None]
) -> dict[Path, int]:
    """Send files to an empty table of a schema; gives the rows by file.

    Raises: `RowsRefused`, and `DatabaseError` if fewer have arrived than were sent.
    """
    parts: dict[Path, int] = {}
    place = name(schema, table.name)
    for source in sources:
        before = sum(parts.values())
        link.bulk(place, bulk.bulk_schema(table), bulk.batches(source, step), source.path)
        # What the copy tells is what the client has sent.
        ((there,),) = link.rows(f"SELECT COUNT_BIG(*) FROM {place}")  # noqa: S608 - a name of the schema
        parts[source.path] = int(there) - before
        sent(source, parts[source.path])
    return parts


@contextmanager
def numbers_given(link: Link, place: str, table: Table) -> Iterator[None]:
    """Let rows that are inserted keep the numbers that they come with."""
    if not numbers_itself(table):
        yield
        return
    link.run(f"SET IDENTITY_INSERT {place} ON")
    yield
    link.run(f"SET IDENTITY_INSERT {place} OFF")


def check(link: Link, schema: str, table: Table) -> None:
    """Let the server verify the CHECKs of a table, which a bulk copy passes by. Raises: `RowsRefused`."""
    names = [name(str(item.name)) for item in constraints_of(table, CheckConstraint)]
    if names:
        link.run(f"ALTER TABLE {name(schema, table.name)} WITH CHECK CHECK CONSTRAINT {', '.join(names)}")


def checked(statement: str) -> str:
    """ALTER TABLE ... ADD CONSTRAINT that says that all rows are to be verified."""
    return statement.replace(" ADD CONSTRAINT ", " WITH CHECK ADD CONSTRAINT ", 1)
