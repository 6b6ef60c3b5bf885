"""A small data set of a world in any format, made once for all tests of formats."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from datagen.calls import run_generate
from datagen.world import worlds

SIZES: dict[str, dict[str, Any]] = {
    "fitness": {"facilities": 1, "members": 60, "staff": 10, "months": 1, "end_date": "2026-01-31"},
    "bank": {"customers": 60, "employees": 20, "end_date": "2026-01-31"},
    "ecommerce": {"orders": 200, "items": 300, "products": 40, "sellers": 5, "end_date": "2026-01-31"},
}
Made = Callable[[str, str], Path]
"""Gives the directory of a world's small data set in a format; it is not to be changed."""


def making_in(base: Path) -> Made:
    """Makes these data sets in a directory, each when it is first asked for."""

    def make(world: str, kind: str) -> Path:
        place = base / f"{world}-{kind}"
        if not place.exists():
            run_generate(worlds()[world], {**SIZES[world], "seed": 7, "format": kind, "output_dir": place})
        return place

    return make
