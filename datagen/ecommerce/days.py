"""How many orders each day has, and how many items each order: exact counts."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of, day_number, month_number, weekday
from datagen.ecommerce.catalogue import DAYS_A_YEAR, Span
from datagen.ecommerce.promotions import Promotions, days_with_promotion
from datagen.ecommerce.rules.orders import OrderRules
from datagen.ecommerce.shares import shared_out
from datagen.ecommerce.size import Size
from datagen.frozen import dataclass
from datagen.sampling import counts, deviates
from datagen.streams import Streams

_BLOCK = 1 << 16
"""Orders whose sizes are drawn at a time."""
_GRID = 1 << 16


@dataclass(frozen=True)
class OrderPlan:
    """Orders by day, and items by order."""

    orders: NDArray[np.int64]
    """The number of orders of each day of the window."""
    sizes: NDArray[np.uint8]
    """The number of items of each order, in the order of the orders; a byte each, all that lasts of an order."""
    first_orders: NDArray[np.int64]
    """The number of orders before each day, and all."""
    items_of_days: NDArray[np.int64]
    """The number of items of each day."""


def make_plan(size: Size, rules: OrderRules, span: Span, promotions: Promotions, streams: Streams) -> OrderPlan:
    """The plan: orders by largest remainder of what chance makes of the days; items one by one."""
    orders = orders_of_days(size.orders, rules, span, promotions, streams.at("days"))
    sizes = sizes_of_orders(size, rules, streams.at("sizes"))
    firsts = np.concatenate([[0], np.cumsum(orders)])
    items, busy = np.zeros(len(orders), np.int64), np.flatnonzero(orders)
    items[busy] = np.add.reduceat(sizes, firsts.take(busy), dtype=np.int64)
    return OrderPlan(orders, sizes, firsts, items)


def orders_of_days(
    total: int, rules: OrderRules, span: Span, promotions: Promotions, streams: Streams
) -> NDArray[np.int64]:
    """Orders of each day: month, weekday, promotions, growth and chance beyond Poisson; they add up to the total."""
    days = np.arange(span.start, span.as_of)
    weights = np.array(rules.months).take(month_number(days) % 12) * np.array(rules.weekdays).take(weekday(days))
    weights *= np.where(days_with_promotion(promotions, span), rules.promotion_days, 1.0)
    weights *= special_days(days, rules)
    weights *= (1 + rules.growth) ** ((days - span.start) / DAYS_A_YEAR)
    weights *= np.exp(rules.day_sigma * deviates(streams.lanes(len(days), "chance")))
    weights = np.round(weights, 9)
    means = np.round(weights * (total / np.cumsum(weights)[-1]), 6)
    drawn = counts(means, streams.lanes(len(days), "orders")).astype(np.float64)
    if not drawn.any():
        drawn = means
    return shared_out(total, drawn, streams.words(len(days), "ties"))


def special_days(days: NDArray[np.int64], rules: OrderRules) -> NDArray[np.float64]:
    """What days about Thanksgiving and Christmas do to orders, times those of other days."""
    thanksgiving, black_friday, cyber_monday, eve, christmas, new_year = rules.special_days
    found = np.ones(len(days))
    for year in range(date_of(int(days[0])).year, date_of(int(days[-1])).year + 1):
        first = day_number(dt.date(year, 11, 1))
        fourth_thursday = first + (3 - int(weekday(first))) % 7 + 21
        for day, factor in (
            (fourth_thursday, thanksgiving),
            (fourth_thursday + 1, black_friday),
            (fourth_thursday + 4, cyber_monday),
            (day_number(dt.date(year, 12, 24)), eve),
            (day_number(dt.date(year, 12, 25)), christmas),
            (day_number(dt.date(year, 1, 1)), new_year),
        ):
            found[days == day] = factor
    return found


def sizes_of_orders(size: Size, rules: OrderRules, streams: Streams) -> NDArray[np.uint8]:
    """Items of each order: 1 and a negative binomial number, cut, and one more or less until they add up."""
    most = size.most_items
    table = _negative_binomial(size.items / size.orders - 1, rules.item_dispersion, most - 1)
    found = np.empty(size.orders, np.uint8)
    for block, first in enumerate(range(0, size.orders, _BLOCK)):
        count = min(_BLOCK, size.orders - first)
        found[first : first + count] = 1 + table.take(streams.lanes(count, block))
    turn = 0
    while missing := size.items - int(found.sum(dtype=np.int64)):
        _bring_nearer(found, missing, most, streams.at("turn", turn))
        turn += 1
    return found


def _bring_nearer(sizes: NDArray[np.uint8], missing: int, most: int, streams: Streams) -> None:
    """Give orders an item more, or one less, none twice, until none are missing or none is able, block by block."""
    blocks = [sizes[first : first + _BLOCK] for first in range(0, len(sizes), _BLOCK)]

    def able(block: NDArray[np.uint8]) -> NDArray[np.bool_]:
        marks: NDArray[np.bool_] = block < most if missing > 0 else block > 1
        return marks

    room = np.array([np.count_nonzero(able(block)) for block in blocks])
    wanted = shared_out(min(abs(missing), int(room.sum())), room)
    for place, (block, count) in enumerate(zip(blocks, np.minimum(wanted, room).tolist(), strict=True)):
        if count:
            rows = np.flatnonzero(able(block))
            # As even as a shuffle, at the price of its own size.
            start = int(streams.below(len(rows), 1, place)[0])
            picked = rows[(start + np.arange(count) * len(rows) // count) % len(rows)]
            block[picked] += np.uint8(1) if missing > 0 else np.uint8(255)


def _negative_binomial(mean: float, dispersion: float, most: int) -> NDArray[np.uint8]:
    """Quantiles, over 65,536 lanes, of a negative binomial number of this mean, cut."""
    chance = dispersion / (dispersion + max(mean, 0.0))
    terms, term = [], chance**dispersion
    for number in range(most):
        terms.append(term)
        term *= (number + dispersion) / (number + 1) * (1 - chance)
    limits = np.rint(np.round(np.cumsum(terms), 9) * _GRID).astype(np.int64) if terms else np.zeros(0, np.int64)
    return np.searchsorted(np.minimum(limits, _GRID), np.arange(_GRID), side="right").astype(np.uint8)
