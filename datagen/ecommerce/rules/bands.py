"""Limits that hard rules set, and the bands of the scorecard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from datagen.ecommerce import vocabulary as words
from datagen.frozen import dataclass
from datagen.rules import rule

_STORY = "docs/ecommerce-story.md"


def _pair(low: float, high: float, unit: str, section: str = "scorecard") -> Any:
    pair = (low, high) if isinstance(low, int) and isinstance(high, int) else (float(low), float(high))
    return rule(pair, unit=f"{unit}, least and most", source=f"{_STORY}#{section}", low=-10_000)


def _most(value: float, unit: str, section: str = "scorecard") -> Any:
    return rule(value, unit=unit, source=f"{_STORY}#{section}", low=0)


@dataclass(frozen=True)
class BandRules:
    """Limits and bands; bands widen by standard errors where there are few rows."""

    percentage: tuple[int, int] = _pair(5, 70, "per cent off, by a promotion", "promotions")
    fixed_share: float = _most(0.5, "share of a list price that a fixed amount takes off, most", "promotions")
    flash_days: int = _most(2, "days of a flash sale, most", "promotions")
    promotion_days: int = _most(31, "days of another promotion, most", "promotions")
    planned_days: int = _most(14, "days from the as-of day on in which planned promotions begin", "promotions")
    payment_days: int = _most(3, "days from an order to its payment, most", "the-life-of-an-order")
    shipping_days: int = _most(5, "days from the payment to shipping, most", "the-life-of-an-order")
    delivery_hours: int = _most(12, "hours from shipping to delivery, least", "the-life-of-an-order")
    delivery_days: int = _most(10, "days from shipping to delivery, most", "the-life-of-an-order")
    return_days: int = _most(30, "days from the delivery to a return, most", "returns")
    unpaid_days: int = _most(3, "days after which an unpaid order is cancelled, most", "the-life-of-an-order")
    paid_cancel_days: int = _most(5, "days from the payment to a cancellation after it, most", "the-life-of-an-order")

    most_items: int = _most(words.MOST_ITEMS, "items an order, most", "orders")
    catalogue_share: float = _most(1 / words.CATALOGUE_SHARE, "share of the products in an order, most", "orders")

    standard_errors: float = _most(3.5, "standard errors by which a band widens")
    full_orders: int = _most(100_000, "orders from which on bands do not widen")
    least_orders: int = _most(1_000, "orders from which on there are figures")
    least_products: int = _most(100, "products from which on there are figures of the catalogue")
    shaped_items: tuple[float, float] = _pair(5, 20, "items an order for which there are figures of baskets")
    shaped_share: float = _most(0.1, "items an order for which there are such figures, of all products, most")
    least_pairs: int = _most(20, "products and promotions from which on their lift is measured")
    least_launches: int = _most(5, "launches from which on their ramp is measured")
    least_leaves: int = _most(3, "categories with products from which on their returns are compared")
    least_brands: int = _most(10, "brands from which on there are departments to lean to, and sellers to compare")
    least_leaf_items: int = _most(300, "items of each category from which on their returns are compared")
    evening_hours: tuple[int, int] = _pair(20, 21, "hours of the day in which most orders are placed")
    quiet_hours: tuple[int, int] = _pair(3, 4, "hours of the day in which fewest orders are placed")
    around_days: int = _most(14, "days before and after a promotion with which it is compared")
    first_days: int = _most(14, "days on sale for which a launch is compared with later days")
    later_days: tuple[int, int] = _pair(42, 97, "days on sale with which a launch is compared")
    covered_share: float = _most(0.5, "products covered by promotions in a year, of all, for which the band is")
    mean_items: tuple[float, float] = _pair(9.5, 10.5, "items an order, mean")
    median_items: tuple[float, float] = _pair(0.6, 0.97, "median of items an order against the mean")
    item_variance: tuple[float, float] = _pair(2.5, 9, "variance of items an order against the mean")
    single_items: tuple[float, float] = _pair(0.01, 0.12, "share of orders with one item")
    popularity_slope: tuple[float, float] = _pair(-1.2, -0.6, "slope of log units on log rank")
    top_fifth: tuple[float, float] = _pair(0.5, 0.8, "share of units of the top fifth of products")
    most_frequent: float = _most(0.5, "share of orders with the most frequent product, most")
    fourth_quarter: tuple[float, float] = _pair(0.27, 0.31, "share of a year's value in October to December")
    peak_hours: tuple[float, float] = _pair(1.4, 2.4, "orders at 20-21 h against the mean hour")
    night_hours: float = _most(0.35, "orders at 3-4 h against the mean hour, most")
    weekend: tuple[float, float] = _pair(0.70, 0.95, "orders of a weekend day against a weekday")
    busy_weekdays: tuple[float, float] = _pair(1.02, 1.25, "Monday and Thursday against Tuesday, Wednesday, Friday")
    promotion_lift: tuple[float, float] = _pair(1.5, 4, "units on promotion days against those around")
    cut_correlation: float = _most(0.25, "rank correlation of cut and lift, least")
    settled_days: int = _most(60, "days after which an order has come as far as it will")
    delivered: tuple[float, float] = _pair(0.93, 0.97, "share of settled orders DELIVERED")
    cancelled: tuple[float, float] = _pair(0.01, 0.04, "share of settled orders CANCELLED")
    returned: tuple[float, float] = _pair(0.01, 0.04, "share of settled orders RETURNED")
    returned_value: tuple[float, float] = _pair(0.12, 0.20, "share of delivered value that came back")
    returned_leaves: tuple[float, float] = _pair(1.5, 6, "most against least returned category")
    nines: tuple[float, float] = _pair(0.4, 0.9, "share of prices that end in 9")
    official_rating: float = _most(0.2, "stars that Official sellers rate above Marketplace ones, least")
    official_units: tuple[float, float] = _pair(1.05, 4, "units a product and day, Official against Marketplace")
    official_share: tuple[float, float] = _pair(0.15, 0.5, "share of sellers that are Official")
    empty_evenings: tuple[float, float] = _pair(0.002, 0.05, "share of evenings with an empty shelf")
    ever_empty: tuple[float, float] = _pair(0.10, 0.95, "share of products that ever sold out")
    emptiest: float = _most(0.40, "share of evenings that the emptiest product was sold out, most")
    launched: tuple[float, float] = _pair(0.05, 0.20, "share of products launched in a year")
    retired: tuple[float, float] = _pair(0.02, 0.12, "share of products retired in a year")
    launch_ramp: tuple[float, float] = _pair(0.3, 0.9, "share of units in the first 14 days against days 42 to 97")
    same_leaf: tuple[float, float] = _pair(1.08, 3, "pairs of items in one category against independent picks")
    single_units: tuple[float, float] = _pair(0.55, 0.90, "share of items with quantity one")
    mean_quantity: tuple[float, float] = _pair(1.1, 1.9, "units an item, mean")
    quick_payment: tuple[float, float] = _pair(0.75, 0.97, "share of payments within an hour")
    shipping_hours: tuple[float, float] = _pair(8, 60, "hours to ship, median")
    days_on_the_way: tuple[float, float] = _pair(1.5, 5, "days on the way, median")
    percentages: float = _most(0.5, "share of promotions with a percentage, least")
    promoted_units: tuple[float, float] = _pair(0.01, 0.10, "share of units sold on promotion")
    star_correlation: float = _most(0.02, "rank correlation of stars and units, least")
    special_names: tuple[float, float] = _pair(0.003, 0.8, "share of names with such characters")
    several_products: int = _most(5, "products from which on a Marketplace seller has several brands")
    several_brands: float = _most(0.8, "share of such sellers with several brands, least")
    uneven_catalogues: float = _most(1.5, "products of the largest seller against the mean one, least")
    sent_back: tuple[float, float] = _pair(0.25, 0.45, "share of delivered orders of which something came back")
    return_median: tuple[float, float] = _pair(3, 15, "days from the delivery to a return, median")
    cheap_multiples: tuple[float, float] = _pair(1.15, 2.2, "units an item of cheap goods against dear ones")
    kinds_of_goods: float = _most(0.4, "share of the variance of log prices in a category by kind of goods, least")
    card_minutes: tuple[float, float] = _pair(1.5, 6, "minutes to a payment within the hour, median")
    sundays: float = _most(0.4, "shipped, delivered, taken back on a Sunday, against the mean of other days, most")
    stars_of_returns: float = rule(
        -0.2,
        unit="rank correlation of stars and items that come back within a category, most",
        source=f"{_STORY}#scorecard",
        low=-1,
        high=1,
    )
    least_compared: int = _most(
        30, "items of a product, products and parcels of which there must be as many to be compared"
    )
    late_parcels: tuple[float, float] = _pair(1.1, 1.6, "days on the way before Christmas against other times")
    weekend_mornings: tuple[float, float] = _pair(0.45, 0.9, "share of orders at 6-8 h, weekends against weekdays")
    weekend_afternoons: tuple[float, float] = _pair(1.02, 1.3, "share of orders at 12-17 h, weekends against weekdays")
    many_departments: float = _most(0.1, "share of brands in three departments and more, most")
    single_department: tuple[float, float] = _pair(0.25, 0.95, "share of brands in one department")
    special_days: tuple[float, float] = _pair(0.7, 1.35, "orders of Black Friday and such days against the rules")
    entered_at_once: float = _most(0.9, "share of what promotions cover that is entered within a day, least")
    whole_cartons: float = _most(0.95, "share of reorder quantities that are whole cartons, least")

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple) and value[0] > value[1]:
                yield f"{field.name} runs from {value[0]} down to {value[1]}; give the lower number first."
