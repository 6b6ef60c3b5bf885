"""The payments of a day: who is paid when and by which card, in the order of time; whole columns at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import SECONDS_AN_HOUR
from datagen.columns import Columns
from datagen.payments.cards import Stored, card_numbers
from datagen.payments.daily_volume import FOOD_CODE, hour_table
from datagen.payments.merchants import PLACE_SHIFT
from datagen.payments.payment_columns import Payments, payment_columns
from datagen.payments.rules.activity import FIRST_HOUR
from datagen.payments.trade import Day, Trade
from datagen.sampling import scaled, threshold
from datagen.streams import Streams

TABLE = "transactions"


def make_day(trade: Trade, day: Day) -> DayOfPayments:
    """Decide when who is paid, and whether by a stored card; a function of its arguments alone."""
    at = trade.streams.at("day", day.number)
    merchant = np.repeat(day.trading, day.counts)
    count = len(merchant)
    hours = hour_table(trade.rules.activity)
    food = (day.roster.industry[merchant] == FOOD_CODE).view(np.uint8)
    lanes = at.lanes(count, "hour")
    second = hours.ravel().take(lanes + (food.astype(np.int64) << 16)) * np.int64(SECONDS_AN_HOUR)
    second += scaled(at.lanes(count, "second"), SECONDS_AN_HOUR)
    # From here on the rows stand in the order of time; what is drawn from now on needs no more sorting.
    order = (second - FIRST_HOUR * SECONDS_AN_HOUR).astype(np.uint16).argsort(kind="stable")
    low, high = trade.rules.cards.reuse
    share = low + (high - low) * float(at.uniform(1, "reuse", "share")[0])
    return DayOfPayments(
        trade,
        day,
        at,
        merchant.take(order),
        second.take(order),
        reused=at.lanes(count, "reuse") < threshold(share),
        storable=at.lanes(count, "store") < threshold(trade.rules.cards.stored_share),
        kind=trade.kinds.by_lane.take(at.lanes(count, "card")),
        payment_type=trade.types.take(at.lanes(count, "type")),
    )


class DaySummary(NamedTuple):
    """What the history needs to know of a day of payments: which cards it may store, and who pays by a stored card."""

    payments: int
    storing: NDArray[np.int64]
    """The payments, by their places in the day, whose card is stored if it is new ..."""
    reuses: NDArray[np.bool_]
    """... whether each of them is to be made by a stored card ..."""
    kinds: NDArray[np.int16]
    """... the kind of the card ..."""
    homes: NDArray[np.int32]
    """... and the merchant."""
    merchants: NDArray[np.int32]
    """Whom those pay who pay by a stored card ..."""
    draws: NDArray[np.uint32]
    """... and a number that chooses it."""


class DaySettled(NamedTuple):
    """What a day of payments learns from the days before."""

    first: int
    """The number of its first payment."""
    reused: Stored | None
    """The stored cards by which those pay who do; None while no card is stored."""
    away: NDArray[np.intp]
    """Those of them whose merchant has no stored card, by their places among them."""


@dataclass(frozen=True)
class DayOfPayments:
    """The payments of a day in the order of time, before it is known which cards are stored."""

    trade: Trade
    day: Day
    at: Streams
    merchant: NDArray[np.int64]
    second: NDArray[np.int64]
    reused: NDArray[np.bool_]
    storable: NDArray[np.bool_]
    kind: NDArray[np.int16]
    payment_type: NDArray[np.uint8]

    def summarise(self) -> DaySummary:
        """What the history needs to know."""
        storing, reusing = np.flatnonzero(self.storable), np.flatnonzero(self.reused)
        return DaySummary(
            payments=len(self.merchant),
            storing=storing,
            reuses=self.reused[storing],
            kinds=self.kind[storing],
            homes=self.merchant[storing].astype(np.int32),
            merchants=self.merchant[reusing].astype(np.int32),
            draws=self.at.words(len(reusing), "reuse", "card"),
        )

    def columns(self, settled: DaySettled) -> Iterator[tuple[str, Columns]]:
        """The payments as columns, in pieces of much the same size, one at least."""
        return ((TABLE, columns) for columns in payment_columns(self._settled(settled)))

    def _settled(self, settled: DaySettled) -> Payments:
        numbers = np.arange(settled.first, settled.first + len(self.merchant), dtype=np.int64)
        card, kind, payment_type = card_numbers(numbers), self.kind, self.payment_type
        reused, home = np.zeros_like(self.reused), self.merchant
        if settled.reused is not None:
            reused, rows = self.reused, np.flatnonzero(self.reused)
            kind, payment_type, home = kind.copy(), payment_type.copy(), home.copy()
            card[rows], kind[rows], home[rows] = settled.reused
            types = self.at.lanes(len(settled.away), "type", "away")
            payment_type[rows[settled.away]] = self.trade.remote_types.take(types)
        return Payments(
            trade=self.trade,
            day=self.day,
            at=self.at,
            first=settled.first,
            merchant=self.merchant,
            second=self.second,
            kind=kind,
            payment_type=payment_type,
            card=card,
            place=self._places(home, reused, payment_type),
        )

    def _places(
        self, home: NDArray[np.int64], reused: NDArray[np.bool_], payment_type: NDArray[np.uint8]
    ) -> NDArray[np.int32]:
        """The place of each payment: that of its card's home, or for some remote payments by new cards anywhere."""
        at, crowds = self.at, self.trade.crowds
        is_far = at.lanes(len(home), "near") >= threshold(self.trade.rules.payments.near_share)
        far = np.flatnonzero((payment_type > 0) & ~reused & is_far)
        place = self.day.roster.place[home]
        place[far] = crowds[at.words(len(far), "place") >> PLACE_SHIFT]
        return place
