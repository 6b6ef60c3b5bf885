"""Writes a data set: frames, tables made at once, then the units through an executor, in one order."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import Executor
from typing import TYPE_CHECKING, Any, Protocol

from datagen.calendar import date_of
from datagen.columns import Columns
from datagen.control_totals import Totals, totals_of
from datagen.forks import Forks
from datagen.output.csv import frame_to_arrow
from datagen.output.file_names import Days
from datagen.output.manifest import Written
from datagen.output.table_writers import CsvFiles, TableFiles
from datagen.runner import Made, run

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa


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

    def days(self, unit: Any) -> tuple[int, int]:
        """The days that a unit is about, as numbers: the first, and the first after them."""
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

    def end(self, name: str) -> None:
        """Nothing is held open."""


def write_frames(
    frames: Mapping[str, pd.DataFrame],
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


def frames_digest(frames: Mapping[str, pd.DataFrame], schemas: Mapping[str, pa.Schema]) -> str:
    """The SHA-256 by which a manifest names frames that came from elsewhere: of their CSV files, by table name."""
    nowhere = Nowhere()
    write_frames(frames, schemas, CsvFiles(nowhere))
    lines = (f"{name} {written.sha256}\n" for name, written in sorted(nowhere.files.items()))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def write_dataset(
    dataset: Dataset,
    executor: Executor | Forks,
    workers: int,
    files: TableFiles,
    step: Callable[[], None] = lambda: None,
    totals: Totals | None = None,
) -> None:
    """Write the tables of a data set; memory is bounded by a few units, whatever their number.

    Days on which a table has no rows are passed over, except the first. `step` is called after each unit; control
    totals of what is written are added up in `totals`.
    """
    counts: dict[str, int] = {}
    begun: set[str] = set()
    gathering, render = dataset.gather(), files.render
    totals = totals or Totals()

    def write_at_once(table: str, columns: Columns) -> None:
        counts[table] = len(next(iter(columns.values())))
        files.append(table, list(columns), render(columns), counts[table])
        totals.add(table, totals_of(columns, totals.wanted.get(table, ())))

    for table, columns in dataset.at_once():
        write_at_once(table, columns)
    for unit, chunks in run(
        dataset.units, dataset.make, render, executor, workers, counts, gathering.keep, gathering.add, totals.wanted
    ):
        first, following = dataset.days(unit)
        days = Days(date_of(first), date_of(following - 1))
        for chunk in chunks:
            totals.add(chunk.table, chunk.totals)
            if chunk.rows or chunk.table not in begun:
                files.append(chunk.table, chunk.names, chunk.data, chunk.rows, days)
                begun.add(chunk.table)
        step()
    for table, columns in gathering.tables():
        write_at_once(table, columns)
    files.end()


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
