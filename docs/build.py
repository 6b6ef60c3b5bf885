#!/usr/bin/env python3
"""Writes the reference pages of the fitness world from its schema and its rules: `python docs/build.py`."""

from __future__ import annotations

from pathlib import Path

from datagen.fitness.rules import FitnessRules
from datagen.fitness.tables import metadata
from datagen.rules import Described, Mix, describe
from datagen.schema import data_dictionary, erd


def tables_page() -> str:
    """The data dictionary and the entity-relationship diagram."""
    dictionary = data_dictionary(metadata, "The tables of the fitness world")
    return f"{dictionary}\n## Diagram\n\n```mermaid\n{erd(metadata)}\n```\n"


def rules_page() -> str:
    """Every rule with its default, unit, range and source."""
    lines = [
        "# The rules of the fitness world",
        "",
        "Every business number, once. Change any of them with `--set path=value`, a share of a mix with",
        "`--set path.name=value`, or in a TOML file for `--rules`: `[payments]` and `success_rate = 0.9`.",
    ]
    section = ""
    for rule in describe(FitnessRules()):
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


PAGES = {"fitness-tables.md": tables_page, "fitness-rules.md": rules_page}


def main() -> None:
    """Write the pages beside this file."""
    for name, page in PAGES.items():
        Path(__file__).with_name(name).write_text(page(), encoding="utf-8")


if __name__ == "__main__":
    main()
