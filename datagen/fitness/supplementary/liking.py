"""Which machines of a room members like: what their use, and so their wear, follows from."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.rules.machines import MachineRules
from datagen.sampling import lognormal_table, quantiles
from datagen.streams import Streams
from datagen.types import Integers

_ONE = 1_000  # a liking of 1, in thousandths
_LEAST, _MOST = 150, 6_000
_DAYS_A_YEAR = 365


def draw_liking(reference: Reference, rules: MachineRules, streams: Streams, as_of: int) -> Integers:
    """How much each machine is liked, in thousandths: by its kind, its age, and what nobody can say (place, make,
    state); the machines of an area are chosen in these proportions."""
    machines = reference.equipment
    own = quantiles(lognormal_table(_ONE, rules.liking_sigma, _LEAST, _MOST), streams.lanes(len(machines), "machine"))
    by_kind = lognormal_table(_ONE, rules.kind_sigma, _LEAST, _MOST)
    kinds = {kind: int(quantiles(by_kind, streams.lanes(1, "kind", kind))[0]) for kind in dict.fromkeys(machines.kinds)}
    of_kind = np.array([kinds[kind] for kind in machines.kinds], np.int64)
    age = np.maximum(as_of - machines.bought, 0) / _DAYS_A_YEAR
    fresh = np.rint(_ONE * np.maximum(1 - rules.liking_decline * age, rules.least_liking)).astype(np.int64)
    liking: Integers = own.astype(np.int64) * of_kind * fresh // _ONE**2
    return np.maximum(liking, 1)


def session_seconds(reference: Reference, rules: MachineRules) -> Integers:
    """By area, the seconds that a session on a machine takes; 0 where no use is recorded."""
    out = np.zeros(len(reference.areas.types), np.int64)
    for kind, minutes in (("Cardio", rules.cardio_minutes), ("Strength", rules.strength_minutes)):
        out[reference.areas.types == vocabulary.AREA_TYPES.index(kind)] = 60 * minutes
    return out


def expected_use(reference: Reference, liking: Integers, rules: MachineRules) -> NDArray[np.float64]:
    """The use of each machine against the usual: by the members its club has for a machine, and its share of its
    area's use; 0 where no use is recorded."""
    machines, areas = reference.equipment, reference.areas
    clubs, count = len(reference.facilities.opens), len(areas.types)
    club = areas.facilities.take(machines.areas)
    members = np.bincount(reference.members.homes, minlength=clubs) / np.maximum(np.bincount(club, minlength=clubs), 1)
    mean = np.bincount(machines.areas, liking, count) / np.maximum(np.bincount(machines.areas, minlength=count), 1)
    used = session_seconds(reference, rules).take(machines.areas) > 0
    use = members.take(club) / rules.usual_members * liking / mean.take(machines.areas)
    return np.where(used, np.round(np.minimum(use, rules.most_use), 6), 0.0)
