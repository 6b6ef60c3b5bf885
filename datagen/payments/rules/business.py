"""How many merchants there are, what they are, and how they come, change and go."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.frozen import dataclass
from datagen.payments.rules.declaring import LIFE, MERCHANTS, falling, share, span
from datagen.payments.vocabulary import FOOD, SIZES, TRADES
from datagen.rules import Mix, rule

MOST_TERMINALS = 8
"""Terminals that a merchant can have; a place in a stream belongs to each, so it must never change."""
_LEAST_SPAN = 3
"""Dollars between the least and the most amount: cents of a price stay inside."""


@dataclass(frozen=True)
class BusinessRules:
    """How many merchants there are, and how they come, change and go."""

    initial_merchants: int = rule(500, unit="merchants on the first day", source=MERCHANTS, low=1, high=100_000)
    monthly_growth_rate: float = share(0.08, "the active merchants that join in a month", MERCHANTS)
    monthly_churn_rate: float = share(0.03, "the active merchants that leave in a month", MERCHANTS)
    growth_cap: int = rule(50, unit="new merchants a month, at most", source=LIFE, low=0, high=10_000)
    churn_cap: int = rule(30, unit="merchants that leave a month, at most", source=LIFE, low=0, high=10_000)
    merchant_size_distribution: Mix = rule(
        Mix.of({"small": 0.70, "medium": 0.25, "large": 0.05}), unit="share of merchants", source=MERCHANTS
    )
    industries: Mix = rule(
        Mix.of(
            {
                "retail": 0.28,
                FOOD: 0.26,
                "services": 0.16,
                "healthcare": 0.10,
                "automotive": 0.08,
                "entertainment": 0.06,
                "travel": 0.06,
            }
        ),
        unit="share of merchants",
        source="assumption: most merchants of an aggregator are shops and restaurants, few sell travel",
    )
    monthly_change_rate: float = share(0.015, "merchants whose data changes in a month", f"{LIFE}: low")
    changes: Mix = rule(
        Mix.of({"contact": 0.45, "address": 0.25, "pricing": 0.20, "size": 0.10}),
        unit="share of the changes",
        source="assumption: contact data changes most, the size of a business seldom",
    )
    terminals: tuple[int, int, int] = rule(
        (2, 4, 8),
        unit="terminals a small, medium and large merchant has at most",
        source="assumption: a small shop has a till or two, a large one a row of them",
        low=1,
        high=MOST_TERMINALS,
    )
    rural_share: float = share(
        0.2,
        "the people of a state, merchants and payers among them, outside of places of 5,000 people and more",
        "published: the 2020 census counts 20 % of the people as rural",
    )
    churn_weights: tuple[float, float, float] = rule(
        (1.15, 0.75, 0.5),
        unit="relative chance of a small, medium and large merchant to leave",
        source="published: of small businesses, about twice as many close in a year as of larger ones (Bureau of Labor "
        "Statistics, Business Employment Dynamics)",
        low=0.01,
        high=100,
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for name, words in (("merchant_size_distribution", SIZES), ("industries", tuple(TRADES))):
            if getattr(self, name).names != words:
                yield f"{name} must be the shares of {', '.join(words)}."


@dataclass(frozen=True)
class SizeRules:
    """What a merchant's size says of its payments."""

    small_daily_tx_range: tuple[int, int] = span(2, 20, "payments a day", MERCHANTS)
    medium_daily_tx_range: tuple[int, int] = span(5, 50, "payments a day", MERCHANTS)
    large_daily_tx_range: tuple[int, int] = span(20, 100, "payments a day", MERCHANTS)
    small_amount: tuple[int, int] = span(5, 100, "dollars", MERCHANTS, 1_000_000)
    medium_amount: tuple[int, int] = span(25, 300, "dollars", MERCHANTS, 1_000_000)
    large_amount: tuple[int, int] = span(100, 1_000, "dollars", MERCHANTS, 1_000_000)
    small_mdr: tuple[float, float] = span(0.030, 0.035, "share of the amount", MERCHANTS, 0.5)
    medium_mdr: tuple[float, float] = span(0.025, 0.029, "share of the amount", MERCHANTS, 0.5)
    large_mdr: tuple[float, float] = span(0.020, 0.025, "share of the amount", MERCHANTS, 0.5)

    def of(self, what: str) -> tuple[tuple[float, float], ...]:
        """The ranges of one thing (`daily_tx_range`, `amount` or `mdr`) by size, small first."""
        return {
            "daily_tx_range": (self.small_daily_tx_range, self.medium_daily_tx_range, self.large_daily_tx_range),
            "amount": (self.small_amount, self.medium_amount, self.large_amount),
            "mdr": (self.small_mdr, self.medium_mdr, self.large_mdr),
        }[what]

    def problems(self) -> Iterator[str]:
        """Ranges whose end lies below their beginning, or that hold no whole number of payments in some season."""
        yield from falling(self, *(f"{size}_{what}" for what in ("daily_tx_range", "amount", "mdr") for size in SIZES))
        for size, (low, high) in zip(SIZES, self.of("daily_tx_range"), strict=True):
            if high < low + 1 or low < 1 or high > 5_000:
                yield f"{size}_daily_tx_range must span two numbers at least, from 1 to 5,000."
        for size, (low, high) in zip(SIZES, self.of("mdr"), strict=True):
            if round(high * 1e4, 6) - round(low * 1e4, 6) < 1:
                yield f"{size}_mdr must span a basis point (0.0001) at least."
        for size, (low, high) in zip(SIZES, self.of("amount"), strict=True):
            if low < 1 or high - low < _LEAST_SPAN:
                yield f"{size}_amount must begin at 1 dollar or more and span {_LEAST_SPAN} dollars at least."
