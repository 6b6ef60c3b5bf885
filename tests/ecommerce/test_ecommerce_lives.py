"""What becomes of orders: steps in their order and times, whatever the rules; nothing on the as-of day or later."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.calendar import SECONDS_A_DAY, SECONDS_AN_HOUR
from datagen.ecommerce.lives import AHEAD, make_lives, return_days, return_limits, returned_units, share_of_item
from datagen.ecommerce.moments import NEVER, day_of
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.rules.returns import ReturnRules
from datagen.rules import override
from datagen.streams import Streams

RULES = EcommerceRules()
SLOWEST = {
    "life.slow_payers": 1.0,
    "life.transfer_hours": "71,71",
    "life.next_day": 0.05,
    "life.way": "9,0",
    "returns.whole_orders": 0.5,
    "returns.days": "30,30",
    "life.warehouse": "0,20",
    "life.round_hours": "8,24",
    "returns.counter": "0,24",
}
QUICKEST = {"life.slow_payers": 0.0, "life.next_day": 1.0, "life.way": "1,0", "life.warehouse": "19,20"}
PLACED = 20_000 * SECONDS_A_DAY + Streams(0, "lives").below(SECONDS_A_DAY, 4_000, "placed")


@pytest.mark.parametrize("changes", [{}, SLOWEST, QUICKEST, {"life.cancelled": 0.5, "life.unpaid": 0.5}])
@pytest.mark.parametrize("days", [1, 5, 20, AHEAD])
def test_steps_are_in_their_order_and_within_their_times(changes, days):
    end = 20_000 + days
    lives = make_lives(PLACED, end, override(RULES, changes), Streams(1, "lives"))
    steps = [PLACED, lives.paid, lives.shipped, lives.delivered, lives.sending_back]
    for before, after in pairwise(steps):
        there = after != NEVER
        assert (before[there] < after[there]).all()
    for moments in [*steps, lives.cancelled]:
        assert (moments[moments != NEVER] < end * SECONDS_A_DAY).all()
    limits = {1: 3 * 24, 2: 5 * 24, 3: 10 * 24, 4: 30 * 24}
    for place, hours in limits.items():
        there = steps[place] != NEVER
        assert (steps[place] - steps[place - 1])[there].max(initial=0) <= hours * SECONDS_AN_HOUR
    there = lives.delivered != NEVER
    assert (lives.delivered - lives.shipped)[there].min(initial=SECONDS_A_DAY) >= 12 * SECONDS_AN_HOUR
    there = lives.cancelled != NEVER
    assert (lives.shipped[there] == NEVER).all()
    unpaid = there & (lives.paid == NEVER)
    assert (lives.cancelled - PLACED)[unpaid].max(initial=0) <= 3 * SECONDS_A_DAY
    paid = there & (lives.paid != NEVER)
    assert (lives.cancelled - lives.paid)[paid].max(initial=0) <= 5 * SECONDS_A_DAY
    if days == AHEAD:  # by then all has come that will
        assert ((lives.delivered != NEVER) ^ (lives.cancelled != NEVER)).all()
        for moments in (lives.sending_back, lives.cancelled):
            assert day_of(moments[moments != NEVER]).max(initial=0) < end


def test_parcels_take_longer_before_christmas():
    christmas = 20_447  # 2025-12-25
    placed = PLACED - 20_000 * SECONDS_A_DAY

    def days_on_the_way(first):
        lives = make_lives(placed + first * SECONDS_A_DAY, first + AHEAD, RULES, Streams(1, "lives"))
        there = lives.delivered != NEVER
        return (lives.delivered - lives.shipped)[there].mean() / SECONDS_A_DAY

    assert days_on_the_way(christmas - 20) > 1.2 * days_on_the_way(christmas + 20)


def test_an_earlier_as_of_day_only_takes_away_what_has_not_happened():
    late, early = (make_lives(PLACED, 20_000 + days, RULES, Streams(1, "lives")) for days in (AHEAD, 6))
    for name in ("paid", "shipped", "delivered", "cancelled", "sending_back"):
        one, other = getattr(late, name), getattr(early, name)
        there = other != NEVER
        assert (one[there] == other[there]).all()
        assert there.sum() <= (one != NEVER).sum()


@settings(max_examples=50)
@given(st.integers(1, 10), st.integers(0, 65_535), st.integers(0, 65_536), st.booleans())
def test_units_that_come_back_are_none_to_all(units, lane, limit, whole):
    found = returned_units(np.array([units]), np.array([lane], np.uint16), np.array([limit]), 0.8, np.array([whole]))
    assert 0 <= found[0] <= units
    assert (found[0] > 0) == (whole or lane < limit)


def test_returns_have_the_value_that_is_expected():
    rules = ReturnRules()
    values, tendencies = np.array([5.0, 3.0, 2.0]), np.array([1.0, 1.25, 2.9])
    means = np.full(3, share_of_item([0.7, 0.2, 0.1], rules))
    chances = return_limits(tendencies, values, means, rules) / 65_536
    expected = rules.whole_orders + rules.customers * (chances * means * values).sum() / values.sum()
    assert expected == pytest.approx(rules.value, rel=0.01)
    assert chances[2] / chances[0] == pytest.approx(2.9, rel=0.01)


def test_what_comes_back_comes_early_mostly():
    chances = return_days(ReturnRules())
    assert len(chances) == 29
    assert sum(chances[:14]) > 4 * sum(chances[14:])
