"""Judging a whole data set: the files, the schema, the rules, the scorecard."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.any_table import database_of, load_order
from datagen.checks.duckdb_engine import DuckDatabase, fill_from_frames
from datagen.checks.engine import Check, Database, run
from datagen.checks.files import checks_of, fill_from_directory
from datagen.checks.findings import Finding, Verdict
from datagen.checks.schema_checks import check_references, check_schema, crossing_work, schema_questions, schema_work
from datagen.checks.sql_rules import Catalogue, SqlRule, ask, in_order, parameters, read_catalogue, rules_work
from datagen.checks.totals import totals_work
from datagen.errors import FrameError, InputError, UsageError
from datagen.frozen import dataclass
from datagen.output.manifest import Manifest, read_manifest
from datagen.progress import Progress
from datagen.rules import override
from datagen.world import Options, Window, World

if TYPE_CHECKING:
    import pandas as pd

    from datagen.any_table import AnyTables


@dataclass(frozen=True)
class Suite:
    """What one data set is judged by."""

    world: str
    tables: AnyTables
    sql: Path
    """The directory of the world's SQL files."""
    rules: Any
    """The rules (the root) the data was generated with."""
    window: Window
    parameters: Mapping[str, Any] = field(default_factory=dict)
    """Further parameters of the SQL, by name."""
    relations: Mapping[str, str] = field(default_factory=dict)
    """Relations that come with the data, by name: a query without parameters each."""


def suite_for(world: World, options: Options, where: str, rules: Any = None) -> Suite:
    """What a data set of a world is judged by, from its options, as its manifest states them or a user gives them.

    Rules that were changed are among the options, unless `rules` (the root) are given. Raises `UsageError`, saying
    where, if they do not tell the window.
    """
    try:
        window, parameters = world.window_of(options), world.parameters_of(options)
    except (KeyError, TypeError, ValueError):
        wanted = " and ".join(world.window_options)
        raise UsageError(f"{where}: nothing tells the time that the data covers; give {wanted}.") from None
    rules = stated_rules(world.rules, options) if rules is None else rules
    return Suite(world.name, world.facts, world.sql, rules, window, parameters)


