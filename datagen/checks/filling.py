# ruff: noqa: S608 - the SQL is made of names of the schema
"""Tables filled from the rows of files, each in one pass that also notes what is unlike the declared types."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from datagen.checks.duckdb_engine import DuckDatabase, OutOfSpaceError, sql_type
from datagen.checks.engine import Rows
from datagen.frozen import dataclass
from datagen.schema import column_names, kind, quoted

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

_BITS = 31  # of a whole number that is not negative
_READ = "_read"
"""The column that holds what is noted of a row as it is read."""
_WHOLE_SECONDS = {"time": len("06:30:00"), "timestamp": len("2026-01-31 06:30:00")}


@dataclass(frozen=True)
class RawRows:
    """The rows of a table's files."""

    table: Table
    source: str
    """What FROM takes for them."""
    is_csv: bool


@dataclass(frozen=True)
class Counts:
    """What was read of a table's files."""

    rows: int
    width: int
    """Bytes of the values as plain text, with the commas and line ends after them."""
    unlike: Mapping[str, int]
    """How many values are not of the column's type, or not written as such values are, by column."""
    without_code: int
    """Rows with a value that a coded key has not."""


def fill(database: DuckDatabase, raw: RawRows, types: Mapping[str, str], coded: Mapping[str, str]) -> Counts:
    """Fill a table in one pass; columns that refer to coded keys hold their codes, if all values have one.

    `types` are those of the raw columns that are not text, `coded` those of the columns that refer to coded keys.
    """
    database.create(raw.table.name, _typed_rows(raw, types, coded))
    (counts,) = _counted(database, [raw.table])
    if counts.without_code:
        database.create(raw.table.name, _typed_rows(raw, types, {}))
    _finish(database, [raw.table])
    return counts


def fill_side_by_side(database: DuckDatabase, small: Sequence[RawRows]) -> dict[str, Counts]:
    """Fill tables of texts, two at a time, for one that is small keeps no two threads busy; what was read, by table.

    Nothing, if any of them cannot be read: whoever then fills one after the other learns which, and why.
    """
    import duckdb

    try:
        database.create_each({raw.table.name: _typed_rows(raw, {}, {}) for raw in small})
        tables = [raw.table for raw in small]
        counts = {table.name: found for table, found in zip(tables, _counted(database, tables), strict=True)}
        _finish(database, tables)
    except (duckdb.Error, OutOfSpaceError):
        return {}
    return counts


def unlike(column: Column[Any], raw: str, typed: str, found: str = "VARCHAR") -> str:
    """SQL that holds where a value of a type is not one of the column's, or not written as such values are."""
    if kind(column) in ("char", "varchar"):
        return f"length({raw}) > {getattr(column.type, 'length', None) or 2**31}"
    if kind(column) == "text":
        return ""
    same = f"cast({typed} AS VARCHAR) = {raw}" if found == "VARCHAR" else f"{typed} = {raw}"
    if kind(column) in _WHOLE_SECONDS:
        text = raw if found == "VARCHAR" else f"cast({typed} AS VARCHAR)"
        same = f"({same} AND strlen({text}) = {_WHOLE_SECONDS[kind(column)]})"
    return f"NOT coalesce({same}, {raw} IS NULL)"


def as_type(raw: str, to: str) -> str:
    """SQL for the value of a raw column in a type; empty where it has none."""
    return raw if to == "VARCHAR" else f"try_cast({raw} AS {to})"


def _raw(column: Column[Any]) -> str:
    """What a column is called that holds the values as they are in the file."""
    return quoted(f"r_{column.name}")


def _typed_rows(raw: RawRows, types: Mapping[str, str], coded: Mapping[str, str]) -> str:
    """`_read.flags` has a bit for each unlike value of a row, one for values without a code; `.width` is its text's."""
    columns = list(raw.table.columns)
    renamed = ", ".join(f"{quoted(item.name)} AS {_raw(item)}" for item in columns)
    values = {item.name: as_type(_raw(item), coded.get(item.name) or sql_type(item)) for item in columns}
    typed = ", ".join(f"{value} AS {quoted(name)}" for name, value in values.items())
    tests = [unlike(item, _raw(item), quoted(item.name), types.get(item.name, "VARCHAR")) for item in columns]
    without_code = [
        f"{_raw(item)} IS NOT NULL AND {quoted(item.name)} IS NULL" for item in columns if item.name in coded
    ]
    tests.append(" OR ".join(without_code))
    flags = [f"CASE WHEN {test} THEN {1 << place} ELSE 0 END" for place, test in enumerate(tests) if test]
    widths = [f"coalesce(strlen({_raw(item)}), 0)" for item in columns] if raw.is_csv else ["0"]
    bits = "INTEGER" if len(columns) < _BITS else "HUGEINT"
    return (
        f"SELECT {', '.join(quoted(item.name) for item in columns)}, "
        f"{{flags: cast({' + '.join(flags) or 0} AS {bits}), "
        f"width: cast({' + '.join(widths)} + {len(columns)} AS INTEGER)}} AS {_READ} "
        f"FROM (SELECT *, {typed} FROM (SELECT {renamed} FROM {raw.source}))"
    )


def _counted(database: DuckDatabase, tables: Sequence[Table]) -> Iterator[Counts]:
    """What is asked of the values that were read: whether any is unlike its type, and only then how many are."""
    asked = (
        f"SELECT count(*) AS n, cast(coalesce(sum({_READ}.width), 0) AS BIGINT) AS width, "
        f"coalesce(bit_or({_READ}.flags), 0) AS flags FROM {quoted(table.name)}"
        for table in tables
    )
    for table, found in zip(tables, [*database.each([*asked])], strict=True):
        rows, width, flags = found[0].values()
        names = column_names(table)
        counts = [0] * (len(names) + 1)
        if flags:
            bits = (f"count(*) FILTER ({_READ}.flags & {1 << place} <> 0) AS n{place}" for place in range(len(counts)))
            each: Rows = database.rows(f"SELECT {', '.join(bits)} FROM {quoted(table.name)}")
            counts = [*each[0].values()]
        yield Counts(rows, width, dict(zip(names, counts, strict=False)), counts[-1])


def _finish(database: DuckDatabase, tables: Sequence[Table]) -> None:
    for _ in database.each([f"ALTER TABLE {quoted(table.name)} DROP COLUMN {_READ}" for table in tables]):
        pass
