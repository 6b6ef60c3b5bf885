"""Writes a data set: frames, tables made in one piece, then the units through workers, in one order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import field
from functools import partial
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from datagen.calendar import date_of
from datagen.columns import Columns
from datagen.control_totals import Sums, Totals, totals_of
from datagen.dataset import Accumulator, Dataset, Surveyed, UnitRows
from datagen.frozen import dataclass
from datagen.output.background import in_background
from datagen.output.csv import frame_to_arrow
from datagen.output.file_names import Days
from datagen.output.manifest import Written
from datagen.output.render import to_arrow, to_frame
from datagen.output.table_writers import CsvFiles, TableFiles
from datagen.runner import Job, Workers, run
from datagen.unit_groups import UnitGroup, group_job, groups

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_UNITS_WAITING = 2
"""Units that wait to be written, at most: they are held in memory."""

UnitsJob = Job[Any, UnitRows, Any, Any, list["Chunk"]]


@dataclass(frozen=True)
class Chunk:
    """A run of rows of one table, rendered: `data` is what a format's files take."""

    table: str
    names: tuple[str, ...]
    rows: int
    data: Any
    totals: Sums = field(default_factory=dict)
    """Control totals of the columns for which they are wanted."""


def units_job(
    dataset: Dataset,
    accumulator: Accumulator,
    render: Callable[[Columns], Any],
    totals: Mapping[str, Sequence[str]] | None = None,
) -> UnitsJob:
    """The making of a data set's units into chunks; `totals` names, by table, the columns to add up."""
    return Job(partial(_make, dataset.make), accumulator.settle, partial(_render, render, totals or {}))


def _make(make: Callable[[Any], UnitRows], unit: Any) -> tuple[UnitRows, Any]:
    rows = make(unit)
    return rows, rows.summarise()


def _render(
    render: Callable[[Columns], Any], totals: Mapping[str, Sequence[str]], rows: UnitRows, settled: Any
) -> list[Chunk]:
    return [_chunk(render, totals, table, columns) for table, columns in rows.columns(settled)]


def _chunk(
    render: Callable[[Columns], Any], totals: Mapping[str, Sequence[str]], table: str, columns: Columns
) -> Chunk:
    rows = len(next(iter(columns.values())))
    return Chunk(table, tuple(columns), rows, render(columns), totals_of(columns, totals.get(table, ())))


def survey(dataset: Dataset, workers: Workers, survey_unit: Callable[[Any], Any] | None = None) -> None:
    """Survey a data set that has to be; others need nothing.

    `survey_unit` surveys a unit, where the data set's own is not to be sent to workers. A single unit is surveyed in
    place, for what is made of it then need not be made again.
    """
    if not isinstance(dataset, Surveyed):
        return
    if dataset.unit_count == 1:
        for unit in dataset.units:
            dataset.survey(dataset.survey_unit(unit))
    else:
        job = Job(partial(_survey, survey_unit or dataset.survey_unit), dataset.survey, _nothing)
        for _ in run(dataset.units, job, workers):
            pass
    dataset.surveyed()


def _survey(survey_unit: Callable[[Any], Any], unit: Any) -> tuple[None, Any]:
    return None, survey_unit(unit)


def _nothing(state: None, settled: None) -> None:
    """What is published of a unit that has been surveyed."""


class CountingSink:
    """A sink that keeps no files, only what can be said of them."""

    def __init__(self) -> None:
        self.files: dict[str, Written] = {}
        self._hashes: dict[str, Any] = {}

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        """Count and hash."""
        digest = self._hashes.setdefault(name, hashlib.sha256())
        digest.update(data)
        old = self.files.get(name, Written(0, 0, ""))
        self.files[name] = Written(old.rows + rows, old.bytes + memoryview(data).nbytes, digest.hexdigest())

    def end(self, name: str) -> None:
        """Nothing is held open."""


