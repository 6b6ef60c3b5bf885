"""How many payments each merchant gets on a day, and at which hours."""

from __future__ import annotations

import datetime as dt
import math
from functools import lru_cache
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of, weekday
from datagen.columns import or_no_code
from datagen.payments.columns import MICRO
from datagen.payments.merchant_book import Roster
from datagen.payments.rules import PaymentsRules
from datagen.payments.rules.activity import EARLY_DAYS, ActivityRules
from datagen.payments.rules.business import MOST_TERMINALS
from datagen.payments.vocabulary import FOOD, RETAIL, TRADES
from datagen.sampling import scaled, threshold
from datagen.streams import Streams

_SCALE = 1 << 16
_STEP_BITS = 10
STEPS = 1 << _STEP_BITS
"""Steps of a quantile table: few enough that those of all industries stay in the processor's cache."""
_FAR, _STEPS_A_DEVIATION = 6, 128
_LEAST_MEAN = 0.25
_SURE = 1e-6  # a chance that is as good as none
_MONDAY, _THURSDAY, _FOURTH_WEEK = 0, 3, range(22, 29)
FOOD_CODE, RETAIL_CODE = (list(TRADES).index(trade) for trade in (FOOD, RETAIL))


class Traits(NamedTuple):
    """What stays with a merchant, by number less one; it follows from the seed and the number."""

    level: NDArray[np.int32]
    """The place of a usual day within the size's range, in 65,536ths."""
    closed_on: NDArray[np.intp]
    """The day of the week on which it is closed, -1 for none; 0 is Monday."""
    ticket: NDArray[np.int64]
    """The factor on its amounts, in 65,536ths."""
    terminal: NDArray[np.uint16]
    """Which share of its size's terminals it has."""
    latitude: NDArray[np.int64]
    longitude: NDArray[np.int64]
    """Where its terminals are from its ZIP, in millionths of a degree, by `MOST_TERMINALS` x merchant + terminal."""
    present: NDArray[np.uint16]
    """Whether more of its payments than of others of its industry are made with the card present."""


def traits(streams: Streams, rules: PaymentsRules, count: int) -> Traits:
    """The traits of the first `count` merchants."""
    at, activity = streams.at("trait"), rules.activity
    middle, least = activity.level_median * _SCALE, activity.level_least * _SCALE
    level = truncated_lognormal(middle, activity.level_sigma, least, _SCALE)
    closed = at.lanes(count, "closed") < threshold(activity.closed_weekday_share)
    low, high = (round(factor * _SCALE) for factor in rules.payments.ticket)
    shop, spread = rules.payments.shop_degrees, rules.payments.terminal_degrees
    latitude, longitude = (
        np.repeat(_within(at, shop, count, "shop", name), MOST_TERMINALS)
        + _within(at, spread, count * MOST_TERMINALS, "terminal", name)
        for name in ("latitude", "longitude")
    )
    return Traits(
        level=between(level, at.words(count, "level").astype(np.int64)).astype(np.int32),
        closed_on=or_no_code(closed, scaled(at.lanes(count, "closed", "weekday"), 7)),
        ticket=low + scaled(at.lanes(count, "ticket"), high - low + 1),
        terminal=at.lanes(count, "terminals"),
        latitude=latitude,
        longitude=longitude,
        present=at.lanes(count, "present"),
    )


def _within(at: Streams, degrees: float, count: int, *names: str) -> NDArray[np.int64]:
    """Millionths of a degree, so many degrees either way at most."""
    most = round(degrees * MICRO)
    return at.below(2 * most + 1, count, *names) - most


def volumes(rules: PaymentsRules, roster: Roster, own: Traits) -> NDArray[np.int64]:
    """The payments of a usual day of each merchant, in 65,536ths."""
    low, high = np.array(rules.sizes.of("daily_tx_range"), np.int64).T
    usual: NDArray[np.int64] = low[roster.size] * _SCALE + (high - low)[roster.size] * own.level[: len(roster.size)]
    return usual


@lru_cache(maxsize=16)
def truncated_lognormal(median: float, sigma: float, low: float, high: float) -> NDArray[np.int64]:
    """Quantiles of a log-normal distribution of which only what lies between two ends counts, for `between`.

    Clipped, a part of all values would lie at the ends themselves, and an end would be the commonest value.
    """
    normal = NormalDist()
    first, last = (
        round(normal.cdf(math.log(end / median) / sigma), 9) if sigma > 0 and end > 0 else float(end > median)
        for end in (low, high)
    )
    chances = np.clip(first + (last - first) * np.arange(STEPS + 1) / STEPS, _SURE, 1 - _SURE)
    deviates = np.round([normal.inv_cdf(chance) for chance in chances.tolist()], 6)
    values = median * np.array([math.exp(sigma * deviate) for deviate in deviates.tolist()])
    # Rounded, so that machines that differ in the last bit agree.
    return np.rint(np.clip(np.round(values, 6), low, high)).astype(np.int64)


def between(table: NDArray[np.int64], words: NDArray[np.int64], rows: NDArray[np.int64] | int = 0) -> NDArray[np.int64]:
    """A value between two quantiles of a table for each 32-bit number; `rows` are the places where its table begins."""
    step, rest = (words >> 32 - _STEP_BITS) + rows, words >> 16 - _STEP_BITS & 0xFFFF
    low = table[step]
    values: NDArray[np.int64] = low + ((table[step + 1] - low) * rest >> 16)
    return values


