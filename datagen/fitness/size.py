"""How large a chain is. Imports nothing heavy, so that commands can show and check sizes at once."""

from __future__ import annotations

from dataclasses import dataclass

from datagen.options import whole_number

MOST_FACILITIES, MOST_MEMBERS, MOST_STAFF = 10_000, 10_000_000, 1_000_000
MOST_MONTHS = 36
"""How far back the history of visits, classes and payments reaches (fitness.md, Time)."""
SAMPLE_FACILITIES, SAMPLE_MEMBERS = 3, 4_000
"""The largest chain that is made to see what a larger one would hold."""


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
        facilities = min(self.facilities, SAMPLE_FACILITIES)
        members = min(self._scaled(self.members, facilities), SAMPLE_MEMBERS)
        return Size(facilities, members, self._scaled(self.staff, facilities))

    def _scaled(self, count: int, facilities: int) -> int:
        return max(round(count * facilities / self.facilities), 1)


DEMO = Size()
FULL_SCALE = Size(10, 10_000, 250)
