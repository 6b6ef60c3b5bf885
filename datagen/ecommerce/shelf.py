"""The shelves, day by day: what is not there is not sold; the customer takes fewer, or something else.

The morning brings what was cancelled or sent back the day before, and deliveries; then the day's sales go off; in the
evening more is ordered where the shelf is low. Only items of what falls short are touched: units are cut to what is
left, in the order of the sales, and what gets none becomes something that is there, by the demand of the day.
"""

from __future__ import annotations

import dataclasses
from dataclasses import field
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of
from datagen.ecommerce.demand import Weights, weights_of_days
from datagen.ecommerce.lives import returned_units
from datagen.ecommerce.market import Market
from datagen.ecommerce.moments import NEVER
from datagen.ecommerce.promotions import price_book
from datagen.ecommerce.sales import Demand, return_lanes, streams_of
from datagen.errors import UsageError
from datagen.frozen import dataclass
from datagen.sampling import rank_in_group

_ROUNDS = 50


@dataclass(frozen=True)
class Changes:
    """Items of a stretch that are not as they were wanted."""

    items: NDArray[np.int64]
    products: NDArray[np.uint16]
    quantities: NDArray[np.uint8]


@dataclasses.dataclass
class Shelf:
    """The units of each product, as stretches are settled in their order."""

    market: Market
    stock: NDArray[np.int64] = field(init=False)
    """Units in the evening of the last day."""
    _due: NDArray[np.int64] = field(init=False)
    """The day on which a delivery comes; `NEVER` if none is under way."""
    _coming_back: NDArray[np.int64] = field(init=False)
    """Units that come back in the evenings from the next day on, (days, products)."""

    def __post_init__(self) -> None:
        """Nothing is open yet."""
        products = self.market.products
        count = len(products.names)
        self.stock, self._due = np.zeros(count, np.int64), np.full(count, NEVER)
        self._coming_back = np.zeros((1, count), np.int64)
        self._opens = np.maximum(products.created_days, self.market.span.start)
        self._yesterday = np.zeros(count, np.int64)

    def settle(self, demand: Demand) -> Changes:
        """Go through the days of a stretch, the next one.

        Raises:
            UsageError: if there is nothing left to sell.
        """
        levels, retired = self.market.levels, self.market.products.retired_days
        back = demand.back.astype(np.int64)
        back[: len(self._coming_back)] += self._coming_back[: len(back)]
        repair = _Repair(self.market, demand, back)
        for place, wanted in enumerate(demand.units):
            day = demand.stretch.start + place
            self.stock += self._yesterday
            opening = self._opens == day
            self.stock[opening] += (levels.levels + levels.lots)[opening]
            arriving = self._due == day
            self.stock[arriving] += levels.lots[arriving]
            self._due[arriving] = NEVER
            sold = wanted.astype(np.int64)
            if (sold > self.stock).any():
                sold = repair.day(place, sold, self.stock)
            self.stock -= sold
            ordering = (self._due == NEVER) & (self.stock <= levels.levels) & (day < retired) & (day >= self._opens)
            self._due[ordering] = day + levels.leads[ordering]
            self._yesterday = back[place]
        self._coming_back = back[len(demand.units) :]
        return repair.changes()