def verify_directory(
    directory: Path,
    world: World,
    given: Options | None = None,
    *,
    memory: int | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Judge a directory of CSV or Parquet files; the report is the same whenever and wherever it is made.

    The time that is judged and rules that were changed come from the manifest's options, which those `given` go
    before. Tables that the directory does not have are skipped, with the rules that need them. `memory` bounds what
    DuckDB holds, in MiB; by default it follows the machine.

    Raises: `UsageError` if there is nothing to judge or nothing tells the window, `InputError` for a file that cannot
    be read.
    """
    manifest = read_manifest(directory)
    options = {**world.stated(manifest.options if manifest else None), **(given or {})}
    suite = suite_for(world, options, _place(directory, manifest))
    with ThreadPoolExecutor(1) as beside, DuckDatabase(memory, threads) as database:
        rules = beside.submit(_rules, suite)  # are read while tables are
        findings: list[Check | Finding] = [*fill_from_directory(database, directory, suite.tables, manifest)]
        stated = {item.table: item.totals for item in manifest.resources} if manifest else {}
        findings += totals_work(database, suite.tables, stated)
        return _verified(database, suite, rules.result(), findings, progress, "Verification")


def count_checks(world: World, kind: str) -> int:
    """How many checks will judge a data set of a world that has all its tables, in a format, with its manifest."""
    found = len(read_catalogue(world.sql).rules)
    facts = world.facts
    for table in facts.values():
        found += checks_of(table, kind) + len(table.totals) + len(list(schema_questions(table, facts)))
    return found


def _place(directory: Path, manifest: Manifest | None) -> str:
    if not directory.is_dir():
        raise InputError(f"There is no directory {directory}. Name the one whose files are to be verified.")
    return f"The manifest of {directory}" if manifest else f"{directory} has no manifest"


def stated_rules(rules: Any, options: Mapping[str, Any]) -> Any:
    """The rules (a world's root) with the changes put in that a manifest's options state (`rules`, by path)."""
    changed: dict[str, Any] = {}
    for path, value in (options.get("rules") or {}).items():  # a mix is stated whole and set share by share
        shares = {f"{path}.{share}": part for share, part in value.items()} if isinstance(value, dict) else None
        changed |= shares or {path: value}
    return override(rules, changed) if changed else rules


def verify_frames(frames: Mapping[str, pd.DataFrame], suite: Suite) -> Verdict:
    """Judge pandas frames by table name, as `verify_directory` judges files."""
    with DuckDatabase() as database:
        _fill(database, frames, suite.tables)
        return _verdict(suite, list(_judge(database, suite)))


def verify_database(
    database: Database,
    suite: Suite,
    *,
    first: Sequence[Check | Finding] = (),
    progress: Progress | None = None,
    title: str = "Verification in the database",
) -> Verdict:
    """Judge the tables of any database, by the same schema checks, rules and scorecard, and before them by `first`."""
    return _verified(database, suite, _rules(suite), first, progress, title)


def _verified(
    database: Database,
    suite: Suite,
    rules: tuple[Catalogue, dict[str, str]],
    first: Sequence[Check | Finding],
    progress: Progress | None,
    title: str,
) -> Verdict:
    progress = progress or Progress(quiet=True)
    catalogue, values = rules
    work = [*first, *schema_work(database, suite.tables), *rules_work(database, catalogue, values)]
    with progress.phase(title, sum(isinstance(item, Check) for item in work)):
        return _verdict(suite, in_order(catalogue, run(database, work, progress.step)))


def verify_databases(
    databases: Mapping[str, Database],
    whole: Database,
    suite: Suite,
    *,
    first: Mapping[str, Sequence[Check | Finding]] | None = None,
    progress: Progress | None = None,
) -> Verdict:
    """Judge tables that lie in several databases, given by name: each by the checks and rules of its own tables.

    What crosses databases - references, rules, the scorecard - is asked of `whole`, which holds the rows of all of
    them. `first` has what is asked of a database before all that, by its name.
    """
    progress = progress or Progress(quiet=True)
    catalogue, values = _rules(suite)
    tables = load_order(suite.tables)
    held = [[table.name for table in tables if database_of(table) == name] for name in databases]
    inside, across = catalogue.split(held)
    work = [
        (
            database,
            [
                *(first or {}).get(name, ()),
                *schema_work(database, suite.tables, apart=True),
                *rules_work(database, own, values),
            ],
        )
        for (name, database), own in zip(databases.items(), inside, strict=True)
    ]
    work.append((whole, [*crossing_work(whole, suite.tables), *rules_work(whole, across, values)]))
    count = sum(isinstance(item, Check) for _, items in work for item in items)
    with progress.phase("Verification in the databases", count):
        findings = [item for database, items in work for item in run(database, items, progress.step)]
        return _verdict(suite, in_order(catalogue, findings))


def validate_referential_integrity(data: Path | Mapping[str, pd.DataFrame], tables: AnyTables) -> tuple[Finding, ...]:
    """A finding for every foreign key, of frames or of a directory."""
    with opened(data, tables) as database:
        return tuple(check_references(database, tables))


def check_business_rules(data: Path | Mapping[str, pd.DataFrame], suite: Suite) -> tuple[Finding, ...]:
    """A finding for every rule of the world and every figure of its scorecard, of frames or of a directory."""
    with opened(data, suite.tables) as database:
        return tuple(ask_rules(database, suite))


def opened(data: Path | Mapping[str, pd.DataFrame], tables: AnyTables) -> DuckDatabase:
    """A database filled from frames or from a directory; use it as a context manager."""
    database = DuckDatabase()
    try:
        if isinstance(data, Path):
            list(fill_from_directory(database, data, tables, None))
        else:
            _fill(database, data, tables)
    except BaseException:
        database.close()
        raise
    return database


def _fill(database: DuckDatabase, frames: Mapping[str, pd.DataFrame], tables: AnyTables) -> None:
    import duckdb
    import pyarrow as pa

    for table in load_order(tables):
        if table.name in frames:
            try:
                fill_from_frames(database, table, frames[table.name])
            except (duckdb.Error, pa.ArrowException) as error:
                reason = str(error).splitlines()[0]
                raise FrameError(f"Table {table.name} cannot be read: {reason}") from error


def _judge(database: Database, suite: Suite) -> Iterator[Finding]:
    yield from check_schema(database, suite.tables)
    yield from ask_rules(database, suite)


def ask_rules(database: Database, suite: Suite, checks: Iterable[str] = ()) -> Iterator[Finding]:
    """Ask a database the rules of a world; all, or those of these ids."""
    catalogue, values = _rules(suite)
    yield from ask(database, catalogue, values, checks)


def _rules(suite: Suite) -> tuple[Catalogue, dict[str, str]]:
    """The rules of a world, and their parameters."""
    known = read_catalogue(suite.sql)
    given = {name: SqlRule(f"relation {name}", "", "", "", (), query) for name, query in suite.relations.items()}
    catalogue = replace(known, relations={**known.relations, **given})
    return catalogue, parameters(suite.rules, suite.window, suite.parameters)


def _verdict(suite: Suite, findings: list[Finding]) -> Verdict:
    window = suite.window
    return Verdict(suite.world, window.as_of.isoformat(), window.start.isoformat(), tuple(findings))
