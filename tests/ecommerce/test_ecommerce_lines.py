"""What is put into orders: no product twice, exact sizes, and the law of successive draws without replacement."""

from __future__ import annotations

from itertools import permutations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.ecommerce import lines
from datagen.ecommerce.demand import draw_tables, shares_in_orders
from datagen.errors import UsageError
from datagen.streams import Streams

STREAMS = Streams(0, "test")


def drawn(weights, sizes, days=None, departments=None, lean=1.0, streams=STREAMS):
    weights = np.atleast_2d(np.asarray(weights, np.float64))
    departments = np.zeros(weights.shape[1], np.int64) if departments is None else np.asarray(departments)
    sizes = np.asarray(sizes, np.uint8)
    days = np.zeros(len(sizes), np.int64) if days is None else days
    tables = draw_tables(weights, departments)
    return lines.draw_products(tables, weights, days, sizes, lean, departments, streams)


def inclusion(weights, size):
    """How likely each product is in an order of this size, by going through all sequences of draws."""
    total, found = sum(weights), np.zeros(len(weights))
    for picks in permutations(range(len(weights)), size):
        chance, left = 1.0, total
        for pick in picks:
            chance *= weights[pick] / left
            left -= weights[pick]
        found[list(picks)] += chance
    return found


@settings(max_examples=30)
@given(seed=st.integers(0, 2**32), products=st.integers(8, 300), most=st.integers(1, 8), lean=st.floats(1, 5))
def test_no_product_is_in_an_order_twice_and_sizes_are_exact(seed, products, most, lean):
    streams = Streams(seed, "lines")
    weights = 1 / (1 + np.arange(products))
    sizes = 1 + streams.below(min(most, products), 200, "sizes")
    found = drawn(weights, sizes, departments=np.arange(products) % 3, lean=lean, streams=streams)
    assert len(found) == sizes.sum()
    keys = np.repeat(np.arange(200), sizes) * products + found
    assert len(np.unique(keys)) == len(keys)


@pytest.mark.parametrize("rounds", [24, 1, 0])
def test_the_law_is_that_of_one_product_after_the_other(monkeypatch, rounds):
    monkeypatch.setattr(lines, "_ROUNDS", rounds)
    weights, orders, size = [8.0, 4.0, 2.0, 1.0, 1.0], 6_000, 3
    found = drawn(weights, [size] * orders)
    expected = inclusion(weights, size) * orders
    error = np.sqrt(expected * (1 - expected / orders))
    assert np.abs((np.bincount(found, minlength=5) - expected) / error).max() < 4.5


def test_cells_of_the_grid_are_held_in_pieces(monkeypatch):
    monkeypatch.setattr(lines, "_CELLS", 30)
    found = drawn(np.ones(10), [2] * 500)
    assert (found[::2] != found[1::2]).all()
    assert np.bincount(found).min() > 50


def test_orders_lean_to_a_department():
    departments = np.arange(60) % 3
    sizes = [6] * 3_000
    pairs = {}
    for lean in (1.0, 4.0):
        own = departments[drawn(np.ones(60), sizes, departments=departments, lean=lean)].reshape(-1, 6)
        pairs[lean] = (own[:, :1] == own[:, 1:]).mean()
    assert pairs[1.0] == pytest.approx(19 / 59, abs=0.02)
    assert pairs[4.0] > 1.3 * pairs[1.0]


def test_what_is_not_on_sale_is_not_drawn():
    weights = np.array([[1.0, 0.0, 2.0, 0.0, 1.0]])
    assert set(drawn(weights, [3] * 50).tolist()) == {0, 2, 4}


def test_an_order_larger_than_what_is_on_sale_is_refused():
    with pytest.raises(UsageError, match="more items than products are on sale"):
        drawn(np.array([[1.0, 0.0, 2.0]]), [3])


def test_shares_in_orders_are_those_of_the_law():
    weights = np.array([8.0, 4.0, 2.0, 1.0, 1.0])
    for size in (1, 2, 3):
        sizes = np.zeros(6, np.int64)
        sizes[size] = 10
        found = shares_in_orders(weights / weights.sum(), sizes)
        assert found.sum() == pytest.approx(size, abs=1e-6)
        assert found == pytest.approx(inclusion(weights.tolist(), size), abs=0.06)


@pytest.mark.parametrize("mean", [1.0, 1.2, 1.9, 4.0])
def test_units_of_an_item_have_their_mean(mean):
    chances = lines.quantity_chances(mean)
    assert sum(chances) == pytest.approx(1)
    table = lines.quantity_tables((mean,))
    assert table.min() >= 1 and table.max() <= 10
    expected = sum(chance * units for units, chance in enumerate(chances, 1))
    assert table.mean() == pytest.approx(expected, abs=0.01)
