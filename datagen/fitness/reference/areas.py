"""The rooms of the clubs: which a club has, how large they are and how many people they hold."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.arrays import array_of
from datagen.columns import Flag, Labels, Money, Serial, Whole
from datagen.fitness.clubs import Clubs
from datagen.fitness.reference.frames import frame
from datagen.fitness.rules.facilities import FacilityRules
from datagen.sampling import scaled, stratified
from datagen.streams import Streams


class Room(NamedTuple):
    """A room a club can have: its type, the names it goes by, and the rule of its share (none: every club)."""

    kind: str
    names: tuple[str, ...]
    share: str | None


ROOMS = (
    Room("Cardio", ("Cardio Floor", "Cardio Deck", "Cardio Zone"), None),
    Room("Strength", ("Weight Room", "Strength Floor", "Free Weights Area"), None),
    Room("Studio", ("Studio A", "Group Fitness Studio", "Main Studio"), None),
    Room("Studio", ("Studio B", "Second Studio", "Functional Studio"), "second_studio_share"),
    Room("Yoga", ("Yoga Studio", "Mind and Body Studio", "Yoga Loft"), "yoga_share"),
    Room("Spin", ("Cycle Studio", "Spin Room", "Ride Studio"), "spin_share"),
    Room("Pool", ("Lap Pool", "Indoor Pool", "Aquatic Center"), "pool_share"),
    Room("Court", ("Basketball Court", "Multi-Sport Court", "Pickleball Court"), "court_share"),
    Room("Locker Room", ("Locker Rooms",), None),
    Room("Reception", ("Front Desk", "Reception", "Welcome Desk"), None),
    Room("Cafe", ("Juice Bar", "Club Cafe", "Smoothie Bar"), "cafe_share"),
    Room("Child Care", ("Kids Club", "Child Care Room", "Play Room"), "child_care_share"),
)
_LAST_TO_GO = ("yoga_share", "spin_share", "pool_share", "court_share", "second_studio_share", "cafe_share")
_QUOTA = 20  # clubs in which a share of rooms is met exactly


def facility_areas(
    streams: Streams, facility_ids: pa.StringArray, members_per_club: float, sites: Clubs, rules: FacilityRules
) -> pa.Table:
    """`facilityareas`: the rooms of each club, sized for the members the chain expects a club to have.

    A club's own number of members is not known when it is built: it gets the smallest design that suffices, so that a
    few members more leave the rooms as they were, made larger or smaller for its site (`sites`, one entry a club).
    """
    clubs = len(facility_ids)
    present = _present(streams, clubs, rules)
    club, room = np.nonzero(present)
    count = len(club)
    spread = streams.uniform(clubs * len(ROOMS), "size").reshape(clubs, -1)[club, room]
    space = np.array([rules.spaces[item.kind] for item in ROOMS])[room]
    places = design_places(members_per_club, rules)[room]
    floor = np.array([rules.least_places[item.kind] for item in ROOMS])[room] / (1 - rules.size_spread)
    places = np.maximum(places * sites.size[club], floor)
    wanted = places * (1 + rules.size_spread * (2 * spread - 1))
    feet = np.ceil(wanted * space / rules.floor_step).astype(np.int64) * rules.floor_step
    names = [name for item in ROOMS for name in item.names]
    firsts = np.cumsum([0] + [len(item.names) for item in ROOMS])
    lanes = streams.lanes(clubs * len(ROOMS), "name").reshape(clubs, -1)[club, room]
    name = firsts[room] + scaled(lanes, np.diff(firsts)[room])
    return frame(
        {
            "areaid": Serial("AR", 3, 1, count),
            "facilityid": facility_ids.take(array_of(club)),
            "areaname": Labels.of(names).arrow.take(array_of(name)),
            "areatype": Labels.of(item.kind for item in ROOMS).arrow.take(array_of(room)),
            "maxcapacity": Whole((feet / space).astype(np.int64)),
            "squarefootage": Money(feet * 100),
            "isactive": Flag(np.ones(count, np.bool_)),
        }
    )


def design_places(members_per_club: float, rules: FacilityRules) -> NDArray[np.float64]:
    """Persons each of `ROOMS` is designed for in a club meant for so many members."""
    design = rules.smallest_club
    while design < members_per_club:
        design *= 2
    least = np.array([rules.least_places[item.kind] for item in ROOMS])
    rate = np.array([rules.places[item.kind] for item in ROOMS])
    return np.maximum(least / (1 - rules.size_spread), rate * design / 1_000)


def _present(streams: Streams, clubs: int, rules: FacilityRules) -> NDArray[np.bool_]:
    """Which of `ROOMS` each club has, (clubs, rooms): shares by quota, within the least and most areas of a club."""
    wanted = np.ones((clubs, len(ROOMS)), np.bool_)
    rank = np.zeros(len(ROOMS), np.int64)
    for place, item in enumerate(ROOMS):
        if item.share is not None:
            wanted[:, place] = stratified(streams, clubs, _QUOTA, "room", item.share) < getattr(rules, item.share)
            rank[place] = 1 + (_LAST_TO_GO.index(item.share) if item.share in _LAST_TO_GO else len(_LAST_TO_GO))
    if clubs:
        # The first club is the chain's flagship: every kind of class has a home even where it is the only one.
        wanted[0] |= np.array([item.share in ("yoga_share", "spin_share", "pool_share") for item in ROOMS])
    least, most = rules.areas
    chosen = np.clip(wanted.sum(axis=1), least, most)
    order = np.argsort(np.where(wanted, 0, len(ROOMS)) + rank, axis=1, kind="stable")
    present = np.zeros_like(wanted)
    np.put_along_axis(present, order, np.arange(len(ROOMS)) < chosen[:, None], axis=1)
    return present
