"""Units that are made and rendered together: of few rows each, half of the time would go into beginning again.

A worker makes the units of a group one after the other, as it would alone, and renders the rows of a table in runs that
fill the processor's cache. The rows, and so the bytes, are those of the units in their order.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, TypeVar

from datagen.columns import Columns
from datagen.columns.joining import joined
from datagen.dataset import Dataset, Together, UnitRows
from datagen.frozen import dataclass
from datagen.runner import Job

Rendered = TypeVar("Rendered")

ROWS_TOGETHER = 1 << 13
"""Rows of a table from which on they are rendered without waiting for those of the next unit."""


@dataclass(frozen=True)
class UnitGroup:
    """Units that follow each other."""

    units: tuple[Any, ...]

    def __str__(self) -> str:
        first, *others = map(str, self.units)
        return f"{first} to {others[-1]}" if others else first


def groups(dataset: Dataset, workers: int, *, by_days: bool) -> Iterator[UnitGroup]:
    """The units of a data set in their order, in groups of as many as it wants together.

    The last groups are smaller, so that all workers are done at about the same time. Groups do not go over the days
    that units are about, where files are `by_days`.
    """
    most = dataset.units_together if isinstance(dataset, Together) else 1
    left, group, before = dataset.unit_count, list[Any](), None
    for unit in dataset.units:
        span = dataset.days(unit) if by_days else None
        if group and span != before:
            yield UnitGroup(tuple(group))
            left, group = left - len(group), []
        group.append(unit)
        before = span
        if len(group) >= min(most, max(1, left // (2 * workers))):
            yield UnitGroup(tuple(group))
            left, group = left - len(group), []
    if group:
        yield UnitGroup(tuple(group))


def group_job(
    make: Callable[[Any], UnitRows], settle: Callable[[Any], Any], render: Callable[[str, Columns], Rendered]
) -> Job[UnitGroup, list[UnitRows], list[Any], list[Any], list[Rendered]]:
    """The making of groups of units that are made and settled so; `render` makes of a table and rows of it what is
    published."""
    return Job(partial(_make, make), partial(_settle, settle), partial(_render, render))


def _make(make: Callable[[Any], UnitRows], group: UnitGroup) -> tuple[list[UnitRows], list[Any]]:
    rows = [make(unit) for unit in group.units]
    return rows, [unit.summarise() for unit in rows]


def _settle(settle: Callable[[Any], Any], summaries: list[Any]) -> list[Any]:
    return [settle(summary) for summary in summaries]


def _render(render: Callable[[str, Columns], Rendered], rows: list[UnitRows], settled: list[Any]) -> list[Rendered]:
    waiting: dict[str, list[Columns]] = {}
    counts: dict[str, int] = {}
    rendered: list[Rendered] = []
    for unit, answer in zip(rows, settled, strict=True):
        for table, columns in unit.columns(answer):
            waiting.setdefault(table, []).append(columns)
            counts[table] = counts.get(table, 0) + len(next(iter(columns.values())))
            if counts[table] >= ROWS_TOGETHER:
                rendered += _rendered(render, table, waiting.pop(table))
                del counts[table]
    for table, runs in waiting.items():
        rendered += _rendered(render, table, runs)
    return rendered


def _rendered(render: Callable[[str, Columns], Rendered], table: str, runs: list[Columns]) -> Iterator[Rendered]:
    whole = joined(runs)
    for columns in runs if whole is None else [whole]:
        yield render(table, columns)
