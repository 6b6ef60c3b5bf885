"""Judging a history of payments: its files, the schema, the P and S rules."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.errors import InputError, StateError
from datagen.options import memory_limit
from datagen.payments.history_files import data_files, database_file, manifests, refuse_interrupted, state_bytes
from datagen.payments.vocabulary import STATE

_PART_OF_MEMORY = 8
"""Of as many bytes of files as this part of the memory, the tables fit into it, even those of Parquet."""
_ENOUGH = 1500
"""MiB with which tables on disk are judged as fast as with more."""

if TYPE_CHECKING:
    from collections.abc import Mapping

    from datagen.checks.duckdb_engine import DuckDatabase
    from datagen.checks.findings import Finding, Verdict
    from datagen.payments.rules import PaymentsRules
    from datagen.payments.state_summary import StateSummary
    from datagen.progress import Progress


def outlined(directory: Path, purpose: str) -> StateSummary:
    """What the state of a directory says.

    Raises: `StateError` if there is none to serve the purpose, `InputError` if there is no directory.
    """
    from datagen.payments.state_summary import read_summary

    path = directory / STATE
    try:
        return read_summary(state_bytes(path), str(path))
    except (FileNotFoundError, NotADirectoryError):
        if not directory.is_dir():
            raise InputError(f"There is no directory {directory}. Name the one that holds a history.") from None
        raise StateError(f"{directory} holds no {STATE}, so there is no history to {purpose}.") from None


def rules_of(changed: Mapping[str, Any], where: str) -> PaymentsRules:
    """The rules with the changes of a history put in. Raises `StateError`, saying where, for what cannot be one."""
    from datagen.errors import RuleError
    from datagen.payments.rules import PaymentsRules
    from datagen.payments.state import flat
    from datagen.rules import override

    try:
        return override(PaymentsRules(), flat(changed))
    except RuleError as error:
        raise StateError(f"{where} has rules that cannot be: {error}") from error


def judge_manifests(directory: Path, last: dt.date) -> Finding:
    """Whether the files of a history up to a day are as the manifests of its runs state them, byte for byte."""
    from datagen.checks.findings import Finding, Outcome
    from datagen.output.manifest import Written, read_manifest

    stated: dict[str, Written] = {}
    for name in manifests(directory):
        manifest = read_manifest(directory, name)
        for resource in manifest.resources if manifest else ():
            stated |= resource.files
    wrong = []
    whole = database_file(directory)
    names = [whole.name] if whole else [name for name, days in data_files(directory).items() if days.last <= last]
    for name in names:
        if name not in stated:
            wrong.append(f"{name} stands in no manifest")
        elif (directory / name).stat().st_size != stated[name].bytes:
            wrong.append(f"{name} has another size than its manifest states")
        else:
            with (directory / name).open("rb") as file:
                if hashlib.file_digest(file, "sha256").hexdigest() != stated[name].sha256:
                    wrong.append(f"{name} has other bytes than its manifest states")
    title = "The files are as the manifests of their runs state them, byte for byte"
    reason = f"{'; '.join(wrong[:3])}. Restore what the runs wrote." if wrong else ""
    outcome = Outcome.FAILED if wrong else Outcome.PASSED
    return Finding("files.manifest", "files", title, "the format of the files", outcome, reason, offending=len(wrong))


def count_checks() -> int:
    """How many checks will judge a new history."""
    from datagen.checks.file_series import checks_of
    from datagen.checks.schema_checks import schema_questions
    from datagen.checks.sql_rules import read_catalogue
    from datagen.payments.checks import SQL
    from datagen.payments.tables import metadata

    of_tables = sum(
        checks_of(table) + len(list(schema_questions(table, metadata.tables))) for table in metadata.tables.values()
    )
    return 1 + of_tables + len(read_catalogue(SQL).rules)


def fill(database: DuckDatabase, directory: Path) -> tuple[Verdict, dict[str, str]]:
    """Fill a database with the history of a directory, and judge its files; gives the verdict and the SQL parameters.

    Besides the tables there are `state`, one row, `profiles`, the stored cards, and `versions`, the merchants as the
    state has them; `files`, those of payments; `snapshots` and `earlier_merchants`, the last days and the rows of the
    files of merchants before the newest one, of which a history in a database's file has none; and `cities`, the people
    of states and cities. Raises `StateError` for a directory without a state that can be read, and for one whose last
    run was ended while it published.
    """
    import pyarrow as pa
    from sqlalchemy import MetaData

    from datagen.checks.file_series import Part, fill_from_series, judge_days, parts
    from datagen.checks.findings import Verdict
    from datagen.checks.sql_rules import parameters
    from datagen.payments.history import WORLD
    from datagen.payments.tables import merchants, transactions
    from datagen.populations import populations

    summary = outlined(directory, "judge")
    rules = rules_of(summary.rules, str(directory / STATE))
    refuse_interrupted(directory, summary.last)
    if whole := database_file(directory):
        series = snapshots = [Part(whole, summary.first, summary.last)]
    else:
        series = [part for part in parts(directory, transactions.name) if part.first <= summary.last]
        snapshots = [part for part in parts(directory, merchants.name) if part.first <= summary.last]
    before = [part for part in snapshots if part.last < summary.last]
    relations = {
        "state": pa.table(
            {
                "last_generated_date": pa.array([summary.last]),
                "merchant_counter": pa.array([summary.merchants], pa.int64()),
                "total_transactions": pa.array([summary.payments], pa.int64()),
            }
        ),
        "profiles": summary.profiles,
        "versions": summary.versions,
        "snapshots": pa.table({"last_day": pa.array([part.last for part in before], pa.date32())}),
        "cities": populations(),
        "files": pa.table({"name": pa.array([part.path.name for part in series], pa.string())}),
    }
    for name, table in relations.items():
        with database.given("given", table):
            database.create(name, "SELECT * FROM given")
    findings = [judge_manifests(directory, summary.last)]
    findings += [judge_days(transactions.name, series, summary.first, summary.last)]
    findings += fill_from_series(database, transactions, series)
    findings += [judge_days(merchants.name, snapshots, summary.first, summary.last)]
    findings += fill_from_series(database, merchants, [part for part in snapshots if part.last == summary.last][:1])
    earlier = merchants.to_metadata(MetaData(), name="earlier_merchants")
    if before:
        findings += fill_from_series(database, earlier, before)
    elif merchants.name in database.tables:
        database.create(earlier.name, "SELECT * FROM merchants WHERE false")
    values = parameters(rules, summary.window)
    return Verdict(WORLD, summary.last.isoformat(), summary.first.isoformat(), tuple(findings)), values


def _fits(directory: Path, memory: int) -> bool:
    """Whether the tables of a history fit into so many MiB; to compress them for a disk takes a tenth of the time."""
    whole = database_file(directory)
    size = sum((directory / name).stat().st_size for name in ([whole.name] if whole else data_files(directory)))
    return size <= memory * 2**20 // _PART_OF_MEMORY


def judge(
    directory: Path, workers: int | None = None, progress: Progress | None = None, memory: int | None = None
) -> Verdict:
    """Judge the history of a directory, in so many MiB of memory: its files, the schema, the P and S rules.

    By default the memory follows the machine; of a history that does not fit into it, no more is taken than is of use.

    Raises: `StateError` for a directory without a state that can be read.
    """
    from datagen.checks.duckdb_engine import DuckDatabase
    from datagen.checks.engine import Check, run
    from datagen.checks.schema_checks import schema_work
    from datagen.checks.sql_rules import in_order, read_catalogue, rules_work
    from datagen.payments.checks import SQL
    from datagen.payments.tables import metadata
    from datagen.progress import Progress

    progress = progress or Progress(quiet=True)

    limit = memory or memory_limit()
    on_disk = not _fits(directory, limit)
    limit = limit if memory or not on_disk else min(limit, _ENOUGH)
    with DuckDatabase(limit, workers, on_disk=on_disk) as database:
        verdict, values = fill(database, directory)
        database.compress()
        catalogue = read_catalogue(SQL)
        work = [*schema_work(database, metadata), *rules_work(database, catalogue, values)]
        with progress.phase("Verification", sum(isinstance(item, Check) for item in work)):
            found = in_order(catalogue, run(database, work, progress.step))
    return replace(verdict, findings=(*verdict.findings, *found))
