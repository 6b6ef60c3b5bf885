"""Work done in a thread behind the one that orders it, in the same order."""

from __future__ import annotations

import _thread
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import SimpleQueue

Work = Callable[[], None]


class BackgroundWorker:
    """A thread that does pieces of work one after the other; at most `most` of them wait.

    An exception in a piece is raised at one of the next calls. A signal may raise one in the ordering thread anywhere:
    these queues and a bare thread bear it, where locks that are taken in Python, as those of `concurrent.futures` and
    those by which a `threading.Thread` begins, may stay locked.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._done: SimpleQueue[BaseException | None] = SimpleQueue()
        self._ended: SimpleQueue[None] = SimpleQueue()
        self._waiting = 0
        self._begun = self._given_up = False
        _thread.start_new_thread(self._run, ())

    def do(self, work: Work) -> None:
        """Have this done; waits while too much else is waiting."""
        self._waiting += 1
        self._work.put(work)
        while self._waiting > self._most or not self._done.empty():
            self._look()

    def finish(self) -> None:
        """Wait until all is done; nothing more can be ordered then."""
        while self._waiting:
            self._look()
        self._end()

    def cancel(self) -> None:
        """Let what has not begun be, and wait for what has."""
        self._given_up = True
        self._end()

    def _look(self) -> None:
        error = self._done.get()
        self._waiting -= 1
        if error is not None:
            raise error

    def _end(self) -> None:
        self._work.put(None)
        if self._begun:
            self._ended.get()
            self._begun = False

    def _run(self) -> None:
        self._begun = True
        while (work := self._work.get()) is not None:
            error = None
            if not self._given_up:
                try:
                    work()
                except BaseException as caught:
                    error = caught
            self._done.put(error)
        self._ended.put(None)


@contextmanager
def in_background(most: int) -> Iterator[Callable[[Work], None]]:
    """Have what is ordered within this done in a thread, all of it when this ends, unless by an exception.

    The thread begins with the first order: a process with threads cannot be forked, and by then workers are there.
    """
    worker: BackgroundWorker | None = None

    def do(work: Work) -> None:
        nonlocal worker
        worker = worker or BackgroundWorker(most)
        worker.do(work)

    try:
        yield do
        if worker:
            worker.finish()
    except BaseException:
        if worker:
            worker.cancel()
        raise
