"""Columns of payments that the engine has no words for: positions and rates."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.columns import exact_sum, text_of, text_without_nul
from datagen.columns.pieces import Entries, Piece, entries_of, entries_of_one_width
from datagen.frozen import dataclass

MICRO = 1_000_000
"""Positions are counted in millionths of a degree."""
BASIS = 10_000
"""Rates are counted in basis points, hundredths of a percent."""
_DEGREES = np.dtype([("whole", "S5"), ("high", "S3"), ("low", "S3")])
_HALF_TURN = 180


@lru_cache(maxsize=1)
def _three_digits() -> NDArray[np.bytes_]:
    return np.array([f"{number:03d}" for number in range(1_000)], "S3")


@lru_cache(maxsize=1)
def _whole_degrees() -> tuple[NDArray[np.bytes_], NDArray[np.int32]]:
    """Whole degrees with their point: from 0 on, then the negative ones from -0 on; and the length of each."""
    texts = [f"{sign}{number}." for sign in ("", "-") for number in range(_HALF_TURN + 1)]
    return np.array(texts, "S5"), np.array([len(text) for text in texts], np.int32)


@lru_cache(maxsize=1)
def _three_digit_entries() -> Entries:
    return entries_of_one_width(_three_digits())


@lru_cache(maxsize=1)
def _whole_entries() -> Entries:
    return entries_of(_whole_degrees()[0].tolist())


def _decimals(values: NDArray[Any], precision: int, scale: int) -> pa.Array:
    words = np.empty((len(values), 2), np.int64)
    words[:, 0] = values
    words[:, 1] = words[:, 0] >> 63
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(words), [None, pa.py_buffer(words)])


@dataclass(frozen=True)
class Degrees:
    """Degrees of latitude or longitude with six decimals, as whole millionths, half a turn either way at most."""

    micro: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.micro)

    def text(self) -> pa.StringArray:
        whole, high, low = self._parts()
        heads, lengths = _whole_degrees()
        table = _three_digits()
        out = np.empty(len(self), _DEGREES)
        out["whole"], out["high"], out["low"] = heads.take(whole), table.take(high), table.take(low)
        return text_without_nul(out, lengths.take(whole) + 6)

    def pieces(self) -> list[Piece]:
        whole, high, low = self._parts()
        return [Piece(_whole_entries(), whole), Piece(_three_digit_entries(), high), Piece(_three_digit_entries(), low)]

    def typed(self) -> pa.Array:
        return _decimals(self.micro, 9, 6)

    def total(self) -> Decimal:
        """The sum of the degrees."""
        return Decimal(exact_sum(self.micro, _HALF_TURN * MICRO)).scaleb(-6)

    def _parts(self) -> tuple[NDArray[np.int32], NDArray[np.int32], NDArray[np.int32]]:
        """Places among whole degrees, and twice three digits."""
        micro = np.abs(self.micro).astype(np.int32)
        whole = micro // MICRO  # a divmod takes thrice as long
        rest = micro - whole * MICRO
        high = rest // 1_000
        whole[self.micro < 0] += _HALF_TURN + 1
        return whole, high, rest - high * 1_000


@lru_cache(maxsize=1)
def _rate_texts() -> NDArray[np.bytes_]:
    return np.array([f"{number / BASIS:.4f}" for number in range(BASIS)], "S6")


@lru_cache(maxsize=1)
def _rate_entries() -> Entries:
    return entries_of_one_width(_rate_texts())


@dataclass(frozen=True)
class Rate:
    """Shares of an amount with four decimals, as whole basis points from 0 to 9,999."""

    points: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.points)

    def text(self) -> pa.StringArray:
        return text_of(_rate_texts().take(self.points))

    def pieces(self) -> list[Piece]:
        return [Piece(_rate_entries(), self.points)]

    def typed(self) -> pa.Array:
        return _decimals(self.points, 5, 4)

    def total(self) -> Decimal:
        """The sum of the shares."""
        return Decimal(exact_sum(self.points, BASIS)).scaleb(-4)
