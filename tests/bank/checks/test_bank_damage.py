"""Every rule catches the damage that it is there for: planted one at a time in a good bank, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import CheckConstraint

from datagen.bank.checks import SQL
from datagen.bank.tables import metadata
from datagen.checks.findings import Outcome
from datagen.checks.schema_checks import check_table
from datagen.checks.sql_rules import read_catalogue
from datagen.schema import constraints_of, crosses, references
from tests.bank.checks import (
    damage_accounts,
    damage_compliance,
    damage_customers,
    damage_figures,
    damage_insurance,
    damage_loans,
    damage_people,
)
from tests.support.planted_damage import (
    each_kind,
    each_reference,
    each_shift,
    every_rule_has_damage,
    is_caught,
    leads_nowhere,
    leaves_its_band,
)

pytestmark = pytest.mark.slow

DAMAGE = [
    *damage_people.DAMAGE,
    *damage_customers.DAMAGE,
    *damage_accounts.DAMAGE,
    *damage_loans.DAMAGE,
    *damage_insurance.DAMAGE,
    *damage_compliance.DAMAGE,
]
SHIFTED = damage_figures.DAMAGE
REFERENCES = [(table, item) for table in metadata.sorted_tables for item in references(table)]


def test_the_good_bank_breaks_no_rule(bench: Any) -> None:
    assert [
        (item.check, item.examples, item.measures) for item in bench.findings() if item.outcome is Outcome.FAILED
    ] == []


def test_no_rule_of_the_good_bank_is_skipped(bench: Any) -> None:
    assert [item.check for item in bench.findings() if item.outcome is Outcome.SKIPPED] == []


def test_every_rule_has_damage_that_it_must_catch() -> None:
    every_rule_has_damage(read_catalogue(SQL), DAMAGE, SHIFTED)


@each_kind(DAMAGE)
def test_damage_is_caught_by_its_check(bench: Any, kind: str, check: str, statements: str) -> None:
    is_caught(bench, kind, check, statements)


@each_shift(SHIFTED)
def test_a_shifted_distribution_leaves_its_band(bench: Any, kind: str, check: str, label: str, statements: str) -> None:
    leaves_its_band(bench, kind, check, label, statements)


def test_the_good_bank_follows_the_schema(bench: Any) -> None:
    for table in metadata.sorted_tables:
        assert [item for item in check_table(bench.database, table) if item.outcome is not Outcome.PASSED] == []


@each_reference(metadata)
def test_a_reference_to_what_is_not_there_is_caught(bench: Any, table: Any, item: Any) -> None:
    leads_nowhere(bench, table, item, "'NOWHERE'")


def test_references_that_cross_databases_are_among_them() -> None:
    assert sum(crosses(table, item) for table, item in REFERENCES) == 37


def test_every_check_of_a_column_has_a_value_that_it_refuses(bench: Any) -> None:
    for table in metadata.sorted_tables:
        for check in constraints_of(table, CheckConstraint):
            name = str(check.name).removeprefix(f"ck_{table.name}_")
            if name in table.columns:
                value = "'Nonsense'" if hasattr(table.columns[name].type, "length") else "-1"
                with bench.damaged(f"update {table.name} set {name} = {value}"):
                    found = {item.check: item.outcome for item in check_table(bench.database, table)}
                    assert found[f"{table.name}.{name}.check"] is Outcome.FAILED, name
