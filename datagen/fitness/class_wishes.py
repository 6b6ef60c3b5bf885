"""The sessions that a facility would like to give: weekday, hour, format, room and who could teach them.

They are drawn one after the other, each by tries: the first that fits the hours, a free room and enough instructors.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.columns import NULL
from datagen.fitness import vocabulary
from datagen.fitness.class_formats import Formats, prices_at
from datagen.fitness.class_teams import Ready, Team, ready, team_at, there, watched
from datagen.fitness.clubs import Clubs
from datagen.fitness.frames import Areas, Reference
from datagen.fitness.roster import Roster
from datagen.fitness.rules.classes import ClassRules
from datagen.sampling import LANES, cumulative, factors, pick
from datagen.streams import Streams

POOL = "Pool"
_POOL = vocabulary.AREA_TYPES.index(POOL)
SHARED_ROOMS = (POOL, "Court")
"""Rooms of sessions that also take visits without a class."""

_TRIES = 32
_FOR_KIND = 24  # tries that insist on the category that is due; the others take what there is somebody for
_FOR_ENOUGH = 16  # tries that insist on as many who could teach a session as it wants
_GOLDEN = 40_503  # of LANES, the golden section: steps that fill a circle evenly
_WISHES_PER_SESSION, _SPARE_WISHES = 1.8, 4  # some wishes find nobody to teach them


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


class Resources(NamedTuple):
    """What wishes look at, in lists, as each looks at a few: of formats, areas and staff, by their rows.

    `changes` are minutes to the next session in a room, by whether that is `shared`; `since` the days from which each
    member of staff may teach a format, `NULL` for who never may.
    """

    minutes: list[int]
    seats: list[int]
    changes: tuple[list[int], list[int]]
    since: list[list[int]]
    shared: list[bool]
    pools: list[bool]
    room_seats: list[int]
    first_days: list[int]
    last_days: list[int]


def resources_of(reference: Reference, roster: Roster, rules: ClassRules) -> Resources:
    """What the wishes of all facilities look at."""
    types, areas = reference.class_types, reference.areas
    minutes: list[int] = types.minutes.tolist()
    own, shared = ([_change(length, shared, rules) for length in minutes] for shared in (False, True))
    in_shared = np.isin(areas.types, [vocabulary.AREA_TYPES.index(kind) for kind in SHARED_ROOMS])
    shares = (rules.room_share, rules.shared_room_share)
    room_seats = np.where(in_shared, *(most_seats(areas.capacity, share) for share in reversed(shares)))
    return Resources(
        minutes=minutes,
        seats=types.seats.tolist(),
        changes=(own, shared),
        since=[roster.teaches_from(required).tolist() for required in types.required],
        shared=in_shared.tolist(),
        pools=(areas.types == _POOL).tolist(),
        room_seats=room_seats.tolist(),
        first_days=roster.first_days.tolist(),
        last_days=roster.last_days.tolist(),
    )


def wishes_of(
    facility: int,
    seats_wanted: float,
    resources: Resources,
    reference: Reference,
    roster: Roster,
    formats: Formats,
    clubs: Clubs,
    rules: ClassRules,
    streams: Streams,
) -> list[Session]:
    """The sessions this facility would like to give, in order of preference, enough for its best quarter."""
    facilities, steps = reference.facilities, streams.at("wish", facility)
    sessions = max(seats_wanted / rules.seats, rules.weekly_least)
    most = min(int(_WISHES_PER_SESSION * sessions) + _SPARE_WISHES, rules.weekly_most)
    shares = _shares_of_categories(rules, formats.by_category) * clubs.tastes[facility]
    draws = _draw_wishes(most, rules, steps, shares)
    team, rooms = team_at(reference, roster, facility, rules), _rooms_by_category(reference.areas, facility)
    opens = int(facilities.opens[facility]) // 60 + rules.margin_minutes[0]
    closes = int(facilities.closes[facility]) // 60 - rules.margin_minutes[1]
    qualified = _qualified(team, formats, resources, rooms)
    taught = [[kind for kind in kinds.tolist() if qualified.get(kind)] for kinds in formats.by_category]
    offered = np.array([kind for kind, teachers in qualified.items() if teachers], np.intp)
    level, own = float(clubs.prices[facility]), reference.class_types.categories.take(offered)
    prices = prices_at(offered, own, shares, formats.dollars, level, rules, steps)
    own_lanes = int(rules.own_room_share * LANES)
    taken, wishes = dict[tuple[int, int], list[tuple[int, int, int]]](), list[Session]()
    for slot, tries in enumerate(draws.tries):
        for attempt, drawn in enumerate(tries):
            category, weekday, start, format_lane, room_lane = drawn.tolist()
            kinds, (first, others) = taught[category], rooms[category]
            if not kinds:
                continue
            kind = kinds[format_lane * len(kinds) >> 16]
            area, end = _room(first, others, room_lane, own_lanes), start + resources.minutes[kind]
            if start < opens or end > closes:
                continue
            gap, before = resources.changes[resources.shared[area]][kind], taken.setdefault((area, weekday), [])
            if _clashes(before, start, end, gap):
                continue
            guards: list[int] = []
            if resources.pools[area]:
                guards = team.watching(weekday, *watched(start, end, rules), steady=attempt < _FOR_ENOUGH)
                if not guards:
                    continue
            present = there(team.lessons[weekday], start, end)
            teachers = [p for p in qualified[kind] if p in present]
            if len(teachers) < rules.enough_teachers and attempt < _FOR_ENOUGH:
                continue
            seats = min(resources.seats[kind], resources.room_seats[area])
            if not teachers or seats < 1:
                continue
            before.append((start, end, gap))
            turn = int(draws.turns[slot]) % len(teachers)
            able = ready(teachers[turn:] + teachers[:turn], resources.since[kind], resources.last_days)
            watch = ready(guards, resources.first_days, resources.last_days) if resources.pools[area] else None
            pull = float(formats.pull[kind] * draws.pulls[slot])
            wishes.append(Session(weekday, start, end, area, kind, seats, int(prices[kind]), pull, able, watch))
            break
    return wishes


def _rooms_by_category(areas: Areas, facility: int) -> list[tuple[list[int], list[int]]]:
    """The rooms of a facility in which sessions of each category may be: those of the first type that is there, which
    is its own one, and the others."""
    here: dict[str, list[int]] = {}
    for area in np.flatnonzero((areas.facilities == facility) & areas.active).tolist():
        here.setdefault(vocabulary.AREA_TYPES[areas.types[area]], []).append(area)
    found = []
    for category in vocabulary.CLASS_CATEGORIES:
        first, *others = [here[kind] for kind in vocabulary.SESSION_ROOMS[category] if kind in here] or [[]]
        found.append((first, [area for kind in others for area in kind]))
    return found


def _qualified(
    team: Team, formats: Formats, resources: Resources, rooms: list[tuple[list[int], list[int]]]
) -> dict[int, list[int]]:
    """Who of a team may ever teach each of the formats for which there are rooms."""
    return {
        kind: [p for p in team.instructors if resources.since[kind][p] != NULL]
        for kinds, (first, _) in zip(formats.by_category, rooms, strict=True)
        for kind in (kinds.tolist() if first else ())
    }


def _clashes(others: list[tuple[int, int, int]], start: int, end: int, gap: int) -> bool:
    """Whether a session comes too near to others of its room, which are given as (start, end, gap)."""
    return any(start < end_ + max(gap, gap_) and start_ < end + max(gap, gap_) for start_, end_, gap_ in others)


def _room(first: list[int], others: list[int], lane: int, own: int) -> int:
    """One of the rooms of a category, those of its own first: in `own` of all lanes, or where there are no others."""
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


@lru_cache(maxsize=8)
def _minutes(names: Sequence[str]) -> NDArray[np.int64]:
    return np.array([int(name[:2]) * 60 + int(name[3:5]) for name in names], np.int64)


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
