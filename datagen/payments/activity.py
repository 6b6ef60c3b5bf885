"""How many payments each merchant gets on a day, and at which hours."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of, weekday
from datagen.payments.book import Roster
from datagen.payments.columns import MICRO
from datagen.payments.rules import ActivityRules, PaymentsRules
from datagen.payments.vocabulary import FOOD, TRADES
from datagen.sampling import counts, cumulative, lognormal_table, quantiles, scaled, threshold
from datagen.streams import Streams

SLOTS = 8  # terminals a merchant can have at most; a place in a stream belongs to each, so it must never change
_SCALE = 1 << 16
FOOD_CODE = list(TRADES).index(FOOD)


class Traits(NamedTuple):
    """What stays with a merchant, by number less one; it follows from the seed and the number."""

    level: NDArray[np.int32]
    """The place of a usual day within the size's range, in 65,536ths."""
    closed_on: NDArray[np.int64]
    """The day of the week on which it is closed, -1 for none; 0 is Monday."""
    ticket: NDArray[np.int64]
    """The factor on its amounts, in 65,536ths."""
    terminal: NDArray[np.uint16]
    """Which share of its size's terminals it has."""
    latitude: NDArray[np.int64]
    longitude: NDArray[np.int64]
    """Where its terminals are from its ZIP, in millionths of a degree, by `SLOTS` x merchant + terminal."""


def traits(streams: Streams, rules: PaymentsRules, count: int) -> Traits:
    """The traits of the first `count` merchants."""
    at, activity = streams.at("trait"), rules.activity
    level = lognormal_table(activity.level_median * _SCALE, activity.level_sigma, activity.level_least * _SCALE, _SCALE)
    closed = at.lanes(count, "closed") < threshold(activity.closed_weekday_share)
    low, high = (round(factor * _SCALE) for factor in rules.payments.ticket)
    spread = 2 * round(rules.payments.terminal_degrees * MICRO) + 1
    return Traits(
        level=quantiles(level, at.lanes(count, "level")),
        closed_on=np.where(closed, scaled(at.lanes(count, "closed", "weekday"), 7), -1),
        ticket=low + scaled(at.lanes(count, "ticket"), high - low + 1),
        terminal=at.lanes(count, "terminals"),
        latitude=at.below(spread, count * SLOTS, "terminal", "latitude") - spread // 2,
        longitude=at.below(spread, count * SLOTS, "terminal", "longitude") - spread // 2,
    )


def season_factor(rules: ActivityRules, day: int) -> float:
    """Times an ordinary day's payments."""
    date = date_of(day)
    place = date.month * 100 + date.day
    for (first, last), factor in (
        (rules.holiday_days, rules.holiday_factor),
        (rules.summer_days, rules.summer_factor),
    ):
        if first <= place <= last:
            return factor
    return 1.0


def daily_counts(
    streams: Streams, rules: PaymentsRules, roster: Roster, own: Traits, day: int
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The merchants (by number less one) that are paid on a day, and how often each; inside the size's range."""
    activity, total = rules.activity, len(roster.active)
    at = streams.at("day", day)
    of_week = int(weekday(day))
    is_open = roster.active & (own.closed_on[:total] != of_week)
    is_open &= at.lanes(total, "closed") >= threshold(activity.closed_share)
    trading = np.flatnonzero(is_open)
    size = roster.size[trading]
    factor = season_factor(activity, day)
    low, high = np.array(rules.sizes.of("daily_tx_range"), np.float64).T
    food = roster.industry[trading] == FOOD_CODE
    usual = np.where(food, activity.food_weekdays[of_week], activity.weekdays[of_week])
    level = own.level[:total][trading] / _SCALE
    mean = (low[size] + (high - low)[size] * level) * usual * factor
    drawn = counts(mean, at.lanes(total, "counts")[trading])
    least, most = np.ceil(np.round(low * factor, 6)), np.floor(np.round(high * factor, 6))
    return trading, np.clip(drawn, least[size], most[size]).astype(np.int64)


@lru_cache(maxsize=4)
def hour_table(rules: ActivityRules) -> NDArray[np.uint8]:
    """The hour of a payment for each 16-bit number: row 0 for most merchants, row 1 for those who sell food."""
    first, end = rules.opening_hours
    table = np.empty((2, _SCALE), np.uint8)
    for row, weights in enumerate((rules.hours, rules.food_hours)):
        limits = cumulative(weights[first - 8 : end - 8]).astype(np.int64)
        table[row] = np.repeat(np.arange(first, end), np.diff(limits, prepend=0))
    return table
