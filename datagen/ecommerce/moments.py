"""Moments as seconds since 1970-01-01, local time, and their columns."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import SECONDS_A_DAY, SECONDS_AN_HOUR
from datagen.columns import Stamp, or_null
from datagen.streams import Streams

Moments = NDArray[np.int64]
NEVER = np.iinfo(np.int64).max
"""What has not happened, and will not."""


def moment(days: Any, seconds: Any) -> Moments:
    """Days and seconds of the day as moments."""
    found: Moments = np.asarray(days, np.int64) * SECONDS_A_DAY + seconds
    return found


def day_of(moments: Any) -> NDArray[np.int64]:
    """The days of moments."""
    found: NDArray[np.int64] = np.asarray(moments, np.int64) // SECONDS_A_DAY
    return found


def within_hours(hours: tuple[int, int], count: int, streams: Streams, *names: str | int) -> NDArray[np.int64]:
    """Seconds of the day within hours, [first, last); the first second of the hour where it is one and the same."""
    first, last = hours
    found = first * SECONDS_AN_HOUR + streams.below((last - first) * SECONDS_AN_HOUR, count, *names)
    return np.minimum(found, SECONDS_A_DAY - 1)


def stamps(moments: Moments, *, nullable: bool = False) -> Stamp:
    """Moments as a column; `NEVER` is null, where it is nullable."""
    if not nullable:
        days, seconds = np.divmod(moments, SECONDS_A_DAY)
        return Stamp(days.astype(np.int32), seconds.astype(np.int32))
    known = moments != NEVER
    days, seconds = np.divmod(np.where(known, moments, 0), SECONDS_A_DAY)
    # Absent ones lie on the first day that is there, so that the table of days stays small.
    first = days[known].min() if known.any() else 0
    days = np.where(known, days, first)
    return Stamp(days.astype(np.int32), or_null(known, seconds), nullable=True)
