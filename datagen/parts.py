"""A data set written in parts: workers make groups of units, and write what they made themselves.

Only counts, summaries and receipts come home. Groups are cut by the data set alone, so that parts are the same whoever
writes them; a run that was ended goes on with the groups that have no receipt yet.
"""

from __future__ import annotations

import hashlib
import json
import platform
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import field
from functools import partial
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from datagen import __version__
from datagen.calendar import date_of, month_number, month_start
from datagen.columns import Columns
from datagen.control_totals import Totals, totals_of
from datagen.dataset import Accumulator, Dataset, UnitRows
from datagen.frozen import dataclass
from datagen.output.file_names import CSV, TableFile
from datagen.output.part_files import (
    MARKER,
    PartSink,
    Place,
    Receipt,
    TablePart,
    finished,
    receipt_name,
    summaries_name,
    write_small,
    write_summaries,
)
from datagen.output.table_writers import OnWrite, TableFiles, table_files
from datagen.runner import Job, Workers, run

if TYPE_CHECKING:
    from datagen.output.manifest import Written
    from datagen.table_facts import Facts

ROWS = 1 << 19
"""Rows of a group, of all tables together, about: a worker makes and writes them in half a second to a second."""


@dataclass(frozen=True)
class Group:
    """Units that are worked on as one, and written as one part of each table."""

    number: int
    units: tuple[Any, ...]
    partition: str = ""
    """The directory of its parts within that of the table; '' for none."""

    def __str__(self) -> str:
        first, *others = map(str, self.units)
        return f"{first} to {others[-1]}" if others else first


def run_id(world: str, seed: int, options: Mapping[str, Any], kind: str, rows: int) -> str:
    """What a run is known by: a hash of all that its parts follow from.

    Besides release, world, seed and options, that is how parts are cut, and the releases of what computes and writes.
    """
    known = {
        "release": __version__,
        "made_by": releases(),
        "world": world,
        "seed": seed,
        "options": options,
        "format": kind,
        "rows": rows,
    }
    return hashlib.sha256(json.dumps(known, sort_keys=True, default=str).encode()).hexdigest()


def releases() -> dict[str, str]:
    """What the bytes of a run may hang on besides its options: the releases that all its workers must share."""
    python = ".".join(platform.python_version_tuple()[:2])
    return {"datagen": __version__, "Python": python, "NumPy": np.__version__, "PyArrow": pa.__version__}


