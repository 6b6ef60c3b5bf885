"""The store of cards that come back: which of them pay on a day, which are forgotten."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.payments.cards import CARDS, card_numbers
from datagen.payments.daily_volume import volumes
from datagen.payments.merchant_book import Roster
from datagen.payments.trade import BLOCKED, Trade
from datagen.sampling import LANES, rank_in_group, scaled

_TRAVELLING_PART = 4  # of the cards, one in so many travels on a day at most
_MIX = (0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0xD6E8FEB86659FD93)  # odd numbers that spread bits
_HALF = np.uint64(32)


class Stored(NamedTuple):
    """Stored cards in the order in which they were stored."""

    numbers: NDArray[np.int64]
    kinds: NDArray[np.int16]
    homes: NDArray[np.int32]
    """The merchant, by number less one, with whom each card was stored ..."""
    since: NDArray[np.int32]
    """... the day ..."""
    paid: NDArray[np.int32]
    """... and the day of its last payment."""


def no_cards() -> Stored:
    """None at all."""
    return Stored(np.zeros(0, np.int64), np.zeros(0, np.int16), *(np.zeros(0, np.int32) for _ in range(3)))


class Requests(NamedTuple):
    """Payments of a day that are to be made by stored cards, in the order of time."""

    merchants: NDArray[np.int32]
    """Whom they pay ..."""
    draws: NDArray[np.uint32]
    """... a number that chooses the card if the merchant has none ..."""
    travels: NDArray[np.bool_]
    """... and whether a card from elsewhere makes it, on a journey."""


class Paying(NamedTuple):
    """Stored cards by which payments are made, a row a payment."""

    numbers: NDArray[np.int64]
    kinds: NDArray[np.int16]
    places: NDArray[np.int32]
    """The merchant, by number less one, where its holder is."""
    blocked: NDArray[np.bool_]
    away: NDArray[np.intp]
    """The rows of payments that cannot be made with the card present: to a merchant that is not the card's home."""


