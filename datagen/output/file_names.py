"""Runs of days, and the names of tables' files: `<table>.csv`, `<table>_<first day>_<last day>.parquet`.

The tables of a world with several databases are in a directory for each: `<database>/<table>.csv`.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

FORMATS = CSV, PARQUET = ("csv", "parquet")
"""How tables can be written."""
_DAY = r"(\d{4}-\d\d-\d\d)"
_NAME = re.compile(rf"(?:(\w+)/)?(\w+?)(?:_{_DAY}_{_DAY})?\.({'|'.join(FORMATS)})")


@dataclass(frozen=True)
class Days:
    """Days of data, both included."""

    first: dt.date
    last: dt.date

    @property
    def count(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    def file(self, table: str, kind: str = CSV) -> str:
        """The name of a table's file."""
        return f"{table}_{self.first}_{self.last}.{kind}"

    def month(self, day: dt.date) -> Days:
        """Those of the days that are in the month of one of them."""
        first = day.replace(day=1)
        following = (first + dt.timedelta(32)).replace(day=1)
        return Days(max(self.first, first), min(self.last, following - dt.timedelta(1)))

    def __str__(self) -> str:
        if self.count == 1:
            return str(self.first)
        return f"{self.count:,} days, {self.first} to {self.last}"


def file_name(table: str, kind: str, days: Days | None = None) -> str:
    """The name of a table's file: of all its rows, or of those that are about these days."""
    return days.file(table, kind) if days else f"{table}.{kind}"


def file_pattern(table: str, kind: str) -> str:
    """The name of the file of a table whose rows come by days, or a pattern that matches the names of all of them."""
    return file_name(table, kind) if kind == CSV else f"{table}_*.{kind}"


@dataclass(frozen=True)
class TableFile:
    """What the name of a file says: the table, the format, and the days that its rows are about, if not all.

    `database` is the directory that it is in, '' for none.
    """

    name: str
    table: str
    kind: str
    days: Days | None
    database: str = ""

    @classmethod
    def named(cls, name: str) -> TableFile | None:
        """What a name says, or None if it is not that of a table's file."""
        if (found := _NAME.fullmatch(name)) is None:
            return None
        database, table, first, last, kind = found.groups()
        try:
            days = Days(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) if first else None
        except ValueError:  # a name like ours that is none
            return None
        return cls(name, table, kind, days, database or "")


def names_in(directory: Path) -> list[str]:
    """The names of all files in a directory and in those right below it that can be read, sorted.

    Raises: `OSError` if the directory itself cannot be read.
    """
    names = []
    for entry in directory.iterdir():
        names.append(entry.name)
        with suppress(OSError):  # a file, or a directory of somebody else
            names += [f"{entry.name}/{file.name}" for file in entry.iterdir()]
    return sorted(names)


def by_table(names: Iterable[str]) -> dict[str, list[TableFile]]:
    """The files of each table among these names: whole tables first, CSV before Parquet, then by their days."""
    found: dict[str, list[TableFile]] = {}
    for file in filter(None, map(TableFile.named, names)):
        found.setdefault(file.table, []).append(file)
    for files in found.values():
        files.sort(key=lambda file: (file.days is not None, FORMATS.index(file.kind), file.name))
    return found


def making_up(files: Sequence[TableFile]) -> list[str]:
    """The names of those files of a table that make it up: a whole one, or all that are of one format."""
    if not files or not files[0].days:
        return [file.name for file in files[:1]]
    return [file.name for file in files if file.kind == files[0].kind]
