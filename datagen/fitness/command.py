"""What the fitness commands share: judging a data set, in files or in frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.checks.findings import Finding, Report
from datagen.checks.verify import NAME, Suite, verify_directory
from datagen.fitness.checks import SQL
from datagen.fitness.dataset import WORLD
from datagen.fitness.rules import FitnessRules
from datagen.fitness.tables import metadata
from datagen.output.publish import telling

if TYPE_CHECKING:
    import pandas as pd

Data = Path | str | Mapping[str, "pd.DataFrame"]


def suite(rules: FitnessRules | None = None) -> Suite:
    """What fitness data sets are judged by; `rules` are the ones it was made with, if not the world's own."""
    return Suite(WORLD, metadata, SQL, rules or FitnessRules())


def verify(directory: Path) -> Report:
    """Judge a directory of CSV or Parquet files and put the details into its `verification.json`.

    Raises `UsageError` if it is no data set, and `OutputError` if the details cannot be written.
    """
    report = verify_directory(directory, suite())
    path = directory / NAME
    with telling("write", path):
        beside = path.with_suffix(".inprogress")
        beside.write_text(report.to_json(), encoding="utf-8")
        beside.replace(path)
    return report


def validate_referential_integrity(data: Data) -> tuple[Finding, ...]:
    """A finding for every foreign key of a directory, or of frames by table name."""
    from datagen.checks import verify as checks

    return checks.validate_referential_integrity(_located(data), suite())


def check_business_rules(
    data: Data, end_date: dt.date, months: int = 12, *, rules: FitnessRules | None = None
) -> tuple[Finding, ...]:
    """A finding for every rule and every figure of the scorecard, of a directory or of frames by table name."""
    from datagen.checks import verify as checks

    return checks.check_business_rules(_located(data), suite(rules), as_of=end_date, months=months)


def generate_data_quality_report(data: Data, end_date: dt.date, months: int = 12) -> dict[str, Any]:
    """Completeness by table, and how references and rules came out."""
    from datagen.checks import profile

    return profile.generate_data_quality_report(_located(data), suite(), as_of=end_date, months=months)


def generate_data_profile_report(data: Data) -> dict[str, Any]:
    """Rows, distinct counts, ranges, spans of dates and commonest values, by table and column."""
    from datagen.checks import profile

    return profile.generate_data_profile_report(_located(data), metadata)


def _located(data: Data) -> Path | Mapping[str, pd.DataFrame]:
    return Path(data) if isinstance(data, str) else data
