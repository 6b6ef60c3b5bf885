"""Tables on their way into files of a sink, in any format: the same rows, in the same order."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Protocol

import pyarrow as pa

from datagen.columns import Columns
from datagen.output import csv
from datagen.output.background import BackgroundWorker
from datagen.output.csv import Columns as Texts
from datagen.output.database_files import DatabaseFiles, DatabaseModel, Grown, Place
from datagen.output.file_names import (
    CSV,
    DATABASE_FORMATS,
    LAKE_FORMATS,
    PARQUET,
    Days,
    TableFile,
    file_name,
    part_name,
)
from datagen.output.lakes import LakeFile, LakeTable, lake_at, lake_schema, refuse_missing
from datagen.output.render import to_arrow, to_csv
from datagen.output.staging import Stage

if TYPE_CHECKING:
    import pandas as pd

    from datagen.output.parquet import ParquetFile
    from datagen.table_facts import Facts, TableFacts

OnWrite = Callable[[str, int, int], None]
"""Called with a table and the rows and bytes just written to it."""
_MOST_WAITING = 64
"""Pieces of tables that wait to be encoded, at most: they are held in memory."""


class Sink(Protocol):
    """Where files go: a `Stage`, `Additions`, or nowhere."""

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        """Add data, which holds so many rows, to the end of a file."""
        ...

    def end(self, name: str) -> None:
        """A file is complete."""
        ...


class TableFiles(Protocol):
    """The files of tables in a sink, in one format."""

    @property
    def render(self) -> Callable[[Columns], Any]:
        """Makes of rows what `append` takes; picklable, for workers do it."""
        ...

    def render_frame(self, frame: pd.DataFrame | pa.Table, schema: pa.Schema) -> Any:
        """A frame's rows as `append` takes them. Raises `FrameError` for a frame that does not fit its schema."""
        ...

    def render_texts(self, texts: Texts) -> Any:
        """Columns of text, as a CSV file holds them, as `append` takes them."""
        ...

    def append(self, table: str, names: Sequence[str], data: Any, rows: int, days: Days | None = None) -> None:
        """Add rendered rows to a table; `days` are those that they are about, for a table whose rows come by days."""
        ...

    def end(self) -> None:
        """The tables that rows were added to are complete."""
        ...

    def finish(self) -> None:
        """No rows come any more: what can be written only when all are there is written."""
        ...

    @property
    def inside(self) -> Mapping[str, Mapping[str, int]]:
        """The rows of tables in files that hold many, by the names of file and table, once the files are complete."""
        ...


class CsvFiles:
    """One CSV file a table; the header is written before the first rows."""

    render = staticmethod(to_csv)
    inside: Mapping[str, Mapping[str, int]] = {}

    def __init__(self, sink: Sink, on_write: OnWrite | None = None, days: Days | None = None) -> None:
        """`days`, if given, stand in the names of the files."""
        self.sink, self.on_write, self.days = sink, on_write, days
        self._begun: dict[str, str] = {}

    def render_frame(self, frame: pd.DataFrame | pa.Table, schema: pa.Schema) -> pa.Buffer:
        """A frame's rows as CSV text without a header."""
        return csv.render(csv.frame_to_columns(frame, schema))

    def render_texts(self, texts: Texts) -> pa.Buffer:
        """Columns of text as CSV text without a header."""
        return csv.render(texts)

    def append(
        self, table: str, names: Sequence[str], data: bytes | pa.Buffer, rows: int, days: Days | None = None
    ) -> None:
        """Write rows, rendered without a header, to the file of a table, whatever the days they are about."""
        name = self._begun.get(table)
        if name is None:
            name = self._begun[table] = file_name(table, CSV, self.days)
            self.sink.append(name, csv.header(names))
        self.sink.append(name, data, rows)
        if self.on_write:
            self.on_write(table, rows, memoryview(data).nbytes)

    def end(self) -> None:
        """Nothing is left to write."""

    def finish(self) -> None:
        """Nothing is left to write."""


