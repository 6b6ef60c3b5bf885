"""Where staff belong over time: one main club at any moment of their employment, and for some a second one."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.columns import NULL, Coded, Columns, Day, Flag, Serial
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.history import month_bounds
from datagen.fitness.rules.staffing import StaffingRules
from datagen.fitness.size import MOST_MONTHS
from datagen.sampling import scaled, threshold
from datagen.streams import Streams

_BOUND = tuple(vocabulary.JOB_TITLES.index(title) for title in ("Manager", "Front Desk"))  # to one club


def assignment_columns(
    reference: Reference, homes: NDArray[np.intp], rules: StaffingRules, streams: Streams, as_of: int
) -> Columns:
    """stafffacilities, by first day. `homes` are the clubs in which staff work their shifts.

    Who has moved did so before the history of shifts and classes begins, so that these lie where people belonged.
    """
    staff, count = reference.staff, len(homes)
    clubs = np.flatnonzero(reference.facilities.active)
    hires, leaves = staff.hires.astype(np.int64), staff.leaves
    other = _other_club(homes, clubs, streams.lanes(count, "other"))
    fitted = reference.facilities.fitted

    latest = month_bounds(as_of, MOST_MONTHS)[0] - rules.settled_days
    room = latest - hires - rules.assignment_days
    moved = (streams.lanes(count, "moved") < threshold(rules.transferred_share)) & (room > 0) & (len(clubs) > 1)
    moved &= ((leaves == NULL) | (leaves >= latest)) & (fitted.take(other) <= hires)
    moving = hires + rules.assignment_days + scaled(streams.lanes(count, "move"), np.maximum(room, 1))
    change = np.where(moved, moving, hires)

    # A second club is taken on, and some given up, between hiring and the as-of day.
    last = np.minimum(np.where(leaves == NULL, as_of - 1, leaves), as_of - 1)
    since = np.maximum(change, fitted.take(other))
    span = last - since - 2 * rules.assignment_days
    second = (streams.lanes(count, "second") < threshold(rules.second_share)) & (span > 0) & (len(clubs) > 1)
    second &= ~np.isin(staff.titles, _BOUND)
    taken_on = since + rules.assignment_days + scaled(streams.lanes(count, "second from"), np.maximum(span, 1))
    given_up = streams.lanes(count, "given up") < threshold(rules.second_ended_share)
    final = taken_on + scaled(streams.lanes(count, "second to"), np.maximum(last - taken_on, 1))
    until = np.where(given_up, final, leaves)

    everyone = np.arange(count)
    parts = [
        (everyone[moved], other[moved], True, hires[moved], change[moved] - 1),
        (everyone, homes, True, change, leaves),
        (everyone[second], other[second], False, taken_on[second], until[second]),
    ]
    who, club, start, end = (np.concatenate([part[i] for part in parts]) for i in (0, 1, 3, 4))
    primary = np.concatenate([np.full(len(part[0]), part[2]) for part in parts])
    order = np.lexsort((who, start))
    return {
        "assignmentid": Serial("SFA", 5, 1, len(order)),
        "staffid": Coded(who[order], staff.ids),
        "facilityid": Coded(club[order], reference.facilities.ids),
        "isprimary": Flag(primary[order]),
        "startdate": Day(start[order].astype(np.int32)),
        "enddate": Day(end[order].astype(np.int32), nullable=True),
    }


def _other_club(homes: NDArray[np.intp], clubs: NDArray[np.intp], lanes: NDArray[np.uint16]) -> NDArray[np.intp]:
    """Another open club than one's own, where there is one."""
    if len(clubs) < 2:
        return homes
    return clubs.take((np.searchsorted(clubs, homes) + 1 + scaled(lanes, len(clubs) - 1)) % len(clubs))
