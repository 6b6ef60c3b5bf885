"""What makes members differ: how often, on which weekdays, at what hour, and what for they come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datagen.fitness.rules.visits import VisitRules
from datagen.sampling import deviates, lognormal_table, pick, quantiles, threshold
from datagen.streams import Streams

_LEAST_SHARE = 1e-9


@dataclass(frozen=True)
class Traits:
    """One entry a member: `daily` is the probability of a visit by weekday (Monday first); minutes of the day;
    `leaning` is a place in the rule `visits.cardio_leaning`."""

    daily: NDArray[np.float32]
    habit: NDArray[np.int32]
    reluctance: NDArray[np.int64]
    leaning: NDArray[np.intp]


def draw_traits(count: int, rules: VisitRules, streams: Streams) -> Traits:
    """The traits of `count` members; the first ones do not depend on how many follow."""
    often = streams.lanes(count, "weekly")
    hundredths = lognormal_table(100 * rules.weekly_median, rules.weekly_sigma, 0, 100 * rules.weekly_cap)
    weekly = quantiles(hundredths, often) / 100
    weekly = np.where(streams.lanes(count, "rare") < threshold(rules.rare_share), rules.rare_weekly, weekly)

    weights = np.asarray(rules.weekday_weights)
    wanted = np.array([int(name) for name in rules.preferred_days.names])
    days = wanted.take(pick(rules.preferred_days.shares, often))  # who comes often has more of them
    score = (streams.lanes(count * 7, "weekdays").reshape(count, 7) + 1.0) * weights
    rank = (-score).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    preferred = rank < days[:, None]
    inside, outside = weights * preferred, weights * ~preferred
    share = rules.preferred_share * inside / inside.sum(axis=1, keepdims=True)
    share += (1 - rules.preferred_share) * outside / np.maximum(outside.sum(axis=1, keepdims=True), _LEAST_SHARE)

    kind = pick(rules.habits.shares, streams.lanes(count, "habit"))
    middle, spread = np.asarray(rules.habit_minutes).take(kind), np.asarray(rules.habit_spread).take(kind)
    habit = np.rint(middle + spread * deviates(streams.lanes(count, "hour"))).clip(0, 1439).astype(np.int32)
    return Traits(
        daily=_spread(weekly, share, rules.daily_most),
        habit=habit,
        reluctance=np.asarray(rules.reluctance).take(
            pick(rules.reluctance_shares.shares, streams.lanes(count, "classes"))
        ),
        leaning=pick(rules.leaning_shares.shares, streams.lanes(count, "machines")),
    )


def _spread(weekly: NDArray[np.float64], shares: NDArray[np.float64], most: float) -> NDArray[np.float32]:
    """(members, 7): visits a week spread over the days in these shares, none of which takes more than `most`.

    What a full day cannot take goes to the others, so that the week's sum is kept as far as there are days for it.
    """
    daily = weekly[:, None] * shares
    rows = np.flatnonzero((daily > most).any(axis=1))
    for _ in range(shares.shape[1]):
        if not len(rows):
            break
        full = daily[rows] >= most
        left = np.where(full, 0, shares[rows])
        rest = weekly[rows] - most * full.sum(axis=1)
        scale = np.maximum(rest, 0) / np.maximum(left.sum(axis=1), _LEAST_SHARE)
        daily[rows] = np.where(full, most, left * scale[:, None])
        rows = rows[(daily[rows] > most).any(axis=1)]
    # Rounded, so that machines that differ in the last bit agree.
    return np.round(np.minimum(daily, most), 6).astype(np.float32)
