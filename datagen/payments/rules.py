"""Every business number of the payments world, once, with its unit and source."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from datagen.payments.vocabulary import ANY_ENDING, CARD_PRESENT, FOOD, SIZES, TRADES
from datagen.rules import Mix, rule, section

_STORY = "docs/payments-story.md"
_CHECKS = "docs/payments-checks.md"
_MERCHANTS = f"{_STORY}#merchants"
_LIFE = f"{_STORY}#life-of-a-merchant"
_DAYS = f"{_STORY}#days"

FIRST_HOUR = 8
"""The hour of the day with which the rules of hours begin."""
_HOURS = 14
"""How many hours these rules know."""
MOST_TERMINALS = 8
"""Terminals that a merchant can have; a place in a stream belongs to each, so it must never change."""
_LEAST_SPAN = 3
"""Dollars between the least and the most amount: a dollar and a few cents more or less stay inside."""


def _share(default: float, unit: str, source: str, high: float = 1.0) -> Any:
    return rule(default, unit=f"share of {unit}", source=source, low=0, high=high)


def _range(low: float, high: float, unit: str, source: str, most: float | None = None) -> Any:
    return rule((low, high), unit=f"{unit}, least and most", source=source, low=0, high=most)


def _least(default: int, unit: str) -> Any:
    return rule(default, unit=f"{unit}, at least", source="convention: with fewer, chance alone leaves the band", low=1)


def _falling(root: Any, *names: str) -> Iterator[str]:
    for name in names:
        low, high = getattr(root, name)
        if low > high:
            yield f"{name} must rise; write the least first."


@dataclass(frozen=True)
class BusinessRules:
    """How many merchants there are, and how they come, change and go."""

    initial_merchants: int = rule(500, unit="merchants on the first day", source=_MERCHANTS, low=1, high=100_000)
    monthly_growth_rate: float = _share(0.08, "the active merchants that join in a month", _MERCHANTS)
    monthly_churn_rate: float = _share(0.03, "the active merchants that leave in a month", _MERCHANTS)
    growth_cap: int = rule(50, unit="new merchants a month, at most", source=_LIFE, low=0, high=10_000)
    churn_cap: int = rule(30, unit="merchants that leave a month, at most", source=_LIFE, low=0, high=10_000)
    merchant_size_distribution: Mix = rule(
        Mix.of({"small": 0.70, "medium": 0.25, "large": 0.05}), unit="share of merchants", source=_MERCHANTS
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
    monthly_change_rate: float = _share(0.015, "merchants whose data changes in a month", f"{_LIFE}: low")
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
    city_power: float = rule(
        1.3,
        unit="power of a city's number of ZIP codes that says how much of the trade it has",
        source="assumption: a ZIP code of a city of a hundred has about four times the people of a lone one",
        low=1,
        high=2,
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for name, words in (("merchant_size_distribution", SIZES), ("industries", tuple(TRADES))):
            if getattr(self, name).names != words:
                yield f"{name} must be the shares of {', '.join(words)}."


@dataclass(frozen=True)
class SizeRules:
    """What a merchant's size says of its payments."""

    small_daily_tx_range: tuple[int, int] = _range(2, 20, "payments a day", _MERCHANTS)
    medium_daily_tx_range: tuple[int, int] = _range(5, 50, "payments a day", _MERCHANTS)
    large_daily_tx_range: tuple[int, int] = _range(20, 100, "payments a day", _MERCHANTS)
    small_amount: tuple[int, int] = _range(5, 100, "dollars", _MERCHANTS, 1_000_000)
    medium_amount: tuple[int, int] = _range(25, 300, "dollars", _MERCHANTS, 1_000_000)
    large_amount: tuple[int, int] = _range(100, 1_000, "dollars", _MERCHANTS, 1_000_000)
    small_mdr: tuple[float, float] = _range(0.030, 0.035, "share of the amount", _MERCHANTS, 0.5)
    medium_mdr: tuple[float, float] = _range(0.025, 0.029, "share of the amount", _MERCHANTS, 0.5)
    large_mdr: tuple[float, float] = _range(0.020, 0.025, "share of the amount", _MERCHANTS, 0.5)

    def of(self, what: str) -> tuple[tuple[float, float], ...]:
        """The ranges of one thing (`daily_tx_range`, `amount` or `mdr`) by size, small first."""
        return {
            "daily_tx_range": (self.small_daily_tx_range, self.medium_daily_tx_range, self.large_daily_tx_range),
            "amount": (self.small_amount, self.medium_amount, self.large_amount),
            "mdr": (self.small_mdr, self.medium_mdr, self.large_mdr),
        }[what]

    def problems(self) -> Iterator[str]:
        """Ranges whose end lies below their beginning, or that hold no whole number of payments in some season."""
        yield from _falling(self, *(f"{size}_{what}" for what in ("daily_tx_range", "amount", "mdr") for size in SIZES))
        for size, (low, high) in zip(SIZES, self.of("daily_tx_range"), strict=True):
            if high < low + 1 or low < 1 or high > 5_000:
                yield f"{size}_daily_tx_range must span two numbers at least, from 1 to 5,000."
        for size, (low, high) in zip(SIZES, self.of("mdr"), strict=True):
            if round(high * 1e4, 6) - round(low * 1e4, 6) < 1:
                yield f"{size}_mdr must span a basis point (0.0001) at least."
        for size, (low, high) in zip(SIZES, self.of("amount"), strict=True):
            if low < 1 or high - low < _LEAST_SPAN:
                yield f"{size}_amount must begin at 1 dollar or more and span {_LEAST_SPAN} dollars at least."


