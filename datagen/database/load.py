"""Loading a directory into PostgreSQL, whole or not at all.

New tables are made, filled, keyed, indexed and verified in a staging schema beside the target, and then take the place
of the old ones in one short transaction. Killed at any moment, the target holds all of the old data or all of the new;
readers see the old until they see the new. What a killed load leaves behind is removed by the next.
"""

from __future__ import annotations

import re
import threading
import time
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql

from datagen.database import provenance, target
from datagen.database.connection import connect, explain, explained, place
from datagen.database.forms import check_forms
from datagen.database.refusals import explain as explain_refusal
from datagen.database.source import Directory, Source
from datagen.database.tasks import Stop, Task, Work
from datagen.database.views import create_views, view_names
from datagen.errors import DatabaseError, DataError
from datagen.progress import Report
from datagen.schema import column_names, ddl, foreign_keys, kind, load_order

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import MetaData, Table

CONNECTIONS = 2
BLOCK = 1 << 20
"""Bytes that count as one step of progress."""
_SMALL = 4 << 20
"""A table with fewer bytes is keyed and indexed in the transaction that fills it."""
_READ = 1 << 18
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
    report: Report | None = None,
) -> Loaded:
    """Load the tables of a directory; with `truncate` they replace those of the database that have rows already.

    Tables of the world that the directory does not have keep their rows, or are made empty. `views` is a directory of
    SQL files, one view each, that are made with the tables. Raises `DataError` for rows that break a rule of their
    table or rows in the way, `DatabaseError` for everything else that fails; nothing has changed then.
    """
    begun = time.perf_counter()
    report = report or Report(quiet=True)
    for source in directory.sources:
        if source.resource is None and (fault := check_forms(source)):
            raise fault
    ours = [*view_names(views), provenance.VIEW]
    with explained(url), closing(connect(url)) as connection, connection.cursor() as cursor:
        _refuse_other_encoding(connection, url)
        _one_at_a_time(cursor, schema)
        old = target.inspect(cursor, schema, metadata)
        given = {source.table.name for source in directory.sources}
        if not truncate:
            target.refuse_rows(schema, old.filled & given)
        target.refuse_dependents(cursor, old, ours)
        kept = [name for name in old.tables if name in old.filled and name not in given]
        target.drop_leftover(cursor, schema)
        target.create_staging(cursor, schema)
        connection.commit()
        try:
            build = _Build(url, directory, metadata, schema, kept, report)
            if kept:  # others may read them meanwhile, not change them
                cursor.execute(
                    sql.SQL("LOCK TABLE {} IN SHARE MODE").format(
                        sql.SQL(", ").join(sql.Identifier(schema, name) for name in kept)
                    )
                )
            build.run()
            _take_place(cursor, old, build, views, ours, given if not truncate else set())
            _commit(connection, url)
        except BaseException:
            with suppress(psycopg2.Error):
                connection.rollback()
                target.drop_leftover(cursor, schema)
                connection.commit()
            raise
        connection.rollback()
    return Loaded(build.counts, directory.size, time.perf_counter() - begun, tuple(kept), directory.warnings)


def create_tables(url: str, metadata: MetaData, schema: str = "public") -> list[str]:
    """Create, empty, the tables that the schema does not have, with everything about them; gives their names."""
    statements = ddl(metadata, "postgresql")
    with closing(connect(url)) as connection, connection.cursor() as cursor:
        _one_at_a_time(cursor, schema)
        old = target.inspect(cursor, schema, metadata)
        new = [table.name for table in load_order(metadata) if table.name not in old.tables]
        target.create_schema(cursor, schema)
        cursor.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(schema)))
        by_table = [_by_table(part, metadata.tables) for part in vars(statements).values()]
        for part in by_table:
            for name in new:
                for statement in part[name]:
                    cursor.execute(statement)
        connection.commit()
    return new


def _refuse_other_encoding(connection: Connection, url: str) -> None:
    encoding = connection.get_parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseError(
            f"The database's encoding is {encoding}, not UTF8, {place(url)}. "
            "Load into a database made with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0."
        )


