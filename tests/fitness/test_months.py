"""Units of a facility and a month: they tile the window, and each is a function of its arguments alone."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given
from hypothesis import strategies as st

from datagen.calendar import date_of, day_number
from datagen.columns import typed_table
from datagen.fitness.history import month_bounds
from datagen.fitness.months import Unit, make_month
from datagen.fitness.vocabulary import AREA_TYPES

TABLES = {"classinstances", "classenrollments", "memberpayments", "memberaccess"}


@given(st.dates(dt.date(1905, 1, 1), dt.date(2150, 12, 31)), st.integers(1, 37))
@example(dt.date(2024, 2, 29), 12)
@example(dt.date(2025, 3, 31), 2)
@example(dt.date(2026, 1, 1), 36)
def test_months_counted_back_tile_the_window(day, back):
    as_of = day_number(day)
    low, high = month_bounds(as_of, back)
    assert date_of(low) == day - relativedelta(months=back)
    assert date_of(high) == day - relativedelta(months=back - 1)
    assert 28 <= high - low <= 31


@pytest.fixture(scope="module")
def window(reference, dataset):
    return dataset(reference(3, 200, 40, 4, "2025-03-31"), "2025-03-31", 3, 4)


def test_units_come_month_by_month_and_the_days_ahead_last(window):
    expected = [(back, facility) for back in (3, 2, 1, 0) for facility in (0, 1, 2)]
    assert [(unit.back, unit.facility) for unit in window.units] == expected


def test_closed_facilities_have_no_units(reference, dataset):
    frames = reference(3, 200, 40, 4, "2025-03-31")
    facilities = frames["facilities"].assign(isactive=[True, False, True])
    made = dataset({**frames, "facilities": facilities}, "2025-03-31", 2, 4)
    assert {unit.facility for unit in made.units} == {0, 2}


def rows_of(month, firsts) -> dict[str, list]:
    return {table: typed_table(columns).to_pylist() for table, columns in month.columns(firsts)}


ONES = dict.fromkeys(TABLES, 1)


@pytest.mark.parametrize("unit", [Unit(3, 0), Unit(1, 2), Unit(0, 1)], ids=str)
def test_a_unit_is_a_function_of_its_arguments(window, reference, dataset, unit):
    one = rows_of(make_month(window.history, unit), ONES)
    for other in window.units[:2]:
        make_month(window.history, other)
    assert rows_of(make_month(window.history, unit), ONES) == one
    afresh = dataset(reference(3, 200, 40, 4, "2025-03-31"), "2025-03-31", 3, 4)
    assert rows_of(make_month(afresh.history, unit), ONES) == one


@pytest.mark.parametrize("unit", [Unit(2, 0), Unit(0, 0)], ids=str)
def test_the_rows_told_are_the_rows_made(window, unit):
    month = make_month(window.history, unit)
    tables = rows_of(month, ONES)
    assert set(tables) == set(month.rows) == TABLES
    assert {table: len(rows) for table, rows in tables.items()} == dict(month.rows)


def test_rows_are_numbered_on_from_what_went_before(window):
    month = make_month(window.history, Unit(2, 1))
    firsts = {"classinstances": 501, "classenrollments": 9_001, "memberpayments": 77, "memberaccess": 123_456}
    keys = {"classinstances": "instanceid", "classenrollments": "enrollmentid", "memberpayments": "paymentid",
            "memberaccess": "accessid"}  # fmt: skip
    plain, numbered = rows_of(month, ONES), rows_of(month, firsts)
    for table, key in keys.items():
        numbers = [int(row[key][3:]) for row in numbered[table]]
        assert numbers == list(range(firsts[table], firsts[table] + len(numbers)))
        for one, other in zip(plain[table], numbered[table], strict=True):
            assert {k: v for k, v in one.items() if not k.endswith("id")} == {
                k: v for k, v in other.items() if not k.endswith("id")
            }
    held = {row["instanceid"] for row in numbered["classinstances"]}
    assert {row["instanceid"] for row in numbered["classenrollments"]} <= held


def test_every_row_lies_in_its_month(window):
    for unit in window.units[:9]:
        low, high = (date_of(day) for day in month_bounds(window.history.as_of, unit.back))
        tables = rows_of(make_month(window.history, unit), ONES)
        assert all(low <= row["checkintime"].date() < high for row in tables["memberaccess"])
        assert all(low <= row["classdate"] < high for row in tables["classinstances"])
        dues = [row for row in tables["memberpayments"] if row["paymenttype"] != "Class Fee"]
        assert all(low <= row["paymentdate"] < high for row in dues)


def test_the_days_ahead_hold_classes_and_bookings_but_nothing_done(window):
    for unit in window.units[9:]:
        tables = rows_of(make_month(window.history, unit), ONES)
        assert tables["memberaccess"] == []
        assert {row["status"] for row in tables["classinstances"]} <= {"Scheduled", "Cancelled"}
        assert {row["enrollmentstatus"] for row in tables["classenrollments"]} <= {"Enrolled"}
        assert {row["paymenttype"] for row in tables["memberpayments"]} <= {"Class Fee"}
        days = {row["classdate"] for row in tables["classinstances"]}
        assert max(days) <= dt.date(2025, 3, 31) + dt.timedelta(13)


def test_a_member_is_in_one_place_in_all_units_of_a_month(window):
    seen: dict[tuple, int] = {}
    for unit in window.units[:3]:
        for row in rows_of(make_month(window.history, unit), ONES)["memberaccess"]:
            key = (row["memberid"], row["checkintime"].date())
            assert seen.setdefault(key, unit.facility) == unit.facility


def test_units_can_be_sorted_and_compared():
    made = [Unit(0, 1), Unit(2, 0), Unit(0, 0)]
    assert max(made) == Unit(2, 0)
    assert np.array_equal([unit.back for unit in sorted(made)], [0, 0, 2])


@pytest.mark.parametrize("kind", ["Lifeguard", "Front Desk"])
def test_pools_are_used_while_a_guard_is_on_shift_and_not_at_all_without_guards(reference, dataset, kind):
    frames = reference(3, 400, 75, 4, "2025-03-31")
    staff = frames["staff"].assign(jobtitle=frames["staff"]["jobtitle"].replace("Lifeguard", kind))
    history = dataset({**frames, "staff": staff}, "2025-03-31", 2, 4).history
    pools, swum = history.reference.areas, 0
    for unit in [Unit(2, 0), Unit(1, 0), Unit(1, 1), Unit(1, 2)]:
        month = make_month(history, unit)
        guards = history.roster.guards_at(unit.facility)
        plan = history.roster.plan(unit.facility, *month_bounds(history.as_of, unit.back))
        wet = np.flatnonzero(pools.types[month.areas] == AREA_TYPES.index("Pool"))
        visits = month.visits
        until = plan.watched(guards, visits.days[wet], visits.ins[wet], visits.outs[wet])[1]
        assert (until > 0).all()
        swum += len(wet)
    assert (swum > 0) == (kind == "Lifeguard")
