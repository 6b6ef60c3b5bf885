"""The tables of the marketplace as columns."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.columns import Coded, Columns, Day, Flag, Identity, Labels, Money, Texts, Whole
from datagen.ecommerce.columns import Picked, Tenths
from datagen.ecommerce.lives import Lives
from datagen.ecommerce.market import Market
from datagen.ecommerce.moments import NEVER, stamps
from datagen.ecommerce.sales import Sales
from datagen.ecommerce.stock import Levels
from datagen.ecommerce.vocabulary import (
    CANCELLED,
    DELIVERED,
    DISCOUNT_TYPES,
    MOST_OF_A_LINE,
    PAID,
    PLACED,
    PROMOTION_TYPES,
    RETURNED,
    SELLER_TYPES,
    SHIPPED,
    STATUSES,
)

_STATUSES = Labels.of(STATUSES)
_SELLER_TYPES, _PROMOTION_TYPES, _DISCOUNT_TYPES = map(Labels.of, (SELLER_TYPES, PROMOTION_TYPES, DISCOUNT_TYPES))
_COUNTS = Whole(np.arange(MOST_OF_A_LINE + 1))


def _texts(values: list[str]) -> Texts:
    return Texts(pa.array(values, pa.string()))


def _or_none(places: NDArray[np.int64]) -> Whole:
    """Places, -1 for none, as numbers from 1, null for none."""
    return Whole(np.where(places < 0, np.int64(-1), places + 1), nullable=True)


def brand_columns(market: Market) -> Columns:
    """Table `brand`."""
    brands = market.brands
    return {
        "brand_id": Identity(1, len(brands.names)),
        "brand_name": _texts(brands.names),
        "country": Coded(brands.countries, Labels.of(market.rules.catalogue.countries.names)),
        "created_at": stamps(brands.created),
    }


def category_columns(market: Market) -> Columns:
    """Table `category`."""
    categories = market.categories
    return {
        "category_id": Identity(1, len(categories.names)),
        "category_name": _texts(categories.names),
        "parent_category_id": _or_none(categories.parents),
        "level": Whole(1 + (categories.parents >= 0)),
        "created_at": stamps(categories.created),
    }


def seller_columns(market: Market) -> Columns:
    """Table `seller`."""
    sellers = market.sellers
    created = stamps(sellers.created)
    return {
        "seller_id": Identity(1, len(sellers.names)),
        "seller_name": _texts(sellers.names),
        "join_date": Day(created.days),
        "seller_type": Coded((~sellers.official).astype(np.int64), _SELLER_TYPES),
        "rating": Tenths(sellers.ratings),
        "country": Coded(sellers.countries, Labels.of(market.rules.catalogue.countries.names)),
        "created_at": created,
    }


def product_columns(market: Market, stock: NDArray[np.int64]) -> Columns:
    """Table `product`, with the units that are on the shelves in the end."""
    products, levels = market.products, market.levels
    return {
        "product_id": Identity(1, len(products.names)),
        "product_name": _texts(products.names),
        "category_id": Whole(products.categories + 1),
        "brand_id": Whole(products.brands + 1),
        "seller_id": Whole(products.sellers + 1),
        "price": Money(products.prices),
        "discount_price": Money(products.discounts, products.discounts == 0),
        "stock_qty": Whole(stock),
        **_level_columns(levels),
        "rating": Tenths(products.ratings),
        "is_active": Flag(products.retired == NEVER),
        "created_at": stamps(products.created),
        "retired_at": stamps(products.retired, nullable=True),
    }


def _level_columns(levels: Levels) -> Columns:
    return {"reorder_level": Whole(levels.levels), "reorder_qty": Whole(levels.lots), "lead_days": Whole(levels.leads)}


def promotion_columns(market: Market) -> Columns:
    """Table `promotion`."""
    promotions = market.promotions
    return {
        "promotion_id": Identity(1, len(promotions.names)),
        "promotion_name": _texts(promotions.names),
        "promotion_type": Coded(promotions.kinds, _PROMOTION_TYPES),
        "discount_type": Coded(promotions.fixed.astype(np.int64), _DISCOUNT_TYPES),
        "discount_value": Money(promotions.values),
        "start_date": Day(promotions.starts.astype(np.int32)),
        "end_date": Day(promotions.ends.astype(np.int32)),
        "created_at": stamps(promotions.created),
    }


def promotion_product_columns(market: Market) -> Columns:
    """Table `promotion_product`."""
    promotions = market.promotions
    return {
        "promo_product_id": Identity(1, len(promotions.pair_products)),
        "promotion_id": Whole(promotions.pair_promotions + 1),
        "product_id": Whole(promotions.pair_products + 1),
        "created_at": stamps(promotions.pair_created),
    }


def statuses(lives: Lives, returned: NDArray[np.bool_], all_back: NDArray[np.bool_]) -> NDArray[np.int64]:
    """How far each order has come: the last that has happened, RETURNED if every unit came back."""
    found = np.full(len(returned), PLACED)
    found[lives.paid != NEVER] = PAID
    found[lives.shipped != NEVER] = SHIPPED
    found[lives.delivered != NEVER] = DELIVERED
    found[lives.cancelled != NEVER] = CANCELLED
    found[returned & all_back] = RETURNED
    return found


def sales_tables(
    market: Market, sales: Sales, back: NDArray[np.int64], first_order: int, first_item: int
) -> list[tuple[str, Columns]]:
    """Tables `order` and `order_item` of a stretch, whose rows are numbered from these on.

    `back` are the units that came back of each item.
    """
    starts = np.cumsum(sales.sizes, dtype=np.int64) - sales.sizes
    if not len(starts):
        return []
    orders, lives = sales.orders, sales.lives
    cells = sales.days.take(orders) * len(market.products.names) + sales.products
    cents, codes = np.unique(sales.book.prices, return_inverse=True)
    prices = codes.ravel().take(cells)
    units = np.arange(MOST_OF_A_LINE + 1)
    subtotals = prices * len(units) + sales.quantities
    amounts = (cents[:, None] * units).ravel()
    returned = np.add.reduceat(back, starts) > 0
    all_back = np.add.reduceat(sales.quantities - back, starts) == 0
    placed = stamps(sales.placed)
    order_ids = Identity(first_order, len(starts))
    item_dates = Picked(placed, orders)
    order: Columns = {
        "order_id": order_ids,
        "order_date": placed,
        "status": Coded(statuses(lives, returned, all_back), _STATUSES),
        "total_amount": Money(np.add.reduceat(amounts.take(subtotals), starts)),
        "paid_at": stamps(lives.paid, nullable=True),
        "shipped_at": stamps(lives.shipped, nullable=True),
        "delivered_at": stamps(lives.delivered, nullable=True),
        "cancelled_at": stamps(lives.cancelled, nullable=True),
        "returned_at": stamps(np.where(returned, lives.sending_back, NEVER), nullable=True),
        "created_at": placed,
    }
    count = len(market.products.names)
    promotions = np.arange(1, len(market.promotions.names) + 1)
    order_item: Columns = {
        "order_item_id": Identity(first_item, len(orders)),
        "order_id": Picked(order_ids, orders),
        "product_id": Picked(Identity(1, count), sales.products),
        "promotion_id": Picked(Whole(promotions), sales.book.promotions.ravel().take(cells), nullable=True),
        "order_date": item_dates,
        "quantity": Picked(_COUNTS, sales.quantities),
        "unit_price": Picked(Money(cents), prices),
        "subtotal": Picked(Money(amounts), subtotals),
        "returned_quantity": Picked(_COUNTS, back),
        "created_at": item_dates,
    }
    return [("order", order), ("order_item", order_item)]
