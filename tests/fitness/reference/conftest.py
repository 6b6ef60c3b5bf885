"""Reference tables at several sizes and seeds, made once for all tests of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from functools import lru_cache
from typing import Any

import pytest

from fitness_center_data_generator import FitnessCenterDataGenerator

AS_OF = dt.date(2026, 11, 20)
SIZES = [(1, 20, 5), (2, 500, 25), (7, 3_000, 90)]
SEEDS = [42, 1, 2026]

Tables = dict[str, Any]


@lru_cache(maxsize=32)
def made(facilities: int, members: int, staff: int, seed: int = 42, as_of: dt.date = AS_OF) -> Tables:
    tables = FitnessCenterDataGenerator(facilities, members, staff, seed, as_of).generate_all()
    tables["staff"].attrs["seed"] = seed
    return tables


@pytest.fixture
def make() -> Callable[..., Tables]:
    """Tables of a size, seed and as-of day."""
    return made


@pytest.fixture(params=[(*size, seed) for size in SIZES for seed in SEEDS], ids=lambda p: "-".join(map(str, p)))
def tables(request: pytest.FixtureRequest) -> Tables:
    """Tables of several sizes and seeds."""
    return made(*request.param)


@pytest.fixture
def large() -> Tables:
    """Tables large enough for shares: 10 facilities, 10,000 members, 250 staff."""
    return made(10, 10_000, 250)


@pytest.fixture
def as_of() -> dt.date:
    """The as-of day of the tables."""
    return AS_OF
