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
from datagen.schema import constraints_of, references
from tests.ecommerce.checks import damage_catalogue, damage_figures, damage_orders, damage_schema

DAMAGE = [*damage_catalogue.DAMAGE, *damage_orders.DAMAGE]
SHIFTED, NARROW = damage_figures.DAMAGE, damage_figures.NARROW
SCHEMA = damage_schema.DAMAGE
REFERENCES = [(table, item) for table in metadata.sorted_tables for item in references(table)]


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
    caught = {check for _, check, _ in DAMAGE} | {check for _, check, *_ in [*SHIFTED, *NARROW]}
    assert caught == {rule.check for rule in read_catalogue(SQL).rules}
    kinds = [kind for kind, *_ in [*DAMAGE, *SHIFTED, *NARROW, *SCHEMA]]
    assert len(kinds) == len(set(kinds))


@pytest.mark.parametrize(("kind", "check", "statements"), DAMAGE, ids=[f"{check}: {kind}" for kind, check, _ in DAMAGE])
def test_damage_is_caught_by_its_check(bench: Any, kind: str, check: str, statements: str) -> None:
    with bench.damaged(statements):
        (finding,) = bench.findings(check)
        assert finding.outcome is Outcome.FAILED, kind
        assert finding.offending
        assert finding.examples


@pytest.mark.parametrize(
    ("kind", "check", "label", "statements"), SHIFTED, ids=[f"{check}: {kind}" for kind, check, *_ in SHIFTED]
)
def test_a_shifted_distribution_leaves_its_band(bench: Any, kind: str, check: str, label: str, statements: str) -> None:
    with bench.damaged(statements):
        (finding,) = bench.findings(check, least_rows=False)
        (measure,) = [item for item in finding.measures if item.label == label]
        assert measure.outcome is Outcome.FAILED, (kind, measure)


@pytest.mark.parametrize(
    ("kind", "check", "label", "statements"), NARROW, ids=[f"{check}: {kind}" for kind, check, *_ in NARROW]
)
def test_a_shifted_distribution_leaves_the_band_of_many_orders(
    bench: Any, kind: str, check: str, label: str, statements: str
) -> None:
    with bench.damaged(statements):
        (finding,) = bench.findings(check, least_rows=False, changed={"bands.standard_errors": 0})
        (measure,) = [item for item in finding.measures if item.label == label]
        assert measure.outcome is Outcome.FAILED, (kind, measure)


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


@pytest.mark.parametrize(("table", "item"), REFERENCES, ids=[f"{table.name}.{item.name}" for table, item in REFERENCES])
def test_a_reference_to_what_is_not_there_is_caught(bench: Any, table: Any, item: Any) -> None:
    (column,), key = item.columns, next(iter(table.primary_key)).name
    one = f'(select min({key}) from "{table.name}" where {column} is not null)'
    with bench.damaged(f'update "{table.name}" set {column} = 99999999 where {key} = {one}'):
        found = {finding.check: finding.outcome for finding in check_table(bench.database, table)}
        assert found[f"{table.name}.{column}.reference"] is Outcome.FAILED
