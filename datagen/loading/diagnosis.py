# ruff: noqa: S608 - the SQL is made of names of the schema
"""Rows at fault: found by DuckDB in the files, whatever database refused them, and named by file, line and value."""

from __future__ import annotations

import csv
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from datagen.errors import DataError
from datagen.loading.backend import RowsRefused
from datagen.loading.row_errors import (
    bad_encoding,
    broken_check,
    line_of_lone_quote,
    lines,
    lone_quote,
    not_unique,
    open_quote,
    orphan,
    other_line_end,
    records,
    refusal,
    rule_text,
    unfit,
)
from datagen.loading.value_formats import first_fault as first_form_fault
from datagen.options import memory_limit
from datagen.schema import WHOLE_NUMBERS, arrow_schema, column_names, constraints_of, kind, quoted, references

if TYPE_CHECKING:
    import duckdb
    from sqlalchemy import Table

    from datagen.loading.source_files import Source

_TOO_LARGE = "is too large for the column's type, {type}"
_NOT_THERE = "does not exist in the calendar or on the clock"
_REASONS = {
    **dict.fromkeys(WHOLE_NUMBERS, _TOO_LARGE),
    **dict.fromkeys(("date", "time", "timestamp"), _NOT_THERE),
}
"""What is wrong with a value that has the form of its type and is none."""


Rows = Callable[["Table", Sequence[str]], list[tuple[Any, ...]]]
"""Gives the values of columns of a table that has no file, as the database has them."""


def explain(error: RowsRefused, table: Table, sources: Sequence[Source], rows: Rows) -> DataError:
    """What is said of rows of a table that a database refused; `sources` are all files that are loaded."""
    own = [source for source in sources if source.table.name == table.name]
    if not own:
        return DataError(
            f"Rows of {table.name} that are in the database, and not in the directory, do not fit the new ones: "
            f"{error}. Load a directory that has {table.name} too."
        )
    own.sort(key=lambda source: source.path != error.path)
    return first_fault(own, sources, rows) or refusal(
        own[0], None, None, None, f"the database refuses the rows: {error}"
    )


def first_fault(files: Sequence[Source], sources: Sequence[Source], rows: Rows | None = None) -> DataError | None:
    """The first fault of files of a table among those of its directory, or None if they could be loaded as they are.

    Looked for in this order: what is no CSV, values that have not their form, CHECKs, keys, foreign keys - those of
    other tables that refer to this one as well. `rows` is asked for the keys of tables that have no file; without it,
    references to them are not looked at.
    """
    for source in files:
        if fault := text_fault(source) or first_form_fault(source):
            return fault
    return _rule_fault(files, sources, rows)


def text_fault(source: Source) -> DataError | None:
    """What is said of the first place where a file is no CSV in UTF-8 as it should be, or None; read row by row."""
    if fault := bad_encoding(source):
        return fault
    if line := next((number for number, text in lines(source) if text.endswith(b"\r\n")), None):
        return other_line_end(source, line)
    end, each_is_a_line = 1, True
    try:
        for number, (end, _) in enumerate(records(source), 2):
            each_is_a_line &= end == number
    except csv.Error:
        return open_quote(source, end)
    if each_is_a_line and (line := line_of_lone_quote(source)):
        return lone_quote(source, line)
    return None


def _rule_fault(files: Sequence[Source], sources: Sequence[Source], rows: Rows | None) -> DataError | None:
    import duckdb

    with duckdb.connect(":memory:", config={"memory_limit": f"{memory_limit()}MiB"}) as connection:
        connection.execute("SET threads = 1")  # rows are numbered in the order of the file
        by_table = _by_table(files[0].table, sources)
        try:
            for name, parts in by_table.items():
                connection.execute(f"CREATE VIEW {quoted(name)} AS {_typed(parts)}")
            others = _register_parents(connection, files[0].table, by_table, rows) if rows else set()
            return next(_rule_faults(connection, files, by_table, others), None)
        except duckdb.Error:  # another file cannot be read, which is said of that one
            return None


def _register_parents(
    connection: duckdb.DuckDBPyConnection, table: Table, known: Collection[str], rows: Rows
) -> set[str]:
    """Make the keys of parents without files known to DuckDB; gives the names of these tables."""
    import pyarrow as pa

    columns: dict[str, set[str]] = {}
    for item in references(table):
        for parent, keys in item.parents:
            if item.enforced and parent not in known:
                columns.setdefault(parent, set()).update(keys)
    for parent, wanted in columns.items():
        found, names = table.metadata.tables[parent], sorted(wanted)
        schema = pa.schema([arrow_schema(found).field(name) for name in names])
        values = [dict(zip(names, row, strict=True)) for row in rows(found, names)]
        connection.register(parent, pa.Table.from_pylist(values, schema))
    return set(columns)


def _by_table(table: Table, sources: Sequence[Source]) -> dict[str, list[Source]]:
    """The files of the table, and of those that it refers to or that refer to it."""
    found: dict[str, list[Source]] = {}
    for item in sources:
        if item.table.name == table.name or _refers(item.table, table) or _refers(table, item.table):
            found.setdefault(item.table.name, []).append(item)
    return found


