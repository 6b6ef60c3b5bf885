"""What a column is, and how absent values are marked in arrays."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.arrays import bits_of
from datagen.columns.pieces import Piece

NULL = np.iinfo(np.int32).min
"""Marks the absent value in columns of days, and of seconds."""
NO_CODE = -1
"""Marks the absent value in columns of codes."""


class Column(Protocol):
    """One column: `len()` values, to be had as text and typed."""

    def __len__(self) -> int: ...

    def text(self) -> pa.StringArray:
        """The values as a CSV file holds them."""
        ...

    def pieces(self) -> list[Piece] | None:
        """What follows each other in a line of a CSV file; None where that is not to be looked up."""
        ...

    def typed(self) -> pa.Array:
        """The values with their Arrow type."""
        ...


@runtime_checkable
class Totalled(Protocol):
    """A column that knows the sum of its numbers, or of those that its ids end with."""

    def total(self) -> int | Decimal:
        """The sum; nulls count nothing."""
        ...


Columns = Mapping[str, Column]


def or_null(known: NDArray[np.bool_], values: NDArray[Any]) -> NDArray[np.int32]:
    """Days or seconds where they are known, `NULL` elsewhere; `values` may be of any integer type."""
    return np.where(known, values.astype(np.int32, copy=False), np.int32(NULL))


def or_no_code(known: NDArray[np.bool_] | np.bool_, codes: NDArray[Any]) -> NDArray[np.intp]:
    """Codes where they are known, `NO_CODE` elsewhere; `codes` may be of any integer type, unsigned ones included."""
    return np.where(known, codes.astype(np.intp, copy=False), np.intp(NO_CODE))


def exact_sum(numbers: NDArray[np.integer[Any]], most: int) -> int:
    """The sum of whole numbers from -`most` to `most`, however large it is."""
    if most * len(numbers) < 1 << 63:
        return int(numbers.sum(dtype=np.int64))
    return sum(numbers.tolist())


def text_of(values: NDArray[Any], valid: NDArray[np.bool_] | None = None) -> pa.StringArray:
    """Fixed-width ASCII values (dtype `S<w>` or a record of such) as an Arrow string array, without copying."""
    count, width = len(values), values.dtype.itemsize
    offsets = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    validity = None if valid is None else bits_of(valid)
    data = pa.py_buffer(np.ascontiguousarray(values).view(np.uint8))
    return pa.StringArray.from_buffers(count, pa.py_buffer(offsets), data, validity)


def typed_table(columns: Columns) -> pa.Table:
    """The columns as an Arrow table with their types."""
    return pa.table({name: column.typed() for name, column in columns.items()})
