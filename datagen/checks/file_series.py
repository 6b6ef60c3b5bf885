# ruff: noqa: S608 - the SQL is made of names of the schema
"""Tables read from series of files, `<table>_<first day>_<last day>.csv` or `.parquet`, as a growing directory has.

A database's file that holds all days is a series of one.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.any_table import column_names, quoted
from datagen.checks.duckdb_engine import DuckDatabase, drop_raw, raw_rows, sql_type, typed
from datagen.checks.duckdb_files import duckdb_rows
from datagen.checks.engine import counted, examples
from datagen.checks.findings import Finding, Outcome
from datagen.checks.known import known
from datagen.frozen import dataclass
from datagen.output.file_names import CSV, DUCKDB, SQLITE, by_table

if TYPE_CHECKING:
    from datagen.any_table import AnyTable
    from datagen.table_facts import ColumnFacts, TableFacts

GROUP = "files"
_FILES = 32  # are read by one query: the time to plan it grows with their square
_SOURCE = "the format of the files"


@dataclass(frozen=True)
class Part:
    """One file of a series, with the days that its name tells."""

    path: Path
    first: dt.date
    last: dt.date


def parts(directory: Path, table: str) -> list[Part]:
    """The files of a table's series in a directory, by their days; other files are passed over."""
    files = by_table(path.name for path in directory.iterdir()).get(table, [])
    found = [Part(directory / file.name, file.days.first, file.days.last) for file in files if file.days]
    return sorted(found, key=lambda part: (part.first, part.last))


def judge_days(table: str, series: Sequence[Part], first: dt.date, last: dt.date) -> Finding:
    """Whether the files of a series cover the days from `first` to `last`, each of them once."""
    wrong, following = "", first
    for part in series:
        if part.first != following:
            wrong = f"{part.path.name} does not begin on {following}, where the files before it end."
            break
        following = part.last + dt.timedelta(1)
    if not wrong and following != last + dt.timedelta(1):
        wrong = f"The files end before {following}, the state on {last}."
    title = f"The files of {table} follow each other without a gap, up to the state's last day"
    return _finding(f"{table}.days", title, wrong)


def fill_from_series(database: DuckDatabase, declared: AnyTable, series: Sequence[Part]) -> Iterator[Finding]:
    """Fill a table from the files of a series, and judge their text.

    The table gets three more columns: `place`, counting the rows of all files from 1, and `first_day` and `last_day`
    of the row's file. A value that is not of its column's type becomes empty and is reported.
    """
    import duckdb

    table = known(declared)
    title = f"The files of {table.name} can be read, with the declared columns in their order"
    wrong = next((text for part in series if (text := _wrong_header(database, table, part.path))), "")
    if not series:
        wrong = "There is none."
    if not wrong:
        try:
            _fill(database, table, series)
        except duckdb.Error as error:
            wrong = " ".join(str(error).split())[:300]
    yield _finding(f"{table.name}.file", title, wrong)
    if not wrong:
        yield from _judge_values(database, table)


def checks_of(table: AnyTable) -> int:
    """How many findings there are of the series of files of a table."""
    return 2 + len(table.columns)


def _finding(check: str, title: str, wrong: str) -> Finding:
    return Finding(check, GROUP, title, _SOURCE, Outcome.FAILED if wrong else Outcome.PASSED, wrong)


def _wrong_header(database: DuckDatabase, table: TableFacts, path: Path) -> str:
    expected = ",".join(column_names(table))
    if path.suffix == f".{DUCKDB}":
        rows = database.rows(f"DESCRIBE SELECT * FROM {duckdb_rows(path, table.name)}")
        first = f"{','.join(row['column_name'] for row in rows)}\n".encode()
    elif path.suffix == f".{SQLITE}":
        from datagen.output.sqlite_file import columns_of

        first = f"{','.join(columns_of(path, table))}\n".encode()
    elif path.suffix == ".parquet":
        import pyarrow as pa
        from pyarrow import parquet

        try:
            first = f"{','.join(parquet.read_schema(path.absolute()).names)}\n".encode()
        except (OSError, pa.ArrowException) as error:
            return f"{path.name}: {error}"
    else:
        with path.open("rb") as file:
            first = file.readline(1 << 16)
    if first == f"{expected}\n".encode():
        return ""
    return f"The header of {path.name} is '{first.decode(errors='replace').strip()[:200]}', not '{expected}'."


def _fill(database: DuckDatabase, table: TableFacts, series: Sequence[Part]) -> None:
    database.connection.execute("SET preserve_insertion_order = true")  # `place` counts rows as they stand
    try:
        for begin in range(0, len(series), _FILES):
            files = " UNION ALL ".join(_rows(database, table, part) for part in series[begin : begin + _FILES])
            if not begin:
                database.create(table.name, f"SELECT *, row_number() OVER () AS place FROM ({files})")
                continue
            before = database.rows(f"SELECT count(*) AS n FROM {quoted(table.name)}")[0]["n"]
            rows = f"SELECT *, {before} + row_number() OVER () AS place FROM ({files})"
            database.rows(f"INSERT INTO {quoted(table.name)} BY NAME {rows}")
    finally:
        drop_raw(database, table)
        database.connection.execute("SET preserve_insertion_order = false")


def _rows(database: DuckDatabase, table: TableFacts, part: Part) -> str:
    """A query for the rows of a file, typed, with its days, and a bit in `flags_` for each value unlike its type."""
    raw, is_text = raw_rows(database, table, [part.path]), part.path.suffix[1:] in (CSV, SQLITE)
    values = ", ".join(typed(item) for item in table.columns)
    tests = [
        f"CASE WHEN {_unlike(item, 'T' if part.path.suffix == '.csv' else ' ')} THEN {1 << place} ELSE 0 END"
        for place, item in enumerate(table.columns)
        if is_text or sql_type(item) == "VARCHAR"
    ]
    return (
        f"SELECT {values}, {' + '.join(tests)} AS flags_, date '{part.first}' AS first_day, "
        f"date '{part.last}' AS last_day FROM {raw}"
    )


def _unlike(column: ColumnFacts, between: str) -> str:
    """SQL that holds where a value is not one of the column's type, or not written as such values are.

    `between` stands between the day and the time of a moment.
    """
    name = quoted(column.name)
    if column.kind in ("char", "varchar"):
        return f"length({name}) > {column.length or 2**31}"
    written = f"cast(try_cast({name} AS {sql_type(column)}) AS VARCHAR)"
    if column.kind == "timestamp":
        written = f"replace({written}, ' ', '{between}')"
    return f"{name} IS NOT NULL AND {written} IS DISTINCT FROM {name}"


def _judge_values(database: DuckDatabase, table: TableFacts) -> Iterator[Finding]:
    for place, item in enumerate(table.columns):
        rows = f"SELECT place, {quoted(item.name)} FROM {quoted(table.name)} WHERE flags_ & {1 << place} <> 0"
        count = int(database.rows(counted(rows))[0]["n"])
        outcome = Outcome.FAILED if count else Outcome.PASSED
        title = f"Every {table.name}.{item.name} is a {sql_type(item).lower()}, written as such values are"
        check, shown = f"{table.name}.{item.name}.values", examples(database, rows, count)
        yield Finding(check, GROUP, title, _SOURCE, outcome, offending=count, examples=shown)
