"""Which cards pay, how often a card comes back, and which payments are declined."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.frozen import dataclass
from datagen.payments.rules.declaring import CHECKS, STORY, falling, share, span
from datagen.payments.vocabulary import CREDIT, DEBIT
from datagen.rules import Mix, rule


@dataclass(frozen=True)
class CardRules:
    """Which cards pay, and how often a card comes back."""

    brands: Mix = rule(
        Mix.of({"Visa": 0.63, "Mastercard": 0.265, "Amex": 0.08, "Discover": 0.025}),
        unit="share of new cards",
        source=f"{CHECKS}#s07: in this order; with the amounts, the shares of value that card networks report",
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
                "Chase": 0.34,
                "Bank of America": 0.20,
                "Wells Fargo": 0.16,
                "Capital One": 0.15,
                "US Bank": 0.10,
                "PNC Bank": 0.05,
            }
        ),
        unit="share of Visa credit cards",
        source="assumption: in the order of the large issuers of Visa credit cards; no shares are published by brand",
    )
    visa_debit_issuers: Mix = rule(
        Mix.of({"Chase": 0.31, "Bank of America": 0.27, "Wells Fargo": 0.23, "US Bank": 0.11, "PNC Bank": 0.08}),
        unit="share of Visa debit cards",
        source="assumption: in the order of the deposits of the banks; Capital One's debit cards are no Visa cards",
    )
    mastercard_issuers: Mix = rule(
        Mix.of(
            {"Citi": 0.36, "Capital One": 0.30, "Barclays": 0.14, "Bank of America": 0.12, "Fifth Third Bank": 0.08}
        ),
        unit="share of Mastercard credit cards",
        source="assumption: in the order of the large issuers of Mastercard credit cards; no shares are published by "
        "brand",
    )
    mastercard_debit_issuers: Mix = rule(
        Mix.of({"Citi": 0.40, "Capital One": 0.36, "Fifth Third Bank": 0.24}),
        unit="share of Mastercard debit cards",
        source="assumption: banks whose accounts come with a Mastercard; Barclays offers none in the United States",
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
    stored_before: int = rule(
        30,
        unit="stored cards for each initial merchant when the history begins",
        source=f"{STORY}#cards: as many as would have been stored in the months before",
        low=0,
        high=1_000,
    )
    used_days: tuple[int, int] = span(
        10,
        110,
        "days for which a stored card is used",
        "assumption: customers change shops and cards; a relation lasts some weeks to months",
        3_650,
    )
    kept_days: int = rule(
        180,
        unit="days without a payment after which a stored card is forgotten",
        source=f"{STORY}#cards",
        low=1,
        high=3_650,
    )
    most_stored: int = rule(
        42,
        unit="stored cards for each initial merchant, at most",
        source=f"{STORY}#state: the state is bounded, however long the history",
        low=1,
        high=1_000,
    )
    most_uses: int = rule(
        3,
        unit="payments of a stored card to its merchant in a day, at most, but for repeated ones",
        source="assumption: hardly anybody pays the same shop four times a day",
        low=1,
        high=10,
    )
    travel_share: float = share(
        0.04,
        "payments by stored cards, card present, that are made on a journey",
        f"{STORY}#cards: 2 to 6 %",
        0.5,
    )
    ends_blocked_share: float = share(
        0.2, "stored cards that are blocked in the end", "assumption: of five cards, one is lost, stolen or renewed"
    )
    blocked_days: int = rule(
        6,
        unit="last days of its use in which such a card is declined always",
        source="assumption: whoever has the old card on file tries it for some days more",
        low=1,
        high=60,
    )
    reuse: tuple[float, float] = span(
        0.07, 0.125, "share of a day's payments by stored cards", f"{STORY}#cards: 5-15 %", 1
    )
    strained_share: float = share(0.05, "cards that are often declined", f"{CHECKS}#s05: declines clustered by card")
    strained_declined: float = share(
        0.55,
        "payments of such a card that are declined",
        "assumption: every other payment of a card near its limit fails",
    )
    blocked_share: float = share(
        0.006,
        "cards that are blocked: all their payments are declined",
        "assumption: about a tenth of the declines are of cards that were lost, stolen or closed",
        0.5,
    )
    retry_share: float = share(
        0.02,
        "payments that repeat one that was declined",
        f"{STORY}#approval: about a quarter of the declined payments are tried again at once",
        0.3,
    )
    retry_approved: float = share(
        0.68,
        "such payments that are approved",
        "assumption: most are tried again because a code was mistyped or a line was down",
    )
    retry_seconds: tuple[int, int] = span(
        12, 420, "seconds after the declined payment", f"{STORY}#approval: within minutes", 890
    )
    declined_present: float = share(0.008, "other cards' payments that are declined, card present", f"{CHECKS}#s04")
    declined_remote: float = share(0.085, "other cards' payments that are declined, card not present", f"{CHECKS}#s04")

    decline_growth: float = rule(
        0.3,
        unit="power of the amount with which the share of declined payments grows",
        source="assumption: ten times the amount is declined twice as often, for it is likelier to be beyond what the "
        "account or the limit has left, and to look odd",
        low=0,
        high=1,
    )
    decline_amount: float = rule(
        60,
        unit="US dollars, amount of which the shares of declined payments are",
        source="follows: about the median amount of the default rules",
        low=1,
        high=10_000,
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
    def issuers(self) -> dict[tuple[str, str], Mix]:
        """Shares of the issuers of cards, by brand and type."""
        return {
            ("Visa", DEBIT): self.visa_debit_issuers,
            ("Visa", CREDIT): self.visa_issuers,
            ("Mastercard", DEBIT): self.mastercard_debit_issuers,
            ("Mastercard", CREDIT): self.mastercard_issuers,
            ("Amex", CREDIT): self.amex_issuers,
            ("Discover", DEBIT): self.discover_issuers,
            ("Discover", CREDIT): self.discover_issuers,
        }

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        yield from falling(self, "reuse", "retry_seconds", "used_days")
        if self.strained_share + self.blocked_share > 1:
            yield "strained_share and blocked_share together must not exceed 1."
        if self.brands.names != ("Visa", "Mastercard", "Amex", "Discover"):
            yield "brands must be the shares of Visa, Mastercard, Amex and Discover."