def _one_at_a_time(cursor: Cursor, schema: str) -> None:
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
    old: target.Target,
    build: _Build,
    views: Path | None,
    ours: Sequence[str],
    empty: Iterable[str],
) -> None:
    """Everything that the readers are to see at once, in one transaction."""
    files = provenance.files_of(build.directory, build.counts)
    before = {file.table_name: file for file in provenance.read(cursor, old.schema)}
    files += [before[name] for name in build.kept if name in before]
    rights = target.swap(cursor, old, [table.name for table in build.tables], ours, empty)
    provenance.write(cursor, old.schema, files)
    create_views(cursor, old.schema, views)
    target.grant(cursor, old.schema, rights)


def _commit(connection: Connection, url: str) -> None:
    try:
        connection.commit()
    except psycopg2.OperationalError as error:
        raise DatabaseError(
            f"The connection was lost {place(url)} in the moment the new data took its place. The database holds "
            "all of the old or all of the new; --verify-only --data-dir tells which."
        ) from error


@dataclass
class _Build:
    """The new tables in the making, in the staging schema."""

    url: str
    directory: Directory
    metadata: MetaData
    schema: str
    kept: Sequence[str]
    report: Report
    counts: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.tables = load_order(self.metadata)
        self.sources = {source.table.name: source for source in self.directory.sources}
        names = [table.name for table in self.tables]
        statements = ddl(self.metadata, "postgresql")
        self._create = _by_table(statements.tables, names)
        self._keys = _by_table(statements.keys, names)
        self._foreign = _by_table(statements.foreign_keys, names)
        self._indexes = _by_table(statements.indexes, names)
        self._comments = _by_table(statements.comments, names)
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
                connection = connect(self.url)
                connections.append(connection)
                with connection.cursor() as cursor:
                    staging = sql.Identifier(target.staging_of(self.schema))
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
        size = self.sources[name].size if name in self.sources else 0
        keys, indexes = self._keys[name], self._indexes[name]
        small = size < _SMALL and name not in self.kept
        inside = [*keys, *indexes] if small else []

        def task(what: str, needs: Iterable[str], statements: Sequence[str] = ()) -> Task:
            return Task(what, size, frozenset(needs), lambda connection: self._execute(connection, table, statements))

        filled = f"fill {name}"
        yield Task(filled, size, frozenset(), lambda connection: self._fill(connection, table, inside))
        keyed, done = filled, [filled]
        if not small:
            keyed = f"key {name}"
            yield task(keyed, [filled], keys)
            done = [keyed]
            for number, statement in enumerate(indexes):
                done.append(f"index {name} {number}")
                yield task(done[-1], [keyed], [statement])
        parents = {parent for _, parent, _ in foreign_keys(table)}
        ready = [f"key {parent}" if not self._is_small(parent) else f"fill {parent}" for parent in parents]
        yield Task(
            f"finish {name}", size, frozenset([*done, *ready]), lambda connection: self._finish(connection, table)
        )

    def _is_small(self, name: str) -> bool:
        return (self.sources[name].size if name in self.sources else 0) < _SMALL and name not in self.kept

    def _fill(self, connection: Connection, table: Table, after: Sequence[str]) -> None:
        """Create a table and fill it, in one transaction: the rows are then written frozen and, mostly, without log."""
        name, source = table.name, self.sources.get(table.name)
        with self._judged(table, source), connection.cursor() as cursor:
            cursor.execute(";\n".join([*self._create[name], *self._comments[name]]))
            columns = sql.SQL(", ").join(map(sql.Identifier, column_names(table)))
            if source:
                cursor.copy_expert(
                    sql.SQL("COPY {} ({}) FROM STDIN (FORMAT csv, HEADER true, FREEZE true, ENCODING 'UTF8')").format(
                        sql.Identifier(name), columns
                    ),
                    _Stream(source, self),
                    _READ,
                )
                rows = cursor.rowcount
                self._count(source, rows)
                with self._telling:
                    self.counts[name] = rows
                    self.report.wrote(name, rows, source.size)
            elif name in self.kept:
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
        with self._judged(table, self.sources.get(table.name)), connection.cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)
            connection.commit()
        self.step()

    def _finish(self, connection: Connection, table: Table) -> None:
        """Statistics, foreign keys and control totals of a table whose parents have their keys."""
        source = self.sources.get(table.name)
        with self._judged(table, source), connection.cursor() as cursor:
            cursor.execute(sql.SQL("ANALYZE {}").format(sql.Identifier(table.name)))
            connection.commit()
            if self._foreign[table.name]:
                # Added at once and validated later: the parents are locked for a moment only.
                cursor.execute(";\n".join(f"{statement} NOT VALID" for statement in self._foreign[table.name]))
                connection.commit()
                for name in re.findall(r'CONSTRAINT ("?\w+"?)', " ".join(self._foreign[table.name])):
                    cursor.execute(f"ALTER TABLE {table.name} VALIDATE CONSTRAINT {name}")
            if source and source.resource and source.resource.totals:
                self._compare_totals(cursor, source, source.resource.totals)
            connection.commit()
        self.step()

    def _count(self, source: Source, rows: int) -> None:
        said = source.resource.written.rows if source.resource else rows
        if rows != said:
            raise DataError(
                f"{source.path} has {rows:,} rows where its manifest states {said:,}. Generate the data again. "
                "The database is as it was."
            )

    def _compare_totals(self, cursor: Cursor, source: Source, said: Mapping[str, str]) -> None:
        for column, found in totals(cursor, source.table, said).items():
            if found != Decimal(said[column]):
                raise DataError(
                    f"{source.path}, column {column}: the control total is {found} where the manifest states "
                    f"{said[column]}. Generate the data again. The database is as it was."
                )

    @contextmanager
    def _judged(self, table: Table, source: Source | None) -> Iterator[None]:
        """Turn errors of the database into those of the rows that caused them, or of the connection."""
        try:
            yield
        except psycopg2.Error as error:
            raise explain_refusal(error, table, source) or explain(self.url, error) from error

    def step(self) -> None:
        """Tell that a block was sent or a task ended; raises `Stop` if the work was given up."""
        if self._work.given_up:
            raise Stop
        with self._telling:
            self.report.step()


