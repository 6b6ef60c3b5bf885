"""Columns of payments that the engine has no words for: positions, rates, and ids that may be missing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.columns import padded_numbers, text_of

MICRO = 1_000_000
"""Positions are counted in millionths of a degree."""
BASIS = 10_000
"""Rates are counted in basis points, hundredths of a percent."""
_DEGREES = np.dtype([("sign", "S1"), ("whole", "S3"), ("point", "S1"), ("high", "S3"), ("low", "S3")])


@lru_cache(maxsize=1)
def _three_digits() -> NDArray[np.bytes_]:
    return np.array([f"{number:03d}" for number in range(1_000)], "S3")


def _decimals(values: NDArray[Any], precision: int, scale: int) -> pa.Array:
    words = np.empty((len(values), 2), np.int64)
    words[:, 0] = values
    words[:, 1] = words[:, 0] >> 63
    return pa.Array.from_buffers(pa.decimal128(precision, scale), len(words), [None, pa.py_buffer(words)])


@dataclass(frozen=True)
class Degrees:
    """Degrees of latitude or longitude with six decimals, as whole millionths."""

    micro: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.micro)

    def text(self) -> pa.StringArray:
        whole, rest = np.divmod(np.abs(self.micro), MICRO)
        high, low = np.divmod(rest, 1_000)
        table = _three_digits()
        out = np.empty(len(self.micro), _DEGREES)
        out["sign"], out["whole"], out["point"] = b"-", table.take(whole), b"."
        out["high"], out["low"] = table.take(high), table.take(low)
        # Every value is written as wide as the widest; then the sign and the zeros that nobody writes are left out.
        letters = out.view(np.uint8).reshape(len(out), _DEGREES.itemsize)
        keep = np.ones(letters.shape, np.bool_)
        keep[:, 0], keep[:, 1], keep[:, 2] = self.micro < 0, whole >= 100, whole >= 10
        offsets = np.zeros(len(out) + 1, np.int32)
        np.cumsum(_DEGREES.itemsize - 3 + keep[:, :3].sum(axis=1), out=offsets[1:])
        return pa.StringArray.from_buffers(len(out), pa.py_buffer(offsets), pa.py_buffer(letters[keep]))

    def typed(self) -> pa.Array:
        return _decimals(self.micro, 9, 6)


@lru_cache(maxsize=1)
def _rate_texts() -> NDArray[np.bytes_]:
    return np.array([f"{number / BASIS:.4f}" for number in range(BASIS)], "S6")


@dataclass(frozen=True)
class Rate:
    """Shares of an amount with four decimals, as whole basis points from 0 to 9,999."""

    points: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.points)

    def text(self) -> pa.StringArray:
        return text_of(_rate_texts().take(self.points))

    def typed(self) -> pa.Array:
        return _decimals(self.points, 5, 4)


@dataclass(frozen=True)
class Optional:
    """Ids as `Numbered` ones: `prefix` and each number, padded to `width` digits; a negative number is null."""

    prefix: str
    width: int
    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.numbers)

    def text(self) -> pa.StringArray:
        valid = self.numbers >= 0
        return text_of(padded_numbers(self.prefix, self.width, np.where(valid, self.numbers, 0)), valid)

    def typed(self) -> pa.Array:
        return self.text()
