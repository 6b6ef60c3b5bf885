#!/usr/bin/env python3
"""The transactional (ODS) tables of a chain of fitness centres, made from its reference tables."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Mapping
from typing import TYPE_CHECKING

from datagen.errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

    from datagen.fitness.dataset import FitnessDataset
    from datagen.fitness.rules import FitnessRules

MOST_MONTHS = 36


class FitnessCenterODSGenerator:
    """Makes the six transactional tables from reference frames.

    The frames may come from `FitnessCenterDataGenerator.generate_all()`, be read back from its CSV files with pandas,
    or be edited or made by hand: their visible columns are all that counts.

    >>> frames = FitnessCenterDataGenerator(2, 500, 25, end_date="2026-11-20").generate_all()
    >>> tables = FitnessCenterODSGenerator(frames, end_date="2026-11-20").generate_all()
    """

    def __init__(
        self,
        frames: Mapping[str, pd.DataFrame],
        seed: int = 42,
        end_date: dt.date | str | None = None,
        months: int = 12,
        *,
        rules: FitnessRules | None = None,
    ) -> None:
        """Check the frames and choose the seed, the as-of day (default: today) and the window in months (1-36).

        Raises `FrameError`, naming table, column and value, for frames that cannot be worked from, and `UsageError`
        for options that cannot be used.
        """
        from datagen.options import as_of_day

        if not 1 <= months <= MOST_MONTHS:
            raise UsageError(f"months must be 1 to {MOST_MONTHS}, not {months}.")
        if rules is None:
            from datagen.fitness.rules import FitnessRules

            rules = FitnessRules()
        self.frames, self.seed, self.months, self.rules = dict(frames), seed, months, rules
        self.end_date = as_of_day(end_date)

    def dataset(self) -> FitnessDataset:
        """The tables as a stream: some made at once, the others a facility and a month at a time."""
        from datagen.fitness.dataset import FitnessDataset

        return FitnessDataset(self.frames, self.rules, self.seed, self.end_date, self.months)

    def generate_all(self) -> dict[str, pd.DataFrame]:
        """The six tables as frames: membermemberships, memberpayments, classschedules, classinstances,
        classenrollments, memberaccess. For large sizes use the command, which streams to files."""
        from concurrent.futures import ThreadPoolExecutor

        from datagen.fitness.dataset import TRANSACTION_TABLES
        from datagen.generate import collect_frames

        workers = os.cpu_count() or 1
        with ThreadPoolExecutor(workers) as executor:
            tables = collect_frames(self.dataset(), executor, workers)
        return {table: tables[table] for table in TRANSACTION_TABLES}
