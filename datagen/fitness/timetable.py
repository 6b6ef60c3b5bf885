"""The timetable of classes: sized from the visits expected, taught by those who may and can.

A facility has one list of sessions it would like to give - weekday, hour, format, room - in order of preference. Each
quarter gives as many of them as its demand asks for, those first that two colleagues could teach; each session goes to
the first in its own order of instructors who is employed all quarter, certified, on shift and free.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import month_number, month_start
from datagen.columns import NULL, Clock, Coded, Columns, Day, Flag, Money, Serial, Whole
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.roster import Roster
from datagen.fitness.rules.classes import ClassRules
from datagen.sampling import cumulative, deviates, evenly, pick, scaled
from datagen.streams import Streams

ROOMS: dict[str, tuple[str, ...]] = {
    "Mind & Body": ("Yoga", "Studio"),
    "Cardio": ("Studio",),
    "Strength": ("Studio",),
    "Cycling": ("Spin",),
    "Dance": ("Studio",),
    "Aqua": ("Pool",),
    "Martial Arts": ("Court", "Studio"),
    "Functional": ("Studio", "Court"),
}
"""The area types in which sessions of a category take place (docs/fitness-checks.md#h50b)."""

POOL = "Pool"
_POOL = vocabulary.AREA_TYPES.index(POOL)
SHARED_ROOMS = (POOL, "Court")
"""Rooms of sessions that also take visits without a class."""

_TRIES = 10
_FOR_TWO = 6  # tries that insist on two who could teach a session
_ENOUGH = 2
_WISHES_PER_SESSION, _SPARE_WISHES = 1.8, 4  # some wishes find nobody to teach them
_LEAST_PULL = 0.2  # below it, the series for the exponential is no longer near it


class Session(NamedTuple):
    """A weekly session a facility would like to give; minutes of the day, weekday 0 = Monday.

    `teachers` are (member of staff, day from which they may teach it, last day), the preferred ones first; `guards`
    (member of staff, first day, last day) those who may watch a pool meanwhile, none where no pool is used.
    """

    weekday: int
    start: int
    end: int
    area: int
    class_type: int
    seats: int
    price_cents: int
    pull: float
    teachers: tuple[tuple[int, int, int], ...]
    guards: tuple[tuple[int, int, int], ...] | None


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
    rules: ClassRules,
    streams: Streams,
) -> Timetable:
    """The sessions of all facilities in the blocks from `first_block` on.

    `weekly_visits` is (facilities, blocks) over the whole history, so that what is planned for a quarter does not
    depend on where the window begins; `ahead` is the first day that is not scheduled any more, `skill` that of each
    member of staff in standard deviations.
    """
    rows: list[tuple[float, ...]] = []
    opened = reference.facilities.opened
    formats = _popularity(reference, rules, streams)
    weeks = {
        block: tuple(part.tolist() for part in roster.week(blocks[block][0], min(blocks[block][1], ahead)))
        for block in range(first_block, len(blocks))
    }
    for facility in np.flatnonzero(reference.facilities.active):
        seats_wanted = rules.visit_share * weekly_visits[facility] / rules.load
        wishes = _wishes(reference, roster, int(facility), float(seats_wanted.max()), formats, rules, streams)
        for block in range(first_block, len(blocks)):
            low, high = max(blocks[block][0], int(opened[facility])), min(blocks[block][1], ahead)
            if low >= high:
                continue  # the club has not opened by then
            last = NULL if high == ahead else high - 1
            chosen = _staffed(wishes, (low, high), weeks[block], float(seats_wanted[block]), rules)
            for wish, seats, teacher in chosen:
                session = (wish.class_type, wish.area, teacher, wish.weekday, wish.start, wish.end, seats)
                pull = wish.pull * max(1 + rules.skill_pull * float(skill[teacher]), _LEAST_PULL)
                bookings = seats * rules.load * pull
                rows.append((int(facility), *session, wish.price_cents, bookings, low, last))
    columns = np.array(rows, np.float64).reshape(-1, 12).T
    kinds = [np.intp] * 5 + [np.int64] * 4 + [np.float64] + [np.int32] * 2
    return Timetable(*(column.astype(kind) for column, kind in zip(columns, kinds, strict=True)))  # type: ignore[arg-type]


class _Formats(NamedTuple):
    by_category: list[NDArray[np.intp]]
    pull: NDArray[np.float64]


