"""How and where payments are made, and what they cost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datagen.payments.rules.declaring import CHECKS, STORY, share, span
from datagen.payments.vocabulary import ANY_ENDING, CARD_PRESENT, TRADES
from datagen.rules import Mix, rule


@dataclass(frozen=True)
class PaymentRules:
    """How and where payments are made, and what they cost."""

    types: Mix = rule(
        Mix.of({CARD_PRESENT: 0.665, "online": 0.225, "mobile": 0.075, "phone": 0.035}),
        unit="share of payments",
        source=f"{CHECKS}#s06: card present 58-72 %",
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
    terminal_degrees: float = rule(
        0.05,
        unit="degrees of a terminal from its merchant's ZIP, at most",
        source=f"{STORY}#places-and-terminals",
        low=0,
        high=0.15,
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
