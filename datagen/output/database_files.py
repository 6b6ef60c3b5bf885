"""Tables as database files: one with all tables, or one for each of the databases of a world.

Rows come in the order of their making, in which children may stand before their parents; so they are kept as Parquet
beside the file until all are there, and the file is built then, parents first, with keys that hold from its first row.
"""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO, Protocol, runtime_checkable

import pyarrow as pa

from datagen.frozen import dataclass
from datagen.output.file_names import DUCKDB, PARQUET
from datagen.output.render import to_arrow

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import MetaData

    from datagen.output.csv import Columns as Texts
    from datagen.output.file_names import Days
    from datagen.output.parquet import ParquetFile
    from datagen.table_facts import Facts


@runtime_checkable
class Place(Protocol):
    """Where complete files go: a `Stage` or `Additions`."""

    def place(self, name: str) -> Path:
        """Where the file is until it is published."""
        ...

    def take_in(self, name: str, rows: int) -> None:
        """Take in the file that is there, with so many rows."""
        ...


@dataclass(frozen=True)
class DatabaseModel:
    """What a database's file has besides rows."""

    name: str
    """Its name where there is one for all tables."""
    metadata: Callable[[], MetaData]
    """The tables as they are declared."""
    views: Callable[[], Path | None]
    """A directory of SQL files, a view each."""


@dataclass(frozen=True)
class Grown:
    """The file of a database that a new one goes on from, where a directory grows."""

    path: Path
    rows: Mapping[str, int]
    """How many rows there are of each table that gets more; the others are replaced."""


class DatabaseFiles:
    """The tables of a world in a database's file, or in several; complete after `finish`."""

    render = staticmethod(to_arrow)

    def __init__(
        self,
        kind: str,
        sink: Place,
        facts: Facts,
        model: DatabaseModel,
        on_write: Callable[[str, int, int], None] | None = None,
        grown: Grown | None = None,
    ) -> None:
        """`facts` are those of the tables; views are made if all of the tables are.

        A `grown` file, of a world with one database, is copied, and what is appended comes to its rows.
        """
        self.kind, self.sink, self.facts, self.model, self.on_write = kind, sink, facts, model, on_write
        self._grown = grown
        self._scratch: dict[str, Path] = {}
        self._open: dict[str, tuple[ParquetFile, Any]] = {}
        self._rows: Counter[str] = Counter()
        self.inside: dict[str, dict[str, int]] = {}
        """The rows of each table in each file that was built, by the names of file and table."""

    def render_frame(self, frame: pd.DataFrame | pa.Table, schema: pa.Schema) -> pa.Table:
        """A frame's rows as a typed Arrow table."""
        from datagen.output.csv import frame_to_arrow

        return frame_to_arrow(frame, schema)

    def render_texts(self, texts: Texts) -> pa.Table:
        """Columns of text as an Arrow table, to be cast to the types of the file."""
        return pa.table(dict(texts))

    def append(self, table: str, names: Sequence[str], data: pa.Table, rows: int, days: Days | None = None) -> None:
        """Keep rows of a table, whatever the days they are about."""
        del names, days
        if table not in self._open:
            self._begin(table)
        self._open[table][0].append(data)
        self._rows[table] += rows
        if self.on_write:
            self.on_write(table, rows, data.nbytes)

    def end(self) -> None:
        """More may come until `finish`."""

    def finish(self) -> None:
        """Build the files of what was added.

        Raises: `DataError` for rows that break a key or a CHECK, which a database refuses.
        """
        from datagen.output import duckdb_file, sqlite_file
        from datagen.schema import databases, tables_in

        if self.inside:
            return
        for file, scratch in self._open.values():
            file.close()
            scratch.close()
        self._open.clear()
        metadata, complete = self.model.metadata(), len(self._rows) == len(self.facts)
        file_of = duckdb_file if self.kind == DUCKDB else sqlite_file
        before = self._grown.rows if self._grown else {}
        for database in databases(metadata):
            tables = [table for table in tables_in(metadata, database) if table.name in self._rows]
            if not tables:
                continue
            name = f"{database or self.model.name}.{self.kind}"
            if self._grown:
                shutil.copyfile(self._grown.path, self.sink.place(name))
                replaced = {table.name for table in tables} - before.keys()
                file_of.append(self.sink.place(name), tables, self._scratch, replaced)
            else:
                file_of.build(self.sink.place(name), tables, self._scratch, self.model.views() if complete else None)
            self.inside[name] = {table.name: before.get(table.name, 0) + self._rows[table.name] for table in tables}
            self.sink.take_in(name, sum(self.inside[name].values()))
        self.abandon()

    def abandon(self) -> None:
        """Remove what is kept beside the file."""
        for file, scratch in self._open.values():
            file.abandon()
            scratch.close()
        self._open.clear()
        for path in self._scratch.values():
            path.unlink(missing_ok=True)
        self._scratch.clear()

    def _begin(self, table: str) -> None:
        from datagen.output.parquet import ParquetFile

        facts = self.facts[table]
        beside = self.sink.place(f"{facts.database or self.model.name}.{self.kind}").parent
        path = self._scratch[table] = beside / f".{table}.{PARQUET}.inprogress"
        scratch = path.open("wb")
        self._open[table] = (ParquetFile(facts.arrow_schema(), _writer(scratch), set(facts.unique)), scratch)


def _writer(file: BinaryIO) -> Callable[[bytes], None]:
    def write(data: bytes) -> None:
        file.write(data)

    return write
