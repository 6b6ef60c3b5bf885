"""Values as pieces that are looked up: what lines of CSV text are put together from, all rows at a time.

Texts of 1, 2, 4, 8 or 16 bytes are copied in 1 ns, others in 2.5: what is looked up is filled up to these widths.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import distinct
from datagen.frozen import dataclass

_WIDTHS = (1, 2, 4, 8, 16, 32)


@dataclasses.dataclass(frozen=True, eq=False)
class Entries:
    """Texts to look up, each as it stands in a line: bytes, filled up behind.

    `width` is that of the longest text; `widths` are those of all, where they differ.
    """

    texts: NDArray[np.bytes_]
    width: int
    widths: NDArray[np.int32] | None = None

    def __len__(self) -> int:
        return len(self.texts)

    @cached_property
    def after_comma(self) -> Entries:
        """The same with a comma in front."""
        return self.after(b",")

    @cached_property
    def or_nothing(self) -> Entries:
        """The same with one more, the last, that is nothing."""
        widths = np.full(len(self) + 1, self.width, np.int32)
        if self.widths is not None:
            widths[:-1] = self.widths
        widths[-1] = 0
        return Entries(np.append(self.texts, np.zeros(1, self.texts.dtype)), self.width, widths)

    def after(self, text: bytes) -> Entries:
        """The same with a text in front of each."""
        letters = _room(len(self), len(text) + self.width)
        letters[:, : len(text)] = np.frombuffer(text, np.uint8)
        letters[:, len(text) : len(text) + self.width] = _letters(self.texts)[:, : self.width]
        widths = None if self.widths is None else self.widths + np.int32(len(text))
        return Entries(_texts(letters), len(text) + self.width, widths)


@dataclass(frozen=True)
class Piece:
    """A part of every value of a column: the entries at these places."""

    entries: Entries
    places: NDArray[Any]


def where(pieces: list[Piece] | None, known: NDArray[np.bool_]) -> list[Piece] | None:
    """The same where they are known, and nothing elsewhere."""
    return pieces and [
        Piece(piece.entries.or_nothing, np.where(known, piece.places, np.intp(len(piece.entries)))) for piece in pieces
    ]


def entries_of(texts: Iterable[bytes]) -> Entries:
    """Entries of any texts that stand in a line without quotes."""
    every = list(texts)
    widths = np.fromiter(map(len, every), np.int32, len(every))
    width = int(widths.max(initial=0))
    return Entries(np.array(every, f"S{_filled(width)}"), width, None if (widths == width).all() else widths)


def entries_of_one_width(texts: NDArray[np.bytes_]) -> Entries:
    """Entries of texts that fill their bytes."""
    return Entries(texts.astype(f"S{_filled(texts.itemsize)}", copy=False), texts.itemsize)


_MOST_DIGITS = 4
"""Digits of numbers that are looked up."""


@lru_cache(maxsize=_MOST_DIGITS)
def _number_entries(digits: int) -> Entries:
    """The numbers of so many digits at most."""
    return entries_of(b"%d" % number for number in range(10**digits))


def number_pieces(numbers: NDArray[Any]) -> list[Piece] | None:
    """Whole numbers; None where one is negative or has more than four digits."""
    digits = len(str(numbers.max(initial=0)))
    if digits > _MOST_DIGITS or numbers.min(initial=0) < 0:
        return None
    return [Piece(_number_entries(digits), numbers)]


@lru_cache(maxsize=64)
def every_pair(first: Entries, second: Entries) -> Entries:
    """Each of the first followed by each of the second: `place * len(second) + other place`."""
    letters = _room(len(first) * len(second), first.width + second.width)
    letters[:, : first.width] = _letters(first.texts)[:, : first.width].repeat(len(second), 0)
    begins, after = _widths(first), _widths(second)
    behind = np.tile(_letters(second.texts)[:, : second.width], (len(first), 1))
    begins_of_all = begins.repeat(len(second))
    for begin in distinct(begins).tolist():
        rows = (begins_of_all == begin).nonzero()[0]
        letters[rows, begin : begin + second.width] = behind[rows]
    return Entries(_texts(letters), first.width + second.width, (begins[:, None] + after).ravel())


def _filled(width: int) -> int:
    return next((filled for filled in _WIDTHS if filled >= width), width)


def _room(count: int, width: int) -> NDArray[np.uint8]:
    return np.zeros((count, _filled(width)), np.uint8)


def _letters(texts: NDArray[np.bytes_]) -> NDArray[np.uint8]:
    return texts.view(np.uint8).reshape(len(texts), texts.itemsize)


def _texts(letters: NDArray[np.uint8]) -> NDArray[np.bytes_]:
    return letters.view(f"S{letters.shape[1]}").ravel()


def _widths(entries: Entries) -> NDArray[np.int32]:
    return np.full(len(entries), entries.width, np.int32) if entries.widths is None else entries.widths
