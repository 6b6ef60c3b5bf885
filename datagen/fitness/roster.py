"""Who works where and when, and what instructors may teach.

The weekly shifts of each member of staff, their absences and leave, and the certificates of instructors: decided once,
here, so that the timetable, the shifts, the time sheets and the certificates tell one story.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import weekday as day_of_week
from datagen.columns import NULL, or_no_code, or_null
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.rules.roster import RosterRules
from datagen.sampling import pick, rank_in_group, scaled, threshold
from datagen.streams import Streams
from datagen.types import Days, Rows

AT_WORK, MISSED, DROPPED = range(3)
"""What becomes of a past shift."""

_FAR = np.int32(1 << 24)
_ON_LEAVE = vocabulary.STAFF_STATUSES.index("On Leave")


@dataclass(frozen=True)
class Roster:
    """One row a member of staff. Shifts are (staff, weekday) minutes of the day, -1 on days off."""

    homes: Rows
    starts: NDArray[np.int16]
    ends: NDArray[np.int16]
    first_days: Days
    last_days: Days
    certified_from: Days
    streams: Streams
    rules: RosterRules

    def at(self, facility: int) -> Rows:
        """The staff whose home is this facility."""
        return np.flatnonzero(self.homes == facility)

    def holds(self, person: int, certificates: tuple[int, ...]) -> bool:
        """Whether this person ever holds all of these certificates."""
        return all(self.certified_from[person, certificate] != NULL for certificate in certificates)

    def teaches_from(self, person: int, certificates: tuple[int, ...]) -> int:
        """The first day on which this person works and holds all of these certificates."""
        return max([int(self.first_days[person]), *(int(self.certified_from[person, c]) for c in certificates)])

    def certified(self, person: int, certificates: tuple[int, ...], day: int) -> bool:
        """Whether this person holds all of these certificates on that day."""
        return self.holds(person, certificates) and self.teaches_from(person, certificates) <= day

    def on_shift(self, people: Rows, day: int, start: int, end: int) -> NDArray[np.bool_]:
        """Which of these people work on that day, from `start` to `end` (minutes) at least; absences aside."""
        shift = day_of_week(day)
        begins = self.starts[people, shift]
        works = (begins >= 0) & (begins <= start) & (self.ends[people, shift] >= end)
        return works & (self.first_days.take(people) <= day) & (self.last_days.take(people) >= day)

    def away(self, facility: int, low: int, high: int) -> NDArray[np.bool_]:
        """(staff of the facility, days of [low, high)): who misses their shift; the days are one unit's month."""
        return np.asarray(self.absences(facility, low, high) != AT_WORK)

    def absences(self, facility: int, low: int, high: int) -> NDArray[np.int8]:
        """(staff of the facility, days of [low, high)): whether a shift is missed or cancelled; days as in `away`."""
        staff, days = self.at(facility), high - low
        lanes = self.streams.lanes(len(staff) * days, "absence", facility, low).reshape(len(staff), days)
        missed, dropped = self.rules.absent_share, self.rules.dropped_share
        codes = np.where(lanes < threshold(missed), MISSED, np.where(lanes < threshold(missed + dropped), DROPPED, 0))
        return codes.astype(np.int8)


