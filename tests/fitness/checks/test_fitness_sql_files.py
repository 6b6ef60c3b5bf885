"""The rule files ask every rule of the page, and use what the rules of the world say."""

from __future__ import annotations

import re
from typing import Any

from datagen.checks.sql_rules import fill_in, parameters, read_catalogue
from datagen.fitness.checks import SQL
from datagen.fitness.rules import FitnessRules

CATALOGUE = read_catalogue(SQL)
BLOCKS = [*CATALOGUE.rules, *CATALOGUE.relations.values()]
WHOLE_RULES = ["H10", "H11", "H12", "H13", "H14", "H15", "H20", "H21", "H22"]
WHOLE_RULES += ["H30", "H31", "H32", "H33", "H40", "H41", "H42", "H43", "H44"]
WHOLE_RULES += [f"H{number}" for number in range(50, 62)] + ["H70", "H71", "H72", "H73"]
WHOLE_RULES += ["H80", "H81", "H82", "H83", "H84"] + [f"S{number:02}" for number in range(1, 17)]


def test_every_rule_of_the_page_is_asked() -> None:
    asked = {re.sub("[a-z]$", "", rule.check) for rule in CATALOGUE.rules}
    assert set(WHOLE_RULES) <= asked


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
