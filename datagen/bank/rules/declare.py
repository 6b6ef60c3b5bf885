"""Short forms for rules that occur in every section."""

from __future__ import annotations

from typing import Any

from datagen.rules import Mix, rule

GUIDE = "docs/bank-story.md: given"


def share(default: float, of: str, source: str) -> Any:
    """A share from 0 to 1 of something."""
    return rule(default, unit=f"share of {of}", source=source, low=0.0, high=1.0)


def mix(of: str, source: str, /, **shares: float) -> Any:
    """Named shares of something."""
    return rule(Mix.of(shares), unit=f"share of {of}", source=source)


def days(default: int, what: str, source: str, low: int = 0, high: int = 3_660) -> Any:
    """A number of days."""
    return rule(default, unit=f"days {what}", source=source, low=low, high=high)


def dollars(default: float, what: str, source: str, low: float = 0.01, high: float = 10_000_000) -> Any:
    """An amount of money."""
    return rule(default, unit=f"US dollars, {what}", source=source, low=low, high=high)


def sigma(default: float, of: str, source: str) -> Any:
    """The spread of a log-normal distribution."""
    return rule(default, unit=f"standard deviation of the logarithm of {of}", source=source, low=0.0, high=3.0)
