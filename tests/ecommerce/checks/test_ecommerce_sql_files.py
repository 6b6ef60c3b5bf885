"""The rule files say what they need, ask one question each, and know only rules that exist."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from datagen.checks.duckdb_engine import DuckDatabase, sql_type
from datagen.checks.findings import Outcome
from datagen.checks.sql_rules import SqlRule, ask, fill_in, parameters, parameters_in, read_catalogue
from datagen.ecommerce.checks import SQL
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.tables import metadata
from datagen.ecommerce.world import COUNTS
from datagen.rules import describe, override
from datagen.world import Window

CATALOGUE = read_catalogue(SQL)
BLOCKS = [*CATALOGUE.rules, *CATALOGUE.relations.values()]
KNOWN = {*metadata.tables, *CATALOGUE.relations}
WINDOW = Window(dt.date(2025, 11, 29), dt.date(2026, 11, 29))
SIZES = dict.fromkeys(COUNTS, 1)
VALUES = parameters(EcommerceRules(), WINDOW, SIZES)
HARD = [f"H{number:02}" for number in range(1, 19)]
FIGURES = [f"S{number:02}" for number in range(1, 23)]


def test_every_rule_of_the_world_is_asked() -> None:
    asked = {re.sub("[a-z]$", "", rule.check) for rule in CATALOGUE.rules}
    assert {*HARD, *FIGURES} <= asked


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.check)
def test_a_block_names_the_tables_it_reads(block: SqlRule) -> None:
    query = re.sub("--.*", "", block.sql)
    own = set(re.findall(r"(?:with(?: recursive)?|,)\s+(\w+)(?: \([\w, ]+\))? as \(", query))
    words = {name.strip('"') for name in re.findall(r'(?:from|join)\s+("?\w+"?)', query)}
    assert (words & KNOWN) - own == set(block.uses) - {"nothing"}


@pytest.mark.parametrize("rule", CATALOGUE.rules, ids=lambda rule: rule.check)
def test_a_rule_is_a_sentence_with_a_source(rule: SqlRule) -> None:
    assert re.fullmatch(r"[A-Z0-9].*\.", rule.title)
    assert rule.source.startswith("docs/ecommerce-story.md#")


@pytest.mark.parametrize("rule", CATALOGUE.rules, ids=lambda rule: rule.check)
def test_a_figure_states_how_many_rows_it_takes(rule: SqlRule) -> None:
    assert bool(rule.least_rows) == rule.check.startswith("S")


def test_no_band_or_limit_stands_in_the_rules_without_use() -> None:
    used = {".".join(name.split(".")[:2]) for block in BLOCKS for name in parameters_in(block.sql)}
    assert {item.path for item in describe(EcommerceRules()) if item.path.startswith("bands.")} <= used


def test_a_changed_rule_moves_its_expectation() -> None:
    (flash,) = [rule for rule in CATALOGUE.rules if rule.check == "H12d"]
    changed = parameters(override(EcommerceRules(), {"bands.flash_days": 3}), WINDOW, SIZES)
    assert fill_in(flash.sql, changed) == fill_in(flash.sql, VALUES).replace("then 2 else", "then 3 else")


@pytest.mark.parametrize("path", sorted(SQL.glob("*.sql")), ids=lambda path: path.name)
def test_the_files_are_easy_to_read(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert lines[0].startswith("-- ")
    assert [line for line in lines if len(line) > 120] == []
    assert not [line for line in lines if line != line.rstrip()]


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
