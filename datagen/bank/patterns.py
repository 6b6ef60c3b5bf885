"""Patterns that the monitoring looks for, planted in the accounts of a few customers of a block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank.accounts import Accounts
from datagen.bank.draws import SECONDS_AN_HOUR, Days, Rows, choose, repeat
from datagen.bank.events import Events, events, together
from datagen.bank.rules.compliance import MOST_WITHDRAWALS, ComplianceRules
from datagen.bank.window import Window
from datagen.sampling import rank_in_group
from datagen.streams import Streams

_A_MINUTE, _FIVE_MINUTES = 60, 300


def planted(
    streams: Streams, accounts: Accounts, window: Window, branches_open: tuple[int, int], rules: ComplianceRules
) -> Events:
    """Large cash, structuring and rapid movements, each of a share of the customers with an account that pays."""
    pays = accounts.paying >= 0
    opened = np.full(len(pays), window.as_of, np.int32)
    opened[pays] = accounts.opened.take(accounts.paying[pays])
    room = opened < window.start
    lots = []
    for name, plant in (("large cash", _large_cash), ("structuring", _structuring), ("rapid", _rapid)):
        chosen = np.flatnonzero(choose(rules.planted_share, room, streams, name))
        own = streams.at(name)
        first = own.below(len(window.open_days) - rules.structured_days, len(pays), "day").take(chosen)
        lots.append(plant(own, accounts.paying.take(chosen), first, window.open_days, branches_open, rules))
    return together(lots)


def _large_cash(
    streams: Streams, accounts: Rows, first: Rows, days: Days, hours: tuple[int, int], rules: ComplianceRules
) -> Events:
    """One deposit of cash above the limit."""
    low = round(rules.cash_limit) + rules.large_cash_beyond
    dollars = low + streams.below(max(rules.large_cash_most - low, 1), len(accounts), "amount")
    clock = _while_open(streams, len(accounts), hours)
    return events(accounts, days.take(first), clock, "cash_deposit", "branch", dollars * 100)


def _structuring(
    streams: Streams, accounts: Rows, first: Rows, days: Days, hours: tuple[int, int], rules: ComplianceRules
) -> Events:
    """Deposits of cash on banking days one after the other, each below the limit."""
    of = repeat(np.full(len(accounts), rules.structuring_count + 1))
    step = rank_in_group(of) % rules.structured_days
    low, high = max(rules.structured[0], round(rules.structuring_least) + 1), rules.structured[1]
    amounts = 100 * low + streams.below((high - low) * 100, len(of), "amount")
    clock = _while_open(streams, len(of), hours)
    return events(accounts.take(of), days.take(first.take(of) + step), clock, "cash_deposit", "branch", amounts)


def _rapid(
    streams: Streams, accounts: Rows, first: Rows, days: Days, hours: tuple[int, int], rules: ComplianceRules
) -> Events:
    """A check in the morning, of which more than half is gone in cash by the evening."""
    count = len(accounts)
    low = max(rules.rapid[0], round(rules.rapid_deposit) + 1)
    dollars = low + streams.below(max(rules.rapid[1] - low, 1), count, "amount")
    clock = hours[0] * SECONDS_AN_HOUR + _A_MINUTE + streams.below(SECONDS_AN_HOUR, count, "clock")
    day = days.take(first)
    deposit = events(accounts, day, clock, "check_deposit", "branch", dollars * 100)
    of = repeat(np.full(count, rules.rapid_withdrawals))
    # The first an hour after the deposit, the others as far apart as the hours allow.
    apart = (hours[1] - hours[0] - 2) // MOST_WITHDRAWALS
    later = clock.take(of) + SECONDS_AN_HOUR * (1 + apart * rank_in_group(of))
    later += streams.below(SECONDS_AN_HOUR // 2, len(of), "later")
    amount = np.floor(np.round(dollars.take(of) * rules.rapid_withdrawal_share, 6)).astype(np.int64) * 100
    leaving = events(accounts.take(of), day.take(of), later, "counter_cash", "branch", amount)
    return together((deposit, leaving))


def _while_open(streams: Streams, count: int, hours: tuple[int, int]) -> NDArray[np.int64]:
    """Seconds of the day in which branches are open, but for the last hour."""
    opens, closes = hours
    length = (closes - opens - 1) * SECONDS_AN_HOUR
    return opens * SECONDS_AN_HOUR + _FIVE_MINUTES + streams.below(length, count, "clock")
