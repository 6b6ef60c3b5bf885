"""Workers that fail, die or are stopped: it is told in a line that names the unit, and nothing is left under way."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import Future
from multiprocessing import active_children
from pathlib import Path
from typing import Any

import pytest

from datagen.errors import StateError, WorkerError
from datagen.fork_pool import ForkPool
from datagen.runner import UNITS_AHEAD, run
from datagen.workers import OnExecutor
from tests.support.toy_job import (
    FORKED,
    KINDS,
    PROCESSES,
    Inline,
    Kind,
    expected,
    forked,
    job,
    make,
    make_slowly,
    needs_forks,
    threads,
)

ROOT = Path(__file__).parents[1]


def wrong_at_three(unit: int) -> tuple[bytes, int]:
    if unit == 3:
        raise ValueError("no such unit as 3")
    return make(unit)


def wrong_to_render(state: bytes, settled: int) -> str:
    raise OSError("disk full")


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_in_making_surfaces_after_the_units_before_it_and_stops_the_rest(kind: Kind) -> None:
    done, drawn = [], []
    with kind(2) as workers, pytest.raises(ValueError, match="no such unit as 3") as caught:
        for unit, _ in run((drawn.append(unit) or unit for unit in range(500)), job(wrong_at_three), workers):
            done.append(unit)
    assert done == [0, 1, 2]
    assert len(drawn) <= 3 + 2 * UNITS_AHEAD
    assert caught.value.__notes__ == ["This happened in 3."]
    assert not active_children()


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_in_rendering_surfaces(kind: Kind) -> None:
    with kind(2) as workers, pytest.raises(OSError, match="disk full"):
        list(run(range(9), job(render=wrong_to_render), workers))


@pytest.mark.parametrize("kind", KINDS)
def test_an_error_in_settling_surfaces(kind: Kind) -> None:
    def settle(summary: int) -> int:
        if summary == 4:
            raise StateError("no ids are left")
        return 0

    with kind(2) as workers, pytest.raises(StateError, match="no ids are left") as caught:
        list(run(range(500), job(settle=settle), workers))
    assert caught.value.__notes__ == ["This happened in 4."]


@pytest.mark.slow
@pytest.mark.parametrize("kind", PROCESSES)
def test_the_traceback_of_a_worker_comes_along(kind: Kind) -> None:
    with kind(2) as workers, pytest.raises(ValueError) as caught:
        list(run(range(9), job(wrong_at_three), workers))
    assert "in wrong_at_three" in str(caught.value.__cause__)


def without_memory(unit: int) -> tuple[bytes, int]:
    if unit == 3:
        raise MemoryError
    return make(unit)


@pytest.mark.parametrize("kind", KINDS)
def test_a_worker_without_memory_is_told_of_in_one_line(kind: Kind) -> None:
    with kind(2) as workers, pytest.raises(WorkerError) as caught:
        list(run(range(9), job(without_memory), workers))
    assert str(caught.value).startswith("There was no memory left for 3. If memory is short, give fewer --workers")
    assert "\n" not in str(caught.value)


def dying_at_three(unit: int) -> tuple[bytes, int]:
    if unit == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return make(unit)


def leaving_at_three(unit: int) -> tuple[bytes, int]:
    if unit == 3:
        os._exit(5)
    return make(unit)


def dying_to_render(state: bytes, settled: int) -> str:
    os.kill(os.getpid(), signal.SIGKILL)
    return ""


@pytest.mark.parametrize("work", [dying_at_three, leaving_at_three])
@pytest.mark.parametrize("kind", PROCESSES)
def test_a_worker_that_dies_is_told_of_in_one_line_that_names_the_unit(kind: Kind, work: Any) -> None:
    with kind(2) as workers, pytest.raises(WorkerError, match=r"worked on \d\. If memory is short") as caught:
        list(run(range(500), job(work), workers))
    assert "\n" not in str(caught.value)
    if kind is forked:
        assert "worked on 3." in str(caught.value)
        assert ("was ended by SIGKILL" if work is dying_at_three else "ended with status 5") in str(caught.value)
    assert not active_children()


@needs_forks
@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_worker_that_dies_rendering_is_told_of(count: int) -> None:
    with pytest.raises(WorkerError, match="was ended by SIGKILL while it worked on 0"):
        list(run(range(500), job(render=dying_to_render), ForkPool(count)))
    assert not active_children()


@needs_forks
def test_a_worker_that_is_killed_from_outside_is_told_of() -> None:
    def kill_another() -> None:
        while len(found := active_children()) < 2:
            time.sleep(0.01)
        time.sleep(0.2)
        for child in found:
            os.kill(child.pid or 0, signal.SIGKILL)

    threading.Thread(target=kill_another, daemon=True).start()
    with pytest.raises(WorkerError, match="was ended by SIGKILL"):
        list(run(range(100_000), job(make_slowly), ForkPool(2)))
    assert not active_children()


class UnsendableError(Exception):
    def __init__(self, one: int, other: int) -> None:
        super().__init__(f"{one} is not {other}")

    def __reduce__(self) -> tuple[Any, ...]:
        """It can be pickled, but not made anew from that - be it with tblib, which Dask's import has exceptions use."""
        return UnsendableError, (1,)


