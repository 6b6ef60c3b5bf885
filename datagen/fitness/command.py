"""What Python users check a data set of fitness centres with, in files or in frames."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.fitness.world import WORLD
from datagen.options import as_of_day

if TYPE_CHECKING:
    import pandas as pd

    from datagen.checks.findings import Finding
    from datagen.checks.verify import Suite
    from datagen.fitness.rules import FitnessRules

Data = Path | str | Mapping[str, "pd.DataFrame"]


def validate_referential_integrity(data: Data) -> tuple[Finding, ...]:
    """A finding for every foreign key of a directory, or of frames by table name."""
    from datagen.checks import verify

    return verify.validate_referential_integrity(_located(data), WORLD.metadata)


def check_business_rules(
    data: Data,
    end_date: dt.date | str | None = None,
    months: int | None = None,
    *,
    rules: FitnessRules | None = None,
) -> tuple[Finding, ...]:
    """A finding for every rule and every figure of the scorecard, of a directory or of frames by table name.

    As-of day, months and changed rules come from the manifest of a directory unless they are given; for frames, they
    are today, 12 and the usual rules, as the generators have them.

    Raises: `UsageError` for a directory without a manifest and without an end date.
    """
    from datagen.checks import verify

    return verify.check_business_rules(_located(data), _suite(data, end_date, months, rules))


def generate_data_quality_report(
    data: Data, end_date: dt.date | str | None = None, months: int | None = None
) -> dict[str, Any]:
    """Completeness by table, and how references and rules came out; the time is as in `check_business_rules`."""
    from datagen.checks import profile

    return profile.generate_data_quality_report(_located(data), _suite(data, end_date, months))


def generate_data_profile_report(data: Data) -> dict[str, Any]:
    """Rows, distinct counts, ranges, spans of dates and commonest values, by table and column."""
    from datagen.checks import profile

    return profile.generate_data_profile_report(_located(data), WORLD.metadata)


def _suite(data: Data, end_date: dt.date | str | None, months: int | None, rules: FitnessRules | None = None) -> Suite:
    from datagen.checks.verify import suite_for
    from datagen.output.manifest import read_manifest

    located = _located(data)
    manifest = read_manifest(located) if isinstance(located, Path) else None
    options: dict[str, Any] = dict(WORLD.stated(manifest.options)) if manifest else dict(WORLD.unstated)
    if end_date is not None or not isinstance(located, Path):
        options["end_date"] = as_of_day(end_date).isoformat()
    if months is not None:
        options["months"] = months
    where = "The frames"
    if isinstance(located, Path):
        where = f"The manifest of {located}" if manifest else f"{located} has no manifest"
    return suite_for(WORLD, options, where, rules)


def _located(data: Data) -> Path | Mapping[str, pd.DataFrame]:
    return Path(data) if isinstance(data, str) else data
