"""Complete data sets of several sizes, seeds and end dates, made once, and questions in SQL about them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any, NamedTuple

import duckdb
import pandas as pd
import pytest

from datagen.fitness.rules import FitnessRules
from datagen.fitness.supplementary.dataset import CompleteDataset
from datagen.generate import collect_frames
from datagen.workers import Threads
from fitness_center_data_generator import FitnessCenterDataGenerator

AS_OF = dt.date(2026, 11, 20)
QUICK = [
    (1, 20, 5, 42, AS_OF, 12),
    (1, 20, 5, 1, AS_OF, 12),
    (1, 20, 5, 9, dt.date(2024, 2, 29), 1),
    (4, 60, 3, 6, AS_OF, 12),
    (2, 500, 25, 42, AS_OF, 12),
]
SLOW = [
    (2, 500, 25, 3, dt.date(2025, 1, 1), 7),
    (5, 900, 60, 8, dt.date(2028, 3, 31), 36),
]
WORLDS = [*QUICK, *(pytest.param(size, marks=pytest.mark.slow) for size in SLOW)]


class World(NamedTuple):
    """All tables as frames, the window [start, as_of), and SQL over them."""

    tables: dict[str, pd.DataFrame]
    start: dt.date
    as_of: dt.date
    months: int
    seed: int

    def ask(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query over the tables; $start and $asof are the window's bounds."""
        with duckdb.connect() as connection:
            for name, frame in self.tables.items():
                if name in query:
                    connection.register(name, frame)
            query = query.replace("$asof", f"date '{self.as_of}'").replace("$start", f"date '{self.start}'")
            return connection.execute(query).fetchall()


def reference(facilities: int, members: int, staff: int, seed: int, as_of: dt.date) -> dict[str, pd.DataFrame]:
    return FitnessCenterDataGenerator(facilities, members, staff, seed, as_of).generate_all()


def complete(
    frames: dict[str, pd.DataFrame],
    seed: int,
    as_of: dt.date,
    months: int,
    workers: int = 2,
    rules: FitnessRules = FitnessRules(),  # noqa: B008 - frozen
) -> dict[str, pd.DataFrame]:
    return collect_frames(CompleteDataset(frames, rules, seed, as_of, months), Threads(workers))


@lru_cache(maxsize=16)
def made(facilities: int, members: int, staff: int, seed: int, as_of: dt.date, months: int) -> World:
    frames = reference(facilities, members, staff, seed, as_of)
    start = (pd.Timestamp(as_of) - pd.DateOffset(months=months)).date()
    return World(frames | complete(frames, seed, as_of, months), start, as_of, months, seed)


@pytest.fixture
def make() -> Callable[..., World]:
    """A world of this size, seed, as-of day and number of months."""
    return made


@pytest.fixture
def make_complete() -> Callable[..., dict[str, pd.DataFrame]]:
    """The transactional and supplementary tables of these reference frames."""
    return complete


@pytest.fixture(params=WORLDS, ids=lambda size: "-".join(map(str, size)))
def world(request: pytest.FixtureRequest) -> World:
    """Worlds of several sizes, seeds, end dates and windows."""
    return made(*request.param)


@pytest.fixture
def demo() -> World:
    """2 facilities, 500 members, 25 staff."""
    return made(2, 500, 25, 42, AS_OF, 12)
