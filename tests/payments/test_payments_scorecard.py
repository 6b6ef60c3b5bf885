"""The bands of the scorecard follow the rules that the data was made by."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.findings import Finding, Outcome
from datagen.checks.sql_rules import ask, parameters, read_catalogue
from datagen.console import run_command
from datagen.payments.checks import SQL
from datagen.payments.command import command
from datagen.payments.rules import PaymentsRules
from datagen.payments.verification import fill
from datagen.rules import override
from datagen.world import Window

CATALOGUE = read_catalogue(SQL)
FIGURES = tuple(rule.check for rule in CATALOGUE.rules if rule.check.startswith("S"))
FIRST, LAST = dt.date(2024, 9, 1), dt.date(2024, 10, 20)
CARDS = {
    **{f"payments.{name}_types.card_present": 0.35 for name in ("retail", "food", "services")},
    "payments.retail_types.online": 0.55,
    "payments.food_types.online": 0.57,
    "payments.services_types.online": 0.51,
    "cards.reuse": "0.2,0.3",
    "cards.stored_share": 0.03,
    "cards.declined_present": 0.1,
    "cards.declined_remote": 0.25,
    "cards.brands.visa": 0.125,
    "cards.brands.discover": 0.53,
}
TIMES = {
    "activity.weekdays": "0.7,0.7,0.7,0.7,0.7,1.1,1.1",
    "activity.food_weekdays": "1.1,1.1,1.1,1.1,1.1,0.8,0.8",
    "activity.hours": "1.6,1.6,1.6,1.6,0.4,0.4,0.4,0.4,0.4,0.4,0.4,0.4,0.4,1",
    "activity.food_hours": "1.6,1.6,1.6,1.6,0.4,0.4,0.4,0.4,0.4,0.4,0.4,0.4,0.4,1",
    "activity.level_median": 0.7,
    "activity.level_sigma": 0.1,
    "cards.strained_share": 0,
    "cards.blocked_share": 0,
}
AMOUNTS = {
    "activity.opening_hours": "10,20",
    "sizes.small_amount": "5,12",
    "payments.endings.any": 0.5,
    "payments.endings.00": 0.36,
    "payments.industry_amounts": "0.5,2,1,1,0.5,1,1",
    "business.merchant_size_distribution.small": 0.4,
    "business.merchant_size_distribution.medium": 0.6,
    "business.merchant_size_distribution.large": 0,
}
CHANGED = {
    "cards": (CARDS, {"S02", "S03", "S04", "S06", "S07"}),
    "times": (TIMES, {"S05", "S08", "S10", "S12"}),
    "amounts": (AMOUNTS, {"S01", "S13", "S14", "S15"}),
}


def figures(directory: Path, *judged_by: PaymentsRules) -> list[dict[str, Finding]]:
    """What the scorecard says of a history, judged by each of these rules."""
    with DuckDatabase(threads=1) as database:
        _, values = fill(database, directory)
        window = {name: values[name] for name in ("as_of", "start", "days")}
        return [
            {
                item.check: item
                for item in ask(database, CATALOGUE, parameters(rules, Window(FIRST, LAST)) | window, FIGURES)
            }
            for rules in judged_by
        ]


@pytest.mark.slow
@pytest.mark.parametrize("what", CHANGED)
def test_bands_move_with_the_rules_of_the_data(tmp_path: Path, what: str) -> None:
    settings, moved = CHANGED[what]
    arguments = ["--initial", "--start-date", str(FIRST), "--end-date", str(LAST), "-q", "--output-dir", "out"]
    for path, value in {"business.initial_merchants": 320, **settings}.items():
        arguments += ["--set", f"{path}={value}"]
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(tmp_path)
        assert run_command(command, arguments) == 0
    rules = override(PaymentsRules(), settings)
    by_its_own, by_default = figures(tmp_path / "out", rules, PaymentsRules())
    assert {check: item.measures for check, item in by_its_own.items() if item.outcome is Outcome.FAILED} == {}
    assert moved <= {check for check, item in by_its_own.items() if item.outcome is Outcome.PASSED}
    assert moved <= {check for check, item in by_default.items() if item.outcome is Outcome.FAILED}
