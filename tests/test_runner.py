"""Units run on any executor, a few at a time, and come back in their order with their rows numbered through."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.columns import Columns, Serial, Whole
from datagen.forks import Forks
from datagen.runner import run, threads, to_arrow, to_csv
from datagen.streams import Streams


@dataclass(frozen=True)
class Rows:
    """A toy unit: `a` has as many rows as the unit's number says, `b` one row more."""

    unit: int
    values: np.ndarray

    @property
    def rows(self) -> dict[str, int]:
        return {"a": self.unit, "b": self.unit + 1}

    def columns(self, firsts: Mapping[str, int]) -> dict[str, Columns]:
        return {
            table: {"id": Serial(table, 5, firsts[table], count), "value": Whole(self.values[:count])}
            for table, count in self.rows.items()
        }


def make(seed: int, unit: int) -> Rows:
    return Rows(unit, Streams(seed, "toy", unit).below(1_000, unit + 1, "value"))


def make_slowly(seed: int, unit: int) -> Rows:
    time.sleep(0.003 * (unit % 3))
    return make(seed, unit)


def text_of(results) -> dict[str, bytes]:
    """The whole text of each table."""
    texts: dict[str, bytes] = {}
    for _, chunks in results:
        for chunk in chunks:
            assert chunk.names == ("id", "value")
            texts[chunk.table] = texts.get(chunk.table, b"") + bytes(memoryview(chunk.data))
    return texts


class Inline(Executor):
    """Does the work when it is submitted."""

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


def expected(units, seed=1) -> dict[str, bytes]:
    """What a plain loop makes of the units."""
    lines: dict[str, list[str]] = {"a": [], "b": []}
    for unit in units:
        values = make(seed, unit).values
        for table, count in (("a", unit), ("b", unit + 1)):
            for value in values[:count]:
                lines[table].append(f"{table}{len(lines[table]) + 1:05d},{value}\n")
    return {table: "".join(rows).encode() for table, rows in lines.items()}


@given(units=st.lists(st.integers(0, 6), max_size=12), workers=st.integers(1, 5))
def test_results_come_in_the_order_of_the_units_numbered_through(units, workers):
    results = list(run(units, partial(make, 1), to_csv, Inline(), workers))
    assert [unit for unit, _ in results] == units
    if units:
        assert text_of(results) == expected(units)


@pytest.mark.parametrize("workers", [1, 2, 4, 7])
def test_threads_give_the_same_bytes_as_one_worker(workers):
    units = [5, 0, 3, 8, 1, 2, 2, 9, 4] * 3
    with ThreadPoolExecutor(workers) as executor:
        results = list(run(units, partial(make_slowly, 1), to_csv, executor, workers))
    assert [unit for unit, _ in results] == units
    assert text_of(results) == expected(units)


WANTED = {"a": ["id"], "c": ["id"]}


def totals_of_ids(results) -> int:
    """The control totals of the ids of `a`, which are the only ones that were asked for."""
    chunks = [chunk for _, found in results for chunk in found]
    assert not any(chunk.totals for chunk in chunks if chunk.table != "a")
    return sum(chunk.totals["id"] for chunk in chunks if chunk.table == "a")


def test_chunks_have_the_control_totals_that_are_wanted_whoever_makes_them():
    units = [5, 0, 3, 8]
    for executor in (Inline(), ThreadPoolExecutor(3), ProcessPoolExecutor(2, mp_context=get_context("spawn"))):
        with executor:
            assert totals_of_ids(run(units, partial(make, 1), to_csv, executor, 2, totals=WANTED)) == sum(range(1, 17))
    with Forks(2) as forks:
        assert totals_of_ids(run(units, partial(make, 1), to_arrow, forks, 2, totals=WANTED)) == sum(range(1, 17))
    assert not any(chunk.totals for _, found in run(units, partial(make, 1), to_csv, Inline(), 1) for chunk in found)


def test_processes_give_the_same_bytes_as_one_worker():
    units = [5, 0, 3, 8, 1, 2]
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        assert text_of(run(units, partial(make, 1), to_csv, executor, 2)) == expected(units)


def test_numbering_goes_on_from_the_counts_given_and_brings_them_up_to_date():
    counts = {"a": 100, "c": 7}
    results = list(run([2, 3], partial(make, 1), to_csv, Inline(), 1, counts))
    assert counts == {"a": 105, "b": 7, "c": 7}
    first = bytes(memoryview(results[0][1][0].data)).decode()
    assert first.startswith("a00101,")


