"""The payments of a day: who is paid when and by which card, in the order of time; whole columns at a time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.columns import Columns
from datagen.frozen import dataclass
from datagen.payments.card_store import Paying, Requests
from datagen.payments.cards import card_numbers
from datagen.payments.channels import payment_types, types_of
from datagen.payments.merchants import PLACE_SHIFT
from datagen.payments.payment_columns import Payments, payment_columns
from datagen.payments.payment_times import Moments, moments
from datagen.payments.trade import Day, Trade
from datagen.sampling import LANES, scaled, threshold
from datagen.streams import Streams

TABLE = "transactions"


def make_day(trade: Trade, day: Day) -> DayOfPayments:
    """Decide when who is paid, and whether by a stored card; a function of its arguments alone."""
    at = trade.streams.at("day", day.number)
    made = moments(trade, at, day)
    count, cards = len(made.merchant), trade.rules.cards
    low, high = cards.reuse
    share = low + (high - low) * float(at.uniform(1, "reuse", "share")[0])
    reused = at.lanes(count, "reuse") < threshold(share)
    storable = at.lanes(count, "store") < threshold(cards.stored_share)
    reused[made.retry] = storable[made.retry] = False  # they are of the card of the payment that they repeat
    channels = trade.channels(day.roster)
    kind = trade.kinds.by_lane.take(at.lanes(count, "card"))
    return DayOfPayments(
        trade,
        day,
        at,
        made,
        channels,
        reused=reused,
        storable=storable,
        kind=kind,
        payment_type=payment_types(trade, at, day, made, channels, kind),
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
    requests: Requests
    """Those that are to be made by stored cards."""


class DaySettled(NamedTuple):
    """What a day of payments learns from the days before."""

    first: int
    """The number of its first payment."""
    paying: Paying | None
    """The stored cards by which those pay who do; None while no card is stored."""


@dataclass(frozen=True)
class DayOfPayments:
    """The payments of a day in the order of time, before it is known which cards are stored."""

    trade: Trade
    day: Day
    at: Streams
    made: Moments
    channels: NDArray[np.uint32]
    """For each merchant the limits on lanes of the payment types but the last, a row each."""
    reused: NDArray[np.bool_]
    storable: NDArray[np.bool_]
    kind: NDArray[np.int16]
    payment_type: NDArray[np.uint8]

    def summarise(self) -> DaySummary:
        """What the history needs to know."""
        storing, reusing = np.flatnonzero(self.storable), np.flatnonzero(self.reused)
        return DaySummary(
            payments=len(self.made.merchant),
            storing=storing,
            reuses=self.reused[storing],
            kinds=self.kind[storing],
            homes=self.made.merchant[storing].astype(np.int32),
            requests=Requests(
                self.made.merchant[reusing].astype(np.int32),
                self.at.words(len(reusing), "reuse", "card"),
                (self.at.lanes(len(reusing), "reuse", "travel") < threshold(self.trade.rules.cards.travel_share))
                & (self.payment_type[reusing] == 0),
            ),
        )

    def columns(self, settled: DaySettled) -> Iterator[tuple[str, Columns]]:
        """The payments as columns, in pieces of much the same size, one at least."""
        return ((TABLE, columns) for columns in payment_columns(self._settled(settled)))

    def _settled(self, settled: DaySettled) -> Payments:
        made, merchant = self.made, self.made.merchant
        numbers = np.arange(settled.first, settled.first + len(merchant), dtype=np.int64)
        card, kind, payment_type = card_numbers(numbers), self.kind.copy(), self.payment_type.copy()
        reused, home, blocked = np.zeros_like(self.reused), merchant, np.zeros_like(self.reused)
        if (paying := settled.paying) is not None:
            reused, rows = self.reused, np.flatnonzero(self.reused)
            home = home.copy()
            card[rows], kind[rows], home[rows], blocked[rows] = paying[:4]
            away = rows[paying.away]
            payment_type[away] = self._remote_types(merchant[away])
        place = self._places(home, reused, payment_type)
        for values in (card, kind, payment_type, place, blocked):
            values[made.retry] = values[made.failed]
        return Payments(self.trade, self.day, self.at, settled.first, made, kind, payment_type, card, place, blocked)

    def _remote_types(self, merchant: NDArray[np.int64]) -> NDArray[np.uint8]:
        """The types of payments to merchants that cannot be made with the card present."""
        present = self.channels[0].take(merchant).astype(np.int64)
        lanes = self.at.lanes(len(merchant), "type", "away")
        return types_of(self.channels, merchant, present + scaled(lanes, LANES - present))

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
