"""The rule files ask every rule of the world, use what its rules say, and judge a bank without rows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

import pytest

from datagen.bank.checks import SQL
from datagen.bank.rules import BankRules
from datagen.bank.tables import metadata
from datagen.checks.duckdb_engine import DuckDatabase, sql_type
from datagen.checks.findings import Outcome
from datagen.checks.sql_rules import ask, fill_in, parameters, parameters_in, read_catalogue
from datagen.rules import describe, override
from datagen.world import Window

CATALOGUE = read_catalogue(SQL)
BLOCKS = [*CATALOGUE.rules, *CATALOGUE.relations.values()]
WINDOW = Window(dt.date(2026, 8, 29), dt.date(2026, 11, 29))
VALUES = parameters(BankRules(), WINDOW, {"customers": 1_200, "employees": 150})
PAGE = "H01 H02 H03 H04 H05 H10 H11 H12 H13 H14 H15 H16 H20 H21 H22 H23 H24 H25 H26 H27 H28 H29 H2A H2B H30 H31 H32 H33"
PAGE += " H34 H35 H36 H37 H38 H39 H3A H40 H41 H42 H43 H44 H45 H46 H47 H48 H49 H4A H4B H4C H50 H51 H52 H53 H54 H55 H56"
PAGE += " H57 H58 H60 H61 H62 H63 H64 H65 H66 H67 H68"
FIGURES = [f"S{number:02}" for number in range(1, 31)]


def test_every_rule_of_the_page_is_asked() -> None:
    asked = {re.sub("[a-z]$", "", rule.check) for rule in CATALOGUE.rules}
    assert {*PAGE.split(), *FIGURES} <= asked


def test_no_band_or_limit_stands_in_the_rules_without_use() -> None:
    used = {".".join(name.split(".")[:2]) for block in BLOCKS for name in parameters_in(block.sql)}
    assert {item.path for item in describe(BankRules()) if item.path.startswith("bands.")} <= used


def test_a_changed_rule_moves_its_expectation() -> None:
    (cap,) = [rule for rule in CATALOGUE.rules if rule.check == "H34"]
    changed = parameters(override(BankRules(), {"transactions.spending_cap": 0.25}), WINDOW)
    assert fill_in(cap.sql, changed) == fill_in(cap.sql, VALUES).replace("0.3 ", "0.25 ")


@pytest.fixture(scope="module")
def nobody() -> Iterator[DuckDatabase]:
    """The tables of a bank without a single row."""
    with DuckDatabase(threads=1) as database:
        for table in metadata.sorted_tables:
            columns = ", ".join(f'cast(null as {sql_type(item)}) AS "{item.name}"' for item in table.columns)
            database.create(table.name, f"select {columns} limit 0")
        yield database


def test_an_empty_bank_misses_what_must_be_there_and_breaks_nothing_else(nobody: DuckDatabase) -> None:
    findings = list(ask(nobody, CATALOGUE, VALUES))
    assert {item.outcome for item in findings if item.statistical} == {Outcome.TOO_FEW}
    failed = {item.check for item in findings if item.outcome is Outcome.FAILED}
    assert failed == {"H03a", "H03b", "H03c", "H03d", "H03e", "H10a", "H13b", "H66", "K02e"}


def test_federal_holidays_are_kept_as_the_federal_reserve_keeps_them(nobody: DuckDatabase) -> None:
    assert list(ask(nobody, CATALOGUE, VALUES, ["H30a"]))  # makes the calendar
    rows = nobody.rows("select day from holidays where day between '2022-01-01' and '2023-01-31' order by day")
    assert [f"{row['day']:%m-%d}" for row in rows] == [
        *("01-17", "02-21", "05-30", "06-20", "07-04", "09-05", "10-10", "11-11", "11-24", "12-26"),
        *("01-02", "01-16"),  # of 2023; the first of January 2022 was a Saturday, and not kept
    ]
    (row,) = nobody.rows("select * from calendar where day = date '2022-12-24'")
    assert (row["is_banking"], row["next_banking_day"]) == (False, dt.date(2022, 12, 27))
    (row,) = nobody.rows("select count(*) filter (where is_banking) as n from calendar where year(day) = 2020")
    assert row["n"] == 253  # 262 weekdays less nine holidays: no Juneteenth yet, and the Fourth of July a Saturday
