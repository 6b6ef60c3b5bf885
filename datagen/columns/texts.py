"""Texts, coded where few of them come again and again, and truth values."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from functools import cached_property, lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.arrays import array_of, fixed_width
from datagen.columns.column import exact_sum, text_of
from datagen.columns.ids import number_in, numbers_in
from datagen.columns.pieces import Entries, Piece, entries_of, entries_of_one_width, where
from datagen.frozen import dataclass

_SPECIAL = (b",", b'"', b"\n", b"\r")
"""What stands only in quotes."""


@dataclass(frozen=True)
class Labels:
    """The texts that codes stand for: a vocabulary, or the ids of another table."""

    arrow: pa.StringArray = field(repr=False)

    @classmethod
    def of(cls, values: Iterable[str]) -> Labels:
        """Labels from any iterable of texts."""
        return cls(array_of(tuple(values)))

    def __getstate__(self) -> dict[str, Any]:
        return {"arrow": self.arrow}

    @cached_property
    def values(self) -> tuple[str, ...]:
        """The labels as texts."""
        return tuple(self.arrow.to_pylist())

    @cached_property
    def fixed(self) -> NDArray[np.bytes_] | None:
        """The labels as fixed-width bytes, where they are of one width: three times faster to take from."""
        return fixed_width(self.arrow)

    @cached_property
    def entries(self) -> Entries | None:
        """The labels to look up, where none needs quotes."""
        fixed = self.fixed
        encoded = [] if fixed is not None else [value.encode() for value in self.values]
        whole = b"".join(encoded) if fixed is None else fixed.tobytes()
        if any(character in whole for character in _SPECIAL):
            return None
        return entries_of(encoded) if fixed is None else entries_of_one_width(fixed)

    @cached_property
    def numbers(self) -> NDArray[np.int64]:
        """The numbers in the labels, which are ids."""
        if self.fixed is not None:
            return numbers_in(self.fixed)
        return np.array([number_in(value) for value in self.values], np.int64)

    @cached_property
    def most(self) -> int:
        """The largest of these numbers."""
        return int(self.numbers.max(initial=0))


@dataclass(frozen=True)
class Coded:
    """Values that are few or refer to another table: codes into labels; a negative code is null."""

    codes: NDArray[Any]
    labels: Labels
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.codes)

    def text(self) -> pa.StringArray:
        if not self.nullable:
            fixed = self.labels.fixed
            return self.labels.arrow.take(array_of(self.codes)) if fixed is None else text_of(fixed.take(self.codes))
        return self.labels.arrow.take(array_of(self.codes, self.codes < 0))

    def pieces(self) -> list[Piece] | None:
        entries = self.labels.entries
        if entries is None:
            return None
        pieces = [Piece(entries, self.codes)]
        return where(pieces, self.codes >= 0) if self.nullable else pieces

    def typed(self) -> pa.Array:
        return self.text()

    def total(self) -> int:
        """The sum of the numbers in the labels, which are ids; nulls count nothing."""
        codes = self.codes[self.codes >= 0] if self.nullable else self.codes
        return exact_sum(self.labels.numbers.take(codes), self.labels.most)


@dataclass(frozen=True)
class Texts:
    """Texts that are all different, or nearly so, as an Arrow array."""

    values: pa.StringArray

    def __len__(self) -> int:
        return len(self.values)

    def text(self) -> pa.StringArray:
        return self.values

    def pieces(self) -> None:
        return None

    def typed(self) -> pa.Array:
        return self.values


@lru_cache(maxsize=1)
def _truth_entries() -> Entries:
    return entries_of([b"false", b"true"])


@dataclass(frozen=True)
class Flag:
    """Truth values, written `true` and `false`."""

    values: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.values)

    def text(self) -> pa.StringArray:
        return array_of(["false", "true"]).take(array_of(self.values.view(np.uint8)))

    def pieces(self) -> list[Piece]:
        return [Piece(_truth_entries(), self.values.view(np.uint8))]

    def typed(self) -> pa.Array:
        return array_of(self.values)
