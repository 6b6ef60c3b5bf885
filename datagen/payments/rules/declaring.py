"""How rules of the payments world are declared: shares, ranges, and where sources stand."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datagen.rules import rule

STORY = "docs/payments-story.md"
CHECKS = "docs/payments-checks.md"
MERCHANTS = f"{STORY}#merchants"
LIFE = f"{STORY}#life-of-a-merchant"
DAYS = f"{STORY}#days"


def share(default: float, unit: str, source: str, high: float = 1.0) -> Any:
    """A share of something."""
    return rule(default, unit=f"share of {unit}", source=source, low=0, high=high)


def span(low: float, high: float, unit: str, source: str, most: float | None = None) -> Any:
    """A range, least and most."""
    return rule((low, high), unit=f"{unit}, least and most", source=source, low=0, high=most)


def least(default: int, unit: str) -> Any:
    """How much data a figure is judged from."""
    return rule(default, unit=f"{unit}, at least", source="convention: with fewer, chance alone leaves the band", low=1)


def falling(root: Any, *names: str) -> Iterator[str]:
    """Problems of ranges whose end lies below their beginning."""
    for name in names:
        low, high = getattr(root, name)
        if low > high:
            yield f"{name} must rise; write the least first."
