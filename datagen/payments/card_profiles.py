"""Card profiles as members of a JSON object, one a line: written and read back whole columns at a time."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.arrays import array_of, text_scalar
from datagen.calendar import month_start
from datagen.columns import Day, padded_numbers, text_of
from datagen.payments.card_store import Stored, no_cards
from datagen.payments.cards import ID_DIGITS, CardKinds
from datagen.payments.state_reader import FIRST_YEAR, LAST_YEAR

_PIECE = 8_192  # cards that are written at a time
_READ = 1 << 21  # bytes that are read at a time
_ID, _HOME, _DAY = '"CARD', "######", "####-##-##"
_SINCE, _PAID, _END = '", "stored_date": "', '", "last_payment_date": "', '"},\n'
_BIN = len(f'{_ID}##########": {{"card_profile_id": "CARD##########", "card_bin": "')
_ISSUER = _BIN + len('######", "card_type": "debit", "card_issuer": "')
_LETTERS = np.dtype("<u8")  # that many letters, and the length of the line, tell the issuers of a BIN apart
_MIX = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F], np.uint64)  # odd numbers that spread bits


class CardProfiles:
    """Writes and reads the profiles of cards of these kinds."""

    def __init__(self, kinds: CardKinds) -> None:
        """Prepare the text of each kind, and how it differs from the others."""
        self._texts = array_of(
            [
                f'", "card_bin": "{kind.card_bin}", "card_type": "{kind.card_type}", '
                f'"card_issuer": "{kind.card_issuer}", "card_brand": "{kind.card_brand}", "merchant_id": "'
                for kind in kinds.kinds
            ]
        )
        codes = np.arange(len(kinds.kinds), dtype=np.int16)
        none = np.zeros(len(codes), np.int32)
        one_of_each = self._lines(Stored(none.astype(np.int64), codes, none, none, none))
        text = np.frombuffer(one_of_each, np.uint8)
        keys = _keys(text, *_bounds(text))
        order = keys.argsort()
        self._keys, self._codes = keys[order], codes[order]

    def write(self, cards: Stored) -> Iterator[bytes]:
        """The profiles by the cards' ids, in pieces."""
        count = len(cards.numbers)
        for begin in range(0, count, _PIECE):
            lines = self._lines(Stored._make(values[begin : begin + _PIECE] for values in cards)).to_pybytes()
            yield lines if begin + _PIECE < count else lines[:-2] + b"\n"

    def read(self, text: bytes, begin: int, end: int) -> Stored | None:
        """The cards whose profiles stand between two places of a text, in their order.

        None if a byte there is not as `write` would have written it, or a card is there twice: what is meant then can
        only a reader of any JSON tell, ten times as slowly.
        """
        cards = [no_cards()]
        while begin < end:
            after = end if end - begin <= _READ else text.rfind(b"\n", begin, begin + _READ) + 1
            read = self._read(text[begin:after] if after < end else text[begin : end - 1] + b",\n")
            if read is None:
                return None
            cards.append(read)
            begin = after
        found = Stored._make(np.concatenate(values) for values in zip(*cards, strict=True))
        in_order = np.sort(found.numbers)
        return None if (in_order[1:] == in_order[:-1]).any() else found

    def _lines(self, cards: Stored) -> pa.Buffer:
        ids = text_of(padded_numbers("CARD", ID_DIGITS, cards.numbers))
        homes = text_of(padded_numbers("M", len(_HOME), cards.homes.astype(np.int64) + 1))
        since, paid = (Day(days).text() for days in (cards.since, cards.paid))
        kinds = self._texts.take(array_of(cards.kinds))
        quote, name, before_since, before_paid, end, nothing = map(
            text_scalar, ('"', '": {"card_profile_id": "', _SINCE, _PAID, _END, "")
        )
        lines = pc.binary_join_element_wise(
            quote, ids, name, ids, kinds, homes, before_since, since, before_paid, paid, end, nothing
        )
        return lines.buffers()[2]  # the values of a string array lie one after the other: the lines are the text

    def _read(self, piece: bytes) -> Stored | None:
        """The cards of whole lines. What is taken from them is a guess, until it gives the same lines again."""
        text = np.frombuffer(piece, np.uint8)
        begins, ends = _bounds(text)
        if not len(ends) or (ends - begins).min() < _ISSUER + _LETTERS.itemsize:
            return None
        place = np.searchsorted(self._keys, _keys(text, begins, ends))
        since, paid = ends - len(_DAY + _PAID + _DAY + _END), ends - len(_DAY + _END)
        cards = Stored(
            _number(text, begins + len(_ID), ID_DIGITS),
            self._codes.take(place, mode="clip"),
            (_number(text, since - len(_HOME + _SINCE), len(_HOME)) - 1).astype(np.int32),
            _days(text, since),
            _days(text, paid),
        )
        return cards if self._lines(cards).equals(pa.py_buffer(piece)) else None


def _bounds(text: NDArray[np.uint8]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Where each line begins and ends."""
    ends = np.flatnonzero(text == ord("\n")) + 1
    return np.concatenate([[0], ends])[:-1], ends


def _keys(text: NDArray[np.uint8], begins: NDArray[np.intp], ends: NDArray[np.intp]) -> NDArray[np.uint64]:
    """A number for each line that follows from the kind of its card."""
    letters = text[(begins + _ISSUER)[:, None] + np.arange(_LETTERS.itemsize)].view(_LETTERS).ravel()
    bins = _number(text, begins + _BIN, 6).astype(np.uint64)
    keys: NDArray[np.uint64] = letters * _MIX[0] + bins * _MIX[1] + (ends - begins).astype(np.uint64)
    return keys


def _number(text: NDArray[np.uint8], places: NDArray[np.intp], width: int) -> NDArray[np.int64]:
    """The numbers of `width` digits at these places."""
    digits = text[places[:, None] + np.arange(width)].astype(np.int64) - ord("0")
    numbers: NDArray[np.int64] = digits @ 10 ** np.arange(width - 1, -1, -1)
    return numbers


def _days(text: NDArray[np.uint8], places: NDArray[np.intp]) -> NDArray[np.int32]:
    """The days, written 2024-01-31, at these places; anything if there is none."""
    year, month, day = (_number(text, places + begin, width) for begin, width in ((0, 4), (5, 2), (8, 2)))
    months = (year.clip(FIRST_YEAR, LAST_YEAR) - FIRST_YEAR) * 12 + month.clip(1, 12) - 1
    return (month_start(months) + day - 1).astype(np.int32)
