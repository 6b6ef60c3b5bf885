"""The fitness world as the engine sees it: static tables, and units made one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from datagen.calendar import day_number
from datagen.columns import Columns
from datagen.dataset import Accumulator, Numbering, UnitRows
from datagen.fitness.frames import read_frames
from datagen.fitness.history import History, build_history, month_bounds
from datagen.fitness.memberships import membership_columns
from datagen.fitness.months import Unit, make_month, units
from datagen.fitness.timetable import schedule_columns

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    import pyarrow as pa

    from datagen.fitness.course import Course
    from datagen.fitness.rules import FitnessRules

WORLD = "fitness"
REFERENCE_TABLES = (
    "membershiptypes",
    "classtypes",
    "instructorcertifications",
    "facilities",
    "facilityareas",
    "equipment",
    "members",
    "staff",
)
TRANSACTION_TABLES = (
    "membermemberships",
    "memberpayments",
    "classschedules",
    "classinstances",
    "classenrollments",
    "memberaccess",
)
UNIT_TABLES = ("memberpayments", "classinstances", "classenrollments", "memberaccess")
"""The transactional tables that grow unit by unit."""


_MEMBERS_TOGETHER = 4_000
"""Members whose months a worker makes at a time; a month of one has about 25 rows."""
_MOST_TOGETHER = 8


def units_together(members: int, clubs: int) -> int:
    """How many units are made at a time: few where clubs are large."""
    return min(_MOST_TOGETHER, max(1, _MEMBERS_TOGETHER * clubs // max(1, members)))


class FitnessDataset:
    """The transactional tables that follow from these reference frames; see `datagen.dataset.Dataset`."""

    world = WORLD
    gapless = False

    def __init__(
        self,
        frames: Mapping[str, pd.DataFrame | pa.Table],
        rules: FitnessRules,
        seed: int,
        as_of: dt.date,
        months: int,
        *,
        ran: Course | None = None,
    ) -> None:
        """Check the frames and decide what does not belong to a single month.

        `months` (1-36) is the length of the window before the as-of day. `ran` is the course of memberships that was
        run as the frames were made: it spares time, and counts for nothing if the frames say otherwise. Raises
        `FrameError` for frames that cannot be worked from.
        """
        day = day_number(as_of)
        self.history: History = build_history(
            read_frames(frames, day, rules.facilities.fitting_days), rules, seed, day, months, ran
        )
        self.units: list[Unit] = units(self.history.reference, months)
        self.make: Callable[[Unit], UnitRows] = partial(make_month, self.history)
        clubs = len({unit.facility for unit in self.units})
        self.units_together = units_together(len(self.history.reference.members), clubs)

    @property
    def unit_count(self) -> int:
        """How many units there are."""
        return len(self.units)

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        """The transactional tables that are made in one piece."""
        history = self.history
        yield "membermemberships", membership_columns(history.spells, history.reference)
        yield "classschedules", schedule_columns(history.timetable, history.reference, history.as_of)

    def days(self, unit: Unit) -> tuple[int, int]:
        """The days that a unit is about, as [first, first after)."""
        history = self.history
        return month_bounds(history.as_of, unit.back) if unit.back else (history.as_of, history.ahead)

    def accumulator(self) -> Accumulator:
        """One that numbers the rows: no transactional table is made after the units."""
        return Numbering()
