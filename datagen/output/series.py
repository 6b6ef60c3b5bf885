"""Tables of a directory that grows, written as series of files: see `datagen.output.days`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import partial

import pyarrow as pa

from datagen.output import csv
from datagen.output.days import PARQUET, Days
from datagen.output.growing import Additions
from datagen.output.parquet import ParquetFile
from datagen.runner import Chunk


class CsvSeries:
    """Tables as one CSV file each; every method gives the bytes that it wrote."""

    def __init__(self, additions: Additions, days: Days) -> None:
        self._additions, self._days = additions, days
        self._begun: set[str] = set()

    def append(self, day: dt.date, chunk: Chunk) -> int:
        """Add rows of a day, as CSV text, to the file of their table."""
        name = self._days.file(chunk.table)
        if name not in self._begun:
            self._additions.append(name, csv.header(chunk.names))
            self._begun.add(name)
        self._additions.append(name, chunk.data)
        size: int = chunk.data.size
        return size

    def close(self) -> int:
        """End the files that rows were added to."""
        return 0

    def write(self, table: str, texts: Mapping[str, pa.StringArray]) -> int:
        """Write a table at once, from columns of text."""
        data = csv.header(texts) + csv.render(texts).to_pybytes()
        self._additions.append(self._days.file(table), data)
        return len(data)


class ParquetSeries:
    """The same as Parquet files: one a month of the table whose rows come by day. `schema` gives that of a table."""

    def __init__(self, additions: Additions, days: Days, schema: Callable[[str], pa.Schema]) -> None:
        self._additions, self._days, self._schema = additions, days, schema
        self._month: Days | None = None
        self._file: ParquetFile | None = None

    def append(self, day: dt.date, chunk: Chunk) -> int:
        """Add rows of a day, as a typed Arrow table, to the file of their month."""
        month, ended = self._days.month(day), 0
        if self._file is None or month != self._month:
            ended = self.close()
            self._month, self._file = month, self._begin(month, chunk.table)
        before = self._file.bytes
        self._file.append(chunk.data)
        return ended + self._file.bytes - before

    def close(self) -> int:
        """End the file that rows were added to."""
        if self._file is None:
            return 0
        before = self._file.bytes
        self._file.close()
        return self._file.bytes - before

    def write(self, table: str, texts: Mapping[str, pa.StringArray]) -> int:
        """Write a table at once, from columns of text."""
        file = self._begin(self._days, table)
        file.append(pa.table(dict(texts)))
        file.close()
        return file.bytes

    def _begin(self, days: Days, table: str) -> ParquetFile:
        return ParquetFile(self._schema(table), partial(self._additions.append, days.file(table, PARQUET)))
