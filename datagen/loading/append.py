"""Bringing a database up to the history of a directory: loaded whole where there is none, else what is new appended.

New files are sent to temporary tables, judged there, and put in place in one transaction: killed at any moment, the
database holds what it held before, or all of the new. Files that it was loaded from before are not read again.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import and_, exists, func, insert, literal, or_, select, update

from datagen.errors import DataError
from datagen.frozen import dataclass
from datagen.loading.backend import BLOCK, DONE, Appending, Backend, Facts, RowsRefused, noting_what_is_left
from datagen.loading.continuity import check_continuity, refused_row
from datagen.loading.diagnosis import explain
from datagen.loading.history import History
from datagen.loading.load import Loaded, load, refuse_forms
from datagen.loading.load_record import IS_TEXT, LoadedFile, generation_of, history_of, noted
from datagen.loading.preflight import opened_history
from datagen.loading.source_files import Directory, Source
from datagen.loading.task_graph import Stop, Task, Work
from datagen.progress import Progress
from datagen.schema import column_names, load_order

if TYPE_CHECKING:
    import datetime as dt

    from sqlalchemy import ColumnElement, FromClause, MetaData, Table

_WORTH_ANALYSIS = 0.02
"""Fewer new rows than this share leave statistics as good as they are; the server sees to those that add up."""


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
    backend: Backend,
    path: Path,
    metadata: MetaData,
    history: History,
    *,
    schema: str,
    truncate: bool = False,
    views: Path | None = None,
    report: Progress | None = None,
    ensure_unchanged: Callable[[], None] = lambda: None,
) -> Loaded | Appended:
    """Bring the tables of a schema up to the history of a directory.

    Tables without rows are loaded whole, and so are all with `truncate`; else what is new is appended.
    `ensure_unchanged` is called when the files are open, and raises if the history is not theirs any more. Nothing has
    changed if this raises.

    Raises:
        DataError: a database that holds something else, or rows that are not those that come next.
        DatabaseError: everything else that fails.
    """
    begun, report = time.perf_counter(), report or Progress(quiet=True)
    with noting_what_is_left(), backend.exclusive(schema):
        existing = backend.inspect(schema, metadata)
        files = {file.table_name: file for file in backend.record(schema) if file.table_name in metadata.tables}
        if existing.filled and not truncate:
            there = _refuse_other(
                backend.facts, path, schema, existing.filled, history, noted(files.values(), history.growing)
            )
            with opened_history(path, metadata, history, there.last) as directory:
                ensure_unchanged()
                _refuse_edited(directory, history, there, files)
                if there.last == history.last:
                    return Appended(0, {}, there.last, history.last, time.perf_counter() - begun)
                refuse_forms(directory)
                append = _Append(backend.facts, schema, metadata, directory, history, there, files, report)
                append.run(backend)
                seconds = time.perf_counter() - begun
                return Appended(history.rows - there.rows, append.changed, there.last, history.last, seconds)
    with opened_history(path, metadata, history) as directory:
        ensure_unchanged()
        return load(backend, directory, metadata, schema=schema, truncate=truncate, views=views, report=report)


def _refuse_other(
    facts: Facts, path: Path, schema: str, filled: Iterable[str], history: History, there: History | None
) -> History:
    """The history that the database holds. Refuses another than the directory's, and one that goes further."""
    place, replace_it = f"The {facts.holder} {schema}", _how_to_replace(facts)
    if there is None:
        raise DataError(f"{place} has rows of {min(filled)}, and nothing there tells of which history. {replace_it}")
    if other := history.differs(there):
        raise DataError(f"{place} holds another history than {path}, which has {other}. {replace_it}")
    if there.last > history.last:
        raise DataError(
            f"{place} goes up to {there.last}, and {path} only to {history.last}: there is nothing to add. "
            "Continue the directory's history, or go back with --truncate. Nothing has changed."
        )
    if there.rows > history.rows or (there.last == history.last and there.rows < history.rows):
        raise DataError(
            f"{place} has {there.rows:,} rows of {history.growing.table} up to {there.last}, and {path} "
            f"{history.rows:,} up to {history.last}: these are two histories. {replace_it}"
        )
    return there


def _how_to_replace(facts: Facts) -> str:
    return f"Add --truncate to replace it, or {facts.elsewhere}. Nothing has changed."


