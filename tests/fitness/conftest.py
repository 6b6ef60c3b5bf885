"""Small data sets of the fitness world, each made once for all tests of this room."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

import pandas as pd
import pytest

from datagen.fitness.dataset import FitnessDataset
from datagen.fitness.history import History
from datagen.fitness.rules import FitnessRules
from datagen.generate import collect_frames
from datagen.rules import override
from datagen.workers import Threads
from fitness_center_data_generator import FitnessCenterDataGenerator
from tests.fitness.hard_rules import World

Frames = dict[str, pd.DataFrame]

QUICK = [  # facilities, members, staff, seed, end date, months
    (1, 20, 5, 42, "2026-01-01", 12),
    (1, 20, 5, 1, "2024-02-29", 36),
    (1, 20, 5, 7, "2025-03-31", 3),
    (1, 1, 1, 3, "2026-11-20", 1),
    (2, 500, 25, 42, "2026-01-01", 12),
]
SLOW = [
    (2, 500, 25, 5, "2024-02-29", 3),
    (2, 500, 25, 9, "2025-03-31", 1),
    (2, 300, 25, 11, "2026-07-01", 36),
    (5, 150, 40, 13, "2025-12-31", 12),
]
WORLDS = [*QUICK, *(pytest.param(size, marks=pytest.mark.slow) for size in SLOW)]


@lru_cache(maxsize=32)
def _reference(facilities: int, members: int, staff: int, seed: int, end: str) -> Frames:
    return FitnessCenterDataGenerator(facilities, members, staff, seed, end).generate_all()


def _dataset(frames: Frames, end: str, months: int, seed: int, settings: Mapping[str, Any] = {}) -> FitnessDataset:
    rules = override(FitnessRules(), settings)
    return FitnessDataset(frames, rules, seed, dt.date.fromisoformat(end), months)


def _made_from(frames: Frames, end: str, months: int, seed: int, settings: Mapping[str, Any] = {}) -> World:
    dataset = _dataset(frames, end, months, seed, settings)
    return World(frames, collect_frames(dataset, Threads(1)), dt.date.fromisoformat(end), months, seed)


@lru_cache(maxsize=32)
def _world(facilities: int, members: int, staff: int, seed: int, end: str, months: int) -> World:
    return _made_from(_reference(facilities, members, staff, seed, end), end, months, seed)


@pytest.fixture(scope="session")
def reference() -> Callable[..., Frames]:
    """Reference frames of (facilities, members, staff, seed, end date); not to be changed in place."""
    return _reference


@pytest.fixture(scope="session")
def dataset() -> Callable[..., FitnessDataset]:
    """The data set of (frames, end date, months, seed, changed rules)."""
    return _dataset


@pytest.fixture(scope="session")
def made_from() -> Callable[..., World]:
    """The world made of (frames, end date, months, seed, changed rules)."""
    return _made_from


@pytest.fixture(scope="session")
def make_world() -> Callable[..., World]:
    """The world of (facilities, members, staff, seed, end date, months)."""
    return _world


@pytest.fixture(scope="session", params=WORLDS, ids=lambda size: "-".join(map(str, size)))
def world(request: pytest.FixtureRequest) -> World:
    """Worlds of several sizes, seeds, end dates and windows."""
    return _world(*request.param)


@pytest.fixture(scope="session")
def demo() -> World:
    """The demo: 2 facilities, 500 members, 25 staff, a year."""
    return _world(2, 500, 25, 42, "2026-01-01", 12)


@pytest.fixture(scope="session")
def history(demo: World) -> History:
    """What was decided for the demo before its first month."""
    return _dataset(demo.frames, "2026-01-01", demo.months, demo.seed).history
