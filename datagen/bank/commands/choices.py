"""The options that decide the content of a bank, and what they come to."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from datagen import console
from datagen.bank.generation import Choices
from datagen.bank.rules import BankRules
from datagen.bank.size import size_of
from datagen.options import as_of_day, seed_number
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
) -> Choices:
    """What the options come to.

    Raises:
        UsageError: naming the option that cannot be.
    """
    changed: BankRules = console.changed_rules(BankRules(), rules, settings)
    size = size_of(scale, customers, employees, changed.customers.base, changed.employees.base)
    return Choices(size, seed_number(seed), as_of_day(end_date), changed, pools or SHIPPED, scale)


def titled(choices: Choices) -> str:
    """The choices in the first line of a run."""
    size = choices.size
    return f"{size.customers:,} customers, {size.employees:,} employees, up to {choices.as_of}, seed {choices.seed}"


def content_of(values: dict[str, Any]) -> Choices:
    """The choices of a command's parameters."""
    names = ("scale", "customers", "employees", "seed", "end_date", "rules", "settings", "pools")
    return chosen(**{name: values[name] for name in names})
