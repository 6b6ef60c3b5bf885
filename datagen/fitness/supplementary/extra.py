"""The supplementary rows of one facility and month, and what outlives the month: hours to pay, classes to evaluate."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.columns import Column, Columns
from datagen.dataset import Numbering
from datagen.fitness.closures import Calendar
from datagen.fitness.frames import Reference
from datagen.fitness.history import month_bounds
from datagen.fitness.months import Unit
from datagen.fitness.roster import Roster
from datagen.fitness.rules import FitnessRules
from datagen.fitness.size import MOST_MONTHS
from datagen.fitness.supplementary.assignments import assignment_columns
from datagen.fitness.supplementary.certificates import certificate_columns
from datagen.fitness.supplementary.evaluation import Evaluations
from datagen.fitness.supplementary.feedback import Feedback, Held, draw_feedback, feedback_columns
from datagen.fitness.supplementary.liking import draw_liking, expected_use
from datagen.fitness.supplementary.payroll import PayPeriods
from datagen.fitness.supplementary.service import Services, draw_services, maintenance_columns
from datagen.fitness.supplementary.shifts import Shifts, draw_shifts, sheet_columns, shift_columns, work_areas
from datagen.fitness.supplementary.usage import Floor, Usage, draw_usage, floors, usage_columns
from datagen.fitness.temper import Temper, draw_temper
from datagen.frozen import dataclass
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.streams import Streams
from datagen.types import Rows

UNIT_TABLES = ("equipmentusage", "staffschedules", "stafftimetracking", "instructorfeedback")
"""The supplementary tables that grow unit by unit."""


@dataclass(frozen=True)
class Backdrop:
    """What is decided before any month of the supplementary tables."""

    reference: Reference
    rules: FitnessRules
    streams: Streams
    as_of: int
    months: int
    calendar: Calendar
    roster: Roster
    work_areas: Rows
    services: Services
    floors: tuple[Floor, ...]
    temper: Temper
    pools: Pools

    @property
    def start(self) -> int:
        """The first day of the window."""
        return month_bounds(self.as_of, self.months)[0]

    def bounds(self, back: int) -> tuple[int, int]:
        """The days [first, first after) of a unit that begins `back` months before the as-of day, or on it (0)."""
        if back:
            return month_bounds(self.as_of, back)
        return self.as_of, self.as_of + self.rules.classes.schedule_ahead_days


def build_backdrop(
    reference: Reference,
    rules: FitnessRules,
    streams: Streams,
    as_of: int,
    months: int,
    calendar: Calendar,
    roster: Roster,
    pools: Pools = SHIPPED,
) -> Backdrop:
    """Decide the life of the machines; `months` (1-36) is the length of the window before the as-of day."""
    assert 1 <= months <= MOST_MONTHS
    liking = draw_liking(reference, rules.machines, streams.at("liking"), as_of)
    use = expected_use(reference, liking, rules.machines)
    services = draw_services(reference, use, rules.machines, streams.at("equipmentmaintenance"), as_of)
    return Backdrop(
        reference=reference,
        rules=rules,
        streams=streams,
        as_of=as_of,
        months=months,
        calendar=calendar,
        roster=roster,
        work_areas=work_areas(reference, roster.homes),
        services=services,
        temper=draw_temper(len(roster.homes), len(reference.members), streams.at("temper")),
        floors=floors(reference, services, liking, rules.machines),
        pools=pools,
    )


@dataclass(frozen=True)
class Activity:
    """What members and instructors did in one facility and month, whether just generated or read from frames.

    Of visits: `visitors`, `areas`, `days` (from the first of the month), `ins` and `outs` (seconds of the day). Of the
    classes: what feedback needs to know (`taught`), and whether they were `held`. Of attendances: the place of the
    class, and the member.
    """

    visitors: Rows
    areas: Rows
    days: Rows
    ins: NDArray[np.int64]
    outs: NDArray[np.int64]
    taught: Held
    held: NDArray[np.bool_]
    attended: Rows
    attendants: Rows


@dataclass(frozen=True)
class Extra:
    """The supplementary rows of one unit, before they are numbered."""

    backdrop: Backdrop
    facility: int
    low: int
    activity: Activity
    usage: Usage
    shifts: Shifts
    feedback: Feedback

    @property
    def rows(self) -> dict[str, int]:
        """The number of rows by table."""
        sizes = (len(self.usage), len(self.shifts), len(self.shifts.sheets), len(self.feedback))
        return dict(zip(UNIT_TABLES, sizes, strict=True))

    def summarise(self, rows: Mapping[str, int]) -> ExtraSummary:
        """What the tables made after the units need, beside the number of rows of the unit by table."""
        shifts, activity, feedback = self.shifts, self.activity, self.feedback
        work = (shifts.staff.take(shifts.sheets), shifts.days.take(shifts.sheets), shifts.hours, shifts.overtime)
        classes = (activity.taught.instructors, activity.taught.days, activity.held)
        attendance = (activity.attended, activity.attendants)
        return ExtraSummary(rows, work, (self.low, *classes, attendance, (feedback.classes, feedback.overall)))

    def columns(self, firsts: Mapping[str, int], instances: Callable[[Rows], Column]) -> Iterator[tuple[str, Columns]]:
        """The rows as columns, numbered from `firsts` by table; `instances` gives the ids of the unit's classes."""
        backdrop, activity = self.backdrop, self.activity
        reference, staffing = backdrop.reference, backdrop.rules.staffing
        usage, schedules, sheets, feedback = (firsts[table] for table in UNIT_TABLES)
        yield "equipmentusage", usage_columns(self.usage, activity.visitors, self.low, reference, usage)
        yield "staffschedules", shift_columns(self.shifts, self.facility, reference, staffing, schedules)
        yield "stafftimetracking", sheet_columns(self.shifts, reference, sheets, schedules)
        yield (
            "instructorfeedback",
            feedback_columns(
                self.feedback,
                activity.attendants,
                activity.taught,
                instances(self.feedback.classes),
                reference,
                backdrop.rules.feedback,
                feedback,
            ),
        )