@dataclass(frozen=True)
class ActivityRules:
    """When merchants are paid, and how often."""

    opening_hours: tuple[int, int] = rule(
        (8, 22),
        unit="hour of the day, first and end",
        source=f"{_DAYS}: 8:00 to 22:00",
        low=FIRST_HOUR,
        high=FIRST_HOUR + _HOURS,
    )
    hours: tuple[float, ...] = rule(
        (0.4, 0.6, 0.8, 1.1, 1.6, 1.5, 1.0, 0.9, 1.0, 1.5, 1.6, 1.1, 0.7, 0.4),
        unit="relative payments in each hour from 8 on",
        source=f"{_CHECKS}#s10: lunch and early evening",
        low=0.05,
    )
    food_hours: tuple[float, ...] = rule(
        (0.6, 0.5, 0.5, 1.0, 2.1, 1.7, 0.7, 0.5, 0.7, 1.6, 2.1, 1.7, 1.0, 0.5),
        unit="relative payments in each hour from 8 on",
        source=f"{_CHECKS}#s10: lunch and early evening",
        low=0.05,
    )
    weekdays: tuple[float, ...] = rule(
        (1.02, 1.03, 1.04, 1.04, 1.06, 0.82, 0.66),
        unit="relative payments from Monday to Sunday",
        source=f"{_DAYS}: reduced on weekends",
        low=0.05,
        high=2,
    )
    food_weekdays: tuple[float, ...] = rule(
        (0.86, 0.90, 0.94, 1.00, 1.14, 1.16, 1.04),
        unit="relative payments from Monday to Sunday",
        source="assumption: restaurants are fullest from Friday to Sunday",
        low=0.05,
        high=2,
    )
    holiday_factor: float = rule(1.5, unit="times an ordinary day", source=_DAYS, low=1, high=3)
    holiday_days: tuple[int, int] = rule(
        (1115, 1231), unit="first and last day as month x 100 + day", source=_DAYS, low=101, high=1231
    )
    summer_factor: float = rule(1.2, unit="times an ordinary day", source=_DAYS, low=1, high=3)
    summer_days: tuple[int, int] = rule(
        (601, 831), unit="first and last day as month x 100 + day", source=_DAYS, low=101, high=1231
    )
    level_median: float = rule(
        0.31,
        unit="place of a merchant's usual day within its size's range",
        source=f"{_CHECKS}#s11: skewed",
        low=0.05,
        high=0.9,
    )
    level_sigma: float = rule(
        0.50,
        unit="spread of that place (sigma of its logarithm)",
        source="assumption: of two merchants of a class, one often sells twice as much",
        low=0,
        high=2,
    )
    level_least: float = rule(
        0.06,
        unit="least place within the range",
        source="assumption: nobody stays at the very end of the range",
        low=0,
        high=0.5,
    )
    closed_share: float = _share(0.03, "days on which a merchant is not paid", f"{_DAYS}: not every day", 0.9)
    closed_weekday_share: float = _share(
        0.30,
        "merchants that are closed on a day of the week",
        "assumption: nearly a third of shops and restaurants close on a day, mostly Sunday or Monday",
    )
    closed_feast_share: float = _share(
        0.80,
        "merchants that are closed on Thanksgiving and on 25 December",
        "assumption: most shops are closed on these two days",
        0.9,
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        first, end = self.opening_hours
        if first >= end:
            yield "opening_hours must rise; write the first hour before the end."
        yield from _falling(self, "holiday_days", "summer_days")


@dataclass(frozen=True)
class CardRules:
    """Which cards pay, and how often a card comes back."""

    brands: Mix = rule(
        Mix.of({"Visa": 0.52, "Mastercard": 0.27, "Amex": 0.13, "Discover": 0.08}),
        unit="share of new cards",
        source=f"{_CHECKS}#s07: in this order",
    )
    visa_debit_share: float = _share(
        0.52,
        "Visa cards",
        "assumption: debit is about half of Visa payments, less of Mastercard ones, rare with Discover",
    )
    mastercard_debit_share: float = _share(0.38, "Mastercard cards", "assumption: as visa_debit_share")
    discover_debit_share: float = _share(0.10, "Discover cards", "assumption: as visa_debit_share")
    visa_issuers: Mix = rule(
        Mix.of(
            {
                "Chase": 0.30,
                "Bank of America": 0.22,
                "Wells Fargo": 0.20,
                "Capital One": 0.10,
                "US Bank": 0.10,
                "PNC Bank": 0.08,
            }
        ),
        unit="share of Visa cards",
        source="assumption: in the order of the large issuers of Visa cards; no shares are published by brand",
    )
    mastercard_issuers: Mix = rule(
        Mix.of(
            {"Citi": 0.34, "Capital One": 0.30, "Bank of America": 0.14, "Fifth Third Bank": 0.12, "Barclays": 0.10}
        ),
        unit="share of Mastercard cards",
        source="assumption: in the order of the large issuers of Mastercard cards; no shares are published by brand",
    )
    amex_issuers: Mix = rule(
        Mix.of({"American Express": 1.0}),
        unit="share of Amex cards",
        source="assumption: nearly all American Express cards are its own",
    )
    discover_issuers: Mix = rule(
        Mix.of({"Discover Bank": 1.0}),
        unit="share of Discover cards",
        source="assumption: nearly all Discover cards are of Discover Bank",
    )
    stored_share: float = _share(0.01, "payments by new cards whose card is stored", f"{_STORY}#cards; {_CHECKS}#s03")
    reuse: tuple[float, float] = _range(
        0.07, 0.13, "share of a day's payments by stored cards", f"{_STORY}#cards: 5-15 %", 1
    )
    strained_share: float = _share(0.05, "cards that are often declined", f"{_CHECKS}#s05: declines clustered by card")
    strained_declined: float = _share(
        0.55,
        "payments of such a card that are declined",
        "assumption: every other payment of a card near its limit fails",
    )
    declined_present: float = _share(0.021, "other cards' payments that are declined, card present", f"{_CHECKS}#s04")
    declined_remote: float = _share(
        0.085, "other cards' payments that are declined, card not present", f"{_CHECKS}#s04"
    )

    @property
    def debit_shares(self) -> dict[str, float]:
        """The share of debit cards, by brand."""
        return {
            "Visa": self.visa_debit_share,
            "Mastercard": self.mastercard_debit_share,
            "Amex": 0.0,
            "Discover": self.discover_debit_share,
        }

    @property
    def issuers(self) -> dict[str, Mix]:
        """Shares of the issuers of cards, by brand."""
        return {
            "Visa": self.visa_issuers,
            "Mastercard": self.mastercard_issuers,
            "Amex": self.amex_issuers,
            "Discover": self.discover_issuers,
        }

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        yield from _falling(self, "reuse")
        if self.brands.names != ("Visa", "Mastercard", "Amex", "Discover"):
            yield "brands must be the shares of Visa, Mastercard, Amex and Discover."


@dataclass(frozen=True)
class PaymentRules:
    """How and where payments are made, and what they cost."""

    types: Mix = rule(
        Mix.of({CARD_PRESENT: 0.665, "online": 0.225, "mobile": 0.075, "phone": 0.035}),
        unit="share of payments",
        source=f"{_CHECKS}#s06: card present 58-72 %",
    )
    amount_median: float = rule(
        0.24,
        unit="place of the middle amount within its size's range",
        source="assumption: most sales are small against the largest",
        low=0.02,
        high=0.9,
    )
    amount_sigma: float = rule(
        0.75,
        unit="spread of that place (sigma of its logarithm)",
        source="assumption: a tenth of the sales is about 2.5 times the middle one or more",
        low=0,
        high=2,
    )
    industry_amounts: tuple[float, ...] = rule(
        (1.0, 0.6, 1.1, 1.4, 2.2, 0.9, 2.6),
        unit=f"factor on the middle amount: {', '.join(TRADES)}",
        source="assumption: meals cost less, repairs and journeys more than other things",
        low=0.1,
        high=10,
    )
    ticket: tuple[float, float] = _range(
        0.55,
        1.0,
        "factor on a merchant's amounts",
        "assumption: of two merchants of an industry, one sells things of twice the price",
        1,
    )
    endings: Mix = rule(
        Mix.of({ANY_ENDING: 0.80, "00": 0.06, "49": 0.03, "95": 0.04, "99": 0.07}),
        unit="share of the amounts whose cents are set to that",
        source="assumption: prices end in 00, 49, 95 and 99 more often than in other cents",
    )
    near_share: float = _share(
        0.60,
        "remote payments made near the merchant",
        "assumption: most customers of a small business live around it, remote ones too",
    )
    near_degrees: float = rule(
        0.15,
        unit="degrees from the merchant's ZIP, then, at most",
        source="assumption: a quarter of an hour by car",
        low=0,
        high=1,
    )
    terminal_degrees: float = rule(
        0.05,
        unit="degrees of a terminal from its merchant's ZIP, at most",
        source=f"{_STORY}#places-and-terminals",
        low=0,
        high=0.15,
    )
    terminal_km: float = rule(
        25, unit="km of a terminal from its merchant's ZIP, at most", source=f"{_STORY}#places-and-terminals", low=25
    )
    debit_cost_rate: float = _share(0.005, "the amount", f"{_STORY}#fees: the rate in the given example", 0.1)
    visa_cost_rate: float = _share(
        0.0130,
        "the amount",
        "assumption: interchange and scheme fees of credit cards are 1.2 to 2 %, and must be below the least MDR",
        0.1,
    )
    mastercard_cost_rate: float = _share(0.0135, "the amount", "assumption: as visa_cost_rate, a little more", 0.1)
    amex_cost_rate: float = _share(0.0160, "the amount", "assumption: as visa_cost_rate, the most", 0.1)
    discover_cost_rate: float = _share(0.0145, "the amount", "assumption: as visa_cost_rate, between the others", 0.1)
    remote_cost_rate: float = _share(
        0.0025,
        "the amount, more if the card is not present",
        "assumption: interchange without the card present is about a quarter of a per cent higher",
        0.1,
    )

    @property
    def credit_cost_rates(self) -> dict[str, float]:
        """The share of the amount that a payment by a credit card costs, by brand."""
        return {
            "Visa": self.visa_cost_rate,
            "Mastercard": self.mastercard_cost_rate,
            "Amex": self.amex_cost_rate,
            "Discover": self.discover_cost_rate,
        }

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        if self.types.names[0] != CARD_PRESENT:
            yield f"types must begin with {CARD_PRESENT}."
        if self.types.shares[0] >= 1:
            yield f"types.{CARD_PRESENT} must leave a share to the others."
        credit = min(self.visa_cost_rate, self.mastercard_cost_rate, self.amex_cost_rate, self.discover_cost_rate)
        if self.debit_cost_rate + self.remote_cost_rate >= credit:
            yield "debit_cost_rate and remote_cost_rate together must be below each rate of a credit card."


@dataclass(frozen=True)
class BandRules:
    """What data is judged by beyond the numbers it was made from: the bands of the scorecard.

    These are the bands of data made by the default rules; they move with the rules that their figures follow.
    """

    size_share_slack: float = _share(0.04, "merchants at the start, either way", f"{_CHECKS}#s01")
    reuse_share: tuple[float, float] = _range(0.05, 0.15, "share of a day's payments", f"{_CHECKS}#s02", 1)
    reuse_least: int = _least(3_000, "payments of a day whose share is judged")
    stored_slack: float = _share(0.003, "payments by new cards, either way", f"{_CHECKS}#s03")
    approved_present: tuple[float, float] = _range(0.92, 0.98, "share of payments, card present", f"{_CHECKS}#s04", 1)
    approved_remote: tuple[float, float] = _range(
        0.84, 0.93, "share of payments, card not present", f"{_CHECKS}#s04", 1
    )
    present_share: tuple[float, float] = _range(0.58, 0.72, "share of payments", f"{_CHECKS}#s06", 1)
    type_slack: float = _share(
        0.02,
        "payments without the card present, either way",
        "convention: far more than chance where so many rows are judged",
    )
    season_slack: float = rule(
        0.12, unit="of a season's factor, either way", source=f"{_CHECKS}#s09: about", low=0, high=0.5
    )
    season_days: tuple[int, int] = rule(
        (60, 20),
        unit="ordinary days and days of a season of a merchant that is judged",
        source="convention: fewer days leave the ratio of a merchant to chance",
        low=1,
    )
    brand_slack: float = _share(
        0.02, "payments, either way", f"{_CHECKS}#s07: less than half of what is between two brands"
    )
    weekend_ratio: tuple[float, float] = _range(0.50, 0.97, "weekend day against a weekday", f"{_CHECKS}#s08")
    food_weekend_ratio: tuple[float, float] = _range(
        1.0, 1.3, "weekend day against a weekday, merchants of food", f"{_CHECKS}#s08: not below"
    )
    lunch_hours: tuple[int, int] = rule(
        (12, 13), unit="first and last hour of lunch", source="convention: what the words mean", low=0, high=23
    )
    evening_hours: tuple[int, int] = rule(
        (17, 18),
        unit="first and last hour of the early evening",
        source="convention: what the words mean",
        low=0,
        high=23,
    )
    quiet_hours: tuple[int, int] = rule(
        (10, 21),
        unit="hour until which and hour from which it is quiet",
        source="convention: what the words mean",
        low=0,
        high=24,
    )
    peak_ratio: float = rule(
        1.3, unit="times an hour's even share, at least, at the peaks", source=f"{_CHECKS}#s10", low=1
    )
    quiet_ratio: float = rule(
        0.7, unit="times an hour's even share, at most, in the quiet hours", source=f"{_CHECKS}#s10", high=1
    )
    volume_skew: float = rule(1.03, unit="mean volume against the median, at least", source=f"{_CHECKS}#s11", low=1)
    volume_days: int = _least(10, "days with payments of a merchant whose volume is judged")
    usual_day: tuple[float, float] = _range(
        0.85,
        1.15,
        "median merchant's payments on an ordinary day against those of the rules",
        "convention: what the logistic curve, rounding and chance leave between",
    )
    commonest_amount: float = _share(
        0.01,
        "a merchant's payments that are of its commonest amount, at most",
        "convention: chance and endings give less",
    )
    commonest_least: int = _least(500, "payments of a merchant whose amounts are judged")
    usual_amount: tuple[float, float] = _range(
        0.82,
        1.18,
        "place of an industry's mean amount within the range against that of the rules",
        "convention: what the logistic curve, rounding and chance leave between",
    )
    ending_slack: float = rule(
        0.15,
        unit="of the share of an ending, either way",
        source="convention: amounts that end so by themselves, and chance",
        low=0,
        high=1,
    )
    decline_clustering: float = rule(
        1.5, unit="variance of declines by card against chance, at least", source=f"{_CHECKS}#s05", low=1
    )
    clustering_least: int = _least(5, "payments of a card whose declines are judged")


@dataclass(frozen=True)
class PaymentsRules:
    """The rules of the payments world by section; override them with `datagen.rules.override`."""

    business: BusinessRules = section(BusinessRules)
    sizes: SizeRules = section(SizeRules)
    activity: ActivityRules = section(ActivityRules)
    cards: CardRules = section(CardRules)
    payments: PaymentRules = section(PaymentRules)
    bands: BandRules = section(BandRules)