def _refuse_edited(directory: Directory, history: History, there: History, files: Mapping[str, LoadedFile]) -> None:
    """Refuse files before the new ones that are not those the database was loaded from, as far as their size tells."""
    if directory.earlier is None or directory.overlaps or not there.more.get(IS_TEXT):
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
        facts: Facts,
        schema: str,
        metadata: MetaData,
        directory: Directory,
        history: History,
        there: History,
        files: Mapping[str, LoadedFile],
        report: Progress,
    ) -> None:
        self._facts, self._schema, self._metadata, self._directory = facts, schema, metadata, directory
        self._history, self._there, self._files, self._report = history, there, files, report
        self._tables, self._growing = load_order(metadata), metadata.tables[history.growing.table]
        self._last_key = history.growing.key_of(there.rows)
        self._parts: dict[Path, int] = {}
        self.changed: dict[str, int] = {}
        self._done = False
        # In a thread of its own, so that a user who ends the run need not wait for the server.
        self._work: Work[Appending] = Work([Task("append", directory.size, frozenset(), self._append)])

    def run(self, backend: Backend) -> None:
        """Append all, or nothing."""
        steps = sum(-(-source.size // BLOCK) for source in self._directory.sources)
        with (
            backend.appending(self._schema, self._metadata) as into,
            self._report.phase(f"Append to {backend.facts.title}", steps),
        ):
            try:
                self._work.run([into])
            except BaseException as error:
                if self._done:  # ended by the user while the server was busy with the commit
                    error.add_note(DONE)
                raise

    def _append(self, into: Appending) -> None:
        into.hold(self._tables)
        self._refuse_others_rows(into)
        for table in self._tables:
            with self._refusing(table):
                self._parts |= into.fill(table, self._directory.of(table.name), self._step, self._sent)
        with self._refusing(self._growing):
            check_continuity(into.ask, self._named(into.new), self._directory, self._parts, self._there.rows)
        if self._directory.overlaps:
            self._refuse_other_rows(into)
        for table in self._tables:
            if table is not self._growing:
                self._refuse_lost(into, table)
                with self._refusing(table):
                    self.changed[table.name] = _upsert(into, table)
        with self._refusing(self._growing):
            self._insert(into)
        files = self._check_whole(into)
        if self._history.rows - self._there.rows >= _WORTH_ANALYSIS * self._history.rows:
            into.analyze(self._tables)
        into.record(files)
        into.commit()
        self._done = True

    @contextmanager
    def _refusing(self, table: Table) -> Iterator[None]:
        """Turn the database's refusal of rows into the fault of a file."""
        try:
            yield
        except RowsRefused as error:
            raise explain(error, table, self._directory.sources, _no_rows) from error

    def _named(self, among: Callable[[Table], FromClause]) -> Callable[[str], FromClause]:
        return lambda name: among(self._metadata.tables[name])

    def _refuse_others_rows(self, into: Appending) -> None:
        """Refuse a table that does not end where the last load left it."""
        key = into.existing(self._growing).c[self._history.growing.key]
        ((last,),) = into.ask(select(func.max(key)))
        if last != (self._last_key if self._there.rows else None):
            raise self._touched(f"ends with {last} instead of {self._last_key}")

    def _touched(self, what: str) -> DataError:
        return DataError(
            f"{self._schema}.{self._growing.name} {what}: rows were added or removed since the last load. "
            f"Mend that, or load it anew with --truncate. Nothing has changed."
        )

    def _sent(self, source: Source, rows: int) -> None:
        if source.table is self._growing:  # the others are compared as a whole; how many are new is said at the end
            self._report.wrote(source.table.name, rows, source.size)

    def _step(self) -> None:
        if self._work.given_up:
            raise Stop
        self._report.step()

    def _refuse_other_rows(self, into: Appending) -> None:
        """Refuse rows that the database has already, with other values."""
        growing, ours, theirs = self._history.growing, into.new(self._growing), into.existing(self._growing)
        key, others = ours.c[growing.key], [name for name in column_names(self._growing) if name != growing.key]
        there = ours.outerjoin(theirs, theirs.c[growing.key] == key)
        differs = or_(theirs.c[growing.key].is_(None), _differs(ours, theirs, others))
        query = select(key).select_from(there).where(key <= self._last_key, differs).order_by(key).limit(1)
        if rows := into.ask(query):
            reason = "is in the database with other values: the file was edited, or is another history's"
            raise refused_row(self._directory, growing, rows[0][0], growing.key, rows[0][0], reason)

    def _refuse_lost(self, into: Appending, table: Table) -> None:
        """Refuse a table that lacks rows which the database has."""
        keys = _keys(table)
        existing, new = into.existing(table), into.new(table)
        lost = select(*(existing.c[name] for name in keys)).where(~exists().where(_same(new, existing, keys)))
        if rows := into.ask(lost.order_by(*(existing.c[name] for name in keys)).limit(1)):
            which = ", ".join(f"{name} {value}" for name, value in zip(keys, rows[0], strict=True))
            raise DataError(
                f"{self._directory.of(table.name)[0].path} lacks the row {which}, which {self._schema}.{table.name} "
                f"has: it was edited, or is another history's. {_how_to_replace(self._facts)}"
            )

    def _insert(self, into: Appending) -> None:
        names, new = column_names(self._growing), into.new(self._growing)
        rows = select(*(new.c[name] for name in names)).where(new.c[self._history.growing.key] > self._last_key)
        into.change(insert(into.existing(self._growing)).from_select(names, rows))  # type: ignore[arg-type]

    def _check_whole(self, into: Appending) -> list[LoadedFile]:
        """Count the rows and compare the sums of the new ones; gives what is noted of the tables then."""
        sizes = self._directory.row_bytes()
        is_text = self._directory.is_text and self._directory.earlier is not None
        files = []
        for table in self._tables:
            ((rows,),) = into.ask(select(func.count()).select_from(into.existing(table)))
            size, totals = sizes[table.name], {}
            if table is self._growing:
                if rows != self._history.rows:
                    raise self._touched(f"would have {rows:,} rows instead of {self._history.rows:,}")
                size = self._size(size)
                totals = self._totals(into)
            file = history_of(table.name, rows, size, totals, self._history, is_text=is_text)
            files.append(replace(file, generation=generation_of(self._directory)))
        return files

    def _size(self, new: int) -> int:
        earlier = self._directory.earlier
        return (self._files[self._growing.name].byte_count if earlier is None else earlier) + new

    def _totals(self, into: Appending) -> dict[str, Decimal]:
        """The control totals of the whole table: those noted before, and those of the new rows."""
        new, there = (self._sums(into, table(self._growing)) for table in (into.new, into.existing))
        if wrong := [name for name in new if new[name] != there[name]]:
            raise self._touched(
                f"would hold {there[wrong[0]]} of {wrong[0]} in the new rows instead of {new[wrong[0]]}"
            )
        before = json.loads(self._files[self._growing.name].totals or "{}")
        return {name: Decimal(before.get(name, 0)) + total for name, total in new.items()}

    def _sums(self, into: Appending, table: FromClause) -> dict[str, Decimal]:
        names, key = self._history.growing.totals, self._history.growing.key
        sums = [func.coalesce(func.sum(table.c[name]), 0) for name in names]
        (row,) = into.ask(select(*sums).where(table.c[key] > self._last_key))
        return dict(zip(names, map(Decimal, row), strict=True))


def _no_rows(table: Table, columns: Sequence[str]) -> list[tuple[Any, ...]]:
    """Every table has its files here."""
    raise AssertionError(f"{table.name} ({', '.join(columns)}) has no file.")


def _upsert(into: Appending, table: Table) -> int:
    """Put the rows of a table that are new or have changed in place; gives their number."""
    names, keys, new, existing = column_names(table), _keys(table), into.new(table), into.existing(table)
    others = [name for name in names if name not in keys]
    changed = 0
    if others:
        change: Any = update(existing).where(_same(new, existing, keys), _differs(new, existing, others))  # type: ignore[arg-type]
        changed = into.change(change.values({name: new.c[name] for name in others}))
    missing = select(*(new.c[name] for name in names)).where(~exists().where(_same(new, existing, keys)))
    return changed + into.change(insert(existing).from_select(names, missing))  # type: ignore[arg-type]


def _keys(table: Table) -> list[str]:
    return [item.name for item in table.primary_key]


def _same(one: FromClause, other: FromClause, names: Iterable[str]) -> ColumnElement[bool]:
    return and_(*(one.c[name] == other.c[name] for name in names))


def _differs(one: FromClause, other: FromClause, names: Iterable[str]) -> ColumnElement[bool]:
    return or_(literal(False), *(one.c[name].is_distinct_from(other.c[name]) for name in names))
