"""A history of payments: begun on a first day, and continued day by day from what its state tells."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from functools import cached_property

import numpy as np

from datagen import __version__
from datagen.calendar import SECONDS_AN_HOUR
from datagen.errors import Conflicts, RuleError, StateError
from datagen.frozen import dataclass
from datagen.payments.card_store import CardStore, first_cards, no_cards
from datagen.payments.cards import CardKinds, card_numbers
from datagen.payments.daily_volume import daily_counts
from datagen.payments.lifecycle import Month, begin_day, month_of, plan_month
from datagen.payments.merchant_book import MerchantBook
from datagen.payments.merchants import newcomers
from datagen.payments.rules import PaymentsRules
from datagen.payments.trade import Day, Trade
from datagen.payments.transactions import DaySettled, DaySummary
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.streams import Streams

WORLD = "payments"
FORMAT = 2
"""The version of the layout of states; another one is refused."""
MOST_PAYMENTS = 10**10 - 1
"""Ids have ten digits."""


@dataclass(frozen=True)
class Choices:
    """What decides a history, besides its state: the same choices, release and days give the same bytes."""

    seed: int
    start: int
    """The first day, a day number."""
    rules: PaymentsRules
    pools: Pools = SHIPPED
    """Of names and streets."""


class History:
    """Merchants, stored cards and the number of payments as they stand after `last`, the last day generated."""

    def __init__(self, choices: Choices, book: MerchantBook, cards: CardStore, total: int, last: int) -> None:
        """Take up a history. Raises `RuleError` for rules that contradict each other."""
        self.choices, self.book, self.cards, self.total, self.last = choices, book, cards, total, last
        self._begun: deque[Day] = deque()  # that are not yet settled
        self.release = __version__
        """The release that made its days so far."""
        refuse_what_cannot_be(choices.rules)

    @classmethod
    def begin(cls, choices: Choices) -> History:
        """A history before its first day: the first merchants are there, nobody has paid."""
        history = cls(choices, MerchantBook({}, 0), CardStore(no_cards()), 0, choices.start - 1)
        trade, rules = history.trade, choices.rules
        days = np.full(rules.business.initial_merchants, choices.start)
        history.book.add(newcomers(trade.streams, rules, trade.places, 1, days, choices.pools))
        history.cards = CardStore(first_cards(trade, history.book.roster, choices.start))
        return history

    @cached_property
    def trade(self) -> Trade:
        """What all days share."""
        return Trade(Streams(self.choices.seed, WORLD), self.choices.rules)

    def days(self, end: int) -> Iterator[Day]:
        """The days after the last one up to `end`, as each begins."""
        trade, rules, book = self.trade, self.choices.rules, self.book
        month: Month | None = None
        for day in range(self.last + 1, end + 1):
            if month is None or month.number != month_of(day):
                month = plan_month(
                    trade.streams,
                    rules,
                    trade.places,
                    book,
                    month_of(day),
                    self.choices.start,
                    self.last,
                    self.choices.pools,
                )
            begin_day(book, month, day)
            roster = book.roster
            stage = month.stage(rules, book.created, self.choices.start, day)
            trading, counts = daily_counts(trade.streams, rules, roster, trade.traits(book.counter), day, stage)
            book.paid(trading, day)
            self.last = day
            self._begun.append(Day(day, roster, trading, counts))
            yield self._begun[-1]

    def settle(self, summary: DaySummary) -> DaySettled:
        """Number the payments of the next day, choose the stored cards that pay, store new ones and forget old ones.

        Raises `StateError` if there are no ids left for the payments.
        """
        if self.total + summary.payments > MOST_PAYMENTS:
            last = f"TXN{MOST_PAYMENTS}"
            raise StateError(f"There is no id for more payments: {last} is the last one. Begin a new history.")
        day, first = self._begun.popleft(), self.total + 1
        paying = self.cards.pay(self.trade, day.number, day.roster, summary.requests)
        new = np.ones(len(summary.storing), np.bool_) if paying is None else ~summary.reuses
        numbers = card_numbers(first + summary.storing[new])
        self.cards.add(self.trade, day.number, numbers, summary.kinds[new], summary.homes[new])
        self.cards.forget(self.trade, day.number, day.roster)
        self.total += summary.payments
        return DaySettled(first, paying)


def refuse_what_cannot_be(rules: PaymentsRules) -> None:
    """Raise `RuleError` for rules by which no payments can be made, with the numbers that collide."""
    conflicts = Conflicts()
    for check in (_check_costs, _check_room):
        with conflicts.noted():
            check(rules)
    conflicts.refuse()


def _check_costs(rules: PaymentsRules) -> None:
    """Every payment must earn something: the cost of any card is below the rate of any merchant."""
    least = min(band[0] for band in rules.sizes.of("mdr"))
    most = float(CardKinds(rules).cost.max()) / 10_000 + rules.payments.remote_cost_rate
    if most >= least:
        raise RuleError(
            f"payments: a card may cost {most:.4f} of the amount, but the least merchant discount rate is {least:.4f}. "
            "Lower the cost rates or raise the rates of sizes."
        )


def _check_room(rules: PaymentsRules) -> None:
    """The payments of a merchant on its busiest day fill no more than half of the opening hours."""
    activity, (first, end) = rules.activity, rules.activity.opening_hours
    season = max(activity.holiday_factor, activity.summer_factor)
    most = max(high for _, high in rules.sizes.of("daily_tx_range")) * season
    if 2 * most * rules.payments.terminal_seconds > (end - first) * SECONDS_AN_HOUR:
        raise RuleError(
            f"payments: {most:.0f} payments a day, {rules.payments.terminal_seconds} seconds apart, take "
            f"{most * rules.payments.terminal_seconds / SECONDS_AN_HOUR:.1f} hours, more than half of the "
            f"{end - first} opening hours. Lower sizes.*_daily_tx_range or payments.terminal_seconds, or open longer."
        )
