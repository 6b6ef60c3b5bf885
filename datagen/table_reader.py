"""Reads the columns of tables that were generated just now, as Arrow holds them; pandas frames are read as such."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.arrays import array_of, flags_of, numbers_of, places_in, text_scalar
from datagen.column_reader import ColumnReader
from datagen.types import Codes

if TYPE_CHECKING:
    import pandas as pd


def reader_of(frames: Mapping[str, pd.DataFrame | pa.Table], table: str) -> ColumnReader:
    """What reads a table, which may be a pandas frame or an Arrow table, and must have rows.

    Raises: `FrameError` for one that is missing or cannot be read.
    """
    if isinstance(found := frames.get(table), pa.Table) and len(found):
        return TableReader(found, table)
    from datagen.frame_reader import FrameReader  # with pandas, which nobody needs who works from generated tables

    return FrameReader(frames, table)


class TableReader(ColumnReader):
    """Reads an Arrow table with the types that the reference generators give its columns."""

    def __init__(self, columns: pa.Table, table: str) -> None:
        self.table, self._columns = table, columns

    def _column(self, name: str) -> pa.Array:
        return self._columns[name].combine_chunks()

    def optional_texts(self, name: str) -> list[str | None]:
        return [text or None for text in self._column(name).to_pylist()]

    def strings(self, name: str) -> pa.StringArray:
        column = self._column(name)
        absent = pc.or_kleene(pc.is_null(column), pc.equal(column, text_scalar("")))
        self.refuse(name, flags_of(absent), "a value is required")
        return column

    def codes(self, name: str, known: Sequence[str], what: str) -> Codes:
        codes = places_in(array_of(known), self.strings(name))
        self.refuse(name, codes < 0, what)
        return codes

    def numbers(self, name: str, low: float, high: float) -> NDArray[np.float64]:
        column = self._column(name)
        values = np.where(_absent(column), np.nan, numbers_of(column).astype(np.float64))
        self._refuse_outside(name, values, low, high)
        return values

    def flags(self, name: str) -> NDArray[np.bool_]:
        return flags_of(self._column(name))

    def _moments(self, name: str, what: str, nullable: bool) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
        column = self._column(name)
        absent = _absent(column)
        if not nullable:
            self.refuse(name, absent, f"it must be {what}; a value is required")
        return numbers_of(column.view(pa.int64())).view("datetime64[s]"), absent

    def _value(self, name: str, row: int) -> Any:
        return self._columns[name][row].as_py()


def _absent(column: pa.Array) -> NDArray[np.bool_]:
    return flags_of(pc.is_null(column))
