"""Which certificates instructors and lifeguards hold, and since when."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import distinct
from datagen.columns import NULL, or_null
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.rules.roster import RosterRules
from datagen.sampling import pick, scaled
from datagen.streams import Streams
from datagen.types import Days, Rows

_LIFEGUARD = vocabulary.JOB_TITLES.index("Lifeguard")
_STEP = 3  # kinds from those of one pair of instructors to those of the next


def draw_qualifications(
    reference: Reference, homes: Rows, early: NDArray[np.bool_], rules: RosterRules, streams: Streams, as_of: int
) -> Days:
    """(staff, certification): the day from which each is held without a gap, `NULL` if never.

    Certificates are earned one by one, the first ones before somebody is hired. Two instructors of a facility who
    share the early or the late shifts take the same kinds, so that one can stand in for the other; the pairs take the
    kinds in turn that formats ask for which the facility has rooms for.
    """
    staff, kinds = reference.staff, len(reference.certifications.months)
    held = np.full((len(homes), kinds), NULL, np.int32)
    instructors = staff.instructors()
    numbers = np.array([int(name) for name in rules.certificates_each.names])
    number = numbers.take(pick(rules.certificates_each.shares, streams.lanes(len(homes), "certificates")))
    days = _days_of_earning(staff.hires, int(numbers.max()), rules, streams)
    for facility in distinct(homes.take(instructors)).tolist():
        needed = _asked_for(reference, facility)
        order = needed.take(streams.lanes(len(needed), "certificates", int(facility)).argsort(kind="stable"))
        for late, shift in enumerate((True, False)):
            team = instructors[(homes.take(instructors) == facility) & (early.take(instructors) == shift)]
            for place, person in enumerate(team.tolist() if len(order) else ()):
                first = _STEP * (2 * (place // 2) + late)
                mine = order.take(np.arange(first, first + min(int(number[person]), len(order))) % len(order))
                held[person, mine] = days[person, : len(mine)]
    guards = np.flatnonzero(staff.titles == _LIFEGUARD)
    for kind, name in enumerate(reference.certifications.names):
        if "lifeguard" in name.lower():
            held[guards, kind] = days[guards, 0]
    return or_null(held < as_of, held)


def _asked_for(reference: Reference, facility: int) -> Rows:
    """The kinds that the formats ask for which a facility has rooms for."""
    types, areas = reference.class_types, reference.areas
    rooms = [vocabulary.SESSION_ROOMS[name] for name in vocabulary.CLASS_CATEGORIES]
    held = np.array([any(len(areas.at(facility, kind)) for kind in kinds) for kinds in rooms])
    asked = [kind for format_, category in enumerate(types.categories) if held[category]
             for kind in types.required[format_]]  # fmt: skip
    return distinct(np.array(asked, np.intp))


def _days_of_earning(hires: Days, most: int, rules: RosterRules, streams: Streams) -> NDArray[np.int64]:
    """(staff, certificates): when each person earns the first one, the second ...; later than the one before."""
    count = len(hires)
    least, longest = rules.certificate_gap
    gaps = least + scaled(streams.lanes(count * most, "gap"), longest - least + 1).reshape(count, most)
    before = 1 + scaled(streams.lanes(count, "before hire"), rules.before_hire_days)
    held = min(rules.held_on_hire, most)
    out = np.empty((count, most), np.int64)
    # Those held on hiring lie before it, the last of them by `before`; the others follow it.
    day = hires.astype(np.int64) - before
    for place in range(held - 1, -1, -1):
        out[:, place] = day
        day = day - gaps[:, place]
    day = np.maximum(hires.astype(np.int64), 0)
    for place in range(held, most):
        day = day + gaps[:, place]
        out[:, place] = day
    return out
