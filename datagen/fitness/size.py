"""How large a chain is. Imports nothing heavy, so that commands can show and check sizes at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from datagen.errors import Conflicts, UsageError
from datagen.frozen import dataclass
from datagen.options import whole_number

if TYPE_CHECKING:
    from datagen.fitness.rules import FitnessRules

MOST_FACILITIES, MOST_MEMBERS, MOST_STAFF = 10_000, 10_000_000, 1_000_000
MOST_MONTHS = 36
"""How far back the history of visits, classes and payments reaches (docs/fitness-story.md#time)."""

LEAST_STAFF = 2
"""Staff of a chain with rows in every table: a manager and one who teaches."""

_SHORTEST_CLASS = 30
"""Minutes of the shortest format (docs/fitness-story.md#class-formats)."""
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
        conflicts = Conflicts()
        for name, most in (("facilities", MOST_FACILITIES), ("members", MOST_MEMBERS), ("staff", MOST_STAFF)):
            with conflicts.noted():
                whole_number(f"--{name}", getattr(self, name), 1, most)
        conflicts.refuse()

    def sample(self) -> Size:
        """A chain of similar facilities, small enough to be made in a moment."""
        facilities = min(self.facilities, _SAMPLE_FACILITIES)
        share = min(facilities / self.facilities, _SAMPLE_MEMBERS / self.members)
        staff = max(round(self.staff * share), min(self.staff, LEAST_STAFF))
        return Size(facilities, max(round(self.members * share), 1), staff)

    def refuse_what_cannot_be(self, rules: FitnessRules) -> None:
        """Raise `UsageError` for a chain that is to have rows in every table and has nobody to teach, or to manage;
        and for more sessions a week, where a rule asks for more than usual, than its staff can teach.
        """
        conflicts = Conflicts()
        if self.staff < LEAST_STAFF and self.members >= rules.bands.members_for_all_tables:
            conflicts.add(
                UsageError(
                    f"--staff {self.staff}: {self.members:,} members need {LEAST_STAFF} staff at least, a manager and "
                    f"one who teaches; give --staff {LEAST_STAFF} or more."
                )
            )
        classes, roster = rules.classes, rules.roster
        asked, teach = classes.weekly_least * self.facilities, max(self.staff - 1, 0)
        least = _SHORTEST_CLASS + classes.change_minutes
        each = roster.full_time_days * (roster.full_time_minutes // least)
        if classes.weekly_least > type(classes)().weekly_least and asked > each * teach:
            need = -(-asked // each) if each else 0
            means = f"give --staff {need + 1} or more, or lower the rule" if each else "lengthen the shifts"
            conflicts.add(
                UsageError(
                    f"classes.weekly_least {classes.weekly_least}: {asked:,} classes a week in {self.facilities:,} "
                    f"{'facility' if self.facilities == 1 else 'facilities'} need {need:,} instructors, there "
                    f"{'is' if teach == 1 else 'are'} {teach:,} at most, with {each} classes a week each (on "
                    f"{roster.full_time_days} days of {roster.full_time_minutes} minutes, {least} minutes a class); "
                    f"{means}."
                )
            )
        conflicts.refuse()

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
