"""Runs of days, and the names of tables' files: `<table>.csv`, `<table>_<first day>_<last day>.parquet`.

A table in parts has a directory: `<table>/part-00000.csv`, `<table>/month=2026-01/part-00000.parquet`. The tables of a
world with several databases are in a directory for each: `<database>/<table>.csv`. In a format that holds many tables,
a file is a database: `<world>.duckdb`, or `<database>.duckdb` for each of several.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from datagen.frozen import dataclass

TABLE_FORMATS = CSV, PARQUET = ("csv", "parquet")
"""Formats of files that hold a table each, or a part of one."""
DATABASE_FORMATS = DUCKDB, SQLITE = ("duckdb", "sqlite")
"""Formats of files that hold all tables of a database."""
LAKE_FORMATS = DELTA, ICEBERG = ("delta", "iceberg")
"""Formats of directories of Parquet files, with what registers them as the table of a lake."""
CATALOG = "catalog.db"
"""The catalogue of Iceberg tables, a file of SQLite beside them."""
FORMATS = (*TABLE_FORMATS, *DATABASE_FORMATS, *LAKE_FORMATS)
"""How tables can be written."""
_DAY = r"(\d{4}-\d\d-\d\d)"
_KIND = rf"\.({'|'.join(TABLE_FORMATS)})"
_DATABASE = re.compile(rf"(\w+)\.({'|'.join(DATABASE_FORMATS)})")
_NAME = re.compile(rf"(?:(\w+)/)?(\w+?)(?:_{_DAY}_{_DAY})?{_KIND}")
_PART = re.compile(rf"(?:(\w+)/)?(\w+)/(?:(?:month=\d{{4}}-\d\d|(?:start|day)={_DAY})/)?part-(\d{{5,}}){_KIND}")
_DIRECTORY = re.compile(r"\w+|(month|start|day)=[\d-]+")
_STORE = "s3:"
_DEEPEST = 4
"""Names of files have so many directories and a name at most: `<database>/<table>/month=<month>/<part>`."""


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


def file_pattern(table: str, kind: str, database: str) -> str:
    """The name of the file of a table whose rows come by days, or a pattern that matches the names of all of them.

    In formats that hold all tables of a database, it is that of the database; those of a lake lie in a directory.
    """
    if kind in DATABASE_FORMATS:
        return f"{database}.{kind}"
    if kind in LAKE_FORMATS:
        return f"{table}/part-*.{PARQUET}"
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
    part: int | None = None
    """The number of the part, of a table in parts."""

    @property
    def is_whole(self) -> bool:
        """Whether it holds all rows of the table."""
        return self.days is None and self.part is None

    @classmethod
    def named(cls, name: str) -> TableFile | None:
        """What a name says, or None if it is not that of a table's file."""
        if found := _PART.fullmatch(name):
            database, table, _, part, kind = found.groups()
            return cls(name, table, kind, None, database or "", int(part))
        if (found := _NAME.fullmatch(name)) is None:
            return None
        database, table, first, last, kind = found.groups()
        try:
            days = Days(dt.date.fromisoformat(first), dt.date.fromisoformat(last)) if first else None
        except ValueError:  # a name like ours that is none
            return None
        return cls(name, table, kind, days, database or "")


@dataclass(frozen=True)
class DatabaseFile:
    """What the name of a file says that holds all tables of a database."""

    name: str
    database: str
    kind: str

    @classmethod
    def named(cls, name: str) -> DatabaseFile | None:
        """What a name says, or None if it is not that of a database's file."""
        found = _DATABASE.fullmatch(name)
        return cls(name, *found.groups()) if found else None


def part_name(file: TableFile, number: int, partition: str = "") -> str:
    """The name of a part of a table, given the name that its only file would have; see `partition_of`."""
    return "/".join(filter(None, (file.database, file.table, partition, f"part-{number:05}.{file.kind}")))


def store_of(path: Path) -> str | None:
    """The address `s3://...` that was given where a path is taken, which makes one `/` of two; None for a path."""
    first, *others = path.parts or ("",)
    return f"{_STORE}//{'/'.join(others)}" if first == _STORE else None


def named(path: Path) -> str:
    """A directory as messages name it: of an address, without keys and what else says how to reach the store."""
    store = store_of(path)
    return without_keys(store).partition("?")[0] if store else str(path)


def without_keys(uri: str) -> str:
    """An address of a store without the keys that may stand before its bucket: they are secret."""
    return re.sub(r"^(s3://)[^/?]*@", r"\1", uri)


def names_in(directory: Path) -> list[str]:
    """The names of all files in a directory and in those below it that may hold tables and can be read, sorted.

    Raises: `OSError` if the directory itself cannot be read.
    """
    return sorted(_names(directory, "", 1))


def _names(directory: Path, before: str, depth: int) -> Iterator[str]:
    for entry in directory.iterdir():
        yield f"{before}{entry.name}"
        if depth < _DEEPEST and (depth == 1 or _DIRECTORY.fullmatch(entry.name)):
            with suppress(OSError):  # a file, or a directory of somebody else
                yield from _names(entry, f"{before}{entry.name}/", depth + 1)


def by_table(names: Iterable[str]) -> dict[str, list[TableFile]]:
    """The files of each table among these names: whole tables first, CSV before Parquet, then by days or parts."""
    found: dict[str, list[TableFile]] = {}
    for file in filter(None, map(TableFile.named, names)):
        found.setdefault(file.table, []).append(file)
    for files in found.values():
        files.sort(key=_order)
    return found


def _order(file: TableFile) -> tuple[int, int, str, int, str]:
    form = 0 if file.is_whole else 1 if file.days else 2
    return form, FORMATS.index(file.kind), file.name.rpartition("/")[0], file.part or 0, file.name


def names_of_table(files: Sequence[TableFile]) -> list[str]:
    """The names of those files of a table that make it up: a whole one, or all that are of one form and format."""
    if not files or files[0].is_whole:
        return [file.name for file in files[:1]]
    first = files[0]
    alike = (file for file in files if (file.kind, file.days is None) == (first.kind, first.days is None))
    return [file.name for file in alike]
