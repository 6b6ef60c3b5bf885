"""The dated classes of one facility and month: which take place, and who teaches them."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import MINUTES_A_DAY, weekday
from datagen.columns import NULL
from datagen.fitness import vocabulary
from datagen.fitness.class_wishes import SHARED_ROOMS
from datagen.fitness.closures import HOLIDAY, STOP_REASONS, ClubDays
from datagen.fitness.frames import Reference
from datagen.fitness.roster import Plan, Roster
from datagen.fitness.rules.classes import ClassRules
from datagen.fitness.timetable import Timetable
from datagen.frozen import dataclass
from datagen.sampling import counts, deviates, scaled, threshold
from datagen.streams import Streams
from datagen.types import Rows

COMPLETED, CANCELLED, SCHEDULED = range(len(vocabulary.CLASS_STATUSES))
REASONS = (
    "Instructor unavailable", "No lifeguard on duty", "Too few bookings", "Room maintenance", HOLIDAY, *STOP_REASONS
)  # fmt: skip
"""Why classes are cancelled."""
_NO_INSTRUCTOR, _NO_GUARD, _FEW, _ROOM, _HOLIDAY, _STOP = range(6)
_POOL = vocabulary.AREA_TYPES.index("Pool")
_IS_SHARED = np.isin(
    np.arange(len(vocabulary.AREA_TYPES)), [vocabulary.AREA_TYPES.index(kind) for kind in SHARED_ROOMS]
)
_CHAIN = 120  # minutes: classes of a stopped club that begin so soon after each other are cancelled together


@dataclass(frozen=True)
class Instances:
    """Dated classes, by date, then start. `days` count from the first of the month; minutes of the day.

    `starts` and `ends` are the timetable's; the actual ones differ by the given seconds. `reasons` is negative unless
    cancelled, else a place in `REASONS`; `wanted` is how many want to book. Visitors may be in the room from `opens` to
    `closes`, and who likes may stay on until `stays` (seconds of the day; 0: nobody may).
    """

    sessions: Rows
    days: Rows
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    begun: NDArray[np.int64]
    ended: NDArray[np.int64]
    instructors: Rows
    statuses: NDArray[np.int8]
    reasons: NDArray[np.int8]
    wanted: NDArray[np.int64]
    opens: NDArray[np.int64]
    closes: NDArray[np.int64]
    stays: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.sessions)


def draw_instances(
    facility: int,
    timetable: Timetable,
    reference: Reference,
    roster: Roster,
    plan: Plan,
    high: int,
    as_of: int,
    club: ClubDays,
    rules: ClassRules,
    streams: Streams,
) -> Instances:
    """The classes of `facility` on the days of the `plan`, up to `high`, which lie all before the as-of day or all from
    it on.

    `club` is what these days are like there.
    """
    low = plan.low
    day, session = _dated(facility, timetable, low, high)
    count = len(session)

    starts, ends = timetable.starts.take(session), timetable.ends.take(session)
    wanted = _wanted_bookings(session, timetable, rules, streams.at("bookings"))
    reasons = np.full(count, -1, np.int8)
    called = streams.lanes(count, "called away") < threshold(rules.called_away_share if high <= as_of else 0)
    instructors = _find_substitutes(plan, timetable, reference, roster, session, day, called, rules, streams)
    if high <= as_of:
        few = (wanted < rules.few_bookings * timetable.seats.take(session)) & (
            streams.lanes(count, "few") < threshold(rules.few_cancelled_share)
        )
        reasons[few] = _FEW
        reasons[streams.lanes(count, "room") < threshold(rules.room_closed_share)] = _ROOM
        stopped = _stopped(day, starts, ends, club, rules)
        reasons[stopped] = _STOP + club.stop_reason.take(day[stopped])
    reasons[(instructors < 0) & (reasons < _STOP)] = _NO_INSTRUCTOR
    opens, closes = club.opens.take(day).astype(np.int64), club.closes.take(day).astype(np.int64)
    swum = np.flatnonzero(reference.areas.types.take(timetable.areas.take(session)) == _POOL)
    before, after = (60 * minutes for minutes in rules.watch_minutes())
    hours = 60 * starts[swum] - before, 60 * ends[swum] + after
    opens[swum], closes[swum] = plan.watched(roster.guards_at(facility), day[swum], *hours)
    reasons[(closes == 0) & (reasons < _STOP)] = _NO_GUARD
    reasons[_do_not_fit(day, starts, ends, club, rules)] = _HOLIDAY
    off = reasons >= 0
    instructors[off] = timetable.instructors.take(session[off])
    return Instances(
        sessions=session,
        days=day,
        starts=starts,
        ends=ends,
        begun=starts * 60 + _begun(count, rules, streams),
        ended=ends * 60 + _late(rules.end_minutes, streams.lanes(count, "ended")),
        instructors=instructors,
        statuses=np.where(off, CANCELLED, COMPLETED if high <= as_of else SCHEDULED).astype(np.int8),
        reasons=reasons,
        opens=opens,
        closes=closes,
        stays=_stays(day, timetable.areas.take(session), reference.areas.types, starts, closes, club, rules),
        wanted=np.where((reasons == _HOLIDAY) | (off & (high > as_of)), 0, wanted),
    )


def _dated(facility: int, timetable: Timetable, low: int, high: int) -> tuple[Rows, Rows]:
    """The days (from `low` on) and sessions of the classes of a facility on the days [low, high), by day and start."""
    mine = np.flatnonzero(timetable.facilities == facility)
    days = np.arange(high - low)
    lasts = timetable.lasts.take(mine)
    runs = (
        (timetable.weekdays.take(mine) == weekday(low + days)[:, None])
        & (timetable.firsts.take(mine) <= low + days[:, None])
        & ((lasts == NULL) | (lasts >= low + days[:, None]))
    )
    day, place = np.nonzero(runs)
    session = mine.take(place)
    order = np.argsort(day * MINUTES_A_DAY + timetable.starts.take(session), kind="stable")
    return day.take(order), session.take(order)


def _stays(
    day: Rows,
    areas: Rows,
    types: Rows,
    starts: NDArray[np.int64],
    closes: NDArray[np.int64],
    club: ClubDays,
    rules: ClassRules,
) -> NDArray[np.int64]:
    """Until when visitors of each class may stay on in its room: until those of the class after the next one come,
    since a room holds the people of two. Nobody does in rooms shared with other visits, nor where the club is stopped.
    """
    order = np.lexsort((starts, day, areas))
    room = areas.take(order) * (int(day.max(initial=0)) + 1) + day.take(order)
    until = closes.copy()
    same = np.flatnonzero(room[:-2] == room[2:])
    until[order[same]] = 60 * (starts.take(order[same + 2]) - rules.stay_minutes()[0])
    shared = _IS_SHARED.take(types.take(areas))
    stopped = (club.stop_until > club.stop_from).take(day)
    return np.where(shared | stopped, 0, np.minimum(until, closes))


def _wanted_bookings(session: Rows, timetable: Timetable, rules: ClassRules, streams: Streams) -> NDArray[np.int64]:
    """How many want each class: its usual number, varied by the day and by chance."""
    count = len(session)
    x = rules.day_sigma * deviates(streams.lanes(count, "day"))
    mean = timetable.bookings.take(session) * (1 + x + x * x / 2)
    return counts(mean, streams.lanes(count, "bookings"))


def _do_not_fit(
    day: Rows, starts: NDArray[np.int64], ends: NDArray[np.int64], club: ClubDays, rules: ClassRules
) -> NDArray[np.bool_]:
    """Which classes do not fit into a day on which the club is shut or closes early."""
    before, after = rules.stay_minutes()
    opens, closes = club.opens.take(day) // 60, club.closes.take(day) // 60
    changed = club.shut.take(day) | club.half.take(day)
    outside: NDArray[np.bool_] = (starts - before < opens) | (ends + after > closes)
    return changed & outside


def _stopped(
    day: Rows, starts: NDArray[np.int64], ends: NDArray[np.int64], club: ClubDays, rules: ClassRules
) -> NDArray[np.bool_]:
    """Which classes, by day and start, are cancelled with the whole club: those whose visitors would be there while
    it is stopped, and those that begin within two hours of such a one, and of those again."""
    before, after = rules.stay_minutes()
    stop, until = club.stop_from.take(day) // 60, -(-club.stop_until.take(day) // 60)
    stopped: NDArray[np.bool_] = (until > stop) & (starts - before < until) & (ends + after > stop)
    moment = day * MINUTES_A_DAY + starts
    near = (np.diff(moment) <= _CHAIN) & (np.diff(day) == 0)
    chain = np.concatenate([[0], np.cumsum(~near)])[: len(day)]
    together: NDArray[np.bool_] = np.bincount(chain[stopped], minlength=len(chain) + 1).take(chain) > 0
    return together


def _begun(count: int, rules: ClassRules, streams: Streams) -> NDArray[np.int64]:
    """Seconds after the timetable's start at which classes begin: minutes for most, more for a few."""
    usual = _late(rules.start_minutes, streams.lanes(count, "begun"))
    late = _late(rules.late_class_minutes, streams.lanes(count, "begun late"))
    return np.where(streams.lanes(count, "late") < threshold(rules.late_class_share), late, usual)


