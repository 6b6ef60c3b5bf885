"""Ids that rise with time over all blocks: a first pass counts rows by moment, a second one takes numbers.

Of a block only its distinct moments and how many rows they have are kept, so that memory is bounded by the moments
there are: the seconds of the window, and the minutes of a year.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank.balances import Transactions
from datagen.calendar import SECONDS_A_DAY
from datagen.frozen import dataclass
from datagen.sampling import rank_in_group


@dataclass(frozen=True)
class Moments:
    """The distinct moments of a block's rows, in order, and how many rows each has."""

    moments: NDArray[np.int64]
    counts: NDArray[np.int64]


def moments_of(moments: NDArray[np.int64]) -> Moments:
    """The distinct moments of rows that stand in order of time."""
    distinct, counts = np.unique(moments, return_counts=True)
    return Moments(distinct, counts)


def seconds_of(moved: Transactions, start: int) -> NDArray[np.int64]:
    """The second of each transaction, from the start of the window."""
    return (moved.events.days.astype(np.int64) - start) * SECONDS_A_DAY + moved.events.seconds


class Counter:
    """Rows by moment: counted first, then given numbers, block by block in one order."""

    def __init__(self, span: int) -> None:
        """`span` is the number of moments there are."""
        self._counts = np.zeros(span + 1, np.int64)

    def copy(self) -> Counter:
        """Another one in the same state."""
        other = Counter(0)
        other._counts = self._counts.copy()
        return other

    def add(self, block: Moments) -> None:
        """Count the rows of a block."""
        self._counts[block.moments + 1] += block.counts

    def close(self) -> int:
        """All blocks have been counted; gives the number of rows."""
        np.cumsum(self._counts, out=self._counts)
        return int(self._counts[-1])

    def take(self, block: Moments) -> NDArray[np.int64]:
        """The first number, from 1, of each moment of the next block."""
        first = self._counts[block.moments] + 1
        self._counts[block.moments] += block.counts
        return first


def numbers_of_rows(moments: NDArray[np.int64], firsts: NDArray[np.int64]) -> NDArray[np.int64]:
    """The number of each row of a block, in order of time, from the first number of each of its moments."""
    rank = rank_in_group(moments)
    begins = rank == 0
    return firsts[np.cumsum(begins) - 1] + rank if len(moments) else np.zeros(0, np.int64)
