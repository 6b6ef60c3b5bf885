"""A small good data set in DuckDB, which can be damaged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pandas as pd
import pytest

from additional_data_generator import AdditionalDataGenerator
from datagen.checks.duckdb_engine import fill_from_frames
from datagen.checks.verify import suite_for
from datagen.fitness.tables import metadata
from datagen.fitness.world import WORLD
from fitness_center_data_generator import FitnessCenterDataGenerator
from fitness_center_ods_generator import FitnessCenterODSGenerator
from tests.support.bench import Bench, GoodDatabase

END, MONTHS = dt.date(2026, 11, 20), 12
SUITE = suite_for(WORLD, {"end_date": END.isoformat(), "months": MONTHS}, "The bench")


@pytest.fixture(scope="session")
def frames() -> dict[str, pd.DataFrame]:
    """All tables, of the demo's size, a year."""
    frames = FitnessCenterDataGenerator(2, 500, 25, seed=42, end_date=END).generate_all()
    frames |= FitnessCenterODSGenerator(frames, seed=42, end_date=END, months=MONTHS).generate_all()
    frames |= AdditionalDataGenerator(frames, frames, seed=42, end_date=END).generate_all()
    return frames


@pytest.fixture(scope="session")
def bench(frames: dict[str, pd.DataFrame]) -> Iterator[Bench]:
    """These tables in DuckDB."""
    with GoodDatabase() as database:
        for name, frame in frames.items():
            fill_from_frames(database, metadata.tables[name], frame)
        yield Bench(database, SUITE)
