"""Values as states and options write them: read with care, and refused with the path that leads to them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable
from typing import Any, NoReturn

from datagen.errors import StateError

FIRST_YEAR, LAST_YEAR = 1970, 2149
"""The years in which days can be generated."""
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SHOWN = 60
_NEXT = "Mend it, or restore the file."


def day_of(text: object) -> dt.date:
    """The day that a text such as 2024-01-31 tells. Raises `ValueError`, saying what is wrong."""
    if not isinstance(text, str) or not _DAY.fullmatch(text):
        raise ValueError(f"must be a day such as 2024-01-31, not {shown(text)}")
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        raise ValueError(f"must be a day such as 2024-01-31, not {shown(text)}") from None
    if not FIRST_YEAR <= day.year <= LAST_YEAR:
        raise ValueError(f"must lie in the years {FIRST_YEAR} to {LAST_YEAR}, not on {day}")
    return day


def shown(value: object) -> str:
    """A value as an error shows it: cut if it is long."""
    try:
        text = repr(value)
    except ValueError:
        return "a number of thousands of digits"
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 3]}..."


class StateReader:
    """Reads values of a state; each method takes a value and the path that leads to it, or raises `StateError`."""

    def __init__(self, where: str) -> None:
        """`where` is what the state is called in errors."""
        self.where = where

    def wrong(self, path: str, what: str) -> NoReturn:
        """Refuse the state: what is wrong at a path."""
        place = f"{self.where}, {path}" if path else self.where
        raise StateError(f"{place}: {what}. {_NEXT}")

    def mapping(self, value: Any, path: str) -> dict[str, Any]:
        """A JSON object."""
        if not isinstance(value, dict):
            self.wrong(path, "it is missing" if value is None else "it must be an object in braces")
        return value

    def members(self, value: Any, path: str, names: Iterable[str]) -> dict[str, Any]:
        """A JSON object with these members and no others: what nobody reads would be lost with the next run."""
        found = self.mapping(value, path)
        for name in names:
            if name not in found:
                self.wrong(f"{path}.{name}" if path else name, "it is missing")
        if strange := [name for name in found if name not in names]:
            self.wrong(path, f"there is no member {shown(strange[0])} in a state")
        return found

    def whole(self, value: Any, path: str, low: int, high: int) -> int:
        """A whole number within bounds."""
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.wrong(path, f"it must be a whole number from {low} to {high}, not {shown(value)}")
        return value

    def text(self, value: Any, path: str, longest: int) -> str:
        """A text of one line."""
        if not isinstance(value, str) or not value.strip():
            self.wrong(path, "it must be a text that is not empty")
        if len(value) > longest:
            self.wrong(path, f"it has {len(value)} characters, where {longest} are the most")
        if not value.isprintable():
            self.wrong(path, "it holds a character that cannot be printed")
        return value

    def day(self, value: Any, path: str) -> dt.date:
        """A day."""
        try:
            return day_of(value)
        except ValueError as error:
            self.wrong(path, f"it {error}")
