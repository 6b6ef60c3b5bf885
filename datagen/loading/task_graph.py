"""Work on a database that depends on other work, done over a few connections at once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from contextlib import suppress
from typing import Generic, Protocol, TypeVar

from datagen.frozen import dataclass


class Cancellable(Protocol):
    """A connection whose statement another thread can end."""

    def cancel(self) -> None:
        """End the statement that runs."""


T = TypeVar("T", bound=Cancellable)


@dataclass(frozen=True)
class Task(Generic[T]):
    """A piece of work; `run` is given a connection that is its own meanwhile, and commits."""

    name: str
    size: int
    """Bytes it is about; of the tasks that can begin, the largest does."""
    needs: frozenset[str]
    """The tasks that must have ended."""
    run: Callable[[T], None]


class Stop(Exception):  # noqa: N818 - not an error: another task has failed
    """Raised within tasks when the work has been given up."""


class Work(Generic[T]):
    """Tasks on their way; ends with the first one that fails, whose error is raised."""

    def __init__(self, tasks: Sequence[Task[T]]) -> None:
        self._waiting = sorted(tasks, key=lambda task: (-task.size, task.name))
        self._ended: set[str] = set()
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._running = 0

    @property
    def size(self) -> int:
        """How many tasks have not begun."""
        return len(self._waiting)

    @property
    def given_up(self) -> bool:
        """Whether a task has failed or the work was interrupted: running tasks are to raise `Stop`."""
        return self._error is not None

    def run(self, connections: Sequence[T]) -> None:
        """Do all tasks over these connections, one thread each."""
        with ThreadPoolExecutor(len(connections), "load") as pool:
            threads = [pool.submit(self._work, connection) for connection in connections]
            try:
                wait_for(threads)
            except BaseException as error:  # the user or the system ends the run
                self._fail(error)
                for connection in connections:
                    with suppress(Exception):
                        connection.cancel()
                raise
        if self._error:
            raise self._error

    def _work(self, connection: T) -> None:
        while task := self._next():
            try:
                task.run(connection)
            except BaseException as error:
                self._fail(error)
            finally:
                with self._changed:
                    self._running -= 1
                    self._ended.add(task.name)
                    self._changed.notify_all()

    def _next(self) -> Task[T] | None:
        with self._changed:
            while True:
                if self._error or not self._waiting:
                    return None
                ready = next((task for task in self._waiting if task.needs <= self._ended), None)
                if ready:
                    self._waiting.remove(ready)
                    self._running += 1
                    return ready
                if not self._running:
                    raise ValueError(f"The tasks wait for each other: {[task.name for task in self._waiting]}.")
                self._changed.wait()

    def _fail(self, error: BaseException) -> None:
        with self._changed:
            self._error = self._error or error
            self._changed.notify_all()
