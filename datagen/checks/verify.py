"""Judging a whole data set: the files, the schema, the rules, the scorecard."""

from __future__ import annotations

import datetime as dt
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.checks.duckdb_engine import MEMORY, Check, Database, DuckDatabase, fill_from_frames, run
from datagen.checks.files import fill_from_directory
from datagen.checks.findings import Finding, Verdict
from datagen.checks.schema_checks import check_references, check_schema, schema_work
from datagen.checks.sql_rules import Catalogue, SqlRule, ask, in_order, parameters, read_catalogue, rules_work
from datagen.checks.totals import totals_work
from datagen.errors import FrameError, OutputError, UsageError
from datagen.output.manifest import Manifest, read_manifest
from datagen.progress import Report as Progress
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
    start: dt.date | None = None
    """The first day of the data, where months before the as-of day do not tell it."""
    relations: Mapping[str, str] = field(default_factory=dict)
    """Relations that come with the data, by name: a query without parameters each."""


@dataclass(frozen=True)
class Window:
    """The time that is judged: `months` before the as-of day."""

    as_of: dt.date
    months: int
    first: dt.date | None = None
    """The first day, if it is known."""

    @property
    def start(self) -> dt.date:
        """The first day: by default the same day of an earlier month, or that month's last."""
        if self.first:
            return self.first
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
) -> Verdict:
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
            stated = {item.table: item.totals for item in manifest.resources} if manifest else {}
            findings += run(database, totals_work(database, suite.metadata, stated))
            findings += _judge(database, suite, window)
    except duckdb.OutOfMemoryException as error:
        raise OutputError(
            f"{directory} cannot be judged in {memory} of memory: {str(error).splitlines()[0]} "
            f"Free space in {tempfile.gettempdir()}, or set TMPDIR to a directory that has some."
        ) from error
    return _verdict(suite, window, findings)


def stated_rules(rules: Any, options: Mapping[str, Any]) -> Any:
    """The rules (a world's root) with the changes put in that a manifest's options state (`rules`, by path)."""
    changed: dict[str, Any] = {}
    for path, value in (options.get("rules") or {}).items():  # a mix is stated whole and set share by share
        shares = {f"{path}.{share}": part for share, part in value.items()} if isinstance(value, dict) else None
        changed |= shares or {path: value}
    return override(rules, changed) if changed else rules


def verify_frames(frames: Mapping[str, pd.DataFrame], suite: Suite, *, as_of: dt.date, months: int) -> Verdict:
    """Judge pandas frames by table name, as `verify_directory` judges files."""
    window = Window(as_of, months)
    with DuckDatabase() as database:
        _fill(database, frames, suite.metadata)
        return _verdict(suite, window, list(_judge(database, suite, window)))


def verify_database(
    database: Database,
    suite: Suite,
    *,
    as_of: dt.date,
    months: int,
    first: Sequence[Check | Finding] = (),
    progress: Progress | None = None,
) -> Verdict:
    """Judge the tables of any database, by the same schema checks, rules and scorecard, and before them by `first`."""
    window, progress = Window(as_of, months, suite.start), progress or Progress(quiet=True)
    catalogue, values = _rules(suite, window)
    work = [*first, *schema_work(database, suite.metadata), *rules_work(database, catalogue, values)]
    with progress.phase("Verification in the database", sum(isinstance(item, Check) for item in work)):
        return _verdict(suite, window, in_order(catalogue, run(database, work, progress.step)))


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
        return tuple(ask_rules(database, suite, window))


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
    yield from ask_rules(database, suite, window)


def ask_rules(database: Database, suite: Suite, window: Window, checks: Iterable[str] = ()) -> Iterator[Finding]:
    """Ask a database the rules of a world; all, or those of these ids."""
    catalogue, values = _rules(suite, window)
    yield from ask(database, catalogue, values, checks)


def _rules(suite: Suite, window: Window) -> tuple[Catalogue, dict[str, str]]:
    """The rules of a world, and their parameters."""
    known = read_catalogue(suite.sql)
    given = {name: SqlRule(f"relation {name}", "", "", "", (), query) for name, query in suite.relations.items()}
    catalogue = replace(known, relations={**known.relations, **given})
    return catalogue, parameters(suite.rules, window.as_of, window.start, window.months)


def _window(directory: Path, manifest: Manifest | None, as_of: dt.date | None, months: int | None) -> Window:
    options = manifest.options if manifest else {}
    try:
        day = as_of or dt.date.fromisoformat(options["end_date"])
        return Window(day, months or int(options["months"]))
    except (KeyError, TypeError, ValueError):
        raise UsageError(
            f"{directory} has no manifest that tells the as-of day and the months; give --end-date and --months."
        ) from None


def _verdict(suite: Suite, window: Window, findings: list[Finding]) -> Verdict:
    return Verdict(suite.world, window.as_of.isoformat(), window.start.isoformat(), tuple(findings))
