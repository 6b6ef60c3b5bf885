"""Promotions: how many of which kind, how long, how deep."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.ecommerce.rules.declare import STORY, falling, given, mix, number, share
from datagen.frozen import dataclass
from datagen.rules import Mix


@dataclass(frozen=True)
class PromotionRules:
    """Kinds, days, cuts and what promotions cover."""

    promotions: int = given(10, "promotions")
    promotion_products: int = given(100, "products covered by promotions")
    types: Mix = mix(
        "promotions", f"{STORY}#promotions", {"product": 0.3, "category": 0.3, "seller": 0.2, "flash sale": 0.2}
    )
    breadth: tuple[float, ...] = number(
        (1.2, 1.2, 0.7, 0.7),
        "products covered against the mean, by type: product, category, seller, flash sale",
        "assumption: flash sales and small sellers cover fewer",
        0.01,
        10,
    )
    seller_share: float = share(
        0.33,
        "sellers that may have a promotion of their own, the largest",
        "assumption: small ones have few goods",
        0.01,
    )
    flash_days: tuple[int, int] = number(
        (1, 2), "days of a flash sale, shortest and longest", f"{STORY}#promotions", 1, 2
    )
    days: tuple[int, int] = number(
        (7, 14),
        "days of another promotion in a window of a year, shortest and longest; in proportion in others",
        f"{STORY}#promotions",
        1,
        31,
    )
    limits: tuple[int, int] = number((2, 31), "days of another promotion in any window", f"{STORY}#promotions", 1, 31)
    cuts: tuple[float, float] = number(
        (0.10, 0.55), "share of the list price taken off, least and most", f"{STORY}#promotions", 0.05, 0.7
    )
    fixed_amounts: float = share(0.25, "promotions that take off a fixed amount", "assumption: percentages are usual")
    fixed_cuts: tuple[float, float] = number(
        (0.15, 0.35),
        "share of the median price that a fixed amount is, least and most",
        f"{STORY}#promotions",
        0.05,
        0.5,
    )
    planned: float = share(0.1, "promotions that begin on the as-of day or later", f"{STORY}#promotions")
    planned_days: int = number(14, "days from the as-of day on in which they begin", f"{STORY}#promotions", 1, 14)
    listed_days: int = number(
        40,
        "days for which a product has been listed before it is promoted, where there are such",
        "assumption: past its launch",
        1,
        365,
    )
    notice: tuple[int, int] = number(
        (3, 30),
        "days before its start that a promotion is entered, least and most",
        "assumption: campaigns are planned",
        1,
        365,
    )
    entering_minutes: tuple[int, int] = number(
        (1, 90), "minutes in which staff enter what a promotion covers", "assumption: in one sitting", 1, 1_440
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        yield from falling(self, "flash_days", "days", "limits", "cuts", "fixed_cuts", "notice", "entering_minutes")
