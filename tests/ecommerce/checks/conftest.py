"""Good data in DuckDB, and a way to damage it that leaves no trace."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.files import fill_from_directory
from datagen.checks.findings import Finding, Outcome
from datagen.checks.sql_rules import ask, fill_in, parameters, read_catalogue
from datagen.checks.verify import Suite, suite_for
from datagen.ecommerce.tables import metadata
from datagen.ecommerce.world import WORLD
from datagen.output.manifest import read_manifest
from datagen.rules import override
from tests.support.shops import exported


class Bench:
    """A data set, the rules, and the literals of their parameters."""

    def __init__(self, database: DuckDatabase, suite: Suite) -> None:
        self.database, self.suite = database, suite
        self.values = parameters(suite.rules, suite.window, suite.parameters)
        self.catalogue = read_catalogue(suite.sql)
        self.judging = replace(
            self.catalogue,
            rules=tuple(replace(item, least_rows=min(item.least_rows, 1)) for item in self.catalogue.rules),
        )

    def findings(
        self, *checks: str, least_rows: bool = True, changed: Mapping[str, Any] | None = None
    ) -> list[Finding]:
        """What the checks of these ids say; without `least_rows`, figures are judged however few rows there are.

        Rules may be `changed` by path.
        """
        rules = override(self.suite.rules, changed or {})
        values = parameters(rules, self.suite.window, self.suite.parameters)
        return list(ask(self.database, self.catalogue if least_rows else self.judging, values, checks))

    def filled_in(self, statements: str) -> str:
        """Statements with the literals of their parameters."""
        return fill_in(statements, self.values)

    @contextmanager
    def damaged(self, statements: str) -> Iterator[None]:
        """The data set with these statements run on it, until the block ends."""
        self.database.connection.execute("BEGIN")
        try:
            for statement in self.filled_in(statements).split(";"):
                count = self.database.connection.execute(statement).fetchall()[0][0]
                assert count, f"nothing was damaged by: {statement}"
            yield
        finally:
            self.database.connection.execute("ROLLBACK")


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
    with DuckDatabase(threads=1) as database:
        found = fill_from_directory(database, directory, metadata, manifest)
        assert all(item.outcome is Outcome.PASSED for item in found)
        yield Bench(database, suite_for(WORLD, manifest.options, "The test"))