def _late(minutes: tuple[int, int], lanes: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Seconds from the timetable, between the least and the most minutes."""
    least, most = minutes
    return 60 * least + scaled(lanes, 60 * (most - least))


def _find_substitutes(
    plan: Plan,
    timetable: Timetable,
    reference: Reference,
    roster: Roster,
    session: Rows,
    day: Rows,
    called: NDArray[np.bool_],
    rules: ClassRules,
    streams: Streams,
) -> Rows:
    """Who teaches each class: the scheduled instructor, or where that one is missing or called away a colleague who can
    take it; -1 where nobody can.

    A colleague must work at this facility, be on shift for the whole class and not away, hold the certificates, and
    teach nothing else then or just before or after. Few classes need it, so they are taken one by one.
    """
    instructors = timetable.instructors.take(session).copy()
    begins, until = timetable.starts.take(session), timetable.ends.take(session)
    missing = np.flatnonzero(~plan.covers(instructors, day, begins, until) | called)
    turns = streams.lanes(len(session), "substitute").tolist()
    asked = (streams.lanes(len(session), "stands in") < threshold(rules.stand_in_share)).tolist()
    starts, ends = begins.tolist(), until.tolist()
    kinds, scheduled, days = timetable.class_types.take(session).tolist(), instructors.tolist(), day.tolist()
    colleagues = plan.people.compress(roster.teaches.take(plan.people))
    there = plan.covers(colleagues, *(part.take(missing)[:, None] for part in (day, begins, until)))
    gap = rules.handover_minutes()
    for one, at_work in zip(missing.tolist(), there, strict=True):
        today, start, end = plan.low + days[one], starts[one], ends[one]
        first = bisect_left(days, days[one])
        last = bisect_right(days, days[one])
        same_time = [i for i in range(first, last) if starts[i] < end + gap and ends[i] + gap > start]
        taken = {scheduled[i] for i in same_time} | {int(instructors[i]) for i in same_time}
        required = reference.class_types.required[kinds[one]]
        ready = [
            person
            for person in colleagues.compress(at_work).tolist()
            if person not in taken and roster.certified(person, required, today)
        ]
        instructors[one] = ready[turns[one] % len(ready)] if ready and asked[one] else -1
    return instructors
