"""What becomes of orders: when they are paid, shipped, delivered, cancelled, sent back; and which units come back."""

from __future__ import annotations

import datetime as dt
import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import SECONDS_A_DAY, SECONDS_AN_HOUR, date_of, day_number, weekday
from datagen.ecommerce.moments import NEVER, Moments, day_of, moment, within_hours
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.rules.life import LifeRules
from datagen.ecommerce.rules.returns import ReturnRules
from datagen.frozen import dataclass
from datagen.sampling import LANES, cumulative, lognormal_table, quantiles, threshold
from datagen.streams import Streams

AHEAD = 50
"""Days after an order by which whatever comes of it has come: 3 to pay, 5 to ship, 10 on the way, 30 to return."""
_STEPS_A_DAY = 24
_SUNDAY = 6


@dataclass(frozen=True)
class Lives:
    """Times of orders, `NEVER` where nothing has happened before the as-of day."""

    paid: Moments
    shipped: Moments
    delivered: Moments
    cancelled: Moments
    sending_back: Moments
    """When something comes back, if it does."""
    whole: NDArray[np.bool_]
    """Whether all of it does."""


def make_lives(placed: Moments, as_of: int, rules: EcommerceRules, streams: Streams) -> Lives:
    """The lives of orders placed at these moments, as far as they have come."""
    life, count = rules.life, len(placed)
    is_cancelled = _happens(life.cancelled, count, streams, "cancelled")
    is_unpaid = is_cancelled & _happens(life.unpaid, count, streams, "unpaid")
    is_slow = _happens(life.slow_payers, count, streams, "slow")
    seconds = [60 * bound for bound in life.card_minutes]
    minutes = quantiles(lognormal_table(60 * life.card_median, life.card_sigma, *seconds), streams.lanes(count, "card"))
    lapsed = _nightly_run(placed, life, streams)
    paid = placed + np.where(is_slow, _transfers(lapsed - placed - 1, life, streams), minutes)
    change = _seconds_between(life.change_hours, SECONDS_AN_HOUR, count, streams, "change")
    cancelled = np.where(is_unpaid, lapsed, _awake(paid + change, life))
    shipping = [life.next_day * (1 - life.next_day) ** day for day in range(life.shipping_days)]
    shipping[-1] = max(1 - sum(shipping[:-1]), 0.0)
    wait = 1 + np.searchsorted(cumulative(shipping), streams.lanes(count, "days"), side="right")
    days = _off_sundays(day_of(paid), wait, life.shipping_days, life.sundays, streams, "ship")
    shipped = moment(days, within_hours(life.warehouse, count, streams, "warehouse"))
    lanes, (usual, sigma) = streams.lanes(count, "way"), life.way
    way, late = (
        quantiles(lognormal_table(median, sigma, *life.way_days), lanes) for median in (usual, usual * life.peak_way)
    )
    way = np.where(_before_christmas(days, life.peak_days), late, way)
    days = _off_sundays(days, way, life.way_days[1], life.sundays, streams, "deliver")
    delivered = moment(days, within_hours(life.round_hours, count, streams, "round"))
    sent = np.searchsorted(cumulative(return_days(rules.returns)), streams.lanes(count, "return"), side="right")
    days = _off_sundays(days, 1 + sent, rules.returns.most_days, life.sundays, streams, "take back")
    returned = moment(days, within_hours(rules.returns.counter, count, streams, "counter"))
    whole = _happens(rules.returns.whole_orders, count, streams, "whole")
    returns = whole | _happens(rules.returns.customers, count, streams, "returns")
    end = moment(as_of, 0)

    def known(happens: NDArray[np.bool_], when: Moments) -> Moments:
        return np.where(happens & (when < end), when, NEVER)

    return Lives(
        known(~is_unpaid, paid),
        known(~is_cancelled, shipped),
        known(~is_cancelled, delivered),
        known(is_cancelled, cancelled),
        known(~is_cancelled & returns, returned),
        whole,
    )


def _nightly_run(placed: Moments, life: LifeRules, streams: Streams) -> Moments:
    """When the last nightly run that is in time cancels orders, if they have not been paid."""
    run = moment(0, life.run_hour * SECONDS_AN_HOUR)
    last = moment(day_of(placed + life.unpaid_hours * SECONDS_AN_HOUR - run), run)
    return last + streams.below(60 * life.run_minutes, len(placed), "run")


