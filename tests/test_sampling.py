"""Vectorised draws: shares, quotas, quantiles and orders, against plain Python and NumPy."""

from __future__ import annotations

import math
from collections import Counter
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from datagen import sampling
from datagen.streams import Streams

EVERY_LANE = np.arange(sampling.LANES, dtype=np.uint16)
WEIGHTS = st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any)


@given(WEIGHTS)
def test_an_index_is_picked_as_often_as_its_weight(weights):
    counts = np.bincount(sampling.pick(weights, EVERY_LANE), minlength=len(weights))
    exact = np.array(weights) / sum(weights) * sampling.LANES
    assert np.abs(counts - exact).max() <= 1
    assert (counts[np.array(weights) == 0] == 0).all()
    assert counts.sum() == sampling.LANES


def test_weights_of_any_scale_and_fraction_are_the_same_choice():
    lanes = Streams(1).lanes(1_000, "x")
    expected = sampling.pick([1, 2, 1], lanes)
    for weights in ([0.25, 0.5, 0.25], [1e-9, 2e-9, 1e-9], np.array([1e9, 2e9, 1e9])):
        np.testing.assert_array_equal(expected, sampling.pick(weights, lanes))


@given(st.floats(0, 1))
def test_a_threshold_lets_through_its_share(share):
    through = int((sampling.threshold(share) > EVERY_LANE).sum())
    assert abs(through - share * sampling.LANES) <= 0.5


@pytest.mark.parametrize(("share", "through"), [(0, 0), (1, sampling.LANES), (-3, 0), (7, sampling.LANES)])
def test_a_threshold_of_nothing_or_all_is_exact(share, through):
    assert int((sampling.threshold(share) > EVERY_LANE).sum()) == through


@given(st.floats(-1, 2))
def test_the_threshold_of_a_number_is_that_of_a_column_of_it(share):
    alone, column = sampling.threshold(share), sampling.threshold(np.array([share]))
    assert (alone.dtype, alone) == (column.dtype, column[0])


def test_thresholds_of_a_column_are_one_a_row():
    np.testing.assert_array_equal(sampling.threshold(np.array([0.0, 0.5, 1.0])), [0, 32_768, 65_536])


@given(st.lists(WEIGHTS.filter(lambda w: len(w) == 4), min_size=1, max_size=5), st.integers(0, 2**32))
def test_picking_by_row_is_picking_with_the_weights_of_that_row(tables, seed):
    lanes = Streams(seed).lanes(200, "lane")
    rows = Streams(seed).below(len(tables), 200, "row")
    limits = np.array([sampling.cumulative(weights) for weights in tables])
    expected = [int(sampling.pick(tables[row], lanes[i : i + 1])[0]) for i, row in enumerate(rows)]
    np.testing.assert_array_equal(sampling.pick_by_row(limits, rows, lanes), expected)


