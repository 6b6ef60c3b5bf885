"""Where the branches are and where the customers of each live."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import distinct
from datagen.bank.draws import Rows
from datagen.bank.rules.customers import CustomerRules
from datagen.bank.rules.employees import EmployeeRules
from datagen.columns import Labels
from datagen.frozen import dataclass
from datagen.places import Places, cities, city_of, distance_km, within
from datagen.streams import Streams

_FINE = 1 << 16  # whole steps that weights are rounded to, so that their sums are exact


@dataclass(frozen=True)
class Branches:
    """The branches: the row of `places` where each is, and the homes around it, one branch after the other."""

    places: Places
    rows: NDArray[np.int64]
    homes: NDArray[np.int64]
    weights: NDArray[np.int64]
    """Weights of the homes, added up over all branches."""
    edges: NDArray[np.intp]
    """Where the homes of each branch begin, and their end."""

    @property
    def codes(self) -> Labels:
        """BR001, BR002 ..."""
        return Labels.of(f"BR{number:03d}" for number in range(1, len(self.rows) + 1))

    def homes_of(self, branches: Rows, words: NDArray[np.uint32]) -> NDArray[np.int64]:
        """The row of `places` where each customer of a branch lives: the nearer to it the likelier."""
        before = np.concatenate(([0], self.weights)).take(self.edges)
        low, high = before[:-1].take(branches), before[1:].take(branches)
        target = low + (((high - low).astype(np.uint64) * words.astype(np.uint64)) >> np.uint64(32)).astype(np.int64)
        return self.homes.take(np.searchsorted(self.weights, target, side="right"))


def found_branches(streams: Streams, places: Places, rules: EmployeeRules, customers: CustomerRules) -> Branches:
    """The branches of a bank: in the larger cities around a large one."""
    rows = _cities_around(streams, places, rules)
    homes, weights = [], []
    for row in rows.tolist():
        point = float(places.latitude[row]), float(places.longitude[row])
        near = within(places, *point, customers.reach_km)
        near = near if len(near) else np.array([row])
        km = distance_km(*point, places.latitude[near], places.longitude[near])
        homes.append(near)
        weights.append(np.maximum(np.rint(_FINE / (1 + (km / customers.near_km) ** 2)), 1).astype(np.int64))
    edges = np.concatenate(([0], np.cumsum([len(near) for near in homes]))).astype(np.intp)
    return Branches(places, rows, np.concatenate(homes), np.cumsum(np.concatenate(weights)), edges)


def _cities_around(streams: Streams, places: Places, rules: EmployeeRules) -> NDArray[np.int64]:
    found = cities(places)
    largest = np.argsort(-found.zipcodes, kind="stable")[: rules.home_cities]
    home = int(largest[int(streams.below(len(largest), 1, "home")[0])])
    row = int(found.row[home])
    around = np.array([home])
    for radius in rules.branch_radii:
        near = within(places, float(places.latitude[row]), float(places.longitude[row]), radius)
        around = distinct(city_of(places)[near])
        if len(around) >= rules.branches:
            break
    weight = found.zipcodes[around] * (1.0 + streams.uniform(len(around), "city"))
    weight[around == home] = np.inf
    rows: NDArray[np.int64] = found.row[around[np.argsort(-weight, kind="stable")[: rules.branches]]]
    return rows