class ParquetFiles:
    """One Parquet file a table, or one for each run of days that the rows of a table come by.

    Rows that come by days are encoded in a thread, so that those who make them need not wait. It begins with the first
    of them: a process with threads cannot be forked, and by then the workers are there.
    """

    render = staticmethod(to_arrow)
    inside: Mapping[str, Mapping[str, int]] = {}

    def __init__(self, sink: Sink, tables: Facts, on_write: OnWrite | None = None, days: Days | None = None) -> None:
        """`tables` are the world's; `days`, if given, stand in the names of files whose rows do not come by days."""
        self.sink, self.tables, self.on_write, self.days = sink, tables, on_write, days
        self._newest: dict[str, str] = {}
        self._open: dict[str, ParquetFile] = {}
        self._written: Counter[str] = Counter()
        self._known: Counter[str] = Counter()
        self._thread: BackgroundWorker | None = None

    def render_frame(self, frame: pd.DataFrame | pa.Table, schema: pa.Schema) -> pa.Table:
        """A frame's rows as a typed Arrow table."""
        return csv.frame_to_arrow(frame, schema)

    def render_texts(self, texts: Texts) -> pa.Table:
        """Columns of text as an Arrow table, to be cast to the types of the file."""
        return pa.table(dict(texts))

    def append(self, table: str, names: Sequence[str], data: pa.Table, rows: int, days: Days | None = None) -> None:
        """Write rows to the file of a table that holds these days; one of other days is then complete."""
        if days and self._thread is None:
            self._thread = BackgroundWorker(_MOST_WAITING)
        name = file_name(table, PARQUET, days or self.days)
        if self._newest.get(table, name) != name:
            self._end(table)
        if table not in self._newest:
            self._newest[table], self._open[name] = name, self._begin(table, name)
        file = self._open[name]
        self._do(lambda: file.append(data))
        self.sink.append(name, b"", rows)
        self._tell(table, rows)

    def end(self) -> None:
        """Write what is left of the files."""
        for table in list(self._newest):
            self._end(table)
        if self._thread:
            self._thread.finish()
            self._thread = None
        for table in self._known:
            self._tell(table, 0)

    def finish(self) -> None:
        """Nothing is left to write after `end`."""

    def abandon(self) -> None:
        """Leave the files as they are, for they are not wanted."""
        if self._thread:
            self._thread.cancel()
        for file in self._open.values():
            file.abandon()
        self._open.clear()

    def _begin(self, table: str, name: str) -> ParquetFile:
        from datagen.output.parquet import ParquetFile

        def write(data: bytes) -> None:
            self.sink.append(name, data)
            self._written[table] += len(data)

        return ParquetFile(self.schema(table), write, set(self.tables[table].unique))

    def schema(self, table: str) -> pa.Schema:
        """The names and types of the columns of a table in its files."""
        return self.tables[table].arrow_schema()

    def _end(self, table: str) -> None:
        name = self._newest.pop(table)
        file = self._open[name]

        def close() -> None:
            file.close()
            del self._open[name]
            self.sink.end(name)

        self._do(close)

    def _do(self, work: Callable[[], None]) -> None:
        """Do what may take its time, in the thread once there is one."""
        if self._thread:
            self._thread.do(work)
        else:
            work()

    def _tell(self, table: str, rows: int) -> None:
        size = self._written[table] - self._known[table]
        self._known[table] += size
        if self.on_write:
            self.on_write(table, rows, size)