def groups(dataset: Dataset, rows: int, kind: str) -> list[Group]:
    """The units of a data set in groups of about so many rows, in their order.

    Those of Parquet files do not go over the days that units are about, so that a partition holds just these.
    """
    units = list(dataset.units)
    if not units:
        return []
    most = max(1, round(rows / max(1, _rows_of(dataset, units[0]))))
    spans = [None if kind == CSV else dataset.days(unit) for unit in units]
    name = month_of if all(span is None or _in_a_month(span) for span in spans) else start_of
    found: list[Group] = []
    for span, places in groupby(range(len(units)), key=spans.__getitem__):
        alike = [units[place] for place in places]
        count = -(-len(alike) // most)
        ends = [len(alike) * step // count for step in range(count + 1)]
        for begin, end in pairwise(ends):
            found.append(Group(len(found), tuple(alike[begin:end]), name(span) if span else ""))
    return found


def month_of(span: tuple[int, int]) -> str:
    """The partition of days that are in one month, `month=2026-01`."""
    return f"month={date_of(span[0]):%Y-%m}"


def start_of(span: tuple[int, int]) -> str:
    """The partition of days that are in no one month, by the first of them: `start=2026-01-15`."""
    return f"start={date_of(span[0])}"


def _in_a_month(span: tuple[int, int]) -> bool:
    return span[1] <= int(month_start(int(month_number(span[0])) + 1))


def _rows_of(dataset: Dataset, unit: Any) -> int:
    """The rows of a unit, of all tables together."""
    made = dataset.make(unit)
    settled = dataset.accumulator().settle(made.summarise())
    return sum(_count(columns) for _, columns in made.columns(settled))


def _count(columns: Columns) -> int:
    return len(next(iter(columns.values())))


@dataclass(frozen=True)
class PartWriter:
    """Writes groups of units as parts, and their receipts; picklable, for workers do it."""

    place: Place
    run: str
    kind: str
    tables: Facts
    """The tables of the world."""
    totals: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The columns to add up, by table."""
    before: frozenset[str] = frozenset()
    """The tables that had rows before the units."""

    def write(self, made: Made, settled: Sequence[Any]) -> Receipt:
        """Write what was made of a group, given what the accumulator answered to its units."""
        group = made.group
        known: dict[str, TablePart] = {}
        with self.files(group.number, group.partition) as (files, sink):
            for rows, answer in zip(made.rows, settled, strict=True):
                for table, columns in rows.columns(answer):
                    self._append(files, table, columns, known)
        receipt = Receipt(
            self.run,
            group.number,
            tuple(map(str, group.units)),
            sink.files,
            known,
            write_summaries(self.place, group.number, made.summaries),
        )
        write_small(self.place, receipt_name(group.number), receipt.text())
        return receipt

    def _append(self, files: TableFiles, table: str, columns: Columns, known: dict[str, TablePart]) -> None:
        count, part = _count(columns), known.get(table) or TablePart(tuple(columns))
        sums = totals_of(columns, self.totals.get(table, ()))
        known[table] = TablePart(
            part.columns, part.rows + count, {name: part.totals.get(name, 0) + total for name, total in sums.items()}
        )
        if count:
            files.append(table, tuple(columns), files.render(columns), count)

    @contextmanager
    def files(
        self, number: int, partition: str = "", on_write: OnWrite | None = None
    ) -> Iterator[tuple[TableFiles, PartSink]]:
        """The files of parts of this number, whole when this ends, and the sink that knows them then."""
        sink = PartSink(self.place, number, partition, self.before)
        try:
            with table_files(self.kind, sink, self.tables, on_write) as files:
                yield files, sink
            sink.close()
        finally:
            sink.abandon()


@dataclass(frozen=True)
class Made:
    """What was made of a group; it stays on the worker that made it."""

    group: Group
    rows: list[UnitRows]
    summaries: list[Any]


Make = Callable[[Any], UnitRows]


def make_group(make: Make, group: Group) -> tuple[Made, tuple[int, list[Any]]]:
    """Make the units of a group; gives them, and their place and summaries."""
    rows = [make(unit) for unit in group.units]
    summaries = [unit.summarise() for unit in rows]
    return Made(group, rows, summaries), (group.number, summaries)


class _Settling:
    """Settles groups in their order; those that an earlier run has finished, when it is their turn."""

    def __init__(self, accumulator: Accumulator, known: Mapping[int, list[Any]]) -> None:
        self._accumulator, self._known = accumulator, dict(sorted(known.items()))

    def settle(self, made: tuple[int, list[Any]]) -> list[Any]:
        number, summaries = made
        self.catch_up(number)
        return [self._accumulator.settle(summary) for summary in summaries]

    def catch_up(self, number: float) -> None:
        """Settle the finished groups before one."""
        for known in [known for known in self._known if known < number]:
            for summary in self._known.pop(known):
                self._accumulator.settle(summary)


@dataclass(frozen=True)
class Cut:
    """A data set cut into groups, with those that an earlier run has finished."""

    groups: Sequence[Group]
    known: Mapping[int, tuple[Receipt, list[Any]]]


def cut(dataset: Dataset | None, writer: PartWriter, rows: int) -> Cut:
    """Cut a data set into groups of so many rows, and look which are finished; whatever else is there is removed."""
    found = groups(dataset, rows, writer.kind) if dataset else []
    known = {
        receipt.number: (receipt, summaries)
        for receipt, summaries in finished(writer.place, writer.run)
        if receipt.number < len(found) and receipt.units == tuple(map(str, found[receipt.number].units))
    }
    wanted = {name for number in known for name in (receipt_name(number), summaries_name(number))}
    wanted |= {name for receipt, _ in known.values() for name in receipt.files}
    writer.place.remove(name for name in writer.place.names() if name not in wanted and not name.endswith(MARKER))
    return Cut(found, known)


def write_units(
    dataset: Dataset,
    found: Cut,
    writer: PartWriter,
    workers: Workers,
    totals: Totals,
    on_write: OnWrite,
    published: Callable[[Any], object],
    make: Make | None = None,
) -> dict[str, Written]:
    """Write the groups of a data set that are not finished, and the tables made after them; gives all their parts.

    `published` is called with each unit when it is written; `make` makes a unit, where it is not to be the data set's.

    Raises: `WorkerError` if a worker ends before its work is done, `OutputError` if a part cannot be written.
    """
    accumulator = dataset.accumulator()
    settling = _Settling(accumulator, {number: summaries for number, (_, summaries) in found.known.items()})
    job = Job(partial(make_group, make or dataset.make), settling.settle, writer.write)
    receipts = {number: receipt for number, (receipt, _) in found.known.items()}
    for receipt in receipts.values():
        _report(receipt, found.groups[receipt.number], on_write, published)
    left = [group for group in found.groups if group.number not in receipts]
    for group, receipt in run(left, job, workers):
        receipts[group.number] = receipt
        _report(receipt, group, on_write, published)
    settling.catch_up(float("inf"))
    files, columns = _taken_in([receipts[number] for number in sorted(receipts)], totals)
    filled = writer.before | {file.table for file in map(TableFile.named, files) if file}
    files |= write_tables(
        accumulator.tables(), writer, totals, on_write, {table: len(found.groups) for table in filled}
    )
    return files | _write_empty({table: columns[table] for table in columns.keys() - filled}, writer)


def _report(receipt: Receipt, group: Group, on_write: OnWrite, published: Callable[[Any], object]) -> None:
    sizes = {file.table: receipt.files[file.name].bytes for file in map(TableFile.named, receipt.files) if file}
    for table, part in receipt.tables.items():
        on_write(table, part.rows, sizes.get(table, 0))
    for unit in group.units:
        published(unit)


def _taken_in(receipts: Sequence[Receipt], totals: Totals) -> tuple[dict[str, Written], dict[str, tuple[str, ...]]]:
    """All parts of groups, and the columns of their tables."""
    files: dict[str, Written] = {}
    columns: dict[str, tuple[str, ...]] = {}
    for receipt in receipts:
        files |= receipt.files
        for table, part in receipt.tables.items():
            totals.add(table, part.totals)
            columns[table] = part.columns
    return files, columns


def _write_empty(tables: Mapping[str, tuple[str, ...]], writer: PartWriter) -> dict[str, Written]:
    """Parts without rows, for tables that have no other."""
    with writer.files(0) as (files, sink):
        for table, columns in tables.items():
            rows = writer.tables[table].arrow_schema().empty_table().select(columns)
            files.append(table, columns, b"" if writer.kind == CSV else rows, 0)
    return sink.files


def write_tables(
    tables: Iterable[tuple[str, Columns]],
    writer: PartWriter,
    totals: Totals,
    on_write: OnWrite,
    numbers: Mapping[str, int] | None = None,
) -> dict[str, Written]:
    """Write tables made in one piece as their first parts, or as those of these `numbers`; gives the parts."""
    files: dict[str, Written] = {}
    for table, columns in tables:
        with writer.files((numbers or {}).get(table, 0), on_write=on_write) as (into, sink):
            into.append(table, tuple(columns), into.render(columns), _count(columns))
            totals.add(table, totals_of(columns, totals.wanted.get(table, ())))
        files |= sink.files
    return files
