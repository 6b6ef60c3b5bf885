"""The payments of a day: who is paid when and by which card, in the order of time; whole columns at a time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from datagen.columns import Coded, Columns, Labels, Money, Numbered, Serial, Stamp, or_no_code
from datagen.payments.cards import ID_DIGITS, CardKinds, Homes, Stored, card_numbers
from datagen.payments.columns import BASIS, MICRO, Amounts, Degrees, Optional, Rate
from datagen.payments.daily_volume import FOOD_CODE, STEPS, Traits, between, hour_table, truncated_lognormal
from datagen.payments.merchant_book import Roster, basis_points, positions
from datagen.payments.merchants import PLACE_SHIFT, trade_places
from datagen.payments.rules import FIRST_HOUR, MOST_TERMINALS, PaymentsRules
from datagen.payments.vocabulary import ANY_ENDING, PAYMENT_STATUSES
from datagen.places import Places, load_places
from datagen.sampling import LANES, cumulative, scaled, threshold
from datagen.streams import Streams

TABLE = "transactions"
_MOST_ROWS = 8_000  # of a piece: much more at a time are no faster, and take memory as a history grows
_FRACTION = 1 << 20  # amounts are placed within their range to a millionth
_HOUR = 3_600
_DOLLAR = 100
_MOVES = (_DOLLAR, 1, 1)  # cents, one after the other, until none is left to be rounded by halves
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
        """Quantiles of the place of an amount within its range, one table after the other by industry."""
        rules = self.rules.payments
        middles = [rules.amount_median * factor * _FRACTION for factor in rules.industry_amounts]
        return np.concatenate([truncated_lognormal(middle, rules.amount_sigma, 0, _FRACTION) for middle in middles])

    @cached_property
    def endings(self) -> NDArray[np.int8]:
        """The cents with which an amount ends for each 16-bit number, -1 if any will do."""
        endings = self.rules.payments.endings
        cents = [-1 if name == ANY_ENDING else int(name) for name in endings.names]
        return np.array(cents, np.int8)[_by_lane(endings.shares)]

    @cached_property
    def crowds(self) -> NDArray[np.int32]:
        """Where payments from anywhere are made."""
        return trade_places(self.rules.business, self.places)

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
        order = (second - FIRST_HOUR * _HOUR).astype(np.uint16).argsort(kind="stable")
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
            payment_type=self.types.take(at.lanes(count, "type")),
        )


@dataclass
class DayOfPayments:
    """The payments of a day in the order of time; who pays by a stored card comes with `settle`."""

    trade: Trade
    day: Day
    at: Streams
    merchant: NDArray[np.int64]
    second: NDArray[np.int64]
    reused: NDArray[np.bool_]
    storable: NDArray[np.bool_]
    kind: NDArray[np.int16]
    payment_type: NDArray[np.uint8]
    card: NDArray[np.int64] = field(init=False)
    place: NDArray[np.int32] = field(init=False)
    """The row of the ZIP code near which it is made."""

    def settle(self, stored: Stored, homes: Homes, payments: int) -> Stored:
        """Tell the cards stored, and the payments made, before this day; gives the cards that it stores."""
        self.card = card_numbers(np.arange(payments + 1, payments + 1 + len(self.merchant), dtype=np.int64))
        if not len(stored.numbers):
            self.reused[:] = False
        rows = np.flatnonzero(self.storable & ~self.reused)
        new = Stored(self.card[rows], self.kind[rows], self.merchant[rows].astype(np.int32))
        home = self._reuse(stored, homes)
        self.place = self._places(home)
        return new

    def pieces(self) -> Iterator[Piece]:
        """The payments in pieces of much the same size, one at least."""
        count = len(self.merchant)
        many = max(1, -(-count // _MOST_ROWS))
        bounds = [count * number // many for number in range(many + 1)]
        return (Piece(self, begin, end) for begin, end in pairwise(bounds))

    def _reuse(self, stored: Stored, homes: Homes) -> NDArray[np.int64]:
        """Put stored cards into the rows that reuse one; gives the home of the card of each row.

        A merchant's stored cards come back to it; only where it has none does a card pay that is stored elsewhere.
        """
        rows = np.flatnonzero(self.reused)
        if not len(rows):
            return self.merchant
        where, begins = self.merchant[rows], homes.begins
        own = begins[where + 1] - begins[where]
        draw = self.at.words(len(rows), "reuse", "card").astype(np.int64)
        turn = draw * own >> 32
        away = np.flatnonzero(own == 0)
        anywhere = draw[away] * len(stored.numbers) >> 32
        where[away] = np.searchsorted(begins, anywhere, side="right") - 1
        turn[away] = anywhere - begins[where[away]]
        found = homes.found(where, turn)
        self.card[rows], self.kind[rows] = stored.numbers[found], stored.kinds[found]
        self.payment_type[rows[away]] = self.trade.remote_types.take(self.at.lanes(len(away), "type", "away"))
        home = self.merchant.copy()
        home[rows] = stored.homes[found]
        return home

    def _places(self, home: NDArray[np.int64]) -> NDArray[np.int32]:
        """The place of each payment: that of its card's home, or for some remote payments by new cards anywhere."""
        at, crowds = self.at, self.trade.crowds
        is_far = at.lanes(len(home), "near") >= threshold(self.trade.rules.payments.near_share)
        far = np.flatnonzero((self.payment_type > 0) & ~self.reused & is_far)
        place = self.day.roster.place[home]
        place[far] = crowds[at.words(len(far), "place") >> PLACE_SHIFT]
        return place


