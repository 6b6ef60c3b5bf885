"""accounts_db but the customers."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.blocks import Block
from datagen.bank.counterparties import counterparties, descriptions
from datagen.bank.events import CATEGORY, CHANNEL, NO_NAME
from datagen.bank.history import History
from datagen.bank.rendering.ids import Ids
from datagen.columns import Coded, Columns, Day, Flag, Labels, Money, Numbered, Rate, Stamp

TYPE_OF = np.array([words.TRANSACTION_TYPES.index(words.CATEGORY_TYPES[name]) for name in words.CATEGORIES])
IS_CASH = np.isin(words.CATEGORIES, words.CASH_CATEGORIES)
_ACCOUNT_NUMBERS = 100_000_000
_SCRAMBLE, _OFFSET = 61_803_399, 27_182_818  # a bijection of the numbers below 10**8
_REFERENCES = (
    ("loan_repayment", "loans"),
    ("loan_disbursement", "loans"),
    ("insurance_premium", "policies"),
    ("insurance_claim", "claims"),
)


def tables(history: History, block: Block, ids: Ids, moved: NDArray[np.int64]) -> Iterator[tuple[str, Columns]]:
    """The accounts of a block and what happened to them; `moved` are the numbers of its transactions."""
    yield "accounts", _accounts(history, block, ids)
    yield "account_relationships", _relationships(block, ids)
    yield "transactions", _transactions(block, ids, moved)


def _accounts(history: History, block: Block, ids: Ids) -> Columns:
    accounts, moved = block.money.accounts, block.money.moved
    count = len(accounts)
    serial = ids.firsts.get("accounts", 1) + np.arange(count, dtype=np.int64)
    return {
        "account_id": ids.serial("accounts", count),
        "customer_id": ids.of("customers", accounts.customers),
        "account_number": account_numbers(serial),
        "account_type": Coded(accounts.types, Labels.of(words.ACCOUNT_TYPES)),
        "branch_code": Coded(accounts.branches, history.branches.codes),
        "currency": Coded(np.zeros(count, np.intp), Labels.of(words.CURRENCIES)),
        "interest_rate": Rate(accounts.rates),
        "status": Coded(accounts.statuses, Labels.of(words.ACCOUNT_STATUSES)),
        "opened_date": Day(accounts.opened),
        "closed_date": Day(accounts.closed, nullable=True),
        "maturity_date": Day(accounts.matures, nullable=True),
        "opened_by": ids.employee(accounts.openers),
        "opening_balance": Money(moved.opening),
        "balance": Money(moved.closing),
    }


def scrambled(numbers: NDArray[np.int64]) -> NDArray[np.int64]:
    """Different numbers below 10**8 for different ones, in no order that can be seen."""
    return (numbers * _SCRAMBLE + _OFFSET) % _ACCOUNT_NUMBERS


def account_numbers(numbers: NDArray[np.int64]) -> Numbered:
    """9900, which begins no real account number, and eight digits."""
    return Numbered("9900", 8, scrambled(numbers))


def _relationships(block: Block, ids: Ids) -> Columns:
    relationships = block.relationships
    return {
        "relationship_id": ids.serial("account_relationships", len(relationships.accounts)),
        "account_id": ids.of("accounts", relationships.accounts),
        "relationship_type": Coded(relationships.kinds, Labels.of(words.RELATIONSHIP_TYPES)),
        "related_customer_id": ids.of("customers", relationships.customers, nullable=True),
        "related_account_id": ids.of("accounts", relationships.linked, nullable=True),
        "start_date": Day(relationships.days),
    }


def _transactions(block: Block, ids: Ids, moved: NDArray[np.int64]) -> Columns:
    events, balances = block.money.moved.events, block.money.moved.balances
    category = events.categories
    manual = events.channels == CHANNEL["branch"]
    named = events.names != NO_NAME
    says = np.where(named, len(words.CATEGORIES) + events.names, category)
    return {
        "transaction_id": ids.numbered("transactions", moved),
        "account_id": ids.of("accounts", events.accounts),
        "transaction_at": Stamp(events.days, events.seconds),
        "transaction_type": Coded(TYPE_OF.take(category), Labels.of(words.TRANSACTION_TYPES)),
        "category": Coded(category, Labels.of(words.CATEGORIES)),
        "amount": Money(events.amounts),
        "balance_after": Money(balances),
        "channel": Coded(events.channels, Labels.of(words.TRANSACTION_CHANNELS)),
        "processing": Coded((~manual).astype(np.intp), Labels.of(words.PROCESSINGS)),
        "processed_by": ids.employee(block.processors, nullable=True),
        "is_cash": Flag(IS_CASH.take(category)),
        "counterparty": Coded(events.names, counterparties(), nullable=True),
        "reference_id": _references(block, ids),
        "description": Coded(says, descriptions()),
    }


def _references(block: Block, ids: Ids) -> Coded:
    """The loan, policy or claim that a movement belongs to."""
    events, money = block.money.moved.events, block.money
    codes = np.full(len(events), -1, np.int64)
    labels: list[str] = []
    owners = {
        "loan_repayment": money.instalments.loans,
        "insurance_premium": money.premiums.policies,
    }
    for category, table in _REFERENCES:
        rows = np.flatnonzero(events.categories == CATEGORY[category])
        sources = events.sources[rows]
        parents = owners[category].take(sources) if category in owners else sources
        distinct, place = np.unique(parents, return_inverse=True)
        codes[rows] = len(labels) + place.ravel()
        labels += ids.of(table, distinct).text().to_pylist()
    return Coded(codes, Labels.of(labels), nullable=True)
