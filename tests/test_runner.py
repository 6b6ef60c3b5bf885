"""Units run on any workers, a few at a time, and come back in their order, settled in their order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import contextmanager
from multiprocessing import active_children, get_context
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as some

from datagen import fork_pool
from datagen.errors import StateError, WorkerError
from datagen.fork_pool import ForkPool
from datagen.runner import UNITS_AHEAD, Job, Workers, run
from datagen.workers import OnExecutor, Threads

ROOT = Path(__file__).parents[1]
needs_forks = pytest.mark.skipif(not fork_pool.available(), reason="processes are not forked on this system")


class Inline(Executor):
    """Does the work when it is submitted."""

    def submit(self, fn, /, *args, **kwargs):
        future: Future = Future()
        try:
            future.set_result(fn(*args, **kwargs))
        except Exception as error:
            future.set_exception(error)
        return future


@contextmanager
def inline(count: int) -> Iterator[Workers]:
    yield OnExecutor(Inline(), count)


@contextmanager
def threads(count: int) -> Iterator[Workers]:
    yield Threads(count)


@contextmanager
def spawned(count: int) -> Iterator[Workers]:
    with ProcessPoolExecutor(count, mp_context=get_context("spawn")) as executor:
        yield OnExecutor(executor, count)


@contextmanager
def forked(count: int) -> Iterator[Workers]:
    yield ForkPool(count)


FORKED = pytest.param(forked, marks=needs_forks)
SPAWNED = pytest.param(spawned, marks=pytest.mark.slow)
"""New interpreters, which take long to start; the quick tests know them by `PROCESSES`."""
KINDS = [inline, threads, SPAWNED, FORKED]
PARALLEL = [threads, SPAWNED, FORKED]
PROCESSES = [spawned, FORKED]
Kind = Callable[[int], Any]


def make(unit: int) -> tuple[bytes, int]:
    """A toy unit: the state is a text, the summary how long it is."""
    return f"unit {unit};".encode() * (unit % 7), unit % 7


def make_slowly(unit: int) -> tuple[bytes, int]:
    time.sleep(0.003 * (unit % 3))
    return make(unit)


def render(state: bytes, first: int) -> str:
    return f"{first}:{state.decode()}"


class Sum:
    """Settles by adding up: each unit learns the sum of those before."""

    def __init__(self) -> None:
        self.total = 0
        self.thread = threading.get_ident()

    def settle(self, summary: int) -> int:
        assert threading.get_ident() == self.thread
        self.total += summary
        return self.total - summary


def job(make: Callable[[int], Any] = make, settle: Any = None, render: Callable[[Any, Any], Any] = render) -> Job:
    return Job(make, settle or Sum().settle, render)


def expected(units: list[int]) -> list[tuple[int, str]]:
    """What a plain loop gives."""
    total = Sum()
    return [(unit, render(state, total.settle(size))) for unit in units for state, size in [make(unit)]]


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


def large(unit: int) -> tuple[Any, Any]:
    return unit, bytearray(unit * 100_000)


def large_result(state: int, settled: bytearray) -> tuple[int, bytearray]:
    return len(settled), bytearray(3_000_000)


@needs_forks
def test_messages_may_be_larger_than_what_a_socket_holds() -> None:
    results = list(run(range(20), Job(large, lambda summary: summary, large_result), ForkPool(3)))
    assert [size for _, (size, _) in results] == [unit * 100_000 for unit in range(20)]


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
