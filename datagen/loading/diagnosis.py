# ruff: noqa: S608 - the SQL is made of names of the schema
"""What is wrong with a file that is not the one its manifest states, found without a server and told as if by one."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from datagen.errors import DataError
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
    rule_text,
    unfit,
)
from datagen.loading.value_formats import first_fault as first_form_fault
from datagen.schema import column_names, constraints_of, foreign_keys, kind

if TYPE_CHECKING:
    import duckdb
    from sqlalchemy import Table

    from datagen.loading.source_files import Source

_CODES = {"int": "22003", "date": "22008", "time": "22008", "timestamp": "22008"}
"""What PostgreSQL says (SQLSTATE) of a value that has the form of its type and is none."""


def first_fault(source: Source, sources: Sequence[Source]) -> DataError | None:
    """The first fault of a file among those of its directory, or None if it could be loaded as it is.

    Looked for in this order: what is no CSV, values that have not their form, CHECKs, keys, foreign keys - those of
    other tables that refer to this one as well.
    """
    return _text_fault(source) or first_form_fault(source) or _rule_fault(source, sources)


def _text_fault(source: Source) -> DataError | None:
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


def _rule_fault(source: Source, sources: Sequence[Source]) -> DataError | None:
    import duckdb

    with duckdb.connect(":memory:") as connection:
        connection.execute("SET threads = 1")  # rows are numbered in the order of the file
        try:
            for name, files in _by_table(source, sources).items():
                connection.execute(f"CREATE VIEW {name} AS {_typed(files)}")
            return next(_rule_faults(connection, source, sources), None)
        except duckdb.Error:  # another file cannot be read, which is told of that one
            return None


def _by_table(source: Source, sources: Sequence[Source]) -> dict[str, list[Source]]:
    """The files of the table, and of those that it refers to or that refer to it."""
    found: dict[str, list[Source]] = {}
    for item in sources:
        if item.table is source.table or _refers(item.table, source.table) or _refers(source.table, item.table):
            found.setdefault(item.table.name, []).append(item)
    return found


def _refers(child: Table, parent: Table) -> bool:
    return any(name == parent.name for _, name, _ in foreign_keys(child))


def _typed(files: Sequence[Source]) -> str:
    """A query for the rows of a table's files in their types; `file_` and `n_` count files from 0 and rows from 1."""
    from datagen.checks.duckdb_engine import sql_type

    columns = ", ".join(
        f'try_cast("{item.name}" AS {sql_type(item)}) AS "{item.name}"' for item in files[0].table.columns
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
    connection: duckdb.DuckDBPyConnection, source: Source, sources: Sequence[Source]
) -> Iterator[DataError]:
    """What a table's rows break, looked for rule by rule."""
    from sqlalchemy import CheckConstraint, PrimaryKeyConstraint, UniqueConstraint

    table, files = source.table, [item for item in sources if item.table is source.table]
    if not source.text:
        yield from _type_faults(connection, source)
    for check in constraints_of(table, CheckConstraint):
        if found := _first_row(connection, files, f"FROM {table.name} WHERE NOT ({rule_text(check)})"):
            yield broken_check(*found, check)
    for key in constraints_of(table, PrimaryKeyConstraint) + constraints_of(table, UniqueConstraint):
        names = [item.name for item in key.columns]
        columns = ", ".join(f'"{name}"' for name in names)
        twice = f'FROM {table.name} WHERE "{names[0]}" IS NOT NULL QUALIFY count(*) OVER (PARTITION BY {columns}) > 1'
        if found := _first_row(connection, files, twice):
            yield not_unique(files, names, _values(found, names))
    by_table = _by_table(source, sources)
    for child_files in by_table.values():
        child = child_files[0].table
        for name, parent, column in foreign_keys(child):
            if parent in by_table and table.name in (child.name, parent):
                orphans = (
                    f'FROM {child.name} c WHERE c."{name}" IS NOT NULL '
                    f'AND NOT EXISTS (SELECT 1 FROM {parent} p WHERE p."{column}" = c."{name}")'
                )
                if found := _first_row(connection, child_files, orphans):
                    yield orphan(child_files, [name], _values(found, [name]))


def _type_faults(connection: duckdb.DuckDBPyConnection, source: Source) -> Iterator[DataError]:
    """Values that have the form of their type and are none: 2026-02-30, 25:00:00, 99999999999."""
    from datagen.checks.duckdb_engine import sql_type

    rows = f"FROM (SELECT *, 0 AS file_, row_number() OVER () AS n_ FROM {_rows(source)})"
    for item in source.table.columns:
        name, code = f'"{item.name}"', _CODES.get(kind(item))
        unfitting = f"{name} IS NOT NULL AND try_cast({name} AS {sql_type(item)}) IS NULL"
        if code and (found := _first_row(connection, [source], f"{rows} WHERE {unfitting}")):
            yield unfit(source, found[1], item.name, _values(found, [item.name]), code)


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
