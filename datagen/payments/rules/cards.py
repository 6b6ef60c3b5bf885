"""Which cards pay, how often a card comes back, and which payments are declined."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datagen.payments.rules.declaring import CHECKS, STORY, falling, share, span
from datagen.rules import Mix, rule


@dataclass(frozen=True)
class CardRules:
    """Which cards pay, and how often a card comes back."""

    brands: Mix = rule(
        Mix.of({"Visa": 0.52, "Mastercard": 0.27, "Amex": 0.13, "Discover": 0.08}),
        unit="share of new cards",
        source=f"{CHECKS}#s07: in this order",
    )
    visa_debit_share: float = share(
        0.52,
        "Visa cards",
        "assumption: debit is about half of Visa payments, less of Mastercard ones, rare with Discover",
    )
    mastercard_debit_share: float = share(0.38, "Mastercard cards", "assumption: as visa_debit_share")
    discover_debit_share: float = share(0.10, "Discover cards", "assumption: as visa_debit_share")
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
    stored_share: float = share(0.01, "payments by new cards whose card is stored", f"{STORY}#cards; {CHECKS}#s03")
    reuse: tuple[float, float] = span(
        0.07, 0.13, "share of a day's payments by stored cards", f"{STORY}#cards: 5-15 %", 1
    )
    strained_share: float = share(0.05, "cards that are often declined", f"{CHECKS}#s05: declines clustered by card")
    strained_declined: float = share(
        0.55,
        "payments of such a card that are declined",
        "assumption: every other payment of a card near its limit fails",
    )
    declined_present: float = share(0.021, "other cards' payments that are declined, card present", f"{CHECKS}#s04")
    declined_remote: float = share(0.085, "other cards' payments that are declined, card not present", f"{CHECKS}#s04")

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
        yield from falling(self, "reuse")
        if self.brands.names != ("Visa", "Mastercard", "Amex", "Discover"):
            yield "brands must be the shares of Visa, Mastercard, Amex and Discover."
