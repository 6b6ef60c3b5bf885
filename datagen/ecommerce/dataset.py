"""The e-commerce world as the engine sees it: a catalogue, and stretches of days, shelf after shelf."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from functools import partial

from datagen.calendar import month_number, month_start
from datagen.columns import Columns
from datagen.ecommerce import rendering
from datagen.ecommerce.market import WORLD, Market, Stretch
from datagen.ecommerce.sales import Demand, Sales, demand_of, make_sales, units_back
from datagen.ecommerce.shelf import Changes, Shelf
from datagen.frozen import dataclass


@dataclass(frozen=True)
class SalesRows:
    """What is ordered in a stretch, before the shelf has been asked."""

    market: Market
    stretch: Stretch
    sales: Sales

    def summarise(self) -> Demand:
        """What the shelf has to know."""
        return demand_of(self.market, self.stretch, self.sales)

    def columns(self, settled: Changes) -> Iterable[tuple[str, Columns]]:
        """The orders and items, with what the shelf changed."""
        sales = self.sales
        products, quantities = sales.products.copy(), sales.quantities.copy()
        products[settled.items], quantities[settled.items] = settled.products, settled.quantities
        sales = replace(sales, products=products, quantities=quantities)
        back = units_back(self.market, self.stretch, sales)
        first = self.stretch.first
        orders, items = self.market.plan.first_orders[first], self.market.first_items[first]
        return rendering.sales_tables(self.market, sales, back, int(orders) + 1, int(items) + 1)


def make_rows(market: Market, stretch: Stretch) -> SalesRows:
    """The sales of a stretch; a function of its arguments alone."""
    return SalesRows(market, stretch, make_sales(market, stretch))


class _Shelves:
    """Settles the stretches in their order, and knows in the end what is left."""

    def __init__(self, market: Market) -> None:
        self._market, self._shelf = market, Shelf(market)

    def settle(self, summary: Demand) -> Changes:
        """What the shelf changes of a stretch."""
        return self._shelf.settle(summary)

    def tables(self) -> Iterator[tuple[str, Columns]]:
        """The products, with the stock that is left."""
        yield "product", rendering.product_columns(self._market, self._shelf.stock)


class EcommerceDataset:
    """A marketplace; see `datagen.dataset.Dataset`."""

    world = WORLD
    gapless = False

    def __init__(self, market: Market) -> None:
        """The data set of a marketplace."""
        self.market = market
        self.make = partial(make_rows, market)

    @property
    def units(self) -> list[Stretch]:
        """The stretches."""
        return self.market.stretches

    @property
    def unit_count(self) -> int:
        """How many there are."""
        return len(self.market.stretches)

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        """The catalogue but for products, whose stock is known last."""
        market = self.market
        yield "brand", rendering.brand_columns(market)
        yield "category", rendering.category_columns(market)
        yield "seller", rendering.seller_columns(market)
        yield "promotion", rendering.promotion_columns(market)
        yield "promotion_product", rendering.promotion_product_columns(market)

    def days(self, unit: Stretch) -> tuple[int, int]:
        """The days of the month of a stretch, [first, first after), as far as the window has them."""
        month, span = int(month_number(unit.start)), self.market.span
        return max(span.start, int(month_start(month))), min(span.as_of, int(month_start(month + 1)))

    def accumulator(self) -> _Shelves:
        """Shelves that have not been opened yet."""
        return _Shelves(self.market)
