"""Columns that only this world has."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.columns import Column
from datagen.frozen import dataclass

_RATING_PRECISION = 2


@dataclass(frozen=True)
class Picked:
    """Values out of another column, by their places: each value is rendered once, however often it is picked.

    Where it is nullable, a negative place is null.
    """

    values: Column
    places: NDArray[Any]
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.places)

    @cached_property
    def _indices(self) -> pa.Array:
        return pa.array(self.places, mask=self.places < 0 if self.nullable else None)

    @cached_property
    def _text(self) -> pa.StringArray:
        return self.values.text().take(self._indices)

    def text(self) -> pa.StringArray:
        return self._text

    def pieces(self) -> None:
        return None  # rendered once each, values are quicker to take as texts

    def typed(self) -> pa.Array:
        return self.values.typed().take(self._indices)

    def total(self) -> int | Decimal:
        """The sum of the numbers; nulls count nothing."""
        places = self.places[self.places >= 0] if self.nullable else self.places
        times = np.bincount(places, minlength=len(self.values)).tolist()
        numbers = self.values.typed().to_pylist()
        # Of nothing, too, it is a sum of the kind of the numbers.
        zero = Decimal(0).scaleb(-2) if pa.types.is_decimal(self.values.typed().type) else 0
        return sum((number * count for number, count in zip(numbers, times, strict=True) if count), zero)


@dataclass(frozen=True)
class Tenths:
    """Figures with one decimal, such as ratings, as whole tenths, none negative."""

    numbers: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.numbers)

    def text(self) -> pa.StringArray:
        return pc.cast(self.typed(), pa.string())

    def pieces(self) -> None:
        return None

    def typed(self) -> pa.Array:
        words = np.zeros((len(self.numbers), 2), np.int64)
        words[:, 0] = self.numbers
        kind = pa.decimal128(_RATING_PRECISION, 1)
        return pa.Array.from_buffers(kind, len(words), [None, pa.py_buffer(words)])

    def total(self) -> Decimal:
        """The sum of the figures."""
        return Decimal(int(self.numbers.sum())).scaleb(-1)
