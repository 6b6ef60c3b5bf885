"""Vectorised draws from lanes (uniform 16-bit numbers) and words (32-bit).

Distributions are tables over the 65,536 lanes or a coarse grid of them, built once and rounded: a draw is a `take`.
Transcendental functions appear only in these tables, whose rounding hides the last bit in which machines differ.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.streams import Streams

LANES = 1 << 16
_GRID = 4096
_SMALL_MEAN, _MEAN_STEPS = 2, 256
_MOST_OF_SMALL = 10  # one of 100,000 counts with a mean of 2 is larger
_GOLDEN_STEP = 2_654_435_769  # 2**32 by the golden ratio
_WORD_TO_GRID = 20  # bits dropped from a 32-bit word for its place in a quantile table
_LEAST_FACTOR = 0.2  # below it, the series for the exponential is no longer near it
_ROUNDS = 6  # of a Feistel network
_TO_GRID = 4  # bits dropped from a lane for its place in a quantile table


def threshold(share: Any) -> NDArray[np.uint32]:
    """Shares in [0, 1] as limits on lanes: a lane is below it with that probability."""
    if isinstance(share, float):
        return np.array(round(min(max(share, 0.0), 1.0) * LANES), np.uint32)  # as below, without the detours
    return np.asarray(np.rint(np.clip(np.asarray(share, np.float64), 0.0, 1.0) * LANES), dtype=np.uint32)


def cumulative(weights: Sequence[float] | NDArray[np.float64]) -> NDArray[np.uint32]:
    """Upper limits on lanes for each of these weights (none negative, not all zero); the last is 65,536."""
    total = np.cumsum(np.asarray(weights, np.float64))
    return np.asarray(np.rint(total / total[-1] * LANES), dtype=np.uint32)


@lru_cache(maxsize=256)
def _limits(weights: tuple[float, ...]) -> NDArray[np.uint32]:
    return cumulative(weights)


def pick(weights: Sequence[float] | NDArray[np.float64], lanes: NDArray[np.uint16]) -> NDArray[np.intp]:
    """An index a lane, each as often as its weight."""
    limits = _limits(weights) if isinstance(weights, tuple) else cumulative(weights)
    return np.searchsorted(limits, lanes, side="right")


def pick_by_row(limits: NDArray[np.uint32], rows: NDArray[Any], lanes: NDArray[np.uint16]) -> NDArray[np.intp]:
    """An index a lane from the cumulative limits of its row: `limits` is (rows, choices), few choices."""
    chosen = np.zeros(len(lanes), np.intp)
    for choice in range(limits.shape[1] - 1):
        chosen += lanes >= limits[:, choice].take(rows)
    return chosen


def scaled(lanes: NDArray[np.uint16], bounds: Any) -> NDArray[np.int64]:
    """Whole numbers in [0, bounds) from lanes; `bounds` a number or an array, below 2**31."""
    numbers: NDArray[np.int64] = (lanes.astype(np.int64) * bounds) >> 16
    return numbers


@lru_cache(maxsize=1)
def _normal_grid() -> NDArray[np.float64]:
    inverse = NormalDist().inv_cdf
    below = np.array([inverse((step + 0.5) / _GRID) for step in range(_GRID // 2)])
    return np.round(np.concatenate([below, -below[::-1]]), 4)


@lru_cache(maxsize=64)
def normal_table(mean: float, deviation: float, low: float, high: float) -> NDArray[np.int32]:
    """Quantiles of a rounded, clipped normal distribution, for `quantiles`."""
    return _rounded(mean + deviation * _normal_grid(), low, high)


@lru_cache(maxsize=64)
def lognormal_table(median: float, sigma: float, low: float, high: float) -> NDArray[np.int32]:
    """Quantiles of a rounded, clipped log-normal distribution, for `quantiles`."""
    return _rounded(median * np.exp(sigma * _normal_grid()), low, high)


@lru_cache(maxsize=64)
def exponential_table(mean: float, low: float, high: float) -> NDArray[np.int32]:
    """Quantiles of a rounded, clipped exponential distribution, for `quantiles`."""
    return _rounded(-mean * np.log1p(-(np.arange(_GRID) + 0.5) / _GRID), low, high)


def _rounded(values: NDArray[np.float64], low: float, high: float) -> NDArray[np.int32]:
    # To six decimals first, so that machines that differ in the last bit agree on halves.
    table: NDArray[np.float64] = np.clip(np.rint(np.round(values, 6)), low, high)
    return table.astype(np.int32)


def quantiles(table: NDArray[Any], lanes: NDArray[np.uint16]) -> NDArray[Any]:
    """A value of a quantile table for each lane."""
    return table.take(lanes >> _TO_GRID)


def interpolated(table: NDArray[Any], words: NDArray[np.uint32]) -> NDArray[np.int64]:
    """Whole numbers from a quantile table for 32-bit words, evenly between neighbouring quantiles.

    For amounts, of which a table alone has too few: no value comes again and again.
    """
    place = (words >> _WORD_TO_GRID).astype(np.intp)
    low = table.take(place).astype(np.int64)
    step = table.take(np.minimum(place + 1, len(table) - 1)).astype(np.int64) - low
    return low + ((step * (words & ((1 << _WORD_TO_GRID) - 1))) >> _WORD_TO_GRID)


def deviates(lanes: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Standard normal deviates, to four decimals."""
    return quantiles(_normal_grid(), lanes)


