"""Rules of the reference tables that contradict each other are refused in a sentence."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from datagen.errors import RuleError
from datagen.fitness.rules import FitnessRules
from datagen.rules import describe, override, validate
from fitness_center_data_generator import FitnessCenterDataGenerator


def test_the_rules_of_the_world_are_in_order():
    validate(FitnessRules())


def test_every_rule_has_a_unit_and_a_source():
    for item in describe(FitnessRules()):
        assert item.unit, item.path
        assert item.source, item.path


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("members.ages", "40,20"),
        ("members.age_from", "16,18,18,35,45,55,65,75"),
        ("members.age_shares", "0,0,0,0,0,0,0,0"),
        ("members.desk_hours", "20,8"),
        ("members.parent_ages", "58,40"),
        ("members.far_km", 30),
        ("facilities.areas", "9,7"),
        ("facilities.young_years", "2,1"),
        ("facilities.old_years", "4,3.5"),
        ("staff.founding_days", "30,10"),
        ("staff.manager_salary", "85000,55000"),
        ("staff.ages", "58,19"),
        ("plans.student_monthly_fee", -1),
    ],
)
def test_a_contradiction_is_refused(path, value):
    with pytest.raises(RuleError, match=path.split(".")[0]):
        override(FitnessRules(), {path: value})


def test_changed_rules_move_the_data():
    rules = override(
        FitnessRules(),
        {
            "members.metro_share": 1,
            "members.years": 1,
            "facilities.always_open_share": 1,
            "equipment.price_spread": 0,
            "staff.status.active": 1,
            "staff.status.on_leave": 0,
            "staff.status.terminated": 0,
        },
    )
    tables = FitnessCenterDataGenerator(2, 200, 30, 1, dt.date(2026, 11, 20), rules=rules).generate_all()
    assert (tables["facilities"]["opentime"] == "00:00:00").all()
    assert (tables["staff"]["status"] == "Active").all()
    assert tables["members"]["joindate"].min() >= pd.Timestamp("2025-11-20")
