"""What makes members differ: how often, on which weekdays, at what hour, and what for they come."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datagen.fitness.rules.visits import VisitRules
from datagen.sampling import deviates, lognormal_table, pick, quantiles, threshold
from datagen.streams import Streams

_MOST_LIKELY = 0.97


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
    hundredths = lognormal_table(100 * rules.weekly_median, rules.weekly_sigma, 0, 100 * rules.weekly_cap)
    weekly = quantiles(hundredths, streams.lanes(count, "weekly")) / 100
    weekly = np.where(streams.lanes(count, "rare") < threshold(rules.rare_share), rules.rare_weekly, weekly)

    weights = np.asarray(rules.weekday_weights)
    wanted = np.array([int(name) for name in rules.preferred_days.names])
    days = wanted.take(pick(rules.preferred_days.shares, streams.lanes(count, "days")))
    score = (streams.lanes(count * 7, "weekdays").reshape(count, 7) + 1.0) * weights
    rank = (-score).argsort(axis=1, kind="stable").argsort(axis=1, kind="stable")
    preferred = rank < days[:, None]
    inside, outside = weights * preferred, weights * ~preferred
    share = rules.preferred_share * inside / inside.sum(axis=1, keepdims=True)
    share += (1 - rules.preferred_share) * outside / np.maximum(outside.sum(axis=1, keepdims=True), 1e-9)
    daily = np.minimum(weekly[:, None] * share, _MOST_LIKELY).astype(np.float32)

    kind = pick(rules.habits.shares, streams.lanes(count, "habit"))
    middle, spread = np.asarray(rules.habit_minutes).take(kind), np.asarray(rules.habit_spread).take(kind)
    habit = np.rint(middle + spread * deviates(streams.lanes(count, "hour"))).clip(0, 1439).astype(np.int32)
    return Traits(
        daily=daily,
        habit=habit,
        reluctance=np.asarray(rules.reluctance).take(
            pick(rules.reluctance_shares.shares, streams.lanes(count, "classes"))
        ),
        leaning=pick(rules.leaning_shares.shares, streams.lanes(count, "machines")),
    )
