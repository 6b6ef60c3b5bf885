"""What the fitness commands share: writing part of a history, and judging a data set, in files or in frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from datagen.checks.findings import Finding, Verdict
from datagen.checks.verify import NAME, Suite, suite_for, verify_directory
from datagen.fitness.tables import metadata
from datagen.fitness.world import WORLD
from datagen.output.staging import telling

if TYPE_CHECKING:
    import pandas as pd

    from datagen import progress
    from datagen.dataset import Dataset
    from datagen.fitness.rules import FitnessRules

Data = Path | str | Mapping[str, "pd.DataFrame"]


class Generator(Protocol):
    """Makes part of a history from frames."""

    seed: int
    end_date: dt.date
    months: int
    rules: FitnessRules

    def dataset(self) -> Dataset:
        """The tables as a stream; raises `FrameError` for frames that cannot be worked from."""
        ...


def save_history(
    generator: Generator,
    made_from: Mapping[str, tuple[tuple[str, ...], Mapping[str, pd.DataFrame]]],
    phases: tuple[str, str],
    directory: Path,
    kind: str,
    workers: int,
    report: progress.Progress | None,
) -> Path:
    """Write what a generator makes as files of a format, with a manifest, whole or not at all; gives the directory.

    The manifest tells what it was `made_from`: some tables of frames, by what they are called there. `report` is told
    of the two `phases`, deciding and making. Raises `FrameError` as the generator does, and `OutputError` if the
    directory cannot be written.
    """
    from datagen.control_totals import Totals
    from datagen.generate import frames_digest, write_dataset
    from datagen.output.manifest import build
    from datagen.output.staging import staged
    from datagen.output.table_writers import table_files
    from datagen.progress import Progress
    from datagen.rules import changes
    from datagen.schema import arrow_schema
    from datagen.workers import best_workers

    report, totals = report or Progress(quiet=True), Totals(metadata)
    with staged(directory) as stage:
        with report.phase(phases[0]):
            dataset = generator.dataset()
        with (
            report.phase(phases[1], dataset.unit_count),
            table_files(kind, stage, metadata, report.wrote) as files,
        ):
            write_dataset(dataset, best_workers(workers), files, lambda _: report.step(), totals)
        options: dict[str, object] = {}
        for name, (tables, frames) in made_from.items():
            schemas = {table: arrow_schema(metadata.tables[table]) for table in tables}
            options[name] = f"sha256:{frames_digest({table: frames[table] for table in tables}, schemas)}"
        options |= {"end_date": generator.end_date, "months": generator.months, "rules": changes(generator.rules)}
        sums, world = totals.by_table, dataset.world
        stage.publish(build(metadata, stage.files, world=world, seed=generator.seed, options=options, totals=sums))
    return directory


def _suite(end_date: dt.date, months: int, rules: FitnessRules | None = None) -> Suite:
    """What a data set without a manifest is judged by; `rules` are those it was made with, if not the usual ones."""
    return suite_for(WORLD, {"end_date": end_date.isoformat(), "months": months}, "The call", rules)


def verify(directory: Path) -> Verdict:
    """Judge a directory of CSV or Parquet files and put the details into its `verification.json`.

    Raises `UsageError` if it is no data set, and `OutputError` if the details cannot be written.
    """
    report = verify_directory(directory, WORLD)
    path = directory / NAME
    with telling("write", path):
        beside = path.with_suffix(".inprogress")
        beside.write_text(report.to_json(), encoding="utf-8")
        beside.replace(path)
    return report


def validate_referential_integrity(data: Data) -> tuple[Finding, ...]:
    """A finding for every foreign key of a directory, or of frames by table name."""
    from datagen.checks import verify as checks

    return checks.validate_referential_integrity(_located(data), metadata)


def check_business_rules(
    data: Data, end_date: dt.date, months: int = 12, *, rules: FitnessRules | None = None
) -> tuple[Finding, ...]:
    """A finding for every rule and every figure of the scorecard, of a directory or of frames by table name."""
    from datagen.checks import verify as checks

    return checks.check_business_rules(_located(data), _suite(end_date, months, rules))


def generate_data_quality_report(data: Data, end_date: dt.date, months: int = 12) -> dict[str, Any]:
    """Completeness by table, and how references and rules came out."""
    from datagen.checks import profile

    return profile.generate_data_quality_report(_located(data), _suite(end_date, months))


def generate_data_profile_report(data: Data) -> dict[str, Any]:
    """Rows, distinct counts, ranges, spans of dates and commonest values, by table and column."""
    from datagen.checks import profile

    return profile.generate_data_profile_report(_located(data), metadata)


def _located(data: Data) -> Path | Mapping[str, pd.DataFrame]:
    return Path(data) if isinstance(data, str) else data
