"""Appending rows to tables in one transaction, by way of tables in a database beside them."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymysql

from datagen.ddl import ddl
from datagen.errors import DatabaseError
from datagen.loading.backend import Facts, RowsRefused, Sent, Step
from datagen.loading.mysql import record_table, target
from datagen.loading.mysql.connection import name_of
from datagen.loading.mysql.faults import explained, refusing_rows
from datagen.loading.mysql.load_data import load_files
from datagen.loading.mysql.staging import kill_statement, lost_in_commit
from datagen.loading.mysql.statements import execute, in_one, quoted_name, table_in
from datagen.schema import load_order

if TYPE_CHECKING:
    from sqlalchemy import FromClause, MetaData, Table
    from sqlalchemy.sql.base import Executable

    from datagen.loading.load_record import LoadedFile
    from datagen.loading.mysql.address import Address
    from datagen.loading.source_files import Source

_WHOLE = 200_000
"""Rows of a table up to which all of them are locked; of a larger one, the end, where rows are added."""


class MySqlAppending:
    """New rows on their way into tables; see `datagen.loading.backend.Appending`.

    Tables for them are made before the transaction begins, because making a table ends one; the rows go into these
    within it, so that a transaction that is rolled back leaves nothing but empty tables, which are dropped.
    """

    def __init__(self, address: Address, connection: Any, facts: Facts, database: str, metadata: MetaData) -> None:
        """The connection can send files, and is the appending's own; it is closed at the end."""
        self._address, self._connection, self._facts, self._database = address, connection, facts, database
        self._staging = target.staging_of(database)
        self._grown: list[Table] = []
        made = ddl(metadata, facts.dialect)
        with explained(address), connection.cursor() as cursor:
            target.prepare(cursor, database)
            cursor.execute(f"USE {name_of(self._staging)}")
            for table in load_order(metadata):
                cursor.execute(made[table.name].create)
                if statement := in_one(quoted_name(table), made[table.name].keys):
                    cursor.execute(statement)
            cursor.execute("START TRANSACTION")

    def close(self) -> None:
        """Roll back what is not committed, and remove the tables."""
        with suppress(pymysql.Error, DatabaseError), self._connection.cursor() as cursor:
            self._connection.rollback()
            target.drop_leftover(cursor, self._database)
        with suppress(pymysql.Error):
            self._connection.close()

    def cancel(self) -> None:
        """See `Cancellable.cancel`."""
        kill_statement(self._address, self._connection)

    def hold(self, tables: Sequence[Table]) -> None:
        """See `Appending.hold`. The rows are locked, or of a large table those at its end, with what comes after."""
        with explained(self._address), self._connection.cursor() as cursor:
            for table in tables:
                keys = ", ".join(f"{name_of(item.name)} DESC" for item in table.primary_key)
                cursor.execute(
                    "SELECT table_rows FROM information_schema.tables WHERE table_schema = %s AND table_name = %s",
                    (self._database, table.name),
                )
                (rows,) = cursor.fetchone()
                name, end = name_of(self._database, table.name), "" if (rows or 0) <= _WHOLE else "LIMIT 1"
                cursor.execute(f"SELECT count(*) FROM (SELECT 1 FROM {name} ORDER BY {keys} {end} FOR UPDATE) held")  # noqa: S608

    def fill(self, table: Table, sources: Sequence[Source], step: Step, sent: Sent) -> dict[Path, int]:
        """See `Appending.fill`."""
        with refusing_rows(self._address), self._connection.cursor() as cursor:
            return load_files(cursor, self._address, sources, name_of(table.name), step, sent)

    def existing(self, table: Table) -> FromClause:
        """See `Appending.existing`."""
        return table_in(table, self._database)

    def new(self, table: Table) -> FromClause:
        """See `Appending.new`; under a name of its own: an UPDATE of two tables does not tell databases apart."""
        return table_in(table, self._staging).alias(f"new_{table.name}")

    def ask(self, statement: Executable) -> list[tuple[Any, ...]]:
        """See `Appending.ask`."""
        with refusing_rows(self._address), self._connection.cursor() as cursor:
            execute(cursor, statement)
            return list(cursor.fetchall())

    def change(self, statement: Executable) -> int:
        """See `Appending.change`."""
        with refusing_rows(self._address), self._connection.cursor() as cursor:
            execute(cursor, statement)
            if cursor.warning_count:
                cursor.execute("SHOW WARNINGS LIMIT 1")
                raise RowsRefused(str(cursor.fetchone()[2]).rstrip("."))
            return int(cursor.rowcount)

    def analyze(self, tables: Sequence[Table]) -> None:
        """See `Appending.analyze`; done after the commit, because it would be one."""
        self._grown = list(tables)

    def record(self, files: Sequence[LoadedFile]) -> None:
        """See `Appending.record`."""
        with explained(self._address), self._connection.cursor() as cursor:
            record_table.write(cursor, self._database, files, self._facts)

    def commit(self) -> None:
        """See `Appending.commit`."""
        try:
            self._connection.commit()
        except pymysql.Error as error:
            raise lost_in_commit(self._address, error) from error
        with suppress(pymysql.Error), self._connection.cursor() as cursor:
            for table in self._grown:
                cursor.execute(f"ANALYZE TABLE {name_of(self._database, table.name)}")
