"""Reference tables as pandas frames, straight from generated columns.

Ids and texts have dtype `str`, dates and timestamps datetime64[s], times of day are HH:MM:SS texts, money is float64
with two decimals, and what is absent is missing (NaN or NaT).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pyarrow as pa

from datagen.columns import NULL, Column, Day, Money

if TYPE_CHECKING:
    import pandas as pd


def frame(columns: Mapping[str, Column | pa.Array], rows: int | None = None) -> pd.DataFrame:
    """The first `rows` (or all) of the columns, which are generated columns or Arrow arrays, as a frame."""
    arrays = {name: _arrow(column).slice(0, rows) for name, column in columns.items()}
    made: pd.DataFrame = pa.table(arrays).to_pandas()
    return made


def _arrow(column: Column | pa.Array) -> pa.Array:
    if isinstance(column, pa.Array):
        return column
    if isinstance(column, Money):
        # A frame's money is what a user computes with; a hundredth of a whole number is its nearest double.
        return pa.array(column.cents / 100.0, mask=column.nulls)
    if isinstance(column, Day):
        days = column.days.astype("datetime64[D]").astype("datetime64[s]")
        return pa.array(days, mask=column.days == NULL if column.nullable else None)
    return column.typed()


def texts(column: pd.Series) -> list[str]:
    """A short text column as a list."""
    return [str(value) for value in column]