class CardStore:
    """The stored cards of a history."""

    def __init__(self, cards: Stored) -> None:
        """Begin with these cards."""
        self.cards = cards

    def __len__(self) -> int:
        return len(self.cards.numbers)

    def pay(self, trade: Trade, day: int, roster: Roster, wanted: Requests) -> Paying | None:
        """Choose the cards by which payments of a day are made, and note that they paid; None if no card is in use.

        A card that travels makes one payment that day, so that it is nowhere else. The others pay their home merchant,
        a few times at most; what is wanted beyond that is paid by a card from elsewhere, at a distance.
        """
        cards, rules = self.cards, trade.rules.cards
        lanes = cards.numbers & LANES - 1
        last = cards.since + trade.card_days[lanes]
        used = np.flatnonzero((day <= last) & roster.active[cards.homes])
        if not len(used):
            return None
        journeys = np.flatnonzero(wanted.travels)[: len(used) // _TRAVELLING_PART]
        is_away = _some(_mixed(cards.numbers[used], day), len(journeys))
        here, begins = self._by_home(used[~is_away], len(roster.active))
        place = np.empty(len(wanted.merchants), np.int32)
        place[journeys] = used[is_away]
        rest = np.ones(len(place), np.bool_)
        rest[journeys] = False
        rows = np.flatnonzero(rest)
        merchants = wanted.merchants[rows].astype(np.int64)
        own = begins[merchants + 1] - begins[merchants]
        turn = _ranks(merchants)
        is_home = turn < own * rules.most_uses
        rows_home, at, many = rows[is_home], merchants[is_home], own[is_home]
        first = (_mixed(at, day) >> _HALF).astype(np.int64) * many >> 32
        place[rows_home] = here[begins[at] + (first + turn[is_home]) % many]
        away = rows[~is_home]
        place[away] = here[wanted.draws[away].astype(np.int64) * len(here) >> 32]
        cards.paid[place] = day
        homes = cards.homes[place]
        homes[journeys] = wanted.merchants[journeys]
        blocked = (last[place] - day < rules.blocked_days) & trade.ends_blocked[lanes[place]]
        return Paying(cards.numbers[place], cards.kinds[place], homes, blocked, away)

    def add(
        self, trade: Trade, day: int, numbers: NDArray[np.int64], kinds: NDArray[np.int16], homes: NDArray[np.int32]
    ) -> None:
        """Store new cards; blocked ones are not."""
        sound = trade.standing[numbers & LANES - 1] != BLOCKED
        days = np.full(int(sound.sum()), day, np.int32)
        new = Stored(numbers[sound], kinds[sound], homes[sound], days, days)
        self.cards = Stored._make(np.concatenate([old, more]) for old, more in zip(self.cards, new, strict=True))

    def forget(self, trade: Trade, day: int, roster: Roster) -> None:
        """Forget cards that have been idle for long or whose merchant has left; of too many, the longest idle first."""
        cards, rules = self.cards, trade.rules.cards
        kept = roster.active[cards.homes] & (day - cards.paid < rules.kept_days)
        surplus = int(kept.sum()) - rules.most_stored * trade.rules.business.initial_merchants
        if surplus > 0:
            held = np.flatnonzero(kept)
            kept[held[cards.paid[held].argsort(kind="stable")[:surplus]]] = False
        if not kept.all():
            self.cards = Stored._make(values[kept] for values in cards)

    def _by_home(self, places: NDArray[np.intp], merchants: int) -> tuple[NDArray[np.intp], NDArray[np.int64]]:
        """Cards in the order of their homes, and where those of each merchant begin, and at last where it ends."""
        homes = self.cards.homes[places]
        begins = np.zeros(merchants + 1, np.int64)
        np.cumsum(np.bincount(homes, minlength=merchants), out=begins[1:])
        return places[_order(homes)], begins


def first_cards(trade: Trade, roster: Roster, start: int) -> Stored:
    """The cards that are stored when a history begins, on a day: those of months before it, at most a few idle ones."""
    rules, at = trade.rules.cards, trade.streams.at("card", "before")
    count = rules.stored_before * len(roster.active)
    # Their numbers are those of payments before the first one; none of the history has them.
    numbers = card_numbers(CARDS - 1 - np.arange(count))
    lanes = numbers & LANES - 1
    ends = np.cumsum(volumes(trade.rules, roster, trade.traits(len(roster.active))))
    homes = np.searchsorted(ends, at.words(count, "home").astype(np.int64) * int(ends[-1]) >> 32, side="right")
    age = 1 + at.below(rules.kept_days + rules.used_days[0], count, "age")
    last = np.minimum(trade.card_days[lanes], age - 1)  # days after it was stored
    # The last payment was some days before the last one on which it might have been.
    pause = scaled(at.lanes(count, "pause"), np.minimum(rules.used_days[0], last + 1))
    since = start - age
    cards = Stored(
        numbers,
        trade.kinds.by_lane.take(at.lanes(count, "kind")),
        homes.astype(np.int32),
        since.astype(np.int32),
        (since + last - pause).astype(np.int32),
    )
    order = since.argsort(kind="stable")
    order = order[trade.standing[lanes[order]] != BLOCKED]
    return Stored._make(values[order] for values in cards)


def _order(numbers: NDArray[np.integer[Any]]) -> NDArray[np.intp]:
    """The order of numbers of merchants; 16 bits are sorted by radix."""
    return (numbers.astype(np.uint16) if numbers.max(initial=0) < LANES else numbers).argsort(kind="stable")


def _ranks(groups: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each row how many of its group stand before it."""
    order = _order(groups)
    ranks = np.empty(len(groups), np.int64)
    ranks[order] = rank_in_group(groups[order])
    return ranks


def _mixed(numbers: NDArray[np.int64], day: int) -> NDArray[np.uint64]:
    """A number with 64 random bits for each number and day."""
    spread = np.uint64((day + 1) * _MIX[1] % (1 << 64))
    mixed = numbers.astype(np.uint64) * np.uint64(_MIX[0]) + spread
    mixed = (mixed ^ mixed >> _HALF) * np.uint64(_MIX[2])
    return mixed ^ mixed >> _HALF


def _some(mixed: NDArray[np.uint64], count: int) -> NDArray[np.bool_]:
    """As many of them as are wanted, those with the least numbers."""
    chosen = np.zeros(len(mixed), np.bool_)
    if count:
        limit = np.partition(mixed, count - 1)[count - 1]
        chosen[np.flatnonzero(mixed <= limit)[:count]] = True
    return chosen