def write_frames(
    frames: Mapping[str, pd.DataFrame | pa.Table],
    schemas: Mapping[str, pa.Schema],
    files: TableFiles,
    totals: Totals | None = None,
) -> None:
    """Write frames with the columns and types of their schemas, adding up their control totals in `totals`."""
    import pyarrow as pa

    totals = totals or Totals()
    for table, frame in frames.items():
        schema = schemas[table]
        files.append(table, schema.names, files.render_frame(frame, schema), len(frame))
        if wanted := totals.wanted.get(table):
            fields = [schema.field(name) for name in wanted]
            totals.add_arrow(table, frame_to_arrow(frame, pa.schema(fields, schema.metadata)))
    files.end()


def frames_digest(frames: Mapping[str, pd.DataFrame | pa.Table], schemas: Mapping[str, pa.Schema]) -> str:
    """The SHA-256 by which a manifest names frames that came from elsewhere: of their CSV files, by table name."""
    sink = CountingSink()
    write_frames(frames, schemas, CsvFiles(sink))
    lines = (f"{name} {written.sha256}\n" for name, written in sorted(sink.files.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_dataset(
    dataset: Dataset,
    workers: Workers,
    files: TableFiles,
    published: Callable[[Any], object] = lambda unit: None,
    totals: Totals | None = None,
    begun: Callable[[], None] | None = None,
) -> None:
    """Write the tables of a data set; memory is bounded by a few units, whatever their number.

    Unless the data set is gapless, days on which a table has no rows are passed over, except the first. A thread writes
    units while the next ones are made, and calls `published` with each. Control totals of what is written are added
    up in `totals`. `begun` is called before anything is written, while workers are at the first units.
    Raises `WorkerError` if a worker ends before its work is done.
    """
    opened: set[str] = set()
    totals = totals or Totals()
    accumulator, chunk = dataset.accumulator(), partial(_chunk, files.render, totals.wanted)
    settled = 0

    def settle(summary: Any) -> Any:
        nonlocal settled
        settled += 1
        return accumulator.settle(summary)

    def write(rows: Chunk, days: Days | None = None) -> None:
        totals.add(rows.table, rows.totals)
        files.append(rows.table, rows.names, rows.data, rows.rows, days)
        opened.add(rows.table)

    def write_group(group: UnitGroup, chunks: list[Chunk]) -> None:
        span = dataset.days(group.units[0])
        days = Days(date_of(span[0]), date_of(span[1] - 1)) if span else None
        for rows in chunks:
            if rows.rows or dataset.gapless or rows.table not in opened:
                write(rows, days)
        for unit in group.units:
            published(unit)

    def write_static_tables() -> None:
        for table, columns in dataset.static_tables():
            write(chunk(table, columns))

    spanning: list[Chunk] | None = None
    with in_background(_UNITS_WAITING) as do:
        # CSV files have the rows of all days.
        source = groups(dataset, workers.count, by_days=not isinstance(files, CsvFiles))
        made = run(source, group_job(dataset.make, settle, chunk), workers, begun)
        # Workers are there when the first units are, and at the next ones while these tables are made.
        first = list(islice(made, 1))
        do(write_static_tables)
        for group, chunks in chain(first, made):
            do(partial(write_group, group, chunks))
            if spanning is None and settled == dataset.unit_count:
                # Workers are still at the last units meanwhile.
                spanning = _spanning_tables(accumulator, chunk)
    for rows in _spanning_tables(accumulator, chunk) if spanning is None else spanning:
        write(rows)
    files.end()


def _spanning_tables(accumulator: Accumulator, chunk: Callable[[str, Columns], Chunk]) -> list[Chunk]:
    return [chunk(table, columns) for table, columns in accumulator.tables()]


def collect_frames(dataset: Dataset, workers: Workers) -> dict[str, pd.DataFrame]:
    """The tables of a data set as pandas frames, in memory. Raises `WorkerError` as `write_dataset` does."""
    import pyarrow as pa

    pieces: dict[str, list[pa.Table]] = {}
    accumulator = dataset.accumulator()
    for table, columns in dataset.static_tables():
        pieces[table] = [to_arrow(columns)]
    for _, chunks in run(dataset.units, units_job(dataset, accumulator, to_arrow), workers):
        for chunk in chunks:
            pieces.setdefault(chunk.table, []).append(chunk.data)
    for table, columns in accumulator.tables():
        pieces[table] = [to_arrow(columns)]
    return {table: to_frame(pa.concat_tables(parts)) for table, parts in pieces.items()}
