"""Small histories of payments, made in memory."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

from datagen.calendar import day_number
from datagen.output.render import to_csv
from datagen.payments import state
from datagen.payments.dataset import PaymentsDataset
from datagen.payments.history import Choices, History
from datagen.payments.rules import PaymentsRules
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.rules import override

LIVELY = {
    "business.initial_merchants": 12,
    "business.monthly_growth_rate": 0.5,
    "business.monthly_churn_rate": 0.3,
    "business.monthly_change_rate": 0.6,
    "cards.stored_share": 0.05,
}
"""Rules for a few merchants of whom much is to be told."""


class Made(NamedTuple):
    """Payments as lines of CSV, and the state after them."""

    payments: bytes
    state: bytes

    @property
    def lines(self) -> list[list[str]]:
        """The values of each payment."""
        return [line.split(",") for line in self.payments.decode().splitlines()]


def day(text: str | dt.date) -> int:
    """A day as a number."""
    return day_number(dt.date.fromisoformat(text) if isinstance(text, str) else text)


def begun(
    start: str, end: str | dt.date, seed: int = 1, settings: dict[str, Any] = LIVELY, pools: Pools = SHIPPED
) -> Made:
    """A new history."""
    return _through(History.begin(Choices(seed, day(start), override(PaymentsRules(), settings), pools)), end)


def continued(before: bytes, end: str | dt.date, pools: Pools = SHIPPED) -> Made:
    """What a state's history goes on with."""
    return _through(state.read(before, pools=pools), end)


def _through(history: History, end: str | dt.date) -> Made:
    text = bytearray()
    dataset = PaymentsDataset(history, day(end))
    for unit in dataset.units:
        made = dataset.make(unit)
        for _, columns in made.columns(dataset.settle(made.summarise())):
            text += memoryview(to_csv(columns))
    return Made(bytes(text), b"".join(state.write(history)))
