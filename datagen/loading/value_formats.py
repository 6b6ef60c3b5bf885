"""Values that a database would take, but not as they are meant: `today` as a day, 12.345 as 12.35, NaN as money.

Files with a manifest are as they were written; this is for the others.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from datagen.loading.row_errors import records, refusal, wrong_width
from datagen.options import memory_limit, usable_cores
from datagen.schema import WHOLE_NUMBERS, column_names, kind, quoted

if TYPE_CHECKING:
    from sqlalchemy import Column

    from datagen.errors import DataError
    from datagen.loading.source_files import Source

_THREADS = 4
"""So many at most read a file: each needs about 30 MB."""
_SMALL = 1 << 18
"""Bytes of a file that is read row by row sooner than DuckDB is asked."""
_DATE, _TIME = r"\d{4}-\d{2}-\d{2}", r"\d{2}:\d{2}(:\d{2})?"
_FORMS = {
    **dict.fromkeys(WHOLE_NUMBERS, (r"-?\d+", "a whole number such as 12")),
    "boolean": (r"(?i:true|false)", "true or false"),
    "date": (_DATE, "a day such as 2026-01-31"),
    "time": (_TIME, "a time such as 06:30:00"),
    "timestamp": (f"{_DATE}[ T]{_TIME}", "a time such as 2026-01-31 06:30:00"),
}


def form_of(column: Column[Any]) -> tuple[str, str] | None:
    """The regular expression of a column's values and what it means, or None where any text will do."""
    name = kind(column)
    if name == "decimal":
        scale, digits = getattr(column.type, "scale", 0), getattr(column.type, "precision", 38)
        return (
            rf"-?\d{{1,{digits - scale}}}(\.\d{{1,{scale}}})?",
            f"a number such as 12.50, with {scale} decimals at most",
        )
    if name in ("varchar", "char") and (length := getattr(column.type, "length", None)):
        return rf"(?s:.{{1,{length}}})", f"text of {length} character{'s' if length > 1 else ''} at most"
    return _FORMS.get(name)


def check_forms(sources: Sequence[Source]) -> DataError | None:
    """What is said of the first value of a table's files that has not the form of its column, or None."""
    sources = [source for source in sources if not source.text]  # those of Parquet have types instead
    if not sources or (sum(source.size for source in sources) >= _SMALL and not _have_fault(sources)):
        return None
    return next((fault for source in sources if (fault := first_fault(source))), None)


def _have_fault(sources: Sequence[Source]) -> bool:
    """Whether there is such a value, or a row that DuckDB cannot read: quick, but without the line."""
    import duckdb

    from datagen.checks.duckdb_files import csv_text

    tests = [test for item in sources[0].table.columns if (test := _fault_test(item))]
    rows = csv_text([source.path for source in sources], column_names(sources[0].table))
    query = f"SELECT count(*) FROM {rows} WHERE {' OR '.join(tests)}"  # noqa: S608 - made of names of the schema
    limits: dict[str, Any] = {"memory_limit": f"{memory_limit()}MiB", "threads": min(usable_cores(), _THREADS)}
    with duckdb.connect(":memory:", config=limits) as connection:
        try:
            row = connection.execute(query).fetchone()
        except duckdb.Error:
            return True
    return row is None or row[0] > 0


def _fault_test(column: Column[Any]) -> str | None:
    """SQL that holds where a value has not the form of the column; None where any text will do."""
    from datagen.checks.duckdb_files import literal

    form, tests = form_of(column), []
    if form and kind(column) in ("varchar", "char"):  # far cheaper than an expression
        tests.append(f"length({quoted(column.name)}) > {getattr(column.type, 'length', None)}")
    elif form:
        tests.append(f"NOT regexp_full_match({quoted(column.name)}, {literal(form[0])})")
    if form and not column.nullable:  # a database would take an empty text in quotes for a value
        tests.append(f"{quoted(column.name)} IS NULL")
    return " OR ".join(tests) or None


def first_fault(source: Source) -> DataError | None:
    """The first row or value that has not its form, found row by row; None if the database is to judge."""
    names = column_names(source.table)
    forms = [
        (place, re.compile(form[0]), form[1], item.nullable)
        for place, item in enumerate(source.table.columns)
        if (form := form_of(item))
    ]
    try:
        for line, row in records(source):
            if len(row) != len(names):
                return wrong_width(source, line, row)
            for place, pattern, meaning, nullable in forms:
                value = row[place]
                if not value and not nullable:
                    return refusal(source, line, names[place], value, "is empty, and every row needs a value here")
                if value and not pattern.fullmatch(value):
                    return refusal(source, line, names[place], value, f"is not {meaning}")
    except csv.Error:
        return None
    return None
