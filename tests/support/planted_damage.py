"""What is asked of the damage of any world: each rule has some, and each kind is caught by the check it is there for.

Damage is (kind, check, statements); a shift of a figure is (kind, check, label of the measure, statements).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import pytest
from sqlalchemy import MetaData, Table

from datagen.checks.findings import Outcome
from datagen.checks.schema_checks import check_table
from datagen.checks.sql_rules import Catalogue
from datagen.schema import references

Damage = Sequence[tuple[str, str, str]]
Shifts = Sequence[tuple[str, str, str, str]]


def each_kind(damage: Damage) -> pytest.MarkDecorator:
    """Asks a test of each kind of damage."""
    ids = [f"{check}: {kind}" for kind, check, _ in damage]
    return pytest.mark.parametrize(("kind", "check", "statements"), damage, ids=ids)


def each_shift(shifts: Shifts) -> pytest.MarkDecorator:
    """Asks a test of each shift of a figure."""
    ids = [f"{check}: {kind}" for kind, check, *_ in shifts]
    return pytest.mark.parametrize(("kind", "check", "label", "statements"), shifts, ids=ids)


def each_reference(metadata: MetaData) -> pytest.MarkDecorator:
    """Asks a test of each table and reference of it."""
    found = [(table, item) for table in metadata.sorted_tables for item in references(table)]
    return pytest.mark.parametrize(("table", "item"), found, ids=[f"{table.name}.{item.name}" for table, item in found])


def every_rule_has_damage(catalogue: Catalogue, damage: Damage, shifts: Shifts) -> None:
    """All rules of a catalogue, and nothing else, have damage that they must catch; no kind has the name of another."""
    planted = [(kind, check) for kind, check, *_ in [*damage, *shifts]]
    assert {check for _, check in planted} == {rule.check for rule in catalogue.rules}
    all_are_different(kind for kind, _ in planted)


def all_are_different(kinds: Iterable[str]) -> None:
    """No kind of damage has the name of another."""
    named = [*kinds]
    assert len(named) == len({*named})


def is_caught(bench: Any, kind: str, check: str, statements: str) -> None:
    """A check finds the damage that these statements do, and names rows."""
    with bench.damaged(statements):
        (finding,) = bench.findings(check)
        assert finding.outcome is Outcome.FAILED, kind
        assert finding.offending
        assert finding.examples


def leaves_its_band(bench: Any, kind: str, check: str, label: str, statements: str, **changed: Any) -> None:
    """A measure of a figure leaves its band where these statements shift it, however few rows there are."""
    with bench.damaged(statements):
        (finding,) = bench.findings(check, least_rows=False, **changed)
        (measure,) = [item for item in finding.measures if item.label == label]
        assert measure.outcome is Outcome.FAILED, (kind, measure)


def leads_nowhere(bench: Any, table: Table, item: Any, nowhere: str) -> None:
    """A reference is found to lead nowhere if one row has this literal instead."""
    (column,), key = item.columns, next(iter(table.primary_key)).name
    one = f'(select min({key}) from "{table.name}" where {column} is not null)'
    with bench.damaged(f'update "{table.name}" set {column} = {nowhere} where {key} = {one}'):
        found = {finding.check: finding.outcome for finding in check_table(bench.database, table)}
        assert found[f"{table.name}.{column}.reference"] is Outcome.FAILED
