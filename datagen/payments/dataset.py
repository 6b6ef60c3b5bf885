"""The payments world as the engine sees it: a history that goes on, day by day."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from datagen.calendar import month_number, month_start
from datagen.columns import Columns
from datagen.payments.history import WORLD, History
from datagen.payments.trade import Day
from datagen.payments.transactions import DaySettled, DaySummary, make_day


class PaymentsDataset:
    """The payments of the days after a history's last one; see `datagen.dataset.Dataset`.

    What is sequential stays here: merchants come, change and go as the days are asked for, and payments are numbered
    and cards stored as the days are settled. The payments themselves are made by workers.
    """

    world = WORLD
    gapless = True
    units_together = 4
    """Days that a worker makes at a time, so that it is given orders a fourth as often."""

    def __init__(self, history: History, end: int) -> None:
        """The days up to `end`, a day number. The history goes on as they are made, once."""
        self.history, self.begin, self.end = history, history.last + 1, end
        self.make = partial(make_day, history.trade)

    @property
    def units(self) -> Iterator[Day]:
        """The days, as each begins."""
        return self.history.days(self.end)

    @property
    def unit_count(self) -> int:
        """How many days there are."""
        return self.end + 1 - self.begin

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        """No table is made in one piece."""
        return iter(())

    def days(self, unit: Day) -> tuple[int, int]:
        """The days of the month of a day, [first, first after), as far as they are made."""
        month = int(month_number(unit.number))
        return max(self.begin, int(month_start(month))), min(self.end + 1, int(month_start(month + 1)))

    def accumulator(self) -> PaymentsDataset:
        """This, for the history itself accumulates."""
        return self

    def settle(self, summary: DaySummary) -> DaySettled:
        """Enter a day into the history. Raises `StateError` if there are no ids left for its payments."""
        return self.history.settle(summary)

    def tables(self) -> Iterator[tuple[str, Columns]]:
        """No table is made after the days."""
        return iter(())
