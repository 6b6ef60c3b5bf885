"""The timetable of classes: sized from the visits expected, taught by those who may and can.

A facility has one list of sessions it would like to give - weekday, hour, format, room - in order of preference. Each
quarter gives as many of them as its demand asks for, those first that two colleagues could teach; each session goes to
the first in its own order of instructors who is employed all quarter, certified, on shift and free.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import month_number, month_start
from datagen.columns import NULL, Clock, Coded, Columns, Day, Flag, Money, Serial, Whole
from datagen.fitness.class_formats import popularity
from datagen.fitness.class_teams import Ready, watched
from datagen.fitness.class_wishes import Session, resources_of, wishes_of
from datagen.fitness.clubs import Clubs
from datagen.fitness.frames import Reference
from datagen.fitness.roster import Roster
from datagen.fitness.rules.classes import ClassRules
from datagen.frozen import dataclass
from datagen.streams import Streams
from datagen.types import Codes

_LEAST_PULL = 0.2


@dataclass(frozen=True)
class Timetable:
    """classschedules; `bookings` is the number expected for each date, `lasts` the last day (`NULL`: running)."""

    facilities: NDArray[np.intp]
    class_types: NDArray[np.intp]
    areas: NDArray[np.intp]
    instructors: NDArray[np.intp]
    weekdays: NDArray[np.intp]
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    seats: NDArray[np.int64]
    price_cents: NDArray[np.int64]
    bookings: NDArray[np.float64]
    firsts: NDArray[np.int32]
    lasts: NDArray[np.int32]

    def __len__(self) -> int:
        return len(self.starts)


def quarters(low: int, high: int) -> list[tuple[int, int]]:
    """The calendar quarters that touch the days [low, high), each as [first day, first day after)."""
    first, last = int(month_number(low)) // 3, int(month_number(high - 1)) // 3
    return [(int(month_start(3 * q)), int(month_start(3 * q + 3))) for q in range(first, last + 1)]


def plan_timetable(
    reference: Reference,
    roster: Roster,
    weekly_visits: NDArray[np.float64],
    blocks: Sequence[tuple[int, int]],
    first_block: int,
    ahead: int,
    skill: NDArray[np.float64],
    clubs: Clubs,
    rules: ClassRules,
    streams: Streams,
) -> Timetable:
    """The sessions of all facilities in the blocks from `first_block` on.

    `weekly_visits` is (facilities, blocks) over the whole history, so that what is planned for a quarter does not
    depend on where the window begins; `ahead` is the first day that is not scheduled any more, `skill` that of each
    member of staff in standard deviations, `clubs` the traits of the facilities.
    """
    rows: list[tuple[float, ...]] = []
    opened = reference.facilities.opened
    formats, categories = popularity(reference, rules, streams), reference.class_types.categories
    resources = resources_of(reference, roster, rules)
    weeks = {
        block: tuple(part.tolist() for part in roster.week(blocks[block][0], min(blocks[block][1], ahead)))
        for block in range(first_block, len(blocks))
    }
    for facility in np.flatnonzero(reference.facilities.active):
        seats_wanted = rules.visit_share * weekly_visits[facility] / rules.load
        best = float(seats_wanted.max())
        wishes = wishes_of(int(facility), best, resources, reference, roster, formats, clubs, rules, streams)
        for block in range(first_block, len(blocks)):
            low, high = max(blocks[block][0], int(opened[facility])), min(blocks[block][1], ahead)
            if low >= high:
                continue  # the club has not opened by then
            last = NULL if high == ahead else high - 1
            chosen = _staffed(wishes, (low, high), weeks[block], float(seats_wanted[block]), categories, rules)
            for wish, seats, teacher in chosen:
                session = (wish.class_type, wish.area, teacher, wish.weekday, wish.start, wish.end, seats)
                pull = wish.pull * max(1 + rules.skill_pull * float(skill[teacher]), _LEAST_PULL)
                bookings = seats * rules.load * pull
                rows.append((int(facility), *session, wish.price_cents, bookings, low, last))
    columns = np.array(rows, np.float64).reshape(-1, 12).T
    kinds = [np.intp] * 5 + [np.int64] * 4 + [np.float64] + [np.int32] * 2
    return Timetable(*(column.astype(kind) for column, kind in zip(columns, kinds, strict=True)))  # type: ignore[arg-type]


def _staffed(
    wishes: Sequence[Session],
    block: tuple[int, int],
    week: tuple[list[list[int]], ...],
    seats_wanted: float,
    categories: Codes,
    rules: ClassRules,
) -> list[tuple[Session, int, int]]:
    """The sessions given in a block [low, high), each with its seats and its instructor; `week` is when each member of
    staff begins and ends by weekday, `categories` those of the formats.

    There are none where the demand would not fill a seat.
    """
    if seats_wanted < 1:
        return []
    # A small centre gives more and smaller classes than its demand would fill at the usual size.
    number = max(seats_wanted / rules.seats, min(rules.weekly_least, seats_wanted / rules.least_seats))
    usual = max(seats_wanted / max(number, 1.0), rules.least_seats)
    busy: dict[tuple[int, int], list[tuple[int, int]]] = {}
    given: list[tuple[Session, int, int]] = []
    seats_given = 0
    able = [_able(wish, block, week, rules) for wish in wishes]
    order = sorted(range(len(wishes)), key=_second_to(wishes, able, categories, rules))
    for wish, teachers in ((wishes[place], able[place]) for place in order):
        if seats_given >= seats_wanted:
            break
        # Keep the formats' sizes in proportion when classes are small.
        size = round(usual * min(wish.seats / rules.seats, rules.largest_format))
        seats = min(wish.seats, max(size, rules.least_seats))
        for teacher in teachers:
            hours = busy.setdefault((teacher, wish.weekday), [])
            gap = rules.handover_minutes()
            if any(wish.start < end + gap and start < wish.end + gap for start, end in hours):
                continue
            hours.append((wish.start, wish.end))
            given.append((wish, seats, teacher))
            seats_given += seats
            break
    return given


def _second_to(
    wishes: Sequence[Session], able: Sequence[Sequence[int]], categories: Codes, rules: ClassRules
) -> Callable[[int], bool]:
    """Which wishes come after the others: those that fewer could teach than is enough, but for the first one of a
    category, since a club offers something of each kind that it has rooms for."""
    first: dict[int, int] = {}
    for place, wish in enumerate(wishes):
        if able[place]:
            first.setdefault(int(categories[wish.class_type]), place)
    return lambda place: len(able[place]) < rules.enough_teachers and place not in first.values()


def _able(wish: Session, block: tuple[int, int], week: tuple[list[list[int]], ...], rules: ClassRules) -> list[int]:
    """Who can teach a session all through a block, the preferred ones first; nobody where no guard is there."""
    (low, high), (begins, until) = block, week

    def there(people: tuple[Ready, ...], start: int, end: int) -> list[int]:
        return [
            person
            for person, since, leaves in people
            if since <= low
            and leaves >= high - 1
            and 0 <= begins[person][wish.weekday] <= start
            and end <= until[person][wish.weekday]
        ]

    if wish.guards is not None and not there(wish.guards, *watched(wish.start, wish.end, rules)):
        return []
    return there(wish.teachers, wish.start, wish.end)


def schedule_columns(timetable: Timetable, reference: Reference, as_of: int) -> Columns:
    """classschedules; active are those that have not expired on the as-of day."""
    count = len(timetable)
    return {
        "scheduleid": Serial("SCH", 4, 1, count),
        "classtypeid": Coded(timetable.class_types, reference.class_types.ids),
        "facilityid": Coded(timetable.facilities, reference.facilities.ids),
        "areaid": Coded(timetable.areas, reference.areas.ids),
        "instructorid": Coded(timetable.instructors, reference.staff.ids),
        "dayofweek": Whole(timetable.weekdays + 1),
        "starttime": Clock((timetable.starts * 60).astype(np.int32)),
        "endtime": Clock((timetable.ends * 60).astype(np.int32)),
        "maxcapacity": Whole(timetable.seats),
        "price": Money(timetable.price_cents),
        "effectivedate": Day(timetable.firsts),
        "expirydate": Day(timetable.lasts, nullable=True),
        "isactive": Flag((timetable.lasts == NULL) | (timetable.lasts >= as_of)),
    }
