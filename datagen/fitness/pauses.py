"""Weeks in which members do not come: illness, holidays, travel. The tables have no place for the reason."""

from __future__ import annotations

import numpy as np

from datagen.fitness.rules.visits import VisitRules
from datagen.frozen import dataclass
from datagen.sampling import scaled, threshold
from datagen.streams import Streams
from datagen.types import Days, Rows


@dataclass(frozen=True)
class Pauses:
    """Stretches in which a member stays away: from the day `starts` to the day before `ends`."""

    members: Rows
    starts: Days
    ends: Days

    def between(self, low: int, high: int) -> Pauses:
        """Those that touch the days [low, high)."""
        rows = np.flatnonzero((self.starts < high) & (self.ends > low))
        return Pauses(self.members.take(rows), self.starts.take(rows), self.ends.take(rows))


def draw_pauses(count: int, rules: VisitRules, streams: Streams, low: int, high: int) -> Pauses:
    """The pauses of `count` members that touch the days [low, high), drawn by stretches of absolute days."""
    longest = max(rules.short_pause[1], rules.long_pause[1])
    first, last = (low - longest) // rules.pause_stretch, (high - 1) // rules.pause_stretch
    found = [_of_stretch(count, stretch, rules, streams.at(stretch)) for stretch in range(first, last + 1)]
    pauses = Pauses(*(np.concatenate(parts) for parts in zip(*found, strict=True)))
    return pauses.between(low, high)


def _of_stretch(count: int, stretch: int, rules: VisitRules, streams: Streams) -> tuple[Rows, Days, Days]:
    who = np.flatnonzero(streams.lanes(count, "pause") < threshold(rules.pause_share))
    is_long = streams.lanes(count, "long").take(who) < threshold(rules.long_pause_share)
    least, most = (np.where(is_long, rules.long_pause[k], rules.short_pause[k]) for k in range(2))
    start = stretch * rules.pause_stretch + scaled(streams.lanes(count, "start").take(who), rules.pause_stretch)
    length = least + scaled(streams.lanes(count, "length").take(who), most - least + 1)
    return who, start.astype(np.int32), (start + length).astype(np.int32)
