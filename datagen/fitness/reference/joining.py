"""When members join, and when their row last changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import SECONDS_AN_HOUR, add_months, month_number, month_start, weekday
from datagen.fitness.rules.members import MemberRules
from datagen.sampling import scaled, threshold
from datagen.streams import Streams

_FINE = 1_000_000  # whole steps that weights are rounded to, so that their sums are exact
_FIRST_DAYS, _LAST_DAYS = 3, 2  # of a month, in which offers begin and end
_LEAST_GROWTH = 0.05  # so that a fall leaves some joins to every day


def join_days(spread: NDArray[np.float64], today: int, rules: MemberRules) -> NDArray[np.int32]:
    """A join day for each number in [0, 1): by season, weekday, day of the month and growth, before the as-of day."""
    first = int(add_months(today, -12 * rules.years))
    days = np.arange(first, today)
    month = month_number(days)
    length = month_start(month + 1) - month_start(month)
    middle = (first + today) // 2
    place = days - month_start(month)
    begin, usual, end = rules.join_days
    by_day = np.where(place < _FIRST_DAYS, begin, np.where(length - place <= _LAST_DAYS, end, usual))
    weight = (
        np.array(rules.join_months)[month % 12]
        / length
        * np.array(rules.join_weekdays)[weekday(days)]
        * by_day
        * np.maximum(1 + rules.growth * (days - middle) / 365, _LEAST_GROWTH)
    )
    total = np.cumsum(np.rint(weight * _FINE).astype(np.int64))
    place = np.searchsorted(total, np.floor(spread * total[-1]), side="right")
    chosen: NDArray[np.int32] = days[np.minimum(place, len(days) - 1)].astype(np.int32)
    return chosen


def last_changes(
    streams: Streams,
    joined: NDArray[np.int32],
    active: NDArray[np.bool_],
    since: NDArray[np.int32],
    today: int,
    rules: MemberRules,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Day and second of each row's last change, never before the join nor on the as-of day.

    It is the day `since` when those who are not `active` left or paused, and a change of address or telephone, or the
    join itself, of everyone else.
    """
    count = len(joined)
    changed = streams.lanes(count, "changed") < threshold(rules.contact_change_share)
    details = joined + np.where(changed, scaled(streams.lanes(count, "change day"), today - joined), 0)
    day = np.where(active, details, since)
    opens, closes = rules.desk_hours
    second = opens * SECONDS_AN_HOUR + streams.below((closes - opens) * SECONDS_AN_HOUR, count, "second")
    return day.astype(np.int32), second.astype(np.int32)


def birth_days(joined: NDArray[np.int32], ages: NDArray[np.int64], lanes: NDArray[np.uint16]) -> NDArray[np.int32]:
    """Days of birth of people who have completed `ages` years on the day they join."""
    return (add_months(joined, -12 * ages) - scaled(lanes, 365)).astype(np.int32)