def draw_roster(reference: Reference, rules: RosterRules, streams: Streams, as_of: int) -> Roster:
    """Homes, weekly shifts, working lives and certificates of all staff."""
    staff, facilities = reference.staff, reference.facilities
    count = len(staff.hires)
    open_ones = np.flatnonzero(facilities.active)

    # The staff of each job take the facilities in turn, so that managers and instructors are spread evenly.
    by_title = staff.titles.argsort(kind="stable")
    rank = np.empty(count, np.intp)
    rank[by_title] = rank_in_group(staff.titles.take(by_title))
    homes = open_ones.take(rank % len(open_ones))
    turn = rank // len(open_ones)

    leave_low, leave_high = rules.leave_days
    leave = as_of - leave_low - scaled(streams.lanes(count, "leave"), leave_high - leave_low + 1)
    last = np.where(staff.leaves == NULL, _FAR, staff.leaves)
    last = np.where(staff.statuses == _ON_LEAVE, np.maximum(leave - 1, staff.hires), last)

    starts, ends = _weekly_shifts(reference, homes, turn, rules, streams)
    return Roster(
        homes=homes,
        starts=starts,
        ends=ends,
        first_days=staff.hires,
        last_days=last.astype(np.int32),
        certified_from=_certificates(reference, homes, rules, streams, as_of),
        streams=streams,
        rules=rules,
    )


def _weekly_shifts(
    reference: Reference, homes: Rows, turn: Rows, rules: RosterRules, streams: Streams
) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
    """(staff, 7) first and last minutes; those who share a job at a facility take early and late shifts in turn."""
    staff, count = reference.staff, len(homes)
    days = np.array([rules.full_time_days, rules.part_time_days, rules.contract_days]).take(staff.employment)
    length = np.array([rules.full_time_minutes, rules.part_time_minutes, rules.contract_minutes]).take(staff.employment)
    opens, closes = -(-reference.facilities.opens.take(homes) // 60), reference.facilities.closes.take(homes) // 60
    length = np.minimum(length, closes - opens)

    drawn = pick(rules.shift_starts.shares, streams.lanes(count, "shift"))
    early, late = 0, len(rules.shift_starts.names) - 1
    kind = np.where(turn < rules.alternating, np.where(turn % 2 == 0, early, late), drawn)
    steps = rules.start_spread // rules.start_step
    jitter = rules.start_step * (scaled(streams.lanes(count, "start"), 2 * steps + 1) - steps)
    start = np.asarray(rules.start_minutes).take(kind) + jitter
    start = np.maximum(np.minimum(start, closes - length), opens)

    # Days off rotate, so that the week is covered by those who share a job.
    first = (turn * 3 + scaled(streams.lanes(count, "week"), 2)) % 7
    works = (np.arange(7) - first[:, None]) % 7 < days[:, None]
    starts = or_no_code(works, start[:, None]).astype(np.int16)
    return starts, or_no_code(works, (start + length)[:, None]).astype(np.int16)


def _certificates(reference: Reference, homes: Rows, rules: RosterRules, streams: Streams, as_of: int) -> Days:
    """(staff, certification): the day from which each is held without a gap, `NULL` if never.

    The instructors of a facility take the certificates in turn, so that together they hold as many as they can.
    """
    staff, kinds = reference.staff, len(reference.certifications.months)
    held = np.full((len(homes), kinds), NULL, np.int32)
    instructors = reference.staff.instructors()
    low, high = rules.certificates_each
    lead = streams.below(rules.before_hire_days, len(homes) * kinds, "before hire").reshape(len(homes), kinds)
    least, most = rules.after_hire_days
    later = least + streams.below(most - least + 1, len(homes) * kinds, "after hire").reshape(len(homes), kinds)
    gained = streams.lanes(len(homes) * kinds, "gained").reshape(len(homes), kinds) < threshold(rules.gained_share)
    number = low + scaled(streams.lanes(len(homes), "certificates"), high - low + 1)
    for facility in np.unique(homes.take(instructors)):
        order = streams.lanes(kinds, "certificates", int(facility)).argsort(kind="stable")
        place = 0
        for person in instructors[homes.take(instructors) == facility]:
            mine = order.take(np.arange(place, place + min(int(number[person]), kinds)) % kinds)
            place += len(mine)
            held[person, mine] = staff.hires[person] - 1 - lead[person, mine]
            after = mine[gained[person, mine] & (np.arange(len(mine)) >= rules.held_on_hire)]
            held[person, after] = staff.hires[person] + later[person, after]
    return or_null(held < as_of, held)
