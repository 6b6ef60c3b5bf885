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
_MONTHS = np.arange(_FIRST_MONTH, (LATEST_YEAR + 1 - 1970) * 12).astype("datetime64[M]")
_MONTH_START = _MONTHS.astype("datetime64[D]").astype(np.int32)
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
    place: NDArray[np.intp] = np.searchsorted(_MONTH_START, days, side="right")
    return (place + (_FIRST_MONTH - 1)).astype(np.int32)


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
    first = np.asarray(earlier).astype("datetime64[D]")
    last = np.asarray(later).astype("datetime64[D]")
    months = last.astype("datetime64[M]").astype(np.int64) - first.astype("datetime64[M]").astype(np.int64)
    in_month = (last - last.astype("datetime64[M]")).astype(np.int64) < (first - first.astype("datetime64[M]")).astype(
        np.int64
    )
    years: NDArray[np.int64] = (months - in_month) // 12
    return years
