"""Dates as day numbers (days since 1970-01-01), whole columns at a time."""

from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np
from numpy.typing import NDArray

EPOCH = dt.date(1970, 1, 1).toordinal()
EARLIEST_YEAR, LATEST_YEAR = 1800, 2199
"""The years that this module can reckon with."""
_FIRST_MONTH = (EARLIEST_YEAR - 1970) * 12
_MONTHS = np.arange(_FIRST_MONTH, (LATEST_YEAR + 1 - 1970) * 12, dtype=np.int32)
_MONTH_START = _MONTHS.astype("datetime64[M]").astype("datetime64[D]").astype(np.int32)
_DAY_BEFORE = int(_MONTH_START[0]) - 1
_DATES = np.arange(_DAY_BEFORE, _MONTH_START[-1] + 31, dtype=np.int32)
_DATES[0] = 32 * (_FIRST_MONTH - 1)
_DATES[1:] += np.repeat(32 * _MONTHS - _MONTH_START, np.diff(_MONTH_START, append=_MONTH_START[-1] + 31))
"""Each day from `_DAY_BEFORE` on as 32 times its month since January 1970, and how many days of that month are over."""
SECONDS_A_DAY, MINUTES_A_DAY, SECONDS_AN_HOUR = 86_400, 1_440, 3_600
"""Days of local time: clocks are never changed."""
FIRST_YEAR, LAST_YEAR = 1900, 2150
"""As-of days outside these years are refused, which leaves room for births before and schedules after."""


def day_number(day: dt.date) -> int:
    """The day as a number."""
    return day.toordinal() - EPOCH


def date_of(number: int) -> dt.date:
    """The day of a number."""
    return dt.date.fromordinal(int(number) + EPOCH)


def month_number(days: Any) -> NDArray[np.int32]:
    """Calendar months since January 1970 of day numbers."""
    return _dates(days) >> 5


def month_start(months: Any) -> NDArray[np.int32]:
    """The first day of calendar months since January 1970."""
    place: NDArray[np.intp] = np.asarray(months, np.intp) - _FIRST_MONTH
    return _MONTH_START.take(place)


def add_months(days: Any, months: Any) -> NDArray[np.int32]:
    """The same day of the month, `months` later; the last day where that month is shorter."""
    month = month_number(days)
    offset = np.asarray(days, np.int32) - month_start(month)
    start = month_start(month + months)
    later: NDArray[np.int32] = np.minimum(start + offset, month_start(month + months + 1) - 1)
    return later


def weekday(days: Any) -> NDArray[np.int64]:
    """0 = Monday ... 6 = Sunday."""
    return (np.asarray(days, np.int64) + 3) % 7


def whole_years(earlier: Any, later: Any) -> NDArray[np.int64]:
    """Completed years between day numbers: an age, where `earlier` is a birth."""
    years: NDArray[np.int64] = ((_dates(later) - _dates(earlier)) >> 5).astype(np.int64) // 12
    return years


def _dates(days: Any) -> NDArray[np.int32]:
    """What `_DATES` has of these days, or of the day before them all or the last one for those outside."""
    return _DATES.take(np.asarray(days) - _DAY_BEFORE, mode="clip")
