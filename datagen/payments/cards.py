"""Cards: which kinds there are, and the store of cards that come back."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.columns import Labels, padded_numbers, text_of
from datagen.payments.book import basis_points
from datagen.payments.rules import PaymentsRules
from datagen.payments.vocabulary import CREDIT, DEBIT, TEST_BINS
from datagen.sampling import cumulative

ID_DIGITS = 10
_PIECE = 10_000  # cards that are written at a time
_CARDS = 10**ID_DIGITS
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
        kinds: list[CardKind] = []
        weights: list[float] = []
        cost: list[int] = []
        for brand, brand_share in cards.brands.items():
            name = brand.lower()
            debit = getattr(cards, f"{name}_debit_share", 0.0)
            for kind, kind_share in ((DEBIT, debit), (CREDIT, 1 - debit)):
                bins = TEST_BINS.get((brand, kind), ())
                for issuer, issuer_share in getattr(cards, f"{name}_issuers").items():
                    for bin_ in bins:
                        kinds.append(CardKind(bin_, kind, issuer, brand))
                        weights.append(brand_share * kind_share * issuer_share / len(bins))
                        cost.append(basis_points(getattr(costs, f"{name if kind == CREDIT else DEBIT}_cost_rate")))
        self.kinds = tuple(kinds)
        shares = np.diff(cumulative(weights), prepend=np.uint32(0)).astype(np.int64)
        self.by_lane = np.repeat(np.arange(len(kinds), dtype=np.int16), shares)
        """The kind of a new card for each 16-bit number."""
        self.cost = np.array(cost)
        """What a payment by each kind costs if the card is present, basis points."""

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


class CardStore:
    """The stored cards of a history; it only grows."""

    def __init__(self, numbers: NDArray[np.int64], kinds: NDArray[np.int16], homes: NDArray[np.int32]) -> None:
        """Begin with these cards."""
        self._cards = Stored(numbers, kinds, homes)
        self._count = len(numbers)

    def __len__(self) -> int:
        return self._count

    def snapshot(self) -> Stored:
        """The cards stored so far; it stays as it is while the store grows."""
        return Stored._make(values[: self._count] for values in self._cards)

    def add(self, cards: Stored) -> None:
        """Store more cards."""
        end = self._count + len(cards.numbers)
        if end > len(self._cards.numbers):
            room = max(end, 1_024)
            self._cards = Stored._make(np.concatenate([old, np.zeros(room, old.dtype)]) for old in self.snapshot())
        self._cards.numbers[self._count : end] = cards.numbers
        self._cards.kinds[self._count : end] = cards.kinds
        self._cards.homes[self._count : end] = cards.homes
        self._count = end


def profiles_json(cards: Stored, kinds: CardKinds) -> Iterator[bytes]:
    """The members of a JSON object with the profile of each stored card by its id, one a line, in pieces."""
    texts = pa.array(
        f'", "card_bin": "{kind.card_bin}", "card_type": "{kind.card_type}", "card_issuer": "{kind.card_issuer}", '
        f'"card_brand": "{kind.card_brand}", "merchant_id": "'
        for kind in kinds.kinds
    )
    for begin in range(0, len(cards.numbers), _PIECE):
        piece = Stored._make(values[begin : begin + _PIECE] for values in cards)
        ids = text_of(padded_numbers("CARD", ID_DIGITS, piece.numbers))
        merchants = text_of(padded_numbers("M", 6, piece.homes.astype(np.int64) + 1))
        lines = pc.binary_join_element_wise(
            '"', ids, '": {"card_profile_id": "', ids, texts.take(pa.array(piece.kinds)), merchants, '"}', ""
        )
        yield (",\n" if begin else "").encode() + ",\n".join(lines.to_pylist()).encode()
    yield b"\n" if len(cards.numbers) else b""


def neighbours(homes: NDArray[np.int32], merchants: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
    """The cards in the order of their homes, and where those of each of so many merchants begin in it (and end)."""
    key = homes.astype(np.uint16) if merchants <= 1 << 16 else homes  # 16 bits are sorted by radix
    starts = np.zeros(merchants + 1, np.int64)
    np.cumsum(np.bincount(homes, minlength=merchants), out=starts[1:])
    return key.argsort(kind="stable"), starts
