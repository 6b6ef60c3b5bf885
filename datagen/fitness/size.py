"""How large a chain is. Imports nothing heavy, so that commands can show and check sizes at once."""

from __future__ import annotations

from dataclasses import dataclass

from datagen.options import whole_number

MOST_FACILITIES, MOST_MEMBERS, MOST_STAFF = 10_000, 10_000_000, 1_000_000
MOST_MONTHS = 36
"""How far back the history of visits, classes and payments reaches (fitness.md, Time)."""

_SAMPLE_FACILITIES, _SAMPLE_MEMBERS = 3, 10_000
_CATALOGUE = ("membershiptypes", "classtypes", "instructorcertifications")
_BY_FACILITY = ("facilities", "facilityareas", "equipment", "equipmentmaintenance", "unit")
_BY_STAFF = ("staff", "instructorperformance")


@dataclass(frozen=True)
class Size:
    """The number of facilities, members and staff; `UsageError` names the option of one that cannot be."""

    facilities: int = 2
    members: int = 500
    staff: int = 25

    def __post_init__(self) -> None:
        whole_number("--facilities", self.facilities, 1, MOST_FACILITIES)
        whole_number("--members", self.members, 1, MOST_MEMBERS)
        whole_number("--staff", self.staff, 1, MOST_STAFF)

    def sample(self) -> Size:
        """A chain of similar facilities, small enough to be made in a moment."""
        facilities = min(self.facilities, _SAMPLE_FACILITIES)
        share = min(facilities / self.facilities, _SAMPLE_MEMBERS / self.members)
        return Size(facilities, max(round(self.members * share), 1), max(round(self.staff * share), 1))

    def growth(self, sample: Size, table: str) -> float:
        """How many times as many rows of a table, or units, this size has as a sample of it."""
        if table in _CATALOGUE:
            return 1.0
        if table in _BY_FACILITY:
            return self.facilities / sample.facilities
        if table.startswith(_BY_STAFF):
            return self.staff / sample.staff
        return self.members / sample.members


DEMO = Size()
FULL_SCALE = Size(10, 10_000, 250)
