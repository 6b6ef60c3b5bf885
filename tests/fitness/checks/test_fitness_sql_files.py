"""The rule files say what they need, ask one rule each, and know only rules that exist."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from datagen.checks.sql_rules import SqlRule, fill_in, parameters, read_catalogue
from datagen.fitness.checks import SQL
from datagen.fitness.rules import FitnessRules
from datagen.fitness.tables import metadata

CATALOGUE = read_catalogue(SQL)
BLOCKS = [*CATALOGUE.rules, *CATALOGUE.relations.values()]
KNOWN = {*metadata.tables, *CATALOGUE.relations, "places"}
WHOLE_RULES = ["H10", "H11", "H12", "H13", "H14", "H15", "H20", "H21", "H22"]
WHOLE_RULES += ["H30", "H31", "H32", "H33", "H40", "H41", "H42", "H43", "H44"]
WHOLE_RULES += [f"H{number}" for number in range(50, 62)] + ["H70", "H71", "H72", "H73"]
WHOLE_RULES += ["H80", "H81", "H82", "H83", "H84"] + [f"S{number:02}" for number in range(1, 17)]


def test_every_rule_of_the_page_is_asked() -> None:
    asked = {re.sub("[a-z]$", "", rule.check) for rule in CATALOGUE.rules}
    assert set(WHOLE_RULES) <= asked


@pytest.mark.parametrize("block", BLOCKS, ids=lambda block: block.check)
def test_a_block_names_the_tables_it_reads(block: SqlRule) -> None:
    words = set(re.findall(r"(?:from|join)\s+(\w+)", re.sub("--.*", "", block.sql)))
    assert words & KNOWN == set(block.uses)


@pytest.mark.parametrize("rule", CATALOGUE.rules, ids=lambda rule: rule.check)
def test_a_rule_is_a_sentence_with_a_source(rule: SqlRule) -> None:
    assert re.fullmatch(r"[A-Z0-9].*\.", rule.title)
    assert rule.source


@pytest.mark.parametrize("rule", CATALOGUE.rules, ids=lambda rule: rule.check)
def test_a_figure_states_how_many_rows_it_takes(rule: SqlRule) -> None:
    assert bool(rule.least_rows) == rule.check.startswith("S")


def test_parameters_are_rules_that_exist(bench: Any) -> None:
    for block in BLOCKS:
        assert ":" not in re.sub(r"'[^']*'|--.*", "", fill_in(block.sql, bench.values))


def test_a_changed_rule_moves_its_expectation(bench: Any) -> None:
    from datagen.rules import override

    usual = fill_in(next(item for item in CATALOGUE.rules if item.check == "S02").sql, bench.values)
    rules = override(FitnessRules(), {"payments.success_rate": 0.9})
    values = parameters(rules, bench.suite.window, bench.suite.parameters)
    changed = fill_in(next(item for item in CATALOGUE.rules if item.check == "S02").sql, values)
    assert changed == usual.replace("0.95", "0.9")
    assert values["default.payments.success_rate"] == "0.95"


@pytest.mark.parametrize("path", sorted(SQL.glob("*.sql")), ids=lambda path: path.name)
def test_the_files_are_easy_to_read(path: Path) -> None:
    lines = path.read_text().splitlines()
    assert lines[0].startswith("-- ")
    assert max(map(len, lines)) <= 120
    assert not [line for line in lines if line != line.rstrip()]
