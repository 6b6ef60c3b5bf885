# ruff: noqa: S608 - the SQL is made of names of the schema
"""Tables filled from the rows of files, in one pass each; a second one notes what is wrong, if anything is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.any_table import column_names, quoted
from datagen.checks.duckdb_engine import DuckDatabase, sql_type
from datagen.frozen import dataclass

if TYPE_CHECKING:
    from datagen.table_facts import ColumnFacts, TableFacts

_BITS = 31  # of a whole number that is not negative
_READ = "_read"
"""The column that holds what is noted of a row as it is read."""
_MOST_DIGITS = 38
"""Of a decimal in DuckDB."""
_PLAIN = "plain_"
"""What the rows of plain files are called in SQL."""
_WHOLE_SECONDS = {"time": len("06:30:00"), "timestamp": len("2026-01-31 06:30:00")}


@dataclass(frozen=True)
class RawRows:
    """The rows of a table's files."""

    table: TableFacts
    source: str
    """What FROM takes for them."""
    is_csv: bool
    plain: Sequence[Path] = ()
    """The files, if they are of CSV and so large that what reads plain ones quickly should try."""


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
    by_file: Sequence[int] = ()
    """The rows of each file, if that is known."""


def fill(database: DuckDatabase, raw: RawRows, types: Mapping[str, str], coded: Mapping[str, str]) -> Counts:
    """Fill a table; columns that refer to coded keys hold their codes, if all values have one.

    `types` are those of the raw columns that are not text, `coded` those of the columns that refer to coded keys.
    Values are all as they should be, or else they are read once more, and noted row by row.
    """
    import _duckdb as duckdb

    if raw.plain and database.reads_streams and (counts := _fill_plain(database, raw, coded)) is not None:
        return counts
    try:
        database.create(raw.table.name, _sound_rows(raw, types, coded))
        return _count_sound(database, raw)
    except duckdb.InterruptException:
        raise
    except duckdb.Error:  # the context of what the second reading says of rows that cannot be read
        return _fill_noted(database, raw, types, coded)


def _fill_plain(database: DuckDatabase, raw: RawRows, coded: Mapping[str, str]) -> Counts | None:
    """`fill` for files that are plain CSV, all values as they should be; None for others."""
    import _duckdb as duckdb

    from datagen.checks.batches import Batches  # with NumPy and Arrow, which small files are read without
    from datagen.checks.plain_csv import NotPlainError
    from datagen.checks.plain_rows import PlainRows

    table = raw.table
    plain = PlainRows(table, raw.plain)
    types = {item.name: coded.get(item.name) or sql_type(item) for item in table.columns}
    columns = ", ".join(f"cast({quoted(name)} AS {type_}) AS {quoted(name)}" for name, type_ in types.items())
    try:
        with database.given(_PLAIN, Batches(plain.schema, plain.batches)):
            database.create(table.name, f"SELECT {columns} FROM {_PLAIN}")
    except duckdb.InterruptException:
        raise
    except duckdb.Error:
        if isinstance(plain.error, NotPlainError | OSError | MemoryError | None):
            return None
        raise plain.error from None
    if (found := plain.found) is None:
        return None
    for name, ids in found.ids.items():
        database.know_ids(table.name, name, ids)
    return Counts(sum(found.rows), found.width, dict.fromkeys(column_names(table), 0), 0, found.rows)


def _fill_noted(database: DuckDatabase, raw: RawRows, types: Mapping[str, str], coded: Mapping[str, str]) -> Counts:
    """`fill` for rows of which not all are as they should be."""
    database.create(raw.table.name, _noted_rows(raw, types, coded))
    counts = _counted(database, raw.table)
    if counts.without_code:
        database.create(raw.table.name, _noted_rows(raw, types, {}))
    database.rows(f"ALTER TABLE {quoted(raw.table.name)} DROP COLUMN {_READ}")
    return counts


def unlike(column: ColumnFacts, raw: str, typed: str, found: str = "VARCHAR") -> str:
    """SQL that holds where a value of a type is not one of the column's, or not written as such values are."""
    if column.kind in ("char", "varchar"):
        most = column.length or 2**31
        return f"(strlen({raw}) > {most} AND length({raw}) > {most})"  # bytes are known, characters are counted
    if column.kind == "text":
        return ""
    text = _text(column, typed)
    other = f"{text if found == 'VARCHAR' else typed} IS DISTINCT FROM {raw}"
    if column.kind in _WHOLE_SECONDS:
        return f"({other} OR strlen({raw if found == 'VARCHAR' else text}) <> {_WHOLE_SECONDS[column.kind]})"
    return other


