"""Rules found by name: what `datagen WORLD rules` shows."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import Any

from datagen.rules import Described, Mix, describe

_ALIKE = 0.75
"""How alike a word must be to a part of a name to be taken for a slip, where nothing holds it."""


def find(root: Any, words: Sequence[str]) -> list[Described]:
    """The rules whose name, unit or source holds every word, be it large or small; all rules without words.

    Where no name holds a word, names with a part that is much like it are taken.
    """
    rules = describe(root)
    known = {part for rule in rules for part in _parts(rule)}
    for word in words:
        text = word.lower().strip()
        held = [rule for rule in describe(root) if text in _text(rule)]
        near = [] if held else get_close_matches(text, known, 3, _ALIKE)
        rules = [rule for rule in rules if text in _text(rule) or any(part in _parts(rule) for part in near)]
    # What is called so comes before what only mentions it.
    return sorted(rules, key=lambda rule: not all(word.lower() in rule.path for word in words))


def _text(rule: Described) -> str:
    return f"{rule.path} {rule.path.replace('_', ' ')} {rule.unit} {rule.source}".lower()


def _parts(rule: Described) -> set[str]:
    return {part for name in rule.path.split(".") for part in (name, *name.split("_"))}


def plain(rule: Described) -> dict[str, Any]:
    """A rule as values of JSON."""
    value = dict(rule.value.items()) if isinstance(rule.value, Mix) else rule.value
    return {
        "rule": rule.path,
        "value": value,
        "unit": rule.unit,
        "low": rule.low,
        "high": rule.high,
        "source": rule.source,
    }


def as_text(rules: Sequence[Described]) -> str:
    """The rules to read: name and value, then unit, range and source, and at the end how to change one."""
    example = next((rule for rule in rules if not isinstance(rule.value, Mix | tuple)), rules[0])
    value = next(iter(_lines(example.path, example.value)))
    lines = [line for rule in rules for line in (*_lines(rule.path, rule.value), f"    {_about(rule)}")]
    return "\n".join([*lines, "", f"{len(rules)} rules. To change one: --set {value.replace(' = ', '=')}, or --rules."])


def _lines(path: str, value: Any) -> Iterator[str]:
    values: Mapping[str, Any] = dict(value.items()) if isinstance(value, Mix) else {}
    if values:
        yield from (f"{path}.{name} = {share}" for name, share in values.items())
    else:
        yield f"{path} = {','.join(map(str, value)) if isinstance(value, tuple) else value}"


def _about(rule: Described) -> str:
    bounds = {(True, True): "", (False, True): f", from {rule.low}", (True, False): f", up to {rule.high}"}
    span = bounds.get((rule.low is None, rule.high is None), f", {rule.low} to {rule.high}")
    return f"{rule.unit}{span}; {rule.source}"
