"""What a run will make, before it is made: units, and rows and bytes by table, memory and time.

A plan is found by making a smaller data set of the same kind, keeping nothing of it but counts, and scaling these up.
So it follows every rule, changed or not, and knows no number about the data; memory and time follow from the amount.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Any

from datagen.dataset import Dataset
from datagen.frozen import dataclass
from datagen.generate import CountingSink, write_dataset, write_frames
from datagen.options import usable_cores
from datagen.output.file_names import CSV, DATABASE_FORMATS, DUCKDB, LAKE_FORMATS, PARQUET, SQLITE, by_table
from datagen.output.table_writers import CsvFiles, ParquetFiles
from datagen.progress import aligned, counted, size_text
from datagen.workers import best_workers

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

    from datagen.table_facts import Facts

# Measured on two cores of 2.5 GHz, CSV on a local disk; Parquet takes the same time.
_START_SECONDS = 0.7
_ROWS_PER_SECOND = 800_000
_NEXT_WORKER = 0.5
"""What each further worker adds, as a share of the first: the process that writes shares the cores."""
_CPU_PER_ROW = 0.85e-6
"""Seconds that a row takes a worker."""
_DRIVER_CPU_PER_ROW = 0.25e-6
"""Seconds that writing a row, and hashing it, takes the process that gives out the work."""
_DRIVER_CPU_PER_HELD_BYTE = 80e-9
"""Seconds that it takes for a byte of what it holds as a whole, before the workers begin."""
_START_BYTES = 210e6
_BYTES_PER_FRAME_BYTE = 10
_BYTES_PER_UNIT_BYTE = 7.5
_BYTES_PER_WAITING_BYTE = 3.5
"""Rows wait until they fill a group of a Parquet file, and are encoded then."""


_DATABASE_BYTES = 2.0
"""Bytes of a database's file, indexes included, for each of CSV: 0.8 to 2.3 in DuckDB, 1.9 to 2.1 in SQLite."""
_DATABASE_ROWS_PER_SECOND = {DUCKDB: 300_000, SQLITE: 180_000}
"""Rows that go into such a file in a second, beside the time of making them."""


@dataclass(frozen=True)
class Expected:
    """The rows and bytes to expect of a table."""

    rows: int
    bytes: int


@dataclass(frozen=True)
class Plan:
    """What to expect of a run: tables in the order they are written, units, bytes of memory, and seconds."""

    tables: Mapping[str, Expected]
    units: int
    memory: int
    seconds: float
    cpu: float = 0
    """Seconds of all processors."""
    driver_share: float = 0
    """The part of these that one process has to itself, the one that gives out the work: no further worker takes it."""
    checks: int = 0
    """How many checks will judge the files."""
    groups: int = 0
    """About how many groups of units workers write side by side, a part of each table each; 0 for whole files."""
    by_month: bool = False
    """Whether a group stays within a month, so that there may be more of them."""

    def plain(self) -> dict[str, Any]:
        """The plan as values of JSON."""
        return asdict(self) | {"tables": {name: asdict(table) for name, table in self.tables.items()}}

    def text(self) -> str:
        """The plan as a table to read."""
        lines = [(name, f"{table.rows:,}", size_text(table.bytes)) for name, table in self.tables.items()]
        rows, size = (sum(getattr(table, what) for table in self.tables.values()) for what in ("rows", "bytes"))
        table = aligned([("table", "rows", "size"), *lines, ("total", f"{rows:,}", size_text(size))])
        units = f"{self.units:,} unit{'' if self.units == 1 else 's'}"
        driver = f"{self.cpu:.0f} s of CPU, {self.driver_share:.0%} of it in the driver"
        needs = f"{units}, about {size_text(self.memory)} of memory and {self.seconds:.0f} s ({driver})"
        return f"{table}\n\n{needs}; {self.checks:,} checks will judge the files{self._parts_text(size)}"

    def _parts_text(self, size: int) -> str:
        if not self.groups:
            return ""
        largest = max(self.tables, key=lambda name: self.tables[name].bytes)
        part = size_text(self.tables[largest].bytes / self.groups)
        return (
            f"\n\nIn parts: {'at least' if self.by_month else 'about'} {counted(self.groups, 'group')} of units, of "
            f"{size_text(size / self.groups)} each, which are the tasks of workers here or on a cluster; {largest} has "
            f"as many parts, of {part}"
        )


