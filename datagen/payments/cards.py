"""Cards: which kinds there are, and the store of cards that come back."""

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
_CARDS = 10**ID_DIGITS
DEBIT_TICKET, CREDIT_TICKET, AMEX_TICKET = range(3)
_UNSORTED, _UNSORTED_PART = 1_024, 16
"""So many cards, or such a part of all, may be kept apart from those that are sorted by their homes."""
_ROOM_PART = 4  # a store that is full gets room for such a part more
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
    high, low = np.divmod(payments % _CARDS, 100_000)
    numbers: NDArray[np.int64] = (high * (_STEP * 100_000 % _CARDS) % _CARDS + low * _STEP + _OFFSET) % _CARDS
    return numbers


class Stored(NamedTuple):
    """Cards stored so far, in the order in which they were; not to be changed."""

    numbers: NDArray[np.int64]
    kinds: NDArray[np.int16]
    homes: NDArray[np.int32]
    """The merchant, by number less one, with whom each card was stored."""


def no_cards() -> Stored:
    """None at all."""
    return Stored(np.zeros(0, np.int64), np.zeros(0, np.int16), np.zeros(0, np.int32))


class Shelf(NamedTuple):
    """Cards in the order of their homes; not to be changed."""

    order: NDArray[np.int32]
    """The places of the cards in the store."""
    begins: NDArray[np.int64]
    """Where those of each merchant begin in the order, and at last where it ends."""


class Homes(NamedTuple):
    """The cards of each merchant in the order in which they were stored: first those of the old shelf, then the new."""

    old: Shelf
    new: Shelf

    @property
    def begins(self) -> NDArray[np.int64]:
        """Where those of each merchant would begin if all were in one order, and at last where it would end."""
        return self.old.begins + self.new.begins

    def choose(
        self, merchants: NDArray[np.int32], draws: NDArray[np.uint32]
    ) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
        """The place in the store of a card for each payment to these merchants, by a 32-bit number each.

        It is one of the merchant's own, or any card where it has none; the second array has the places of these.
        """
        begins, where, words = self.begins, merchants.astype(np.int64), draws.astype(np.int64)
        own = begins[where + 1] - begins[where]
        turn = words * own >> 32
        away = np.flatnonzero(own == 0)
        anywhere = words[away] * begins[-1] >> 32
        where[away] = np.searchsorted(begins, anywhere, side="right") - 1
        turn[away] = anywhere - begins[where[away]]
        return self.found(where, turn), away

    def found(self, merchants: NDArray[np.int64], turns: NDArray[np.int64]) -> NDArray[np.int32]:
        """The place in the store of a card of each of these merchants, given its turn among the merchant's own."""
        begins = self.old.begins[merchants]
        later = turns - (self.old.begins[merchants + 1] - begins)
        places = np.empty(len(turns), np.int32)
        is_old = later < 0
        places[is_old] = self.old.order[(begins + turns)[is_old]]
        places[~is_old] = self.new.order[(self.new.begins[merchants] + later)[~is_old]]
        return places


class CardStore:
    """The stored cards of a history; it only grows."""

    def __init__(self, numbers: NDArray[np.int64], kinds: NDArray[np.int16], homes: NDArray[np.int32]) -> None:
        """Begin with these cards."""
        self._cards = Stored(numbers, kinds, homes)
        self._count = len(numbers)
        self._old = _shelf(homes[:0], 0, 0)

    def __len__(self) -> int:
        return self._count

    def snapshot(self) -> Stored:
        """The cards stored so far; it stays as it is while the store grows."""
        return Stored._make(values[: self._count] for values in self._cards)

    def homes(self, merchants: int) -> Homes:
        """The cards of the snapshot by their homes, which are among so many merchants."""
        homes, shelved = self.snapshot().homes, len(self._old.order)
        # Only the newest cards are sorted each time; all of them, when the newest have become many.
        if len(homes) - shelved > max(_UNSORTED, len(homes) // _UNSORTED_PART):
            self._old, shelved = _shelf(homes, 0, merchants), len(homes)
        begins = self._old.begins
        old = Shelf(self._old.order, np.append(begins, np.full(merchants + 1 - len(begins), begins[-1])))
        return Homes(old, _shelf(homes[shelved:], shelved, merchants))

    def add(self, cards: Stored) -> None:
        """Store more cards."""
        end = self._count + len(cards.numbers)
        if end > len(self._cards.numbers):
            room = len(cards.numbers) + max(end // _ROOM_PART, 1_024)
            self._cards = Stored._make(np.concatenate([old, np.zeros(room, old.dtype)]) for old in self.snapshot())
        self._cards.numbers[self._count : end] = cards.numbers
        self._cards.kinds[self._count : end] = cards.kinds
        self._cards.homes[self._count : end] = cards.homes
        self._count = end


def _shelf(homes: NDArray[np.int32], first: int, merchants: int) -> Shelf:
    """Cards from the place `first` of the store on, whose homes are among so many merchants, in order."""
    key = homes.astype(np.uint16) if merchants <= 1 << 16 else homes  # 16 bits are sorted by radix
    begins = np.zeros(merchants + 1, np.int64)
    np.cumsum(np.bincount(homes, minlength=merchants), out=begins[1:])
    return Shelf((key.argsort(kind="stable") + first).astype(np.int32), begins)
