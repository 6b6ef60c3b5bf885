"""When the clubs of the chain opened: nothing of a club - machine, colleague, member - is older than its beginning."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import weekday
from datagen.fitness.rules.facilities import FacilityRules
from datagen.sampling import scaled, threshold
from datagen.streams import Streams

_DAYS_A_YEAR = 365
_FRIDAY = 4


def opening_days(streams: Streams, clubs: int, today: int, rules: FacilityRules) -> NDArray[np.int64]:
    """The day (number) on which each club opened; `streams` are those of openings.

    The first one, and most of the others, opened before any membership that the tables show; some are young. One more
    club leaves the others as they were.
    """
    young = streams.lanes(clubs, "young") < threshold(rules.young_share)
    young[:1] = False
    least, most = (
        np.where(young, recent, long_ago)
        for recent, long_ago in zip(_in_days(rules.young_years), _in_days(rules.old_years), strict=True)
    )
    ago = least + scaled(streams.lanes(clubs, "opening"), most - least + 1)
    # The first machine comes on a working day, `fitting_days` before.
    fitted = today - ago - rules.fitting_days
    return fitted - np.maximum(weekday(fitted) - _FRIDAY, 0) + rules.fitting_days


def _in_days(years: tuple[float, float]) -> tuple[int, int]:
    return int(years[0] * _DAYS_A_YEAR), int(years[1] * _DAYS_A_YEAR)
