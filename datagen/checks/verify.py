"""Judging a whole data set: the files, the schema, the rules, the scorecard."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.checks.database import MEMORY, Database, DuckDatabase, fill_from_frames
from datagen.checks.derived import check_references, check_schema
from datagen.checks.files import fill_from_directory
from datagen.checks.findings import Finding, Report
from datagen.checks.questions import Catalogue, ask, parameters, read_catalogue
from datagen.errors import FrameError, OutputError, UsageError
from datagen.output.manifest import Manifest, read_manifest
from datagen.rules import override
from datagen.schema import load_order

if TYPE_CHECKING:
    import pandas as pd
    from sqlalchemy import MetaData

NAME = "verification.json"


@dataclass(frozen=True)
class Suite:
    """What a world's data sets are judged by."""

    world: str
    metadata: MetaData
    sql: Path
    """The directory of the world's SQL files."""
    rules: Any
    """The rules (the root) the data was generated with; a manifest may know better."""


@dataclass(frozen=True)
class Window:
    """The time that is judged: `months` before the as-of day."""

    as_of: dt.date
    months: int

    @property
    def start(self) -> dt.date:
        """The first day: the same day of an earlier month, or that month's last."""
        years, month = divmod(self.as_of.year * 12 + self.as_of.month - 1 - self.months, 12)
        following = dt.date(years + (month + 1) // 12, (month + 1) % 12 + 1, 1)
        return min(dt.date(years, month + 1, 1) + dt.timedelta(self.as_of.day - 1), following - dt.timedelta(1))


def verify_directory(
    directory: Path,
    suite: Suite,
    *,
    as_of: dt.date | None = None,
    months: int | None = None,
    memory: str = MEMORY,
    threads: int | None = None,
) -> Report:
    """Judge a directory of CSV or Parquet files; the report is the same whenever and wherever it is made.

    As-of day and months come from the manifest's options (`end_date`, `months`) unless they are given, and so do
    rules that were changed (`rules`). Tables that the directory does not have are skipped, with the rules that need
    them. `memory` bounds what DuckDB holds. Raises `UsageError` if there is nothing to judge or no as-of day,
    and `OutputError` for a file that cannot be read, or too little memory.
    """
    import duckdb

    manifest = read_manifest(directory)
    window = _window(directory, manifest, as_of, months)
    if manifest:
        suite = replace(suite, rules=stated_rules(suite.rules, manifest.options))
    try:
        with DuckDatabase(memory, threads) as database:
            findings = [*fill_from_directory(database, directory, suite.metadata, manifest)]
            findings += _judge(database, suite, window)
    except duckdb.OutOfMemoryException as error:
        raise OutputError(
            f"{directory} cannot be judged in {memory} of memory: {str(error).splitlines()[0]} "
            f"Free space in {tempfile.gettempdir()}, or set TMPDIR to a directory that has some."
        ) from error
    return _report(suite, window, findings)


def stated_rules(rules: Any, options: Mapping[str, Any]) -> Any:
    """The rules (a world's root) with the changes put in that a manifest's options state (`rules`, by path)."""
    changed: dict[str, Any] = {}
    for path, value in (options.get("rules") or {}).items():  # a mix is stated whole and set share by share
        shares = {f"{path}.{share}": part for share, part in value.items()} if isinstance(value, dict) else None
        changed |= shares or {path: value}
    return override(rules, changed) if changed else rules


def verify_frames(frames: Mapping[str, pd.DataFrame], suite: Suite, *, as_of: dt.date, months: int) -> Report:
    """Judge pandas frames by table name, as `verify_directory` judges files."""
    window = Window(as_of, months)
    with DuckDatabase() as database:
        _fill(database, frames, suite.metadata)
        return _report(suite, window, list(_judge(database, suite, window)))


def verify_database(database: Database, suite: Suite, *, as_of: dt.date, months: int) -> Report:
    """Judge the tables of any database, by the same schema checks, rules and scorecard."""
    window = Window(as_of, months)
    return _report(suite, window, list(_judge(database, suite, window)))


def validate_referential_integrity(data: Path | Mapping[str, pd.DataFrame], suite: Suite) -> tuple[Finding, ...]:
    """A finding for every foreign key, of frames or of a directory."""
    with opened(data, suite.metadata) as database:
        return tuple(check_references(database, suite.metadata))


def check_business_rules(
    data: Path | Mapping[str, pd.DataFrame], suite: Suite, *, as_of: dt.date, months: int
) -> tuple[Finding, ...]:
    """A finding for every rule of the world and every figure of its scorecard, of frames or of a directory."""
    window = Window(as_of, months)
    with opened(data, suite.metadata) as database:
        return tuple(_ask(database, read_catalogue(suite.sql), suite, window))


def opened(data: Path | Mapping[str, pd.DataFrame], metadata: MetaData) -> DuckDatabase:
    """A database filled from frames or from a directory; use it as a context manager."""
    database = DuckDatabase()
    try:
        if isinstance(data, Path):
            list(fill_from_directory(database, data, metadata, None))
        else:
            _fill(database, data, metadata)
    except BaseException:
        database.close()
        raise
    return database


def _fill(database: DuckDatabase, frames: Mapping[str, pd.DataFrame], metadata: MetaData) -> None:
    import duckdb
    import pyarrow as pa

    for table in load_order(metadata):
        if table.name in frames:
            try:
                fill_from_frames(database, table, frames[table.name])
            except (duckdb.Error, pa.ArrowException) as error:
                reason = str(error).splitlines()[0]
                raise FrameError(f"Table {table.name} cannot be read: {reason}") from error


def _judge(database: Database, suite: Suite, window: Window) -> Iterator[Finding]:
    yield from check_schema(database, suite.metadata)
    yield from _ask(database, read_catalogue(suite.sql), suite, window)


def _ask(database: Database, catalogue: Catalogue, suite: Suite, window: Window) -> Iterator[Finding]:
    values = parameters(suite.rules, window.as_of, window.start, window.months)
    yield from ask(database, catalogue, values)


def _window(directory: Path, manifest: Manifest | None, as_of: dt.date | None, months: int | None) -> Window:
    options = manifest.options if manifest else {}
    try:
        day = as_of or dt.date.fromisoformat(options["end_date"])
        return Window(day, months or int(options["months"]))
    except (KeyError, TypeError, ValueError):
        raise UsageError(
            f"{directory} has no manifest that tells the as-of day and the months; give --end-date and --months."
        ) from None


def _report(suite: Suite, window: Window, findings: list[Finding]) -> Report:
    return Report(suite.world, window.as_of.isoformat(), window.start.isoformat(), tuple(findings))
