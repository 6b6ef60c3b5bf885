"""Bringing a database up to the history of a directory: loaded whole where there is none, else what is new appended.

New files are copied into temporary tables, judged there, and put in place in one transaction: killed at any moment, the
database holds what it held before, or all of the new. Files that it was loaded from before are not read again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import closing
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from psycopg2 import sql

from datagen.ddl import create_temporary, ddl
from datagen.errors import DataError
from datagen.loading import continuity
from datagen.loading.history import History
from datagen.loading.load import (
    Loaded,
    commit,
    load,
    one_at_a_time,
    refuse_forms,
    refuse_other_encoding,
)
from datagen.loading.postgres import load_record, swap
from datagen.loading.postgres.connection import DONE, connect, explained, noting_what_is_left
from datagen.loading.postgres.copy import BLOCK, copy_in, judged
from datagen.loading.postgres.load_record import LoadedFile
from datagen.loading.preflight import opened_history
from datagen.loading.source_files import Directory
from datagen.loading.task_graph import Stop, Task, Work
from datagen.progress import Progress
from datagen.schema import column_names, load_order

if TYPE_CHECKING:
    import datetime as dt

    from psycopg2.extensions import connection as Connection  # noqa: N812
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import MetaData, Table

_NEW = "pg_temp"
"""The schema of the temporary tables, which have the names of the tables that they are for."""
_PATIENCE = "15s"
"""How long others that write to the tables are waited for."""
_WORTH_ANALYSIS = 0.02
"""Fewer new rows than this share leave statistics as good as they are; the server sees to those that add up."""
_REPLACE = "Add --truncate to replace it, or give another --schema. Nothing has changed."


@dataclass(frozen=True)
class Appended:
    """What was added to a database."""

    rows: int
    """New rows of the table that grows."""
    changed: Mapping[str, int]
    """Rows of the other tables that are new or have changed."""
    since: dt.date
    """The day up to which the database went before."""
    last: dt.date
    seconds: float


def catch_up(
    url: str,
    path: Path,
    metadata: MetaData,
    history: History,
    *,
    schema: str = "public",
    truncate: bool = False,
    views: Path | None = None,
    report: Progress | None = None,
    certain: Callable[[], None] = lambda: None,
) -> Loaded | Appended:
    """Bring the tables of a schema up to the history of a directory.

    Tables without rows are loaded whole, and so are all with `truncate`; else what is new is appended. `certain` is
    called when the files are open, and raises if the history is not theirs any more. Raises `DataError` for a database
    that holds something else and for rows that are not those that come next, and `DatabaseError` for everything else
    that fails; nothing has changed then.
    """
    begun, report = time.perf_counter(), report or Progress(quiet=True)
    with noting_what_is_left(), explained(url), closing(connect(url)) as connection:
        with connection.cursor() as cursor:
            refuse_other_encoding(connection, url)
            one_at_a_time(cursor, schema)
            old = swap.inspect(cursor, schema, metadata)
            files = {file.table_name: file for file in load_record.read(cursor, schema, metadata)}
            connection.commit()
        if old.filled and not truncate:
            there = _refuse_other(path, schema, old.filled, history, load_record.noted(files.values(), history.growing))
            with opened_history(path, metadata, history, there.last) as directory:
                certain()
                _refuse_edited(directory, history, there, files)
                if there.last == history.last:
                    return Appended(0, {}, there.last, history.last, time.perf_counter() - begun)
                refuse_forms(directory)
                append = _Append(url, schema, metadata, directory, history, there, files, report)
                append.run(connection)
                seconds = time.perf_counter() - begun
                return Appended(history.rows - there.rows, append.changed, there.last, history.last, seconds)
    with opened_history(path, metadata, history) as directory:
        certain()
        return load(url, directory, metadata, schema=schema, truncate=truncate, views=views, report=report)


def _refuse_other(path: Path, schema: str, filled: Iterable[str], history: History, there: History | None) -> History:
    """The history that the database holds. Refuses another than the directory's, and one that goes further."""
    if there is None:
        raise DataError(
            f"The schema {schema} has rows of {min(filled)}, and nothing there tells of which history. {_REPLACE}"
        )
    if other := history.differs(there):
        raise DataError(f"The schema {schema} holds another history than {path}, which has {other}. {_REPLACE}")
    if there.last > history.last:
        raise DataError(
            f"The schema {schema} goes up to {there.last}, and {path} only to {history.last}: there is nothing to add. "
            "Continue the directory's history, or go back with --truncate. Nothing has changed."
        )
    if there.rows > history.rows or (there.last == history.last and there.rows < history.rows):
        raise DataError(
            f"The schema {schema} has {there.rows:,} rows of {history.growing.table} up to {there.last}, and {path} "
            f"{history.rows:,} up to {history.last}: these are two histories. {_REPLACE}"
        )
    return there


