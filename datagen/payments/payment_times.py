"""When the payments of a day are made, and which of them repeat one that was declined."""

from __future__ import annotations

from functools import lru_cache
from operator import mul
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import SECONDS_AN_HOUR, date_of
from datagen.payments.daily_volume import FOOD_CODE, STEPS, between, closes_early
from datagen.payments.rules.activity import FIRST_HOUR, ActivityRules
from datagen.payments.trade import Day, Trade
from datagen.sampling import LANES, order_by, scaled, threshold
from datagen.streams import Streams

_PARTS = 16  # of a second, in which the curve of a day is counted
_LEAST_WEIGHT = 0.02  # with which the curve begins and ends, at least: nowhere may it fall to nothing


class Moments(NamedTuple):
    """The payments of a day in the order of time."""

    merchant: NDArray[np.int64]
    second: NDArray[np.int64]
    """Of the day."""
    retry: NDArray[np.intp]
    """The places of payments that repeat one that was declined, ascending ..."""
    failed: NDArray[np.intp]
    """... and the places of these: each is the merchant's payment before."""


def moments(trade: Trade, at: Streams, day: Day) -> Moments:
    """When who is paid; a function of its arguments alone.

    A merchant's payments are some seconds apart, so that no terminal has two at once. They are drawn from what is left
    of the day without these seconds, which are then put in between.
    """
    rules = trade.rules
    turn = np.repeat(np.arange(len(day.trading)), day.counts)
    count, first, span = len(turn), *opening(rules.activity)
    food = (day.roster.industry[day.trading] == FOOD_CODE).astype(np.int64) * (STEPS + 1)
    curve = day_curve(rules.activity, closing_early(day.number))
    second = between(curve, at.words(count, "time").astype(np.int64), food.take(turn))
    gap = rules.payments.terminal_seconds
    second = second * (span - gap * day.counts).take(turn) // (span * _PARTS)
    # In the order of the merchants, and for each of time.
    second = second.take(_by_turn(turn, second))
    begins = np.cumsum(day.counts) - day.counts
    rank = np.arange(count) - begins.take(turn)
    second += rank * gap
    again = (at.lanes(count, "retry") < threshold(rules.cards.retry_share)) & (rank > 0)
    again[1:] &= ~again[:-1]
    rows = np.flatnonzero(again)
    low, high = rules.cards.retry_seconds
    delay = low + scaled(at.lanes(len(rows), "retry", "seconds"), high - low + 1)
    second[rows] = np.minimum(second[rows], second[rows - 1] + delay)
    # From here on the rows stand in the order of time; what is drawn from now on needs no more sorting.
    order = second.astype(np.uint16).argsort(kind="stable")
    place = np.empty(count, np.intp)
    place[order] = np.arange(count)
    retry = np.sort(place[rows])
    return Moments(day.trading.take(turn.take(order)), second.take(order) + first, retry, place[order.take(retry) - 1])


def opening(rules: ActivityRules) -> tuple[int, int]:
    """The first second in which payments are made, and how many there are."""
    first, end = rules.opening_hours
    return first * SECONDS_AN_HOUR, (end - first) * SECONDS_AN_HOUR


def _by_turn(turn: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.intp]:
    if len(turn) and turn[-1] >= LANES:
        return np.lexsort((second, turn))
    return order_by(turn.astype(np.uint16), second.astype(np.uint16))  # 16 bits are sorted by radix


def closing_early(day: int) -> int:
    """The day of December if it is the 24th or the 31st, on which shops close early; else 0."""
    date = date_of(day)
    return date.day if closes_early(date) else 0


@lru_cache(maxsize=8)
def day_curve(rules: ActivityRules, early: int = 0) -> NDArray[np.int64]:
    """Quantiles of the time since opening, sixteenths of a second, for `between`: of most merchants, then of food.

    The density runs straight from the middle of one hour to that of the next.
    """
    weights = (rules.hours, rules.food_hours)
    if early:
        parts = rules.early_hours(early)
        shops, food = (tuple(map(mul, hours, part)) for hours, part in zip(weights, parts, strict=True))
        weights = shops, food
    return np.concatenate([_quantiles(day_density(hours, rules)) for hours in weights])


def day_density(weights: tuple[float, ...], rules: ActivityRules) -> NDArray[np.float64]:
    """How often payments are made at each minute since opening, and at closing, by the weights of the hours from 8 on.

    Their unit is any.
    """
    first, end = rules.opening_hours
    known = np.array(weights[first - FIRST_HOUR : end - FIRST_HOUR])
    # Beyond the middles of the first and the last hour it runs on as between them and their neighbours.
    ends = known[[0, -1]] - (known[[min(1, len(known) - 1), max(-2, -len(known))]] - known[[0, -1]]) / 2
    hours = np.concatenate([[0], np.arange(len(known)) + 0.5, [len(known)]]) * SECONDS_AN_HOUR
    minutes = np.arange(0, opening(rules)[1] + 1, 60)
    weight = np.concatenate([ends[:1], known, ends[1:]]).clip(_LEAST_WEIGHT)
    density: NDArray[np.float64] = np.interp(minutes, hours, weight)
    return density


def _quantiles(density: NDArray[np.float64]) -> NDArray[np.int64]:
    minutes = np.arange(len(density)) * 60
    reached = np.concatenate([[0], np.cumsum((density[1:] + density[:-1]) / 2)])
    values = np.interp(np.arange(STEPS + 1) / STEPS, reached / reached[-1], minutes)
    # Rounded, so that machines that differ in the last bit agree.
    return np.rint(np.round(values * _PARTS, 6)).astype(np.int64)