class _Stream:
    """A file as `COPY` reads it."""

    def __init__(self, source: Source, build: _Build) -> None:
        self._source, self._build = source, build
        self._at = 0

    def read(self, size: int) -> bytes:
        data = self._source.read(size, self._at)
        blocks = -(-(self._at + len(data)) // BLOCK) - -(-self._at // BLOCK)
        self._at += len(data)
        for _ in range(blocks):
            self._build.step()
        return data


def totals(cursor: Cursor, table: Table, columns: Iterable[str]) -> dict[str, Decimal]:
    """Control totals: the sum of a column of numbers, or of the numbers within ids (`MEM000012` counts 12)."""
    wanted = [table.columns[name] for name in columns if name in table.columns]
    sums = []
    for item in wanted:
        name = sql.Identifier(item.name)
        number = kind(item) in ("int", "decimal")
        text = "sum({})" if number else "sum(nullif(regexp_replace({}, '\\D', '', 'g'), '')::numeric)"
        sums.append(sql.SQL(text).format(name))
    if not sums:
        return {}
    cursor.execute(sql.SQL("SELECT {} FROM {}").format(sql.SQL(", ").join(sums), sql.Identifier(table.name)))
    row = cursor.fetchone() or ()
    return {item.name: Decimal(value or 0) for item, value in zip(wanted, row, strict=True)}


def _by_table(statements: Iterable[str], names: Iterable[str]) -> dict[str, list[str]]:
    """DDL statements by the table they are about."""
    found: dict[str, list[str]] = {name: [] for name in names}
    for statement in statements:
        match = re.search(r"(?:TABLE|COLUMN|INDEX \w+ ON|INDEX \"\w+\" ON)\s+\"?(\w+)", statement)
        if match is None:
            raise ValueError(f"The statement names no table: {statement[:80]}")
        found[match[1]].append(statement)
    return found
