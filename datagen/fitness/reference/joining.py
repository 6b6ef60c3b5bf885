"""When members join, what their membership has come to, and when their row last changed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import SECONDS_AN_HOUR, add_months, month_number, month_start, weekday
from datagen.fitness.rules.members import MemberRules
from datagen.sampling import quota_pick, scaled, stratified, threshold
from datagen.streams import Streams

_FINE = 1_000_000  # whole steps that weights are rounded to, so that their sums are exact
_QUOTA = 20  # members of one tenure in which the shares of statuses are met exactly
_CANDIDATES = 3  # leaving days drawn, of which the first in season is taken
_DAYS_A_MONTH = 30
_LEAST_GROWTH = 0.05  # so that a fall leaves some joins to every day


def join_days(spread: NDArray[np.float64], today: int, rules: MemberRules) -> NDArray[np.int32]:
    """A join day for each number in [0, 1): by season, weekday and growth, before the as-of day."""
    first = int(add_months(today, -12 * rules.years))
    days = np.arange(first, today)
    month = month_number(days)
    length = month_start(month + 1) - month_start(month)
    middle = (first + today) // 2
    weight = (
        np.array(rules.join_months)[month % 12]
        / length
        * np.array(rules.join_weekdays)[weekday(days)]
        * np.maximum(1 + rules.growth * (days - middle) / 365, _LEAST_GROWTH)
    )
    total = np.cumsum(np.rint(weight * _FINE).astype(np.int64))
    place = np.searchsorted(total, np.floor(spread * total[-1]), side="right")
    chosen: NDArray[np.int32] = days[np.minimum(place, len(days) - 1)].astype(np.int32)
    return chosen


def statuses(streams: Streams, joined: NDArray[np.int32], today: int, rules: MemberRules) -> NDArray[np.str_]:
    """The status of each member by quotas of their tenure, in the order of the rows.

    Who joined within the shortest spell is Active still; the other new members make up for them.
    """
    tenure = today - joined
    band = np.searchsorted([rules.new_tenure, rules.long_tenure], tenure, side="right")
    able = tenure > rules.shortest_spell
    status = np.full(len(joined), "Active", "<U9")
    settled = (rules.new_tenure - 1) / max(rules.new_tenure - 1 - rules.shortest_spell, 1)
    for place, mix in enumerate((rules.new_status, rules.recent_status, rules.long_status)):
        rows = np.flatnonzero(able & (band == place))
        others = np.array([0.0 if name == "Active" else share for name, share in mix.items()])
        others *= settled if place == 0 else 1.0
        weights = np.where(np.array(mix.names) == "Active", max(1 - others.sum(), 0), others)
        spread = stratified(streams, len(rows), _QUOTA, "status", place)
        status[rows] = np.array(mix.names)[quota_pick(weights.tolist(), spread)]
    return status


def last_changes(
    streams: Streams, joined: NDArray[np.int32], status: NDArray[np.str_], today: int, rules: MemberRules
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Day and second of each row's last change, never before the join nor on the as-of day.

    It is the end of the membership of who left, the start of the running freeze of who paused, and a change of
    address or telephone, or the join itself, of everyone else.
    """
    count = len(joined)
    day = joined.copy()
    changed = (status == "Active") & (streams.lanes(count, "changed") < threshold(rules.contact_change_share))
    day += np.where(changed, scaled(streams.lanes(count, "change day"), today - joined), 0).astype(np.int32)
    frozen_from = np.maximum(joined + rules.shortest_spell, today - rules.freeze_days)
    freeze = frozen_from + scaled(streams.lanes(count, "freeze day"), np.maximum(today - frozen_from, 1))
    day = np.where(status == "Suspended", freeze, day)
    left = np.flatnonzero(status == "Cancelled")
    day[left] = leaving_days(streams, count, joined, today, rules)[left]
    opens, closes = rules.desk_hours
    second = opens * SECONDS_AN_HOUR + streams.below((closes - opens) * SECONDS_AN_HOUR, count, "second")
    return day.astype(np.int32), second.astype(np.int32)


def leaving_days(
    streams: Streams, count: int, joined: NDArray[np.int32], today: int, rules: MemberRules
) -> NDArray[np.int32]:
    """The day on which each of the members would leave: sooner rather than later, and more often in some months."""
    term = int(today - joined.min(initial=today)) + 1
    early = np.maximum(1 - np.arange(term) / (rules.early_months * _DAYS_A_MONTH), 0)
    hazard = np.cumsum(np.rint((1 + rules.early_leaving * early) * 1_000).astype(np.int64))
    before = hazard[min(rules.shortest_spell, term) - 1]
    span = np.maximum(hazard[today - joined - 1] - before, 1)
    season = threshold(np.array(rules.leaving_months) / max(rules.leaving_months))
    day = joined.copy()
    pending = np.ones(count, np.bool_)
    for attempt in range(_CANDIDATES):
        target = before + streams.below(span, count, "leaving", attempt)
        candidate = joined + np.searchsorted(hazard, target, side="right")
        day = np.where(pending, candidate, day)
        pending &= streams.lanes(count, "in season", attempt) >= season[month_number(candidate) % 12]
    return np.minimum(day, today - 1).astype(np.int32)


def birth_days(joined: NDArray[np.int32], ages: NDArray[np.int64], lanes: NDArray[np.uint16]) -> NDArray[np.int32]:
    """Days of birth of people who have completed `ages` years on the day they join."""
    return (add_months(joined, -12 * ages) - scaled(lanes, 365)).astype(np.int32)
