"""What all days of a history share, and a day as it begins."""

from __future__ import annotations

import math
from dataclasses import field
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of
from datagen.columns import Labels
from datagen.frozen import dataclass
from datagen.payments.cards import CardKinds
from datagen.payments.daily_volume import Traits, traits, truncated_lognormal
from datagen.payments.merchant_book import Roster
from datagen.payments.merchants import trade_places
from datagen.payments.rules import PaymentsRules
from datagen.payments.vocabulary import ANY_ENDING, PAYMENT_STATUSES, PAYMENT_TYPES
from datagen.places import Places, load_places
from datagen.sampling import LANES, cumulative, scaled, threshold
from datagen.streams import Streams

_ROOM = 256  # traits are drawn for so many more merchants at a time, to do it seldom
SOUND, STRAINED, BLOCKED = range(3)
_AMOUNT_STEP = 1.25  # between the amounts of which the chance to be declined is worked out
_FRACTION = 1 << 20  # amounts are placed within their range to a millionth


@dataclass(frozen=True)
class Day:
    """A day in which something happens, as it begins; the arrays are by merchant number less one."""

    number: int
    roster: Roster
    trading: NDArray[np.int64]
    """The merchants that are paid."""
    counts: NDArray[np.int64]
    """How often each of these is."""

    def __str__(self) -> str:
        return str(date_of(self.number))


@dataclass(frozen=True)
class Trade:
    """What all days share."""

    streams: Streams
    rules: PaymentsRules
    _traits: dict[int, Traits] = field(default_factory=dict, compare=False, repr=False)

    @cached_property
    def places(self) -> Places:
        """The places of the United States."""
        return load_places()

    @cached_property
    def kinds(self) -> CardKinds:
        """The kinds of cards."""
        return CardKinds(self.rules)

    @cached_property
    def amounts(self) -> NDArray[np.int64]:
        """Quantiles of the place of an amount within its range, one table after the other.

        By industry for debit cards, then for credit cards, then for Amex.
        """
        rules = self.rules.payments
        middles = [
            rules.amount_median * card * industry * _FRACTION
            for card in rules.card_amounts
            for industry in rules.industry_amounts
        ]
        return np.concatenate([truncated_lognormal(middle, rules.amount_sigma, 0, _FRACTION) for middle in middles])

    def channels(self, roster: Roster) -> NDArray[np.uint32]:
        """For each merchant the limits on lanes of the payment types but the last, a row each."""
        rules = self.rules.payments
        shares = np.array([types.shares for types in rules.types])[roster.industry]
        usual = shares[:, 0]
        lanes = self.traits(len(usual)).present[: len(usual)].astype(np.float64)
        present = usual + rules.type_spread * np.minimum(usual, 1 - usual) * ((lanes + 0.5) / (LANES // 2) - 1)
        rest = (1 - present) / (1 - usual)
        limits = np.stack([present, present + shares[:, 1] * rest, present + (shares[:, 1] + shares[:, 2]) * rest])
        return threshold(np.round(limits, 6))

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
    def standing(self) -> NDArray[np.uint8]:
        """Whether a card is sound, strained or blocked, by its number modulo 65,536."""
        cards, lanes = self.rules.cards, self.streams.lanes(LANES, "card", "strained")
        standing = np.full(LANES, SOUND, np.uint8)
        standing[lanes < threshold(cards.strained_share + cards.blocked_share)] = BLOCKED
        standing[lanes < threshold(cards.strained_share)] = STRAINED
        return standing

    @cached_property
    def decline_weights(self) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Amounts in cents, rising, and how much the share of declined payments of amounts below each is, 65,536ths.

        There is one more of these, of the amounts above the last.
        """
        rules, most = self.rules.cards, 100 * max(high for _, high in self.rules.sizes.of("amount"))
        amounts = [100.0]
        while amounts[-1] < most:
            amounts.append(amounts[-1] * _AMOUNT_STEP)
        middles = [amount / math.sqrt(_AMOUNT_STEP) for amount in (*amounts, amounts[-1] * _AMOUNT_STEP)]
        # Rounded, so that machines that differ in the last bit agree.
        weights = [round((middle / 100 / rules.decline_amount) ** rules.decline_growth, 6) for middle in middles]
        return np.rint(amounts).astype(np.int64), np.rint(np.array(weights) * LANES).astype(np.int64)

    @cached_property
    def card_days(self) -> NDArray[np.int32]:
        """For how many days a stored card is used, by its number modulo 65,536."""
        low, high = self.rules.cards.used_days
        return (low + scaled(self.streams.lanes(LANES, "card", "days"), high - low + 1)).astype(np.int32)

    @cached_property
    def ends_blocked(self) -> NDArray[np.bool_]:
        """Whether a stored card is blocked on the last days of its use, by its number modulo 65,536."""
        return self.streams.lanes(LANES, "card", "end") < threshold(self.rules.cards.ends_blocked_share)

    @cached_property
    def labels(self) -> dict[str, Labels]:
        """The texts of coded columns."""
        return {name: self.kinds.labels(name) for name in ("card_bin", "card_type", "card_issuer", "card_brand")} | {
            "payment_type": Labels.of(PAYMENT_TYPES),
            "payment_status": Labels.of(PAYMENT_STATUSES),
        }

    def traits(self, merchants: int) -> Traits:
        """The traits of so many merchants, or some more."""
        count = -(-merchants // _ROOM) * _ROOM
        if count not in self._traits:
            self._traits[count] = traits(self.streams, self.rules, count)
        return self._traits[count]


def _by_lane(shares: tuple[float, ...]) -> NDArray[np.uint8]:
    limits = cumulative(shares).astype(np.int64)
    return np.repeat(np.arange(len(shares)), np.diff(limits, prepend=0)).astype(np.uint8)
