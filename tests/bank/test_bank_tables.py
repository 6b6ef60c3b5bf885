"""The declared tables: six databases, references that hold together, and rules in their ranges."""

from __future__ import annotations

from collections import Counter

import pytest

from datagen.bank.rules import BankRules
from datagen.bank.tables import metadata
from datagen.bank.vocabulary import DATABASES
from datagen.rules import describe, validate
from datagen.schema import foreign_keys, load_order

TABLES = load_order(metadata)


def test_six_databases_hold_34_tables():
    found = Counter(table.info["database"] for table in TABLES)
    assert found == dict(zip(DATABASES, (6, 6, 4, 6, 5, 7), strict=True))


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_foreign_keys_stay_in_their_database_and_references_leave_it(table):
    for _, parent, _ in foreign_keys(table):
        assert metadata.tables[parent].info["database"] == table.info["database"]
    for column in table.columns:
        if "references" in column.info:
            parent, key = column.info["references"].split(".")
            assert metadata.tables[parent].c[key].primary_key
            assert metadata.tables[parent].info["database"] != table.info["database"]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_says_what_it_means(table):
    assert table.comment
    assert all(column.comment for column in table.columns)


def test_departments_and_employees_point_at_each_other_by_deferred_keys():
    for name in ("departments", "employees"):
        assert all(key.deferrable for key in metadata.tables[name].foreign_key_constraints)


def test_the_rules_lie_in_their_ranges():
    validate(BankRules())


def test_every_rule_has_a_unit_and_a_source():
    assert all(rule.unit and rule.source for rule in describe(BankRules()))
