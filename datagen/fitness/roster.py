"""Who works where and when, and what instructors may teach.

The weekly shifts of each member of staff, their absences and leave, and the certificates of instructors: decided once,
here, so that the timetable, the shifts, the time sheets and the certificates tell one story.
"""

from __future__ import annotations

from dataclasses import field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import distinct
from datagen.calendar import month_number, weekday
from datagen.columns import NULL, or_no_code, or_null
from datagen.fitness import vocabulary
from datagen.fitness.absences import AT_WORK, OFF, draw_absences, leave_begins
from datagen.fitness.closures import Calendar, ClubDays
from datagen.fitness.frames import Reference
from datagen.fitness.qualifications import draw_qualifications
from datagen.fitness.rules.absences import AbsenceRules
from datagen.fitness.rules.roster import RosterRules
from datagen.fitness.staff_homes import Draws, deal_homes
from datagen.fitness.weekly_shifts import at_night, draw_changes, draw_rotas
from datagen.frozen import dataclass
from datagen.sampling import threshold
from datagen.streams import Streams
from datagen.types import Days, Rows

_FAR = np.int32(1 << 24)
_LIFEGUARD = vocabulary.JOB_TITLES.index("Lifeguard")
_ON_LEAVE = vocabulary.STAFF_STATUSES.index("On Leave")
_NEVER = 1 << 14  # minutes, later than any day ends
_NEVER_SECOND = 60 * _NEVER


