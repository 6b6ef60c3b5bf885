"""Room in the areas of a facility: nobody is let into a full one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.sampling import order_by


def crowded(
    areas: NDArray[np.uint16], ins: NDArray[np.uint16], outs: NDArray[np.uint16], capacity: NDArray[np.int64]
) -> NDArray[np.bool_]:
    """True for each visit at whose check-in its area holds more than its capacity, that visit included.

    `areas` are small codes into `capacity`; `ins` and `outs` are minutes, a stay covering [in, out). Taking the marked
    visits away leaves no area above its capacity at any minute.
    """
    count = len(areas)
    minutes = np.concatenate([outs, ins])
    order = order_by(np.concatenate([areas, areas]), minutes)  # within a minute, those who leave go first
    entering = order >= count
    # Every area's comings and goings cancel out, so one running sum serves them all.
    present = np.cumsum(2 * entering.view(np.int8) - 1, dtype=np.int32)
    arrivals = np.flatnonzero(entering)
    visits = order.take(arrivals) - count
    full = present.take(arrivals) > capacity.take(areas.take(visits))
    marked = np.zeros(count, np.bool_)
    marked[visits[full]] = True
    return marked


def find_room(
    areas: NDArray[np.uint16],
    ins: NDArray[np.uint16],
    outs: NDArray[np.uint16],
    capacity: NDArray[np.int64],
    choices: NDArray[np.uint16],
) -> tuple[NDArray[np.uint16], NDArray[np.bool_]]:
    """Areas in which every visit finds room, and the visits that find some.

    A visit that finds its area full goes to the next one of the first so many that are its `choices`; who has tried
    them all is turned away.
    """
    areas, tries = areas.copy(), np.zeros(len(areas), np.int64)
    inside = np.arange(len(areas))
    while True:
        marked = inside[crowded(areas.take(inside), ins.take(inside), outs.take(inside), capacity)]
        if not len(marked):
            stays = np.zeros(len(areas), np.bool_)
            stays[inside] = True
            return areas, stays
        tries[marked] += 1
        areas[marked] = (areas[marked] + 1) % choices[marked]
        inside = inside[tries.take(inside) < choices.take(inside)]
