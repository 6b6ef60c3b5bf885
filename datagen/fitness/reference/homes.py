"""Where clubs stand and where their members live."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import distinct
from datagen.errors import UsageError
from datagen.fitness.rules.members import MemberRules
from datagen.places import Places, cities, distance_km, within
from datagen.streams import Streams

_FINE = 1 << 16  # whole steps that weights are rounded to, so that their sums are exact
_DRAWS = 1 << 16
_MOST_BITS = 40  # of such sums


def club_places(streams: Streams, clubs: int, places: Places, city_power: int) -> NDArray[np.int64]:
    """Rows of `places`, in different cities: large cities first, and one more club leaves the others in place.

    Cities draw clubs by this power of their ZIP codes but one.
    Raises `UsageError` if there are fewer cities than clubs.
    """
    found = cities(places)
    if clubs > len(found.row):
        raise UsageError(f"--facilities {clubs}: there are {len(found.row)} cities, one a facility; give fewer.")
    weight = np.cumsum((found.zipcodes - 1) ** city_power)
    draws = min(8 * clubs + 64, _DRAWS)
    drawn = np.searchsorted(weight, streams.below(weight[-1], draws, "city"), side="right")
    drawn = drawn[np.sort(np.unique(drawn, return_index=True)[1])]
    if len(drawn) < clubs and draws < _DRAWS:
        drawn = np.searchsorted(weight, streams.below(weight[-1], _DRAWS, "city"), side="right")
        drawn = drawn[np.sort(np.unique(drawn, return_index=True)[1])]
    if len(drawn) < clubs:
        rest = np.setdiff1d(np.arange(len(found.row)), distinct(drawn), assume_unique=True)
        drawn = np.append(drawn, rest[np.argsort(-found.zipcodes[rest], kind="stable")])
    rows: NDArray[np.int64] = found.row[drawn[:clubs]]
    return rows


def home_clubs(
    streams: Streams,
    joined: NDArray[np.int64],
    opened: NDArray[np.int64],
    size: NDArray[np.float64],
    rules: MemberRules,
) -> NDArray[np.int64]:
    """The club near which each member lives, who `joined` on a day: one of those that had `opened` by then, by its
    `size`, and more in a club's first months; the first one if none had."""
    spread = streams.uniform(len(joined), "club")
    days, back = np.unique(joined, return_inverse=True)
    age = days[:, None] - opened
    rush = 1 + rules.opening_rush * np.clip(1 - age / rules.rush_days, 0, 1)
    total = np.cumsum(np.rint(_FINE * np.where(age >= 0, size * rush, 0)).astype(np.int64), axis=1)
    # One search for all: each day has numbers of its own.
    own = np.arange(len(days)) << _MOST_BITS
    target = np.floor(spread * total[back, -1]).astype(np.int64) + own[back]
    club = np.searchsorted((total + own[:, None]).ravel(), target, side="right") - back * len(opened)
    return np.where(total[back, -1] > 0, club, 0)


def home_places(
    streams: Streams,
    club: NDArray[np.int64],
    settled: NDArray[np.bool_],
    club_rows: NDArray[np.int64],
    places: Places,
    rules: MemberRules,
) -> NDArray[np.int64]:
    """The row of `places` where each member lives: in the club's area for most, the nearer the likelier.

    Who is `settled` never lives outside it.
    """
    count = len(club)
    lanes = streams.words(count, "place")
    away = ~settled & (streams.uniform(count, "away") >= rules.metro_share)
    order = np.argsort(club, kind="stable")
    edges = np.searchsorted(club[order], np.arange(len(club_rows) + 1))
    home = np.empty(count, np.int64)
    for number, row in enumerate(club_rows):
        members = order[edges[number] : edges[number + 1]]
        if not len(members):
            continue
        point = float(places.latitude[row]), float(places.longitude[row])
        near = within(places, *point, rules.metro_km)
        near = near if len(near) else np.array([row])
        weight = _FINE / (1 + (_distance(places, point, near) / rules.near_km) ** 2)
        home[members] = _pick(near, weight, lanes[members])
        outside = members[away[members]]
        if len(outside):
            far = np.setdiff1d(within(places, *point, rules.far_km), near, assume_unique=True)
            far = far if len(far) else near
            home[outside] = _pick(far, np.ones(len(far)), lanes[outside])
    return home


def _distance(places: Places, point: tuple[float, float], rows: NDArray[np.int64]) -> NDArray[np.float64]:
    km: NDArray[np.float64] = distance_km(*point, places.latitude[rows], places.longitude[rows])
    return km


def _pick(rows: NDArray[np.int64], weight: NDArray[np.float64], words: NDArray[np.uint32]) -> NDArray[np.int64]:
    total = np.cumsum(np.maximum(np.rint(weight), 1).astype(np.int64))
    target = (words.astype(np.uint64) * np.uint64(total[-1])) >> np.uint64(32)
    return rows[np.searchsorted(total, target.astype(np.int64), side="right")]
