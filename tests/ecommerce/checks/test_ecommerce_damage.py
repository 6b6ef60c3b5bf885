"""Every rule catches the damage that it is there for: planted one at a time in good data, and taken back."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import CheckConstraint

from datagen.checks.findings import Outcome
from datagen.checks.schema_checks import check_table
from datagen.checks.sql_rules import ask, parameters, read_catalogue
from datagen.ecommerce.checks import SQL
from datagen.ecommerce.tables import metadata
from datagen.ecommerce.world import COUNTS
from datagen.schema import constraints_of
from tests.ecommerce.checks import damage_catalogue, damage_figures, damage_orders, damage_schema
from tests.support.planted_damage import (
    all_are_different,
    each_kind,
    each_reference,
    each_shift,
    every_rule_has_damage,
    is_caught,
    leads_nowhere,
    leaves_its_band,
)

DAMAGE = [*damage_catalogue.DAMAGE, *damage_orders.DAMAGE]
SHIFTED, NARROW = damage_figures.DAMAGE, damage_figures.NARROW
SCHEMA = damage_schema.DAMAGE


def test_the_good_data_breaks_no_rule(bench: Any) -> None:
    assert [
        (item.check, item.examples, item.measures) for item in bench.findings() if item.outcome is Outcome.FAILED
    ] == []


def test_no_rule_of_the_good_data_is_skipped(bench: Any) -> None:
    assert [item.check for item in bench.findings() if item.outcome is Outcome.SKIPPED] == []


def test_figures_are_there_where_nothing_states_the_sizes(bench: Any) -> None:
    stated = [item for item in bench.findings() if item.statistical]
    values = parameters(bench.suite.rules, bench.suite.window, dict.fromkeys(COUNTS))
    counted = [item for item in ask(bench.database, bench.catalogue, values) if item.statistical]
    assert counted == stated


def test_every_rule_has_damage_that_it_must_catch() -> None:
    every_rule_has_damage(read_catalogue(SQL), DAMAGE, [*SHIFTED, *NARROW])
    all_are_different(kind for kind, *_ in [*DAMAGE, *SHIFTED, *NARROW, *SCHEMA])


@each_kind(DAMAGE)
def test_damage_is_caught_by_its_check(bench: Any, kind: str, check: str, statements: str) -> None:
    is_caught(bench, kind, check, statements)


@each_shift(SHIFTED)
def test_a_shifted_distribution_leaves_its_band(bench: Any, kind: str, check: str, label: str, statements: str) -> None:
    leaves_its_band(bench, kind, check, label, statements)


@each_shift(NARROW)
def test_a_shifted_distribution_leaves_the_band_of_many_orders(
    bench: Any, kind: str, check: str, label: str, statements: str
) -> None:
    leaves_its_band(bench, kind, check, label, statements, changed={"bands.standard_errors": 0})


@pytest.mark.parametrize(("kind", "check", "statements"), SCHEMA, ids=[kind for kind, *_ in SCHEMA])
def test_a_value_that_the_schema_does_not_allow_is_caught(bench: Any, kind: str, check: str, statements: str) -> None:
    table = metadata.tables[check.partition(".")[0]]
    with bench.damaged(statements):
        found = {finding.check: finding.outcome for finding in check_table(bench.database, table)}
    assert found[check] is Outcome.FAILED, kind


def test_every_check_of_the_schema_has_such_a_value() -> None:
    checks = {
        f"{table.name}.{str(item.name).removeprefix(f'ck_{table.name}_')}.check"
        for table in metadata.sorted_tables
        for item in constraints_of(table, CheckConstraint)
    }
    assert checks <= {check for _, check, _ in SCHEMA}


@each_reference(metadata)
def test_a_reference_to_what_is_not_there_is_caught(bench: Any, table: Any, item: Any) -> None:
    leads_nowhere(bench, table, item, "99999999")