def plan(
    frames: Mapping[str, pd.DataFrame | pa.Table],
    schemas: Mapping[str, pa.Schema],
    dataset: Dataset,
    growth: Callable[[str], float],
    workers: int,
    parquet: Facts | None = None,
) -> Plan:
    """The plan of a run, from the reference frames and the data set of a smaller one of its kind.

    `growth` tells how many times as much the run has as the smaller one of a table's rows, or of "unit"s; `parquet` has
    the tables, if that is their format.
    """
    sink = CountingSink()
    files = CsvFiles(sink)
    write_frames(frames, schemas, files)
    write_dataset(dataset, best_workers(workers), files)

    tables = scaled(sink, growth)
    units = round(dataset.unit_count * growth("unit"))
    found = estimate(tables, units, workers, frames)
    if parquet is None:
        return found
    encoded, waiting = _as_parquet(tables, frames, schemas, dataset, growth, workers, parquet)
    return replace(found, tables=encoded, memory=round(found.memory + _BYTES_PER_WAITING_BYTE * waiting))


def planned_format(kind: str) -> str:
    """The format whose files tell what to expect of a format: CSV for a database's file, Parquet for a lake."""
    return CSV if kind in DATABASE_FORMATS else PARQUET if kind in LAKE_FORMATS else kind


def stored(found: Plan, kind: str) -> Plan:
    """The plan of a run whose format was `planned_format`, as it is in its format."""
    if kind not in DATABASE_FORMATS:
        return found
    tables = {name: Expected(table.rows, round(table.bytes * _DATABASE_BYTES)) for name, table in found.tables.items()}
    more = sum(table.rows for table in tables.values()) / _DATABASE_ROWS_PER_SECOND[kind]
    return replace(found, tables=tables, seconds=found.seconds + more)


def in_parts(found: Plan, rows: int, kind: str) -> Plan:
    """The plan of a run that writes parts, for groups of so many rows.

    Units differ, and groups of Parquet files do not go over the days that they are about, so that is about it.
    """
    whole = sum(table.rows for table in found.tables.values())
    units = max(1, found.units)
    most = max(1, round(rows / max(1, whole / units)))
    return replace(found, groups=-(-units // most), by_month=kind != CSV)


def scaled(sink: CountingSink, growth: Callable[[str], float]) -> dict[str, Expected]:
    """The tables that were written, `growth` times as large each."""
    tables = {}
    for table, parts in by_table(sink.files).items():
        rows, size = (sum(getattr(sink.files[part.name], what) for part in parts) for what in ("rows", "bytes"))
        times = growth(table)
        tables[table] = Expected(round(rows * times), round(size * times))
    return tables


def estimate(tables: Mapping[str, Expected], units: int, workers: int, held: Iterable[str]) -> Plan:
    """The plan of a run of so many units that writes these tables, of which it holds some in memory, as a whole."""
    rows, size = (sum(getattr(table, what) for table in tables.values()) for what in ("rows", "bytes"))
    busy = min(workers, usable_cores(), units)
    reference = sum(tables[table].bytes for table in held)
    memory = _START_BYTES + _BYTES_PER_FRAME_BYTE * reference + _BYTES_PER_UNIT_BYTE * size / units * workers
    alone = reference * _DRIVER_CPU_PER_HELD_BYTE
    driver = _START_SECONDS + alone + rows * _DRIVER_CPU_PER_ROW
    cpu = driver + rows * _CPU_PER_ROW
    return Plan(
        tables=tables,
        units=units,
        memory=round(memory),
        seconds=_START_SECONDS + alone + rows / (_ROWS_PER_SECOND * (1 + _NEXT_WORKER * (busy - 1))),
        cpu=cpu,
        driver_share=driver / cpu,
    )


def _as_parquet(
    tables: Mapping[str, Expected],
    frames: Mapping[str, pd.DataFrame | pa.Table],
    schemas: Mapping[str, pa.Schema],
    dataset: Dataset,
    growth: Callable[[str], float],
    workers: int,
    facts: Facts,
) -> tuple[dict[str, Expected], float]:
    """The tables, expected as CSV, with their bytes as Parquet; and the bytes of text in rows that wait, at most."""
    from datagen.output.parquet import GROUP

    sink = CountingSink()
    files = ParquetFiles(sink, facts)
    write_frames(frames, schemas, files)
    write_dataset(dataset, best_workers(workers), files)
    found, waiting = {}, 0.0
    for table, parts in by_table(sink.files).items():
        expected = tables[table]
        size = sum(sink.files[part.name].bytes for part in parts)
        found[table] = Expected(expected.rows, round(size * growth(table)))
        if parts[0].days and expected.rows:
            waiting += min(expected.rows / len(parts), GROUP) * expected.bytes / expected.rows
    return found, waiting
