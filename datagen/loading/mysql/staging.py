"""New tables in a database beside the target, built over several connections, then moved in."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pymysql

from datagen.ddl import TableDdl, ddl
from datagen.errors import DatabaseError, DataError, listed
from datagen.loading.backend import DONE, Existing, Facts, RowsRefused, Sent, Step, rows_in_the_way
from datagen.loading.mysql import in_place, record_table, target, user_indexes
from datagen.loading.mysql.connection import connect, name_of
from datagen.loading.mysql.faults import IN_USE, code_of, explain, explained, is_lost, refusing_rows
from datagen.loading.mysql.load_data import load_files, totals
from datagen.loading.mysql.statements import execute, in_one, quoted_name, table_in, with_all
from datagen.schema import column_names, load_order, references

if TYPE_CHECKING:
    from sqlalchemy import FromClause, MetaData, Table
    from sqlalchemy.sql.base import Executable

    from datagen.loading.load_record import LoadedFile
    from datagen.loading.mysql.address import Address
    from datagen.loading.source_files import Source
    from datagen.table_facts import Reference

_PATIENCE = 60.0
"""Seconds to wait for others to let go of the old tables."""
_MOMENT = 2
"""Seconds to wait at a time: those who come meanwhile stand behind."""
_PAUSE = 0.5
"""Seconds that others have until the tables are asked for again."""


class MySqlStaging:
    """New tables in the making; see `datagen.loading.backend.Staging`."""

    def __init__(
        self,
        address: Address,
        connection: Any,
        facts: Facts,
        existing: Existing,
        metadata: MetaData,
        generation: str,
    ) -> None:
        self.generation = generation
        self._address, self._connection, self._facts = address, connection, facts
        self._existing, self._metadata = existing, metadata
        self._database = target.staging_of(existing.schema)
        self._ddl = self._staged_ddl = ddl(metadata, facts.dialect)
        self._extra: Mapping[tuple[str, str], str] = {}
        self._asking = threading.Lock()
        self._holder: Any = None
        self._held: dict[str, Any] = {}
        self._in_place = False
        """Whether rows are replaced, because tables cannot be moved."""

    def create(self) -> None:
        """Make the databases of the load, once it is known that what others have added can be carried over."""
        with explained(self._address), self._connection.cursor() as cursor:
            target.refuse_lost(cursor, self._facts, self._existing, self._metadata)
            self._in_place = in_place.is_needed(cursor, self._facts, self._existing, self._metadata)
            if self._in_place:
                self._staged_ddl = in_place.staged_ddl(self._metadata, self._ddl, self._facts.dialect)
            self._extra = user_indexes.read(cursor, self._existing, self._metadata)
            target.prepare(cursor, self._existing.schema)

    @contextmanager
    def workers(self) -> Iterator[list[MySqlWorker]]:
        """See `Staging.workers`."""
        workers: list[MySqlWorker] = []
        complete: set[str] = set()
        try:
            for _ in range(self._facts.connections):
                try:
                    connection = connect(self._address, local_infile=True)
                except DatabaseError:
                    if not workers:
                        raise
                    break  # such as the server having none to spare: one will do
                workers.append(
                    MySqlWorker(
                        self._address, connection, self._existing.schema, self._staged_ddl, self._extra, complete
                    )
                )
            yield workers
        finally:
            for worker in workers:
                worker.close()

    def own_indexes(self, table: Table) -> Sequence[str]:
        """See `Staging.own_indexes`; they are made with the keys, for which the table is read once."""
        del table
        return []

    def extra_indexes(self, table: Table) -> Sequence[str]:
        """See `Staging.extra_indexes`."""
        return [name for of, name in self._extra if of == table.name]

    def hold(self, names: Sequence[str]) -> None:
        """See `Staging.hold`. Whether nobody has changed them in the moment before the swap is seen after it."""
        self._holder = connect(self._address)
        with explained(self._address), self._holder.cursor() as cursor:
            locks = ", ".join(f"{name_of(self._existing.schema, name)} READ" for name in names)
            cursor.execute(f"LOCK TABLES {locks}")
            self._held = _checksums(cursor, self._existing.schema, names)

    def ask(self, statement: Executable) -> list[tuple[Any, ...]]:
        """See `Staging.ask`."""
        with self._asking, refusing_rows(self._address), self._connection.cursor() as cursor:
            execute(cursor, statement)
            return list(cursor.fetchall())

    def staged(self, table: Table) -> FromClause:
        """See `Staging.staged`."""
        return table_in(table, self._database)

    def mark_ready(self) -> None:
        """See `Staging.mark_ready`."""
        with explained(self._address), self._connection.cursor() as cursor:
            target.mark_ready(cursor, self._existing.schema, self.generation)

    def swap(self, files: Sequence[LoadedFile], views: Path | None, empty: Iterable[str]) -> list[str]:
        """See `Staging.swap`."""
        names = [table.name for table in load_order(self._metadata)]
        if self._in_place:
            self._replace_rows(files, set(empty))
            return [*self._drop_old(), *_without_views(self._facts, views)]
        with explained(self._address), self._connection.cursor() as cursor:
            record_table.create(cursor, self._database)
            record_table.write(cursor, self._database, files, self._facts)
            record = bool(record_table.columns_of(cursor, self._existing.schema, self._facts))
            self._rename(cursor, target.renaming(self._existing, names, record), set(empty))
            if changed := self._changed_meanwhile(cursor, set(empty)):
                cursor.execute(target.renaming_back(self._existing, names, record))
                raise changed
        return [*self._drop_old(), *_without_views(self._facts, views)]

    def _replace_rows(self, files: Sequence[LoadedFile], empty: set[str]) -> None:
        """Copy the staged rows into the tables that are there, in one transaction."""
        tables, schema = load_order(self._metadata), self._existing.schema
        with explained(self._address), self._connection.cursor() as cursor:
            if there := sorted(target.filled(cursor, schema, empty & set(self._existing.tables))):
                raise rows_in_the_way(self._facts, schema, there)
            self._let_go()
            cursor.execute("SET SESSION foreign_key_checks = 0")  # they were looked at in the staged tables
            in_place.renew_empty(cursor, self._existing, self._metadata, self._ddl, self._extra)
            if not record_table.columns_of(cursor, schema, self._facts):
                record_table.create(cursor, schema)
            try:
                cursor.execute("START TRANSACTION")
                if changed := self._changed(cursor, schema):
                    raise changed
                in_place.replace_rows(cursor, self._existing, tables, self._database)
                record_table.write(cursor, schema, files, self._facts)
                self._commit()
            except BaseException:
                kill_statement(self._address, self._connection)
                with suppress(pymysql.Error):
                    self._connection.rollback()
                raise
            in_place.go_on_counting(cursor, self._facts, self._existing, tables)

    def _commit(self) -> None:
        try:
            self._connection.commit()
        except pymysql.Error as error:
            raise lost_in_commit(self._address, error) from error

    def _rename(self, cursor: Any, statement: str, empty: set[str]) -> None:
        """Move all tables as soon as others let go of them."""
        deadline = time.monotonic() + _PATIENCE
        cursor.execute("SET SESSION lock_wait_timeout = %s", (_MOMENT,))
        while True:
            target.refuse_lost(cursor, self._facts, self._existing, self._metadata)
            if there := sorted(target.filled(cursor, self._existing.schema, empty & set(self._existing.tables))):
                raise rows_in_the_way(self._facts, self._existing.schema, there)
            self._let_go()
            try:
                with self._noting_if_done():
                    cursor.execute(statement)
                return
            except pymysql.Error as error:
                if is_lost(error):
                    raise self._loss() from error
                if code_of(error) not in IN_USE:
                    raise
            if time.monotonic() > deadline:
                who = target.holders(cursor, [self._connection.thread_id()])
                raise DatabaseError(
                    f"Other sessions have been using the tables of {self._existing.schema} for {_PATIENCE:.0f} s "
                    f"without a pause{who}, so the new data cannot take their place. End them and load again; the "
                    "database is as it was."
                )
            time.sleep(_PAUSE)

    @contextmanager
    def _noting_if_done(self) -> Iterator[None]:
        """Note on what ends the work within, such as Ctrl-C, that the data is in place, if it is."""
        try:
            yield
        except pymysql.Error:
            raise
        except BaseException as error:
            if self._is_done():
                error.add_note(DONE)
            raise

    def _is_done(self) -> bool | None:
        """Whether the tables have been moved, asked over another connection once the statement has ended."""
        deadline, thread = time.monotonic() + _MOMENT + 5, self._connection.thread_id()
        with suppress(pymysql.Error, DatabaseError):
            other = connect(self._address)
            with other, other.cursor() as cursor:
                with suppress(pymysql.Error):
                    cursor.execute("KILL %s", (thread,))
                while time.monotonic() < deadline:
                    cursor.execute("SELECT 1 FROM information_schema.processlist WHERE id = %s", (thread,))
                    if cursor.fetchone() is None:
                        return target.is_swapped(cursor, self._existing.schema)
                    time.sleep(0.05)
        return None

    def _loss(self) -> DatabaseError:
        what = {
            None: "all of the old or all of the new; verifying it tells which",
            True: "the new data, whole",
            False: "what it held before, whole",
        }[self._is_done()]
        return DatabaseError(
            f"The connection was lost {self._address.place} in the moment the new data took its place. The database "
            f"holds {what}."
        )

    def _changed_meanwhile(self, cursor: Any, empty: set[str]) -> Exception | None:
        """What is said if others have changed old tables between the last look and the moment they were moved."""
        replaced = target.replaced_of(self._existing.schema)
        if there := sorted(target.filled(cursor, replaced, empty & set(self._existing.tables))):
            return rows_in_the_way(self._facts, self._existing.schema, there)
        return self._changed(cursor, replaced)

    def _changed(self, cursor: Any, database: str) -> Exception | None:
        """What is said if the tables that were held have been changed since, wherever they are now."""
        found = _checksums(cursor, database, list(self._held))
        if changed := [name for name in found if found[name] != self._held[name]]:
            return DataError(
                f"{listed(changed, 1)}, which the directory does not have, was changed while the others were loaded. "
                "Load again; the database is as it was."
            )
        return None

    def _drop_old(self) -> list[str]:
        try:
            with self._connection.cursor() as cursor:
                cursor.execute("SET SESSION lock_wait_timeout = 60")
                target.drop_leftover(cursor, self._existing.schema)
        except (pymysql.Error, DatabaseError) as error:
            name = target.replaced_of(self._existing.schema)
            return [f"The old tables are still in the database {name} ({error}); the next load removes them."]
        return []

    def _let_go(self) -> None:
        if self._holder is not None:
            with suppress(pymysql.Error):
                self._holder.close()
            self._holder = None

    def drop(self) -> None:
        """See `Staging.drop`; over a connection of its own, because the other one may be lost."""
        self._let_go()
        with suppress(pymysql.Error, DatabaseError), connect(self._address) as other, other.cursor() as cursor:
            target.drop_leftover(cursor, self._existing.schema)


def _checksums(cursor: Any, database: str, names: Sequence[str]) -> dict[str, Any]:
    found = {}
    for name in names:
        cursor.execute(f"CHECKSUM TABLE {name_of(database, name)}")
        found[name] = cursor.fetchone()[1]
    return found


def _without_views(facts: Facts, views: Path | None) -> list[str]:
    names = sorted(path.stem for path in views.glob("*.sql")) if views else []
    if not names:
        return []
    return [f"The views {listed(names, 2)} are written for PostgreSQL, so {facts.title} does not have them."]


class MySqlWorker:
    """A connection that builds tables; see `datagen.loading.backend.Worker`."""

    def __init__(
        self,
        address: Address,
        connection: Any,
        database: str,
        statements: Mapping[str, TableDdl],
        extra: Mapping[tuple[str, str], str],
        complete: set[str],
    ) -> None:
        """`complete` is what the workers of a load share: the tables that were created with all their keys."""
        self._complete = complete
        self._address, self._connection, self._target = address, connection, database
        self._database = target.staging_of(database)
        self._ddl, self._extra = statements, extra
        with explained(address), connection.cursor() as cursor:
            cursor.execute(f"USE {name_of(self._database)}")
            # References are looked at once the tables are complete, which takes a fraction of the time.
            cursor.execute("SET SESSION foreign_key_checks = 0")

    def close(self) -> None:
        """Close the connection."""
        with suppress(pymysql.Error):
            self._connection.close()

    def cancel(self) -> None:
        """See `Cancellable.cancel`."""
        kill_statement(self._address, self._connection)

    def fill(
        self, table: Table, sources: Sequence[Source], step: Step, sent: Sent, *, with_keys: bool
    ) -> dict[Path, int]:
        """See `Worker.fill`."""
        with refusing_rows(self._address), self._connection.cursor() as cursor:
            self._create(cursor, table, with_keys)
            return load_files(cursor, self._address, sources, name_of(table.name), step, sent)

    def copy_kept(self, table: Table, *, with_keys: bool) -> int:
        """See `Worker.copy_kept`."""
        columns = ", ".join(map(name_of, column_names(table)))
        source = name_of(self._target, table.name)
        with refusing_rows(self._address), self._connection.cursor() as cursor:
            self._create(cursor, table, with_keys)
            cursor.execute(f"INSERT INTO {name_of(table.name)} ({columns}) SELECT {columns} FROM {source}")  # noqa: S608
            return int(cursor.rowcount)

    def _create(self, cursor: Any, table: Table, with_keys: bool) -> None:
        made = self._ddl[table.name]
        if not with_keys:
            cursor.execute(made.create)
            return
        more = [*made.keys, *made.indexes.values(), *made.foreign_keys.values()]
        cursor.execute(with_all(quoted_name(table), made.create, more))
        self._complete.add(table.name)

    def add_keys(self, table: Table) -> None:
        """See `Worker.add_keys`; the primary key is there from the beginning, and the indexes come along."""
        with refusing_rows(self._address), self._connection.cursor() as cursor:
            made = self._ddl[table.name]
            if statement := in_one(quoted_name(table), [*made.keys, *made.indexes.values()]):
                cursor.execute(statement)

    def add_index(self, table: Table, name: str) -> None:
        """See `Worker.add_index`."""
        with refusing_rows(self._address), self._connection.cursor() as cursor:
            cursor.execute(f"ALTER TABLE {name_of(table.name)} ADD {self._extra[table.name, name]}")

    def finish(self, table: Table) -> None:
        """See `Worker.finish`."""
        keys = self._ddl[table.name].foreign_keys
        with refusing_rows(self._address), self._connection.cursor() as cursor:
            for item in references(table):
                if item.enforced:  # by us at least, where a partitioned table has no foreign keys
                    _refuse_orphans(cursor, table, item)
            if keys and table.name not in self._complete:
                cursor.execute(in_one(quoted_name(table), keys.values()))
            cursor.execute(f"ANALYZE TABLE {name_of(table.name)}")

    def totals(self, table: Table, columns: Iterable[str]) -> dict[str, Decimal]:
        """See `Worker.totals`."""
        with refusing_rows(self._address), self._connection.cursor() as cursor:
            return totals(cursor, table, columns)


def _refuse_orphans(cursor: Any, table: Table, item: Reference) -> None:
    """Refuse rows that refer to none: the database does not look at those that are there when it gets the key."""
    ((parent, columns),) = item.parents
    pairs = list(zip(item.columns, columns, strict=True))
    is_filled = " AND ".join(f"c.{name_of(name)} IS NOT NULL" for name in item.columns)
    child = name_of(table.name)
    if len(item.columns) == 1:  # its index tells the values one by one, without the rows
        child = f"(SELECT DISTINCT {name_of(item.columns[0])} FROM {child})"  # noqa: S608 - names of the schema
    same = " AND ".join(f"p.{name_of(theirs)} = c.{name_of(ours)}" for ours, theirs in pairs)
    cursor.execute(
        f"SELECT 1 FROM {child} c WHERE {is_filled} "  # noqa: S608 - names of the schema
        f"AND NOT EXISTS (SELECT 1 FROM {name_of(parent)} p WHERE {same}) LIMIT 1"
    )
    if cursor.fetchone():
        raise RowsRefused(f"rows of {table.name} refer to no row of {parent}")


def kill_statement(address: Address, connection: Any) -> None:
    """End the statement that runs on a connection, over another one."""
    with suppress(DatabaseError), explained(address), connect(address) as other, other.cursor() as cursor:
        cursor.execute("KILL QUERY %s", (connection.thread_id(),))


def lost_in_commit(address: Address, error: pymysql.Error) -> DatabaseError:
    """What is said where a connection is lost while new rows are committed."""
    if not is_lost(error):
        return explain(address, error)
    return DatabaseError(
        f"The connection was lost {address.place} in the moment the new data took its place. The database holds "
        "all of the old or all of the new; run it again to have what is missing."
    )
