"""The instalments of loans: annuities to the cent, paid, overdue and to come."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.bank.banking_days import BankingDays
from datagen.bank.draws import Cents, Codes, Days, Rows, coins, repeat, within
from datagen.bank.loans import ACTIVE, DEFAULTED, PAID_OFF, RESTRUCTURED, Loans
from datagen.bank.rules.loans import LoanRules
from datagen.calendar import month_number, month_start
from datagen.columns import NULL, or_no_code, or_null
from datagen.frozen import dataclass
from datagen.streams import Streams

PAID, OVERDUE, SCHEDULED, WRITTEN_OFF = range(4)
_MONTHLY = 120_000  # hundredths of a percent a year, to a share a month


@dataclass(frozen=True)
class Schedule:
    """The instalments of a block, by loan and number; and what follows for each loan."""

    loans: Rows
    numbers: NDArray[np.int64]
    due: Days
    rates: NDArray[np.int64]
    interest: Cents
    principal: Cents
    balances: Cents
    statuses: Codes
    paid: Days
    """`NULL` unless paid."""

    payments: Cents
    """A loan a row: the annuity in force."""
    loan_statuses: Codes
    status_days: Days
    outstanding: Cents
    days_past_due: NDArray[np.int64]
    matures: Days

    def __len__(self) -> int:
        return len(self.loans)


class Amortized(NamedTuple):
    """Instalments, one row each, and the annuity in force of each loan."""

    loans: Rows
    rates: NDArray[np.int64]
    interest: Cents
    principal: Cents
    balances: Cents
    payments: Cents


def annuity(principals: Cents, rates: NDArray[np.int64], terms: NDArray[np.int64]) -> Cents:
    """The equal instalment, in cents, half up, for rates in hundredths of a percent a year.

    The power is a product of squares, for a power of floats may differ in its last bit between machines.
    """
    growth = 1 + rates / _MONTHLY
    power, square, rest = np.ones(len(rates)), growth, terms.copy()
    while rest.any():
        power = np.where(rest & 1, power * square, power)
        square, rest = square * square, rest >> 1
    share = (growth - 1) * power / (power - 1)
    return np.floor(np.round(principals * share, 4) + 0.5).astype(np.int64)


def amortize(loans: Loans) -> Amortized:
    """The instalments of loans by loan and number.

    Step k takes the k-th instalment of every loan; loans stand by falling term, so that those that still run are the
    first ones. A restructured loan goes on at its new rate with the annuity of what it still owes.
    """
    rows = repeat(loans.new_terms)
    starts = np.cumsum(loans.new_terms) - loans.new_terms
    order = np.argsort(-loans.new_terms, kind="stable")
    terms, place = loans.new_terms.take(order), starts.take(order)
    balance, rate = loans.principals.take(order), loans.rates.take(order)
    payment = annuity(balance, rate, loans.terms.take(order))
    kept = or_no_code(loans.fates == RESTRUCTURED, loans.kept).take(order)
    steps = set(kept.tolist())
    rates, interest, principal, after = (np.empty(len(rows), np.int64) for _ in range(4))
    running = np.searchsorted(-terms, -np.arange(1, int(terms.max(initial=0)) + 1), side="right").tolist()
    for step, live in enumerate(running):
        if step in steps:
            now = np.flatnonzero(kept == step)
            rate[now] = loans.new_rates.take(order[now])
            payment[now] = annuity(balance[now], rate[now], terms[now] - step)
        owed = balance[:live]
        due = (2 * owed * rate[:live] + _MONTHLY) // (2 * _MONTHLY)
        paid = np.where(terms[:live] == step + 1, owed, payment[:live] - due)
        owed -= paid
        at = place[:live] + step
        rates[at], interest[at], principal[at], after[at] = rate[:live], due, paid, owed
    payments = np.empty(len(loans), np.int64)
    payments[order] = payment
    return Amortized(rows, rates, interest, principal, after, payments)


def schedule(streams: Streams, loans: Loans, as_of: int, banking: BankingDays, rules: LoanRules) -> Schedule:
    """The schedule of every loan, and the state that follows from it."""
    rows, rates, interest, principal, balances, payments = amortize(loans)
    starts = np.cumsum(loans.new_terms) - loans.new_terms
    numbers = np.arange(len(rows)) - starts.take(rows) + 1
    due = _due(loans.days, rows, numbers)
    paid = _paid(streams, loans, rows, numbers, due, as_of, banking, rules)
    done = paid != NULL
    overdue = ~done & (due < as_of)
    statuses = np.where(done, PAID, np.where(overdue, OVERDUE, SCHEDULED))
    broken = (loans.fates == DEFAULTED).take(rows) & ~done & (due >= loans.changed.take(rows))
    statuses = np.where(broken, WRITTEN_OFF, statuses)
    count = len(loans)
    outstanding = np.zeros(count, np.int64)
    np.add.at(outstanding, rows[~done], principal[~done])
    oldest = np.full(count, as_of, np.int64)
    late = statuses == OVERDUE
    np.minimum.at(oldest, rows[late], due[late])
    ends = np.cumsum(loans.new_terms) - 1
    finished = done.take(ends)
    loan_statuses = np.where(finished & (loans.fates != DEFAULTED), PAID_OFF, loans.fates)
    days = np.where(loan_statuses == PAID_OFF, paid.take(ends), or_null(loans.fates != ACTIVE, loans.changed))
    return Schedule(
        loans=rows,
        numbers=numbers,
        due=due,
        rates=rates,
        interest=interest,
        principal=principal,
        balances=balances,
        statuses=statuses,
        paid=paid,
        payments=payments,
        loan_statuses=loan_statuses,
        status_days=days.astype(np.int32),
        outstanding=outstanding,
        days_past_due=as_of - oldest,
        matures=due.take(ends),
    )


def _due(disbursed: Days, rows: Rows, numbers: NDArray[np.int64]) -> Days:
    """The same day of each month as the disbursement, or the month's last."""
    month = month_number(disbursed)
    offset = disbursed - month_start(month)
    at = month.take(rows) + numbers
    due: Days = np.minimum(month_start(at) + offset.take(rows), month_start(at + 1) - 1).astype(np.int32)
    return due


def _paid(
    streams: Streams,
    loans: Loans,
    rows: Rows,
    numbers: NDArray[np.int64],
    due: Days,
    as_of: int,
    banking: BankingDays,
    rules: LoanRules,
) -> Days:
    """When instalments were paid, in order, on banking days; `NULL` if they were not by the as-of day."""
    paid = np.full(len(rows), NULL, np.int32)
    past = np.flatnonzero((due < as_of) & (numbers < loans.unpaid_from.take(rows)))
    late = coins(rules.late_share, len(past), streams, "late")
    lag = np.where(late, within(*rules.late_days, streams, len(past), "days late"), 0)
    day = banking.on_or_after(np.minimum(due.take(past) + lag, as_of)).astype(np.int64)
    # Nobody pays an instalment before the last one: a running maximum within each loan.
    loan = rows.take(past).astype(np.int64) << 32
    day = np.maximum.accumulate(loan + day) - loan if len(past) else day
    paid[past] = or_null(day < as_of, day)
    return paid
