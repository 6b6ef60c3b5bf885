"""Runs units of work on any executor and publishes them in one order.

A unit is made in two steps. First `make(unit)` computes what happens in it, wherever and whenever; then, when the row
counts of all earlier units are known, its rows are numbered and rendered. Both steps run on the executor; the results
come back in the order of the units, and only a few are under way at any time, so that one unit's size bounds memory.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import pyarrow as pa

from datagen.columns import Columns, typed_table
from datagen.control_totals import Sums, totals_of
from datagen.forks import Forks
from datagen.forks import available as forks_available
from datagen.output import csv

Unit = TypeVar("Unit")


class Made(Protocol):
    """A unit's rows before they are numbered."""

    @property
    def rows(self) -> Mapping[str, int]:
        """The number of rows by table."""
        ...

    def columns(self, firsts: Mapping[str, int]) -> Mapping[str, Columns]:
        """The rows by table, numbered from `firsts`."""
        ...


@dataclass(frozen=True)
class Chunk:
    """A run of rows of one table, rendered: `data` is CSV text without a header, or a typed Arrow table."""

    table: str
    names: tuple[str, ...]
    rows: int
    data: Any
    totals: Sums = field(default_factory=dict)
    """Control totals of the columns for which they are wanted."""


def to_csv(columns: Columns) -> pa.Buffer:
    """The rows as CSV text without a header."""
    return csv.render({name: column.text() for name, column in columns.items()})


def to_arrow(columns: Columns) -> pa.Table:
    """The rows as a typed Arrow table."""
    return typed_table(columns)


@contextmanager
def threads(workers: int) -> Iterator[Executor]:
    """An executor of threads; left by an exception, it does not wait for work that nobody wants any more."""
    executor = ThreadPoolExecutor(workers, thread_name_prefix="worker")
    try:
        yield executor
    except BaseException:
        executor.shutdown(wait=False, cancel_futures=True)
        raise
    executor.shutdown()


def team(workers: int) -> AbstractContextManager[Executor | Forks]:
    """The fastest workers to be had here: forked processes where there are several and the system bears it."""
    return Forks(workers) if workers > 1 and forks_available() else threads(workers)


def run(
    units: Iterable[Unit],
    make: Callable[[Unit], Made],
    render: Callable[[Columns], Any],
    executor: Executor | Forks,
    workers: int,
    counts: dict[str, int] | None = None,
    keep: Callable[[Made], Any] = lambda made: None,
    known: Callable[[Any], None] = lambda kept: None,
    totals: Mapping[str, Sequence[str]] | None = None,
) -> Iterator[tuple[Unit, list[Chunk]]]:
    """Yield each unit, in order, with its rendered rows.

    `make`, `render` and `keep` must be picklable where the executor is one of processes (not for `Forks`). `counts`, by
    table, holds the rows numbered before and is brought up to date. What `keep` takes from a unit is given to `known`,
    in this thread and in the order of the units. `totals` names the columns, by table, whose control totals the chunks
    are to have. An exception in a unit is raised here, and no more are begun.
    """
    counts = {} if counts is None else counts
    totals = totals or {}

    def number(rows: Mapping[str, int], kept: Any) -> dict[str, int]:
        known(kept)
        firsts = {table: counts.get(table, 0) + 1 for table in rows}
        for table, size in rows.items():
            counts[table] = counts.get(table, 0) + size
        return firsts

    if isinstance(executor, Forks):

        def made_here(unit: Unit) -> tuple[Mapping[str, int], Any, Callable[[Mapping[str, int]], list[Chunk]]]:
            made = make(unit)
            return made.rows, keep(made), lambda firsts: _render(made, firsts, render, totals)

        yield from executor.run(list(units), made_here, number)
        return

    making: deque[tuple[Unit, Future[Made]]] = deque()
    rendering: deque[tuple[Unit, Future[list[Chunk]]]] = deque()
    ahead = 2 * workers
    source = iter(units)
    try:
        while True:
            while len(making) + len(rendering) < ahead and (unit := next(source, None)) is not None:
                making.append((unit, executor.submit(make, unit)))
            if making:
                unit, future = making.popleft()
                made = future.result()
                firsts = number(made.rows, keep(made))
                rendering.append((unit, executor.submit(_render, made, firsts, render, totals)))
            if not rendering:
                return
            while rendering and (not making or len(rendering) > workers or rendering[0][1].done()):
                unit, done = rendering.popleft()
                yield unit, done.result()
    finally:
        for pending in [future for _, future in making] + [future for _, future in rendering]:
            pending.cancel()


def _render(
    made: Made, firsts: Mapping[str, int], render: Callable[[Columns], Any], totals: Mapping[str, Sequence[str]]
) -> list[Chunk]:
    rows = made.rows
    return [
        Chunk(table, tuple(columns), rows[table], render(columns), totals_of(columns, totals.get(table, ())))
        for table, columns in made.columns(firsts).items()
    ]
