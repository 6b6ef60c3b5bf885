"""A small good data set in DuckDB, and a way to damage it that leaves no trace."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest

from additional_data_generator import AdditionalDataGenerator
from datagen.checks.duckdb_engine import DuckDatabase, fill_from_frames
from datagen.checks.findings import Finding
from datagen.checks.sql_rules import Catalogue, ask, fill_in, parameters, read_catalogue
from datagen.checks.verify import suite_for
from datagen.fitness.checks import SQL
from datagen.fitness.tables import metadata
from datagen.fitness.world import WORLD
from fitness_center_data_generator import FitnessCenterDataGenerator
from fitness_center_ods_generator import FitnessCenterODSGenerator

END, MONTHS = dt.date(2026, 11, 20), 12
SUITE = suite_for(WORLD, {"end_date": END.isoformat(), "months": MONTHS}, "The bench")


class Bench:
    """The data set, what it is judged by, and the literals of the parameters."""

    suite = SUITE

    def __init__(self, frames: dict[str, Any]) -> None:
        self.frames = frames
        self.values = parameters(SUITE.rules, SUITE.window, SUITE.parameters)
        self.catalogue: Catalogue = read_catalogue(SQL)
        self.judging = replace(
            self.catalogue,
            rules=tuple(replace(item, least_rows=min(item.least_rows, 1)) for item in self.catalogue.rules),
        )
        self.database = DuckDatabase(threads=1)
        for name, frame in frames.items():
            fill_from_frames(self.database, metadata.tables[name], frame)

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
            if "sessions" in statements:
                self.database.define("sessions", fill_in(self.catalogue.relations["sessions"].sql, self.values))
            for statement in self.filled_in(statements).split(";"):
                count = self.database.connection.execute(statement).fetchall()[0][0]
                assert count, f"nothing was damaged by: {statement}"
            yield
        finally:
            self.database.connection.execute("ROLLBACK")


@pytest.fixture(scope="session")
def bench() -> Iterator[Bench]:
    """The demo's size, a year."""
    frames = FitnessCenterDataGenerator(2, 500, 25, seed=42, end_date=END).generate_all()
    frames |= FitnessCenterODSGenerator(frames, seed=42, end_date=END, months=MONTHS).generate_all()
    frames |= AdditionalDataGenerator(frames, frames, seed=42, end_date=END).generate_all()
    made = Bench(frames)
    yield made
    made.database.close()
