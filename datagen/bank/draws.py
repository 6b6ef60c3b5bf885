"""Draws that every room of the bank shares: choices by quota, hours of the day, places in spans of days."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.rules import Mix
from datagen.sampling import cumulative, quota_pick, rank_in_group, stratified
from datagen.streams import Streams

Codes = NDArray[np.intp]
Days = NDArray[np.int32]
Rows = NDArray[np.intp]
Cents = NDArray[np.int64]

QUOTA = 100
"""Rows in which shares are met exactly, as far as whole rows can."""
FEW = 20
"""Rows in which shares are met about exactly, for those that are few."""
FAR = 2**31 - 1
"""A day after all days."""
SECONDS_AN_HOUR = 3_600


def picks(mix: Mix, vocabulary: Sequence[str], spread: NDArray[np.float64]) -> Codes:
    """A code of the vocabulary for each number of `stratified` or `evenly`, each as often as its share in the mix."""
    codes = np.array([vocabulary.index(name) for name in mix.names], np.intp)
    return codes.take(quota_pick(mix.shares, spread))


def numbers(mix: Mix, spread: NDArray[np.float64]) -> NDArray[np.int64]:
    """The number that is the name of a share, for each number of `stratified` or `evenly`."""
    return np.array([int(name) for name in mix.names]).take(quota_pick(mix.shares, spread))


def spread(streams: Streams, count: int, *names: str | int) -> NDArray[np.float64]:
    """`count` numbers in [0, 1), evenly spread in every hundred of them."""
    return stratified(streams, count, QUOTA, *names)


def even(streams: Streams, count: int, *names: str | int) -> NDArray[np.float64]:
    """`count` numbers in [0, 1), evenly spread in every twenty of them, however many there are.

    Two of these for the same rows have nothing to do with each other, which steps of one length would.
    """
    return stratified(streams, count, FEW, *names)


def choose(
    share: float,
    eligible: NDArray[np.bool_],
    streams: Streams,
    *names: str | int,
    favour: Any = 0.0,
    quota: int = QUOTA,
) -> NDArray[np.bool_]:
    """A share of all rows, chosen among the eligible ones of each `quota`; all of these where there are too few.

    Rows with a higher `favour` (a number or an array, about 1 at most) are likelier to be chosen.
    """
    count = len(eligible)
    key = streams.uniform(count, *names) - favour
    group = np.arange(count) // quota
    order = np.lexsort((key, ~eligible, group))
    rank = np.empty(count, np.intp)
    rank[order] = rank_in_group(group)
    starts = group * quota
    ends = np.minimum(starts + quota, count)
    wanted = np.floor(np.round(share * ends, 6) + 0.5) - np.floor(np.round(share * starts, 6) + 0.5)
    chosen: NDArray[np.bool_] = eligible & (rank < wanted)
    return chosen


def coins(share: Any, count: int, streams: Streams, *names: str | int) -> NDArray[np.bool_]:
    """True in about a share of rows, each for itself; the share is a number or an array."""
    fallen: NDArray[np.bool_] = streams.uniform(count, *names) < share
    return fallen


def within(low: Any, high: Any, streams: Streams, count: int, *names: str | int) -> Days:
    """A day from `low` to `high`, both included, a row; `low` where there is none between."""
    low, high = np.asarray(low, np.int64), np.asarray(high, np.int64)
    drawn: Days = (low + streams.below(np.maximum(high - low + 1, 1), count, *names)).astype(np.int32)
    return drawn


def seconds_of_day(hours: Sequence[float], streams: Streams, count: int, *names: str | int) -> NDArray[np.int32]:
    """A second of the day a row, its hour as often as its weight."""
    hour = np.searchsorted(cumulative(hours), streams.lanes(count, *names, "hour"), side="right")
    second = streams.below(SECONDS_AN_HOUR, count, *names, "second")
    return (hour * SECONDS_AN_HOUR + second).astype(np.int32)


def repeat(counts: NDArray[Any]) -> Rows:
    """The row of its parent for each of so many children."""
    return np.repeat(np.arange(len(counts)), counts)