@given(st.lists(st.tuples(st.integers(0, 65_535), st.integers(1, 2**31 - 1)), max_size=50))
def test_scaled_lanes_are_whole_numbers_below_their_bounds(pairs):
    lanes = np.array([lane for lane, _ in pairs], np.uint16)
    bounds = np.array([bound for _, bound in pairs], np.int64)
    np.testing.assert_array_equal(sampling.scaled(lanes, bounds), [lane * bound // 65_536 for lane, bound in pairs])


@pytest.mark.parametrize("bound", [1, 2, 7, 60, 1_000])
def test_scaled_lanes_are_spread_evenly(bound):
    counts = np.bincount(sampling.scaled(EVERY_LANE, bound), minlength=bound)
    assert len(counts) == bound
    assert counts.max() - counts.min() <= 1


@given(
    weights=st.lists(st.integers(0, 20), min_size=1, max_size=6).filter(any),
    blocks=st.integers(0, 4),
    rest=st.integers(0, 19),
    seed=st.integers(0, 2**32),
)
def test_quotas_are_exact_in_every_block(weights, blocks, rest, seed):
    block = sum(weights)
    count = blocks * block + rest % block
    spread = sampling.stratified(Streams(seed), count, block, "q")
    chosen = sampling.quota_pick(weights, spread)
    assert len(chosen) == count
    for start in range(0, blocks * block, block):
        counted = Counter(chosen[start : start + block].tolist())
        # A limit such as 5/7 is a binary fraction off at most: one member may change sides.
        assert all(abs(counted[i] - weight) <= 1 for i, weight in enumerate(weights))
    assert set(chosen.tolist()) <= {i for i, weight in enumerate(weights) if weight}


def test_quotas_of_decimal_shares_are_exact():
    spread = sampling.stratified(Streams(3), 2_000, 200, "method")
    chosen = sampling.quota_pick([0.60, 0.25, 0.07, 0.05, 0.03], spread).reshape(10, 200)
    for block in chosen:
        assert np.bincount(block, minlength=5).tolist() == [120, 50, 14, 10, 6]


@given(count=st.integers(0, 90), more=st.integers(0, 60), block=st.integers(1, 30), seed=st.integers(0, 99))
def test_stratified_numbers_begin_with_those_of_a_shorter_column(count, more, block, seed):
    shorter = sampling.stratified(Streams(seed), count, block, "s")
    np.testing.assert_array_equal(shorter, sampling.stratified(Streams(seed), count + more, block, "s")[:count])
    assert ((shorter >= 0) & (shorter < 1)).all()


def test_stratified_numbers_fill_every_stratum_once_in_random_order():
    numbers = sampling.stratified(Streams(5), 300, 100, "s").reshape(3, 100)
    strata = np.floor(numbers * 100).astype(int)
    assert all(sorted(row.tolist()) == list(range(100)) for row in strata)
    assert not np.array_equal(strata[0], strata[1])
    assert not np.array_equal(strata[0], np.arange(100))


GROUPS = st.lists(st.integers(0, 4), min_size=1, max_size=200)


@given(GROUPS, st.integers(0, 2**32))
def test_evenly_spread_numbers_meet_every_share_in_every_group_within_a_few(groups, seed):
    codes = np.array(groups)
    spread = sampling.evenly(Streams(seed), codes, "e")
    assert ((spread >= 0) & (spread < 1)).all()
    for group in range(5):
        mine = spread[codes == group]
        for share in (0.1, 0.25, 0.6):
            assert abs((mine < share).sum() - share * len(mine)) < 2.5


@given(GROUPS, GROUPS, st.integers(0, 99))
def test_evenly_spread_numbers_begin_with_those_of_a_shorter_column(groups, more, seed):
    few, many = (sampling.evenly(Streams(seed), np.array(codes), "e") for codes in (groups, groups + more))
    np.testing.assert_array_equal(few, many[: len(groups)])


def test_groups_begin_at_places_of_their_own():
    spread = sampling.evenly(Streams(1), np.arange(1_000), "e")
    assert len(set(spread.tolist())) == 1_000
    assert spread.mean() == pytest.approx(0.5, abs=0.05)


KEYS = arrays(np.uint16, st.shared(st.integers(0, 60), key="rows"), elements=st.integers(0, 9))


@given(st.lists(KEYS, min_size=1, max_size=4))
def test_order_by_is_the_order_of_lexsort(keys):
    np.testing.assert_array_equal(sampling.order_by(*keys), np.lexsort(keys[::-1]))


def test_order_by_takes_the_whole_range_of_its_keys_and_keeps_ties_in_place():
    key = np.array([65_535, 0, 40_000, 65_535, 0], np.uint16)
    assert sampling.order_by(key).tolist() == [1, 4, 2, 0, 3]


@given(st.lists(st.integers(-3, 3), max_size=60).map(sorted))
def test_the_rank_in_a_group_counts_its_earlier_rows(groups):
    seen: Counter[int] = Counter()
    expected = []
    for group in groups:
        expected.append(seen[group])
        seen[group] += 1
    assert sampling.rank_in_group(np.array(groups, np.int64)).tolist() == expected


@pytest.mark.parametrize("mean", [0.01, 0.1, 0.3, 0.5, 1.0, 1.5, 1.99, 2.0, 2.5, 4.0, 12.5, 40.0])
def test_counts_have_their_mean_and_a_poisson_like_spread(mean):
    drawn = sampling.counts(np.full(sampling.LANES, mean), EVERY_LANE)
    assert drawn.min() >= 0
    assert drawn.mean() == pytest.approx(mean, rel=0.025, abs=0.002)
    if mean < 2 or mean >= 4:
        assert drawn.var() == pytest.approx(mean, rel=0.05, abs=0.002)


@pytest.mark.parametrize("mean", [0.25, 1.0, 1.75])
def test_small_counts_are_as_frequent_as_poisson_ones(mean):
    drawn = np.bincount(sampling.counts(np.full(sampling.LANES, mean), EVERY_LANE), minlength=11) / sampling.LANES
    expected = [math.exp(-mean) * mean**k / math.factorial(k) for k in range(11)]
    assert drawn == pytest.approx(expected, abs=2e-5)


def test_small_and_large_means_mix():
    means = np.array([0.5, 30.0, 1.5, 2.0, 0.0])
    lanes = np.array([65_535, 32_768, 0, 32_768, 65_535], np.uint16)
    assert sampling.counts(means, lanes).tolist() == [
        int(sampling.counts(means[i : i + 1], lanes[i : i + 1])[0]) for i in range(5)
    ]


def test_nothing_is_counted_where_nothing_is_expected():
    assert (sampling.counts(np.zeros(sampling.LANES), EVERY_LANE) == 0).all()


def test_normal_quantiles_have_mean_deviation_and_limits():
    drawn = sampling.quantiles(sampling.normal_table(100, 15, 70, 140), EVERY_LANE)
    assert drawn.min() == 70
    assert drawn.max() == 140
    assert drawn.mean() == pytest.approx(100, abs=0.5)
    below = NormalDist(100, 15).cdf(90.5)
    assert (drawn <= 90).mean() == pytest.approx(below, abs=0.002)


def test_lognormal_quantiles_have_their_median_and_are_skewed():
    drawn = sampling.quantiles(sampling.lognormal_table(60, 0.4, 5, 1_000), EVERY_LANE)
    assert np.median(drawn) == pytest.approx(60, abs=1)
    assert drawn.mean() == pytest.approx(60 * np.exp(0.08), rel=0.01)


def test_exponential_quantiles_have_their_mean():
    drawn = sampling.quantiles(sampling.exponential_table(50, 0, 10_000), EVERY_LANE)
    assert drawn.mean() == pytest.approx(50, rel=0.01)
    assert (drawn <= 50).mean() == pytest.approx(1 - np.exp(-1), abs=0.01)


def test_an_exponential_of_mean_zero_is_zero():
    assert (sampling.exponential_table(0, 0, 400) == 0).all()


def test_deviates_are_standard_normal_and_symmetric():
    drawn = sampling.deviates(EVERY_LANE)
    assert drawn.mean() == pytest.approx(0, abs=1e-9)
    assert drawn.std() == pytest.approx(1, abs=0.005)
    np.testing.assert_allclose(np.sort(drawn), -np.sort(drawn)[::-1])
    np.testing.assert_array_equal(drawn, np.round(drawn, 4))


@pytest.mark.parametrize(
    "table", [sampling.normal_table(0, 30, -240, 240), sampling.lognormal_table(63, 0.36, 12, 210)]
)
def test_quantile_tables_rise_and_are_whole(table):
    assert table.dtype.kind == "i"
    assert (np.diff(table) >= 0).all()


def test_interpolated_numbers_lie_between_the_neighbouring_quantiles_and_rarely_come_again():
    table = sampling.lognormal_table(10_000, 1.0, 1, 10_000_000)
    words = Streams(1).words(50_000, "amount")
    drawn = sampling.interpolated(table, words)
    place = words >> 20
    assert (drawn >= table[place]).all()
    assert (drawn <= table[np.minimum(place + 1, len(table) - 1)]).all()
    assert len(np.unique(drawn)) > 3 * len(table)


@given(st.integers(1, 300), st.integers(0, 99))
def test_scattered_numbers_are_a_permutation(bound, seed):
    numbers = sampling.scattered(np.arange(bound), bound, Streams(seed), "numbers")
    assert sorted(numbers.tolist()) == list(range(bound))
    few = sampling.scattered(np.arange(bound // 2), bound, Streams(seed), "numbers")
    np.testing.assert_array_equal(few, numbers[: bound // 2])


def test_scattered_numbers_have_no_pattern():
    numbers = sampling.scattered(np.arange(100_000) * 512, 10**12, Streams(1), "numbers")
    assert len(set(numbers.tolist())) == 100_000
    assert 0 <= numbers.min() < 10**8
    for digit in range(12):
        counts = np.bincount(numbers // 10**digit % 10, minlength=10)
        assert np.abs(counts - 10_000).max() < 500
    assert abs(np.corrcoef(numbers[1:], numbers[:-1])[0, 1]) < 0.02
