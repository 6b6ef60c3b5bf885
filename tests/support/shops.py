"""Marketplaces for tests: exported small ones, and the tables of any."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pandas as pd

from datagen import jobs
from datagen.ecommerce.generation import Choices, export
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.size import size_of
from datagen.ecommerce.world import WORLD
from datagen.generate import collect_frames
from datagen.progress import Progress
from datagen.workers import Threads

START, AS_OF = dt.date(2025, 11, 20), dt.date(2026, 11, 20)


def choices(
    orders: int = 200,
    seed: int = 0,
    start: dt.date = START,
    as_of: dt.date = AS_OF,
    rules: EcommerceRules | None = None,
    **sizes: int,
) -> Choices:
    """What decides a marketplace; sizes that are not given are the usual ones."""
    wanted = rules or EcommerceRules()
    return Choices(size_of(wanted, given={"orders": orders, **sizes}), seed, start, as_of, wanted)


def exported(place: Path, *, workers: int = 1, kind: str = "csv", **wanted: Any) -> Path:
    """A marketplace as files."""
    return export(place, choices(**wanted), workers=workers, kind=kind)


def frames(**wanted: Any) -> dict[str, pd.DataFrame]:
    """A marketplace in memory."""
    return collect_frames(choices(**wanted).dataset(), Threads(1))


def load_into(url: str, directory: Path, **wanted: Any) -> jobs.LoadOutcome:
    """Load a marketplace in the place of what a database holds; `wanted` are fields of the target."""
    target = jobs.Target(url, **{"truncate": True, "verify": False} | wanted)
    return jobs.load(WORLD, directory, target, Progress(quiet=True))
