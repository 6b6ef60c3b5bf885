"""The payments of a day: who is paid when and by which card, in the order of time; whole columns at a time."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from datagen.columns import Coded, Columns, Labels, Money, Numbered, Serial, Stamp
from datagen.payments.activity import FOOD_CODE, SLOTS, Traits, hour_table
from datagen.payments.book import Roster, basis_points, positions
from datagen.payments.cards import ID_DIGITS, CardKinds, Stored, card_numbers, neighbours
from datagen.payments.columns import BASIS, MICRO, Degrees, Optional, Rate
from datagen.payments.rules import PaymentsRules
from datagen.payments.vocabulary import PAYMENT_STATUSES
from datagen.places import Places, load_places
from datagen.sampling import LANES, cumulative, lognormal_table, scaled, threshold
from datagen.streams import Streams

TABLE = "transactions"
_FRACTION = 1 << 20  # amounts are placed within their range to a millionth
_HOUR = 3_600
_TERMINAL_DIGITS = 8  # six of the merchant, two of the terminal


@dataclass(frozen=True)
class Day:
    """A day in which something happens, as it begins; the arrays are by merchant number less one."""

    number: int
    roster: Roster
    traits: Traits
    trading: NDArray[np.int64]
    """The merchants that are paid."""
    counts: NDArray[np.int64]
    """How often each of these is."""


@dataclass(frozen=True)
class Trade:
    """What all days share."""

    streams: Streams
    rules: PaymentsRules

    @cached_property
    def places(self) -> Places:
        """The places of the United States."""
        return load_places()

    @cached_property
    def kinds(self) -> CardKinds:
        """The kinds of cards."""
        return CardKinds(self.rules)

    @cached_property
    def types(self) -> NDArray[np.uint8]:
        """The payment type for each 16-bit number."""
        return _by_lane(self.rules.payments.types.shares)

    @cached_property
    def remote_types(self) -> NDArray[np.uint8]:
        """The same where the card cannot be present."""
        return _by_lane((0.0, *self.rules.payments.types.shares[1:]))

    @cached_property
    def amounts(self) -> NDArray[np.int64]:
        """Quantiles of the place of an amount within its range."""
        rules = self.rules.payments
        table = lognormal_table(rules.amount_median * _FRACTION, rules.amount_sigma, 0, _FRACTION)
        return np.append(table, table[-1]).astype(np.int64)

    @cached_property
    def strained(self) -> NDArray[np.bool_]:
        """Whether a card is often declined, by its number modulo 65,536."""
        return self.streams.lanes(LANES, "card", "strained") < threshold(self.rules.cards.strained_share)

    @cached_property
    def labels(self) -> dict[str, Labels]:
        """The texts of coded columns."""
        return {name: self.kinds.labels(name) for name in ("card_bin", "card_type", "card_issuer", "card_brand")} | {
            "payment_type": Labels.of(self.rules.payments.types.names),
            "payment_status": Labels.of(PAYMENT_STATUSES),
        }

    def make(self, day: Day) -> DayOfPayments:
        """Decide when who is paid, and whether by a stored card."""
        at = self.streams.at("day", day.number)
        merchant = np.repeat(day.trading, day.counts)
        count = len(merchant)
        hours = hour_table(self.rules.activity)
        food = (day.roster.industry[merchant] == FOOD_CODE).view(np.uint8)
        lanes = at.lanes(count, "hour")
        second = hours.ravel().take(lanes + (food.astype(np.int64) << 16)) * np.int64(_HOUR)
        second += scaled(at.lanes(count, "second"), _HOUR)
        # From here on the rows stand in the order of time; what is drawn from now on needs no more sorting.
        order = (second - 8 * _HOUR).astype(np.uint16).argsort(kind="stable")
        low, high = self.rules.cards.reuse
        share = low + (high - low) * float(at.uniform(1, "reuse", "share")[0])
        return DayOfPayments(
            self,
            day,
            at,
            merchant.take(order),
            second.take(order),
            reused=at.lanes(count, "reuse") < threshold(share),
            storable=at.lanes(count, "store") < threshold(self.rules.cards.stored_share),
            kind=self.kinds.by_lane.take(at.lanes(count, "card")),
        )


@dataclass
class DayOfPayments:
    """The payments of a day before they are numbered; the first known payment and card come with `settle`."""

    trade: Trade
    day: Day
    at: Streams
    merchant: NDArray[np.int64]
    second: NDArray[np.int64]
    reused: NDArray[np.bool_]
    storable: NDArray[np.bool_]
    kind: NDArray[np.int16]
    stored: Stored | None = None

    @property
    def rows(self) -> Mapping[str, int]:
        """The number of payments."""
        return {TABLE: len(self.merchant)}

    def settle(self, stored: Stored, payments: int) -> Stored:
        """Tell the cards stored, and the payments made, before this day; gives the cards that it stores."""
        self.stored = stored
        if not len(stored.numbers):
            self.reused[:] = False
        rows = np.flatnonzero(self.storable & ~self.reused)
        return Stored(card_numbers(payments + 1 + rows), self.kind[rows], self.merchant[rows].astype(np.int32))

    def columns(self, firsts: Mapping[str, int]) -> Mapping[str, Columns]:
        """The payments in the order of time, numbered from the first."""
        first, count = firsts[TABLE], len(self.merchant)
        at, merchant, labels = self.at, self.merchant, self.trade.labels
        card = card_numbers(np.arange(first, first + count, dtype=np.int64))
        home = merchant.copy()
        stored, away = self._reuse(card, home)
        kind = self.kind.copy()
        kind[self.reused] = stored
        payment_type = self.trade.types.take(at.lanes(count, "type"))
        payment_type[away] = self.trade.remote_types.take(at.lanes(len(away), "type", "away"))
        remote = payment_type > 0
        terminal, latitude, longitude = self._whereabouts(remote, home)
        declined = self._declined(card, remote)
        cents, fee, cost_rate, cost = self._money(kind, remote)
        cost[declined] = 0
        fee[declined] = 0
        days = np.full(count, self.day.number, np.int32)
        return {
            TABLE: {
                "payment_id": Serial("TXN", 10, first, count),
                "payment_timestamp": Stamp(days, self.second.astype(np.int32), separator="T"),
                "payment_lat": Degrees(latitude),
                "payment_lng": Degrees(longitude),
                "payment_amount": Money(cents),
                "payment_type": Coded(payment_type, labels["payment_type"]),
                "terminal_id": Optional("T", _TERMINAL_DIGITS, terminal),
                "card_type": Coded(kind, labels["card_type"]),
                "card_issuer": Coded(kind, labels["card_issuer"]),
                "card_brand": Coded(kind, labels["card_brand"]),
                "card_profile_id": Numbered("CARD", ID_DIGITS, card),
                "card_bin": Coded(kind, labels["card_bin"]),
                "payment_status": Coded(declined.view(np.uint8), labels["payment_status"]),
                "merchant_id": Numbered("M", 6, merchant + 1),
                "transactional_cost_rate": Rate(cost_rate),
                "transactional_cost_amount": Money(cost),
                "mdr_amount": Money(fee),
                "net_profit": Money(fee - cost),
            }
        }

    def _reuse(self, card: NDArray[np.int64], home: NDArray[np.int64]) -> tuple[NDArray[np.int16], NDArray[np.intp]]:
        """Put stored cards and their homes into the rows that reuse one; gives their kinds and the rows away from home.

        A merchant's stored cards come back to it; only where it has none does a card pay that is stored elsewhere.
        """
        rows = np.flatnonzero(self.reused)
        stored = self.stored
        if stored is None or not len(rows):
            return np.zeros(0, np.int16), rows
        order, starts = neighbours(stored.homes, len(self.day.roster.active))
        where = self.merchant[rows]
        own = starts[where + 1] - starts[where]
        is_away = own == 0
        draw = self.at.words(len(rows), "reuse", "card").astype(np.int64)
        chosen = np.where(is_away, draw * len(order) >> 32, (draw * own >> 32) + starts[where])
        found = order[np.minimum(chosen, len(order) - 1)]
        card[rows], home[rows] = stored.numbers[found], stored.homes[found]
        return stored.kinds[found], rows[is_away]

    def _whereabouts(
        self, remote: NDArray[np.bool_], home: NDArray[np.int64]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The terminal (negative for none) and position of each payment.

        A remote payment is made somewhere near the card's home, or for some new cards anywhere.
        """
        at, rules, count = self.at, self.trade.rules, len(home)
        own, where = self.day.traits, positions(self.trade.places)
        most = np.array(rules.business.terminals)[self.day.roster.size[self.merchant]]
        has = 1 + scaled(own.terminal[self.merchant], most)
        slot = self.merchant * SLOTS + scaled(at.lanes(count, "terminal"), has)
        place = self.day.roster.place[home].astype(np.int64)
        far = np.flatnonzero(remote & ~self.reused & (at.lanes(count, "near") >= threshold(rules.payments.near_share)))
        place[far] = where.located[at.below(len(where.located), len(far), "place")]
        spread = 2 * round(rules.payments.near_degrees * MICRO) + 1
        offset = at.words(count, "offset")
        north = scaled(offset.view("<u2")[::2], spread) - spread // 2
        east = scaled(offset.view("<u2")[1::2], spread) - spread // 2
        latitude = where.latitude[place] + np.where(remote, north, own.latitude[slot])
        longitude = where.longitude[place] + np.where(remote, east, own.longitude[slot])
        terminal = (self.merchant + 1) * 100 + slot % SLOTS + 1
        return np.where(remote, -1, terminal), latitude, longitude

    def _declined(self, card: NDArray[np.int64], remote: NDArray[np.bool_]) -> NDArray[np.bool_]:
        rules = self.trade.rules.cards
        limit = threshold((rules.declined_present, rules.declined_remote))[remote.view(np.uint8)]
        limit[self.trade.strained[card % LANES]] = threshold(rules.strained_declined)
        return self.at.lanes(len(card), "declined") < limit

    def _money(
        self, kind: NDArray[np.int16], remote: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The amount, the merchant's fee, the rate of the cost in basis points, and the cost; money in cents."""
        rules, roster = self.trade.rules, self.day.roster
        size = roster.size[self.merchant]
        low, high = 100 * np.array(rules.sizes.of("amount"), np.int64).T
        draw = self.at.words(len(kind), "amount").astype(np.int64)
        step, rest = draw >> 20, draw >> 4 & 0xFFFF
        table = self.trade.amounts
        place = table[step] + ((table[step + 1] - table[step]) * rest >> 16)
        place = place * self.day.traits.ticket[self.merchant] >> 16
        cents = low[size] + ((high - low)[size] * place >> 20)
        points = roster.points[self.merchant].astype(np.int64)
        extra = basis_points(rules.payments.remote_cost_rate)
        cost_rate = self.trade.kinds.cost[kind] + extra * remote
        # A cent more where half a cent would have to be rounded, so that all ways of rounding agree.
        for _ in range(2):
            cents += (_is_half(cents, points) | _is_half(cents, cost_rate)) & (cents < high[size])
        return cents, _rounded(cents, points), cost_rate, _rounded(cents, cost_rate)


def _by_lane(shares: tuple[float, ...]) -> NDArray[np.uint8]:
    limits = cumulative(shares).astype(np.int64)
    return np.repeat(np.arange(len(shares)), np.diff(limits, prepend=0)).astype(np.uint8)


def _is_half(cents: NDArray[np.int64], points: NDArray[np.int64]) -> NDArray[np.bool_]:
    half: NDArray[np.bool_] = cents * points % BASIS == BASIS // 2
    return half


def _rounded(cents: NDArray[np.int64], points: NDArray[np.int64]) -> NDArray[np.int64]:
    return (cents * points + BASIS // 2) // BASIS