def _transfers(room: NDArray[np.int64], life: LifeRules, streams: Streams) -> NDArray[np.int64]:
    """Seconds to payments by transfer, each within the room that the nightly run leaves."""
    low, high = (hours * SECONDS_AN_HOUR for hours in life.transfer_hours)
    place = streams.below(high - low + 1, len(room), "transfer")
    found: NDArray[np.int64] = np.minimum(low, room) + place * np.clip(room - low, 0, high - low) // max(high - low, 1)
    return found


def _awake(when: Moments, life: LifeRules) -> Moments:
    """Moments of customers: those of the night are put off by its length."""
    first, last = (hour * SECONDS_AN_HOUR for hour in life.waking_hours)
    second = when % SECONDS_A_DAY
    return when + np.where((second < first) | (second >= last), SECONDS_A_DAY - (last - first), 0)


def _before_christmas(days: NDArray[np.int64], count: int) -> NDArray[np.bool_]:
    """Whether days are among so many before a Christmas."""
    found = np.zeros(len(days), np.bool_)
    years = {date_of(int(day)).year for day in (days.min(), days.max())} if len(days) else set()
    for year in years:
        christmas = day_number(dt.date(year, 12, 25))
        found |= (days >= christmas - count) & (days < christmas)
    return found


def _off_sundays(
    begun: NDArray[np.int64], waits: NDArray[Any], most: int, sundays: float, streams: Streams, name: str
) -> NDArray[np.int64]:
    """The days so many days after others; most Sundays are put off by a day, or brought forward where that is late."""
    days = begun + waits
    works = _happens(sundays, len(days), streams, f"{name} on Sunday")
    off = (weekday(days) == _SUNDAY) & ~works
    moved = np.where(waits < most, 1, np.where(waits > 1, -1, 0))
    found: NDArray[np.int64] = days + np.where(off, moved, 0)
    return found


def _happens(share: float, count: int, streams: Streams, name: str) -> NDArray[np.bool_]:
    found: NDArray[np.bool_] = streams.lanes(count, name) < threshold(share)
    return found


def _seconds_between(span: tuple[int, int], unit: int, count: int, streams: Streams, name: str) -> NDArray[np.int64]:
    low, high = span
    return low * unit + streams.below((high - low) * unit + 1, count, name)


def return_days(rules: ReturnRules) -> list[float]:
    """How likely something comes back 1, 2, 3 ... days after delivery: a gamma law by days, cut."""
    shape, scale = rules.days

    def density(day: float) -> float:
        return float(day ** (shape - 1) * math.exp(-day / scale))

    steps = [(step + 0.5) / _STEPS_A_DAY for step in range(_STEPS_A_DAY)]
    return [round(sum(density(day + step) for step in steps), 9) for day in range(rules.most_days)]


def returned_units(
    quantities: NDArray[Any], lanes: NDArray[np.uint16], limits: NDArray[np.int64], whole_lines: float, whole: Any
) -> NDArray[np.int64]:
    """The units that come back of items of orders that send something back.

    `limits` are how likely each item is, of 65,536; `whole` whether its order comes back whole.
    """
    units = quantities.astype(np.int64)
    lane = lanes.astype(np.int64)
    all_of_it = np.floor(limits * whole_lines).astype(np.int64)
    rest = np.maximum(limits - all_of_it, 1)
    part = 1 + (lane - all_of_it) * units // rest
    found: NDArray[np.int64] = np.where(lane < all_of_it, units, np.where(lane < limits, part, 0))
    return np.where(whole, units, found)


def return_limits(
    tendencies: NDArray[np.float64],
    values: NDArray[np.float64],
    means: NDArray[np.float64],
    rules: ReturnRules,
) -> NDArray[np.int64]:
    """How likely an item of each product comes back, of 65,536, if its order sends something back.

    In proportion to tendencies, and so that the expected share of value comes back; `values` is what each product
    sells for, `means` the share of its units that come back with an item.
    """
    weight = np.cumsum(values * tendencies * means)[-1] / np.cumsum(values)[-1]
    base = max(rules.value - rules.whole_orders, 0.0) / max(rules.customers * weight, 1e-9)
    found: NDArray[np.int64] = np.rint(np.minimum(np.round(base * tendencies, 6), rules.most_likely) * LANES).astype(
        np.int64
    )
    return found


def share_of_item(chances: list[float], rules: ReturnRules) -> float:
    """The share of its units that come back with an item whose units are so likely 1, 2, 3 ..."""
    units = range(1, len(chances) + 1)
    back = sum(
        c * (rules.whole_lines * u + (1 - rules.whole_lines) * (u + 1) / 2) for c, u in zip(chances, units, strict=True)
    )
    return back / sum(c * u for c, u in zip(chances, units, strict=True))
