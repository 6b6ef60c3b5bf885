"""Runs units of work on workers, and publishes them in one order.

A unit is worked on in three steps. `make` computes what happens in it, on a worker, whenever that is; what it makes
stays there, and a small summary comes home. `settle` takes the summaries here, in the order of the units, and answers
each with what only this order can tell: the numbers of its rows, a balance carried forward, the stock that is left.
With that, `render` makes of the unit what is published, on the worker that has it.

Only a few units are under way at any time, so that the size of a unit bounds memory, not their number. Each goes to the
worker that is free first, so that a unit that takes long keeps no other worker waiting.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import BrokenExecutor
from contextlib import AbstractContextManager
from enum import Enum
from itertools import chain, islice
from typing import Any, Generic, NamedTuple, NoReturn, Protocol, TypeVar

from datagen.errors import WorkerError
from datagen.frozen import dataclass

Unit = TypeVar("Unit")
State = TypeVar("State")
Summary = TypeVar("Summary")
Settled = TypeVar("Settled")
Result = TypeVar("Result")

UNITS_AHEAD = 4
"""Units under way for each worker, at most: they are held in memory, as made or as rendered, until it is their turn."""


@dataclass(frozen=True)
class Job(Generic[Unit, State, Summary, Settled, Result]):
    """The three steps of a unit; `make` and `render` are picklable for workers that share no memory."""

    make: Callable[[Unit], tuple[State, Summary]]
    """On a worker: what the unit is made of, which stays there, and its summary."""
    settle: Callable[[Summary], Settled]
    """Here, in the order of the units: what rendering needs besides."""
    render: Callable[[State, Settled], Result]
    """On the same worker: what is published."""


class Step(Enum):
    """What a worker has done."""

    MADE = "made"
    RENDERED = "rendered"
    FAILED = "failed"


class StepResult(NamedTuple):
    """What became of a step of a unit."""

    place: int
    """The unit, by its place in the order, from 0."""
    step: Step
    content: Any
    """The summary, what is published, or the exception."""


class WorkerLost(Exception):  # noqa: N818 - it is raised as a `WorkerError`, when it is known at which unit
    """How a worker ended that had not done its work, and the place of the unit that it was at."""

    def __init__(self, how: str, place: int) -> None:
        super().__init__(how)
        self.place = place


class Crew(Protocol):
    """Workers at a job."""

    def make(self, place: int, unit: Any) -> None:
        """Have the unit at a place made; returns at once."""
        ...

    def render(self, place: int, settled: Any) -> None:
        """Have a unit rendered that was made; returns at once."""
        ...

    def completed(self, *, wait: bool = True) -> Iterable[StepResult]:
        """Tell what is done of what was asked for; unless not to `wait`, wait until something is."""
        ...


class Workers(Protocol):
    """Where units are made and rendered: threads, processes, another machine."""

    @property
    def count(self) -> int:
        """How many units are worked on at a time."""
        ...

    def crew(
        self, make: Callable[[Any], tuple[Any, Any]], render: Callable[[Any, Any], Any], units: int
    ) -> AbstractContextManager[Crew]:
        """Workers at a job of so many units, or more than there are workers; gone when this is left."""
        ...


def run(
    units: Iterable[Unit],
    job: Job[Unit, Any, Any, Any, Result],
    workers: Workers,
    begun: Callable[[], None] | None = None,
) -> Iterator[tuple[Unit, Result]]:
    """Yield each unit, in order, with what is published of it; `begun` is called once workers are at the first ones.

    Raises what the first unit that fails raises, with a note of the unit; `WorkerError` if its worker ended, or had no
    memory left. Left early, it stops the workers.
    """
    source = iter(units)
    first = list(islice(source, workers.count))
    source = chain(first, source)
    under_way: deque[Unit] = deque()
    summaries: dict[int, Any] = {}
    results: dict[int, Result] = {}
    failures: dict[int, BaseException] = {}
    found = {Step.MADE: summaries, Step.RENDERED: results, Step.FAILED: failures}
    handed = settled = published = 0
    with workers.crew(job.make, job.render, len(first)) as crew:
        while True:
            for unit in islice(source, max(0, UNITS_AHEAD * workers.count - len(under_way))):
                under_way.append(unit)
                crew.make(handed, unit)
                handed += 1
            if begun:
                begun()
                begun = None
            if not under_way:
                return
            # Publishing takes its time: before it, the workers are given what they need to go on meanwhile.
            at_hand = published in results or published in failures
            for place, step, content in crew.completed(wait=not at_hand):
                found[step][place] = content
            while settled in summaries:
                crew.render(settled, _settled(job, summaries.pop(settled), under_way[settled - published]))
                settled += 1
            if published in failures:
                error = failures[published]
                place = error.place if isinstance(error, WorkerLost) else published
                _fail(error, under_way[place - published])
            if published in results:
                yield under_way.popleft(), results.pop(published)
                published += 1


def _settled(job: Job[Unit, Any, Summary, Settled, Any], summary: Summary, unit: Unit) -> Settled:
    try:
        return job.settle(summary)
    except Exception as error:
        _fail(error, unit)


def _fail(error: BaseException, unit: object) -> NoReturn:
    """Raise an exception with a note of the unit; where a worker is no more, one that tells the user what to do."""
    reason = None
    if isinstance(error, WorkerLost):
        reason = f"A worker process {error} while it worked on {unit}"
    elif isinstance(error, BrokenExecutor):
        reason = f"A worker process ended while it worked on {unit}"
    elif isinstance(error, MemoryError):
        reason = f"There was no memory left for {unit}"
    if reason:
        raise WorkerError(f"{reason}. If memory is short, give fewer --workers; else run the command again.") from error
    error.add_note(f"This happened in {unit}.")
    raise error
