"""A good bank in DuckDB, which can be damaged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from datagen.bank.tables import metadata
from datagen.checks.duckdb_engine import fill_from_frames
from tests.bank.checks.judged_banks import size, suite
from tests.support.banks import frames
from tests.support.bench import Bench, GoodDatabase


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """A bank of scale 1, in which everything that can be damaged is there."""
    of, as_of = size(1.0), dt.date(2026, 11, 29)
    with GoodDatabase() as database:
        for name, frame in frames(of.customers, of.employees, 42, as_of).items():
            fill_from_frames(database, metadata.tables[name], frame)
        yield Bench(database, suite(of, as_of))
