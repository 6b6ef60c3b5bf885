"""Which club each member of staff belongs to."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.fitness import vocabulary
from datagen.sampling import rank_in_group
from datagen.types import Codes, Rows

_LIFEGUARD = vocabulary.JOB_TITLES.index("Lifeguard")


def deal_homes(titles: Codes, clubs: Rows, pools: Rows) -> tuple[Rows, NDArray[np.intp]]:
    """The club of each member of staff, and the place among those of the same title there.

    The staff of each title, in their order, take the `clubs` in turn, so that managers and instructors are spread
    evenly; lifeguards take those of `pools`, if there are any.
    """
    by_title = titles.argsort(kind="stable")
    rank = np.empty(len(titles), np.intp)
    rank[by_title] = rank_in_group(titles.take(by_title))
    guards = (titles == _LIFEGUARD) & (len(pools) > 0)
    number = np.where(guards, max(len(pools), 1), len(clubs))
    place = rank % number
    homes = clubs.take(np.where(guards, 0, place))
    if len(pools):
        homes = np.where(guards, pools.take(np.where(guards, place, 0)), homes)
    return homes, rank // number
