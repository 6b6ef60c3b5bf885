"""How many visits to expect, by facility and quarter: what the timetable is planned from."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.fitness.course import Spells
from datagen.fitness.memberships import suspended
from datagen.fitness.rules.visits import VisitRules
from datagen.fitness.traits import Traits

_DAYS_A_YEAR = 365.25


def attendance(rules: VisitRules, days_since_joining: NDArray[np.int64]) -> NDArray[np.float64]:
    """How much of their own habit members keep, by tenure."""
    fallen = rules.start_attendance - rules.yearly_decline / _DAYS_A_YEAR * days_since_joining
    return np.asarray(np.maximum(fallen, rules.least_attendance), np.float64)


def attendance_by_day(rules: VisitRules, days_since_joining: NDArray[Any], days: int) -> NDArray[np.float32]:
    """(members, days): the same over some days, the first of them so long after joining; before it does not matter."""
    a_day = np.float32(rules.yearly_decline / _DAYS_A_YEAR)
    first = (np.float32(rules.start_attendance) - a_day * days_since_joining.astype(np.float32))[:, None]
    keen: NDArray[np.float32] = first - a_day * np.arange(days, dtype=np.float32)
    return np.maximum(keen, np.float32(rules.least_attendance), out=keen)


def expected_weekly_visits(
    spells: Spells,
    traits: Traits,
    homes: NDArray[np.intp],
    joins: NDArray[np.int32],
    facilities: int,
    blocks: list[tuple[int, int]],
    rules: VisitRules,
    as_of: int,
) -> NDArray[np.float64]:
    """(facilities, blocks): visits a week over each block [first day, last day + 1), seasons aside.

    Days from the as-of day on are expected to be like those of the members who are active then.
    """
    weekly = traits.daily.astype(np.float64).sum(axis=1).take(spells.members)
    home = homes.take(spells.members)
    out = np.zeros((facilities, len(blocks)))
    for place, (low, high) in enumerate(blocks):
        starts = np.maximum(spells.starts, low)
        days = np.minimum(spells.ends_by(max(high, as_of + 1)), high) - starts
        days = np.where(suspended(spells), 0, np.maximum(days, 0))
        tenure = np.maximum((low + high) // 2 - joins.take(spells.members), 0).astype(np.int64)
        visits = weekly * rules.present_share() * attendance(rules, tenure) * days / (high - low)
        # Whole hundredths, so that the sum does not depend on the order in which a machine adds.
        out[:, place] = np.bincount(home, np.rint(visits * 100), facilities) / 100
    return out
