"""Jobs that are done side by side, or one after the other where that is asked for."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Executor, Future
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
Result = TypeVar("Result")


class InTurn(Executor):
    """Does each job as it is submitted."""

    def submit(self, job: Callable[P, Result], /, *given: P.args, **more: P.kwargs) -> Future[Result]:
        done: Future[Result] = Future()
        try:
            done.set_result(job(*given, **more))
        except Exception as error:  # as of other executors, whoever asks for the result gets it
            done.set_exception(error)
        return done


class Alone:
    """A lock for who must be alone, which others share among them; `most` of those are there at a time."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._places = threading.BoundedSemaphore(most)
        self._waiting = threading.Lock()

    def among_others(self) -> threading.BoundedSemaphore:
        """For who can share."""
        return self._places

    def __enter__(self) -> None:
        with self._waiting:  # one after the other, or two could wait for each other's place
            for _ in range(self._most):
                self._places.acquire()

    def __exit__(self, *_: object) -> None:
        self._places.release(self._most)
