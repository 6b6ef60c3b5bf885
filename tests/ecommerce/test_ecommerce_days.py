"""Exact counts: totals shared out, orders by day, items by order."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.ecommerce.catalogue import Span
from datagen.ecommerce.days import make_plan, orders_of_days, sizes_of_orders
from datagen.ecommerce.promotions import Promotions
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.shares import chosen, rounded, shared_out
from datagen.ecommerce.size import Size
from datagen.streams import Streams

NONE = np.zeros(0, np.int64)
NO_PROMOTIONS = Promotions([], NONE, NONE.astype(bool), NONE, NONE, NONE, NONE, NONE, NONE, NONE)
RULES = EcommerceRules().orders


def size(orders: int, items: int, products: int = 200) -> Size:
    return Size(1, 1, 1, products, 0, 0, orders, items)


@given(st.integers(0, 10_000), st.lists(st.floats(0, 1e6), min_size=1, max_size=50).filter(lambda w: sum(w) > 1e-3))
def test_shares_add_up_and_are_near_their_weights(total, weights):
    found = shared_out(total, np.array(weights))
    assert found.sum() == total
    assert (np.abs(found - total * np.array(weights) / sum(weights)) < 1.001).all()


def test_halves_are_rounded_up_and_the_lowest_keys_are_chosen():
    assert [rounded(share, 10) for share in (0.25, 0.24, 0.0, 1.0)] == [3, 2, 0, 10]
    assert chosen(2, 4, np.array([3, 1, 2, 1])).tolist() == [False, True, False, True]


@settings(max_examples=40)
@given(seed=st.integers(0, 2**32), orders=st.integers(1, 5_000), days=st.integers(28, 1_100))
def test_orders_of_days_add_up(seed, orders, days):
    found = orders_of_days(orders, RULES, Span(20_000, 20_000 + days), NO_PROMOTIONS, Streams(seed, "days"))
    assert len(found) == days
    assert found.sum() == orders and found.min() >= 0


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), orders=st.integers(1, 300), days=st.integers(28, 400))
def test_the_items_of_days_are_those_of_their_orders(seed, orders, days):
    plan = make_plan(size(orders, 5 * orders), RULES, Span(20_000, 20_000 + days), NO_PROMOTIONS, Streams(seed, "plan"))
    of_days = np.repeat(np.arange(days), plan.orders)
    assert plan.items_of_days.tolist() == np.bincount(of_days, plan.sizes, minlength=days).tolist()
    assert plan.first_orders.tolist() == [0, *np.cumsum(plan.orders).tolist()]


@settings(max_examples=60)
@given(data=st.data(), seed=st.integers(0, 2**32), orders=st.integers(1, 3_000), products=st.integers(4, 400))
def test_items_of_orders_add_up_within_their_limits(data, seed, orders, products):
    most = min(50, products // 4)
    items = data.draw(st.integers(orders, orders * most))
    found = sizes_of_orders(size(orders, items, products), RULES, Streams(seed, "sizes"))
    assert found.sum(dtype=np.int64) == items
    assert found.min() >= 1 and found.max() <= most


def test_days_vary_more_than_by_chance_alone():
    span = Span(20_000, 20_000 + 700)
    found = orders_of_days(700 * 400, RULES, span, NO_PROMOTIONS, Streams(0, "days"))
    again = orders_of_days(700 * 400, RULES, span, NO_PROMOTIONS, Streams(1, "days"))
    assert (found - again).var() / 2 > 1.5 * found.mean()


def test_more_orders_begin_with_the_same_sizes():
    few, many = (sizes_of_orders(size(count, 10 * count), RULES, Streams(3, "sizes")) for count in (50_000, 80_000))
    assert (few == many[: len(few)]).mean() > 0.9


@pytest.mark.parametrize("mean", [1, 3, 10, 25])
def test_sizes_are_skewed_and_dispersed(mean):
    found = sizes_of_orders(size(20_000, 20_000 * mean), RULES, Streams(0, "sizes"))
    assert found.mean() == mean
    if mean > 1:
        assert np.median(found) < mean and found.var() > found.mean() - 1