class _Repair:
    """The items of a stretch, changed where shelves fall short."""

    def __init__(self, market: Market, demand: Demand, back: NDArray[np.int64]) -> None:
        self._market, self._demand, self._back = market, demand, back
        self._products, self._quantities = demand.products.copy(), demand.quantities.copy()
        self._changed: list[NDArray[np.int64]] = []
        plan, stretch = market.plan, demand.stretch
        first, last = plan.first_orders[stretch.first], plan.first_orders[stretch.last]
        self._firsts = market.first_items[stretch.first : stretch.last + 1] - market.first_items[stretch.first]
        self._orders = np.repeat(np.arange(last - first), plan.sizes[first:last])
        self._lanes: NDArray[np.uint16] | None = None

    def changes(self) -> Changes:
        """All that has been changed."""
        items = np.concatenate([np.zeros(0, np.int64), *self._changed])
        return Changes(items, self._products.take(items), self._quantities.take(items))

    def day(self, place: int, sold: NDArray[np.int64], stock: NDArray[np.int64]) -> NDArray[np.int64]:
        """The units sold of each product on a day, none more than there are.

        Raises:
            UsageError: if there is nothing left to sell.
        """
        first, last = self._firsts[place], self._firsts[place + 1]
        products, units = self._products[first:last], self._quantities[first:last]
        short = sold > stock
        rows = np.flatnonzero(short.take(products))
        rows = rows.take(products.take(rows).argsort(kind="stable"))
        given = _given(products.take(rows), units.take(rows), stock)
        cut = given < units.take(rows)
        rows, given = rows[cut], given[cut]
        self._back_again(rows + first, -1)
        emptied = np.sort(rows[given == 0])
        wanted = units.take(emptied)
        units[rows] = given
        sold = np.where(short, stock, sold)
        self._something_else(place, emptied, wanted, stock - sold)
        self._back_again(rows + first, 1)
        self._changed.append(rows + first)
        return np.bincount(products, units, minlength=len(stock)).astype(np.int64)

    def _something_else(
        self, place: int, items: NDArray[np.int64], wanted: NDArray[np.uint8], left: NDArray[np.int64]
    ) -> None:
        """Give items that got nothing what is there and new to their order; `left` is what is there."""
        first, last = self._firsts[place], self._firsts[place + 1]
        products, units = self._products[first:last], self._quantities[first:last]
        orders, count = self._orders[first:last], len(left)
        mates = np.flatnonzero(_marked(orders, orders.take(items)).take(orders - orders[0]) & (units > 0))
        held = np.sort(orders.take(mates) * count + products.take(mates))
        streams, weights = streams_of(self._market, self._demand.stretch), self._weights(place)
        for turn in range(_ROUNDS):
            if not len(items):
                return
            total = np.cumsum(weights * (left > 0))
            if not total[-1] > 0:
                break
            numbers = streams.uniform(len(items), "something else", place, turn) * total[-1]
            drawn = np.searchsorted(total, numbers, side="right")
            keys = orders.take(items) * count + drawn
            new = ~_is_among(keys, held)
            new[new] = _first_of_each(keys[new])
            given = np.zeros(len(items), np.int64)
            order = np.flatnonzero(new)[drawn[new].argsort(kind="stable")]
            given[order] = _given(drawn.take(order), wanted.take(order), left)
            served = given > 0
            products[items[served]], units[items[served]] = drawn[served], given[served]
            np.subtract.at(left, drawn[served], given[served])
            held = np.sort(np.concatenate([held, keys[served]]))
            items, wanted = items[~served], wanted[~served]
        self._one_by_one(place, items, held.astype(np.int64), left, weights > 0)

    def _one_by_one(
        self,
        place: int,
        items: NDArray[np.int64],
        held: NDArray[np.int64],
        left: NDArray[np.int64],
        on_sale: NDArray[np.bool_],
    ) -> None:
        """One unit of what there is most of, for items that chance found nothing for."""
        first, count = self._firsts[place], len(left)
        for item in (items + first).tolist():
            able = on_sale & (left > 0)
            own = held[held // count == self._orders[item]] % count
            able[own] = False
            if not able.any():
                raise UsageError(
                    f"On {date_of(self._demand.stretch.start + place)} shelves are empty before all orders are filled. "
                    "Give more --products or fewer --items, or raise --set stock.floors or stock.cover."
                )
            product = int(np.where(able, left, 0).argmax())
            self._products[item], self._quantities[item] = product, 1
            left[product] -= 1
            held = np.append(held, self._orders[item] * count + product)

    def _weights(self, place: int) -> Weights:
        market, day = self._market, self._demand.stretch.start + place
        book = price_book(market.products, market.promotions, day, day + 1)
        days = np.array([day])
        found: Weights = weights_of_days(market.lasting, market.products, book, days, market.rules.demand)[0]
        return found

    def _back_again(self, items: NDArray[np.int64], sign: int) -> None:
        """Add what comes back of items as they are now, or take it off."""
        demand, market = self._demand, self._market
        if self._lanes is None:
            self._lanes = return_lanes(market, demand.stretch, len(self._orders))
        orders = self._orders.take(items)
        products, units = self._products.take(items), self._quantities.take(items)
        returned = returned_units(
            units,
            self._lanes.take(items),
            market.return_limits.take(products),
            market.rules.returns.whole_lines,
            demand.whole.take(orders),
        )
        for days, amounts in ((demand.cancelled, units), (demand.returned, returned)):
            day = days.take(orders)
            rows = np.flatnonzero(day >= 0)
            np.add.at(self._back, (day.take(rows), products.take(rows)), sign * amounts.take(rows).astype(np.int64))


def _given(products: NDArray[Any], units: NDArray[np.uint8], left: NDArray[np.int64]) -> NDArray[np.int64]:
    """The units that items get of what is left, first come, first served; items lie by product, in order of time."""
    wanted = units.astype(np.int64)
    before = np.cumsum(wanted) - wanted
    starts = np.flatnonzero(rank_in_group(products) == 0)
    lengths = np.diff(np.append(starts, len(products)))
    before -= np.repeat(before.take(starts), lengths)
    return np.clip(left.take(products) - before, 0, wanted)


def _marked(orders: NDArray[np.int64], some: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Marks some of the orders of a day, which are numbered through, by their place among these."""
    marks = np.zeros(int(orders[-1] - orders[0]) + 1, np.bool_)
    marks[some - orders[0]] = True
    return marks


def _is_among(keys: NDArray[Any], held: NDArray[Any]) -> NDArray[np.bool_]:
    """Whether each key is one of those that are held, which are sorted."""
    if not len(held):
        return np.zeros(len(keys), np.bool_)
    found: NDArray[np.bool_] = held.take(np.minimum(np.searchsorted(held, keys), len(held) - 1)) == keys
    return found


def _first_of_each(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Marks the first of equal keys."""
    marks = np.zeros(len(keys), np.bool_)
    marks[np.unique(keys, return_index=True)[1]] = True
    return marks
