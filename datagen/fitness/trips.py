"""Stays at another club of the chain: members travel for some days, and train where they are."""

from __future__ import annotations

import numpy as np

from datagen.fitness.frames import Facilities
from datagen.fitness.rules.visits import VisitRules
from datagen.frozen import dataclass
from datagen.sampling import scaled, threshold
from datagen.streams import Streams
from datagen.types import Days, Rows


@dataclass(frozen=True)
class Trips:
    """Stays at another facility: from the day `starts` to the day before `ends`."""

    members: Rows
    homes: Rows
    starts: Days
    ends: Days
    facilities: Rows

    def between(self, low: int, high: int) -> Trips:
        """Those that touch the days [low, high)."""
        rows = np.flatnonzero((self.starts < high) & (self.ends > low))
        return Trips(*(part.take(rows) for part in vars(self).values()))


def draw_trips(homes: Rows, facilities: Facilities, rules: VisitRules, streams: Streams, low: int, high: int) -> Trips:
    """The trips that touch the days [low, high), drawn by stretches of absolute days.

    `homes` are the clubs of all members. A trip leads to a club that had opened when it began, and ends when the
    next one begins.
    """
    stretch = rules.trip_stretch
    first, last = (low - rules.trip_days[1]) // stretch, (high - 1) // stretch
    found = [_of_stretch(homes, facilities, number, rules, streams.at(number)) for number in range(first, last + 2)]
    members, starts, ends, away = (np.concatenate(parts) for parts in zip(*found, strict=True))
    order = np.lexsort((starts, members))
    members, starts, ends, away = (part.take(order) for part in (members, starts, ends, away))
    same = members[1:] == members[:-1]
    ends[:-1] = np.where(same, np.minimum(ends[:-1], starts[1:]), ends[:-1])
    return Trips(members, homes.take(members), starts, ends, away).between(low, high)


def _of_stretch(
    homes: Rows, facilities: Facilities, stretch: int, rules: VisitRules, streams: Streams
) -> tuple[Rows, Days, Days, Rows]:
    count = len(homes)
    who = np.flatnonzero(streams.lanes(count, "trip") < threshold(rules.trip_share))
    least, most = rules.trip_days
    length = least + scaled(streams.lanes(count, "days").take(who), max(most - least, 0) + 1)
    begin = stretch * rules.trip_stretch
    start = begin + scaled(streams.lanes(count, "start").take(who), rules.trip_stretch)
    open_ones = np.flatnonzero(facilities.active & (facilities.opened <= begin))
    # All that are open but one's own, which lies in their order where it is one of them.
    home = homes.take(who)
    place = np.searchsorted(open_ones, home)
    own = np.isin(home, open_ones)
    others = len(open_ones) - own
    step = scaled(streams.lanes(count, "to").take(who), np.maximum(others, 1))
    goes = np.flatnonzero(others > 0)
    away = open_ones.take((place + own + step)[goes] % max(len(open_ones), 1))
    return who[goes], start[goes].astype(np.int32), (start + length)[goes].astype(np.int32), away
