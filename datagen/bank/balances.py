"""Running balances: opening balances that bear what is collected, and what comes of each movement in turn."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.accounts import CLOSED, Accounts
from datagen.bank.draws import Cents, Rows
from datagen.bank.events import CATEGORY, Events
from datagen.bank.rules.accounts import AccountRules
from datagen.bank.rules.transactions import TransactionRules
from datagen.frozen import dataclass
from datagen.streams import Streams

_SECONDS_A_DAY = 86_400
_TIME_BITS = 40
_BASIS = 10_000
_INTEREST = 12_000_000
"""Ten-thousandths of a percent a year, to a share a month."""
_INCOME, _COLLECTED, _FREE, _FIXED, _NOTES, _ACCRUED = range(6)
"""How a movement's amount comes about: given; given and taken; cut to what the balance bears; all or nothing; in notes;
from the balance."""


def _kinds() -> NDArray[np.int8]:
    kinds = np.full(len(words.CATEGORIES), _FREE, np.int8)
    for code, category in enumerate(words.CATEGORIES):
        if words.CATEGORY_TYPES[category] in ("deposit", "salary"):
            kinds[code] = _INCOME
        elif words.CATEGORY_TYPES[category] == "fee":
            kinds[code] = _FIXED
    kinds[[CATEGORY["loan_repayment"], CATEGORY["insurance_premium"]]] = _COLLECTED
    kinds[CATEGORY["atm_cash"]] = _NOTES
    kinds[CATEGORY["interest"]] = _ACCRUED
    return kinds


KINDS = _kinds()


@dataclass(frozen=True)
class Transactions:
    """The movements that came about, by time; the number of a row in its block stands for its id."""

    events: Events
    """With the amounts that were moved."""
    balances: Cents
    """After each movement."""
    opening: Cents
    """An account a row: the balance at the start of the window."""
    closing: Cents
    """An account a row: the balance now."""
    origins: Rows
    """The planned movement of each row."""

    def __len__(self) -> int:
        return len(self.events)


def opening_amounts(streams: Streams, accounts: Accounts, collected: Events, rules: AccountRules, cap: float) -> Cents:
    """What each account begins with: what is usual, or enough for all that is collected from it in the window.

    Nothing may take more than the share `cap` of a balance, so the largest collection asks for a multiple of itself.
    """
    count = len(accounts)
    total, largest = np.zeros(count, np.int64), np.zeros(count, np.int64)
    np.add.at(total, collected.accounts, collected.amounts)
    np.maximum.at(largest, collected.accounts, collected.amounts)
    low, high = rules.reserve
    factor = low + (high - low) * streams.uniform(count, "reserve")
    needed = total + np.ceil(np.round(largest / cap * factor, 4)).astype(np.int64)
    amounts = np.maximum(accounts.wanted, np.where(total > 0, needed, 0))
    return np.where(accounts.statuses == CLOSED, 0, amounts)


def move(
    streams: Streams, accounts: Accounts, planned: Events, amounts: Cents, start: int, rules: TransactionRules
) -> Transactions:
    """What comes of the planned movements: step k takes the k-th one of every account.

    Accounts stand by falling number of movements, so that those that still have some are the first ones. A spending
    of choice takes at most its share of the balance, and leaves what is still to be collected and enough that no
    collection takes more than that share; what could only be a trifle is left.
    """
    key = (planned.accounts.astype(np.int64) << _TIME_BITS) + (planned.days.astype(np.int64) - start) * _SECONDS_A_DAY
    order = np.argsort(key + planned.seconds, kind="stable")
    lots = planned.take(order)
    opening = np.where(accounts.opened >= start, 0, amounts)
    opening[accounts.statuses == CLOSED] = 0
    cap = round(rules.spending_cap * _BASIS)
    part = rules.least_part + (1 - rules.least_part) * streams.uniform(len(lots), "part").take(order)
    moved, after, closing = _run(accounts, lots, opening, part, cap, rules)
    rows = np.flatnonzero(moved)
    by_time = rows[np.argsort((lots.days[rows].astype(np.int64)) * _SECONDS_A_DAY + lots.seconds[rows], kind="stable")]
    found = lots.take(by_time)
    return Transactions(
        Events(
            found.accounts,
            found.days,
            found.seconds,
            found.categories,
            found.channels,
            moved[by_time],
            found.names,
            found.sources,
        ),
        after[by_time],
        opening,
        closing,
        order[by_time],
    )


def _run(
    accounts: Accounts, lots: Events, opening: Cents, part: NDArray[np.float64], cap: int, rules: TransactionRules
) -> tuple[Cents, Cents, Cents]:
    """The amounts moved, the balances after, and the last balance of each account."""
    lengths = np.bincount(lots.accounts, minlength=len(accounts))
    starts = np.cumsum(lengths) - lengths
    order = np.argsort(-lengths, kind="stable")
    place, balance, rate = starts.take(order), opening.take(order), accounts.rates.take(order)
    kinds = KINDS.take(lots.categories)
    needed = _needed(lots, kinds, starts, lengths, cap)
    moved, after = np.zeros(len(lots), np.int64), np.zeros(len(lots), np.int64)
    least, note = round(rules.least_spending * 100), rules.atm_note * 100
    steps = np.arange(1, int(lengths.max(initial=0)) + 1)
    for step, live in enumerate(np.searchsorted(-lengths.take(order), -steps, side="right").tolist()):
        at = place[:live] + step
        owned, kind, amount = balance[:live], kinds[at], lots.amounts[at]
        allowed = np.maximum(np.minimum(owned * cap // _BASIS, owned - needed[at]), 0)
        less = np.where(kind == _FIXED, 0, np.floor(allowed * part[at]).astype(np.int64))
        less = np.where(kind == _NOTES, less // note * note, less)
        less = np.where(less < least, 0, less)
        spent = np.where((kind >= _FREE) & (amount > allowed), less, amount)
        accrued = (2 * owned * rate[:live] + _INTEREST) // (2 * _INTEREST)
        taken = np.where(kind == _ACCRUED, accrued, spent)
        owned += np.where((kind == _INCOME) | (kind == _ACCRUED), taken, -taken)
        moved[at], after[at] = taken, owned
    closing = np.empty(len(accounts), np.int64)
    closing[order] = balance
    return moved, after, closing


def _needed(lots: Events, kinds: NDArray[np.int8], starts: Rows, lengths: NDArray[np.int64], cap: int) -> Cents:
    """What must be left after each movement: all later collections, and for the largest of them its multiple."""
    collected = np.where(kinds == _COLLECTED, lots.amounts, 0)
    total = np.cumsum(collected)
    ends = starts + lengths - 1
    later = total.take(ends.take(lots.accounts)) - total if len(lots) else total
    # The largest from here on: a running maximum from the end, kept apart by account.
    group = (len(lengths) - lots.accounts).astype(np.int64) << _TIME_BITS
    largest = np.maximum.accumulate((group + collected)[::-1])[::-1] - group
    needed: Cents = later + -(-largest * _BASIS // cap)
    return needed
