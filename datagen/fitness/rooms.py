"""The rooms of a facility that take visits without a class."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.fitness.class_wishes import POOL, SHARED_ROOMS, most_seats
from datagen.fitness.frames import Areas
from datagen.fitness.rules.classes import ClassRules
from datagen.fitness.rules.visits import VisitRules
from datagen.frozen import dataclass
from datagen.sampling import cumulative


@dataclass(frozen=True)
class Rooms:
    """Areas (rows of facilityareas), how many visits without a class each holds, and how they are chosen.

    Pools come last, after `dry` other areas. `limits` is (leanings of members, areas), and `dry_limits` the same of the
    others: cumulative limits on lanes.
    """

    areas: NDArray[np.intp]
    capacity: NDArray[np.int64]
    dry: int
    limits: NDArray[np.uint32]
    dry_limits: NDArray[np.uint32]


def rooms_of(facility: int, areas: Areas, rules: VisitRules, class_rules: ClassRules) -> Rooms:
    """The rooms of one facility; within a kind, larger ones draw more visits.

    Rooms that also hold classes keep seats free for the largest class they may hold; sessions there never follow each
    other so closely that their visitors meet.
    """
    kinds = [kind for kind in rules.area_weights.names if kind != POOL and len(areas.at(facility, kind))]
    pools = [POOL] if POOL in rules.area_weights.names and len(areas.at(facility, POOL)) else []
    dry = sum(len(areas.at(facility, kind)) for kind in kinds)
    kinds += pools
    found = [areas.at(facility, kind) for kind in kinds]
    rows = np.concatenate(found)
    kind_of = np.repeat(np.arange(len(kinds)), [len(part) for part in found])
    capacity = areas.capacity.take(rows).copy()
    shared = np.array([kind in SHARED_ROOMS for kind in kinds]).take(kind_of)
    capacity = capacity - np.where(shared, most_seats(capacity, class_rules.shared_room_share), 0)

    weight = np.array([rules.area_weights[kind] for kind in kinds])
    if not weight.any():
        weight = np.ones(len(kinds))  # none of the rooms that members are said to want is here
    size = capacity + 1e-6  # where all rooms of a kind are full of classes, they are still wanted
    within = size / np.array([size[kind_of == kind].sum() for kind in range(len(kinds))]).take(kind_of)
    limits, dry_limits = [], []
    for lean in rules.cardio_leaning:
        leaning = np.array([{"Cardio": lean, "Strength": 2 - lean}.get(kind, 1.0) for kind in kinds])
        wanted = (weight * leaning).take(kind_of) * within
        limits.append(cumulative(wanted))
        dry_limits.append(cumulative(wanted[:dry] if wanted[:dry].any() else within[:dry]))
    return Rooms(rows, capacity, dry, np.array(limits), np.array(dry_limits))
