"""Cards: which kinds there are, and how they are numbered."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.columns import Labels
from datagen.payments.merchant_book import basis_points
from datagen.payments.rules import PaymentsRules
from datagen.payments.vocabulary import AMEX, CREDIT, DEBIT, TEST_BINS
from datagen.sampling import cumulative

ID_DIGITS = 10
CARDS = 10**ID_DIGITS
"""How many numbers there are."""
DEBIT_TICKET, CREDIT_TICKET, AMEX_TICKET = range(3)
_STEP, _OFFSET = 3_818_659_927, 2_718_281_829  # a step without a common factor with 10**10 meets every number once


class CardKind(NamedTuple):
    """What a card profile says besides its id."""

    card_bin: str
    card_type: str
    card_issuer: str
    card_brand: str


class CardKinds:
    """All kinds of cards that the rules know, and how often each is met."""

    def __init__(self, rules: PaymentsRules) -> None:
        """List the kinds: brand by type by issuer by test BIN."""
        cards, costs = rules.cards, rules.payments
        credit_costs = costs.credit_cost_rates
        kinds: list[CardKind] = []
        weights: list[float] = []
        cost: list[int] = []
        ticket: list[int] = []
        for brand, brand_share in cards.brands.items():
            debit = cards.debit_shares[brand]
            for kind, kind_share in ((DEBIT, debit), (CREDIT, 1 - debit)):
                bins = TEST_BINS.get((brand, kind), ())
                for issuer, issuer_share in cards.issuers[brand, kind].items() if bins else ():
                    for bin_ in bins:
                        kinds.append(CardKind(bin_, kind, issuer, brand))
                        weights.append(brand_share * kind_share * issuer_share / len(bins))
                        ticket.append(
                            DEBIT_TICKET if kind == DEBIT else AMEX_TICKET if brand == AMEX else CREDIT_TICKET
                        )
                        cost.append(basis_points(credit_costs[brand] if kind == CREDIT else costs.debit_cost_rate))
        self.kinds = tuple(kinds)
        shares = np.diff(cumulative(weights), prepend=np.uint32(0)).astype(np.int64)
        self.by_lane = np.repeat(np.arange(len(kinds), dtype=np.int16), shares)
        """The kind of a new card for each 16-bit number."""
        self.cost = np.array(cost)
        """What a payment by each kind costs if the card is present, basis points."""
        self.ticket = np.array(ticket)
        """What amounts are paid by each kind, by its place in `PaymentRules.card_amounts`."""

    @cached_property
    def codes(self) -> dict[CardKind, int]:
        """The code of each kind."""
        return {kind: code for code, kind in enumerate(self.kinds)}

    def labels(self, what: str) -> Labels:
        """The text of one member of `CardKind` for each code."""
        return Labels.of(getattr(kind, what) for kind in self.kinds)


def card_numbers(payments: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of the new card that a payment, by its own number, brings: no two payments bring the same."""
    # In two steps, since the product has more than 63 bits.
    high, low = np.divmod(payments % CARDS, 100_000)
    numbers: NDArray[np.int64] = (high * (_STEP * 100_000 % CARDS) % CARDS + low * _STEP + _OFFSET) % CARDS
    return numbers
