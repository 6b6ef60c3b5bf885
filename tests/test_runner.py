"""Units run on any workers, a few at a time, and come back in their order, settled in their order."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from datagen import fork_pool
from datagen.fork_pool import ForkPool
from datagen.runner import UNITS_AHEAD, Job, run
from datagen.workers import OnExecutor
from tests.support.toy_job import (
    FORKED,
    KINDS,
    PARALLEL,
    Inline,
    Kind,
    Sum,
    expected,
    inline,
    job,
    make,
    make_slowly,
    needs_forks,
    render,
    spawned,
    threads,
)

ROOT = Path(__file__).parents[1]


@given(units=some.lists(some.integers(0, 20), max_size=30), count=some.integers(1, 5))
def test_results_come_in_the_order_of_the_units_and_are_settled_in_it(units: list[int], count: int) -> None:
    assert list(run(units, job(), OnExecutor(Inline(), count))) == expected(units)


def gives_the_same(kind: Kind, count: int) -> None:
    units = [5, 0, 3, 8, 1, 2, 2, 9, 4] * 3
    with kind(count) as workers:
        assert list(run(units, job(make_slowly), workers)) == expected(units)


@pytest.mark.parametrize("count", [1, 2, 3, 40])
@pytest.mark.parametrize("kind", [inline, threads, FORKED])
def test_all_kinds_of_workers_give_the_same(kind: Kind, count: int) -> None:
    gives_the_same(kind, count)


@pytest.mark.slow
def test_new_interpreters_give_the_same() -> None:
    """How they are fed is how threads are, so that one number of them will do: they take long to start."""
    gives_the_same(spawned, 3)


@pytest.mark.parametrize("kind", KINDS)
def test_no_units_give_no_results(kind: Kind) -> None:
    with kind(2) as workers:
        assert list(run([], job(), workers)) == []


def make_in_view(unit: int) -> tuple[bytes, int]:
    Path(os.environ["BEGUN"]).touch()
    return make(unit)


@pytest.mark.parametrize("kind", PARALLEL)
def test_what_is_to_be_done_meanwhile_is_done_once_while_workers_are_at_the_first_units(
    kind: Kind, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sign, seen, settled = tmp_path / "begun", [], Sum()
    monkeypatch.setenv("BEGUN", str(sign))

    def begun() -> None:
        while not sign.exists():
            time.sleep(0.001)
        seen.append(settled.total)

    with kind(2) as workers:
        found = list(run(range(1, 9), job(make_in_view, settled.settle), workers, begun))
    assert found == expected([*range(1, 9)])
    assert seen == [0]


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_to_be_done_meanwhile_is_done_without_units_too_and_its_errors_surface(kind: Kind) -> None:
    seen: list[int] = []
    with kind(2) as workers:
        assert list(run([], job(), workers, lambda: seen.append(1))) == []
        with pytest.raises(ZeroDivisionError):
            list(run(range(9), job(), workers, lambda: seen.append(1 // 0)))
    assert seen == [1]


@pytest.mark.parametrize("count", [1, 2, 4])
@pytest.mark.parametrize("kind", [threads, FORKED])
def test_units_are_taken_from_their_source_no_sooner_than_needed(kind: Kind, count: int) -> None:
    drawn: list[int] = []

    def source() -> Iterator[int]:
        for unit in range(60):
            drawn.append(unit)
            yield unit

    taken = 0
    with kind(count) as workers:
        results = run(source(), job(), workers)
        assert drawn == []
        for unit, _ in results:
            assert unit == taken
            taken += 1
            assert len(drawn) - taken < UNITS_AHEAD * count
    assert drawn == list(range(60))


def make_one_slowly(unit: int) -> tuple[int, float]:
    time.sleep(1.0 if unit == 2 else 0.02)
    return unit, time.monotonic()


def render_when(state: int, settled: float) -> float:
    return settled


@pytest.mark.slow
@pytest.mark.parametrize("kind", PARALLEL)
def test_a_unit_that_takes_long_keeps_no_other_worker_waiting(kind: Kind) -> None:
    """While the third unit is made, the other worker makes as many as may be under way; the first may be among them.

    But for one: whoever makes the third may have been sent its next unit already.
    """
    with kind(2) as workers:
        list(run([0, 1], Job(make, Sum().settle, render), workers))  # processes have started
        made = [when for _, when in run(range(12), Job(make_one_slowly, lambda when: when, render_when), workers)]
    assert sum(when > made[2] for when in made[3 : 2 * UNITS_AHEAD]) <= 1
    assert all(when > made[2] for when in made[2 + 2 * UNITS_AHEAD :])


def large(unit: int) -> tuple[Any, Any]:
    return unit, bytearray(unit * 100_000)


def large_result(state: int, settled: bytearray) -> tuple[int, bytearray]:
    return len(settled), bytearray(3_000_000)


@needs_forks
def test_messages_may_be_larger_than_what_a_socket_holds() -> None:
    results = list(run(range(20), Job(large, lambda summary: summary, large_result), ForkPool(3)))
    assert [size for _, (size, _) in results] == [unit * 100_000 for unit in range(20)]


def workers_chosen(preparation: str) -> list[str]:
    """The classes of one worker and of several, chosen in a process of their own after a preparation."""
    program = f"""if True:
        import threading
        from datagen.workers import best_workers
        {preparation}
        print(type(best_workers(1)).__name__, type(best_workers(3)).__name__, best_workers(3).count)
    """
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()


def test_one_worker_is_a_thread_and_several_are_processes_where_they_can_be_forked() -> None:
    several = "ForkPool" if fork_pool.available() else "Threads"
    assert workers_chosen("") == ["Threads", several, "3"]


def test_a_process_with_other_threads_is_not_forked() -> None:
    waiting = "threading.Thread(target=threading.Event().wait, daemon=True).start()"
    assert workers_chosen(waiting) == ["Threads", "Threads", "3"]


def test_executors_are_left_to_who_made_them() -> None:
    with ThreadPoolExecutor(2) as executor:
        list(run(range(5), job(), OnExecutor(executor, 2)))
        assert executor.submit(abs, -3).result() == 3
