"""Brands, categories, sellers and products."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.ecommerce.rules.declare import STORY, falling, given, mix, number, share
from datagen.frozen import dataclass
from datagen.rules import Mix

_COUNTRIES = {
    "US": 0.34,
    "CN": 0.16,
    "DE": 0.10,
    "JP": 0.08,
    "FR": 0.07,
    "IT": 0.06,
    "GB": 0.06,
    "SE": 0.05,
    "KR": 0.04,
    "CA": 0.04,
}


@dataclass(frozen=True)
class CatalogueRules:
    """How many there are, since when, and what they are like."""

    brands: int = given(20, "brands", 1)
    categories: int = given(10, "categories", 1)
    sellers: int = given(25, "sellers", 1)
    products: int = given(200, "products", 1)

    top_share: float = share(0.3, "categories at the top", f"{STORY}#the-catalogue: given, rounded down")
    founded_years: tuple[float, float] = number(
        (5.5, 8.0),
        "years before the window in which brands and categories were entered",
        "assumption: a marketplace that opened before its oldest seller joined",
        5.1,
        30,
    )
    joining_years: float = number(
        5.0, "years up to the as-of day in which sellers joined", f"{STORY}#ids-and-time", 3.5, 20
    )
    new_sellers: float = share(0.08, "sellers who join in a year of the window", "assumption: a mature marketplace")
    settled_days: int = number(
        30,
        "days before the window by which its other sellers have joined",
        "assumption: they have goods by then",
        0,
        365,
    )
    joining_share: float = share(
        0.75, "the window in which new sellers join", "assumption: they have goods before it ends", 0.05, 0.95
    )
    official_share: float = share(0.32, "sellers that are Official", f"{STORY}#the-catalogue", 0.0, 0.5)
    countries: Mix = mix("brands and sellers", "assumption: goods sold online in the United States", _COUNTRIES)
    official_rating: tuple[float, float] = number(
        (4.5, 0.2), "stars, mean and deviation of Official sellers", f"{STORY}#popularity: they rate higher", 0, 5
    )
    marketplace_rating: tuple[float, float] = number(
        (4.0, 0.35),
        "stars, mean and deviation of Marketplace sellers",
        "assumption: as published means of stars are",
        0,
        5,
    )
    product_rating: tuple[float, float] = number(
        (0.0, 0.35),
        "stars, mean and deviation of a product about its seller",
        "assumption: goods of a shop differ",
        -1,
        2,
    )

    size_sigma: float = number(
        0.7, "standard deviation of the logarithm of the size of catalogues", f"{STORY}#the-catalogue: uneven", 0, 2
    )
    seller_brands: tuple[int, int] = number(
        (2, 8), "brands of a Marketplace seller, least and most", f"{STORY}#the-catalogue: several", 1, 100
    )
    single_department: float = share(
        0.5, "brands that sell in one department alone, the others in two", "assumption: brands have a trade"
    )
    home_share: float = share(
        0.7, "a brand's products in its own department, if it has another", "assumption: and a second one at most"
    )
    launched: float = share(
        0.13, "products launched in a year", "assumption: a catalogue is renewed in under a decade", 0, 0.3
    )
    retired: float = share(0.07, "products retired in a year", "assumption: fewer go than come", 0, 0.3)
    least_life: int = number(60, "days on sale before a product is retired, least", "assumption: a season", 1, 365)

    leaf_prices: tuple[float, float] = number(
        (25.0, 65.0),
        "US dollars, lowest and highest median price of a category",
        "assumption: everyday goods",
        1,
        10_000,
    )
    goods_prices: tuple[float, float, float] = number(
        (0.6, 1.0, 1.9),
        "times the median price of the category that its cheap, middling and dear goods cost",
        "assumption: a wool coat costs three times as much as a down vest",
        0.05,
        20,
    )
    price_sigma: float = number(
        0.38,
        "standard deviation of the logarithm of prices of goods of one kind",
        "assumption: from plain to premium",
        0,
        2,
    )
    price_limits: tuple[float, float] = number(
        (3.0, 2_500.0), "US dollars, lowest and highest price", "assumption: what is worth a parcel", 1, 100_000
    )
    nines: float = share(
        0.7, "prices that end in 9", "published: studies of retail prices find more than half end in 9"
    )
    retirement_hours: tuple[int, int] = number(
        (0, 6), "hours of the day in which products are taken off sale", "convention: nightly runs", 0, 24
    )
    nine_endings: tuple[int, ...] = number(
        (99, 99, 99, 49, 79, 29), "cents of prices that end in 9, each as likely", "convention: charm prices", 9, 99
    )
    other_endings: tuple[int, ...] = number(
        (0, 0, 50, 95, 25), "cents of other prices, each as likely", "convention: round prices", 0, 98
    )
    opening_hours: tuple[int, int] = number(
        (8, 18), "hours of the day in which rows are entered by staff", "convention: office hours", 0, 24
    )
    marked_down: float = share(
        0.28, "products with a standing markdown", "assumption: a quarter of the shelf is reduced"
    )
    markdown: tuple[float, float] = number(
        (0.05, 0.22),
        "share of the price that a markdown takes off, least and most",
        "assumption: below promotions",
        0.01,
        0.5,
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        yield from falling(
            self, "founded_years", "seller_brands", "leaf_prices", "price_limits", "markdown", "opening_hours",
            "retirement_hours",
        )  # fmt: skip
        if self.founded_years[0] <= self.joining_years:
            yield "founded_years must begin before sellers join; give more years than joining_years."