class ExtraSummary(NamedTuple):
    """What a unit leaves behind: its rows by table, the hours worked, and the classes held with feedback on them."""

    rows: Mapping[str, int]
    work: tuple[Any, ...]
    classes: tuple[Any, ...]


def make_extra(backdrop: Backdrop, unit: Unit, activity: Activity) -> Extra:
    """The supplementary rows that go with the activity of a unit; a function of its arguments alone."""
    low, high = backdrop.bounds(unit.back)
    streams = backdrop.streams.at("month", unit.facility, low)
    floor, rules = backdrop.floors[unit.facility], backdrop.rules
    return Extra(
        backdrop=backdrop,
        facility=unit.facility,
        low=low,
        activity=activity,
        usage=draw_usage(
            activity.areas,
            activity.days,
            activity.ins,
            activity.outs,
            floor,
            floor.blocked(low, high - low),
            rules.machines,
            streams.at("usage"),
        ),
        shifts=draw_shifts(
            unit.facility,
            low,
            high,
            unit.back,
            backdrop.as_of,
            backdrop.work_areas,
            backdrop.reference,
            backdrop.roster,
            rules.staffing,
            backdrop.streams.at("shifts"),
        ),
        feedback=draw_feedback(
            activity.attended,
            activity.attendants,
            activity.taught,
            backdrop.temper,
            backdrop.as_of,
            rules.feedback,
            streams.at("feedback"),
        ),
    )


def static_tables(backdrop: Backdrop) -> Iterator[tuple[str, Columns]]:
    """The supplementary tables that need no unit."""
    reference, streams, as_of = backdrop.reference, backdrop.streams, backdrop.as_of
    yield (
        "equipmentmaintenance",
        maintenance_columns(
            backdrop.services, reference, streams.at("technicians"), backdrop.start, as_of, backdrop.pools
        ),
    )
    yield (
        "stafffacilities",
        assignment_columns(
            reference, backdrop.roster.homes, backdrop.rules.staffing, streams.at("stafffacilities"), as_of
        ),
    )
    yield (
        "staffcertifications",
        certificate_columns(reference, backdrop.roster, streams.at("staffcertifications"), as_of),
    )


class SpanningTables:
    """Numbers the rows of units, and makes the tables that span them; small, whatever the size of the data set."""

    def __init__(self, backdrop: Backdrop) -> None:
        """Begin with nothing."""
        self.backdrop, self.numbering = backdrop, Numbering()
        staff, members = len(backdrop.roster.homes), len(backdrop.reference.members)
        self.pay = PayPeriods(backdrop.start, backdrop.as_of, staff, backdrop.rules.staffing)
        self.evaluations = Evaluations(backdrop.start, backdrop.as_of, staff, members)

    def settle(self, summary: ExtraSummary) -> dict[str, int]:
        """Add what the next unit left behind; gives the numbers of its first rows by table."""
        self.pay.add(*summary.work)
        self.evaluations.add(*summary.classes)
        return self.numbering.settle(summary.rows)

    def tables(self) -> Iterator[tuple[str, Columns]]:
        """The tables made from all units."""
        backdrop = self.backdrop
        reference, rules, streams, as_of = backdrop.reference, backdrop.rules, backdrop.streams, backdrop.as_of
        yield "staffpayroll", self.pay.columns(reference, streams.at("staffpayroll"), as_of)
        yield (
            "instructorperformance",
            self.evaluations.columns(
                reference,
                backdrop.roster.homes,
                backdrop.temper,
                rules.feedback,
                streams.at("instructorperformance"),
                as_of,
            ),
        )
