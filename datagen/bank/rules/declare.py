"""Short forms for rules that occur in every section."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from datagen.rules import Mix, rule

GUIDE = "docs/bank-story.md: given"
VISITS = (*[0.0] * 9, 0.9, 1.2, 1.3, 1.4, 1.0, 0.9, 1.0, 1.2, *[0.0] * 7)
"""How often branches are visited in each hour of the day, midnight first, against each other."""
ONLINE = (
    *(0.3, 0.15, 0.08, 0.06, 0.08, 0.2, 0.6, 1.0, 1.5, 1.8, 1.9, 1.8),
    *(1.9, 1.7, 1.6, 1.6, 1.7, 1.8, 2.0, 2.3, 2.4, 2.0, 1.3, 0.6),
)
"""How much is done online in each hour of the day, midnight first, against each other."""


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


def outside(name: str, weights: Sequence[float], hours: tuple[int, int], why: str) -> Iterator[str]:
    """The contradiction of weights of hours of the day with the hours between which something is served."""
    if any(weights[: hours[0]]) or any(weights[hours[1] :]):
        yield f"{name} must be 0 outside {hours[0]:02}:00-{hours[1] - 1:02}:59, when {why}."
