"""The bank world, declared for the engine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from datagen.bank.vocabulary import DATABASES
from datagen.world import Options, Window, World

WINDOW_MONTHS = 3
"""Months of transactions before the as-of day."""


def window(options: Options) -> Window:
    """Three months before the as-of day, `end_date`: from the same day of that month, or its last.

    Raises `KeyError`, `TypeError` or `ValueError` for options that do not state it.
    """
    as_of = dt.date.fromisoformat(options["end_date"])
    years, month = divmod(as_of.year * 12 + as_of.month - 1 - WINDOW_MONTHS, 12)
    following = dt.date(years + (month + 1) // 12, (month + 1) % 12 + 1, 1)
    start = min(dt.date(years, month + 1, 1) + dt.timedelta(as_of.day - 1), following - dt.timedelta(1))
    return Window(start, as_of)


def parameters(options: Options) -> Mapping[str, int]:
    """The numbers of `customers` and `employees` that were asked for."""
    return {name: int(options[name]) for name in ("customers", "employees")}


WORLD = World(
    name="bank",
    title="Retail bank",
    tables="datagen.bank.tables:metadata",
    root="datagen.bank.rules:BankRules",
    checks="datagen.bank.checks:SQL",
    summary="customers, accounts, loans, insurance and compliance, in six databases",
    plot_files="datagen.bank.plots:SQL",
    timeline_files="datagen.bank.timelines:SQL",
    window_of=window,
    window_options=("--end-date",),
    parameters_of=parameters,
    databases=DATABASES,
    directory="bank_data",
    sample={"customers": 40, "employees": 9, "end_date": "2026-01-31"},
    settings=("customers", "employees", "scale"),
    commands={
        "generate": "datagen.bank.commands.dhub:generate_verb",
        "plan": "datagen.bank.commands.dhub:plan_verb",
        "status": "datagen.bank.commands.seed:seed_status",
        "clear": "datagen.bank.commands.seed:seed_clear",
        "query": "datagen.bank.commands.db:query",
        "db": "datagen.bank.commands.db:db",
    },
    hints={
        "load": "dhub seed all --replace",
        "verify": "dhub seed verify {directory}",
        "psql": 'dhub db query "SELECT ..." -d accounts_db',
    },
)
