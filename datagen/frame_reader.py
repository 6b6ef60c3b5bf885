"""Reads the columns of a frame that a user may have made, with errors that name table, column and value."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from datagen.column_reader import ColumnReader
from datagen.errors import FrameError

_MOMENT = r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?"


class FrameReader(ColumnReader):
    """Reads the columns of one pandas frame."""

    def __init__(self, frames: Mapping[str, pd.DataFrame], table: str, *, may_be_empty: bool = False) -> None:
        if table not in frames:
            raise FrameError(f"The table {table} is missing from the frames; they need all tables it works from.")
        if not isinstance(frames[table], pd.DataFrame):
            raise FrameError(f"The table {table} must be a pandas frame, not {type(frames[table]).__name__}.")
        self.table, self.frame = table, frames[table]
        if not len(self.frame) and not may_be_empty:
            raise FrameError(f"The table {table} has no rows; give it at least one.")

    def _column(self, name: str) -> pd.Series[Any]:
        if name not in self.frame.columns:
            raise FrameError(
                f"The table {self.table} has no column {name}; it has {', '.join(map(str, self.frame.columns))}."
            )
        column = self.frame[name]
        if isinstance(column, pd.DataFrame):
            raise FrameError(f"The table {self.table} has the column {name} more than once; keep one of them.")
        return column

    def optional_texts(self, name: str) -> list[str | None]:
        column = self._column(name)
        empty = (column.isna() | (column == "")).to_numpy(np.bool_)
        return [None if absent else str(value) for value, absent in zip(column.to_list(), empty, strict=True)]

    def numbers(self, name: str, low: float, high: float) -> NDArray[np.float64]:
        values = pd.to_numeric(self._column(name), errors="coerce").to_numpy(np.float64, na_value=np.nan)
        self._refuse_outside(name, values, low, high)
        return values

    def flags(self, name: str) -> NDArray[np.bool_]:
        column = self._column(name)
        if column.dtype == bool:
            return column.to_numpy()
        texts = column.astype(str).str.strip().str.lower()
        self.refuse(name, ~texts.isin(["true", "false"]).to_numpy(), "it must be true or false")
        return (texts == "true").to_numpy()

    def _moments(self, name: str, what: str, nullable: bool) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
        column = self._column(name)
        empty = (column.isna() | (column == "")).to_numpy(np.bool_)
        if not nullable:
            self.refuse(name, empty, f"it must be {what}; a value is required")
        kind = column.dtype
        if pd.api.types.is_numeric_dtype(kind) or isinstance(kind, pd.DatetimeTZDtype):
            self.refuse(name, ~empty, f"it must be {what}, a local one without a time zone")
        if isinstance(kind, np.dtype) and kind.kind == "M":
            return column.to_numpy(), empty
        texts = column.astype(object).map(str, na_action="ignore").where(~empty, "").str.strip()
        written = texts.str.fullmatch(_MOMENT).to_numpy(np.bool_)
        moments = pd.to_datetime(texts.where(written), errors="coerce", format="ISO8601")
        self.refuse(name, moments.isna().to_numpy() & ~empty, f"it must be {what}")
        return moments.to_numpy(), empty

    def _value(self, name: str, row: int) -> Any:
        value = self.frame[name].iloc[row]
        return None if pd.isna(value) else value


def refuse_nul(frames: Mapping[str, pd.DataFrame]) -> None:
    """Check that no text of these frames holds a NUL character, which neither databases nor most readers take.

    Raises:
        FrameError: that names the table, the column and the row.
    """
    for table, frame in frames.items():
        if not isinstance(frame, pd.DataFrame):
            continue  # which `FrameReader` refuses
        for place, name in enumerate(frame.columns):
            column = frame.iloc[:, place]
            values = [] if pd.api.types.is_numeric_dtype(column.dtype) else column.to_list()
            for row, value in enumerate(values, start=1):
                if isinstance(value, str) and "\0" in value:
                    raise FrameError(
                        f"{table}.{name} holds a NUL character (row {row}), which databases do not take. Remove it."
                    )
