"""The bank world as the engine sees it: tables made in one piece, and blocks of customers made one by one.

Ids of transactions and of audit entries rise with time over all blocks, so that blocks are surveyed before any can be
numbered: rows are counted by moment. Then blocks are made again to be written.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from functools import partial

import numpy as np
from numpy.typing import NDArray

from datagen.bank.audit import MINUTES_A_DAY
from datagen.bank.blocks import Block, make_block
from datagen.bank.history import WORLD, History, build_history
from datagen.bank.numbering import Counter, Moments, moments_of, numbers_of_rows, seconds_of
from datagen.bank.rendering import accounts, compliance, customers, employees, insurance, loans
from datagen.bank.rendering.ids import Ids
from datagen.bank.rules import BankRules
from datagen.bank.size import Size
from datagen.calendar import SECONDS_A_DAY, day_number
from datagen.columns import Columns
from datagen.frozen import dataclass
from datagen.pools.pool_files import SHIPPED, Pools


@dataclass(frozen=True)
class Summary:
    """What must be known of a block before any can be numbered."""

    rows: Mapping[str, int]
    transactions: Moments
    changes: Moments


@dataclass(frozen=True)
class Settled:
    """The numbers of the first rows of a block, by table, and of transactions and audit entries by moment."""

    firsts: Mapping[str, int]
    transactions: NDArray[np.int64]
    changes: NDArray[np.int64]


@dataclass(frozen=True)
class BlockRows:
    """The rows of a block, before they are numbered."""

    history: History
    block: Block

    def summarise(self) -> Summary:
        """Its rows by table, and the moments of those that are numbered by time."""
        block = self.block
        seconds = seconds_of(block.money.moved, self.history.window.start)
        return Summary(block.rows, moments_of(seconds), moments_of(block.changes.minutes))

    def columns(self, settled: Settled) -> Iterator[tuple[str, Columns]]:
        """Its rows by table."""
        history, block = self.history, self.block
        ids = Ids(settled.firsts)
        moved = numbers_of_rows(seconds_of(block.money.moved, history.window.start), settled.transactions)
        logged = numbers_of_rows(block.changes.minutes, settled.changes)
        yield "employee_assignments", employees.assignment_columns(block, ids)
        yield from customers.tables(history, block, ids, moved)
        yield from accounts.tables(history, block, ids, moved)
        yield from loans.tables(block, ids, moved, history.rules.loans)
        yield from insurance.tables(block, ids, moved, history.names, history.rules.insurance.generation_years)
        yield from compliance.tables(history, block, ids, moved, logged)


def make_rows(history: History, kept: dict[int, Block], number: int) -> BlockRows:
    """One block of customers, out of those kept or made anew; a function of its arguments alone."""
    return BlockRows(history, kept.pop(number) if number in kept else make_block(history, number))


def survey_block(history: History, kept: dict[int, Block], number: int) -> Summary:
    """What must be known of a block before any can be numbered; an only block is kept."""
    block = make_block(history, number)
    if history.blocks == 1:
        kept[number] = block
    return BlockRows(history, block).summarise()


class Survey:
    """Counts the rows of all blocks by moment, in any order."""

    def __init__(self, history: History, static: Mapping[str, int]) -> None:
        """`static` are the rows of tables made in one piece."""
        self.static = dict(static)
        window = history.window
        self.transactions = Counter((window.as_of - window.start) * SECONDS_A_DAY)
        self.changes = Counter((history.as_of - history.year_ago) * MINUTES_A_DAY)

    def add(self, summary: Summary) -> None:
        """Count the rows of a block by moment."""
        self.transactions.add(summary.transactions)
        self.changes.add(summary.changes)

    def close(self) -> None:
        """All blocks have been counted."""
        self.transactions.close()
        self.changes.close()


class Numbering:
    """Gives numbers to the rows of each block, in the order of the blocks."""

    def __init__(self, survey: Survey) -> None:
        """`survey` has counted all blocks."""
        self._counts = dict(survey.static)
        self._transactions = survey.transactions.copy()
        self._changes = survey.changes.copy()

    def settle(self, summary: Summary) -> Settled:
        """The numbers of the next block's rows."""
        firsts = {table: self._counts.get(table, 0) + 1 for table in summary.rows}
        for table, rows in summary.rows.items():
            self._counts[table] = self._counts.get(table, 0) + rows
        return Settled(firsts, self._transactions.take(summary.transactions), self._changes.take(summary.changes))

    def tables(self) -> Iterator[tuple[str, Columns]]:
        """No table is made after the blocks."""
        return iter(())


class BankDataset:
    """A bank of a size on an as-of day; see `datagen.dataset.Dataset` and `Surveyed`."""

    world = WORLD
    gapless = True

    def __init__(self, size: Size, rules: BankRules, seed: int, as_of: dt.date, names: Pools = SHIPPED) -> None:
        """Decide what no single block of customers decides; people have names of the pools.

        Raises:
            UsageError: for more customers than the employees can serve.
        """
        self.history = build_history(seed, size, day_number(as_of), rules, names)
        self._survey = Survey(self.history, self.static_rows())
        self._kept: dict[int, Block] = {}

    @property
    def units(self) -> range:
        """The blocks of customers, in the order of publishing."""
        return range(self.history.blocks)

    @property
    def unit_count(self) -> int:
        """How many blocks there are."""
        return self.history.blocks

    @property
    def survey_unit(self) -> Callable[[int], Summary]:
        """Tells what must be known of a block; picklable."""
        return partial(survey_block, self.history, self._kept)

    def survey(self, summary: Summary) -> None:
        """Count the rows of a block."""
        self._survey.add(summary)

    def surveyed(self) -> None:
        """All blocks have been counted: now the data set can be written, any number of times."""
        self._survey.close()

    @property
    def make(self) -> Callable[[int], BlockRows]:
        """Makes a block, once all have been surveyed; picklable."""
        return partial(make_rows, self.history, self._kept)

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        """The tables that do not hang on customers, or begin without them."""
        return employees.static_tables(self.history, Ids({}))

    def days(self, unit: int) -> None:
        """Rows come by customers, not by days."""

    def accumulator(self) -> Numbering:
        """One that has not seen a block yet."""
        return Numbering(self._survey)

    def static_rows(self) -> dict[str, int]:
        """The number of rows by table of those in `static_tables`."""
        tables = employees.static_tables(self.history, Ids({}))
        return {table: len(next(iter(columns.values()))) for table, columns in tables}
