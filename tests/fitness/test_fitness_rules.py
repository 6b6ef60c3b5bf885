"""The rules of the transactional tables: complete, in order, and safe to change within their bounds."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import datagen.fitness
from datagen.errors import RuleError
from datagen.fitness import vocabulary
from datagen.fitness.rules import FitnessRules
from datagen.rules import Mix, describe, override, validate
from tests.fitness import hard_rules as page

END = "2026-01-01"
RULES = describe(FitnessRules())
ROOM = Path(datagen.fitness.__file__).parent
NAMED = {"_DAYS_A_YEAR", "_LEAST_GROWTH", "_WISHES_PER_SESSION", "_LEAST_PULL", "_LEAST_SHARE"}
"""Fractions that are no business of the centres: constants with a name and a reason."""


def test_the_defaults_are_in_order():
    validate(FitnessRules())


def test_every_rule_has_a_unit_a_source_and_bounds():
    for item in RULES:
        assert item.unit.strip(), item.path
        assert item.source.strip(), item.path
        if isinstance(item.value, Mix):
            assert sum(item.value.shares) == pytest.approx(1), item.path
        elif not isinstance(item.value, str):
            assert item.low is not None, item.path


@pytest.mark.slow
def test_a_rule_set_to_its_own_value_changes_nothing():
    for item in RULES:
        value, path = item.value, item.path
        if isinstance(value, Mix):
            settings = {f"{path}.{name}": share for name, share in value.items()}
        else:
            settings = {path: ",".join(map(str, value)) if isinstance(value, tuple) else str(value)}
        assert override(FitnessRules(), settings) == FitnessRules(), path


def test_no_fraction_stands_beside_the_code():
    """Shares and rates are rules; what else there is has a name, or is a rounding error away from a whole number."""
    found, named = [], set()
    for path in sorted(ROOM.rglob("*.py")):
        if path.is_relative_to(ROOM / "rules"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = [node for node in tree.body if isinstance(node, ast.Assign)]
        of_constants = {id(part) for node in constants for part in ast.walk(node)}
        for node in ast.walk(tree):
            if not isinstance(node, ast.Constant) or not isinstance(node.value, float) or node.value.is_integer():
                continue
            if id(node) in of_constants:
                (owner,) = [item for item in constants if node in ast.walk(item)]
                named |= {part.id for part in ast.walk(owner) if isinstance(part, ast.Name)} & NAMED or {node.value}
            elif node.value > 0.001:
                found.append(f"{path.name}:{node.lineno}: {node.value}")
    assert not found
    assert named == NAMED


def test_mixes_name_the_values_of_the_schema():
    rules = FitnessRules()
    assert set(rules.payments.methods.names) == set(vocabulary.PAYMENT_METHODS)
    assert set(rules.visits.access_methods.names) == set(vocabulary.ACCESS_METHODS)
    assert set(rules.visits.area_weights.names) <= set(vocabulary.VISITED_AREA_TYPES)
    assert set(rules.classes.categories.names) == set(vocabulary.CLASS_CATEGORIES)
    for mix in rules.memberships.plan_mixes():
        assert set(mix.names) == {"Individual", "Family", "Student", "Senior", "Corporate"}
    assert len(rules.memberships.plan_mixes()) == len(rules.memberships.age_bands)


@pytest.mark.parametrize(
    "settings",
    [
        {"memberships.age_bands": "16,25,25,51,60,65"},
        {"memberships.student_age_low": 40},
        {"memberships.cooling_days": "12,4"},
        {"memberships.early_days": 200},
        {"memberships.constancy": "1.5,0.5"},
        {"payments.retry_days": 27},
        {"payments.attempts": 4},
        {"payments.methods.cash": 0.5},
        {"visits.weekday_weights": "0,0,0,0,0,0,0"},
        {"visits.length_least": 100, "visits.length_most": 50},
        {"visits.weekly_cap": 1, "visits.weekly_median": 2},
        {"visits.trip_days": "7,2"},
        {"classes.price_low": 20, "classes.price_high": 10},
        {"classes.price_low": 1},
        {"classes.price_high": 26},
        {"classes.weekday_weights": "0,0,0,0,0,0,0"},
        {"classes.margin_minutes": "2,2"},
        {"classes.start_minutes": "-1,13"},
        {"classes.start_minutes": "5,-1"},
        {"classes.end_minutes": "4,-2"},
        {"closures.half_day_minutes": "900,800"},
        {"visits.short_pause": "14,4"},
        {"visits.near_km": 30},
        {"classes.late_class_minutes": "12,6"},
        {"closures.snow_months": "0,0,0,0,0,0,0,0,0,0,0,0"},
        {"visits.season_days": "10,1,46,75,105,135,166,196,227,258,288,319,339,358"},
        {"visits.daily_most": 0.5},
        {"roster.certificate_gap": "900,30"},
        {"absences.long_leave": "180,120"},
        {"staffing.pay_period_origin": "some Monday"},
        {"feedback.remarks_from": "3.5,4,4.5"},
        {"machines.repair_cost": "0.09,0.02"},
        {"absences.running_leave": "90,7"},
        {"roster.renewal_days": "45,18"},
    ],
    ids=str,
)
def test_a_contradiction_is_refused(settings):
    with pytest.raises(RuleError):
        override(FitnessRules(), settings)


TIGHT = {
    "classes.visit_share": 0.6,
    "classes.weekly_least": 100,
    "classes.load": 3,
    "classes.room_share": 0.5,
    "classes.shared_room_share": 0.5,
    "visits.area_weights.pool": 0.9,
    "visits.area_weights.cardio": 0.05,
    "visits.area_weights.strength": 0.05,
    "visits.area_weights.court": 0,
}


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"classes.change_minutes": 0},
        {"classes.shared_change_minutes": 0},
        {"classes.change_minutes": 0, "classes.shared_change_minutes": 0, "classes.end_minutes": "0,12"},
        {"classes.reach_minutes": 240},
    ],
    ids=str,
)
@pytest.mark.parametrize("capacity", [2, 5])
def test_rooms_hold_no_more_than_they_may_however_close_the_classes(reference, made_from, settings, capacity):
    frames = reference(1, 300, 40, 4, END)
    areas = frames["facilityareas"].copy()
    machines = areas["areatype"].isin(["Cardio", "Strength"])
    areas["maxcapacity"] = areas["maxcapacity"].where(machines, capacity)
    areas.loc[areas["areatype"].isin(["Yoga", "Spin"]), "areatype"] = "Pool"
    made = made_from({**frames, "facilityareas": areas}, END, 3, 4, TIGHT | settings)
    assert page.broken(made) == []


@pytest.mark.slow
@pytest.mark.parametrize("area", ["cardio", "strength", "pool", "court"])
def test_members_may_want_one_kind_of_area_only(reference, made_from, area):
    shares = {f"visits.area_weights.{name}": float(name == area) for name in ("cardio", "strength", "pool", "court")}
    made = made_from(reference(2, 60, 16, 4, END), END, 1, 4, shares)
    assert len(made.memberaccess)
    assert page.broken(made) == []


EXTREMES = [
    {"visits.weekly_median": 6.2, "visits.weekly_sigma": 1.5},
    {"visits.weekly_median": 0.05, "visits.weekly_cap": 0.1},
    {"visits.length_least": 120, "visits.length_most": 600, "visits.length_median": 300},
    {"visits.fade_days": 1, "visits.last_visit_days": 0},
    {"visits.trip_share": 1, "visits.trip_days": "28,28"},
    {"visits.weekday_weights": "0,0,0,0,0,0,1"},
    {"visits.own_spread": 300, "visits.off_habit_share": 1},
    {"visits.least_attendance": 0, "visits.yearly_decline": 1, "visits.start_attendance": 0},
    {"classes.load": 3, "classes.visit_share": 0.6, "classes.no_show_share": 0.9},
    {"classes.least_seats": 30, "classes.seats": 2},
    {"classes.cancelled_booking_share": 1, "classes.booking_lead_days": 30, "classes.booking_lead_most": 60},
    {"classes.type_sigma": 1, "classes.session_sigma": 1, "classes.day_sigma": 1},
    {"classes.weekday_weights": "1,0,0,0,0,0,0", "classes.paid_share": 1},
    {"classes.enough_teachers": 10, "classes.steady_guards": 20},
    {"payments.success_rate": 0.5, "payments.retry_success_rate": 0.05, "payments.second_method_share": 0.5},
    {"payments.non_payment_share": 0},
    {"absences.missed_share": 0.5, "absences.dropped_share": 0.5},
    {"absences.illnesses_a_year": 8, "absences.long_leaves_a_year": 2},
    {"roster.held_on_hire": 1, "roster.certificate_gap": "1,1"},
    {"roster.rota_changes": "1,1,1"},
    {"roster.full_time_days": 1, "roster.part_time_days": 1, "roster.contract_days": 1},
]


@pytest.mark.slow
@pytest.mark.parametrize("settings", EXTREMES, ids=str)
def test_extreme_rules_keep_the_page(reference, made_from, settings):
    made = made_from(reference(2, 60, 16, 4, END), END, 3, 4, settings)
    assert page.broken(made) == []
