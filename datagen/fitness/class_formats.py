"""The formats of classes: how popular each is, and what it costs where a club takes a price for it."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.rules.classes import ClassRules
from datagen.sampling import LANES, factors
from datagen.streams import Streams
from datagen.types import Codes


class Formats(NamedTuple):
    """The active formats by category, and of each how popular it is and what it usually costs, in dollars."""

    by_category: list[NDArray[np.intp]]
    pull: NDArray[np.float64]
    dollars: NDArray[np.int64]


def popularity(reference: Reference, rules: ClassRules, streams: Streams) -> Formats:
    """The active formats, the mean of whose pulls is 1."""
    types = reference.class_types
    pull = factors(rules.type_sigma, streams.lanes(len(types.minutes), "format"))
    active = np.flatnonzero(types.active)
    pull = pull / (np.rint(pull[active] * 1e6).sum() / 1e6 / max(len(active), 1))
    by_category = [active[types.categories[active] == code] for code in range(len(vocabulary.CLASS_CATEGORIES))]
    return Formats(by_category, pull, _dollars(len(pull), rules, streams))


def _dollars(count: int, rules: ClassRules, streams: Streams) -> NDArray[np.int64]:
    """What each format costs where a club takes a price for it; low prices are commoner than high ones."""
    lanes = streams.lanes(count, "price").astype(np.int64)
    return rules.price_low + (lanes * lanes // LANES * (rules.price_high - rules.price_low + 1)) // LANES


def prices_at(
    kinds: NDArray[np.intp],
    categories: Codes,
    shares: NDArray[np.float64],
    dollars: NDArray[np.int64],
    level: float,
    rules: ClassRules,
    streams: Streams,
) -> NDArray[np.int64]:
    """What the formats cost at a club of this `level` of prices, in cents, to whole dollars; 0 for most.

    Of the formats that it offers (`kinds`, of these `categories`, whose `shares` of its sessions are those), some are
    taken at random that make up the rule's share of all sessions.
    """
    share = shares.take(categories) / np.bincount(categories, minlength=len(shares)).take(categories)
    order = streams.lanes(len(dollars), "paid").take(kinds).argsort(kind="stable")
    parts = np.rint(share.take(order) * 1e6)
    before = np.cumsum(parts) - parts / 2
    paid = kinds.take(order)[before < rules.paid_share * parts.sum()]
    local = np.clip(np.rint(dollars * level), rules.price_low, rules.price_high).astype(np.int64)
    out = np.zeros(len(dollars), np.int64)
    out[paid] = 100 * local[paid]
    return out
