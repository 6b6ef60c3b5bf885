"""Writes a data set: frames, tables made at once, then the units through an executor, in one order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Protocol

from datagen.columns import Columns
from datagen.forks import Forks
from datagen.output import csv
from datagen.output.manifest import Written
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

    def gather(self) -> Gathering:
        """A collector, still empty, of what the units leave behind for tables made after them."""
        ...


class Gathering(Protocol):
    """Collects from units, in their order, what tables that span them are made of."""

    def keep(self, made: Any) -> Any:
        """What of a unit is needed: small and picklable, for it may have been made in another process."""
        ...

    def add(self, kept: Any) -> None:
        """Add what was kept of the next unit."""
        ...

    def tables(self) -> Iterator[tuple[str, Columns]]:
        """The tables made after all units."""
        ...


class Sink(Protocol):
    """Where files go: a `Stage`, or nowhere."""

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        """Add data, which holds so many rows, to the end of a file."""
        ...


class Nowhere:
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


class CsvFiles:
    """One CSV file a table in a sink; the header is written before the first rows."""

    def __init__(self, sink: Sink, told: Told | None = None) -> None:
        self.sink, self.told = sink, told
        self._begun: set[str] = set()

    def append(self, table: str, names: Sequence[str], data: bytes | pa.Buffer, rows: int) -> None:
        """Write rows, rendered without a header, to the file of a table."""
        name = f"{table}.csv"
        if table not in self._begun:
            self._begun.add(table)
            self.sink.append(name, csv.header(names))
        self.sink.append(name, data, rows)
        if self.told:
            self.told(table, rows, memoryview(data).nbytes)


def write_frames(frames: Mapping[str, pd.DataFrame], schemas: Mapping[str, pa.Schema], files: CsvFiles) -> None:
    """Write frames as CSV with the columns and types of their schemas."""
    for table, frame in frames.items():
        columns = csv.frame_to_columns(frame, schemas[table])
        files.append(table, list(columns), csv.render(columns), len(frame))


def frames_digest(frames: Mapping[str, pd.DataFrame], schemas: Mapping[str, pa.Schema]) -> str:
    """The SHA-256 by which a manifest names frames that came from elsewhere: of their CSV files, by table name."""
    nowhere = Nowhere()
    write_frames(frames, schemas, CsvFiles(nowhere))
    lines = (f"{name} {written.sha256}\n" for name, written in sorted(nowhere.files.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_dataset(
    dataset: Dataset, executor: Executor | Forks, workers: int, files: CsvFiles, step: Callable[[], None] = lambda: None
) -> None:
    """Write the tables of a data set; memory is bounded by a few units, whatever their number.

    `step` is called after each unit.
    """
    counts: dict[str, int] = {}
    gathering = dataset.gather()
    for table, columns in dataset.at_once():
        counts[table] = len(next(iter(columns.values())))
        files.append(table, list(columns), to_csv(columns), counts[table])
    for _, chunks in run(dataset.units, dataset.make, to_csv, executor, workers, counts, gathering.keep, gathering.add):
        for chunk in chunks:
            files.append(chunk.table, chunk.names, chunk.data, chunk.rows)
        step()
    for table, columns in gathering.tables():
        files.append(table, list(columns), to_csv(columns), len(next(iter(columns.values()))))


def collect_frames(dataset: Dataset, executor: Executor | Forks, workers: int) -> dict[str, pd.DataFrame]:
    """The tables of a data set as pandas frames, in memory."""
    import pyarrow as pa

    from datagen.runner import to_arrow

    pieces: dict[str, list[pa.Table]] = {}
    gathering = dataset.gather()
    for table, columns in dataset.at_once():
        pieces[table] = [to_arrow(columns)]
    for _, chunks in run(
        dataset.units, dataset.make, to_arrow, executor, workers, keep=gathering.keep, known=gathering.add
    ):
        for chunk in chunks:
            pieces.setdefault(chunk.table, []).append(chunk.data)
    for table, columns in gathering.tables():
        pieces[table] = [to_arrow(columns)]
    return {table: to_frame(pa.concat_tables(parts)) for table, parts in pieces.items()}


def to_frame(table: pa.Table) -> pd.DataFrame:
    """A typed Arrow table as a frame with the conventions of the reference frames.

    Texts are `str`, dates and timestamps datetime64[s], times of day HH:MM:SS texts, money float64.
    """
    import pandas as pd
    import pyarrow as pa

    fields = []
    for place, field in enumerate(table.schema):
        if pa.types.is_decimal(field.type):
            # By way of text, which gives the nearest double; straight from decimals, 0.83 would be 0.8300000000000001.
            table = table.set_column(place, field.name, table[place].cast(pa.string()))
            fields.append(field.with_type(pa.float64()))
        elif pa.types.is_date(field.type):
            fields.append(field.with_type(pa.timestamp("s")))
        elif pa.types.is_time(field.type):
            fields.append(field.with_type(pa.string()))
        else:
            fields.append(field)
    frame: pd.DataFrame = table.cast(pa.schema(fields)).to_pandas()
    if not len(frame):
        # Arrow leaves texts without rows in a state that pandas cannot join on.
        frame = pd.DataFrame({name: pd.Series([], dtype=kind) for name, kind in frame.dtypes.items()})
    return frame
