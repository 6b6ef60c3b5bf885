"""Movements of money in the making: what is planned for the accounts of a block, before balances decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.accounts import CLOSED, Accounts
from datagen.bank.draws import SECONDS_AN_HOUR, Cents, Codes, Days, Rows
from datagen.bank.insurance import CLAIM_PAID, Claims, Coverage, Policies, Premiums
from datagen.bank.loans import TO_ACCOUNT, Loans
from datagen.bank.rules.transactions import TransactionRules
from datagen.bank.schedule import Schedule
from datagen.calendar import month_number, month_start
from datagen.columns import NULL
from datagen.frozen import dataclass
from datagen.streams import Streams

CATEGORY = {name: code for code, name in enumerate(words.CATEGORIES)}
CHANNEL = {name: code for code, name in enumerate(words.TRANSACTION_CHANNELS)}
NO_NAME = NO_SOURCE = -1
_A_MINUTE = 60
_LAST_SECOND = 86_399  # 23:59:59, after all else


@dataclass(frozen=True)
class Events:
    """Planned movements; parallel arrays."""

    accounts: Rows
    days: Days
    seconds: NDArray[np.int32]
    categories: Codes
    channels: Codes
    amounts: Cents
    """0 for interest, which follows from the balance."""
    names: NDArray[np.int64]
    """Of the counterparty, `NO_NAME` where there is none."""
    sources: NDArray[np.int64]
    """The row that the movement belongs to - an instalment, premium, loan or claim - or `NO_SOURCE`."""

    def __len__(self) -> int:
        return len(self.accounts)

    def take(self, rows: NDArray[Any]) -> Events:
        """Some of the movements: by rows, or by a mask."""
        return Events(*(getattr(self, field.name)[rows] for field in fields(self)))


def events(
    accounts: Any,
    days: Any,
    seconds: Any,
    category: str | Codes,
    channel: str | Codes,
    amounts: Any,
    names: Any = NO_NAME,
    sources: Any = NO_SOURCE,
) -> Events:
    """Movements of these accounts; whatever is one value goes for all."""
    count = len(accounts)
    categories = CATEGORY[category] if isinstance(category, str) else category
    channels = CHANNEL[channel] if isinstance(channel, str) else channel
    return Events(
        np.asarray(accounts, np.intp),
        np.broadcast_to(np.asarray(days, np.int32), count),
        np.broadcast_to(np.asarray(seconds, np.int32), count),
        np.broadcast_to(np.asarray(categories, np.intp), count),
        np.broadcast_to(np.asarray(channels, np.intp), count),
        np.broadcast_to(np.asarray(amounts, np.int64), count),
        np.broadcast_to(np.asarray(names, np.int64), count),
        np.broadcast_to(np.asarray(sources, np.int64), count),
    )


def together(parts: Sequence[Events]) -> Events:
    """Several lots of movements as one, in their order."""
    return Events(*(np.concatenate([getattr(part, field.name) for part in parts]) for field in fields(Events)))


def collections(
    streams: Streams,
    loans: Loans,
    instalments: Schedule,
    policies: Policies,
    premiums: Premiums,
    start: int,
    rules: TransactionRules,
) -> Events:
    """Instalments and premiums that were paid in the window, which begins on `start`."""
    first, last = (minute * _A_MINUTE for minute in rules.collected_minutes)
    rows = np.flatnonzero(instalments.paid >= start)
    amount = instalments.interest.take(rows) + instalments.principal.take(rows)
    clock = first + streams.below(last - first, len(rows), "instalment")
    paid = instalments.paid.take(rows)
    repaid = events(
        loans.accounts.take(instalments.loans.take(rows)), paid, clock, "loan_repayment", "ach", amount, sources=rows
    )
    rows = np.flatnonzero(premiums.paid >= start)
    of = premiums.policies.take(rows)
    clock = first + streams.below(last - first, len(rows), "premium")
    paid = premiums.paid.take(rows)
    charged = events(
        policies.accounts.take(of), paid, clock, "insurance_premium", "ach", policies.premiums.take(of), sources=rows
    )
    return together((repaid, charged))


def payouts(
    streams: Streams,
    loans: Loans,
    policies: Policies,
    coverage: Coverage,
    claims: Claims,
    to: Codes,
    start: int,
    rules: TransactionRules,
) -> Events:
    """Loans paid into accounts and claims paid in the window; `to` tells where each loan's money goes."""
    rows = np.flatnonzero((loans.days >= start) & (to == TO_ACCOUNT))
    clock = rules.disbursed_minute * _A_MINUTE + streams.below(_A_MINUTE, len(rows), "loan")
    lent = events(
        loans.accounts.take(rows),
        loans.days.take(rows),
        clock,
        "loan_disbursement",
        "system",
        loans.principals.take(rows),
        sources=rows,
    )
    rows = np.flatnonzero((claims.statuses == CLAIM_PAID) & (claims.decided >= start))
    of = policies.accounts.take(coverage.policies.take(claims.coverage.take(rows)))
    clock = rules.claims_minute * _A_MINUTE + streams.below(_A_MINUTE, len(rows), "claim")
    paid = events(of, claims.decided.take(rows), clock, "insurance_claim", "ach", claims.paid.take(rows), sources=rows)
    return together((lent, paid))


def opening_deposits(accounts: Accounts, amounts: Cents, start: int, opens: int) -> Events:
    """The first movement of each account opened in the window, in the second in which branches open, at an hour."""
    rows = np.flatnonzero(accounts.opened >= start)
    return events(
        rows, accounts.opened.take(rows), opens * SECONDS_AN_HOUR, "opening_deposit", "branch", amounts.take(rows)
    )


def month_ends(start: int, as_of: int) -> Days:
    """The last days of months in the window."""
    months = np.arange(int(month_number(start)) + 1, int(month_number(as_of)) + 2)
    ends = month_start(months) - 1
    return ends[(ends >= start) & (ends < as_of)]


def interest(accounts: Accounts, start: int, as_of: int) -> Events:
    """Interest at each month's end on every account with a rate that is not closed."""
    rows = np.flatnonzero((accounts.rates > 0) & (accounts.statuses != CLOSED))
    ends = month_ends(start, as_of)
    of = np.repeat(rows, len(ends))
    days = np.tile(ends, len(rows))
    there = accounts.opened.take(of) <= days
    return events(of[there], days[there], _LAST_SECOND, "interest", "system", 0)


def paid_in_window(days: Days, start: int) -> NDArray[np.bool_]:
    """Which days of payment lie in the window; `NULL` is none."""
    paid: NDArray[np.bool_] = (days != NULL) & (days >= start)
    return paid
