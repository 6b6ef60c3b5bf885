"""Days, times of day, and timestamps."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.arrays import array_of
from datagen.calendar import SECONDS_A_DAY
from datagen.columns.column import NULL, text_of
from datagen.columns.ids import digit_texts
from datagen.columns.pieces import Entries, Piece, entries_of_one_width, where
from datagen.frozen import dataclass


@lru_cache(maxsize=32)
def _day_texts(first: int, last: int) -> NDArray[np.bytes_]:
    days = np.arange(first, last + 1).astype("datetime64[D]")
    months = days.astype("datetime64[M]")
    years = days.astype("datetime64[Y]").astype(np.int64) + 1970
    out = np.full(len(days), b"-", [("year", "S4"), ("-", "S1"), ("month", "S2"), ("-2", "S1"), ("day", "S2")])
    out["year"] = digit_texts(4).take(years)
    out["month"] = digit_texts(2).take(months.astype(np.int64) % 12 + 1)
    out["day"] = digit_texts(2).take((days - months).astype(np.int64) + 1)
    return out.view("S10")


def _block(days: NDArray[Any]) -> tuple[int, int]:
    """The first and the last day of whole five-year blocks around these days, so that few different tables are made."""
    block = 1_826
    return (int(days.min(initial=0)) // block) * block, (int(days.max(initial=0)) // block + 1) * block


def _day_table(days: NDArray[Any]) -> tuple[int, NDArray[np.bytes_]]:
    first, last = _block(days)
    return first, _day_texts(first, last)


@lru_cache(maxsize=32)
def _day_entries(first: int, last: int, behind: str) -> Entries:
    texts = _day_texts(first, last)
    return entries_of_one_width(np.char.add(texts, behind.encode()) if behind else texts)


def _day_piece(days: NDArray[Any], behind: str = "") -> Piece:
    """Days, and what stands behind each."""
    first, last = _block(days)
    return Piece(_day_entries(first, last, behind), days - first)


@lru_cache(maxsize=1)
def _clock_texts() -> NDArray[np.bytes_]:
    two = digit_texts(2)
    minutes = np.full((24, 60), b":", [("hour", "S2"), (":", "S1"), ("minute", "S2"), (":2", "S1")])
    minutes["hour"], minutes["minute"] = two[:24, None], two[:60]
    out = np.empty((24 * 60, 60), [("minute", "S6"), ("second", "S2")])
    out["minute"], out["second"] = minutes.view("S6").reshape(-1, 1), two[:60]
    return out.ravel().view("S8")


@lru_cache(maxsize=1)
def _clock_entries() -> Entries:
    return entries_of_one_width(_clock_texts())


@dataclass(frozen=True)
class Day:
    """Dates as days since 1970-01-01."""

    days: NDArray[np.int32]
    nullable: bool = False

    def __len__(self) -> int:
        return len(self.days)

    def text(self) -> pa.StringArray:
        valid = self.days != NULL if self.nullable else None
        days = self.days if valid is None else np.where(valid, self.days, 0)
        if not len(days):
            return array_of([])
        first, table = _day_table(days)
        return text_of(table.take(days - first), valid)

    def pieces(self) -> list[Piece] | None:
        if not self.nullable:
            return [_day_piece(self.days)]
        known = self.days != NULL
        return where([_day_piece(np.where(known, self.days, 0))], known)

    def typed(self) -> pa.Array:
        mask = self.days == NULL if self.nullable else None
        return array_of(self.days.astype(np.int32), mask).cast(pa.date32())


_STAMP = np.dtype([("day", "S10"), ("between", "S1"), ("clock", "S8")])


@dataclass(frozen=True)
class Stamp:
    """Local timestamps: days since 1970-01-01 and seconds of the day (`NULL` where absent)."""

    days: NDArray[np.int32]
    seconds: NDArray[np.int32]
    nullable: bool = False
    separator: str = " "

    def __len__(self) -> int:
        return len(self.days)

    def text(self) -> pa.StringArray:
        valid = self.seconds != NULL if self.nullable else None
        seconds = self.seconds if valid is None else np.where(valid, self.seconds, 0)
        out = np.empty(len(self.days), _STAMP)
        if len(out):
            first, table = _day_table(self.days)
            out["day"], out["clock"] = table.take(self.days - first), _clock_texts().take(seconds)
            out["between"] = self.separator.encode()
        return text_of(out, valid)

    def pieces(self) -> list[Piece] | None:
        pieces = [_day_piece(self.days, self.separator), Piece(_clock_entries(), self.seconds)]
        return where(pieces, self.seconds != NULL) if self.nullable else pieces

    def typed(self) -> pa.Array:
        mask = self.seconds == NULL if self.nullable else None
        moments = self.days.astype(np.int64) * SECONDS_A_DAY + self.seconds
        return array_of(moments, mask).cast(pa.timestamp("s"))


@dataclass(frozen=True)
class Clock:
    """Times of day as seconds."""

    seconds: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.seconds)

    def text(self) -> pa.StringArray:
        return text_of(_clock_texts().take(self.seconds))

    def pieces(self) -> list[Piece]:
        return [Piece(_clock_entries(), self.seconds)]

    def typed(self) -> pa.Array:
        return array_of(self.seconds.astype(np.int32, copy=False)).cast(pa.time32("s"))
