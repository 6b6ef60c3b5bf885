"""What customers spend by their own choice in the window: cash, purchases, bills and fees."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.accounts import CHECKING, MONEY_MARKET, SAVINGS, Accounts
from datagen.bank.counterparties import BILLERS, FIRST_BILLER, FIRST_MERCHANT, MERCHANTS
from datagen.bank.draws import Cents, Codes, Days, coins, even, picks, repeat, seconds_of_day
from datagen.bank.events import CATEGORY, CHANNEL, NO_NAME, Events, events, month_ends, together
from datagen.bank.rules.transactions import TransactionRules
from datagen.bank.window import Window, amounts_of, any_day, banking_day, before_midnight, open_share
from datagen.rules import Mix
from datagen.sampling import counts, interpolated, lognormal_table
from datagen.streams import Streams

_A_MINUTE = 60
_USUAL = 100_000


def spendings(streams: Streams, accounts: Accounts, window: Window, rules: TransactionRules) -> Events:
    """Spendings of active accounts as their owners want them; balances decide what comes of them."""
    rows = repeat(_counts(streams, accounts, window, rules))
    count = len(rows)
    checking = accounts.types.take(rows) == CHECKING
    manual = even(streams, count, "manual") < rules.manual_share
    categories = _categories(streams, checking, manual, rules)
    channels = _channels(streams, categories, manual, rules)
    days, there = _days(streams, categories, channels, accounts.opened.take(rows), window)
    wanted = events(
        rows,
        days,
        _clock(streams, categories, channels, rules),
        categories,
        channels,
        _wanted(streams, categories, rules),
        _names(streams, categories),
    ).take(there)
    return together((wanted, _machine_fees(streams, wanted, accounts, rules)))


def _counts(streams: Streams, accounts: Accounts, window: Window, rules: TransactionRules) -> NDArray[np.int64]:
    """Spendings an account: some owners are busier than others, and nobody spends from a certificate."""
    rates = np.zeros(4)
    rates[[CHECKING, SAVINGS, MONEY_MARKET]] = (
        rules.checking_spendings,
        rules.savings_spendings,
        rules.money_market_spendings,
    )
    # A log-normal factor with a mean of one.
    median = _USUAL * float(np.round(np.exp(-(rules.activity_sigma**2) / 2), 6))
    table = lognormal_table(median, rules.activity_sigma, 0, 2**30)
    place = np.floor(even(streams, len(accounts), "activity") * 2.0**32).astype(np.uint32)
    mean = rates.take(accounts.types) * open_share(accounts, window) * interpolated(table, place) / _USUAL
    return counts(np.round(mean, 6), streams.lanes(len(accounts), "spendings"))


def _categories(
    streams: Streams, checking: NDArray[np.bool_], manual: NDArray[np.bool_], rules: TransactionRules
) -> Codes:
    def drawn(mix: Mix, name: str) -> Codes:
        return picks(mix, words.CATEGORIES, even(streams, len(checking), name))

    others = np.where(checking, drawn(rules.checking, "checking"), drawn(rules.saving, "saving"))
    return np.where(manual, drawn(rules.manual, "in branches"), others)


def _channels(streams: Streams, categories: Codes, manual: NDArray[np.bool_], rules: TransactionRules) -> Codes:
    channels = np.full(len(categories), CHANNEL["online"])
    channels[categories == CATEGORY["atm_cash"]] = CHANNEL["atm"]
    channels[categories == CATEGORY["card_purchase"]] = CHANNEL["card"]
    channels[categories == CATEGORY["maintenance_fee"]] = CHANNEL["system"]
    ach = coins(rules.ach_bill_share, len(categories), streams, "ach")
    channels[(categories == CATEGORY["bill_payment"]) & ach] = CHANNEL["ach"]
    return np.where(manual, CHANNEL["branch"], channels)


def _days(
    streams: Streams, categories: Codes, channels: Codes, opened: Days, window: Window
) -> tuple[Days, NDArray[np.bool_]]:
    """The day a row, and whether there is one: ACH and branches on banking days, monthly fees at the months' ends."""
    free, can = any_day(window, opened, streams, "day")
    banked, can_bank = banking_day(window, opened, streams, "banking day")
    ends = month_ends(window.start, window.as_of)
    first = np.searchsorted(ends, opened, side="right")
    place = first + streams.below(np.maximum(len(ends) - first, 1), len(opened), "month")
    charged = ends.take(np.minimum(place, len(ends) - 1))
    banking = (channels == CHANNEL["branch"]) | (channels == CHANNEL["ach"])
    monthly = categories == CATEGORY["maintenance_fee"]
    days = np.select([banking, monthly], [banked, charged], free)
    return days.astype(np.int32), np.select([banking, monthly], [can_bank, first < len(ends)], can)


