"""Small data sets for tests of loading."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.progress import Progress
from tests.loading import toy
from tests.support.forks import ran

ROOT = Path(__file__).parents[2]
END = ("--end-date", "2026-11-20")


def _generate(directory: Path, *options: str) -> Path:
    line = ("--quiet", "--no-verify", *END, *options, "--output-dir", directory)
    ran(ROOT / "run_complete_data_generation.py", *line, cwd=directory.parent).check_returncode()
    return directory


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A complete data set of a few thousand rows; not to be changed."""
    sizes = ("--facilities", "1", "--members", "60", "--staff", "10", "--months", "3")
    return _generate(tmp_path_factory.mktemp("data") / "small", *sizes)


@pytest.fixture(scope="session")
def other(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Another data set, of another seed; not to be changed."""
    sizes = (
        "--facilities",
        "1",
        "--members",
        "80",
        "--staff",
        "12",
        "--months",
        "3",
        "--end-date",
        "2026-11-20",
        "--seed",
        "7",
    )
    return _generate(tmp_path_factory.mktemp("data") / "other", *sizes)


@pytest.fixture(scope="session")
def reference(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The reference tables of `small` alone, with a manifest."""
    from fitness_center_data_generator import FitnessCenterDataGenerator

    generator = FitnessCenterDataGenerator(1, 60, 10, end_date="2026-11-20")
    return Path(generator.save_to_csv(tmp_path_factory.mktemp("data") / "reference"))


@pytest.fixture
def loader(url: str, schema: str) -> Iterator[FitnessCenterDatabaseLoader]:
    """A loader into that schema that prints nothing."""
    with FitnessCenterDatabaseLoader(url, schema, report=Progress(quiet=True)) as made:
        yield made


@pytest.fixture
def editable(small: Path, tmp_path: Path) -> Callable[..., Path]:
    """Makes a copy of `small` to be changed; without its manifest unless that is asked for."""

    def copy(*, manifest: bool = False) -> Path:
        directory = tmp_path / "data"
        shutil.copytree(small, directory)
        if not manifest:
            (directory / "datapackage.json").unlink()
        return directory

    return copy


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """The toy world with 20 orders."""
    return toy.write(tmp_path / "old", toy.rows(20))


@pytest.fixture
def new(tmp_path: Path) -> Path:
    """The toy world with 30 orders."""
    return toy.write(tmp_path / "new", toy.rows(30))
