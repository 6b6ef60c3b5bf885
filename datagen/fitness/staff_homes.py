"""Which club each member of staff belongs to."""

from __future__ import annotations

from collections.abc import Sequence
from heapq import heappop, heappush
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.fitness import vocabulary
from datagen.fitness.rules.staff import TEAM, StaffRules
from datagen.types import Codes, Days, Rows

_LIFEGUARD = vocabulary.JOB_TITLES.index("Lifeguard")


_DESK = tuple(vocabulary.JOB_TITLES.index(name) for name in ("Front Desk", "Maintenance"))
_WHATEVER_SIZE = tuple(vocabulary.JOB_TITLES.index(name) for name in ("Manager", "Lifeguard"))
_DECIMALS = 6


class Draws(NamedTuple):
    """How many of each title a club draws against the others, (job titles, facilities), and how many open a club."""

    shares: NDArray[np.float64]
    founding: NDArray[np.int64]


def draws_of(size: NDArray[np.float64], rules: StaffRules) -> Draws:
    """What clubs of this `size` draw."""
    growth = np.full(len(vocabulary.JOB_TITLES), rules.teaching_growth)
    growth[list(_DESK)], growth[list(_WHATEVER_SIZE)] = rules.desk_growth, 0.0
    founding = [TEAM[: rules.founding_team].count(title) for title in vocabulary.JOB_TITLES]
    # Rounded, so that machines that differ in the last bit agree.
    return Draws(np.round(size ** growth[:, None], _DECIMALS), np.array(founding))


def deal_homes(
    titles: Codes, hires: Days, fitted: Days, clubs: Rows, pools: Rows, draws: Draws
) -> tuple[Rows, NDArray[np.intp]]:
    """The club of each member of staff, and the place among those of the same title there.

    The staff of each title, in the order of their rows, go where the fewest of it are against what the club `draws`
    (`draws_of`), but first to clubs whose founding team lacks them: to one of `clubs`, lifeguards to one of `pools` if
    there are any. Nobody is hired for a club before the day on which it was `fitted` out (one entry a facility), if
    there is another one.
    """
    homes, turn = np.empty(len(titles), np.intp), np.empty(len(titles), np.intp)
    order = titles.argsort(kind="stable")
    bounds = np.searchsorted(titles.take(order), np.arange(len(vocabulary.JOB_TITLES) + 1))
    for title in range(len(vocabulary.JOB_TITLES)):
        staff = order[bounds[title] : bounds[title + 1]]
        if len(staff):
            places = pools if title == _LIFEGUARD and len(pools) else clubs
            homes[staff], turn[staff] = _dealt(
                hires.take(staff).tolist(), places, fitted, draws.shares[title], int(draws.founding[title])
            )
    return homes, turn


def _dealt(
    hires: Sequence[int], clubs: Rows, fitted: Days, draws: NDArray[np.float64], founding: int
) -> tuple[list[int], list[int]]:
    """The club of each of these, one after the other, and how many were there before."""
    since, share = fitted.tolist(), draws.tolist()
    coming = sorted(clubs.tolist(), key=lambda club: (-since[club], -club))

    def key(club: int, number: int) -> tuple[float, int, int]:
        lacking = number - founding
        return (float(lacking) if lacking < 0 else round(number / share[club], _DECIMALS), club, number)

    waiting: list[tuple[float, int, int]] = []  # those that exist, by how many they have for their size; and how many
    homes, turn = [], []
    for hired in hires:
        while coming and (not waiting or since[coming[-1]] <= hired):
            heappush(waiting, key(coming.pop(), 0))
        too_young = []
        while waiting and since[waiting[0][1]] > hired:
            too_young.append(heappop(waiting))
        taken = heappop(waiting) if waiting else min(too_young)
        _, club, number = taken
        homes.append(club)
        turn.append(number)
        for entry in too_young:
            if entry != taken:
                heappush(waiting, entry)
        heappush(waiting, key(club, number + 1))
    return homes, turn
