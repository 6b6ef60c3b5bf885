"""A good bank in DuckDB, and a way to damage it that leaves no trace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from datagen.bank.tables import metadata
from datagen.checks.duckdb_engine import DuckDatabase, fill_from_frames
from datagen.checks.findings import Finding
from datagen.checks.sql_rules import ask, fill_in, parameters, read_catalogue
from datagen.checks.verify import Suite
from tests.bank.checks.judged_banks import size, suite
from tests.support.banks import frames


class Bench:
    """The data set, the rules, and the literals of their parameters."""

    def __init__(self, database: DuckDatabase, suite: Suite) -> None:
        self.database, self.suite = database, suite
        self.values = parameters(suite.rules, suite.window, suite.parameters)
        self.catalogue = read_catalogue(suite.sql)
        self.judging = replace(
            self.catalogue,
            rules=tuple(replace(item, least_rows=min(item.least_rows, 1)) for item in self.catalogue.rules),
        )

    def findings(self, *checks: str, least_rows: bool = True) -> list[Finding]:
        """What the checks of these ids say; without `least_rows`, figures are judged however few rows there are."""
        return list(ask(self.database, self.catalogue if least_rows else self.judging, self.values, checks))

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
def bench() -> Iterator[Any]:
    """A bank of scale 1, in which everything that can be damaged is there."""
    of, as_of = size(1.0), dt.date(2026, 11, 29)
    with DuckDatabase(threads=1) as database:
        for name, frame in frames(of.customers, of.employees, 42, as_of).items():
            fill_from_frames(database, metadata.tables[name], frame)
        yield Bench(database, suite(of, as_of))
