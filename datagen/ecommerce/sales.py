"""What is ordered in a stretch of days, before the shelf has been asked: orders, items, and what becomes of them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import SECONDS_AN_HOUR, weekday
from datagen.ecommerce.demand import draw_tables, weights_of_days
from datagen.ecommerce.lines import draw_products, quantities
from datagen.ecommerce.lives import AHEAD, Lives, make_lives, returned_units
from datagen.ecommerce.market import Market, Stretch
from datagen.ecommerce.moments import NEVER, Moments, day_of, moment
from datagen.ecommerce.promotions import PriceBook, price_book
from datagen.frozen import dataclass
from datagen.sampling import pick
from datagen.streams import Streams

_SATURDAY = 5


@dataclass(frozen=True)
class Sales:
    """The orders and items of a stretch; days are counted from its first one."""

    days: NDArray[np.int64]
    """The day of each order."""
    sizes: NDArray[np.uint8]
    """The items of each order."""
    placed: Moments
    products: NDArray[np.uint16]
    """The product of each item, by place."""
    quantities: NDArray[np.uint8]
    lives: Lives
    book: PriceBook

    @property
    def orders(self) -> NDArray[np.int64]:
        """The order of each item, by place."""
        return np.repeat(np.arange(len(self.sizes)), self.sizes)


@dataclass(frozen=True)
class Demand:
    """What the shelf has to know of a stretch."""

    stretch: Stretch
    units: NDArray[np.int32]
    """Units wanted, (days, products)."""
    back: NDArray[np.int32]
    """Units that come back in the evening of each day from the first one on, (days + `AHEAD`, products)."""
    products: NDArray[np.uint16]
    quantities: NDArray[np.uint8]
    cancelled: NDArray[np.int16]
    """The day on which each order is cancelled, -1 for never."""
    returned: NDArray[np.int16]
    """The day on which what is sent back of each order arrives, -1 for never."""
    whole: NDArray[np.bool_]
    """Whether all of it is sent back."""


def streams_of(market: Market, stretch: Stretch) -> Streams:
    """The streams of a stretch."""
    return market.streams.at("stretch", stretch.start)


def make_sales(market: Market, stretch: Stretch) -> Sales:
    """The sales of a stretch, a function of its arguments alone.

    Raises:
        UsageError: if an order has more items than products are on sale.
    """
    streams, plan, rules = streams_of(market, stretch), market.plan, market.rules
    counts = plan.orders[stretch.first : stretch.last]
    first, last = plan.first_orders[stretch.first], plan.first_orders[stretch.last]
    sizes = plan.sizes[first:last]
    days = np.repeat(np.arange(len(counts)), counts)
    lanes = streams.lanes(len(days), "hours")
    at_weekend = weekday(days + stretch.start) >= _SATURDAY
    hours = np.where(at_weekend, pick(rules.orders.weekend_hours, lanes), pick(rules.orders.hours, lanes))
    seconds = hours * SECONDS_AN_HOUR + streams.below(SECONDS_AN_HOUR, len(days), "seconds")
    placed = np.sort(moment(days + stretch.start, seconds))
    end = stretch.start + len(counts)
    book = price_book(market.products, market.promotions, stretch.start, end)
    weights = weights_of_days(market.lasting, market.products, book, np.arange(stretch.start, end), rules.demand)
    departments = market.products.departments
    products = draw_products(
        draw_tables(weights, departments), weights, days, sizes, rules.demand.lean, departments, streams
    )
    lanes = streams.lanes(len(products), "quantities")
    units = quantities(market.quantity_tables, market.classes, products, lanes)
    lives = make_lives(placed, market.span.as_of, rules, streams.at("lives"))
    return Sales(days, sizes, placed, products, units, lives, book)


def return_lanes(market: Market, stretch: Stretch, items: int) -> NDArray[np.uint16]:
    """A uniform number for each item, by which it comes back or not, whatever the product."""
    return streams_of(market, stretch).lanes(items, "returned")


def units_back(market: Market, stretch: Stretch, sales: Sales) -> NDArray[np.int64]:
    """The units of each item that have come back by the as-of day."""
    orders, lives = sales.orders, sales.lives
    found = np.zeros(len(orders), np.int64)
    rows = np.flatnonzero((lives.sending_back != NEVER).take(orders))
    found[rows] = returned_units(
        sales.quantities.take(rows),
        return_lanes(market, stretch, len(orders)).take(rows),
        market.return_limits.take(sales.products.take(rows)),
        market.rules.returns.whole_lines,
        lives.whole.take(orders.take(rows)),
    )
    return found


def demand_of(market: Market, stretch: Stretch, sales: Sales) -> Demand:
    """What the shelf has to know of sales."""
    count, length = len(market.products.names), stretch.last - stretch.first
    orders = sales.orders
    cells = sales.days.take(orders) * count + sales.products
    units = np.bincount(cells, sales.quantities, minlength=length * count).astype(np.int32)
    cancelled, returned = (_days_from(stretch, when) for when in (sales.lives.cancelled, sales.lives.sending_back))
    back = np.zeros((length + AHEAD) * count)
    for days, amounts in ((cancelled, sales.quantities), (returned, units_back(market, stretch, sales))):
        rows = np.flatnonzero(days.take(orders) >= 0)
        cells = days.take(orders.take(rows)).astype(np.int64) * count + sales.products.take(rows)
        back += np.bincount(cells, amounts.take(rows), minlength=len(back))
    return Demand(
        stretch,
        units.reshape(length, count),
        back.astype(np.int32).reshape(-1, count),
        sales.products,
        sales.quantities,
        cancelled,
        returned,
        sales.lives.whole,
    )


def _days_from(stretch: Stretch, when: Moments) -> NDArray[np.int16]:
    return np.where(when == NEVER, np.int64(-1), day_of(when) - stretch.start).astype(np.int16)
