"""Options that several commands of the fitness world take."""

from __future__ import annotations

from collections.abc import Callable

import click

from datagen.console import (
    Command,
    Setting,
    end_date_option,
    format_option,
    output_option,
    path,
    rule_options,
    seed_option,
    talk_options,
    workers_option,
)
from datagen.fitness.size import MOST_MONTHS


def months_option(function: Command) -> Command:
    """--months."""
    text = f"Months before the end date that transactions go back, 1-{MOST_MONTHS}."
    return click.option("--months", cls=Setting, type=int, default=12, show_default=True, help=text)(function)


def reference_option(default: str | None) -> Callable[[Command], Command]:
    """--mdm-dir."""
    text = "Directory to read the reference tables from, CSV or Parquet; they may have been edited."
    shown = default is not None
    return click.option("--mdm-dir", cls=Setting, type=path, default=default, show_default=shown, help=text)


def history_options(output: str) -> Callable[[Command], Command]:
    """What commands that generate part of a history take: --seed, --end-date, --months, --output-dir, --format,
    --workers, and the options of rules and talk."""

    def add(function: Command) -> Command:
        for option in (
            talk_options,
            rule_options,
            workers_option,
            format_option,
            output_option(output),
            months_option,
            end_date_option,
            seed_option,
        ):
            function = option(function)
        return function

    return add