def _refuse_edited(directory: Directory, history: History, there: History, files: Mapping[str, LoadedFile]) -> None:
    """Refuse files before the new ones that are not those the database was loaded from, as far as their size tells."""
    if directory.earlier is None or directory.overlaps or not there.more.get(load_record.IS_TEXT):
        return
    size = files[history.growing.table].byte_count
    if directory.earlier != size:
        raise DataError(
            f"The files of {history.growing.table} in {directory.path} up to {there.last} have {directory.earlier:,} "
            f"bytes of rows, and the database was loaded from {size:,}: they have been edited, or are another "
            f"history's. Restore them, or load them anew with --truncate. Nothing has changed."
        )


class _Append:
    """New files on their way into the tables."""

    def __init__(
        self,
        url: str,
        schema: str,
        metadata: MetaData,
        directory: Directory,
        history: History,
        there: History,
        files: Mapping[str, LoadedFile],
        report: Progress,
    ) -> None:
        self._url, self._schema, self._directory = url, schema, directory
        self._history, self._there, self._files, self._report = history, there, files, report
        self._tables, self._ddl = load_order(metadata), ddl(metadata)
        self._growing = metadata.tables[history.growing.table]
        self._last_key = history.growing.key_of(there.rows)
        self._parts: dict[Path, int] = {}
        self.changed: dict[str, int] = {}
        self._done = False
        # In a thread of its own, so that a user who ends the run need not wait for the server.
        self._work = Work([Task("append", directory.size, frozenset(), self._append)])

    def run(self, connection: Connection) -> None:
        """Append all, or nothing."""
        steps = sum(-(-source.size // BLOCK) for source in self._directory.sources)
        with self._report.phase("Append to PostgreSQL", steps):
            try:
                self._work.run([connection])
            except BaseException as error:
                if self._done:  # ended by the user while the server was busy with the commit
                    error.add_note(DONE)
                raise

    def _append(self, connection: Connection) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET jit TO off; SET temp_buffers TO '64MB'")
            cursor.execute("SET work_mem TO '128MB'; SET maintenance_work_mem TO '256MB'")
            # Names without a schema are those of the temporary tables.
            cursor.execute(sql.SQL("SET LOCAL search_path TO {}").format(sql.Identifier(_NEW)))
            cursor.execute(sql.SQL("SET LOCAL lock_timeout TO {}").format(sql.Literal(_PATIENCE)))
            for table in self._tables:
                cursor.execute(sql.SQL("LOCK TABLE {} IN SHARE ROW EXCLUSIVE MODE").format(self._there_is(table)))
            self._refuse_others_rows(cursor)
            for table in self._tables:
                self._copy(cursor, table)
            continuity.judge(cursor, _NEW, self._directory, self._parts, self._there.rows)
            if self._directory.overlaps:
                self._refuse_other_rows(cursor)
            for table in self._tables:
                if table is not self._growing:
                    self._refuse_lost(cursor, table)
                    self.changed[table.name] = self._put(cursor, table)
            self._insert(cursor)
            files = self._judge_whole(cursor)
            if self._history.rows - self._there.rows >= _WORTH_ANALYSIS * self._history.rows:
                for table in self._tables:
                    cursor.execute(sql.SQL("ANALYZE {}").format(self._there_is(table)))
            self._note(cursor, files)
            commit(connection, self._url, "run it again to have what is missing")
            self._done = True

    def _there_is(self, table: Table) -> sql.Identifier:
        return sql.Identifier(self._schema, table.name)

    def _refuse_others_rows(self, cursor: Cursor) -> None:
        """Refuse a table that does not end where the last load left it."""
        query = sql.SQL("SELECT max({}) FROM {}").format(
            sql.Identifier(self._history.growing.key), self._there_is(self._growing)
        )
        cursor.execute(query)
        (last,) = cursor.fetchone() or (None,)
        if last != (self._last_key if self._there.rows else None):
            raise self._touched(f"ends with {last} instead of {self._last_key}")

    def _touched(self, what: str) -> DataError:
        return DataError(
            f"{self._schema}.{self._growing.name} {what}: rows were added or removed since the last load. "
            f"Mend that, or load it anew with --truncate. Nothing has changed."
        )

    def _copy(self, cursor: Cursor, table: Table) -> None:
        """Copy the files of a table into a temporary one with its rules and its key."""
        sources = self._directory.of(table.name)
        with judged(self._url, table, sources):
            cursor.execute(create_temporary(table))
            for source in sources:
                with judged(self._url, table, [source]):
                    rows = copy_in(cursor, source, sql.Identifier(_NEW, table.name), self._step)
                self._parts[source.path] = rows
                self._report.wrote(table.name, rows, source.size)
            for statement in self._ddl[table.name].keys:
                cursor.execute(statement)

    def _step(self) -> None:
        if self._work.given_up:
            raise Stop
        self._report.step()

    def _refuse_other_rows(self, cursor: Cursor) -> None:
        """Refuse rows that the database has already, with other values."""
        growing = self._history.growing
        columns = column_names(self._growing)
        cursor.execute(
            sql.SQL(
                "SELECT n.{key} FROM {new} n LEFT JOIN {there} o ON o.{key} = n.{key} "
                "WHERE n.{key} <= {last} AND ROW({ours}) IS DISTINCT FROM ROW({theirs}) ORDER BY 1 LIMIT 1"
            ).format(
                key=sql.Identifier(growing.key),
                new=sql.Identifier(_NEW, growing.table),
                there=self._there_is(self._growing),
                last=sql.Literal(self._last_key),
                ours=_columns(columns, "n"),
                theirs=_columns(columns, "o"),
            )
        )
        if row := cursor.fetchone():
            reason = "is in the database with other values: the file was edited, or is another history's"
            raise continuity.refused(self._directory, growing, row[0], growing.key, row[0], reason)

    def _refuse_lost(self, cursor: Cursor, table: Table) -> None:
        """Refuse a table that lacks rows which the database has."""
        keys = [item.name for item in table.primary_key]
        cursor.execute(
            sql.SQL("SELECT {keys} FROM {there} EXCEPT SELECT {keys} FROM {new} ORDER BY {keys} LIMIT 1").format(
                keys=_columns(keys), there=self._there_is(table), new=sql.Identifier(_NEW, table.name)
            )
        )
        if row := cursor.fetchone():
            which = ", ".join(f"{name} {value}" for name, value in zip(keys, row, strict=True))
            raise DataError(
                f"{self._directory.of(table.name)[0].path} lacks the row {which}, which {self._schema}.{table.name} "
                f"has: it was edited, or is another history's. {_REPLACE}"
            )

    def _put(self, cursor: Cursor, table: Table) -> int:
        """Put the rows of a table that are new or have changed in place; gives their number."""
        columns, keys = column_names(table), [item.name for item in table.primary_key]
        others = [name for name in columns if name not in keys]
        cursor.execute(
            sql.SQL(
                "INSERT INTO {there} AS o ({columns}) SELECT {columns} FROM {new} ON CONFLICT ({keys}) DO UPDATE "
                "SET {changes} WHERE ROW({old}) IS DISTINCT FROM ROW({given})"
            ).format(
                there=self._there_is(table),
                new=sql.Identifier(_NEW, table.name),
                columns=_columns(columns),
                keys=_columns(keys),
                changes=sql.SQL(", ").join(
                    sql.SQL("{0} = excluded.{0}").format(sql.Identifier(name)) for name in others
                ),
                old=_columns(others, "o"),
                given=_columns(others, "excluded"),
            )
        )
        return int(cursor.rowcount)

    def _insert(self, cursor: Cursor) -> None:
        cursor.execute(
            sql.SQL("INSERT INTO {there} ({columns}) SELECT {columns} FROM {new} WHERE {key} > {last}").format(
                there=self._there_is(self._growing),
                new=sql.Identifier(_NEW, self._growing.name),
                columns=_columns(column_names(self._growing)),
                key=sql.Identifier(self._history.growing.key),
                last=sql.Literal(self._last_key),
            )
        )

    def _judge_whole(self, cursor: Cursor) -> list[LoadedFile]:
        """Count the rows and compare the sums of the new ones; gives what is noted of the tables then."""
        sizes = self._directory.row_bytes()
        is_text = self._directory.is_text and self._directory.earlier is not None
        files = []
        for table in self._tables:
            cursor.execute(sql.SQL("SELECT count(*) FROM {}").format(self._there_is(table)))
            (rows,) = cursor.fetchone() or (0,)
            size, totals = sizes[table.name], {}
            if table is self._growing:
                if rows != self._history.rows:
                    raise self._touched(f"would have {rows:,} rows instead of {self._history.rows:,}")
                size = self._size(size)
                totals = self._totals(cursor)
            files.append(load_record.history_of(table.name, rows, size, totals, self._history, is_text=is_text))
        return files

    def _size(self, new: int) -> int:
        earlier = self._directory.earlier
        return (self._files[self._growing.name].byte_count if earlier is None else earlier) + new

    def _totals(self, cursor: Cursor) -> dict[str, Decimal]:
        """The control totals of the whole table: those noted before, and those of the new rows."""
        new = self._sums(cursor, sql.Identifier(_NEW, self._growing.name))
        there = self._sums(cursor, self._there_is(self._growing))
        if wrong := [name for name in new if new[name] != there[name]]:
            raise self._touched(
                f"would hold {there[wrong[0]]} of {wrong[0]} in the new rows instead of {new[wrong[0]]}"
            )
        before = json.loads(self._files[self._growing.name].totals or "{}")
        return {name: Decimal(before.get(name, 0)) + total for name, total in new.items()}

    def _sums(self, cursor: Cursor, relation: sql.Composable) -> dict[str, Decimal]:
        names = self._history.growing.totals
        sums = sql.SQL(", ").join(sql.SQL("coalesce(sum({}), 0)").format(sql.Identifier(name)) for name in names)
        key, last = sql.Identifier(self._history.growing.key), sql.Literal(self._last_key)
        cursor.execute(sql.SQL("SELECT {} FROM {} WHERE {} > {}").format(sums, relation, key, last))
        return dict(zip(names, map(Decimal, cursor.fetchone() or ()), strict=True))

    def _note(self, cursor: Cursor, files: Iterable[LoadedFile]) -> None:
        swap.lock(cursor, self._schema, [load_record.VIEW], "ACCESS EXCLUSIVE")
        new = {file.table_name: file for file in files}
        others = [file for file in load_record.read(cursor, self._schema) if file.table_name not in new]
        load_record.write(cursor, self._schema, [*new.values(), *others])


def _columns(names: Iterable[str], relation: str = "") -> sql.Composed:
    parts = (sql.Identifier(relation, name) if relation else sql.Identifier(name) for name in names)
    return sql.SQL(", ").join(parts)