def _popularity(reference: Reference, rules: ClassRules, streams: Streams) -> _Formats:
    types = reference.class_types
    pull = _pulls(rules.type_sigma, streams.lanes(len(types.minutes), "format"))
    active = np.flatnonzero(types.active)
    pull = pull / (np.rint(pull[active] * 1e6).sum() / 1e6 / max(len(active), 1))
    by_category = [active[types.categories[active] == code] for code in range(len(vocabulary.CLASS_CATEGORIES))]
    return _Formats(by_category, pull)


def _pulls(sigma: float, lanes: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Factors about 1 with this deviation of their logarithm, by a series that machines agree on."""
    x = sigma * deviates(lanes)
    return np.maximum(1 + x + x * x / 2 + x * x * x / 6, _LEAST_PULL)


def _minutes(names: Sequence[str]) -> NDArray[np.int64]:
    return np.array([int(name[:2]) * 60 + int(name[3:5]) for name in names], np.int64)


def _wishes(
    reference: Reference,
    roster: Roster,
    facility: int,
    seats_wanted: float,
    formats: _Formats,
    rules: ClassRules,
    streams: Streams,
) -> list[Session]:
    """The sessions this facility would like to give, in order of preference, enough for its best quarter."""
    types, areas = reference.class_types, reference.areas
    sessions = max(seats_wanted / rules.seats, rules.weekly_least)
    most = min(int(_WISHES_PER_SESSION * sessions) + _SPARE_WISHES, rules.weekly_most)
    draws = _draw_wishes(most, rules, streams.at("wish", facility), _shares_of_categories(rules, formats))
    rooms = {category: [int(a) for kind in ROOMS[category] for a in areas.at(facility, kind)] for category in ROOMS}
    shared = {int(a) for kind in SHARED_ROOMS for a in areas.at(facility, kind)}
    opens = int(reference.facilities.opens[facility]) // 60 + rules.margin_minutes[0]
    closes = int(reference.facilities.closes[facility]) // 60 - rules.margin_minutes[1]
    instructors = _instructors_at(reference, roster, facility)
    guards = roster.guards_at(facility).tolist()
    hours = {p: tuple(part[p].tolist() for part in (roster.starts, roster.ends)) for p in [*instructors, *guards]}
    qualified: dict[int, list[int]] = {}
    taken: dict[tuple[int, int], list[tuple[int, int, int]]] = {}
    wishes: list[Session] = []
    for slot in range(most):
        for attempt in range(_TRIES):
            category, weekday, start, format_lane, room_lane = (int(v) for v in draws.tries[slot, attempt])
            kinds, places = formats.by_category[category], rooms[vocabulary.CLASS_CATEGORIES[category]]
            if not len(kinds) or not places:
                continue
            kind = int(kinds[format_lane * len(kinds) >> 16])
            area = places[room_lane * len(places) >> 16]
            end = start + int(types.minutes[kind])
            if start < opens or end > closes:
                continue
            gap = _change(end - start, area in shared, rules)
            others = taken.setdefault((area, weekday), [])
            if any(start < end_ + max(gap, gap_) and start_ < end + max(gap, gap_) for start_, end_, gap_ in others):
                continue
            pool = int(areas.types[area]) == _POOL
            watching = [g for g in guards if pool and _may_cover(hours[g], weekday, *_watched(start, end, rules))]
            if pool and not watching:
                continue
            if kind not in qualified:
                qualified[kind] = [p for p in instructors if roster.holds(p, types.required[kind])]
            teachers = [p for p in qualified[kind] if _may_cover(hours[p], weekday, start, end)]
            if len(teachers) < _ENOUGH and attempt < _FOR_TWO:
                continue
            share = rules.shared_room_share if area in shared else rules.room_share
            seats = min(int(types.seats[kind]), int(most_seats(areas.capacity[area], share)))
            if not teachers or seats < 1:
                continue
            others.append((start, end, gap))
            turn = int(draws.turns[slot]) % len(teachers)
            ready = _ready(teachers[turn:] + teachers[:turn], types.required[kind], roster)
            pull, price = float(formats.pull[kind] * draws.pulls[slot]), int(draws.prices[slot])
            watch = _ready(watching, (), roster) if pool else None
            wishes.append(Session(weekday, start, end, area, kind, seats, price, pull, ready, watch))
            break
    return wishes


def _instructors_at(reference: Reference, roster: Roster, facility: int) -> list[int]:
    """Who may teach and has this facility as a home."""
    everywhere = reference.staff.instructors()
    there: list[int] = everywhere[roster.homes.take(everywhere) == facility].tolist()
    return there


def _ready(teachers: list[int], required: tuple[int, ...], roster: Roster) -> tuple[tuple[int, int, int], ...]:
    """These teachers with the day from which they may teach what requires these certificates, and their last day."""
    return tuple((p, roster.teaches_from(p, required), int(roster.last_days[p])) for p in teachers)


def _watched(start: int, end: int, rules: ClassRules) -> tuple[int, int]:
    """The minutes from and to which a guard must be there for a session."""
    before, after = rules.watch_minutes()
    return start - before, end + after


def _may_cover(hours: tuple[list[list[int]], ...], weekday: int, start: int, end: int) -> bool:
    """Whether somebody with these hours by rota and weekday is there from `start` to `end` on any of the rotas."""
    begins, until = hours
    return any(0 <= first[weekday] <= start and end <= last[weekday] for first, last in zip(begins, until, strict=True))


def most_seats(capacity: NDArray[np.int64], share: float) -> NDArray[np.int64]:
    """The seats of the largest session that rooms of this capacity hold, where it may take this share of them."""
    seats: NDArray[np.int64] = np.floor(capacity * share + 1e-9).astype(np.int64)
    return seats


def _change(minutes: int, shared: bool, rules: ClassRules) -> int:
    """Minutes to the next session in a room, on either side of one that lasts so long.

    Visitors come before a class and stay on after it. In a room of its own, those of two sessions may meet, for which
    there is room, but not those of three; in a shared room, not even of two.
    """
    around = sum(rules.stay_minutes())
    if shared:
        return max(rules.shared_change_minutes, around)
    return max(rules.change_minutes, (around - minutes + 1) // 2)


class _Draws(NamedTuple):
    tries: NDArray[np.int64]
    turns: NDArray[np.uint16]
    prices: NDArray[np.int64]
    pulls: NDArray[np.float64]


def _shares_of_categories(rules: ClassRules, formats: _Formats) -> list[float]:
    return [
        rules.categories[name] * (len(formats.by_category[code]) > 0)
        for code, name in enumerate(vocabulary.CLASS_CATEGORIES)
    ]


def _draw_wishes(most: int, rules: ClassRules, streams: Streams, categories: Sequence[float]) -> _Draws:
    shape, count = (most, _TRIES), most * _TRIES
    weekday = pick(rules.weekday_weights, streams.lanes(count, "weekday"))
    lane = streams.lanes(count, "start")
    start = np.where(
        weekday < 5,
        _minutes(rules.weekday_starts.names).take(pick(rules.weekday_starts.shares, lane)),
        _minutes(rules.weekend_starts.names).take(pick(rules.weekend_starts.shares, lane)),
    )
    category = np.searchsorted(cumulative(categories), streams.lanes(count, "category"), side="right")
    parts = [category, weekday, start, streams.lanes(count, "format"), streams.lanes(count, "room")]
    dollars = rules.price_low + scaled(streams.lanes(most, "price"), rules.price_high - rules.price_low + 1)
    paid = evenly(streams, np.zeros(most, np.intp), "paid") < rules.paid_share
    return _Draws(
        tries=np.stack([part.astype(np.int64).reshape(shape) for part in parts], axis=2),
        turns=streams.lanes(most, "turn"),
        prices=np.where(paid, dollars * 100, 0),
        pulls=_pulls(rules.session_sigma, streams.lanes(most, "session")),
    )


def _staffed(
    wishes: Sequence[Session],
    block: tuple[int, int],
    week: tuple[list[list[int]], ...],
    seats_wanted: float,
    rules: ClassRules,
) -> list[tuple[Session, int, int]]:
    """The sessions given in a block [low, high), each with its seats and its instructor; `week` is when each member of
    staff begins and ends by weekday.

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
    order = sorted(range(len(wishes)), key=lambda place: len(able[place]) < _ENOUGH)
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


def _able(wish: Session, block: tuple[int, int], week: tuple[list[list[int]], ...], rules: ClassRules) -> list[int]:
    """Who can teach a session all through a block, the preferred ones first; nobody where no guard is there."""
    (low, high), (begins, until) = block, week

    def there(people: tuple[tuple[int, int, int], ...], start: int, end: int) -> list[int]:
        return [
            person
            for person, ready, leaves in people
            if ready <= low
            and leaves >= high - 1
            and 0 <= begins[person][wish.weekday] <= start
            and end <= until[person][wish.weekday]
        ]

    if wish.guards is not None and not there(wish.guards, *_watched(wish.start, wish.end, rules)):
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
