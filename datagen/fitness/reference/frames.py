"""Reference tables, straight from generated columns: Arrow tables, of which `to_pandas` makes the frames of the seam.

In a frame, ids and texts have dtype `str`, dates and timestamps datetime64[s], times of day are HH:MM:SS texts, money
is float64 with two decimals, and what is absent is missing (NaN or NaT). Arrow holds all that until somebody asks for a
frame: to import pandas takes as long as to generate a small data set.
"""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from datagen.arrays import array_of
from datagen.columns import NULL, Column, Day, Money


def frame(columns: Mapping[str, Column | pa.Array]) -> pa.Table:
    """The columns, which are generated columns or Arrow arrays, as a table."""
    return pa.table({name: _arrow(column) for name, column in columns.items()})


def _arrow(column: Column | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    if isinstance(column, Money):
        # A frame's money is what a user computes with; a hundredth of a whole number is its nearest double.
        return array_of(column.cents / 100.0, column.nulls)
    if isinstance(column, Day):
        days = column.days.astype("datetime64[D]").astype("datetime64[s]")
        return array_of(days, column.days == NULL if column.nullable else None)
    return column.typed()


def texts(column: pa.ChunkedArray) -> list[str]:
    """A short text column as a list."""
    return [str(value) for value in column.to_pylist()]