@dataclass(frozen=True)
class Piece:
    """Some payments of a day, one after the other: few enough that what is made of them at a time stays small."""

    made: DayOfPayments
    begin: int
    end: int

    @property
    def rows(self) -> Mapping[str, int]:
        """The number of payments."""
        return {TABLE: self.end - self.begin}

    @property
    def is_last(self) -> bool:
        """Whether no more of the day follows."""
        return self.end == len(self.made.merchant)

    def columns(self, firsts: Mapping[str, int]) -> Mapping[str, Columns]:
        """The payments, numbered from the first."""
        made, rows, labels = self.made, slice(self.begin, self.end), self.made.trade.labels
        count = self.end - self.begin
        merchant, kind, payment_type = made.merchant[rows], made.kind[rows], made.payment_type[rows]
        remote = payment_type > 0
        terminal, latitude, longitude = self._whereabouts(merchant, remote)
        declined = self._declined(remote)
        cents, fee, cost_rate, cost = self._money(merchant, kind, remote)
        cost[declined] = 0
        fee[declined] = 0
        days = np.full(count, made.day.number, np.int32)
        return {
            TABLE: {
                "payment_id": Serial("TXN", 10, firsts[TABLE], count),
                "payment_timestamp": Stamp(days, made.second[rows].astype(np.int32), separator="T"),
                "payment_lat": Degrees(latitude),
                "payment_lng": Degrees(longitude),
                "payment_amount": Amounts(cents),
                "payment_type": Coded(payment_type, labels["payment_type"]),
                "terminal_id": Optional("T", _TERMINAL_DIGITS, terminal),
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
        }

    def _lanes(self, what: str) -> NDArray[np.uint16]:
        return self.made.at.lanes(self.end, what)[self.begin :]

    def _words(self, what: str) -> NDArray[np.uint32]:
        return self.made.at.words(self.end, what)[self.begin :]

    def _whereabouts(
        self, merchant: NDArray[np.int64], remote: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The terminal (negative for none) and position of each payment."""
        day, rules = self.made.day, self.made.trade.rules
        own, where, place = day.traits, positions(self.made.trade.places), self.made.place[self.begin : self.end]
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

    def _declined(self, remote: NDArray[np.bool_]) -> NDArray[np.bool_]:
        made, rules = self.made, self.made.trade.rules.cards
        limit = threshold((rules.declined_present, rules.declined_remote))[remote.view(np.uint8)]
        card = made.card[self.begin : self.end]
        limit[made.trade.strained[card & LANES - 1]] = threshold(rules.strained_declined)
        return self._lanes("declined") < limit

    def _money(
        self, merchant: NDArray[np.int64], kind: NDArray[np.int16], remote: NDArray[np.bool_]
    ) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """The amount, the merchant's fee, the rate of the cost in basis points, and the cost; money in cents."""
        trade, day = self.made.trade, self.made.day
        cents, least = self._cents(merchant)
        points = day.roster.points[merchant].astype(np.int64)
        extra = basis_points(trade.rules.payments.remote_cost_rate)
        cost_rate = trade.kinds.cost[kind] + extra * remote
        # A little less where half a cent would have to be rounded, so that all ways of rounding agree; a whole dollar
        # first, since amounts that end in 00 would become rare.
        rows = np.flatnonzero(_is_half(cents, points) | _is_half(cents, cost_rate))
        sign = np.where(cents[rows] - sum(_MOVES) < least[rows], 1, -1)
        for move in _MOVES:
            cents[rows] += move * sign
            still = _is_half(cents[rows], points[rows]) | _is_half(cents[rows], cost_rate[rows])
            rows, sign = rows[still], sign[still]
        return cents, _rounded(cents, points), cost_rate, _rounded(cents, cost_rate)

    def _cents(self, merchant: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """The amounts, cents, in the range of the merchant's size, and the least of that."""
        trade, day = self.made.trade, self.made.day
        low, high = _DOLLAR * np.array(trade.rules.sizes.of("amount"), np.int64).T
        size = day.roster.size[merchant]
        tables = (day.roster.industry * np.int64(STEPS + 1))[merchant]
        place = between(trade.amounts, self._words("amount").astype(np.int64), tables)
        place = place * day.traits.ticket[merchant] >> 16
        least = low[size]
        cents = least + ((high - low)[size] * place >> 20)
        ending = trade.endings.take(self._lanes("ending"))
        ended = np.flatnonzero(ending >= 0)
        cents[ended] += ending[ended] - cents[ended] % _DOLLAR
        return cents, least


def _by_lane(shares: tuple[float, ...]) -> NDArray[np.uint8]:
    limits = cumulative(shares).astype(np.int64)
    return np.repeat(np.arange(len(shares)), np.diff(limits, prepend=0)).astype(np.uint8)


def _is_half(cents: NDArray[np.int64], points: NDArray[np.int64]) -> NDArray[np.bool_]:
    product = cents * points
    half: NDArray[np.bool_] = product - product // BASIS * BASIS == BASIS // 2  # `%` takes twice as long
    return half


def _rounded(cents: NDArray[np.int64], points: NDArray[np.int64]) -> NDArray[np.int64]:
    return (cents * points + BASIS // 2) // BASIS
