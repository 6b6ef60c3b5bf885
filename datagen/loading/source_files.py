"""The files that are to be loaded, by table.

A table is one file, or several: Parquet files of a month each, or the parts of a series where the directory is one that
grows. What is sent is CSV; of Parquet files, the text that their rows make.
"""

from __future__ import annotations

import datetime as dt
import os
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.frozen import dataclass
from datagen.output.csv import header
from datagen.output.file_names import Days
from datagen.output.manifest import Manifest, Resource, Written
from datagen.schema import column_names

if TYPE_CHECKING:
    from sqlalchemy import Table

    from datagen.loading.history import History
    from datagen.loading.parquet_as_csv import Text


@dataclass(frozen=True)
class Source:
    """A file of a table, open since it was checked: what is sent is what was checked."""

    table: Table
    path: Path
    descriptor: int
    size: int
    """Bytes it has."""
    resource: Resource | None
    """What the manifest says of it."""
    days: Days | None = None
    """The days of its rows, if it is a part of a series."""
    text: Text | None = None
    """What its rows make, if it is Parquet."""
    name: str = ""
    """Its name within the directory, as the manifest has it."""

    @property
    def written(self) -> Written | None:
        """What the manifest says of this very file."""
        return self.resource.files[self.name] if self.resource else None

    @property
    def row_bytes(self) -> int:
        """Bytes it has without the header."""
        return self.size if self.text else self.size - len(header(column_names(self.table)))

    def read(self, size: int, offset: int) -> bytes:
        """Bytes of the file, or of the text that its rows make."""
        return self.text.read(size, offset) if self.text else os.pread(self.descriptor, size, offset)

    def passed(self, offset: int) -> int:
        """How many bytes of the file have been passed by a reader who has come to this place."""
        return round(self.text.share * self.size) if self.text else offset

    def place(self, line: int) -> str:
        """Where a line of CSV text stands in the file."""
        return f"row {line - 1}" if self.text else f"line {line}"


@dataclass(frozen=True)
class Directory:
    """The tables of a directory, parents first, and of each its parts in their order."""

    path: Path
    manifest: Manifest | None
    sources: tuple[Source, ...]
    warnings: tuple[str, ...] = field(default=())
    history: History | None = None
    """What it says of itself, if it is one that grows."""
    begin: dt.date | None = None
    """The first day of those files of the history that are opened."""
    since: dt.date | None = None
    """The day after which they were asked for; they may begin earlier."""
    earlier: int | None = None
    """Bytes of rows in the files before them; None if they are not all CSV, which alone tells."""

    @property
    def size(self) -> int:
        """Bytes of all files."""
        return sum(source.size for source in self.sources)

    @property
    def overlaps(self) -> bool:
        """Whether the files begin earlier than they were asked for."""
        return self.begin is not None and self.since is not None and self.begin <= self.since

    @property
    def is_text(self) -> bool:
        """Whether all files are CSV."""
        return not any(source.text for source in self.sources)

    def row_bytes(self) -> dict[str, int]:
        """Bytes of rows by table."""
        names = dict.fromkeys(source.table.name for source in self.sources)
        return {name: sum(source.row_bytes for source in self.of(name)) for name in names}

    def of(self, table: str) -> list[Source]:
        """The files of a table."""
        return [source for source in self.sources if source.table.name == table]