class LakeFiles(ParquetFiles):
    """Tables of a lake: a directory of Parquet files each, registered in place by one commit a table at the end."""

    def __init__(self, kind: str, stage: Stage, tables: Facts, on_write: OnWrite | None = None) -> None:
        """`kind` is delta or iceberg."""
        self._directories = _InDirectories(stage, tables)
        super().__init__(self._directories, tables, on_write)
        self.kind, self.stage, self._committed = kind, stage, False

    def schema(self, table: str) -> pa.Schema:
        """The names and types of the columns of a table, as a lake has them."""
        facts = self.tables[table]
        comments = {field["name"]: field["description"] for field in facts.fields}
        return lake_schema(self.kind, facts.arrow_schema(), comments)

    def finish(self) -> None:
        """Register the files, once: a table that has none is not there."""
        if self._committed:
            return
        self._committed = True
        stage, before = self.stage, {*self.stage.directory.rglob("*")}
        with closing(lake_at(self.kind, stage.directory, stage.final)) as lake:
            for table, names in self._directories.names.items():
                place = directory_of(self.tables[table])
                written = {name: stage.files[name] for name in names}
                files = [LakeFile(name.removeprefix(f"{place}/"), it.rows, it.bytes) for name, it in written.items()]
                lake.commit(LakeTable(place, self.schema(table), self.tables[table].comment), files)
        for path in sorted({*stage.directory.rglob("*")} - before):
            if path.is_file():
                stage.take_in(path.relative_to(stage.directory).as_posix(), 0)


def directory_of(table: TableFacts) -> str:
    """The directory of a table of a lake."""
    return f"{table.database}/{table.name}".removeprefix("/")


class _InDirectories:
    """A sink with a directory for each table, in which its files are numbered."""

    def __init__(self, sink: Sink, tables: Facts) -> None:
        self._sink, self._tables = sink, tables
        self._placed: dict[str, str] = {}
        self._placing = threading.Lock()
        self.names: dict[str, list[str]] = {}
        """The names of the files of each table, in order."""

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        self._sink.append(self._place(name), data, rows)

    def end(self, name: str) -> None:
        self._sink.end(self._place(name))

    def _place(self, name: str) -> str:
        with self._placing:
            if name not in self._placed:
                file = TableFile.named(name)
                assert file is not None
                names = self.names.setdefault(file.table, [])
                names.append(part_name(replace(file, database=self._tables[file.table].database), len(names)))
                self._placed[name] = names[-1]
            return self._placed[name]


class _ByDatabase:
    """A sink with a directory for each database of the tables."""

    def __init__(self, sink: Sink, tables: Facts) -> None:
        self._sink = sink
        self._databases = {name: table.database for name, table in tables.items()}

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        self._sink.append(self._placed(name), data, rows)

    def end(self, name: str) -> None:
        self._sink.end(self._placed(name))

    def _placed(self, name: str) -> str:
        file = TableFile.named(name)
        database = self._databases.get(file.table) if file else None
        return f"{database}/{name}" if database else name


@contextmanager
def table_files(
    kind: str,
    sink: Sink,
    tables: Facts,
    on_write: OnWrite | None = None,
    days: Days | None = None,
    model: DatabaseModel | None = None,
    grown: Grown | None = None,
) -> Iterator[TableFiles]:
    """Files of a format in a sink, complete when this ends, unless by an exception; `days` stand in their names.

    A database's file needs a `model`, and a sink with places; it may go on from one that has `grown` so far. A lake
    needs a `Stage`.

    Raises: `UsageError` where the library that a lake needs is not installed; `DataError` for rows that a database's
    file cannot have, as they break a key or a CHECK.
    """
    if kind in DATABASE_FORMATS:
        if model is None or not isinstance(sink, Place):
            raise TypeError(f"A file of the format {kind} needs a model and a sink with places.")
        stored = DatabaseFiles(kind, sink, tables, model, on_write, grown)
        try:
            yield stored
            stored.finish()
        finally:
            stored.abandon()
        return
    if kind in LAKE_FORMATS:
        if not isinstance(sink, Stage):
            raise TypeError(f"Files of the format {kind} need a stage.")
        refuse_missing(kind)
        files: ParquetFiles = LakeFiles(kind, sink, tables, on_write)
    else:
        files = ParquetFiles(_placed(sink, tables), tables, on_write, days)
    if kind == CSV:
        yield CsvFiles(_placed(sink, tables), on_write, days)
        return
    try:
        yield files
        files.end()
        files.finish()
    finally:
        files.abandon()


def _placed(sink: Sink, tables: Facts) -> Sink:
    """The sink, or one with a directory for each database."""
    return _ByDatabase(sink, tables) if any(table.database for table in tables.values()) else sink
