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
from tests.support.planted_damage import each_kind, each_shift, every_rule_has_damage, is_caught, leaves_its_band

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
    every_rule_has_damage(read_catalogue(SQL), DAMAGE, SHIFTED)


@each_kind(DAMAGE)
def test_damage_is_caught_by_its_check(bench: Any, kind: str, check: str, statements: str) -> None:
    is_caught(bench, kind, check, statements)


@each_shift(SHIFTED)
def test_a_shifted_distribution_leaves_its_band(bench: Any, kind: str, check: str, label: str, statements: str) -> None:
    leaves_its_band(bench, kind, check, label, statements)
