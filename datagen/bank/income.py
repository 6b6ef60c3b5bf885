"""Salaries and deposits of a block's accounts in the window."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank.accounts import ACTIVE, CHECKING, MONEY_MARKET, SAVINGS, Accounts
from datagen.bank.banking_days import BankingDays
from datagen.bank.counterparties import EMPLOYERS, FIRST_EMPLOYER
from datagen.bank.customers import CORPORATE, Customers
from datagen.bank.draws import Cents, Codes, Days, Rows, coins, even, repeat, seconds_of_day
from datagen.bank.events import CATEGORY, CHANNEL, Events, events
from datagen.bank.rules.transactions import TransactionRules
from datagen.bank.window import Window, amounts_of, any_day, banking_day, before_midnight, open_share
from datagen.calendar import month_number, month_start, weekday
from datagen.sampling import counts, exponential_table, interpolated, quota_pick
from datagen.streams import Streams

_SECONDS_A_MINUTE = 60
PERIODS_A_YEAR = {"weekly": 52, "biweekly": 26, "semimonthly": 24, "monthly": 12}
_SCATTER = 977  # a prime, so that employers pay at seconds of their own
_WEDNESDAY, _FRIDAY = 2, 4


def salaries(
    streams: Streams,
    customers: Customers,
    accounts: Accounts,
    window: Window,
    banking: BankingDays,
    rules: TransactionRules,
) -> Events:
    """Pay into checking accounts of individuals that were there before the window."""
    individual = (customers.segments != CORPORATE).take(accounts.customers)
    settled = (accounts.types == CHECKING) & (accounts.statuses == ACTIVE) & (accounts.opened < window.start)
    rows = np.flatnonzero(individual & settled)
    rows = rows[even(streams, len(rows), "salary") < rules.salary_share]
    kinds = quota_pick(rules.pay_periods.shares, even(streams, len(rows), "period"))
    amounts = _salary(streams, customers.incomes.take(accounts.customers.take(rows)), kinds, rules)
    employers = streams.below(len(EMPLOYERS), len(rows), "employer")
    of, days = _pay_days(streams, kinds, rules, window, banking)
    first, last = (minute * _SECONDS_A_MINUTE for minute in rules.payroll_minutes)
    clock = first + (employers * _SCATTER % (last - first)).take(of)
    return events(rows.take(of), days, clock, "payroll", "ach", amounts.take(of), FIRST_EMPLOYER + employers.take(of))


def _salary(streams: Streams, incomes: NDArray[np.int64], kinds: Codes, rules: TransactionRules) -> Cents:
    """Cents a pay day; what is too little or too much is moved a little inside the range."""
    periods = np.array([PERIODS_A_YEAR[name] for name in rules.pay_periods.names]).take(kinds)
    cents = np.rint(np.round(incomes * 100 * rules.net_pay / periods, 4)).astype(np.int64)
    low, high = round(rules.least_salary * 100), round(rules.most_salary * 100)
    table = exponential_table(rules.salary_beyond * 100, 0, (high - low) // 2)
    beyond = interpolated(table, streams.words(len(incomes), "beyond"))
    cents = np.where(cents < low + beyond, low + beyond, cents)
    return np.where(cents > high - beyond, high - beyond, cents)


def _pay_days(
    streams: Streams, kinds: Codes, rules: TransactionRules, window: Window, banking: BankingDays
) -> tuple[Rows, Days]:
    """The account and day of each salary: the banking day on or before the day that the period ends on."""
    count = len(kinds)
    wanted = np.where(coins(rules.friday_share, count, streams, "weekday"), _FRIDAY, _WEDNESDAY)
    first = window.start + (wanted - weekday(np.full(count, window.start))) % 7
    odd = streams.lanes(count, "week") & 1
    weeks = (window.as_of - window.start) // 7 + 2
    months = np.arange(int(month_number(window.start)), int(month_number(window.as_of)) + 2)
    ends = month_start(months + 1) - 1
    every = {
        "weekly": first[:, None] + 7 * np.arange(weeks),
        "biweekly": (first + 7 * odd)[:, None] + 14 * np.arange(weeks),
        "semimonthly": np.broadcast_to(np.sort(np.append(ends, month_start(months) + 14)), (count, 2 * len(months))),
        "monthly": np.broadcast_to(ends, (count, len(months))),
    }
    of, days = [], []
    for kind, name in enumerate(rules.pay_periods.names):
        rows = np.flatnonzero(kinds == kind)
        of.append(np.repeat(rows, every[name].shape[1]))
        days.append(every[name][rows].ravel())
    day = banking.on_or_before(np.minimum(np.concatenate(days), window.as_of + 31))
    paid = (day >= window.start) & (day < window.as_of)
    return np.concatenate(of)[paid], day[paid]


def deposits(streams: Streams, accounts: Accounts, window: Window, rules: TransactionRules) -> Events:
    """Cash and checks paid into active accounts, in branches, at machines and online."""
    rates = np.zeros(4)
    rates[[CHECKING, SAVINGS, MONEY_MARKET]] = (
        rules.checking_deposits,
        rules.savings_deposits,
        rules.money_market_deposits,
    )
    mean = rates.take(accounts.types) * open_share(accounts, window)
    rows = repeat(counts(np.round(mean, 6), streams.lanes(len(accounts), "deposits")))
    count, opened = len(rows), accounts.opened.take(rows)
    cash = even(streams, count, "cash") < rules.cash_deposit_share
    branch = even(streams, count, "branch") < rules.branch_deposit_share
    banked, can = banking_day(window, opened, streams, "banking day")
    free, there = any_day(window, opened, streams, "day")
    amounts = np.where(
        cash,
        amounts_of(streams, count, rules.cash_deposit, rules.cash_deposit_sigma, "cash amount"),
        amounts_of(streams, count, rules.check_deposit, rules.check_deposit_sigma, "check amount"),
    )
    clock = np.where(
        branch,
        seconds_of_day(rules.branch_hours, streams, count, "branch clock"),
        before_midnight(seconds_of_day(rules.online_hours, streams, count, "clock")),
    )
    found = events(
        rows,
        np.where(branch, banked, free),
        clock,
        np.where(cash, CATEGORY["cash_deposit"], CATEGORY["check_deposit"]),
        np.where(branch, CHANNEL["branch"], np.where(cash, CHANNEL["atm"], CHANNEL["online"])),
        amounts,
    )
    return found.take(np.where(branch, can, there))
