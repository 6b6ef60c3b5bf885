"""The columns of a day's payments: where, how much, at what cost."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import pairwise
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.columns import Coded, Columns, Money, Numbered, Serial, Stamp, or_no_code
from datagen.frozen import dataclass
from datagen.payments.cards import ID_DIGITS
from datagen.payments.columns import BASIS, MICRO, Degrees, Rate
from datagen.payments.daily_volume import STEPS, Traits, between
from datagen.payments.merchant_book import basis_points, positions
from datagen.payments.payment_times import Moments
from datagen.payments.rules.business import MOST_TERMINALS
from datagen.payments.trade import BLOCKED, STRAINED, Day, Trade
from datagen.payments.vocabulary import TRADES
from datagen.sampling import LANES, scaled, threshold
from datagen.streams import Streams

_MOST_ROWS = 8_000  # of a piece: much more at a time are no faster, and take memory as a history grows
_DOLLAR = 100
_TERMINAL_DIGITS = 8  # six of the merchant, two of the terminal


@dataclass(frozen=True)
class Payments:
    """The payments of a day in the order of time: who is paid when, by which card, from where."""

    trade: Trade
    day: Day
    at: Streams
    first: int
    """The number of the first one."""
    made: Moments
    kind: NDArray[np.int16]
    payment_type: NDArray[np.uint8]
    card: NDArray[np.int64]
    place: NDArray[np.int32]
    """The row of the ZIP code near which it is made."""
    blocked: NDArray[np.bool_]
    """Whether its card has been blocked since it was stored."""


def payment_columns(payments: Payments) -> Iterator[Columns]:
    """The payments as columns, in pieces of much the same size, one at least."""
    count = len(payments.made.merchant)
    many = max(1, -(-count // _MOST_ROWS))
    bounds = [count * number // many for number in range(many + 1)]
    return (_Piece(payments, begin, end).columns() for begin, end in pairwise(bounds))


@dataclass(frozen=True)
class _Piece:
    """Some payments of a day, one after the other: few enough that what is made of them at a time stays small."""

    payments: Payments
    begin: int
    end: int

    def columns(self) -> Columns:
        """The payments as columns."""
        made, rows, labels = self.payments, slice(self.begin, self.end), self.payments.trade.labels
        count = self.end - self.begin
        merchant, kind, payment_type = made.made.merchant[rows], made.kind[rows], made.payment_type[rows]
        remote = payment_type > 0
        terminal, latitude, longitude = self._whereabouts(merchant, remote)
        cents, fee, cost_rate, cost = self._money(merchant, kind, remote)
        declined = self._declined(remote, cents)
        cost[declined] = 0
        fee[declined] = 0
        days = np.full(count, made.day.number, np.int32)
        return {
            "payment_id": Serial("TXN", 10, made.first + self.begin, count),
            "payment_timestamp": Stamp(days, made.made.second[rows].astype(np.int32), separator="T"),
            "payment_lat": Degrees(latitude),
            "payment_lng": Degrees(longitude),
            "payment_amount": Money(cents),
            "payment_type": Coded(payment_type, labels["payment_type"]),
            "terminal_id": Numbered("T", _TERMINAL_DIGITS, terminal, nullable=True),
            "card_type": Coded(kind, labels["card_type"]),
            "card_issuer": Coded(kind, labels["card_issuer"]),
            "card_brand": Coded(kind, labels["card_brand"]),
            "card_profile_id": Numbered("CARD", ID_DIGITS, made.card[rows]),
            "card_bin": Coded(kind, labels["card_bin"]),
            "payment_status": Coded(declined.view(np.uint8), labels["payment_status"]),
            "merchant_id": Numbered("M", 6, merchant + 1),
            "transactional_cost_rate": Rate(cost_rate),
            "transactional_cost_amount": Money(cost),
            "mdr_amount": Money(fee),
            "net_profit": Money(fee - cost),
        }

    @property
    def _traits(self) -> Traits:
        return self.payments.trade.traits(len(self.payments.day.roster.active))

    @cached_property
    def _retry(self) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
        """The rows that repeat a declined payment, and the places in the day of these."""
        made = self.payments.made
        rows = slice(*np.searchsorted(made.retry, [self.begin, self.end]))
        return made.retry[rows] - self.begin, made.failed[rows]

    def _lanes(self, what: str) -> NDArray[np.uint16]:
        return self._repeated(self.payments.at.lanes(self.end, what))

    def _words(self, what: str) -> NDArray[np.uint32]:
        return self._repeated(self.payments.at.words(self.end, what))

    def _repeated(self, drawn: NDArray[Any]) -> NDArray[Any]:
        """Draws of these rows, of all of the day up to them: what repeats a payment has the draw of that."""
        retry, failed = self._retry
        values = drawn[self.begin :]
        values[retry] = drawn[failed]
        return values

    def _whereabouts(
        self, merchant: NDArray[np.int64], remote: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The terminal (negative for none) and position of each payment."""
        day, rules = self.payments.day, self.payments.trade.rules
        own, where = self._traits, positions(self.payments.trade.places)
        place = self.payments.place[self.begin : self.end]
        most = np.array(rules.business.terminals)[day.roster.size[merchant]]
        has = 1 + scaled(own.terminal[merchant], most)
        slot = merchant * MOST_TERMINALS + scaled(self._lanes("terminal"), has)
        spread = 2 * round(rules.payments.near_degrees * MICRO) + 1
        offset = self._words("offset")
        north = scaled(offset.view("<u2")[::2], spread) - spread // 2
        east = scaled(offset.view("<u2")[1::2], spread) - spread // 2
        latitude = where.latitude[place] + np.where(remote, north, own.latitude[slot])
        longitude = where.longitude[place] + np.where(remote, east, own.longitude[slot])
        terminal = (merchant + 1) * 100 + (slot & MOST_TERMINALS - 1) + 1
        return or_no_code(~remote, terminal), latitude, longitude

    def _declined(self, remote: NDArray[np.bool_], cents: NDArray[np.int64]) -> NDArray[np.bool_]:
        made, rules = self.payments, self.payments.trade.rules.cards
        standing = made.trade.standing[made.card[self.begin : self.end] & LANES - 1]
        limit = threshold((rules.declined_present, rules.declined_remote))[remote.view(np.uint8)].astype(np.int64)
        limit[standing == STRAINED] = threshold(rules.strained_declined)
        amounts, weights = made.trade.decline_weights
        limit = np.minimum(limit * weights.take(np.searchsorted(amounts, cents, side="right")) >> 16, LANES)
        limit[self._retry[0]] = threshold(1 - rules.retry_approved)
        limit[(standing == BLOCKED) | made.blocked[self.begin : self.end]] = LANES
        failed = made.made.failed
        limit[failed[(failed >= self.begin) & (failed < self.end)] - self.begin] = LANES
        declined: NDArray[np.bool_] = made.at.lanes(self.end, "declined")[self.begin :] < limit
        return declined

    def _money(
        self, merchant: NDArray[np.int64], kind: NDArray[np.int16], remote: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The amount, the merchant's fee, the rate of the cost in basis points, and the cost; money in cents."""
        trade, day = self.payments.trade, self.payments.day
        cents = self._cents(merchant, kind)
        points = day.roster.points[merchant].astype(np.int64)
        extra = basis_points(trade.rules.payments.remote_cost_rate)
        cost_rate = trade.kinds.cost[kind] + extra * remote
        return cents, _rounded(cents, points), cost_rate, _rounded(cents, cost_rate)

    def _cents(self, merchant: NDArray[np.int64], kind: NDArray[np.int16]) -> NDArray[np.int64]:
        """The amounts, cents, in the range of the merchant's size."""
        trade, day = self.payments.trade, self.payments.day
        low, high = _DOLLAR * np.array(trade.rules.sizes.of("amount"), np.int64).T
        size = day.roster.size[merchant]
        table = trade.kinds.ticket[kind] * len(TRADES) + day.roster.industry[merchant].astype(np.int64)
        place = between(trade.amounts, self._words("amount").astype(np.int64), table * (STEPS + 1))
        place = place * self._traits.ticket[merchant] >> 16
        cents: NDArray[np.int64] = low[size] + ((high - low)[size] * place >> 20)
        ending = trade.endings.take(self._lanes("ending"))
        ended = np.flatnonzero(ending >= 0)
        cents[ended] += ending[ended] - cents[ended] % _DOLLAR
        return cents


def _rounded(cents: NDArray[np.int64], points: NDArray[np.int64]) -> NDArray[np.int64]:
    """Shares in basis points of amounts, rounded to cents, halves up."""
    return (cents * points + BASIS // 2) // BASIS
