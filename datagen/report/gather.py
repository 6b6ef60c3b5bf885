"""What a report tells of a directory: rows, bytes, a few rows of each table, and the numbers of the plots."""

from __future__ import annotations

import csv
import datetime as dt
import re
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.checks.duckdb_engine import DuckDatabase, raw_rows, typed_rows
from datagen.checks.sql_rules import parameters
from datagen.checks.verify import stated_rules
from datagen.output.file_names import CSV, DATABASE_FORMATS
from datagen.report.plots import Plot, Shown, draw_numbers, read_plots
from datagen.schema import column_names
from datagen.world import Window

if TYPE_CHECKING:
    from sqlalchemy import Table

    from datagen.checks.findings import Verdict
    from datagen.world import World

SAMPLE = 3
"""Rows shown of each table."""


def alone(files: list[Path]) -> bool:
    """Whether files hold nothing but their table."""
    return all(path.suffix[1:] not in DATABASE_FORMATS for path in files)


def sample(table: Table, files: list[Path]) -> list[tuple[Any, ...]]:
    """The first rows of a table as they are in its files, empty ones as None.

    Raises:
        OSError: for a file that cannot be read.
    """
    return list(islice(_rows(table, files), SAMPLE))


def _rows(table: Table, files: list[Path]) -> Iterator[tuple[Any, ...]]:
    names = column_names(table)
    for path in files:
        if path.suffix[1:] in DATABASE_FORMATS:
            with DuckDatabase() as database:
                rows = f"SELECT * FROM {raw_rows(database, table, [path])} LIMIT {SAMPLE}"  # noqa: S608 - of the schema
                yield from (tuple(row.get(name) for name in names) for row in database.rows(rows))
        elif path.suffix == f".{CSV}":
            with path.open(encoding="utf-8", newline="") as file:
                for row in csv.DictReader(file):
                    yield tuple(row.get(name) or None for name in names)
        else:
            from pyarrow import parquet

            with path.open("rb") as opened:
                for batch in parquet.ParquetFile(opened).iter_batches(SAMPLE):
                    for found in batch.to_pylist():
                        yield tuple(found.get(name) for name in names)


def plots(
    world: World, files: Mapping[str, list[Path]], verdict: Verdict, rules: Any, memory: int | None = None
) -> list[Shown]:
    """The plots of a world with the numbers of these files; those that have none, or whose tables are not there, less.

    Raises:
        ValueError: for a plot that is not declared as plots are.
    """
    declared = read_plots(world.plots) if world.plots else []
    window = Window(dt.date.fromisoformat(verdict.start), dt.date.fromisoformat(verdict.as_of))
    values = parameters(rules, window)
    shown = []
    with DuckDatabase(memory, on_disk=True) as database:
        for plot in declared:
            wanted = [table for table in world.metadata.tables.values() if _uses(plot, table)]
            if not all(files.get(table.name) for table in wanted):
                continue
            for table in wanted:
                if table.name not in database.tables:
                    database.create(table.name, typed_rows(database, table, files[table.name]))
            if (found := draw_numbers(plot, database, values)) is not None and found.values:
                shown.append(found)
    return shown


def _uses(plot: Plot, table: Table) -> bool:
    return re.search(rf'(?i)\b(from|join)\s+"?{re.escape(table.name)}"?(?!\w)', plot.sql) is not None


def rules_of(world: World, made: Mapping[str, Any]) -> Any:
    """The rules that data was generated with."""
    return stated_rules(world.rules, {"rules": made.get("rules")})