def is_feast(date: dt.date) -> bool:
    """Whether a day is Thanksgiving (the fourth Thursday of November) or the 25th of December."""
    if date.month == 11:
        return date.weekday() == _THURSDAY and date.day in _FOURTH_WEEK
    return (date.month, date.day) == (12, 25)


def is_public_holiday(date: dt.date) -> bool:
    """Whether a day is New Year's Day, Memorial Day, Independence Day or Labor Day, on which many are open."""
    if date.weekday() == _MONDAY and (date.month, date.day) >= (5, 25):
        return date.month == 5 or (date.month == 9 and date.day <= 7)
    return (date.month, date.day) in ((1, 1), (7, 4))


def closes_early(date: dt.date) -> bool:
    """Whether a day is the 24th or the 31st of December, on which shops close early."""
    return date.month == 12 and date.day in EARLY_DAYS


def is_black_friday(date: dt.date) -> bool:
    """Whether a day is the one after Thanksgiving."""
    return date.month == 11 and date.weekday() == _THURSDAY + 1 and date.day - 1 in _FOURTH_WEEK


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
    streams: Streams, rules: PaymentsRules, roster: Roster, own: Traits, day: int, stage: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The merchants (by number less one) that are paid on a day, and how often each; inside the size's range.

    `stage` is the part of a usual day that each merchant has at this time of its life.
    """
    activity, total = rules.activity, len(roster.active)
    at = streams.at("day", day)
    of_week = int(weekday(day))
    is_open = roster.active & (own.closed_on[:total] != of_week)
    date = date_of(day)
    is_holiday = is_public_holiday(date)
    closed_share = (
        activity.closed_feast_share
        if is_feast(date)
        else activity.closed_holiday_share
        if is_holiday
        else activity.closed_share
    )
    is_open &= at.lanes(total, "closed") >= threshold(closed_share)
    trading = np.flatnonzero(is_open)
    size = roster.size[trading]
    factor = season_factor(activity, day)
    low, high = np.array(rules.sizes.of("daily_tx_range"), np.float64).T
    food = roster.industry[trading] == FOOD_CODE
    usual = np.where(food, activity.food_weekdays[of_week], activity.weekdays[of_week])
    if is_holiday:
        usual = usual * activity.holiday_trade
    if closes_early(date):
        usual = np.where(food, usual, usual * activity.early_trade)
    if is_black_friday(date):
        usual = np.where(roster.industry[trading] == RETAIL_CODE, usual * activity.black_friday, usual)
    level = own.level[:total][trading] / _SCALE
    mean = (low[size] + (high - low)[size] * level) * usual * stage[trading] * factor
    least, most = np.ceil(np.round(low * factor, 6)), np.floor(np.round(high * factor, 6))
    return trading, truncated_counts(mean, least[size], most[size], at.words(total, "counts")[trading])


def truncated_counts(
    means: NDArray[np.float64], least: NDArray[np.float64], most: NDArray[np.float64], words: NDArray[np.uint32]
) -> NDArray[np.int64]:
    """Whole numbers that vary about their means as Poisson counts do, of which only those in a range count.

    Clipped, all that would lie beyond an end of the range would lie at it. Means far outside of the range are drawn
    near to it, for the tail of a curve is nearly a heap, too.
    """
    means = np.clip(means, least - np.sqrt(least) / 2, most + np.sqrt(most) / 2)
    deviation = np.sqrt(np.maximum(means, _LEAST_MEAN))
    low, high = (least - 0.5 - means) / deviation, (most + 0.5 - means) / deviation
    low, high = np.clip(low, -_FAR, _FAR), np.clip(high, -_FAR, _FAR)
    # In the lower half, where the table is exact.
    sign = np.where(low > 0, -1.0, 1.0)
    low, high = np.where(low > 0, -high, low), np.where(low > 0, -low, high)
    begin, end = _below(low), _below(high)
    chance = begin + (end - begin) * ((words + 0.5) * 2.0**-32)
    counts = np.floor(np.round(means + sign * _deviate(chance) * deviation, 6) + 0.5)
    return np.clip(counts, least, most).astype(np.int64)


@lru_cache(maxsize=1)
def _normal() -> NDArray[np.float64]:
    """The chances of a normal deviate to lie below each step from `-_FAR` to `_FAR`, rounded so that machines agree."""
    steps = range(-_FAR * _STEPS_A_DEVIATION, _FAR * _STEPS_A_DEVIATION + 1)
    return np.round([NormalDist().cdf(step / _STEPS_A_DEVIATION) for step in steps], 12)


def _below(deviates: NDArray[np.float64]) -> NDArray[np.float64]:
    table, place = _normal(), (deviates + _FAR) * _STEPS_A_DEVIATION
    step = np.minimum(place.astype(np.int64), len(table) - 2)
    low = table[step]
    below: NDArray[np.float64] = low + (table[step + 1] - low) * (place - step)
    return below


def _deviate(chances: NDArray[np.float64]) -> NDArray[np.float64]:
    table = _normal()
    step = np.clip(np.searchsorted(table, chances, side="right") - 1, 0, len(table) - 2)
    low, width = table[step], table[step + 1] - table[step]
    return (step + (chances - low) / np.where(width > 0, width, 1)) / _STEPS_A_DEVIATION - _FAR
