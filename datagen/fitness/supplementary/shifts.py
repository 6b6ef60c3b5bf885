"""Shifts as planned and as worked: the roster's weekly shifts on their dates, and the time sheets of those worked.

Everything is a matrix of (staff of the facility, days of one month), and a month can be made by itself; the hours of a
week that began in the month before are made again where overtime needs them.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import distinct
from datagen.calendar import SECONDS_A_DAY
from datagen.columns import (
    Clock,
    Coded,
    Columns,
    Day,
    Labels,
    Money,
    Numbered,
    Serial,
    Stamp,
    Whole,
    or_no_code,
)
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.history import month_bounds
from datagen.fitness.roster import Plan, Roster
from datagen.fitness.rules.staffing import StaffingRules
from datagen.fitness.size import MOST_MONTHS
from datagen.frozen import dataclass
from datagen.rules import Mix
from datagen.sampling import pick, rank_in_group, scaled, threshold
from datagen.streams import Streams
from datagen.types import Integers, Rows

COMPLETED, ABSENT, CANCELLED, SCHEDULED = range(len(vocabulary.SHIFT_STATUSES))
HUNDREDTH = 36
"""Seconds in a hundredth of an hour: time worked is a multiple of it, so that two decimals are exact."""

_WEEK = 7
_FULL_TIME = vocabulary.EMPLOYMENT_TYPES.index("Full-Time")
_SHIFT_TYPE = Labels.of(vocabulary.SHIFT_TYPES)
_STATUS = Labels.of(vocabulary.SHIFT_STATUSES)
_NOTE = Labels.of(
    ("Clock-in corrected by manager", "Forgot to clock out", "Stayed to cover a colleague", "Team meeting")
)
_STATUS_OF = np.array([COMPLETED, ABSENT, CANCELLED, CANCELLED], np.int8)
"""By what becomes of a day (`datagen.fitness.absences`)."""
_AREA_OF_JOB = {"Front Desk": "Reception", "Lifeguard": "Pool", "Personal Trainer": "Strength"}
"""Where a job is done, for those that belong to one area."""


@dataclass(frozen=True)
class Worked:
    """Time worked, (staff, days): seconds of the day, minutes of break, hundredths of hours; zeros without a shift."""

    shifts: NDArray[np.bool_]
    statuses: NDArray[np.int8]
    starts: Integers
    ends: Integers
    breaks: Integers
    hours: Integers


@dataclass(frozen=True)
class Shifts:
    """The shifts of one facility and month by day, then staff; `sheets` are the rows that were worked.

    `starts` and `ends` are minutes of the day as planned; of the sheets: `begun` and `ended` seconds of the day,
    `breaks` minutes, `hours` and `overtime` hundredths of hours.
    """

    staff: Rows
    areas: Rows
    days: NDArray[np.int32]
    starts: Integers
    ends: Integers
    statuses: NDArray[np.int8]
    sheets: Rows
    begun: Integers
    ended: Integers
    breaks: Integers
    hours: Integers
    overtime: Integers
    notes: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.staff)


def work_areas(reference: Reference, homes: Rows) -> Rows:
    """The area each member of staff works in, -1 for none in particular; several areas are taken in turn."""
    out = np.full(len(homes), -1, np.intp)
    for job, kind in _AREA_OF_JOB.items():
        holders = np.flatnonzero(reference.staff.titles == vocabulary.JOB_TITLES.index(job))
        holders = holders[np.argsort(homes.take(holders), kind="stable")]
        turn = rank_in_group(homes.take(holders))
        for facility in distinct(homes.take(holders)):
            areas = reference.areas.at(int(facility), kind)
            if len(areas):
                mine = homes.take(holders) == facility
                out[holders[mine]] = areas.take(turn[mine] % len(areas))
    return out


def draw_work(
    facility: int, plan: Plan, months: Sequence[tuple[int, int]], as_of: int, reference: Reference, roster: Roster,
    rules: StaffingRules, streams: Streams,
) -> Worked:  # fmt: skip
    """What the staff of a facility work on the days of a plan, which lie in these months of the history, or in the days
    ahead of it."""
    people, low = plan.people, plan.low
    shape = plan.starts.shape
    planned, until = plan.starts, plan.ends
    shifts = planned >= 0
    nothing = np.zeros(shape, np.int64)
    if low >= as_of:
        return Worked(shifts, np.full(shape, SCHEDULED, np.int8), nothing, nothing, nothing, nothing)
    statuses = _STATUS_OF.take(plan.absences)
    lanes = partial(_last_lanes, [(streams.at("time", facility, first), last - first) for first, last in months], shape)

    club = roster.calendar.at(facility, low, low + shape[1])
    opens, closes = club.opens, np.minimum(club.closes, SECONDS_A_DAY - 1)
    teaches = roster.teaches.take(people)
    full_time = reference.staff.employment.take(people) == _FULL_TIME
    start = planned * 60 + _between(lanes("arrival"), rules.arrival, rules.teacher_arrival, teaches)
    least_late, most_late = (60 * minutes for minutes in rules.late_minutes)
    behind = least_late + scaled(lanes("how late"), most_late - least_late + 1)
    late = (lanes("late") < threshold(rules.late_share)) & ~teaches[:, None] & (planned * 60 > opens)
    start = np.where(late, planned * 60 + behind, start)
    end = until * 60 + _between(lanes("departure"), rules.departure, rules.teacher_departure, teaches)
    low_stay, high_stay = (60 * minutes for minutes in rules.stay_minutes)
    stay = low_stay + scaled(lanes("stay length"), high_stay - low_stay + 1)
    stay = np.where((lanes("stay") < threshold(rules.stay_share)) & full_time[:, None], stay, 0)

    # Nobody is in the building when it is closed: who cannot stay longer has come earlier.
    beyond = end + stay > closes
    end = np.where(beyond, end, end + stay)
    start = np.where(beyond, start - stay, start)
    start = np.where(start < opens, opens + scaled(lanes("opening"), 60 * rules.door_minutes), start)
    end = np.where(end > closes, closes - scaled(lanes("closing"), 60 * rules.door_minutes), end)
    # ... and shifts that begin with the opening hour or end with closing are worked whole.
    start = np.minimum(start, np.where(teaches[:, None], planned * 60, start))
    end = np.maximum(end, np.where(teaches[:, None], np.minimum(until * 60 + HUNDREDTH, closes), end))

    long = until - planned >= rules.break_from
    lane = lanes("break")
    rest = np.where(long, _minutes_of(rules.breaks, lane), _minutes_of(rules.short_breaks, lane))
    rest = np.where(end - start > 2 * 60 * rest, rest, 0)
    hours = (end - start - 60 * rest) // HUNDREDTH
    done = shifts & (statuses == COMPLETED)
    return Worked(
        shifts=shifts,
        statuses=statuses,
        starts=np.where(done, start, 0),
        ends=np.where(done, start + 60 * rest + hours * HUNDREDTH, 0),
        breaks=np.where(done, rest, 0),
        hours=np.where(done, hours, 0),
    )


def _last_lanes(months: list[tuple[Streams, int]], shape: tuple[int, int], aspect: str) -> NDArray[np.uint16]:
    """(people, days): the lanes of the last days of months, each of which has streams and so many days."""
    people, days = shape
    parts = [streams.lanes(people * length, aspect).reshape(people, length) for streams, length in months]
    return np.concatenate(parts, axis=1)[:, -days:]


def _minutes_of(mix: Mix, lanes: NDArray[np.uint16]) -> Integers:
    """Minutes that a mix of them gives lanes."""
    return np.array([int(name) for name in mix.names], np.int64).take(pick(mix.shares, lanes))


def _between(
    lanes: NDArray[np.uint16], others: tuple[int, int], teachers: tuple[int, int], teaches: NDArray[np.bool_]
) -> Integers:
    """Seconds between the minutes of one's range."""
    low = np.where(teaches, teachers[0], others[0])[:, None] * 60
    high = np.where(teaches, teachers[1], others[1])[:, None] * 60
    return low + scaled(lanes, high - low + 1)


