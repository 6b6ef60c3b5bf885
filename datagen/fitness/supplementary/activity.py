"""What members and instructors did, read back from transactional frames unit by unit.

The frames may have been edited: what the supplementary tables rest on - visits in areas of their facility, classes
inside the shifts of who teaches them - is checked here, and everything downstream relies on it.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import SECONDS_A_DAY
from datagen.columns import Coded, Labels, or_no_code
from datagen.fitness import vocabulary
from datagen.fitness.instances import CANCELLED, COMPLETED
from datagen.fitness.months import Unit
from datagen.fitness.supplementary.extra import Activity, Backdrop
from datagen.fitness.supplementary.feedback import Held
from datagen.fitness.supplementary.shifts import shift_covers
from datagen.frame_reader import FrameReader
from datagen.frozen import dataclass
from datagen.types import Rows

if TYPE_CHECKING:
    import pandas as pd

TABLES = ("classschedules", "classinstances", "classenrollments", "memberaccess")
"""The transactional tables that the supplementary ones are made from."""

_ATTENDED = vocabulary.ENROLLMENT_STATUSES.index("Attended")
_MOST_SEATS = 100_000
_MADE_WITH = "give the seed, end date and months these tables were made with"


@dataclass(frozen=True)
class Activities:
    """The activity of each unit, and the ids of its classes."""

    by_unit: Mapping[Unit, Activity]
    classes: Mapping[Unit, Rows]
    class_ids: Labels

    def instances(self, unit: Unit, rows: Rows) -> Coded:
        """The ids of these classes of a unit."""
        return Coded(self.classes[unit].take(rows), self.class_ids)


@dataclass(frozen=True)
class _Visits:
    units: Rows
    members: Rows
    areas: Rows
    days: Rows
    ins: NDArray[np.int64]
    outs: NDArray[np.int64]


@dataclass(frozen=True)
class _Classes:
    ids: Labels
    units: Rows
    instructors: Rows
    days: NDArray[np.int32]
    statuses: Rows
    late: NDArray[np.int64]
    attended: NDArray[np.int64]
    seats: NDArray[np.int64]
    categories: Rows


def read_activities(tables: Mapping[str, pd.DataFrame], backdrop: Backdrop, units: list[Unit]) -> Activities:
    """The activity of these units, in their order. Raises `FrameError` naming table, column and value."""
    reference = backdrop.reference
    clubs = len(reference.facilities.opens)
    place = np.full((backdrop.months + 1, clubs), -1)
    for number, unit in enumerate(units):
        place[unit.back, unit.facility] = number
    visits = _read_visits(tables, backdrop, place)
    classes = _read_classes(tables, backdrop, place)

    reader = FrameReader(tables, "classenrollments", may_be_empty=True)
    attended = np.flatnonzero(reader.vocabulary("enrollmentstatus", vocabulary.ENROLLMENT_STATUSES) == _ATTENDED)
    of = reader.references("instanceid", classes.ids, "classinstances").take(attended)
    attendants = reader.references("memberid", reference.members.ids, "members").take(attended)

    visits_of = _split(visits.units, len(units))
    classes_of = _split(classes.units, len(units))
    attended_of = _split(classes.units.take(of), len(units))
    in_unit = np.empty(len(classes.units), np.intp)
    for rows in classes_of:
        in_unit[rows] = np.arange(len(rows))
    by_unit = {}
    for unit, seen, held, there in zip(units, visits_of, classes_of, attended_of, strict=True):
        by_unit[unit] = Activity(
            visitors=visits.members.take(seen),
            areas=visits.areas.take(seen),
            days=visits.days.take(seen) - backdrop.bounds(unit.back)[0],
            ins=visits.ins.take(seen),
            outs=visits.outs.take(seen),
            taught=Held(
                instructors=classes.instructors.take(held),
                days=classes.days.take(held),
                late=classes.late.take(held),
                attended=classes.attended.take(held),
                seats=classes.seats.take(held),
                categories=classes.categories.take(held),
            ),
            held=classes.statuses.take(held) == COMPLETED,
            attended=in_unit.take(of.take(there)),
            attendants=attendants.take(there),
        )
    return Activities(by_unit, dict(zip(units, classes_of, strict=True)), classes.ids)


def _split(units: Rows, count: int) -> list[Rows]:
    """The rows of each unit, in their order."""
    order = np.argsort(units, kind="stable")
    ends = np.searchsorted(units.take(order), np.arange(count + 1))
    return [order[low:high] for low, high in pairwise(ends)]


def _unit_of(days: NDArray[np.int64], facilities: Rows, backdrop: Backdrop, place: Rows) -> Rows:
    """The place of the unit of each row, -1 for days outside of all."""
    lows = np.array([backdrop.bounds(back)[0] for back in range(backdrop.months, -1, -1)])
    back = backdrop.months + 1 - np.searchsorted(lows, days, side="right")
    outside = (days < lows[0]) | (days >= backdrop.bounds(0)[1])
    return or_no_code(~outside, place[np.minimum(back, backdrop.months), facilities])


def _read_visits(tables: Mapping[str, pd.DataFrame], backdrop: Backdrop, place: Rows) -> _Visits:
    reference = backdrop.reference
    reader = FrameReader(tables, "memberaccess", may_be_empty=True)
    facilities = reader.references("facilityid", reference.facilities.ids, "facilities")
    areas = reader.references("areaid", reference.areas.ids, "facilityareas")
    elsewhere = reference.areas.facilities.take(areas) != facilities
    reader.refuse("areaid", elsewhere, "the area is not one of the visit's facility")
    days, ins = np.divmod(reader.moments("checkintime"), SECONDS_A_DAY)
    out_days, outs = np.divmod(reader.moments("checkouttime"), SECONDS_A_DAY)
    unit = _unit_of(days, facilities, backdrop, place)
    outside = (unit < 0) | (days >= backdrop.as_of)
    reader.refuse("checkintime", outside, f"the visit is outside the window or its facility not open; {_MADE_WITH}")
    reader.refuse("checkouttime", (out_days != days) | (outs <= ins), "a visit ends after it begins, the same day")
    members = reader.references("memberid", reference.members.ids, "members")
    return _Visits(unit, members, areas, days, ins, outs)


def _read_classes(tables: Mapping[str, pd.DataFrame], backdrop: Backdrop, place: Rows) -> _Classes:
    reference = backdrop.reference
    reader = FrameReader(tables, "classschedules", may_be_empty=True)
    schedules = reader.ids("scheduleid")
    at = reader.references("facilityid", reference.facilities.ids, "facilities")
    starts, ends = reader.clock("starttime"), reader.clock("endtime")
    formats = reader.references("classtypeid", reference.class_types.ids, "classtypes")
    seats = reader.wholes("maxcapacity", 1, _MOST_SEATS)

    reader = FrameReader(tables, "classinstances", may_be_empty=True)
    ids = reader.ids("instanceid")
    schedule = reader.references("scheduleid", schedules, "classschedules")
    facilities, days = at.take(schedule), reader.days("classdate")
    instructors = reader.references("actualinstructorid", reference.staff.ids, "staff")
    statuses = reader.vocabulary("status", vocabulary.CLASS_STATUSES)
    unit = _unit_of(days.astype(np.int64), facilities, backdrop, place)
    reader.refuse("classdate", unit < 0, f"the class is outside the window or its facility not open; {_MADE_WITH}")
    wrong = (statuses != CANCELLED) & ((statuses == COMPLETED) != (days < backdrop.as_of))
    reader.refuse("status", wrong, "classes are Completed before the end date and Scheduled from it on")
    covered = shift_covers(
        instructors, facilities, days, starts.take(schedule), ends.take(schedule), backdrop.as_of, backdrop.roster
    )
    reader.refuse(
        "actualinstructorid",
        (statuses != CANCELLED) & ~covered,
        "the class lies outside the shifts that the frames and the seed give this instructor; "
        f"{_MADE_WITH}, or give the class to a colleague",
    )
    begun = reader.moments("actualstarttime", nullable=True)
    late = begun - days * np.int64(SECONDS_A_DAY) - starts.take(schedule)
    return _Classes(
        ids=ids,
        units=unit,
        instructors=instructors,
        days=days,
        statuses=statuses,
        late=np.where(statuses == COMPLETED, late, 0),
        attended=reader.wholes("actualcapacity", 0, _MOST_SEATS),
        seats=seats.take(schedule),
        categories=reference.class_types.categories.take(formats.take(schedule)),
    )