def _text(column: ColumnFacts, typed: str) -> str:
    """SQL for a value in the column's type as text. DuckDB writes decimals without a digit before the point as .25."""
    size, scale = column.digits
    if column.kind == "decimal" and size == scale < _MOST_DIGITS:
        typed = f"cast({typed} AS DECIMAL({size + 1}, {scale}))"
    return f"cast({typed} AS VARCHAR)"


def as_type(raw: str, to: str) -> str:
    """SQL for the value of a raw column in a type; empty where it has none."""
    return raw if to == "VARCHAR" else f"try_cast({raw} AS {to})"


def _raw(column: ColumnFacts) -> str:
    """What a column is called that holds the values as they are in the file."""
    return quoted(f"r_{column.name}")


def _typed(raw: RawRows, coded: Mapping[str, str]) -> str:
    """A query for the rows, the columns both raw and in their types."""
    columns = list(raw.table.columns)
    renamed = ", ".join(f"{quoted(item.name)} AS {_raw(item)}" for item in columns)
    values = {item.name: as_type(_raw(item), coded.get(item.name) or sql_type(item)) for item in columns}
    typed = ", ".join(f"{value} AS {quoted(name)}" for name, value in values.items())
    return f"SELECT *, {typed} FROM (SELECT {renamed} FROM {raw.source})"


def _tests(raw: RawRows, types: Mapping[str, str], coded: Mapping[str, str]) -> list[str]:
    """SQL that holds where a column's value is unlike its type, by the columns' places, and last where it has no code.

    '' where nothing can be.
    """
    columns = raw.table.columns
    tests = [unlike(item, _raw(item), quoted(item.name), types.get(item.name, "VARCHAR")) for item in columns]
    without_code = [
        f"{_raw(item)} IS NOT NULL AND {quoted(item.name)} IS NULL" for item in columns if item.name in coded
    ]
    return [*tests, " OR ".join(without_code)]


def _sound_rows(raw: RawRows, types: Mapping[str, str], coded: Mapping[str, str]) -> str:
    """A query for the rows in their types, which fails if any value is unlike its type or has no code."""
    first, *others = (quoted(item.name) for item in raw.table.columns)
    if tests := [test for test in _tests(raw, types, coded) if test]:
        first = f"CASE WHEN {' OR '.join(tests)} THEN error('unlike') ELSE {first} END AS {first}"
    return f"SELECT {', '.join([first, *others])} FROM ({_typed(raw, coded)})"


def _count_sound(database: DuckDatabase, raw: RawRows) -> Counts:
    """What was read of a table all of whose values are written as values of their types are."""
    width = _width(raw) if raw.is_csv else "0"
    found = database.rows(f"SELECT count(*) AS n, {width} AS width FROM {quoted(raw.table.name)}")[0]
    return Counts(found["n"], int(found["width"]), dict.fromkeys(column_names(raw.table), 0), 0)


def _width(raw: RawRows) -> str:
    """SQL for the bytes of all values of a table as text, with the commas and line ends."""
    widths = [f"count(*) * {len(raw.table.columns)}"]
    for item in raw.table.columns:
        name = quoted(item.name)
        if seconds := _WHOLE_SECONDS.get(item.kind):
            widths.append(f"count({name}) * {seconds}")
        else:
            widths.append(f"coalesce(sum(strlen({_text(item, name)})), 0)")
    return " + ".join(widths)


def _noted_rows(raw: RawRows, types: Mapping[str, str], coded: Mapping[str, str]) -> str:
    """`_read.flags` has a bit for each unlike value of a row, one for values without a code; `.width` is its text's."""
    columns = list(raw.table.columns)
    tests = _tests(raw, types, coded)
    flags = [f"CASE WHEN {test} THEN {1 << place} ELSE 0 END" for place, test in enumerate(tests) if test]
    widths = [f"coalesce(strlen({_raw(item)}), 0)" for item in columns] if raw.is_csv else ["0"]
    bits = "INTEGER" if len(columns) < _BITS else "HUGEINT"
    return (
        f"SELECT {', '.join(quoted(item.name) for item in columns)}, "
        f"{{flags: cast({' + '.join(flags) or 0} AS {bits}), "
        f"width: cast({' + '.join(widths)} + {len(columns)} AS INTEGER)}} AS {_READ} "
        f"FROM ({_typed(raw, coded)})"
    )


def _counted(database: DuckDatabase, table: TableFacts) -> Counts:
    """What was noted of the rows of a table."""
    names = column_names(table)
    bits = "".join(f", count(*) FILTER ({_READ}.flags & {1 << place} <> 0)" for place in range(len(names) + 1))
    asked = f"SELECT count(*), cast(coalesce(sum({_READ}.width), 0) AS BIGINT){bits} FROM {quoted(table.name)}"
    rows, width, *counts = database.rows(asked)[0].values()
    return Counts(rows, width, dict(zip(names, counts, strict=False)), counts[-1])