def _refers(child: Table, parent: Table) -> bool:
    return any(parent.name == name for item in references(child) if item.enforced for name, _ in item.parents)


def _typed(files: Sequence[Source]) -> str:
    """A query for the rows of a table's files in their types; `file_` and `n_` count files from 0 and rows from 1."""
    from datagen.checks.duckdb_engine import sql_type

    columns = ", ".join(
        f"try_cast({quoted(item.name)} AS {sql_type(item)}) AS {quoted(item.name)}" for item in files[0].table.columns
    )
    return " UNION ALL ".join(
        f"SELECT {columns}, {place} AS file_, row_number() OVER () AS n_ FROM {_rows(file)}"
        for place, file in enumerate(files)
    )


def _rows(source: Source) -> str:
    from datagen.checks.duckdb_files import csv_text, parquet_rows

    if source.text:
        return parquet_rows(source.path)
    return csv_text(source.path, column_names(source.table))


def _rule_faults(
    connection: duckdb.DuckDBPyConnection,
    files: Sequence[Source],
    by_table: Mapping[str, list[Source]],
    others: Collection[str],
) -> Iterator[DataError]:
    """What a table's rows break, looked for rule by rule."""
    from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, UniqueConstraint

    table, own = files[0].table, by_table[files[0].table.name]
    for source in files:
        yield from _type_faults(connection, source)
    for check in constraints_of(table, CheckConstraint):
        if found := _first_row(connection, own, f"FROM {quoted(table.name)} WHERE NOT ({rule_text(check)})"):
            yield broken_check(*found, check)
    for key in constraints_of(table, PrimaryKeyConstraint) + constraints_of(table, UniqueConstraint):
        names = [item.name for item in key.columns]
        columns = ", ".join(map(quoted, names))
        filled = " AND ".join(f"{quoted(name)} IS NOT NULL" for name in names)
        twice = f"FROM {quoted(table.name)} WHERE {filled} QUALIFY count(*) OVER (PARTITION BY {columns}) > 1"
        if found := _first_row(connection, own, twice):
            yield not_unique(own, names, _values(found, names))
    for child_files in by_table.values():
        child = child_files[0].table
        for item in references(child):
            ((parent, parents), *_) = item.parents
            if item.enforced and (parent in by_table or parent in others) and table.name in (child.name, parent):
                orphans = f"FROM {quoted(child.name)} c WHERE {_orphaned(item.columns, parent, parents)}"
                if found := _first_row(connection, child_files, orphans):
                    yield orphan(child_files, item, _values(found, item.columns))


def _orphaned(columns: Sequence[str], parent: str, parents: Sequence[str]) -> str:
    """SQL that holds for a row `c` whose columns are all filled and refer to no row of the parent."""
    filled = " AND ".join(f"c.{quoted(name)} IS NOT NULL" for name in columns)
    same = " AND ".join(f"p.{quoted(theirs)} = c.{quoted(ours)}" for ours, theirs in zip(columns, parents, strict=True))
    return f"{filled} AND NOT EXISTS (SELECT 1 FROM {quoted(parent)} p WHERE {same})"


def _type_faults(connection: duckdb.DuckDBPyConnection, source: Source) -> Iterator[DataError]:
    """Values that have the form of their type and are none: 2026-02-30, 25:00:00, 99999999999.

    Of Parquet files, whose values nobody has looked at yet, also texts that are too long and missing values.
    """
    from datagen.checks.duckdb_engine import sql_type

    rows = f"FROM (SELECT *, 0 AS file_, row_number() OVER () AS n_ FROM {_rows(source)})"
    for item in source.table.columns:
        name, what = quoted(item.name), kind(item)
        tests = {}
        if what in _REASONS:
            tests[_REASONS[what]] = f"{name} IS NOT NULL AND try_cast({name} AS {sql_type(item)}) IS NULL"
        if source.text and (length := getattr(item.type, "length", None)):
            tests[f"is longer than the {length} characters of the column"] = f"length({name}) > {length}"
        if source.text and not item.nullable:
            tests["is empty, and every row needs a value here"] = f"{name} IS NULL"
        for reason, unfitting in tests.items():
            if found := _first_row(connection, [source], f"{rows} WHERE {unfitting}"):
                yield unfit(source, found[1], item.name, _values(found, [item.name]), reason)


_Row = tuple["Source", int, list[str]]
"""A row of a file: the file, the line where the row ends, and its values."""


def _first_row(connection: duckdb.DuckDBPyConnection, files: Sequence[Source], query: str) -> _Row | None:
    """The first of the rows that a query is about, or None if there is none."""
    found = connection.execute(f"SELECT file_, n_ {query} ORDER BY file_, n_ LIMIT 1").fetchone()
    if found is None:
        return None
    file, number = found
    line, values = next(row for place, row in enumerate(records(files[file]), 1) if place == number)
    return files[file], line, values


def _values(row: _Row, names: Sequence[str]) -> str:
    values = dict(zip(column_names(row[0].table), row[2], strict=True))
    return ", ".join(values[name] for name in names)
