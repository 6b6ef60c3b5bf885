"""Directories that grow: what is known of their history.

One table gets more rows with every run, under keys that count on; the others are written anew.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Mapping
from dataclasses import field
from typing import Any

from datagen.frozen import dataclass

_DAY = dt.timedelta(1)
_USUAL = "(as usual)"


@dataclass(frozen=True)
class AppendOnlyTable:
    """The table of a world that gets more rows with every run, and only that."""

    table: str
    key: str
    """Its primary key, which counts the rows from 1: a whole number, or a text of a prefix and digits."""
    moment: str
    """Its column that tells the day a row belongs to."""
    known: tuple[str, str, str]
    """A column of it, and the table and column that must know its values."""
    totals: tuple[str, ...]
    """Its columns whose sums are noted and compared."""
    prefix: str = ""
    digits: int | None = None
    """Digits behind the prefix of a key that is a text; None for a number."""
    whole: tuple[str, ...] = ()
    """Rules about the history as a whole, by their ids, which its last days alone cannot be asked."""

    @property
    def pattern(self) -> str | None:
        """The regular expression of a key; None where it is a number."""
        return None if self.digits is None else f"^{re.escape(self.prefix)}[0-9]{{{self.digits}}}$"

    def key_of(self, number: int) -> str | int:
        """The key of a row, by its number."""
        return number if self.digits is None else f"{self.prefix}{number:0{self.digits}}"

    def number_of(self, key: str | int) -> int:
        """The number of a row, by its key."""
        return int(str(key).removeprefix(self.prefix))


@dataclass(frozen=True)
class History:
    """What identifies a history, and how far it goes."""

    growing: AppendOnlyTable
    seed: int
    first: dt.date
    rules: Mapping[str, Any]
    """The rules that were changed, by path."""
    last: dt.date
    rows: int
    """Rows of the table that grows."""
    release: str
    more: Mapping[str, Any] = field(default_factory=dict)
    """What else is noted of it, as JSON holds it."""

    def options(self) -> dict[str, Any]:
        """What is noted of it, besides the seed and the release."""
        days = {"start_date": self.first.isoformat(), "end_date": (self.last + _DAY).isoformat()}
        return {**days, "rows": self.rows, "rules": dict(self.rules), **self.more}

    def differs(self, other: History) -> str:
        """What tells it from another history, both values named; empty for two lengths of one history."""
        ours, theirs = (
            {"seed": item.seed, "start date": item.first, **{f"rule {name}": item.rules[name] for name in item.rules}}
            for item in (self, other)
        )
        return " and ".join(
            f"the {name} {ours.get(name, _USUAL)} instead of {theirs.get(name, _USUAL)}"
            for name in {**ours, **theirs}
            if ours.get(name) != theirs.get(name)
        )


@dataclass(frozen=True)
class DirectoryHistory:
    """The history that a directory holds."""

    history: History
    ensure_unchanged: Callable[[], None] = lambda: None
    """Raises `DataError` if another run has continued it since it was read."""
