"""Loading a directory into PostgreSQL, whole or not at all.

New tables are made, filled, keyed, indexed and verified in a staging schema beside the target, and then take the place
of the old ones in one short transaction. Killed at any moment, the target holds all of the old data or all of the new;
readers see the old until they see the new. What a killed load leaves behind is removed by the next.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql
from psycopg2.extensions import TRANSACTION_STATUS_IDLE

from datagen.ddl import ddl
from datagen.errors import DatabaseError, DataError
from datagen.loading import continuity
from datagen.loading.postgres import load_record, swap, user_indexes
from datagen.loading.postgres.connection import DONE, connect, explained, noting_what_is_left, place
from datagen.loading.postgres.copy import BLOCK, copy_in, judged, totals
from datagen.loading.postgres.views import create_views, view_names
from datagen.loading.source_files import Directory, Source
from datagen.loading.task_graph import Stop, Task, Work
from datagen.loading.value_formats import check_forms
from datagen.progress import Progress
from datagen.schema import column_names, foreign_keys, load_order

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import MetaData, Table

CONNECTIONS = 2
_SMALL = 4 << 20
"""A table with fewer bytes is keyed and indexed in the transaction that fills it."""
_LOCK_CLASS = zlib.crc32(b"datagen load") & 0x7FFFFFFF
_LOCK_PATIENCE = 15.0
"""Seconds to wait for the session of a killed load to notice."""


@dataclass(frozen=True)
class Loaded:
    """What a load did."""

    rows: Mapping[str, int]
    """Rows by table, of the tables the directory has."""
    bytes: int
    seconds: float
    kept: tuple[str, ...]
    """Tables that the directory does not have and whose rows stayed."""
    warnings: tuple[str, ...]


def load(
    url: str,
    directory: Directory,
    metadata: MetaData,
    *,
    schema: str = "public",
    truncate: bool = False,
    views: Path | None = None,
    report: Progress | None = None,
) -> Loaded:
    """Load the tables of a directory; with `truncate` they replace those of the database that have rows already.

    Tables of the world that the directory does not have keep their rows, or are made empty. `views` is a directory of
    SQL files, one view each, that are made with the tables. Raises `DataError` for rows that break a rule of their
    table or rows in the way, `DatabaseError` for everything else that fails; nothing has changed then.
    """
    begun = time.perf_counter()
    report = report or Progress(quiet=True)
    refuse_forms(directory)
    ours = [*view_names(views), load_record.VIEW]
    with noting_what_is_left(), explained(url), closing(connect(url)) as connection, connection.cursor() as cursor:
        refuse_other_encoding(connection, url)
        one_at_a_time(cursor, schema)
        old = swap.inspect(cursor, schema, metadata)
        given = {source.table.name for source in directory.sources}
        if not truncate:
            swap.refuse_rows(schema, old.filled & given)
        found = swap.additions(cursor, old, ours, metadata)
        kept = [name for name in old.tables if name in old.filled and name not in given]
        swap.drop_leftover(cursor, schema)
        swap.create_staging(cursor, schema)
        connection.commit()
        try:
            build = _Build(url, directory, metadata, schema, kept, report, found.indexes)
            if kept:  # others may read them meanwhile, not change them
                swap.lock(cursor, schema, kept, "SHARE")
            build.run()
            warnings = _take_place(cursor, old, build, views, ours, given if not truncate else set())
            commit(connection, url)
        except BaseException:
            with suppress(psycopg2.Error):
                connection.rollback()
                swap.drop_leftover(cursor, schema)
                connection.commit()
            raise
        connection.rollback()
    for warning in warnings:
        report.say(f"Note: {warning}")
    seconds = time.perf_counter() - begun
    return Loaded(build.counts, directory.size, seconds, tuple(kept), (*directory.warnings, *warnings))


def refuse_forms(directory: Directory) -> None:
    """Refuse values that PostgreSQL would take, but not as they are meant."""
    for name in dict.fromkeys(source.table.name for source in directory.sources if source.resource is None):
        if fault := check_forms(directory.of(name)):
            raise fault


def create_tables(url: str, metadata: MetaData, schema: str = "public") -> list[str]:
    """Create, empty, the tables that the schema does not have, with everything about them; gives their names."""
    statements = ddl(metadata)
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        one_at_a_time(cursor, schema)
        old = swap.inspect(cursor, schema, metadata)
        new = [table.name for table in load_order(metadata) if table.name not in old.tables]
        swap.create_schema(cursor, schema)
        cursor.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
        for name in new:
            made = statements[name]
            for statement in [made.create, *made.keys, *made.indexes, *made.comments]:
                cursor.execute(statement)
        for name in new:
            for statement in statements[name].foreign_keys.values():
                cursor.execute(statement)
        connection.commit()
    return new


def refuse_other_encoding(connection: Connection, url: str) -> None:
    """Refuse a database that cannot hold every character."""
    encoding = connection.get_parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseError(
            f"The database's encoding is {encoding}, not UTF8, {place(url)}. "
            "Load into a database made with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0."
        )


def one_at_a_time(cursor: Cursor, schema: str) -> None:
    """Take the lock of loads into this schema; it ends with the session, however that ends."""
    key = zlib.crc32(schema.encode()) - (1 << 31)
    deadline = time.monotonic() + _LOCK_PATIENCE
    while True:
        cursor.execute("SELECT pg_try_advisory_lock(%s, %s)", (_LOCK_CLASS, key))
        if (cursor.fetchone() or (False,))[0]:
            cursor.connection.commit()
            return
        if time.monotonic() > deadline:
            raise DatabaseError(
                f"Another load into the schema {schema} is running. Wait for it to end, or give another --schema."
            )
        time.sleep(0.2)


def _take_place(
    cursor: Cursor,
    old: swap.Target,
    build: _Build,
    views: Path | None,
    ours: Sequence[str],
    empty: Iterable[str],
) -> list[str]:
    """Everything that the readers are to see at once, in one transaction; gives warnings."""
    staging = swap.staging_of(old.schema)
    continuity.judge(cursor, staging, build.directory, build.parts)
    files = load_record.files_of(build.directory, build.counts, build.totals)
    replaced = set(build.metadata.tables) - set(build.kept)
    files += [file for file in load_record.read(cursor, old.schema) if file.table_name not in replaced]
    found = swap.make_way(cursor, old, ours, build.metadata, empty)
    user_indexes.make_missing(cursor, staging, found.indexes)  # those that came since the load began
    swap.swap(cursor, old, [table.name for table in build.tables])
    load_record.write(cursor, old.schema, files)
    create_views(cursor, old.schema, views)
    return swap.restore(cursor, found)


def commit(connection: Connection, url: str, advice: str = "--verify-only --data-dir tells which") -> None:
    """Commit what readers are to see; tells what it means if the connection is lost in that moment."""
    try:
        connection.commit()
    except psycopg2.OperationalError as error:
        raise DatabaseError(
            f"The connection was lost {place(url)} in the moment the new data took its place. The database holds "
            f"all of the old or all of the new; {advice}."
        ) from error
    except BaseException as error:  # such as Ctrl-C, which waits for the server's answer
        if connection.info.transaction_status == TRANSACTION_STATUS_IDLE:
            error.add_note(DONE)
        raise


@dataclass
class _Build:
    """The new tables in the making, in the staging schema."""

    url: str
    directory: Directory
    metadata: MetaData
    schema: str
    kept: Sequence[str]
    report: Progress
    added: Sequence[user_indexes.Index]
    """Indexes that users have made on the old tables."""
    counts: dict[str, int] = field(default_factory=dict)
    parts: dict[Path, int] = field(default_factory=dict)
    """Rows by file."""
    totals: dict[str, dict[str, Decimal]] = field(default_factory=dict)
    """Control totals by table, where there is no manifest to state them."""

    def __post_init__(self) -> None:
        self.tables = load_order(self.metadata)
        self.sources = {table.name: self.directory.of(table.name) for table in self.tables}
        self.ddl = ddl(self.metadata)
        self._telling = threading.Lock()
        self._work = Work([])

    def run(self) -> None:
        """Make all tables, over as many connections as help."""
        tasks = [task for table in self.tables for task in self._tasks(table)]
        self._work = Work(tasks)
        steps = sum(-(-source.size // BLOCK) for source in self.directory.sources) + len(tasks)
        with self._connections() as connections, self.report.phase("Load into PostgreSQL", steps):
            self._work.run(connections)

    @contextmanager
    def _connections(self) -> Iterator[list[Connection]]:
        connections: list[Connection] = []
        try:
            for _ in range(CONNECTIONS):
                try:
                    connection = connect(self.url)
                except DatabaseError:
                    if not connections:
                        raise
                    break  # such as the server having none to spare: one will do
                connections.append(connection)
                with connection.cursor() as cursor:
                    staging = sql.Identifier(swap.staging_of(self.schema))
                    cursor.execute(sql.SQL("SET search_path TO {}").format(staging))
                    # The commit that puts the tables in their place makes all of this durable, too.
                    cursor.execute("SET synchronous_commit TO off; SET maintenance_work_mem TO '256MB'")
                    cursor.execute("SET work_mem TO '128MB'; SET jit TO off")
                connection.commit()
            yield connections
        finally:
            for connection in connections:
                with suppress(psycopg2.Error):
                    connection.close()

    def _tasks(self, table: Table) -> Iterator[Task]:
        name = table.name
        size = self._size(name)
        keys, own = self.ddl[name].keys, self.ddl[name].indexes
        small = size < _SMALL and name not in self.kept
        inside = [*keys, *own] if small else []

        def task(what: str, needs: Iterable[str], statements: Sequence[str] = ()) -> Task:
            return Task(what, size, frozenset(needs), lambda connection: self._execute(connection, table, statements))

        filled = f"fill {name}"
        yield Task(filled, size, frozenset(), lambda connection: self._fill(connection, table, inside))
        keyed, done = filled, [filled]
        if not small:
            keyed = f"key {name}"
            yield task(keyed, [filled], keys)
            done = [keyed]
            for number, statement in enumerate(own):
                done.append(f"index {name} {number}")
                yield task(done[-1], [keyed], [statement])
        for index in self.added:
            if index.table == name:
                done.append(f"index {name} {index.name}")
                yield Task(done[-1], size, frozenset([keyed]), partial(self._index, table=table, index=index))
        parents = {parent for _, parent, _ in foreign_keys(table)}
        ready = [f"key {parent}" if not self._is_small(parent) else f"fill {parent}" for parent in parents]
        yield Task(
            f"finish {name}", size, frozenset([*done, *ready]), lambda connection: self._finish(connection, table)
        )

    def _is_small(self, name: str) -> bool:
        return self._size(name) < _SMALL and name not in self.kept

    def _size(self, name: str) -> int:
        return sum(source.size for source in self.sources[name])

    def _fill(self, connection: Connection, table: Table, after: Sequence[str]) -> None:
        """Create a table and fill it, in one transaction: the rows are then written frozen and, mostly, without log."""
        name, sources = table.name, self.sources[table.name]
        with judged(self.url, table, sources), connection.cursor() as cursor:
            cursor.execute(";\n".join([self.ddl[name].create, *self.ddl[name].comments]))
            for source in sources:
                with judged(self.url, table, [source]):
                    rows = copy_in(cursor, source, sql.Identifier(name), self.step, "FREEZE true")
                self._count(source, rows)
                with self._telling:
                    self.parts[source.path] = rows
                    self.counts[name] = self.counts.get(name, 0) + rows
                    self.report.wrote(name, rows, source.size)
            if name in self.kept:
                columns = sql.SQL(", ").join(map(sql.Identifier, column_names(table)))
                cursor.execute(
                    sql.SQL("INSERT INTO {} ({columns}) SELECT {columns} FROM {}").format(
                        sql.Identifier(name), sql.Identifier(self.schema, name), columns=columns
                    )
                )
            for statement in after:
                cursor.execute(statement)
            connection.commit()
        self.step()

    def _execute(self, connection: Connection, table: Table, statements: Sequence[str]) -> None:
        with judged(self.url, table, self.sources[table.name]), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()
        self.step()

    def _index(self, connection: Connection, table: Table, index: user_indexes.Index) -> None:
        """Make an index that a user had made on the old table."""
        with judged(self.url, table, []), connection.cursor() as cursor:
            user_indexes.make(cursor, swap.staging_of(self.schema), index)
            connection.commit()
        self.step()

    def _finish(self, connection: Connection, table: Table) -> None:
        """Statistics, foreign keys and control totals of a table whose parents have their keys."""
        sources, history = self.sources[table.name], self.directory.history
        with judged(self.url, table, sources), connection.cursor() as cursor:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table.name)))
            connection.commit()
            if keys := self.ddl[table.name].foreign_keys:
                # Added at once and validated later: the parents are locked for a moment only, and in one order, so
                # that no two connections wait for each other.
                locked = sorted({table.name, *(parent for _, parent, _ in foreign_keys(table))})
                for name in locked:
                    cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(sql.Identifier(name)))
                cursor.execute(";\n".join(f"{statement} NOT VALID" for statement in keys.values()))
                connection.commit()
                named = sql.Identifier(table.name)
                for name in keys:
                    cursor.execute(sql.SQL("ALTER TABLE {} VALIDATE CONSTRAINT {}").format(named, sql.SQL(name)))
            if resource := next((source.resource for source in sources if source.resource), None):
                self._compare_totals(cursor, table, resource.totals)
            if history and table.name == history.growing.table:
                self.totals[table.name] = totals(cursor, table, history.growing.totals)
            connection.commit()
        self.step()

    def _count(self, source: Source, rows: int) -> None:
        said = source.written.rows if source.written else rows
        if rows != said:
            raise DataError(
                f"{source.path} has {rows:,} rows where its manifest states {said:,}. Generate the data again. "
                "The database is as it was."
            )

    def _compare_totals(self, cursor: Cursor, table: Table, said: Mapping[str, str]) -> None:
        for column, found in totals(cursor, table, said).items():
            if found != Decimal(said[column]):
                raise DataError(
                    f"The control total of {table.name}.{column} is {found} where the manifest of "
                    f"{self.directory.path} states {said[column]}. Generate the data again. The database is as it was."
                )

    def step(self) -> None:
        """Tell that a block was sent or a task ended; raises `Stop` if the work was given up."""
        if self._work.given_up:
            raise Stop
        with self._telling:
            self.report.step()
