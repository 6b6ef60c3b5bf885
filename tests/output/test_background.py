"""Work is done in order, in another thread, and a run that ends amidst it never waits for ever."""

from __future__ import annotations

import _thread
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from datagen.output.background import BackgroundWorker, in_background

ROOT = Path(__file__).parents[2]


def test_work_is_done_in_order_in_another_thread() -> None:
    done: list[tuple[int, int]] = []
    behind = BackgroundWorker(3)
    for number in range(100):
        behind.do(lambda number=number: done.append((number, threading.get_ident())))
    behind.finish()
    assert [number for number, _ in done] == list(range(100))
    assert len({thread for _, thread in done} - {threading.get_ident()}) == 1


def test_it_may_end_without_having_begun() -> None:
    for _ in range(50):
        BackgroundWorker(1).finish()
        BackgroundWorker(1).cancel()


def test_only_so_much_waits() -> None:
    held, begun = threading.Lock(), threading.Event()
    ordered: list[int] = []
    behind = BackgroundWorker(2)

    def wait() -> None:
        begun.set()
        with held:
            pass

    def order() -> None:
        for number in range(5):
            behind.do(wait)
            ordered.append(number)

    with held:
        ordering = threading.Thread(target=order)
        ordering.start()
        begun.wait()
        ordering.join(0.2)
        assert len(ordered) <= 2
    ordering.join()
    behind.finish()
    assert len(ordered) == 5


def test_what_is_raised_in_the_thread_is_raised_here() -> None:
    behind = BackgroundWorker(1)
    with pytest.raises(ZeroDivisionError):
        for _ in range(5):
            behind.do(lambda: print(1 // 0))
    behind.cancel()

    behind = BackgroundWorker(10)
    behind.do(lambda: print(1 // 0))
    with pytest.raises(ZeroDivisionError):
        behind.finish()
    behind.cancel()


def test_what_was_given_up_is_not_done() -> None:
    held, begun = threading.Lock(), threading.Event()
    done: list[str] = []
    behind = BackgroundWorker(10)

    def first() -> None:
        begun.set()
        with held:
            done.append("first")

    with held:
        behind.do(first)
        behind.do(lambda: done.append("second"))
        begun.wait()
        behind._given_up = True  # as `cancel` does before it waits
    behind.cancel()
    assert done == ["first"]


PROGRAM = """
import random, signal, sys, time
from datagen.output.background import BackgroundWorker

class Stopped(BaseException): pass

def stop(number, frame):
    raise Stopped

signal.signal(signal.SIGALRM, stop)
random.seed(1)
for turn in range(400):
    behind = None
    try:
        signal.setitimer(signal.ITIMER_REAL, random.uniform(1e-5, 2e-3))
        behind = BackgroundWorker(4)
        while True:
            behind.do(lambda: sum(range(50)))
    except Stopped:
        pass
    if behind:
        behind.cancel()
print("all ended")
"""


def test_a_signal_at_any_moment_does_not_keep_it_from_ending() -> None:
    done = subprocess.run([sys.executable, "-c", PROGRAM], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert (done.stdout, done.returncode) == ("all ended\n", 0), done.stderr


def test_all_that_is_ordered_is_done_when_its_time_ends() -> None:
    done: list[int] = []
    before = _thread._count()
    with in_background(2) as do:
        assert _thread._count() == before, "a process may yet be forked"
        for number in range(20):
            do(lambda number=number: done.append(number))
    assert done == list(range(20))


def test_what_fails_is_raised_and_what_follows_is_left() -> None:
    done: list[int] = []

    def fail() -> None:
        raise OSError("disk full")

    with pytest.raises(OSError, match="disk full"), in_background(1) as do:
        do(fail)
        for number in range(20):
            do(lambda number=number: done.append(number))
    assert len(done) < 20


def test_what_ends_by_an_exception_does_nothing_more() -> None:
    done: list[int] = []
    begun, held = threading.Event(), threading.Event()

    def wait() -> None:
        begun.set()
        held.wait(30)

    def leave() -> None:
        begun.wait(30)
        threading.Timer(0.2, held.set).start()
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt), in_background(9) as do:
        do(wait)
        for number in range(5):
            do(lambda number=number: done.append(number))
        leave()
    assert not done
