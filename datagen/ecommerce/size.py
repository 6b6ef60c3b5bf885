"""How large a marketplace is. Imports nothing heavy, so that commands can show and refuse sizes at once."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields

from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.vocabulary import CATALOGUE_SHARE, MOST_ITEMS
from datagen.errors import Conflicts, UsageError
from datagen.frozen import dataclass
from datagen.options import whole_number

LEAST_SCALE, MOST_SCALE = 0.0001, 1_000.0
_MOST = {
    "brands": 1_000,
    "categories": 1_000,
    "sellers": 5_000,
    "products": 50_000,
    "promotions": 1_000,
    "promotion_products": 100_000,
    "orders": 100_000_000,
    "items": 1_000_000_000,
}
"""More of them are refused: names run out, and a day is in memory at a time."""


@dataclass(frozen=True)
class Size:
    """The number of rows of each table, in the order of the options."""

    brands: int
    categories: int
    sellers: int
    products: int
    promotions: int
    promotion_products: int
    orders: int
    items: int

    def top_categories(self, share: float) -> int:
        """How many categories are at the top, given the share of them: at least one, rounded down."""
        return max(1, math.floor(self.categories * share + 1e-9))

    def leaves(self, share: float) -> int:
        """How many categories have no children."""
        return self.categories - self.top_categories(share) or 1

    @property
    def most_items(self) -> int:
        """The most items that an order can have."""
        return min(MOST_ITEMS, self.products // CATALOGUE_SHARE)

    def plain(self) -> dict[str, int]:
        """The numbers by name."""
        return asdict(self)


NAMES = tuple(field.name for field in fields(Size))


def size_of(rules: EcommerceRules, scale: float = 1.0, given: Mapping[str, int | None] | None = None) -> Size:
    """The size that is asked for: the rules' numbers where none is `given`; `scale` multiplies orders and items.

    Raises:
        UsageError: naming the option and the bound that it goes beyond.
    """
    if not (math.isfinite(scale) and LEAST_SCALE <= scale <= MOST_SCALE):
        raise UsageError(f"--scale must lie in {LEAST_SCALE} to {MOST_SCALE:,.0f}, not {scale:g}.")
    asked = {name: number for name, number in (given or {}).items() if number is not None}
    orders = asked.get("orders", max(round(rules.orders.orders * scale), 1))
    # Of orders that cannot be, items are not another thing that cannot.
    items = asked.get("items", rules.orders.items_per_order * min(max(orders, 1), _MOST["orders"]))
    usual = {
        "brands": rules.catalogue.brands,
        "categories": rules.catalogue.categories,
        "sellers": rules.catalogue.sellers,
        "products": rules.catalogue.products,
        "promotions": rules.promotions.promotions,
        "promotion_products": rules.promotions.promotion_products,
    }
    size = Size(**{**usual, **asked, "orders": orders, "items": items})
    conflicts = Conflicts()
    for name, number in size.plain().items():
        with conflicts.noted():
            whole_number(option(name), number, 0 if name.startswith("promotion") else 1, _MOST[name])
    conflicts.refuse()
    for wrong in _conflicts(size, rules):
        conflicts.add(UsageError(wrong))
    conflicts.refuse()
    return size


def option(name: str) -> str:
    """A size as a user types it."""
    return f"--{name.replace('_', '-')}"


def _conflicts(size: Size, rules: EcommerceRules) -> Iterator[str]:
    """What cannot go together, with the numbers."""
    for name in ("sellers", "brands"):
        number = getattr(size, name)
        if number > size.products:
            yield (
                f"{option(name)} {number:,} is more than --products {size.products:,}: each has one at least. "
                f"Give {size.products:,} {name} at most, or more products."
            )
    leaves = size.leaves(rules.catalogue.top_share)
    if leaves > size.products:
        yield (
            f"--categories {size.categories:,} has {leaves:,} categories without children, more than --products "
            f"{size.products:,}: each has a product at least. Give fewer categories, or more products."
        )
    if size.items < size.orders:
        yield (
            f"--items {size.items:,} is less than --orders {size.orders:,}: each order has an item. "
            f"Give {size.orders:,} items at least, or fewer orders."
        )
    most = size.orders * size.most_items
    if size.items > most:
        yield (
            f"--items {size.items:,} is more than {most:,}: {size.orders:,} orders of {size.most_items} items at most, "
            f"which is the least of {MOST_ITEMS} and a quarter of {size.products:,} products. "
            "Give fewer items, or more orders or products."
        )
    if size.promotion_products < size.promotions:
        yield (
            f"--promotion-products {size.promotion_products:,} is less than --promotions {size.promotions:,}: each "
            "covers a product. Give more promotion products, or fewer promotions."
        )
    if size.promotion_products > size.promotions * size.products:
        yield (
            f"--promotion-products {size.promotion_products:,} is more than {size.promotions * size.products:,}: "
            f"{size.promotions:,} promotions of {size.products:,} products. Give fewer, or more promotions."
        )
