"""The days of transactions, and how movements are placed in them."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.bank.accounts import ACTIVE, Accounts
from datagen.bank.banking_days import BankingDays
from datagen.bank.draws import Cents, Days
from datagen.sampling import interpolated, lognormal_table
from datagen.streams import Streams


class Window(NamedTuple):
    """The days of transactions, [start, as_of), and the banking days among them."""

    start: int
    as_of: int
    open_days: Days


def window_of(start: int, as_of: int, banking: BankingDays) -> Window:
    """The window that begins on `start` and ends before the as-of day."""
    days = np.arange(start, as_of, dtype=np.int32)
    return Window(start, as_of, days[banking.is_open(days)])


def any_day(window: Window, opened: Days, streams: Streams, *names: str | int) -> tuple[Days, NDArray[np.bool_]]:
    """A day of the window after the account was opened, a row, and whether there is one."""
    low = np.maximum(opened + 1, window.start)
    days = low + streams.below(np.maximum(window.as_of - low, 1), len(opened), *names)
    return days.astype(np.int32), low < window.as_of


def banking_day(window: Window, opened: Days, streams: Streams, *names: str | int) -> tuple[Days, NDArray[np.bool_]]:
    """A banking day of the window after the account was opened, a row, and whether there is one."""
    first = np.searchsorted(window.open_days, opened, side="right")
    there = len(window.open_days) - first
    place = first + streams.below(np.maximum(there, 1), len(opened), *names)
    return window.open_days.take(np.minimum(place, len(window.open_days) - 1)), there > 0


def open_share(accounts: Accounts, window: Window) -> NDArray[np.float64]:
    """The share of the window in which an active account was open; 0 for others."""
    days = window.as_of - np.maximum(accounts.opened + 1, window.start)
    share: NDArray[np.float64] = np.where(
        accounts.statuses == ACTIVE, np.maximum(days, 0) / (window.as_of - window.start), 0.0
    )
    return share


def before_midnight(seconds: NDArray[np.int32]) -> NDArray[np.int32]:
    """Seconds of the day before 23:59, when the day is closed."""
    return np.minimum(seconds, 86_399 - 60)


def amounts_of(streams: Streams, count: int, median: float, sigma: float, *names: str | int) -> Cents:
    """Log-normal amounts in cents."""
    return interpolated(lognormal_table(100 * median, sigma, 1, 2**30), streams.words(count, *names))
