"""Workers by `concurrent.futures`, and the choice of workers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from concurrent import futures
from concurrent.futures import FIRST_COMPLETED, BrokenExecutor, Executor, Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

from datagen import fork_pool
from datagen.fork_pool import ForkPool
from datagen.runner import Step, StepResult, Workers


def best_workers(count: int) -> Workers:
    """The fastest workers to be had here: forked processes where there are several and the process bears it.

    Threads take turns in what is Python, which is half of the work. For a single worker a thread does: the one that
    writes files goes on meanwhile. A process with other threads, such as a notebook's, is not forked: one of them may
    hold a lock, which nobody would ever release in the child.
    """
    alone = threading.active_count() == 1
    return ForkPool(count) if count > 1 and alone and fork_pool.available() else Threads(count)


class OnExecutor:
    """Workers of any `concurrent.futures.Executor`, which the caller shuts down.

    An executor says not where it does its work: what `make` makes of a unit comes back, and goes out again to be
    rendered. Among threads that costs nothing.
    """

    def __init__(self, executor: Executor, count: int) -> None:
        """`count` units are worked on at a time."""
        self.executor, self.count = executor, count

    @contextmanager
    def crew(
        self, make: Callable[[Any], tuple[Any, Any]], render: Callable[[Any, Any], Any], units: int
    ) -> Iterator[_Crew]:
        """Workers at a job; work that has not begun when this is left is cancelled."""
        crew = _Crew(self.executor, make, render)
        try:
            yield crew
        finally:
            crew.cancel()


class Threads:
    """Workers that are threads."""

    def __init__(self, count: int) -> None:
        """`count` units are worked on at a time."""
        self.count = count

    @contextmanager
    def crew(
        self, make: Callable[[Any], tuple[Any, Any]], render: Callable[[Any, Any], Any], units: int
    ) -> Iterator[_Crew]:
        """Threads at a job; left by an exception, it does not wait for work that nobody wants any more."""
        executor = ThreadPoolExecutor(self.count, thread_name_prefix="worker")
        try:
            with OnExecutor(executor, self.count).crew(make, render, units) as crew:
                yield crew
        except BaseException:
            executor.shutdown(wait=False, cancel_futures=True)
            raise
        executor.shutdown()


class _Crew:
    """An executor at a job."""

    def __init__(
        self, executor: Executor, make: Callable[[Any], tuple[Any, Any]], render: Callable[[Any, Any], Any]
    ) -> None:
        self._executor, self._make, self._render = executor, make, render
        self._pending: dict[Future[Any], tuple[int, Step]] = {}
        self._states: dict[int, Any] = {}

    def make(self, place: int, unit: Any) -> None:
        """Submit the making of a unit."""
        self._submit(place, Step.MADE, self._make, unit)

    def render(self, place: int, settled: Any) -> None:
        """Submit the rendering of a unit that was made."""
        self._submit(place, Step.RENDERED, self._render, self._states.pop(place), settled)

    def completed(self, *, wait: bool = True) -> list[StepResult]:
        """Tell what is done, having waited until something is."""
        done, _ = futures.wait(self._pending, None if wait else 0, FIRST_COMPLETED)
        return [self._outcome(future, *self._pending.pop(future)) for future in done]

    def cancel(self) -> None:
        """Cancel what has not begun."""
        for future in self._pending:
            future.cancel()

    def _submit(self, place: int, step: Step, work: Callable[..., Any], *arguments: Any) -> None:
        try:
            future = self._executor.submit(work, *arguments)
        except BrokenExecutor as error:
            future = Future()
            future.set_exception(error)
        self._pending[future] = (place, step)

    def _outcome(self, future: Future[Any], place: int, step: Step) -> StepResult:
        if error := future.exception():
            return StepResult(place, Step.FAILED, error)
        content = future.result()
        if step is Step.MADE:
            self._states[place], content = content
        return StepResult(place, step, content)
