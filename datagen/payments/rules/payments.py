"""How and where payments are made, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datagen.frozen import dataclass
from datagen.payments.rules.declaring import CHECKS, STORY, share, span
from datagen.payments.vocabulary import ANY_ENDING, CARD_PRESENT, PAYMENT_TYPES, TRADES
from datagen.rules import Mix, rule


def _types(present: float, online: float, mobile: float, phone: float, industry: str, why: str) -> Any:
    return rule(
        Mix.of(dict(zip(PAYMENT_TYPES, (present, online, mobile, phone), strict=True))),
        unit=f"share of payments, {industry}",
        source=f"assumption: {why}; together {CHECKS}#s06",
    )


@dataclass(frozen=True)
class PaymentRules:
    """How and where payments are made, and what they cost."""

    retail_types: Mix = _types(
        0.66, 0.24, 0.08, 0.02, "retail", "shops sell mostly over the counter, a third from a web shop"
    )
    food_types: Mix = _types(
        0.86, 0.06, 0.07, 0.01, "food", "meals are paid at the table or the till; some are ordered in an app"
    )
    services_types: Mix = _types(0.62, 0.24, 0.08, 0.06, "services", "bills are paid on the spot, or later online")
    healthcare_types: Mix = _types(
        0.7, 0.18, 0.04, 0.08, "healthcare", "paid at the desk, bills online or by telephone"
    )
    automotive_types: Mix = _types(
        0.8, 0.09, 0.04, 0.07, "automotive", "paid when the car is collected; parts are ordered"
    )
    entertainment_types: Mix = _types(
        0.5, 0.34, 0.15, 0.01, "entertainment", "half of the tickets are bought beforehand"
    )
    travel_types: Mix = _types(0.18, 0.66, 0.1, 0.06, "travel", "rooms and journeys are booked from afar")
    type_spread: float = rule(
        0.75,
        unit="spread of a merchant's share of payments with the card present: either way, of what is left to 0 or 1",
        source="assumption: of two shops, one has a web shop and the other none",
        low=0,
        high=1,
    )
    debit_remote: float = rule(
        0.75,
        unit="times the usual share of payments without the card present, debit cards, of what is left to 0 or 1",
        source="published: more payments by credit than by debit card are remote (Federal Reserve Payments Study)",
        low=0.1,
        high=1,
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
    ticket: tuple[float, float] = span(
        0.55,
        1.0,
        "factor on a merchant's amounts",
        "assumption: of two merchants of an industry, one sells things of twice the price",
        1,
    )
    debit_amounts: float = rule(
        0.6,
        unit="factor on the middle amount, debit cards",
        source="published: the average payment by debit card is about half of that by credit card (Federal Reserve "
        "Payments Study: 46 against 97 dollars)",
        low=0.1,
        high=10,
    )
    credit_amounts: float = rule(
        1.05, unit="factor on the middle amount, credit cards", source="assumption: as debit_amounts", low=0.1, high=10
    )
    amex_amounts: float = rule(
        1.45,
        unit="factor on the middle amount, Amex cards",
        source="published: holders of American Express cards spend more a payment than others (annual reports)",
        low=0.1,
        high=10,
    )
    endings: Mix = rule(
        Mix.of({ANY_ENDING: 0.80, "00": 0.06, "49": 0.03, "95": 0.04, "99": 0.07}),
        unit="share of the amounts whose cents are set to that",
        source="assumption: prices end in 00, 49, 95 and 99 more often than in other cents",
    )
    near_share: float = share(
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
    shop_degrees: float = rule(
        0.05,
        unit="degrees of a shop from its ZIP, at most",
        source=f"{STORY}#places-and-terminals",
        low=0,
        high=0.15,
    )
    terminal_degrees: float = rule(
        0.0002,
        unit="degrees of a terminal from its shop, at most",
        source=f"{STORY}#places-and-terminals: a shop is some twenty metres wide",
        low=0,
        high=0.0003,
    )
    terminal_seconds: int = rule(
        6,
        unit="seconds between two payments of a merchant, at least",
        source="assumption: a terminal needs that long for a payment",
        low=1,
        high=60,
    )
    terminal_km: float = rule(
        25, unit="km of a terminal from its merchant's ZIP, at most", source=f"{STORY}#places-and-terminals", low=25
    )
    debit_cost_rate: float = share(0.005, "the amount", f"{STORY}#fees: the rate in the given example", 0.1)
    visa_cost_rate: float = share(
        0.0130,
        "the amount",
        "assumption: interchange and scheme fees of credit cards are 1.2 to 2 %, and must be below the least MDR",
        0.1,
    )
    mastercard_cost_rate: float = share(0.0135, "the amount", "assumption: as visa_cost_rate, a little more", 0.1)
    amex_cost_rate: float = share(0.0160, "the amount", "assumption: as visa_cost_rate, the most", 0.1)
    discover_cost_rate: float = share(0.0145, "the amount", "assumption: as visa_cost_rate, between the others", 0.1)
    remote_cost_rate: float = share(
        0.0025,
        "the amount, more if the card is not present",
        "assumption: interchange without the card present is about a quarter of a per cent higher",
        0.1,
    )

    @property
    def types(self) -> tuple[Mix, ...]:
        """Shares of the types of payments, by industry in the order of `TRADES`."""
        return (
            self.retail_types,
            self.food_types,
            self.services_types,
            self.healthcare_types,
            self.automotive_types,
            self.entertainment_types,
            self.travel_types,
        )

    @property
    def card_amounts(self) -> tuple[float, float, float]:
        """Factors on the middle amount: debit cards, credit cards, Amex."""
        return self.debit_amounts, self.credit_amounts, self.amex_amounts

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
        for industry, types in zip(TRADES, self.types, strict=True):
            if types.names != PAYMENT_TYPES:
                yield f"{industry}_types must be the shares of {', '.join(PAYMENT_TYPES)}."
            elif not 0 < types.shares[0] < 1:
                yield f"{industry}_types.{CARD_PRESENT} must leave a share to the others, and they to it."
        credit = min(self.visa_cost_rate, self.mastercard_cost_rate, self.amex_cost_rate, self.discover_cost_rate)
        if self.debit_cost_rate + self.remote_cost_rate >= credit:
            yield "debit_cost_rate and remote_cost_rate together must be below each rate of a credit card."
