"""Appending rows to tables in one transaction, by way of tables in a staging schema, which a bulk copy has filled."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Insert

from datagen.ddl import ddl
from datagen.errors import DatabaseError
from datagen.loading.backend import RowsRefused, Sent, Step
from datagen.loading.mssql import record_view, staging_schemas, swap
from datagen.loading.mssql.connection import Link, connect
from datagen.loading.mssql.staging import check, fill, numbers_given
from datagen.loading.mssql.statements import compiled, name, table_in

if TYPE_CHECKING:
    from sqlalchemy import FromClause, MetaData, Table
    from sqlalchemy.sql.base import Executable

    from datagen.loading.load_record import LoadedFile
    from datagen.loading.source_files import Source

_PATIENCE = 15_000
"""Milliseconds for which others that write to the tables are waited for."""


class MssqlAppending:
    """New rows on their way into tables; see `datagen.loading.backend.Appending`."""

    def __init__(self, link: Link, schema: str, metadata: MetaData) -> None:
        """The new rows are sent over a connection of their own; `link` has the transaction that puts them in place."""
        self._link, self._schema, self._metadata = link, schema, metadata
        self._staging = staging_schemas.staging_of(schema)
        self._ddl = ddl(metadata, "mssql", self._staging)
        self._sender = connect(link.address)
        try:
            staging_schemas.drop(self._sender, self._staging)
            staging_schemas.create(self._sender, self._staging)
            link.begin()
        except BaseException:
            self._sender.close()
            raise

    def close(self) -> None:
        """Undo what was not committed, and remove the staging schema."""
        self._link.roll_back()
        with suppress(DatabaseError, RowsRefused):
            staging_schemas.drop(self._sender, self._staging)
        self._sender.close()

    def cancel(self) -> None:
        """See `Cancellable.cancel`."""
        self._link.cancel()
        self._sender.cancel()

    def hold(self, tables: Sequence[Table]) -> None:
        """See `Appending.hold`."""
        swap.hold(self._link, self._schema, [table.name for table in tables], _PATIENCE)

    def fill(self, table: Table, sources: Sequence[Source], step: Step, sent: Sent) -> dict[Path, int]:
        """See `Appending.fill`."""
        made = self._ddl[table.name]
        self._sender.run(made.create)
        parts = fill(self._sender, self._staging, table, sources, step, sent)
        check(self._sender, self._staging, table)
        for statement in made.keys:
            self._sender.run(statement)
        return parts

    def existing(self, table: Table) -> FromClause:
        """See `Appending.existing`."""
        return table_in(table, self._schema)

    def new(self, table: Table) -> FromClause:
        """See `Appending.new`."""
        return table_in(table, self._staging)

    def ask(self, statement: Executable) -> list[tuple[Any, ...]]:
        """See `Appending.ask`."""
        return self._link.rows(compiled(statement))

    def change(self, statement: Executable) -> int:
        """See `Appending.change`."""
        if not isinstance(statement, Insert):
            return self._link.run(compiled(statement))
        target: Any = statement.table
        with numbers_given(self._link, name(self._schema, target.name), self._metadata.tables[target.name]):
            return self._link.run(compiled(statement))

    def analyze(self, tables: Sequence[Table]) -> None:
        """See `Appending.analyze`."""
        for table in tables:
            self._link.run(f"UPDATE STATISTICS {name(self._schema, table.name)}")

    def record(self, files: Sequence[LoadedFile]) -> None:
        """See `Appending.record`."""
        given = {file.table_name for file in files}
        others = [file for file in record_view.read(self._link, self._schema) if file.table_name not in given]
        record_view.write(self._link, self._schema, [*files, *others])

    def commit(self) -> None:
        """See `Appending.commit`."""
        self._link.commit("run it again to have what is missing")