def test_rows_can_be_had_typed():
    ((_, chunks),) = run([3], partial(make, 1), to_arrow, Inline(), 1)
    table = {chunk.table: chunk.data for chunk in chunks}["b"]
    assert table["id"].to_pylist() == ["b00001", "b00002", "b00003", "b00004"]
    assert table["value"].to_pylist() == make(1, 3).values.tolist()


def test_no_units_give_no_results():
    assert list(run([], partial(make, 1), to_csv, Inline(), 3)) == []


class Counting(ThreadPoolExecutor):
    """Notes how much work is submitted and not yet taken away."""

    def __init__(self, workers: int) -> None:
        super().__init__(workers)
        self.begun: list[int] = []

    def submit(self, fn, /, *args, **kwargs):
        if isinstance(fn, partial):
            self.begun.append(args[0])
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize("workers", [1, 2, 4])
def test_only_a_few_units_are_under_way_at_any_time(workers):
    taken = 0
    with Counting(workers) as executor:
        for unit, _ in run(iter(range(60)), partial(make, 1), to_csv, executor, workers):
            assert unit == taken
            assert len(executor.begun) - taken <= 2 * workers + 1
            taken += 1
    assert executor.begun == list(range(60))


def test_units_are_taken_from_their_source_no_sooner_than_needed():
    drawn: list[int] = []

    def source():
        for unit in range(1_000):
            drawn.append(unit)
            yield unit

    results = run(source(), partial(make, 1), to_csv, Inline(), 2)
    assert drawn == []
    next(results)
    assert len(drawn) <= 6
    results.close()
    assert len(drawn) <= 6


def fails_at_three(unit: int) -> Rows:
    if unit == 3:
        raise ValueError("no such unit as 3")
    return make(1, unit)


@pytest.mark.parametrize("kind", [Inline, lambda: ThreadPoolExecutor(2)])
def test_an_exception_in_a_unit_surfaces_after_the_units_before_it_and_stops_the_rest(kind):
    begun: list[int] = []

    def counted(unit: int) -> Rows:
        begun.append(unit)
        return fails_at_three(unit)

    done = []
    with kind() as executor, pytest.raises(ValueError, match="no such unit as 3"):
        for unit, _ in run(iter(range(500)), counted, to_csv, executor, 2):
            done.append(unit)
    assert done == list(range(len(done)))
    assert len(done) <= 3
    assert len(begun) < 20


def test_an_exception_in_rendering_surfaces():
    def broken(columns):
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"):
        list(run([1, 2], partial(make, 1), broken, Inline(), 2))


def test_an_exception_in_a_process_surfaces():
    with (
        ProcessPoolExecutor(1, mp_context=get_context("spawn")) as executor,
        pytest.raises(ValueError, match="no such unit as 3"),
    ):
        list(run([3, 1, 2], fails_at_three, to_csv, executor, 1))


class HoldingBack(Inline):
    """Does not begin with the units from the third on."""

    def __init__(self) -> None:
        self.held: list[Future] = []

    def submit(self, fn, /, *args, **kwargs):
        if args and isinstance(args[0], int) and args[0] >= 2:
            self.held.append(Future())
            return self.held[-1]
        return super().submit(fn, *args, **kwargs)


def test_whoever_stops_early_leaves_nothing_under_way():
    executor = HoldingBack()
    results = run(range(100), partial(make, 1), to_csv, executor, 2)
    assert next(results)[0] == 0
    assert executor.held
    assert not any(future.cancelled() for future in executor.held)
    results.close()
    assert all(future.cancelled() for future in executor.held)


def test_leaving_the_threads_by_an_exception_does_not_wait_for_work_not_begun():
    gate = threading.Event()
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        gate.wait(10)

    with pytest.raises(KeyboardInterrupt), threads(1) as executor:
        for number in range(5):
            executor.submit(work, number)
        raise KeyboardInterrupt
    gate.set()
    assert begun in ([], [0])


def test_threads_finish_their_work_before_they_are_left():
    done: list[int] = []
    with threads(2) as executor:
        for number in range(20):
            executor.submit(done.append, number)
    assert sorted(done) == list(range(20))
