"""A block of customers and their money: accounts, loans, policies and every movement in the window.

This is all that must be known of a block before any of its rows can be numbered: ids of transactions and of audit
entries rise with time over all blocks.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import insurance, kyc
from datagen.bank.accounts import Accounts, open_accounts
from datagen.bank.applications import AUTO, MORTGAGE, Applications, apply
from datagen.bank.balances import Transactions, move, opening_amounts
from datagen.bank.customers import Customers, arrive
from datagen.bank.draws import Codes
from datagen.bank.events import collections, interest, opening_deposits, payouts, together
from datagen.bank.history import BLOCK, History
from datagen.bank.income import deposits, salaries
from datagen.bank.insurance import Claims, Coverage, Policies, Premiums
from datagen.bank.loans import TO_ACCOUNT, TO_SELLER, Loans, lend
from datagen.bank.patterns import planted
from datagen.bank.schedule import Schedule, schedule
from datagen.bank.spending import spendings
from datagen.frozen import dataclass
from datagen.streams import Streams


@dataclass(frozen=True)
class Money:
    """The customers of a block and their money."""

    streams: Streams
    customers: Customers
    records: kyc.Records
    accounts: Accounts
    applications: Applications
    loans: Loans
    disbursed_to: Codes
    """A loan a row: `TO_ACCOUNT` or `TO_SELLER`."""
    instalments: Schedule
    policies: Policies
    coverage: Coverage
    premiums: Premiums
    claims: Claims
    moved: Transactions
    first_planted: int
    """Movements with this origin or a later one were planted."""


def make_money(history: History, block: int) -> Money:
    """The customers of one block and their money; a function of its arguments alone."""
    streams, rules, as_of = history.streams.at("block", block), history.rules, history.as_of
    banking, pools = history.banking, history.pools
    first = block * BLOCK
    count = min(BLOCK, history.size.customers - first)
    customers = arrive(streams.at("customers"), first, count, as_of, history.branches, rules.customers)
    records = kyc.know(streams.at("kyc"), customers.since, as_of, banking, pools["compliance officers"], rules.kyc)
    accounts = open_accounts(
        streams.at("accounts"), customers, records.verified, as_of, banking, pools["front office"], rules.accounts
    )
    applications = _applications(history, streams, customers, accounts)
    loans = lend(streams.at("loans"), applications, as_of, banking, rules.loans)
    instalments = schedule(streams.at("schedule"), loans, as_of, banking, rules.loans)
    policies, coverage, premiums, claims = _insured(history, streams, customers, accounts)
    to = np.where(np.isin(loans.types, (MORTGAGE, AUTO)), TO_SELLER, TO_ACCOUNT)
    moved, first_planted = _movements(
        history,
        streams.at("movements"),
        customers,
        accounts,
        loans,
        to,
        instalments,
        policies,
        coverage,
        premiums,
        claims,
    )
    return Money(
        streams=streams,
        customers=customers,
        records=records,
        accounts=accounts,
        applications=applications,
        loans=loans,
        disbursed_to=to,
        instalments=instalments,
        policies=policies,
        coverage=coverage,
        premiums=premiums,
        claims=claims,
        moved=moved,
        first_planted=first_planted,
    )


def _insured(
    history: History, streams: Streams, customers: Customers, accounts: Accounts
) -> tuple[Policies, Coverage, Premiums, Claims]:
    rules, as_of, banking, pools = history.rules.insurance, history.as_of, history.banking, history.pools
    policies = insurance.insure(streams.at("policies"), customers, accounts, as_of, pools["insurance agents"], rules)
    coverage = insurance.cover(streams.at("coverage"), policies, rules)
    premiums = insurance.bill(policies, as_of, banking)
    claims = insurance.claim(streams.at("claims"), policies, coverage, as_of, banking, pools["adjusters"], rules)
    return policies, coverage, premiums, claims


def _applications(history: History, streams: Streams, customers: Customers, accounts: Accounts) -> Applications:
    return apply(
        streams.at("applications"),
        customers,
        accounts,
        history.as_of,
        history.banking,
        history.pools["loan officers"],
        history.pools["risk analysts"],
        history.rules.loans,
        history.rules.customers,
    )


def _movements(
    history: History,
    streams: Streams,
    customers: Customers,
    accounts: Accounts,
    loans: Loans,
    to: Codes,
    instalments: Schedule,
    policies: Policies,
    coverage: Coverage,
    premiums: Premiums,
    claims: Claims,
) -> tuple[Transactions, int]:
    """What moves in the window, and the origin from which on movements were planted."""
    rules, window, start = history.rules, history.window, history.window.start
    collected = collections(
        streams.at("collections"), loans, instalments, policies, premiums, start, rules.transactions
    )
    cap = rules.transactions.spending_cap
    amounts = opening_amounts(streams, accounts, collected, rules.accounts, cap)
    usual = [
        opening_deposits(accounts, amounts, start, rules.service.branches_open[0]),
        collected,
        payouts(streams.at("payouts"), loans, policies, coverage, claims, to, start, rules.transactions),
        salaries(streams.at("salaries"), customers, accounts, window, history.banking, rules.transactions),
        deposits(streams.at("deposits"), accounts, window, rules.transactions),
        spendings(streams.at("spendings"), accounts, window, rules.transactions),
        interest(accounts, start, history.as_of),
    ]
    first_planted = sum(len(lot) for lot in usual)
    planned = together(
        [*usual, planted(streams.at("patterns"), accounts, window, rules.service.branches_open, rules.compliance)]
    )
    moved = move(streams.at("move"), accounts, planned, amounts, start, rules.transactions)
    return moved, first_planted


def origins_of(moved: Transactions, category: int, count: int) -> NDArray[np.int64]:
    """For each of `count` sources of a category, the row of its movement; -1 where there is none in the window."""
    rows = np.full(count, -1, np.int64)
    here = np.flatnonzero(moved.events.categories == category)
    rows[moved.events.sources[here]] = here
    return rows
