"""Banks for tests: exported small ones, and the tables of any."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pandas as pd

from datagen.bank.dataset import BankDataset
from datagen.bank.generation import Choices, export
from datagen.bank.rules import BankRules
from datagen.bank.size import Size
from datagen.generate import collect_frames, survey
from datagen.workers import Threads

AS_OF = dt.date(2026, 11, 20)


def exported(
    place: Path, customers: int = 60, employees: int = 12, seed: int = 0, as_of: dt.date = AS_OF, **options
) -> Path:
    """A bank of a size, as files."""
    rules = options.pop("rules", BankRules())
    choices = Choices(Size(customers, employees), seed, as_of, rules)
    return export(place, choices, **options)


def frames(
    customers: int = 60, employees: int = 12, seed: int = 0, as_of: dt.date = AS_OF, rules: BankRules | None = None
) -> dict[str, pd.DataFrame]:
    """A bank of a size, in memory."""
    dataset = BankDataset(Size(customers, employees), rules or BankRules(), seed, as_of)
    survey(dataset, Threads(1))
    return collect_frames(dataset, Threads(1))
