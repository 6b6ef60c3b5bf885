"""Demand: how popular products are, how much so on a day, and how likely they are in an order."""

from __future__ import annotations

import math
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.ecommerce.catalogue import Sellers
from datagen.ecommerce.products import Products
from datagen.ecommerce.promotions import PriceBook
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.rules.demand import DemandRules
from datagen.sampling import deviates, evenly
from datagen.streams import Streams

Weights = NDArray[np.float64]
_HEAD_PRODUCTS = 200
_LEAST_BITS, _MOST_BITS, _BITS_A_PRODUCT = 16, 20, 5
_NEWTON_STEPS, _CLOSE = 40, 1e-9


def popularity(products: Products, sellers: Sellers, rules: DemandRules, streams: Streams) -> Weights:
    """How popular each product is, lasting: a power of its rank plus some; they sum to 1.

    Better-rated products and those of Official sellers rank higher; chance is evenly spread among each of the two.
    """
    count = len(products.names)
    official = sellers.official.take(products.sellers)
    chance = deviates((evenly(streams, official.astype(np.intp), "chance") * 65_536).astype(np.uint16))
    ratings = products.ratings.astype(np.float64)
    sigma = math.sqrt(np.square(ratings - ratings.mean()).sum() / count) or 1.0
    score = chance + rules.official_lead * official + rules.rating_lead * (ratings - ratings.mean()) / sigma
    rank = np.empty(count)
    rank[np.lexsort((np.arange(count), -np.round(score, 6)))] = np.arange(1, count + 1)
    head = rules.head * math.sqrt(count / _HEAD_PRODUCTS)
    found: Weights = np.round((rank + head) ** -rules.exponent, 12)
    found /= np.cumsum(found)[-1]
    return found


def weights_of_days(
    lasting: Weights, products: Products, book: PriceBook, days: NDArray[np.int64], rules: DemandRules
) -> Weights:
    """The demand for each product on each of the days of a price book, (days, products); 0 where it is not on sale."""
    age = np.minimum(days[:, None] - products.created_days, rules.ramp_days)
    ramp = rules.ramp_start + (1 - rules.ramp_start) * age / rules.ramp_days
    found: Weights = lasting * ramp * products.on_sale(days)
    promoted = book.promotions >= 0
    cut = (products.usual / book.prices)[promoted]
    found[promoted] *= rules.visibility * cut**rules.elasticity
    return np.round(found, 12)


class DrawTables(NamedTuple):
    """Products by lane, as often as they are wanted, for each of some days.

    Products of a department lie side by side, so that a part of the table is the table of a department.
    """

    products: NDArray[np.uint16]
    """(days, lanes)."""
    firsts: NDArray[np.int64]
    """The first lane of each department, and the end, (days, departments + 1)."""

    @property
    def lanes(self) -> int:
        """How many there are on a day."""
        return int(self.products.shape[1])


def table_bits(products: int) -> int:
    """The lanes of a table, as a power of two: enough for the tail of a large catalogue."""
    wanted: int = (products - 1).bit_length() + _BITS_A_PRODUCT
    return min(max(wanted, _LEAST_BITS), _MOST_BITS)


def draw_tables(weights: Weights, departments: NDArray[np.int64]) -> DrawTables:
    """Tables for days of weights, (days, products). A day like the one before shares its work."""
    lanes = 1 << table_bits(weights.shape[1])
    order = departments.argsort(kind="stable")
    ends = np.searchsorted(departments.take(order), np.arange(int(departments.max()) + 1), side="right")
    found = np.empty((len(weights), lanes), np.uint16)
    firsts = np.zeros((len(weights), len(ends) + 1), np.int64)
    labels = order.astype(np.uint16)
    for day, row in enumerate(weights):
        if day and np.array_equal(row, weights[day - 1]):
            found[day], firsts[day] = found[day - 1], firsts[day - 1]
            continue
        total = np.cumsum(row.take(order))
        limits = np.rint(total / total[-1] * lanes).astype(np.int64)
        found[day] = np.repeat(labels, np.diff(limits, prepend=0))
        firsts[day, 1:] = limits.take(ends - 1)
    return DrawTables(found, firsts)


def shares_in_orders(lasting: Weights, sizes: NDArray[np.int64]) -> Weights:
    """How likely each product is in an order, on average, if all are on sale; `sizes` counts orders by items.

    A product is in an order once, so that popular ones have less than their weight. An order of n items has those whose
    exponential clocks of these rates ring first; about, all that have rung when n are expected to have.
    """
    found = np.zeros(len(lasting))
    for items in np.flatnonzero(sizes).tolist():
        if items >= len(lasting):
            found += float(sizes[items])
            continue
        time = float(items)
        for _ in range(_NEWTON_STEPS):  # for the time at which so many have rung, which rises and is concave
            left = np.exp(-lasting * time)
            step = (items - (1 - left).sum()) / max((lasting * left).sum(), 1e-12)
            time += step
            if abs(step) < _CLOSE * time:
                break
        found += float(sizes[items]) * (1 - np.exp(-lasting * time))
    return np.round(found / max(int(sizes.sum()), 1), 9)


def mean_quantities(products: Products, rules: EcommerceRules) -> tuple[NDArray[np.intp], Weights]:
    """The price class of each product - cheap, middling, dear - and the mean units of an item of it."""
    limits = 100 * np.array(rules.orders.price_classes)
    classes = np.searchsorted(limits, products.usual, side="right")
    return classes, np.array(rules.orders.quantities).take(classes)
