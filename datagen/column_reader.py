"""Reads the columns of a table, checked value by value, with errors that name table, column and value."""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from datagen.arrays import array_of
from datagen.calendar import EARLIEST_YEAR, LATEST_YEAR, SECONDS_A_DAY, SECONDS_AN_HOUR
from datagen.columns import NULL, Labels, or_null
from datagen.errors import FrameError
from datagen.types import Codes, Days

_CLOCK = re.compile(r"(\d\d?):(\d\d)(?::(\d\d))?")


class ColumnReader(ABC):
    """Reads the columns of one table, whatever holds it, as arrays; raises `FrameError` for what they must not hold."""

    table: str
    keys: Labels | None = None
    """The primary key, once it has been read: errors tell of which row they are."""

    @abstractmethod
    def optional_texts(self, name: str) -> list[str | None]:
        """Texts; those that are empty are absent."""

    @abstractmethod
    def numbers(self, name: str, low: float, high: float) -> NDArray[np.float64]:
        """Numbers in a range."""

    @abstractmethod
    def flags(self, name: str) -> NDArray[np.bool_]:
        """Truth values, also as the texts true and false."""

    @abstractmethod
    def _moments(self, name: str, what: str, nullable: bool) -> tuple[NDArray[np.datetime64], NDArray[np.bool_]]:
        """A column as NumPy datetimes, and where it is empty; `what` says what its values must be."""

    @abstractmethod
    def _value(self, name: str, row: int) -> Any:
        """A value as errors show it; None if it is absent."""

    def refuse(self, name: str, bad: NDArray[np.bool_], what: str) -> None:
        """Raise `FrameError` for the first bad value of a column, if there is one."""
        if bad.any():
            row = int(np.flatnonzero(bad)[0])
            value = self._value(name, row)
            where = f"row {row + 1}, {self.keys.values[row]}" if self.keys else f"row {row + 1}"
            if value is None or value == "":
                raise FrameError(f"{self.table}.{name} is empty ({where}): {what}.")
            raise FrameError(f"{self.table}.{name} holds '{value}' ({where}): {what}.")

    def ids(self, name: str) -> Labels:
        """The primary key."""
        ids = Labels(self.strings(name))
        if pc.count_distinct(ids.arrow).as_py() < len(ids.arrow):
            first = {value: row for row, value in reversed([*enumerate(ids.values)])}
            repeated = np.array([first[value] != row for row, value in enumerate(ids.values)], np.bool_)
            self.refuse(name, repeated, "ids must be unique; change or drop one")
        self.keys = ids
        return ids

    def texts(self, name: str) -> list[str]:
        """Texts, none of them absent."""
        texts = self.optional_texts(name)
        self.refuse(name, np.array([text is None for text in texts], np.bool_), "a value is required")
        return [text for text in texts if text is not None]

    def strings(self, name: str) -> pa.StringArray:
        """Texts, none of them absent, as an Arrow array."""
        return array_of(self.texts(name))

    def codes(self, name: str, known: Sequence[str], what: str) -> Codes:
        """Places of the values in a vocabulary or in the ids of another table."""
        places = {value: place for place, value in enumerate(known)}
        codes = np.array([places.get(text, -1) for text in self.texts(name)], np.int64)
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

    def clock(self, name: str) -> NDArray[np.int64]:
        """Times of day as seconds."""
        found = [_CLOCK.fullmatch(text.strip().removeprefix("0 days ")) for text in self.texts(name)]
        self.refuse(name, np.array([match is None for match in found]), "it must be a time such as 06:30:00")
        parts = np.array([[int(part or 0) for part in match.groups()] for match in found if match], np.int64)
        parts = parts.reshape(-1, 3)
        self.refuse(name, (parts[:, 0] > 23) | (parts[:, 1:] > 59).any(axis=1), "it must be a time of day")
        seconds: NDArray[np.int64] = parts @ np.array([SECONDS_AN_HOUR, 60, 1])
        return seconds

    def zipcodes(self, name: str) -> pa.StringArray:
        """ZIP codes as texts of five digits, also where they were read as numbers and lost their zeros."""
        texts = self.strings(name).dictionary_encode()
        whole = [text.strip().removesuffix(".0").zfill(5) for text in texts.dictionary.to_pylist()]
        return array_of(whole).take(texts.indices)

    def wholes(self, name: str, low: int, high: int) -> NDArray[np.int64]:
        """Whole numbers in a range."""
        values = self.numbers(name, low, high)
        self.refuse(name, values != np.floor(values), "it must be a whole number")
        return values.astype(np.int64)

    def cents(self, name: str) -> NDArray[np.int64]:
        """Money as whole cents."""
        return np.rint(self.numbers(name, 0, 1e7) * 100).astype(np.int64)

    def _refuse_outside(self, name: str, values: NDArray[np.float64], low: float, high: float) -> None:
        self.refuse(name, np.isnan(values), "it must be a number")
        self.refuse(name, (values < low) | (values > high), f"it must lie in {low:g} to {high:g}")
