"""How large a chain is. Imports nothing heavy, so that commands can show and check sizes at once."""

from __future__ import annotations

from dataclasses import dataclass

from datagen.errors import UsageError
from datagen.options import whole_number

MOST_FACILITIES, MOST_MEMBERS, MOST_STAFF = 10_000, 10_000_000, 1_000_000
MOST_MONTHS = 36
"""How far back the history of visits, classes and payments reaches (docs/fitness-story.md#time)."""

LEAST_STAFF = 2
"""Staff of a chain with rows in every table: a manager and one who teaches."""

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
        staff = max(round(self.staff * share), min(self.staff, LEAST_STAFF))
        return Size(facilities, max(round(self.members * share), 1), staff)

    def check_staff(self, members_for_all_tables: int) -> None:
        """Raise `UsageError` if a chain that is to have rows in every table has nobody to teach, or to manage."""
        if self.staff < LEAST_STAFF and self.members >= members_for_all_tables:
            raise UsageError(
                f"--staff {self.staff}: {self.members:,} members need {LEAST_STAFF} staff at least, a manager and one "
                f"who teaches; give --staff {LEAST_STAFF} or more."
            )

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
