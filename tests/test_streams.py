"""Named streams: one name path is one draw, the same everywhere, whatever else is drawn."""

from __future__ import annotations

import itertools
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.streams import Streams

NAMES = st.lists(st.one_of(st.integers(-(10**12), 10**12), st.text("abcxyz019 _-./é", max_size=8)), max_size=4)
DRAWS = ["lanes", "words", "longs", "uniform"]


@given(names=NAMES, count=st.integers(0, 300), draw=st.sampled_from(DRAWS))
def test_the_same_names_give_the_same_numbers(names, count, draw):
    first, again = (getattr(Streams(42, *names), draw)(count, "aspect") for _ in range(2))
    assert len(first) == count
    np.testing.assert_array_equal(first, again)


@given(names=NAMES, short=st.integers(0, 100), more=st.integers(0, 100), draw=st.sampled_from(DRAWS))
def test_asking_for_more_numbers_leaves_the_first_ones_as_they_were(names, short, more, draw):
    streams = Streams(1, "world", *names)
    np.testing.assert_array_equal(getattr(streams, draw)(short, "x"), getattr(streams, draw)(short + more, "x")[:short])


@given(bounds=st.lists(st.integers(1, 2**31 - 1), max_size=50), more=st.integers(0, 9))
def test_bounded_numbers_lie_below_their_bounds_and_are_prefix_stable(bounds, more):
    numbers = Streams(5).below(bounds, len(bounds), "n")
    assert ((numbers >= 0) & (numbers < np.array(bounds, np.int64))).all()
    longer = Streams(5).below([*bounds, *[7] * more], len(bounds) + more, "n")
    np.testing.assert_array_equal(numbers, longer[: len(bounds)])


def test_draws_do_not_depend_on_what_was_drawn_before():
    streams = Streams(3, "w")
    alone = streams.lanes(100, "b")
    streams.words(999, "a")
    streams.integer("c")
    np.testing.assert_array_equal(alone, streams.lanes(100, "b"))


def test_a_longer_path_can_be_named_at_once_or_in_steps():
    expected = Streams(42, "fitness", "members", 7).lanes(50, "age")
    np.testing.assert_array_equal(expected, Streams(42, "fitness").at("members", 7).lanes(50, "age"))
    np.testing.assert_array_equal(expected, Streams(42).at("fitness").at("members").lanes(50, 7, "age"))


def test_streams_of_one_path_are_equal():
    assert {Streams(42, "fitness"), Streams(42).at("fitness")} == {Streams(42, "fitness")}
    assert Streams(42, "fitness") != Streams(43, "fitness")
    assert Streams(42) != 42


LOOKALIKES = [
    (1,), ("1",), (1, ""), ("1", ""), ("", 1), (11,), (1, 1), ("1", 1), (1, "1"), ("1", "1"), ("11",),
    ("a", "b"), ("ab",), ("ab", ""), ("a", "", "b"), ("a b",), ("a", "sb"), ("i1",), ("s1",), (-1,), ("-1",),
    ("A", "b"), ("a.b",), ("a/b",), (), ("",), ("", ""),
]  # fmt: skip


def test_names_of_different_kinds_and_levels_do_not_collide():
    drawn = [Streams(42, *names).longs(4).tobytes() for names in LOOKALIKES]
    assert len(set(drawn)) == len(LOOKALIKES)


@given(st.lists(NAMES.map(tuple), min_size=2, max_size=6, unique=True))
def test_different_names_give_different_numbers(paths):
    drawn = {Streams(0, *path).longs(4).tobytes() for path in paths}
    assert len(drawn) == len(paths)


def test_numpy_integers_name_the_same_streams_as_python_ones():
    expected = Streams(42, 3).lanes(9, "x").tolist()
    for kind in (np.int64, np.int32, np.intp):
        assert Streams(42, kind(3)).lanes(9, "x").tolist() == expected


def test_seeds_and_worlds_differ():
    drawn = {Streams(seed, world).longs(4).tobytes() for seed in range(200) for world in ("fitness", "bank")}
    assert len(drawn) == 400


def chi_square(counts: np.ndarray) -> float:
    """The statistic against equal frequencies, in standard deviations from its mean (crude)."""
    expected = counts.sum() / counts.size
    freedom = counts.size - 1
    return float((((counts - expected) ** 2 / expected).sum() - freedom) / np.sqrt(2 * freedom))