def unsendable_error(unit: int) -> tuple[bytes, int]:
    raise UnsendableError(1, 2)


def unsendable_summary(unit: int) -> tuple[bytes, Any]:
    return b"", lambda: None


@needs_forks
def test_what_cannot_be_sent_is_an_error_all_the_same() -> None:
    with pytest.raises(RuntimeError, match="UnsendableError: 1 is not 2"):
        list(run(range(9), job(unsendable_error), ForkPool(2)))
    with pytest.raises(Exception, match=r"pickle|local object"):
        list(run(range(9), job(unsendable_summary), ForkPool(2)))


@pytest.mark.parametrize("kind", [threads, FORKED])
def test_whoever_leaves_early_leaves_nothing_under_way(kind: Kind) -> None:
    with kind(2) as workers:
        results = run(range(500), job(make_slowly), workers)
        assert next(results)[0] == 0
        results.close()
    assert not active_children()
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("worker") and _busy(thread)]


def _busy(thread: threading.Thread) -> bool:
    thread.join(5)
    return thread.is_alive()


class HoldingBack(Inline):
    """Does not begin with the units from the third on."""

    def __init__(self) -> None:
        self.held: list[Future] = []

    def submit(self, fn, /, *args, **kwargs):
        if args and isinstance(args[0], int) and args[0] >= 2:
            self.held.append(Future())
            return self.held[-1]
        return super().submit(fn, *args, **kwargs)


def test_work_that_has_not_begun_is_cancelled_when_it_is_not_wanted() -> None:
    executor = HoldingBack()
    results = run(range(100), job(), OnExecutor(executor, 2))
    assert next(results)[0] == 0
    assert executor.held
    assert not any(future.cancelled() for future in executor.held)
    results.close()
    assert all(future.cancelled() for future in executor.held)


def interrupting(unit: int) -> tuple[bytes, int]:
    os.kill(os.getpid(), signal.SIGINT)
    return make(unit)


@needs_forks
def test_workers_leave_an_interrupt_to_their_parent() -> None:
    assert list(run(range(23), job(interrupting), ForkPool(2))) == expected(list(range(23)))


PROGRAM = """
import os, signal, sys, threading, time
from multiprocessing import active_children
from datagen.runner import Job, run
from datagen.workers import Threads
from datagen.fork_pool import ForkPool

def make(unit):
    time.sleep(0.01)
    return unit, unit

workers = ForkPool(2) if sys.argv[1] == "forked" else Threads(2)
try:
    for unit, _ in run(range(100_000), Job(make, lambda summary: summary, lambda state, settled: state), workers):
        if unit == 10:
            os.killpg(0, signal.SIGINT)  # as a terminal does: all processes get it
except KeyboardInterrupt:
    print("stopped", len(active_children()))
"""


@needs_forks
@pytest.mark.parametrize("kind", ["forked", "threads"])
def test_an_interrupt_stops_all_workers(kind: str) -> None:
    line = [sys.executable, "-c", PROGRAM, kind]
    done = subprocess.run(line, cwd=ROOT, capture_output=True, text=True, timeout=60, start_new_session=True)
    assert done.stdout == "stopped 0\n", done.stderr
    assert not done.stderr


@needs_forks
def test_an_interrupt_while_a_worker_begins_is_left_to_the_parent_too() -> None:
    program = """if True:
        import os, signal, time
        from datagen.fork_pool import ForkPool
        from datagen.runner import Job, run
        os.register_at_fork(after_in_child=lambda: os.kill(os.getpid(), signal.SIGINT))
        job = Job(lambda unit: (unit, unit), lambda summary: summary, lambda made, settled: made)
        print([content for _, content in run([1, 2, 3], job, ForkPool(2))])
    """
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, cwd=ROOT)
    assert done.stderr == ""
    assert done.stdout == "[1, 2, 3]\n"
