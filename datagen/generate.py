"""Writes a data set: frames, tables made at once, then the units through an executor, in one order."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Protocol

from datagen.columns import Columns
from datagen.output import csv
from datagen.output.publish import Stage
from datagen.runner import Made, run, to_csv

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

Told = Callable[[str, int, int], None]
"""Called with a table and the rows and bytes just written to it."""


class Dataset(Protocol):
    """What a world hands to the engine."""

    @property
    def world(self) -> str: ...

    @property
    def units(self) -> Sequence[Any]:
        """The units of work in the order of publishing."""
        ...

    @property
    def make(self) -> Callable[[Any], Made]:
        """Makes a unit; picklable."""
        ...

    def at_once(self) -> Iterator[tuple[str, Columns]]:
        """The tables that are made in one piece."""
        ...


class CsvFiles:
    """One CSV file a table in a stage; the header is written before the first rows."""

    def __init__(self, stage: Stage, told: Told | None = None) -> None:
        self.stage, self.told = stage, told
        self._begun: set[str] = set()

    def append(self, table: str, names: Sequence[str], data: bytes | pa.Buffer, rows: int) -> None:
        """Write rows, rendered without a header, to the file of a table."""
        name = f"{table}.csv"
        if table not in self._begun:
            self._begun.add(table)
            self.stage.append(name, csv.header(names))
        self.stage.append(name, data, rows)
        if self.told:
            self.told(table, rows, memoryview(data).nbytes)


def write_frames(frames: Mapping[str, pd.DataFrame], schemas: Mapping[str, pa.Schema], files: CsvFiles) -> None:
    """Write frames as CSV with the columns and types of their schemas."""
    for table, frame in frames.items():
        columns = csv.frame_to_columns(frame, schemas[table])
        files.append(table, list(columns), csv.render(columns), len(frame))


def write_dataset(dataset: Dataset, executor: Executor, workers: int, files: CsvFiles) -> None:
    """Write the tables of a data set; memory is bounded by a few units, whatever their number."""
    counts: dict[str, int] = {}
    for table, columns in dataset.at_once():
        counts[table] = len(next(iter(columns.values())))
        files.append(table, list(columns), to_csv(columns), counts[table])
    for _, chunks in run(dataset.units, dataset.make, to_csv, executor, workers, counts):
        for chunk in chunks:
            files.append(chunk.table, chunk.names, chunk.data, chunk.rows)


def collect_frames(dataset: Dataset, executor: Executor, workers: int) -> dict[str, pd.DataFrame]:
    """The tables of a data set as pandas frames, in memory."""
    import pyarrow as pa

    from datagen.runner import to_arrow

    pieces: dict[str, list[pa.Table]] = {}
    for table, columns in dataset.at_once():
        pieces[table] = [to_arrow(columns)]
    for _, chunks in run(dataset.units, dataset.make, to_arrow, executor, workers):
        for chunk in chunks:
            pieces.setdefault(chunk.table, []).append(chunk.data)
    return {table: to_frame(pa.concat_tables(parts)) for table, parts in pieces.items()}


def to_frame(table: pa.Table) -> pd.DataFrame:
    """A typed Arrow table as a frame with the conventions of the reference frames.

    Texts are `str`, dates and timestamps datetime64[s], times of day HH:MM:SS texts, money float64.
    """
    import pyarrow as pa

    fields = []
    for field in table.schema:
        if pa.types.is_decimal(field.type):
            fields.append(field.with_type(pa.float64()))
        elif pa.types.is_date(field.type):
            fields.append(field.with_type(pa.timestamp("s")))
        elif pa.types.is_time(field.type):
            fields.append(field.with_type(pa.string()))
        else:
            fields.append(field)
    frame: pd.DataFrame = table.cast(pa.schema(fields)).to_pandas()
    return frame
