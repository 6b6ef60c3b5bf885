"""Banking days are those on which the Federal Reserve works."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.bank.banking_days import banking_days, federal_holidays
from datagen.calendar import date_of, day_number

HOLIDAYS_2021 = ["01-01", "01-18", "02-15", "05-31", "06-19", "07-05", "09-06", "10-11", "11-11", "11-25", "12-25"]
HOLIDAYS_2023 = ["01-02", "01-16", "02-20", "05-29", "06-19", "07-04", "09-04", "10-09", "11-11", "11-23", "12-25"]


@pytest.mark.parametrize(("year", "days"), [(2021, HOLIDAYS_2021), (2023, HOLIDAYS_2023)])
def test_the_holidays_of_a_year_are_those_of_the_federal_reserve(year, days):
    found = {date_of(day).isoformat() for day in federal_holidays(year, year)}
    # A Saturday's holiday is listed, and kept on no other day.
    assert found == {f"{year}-{day}" for day in days}


def test_juneteenth_is_kept_since_2021():
    assert day_number(dt.date(2020, 6, 19)) not in federal_holidays(2020, 2020)
    assert day_number(dt.date(2021, 6, 19)) in federal_holidays(2021, 2021)


@given(st.dates(dt.date(1995, 1, 1), dt.date(2027, 12, 31)))
def test_the_next_and_the_last_banking_day_are_the_nearest_ones(day):
    banking = banking_days(day_number(dt.date(2026, 11, 20)))
    number = day_number(day)
    following, preceding = int(banking.on_or_after(number)), int(banking.on_or_before(number))
    assert preceding <= number <= following
    assert banking.is_open([following, preceding]).all()
    between = np.arange(preceding + 1, following)
    assert not banking.is_open(between[between != number]).any() if preceding != following else True
    assert following - preceding <= 5
