"""A bank written as files: a directory for each database, and one manifest."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.bank.rules import BankRules
from datagen.bank.size import Size
from datagen.bank.world import WORLD
from datagen.frozen import dataclass
from datagen.jobs import Content, Parts, Request, Writing, write
from datagen.output.file_names import CSV
from datagen.pools.pool_files import SHIPPED, Pools

if TYPE_CHECKING:
    from datagen.bank.dataset import BankDataset
    from datagen.plan import Plan
    from datagen.progress import Progress

_PHASES = ("Staff, branches and survey of customers", "Customers and their money")


@dataclass(frozen=True)
class Choices:
    """What decides the content of a bank."""

    size: Size
    seed: int
    as_of: dt.date
    rules: BankRules
    names: Pools = SHIPPED
    """Pools of names, streets and companies."""
    scale: float | None = None
    """What the size was asked for as, if it was."""

    def options(self) -> dict[str, object]:
        """As the manifest states them, besides the seed."""
        from datagen.rules import changes

        return {
            "end_date": self.as_of,
            "scale": self.scale,
            "customers": self.size.customers,
            "employees": self.size.employees,
            "rules": changes(self.rules),
            **self.names.options,
        }

    def ready(self) -> BankDataset:
        """The bank, not surveyed yet; the same one each time.

        Raises:
            UsageError: for more customers than the employees can serve.
        """
        return self._made

    @cached_property
    def _made(self) -> BankDataset:
        return self.dataset()

    def dataset(self) -> BankDataset:
        """The bank, not surveyed yet.

        Raises:
            UsageError: for more customers than the employees can serve.
        """
        from datagen.bank.dataset import BankDataset

        return BankDataset(self.size, self.rules, self.seed, self.as_of, self.names)


def export(
    directory: Path,
    choices: Choices,
    *,
    workers: int = 1,
    kind: str = CSV,
    progress: Progress | None = None,
    parts: Parts | None = None,
) -> Path:
    """Write a bank as files of a format, with a manifest, whole or not at all; gives the directory.

    `parts` tells how it is written in parts.

    Raises:
        UsageError: for more customers than the employees can serve.
        OutputError: if the directory cannot be written, or holds what is not ours.
    """
    from datagen.progress import Progress

    report = progress or Progress(quiet=True)
    writing = Writing(kind, workers, _PHASES, parts)
    write(Request(WORLD, choices.seed, content_of(choices), writing), directory, report)
    return directory


def content_of(choices: Choices) -> Callable[[], Content]:
    """Makes the content of a bank, which is surveyed when it is written."""
    anew = replace(choices).dataset  # without what these have made already

    def content() -> Content:
        return Content(choices.options(), dataset=choices.ready(), recipe=anew)

    return content


def expected(choices: Choices, *, workers: int = 1, kind: str = CSV) -> Plan:
    """What to expect of a bank written as files: rows and bytes by table, memory and seconds.

    Found by making a bank of scale 1 at most by the same rules, of which nothing is kept but counts. The rows of tables
    that do not hang on customers are those of the bank itself.

    Raises:
        UsageError: for more customers than the employees can serve.
    """
    from datagen.checks.verify import count_checks
    from datagen.generate import CountingSink, survey, write_dataset
    from datagen.output.file_names import by_table
    from datagen.output.table_writers import table_files
    from datagen.plan import estimate, planned_format, scaled, stored
    from datagen.workers import best_workers

    size, rules = choices.size, choices.rules
    smaller = Size(min(size.customers, rules.customers.base), min(size.employees, rules.employees.base))
    asked, sample = choices.ready(), replace(choices, size=smaller).dataset()
    executor, sink = best_workers(workers), CountingSink()
    survey(sample, executor)
    with table_files(planned_format(kind), sink, WORLD.facts) as files:
        write_dataset(sample, executor, files)
    fixed, few, times = asked.static_rows(), sample.static_rows(), size.customers / smaller.customers
    made = {table: sum(sink.files[part.name].rows for part in parts) for table, parts in by_table(sink.files).items()}

    def growth(table: str) -> float:
        rows = made[table]
        return (fixed.get(table, 0) + (rows - few.get(table, 0)) * times) / rows if rows else 1.0

    found = estimate(scaled(sink, growth), asked.unit_count, workers, fixed)
    return replace(stored(found, kind), checks=count_checks(WORLD, kind))
