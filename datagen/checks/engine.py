# ruff: noqa: S608 - the SQL is made of other queries
"""What checks are, and the few things that they need of a database, whichever it is."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from datagen.frozen import dataclass

if TYPE_CHECKING:
    from datagen.checks.findings import Finding

Rows = list[dict[str, Any]]
EXAMPLES = 5
"""How many offending rows are shown."""
PLACES_FILE = Path(__file__).parents[1] / "pools" / "places.csv"
PLACES = ("zip", "city", "state", "latitude", "longitude", "area_code")
"""The columns of the relation `places`, all text: ZIP code, city, state, position, area code that belong together."""


class Unanswered(Exception):  # noqa: N818 - a finding about the data, not an error of ours
    """A query that the database can make nothing of, as the tables are; says why in a sentence."""


@dataclass(frozen=True)
class Ids:
    """What is known of the ids of a table, each of which is the prefix and a number of 1 to 18 digits."""

    rows: int
    """Of the table, those without an id among them."""
    prefix: str
    total: int
    """The sum of the numbers."""
    different: int
    """How many of the ids are different, or a number below that."""
    shortest: int
    """Characters of the shortest id."""
    longest: int


class Database(Protocol):
    """A database that holds some of a world's tables, by their names."""

    @property
    def tables(self) -> frozenset[str]:
        """The tables it holds."""
        ...

    def rows(self, sql: str) -> Rows:
        """The rows a query returns, as mappings by column. May raise `Unanswered`."""
        ...

    def each(self, queries: Sequence[str]) -> Generator[Rows | Unanswered, None, None]:
        """The rows of each query, or why there are none, in order; several may run at a time.

        Whoever needs no more of them closes it.
        """
        ...

    def define(self, queries: Mapping[str, str]) -> bool:
        """Keep the rows of queries for those to come, by name; False if that cannot be done. None needs another."""
        ...

    def places(self) -> str:
        """A query for the places of the United States, columns `PLACES`."""
        ...

    def number_in(self, column: str) -> str:
        """SQL for the number that an id ends with, as a type that holds the sum of any: `MEM000012` gives 12.

        Of more than 18 digits, the last 18; null without any.
        """
        ...

    def ids(self, table: str, column: str) -> Ids | None:
        """What is known of the ids in a column, if that was looked at as the table was filled."""
        ...

    def different(self, table: str, column: str) -> str:
        """SQL, in a scan of a table, for how many different values a column has, or for a number below it.

        Empty if a query for those that are there twice is as cheap.
        """
        ...


@dataclass(frozen=True)
class Check:
    """A query, and what its rows mean."""

    sql: str
    judge: Callable[[Rows], Iterable[Finding]]
    unanswered: Callable[[Unanswered], Iterable[Finding]]
    """What it means that the query fails; called if `judge` raises `Unanswered`, too."""


@dataclass(frozen=True)
class Question:
    """A check as it can be asked elsewhere: a query without parameters for the rows that break it.

    That of a figure of the scorecard measures it.
    """

    check: str
    group: str
    title: str
    source: str
    sql: str
    uses: tuple[str, ...]
    """The tables and relations that it reads; each relation after those that it needs itself."""
    least_rows: int = 0
    """Of a figure: below so many rows there is no verdict."""

    @property
    def statistical(self) -> bool:
        """Whether it is a figure of the scorecard, which informs and does not condemn."""
        return self.group not in ("schema", "references") and self.check.startswith("S")


def run(
    database: Database, work: Iterable[Check | Finding], step: Callable[[], None] = lambda: None
) -> Iterator[Finding]:
    """The findings of jobs in their order, among findings that need no query; `step` is called after each job."""
    work = list(work)
    with closing(database.each([item.sql for item in work if isinstance(item, Check)])) as answers:
        for item in work:
            if isinstance(item, Check):
                yield from _found(item, next(answers))
                step()
            else:
                yield item


def _found(job: Check, answer: Rows | Unanswered) -> list[Finding]:
    try:
        return list(job.unanswered(answer) if isinstance(answer, Unanswered) else job.judge(answer))
    except Unanswered as reason:
        return list(job.unanswered(reason))


def counted(sql: str) -> str:
    """A query for the number `n` of rows of a query, which is far quicker than the rows."""
    return f"SELECT count(*) AS n FROM ({sql}) q"


def examples(database: Database, sql: str, count: int) -> tuple[Mapping[str, Any], ...]:
    """The first few rows of a query that has so many."""
    if not count:
        return ()
    # Ordered by the whole row, so that the examples are the same whatever order the threads end in.
    rows = database.rows(f"SELECT q.* FROM ({sql}) q ORDER BY q LIMIT {EXAMPLES}")
    # DuckDB drops a LIMIT that it takes to be larger than the result, so it is applied once more.
    return tuple(rows[:EXAMPLES])
