"""Short forms for rules that occur in every section."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datagen.rules import Mix, rule

STORY = "docs/ecommerce-story.md"


def given(default: int, what: str, low: int = 0, high: int = 100_000_000) -> Any:
    """A number of rows that the document of this world states."""
    return rule(default, unit=f"{what} by default", source=f"{STORY}#sizes: given", low=low, high=high)


def share(default: float, of: str, source: str, low: float = 0.0, high: float = 1.0) -> Any:
    """A share from 0 to 1 of something."""
    return rule(default, unit=f"share of {of}", source=source, low=low, high=high)


def mix(of: str, source: str, shares: dict[str, float]) -> Any:
    """Named shares of something."""
    return rule(Mix.of(shares), unit=f"share of {of}", source=source)


def number(default: Any, unit: str, source: str, low: float = 0, high: float = 1_000_000) -> Any:
    """A number, or several, with a unit."""
    return rule(default, unit=unit, source=source, low=low, high=high)


def falling(rules: Any, *names: str) -> Iterator[str]:
    """What is wrong with rules that are pairs of a least and a greatest number, and run down."""
    for name in names:
        low, high = getattr(rules, name)
        if low > high:
            yield f"{name} runs from {low} down to {high}; give the lower number first."
