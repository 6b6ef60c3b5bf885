"""Ids: a prefix and a number, consecutive or not, and whole numbers as keys."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.arrays import array_of
from datagen.columns.column import exact_sum, text_of
from datagen.columns.pieces import Entries, Piece, entries_of_one_width, number_pieces, where
from datagen.frozen import dataclass

DIGITS = "0123456789"
_MOST_DIGITS = 18
"""Digits that any 64-bit number can have."""
_GROUP = 4
"""Digits that are looked up at a time."""


def number_in(text: str) -> int:
    """The number that an id ends with: `MEM000012` gives 12; of more than 18 digits, the last 18; 0 without any."""
    return int(text[len(text.rstrip(DIGITS)) :][-_MOST_DIGITS:] or 0)


def numbers_in(texts: NDArray[np.bytes_]) -> NDArray[np.int64]:
    """`number_in` of ASCII texts of one width, all of which they fill."""
    letters = texts.view(np.uint8).reshape(len(texts), -1)[:, -_MOST_DIGITS:]
    digits = letters - np.uint8(ord("0"))
    trailing = np.logical_and.accumulate((digits < len(DIGITS))[:, ::-1], axis=1)[:, ::-1]
    numbers: NDArray[np.int64] = np.where(trailing, digits, 0) @ 10 ** np.arange(letters.shape[1], dtype=np.int64)[::-1]
    return numbers


@lru_cache(maxsize=16)
def digit_texts(width: int) -> NDArray[np.bytes_]:
    """The numbers below 10**width (width <= `_GROUP`), padded with zeros."""
    places = np.indices([len(DIGITS)] * width, np.uint8).reshape(width, -1)
    return np.ascontiguousarray(places.T + np.uint8(ord("0"))).view(f"S{width}").ravel()


def padded_numbers(prefix: str, width: int, numbers: NDArray[np.int64]) -> NDArray[Any]:
    """`prefix` and each number, padded with zeros to `width` digits, as records of fixed-width bytes."""
    groups = [_GROUP] * (width // _GROUP)
    if width % _GROUP:
        groups.insert(0, width % _GROUP)
    out = np.empty(
        len(numbers), dtype=[("prefix", f"S{len(prefix)}"), *((f"g{i}", f"S{g}") for i, g in enumerate(groups))]
    )
    out["prefix"] = prefix.encode()
    rest = numbers
    for i, group in reversed(list(enumerate(groups))):
        rest, part = np.divmod(rest, 10**group)
        out[f"g{i}"] = digit_texts(group).take(part)
    return out


def text_without_nul(values: NDArray[Any], lengths: NDArray[np.integer[Any]]) -> pa.StringArray:
    """Fixed-width ASCII values, without the NULs with which shorter ones are filled up, as an Arrow string array.

    `lengths` are those without NULs, which may stand anywhere in a value.
    """
    offsets = np.zeros(len(values) + 1, np.int32)
    np.cumsum(lengths, out=offsets[1:])
    letters = values.tobytes().translate(None, b"\0")
    return pa.StringArray.from_buffers(len(values), pa.py_buffer(offsets), pa.py_buffer(letters))


def id_texts(
    prefix: str, width: int, numbers: NDArray[np.int64], valid: NDArray[np.bool_] | None = None
) -> pa.StringArray:
    """`prefix` and each number, none negative, padded with zeros to `width` digits; larger numbers have more digits.

    So an id follows from its number alone, however many there are. Those that are not `valid` are null.
    """
    most = int(numbers.max(initial=0))
    if most < 10**width:
        return text_of(padded_numbers(prefix, width, numbers), valid)
    digits = len(str(most))
    own = width + np.searchsorted(10 ** np.arange(width, digits, dtype=np.int64), numbers, side="right")
    values = padded_numbers(prefix, digits, numbers)
    letters = values.view(np.uint8).reshape(len(values), -1)
    letters[:, len(prefix) : len(prefix) + digits][np.arange(digits) < (digits - own)[:, None]] = 0
    texts = text_without_nul(values, own + len(prefix))
    return texts if valid is None else pc.if_else(array_of(valid), texts, pa.NULL)


@lru_cache(maxsize=64)
def _digit_entries(prefix: str, width: int) -> Entries:
    return entries_of_one_width(digit_texts(width)).after(prefix.encode())


def _id_pieces(prefix: str, width: int, numbers: NDArray[Any]) -> list[Piece] | None:
    """`id_texts` in pieces, if all have as many digits."""
    most = int(numbers.max(initial=0))
    if most >= 10**width:
        width = len(str(most))
        if numbers.min() < 10 ** (width - 1):
            return None
    rest: NDArray[Any] = numbers.astype(np.int32 if most <= np.iinfo(np.int32).max else np.int64, copy=False)
    pieces: list[Piece] = []
    while width > _GROUP:
        above = rest // np.int32(10**_GROUP)
        pieces.append(Piece(_digit_entries("", _GROUP), rest - above * np.int32(10**_GROUP)))
        rest, width = above, width - _GROUP
    return [Piece(_digit_entries(prefix, width), rest), *reversed(pieces)]


def _consecutive(prefix: str, width: int, first: int, count: int) -> pa.StringArray:
    """`id_texts` of consecutive numbers of no more digits than `width`, over 4: ten thousand at a time begin alike."""
    last_digits = digit_texts(_GROUP)
    out = np.empty(count, [("head", f"S{len(prefix) + width - _GROUP}"), ("tail", f"S{_GROUP}")])
    row = 0
    while row < count:
        head, begin = divmod(first + row, len(last_digits))
        rows = min(len(last_digits) - begin, count - row)
        out["head"][row : row + rows] = f"{prefix}{head:0{width - _GROUP}d}".encode()
        out["tail"][row : row + rows] = last_digits[begin : begin + rows]
        row += rows
    return text_of(out)


@dataclass(frozen=True)
class Serial:
    """Consecutive ids: `prefix`, which ends with no digit, and `first`, `first + 1`, ... as `id_texts` writes them."""

    prefix: str
    width: int
    first: int
    count: int

    def __len__(self) -> int:
        return self.count

    def text(self) -> pa.StringArray:
        after = self.first + self.count
        if self.width > _GROUP and after <= 10**self.width:
            return _consecutive(self.prefix, self.width, self.first, self.count)
        return id_texts(self.prefix, self.width, self._numbers())

    def pieces(self) -> list[Piece] | None:
        return _id_pieces(self.prefix, self.width, self._numbers())

    def typed(self) -> pa.Array:
        return self.text()

    def _numbers(self) -> NDArray[np.int64]:
        return np.arange(self.first, self.first + self.count, dtype=np.int64)

    def total(self) -> int:
        """The sum of the numbers."""
        return self.count * (2 * self.first + self.count - 1) // 2


@dataclass(frozen=True)
class Identity:
    """Consecutive whole numbers as keys: `first`, `first + 1`, ..."""

    first: int
    count: int

    def __len__(self) -> int:
        return self.count

    def text(self) -> pa.StringArray:
        return id_texts("", 1, self._numbers())

    def pieces(self) -> list[Piece] | None:
        numbers = self._numbers()
        return _id_pieces("", 1, numbers) or number_pieces(numbers)

    def typed(self) -> pa.Array:
        return array_of(self._numbers())

    def total(self) -> int:
        """The sum of the numbers."""
        return self.count * (2 * self.first + self.count - 1) // 2

    def _numbers(self) -> NDArray[np.int64]:
        return np.arange(self.first, self.first + self.count, dtype=np.int64)


@dataclass(frozen=True)
class Numbered:
    """Ids that are not consecutive: `prefix`, which ends with no digit, and each number, as `id_texts` writes them.

    Where they are nullable, a negative number is null.
    """

    prefix: str
    width: int
    numbers: NDArray[np.int64]
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.numbers)

    def text(self) -> pa.StringArray:
        if not self.nullable:
            return id_texts(self.prefix, self.width, self.numbers)
        valid = self.numbers >= 0
        return id_texts(self.prefix, self.width, np.where(valid, self.numbers, 0), valid)

    def pieces(self) -> list[Piece] | None:
        if not self.nullable:
            return _id_pieces(self.prefix, self.width, self.numbers)
        pieces = _id_pieces(self.prefix, self.width, np.maximum(self.numbers, 0))
        return where(pieces, self.numbers >= 0)

    def typed(self) -> pa.Array:
        return self.text()

    def total(self) -> int:
        """The sum of the numbers; nulls count nothing."""
        numbers = np.maximum(self.numbers, 0) if self.nullable else self.numbers
        return exact_sum(numbers, int(numbers.max(initial=0)))