class Plan(NamedTuple):
    """The shifts of a facility on some days from `low` on, (people, days): first and last minute, -1 where there is
    none, and what becomes of them (`absences`); `people` are rows of staff, in order."""

    low: int
    people: Rows
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    absences: NDArray[np.int8]

    def since(self, day: int) -> Plan:
        """The same from a day on."""
        gone = day - self.low
        return Plan(day, self.people, self.starts[:, gone:], self.ends[:, gone:], self.absences[:, gone:])

    def covers(self, people: Rows, days: NDArray[Any], starts: Any, ends: Any) -> NDArray[np.bool_]:
        """Whether these people work, or will, on these days (counted from `low`) from `starts` to `ends` (minutes) at
        least; a row a person, or what the shapes of all make together."""
        place = np.searchsorted(self.people, people).clip(0, max(len(self.people) - 1, 0))
        if not len(self.people):
            return np.zeros(np.broadcast_shapes(place.shape, days.shape), np.bool_)
        begins = self.starts[place, days]
        covered: NDArray[np.bool_] = (
            (self.people.take(place) == people)
            & (begins >= 0)
            & (begins <= starts)
            & (ends <= self.ends[place, days])
            & (self.absences[place, days] == AT_WORK)
        )
        return covered

    def attended(self, days: NDArray[Any], seconds: NDArray[Any]) -> NDArray[np.bool_]:
        """Whether anybody is at work on each of these days (counted from `low`) at that second of the day."""
        at_work = (self.absences == AT_WORK) & (self.starts >= 0)
        starts = np.where(at_work, 60 * self.starts, _NEVER_SECOND).take(days, axis=1)
        there = (starts <= seconds) & (seconds <= 60 * self.ends.take(days, axis=1))
        return np.asarray(there.any(axis=0), np.bool_)

    def watched(
        self, guards: Rows, days: NDArray[Any], starts: NDArray[Any], ends: NDArray[Any]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The shift, in seconds of the day, of one of these guards, all among `people`, at work on each of these days
        (counted from `low`) that holds the time from `starts` to `ends` (seconds); zeros where there is none."""
        begin, until = np.zeros(len(days), np.int64), np.zeros(len(days), np.int64)
        for row in np.searchsorted(self.people, guards).tolist():
            at_work = (self.absences[row] == AT_WORK) & (self.starts[row] >= 0)
            first = np.where(at_work, 60 * self.starts[row], _NEVER_SECOND).take(days)
            last = (60 * self.ends[row]).take(days)
            fits = (first <= starts) & (ends <= last) & (until == 0)
            np.copyto(begin, first, where=fits)
            np.copyto(until, last, where=fits)
        return begin, until


@dataclass(frozen=True)
class Roster:
    """One row a member of staff. `starts` and `ends` are (staff, rotas, weekday) minutes of the day, -1 on days off;
    `rotas` the one in force by quarter from `first_quarter` on, `absences` what becomes of the days of the calendar."""

    homes: Rows
    starts: NDArray[np.int16]
    ends: NDArray[np.int16]
    rotas: NDArray[np.int8]
    first_quarter: int
    first_days: Days
    last_days: Days
    teaches: NDArray[np.bool_]
    guards: NDArray[np.bool_]
    nights: NDArray[np.bool_]
    certified_from: Days
    absences: NDArray[np.int8]
    calendar: Calendar
    streams: Streams
    rules: RosterRules
    without_classes: int
    _latest: dict[tuple[int, int, int], tuple[Plan, Plan]] = field(default_factory=dict, repr=False, compare=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_latest": {}}

    def guards_at(self, facility: int) -> Rows:
        """The lifeguards whose home is this facility."""
        return np.flatnonzero((self.homes == facility) & self.guards)

    def usual_rota(self, person: int) -> int:
        """The rota on which this person is for most quarters."""
        return int(np.bincount(self.rotas[person]).argmax())

    def at(self, facility: int) -> Rows:
        """The staff whose home is this facility."""
        return np.flatnonzero(self.homes == facility)

    def teaches_from(self, certificates: tuple[int, ...]) -> Days:
        """The first day on which each member of staff works and holds all of these certificates; `NULL` if never."""
        held = self.certified_from[:, list(certificates)]
        since = np.maximum(self.first_days, held.max(axis=1, initial=NULL))
        return or_null((held != NULL).all(axis=1), since)

    def certified(self, person: int, certificates: tuple[int, ...], day: int) -> bool:
        """Whether this person works and holds all of these certificates on that day."""
        held = [int(self.certified_from[person, certificate]) for certificate in certificates]
        return NULL not in held and max([int(self.first_days[person]), *held]) <= day

    def week(self, low: int, high: int) -> tuple[NDArray[np.int16], NDArray[np.int16]]:
        """(staff, 7) first and last minutes in the quarter [low, high); -1 on days off, and for who is away for so
        much of it that they get no classes."""
        rota = self.rotas[:, int(month_number(low)) // 3 - self.first_quarter]
        everyone = np.arange(len(self.homes))
        first = self.calendar.first
        off = (self.absences[:, max(low - first, 0) : max(high - first, 0)] == OFF).sum(axis=1)
        there = (off <= self.without_classes)[:, None]
        starts, ends = (or_no_code(there, part[everyone, rota]) for part in (self.starts, self.ends))
        return starts.astype(np.int16), ends.astype(np.int16)

    def plan(self, facility: int, low: int, high: int) -> Plan:
        """The shifts of a facility on the days [low, high) of the calendar."""
        return self._plans(facility, low, high)[0]

    def plan_from_monday(self, facility: int, low: int, high: int) -> Plan:
        """The same, from the Monday of the first week on, as far back as the calendar goes."""
        return self._plans(facility, low, high)[1]

    def _plans(self, facility: int, low: int, high: int) -> tuple[Plan, Plan]:
        """Both; the latest ones are kept, for most of what happens in a month asks for them."""
        asked = facility, low, high
        found = self._latest.get(asked)
        if found is None:
            whole = self._plan(facility, max(low - int(weekday(low)), self.calendar.first), high)
            found = whole.since(low), whole
            self._latest.clear()
            self._latest[asked] = found
        return found

    def _plan(self, facility: int, low: int, high: int) -> Plan:
        people, days = self.at(facility), np.arange(low, high)
        rota = self.rotas[people][:, month_number(days) // 3 - self.first_quarter]
        begins, until = (
            part[people[:, None], rota, weekday(days)].astype(np.int64) for part in (self.starts, self.ends)
        )
        first = self.calendar.first
        absences = self.absences[people, low - first : high - first]
        club = self.calendar.at(facility, low, high)
        opens, closes = -(-club.opens // 60), club.closes // 60
        starts, ends = np.maximum(begins, opens), np.minimum(until, closes)
        # On half days those work whose shift mostly falls into the hours.
        works = (begins >= 0) & ~club.shut & (ends - starts >= self.rules.least_shift * (until - begins))
        works &= (self.first_days.take(people)[:, None] <= days) & (days <= self.last_days.take(people)[:, None])
        works &= absences != OFF
        self._thin_out(works, people, club, low, high)
        starts, ends = or_no_code(works, starts), or_no_code(works, ends)
        able = (absences == AT_WORK) & ~self.teaches[people][:, None]
        if not self.calendar.facilities.never_close()[facility]:
            self._attend_doors(starts, ends, able, able & ~self.guards[people][:, None], opens, closes)
        elif self.nights[people].any():
            able &= ~self.guards[people][:, None]
            self._attend_nights(starts, ends, able, (absences == AT_WORK) & self.nights[people][:, None])
        return Plan(low, people, starts, ends, absences)

    def without_nights(self) -> Rows:
        """The clubs that never close and have nobody who works at night."""
        facilities = self.calendar.facilities
        staffed = np.isin(np.arange(len(facilities.opens)), self.homes[self.nights])
        return np.flatnonzero(facilities.active & facilities.never_close() & ~staffed)

    def _thin_out(self, works: NDArray[np.bool_], people: Rows, club: ClubDays, low: int, high: int) -> None:
        """On a day on which other clubs are shut, few work in one that never closes."""
        everywhere = self.calendar.shut_everywhere()
        for day in everywhere[(everywhere >= low) & (everywhere < high)].tolist():
            if not club.shut[day - low]:
                lanes = self.streams.lanes(len(self.homes), "open on a holiday", day).take(people)
                works[:, day - low] &= lanes < threshold(self.rules.holiday_staffing)

    @staticmethod
    def _attend_nights(
        starts: NDArray[np.int64],
        ends: NDArray[np.int64],
        able: NDArray[np.bool_],
        at_night: NDArray[np.bool_],
    ) -> None:
        """Where nobody of the night shift is at work, the earliest of those `able` comes when the day begins."""
        first = np.where(able & (starts > 0), starts, _NEVER)
        who = first.argmin(axis=0)
        alone = ~(at_night & (starts == 0)).any(axis=0)
        day = np.flatnonzero(alone & (first.min(axis=0) < _NEVER))
        length = (ends - starts)[who[day], day]
        starts[who[day], day], ends[who[day], day] = 0, length

    @staticmethod
    def _attend_doors(
        starts: NDArray[np.int64],
        ends: NDArray[np.int64],
        able: NDArray[np.bool_],
        free: NDArray[np.bool_],
        opens: NDArray[np.int64],
        closes: NDArray[np.int64],
    ) -> None:
        """Where nobody's shift begins with the opening hour, the earliest of those `able` takes it; and the latest of
        the others closes where nobody does. Of those who would all open, one who is `free` to closes instead."""
        if not len(starts):
            return
        first = np.where(able & (starts >= 0), starts, _NEVER)
        who = first.argmin(axis=0)
        day = np.flatnonzero((first.min(axis=0) < _NEVER) & (first.min(axis=0) > opens))
        length = (ends - starts)[who[day], day]
        starts[who[day], day], ends[who[day], day] = opens[day], opens[day] + length
        opening = np.arange(len(starts))[:, None] == who
        last = or_no_code(able & ((starts > opens) | (free & (starts >= 0) & ~opening)), ends)
        who = last.argmax(axis=0)
        day = np.flatnonzero((last.max(axis=0) >= 0) & (last.max(axis=0) < closes))
        length = (ends - starts)[who[day], day]
        starts[who[day], day], ends[who[day], day] = closes[day] - length, closes[day]


def draw_roster(
    reference: Reference,
    calendar: Calendar,
    rules: RosterRules,
    absence_rules: AbsenceRules,
    streams: Streams,
    as_of: int,
    draws: Draws,
) -> Roster:
    """Homes, weekly shifts, working lives, absences and certificates of all staff, for the days of the calendar.

    `draws` is how many of each title each club draws (`staff_homes.draws_of`).
    """
    staff, facilities = reference.staff, reference.facilities
    count = len(staff.hires)
    open_ones = np.flatnonzero(facilities.active)

    areas = reference.areas
    swum_in = areas.active & (areas.types == vocabulary.AREA_TYPES.index("Pool"))
    pools = np.intersect1d(distinct(open_ones), distinct(areas.facilities[swum_in]), assume_unique=True)
    homes, turn = deal_homes(staff.titles, staff.hires, facilities.fitted, open_ones, pools, draws)

    leave = leave_begins(staff, absence_rules, streams, as_of)
    last = np.where(staff.leaves == NULL, _FAR, staff.leaves)
    last = np.where(staff.statuses == _ON_LEAVE, np.maximum(leave - 1, staff.hires), last)

    teaches = np.zeros(count, np.bool_)
    teaches[staff.instructors()] = True
    guards = staff.titles == _LIFEGUARD
    starts, ends, early = draw_rotas(reference, homes, turn, rules, streams)
    first_quarter, last_quarter = (int(month_number(day)) // 3 for day in (calendar.first, calendar.last - 1))
    return Roster(
        homes=homes,
        starts=starts,
        ends=ends,
        rotas=draw_changes(starts, ends, teaches, guards, first_quarter, last_quarter, rules, streams.at("rotas")),
        first_quarter=first_quarter,
        first_days=staff.hires,
        last_days=last.astype(np.int32),
        teaches=teaches,
        guards=guards,
        nights=at_night(reference, homes, turn, rules),
        certified_from=draw_qualifications(reference, homes, early, rules, streams, as_of),
        absences=draw_absences(staff, absence_rules, streams.at("absences"), calendar.first, calendar.last, as_of),
        calendar=calendar,
        streams=streams,
        rules=rules,
        without_classes=absence_rules.without_classes,
    )
