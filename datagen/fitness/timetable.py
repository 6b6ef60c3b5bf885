"""The timetable of classes: sized from the visits expected, taught by those who may and can.

A facility has one list of sessions it would like to give - weekday, hour, format, room - in order of preference. Each
quarter gives as many of them as its demand asks for, those first that two colleagues could teach; each session goes to
the first in its own order of instructors who is employed all quarter, certified, on shift and free.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import month_number, month_start
from datagen.columns import NULL, Clock, Coded, Columns, Day, Flag, Money, Serial, Whole
from datagen.fitness import vocabulary
from datagen.fitness.class_formats import Formats, popularity, prices_at
from datagen.fitness.class_teams import Ready, Team, may_cover, ready, team_at, watched
from datagen.fitness.clubs import Clubs
from datagen.fitness.frames import Reference
from datagen.fitness.roster import Roster
from datagen.fitness.rules.classes import ClassRules
from datagen.frozen import dataclass
from datagen.sampling import LANES, cumulative, factors, pick
from datagen.streams import Streams
from datagen.types import Codes

POOL = "Pool"
_POOL = vocabulary.AREA_TYPES.index(POOL)
SHARED_ROOMS = (POOL, "Court")
"""Rooms of sessions that also take visits without a class."""

_TRIES = 32
_FOR_KIND = 24  # tries that insist on the category that is due; the others take what there is somebody for
_FOR_ENOUGH = 16  # tries that insist on as many who could teach a session as it wants
_GOLDEN = 40_503  # of LANES, the golden section: steps that fill a circle evenly
_WISHES_PER_SESSION, _SPARE_WISHES = 1.8, 4  # some wishes find nobody to teach them
_LEAST_PULL = 0.2


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
    teachers: tuple[Ready, ...]
    guards: tuple[Ready, ...] | None


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
    weeks = {
        block: tuple(part.tolist() for part in roster.week(blocks[block][0], min(blocks[block][1], ahead)))
        for block in range(first_block, len(blocks))
    }
    for facility in np.flatnonzero(reference.facilities.active):
        seats_wanted = rules.visit_share * weekly_visits[facility] / rules.load
        wishes = _wishes(reference, roster, int(facility), float(seats_wanted.max()), formats, clubs, rules, streams)
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


def _minutes(names: Sequence[str]) -> NDArray[np.int64]:
    return np.array([int(name[:2]) * 60 + int(name[3:5]) for name in names], np.int64)


def _wishes(
    reference: Reference,
    roster: Roster,
    facility: int,
    seats_wanted: float,
    formats: Formats,
    clubs: Clubs,
    rules: ClassRules,
    streams: Streams,
) -> list[Session]:
    """The sessions this facility would like to give, in order of preference, enough for its best quarter."""
    types, areas = reference.class_types, reference.areas
    sessions = max(seats_wanted / rules.seats, rules.weekly_least)
    most = min(int(_WISHES_PER_SESSION * sessions) + _SPARE_WISHES, rules.weekly_most)
    shares = _shares_of_categories(rules, formats.by_category) * clubs.tastes[facility]
    draws = _draw_wishes(most, rules, streams.at("wish", facility), shares)
    team = team_at(reference, roster, facility, rules)
    rooms = _rooms_by_category(reference, facility)
    shared = {int(a) for kind in SHARED_ROOMS for a in areas.at(facility, kind)}
    opens = int(reference.facilities.opens[facility]) // 60 + rules.margin_minutes[0]
    closes = int(reference.facilities.closes[facility]) // 60 - rules.margin_minutes[1]
    qualified = _qualified(reference, roster, team, formats, rooms)
    offered = np.array([kind for kind, teachers in qualified.items() if teachers], np.intp)
    taught = [np.intersect1d(kinds, offered, assume_unique=True) for kinds in formats.by_category]
    level, own = float(clubs.prices[facility]), types.categories.take(offered)
    prices = prices_at(offered, own, shares, formats.dollars, level, rules, streams.at("wish", facility))
    taken, wishes = dict[tuple[int, int], list[tuple[int, int, int]]](), list[Session]()
    for slot in range(most):
        for attempt in range(_TRIES):
            category, weekday, start, format_lane, room_lane = (int(v) for v in draws.tries[slot, attempt])
            kinds, places = taught[category], rooms[vocabulary.CLASS_CATEGORIES[category]]
            if not len(kinds) or not places:
                continue
            kind = int(kinds[format_lane * len(kinds) >> 16])
            area = _room(places, room_lane, int(rules.own_room_share * LANES))
            end = start + int(types.minutes[kind])
            if start < opens or end > closes:
                continue
            gap = _change(end - start, area in shared, rules)
            others = taken.setdefault((area, weekday), [])
            if any(start < end_ + max(gap, gap_) and start_ < end + max(gap, gap_) for start_, end_, gap_ in others):
                continue
            pool = int(areas.types[area]) == _POOL
            watching = team.watching(weekday, *watched(start, end, rules), steady=attempt < _FOR_ENOUGH) if pool else []
            if pool and not watching:
                continue
            teachers = [p for p in qualified[kind] if may_cover(team.hours[p], weekday, start, end)]
            if len(teachers) < rules.enough_teachers and attempt < _FOR_ENOUGH:
                continue
            share = rules.shared_room_share if area in shared else rules.room_share
            seats = min(int(types.seats[kind]), int(most_seats(areas.capacity[area], share)))
            if not teachers or seats < 1:
                continue
            others.append((start, end, gap))
            turn = int(draws.turns[slot]) % len(teachers)
            able = ready(teachers[turn:] + teachers[:turn], types.required[kind], roster)
            pull, watch = float(formats.pull[kind] * draws.pulls[slot]), ready(watching, (), roster) if pool else None
            wishes.append(Session(weekday, start, end, area, kind, seats, int(prices[kind]), pull, able, watch))
            break
    return wishes


def _rooms_by_category(reference: Reference, facility: int) -> dict[str, list[list[int]]]:
    """The rooms of a facility in which sessions of each category may be, by type, its own one first."""
    areas = reference.areas
    return {
        category: [[int(a) for a in areas.at(facility, kind)] for kind in kinds if len(areas.at(facility, kind))]
        for category, kinds in vocabulary.SESSION_ROOMS.items()
    }


def _qualified(
    reference: Reference, roster: Roster, team: Team, formats: Formats, rooms: dict[str, list[list[int]]]
) -> dict[int, list[int]]:
    """Who of a team may ever teach each of the formats for which there are rooms."""
    required = reference.class_types.required
    return {
        int(kind): [p for p in team.instructors if roster.holds(p, required[kind])]
        for category, kinds in zip(vocabulary.CLASS_CATEGORIES, formats.by_category, strict=True)
        for kind in (kinds if rooms[category] else ())
    }


def _room(places: list[list[int]], lane: int, own: int) -> int:
    """One of the rooms of a category, those of its own first: in `own` of all lanes, or where there are no others."""
    first, others = places[0], [area for kind in places[1:] for area in kind]
    if lane < own or not others:
        return first[lane * len(first) // own % len(first)]
    return others[(lane - own) * len(others) // (LANES - own)]


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
    pulls: NDArray[np.float64]


def _shares_of_categories(rules: ClassRules, by_category: Sequence[NDArray[np.intp]]) -> NDArray[np.float64]:
    names = enumerate(vocabulary.CLASS_CATEGORIES)
    return np.array([rules.categories[name] * (len(by_category[code]) > 0) for code, name in names])


def _draw_wishes(most: int, rules: ClassRules, streams: Streams, categories: NDArray[np.float64]) -> _Draws:
    shape, count = (most, _TRIES), most * _TRIES
    weekday = pick(rules.weekday_weights, streams.lanes(count, "weekday"))
    lane = streams.lanes(count, "start")
    start = np.where(
        weekday < 5,
        _minutes(rules.weekday_starts.names).take(pick(rules.weekday_starts.shares, lane)),
        _minutes(rules.weekend_starts.names).take(pick(rules.weekend_starts.shares, lane)),
    )
    limits = cumulative(categories)
    category = np.searchsorted(limits, streams.lanes(count, "category"), side="right").reshape(shape)
    # Who makes a timetable balances it: the categories due are spread evenly, from a place of the club's own.
    due = (streams.integer("balance") + np.arange(most) * _GOLDEN) % LANES
    category[:, :_FOR_KIND] = np.searchsorted(limits, due, side="right")[:, None]
    parts = [category, weekday, start, streams.lanes(count, "format"), streams.lanes(count, "room")]
    return _Draws(
        tries=np.stack([part.astype(np.int64).reshape(shape) for part in parts], axis=2),
        turns=streams.lanes(most, "turn"),
        pulls=factors(rules.session_sigma, streams.lanes(most, "session")),
    )


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
