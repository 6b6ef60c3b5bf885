"""Whole numbers, amounts of money and rates."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.arrays import array_of, bits_of, numbers_of
from datagen.columns.column import exact_sum
from datagen.columns.pieces import Entries, Piece, entries_of, entries_of_one_width, number_pieces, where
from datagen.frozen import dataclass

MONEY_PRECISION = 12


@lru_cache(maxsize=1)
def _whole_texts() -> pa.StringArray:
    return array_of([str(number) for number in range(1_500)])


@dataclass(frozen=True)
class Whole:
    """Whole numbers; where they are nullable, a negative one is null."""

    numbers: NDArray[Any]
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.numbers)

    def text(self) -> pa.StringArray:
        if self.nullable:
            return self.typed().cast(pa.string())
        table = _whole_texts()
        if len(self) and self.numbers.min() >= 0 and self.numbers.max() < len(table):
            return table.take(array_of(self.numbers))
        return array_of(self.numbers.astype(np.int64, copy=False)).cast(pa.string())

    def pieces(self) -> list[Piece] | None:
        if not self.nullable:
            return number_pieces(self.numbers)
        return where(number_pieces(np.maximum(self.numbers, 0)), self.numbers >= 0)

    def typed(self) -> pa.Array:
        return array_of(self.numbers.astype(np.int64, copy=False), self.numbers < 0 if self.nullable else None)


_MANY_AMOUNTS = 2_000  # from so many on, the table of all usual amounts pays


@lru_cache(maxsize=1)
def _cent_entries() -> Entries:
    return entries_of_one_width(np.array([f".{cents:02d}" for cents in range(100)], "S3"))


@lru_cache(maxsize=1)
def _sign_entries() -> Entries:
    return entries_of([b"", b"-"])


@lru_cache(maxsize=1)
def _amount_texts() -> pa.StringArray:
    """The amounts from 0.00 to 1,000.00."""
    return Money(np.arange(100_001)).typed().cast(pa.string())


@dataclass(frozen=True)
class Money:
    """Amounts, and other figures with two decimals, as whole hundredths; null where `nulls` is true."""

    cents: NDArray[np.int64]
    nulls: NDArray[np.bool_] | None = None

    def __len__(self) -> int:
        return len(self.cents)

    def typed(self) -> pa.Array:
        words = np.empty((len(self.cents), 2), np.int64)
        words[:, 0] = self.cents
        words[:, 1] = words[:, 0] >> 63
        validity = None if self.nulls is None else bits_of(~self.nulls)
        kind = pa.decimal128(MONEY_PRECISION, 2)
        return pa.Array.from_buffers(kind, len(words), [validity, pa.py_buffer(words)])

    def text(self) -> pa.StringArray:
        if len(self) >= _MANY_AMOUNTS and self.nulls is None:
            table = _amount_texts()
            if self.cents.min() >= 0 and self.cents.max() < len(table):
                return table.take(array_of(self.cents))
        encoded = array_of(self.cents).dictionary_encode()
        if len(encoded.dictionary) > len(self.cents) // 4:
            return self.typed().cast(pa.string())
        # A few prices make up most columns of money: render each once.
        table = Money(numbers_of(encoded.dictionary)).typed().cast(pa.string())
        return table.take(array_of(numbers_of(encoded.indices), self.nulls))

    def pieces(self) -> list[Piece] | None:
        own = self.cents if self.nulls is None else np.where(self.nulls, 0, self.cents)
        cents = np.abs(own)
        whole = cents // 100
        units = number_pieces(whole)
        pieces = units and [*units, Piece(_cent_entries(), cents - whole * 100)]
        if pieces and own.min(initial=0) < 0:
            pieces.insert(0, Piece(_sign_entries(), (own < 0).view(np.uint8)))
        return pieces if self.nulls is None else where(pieces, ~self.nulls)

    def total(self) -> Decimal:
        """The sum of the amounts; nulls count nothing."""
        cents = self.cents if self.nulls is None else self.cents[~self.nulls]
        return Decimal(exact_sum(cents, 10**MONEY_PRECISION)).scaleb(-2)


RATE_PRECISION, RATE_SCALE = 9, 4


@dataclass(frozen=True)
class Rate:
    """Figures with four decimals, such as percents a year, as whole ten-thousandths; negative ones are null."""

    points: NDArray[np.int64]
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.points)

    def typed(self) -> pa.Array:
        words = np.zeros((len(self.points), 2), np.int64)
        words[:, 0] = self.points
        validity = bits_of(self.points >= 0) if self.nullable else None
        kind = pa.decimal128(RATE_PRECISION, RATE_SCALE)
        return pa.Array.from_buffers(kind, len(words), [validity, pa.py_buffer(words)])

    def text(self) -> pa.StringArray:
        encoded = array_of(self.points).dictionary_encode()  # the same few come again and again
        return Rate(numbers_of(encoded.dictionary), self.nullable).typed().cast(pa.string()).take(encoded.indices)

    def pieces(self) -> list[Piece] | None:
        return None

    def total(self) -> Decimal:
        """The sum of the figures; nulls count nothing."""
        points = self.points[self.points >= 0] if self.nullable else self.points
        return Decimal(exact_sum(points, 10**RATE_PRECISION)).scaleb(-RATE_SCALE)