def overtime_of(hours: Integers, limit: int) -> Integers:
    """The part of each day's hours, (staff, days) from a Monday on, beyond `limit` in its week, in time order."""
    staff, days = hours.shape
    weeks = -(-days // _WEEK)
    whole = np.zeros((staff, weeks * _WEEK), np.int64)
    whole[:, :days] = hours
    by_week = whole.reshape(staff, weeks, _WEEK)
    sums = np.cumsum(by_week, axis=2)
    over = np.maximum(sums - limit, 0) - np.maximum(sums - by_week - limit, 0)
    out: Integers = over.reshape(staff, weeks * _WEEK)[:, :days]
    return out


def draw_shifts(
    facility: int, low: int, high: int, back: int, as_of: int, areas: Rows, reference: Reference, roster: Roster,
    rules: StaffingRules, streams: Streams,
) -> Shifts:  # fmt: skip
    """The shifts of `facility` on the days [low, high) of the month `back`; `areas` come from `work_areas`."""
    months = [(low, high)]
    plan = (roster.plan_from_monday if back else roster.plan)(facility, low, high)
    if plan.low < low:
        # The first week has begun in the month before, whose hours follow from it as surely.
        months.insert(0, month_bounds(as_of, back + 1))
    work = draw_work(facility, plan, months, as_of, reference, roster, rules, streams)
    begun = low - plan.low
    shifts = work.shifts[:, begun:]
    day, person = np.nonzero(shifts.T)
    planned = begun + day
    staff = plan.people.take(person)
    statuses = work.statuses[person, planned]
    sheets = np.flatnonzero(statuses == COMPLETED)
    worker, date = person[sheets], planned[sheets]
    overtime = overtime_of(work.hours, 100 * rules.weekly_hours) if back else work.hours
    share = int(rules.time_note_share * (1 << 16))
    remarks = streams.at("time", facility, low).lanes(shifts.size, "note").reshape(shifts.shape)
    remark = remarks[worker, day[sheets]]
    return Shifts(
        staff=staff,
        areas=areas.take(staff),
        days=(low + day).astype(np.int32),
        starts=plan.starts[person, planned],
        ends=plan.ends[person, planned],
        statuses=statuses,
        sheets=sheets,
        begun=work.starts[worker, date],
        ended=work.ends[worker, date],
        breaks=work.breaks[worker, date],
        hours=work.hours[worker, date],
        overtime=overtime[worker, date],
        notes=or_no_code(remark < share, remark % len(_NOTE.values)).astype(np.int8),
    )


def shift_columns(shifts: Shifts, facility: int, reference: Reference, rules: StaffingRules, first: int) -> Columns:
    """staffschedules, numbered from `first`."""
    count, minutes = len(shifts), shifts.ends - shifts.starts
    kind = (np.searchsorted(rules.shift_types, shifts.starts, side="right") - 1) % len(_SHIFT_TYPE.values)
    return {
        "scheduleid": Serial("SSC", 8, first, count),
        "staffid": Coded(shifts.staff, reference.staff.ids),
        "facilityid": Coded(np.full(count, facility), reference.facilities.ids),
        "areaid": Coded(shifts.areas, reference.areas.ids, nullable=True),
        "scheduledate": Day(shifts.days),
        "starttime": Clock((shifts.starts * 60).astype(np.int32)),
        "endtime": Clock((shifts.ends * 60).astype(np.int32)),
        "scheduledhours": Money((minutes * 10 + 3) // 6),
        "shifttype": Coded(kind, _SHIFT_TYPE),
        "status": Coded(shifts.statuses, _STATUS),
    }


def sheet_columns(shifts: Shifts, reference: Reference, first: int, first_shift: int) -> Columns:
    """stafftimetracking, numbered from `first`; `first_shift` is the number of the first of `shifts`."""
    count, days = len(shifts.sheets), shifts.days.take(shifts.sheets)
    return {
        "timetrackingid": Serial("TTR", 8, first, count),
        "staffid": Coded(shifts.staff.take(shifts.sheets), reference.staff.ids),
        "scheduleid": Numbered("SSC", 8, first_shift + shifts.sheets),
        "actualstarttime": Stamp(days, shifts.begun.astype(np.int32)),
        "actualendtime": Stamp(days, shifts.ended.astype(np.int32)),
        "actualhours": Money(shifts.hours),
        "overtimehours": Money(shifts.overtime),
        "breakminutes": Whole(shifts.breaks),
        "notes": Coded(shifts.notes, _NOTE, nullable=True),
    }


def shift_covers(
    staff: Rows, facilities: Rows, days: NDArray[np.int32], starts: Integers, ends: Integers, as_of: int, roster: Roster
) -> NDArray[np.bool_]:
    """Whether each of these times (seconds of the day) lies in a shift that is worked, or to be, at the facility."""
    out = np.zeros(len(staff), np.bool_)
    backs = np.array([month_bounds(as_of, back)[0] for back in range(MOST_MONTHS, -1, -1)])
    back = MOST_MONTHS + 1 - np.searchsorted(backs, days, side="right")
    known = (days >= roster.calendar.first) & (days < roster.calendar.last)
    for facility in distinct(facilities[known]).tolist():
        for month in distinct(back[known & (facilities == facility)]).tolist():
            low, high = month_bounds(as_of, month) if month else (as_of, roster.calendar.last)
            here = np.flatnonzero(known & (facilities == facility) & (back == month))
            plan = roster.plan(facility, low, high)
            out[here] = plan.covers(staff[here], days[here] - low, -(-starts[here] // 60), ends[here] // 60)
    return out
