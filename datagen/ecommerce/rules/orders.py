"""When orders are placed, and how much is in them."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.ecommerce.rules.declare import STORY, given, number
from datagen.frozen import dataclass

_RETAIL = "published: retail and e-commerce sales by month of the US Census Bureau peak in November and December"
_PRICES = "assumption: cheap things are bought in multiples"


@dataclass(frozen=True)
class OrderRules:
    """Orders by day and hour, items by order, units by item."""

    orders: int = given(100_000, "orders", 1)
    items_per_order: int = given(10, "items an order", 1, 50)
    months: tuple[float, ...] = number(
        (0.95, 0.93, 0.95, 0.95, 0.97, 0.96, 0.95, 0.96, 0.97, 1.0, 1.28, 1.27),
        "orders of a day against the mean, January to December",
        _RETAIL,
        0.01,
        10,
    )
    weekdays: tuple[float, ...] = number(
        (1.10, 1.02, 1.02, 1.09, 1.0, 0.86, 0.84),
        "orders of a day against the mean, Monday to Sunday",
        f"{STORY}#orders: Monday and Thursday high, weekend low",
        0.01,
        10,
    )
    hours: tuple[float, ...] = number(
        (
            2.6,
            1.5,
            0.8,
            0.42,
            0.40,
            0.7,
            1.4,
            2.6,
            3.9,
            4.8,
            5.2,
            5.3,
            5.3,
            5.0,
            4.9,
            4.9,
            5.0,
            5.3,
            5.9,
            6.9,
            7.9,
            7.8,
            6.4,
            4.4,
        ),
        "weight of each hour of the day from 0 h on",
        f"{STORY}#orders: most in the evening, least at night",
        0.01,
        100,
    )
    weekend_hours: tuple[float, ...] = number(
        (
            3.4,
            2.2,
            1.1,
            0.5,
            0.4,
            0.5,
            0.8,
            1.5,
            2.9,
            4.6,
            5.8,
            6.1,
            5.9,
            5.7,
            5.7,
            5.6,
            5.6,
            5.6,
            5.7,
            6.3,
            7.3,
            7.1,
            5.8,
            4.0,
        ),
        "weight of each hour of a Saturday or Sunday from 0 h on",
        "assumption: who need not get up sleeps longer, stays up later and has the afternoon",
        0.01,
        100,
    )
    promotion_days: float = number(
        1.12, "times the orders on a day with a promotion", "assumption: banners and mail", 1, 3
    )
    special_days: tuple[float, ...] = number(
        (1.0, 1.7, 1.55, 0.7, 0.55, 0.75),
        "times the orders of another such day: Thanksgiving, Black Friday, Cyber Monday, December 24, 25, January 1",
        "published: US online shops are busiest on Black Friday and Cyber Monday (Adobe), quiet at Christmas",
        0.01,
        10,
    )
    growth: float = number(
        0.08, "growth of orders a year", "published: US e-commerce sales grew by 7 to 9 % a year", -0.5, 1
    )
    day_sigma: float = number(
        0.05, "standard deviation of the logarithm of a day's orders, beyond Poisson", "assumption: weather, news", 0, 1
    )
    item_dispersion: float = number(
        1.7, "dispersion of items an order beyond the first, a negative binomial", f"{STORY}#orders: skewed", 0.2, 50
    )
    price_classes: tuple[float, float] = number(
        (15.0, 40.0),
        "US dollars, usual prices below which goods are cheap, and below which they are middling",
        _PRICES,
        1,
        10_000,
    )
    quantities: tuple[float, float, float] = number(
        (1.9, 1.45, 1.2), "mean units an item of cheap, middling and dear goods, geometric", _PRICES, 1, 9
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        if self.price_classes[0] > self.price_classes[1]:
            yield "price_classes must rise; give the lower price first."
