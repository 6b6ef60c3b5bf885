"""Worker processes that share the memory of their parent: what `fork` makes of a process ready to make units.

Threads take turns in what is Python; processes do not. Forked ones start at once, have everything that was prepared
without copying it, and send back nothing but rendered rows and the little that later tables need.
"""

from __future__ import annotations

import multiprocessing
import signal
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection, wait
from typing import Any, cast

Numbered = Callable[[Mapping[str, int]], Sequence[Any]]
"""Renders a unit, given the first number of each table's rows."""


_MADE, _RENDERED, _FAILED = "made", "rendered", "failed"


def available() -> bool:
    """Whether processes can be forked here: on macOS, system libraries do not bear it."""
    return sys.platform.startswith("linux") and "fork" in multiprocessing.get_all_start_methods()


class Forks:
    """`count` forked workers, each of which makes every `count`-th unit; use it as a context manager."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._processes: list[Any] = []
        self._pipes: list[Connection] = []

    def __enter__(self) -> Forks:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def stop(self) -> None:
        """End the workers."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.terminate()
            process.join()
        self._pipes, self._processes = [], []

    def run(
        self,
        units: Sequence[Any],
        make: Callable[[Any], tuple[Mapping[str, int], Any, Numbered]],
        number: Callable[[Mapping[str, int], Any], Mapping[str, int]],
    ) -> Iterator[tuple[Any, list[Any]]]:
        """Yield each unit, in order, with the rows that a worker rendered.

        `make(unit)`, in a worker, gives the rows by table, what is kept of the unit, and how to render it; `number`,
        here and in the order of the units, takes the first two and gives the first number of each table's rows. An
        exception in a worker is raised here.
        """
        context = multiprocessing.get_context("fork")
        for place in range(min(self.count, len(units))):
            mine, theirs = context.Pipe()
            process = context.Process(
                target=_work, args=(theirs, [*self._pipes, mine], units[place :: self.count], make), daemon=True
            )
            with warnings.catch_warnings():
                # Python warns of any other thread; those of Arrow are idle and made anew in the child.
                warnings.simplefilter("ignore", DeprecationWarning)
                process.start()
            theirs.close()
            self._pipes.append(mine)
            self._processes.append(process)
        made: dict[int, tuple[Mapping[str, int], Any]] = {}
        rendered: dict[int, Any] = {}
        next_unit = list(range(len(self._pipes)))  # by worker
        numbered = 0
        try:
            for turn, unit in enumerate(units):
                while turn not in rendered:
                    busy = [pipe for pipe, place in zip(self._pipes, next_unit, strict=True) if place < len(units)]
                    for pipe in wait(busy):
                        worker = self._pipes.index(cast(Connection, pipe))
                        step, content = _received(self._pipes[worker])
                        if step == _MADE:
                            made[next_unit[worker]] = content
                        else:
                            rendered[next_unit[worker]] = content
                            next_unit[worker] += len(self._pipes)
                    while numbered in made:
                        self._pipes[numbered % len(self._pipes)].send(number(*made.pop(numbered)))
                        numbered += 1
                yield unit, rendered.pop(turn)
        finally:
            self.stop()


def _received(pipe: Connection) -> tuple[str, Any]:
    """The next message of a worker; what it raised is raised here."""
    try:
        step, content = pipe.recv()
    except EOFError:
        raise RuntimeError("a worker process ended before its work was done") from None
    if step == _FAILED:
        raise content
    return step, content


def _work(
    pipe: Connection,
    others: Sequence[Connection],
    units: Sequence[Any],
    make: Callable[[Any], tuple[Mapping[str, int], Any, Numbered]],
) -> None:
    """What a worker does. The parent decides when it ends: by a signal, or by being gone itself."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    for other in others:
        other.close()
    with suppress(BrokenPipeError, EOFError, ConnectionResetError):
        try:
            for unit in units:
                rows, kept, render = make(unit)
                pipe.send((_MADE, (rows, kept)))
                pipe.send((_RENDERED, render(pipe.recv())))
        except (EOFError, BrokenPipeError, ConnectionResetError):
            raise
        except Exception as error:
            pipe.send((_FAILED, error))
