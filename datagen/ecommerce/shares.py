"""Whole numbers that add up: totals shared out by largest remainder."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray


def shared_out(total: int, weights: NDArray[Any], ties: NDArray[Any] | None = None) -> NDArray[np.int64]:
    """`total` shared out in proportion to weights, none negative and not all zero, by largest remainder.

    Of equal remainders, those with the lowest `ties` go first, by default the first ones.
    """
    exact = np.asarray(weights, np.float64)
    exact = np.round(exact * (total / np.cumsum(exact)[-1]), 9)
    found: NDArray[np.int64] = np.floor(exact).astype(np.int64)
    left = total - int(found.sum())
    order = np.lexsort((np.arange(len(exact)) if ties is None else ties, np.round(found - exact, 6)))
    step = 1 if left > 0 else -1
    for start in range(0, abs(left), len(order)):  # once, but for rounding
        found[order[: abs(left) - start]] += step
    return found


def rounded(share: float, total: int) -> int:
    """A share of a total as a whole number, half up."""
    return int(np.floor(round(share * total, 9) + 0.5))


def chosen(count: int, of: int, keys: NDArray[Any]) -> NDArray[np.bool_]:
    """Marks `count` of so many, those with the lowest keys."""
    marks = np.zeros(of, np.bool_)
    marks[keys.argsort(kind="stable")[:count]] = True
    return marks