def factors(sigma: float, lanes: NDArray[np.uint16]) -> NDArray[np.float64]:
    """Factors about 1 whose logarithms deviate by about `sigma`, by a series that machines agree on; 0.2 at least."""
    x = sigma * deviates(lanes)
    return np.maximum(1 + x + x * x / 2 + x * x * x / 6, _LEAST_FACTOR)


@lru_cache(maxsize=1)
def _small_counts() -> NDArray[np.uint32]:
    """Limits on lanes for 0, 1, 2 ... of Poisson counts, a row a mean from 0 to `_SMALL_MEAN`."""
    means = np.arange(_SMALL_MEAN * _MEAN_STEPS + 1) / _MEAN_STEPS
    terms = [np.array([math.exp(-mean) for mean in means.tolist()])]
    for count in range(1, _MOST_OF_SMALL + 1):
        terms.append(terms[-1] * means / count)
    return np.asarray(np.rint(np.round(np.cumsum(terms, axis=0), 9) * LANES), np.uint32).T


def counts(means: NDArray[np.float64], lanes: NDArray[np.uint16]) -> NDArray[np.int64]:
    """Whole numbers that vary about their means as Poisson counts do.

    Means below `_SMALL_MEAN` (to a 256th) are drawn exactly. From there on counts are rounded normal numbers, none
    below 0, whose mean is 2.5 % too high at first and right from about 5 on.
    """
    drawn = np.maximum(np.floor(means + np.sqrt(means) * deviates(lanes) + 0.5), 0).astype(np.int64)
    small = np.flatnonzero(means < _SMALL_MEAN)
    rows = np.rint(means.take(small) * _MEAN_STEPS).astype(np.intp)
    drawn[small] = pick_by_row(_small_counts(), rows, lanes.take(small))
    return drawn


def stratified(streams: Streams, count: int, block: int, *names: str | int) -> NDArray[np.float64]:
    """`count` numbers in [0, 1) that are evenly spread within every block of `block`: quotas, not coin flips.

    Each block is a random permutation of its strata with a random place in each; whole blocks are drawn and cut, so
    that a longer array begins with the shorter one.
    """
    blocks = -(-count // block)
    order = streams.words(blocks * block, *names, "order").reshape(blocks, block).argsort(axis=1, kind="stable")
    place = streams.uniform(blocks * block, *names, "place")
    return ((order.ravel() + place) / block)[:count]


def evenly(streams: Streams, groups: NDArray[np.intp], *names: str | int) -> NDArray[np.float64]:
    """A number in [0, 1) a row, as evenly spread as can be among the rows of each group, however many these are.

    `groups` are small whole numbers. The rows of a group take golden steps from a place of its own, so that a longer
    column begins with the shorter one.
    """
    order = groups.argsort(kind="stable")
    rank = np.empty(len(groups), np.int64)
    rank[order] = rank_in_group(groups.take(order))
    first = streams.words(int(groups.max(initial=-1)) + 1, *names).astype(np.int64)
    return ((first.take(groups) + rank * _GOLDEN_STEP) & 0xFFFF_FFFF).astype(np.float64) * 2.0**-32


def quota_pick(weights: Sequence[float], spread: NDArray[np.float64]) -> NDArray[np.intp]:
    """An index for each number of `stratified` or `evenly`, each as often as its weight."""
    total = np.cumsum(np.asarray(weights, np.float64))
    return np.minimum(np.searchsorted(total / total[-1], spread, side="right"), len(total) - 1)


def scattered(numbers: NDArray[np.int64], bound: int, streams: Streams, *names: str | int) -> NDArray[np.int64]:
    """Different numbers in [0, bound) for different `numbers` in [0, bound), without a pattern.

    A permutation: a Feistel network on the next power of four, walked until it lands below `bound` (Black and Rogaway,
    Ciphers with Arbitrary Finite Domains, 2002). A number goes to the same place, whatever others there are.
    """
    half = np.uint64(max(-(-(bound - 1).bit_length() // 2), 1))
    mask = (np.uint64(1) << half) - np.uint64(1)
    keys = streams.longs(_ROUNDS, *names)
    out = numbers.astype(np.uint64)
    rows = np.arange(len(out))
    while len(rows):
        left, right = out[rows] >> half, out[rows] & mask
        for key in keys:
            left, right = right, left ^ (_mixed(right + key) & mask)
        out[rows] = (left << half) | right
        rows = rows[out[rows] >= bound]
    return out.astype(np.int64)


def _mixed(words: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Words in which each bit depends on all bits of the given ones (the finaliser of SplitMix64)."""
    words = (words ^ (words >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    words = (words ^ (words >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return words ^ (words >> np.uint64(31))


def order_by(*keys: NDArray[np.uint16]) -> NDArray[np.intp]:
    """The order that sorts by the first key, then the next ...; 16-bit keys, by radix."""
    order = keys[-1].argsort(kind="stable")
    for key in reversed(keys[:-1]):
        order = order.take(key.take(order).argsort(kind="stable"))
    return order


def rank_in_group(groups: NDArray[Any]) -> NDArray[np.intp]:
    """The place of each row within its run of equal values; `groups` must be sorted."""
    count = len(groups)
    if not count:
        return np.zeros(0, np.intp)
    begins = np.empty(count, np.bool_)
    begins[0] = True
    np.not_equal(groups[1:], groups[:-1], out=begins[1:])
    starts = np.flatnonzero(begins)
    lengths = np.empty(len(starts), np.intp)
    np.subtract(starts[1:], starts[:-1], out=lengths[:-1])
    lengths[-1] = count - starts[-1]
    return np.arange(count) - starts.repeat(lengths)
