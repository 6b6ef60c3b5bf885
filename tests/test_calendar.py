"""Day numbers against the datetime module and dateutil, leap days and month ends included."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import example, given
from hypothesis import strategies as st

from datagen import calendar

DAYS = st.dates(dt.date(1900, 1, 1), dt.date(2150, 12, 31))
LEAP = dt.date(2024, 2, 29)


@given(DAYS)
@example(dt.date(1970, 1, 1))
def test_days_are_counted_from_1970(day):
    assert calendar.day_number(day) == (day - dt.date(1970, 1, 1)).days
    assert calendar.date_of(calendar.day_number(day)) == day
    assert calendar.date_of(np.int32(calendar.day_number(day))) == day


@given(DAYS, st.integers(-600, 600))
@example(LEAP, 12)
@example(LEAP, -12)
@example(LEAP, 48)
@example(dt.date(2025, 1, 31), 1)
@example(dt.date(2025, 3, 31), -1)
@example(dt.date(1900, 1, 31), 1)
def test_months_later_is_the_same_day_or_the_last_of_the_month(day, months):
    later = int(calendar.add_months(calendar.day_number(day), months))
    assert calendar.date_of(later) == day + relativedelta(months=months)


@given(st.lists(st.tuples(DAYS, st.integers(-36, 36)), max_size=30))
def test_months_are_added_a_column_at_a_time(pairs):
    days = np.array([calendar.day_number(day) for day, _ in pairs], np.int32)
    months = np.array([number for _, number in pairs], np.int32)
    expected = [calendar.day_number(day + relativedelta(months=number)) for day, number in pairs]
    later = calendar.add_months(days, months)
    assert later.dtype == np.int32
    assert later.tolist() == expected


@given(DAYS)
def test_months_are_numbered_from_january_1970(day):
    number = int(calendar.month_number(calendar.day_number(day)))
    assert number == (day.year - 1970) * 12 + day.month - 1
    assert calendar.date_of(int(calendar.month_start(number))) == day.replace(day=1)


def test_each_day_has_its_month_and_those_outside_the_nearest():
    years = calendar.EARLIEST_YEAR, calendar.LATEST_YEAR + 1
    low, high = (int(np.datetime64(f"{year}-01-01", "D").astype(np.int64)) for year in years)
    days = np.arange(low, high)
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    assert calendar.month_number(days).dtype == np.int32
    assert np.array_equal(calendar.month_number(days), months)
    assert calendar.month_number([low - 1, low - 9_999, high, high + 1_000_000]).tolist() == [
        *(months[:1] - 1).tolist() * 2,
        *months[-1:].tolist() * 2,
    ]


@given(DAYS)
@example(dt.date(1969, 12, 31))
def test_weekdays_count_from_monday(day):
    assert int(calendar.weekday(calendar.day_number(day))) == day.weekday()


@given(DAYS, DAYS)
@example(LEAP, dt.date(2042, 2, 28))
@example(LEAP, dt.date(2042, 3, 1))
@example(LEAP, dt.date(2040, 2, 29))
@example(dt.date(2000, 3, 1), dt.date(2024, 2, 29))
@example(dt.date(2000, 3, 31), dt.date(2024, 3, 30))
def test_ages_rise_on_birthdays(birth, day):
    birth, day = sorted((birth, day))
    years = int(calendar.whole_years(calendar.day_number(birth), calendar.day_number(day)))
    assert years == day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))


@pytest.mark.parametrize("day", [dt.date(calendar.FIRST_YEAR, 1, 1), dt.date(calendar.LAST_YEAR, 12, 31)])
def test_a_life_before_and_a_schedule_after_any_as_of_day_can_be_counted(day):
    number = calendar.day_number(day)
    for months in (-12 * 99, 12 * 3):
        assert calendar.date_of(int(calendar.add_months(number, months))) == day + relativedelta(months=months)
