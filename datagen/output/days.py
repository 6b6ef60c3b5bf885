"""Runs of days, and the files that tell them in their names: `<table>_<first day>_<last day>.csv`."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

FORMATS = CSV, PARQUET = ("csv", "parquet")
"""How tables can be written."""


@dataclass(frozen=True)
class Days:
    """Days to be made up, both included."""

    first: dt.date
    last: dt.date

    @property
    def count(self) -> int:
        """How many there are."""
        return (self.last - self.first).days + 1

    def file(self, table: str, kind: str = CSV) -> str:
        """The name of a table's file."""
        return f"{table}_{self.first}_{self.last}.{kind}"

    def month(self, day: dt.date) -> Days:
        """Those of the days that are in the month of one of them."""
        first = day.replace(day=1)
        following = (first + dt.timedelta(32)).replace(day=1)
        return Days(max(self.first, first), min(self.last, following - dt.timedelta(1)))

    def __str__(self) -> str:
        if self.count == 1:
            return str(self.first)
        return f"{self.count:,} days, {self.first} to {self.last}"
