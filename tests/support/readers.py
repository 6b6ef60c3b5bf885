"""Readers that put a question again and again while something else happens to what they read."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

Question = Callable[[], Iterable[tuple[Any, ...]]]


@contextmanager
def reading(asking: Callable[[], AbstractContextManager[Question]], readers: int) -> Iterator[set[tuple[Any, ...]]]:
    """All rows that readers get, each of whom enters `asking` on a thread of its own and puts that question.

    Each has seen what is there at the beginning. None may fail.
    """
    seen: set[tuple[Any, ...]] = set()
    failures: list[BaseException] = []
    begun, done = threading.Barrier(readers + 1, timeout=60), threading.Event()

    def read() -> None:
        try:
            with asking() as question:
                seen.update(question())
                begun.wait()
                while not done.is_set():
                    seen.update(question())
        except BaseException as error:
            failures.append(error)
            begun.abort()

    threads = [threading.Thread(target=read) for _ in range(readers)]
    for thread in threads:
        thread.start()
    try:
        begun.wait()
        yield seen
    finally:
        done.set()
        for thread in threads:
            thread.join()
        assert not failures, failures
