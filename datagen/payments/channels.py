"""By which channel payments are made: what a merchant's trade is like, moved by the hour and by the card."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from datagen.payments.cards import CardKinds
from datagen.payments.daily_volume import FOOD_CODE
from datagen.payments.payment_times import Moments, closing_early, day_density, opening
from datagen.payments.rules import PaymentsRules
from datagen.payments.rules.activity import FIRST_HOUR, ActivityRules
from datagen.payments.trade import Day, Trade
from datagen.sampling import LANES
from datagen.streams import Streams

_MINUTE = 60
_MOST_SHIFT = 0.95  # of what is left to 0 or 1: no channel ever falls away


def payment_types(
    trade: Trade, at: Streams, day: Day, made: Moments, limits: NDArray[np.uint32], kind: NDArray[np.int16]
) -> NDArray[np.uint8]:
    """The type of each payment, a place in `PAYMENT_TYPES`; `limits` are `Trade.channels`, `kind` the cards'.

    A merchant's share of payments without the card present is its own over a day; it is larger in the evening than at
    noon, and larger by credit cards than by debit cards.
    """
    activity, merchant = trade.rules.activity, made.merchant
    first, span = opening(activity)
    minute = (made.second - first) // _MINUTE
    minute += (day.roster.industry == FOOD_CODE).astype(np.int64).take(merchant) * (span // _MINUTE)
    shift = hourly_shifts(activity).take(minute) + card_shifts(trade.kinds, trade.rules).take(kind)
    usual = limits[0].take(merchant).astype(np.int64)
    limit = usual - (shift * np.minimum(usual, LANES - usual) >> 16)
    if early := closing_early(day.number):
        limit = limit * open_shops(activity, early).take(minute) >> 16
    lanes = at.lanes(len(merchant), "type").astype(np.int64)
    remote = np.flatnonzero(lanes >= limit)
    usual, limit = usual.take(remote), limit.take(remote)
    # The others are among themselves as they are for the merchant.
    spread = usual + (lanes.take(remote) - limit) * (LANES - usual) // (LANES - limit)
    types = np.zeros(len(merchant), np.uint8)
    types[remote] = types_of(limits, merchant.take(remote), spread)
    return types


def types_of(limits: NDArray[np.uint32], merchant: NDArray[np.int64], lanes: NDArray[np.int64]) -> NDArray[np.uint8]:
    """The payment type of each payment to a merchant, by a number below 65,536 and the limits on it."""
    payment_type = np.zeros(len(lanes), np.uint8)
    for limit in limits:
        payment_type += lanes >= limit.take(merchant)
    return payment_type


@lru_cache(maxsize=4)
def hourly_shifts(rules: ActivityRules) -> NDArray[np.int64]:
    """By minute since opening, of most merchants and then of food: how the share of payments without the card present
    differs from the merchant's, 65,536ths of what is left to 0 or 1. Over a day they come to nothing."""
    wanted = _by_minute(rules.remote_hours, rules)
    shifts = []
    for weights in (rules.hours, rules.food_hours):
        density = day_density(weights, rules)
        middle = (density[1:] + density[:-1]) / 2
        shifts.append(wanted / (wanted @ middle / middle.sum()) - 1)
    clipped = np.clip(np.round(np.concatenate(shifts), 6), -_MOST_SHIFT, _MOST_SHIFT)
    fractions: NDArray[np.int64] = np.rint(clipped * LANES).astype(np.int64)
    return fractions


@lru_cache(maxsize=4)
def open_shops(rules: ActivityRules, early: int) -> NDArray[np.int64]:
    """By minute, as `hourly_shifts`: which part of the counters is still open on a day on which shops close early."""
    shops, food = rules.early_hours(early)
    parts = np.concatenate([_by_minute(shops, rules), _by_minute(food, rules)])
    fractions: NDArray[np.int64] = np.rint(np.round(parts, 6) * LANES).astype(np.int64)
    return fractions


@lru_cache(maxsize=4)
def _card_shifts(shift: float, debit: tuple[bool, ...], weights: tuple[int, ...]) -> NDArray[np.int64]:
    is_debit = np.array(debit)
    share = round(float(np.array(weights)[is_debit].sum()) / sum(weights), 6)
    others = shift * share / (1 - share) if share < 1 else 0.0
    shifts = np.where(is_debit, -shift, min(others, _MOST_SHIFT))
    fractions: NDArray[np.int64] = np.rint(shifts * LANES).astype(np.int64)
    return fractions


def card_shifts(kinds: CardKinds, rules: PaymentsRules) -> NDArray[np.int64]:
    """The same by kind of card: what debit cards pay less often from afar, the others pay more often."""
    weights = np.bincount(kinds.by_lane, minlength=len(kinds.kinds))
    debit = tuple(kind.card_type == "debit" for kind in kinds.kinds)
    return _card_shifts(1 - rules.payments.debit_remote, debit, tuple(weights.tolist()))


def _by_minute(hours: tuple[float, ...], rules: ActivityRules) -> NDArray[np.float64]:
    first, span = opening(rules)
    middles = np.arange(len(hours)) + FIRST_HOUR + 0.5
    minutes = np.arange(first, first + span, _MINUTE) / (60 * _MINUTE) + 0.5 / 60
    values: NDArray[np.float64] = np.interp(minutes, middles, hours)
    return values
