"""The calendar of the clubs: holidays, half days, and closures that fit season and state."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pandas.tseries import holiday

from datagen.calendar import date_of, day_number
from datagen.columns import Labels
from datagen.fitness.closures import HOLIDAYS, STOP_REASONS, by_day, draw_calendar
from datagen.fitness.frames import Facilities
from datagen.fitness.rules.closures import ClosureRules
from datagen.streams import Streams

CLUBS = Facilities(
    ids=Labels.of(("A", "B", "C")),
    states=("MN", "TX", "HI"),
    opens=np.array([18_000, 0, 54_000]),
    closes=np.array([82_800, 86_399, 79_200]),
    active=np.ones(3, bool),
    fitted=np.zeros(3, np.int64),
    opened=np.zeros(3, np.int64),
)
LOW, HIGH = day_number(dt.date(2021, 1, 1)), day_number(dt.date(2027, 1, 1))


def calendar(low=LOW, high=HIGH, **changed):
    return draw_calendar(CLUBS, replace(ClosureRules(), **changed), Streams(1), low, high)


def days_where(mask) -> set[tuple[int, int]]:
    return {(date_of(LOW + day).month, date_of(LOW + day).day) for day in np.flatnonzero(mask)}


def test_most_clubs_are_shut_on_christmas_and_close_early_on_three_days():
    usual, always, afternoon = (calendar().at(club, LOW, HIGH) for club in range(3))
    assert days_where(usual.shut) == {(12, 25)}
    assert days_where(usual.half) - {(11, day) for day in range(22, 29)} == {(12, 24), (12, 31)}
    assert usual.half.sum() == 3 * 6
    assert set(usual.opens[usual.half]) == {25_200}
    assert set(usual.closes[usual.half]) == {50_400}
    assert not always.shut.any()
    assert not always.half.any()
    # A club that opens in the afternoon has no half day to open for.
    assert afternoon.shut.sum() == 4 * 6
    for club in (usual, always, afternoon):
        assert (club.busy[club.shut] == 0).all()
        assert (club.busy[~club.shut] > 0).all()
        assert (club.closes[~club.shut] > club.opens[~club.shut]).all()


def test_public_holidays_are_quiet():
    days = calendar(club_day_sigma=0, club_week_sigma=0, chain_day_sigma=0).at(1, LOW, HIGH)
    rules = ClosureRules()
    for date, factor in {
        dt.date(2024, 7, 4): rules.major_attendance,
        dt.date(2024, 5, 27): rules.major_attendance,
        dt.date(2024, 9, 2): rules.major_attendance,
        dt.date(2026, 6, 19): rules.minor_attendance,
        dt.date(2024, 1, 15): rules.minor_attendance,
        dt.date(2024, 11, 28): rules.half_attendance,
        dt.date(2024, 12, 25): rules.christmas_attendance,
        dt.date(2024, 7, 9): 1,
    }.items():
        assert days.busy[day_number(date) - LOW] == pytest.approx(factor)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2_000), st.integers(1, 190), st.integers(0, 2))
def test_a_day_is_the_same_in_every_window(begin, length, club):
    whole = calendar().at(club, LOW + begin, LOW + begin + length)
    part = calendar(LOW + begin, LOW + begin + length).at(club, LOW + begin, LOW + begin + length)
    for one, other in zip(whole, part, strict=True):
        np.testing.assert_array_equal(one, other)


def test_lanes_by_day_do_not_depend_on_the_window():
    np.testing.assert_array_equal(by_day(Streams(3), -700, 700, "x")[650:900], by_day(Streams(3), -50, 200, "x"))


def test_weather_fits_season_and_state():
    often = {f"{kind}_a_year": 12.0 for kind in ("power", "snow", "heat", "hurricane", "thunder")}
    seen = {}
    for club, state in enumerate(CLUBS.states):
        days = calendar(**often).at(club, LOW, HIGH)
        for day in np.flatnonzero(days.stop_reason >= 0):
            seen.setdefault((state, STOP_REASONS[days.stop_reason[day]]), set()).add(date_of(LOW + day).month)
    snow, heat, hurricane = STOP_REASONS[1:4]
    assert seen["MN", snow] <= {10, 11, 12, 1, 2, 3, 4}
    assert seen["TX", heat] <= {5, 6, 7, 8, 9}
    assert seen["TX", hurricane] <= {6, 7, 8, 9, 10, 11}
    assert not {("HI", snow), ("HI", heat), ("MN", heat), ("MN", hurricane), ("TX", snow)} & set(seen)
    assert {("MN", STOP_REASONS[0]), ("TX", STOP_REASONS[0]), ("HI", STOP_REASONS[0])} <= set(seen)


def test_stops_last_as_long_as_the_rules_say_and_lie_inside_the_hours():
    rules = ClosureRules()
    days = calendar(power_a_year=12.0).at(0, LOW, HIGH)
    stopped = days.stop_reason >= 0
    length = days.stop_until - days.stop_from
    assert (length[~stopped] == 0).all()
    assert (length[stopped] >= 60 * rules.stop_minutes[0]).all()
    assert (length[stopped] <= 60 * rules.stop_minutes[1]).all()
    assert (days.stop_from >= days.opens)[stopped].all()
    assert (days.stop_until <= days.closes)[stopped].all()
    assert 0.5 < stopped.sum() / (6 * (12 + 1.0 + 0.4)) < 1.5


@pytest.mark.parametrize(
    ("ours", "pandas_name"),
    [
        ("Memorial Day", "USMemorialDay"),
        ("Labor Day", "USLaborDay"),
        ("Birthday of Martin Luther King, Jr.", "USMartinLutherKingJr"),
        ("Washington's Birthday", "USPresidentsDay"),
        ("Columbus Day", "USColumbusDay"),
        ("Thanksgiving Day", "USThanksgivingDay"),
    ],
)
def test_holidays_that_move_are_when_others_reckon_them(ours: str, pandas_name: str) -> None:
    (found,) = (day for day in HOLIDAYS if day.name == ours)
    theirs = getattr(holiday, pandas_name).dates(pd.Timestamp(1900, 1, 1), pd.Timestamp(2151, 12, 31))
    assert [str(day) for day in found.dates(np.arange(1900, 2152))] == [str(day.date()) for day in theirs]