def _clock(streams: Streams, categories: Codes, channels: Codes, rules: TransactionRules) -> NDArray[np.int32]:
    count = len(categories)
    branch = seconds_of_day(rules.branch_hours, streams, count, "branch clock")
    card = seconds_of_day(rules.card_hours, streams, count, "card clock")
    online = seconds_of_day(rules.online_hours, streams, count, "online clock")
    kinds = [channels == CHANNEL["branch"], channels == CHANNEL["card"], channels == CHANNEL["system"]]
    return before_midnight(
        np.select(kinds, [branch, card, np.int32(rules.monthly_fee_minute * _A_MINUTE)], online).astype(np.int32)
    )


def _wanted(streams: Streams, categories: Codes, rules: TransactionRules) -> Cents:
    """The amount that is wanted, in cents."""
    count = len(categories)
    amounts = np.zeros(count, np.int64)
    for name, median, sigma in (
        ("card_purchase", rules.purchase, rules.purchase_sigma),
        ("bill_payment", rules.bill, rules.bill_sigma),
        ("counter_cash", rules.counter_cash, rules.counter_cash_sigma),
        ("atm_cash", rules.atm_cash, rules.atm_cash_sigma),
    ):
        here = categories == CATEGORY[name]
        amounts[here] = amounts_of(streams, count, median, sigma, name, "amount")[here]
    note = rules.atm_note * 100
    atm = categories == CATEGORY["atm_cash"]
    amounts[atm] = np.maximum((amounts[atm] + note // 2) // note, 1) * note
    # Cash over the counter is asked for in round amounts.
    counter = categories == CATEGORY["counter_cash"]
    step = rules.counter_step * 100
    amounts[counter] = np.maximum(amounts[counter] // step, 1) * step
    for name, fees in (("maintenance_fee", rules.maintenance_fees), ("wire_fee", rules.wire_fees)):
        here = categories == CATEGORY[name]
        amounts[here] = np.rint(100 * np.array(fees)).astype(np.int64)[streams.below(len(fees), count, name)[here]]
    return amounts


def _names(streams: Streams, categories: Codes) -> NDArray[np.int64]:
    """Merchants and billers, some of which many go to."""
    place = streams.uniform(len(categories), "name")
    popular = place * place
    merchant = FIRST_MERCHANT + np.floor(popular * len(MERCHANTS)).astype(np.int64)
    biller = FIRST_BILLER + np.floor(popular * len(BILLERS)).astype(np.int64)
    kinds = [categories == CATEGORY["card_purchase"], categories == CATEGORY["bill_payment"]]
    return np.select(kinds, [merchant, biller], NO_NAME)


def _machine_fees(streams: Streams, wanted: Events, accounts: Accounts, rules: TransactionRules) -> Events:
    """Fees for cash from foreign machines, a few seconds after it."""
    cash = wanted.categories == CATEGORY["atm_cash"]
    cash = cash & (accounts.types.take(wanted.accounts) == CHECKING)
    rows = np.flatnonzero(cash & coins(rules.foreign_atm_share, len(wanted), streams, "foreign"))
    fees = np.rint(100 * np.array(rules.atm_fees)).astype(np.int64)
    amounts = fees.take(streams.below(len(fees), len(rows), "fee"))
    return events(
        wanted.accounts[rows],
        wanted.days[rows],
        wanted.seconds[rows] + rules.foreign_fee_seconds,
        "atm_fee",
        "atm",
        amounts,
    )
