"""The rule files ask every rule of the world, use what its rules say, and judge tables without rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest

from datagen.checks.duckdb_engine import DuckDatabase, sql_type
from datagen.checks.findings import Outcome
from datagen.checks.sql_rules import ask, fill_in, parameters, parameters_in, read_catalogue
from datagen.ecommerce.checks import SQL
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.tables import metadata
from datagen.ecommerce.world import COUNTS
from datagen.rules import describe, override
from datagen.world import Window

CATALOGUE = read_catalogue(SQL)
BLOCKS = [*CATALOGUE.rules, *CATALOGUE.relations.values()]
WINDOW = Window(dt.date(2025, 11, 29), dt.date(2026, 11, 29))
SIZES = dict.fromkeys(COUNTS, 1)
VALUES = parameters(EcommerceRules(), WINDOW, SIZES)
HARD = [f"H{number:02}" for number in range(1, 19)]
FIGURES = [f"S{number:02}" for number in range(1, 23)]


def test_every_rule_of_the_world_is_asked() -> None:
    asked = {re.sub("[a-z]$", "", rule.check) for rule in CATALOGUE.rules}
    assert {*HARD, *FIGURES} <= asked


def test_no_band_or_limit_stands_in_the_rules_without_use() -> None:
    used = {".".join(name.split(".")[:2]) for block in BLOCKS for name in parameters_in(block.sql)}
    assert {item.path for item in describe(EcommerceRules()) if item.path.startswith("bands.")} <= used


def test_a_changed_rule_moves_its_expectation() -> None:
    (flash,) = [rule for rule in CATALOGUE.rules if rule.check == "H12d"]
    changed = parameters(override(EcommerceRules(), {"bands.flash_days": 3}), WINDOW, SIZES)
    assert fill_in(flash.sql, changed) == fill_in(flash.sql, VALUES).replace("then 2 else", "then 3 else")


@pytest.fixture(scope="module")
def nothing() -> Iterator[DuckDatabase]:
    """The tables without a single row."""
    with DuckDatabase(threads=1) as database:
        for table in metadata.sorted_tables:
            columns = ", ".join(f'cast(null as {sql_type(item)}) AS "{item.name}"' for item in table.columns)
            database.create(table.name, f"select {columns} limit 0")
        yield database


def test_empty_tables_miss_what_was_asked_for_and_break_nothing_else(nothing: DuckDatabase) -> None:
    findings = list(ask(nothing, CATALOGUE, VALUES))
    assert {item.outcome for item in findings if item.statistical} == {Outcome.TOO_FEW}
    failed = {item.check for item in findings if item.outcome is Outcome.FAILED}
    assert failed == {"H02"}


@pytest.mark.parametrize(
    ("price", "percent", "paid"),
    [("26.95", "50", "13.48"), ("26.95", "50.00", "13.48"), ("0.25", "70", "0.08"), ("99.99", "33", "66.99"),
     ("10.10", "25", "7.58"), ("10.30", "25", "7.73"), ("0.05", "10", "0.05"), ("99999999.99", "5", "94999999.99")],
)  # fmt: skip
def test_half_a_cent_counts_as_one(nothing: DuckDatabase, price: str, percent: str, paid: str) -> None:
    (round_,) = re.findall(r"cast\(round\(.*?\) as decimal\(10, 2\)\)", CATALOGUE.relations["offers"].sql)
    sql = round_.replace("p.price", f"cast({price} as decimal(10, 2))")
    sql = sql.replace("m.discount_value", f"cast({percent} as decimal(10, 2))")
    assert str(nothing.rows(f"select {sql} as paid")[0]["paid"]) == paid