def test_numbers_are_uniform():
    streams = Streams(42, "uniform")
    lanes = streams.lanes(200_000, "lanes")
    words = streams.words(200_000, "words")
    assert abs(chi_square(np.bincount(lanes >> 8, minlength=256))) < 5
    assert abs(chi_square(np.bincount(lanes & 255, minlength=256))) < 5
    assert abs(chi_square(np.bincount(words >> 24, minlength=256))) < 5
    assert abs(chi_square(np.bincount(streams.below(10, 100_000, "ten"), minlength=10))) < 5
    uniform = streams.uniform(100_000, "u")
    assert uniform.min() >= 0
    assert uniform.max() < 1
    assert abs(uniform.mean() - 0.5) < 0.005


@pytest.mark.parametrize(
    ("one", "other"),
    [(("a",), ("b",)), ((1,), (2,)), (("m", 1), ("m", 2)), (("x",), ("x", "y")), ((2**40,), (2**40 + 1,))],
)
def test_streams_of_different_names_are_independent(one, other):
    first, second = (Streams(7, *names).lanes(100_000) >> 12 for names in (one, other))
    together = np.bincount(first.astype(int) * 16 + second, minlength=256)
    assert abs(chi_square(together)) < 5
    assert abs(np.corrcoef(first, second)[0, 1]) < 0.02


def test_many_short_streams_together_are_uniform():
    first = np.array([Streams(1, "unit", number).lanes(1, "x")[0] for number in range(5_000)])
    assert abs(chi_square(np.bincount(first >> 11, minlength=32))) < 5


def test_streams_can_be_pickled():
    streams = Streams(42, "fitness", 7)
    again = pickle.loads(pickle.dumps(streams))
    np.testing.assert_array_equal(streams.words(20, "x"), again.words(20, "x"))


def test_streams_without_a_name_can_be_pickled():
    assert (pickle.loads(pickle.dumps(Streams())).longs(3, "a") == Streams().longs(3, "a")).all()


def test_streams_cannot_be_given_new_attributes():
    with pytest.raises(AttributeError):
        Streams(1).other = 2


def test_an_integer_seeds_a_foreign_generator():
    numbers = [Streams(seed).integer("faker") for seed in range(100)]
    assert len(set(numbers)) == 100
    assert all(type(number) is int and 0 <= number < 2**63 for number in numbers)


def test_known_numbers_stay_as_they_are():
    # A change here changes every data set ever made from a seed.
    streams = Streams(42, "fitness", "members")
    assert streams.lanes(5, "age").tolist() == [9106, 25438, 29003, 12957, 47660]
    assert streams.words(3, "age").tolist() == [1667113874, 849178955, 33929772]
    assert streams.integer("age") == 1823597920921784777


def test_another_process_draws_the_same_numbers():
    code = "from datagen.streams import Streams; print(Streams(42, 'é', -3).longs(3, 'x').tolist())"
    environment = {"PYTHONHASHSEED": "7", "LC_ALL": "C", "PATH": ""}
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=True)
    assert run.stdout.strip() == str(Streams(42, "é", -3).longs(3, "x").tolist())


@settings(max_examples=20)
@given(st.permutations(range(6)))
def test_the_order_of_drawing_does_not_matter(order):
    streams = Streams(9, "order")
    drawn = {name: streams.lanes(8, name).tolist() for name in order}
    assert [drawn[name] for name in range(6)] == [streams.lanes(8, name).tolist() for name in range(6)]


def test_neighbouring_lanes_are_independent():
    lanes = Streams(1, "serial").lanes(200_000) >> 12
    pairs = np.bincount(lanes[:-1].astype(int) * 16 + lanes[1:], minlength=256)
    assert abs(chi_square(pairs)) < 5
    for lag in (2, 3, 4, 8):
        assert abs(np.corrcoef(lanes[:-lag], lanes[lag:])[0, 1]) < 0.01


def test_all_lookalikes_differ_pairwise_in_every_kind_of_draw():
    for draw in DRAWS:
        drawn = [getattr(Streams(1), draw)(8, *names).tolist() for names in LOOKALIKES]
        assert all(a != b for a, b in itertools.combinations(drawn, 2))
