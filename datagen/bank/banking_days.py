"""The days on which banks work: Monday to Friday but federal holidays, as the Federal Reserve keeps them."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import day_number, month_number, month_start, weekday
from datagen.frozen import dataclass

_JUNETEENTH_SINCE = 2021
_YEARS_BACK, _YEARS_AHEAD = 40, 2
_SUNDAY = 6


@dataclass(frozen=True)
class BankingDays:
    """Which days of a long span are banking days, and the next and previous one of each."""

    first: int
    works: NDArray[np.bool_]
    following: NDArray[np.int32]
    preceding: NDArray[np.int32]

    def is_open(self, days: Any) -> NDArray[np.bool_]:
        """Whether days are banking days."""
        return self.works.take(np.asarray(days) - self.first)

    def on_or_after(self, days: Any) -> NDArray[np.int32]:
        """The first banking day on or after each day."""
        return self.following.take(np.asarray(days) - self.first)

    def on_or_before(self, days: Any) -> NDArray[np.int32]:
        """The last banking day on or before each day."""
        return self.preceding.take(np.asarray(days) - self.first)


def banking_days(as_of: int) -> BankingDays:
    """The banking days around an as-of day, from 40 years before it to 2 years after."""
    year = 1970 + int(month_number(as_of)) // 12
    first = int(month_start((year - _YEARS_BACK - 1970) * 12))
    last = int(month_start((year + _YEARS_AHEAD + 1 - 1970) * 12))
    days = np.arange(first, last, dtype=np.int32)
    works = weekday(days) < 5
    holidays = federal_holidays(year - _YEARS_BACK, year + _YEARS_AHEAD)
    works[holidays[(holidays >= first) & (holidays < last)] - first] = False
    preceding = np.maximum.accumulate(np.where(works, days, first))
    following = np.minimum.accumulate(np.where(works, days, last)[::-1])[::-1]
    return BankingDays(first, works, following.astype(np.int32), preceding.astype(np.int32))


def federal_holidays(first_year: int, last_year: int) -> NDArray[np.int32]:
    """The holidays of these years: a Sunday's is kept on Monday, a Saturday's not at all."""
    days: list[int] = []
    for year in range(first_year, last_year + 1):
        dates = [(1, 1), (7, 4), (11, 11), (12, 25)] + ([(6, 19)] if year >= _JUNETEENTH_SINCE else [])
        for month, day in dates:
            number = day_number(dt.date(year, month, day))
            days.append(number + (number_weekday(number) == _SUNDAY))
        # Birthday of Martin Luther King, Presidents' Day, Labor Day, Columbus Day, Thanksgiving.
        days += [nth_weekday(year, *place) for place in ((1, 0, 3), (2, 0, 3), (9, 0, 1), (10, 0, 2), (11, 3, 4))]
        end_of_may = day_number(dt.date(year, 5, 31))
        days.append(end_of_may - number_weekday(end_of_may))  # Memorial Day
    return np.array(sorted(days), np.int32)


def number_weekday(number: int) -> int:
    """The weekday of a day number, 0 = Monday."""
    return (number + 3) % 7


def nth_weekday(year: int, month: int, wanted: int, nth: int) -> int:
    """The day number of the nth weekday (0 = Monday) of a month."""
    start = day_number(dt.date(year, month, 1))
    return start + (wanted - number_weekday(start)) % 7 + 7 * (nth - 1)
