# ruff: noqa: S608 - the SQL is made of names of the schema
"""What a data set looks like: completeness, distinct values, ranges, spans of time, the most frequent values."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.any_table import WHOLE_NUMBERS, quoted
from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.known import known_tables
from datagen.checks.verify import Suite, check_business_rules, opened, validate_referential_integrity

if TYPE_CHECKING:
    import pandas as pd

    from datagen.any_table import AnyTables
    from datagen.table_facts import ColumnFacts, TableFacts

    Data = Path | Mapping[str, pd.DataFrame]

TOP = 5
"""How many of the most frequent values are shown."""
_NUMBERS = ("decimal", *WHOLE_NUMBERS)
_TIMES = ("date", "time", "timestamp")


def generate_data_profile_report(data: Data, tables: AnyTables) -> dict[str, Any]:
    """The profile of each table, of frames by table name or of a directory of CSV or Parquet files.

    `{table: {"rows": 500, "columns": {column: {...}}}}`; a column has `type`, `filled`, `distinct`, `least` and `most`
    (numbers, days and times), `mean` (numbers) and, unless its values are all different, `top`: the most frequent
    values with their counts. Values are those of JSON.
    """
    with opened(data, tables) as database:
        return {
            name: _profile(database, table) for name, table in known_tables(tables).items() if name in database.tables
        }


def generate_data_quality_report(data: Data, suite: Suite) -> dict[str, Any]:
    """Completeness of each table and column, every foreign key, and every rule of the world.

    `{"completeness": {table: {"rows": 500, "missing": {column: 350}, "percent": 96.1}}, "referential_integrity":
    {check: offending rows}, "business_rules": {check: {"title", "outcome", "offending"}}}`. `percent` is the share of
    values that are there.
    """
    with opened(data, suite.tables) as database:
        completeness = {
            name: _completeness(database, table)
            for name, table in known_tables(suite.tables).items()
            if name in database.tables
        }
    references = validate_referential_integrity(data, suite.tables)
    rules = check_business_rules(data, suite)
    return {
        "completeness": completeness,
        "referential_integrity": {item.check: item.offending for item in references},
        "business_rules": {
            item.check: {"title": item.title, "outcome": str(item.outcome), "offending": item.offending}
            for item in rules
        },
    }


def _completeness(database: DuckDatabase, table: TableFacts) -> dict[str, Any]:
    counts = ", ".join(f"count({quoted(item.name)}) AS {quoted(item.name)}" for item in table.columns)
    filled = database.rows(f"SELECT count(*) AS rows_, {counts} FROM {quoted(table.name)}")[0]
    rows = filled.pop("rows_")
    values = rows * len(filled)
    return {
        "rows": rows,
        "missing": {name: rows - count for name, count in filled.items() if count < rows},
        "percent": round(100 * sum(filled.values()) / values, 2) if values else 100.0,
    }


def _profile(database: DuckDatabase, table: TableFacts) -> dict[str, Any]:
    parts = ["count(*) AS rows_"]
    for place, item in enumerate(table.columns):
        name = quoted(item.name)
        parts += [f"count({name}) AS filled{place}", f"count(DISTINCT {name}) AS distinct{place}"]
        if item.kind in (*_NUMBERS, *_TIMES):
            parts += [f"min({name}) AS least{place}", f"max({name}) AS most{place}"]
        if item.kind in _NUMBERS:
            # summed exactly, so that the order of the rows does not show
            parts.append(f"round(sum({name}) / nullif(count({name}), 0), 4) AS mean{place}")
    found = database.rows(f"SELECT {', '.join(parts)} FROM {quoted(table.name)}")[0]
    columns = {item.name: _column(database, table, item, found, place) for place, item in enumerate(table.columns)}
    return {"rows": found["rows_"], "columns": columns}


def _column(
    database: DuckDatabase, table: TableFacts, column: ColumnFacts, found: Mapping[str, Any], place: int
) -> dict[str, Any]:
    name = quoted(column.name)
    profile: dict[str, Any] = {"type": column.kind}
    for figure in ("filled", "distinct", "least", "most", "mean"):
        if f"{figure}{place}" in found:
            profile[figure] = _plain(found[f"{figure}{place}"])
    if 0 < profile["distinct"] < profile["filled"]:
        top = database.rows(
            f"SELECT {name} AS value, count(*) AS times FROM {quoted(table.name)} WHERE {name} IS NOT NULL "
            f"GROUP BY 1 ORDER BY times DESC, value LIMIT {TOP}"
        )
        profile["top"] = {str(_plain(row["value"])): row["times"] for row in top}
    return profile


def _plain(value: Any) -> Any:
    if value is None or isinstance(value, bool | int | float | str):
        return value
    return value.isoformat(" ") if isinstance(value, dt.datetime) else str(value)
