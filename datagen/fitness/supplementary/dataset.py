"""The supplementary tables as the engine sees them: with the transactional ones in one run, or from their frames."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING

from datagen.calendar import day_number
from datagen.columns import Columns, Numbered
from datagen.dataset import Accumulator, UnitRows
from datagen.fitness.clubs import draw_clubs
from datagen.fitness.dataset import WORLD, FitnessDataset, units_together
from datagen.fitness.enrollments import ATTENDED
from datagen.fitness.frames import read_frames
from datagen.fitness.history import History, calendar_of
from datagen.fitness.instances import COMPLETED
from datagen.fitness.months import Month, Unit, make_month, units
from datagen.fitness.roster import draw_roster
from datagen.fitness.staff_homes import draws_of
from datagen.fitness.supplementary.extra import (
    Activity,
    Backdrop,
    Extra,
    ExtraSummary,
    SpanningTables,
    build_backdrop,
    make_extra,
    static_tables,
)
from datagen.fitness.supplementary.feedback import Held
from datagen.frozen import dataclass
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.streams import Streams

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd
    import pyarrow as pa

    from datagen.fitness.course import Course
    from datagen.fitness.rules import FitnessRules
    from datagen.fitness.supplementary.activity import Activities

_NAMED = 3  # clubs in a note
TABLES = (
    "equipmentusage",
    "equipmentmaintenance",
    "stafffacilities",
    "staffcertifications",
    "staffschedules",
    "stafftimetracking",
    "staffpayroll",
    "instructorperformance",
    "instructorfeedback",
)


class CompleteDataset(FitnessDataset):
    """The transactional and the supplementary tables that follow from reference frames, in one run."""

    def __init__(
        self,
        frames: Mapping[str, pd.DataFrame | pa.Table],
        rules: FitnessRules,
        seed: int,
        as_of: dt.date,
        months: int,
        pools: Pools = SHIPPED,
        *,
        ran: Course | None = None,
    ) -> None:
        """As `FitnessDataset`; technicians have names of the pools."""
        super().__init__(frames, rules, seed, as_of, months, ran=ran)
        history = self.history
        self.backdrop = build_backdrop(
            history.reference, rules, history.streams, history.as_of, months, history.calendar, history.roster, pools
        )
        self.make = partial(make_complete, history, self.backdrop)

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        """The tables that are made in one piece."""
        yield from super().static_tables()
        yield from static_tables(self.backdrop)

    def accumulator(self) -> Accumulator:
        """One that numbers the rows, and keeps what the tables made after the units need."""
        return SpanningTables(self.backdrop)

    def notes(self) -> Iterator[str]:
        """What the chain is too small for, a line each."""
        roster, clubs = self.backdrop.roster, self.backdrop.reference.facilities.ids.values
        unattended = [clubs[club] for club in roster.without_nights().tolist()]
        if unattended:
            names = ", ".join(unattended[:_NAMED]) + (" and others" if len(unattended) > _NAMED else "")
            yield (
                f"Note: {names} {'is' if len(unattended) == 1 else 'are'} open round the clock, at night without "
                "staff: members let themselves in, as is usual in clubs of this size. From a desk of "
                f"{roster.rules.night_from + 1} on somebody works nights; more --staff gives that."
            )


class AdditionalDataset:
    """The supplementary tables that follow from reference and transactional frames; see `datagen.dataset.Dataset`."""

    world = WORLD
    gapless = False

    def __init__(
        self,
        frames: Mapping[str, pd.DataFrame],
        ods_tables: Mapping[str, pd.DataFrame],
        rules: FitnessRules,
        seed: int,
        as_of: dt.date,
        months: int,
        pools: Pools = SHIPPED,
    ) -> None:
        """Check the frames. Raises `FrameError`, naming table, column and value, for those that do not fit together."""
        from datagen.fitness.supplementary.activity import read_activities  # with pandas, which only frames need

        day, streams = day_number(as_of), Streams(seed, WORLD)
        reference = read_frames(frames, day, rules.facilities.fitting_days)
        calendar = calendar_of(reference, rules, streams, day)
        sizes = draw_clubs(len(reference.facilities.opens), rules.clubs, streams.at("clubs")).size
        draws = draws_of(sizes, rules.staff)
        roster = draw_roster(reference, calendar, rules.roster, rules.absences, streams.at("roster"), day, draws)
        self.backdrop = build_backdrop(reference, rules, streams, day, months, calendar, roster, pools)
        self.units = units(reference, months)
        self.units_together = units_together(len(reference.members), len({unit.facility for unit in self.units}))
        self.make: Callable[[Unit], UnitRows] = partial(
            make_supplementary, self.backdrop, read_activities(ods_tables, self.backdrop, self.units)
        )

    @property
    def unit_count(self) -> int:
        """How many units there are."""
        return len(self.units)

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        """The tables that are made in one piece."""
        return static_tables(self.backdrop)

    def days(self, unit: Unit) -> tuple[int, int]:
        """The days that a unit is about, as [first, first after)."""
        return self.backdrop.bounds(unit.back)

    def accumulator(self) -> Accumulator:
        """One that numbers the rows, and keeps what the tables made after the units need."""
        return SpanningTables(self.backdrop)


@dataclass(frozen=True)
class CompleteUnit:
    """A month and its supplementary rows."""

    month: Month
    extra: Extra

    def summarise(self) -> ExtraSummary:
        """The number of rows by table, and what the tables made after the units need."""
        return self.extra.summarise(self.month.rows | self.extra.rows)

    def columns(self, firsts: Mapping[str, int]) -> Iterator[tuple[str, Columns]]:
        """The rows as columns, numbered from `firsts` by table."""
        first = firsts["classinstances"]
        yield from self.month.columns(firsts)
        yield from self.extra.columns(firsts, lambda classes: Numbered("INS", 6, first + classes))


@dataclass(frozen=True)
class SupplementaryUnit:
    """The supplementary rows of a month that came from frames."""

    unit: Unit
    extra: Extra
    activities: Activities

    def summarise(self) -> ExtraSummary:
        """The number of rows by table, and what the tables made after the units need."""
        return self.extra.summarise(self.extra.rows)

    def columns(self, firsts: Mapping[str, int]) -> Iterator[tuple[str, Columns]]:
        """The rows as columns, numbered from `firsts` by table."""
        return self.extra.columns(firsts, partial(self.activities.instances, self.unit))


def make_complete(history: History, backdrop: Backdrop, unit: Unit) -> CompleteUnit:
    """Everything that happens in one unit; a function of its arguments alone."""
    month = make_month(history, unit)
    return CompleteUnit(month, make_extra(backdrop, unit, activity_of(month)))


def make_supplementary(backdrop: Backdrop, activities: Activities, unit: Unit) -> SupplementaryUnit:
    """The supplementary rows of a unit whose activity was read."""
    return SupplementaryUnit(unit, make_extra(backdrop, unit, activities.by_unit[unit]), activities)


def activity_of(month: Month) -> Activity:
    """What was done in a month just made."""
    visits, instances, bookings = month.visits, month.instances, month.enrollments
    history = month.history
    attended = (bookings.statuses == ATTENDED).nonzero()[0]
    return Activity(
        visitors=month.visitors,
        areas=month.areas,
        days=visits.days,
        ins=visits.ins,
        outs=visits.outs,
        taught=Held(
            instructors=instances.instructors,
            days=(month.low + instances.days).astype("int32"),
            late=instances.begun - 60 * instances.starts,
            attended=month.attended,
            seats=history.timetable.seats.take(instances.sessions),
            categories=history.reference.class_types.categories.take(
                history.timetable.class_types.take(instances.sessions)
            ),
        ),
        held=instances.statuses == COMPLETED,
        attended=bookings.instances.take(attended),
        attendants=month.members.take(attended),
    )
