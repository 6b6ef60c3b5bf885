"""Reads the columns of a frame that a user may have made, with errors that name table, column and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from datagen.calendar import EARLIEST_YEAR, LATEST_YEAR, SECONDS_A_DAY, SECONDS_AN_HOUR
from datagen.columns import NULL, Labels, or_null
from datagen.errors import FrameError
from datagen.types import Codes, Days

_MOMENT = r"\d{4}-\d\d-\d\d(?:[ T]\d\d:\d\d(?::\d\d(?:\.\d+)?)?)?"


class FrameReader:
    """Reads the columns of one frame, with errors that name table, column and value."""

    def __init__(self, frames: Mapping[str, pd.DataFrame], table: str, *, may_be_empty: bool = False) -> None:
        if table not in frames:
            raise FrameError(f"The table {table} is missing from the frames; they need all tables it works from.")
        if not isinstance(frames[table], pd.DataFrame):
            raise FrameError(f"The table {table} must be a pandas frame, not {type(frames[table]).__name__}.")
        self.table, self.frame = table, frames[table]
        self.keys: list[str] = []
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

    def refuse(self, name: str, bad: NDArray[np.bool_], what: str) -> None:
        """Raise `FrameError` for the first bad value of a column, if there is one."""
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            value = self.frame[name].iloc[row]
            where = f"row {row + 1}, {self.keys[row]}" if self.keys else f"row {row + 1}"
            if pd.isna(value) or value == "":
                raise FrameError(f"{self.table}.{name} is empty ({where}): {what}.")
            raise FrameError(f"{self.table}.{name} holds '{value}' ({where}): {what}.")

    def ids(self, name: str) -> Labels:
        """The primary key."""
        values = self.texts(name)
        self.refuse(name, pd.Series(values).duplicated().to_numpy(), "ids must be unique; change or drop one")
        self.keys = values
        return Labels.of(values)

    def texts(self, name: str) -> list[str]:
        """Texts, none of them absent."""
        column = self._column(name)
        self.refuse(name, (column.isna() | (column == "")).to_numpy(), "a value is required")
        return [str(value) for value in column.to_list()]

    def codes(self, name: str, known: Sequence[str], what: str) -> Codes:
        """Places of the values in a vocabulary or in the ids of another table."""
        codes = pd.Index(known).get_indexer(pd.Index(self.texts(name)))
        self.refuse(name, codes < 0, what)
        return codes

    def vocabulary(self, name: str, known: Sequence[str]) -> Codes:
        """Places of the values among the allowed ones."""
        return self.codes(name, known, f"it must be one of {', '.join(known)}")

    def references(self, name: str, ids: Labels, table: str) -> Codes:
        """Places of the values among the ids of another table."""
        return self.codes(name, ids.values, f"there is no such id in {table}")

    def days(self, name: str, *, nullable: bool = False) -> Days:
        """Dates (or the date of timestamps) as day numbers."""
        moments, absent = self._moments(name, "a date such as 2026-01-31", nullable)
        days = moments.astype("datetime64[D]").astype(np.int64)
        low, high = (np.datetime64(f"{year}-01-01").astype(np.int64) for year in (EARLIEST_YEAR, LATEST_YEAR))
        self.refuse(
            name, ~absent & ((days < low) | (days >= high)), f"years run from {EARLIEST_YEAR} to {LATEST_YEAR - 1}"
        )
        return or_null(~absent, days)

    def moments(self, name: str, *, nullable: bool = False) -> NDArray[np.int64]:
        """Timestamps as seconds since 1970-01-01; where absent, those of day `NULL`."""
        moments, absent = self._moments(name, "a time such as 2026-01-31 06:30:00", nullable)
        return np.where(absent, np.int64(NULL * SECONDS_A_DAY), moments.astype("datetime64[s]").astype(np.int64))

    def _moments(self, name: str, what: str, nullable: bool) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
        """A column as NumPy datetimes, and where it is empty; `what` says what its values must be."""
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

    def clock(self, name: str) -> NDArray[np.int64]:
        """Times of day as seconds."""
        texts = pd.Series(self.texts(name)).str.strip().str.removeprefix("0 days ")
        written = texts.str.fullmatch(r"\d\d?:\d\d(:\d\d)?").to_numpy(np.bool_)
        self.refuse(name, ~written, "it must be a time such as 06:30:00")
        parts = texts.str.split(":", expand=True).reindex(columns=range(3)).fillna("0").astype(np.int64).to_numpy()
        self.refuse(name, (parts[:, 0] > 23) | (parts[:, 1:] > 59).any(axis=1), "it must be a time of day")
        seconds: NDArray[np.int64] = parts @ np.array([SECONDS_AN_HOUR, 60, 1])
        return seconds

    def zipcodes(self, name: str) -> list[str]:
        """ZIP codes as texts of five digits, also where they were read as numbers and lost their zeros."""
        return [
            # The whole ones first, which nearly all are.
            value if len(value) == 5 and value.isdigit() else value.strip().removesuffix(".0").zfill(5)
            for value in self.texts(name)
        ]

    def numbers(self, name: str, low: float, high: float) -> NDArray[np.float64]:
        """Numbers in a range."""
        values = pd.to_numeric(self._column(name), errors="coerce").to_numpy(np.float64, na_value=np.nan)
        self.refuse(name, np.isnan(values), "it must be a number")
        self.refuse(name, (values < low) | (values > high), f"it must lie in {low:g} to {high:g}")
        return values

    def wholes(self, name: str, low: int, high: int) -> NDArray[np.int64]:
        """Whole numbers in a range."""
        values = self.numbers(name, low, high)
        self.refuse(name, values != np.floor(values), "it must be a whole number")
        return values.astype(np.int64)

    def cents(self, name: str) -> NDArray[np.int64]:
        """Money as whole cents."""
        return np.rint(self.numbers(name, 0, 1e7) * 100).astype(np.int64)

    def flags(self, name: str) -> NDArray[np.bool_]:
        """Truth values, also as the texts true and false."""
        column = self._column(name)
        if column.dtype == bool:
            return column.to_numpy()
        texts = column.astype(str).str.strip().str.lower()
        self.refuse(name, ~texts.isin(["true", "false"]).to_numpy(), "it must be true or false")
        return (texts == "true").to_numpy()


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
