"""Every rule catches the damage that it is there for: planted one at a time in a good data set, and taken back."""

from __future__ import annotations

from typing import Any

import pytest

from datagen.checks.findings import Outcome
from datagen.checks.sql_rules import read_catalogue
from datagen.fitness.checks import SQL
from tests.fitness.checks import (
    damage_calendar,
    damage_machines,
    damage_memberships,
    damage_reference,
    damage_scorecard,
    damage_staff,
    damage_story,
    damage_visits,
)

pytestmark = pytest.mark.slow

DAMAGE = [
    *damage_reference.DAMAGE,
    *damage_memberships.DAMAGE,
    *damage_visits.DAMAGE,
    *damage_machines.DAMAGE,
    *damage_staff.DAMAGE,
    *damage_calendar.DAMAGE,
    *damage_story.DAMAGE,
]
SHIFTED = [*damage_scorecard.DAMAGE, *damage_calendar.SHIFTED, *damage_story.SHIFTED]


def test_the_good_data_set_breaks_no_rule(bench: Any) -> None:
    broken = [item for item in bench.findings() if item.outcome is Outcome.FAILED and not item.statistical]
    assert [(item.check, item.examples) for item in broken] == []


def test_no_rule_of_the_good_data_set_is_skipped(bench: Any) -> None:
    assert [item.check for item in bench.findings() if item.outcome is Outcome.SKIPPED] == []


def test_every_rule_has_damage_that_it_must_catch() -> None:
    caught = {check for _, check, _ in DAMAGE} | {check for _, check, _, _ in SHIFTED}
    assert caught == {rule.check for rule in read_catalogue(SQL).rules}
    kinds = [kind for kind, _, _ in DAMAGE] + [kind for kind, _, _, _ in SHIFTED]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize(("kind", "check", "statements"), DAMAGE, ids=[f"{check}: {kind}" for kind, check, _ in DAMAGE])
def test_damage_is_caught_by_its_check(bench: Any, kind: str, check: str, statements: str) -> None:
    with bench.damaged(statements):
        (finding,) = bench.findings(check)
        assert finding.outcome is Outcome.FAILED, kind
        assert finding.offending
        assert finding.examples


@pytest.mark.parametrize(
    ("kind", "check", "label", "statements"), SHIFTED, ids=[f"{check}: {kind}" for kind, check, _, _ in SHIFTED]
)
def test_a_shifted_distribution_leaves_its_band(bench: Any, kind: str, check: str, label: str, statements: str) -> None:
    with bench.damaged(statements):
        (finding,) = bench.findings(check, least_rows=False)
        (measure,) = [item for item in finding.measures if item.label == label]
        assert measure.outcome is Outcome.FAILED, kind
