"""What is put into orders: products by demand, each once an order, as if nothing ran out; and how many units."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.ecommerce.demand import DrawTables, Weights
from datagen.ecommerce.vocabulary import MOST_OF_A_LINE
from datagen.errors import UsageError
from datagen.streams import Streams

_CELLS = 1 << 22
"""Cells of the grid order x product that are held at a time."""
_ROUNDS = 24
"""Rounds of drawing anew what an order has already; what is left then, in small catalogues, is drawn one by one."""
_QUANTITY_BITS = 12


class _Drawing:
    """Draws products for orders of some days, each leaning to the department of a product of its day."""

    def __init__(
        self, tables: DrawTables, days: NDArray[np.int64], lean: float, departments: NDArray[np.int64], streams: Streams
    ) -> None:
        self._bits = tables.lanes.bit_length() - 1
        self._table = tables.products.ravel()
        self._rows = days * tables.lanes
        lanes = (streams.words(len(days), "lean") >> np.uint32(32 - self._bits)).astype(np.int64)
        own = departments.take(self._table.take(self._rows + lanes))
        self.firsts = tables.firsts[days, own]
        self.widths = tables.firsts[days, own + 1] - self.firsts
        self._extra = np.rint((lean - 1) * self.widths).astype(np.int64)

    def products(self, orders: NDArray[np.int64], words: NDArray[np.uint32]) -> NDArray[np.uint16]:
        """A product for each of these orders."""
        lanes = 1 << self._bits
        extra = self._extra.take(orders)
        place = (words.astype(np.int64) * (extra + lanes)) >> 32
        leaning = np.flatnonzero(place >= lanes)
        at = orders.take(leaning)
        beyond = (place.take(leaning) - lanes) * self.widths.take(at) // self._extra.take(at)
        place[leaning] = self.firsts.take(at) + beyond
        found: NDArray[np.uint16] = self._table.take(self._rows.take(orders) + place)
        return found


def draw_products(
    tables: DrawTables,
    weights: Weights,
    days: NDArray[np.int64],
    sizes: NDArray[np.uint8],
    lean: float,
    departments: NDArray[np.int64],
    streams: Streams,
) -> NDArray[np.uint16]:
    """A product for each item of orders, none twice in an order.

    `days` and `sizes` are of orders, `weights` (days, products) of the tables. What an order has already is drawn anew:
    the law is that of one product after the other, without replacement.

    Raises:
        UsageError: if an order has more items than products are on sale.
    """
    drawing = _Drawing(tables, days, lean, departments, streams)
    products = weights.shape[1]
    found = np.empty(int(sizes.sum(dtype=np.int64)), np.uint16)
    step = max(_CELLS // products, 1)
    ends = np.concatenate([[0], np.cumsum(sizes, dtype=np.int64)])
    for block, first in enumerate(range(0, len(sizes), step)):
        last = min(first + step, len(sizes))
        orders = np.repeat(np.arange(last - first), sizes[first:last])
        part = found[ends[first] : ends[last]]
        grid = np.full((last - first) * products, -1, np.int32)
        missing = np.arange(len(orders), dtype=np.int32)
        for turn in range(_ROUNDS):
            of = orders.take(missing)
            drawn = drawing.products(of + first, streams.words(len(missing), "products", block, turn))
            cells = of * products + drawn
            free = grid.take(cells) < 0
            tried, cells = missing[free], cells[free]
            grid[cells] = tried  # of several in one cell, one stays
            held = grid.take(cells) == tried
            part[tried[held]] = drawn[free][held]
            missing = np.sort(np.concatenate([missing[~free], tried[~held]]))
            if not len(missing):
                break
        uniform = streams.uniform(len(missing), "left", block)
        for line, number in zip(missing.tolist(), uniform.tolist(), strict=True):
            order = int(orders[line])
            row = weights[days[first + order]] * (grid[order * products : (order + 1) * products] < 0)
            part[line] = one_of(row, number)
            grid[order * products + int(part[line])] = line
    return found


def one_of(weights: Weights, number: float) -> int:
    """A place, as often as its weight, for a number in [0, 1).

    Raises:
        UsageError: if there is nothing to choose from.
    """
    total = np.cumsum(weights)
    if not total[-1] > 0:
        raise UsageError(
            "An order has more items than products are on sale on its day. Give more products, fewer items, or lower "
            "--set catalogue.launched and catalogue.retired."
        )
    return int(np.searchsorted(total, number * total[-1], side="right"))


def quantity_chances(mean: float) -> list[float]:
    """How likely 1, 2, 3 ... units are in an item: geometric with this mean, cut."""
    stay = 1 - 1 / max(mean, 1.0)
    chances = [(1 - stay) * stay**more for more in range(MOST_OF_A_LINE)]
    return [chance / sum(chances) for chance in chances]


def quantity_tables(means: tuple[float, ...]) -> NDArray[np.uint8]:
    """Quantiles of units of an item for goods of each price class, (classes, steps)."""
    steps = np.arange(1 << _QUANTITY_BITS)
    rows = []
    for mean in means:
        limits = np.rint(np.round(np.cumsum(quantity_chances(mean)), 9) * len(steps))
        rows.append(1 + np.minimum(np.searchsorted(limits, steps, side="right"), MOST_OF_A_LINE - 1))
    return np.array(rows, np.uint8)


def quantities(
    tables: NDArray[np.uint8], classes: NDArray[np.intp], products: NDArray[np.uint16], lanes: NDArray[np.uint16]
) -> NDArray[np.uint8]:
    """The units of items of products."""
    rows = (classes << _QUANTITY_BITS).astype(np.int32).take(products)
    return tables.ravel().take(rows + (lanes >> np.uint16(16 - _QUANTITY_BITS)))
