"""What makes clubs differ: traits that nobody writes down, from which sizes, hours, prices and programmes follow.

They are drawn by the club's place among the facilities and by ZIP codes, so that the room of the reference tables and
the history know the same ones.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.fitness import vocabulary
from datagen.fitness.rules.clubs import ClubRules
from datagen.sampling import LANES, deviates, factors
from datagen.streams import Streams

_DECIMALS = 6
_TOWNS, _QUARTERS = 1_000, 100_000  # three-digit and five-digit ZIP codes


class Clubs(NamedTuple):
    """One entry a facility: `size` against the mean club; `youth`, the change of an age's share by ten years; `women`,
    added to their share; factors of how `often` members come, how long they stay (`length`), of the `app`, of doors
    opened by the staff (`override`) and of class `prices`; `wages`, a place in [0, 1); `hours` and `tastes`, weights of
    the habits (morning, evening, midday) and of class categories, a column each."""

    size: NDArray[np.float64]
    youth: NDArray[np.float64]
    women: NDArray[np.float64]
    often: NDArray[np.float64]
    length: NDArray[np.float64]
    app: NDArray[np.float64]
    override: NDArray[np.float64]
    prices: NDArray[np.float64]
    wages: NDArray[np.float64]
    hours: NDArray[np.float64]
    tastes: NDArray[np.float64]


HABITS = 3
"""Morning, evening and midday, as in the rule `visits.habits`."""


def draw_clubs(count: int, rules: ClubRules, streams: Streams) -> Clubs:
    """The traits of so many clubs; the first ones do not depend on how many follow. `streams` are those of clubs."""

    def factor(sigma: float, name: str, columns: int = 1) -> NDArray[np.float64]:
        drawn = factors(sigma, streams.lanes(count * columns, name))
        return np.round(drawn.reshape(count, columns) if columns > 1 else drawn, _DECIMALS)

    return Clubs(
        size=np.clip(factor(rules.size_sigma, "size"), *rules.size_limits),
        youth=rules.youth_sigma * deviates(_in_pairs(streams, count, "youth")),
        women=rules.women_sigma * deviates(streams.lanes(count, "women")),
        often=factor(rules.often_sigma, "often"),
        length=factor(rules.length_sigma, "length"),
        app=np.round(factors(rules.app_sigma, _in_pairs(streams, count, "app")), _DECIMALS),
        override=factor(rules.override_sigma, "override"),
        prices=factor(rules.price_sigma, "prices"),
        wages=streams.uniform(count, "wages"),
        hours=factor(rules.hours_sigma, "hours", HABITS),
        tastes=factor(rules.taste_sigma, "tastes", len(vocabulary.CLASS_CATEGORIES)),
    )


def _in_pairs(streams: Streams, count: int, name: str) -> NDArray[np.uint16]:
    """Lanes of clubs of which each second one mirrors the one before, so that the chain is as the rules have it."""
    lanes = streams.lanes(-(-count // 2), name).repeat(2)[:count]
    lanes[1::2] = LANES - 1 - lanes[1::2]
    return lanes


def wealth_of(zipcodes: NDArray[np.int64], rules: ClubRules, streams: Streams) -> NDArray[np.float64]:
    """How well off the people of these ZIP codes (as numbers) are, in standard deviations; the same in every data set
    of a seed. `streams` are those of clubs."""
    codes = np.clip(zipcodes, 0, _QUARTERS - 1)
    town = deviates(streams.lanes(_TOWNS, "town")).take(codes // (_QUARTERS // _TOWNS))
    quarter = deviates(streams.lanes(_QUARTERS, "quarter")).take(codes)
    return np.round(rules.wealth_town * town + rules.wealth_quarter * quarter, 4)
