"""Options are refused with their name, the value and what would do; good ones pass as they are."""

from __future__ import annotations

import datetime as dt
import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen import options
from datagen.errors import UsageError
from datagen.fitness.size import DEMO, FULL_SCALE, Size

NOT_NUMBERS = [None, True, 1.0, "5", [3], float("nan")]


@given(st.integers(), st.integers(), st.integers())
def test_a_whole_number_passes_if_and_only_if_it_is_in_range(value, low, high):
    if low <= value <= high:
        assert options.whole_number("--n", value, low, high) == value
    else:
        with pytest.raises(UsageError, match="--n"):
            options.whole_number("--n", value, low, high)


@pytest.mark.parametrize("value", NOT_NUMBERS)
def test_what_is_no_whole_number_is_refused(value):
    with pytest.raises(UsageError, match=r"--n must be a whole number from 1 to 9, not "):
        options.whole_number("--n", value, 1, 9)


@pytest.mark.parametrize("value", [10**5_000, "x" * 1_000], ids=["number", "text"])
def test_a_refusal_stays_short(value):
    with pytest.raises(UsageError) as caught:
        options.whole_number("--n", value, 1, 9)
    assert len(str(caught.value)) < 150


@pytest.mark.parametrize("value", [-1, 2**63, "42", None])
def test_a_seed_has_63_bits(value):
    with pytest.raises(UsageError, match="--seed"):
        options.seed_number(value)
    assert options.seed_number(2**63 - 1) == 2**63 - 1


def test_workers_are_the_usable_cores_unless_told():
    assert options.worker_count(None) == options.usable_cores() <= (os.cpu_count() or 1)
    assert options.worker_count(7) == 7
    for value in (0, -1, 257, 2.0):
        with pytest.raises(UsageError, match="--workers"):
            options.worker_count(value)


@given(st.dates(dt.date(1900, 1, 1), dt.date(2150, 12, 31)))
def test_a_day_may_be_a_date_a_moment_or_text(day):
    moment = dt.datetime(day.year, day.month, day.day, 23, 59)  # noqa: DTZ001 - local times have no zone here
    assert options.as_of_day(day) == options.as_of_day(day.isoformat()) == options.as_of_day(moment) == day


@pytest.mark.parametrize(
    "value", ["", "soon", "2026-02-30", "1800-01-01", "2151-01-01", "20261", 20261120, dt.date(1, 1, 1)]
)
def test_an_impossible_day_is_refused(value):
    with pytest.raises(UsageError, match="--end-date"):
        options.as_of_day(value)


def test_the_usual_sizes():
    assert (DEMO.facilities, DEMO.members, DEMO.staff) == (2, 500, 25)
    assert (FULL_SCALE.facilities, FULL_SCALE.members, FULL_SCALE.staff) == (10, 10_000, 250)


@pytest.mark.parametrize("name", ["facilities", "members", "staff"])
@pytest.mark.parametrize("value", [0, -3, 10**9, 2.5, "many"])
def test_an_impossible_size_names_its_option(name, value):
    with pytest.raises(UsageError, match=f"--{name}"):
        Size(**{name: value})


@given(st.integers(1, 10_000), st.integers(1, 10_000_000), st.integers(1, 1_000_000))
def test_a_sample_is_small_and_grows_back_to_the_size(facilities, members, staff):
    size = Size(facilities, members, staff)
    sample = size.sample()
    assert sample.members <= 10_000
    assert sample.facilities <= 3
    for table, count in (("facilities", facilities), ("members", members), ("staff", staff)):
        assert getattr(sample, table) * size.growth(sample, table) == pytest.approx(count)
    assert size.growth(sample, "membershiptypes") == 1


def test_the_memory_of_checks_follows_what_is_free(monkeypatch):
    for free, limit in ((0, 512), (1000, 512), (4000, 1000), (100_000, 4096)):
        monkeypatch.setattr(options, "free_memory", lambda free=free: free)
        assert options.memory_limit() == limit
    assert options.memory_limit(300) == 300
    with pytest.raises(UsageError, match="--memory must be a whole number from 128"):
        options.memory_limit(64)


def test_a_control_group_bounds_the_memory_that_is_free(tmp_path, monkeypatch):
    (tmp_path / "max").write_text(f"{3 << 30}\n")
    (tmp_path / "current").write_text(f"{1 << 30}\n")
    monkeypatch.setattr(options, "_CONTROL_GROUP", [(str(tmp_path / "max"), str(tmp_path / "current"))])
    monkeypatch.setattr(options, "_free_of_machine", lambda: 1 << 20)
    assert options.free_memory() == 2048
    (tmp_path / "max").write_text("max\n")
    assert options.free_memory() == 1 << 20
