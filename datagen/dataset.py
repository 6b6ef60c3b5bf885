"""What a world hands to the engine: a data set as tables and units of work."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Protocol, runtime_checkable

from datagen.columns import Columns


class UnitRows(Protocol):
    """What happened in a unit, before its rows are numbered; it stays on the worker that made it."""

    def summarise(self) -> Any:
        """What the data set's accumulator needs of it: small and picklable."""
        ...

    def columns(self, settled: Any) -> Iterable[tuple[str, Columns]]:
        """Its rows by table, given what the accumulator answered; a table may come in several runs of rows."""
        ...


class Accumulator(Protocol):
    """Goes through the units in their order: decides what only the order can tell, and adds up what spans units."""

    def settle(self, summary: Any) -> Any:
        """What the next unit, of which this is the summary, needs for its columns: picklable."""
        ...

    def tables(self) -> Iterator[tuple[str, Columns]]:
        """The tables made after all units."""
        ...


class Dataset(Protocol):
    """The tables of a world that are made from units, and those that go with them."""

    @property
    def world(self) -> str: ...

    @property
    def units(self) -> Iterable[Any]:
        """The units of work in the order of publishing; picklable, and named by `str`."""
        ...

    @property
    def unit_count(self) -> int:
        """How many units there are."""
        ...

    @property
    def make(self) -> Callable[[Any], UnitRows]:
        """Makes a unit; picklable."""
        ...

    @property
    def gapless(self) -> bool:
        """Whether the files of a table stand for every day, also for those on which it has no rows."""
        ...

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        """The tables that are made in one piece."""
        ...

    def days(self, unit: Any) -> tuple[int, int] | None:
        """The days that a unit's file is about, as numbers: the first, and the first after them.

        None where the rows of tables do not come by days.
        """
        ...

    def accumulator(self) -> Accumulator:
        """One that has not seen a unit yet."""
        ...


@runtime_checkable
class Surveyed(Protocol):
    """A data set whose units can be numbered only when all are known: it is surveyed once, before it is written."""

    @property
    def survey_unit(self) -> Callable[[Any], Any]:
        """Tells what the survey needs of a unit: small and picklable. On a worker."""
        ...

    def survey(self, summary: Any) -> None:
        """Take in the summary of the next unit."""
        ...

    def surveyed(self) -> None:
        """All units have been surveyed."""
        ...


@runtime_checkable
class Together(Protocol):
    """A data set whose units have so few rows that several are made and rendered at a time."""

    @property
    def units_together(self) -> int:
        """How many, at most; they are held in memory."""
        ...


class Numbering:
    """Numbers the rows of each table through, unit by unit: the accumulator of units that need no more.

    The summary of a unit is the number of its rows by table, the answer the number of the first row of each.
    """

    def __init__(self) -> None:
        """Begin with no rows; the first one has the number 1."""
        self._counts: dict[str, int] = {}

    def settle(self, summary: Mapping[str, int]) -> dict[str, int]:
        """The number of the first row of the next unit, by table."""
        firsts = {table: self._counts.get(table, 0) + 1 for table in summary}
        for table, rows in summary.items():
            self._counts[table] = self._counts.get(table, 0) + rows
        return firsts

    def tables(self) -> Iterator[tuple[str, Columns]]:
        """No table is made after the units."""
        return iter(())
