"""A job that is quickly done, what a plain loop makes of it, and all kinds of workers that can be at it."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import get_context
from typing import Any

import pytest

from datagen import fork_pool
from datagen.fork_pool import ForkPool
from datagen.runner import Job, Workers
from datagen.workers import OnExecutor, Threads

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
