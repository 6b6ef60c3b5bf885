"""A marketplace written as files: a table each, and one manifest; and what to expect of that."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.size import Size
from datagen.ecommerce.world import WORLD
from datagen.errors import UsageError
from datagen.frozen import dataclass
from datagen.jobs import Content, Parts, Request, Writing, write
from datagen.options import as_of_day
from datagen.output.file_names import CSV

if TYPE_CHECKING:
    from datagen.ecommerce.dataset import EcommerceDataset
    from datagen.plan import Plan
    from datagen.progress import Progress

LEAST_MONTHS, USUAL_MONTHS, MOST_MONTHS = 1, 12, 36
_SAMPLE_ORDERS = 2_000
"""Orders of a sample from which sizes of files are found."""

_PHASES = ("Catalogue", "Orders and their items")


@dataclass(frozen=True)
class Choices:
    """What decides the content of a marketplace."""

    size: Size
    seed: int
    start: dt.date
    as_of: dt.date
    rules: EcommerceRules

    def options(self) -> dict[str, object]:
        """As the manifest states them, besides the seed."""
        from datagen.rules import changes

        return {
            "start_date": self.start,
            "end_date": self.as_of,
            **self.size.plain(),
            "rules": changes(self.rules),
        }

    def dataset(self) -> EcommerceDataset:
        """The marketplace, with no order made yet.

        Raises:
            UsageError: for promotions or orders that the catalogue has no room for.
        """
        from datagen.calendar import day_number
        from datagen.ecommerce.catalogue import Span
        from datagen.ecommerce.dataset import EcommerceDataset
        from datagen.ecommerce.market import make_market

        span = Span(day_number(self.start), day_number(self.as_of))
        return EcommerceDataset(make_market(self.size, self.rules, span, self.seed))


def window(start: str | None, end: str | None) -> tuple[dt.date, dt.date]:
    """The first day and the as-of day: 12 months up to today by default.

    Raises:
        UsageError: for days that are none, and for less than a month or more than 36.
    """
    from datagen.calendar import add_months, date_of, day_number

    as_of = as_of_day(end)
    earliest, usual, latest = (
        date_of(int(add_months(day_number(as_of), -months))) for months in (MOST_MONTHS, USUAL_MONTHS, LEAST_MONTHS)
    )
    if start is None:
        return usual, as_of
    try:
        first = dt.date.fromisoformat(start)
    except ValueError:
        raise UsageError(f"--start-date must be a day such as 2026-01-31, not {start!r:.60}.") from None
    if not earliest <= first <= latest:
        raise UsageError(
            f"--start-date must lie {LEAST_MONTHS} to {MOST_MONTHS} months before --end-date {as_of}: from {earliest} "
            f"to {latest}, not on {first}."
        )
    return first, as_of


def expected(choices: Choices, *, workers: int = 1, kind: str = CSV) -> Plan:
    """What to expect of a marketplace written as files: rows and bytes by table, memory and seconds.

    Rows are those asked for; bytes are found by making fewer orders, of which nothing is kept but counts.

    Raises:
        UsageError: for promotions or orders that the catalogue has no room for.
    """
    from datagen.checks.verify import count_checks
    from datagen.ecommerce.market import MOST_ITEMS_A_UNIT
    from datagen.generate import CountingSink, write_dataset
    from datagen.output.table_writers import table_files
    from datagen.plan import estimate, planned_format, scaled, stored
    from datagen.workers import best_workers

    size = choices.size
    orders = min(size.orders, _SAMPLE_ORDERS)
    smaller = replace(size, orders=orders, items=max(orders * size.items // size.orders, orders))
    sample, sink = replace(choices, size=smaller).dataset(), CountingSink()
    with table_files(planned_format(kind), sink, WORLD.facts) as files:
        write_dataset(sample, best_workers(1), files)
    times = {"order": size.orders / smaller.orders, "order_item": size.items / smaller.items}
    days = (choices.as_of - choices.start).days
    units = min(max(round(size.items / MOST_ITEMS_A_UNIT), sample.unit_count), days)
    found = estimate(scaled(sink, lambda table: times.get(table, 1.0)), units, workers, ("product",))
    return replace(stored(found, kind), checks=count_checks(WORLD, kind))


def export(
    directory: Path,
    choices: Choices,
    *,
    workers: int = 1,
    kind: str = CSV,
    progress: Progress | None = None,
    parts: Parts | None = None,
) -> Path:
    """Write a marketplace as files of a format, with a manifest, whole or not at all; gives the directory.

    `parts` tells how it is written in parts.

    Raises:
        UsageError: for promotions or orders that the catalogue has no room for.
        OutputError: if the directory cannot be written, or holds what is not ours.
    """
    from datagen.progress import Progress

    report = progress or Progress(quiet=True)
    writing = Writing(kind, workers, _PHASES, parts)
    made = partial(Content, choices.options(), recipe=choices.dataset)
    write(Request(WORLD, choices.seed, lambda: made(dataset=choices.dataset()), writing), directory, report)
    return directory
