#!/usr/bin/env python3
"""Writes the reference pages of each world from its schema and its rules: `python docs/build.py`."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import MetaData

from datagen.fitness import tables as fitness
from datagen.fitness.rules import FitnessRules
from datagen.payments import tables as payments
from datagen.payments.rules import PaymentsRules
from datagen.rules import Described, Mix, describe
from datagen.schema import data_dictionary, erd


def tables_page(world: str, metadata: MetaData) -> str:
    """The data dictionary and the entity-relationship diagram."""
    dictionary = data_dictionary(metadata, f"The tables of the {world} world")
    return f"{dictionary}\n## Diagram\n\n```mermaid\n{erd(metadata)}\n```\n"


def rules_page(world: str, rules: Any, example: str) -> str:
    """Every rule with its default, unit, range and source; `example` is one written as in a TOML file."""
    lines = [
        f"# The rules of the {world} world",
        "",
        "Every business number, once. Change any of them with `--set path=value`, a share of a mix with",
        f"`--set path.name=value`, or in a TOML file for `--rules`: {example}.",
    ]
    section = ""
    for rule in describe(rules):
        if rule.path.split(".")[0] != section:
            section = rule.path.split(".")[0]
            lines += ["", f"## {section}", "", "| rule | default | unit | range | source |", "|---|---|---|---|---|"]
        lines.append(f"| `{rule.path}` | {_value(rule.value)} | {rule.unit} | {_range(rule)} | {rule.source} |")
    return "\n".join(lines) + "\n"


def _value(value: object) -> str:
    if isinstance(value, Mix):
        return ", ".join(f"{name} {share:g}" for name, share in value.items())
    if isinstance(value, tuple):
        return ", ".join(f"{item:g}" if isinstance(item, int | float) else str(item) for item in value)
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _range(rule: Described) -> str:
    if rule.low is None and rule.high is None:
        return ""
    return f"{'' if rule.low is None else f'{rule.low:g}'}..{'' if rule.high is None else f'{rule.high:g}'}"


PAGES: dict[str, Callable[[], str]] = {
    "fitness-tables.md": partial(tables_page, "fitness", fitness.metadata),
    "fitness-rules.md": partial(rules_page, "fitness", FitnessRules(), "`[payments]` and `success_rate = 0.9`"),
    "payments-tables.md": partial(tables_page, "payments", payments.metadata),
    "payments-rules.md": partial(
        rules_page, "payments", PaymentsRules(), "`[business]` and `monthly_growth_rate = 0.05`"
    ),
}


def main() -> None:
    """Write the pages beside this file."""
    for name, page in PAGES.items():
        Path(__file__).with_name(name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
