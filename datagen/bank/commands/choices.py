"""The options that decide the content of a bank, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from datagen import console
from datagen.bank.generation import Choices
from datagen.bank.rules import BankRules
from datagen.bank.size import Size, size_of
from datagen.errors import Conflicts
from datagen.options import as_of_day, seed_number, worker_count
from datagen.pools.pool_files import SHIPPED, Pools


def content_options(function: console.Command) -> console.Command:
    """--scale, --customers, --employees, --seed, --end-date, --pools, --set and --rules."""
    for option in (
        console.rule_options,
        console.pools_option,
        console.end_date_option,
        console.seed_option,
        click.option("--employees", cls=console.Setting, type=int, help="Employees, whatever the scale; 7 or more."),
        click.option("--customers", cls=console.Setting, type=int, help="Customers, whatever the scale; 20 or more."),
        click.option(
            "--scale",
            cls=console.Setting,
            type=float,
            default=1.0,
            show_default=True,
            help="Size: 1.0 is 1,200 customers and 150 employees.",
        ),
    ):
        function = option(function)
    return function


def chosen(
    scale: float,
    customers: int | None,
    employees: int | None,
    seed: int,
    end_date: str | None,
    rules: Path | None,
    settings: Sequence[str],
    pools: Pools | None,
    workers: int | None,
) -> Choices:
    """What the options come to.

    Raises:
        UsageError: for all that cannot be, and for more customers than the employees can serve.
    """
    conflicts, usual = Conflicts(), BankRules()
    changed: BankRules = conflicts.value_of(lambda: console.changed_rules(usual, rules, settings, conflicts), usual)
    base = changed.customers.base, changed.employees.base
    size = conflicts.value_of(lambda: size_of(scale, customers, employees, *base), None)
    seeded = conflicts.value_of(lambda: seed_number(seed), 0)
    as_of = conflicts.value_of(lambda: as_of_day(end_date), as_of_day(None))
    conflicts.value_of(lambda: worker_count(workers), 0)
    choices = Choices(size or Size(*base), seeded, as_of, changed, pools or SHIPPED, scale)
    if size:
        with conflicts.noted():
            choices.ready()
    conflicts.refuse()
    return choices


def titled(choices: Choices) -> str:
    """The choices in the first line of a run."""
    size = choices.size
    return f"{size.customers:,} customers, {size.employees:,} employees, up to {choices.as_of}, seed {choices.seed}"


def content_of(values: dict[str, Any], workers: int | None = None) -> Choices:
    """The choices of a command's parameters."""
    names = ("scale", "customers", "employees", "seed", "end_date", "rules", "settings", "pools")
    return chosen(**{name: values[name] for name in names}, workers=workers)
