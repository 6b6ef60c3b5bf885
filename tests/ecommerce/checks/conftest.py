"""Good data in DuckDB, which can be damaged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from datagen.checks.files import fill_from_directory
from datagen.checks.findings import Outcome
from datagen.checks.verify import suite_for
from datagen.ecommerce.tables import metadata
from datagen.ecommerce.world import WORLD
from datagen.output.manifest import read_manifest
from tests.support.bench import Bench, GoodDatabase
from tests.support.shops import exported


@pytest.fixture(scope="session")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a marketplace of 1,000 orders, from which on there are figures."""
    return exported(tmp_path_factory.mktemp("shop") / "data", orders=1_000, seed=42)


@pytest.fixture(scope="session")
def bench(shop: Path) -> Iterator[Bench]:
    """The marketplace in DuckDB."""
    with bench_of(shop) as found:
        yield found


@pytest.fixture(scope="session")
def small_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files of a marketplace with just enough orders that everything that can be damaged is there."""
    return exported(tmp_path_factory.mktemp("shop") / "data", orders=250, seed=2)


@pytest.fixture(scope="session")
def small_bench(small_shop: Path) -> Iterator[Bench]:
    """That marketplace in DuckDB."""
    with bench_of(small_shop) as found:
        yield found


@contextmanager
def bench_of(directory: Path) -> Iterator[Bench]:
    """The marketplace of a directory in DuckDB."""
    manifest = read_manifest(directory)
    assert manifest
    with GoodDatabase() as database:
        found = fill_from_directory(database, directory, metadata, manifest)
        assert all(item.outcome is Outcome.PASSED for item in found)
        yield Bench(database, suite_for(WORLD, manifest.options, "The test"))
