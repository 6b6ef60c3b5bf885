"""The book of merchants: every version of each, and what is in force, as arrays by merchant number."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Sequence
from functools import cache
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of, day_number
from datagen.columns import NULL
from datagen.errors import StateError
from datagen.payments.columns import BASIS, MICRO
from datagen.payments.vocabulary import ACTIVE, CHURNED, SIZES, TRADES
from datagen.places import Places, load_places

Version = dict[str, Any]
"""A merchant's data from `effective_date` on, by the names of `vocabulary.MERCHANT_COLUMNS`, as values of JSON."""

NEVER = np.iinfo(np.int32).max
"""The day of leaving of a merchant that is still there."""
_INDUSTRIES = {name: code for code, name in enumerate(TRADES)}
_SIZES = {name: code for code, name in enumerate(SIZES)}
_ROOM = 256
MOST_MERCHANTS = 999_999
"""Ids have six digits."""


def merchant_id(number: int) -> str:
    """The id of a merchant number, which counts from 1."""
    return f"M{number:06d}"


def basis_points(share: float) -> int:
    """A share in basis points."""
    return round(share * BASIS)


def band_points(band: tuple[float, float]) -> tuple[int, int]:
    """The least and most whole basis points inside a band of shares."""
    low, high = (round(share * BASIS, 6) for share in band)
    return math.ceil(low), math.floor(high)


class Positions(NamedTuple):
    """Where ZIP codes are, in millionths of a degree, by their rows."""

    latitude: NDArray[np.int64]
    longitude: NDArray[np.int64]
    located: NDArray[np.int64]
    """The rows whose position is known."""


@cache
def positions(places: Places) -> Positions:
    """The positions of all places."""
    latitude, longitude = (np.rint(degrees * MICRO).astype(np.int64) for degrees in (places.latitude, places.longitude))
    return Positions(latitude, longitude, np.flatnonzero(latitude))


class Roster(NamedTuple):
    """What is in force on a day, by merchant number less one; not to be changed."""

    active: NDArray[np.bool_]
    size: NDArray[np.int8]
    points: NDArray[np.int16]
    """The merchant discount rate, basis points."""
    industry: NDArray[np.int8]
    place: NDArray[np.int32]
    """The row of the ZIP code."""

    def copy(self, room: int = 0) -> Roster:
        """A copy with room for more merchants."""
        return Roster._make(np.concatenate([values, np.zeros(room, values.dtype)]) for values in self)


class MerchantBook:
    """All merchants of a history as they stand after some day."""

    def __init__(self, versions: dict[str, list[Version]], counter: int) -> None:
        """Open a book on versions by id; `counter` is the highest number given so far."""
        self.versions = versions
        self.counter = 0
        self._roster = Roster._make(np.zeros(0, kind) for kind in ("bool", "i1", "i2", "i1", "i4"))
        self._created, self._left, self._paid = (np.zeros(0, np.int32) for _ in range(3))
        self._grow(counter)
        self._put([history[-1] for history in versions.values()])
        for name, history in versions.items():
            if history[-1]["status"] == CHURNED:
                self._left[int(name[1:]) - 1] = _day(history[-1]["effective_date"])

    @property
    def roster(self) -> Roster:
        """What is in force."""
        return Roster._make(values[: self.counter] for values in self._roster)

    @property
    def created(self) -> NDArray[np.int32]:
        """The day of each merchant's creation, by number less one."""
        return self._created[: self.counter]

    @property
    def left(self) -> NDArray[np.int32]:
        """The first day on which each merchant is gone, `NEVER` while it is there."""
        return self._left[: self.counter]

    def add(self, merchants: Sequence[Version]) -> None:
        """Enter new merchants, whose numbers follow the last one. Raises `StateError` if there is no number left."""
        if self.counter + len(merchants) > MOST_MERCHANTS:
            last = merchant_id(MOST_MERCHANTS)
            raise StateError(f"There is no id for another merchant: {last} is the last one. Begin a new history.")
        self._grow(self.counter + len(merchants))
        for version in merchants:
            self.versions[version["merchant_id"]] = [version]
        self._put(merchants)

    def change(self, number: int, day: int, **values: Any) -> None:
        """Begin a new version of a merchant on a day; one that begins on it already, by an edit, changes further."""
        self.settle(number)
        history = self.versions[merchant_id(number)]
        last, begin = history[-1], date_of(day).isoformat()
        changed = last | values
        if last["effective_date"] == begin:
            history.pop()
        else:
            changed |= {"effective_date": begin, "version": last["version"] + 1}
        history.append(changed)
        self._put([changed])
        if changed["status"] == CHURNED:
            self._left[number - 1] = day

    def paid(self, numbers: NDArray[np.int64], day: int) -> None:
        """Note that merchants, by number less one, were paid on a day."""
        self._paid[numbers] = day

    def settle(self, number: int) -> None:
        """Write the last day of payment into the version of a merchant that is in force."""
        day = int(self._paid[number - 1])
        self.versions[merchant_id(number)][-1]["last_transaction_date"] = (
            None if day == NULL else date_of(day).isoformat()
        )

    def settle_all(self) -> None:
        """Write the last days of payment of all merchants."""
        for number in range(1, self.counter + 1):
            self.settle(number)

    def _grow(self, counter: int) -> None:
        room = counter - len(self._created)
        if room > 0:
            room += _ROOM
            self._roster = self._roster.copy(room)
            self._created = np.concatenate([self._created, np.full(room, NEVER, np.int32)])
            self._left = np.concatenate([self._left, np.full(room, NEVER, np.int32)])
            self._paid = np.concatenate([self._paid, np.full(room, NULL, np.int32)])
        self.counter = counter

    def _put(self, versions: Sequence[Version]) -> None:
        """Put versions in force. The arrays are copied, because days in the making still use the old ones."""
        if not versions:
            return
        rows = np.array([int(version["merchant_id"][1:]) - 1 for version in versions])
        roster = self._roster = self._roster.copy()
        roster.active[rows] = [version["status"] == ACTIVE for version in versions]
        roster.size[rows] = [_SIZES[version["size_category"]] for version in versions]
        roster.points[rows] = [basis_points(version["mdr_rate"]) for version in versions]
        roster.industry[rows] = [_INDUSTRIES[version["industry"]] for version in versions]
        roster.place[rows] = [_rows()[version["zip_code"]] for version in versions]
        self._created[rows] = [_day(version["creation_date"]) for version in versions]
        last = [version["last_transaction_date"] for version in versions]
        self._paid[rows] = [NULL if day is None else _day(day) for day in last]


@cache
def _rows() -> dict[str, int]:
    """The row of each ZIP code; for the few merchants of a day a mapping is faster than `rows_of`."""
    return {zipcode: row for row, zipcode in enumerate(load_places().zipcode.to_pylist())}


def _day(text: str) -> int:
    return day_number(dt.date.fromisoformat(text))
