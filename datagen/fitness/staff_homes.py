"""Which club each member of staff belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush

import numpy as np
from numpy.typing import NDArray

from datagen.fitness import vocabulary
from datagen.types import Codes, Days, Rows

_LIFEGUARD = vocabulary.JOB_TITLES.index("Lifeguard")


def deal_homes(titles: Codes, hires: Days, fitted: Days, clubs: Rows, pools: Rows) -> tuple[Rows, NDArray[np.intp]]:
    """The club of each member of staff, and the place among those of the same title there.

    The staff of each title, in the order of their rows, go where the fewest of it are, so that managers and instructors
    are spread evenly: to one of `clubs`, lifeguards to one of `pools` if there are any. Nobody is hired for a club
    before the day on which it was `fitted` out (one entry a facility), if there is another one.
    """
    homes, turn = np.empty(len(titles), np.intp), np.empty(len(titles), np.intp)
    order = titles.argsort(kind="stable")
    bounds = np.searchsorted(titles.take(order), np.arange(len(vocabulary.JOB_TITLES) + 1))
    for title in range(len(vocabulary.JOB_TITLES)):
        staff = order[bounds[title] : bounds[title + 1]]
        if len(staff):
            places = pools if title == _LIFEGUARD and len(pools) else clubs
            homes[staff], turn[staff] = _dealt(hires.take(staff).tolist(), places, fitted)
    return homes, turn


def _dealt(hires: Sequence[int], clubs: Rows, fitted: Days) -> tuple[list[int], list[int]]:
    """The club of each of these, one after the other, and how many were there before."""
    since = fitted.tolist()
    coming = sorted(clubs.tolist(), key=lambda club: (-since[club], -club))
    waiting: list[tuple[int, int]] = []  # those that exist, by how many they have
    homes, turn = [], []
    for hired in hires:
        while coming and (not waiting or since[coming[-1]] <= hired):
            heappush(waiting, (0, coming.pop()))
        too_young = []
        while waiting and since[waiting[0][1]] > hired:
            too_young.append(heappop(waiting))
        number, club = heappop(waiting) if waiting else min(too_young)
        homes.append(club)
        turn.append(number)
        for entry in too_young:
            if entry != (number, club):
                heappush(waiting, entry)
        heappush(waiting, (number + 1, club))
    return homes, turn
