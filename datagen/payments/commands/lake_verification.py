# ruff: noqa: S608 - the SQL is made of names of the schema
"""Judging a lake of payments: its files and metadata, the schema, and the L rules, against the history it is of."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import InputError
from datagen.output.file_names import PARQUET
from datagen.payments.commands.medallion import WORLD, Run, earlier_files, runs_of
from datagen.payments.verification import outlined

if TYPE_CHECKING:
    from sqlalchemy import Table

    from datagen.checks.duckdb_engine import DuckDatabase
    from datagen.checks.findings import Finding, Verdict
    from datagen.checks.verify import Suite
    from datagen.progress import Progress


def suite(directory: Path) -> Suite:
    """What the lake of a history is judged by."""
    from datagen.checks.verify import Suite
    from datagen.payments.commands.lake_tables import metadata
    from datagen.payments.lake_checks import SQL
    from datagen.payments.rules import PaymentsRules

    return Suite(WORLD, metadata, SQL, PaymentsRules(), outlined(directory, "judge a lake of").window)


def fill(database: DuckDatabase, directory: Path, lake: Path) -> list[Finding]:
    """Fill a database with a lake and, as `source_transactions` and `source_merchants`, the files of its history.

    Raises:
        InputError: for a directory that holds no lake.
    """
    from datagen.checks.files import fill_from_directory
    from datagen.output.manifest import read_manifest
    from datagen.payments.commands.lake_tables import metadata
    from datagen.payments.tables import merchants, transactions

    manifest = read_manifest(lake)
    if manifest is None or manifest.world != WORLD:
        raise InputError(f"{lake} holds no lake of payments. Make one: datagen payments lake {directory} --out {lake}")
    older = earlier_files(manifest.options.get("format", PARQUET), len(manifest.options.get("runs", ())))
    findings = list(fill_from_directory(database, lake, metadata, manifest, older))
    runs = runs_of(directory)
    for table in (transactions, merchants):
        _take_in(database, table, runs)
    return findings


def _take_in(database: DuckDatabase, table: Table, runs: list[Run]) -> None:
    """Fill a relation with the rows of the files of a table, each with its file and its place there."""
    from datagen.checks.duckdb_engine import typed_rows
    from datagen.checks.duckdb_files import literal

    name, paths = f"source_{table.name}", [path for run in runs for path in run.files[table.name]]
    database.connection.execute("SET preserve_insertion_order = true")  # rows are counted as they stand
    try:
        for place, path in enumerate(paths):
            rows = (
                f"SELECT *, {literal(path.name)} AS _source_file, row_number() OVER () AS _source_row "
                f"FROM ({typed_rows(database, table, [path])})"
            )
            if not place:
                database.create(name, rows)
            else:
                database.rows(f"INSERT INTO {name} {rows}")
    finally:
        database.connection.execute("SET preserve_insertion_order = false")


def judge(directory: Path, lake: Path, progress: Progress, memory: int | None = None) -> Verdict:
    """Judge a lake by the history that it is of, in so many MiB of memory.

    Raises:
        InputError: for a directory that holds no lake.
        StateError: for a directory that holds no history.
    """
    from datagen.checks.duckdb_engine import DuckDatabase
    from datagen.checks.verify import verify_database

    with DuckDatabase(memory, on_disk=True) as database:
        findings = fill(database, directory, lake)
        verdict = verify_database(database, suite(directory), first=findings, progress=progress, title="Verification")
    return replace(verdict, world=WORLD)
