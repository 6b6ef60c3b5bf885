"""The marketplace: what no single day decides - catalogue, promotions, what is popular, how many orders there are."""

from __future__ import annotations

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of, month_number
from datagen.ecommerce.catalogue import (
    Brands,
    Categories,
    Sellers,
    Span,
    make_brands,
    make_categories,
    make_sellers,
)
from datagen.ecommerce.days import OrderPlan, make_plan
from datagen.ecommerce.demand import Weights, mean_quantities, popularity, shares_in_orders
from datagen.ecommerce.lines import quantity_chances, quantity_tables
from datagen.ecommerce.lives import return_limits, share_of_item
from datagen.ecommerce.products import Products, make_products
from datagen.ecommerce.promotions import Promotions, make_promotions
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.size import Size
from datagen.ecommerce.stock import Levels, make_levels
from datagen.ecommerce.vocabulary import MOST_ITEMS
from datagen.errors import UsageError
from datagen.frozen import dataclass
from datagen.streams import Streams

WORLD = "ecommerce"
MOST_ITEMS_A_UNIT = 1 << 17
"""Items of a unit of work, unless a single day has more: they are in memory at a time."""


@dataclass(frozen=True)
class Stretch:
    """A unit of work: some days of a month, [first, last), by their places in the window."""

    first: int
    last: int
    start: int
    """The first day, a day number."""

    def __str__(self) -> str:
        """For messages."""
        return f"the days from {date_of(self.start)} to {date_of(self.start + self.last - self.first - 1)}"


@dataclass(frozen=True)
class Market:
    """Everything that is decided before the first order."""

    size: Size
    rules: EcommerceRules
    span: Span
    streams: Streams
    brands: Brands
    categories: Categories
    sellers: Sellers
    products: Products
    promotions: Promotions
    lasting: Weights
    """How popular products are."""
    plan: OrderPlan
    levels: Levels
    classes: NDArray[np.intp]
    """The price class of each product."""
    return_limits: NDArray[np.int64]
    """How likely an item of each product comes back, of 65,536, if its order sends something back."""

    @cached_property
    def quantity_tables(self) -> NDArray[np.uint8]:
        """Quantiles of units of an item, a row a price class."""
        return quantity_tables(self.rules.orders.quantities)

    @cached_property
    def first_items(self) -> NDArray[np.int64]:
        """The number of items before each day of the window, and all."""
        return np.concatenate([[0], np.cumsum(self.plan.items_of_days)])

    @cached_property
    def stretches(self) -> list[Stretch]:
        """The units of work: days of a month with so many items at most, or a single day."""
        found = []
        days = np.arange(self.span.start, self.span.as_of)
        months = month_number(days)
        first = 0
        for place in range(1, len(days) + 1):
            if (
                place == len(days)
                or months[place] != months[first]
                or self.first_items[place + 1] - self.first_items[first] > MOST_ITEMS_A_UNIT
            ):
                found.append(Stretch(first, place, int(days[first])))
                first = place
        return found


def make_market(size: Size, rules: EcommerceRules, span: Span, seed: int) -> Market:
    """The marketplace of a seed.

    Raises:
        UsageError: for promotions or orders that the catalogue has no room for.
    """
    streams = Streams(seed, WORLD)
    brands = make_brands(size, rules.catalogue, span, streams.at("brand"))
    categories = make_categories(size, rules.catalogue, span, streams.at("category"))
    sellers = make_sellers(size, rules, span, brands, streams.at("seller"))
    products = make_products(size, rules.catalogue, span, brands, categories, sellers, streams.at("product"))
    promotions = make_promotions(size, rules, span, products, streams.at("promotion"))
    lasting = popularity(products, sellers, rules.demand, streams.at("popularity"))
    plan = make_plan(size, rules.orders, span, promotions, streams.at("order"))
    on_sale = products.on_sale(np.arange(span.start, span.as_of))
    _refuse_large_orders(plan, on_sale)
    sizes = np.bincount(plan.sizes, minlength=MOST_ITEMS + 1)
    shares = shares_in_orders(lasting, sizes)
    classes, means = mean_quantities(products, rules)
    # What is on sale has the demand for what is not.
    there = float((on_sale @ lasting).sum()) / len(on_sale)
    daily = np.minimum(shares / max(there, 1e-9), 1.0) * means * (size.orders / span.days)
    chances = [quantity_chances(mean) for mean in rules.orders.quantities]
    whole = np.array([share_of_item(chance, rules.returns) for chance in chances]).take(classes)
    stars_below = (products.ratings.mean() - products.ratings) / 10
    tendencies = np.array(rules.returns.tendencies).take(products.returns) * np.round(
        rules.returns.stars**stars_below, 6
    )
    values = shares * means * products.usual
    return Market(
        size,
        rules,
        span,
        streams,
        brands,
        categories,
        sellers,
        products,
        promotions,
        lasting,
        plan,
        make_levels(daily, rules.stock, streams.at("stock")),
        classes,
        return_limits(tendencies, values, whole, rules.returns),
    )


def _refuse_large_orders(plan: OrderPlan, on_sale: NDArray[np.bool_]) -> None:
    """Raise `UsageError` if the largest order has more items than products are on sale on some day."""
    most, least = int(plan.sizes.max()), int(on_sale.sum(axis=1).min())
    if most > least:
        raise UsageError(
            f"The largest order has {most} items, and on some day only {least} products are on sale. Give more "
            "--products, fewer --items, or lower --set catalogue.launched and catalogue.retired."
        )
