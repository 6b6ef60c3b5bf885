"""Who is good at it and who is mild: what ratings and evaluations have in common from quarter to quarter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.frozen import dataclass
from datagen.sampling import deviates
from datagen.streams import Streams


@dataclass(frozen=True)
class Temper:
    """Standard deviates: `skill` of the staff at what they teach, `strictness` of managers when they evaluate,
    `mildness` of the members when they rate."""

    skill: NDArray[np.float64]
    strictness: NDArray[np.float64]
    mildness: NDArray[np.float64]


def draw_temper(staff: int, members: int, streams: Streams) -> Temper:
    """The temper of so many people; the first ones do not depend on how many follow."""
    return Temper(
        skill=deviates(streams.lanes(staff, "skill")),
        strictness=deviates(streams.lanes(staff, "strictness")),
        mildness=deviates(streams.lanes(members, "mildness")),
    )
