"""What shelves hold and when more is ordered: levels that follow the usual demand."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.ecommerce.rules.stock import StockRules
from datagen.frozen import dataclass
from datagen.sampling import evenly
from datagen.streams import Streams


@dataclass(frozen=True)
class Levels:
    """The reorder rule of each product."""

    levels: NDArray[np.int64]
    """Units at or below which more are ordered in the evening."""
    lots: NDArray[np.int64]
    """Units ordered then."""
    leads: NDArray[np.int64]
    """Days until they come."""


def make_levels(demand: NDArray[np.float64], rules: StockRules, streams: Streams) -> Levels:
    """The rules of products whose usual demand, units a day on sale, is this."""
    count = len(demand)
    one = np.zeros(count, np.intp)
    low, high = rules.lead_days
    leads = low + np.floor(evenly(streams, one, "lead") * (high - low + 1)).astype(np.int64)
    low, high = rules.order_days
    days = low + (high - low) * evenly(streams, one, "days")
    needed = demand * leads
    levels = np.ceil(np.round(rules.cover * needed + rules.safety * np.sqrt(needed), 6)).astype(np.int64)
    lots = np.ceil(np.round(demand * days, 6)).astype(np.int64)
    for carton in sorted(rules.cartons):
        lots = np.where(lots >= rules.full_cartons * carton, (lots + carton // 2) // carton * carton, lots)
    least_level, least_lot = rules.floors
    return Levels(np.maximum(levels, least_level), np.maximum(lots, least_lot), leads)
