"""Every check derived from the schema catches its damage: an empty value, a double, an orphan, a forbidden value."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from sqlalchemy import CheckConstraint, Table

from datagen.checks.findings import Outcome
from datagen.checks.schema_checks import check_table
from datagen.fitness.tables import metadata
from datagen.schema import constraints_of, foreign_keys, kind, unique_columns

pytestmark = pytest.mark.slow

NONE = "NULL"
FORBIDDEN = {"int": "-1", "decimal": "-1", "varchar": "'Nonsense'", "char": "'X'"}


def damage(table: Table) -> Iterator[tuple[str, str]]:
    """(check, statement) for everything the schema says of a table."""
    key = next(iter(table.primary_key)).name
    one = f"where {key} = (select min({key}) from {table.name})"
    for column in table.columns:
        if not column.nullable:
            yield f"{table.name}.{column.name}.filled", f"update {table.name} set {column.name} = {NONE} {one}"
        if column.name in unique_columns(table):
            first = f"(select min({column.name}) from {table.name})"
            yield f"{table.name}.{column.name}.unique", f"update {table.name} set {column.name} = {first}"
    for child, _, _ in foreign_keys(table):
        yield f"{table.name}.{child}.reference", f"update {table.name} set {child} = 'NOWHERE' {one}"
    for check in constraints_of(table, CheckConstraint):
        name = str(check.name).removeprefix(f"ck_{table.name}_")
        yield f"{table.name}.{name}.check", f"update {table.name} set {broken(table, name)}"


def broken(table: Table, check: str) -> str:
    """What to set so that a CHECK of this name does not hold."""
    if check in table.columns:
        return f"{check} = {FORBIDDEN[kind(table.columns[check])]}"
    for words, change in (("_after_", ""), ("_not_before_", " - 1")):
        later, found, earlier = check.partition(words)
        if found:
            step = " - interval '1 second'" if change and kind(table.columns[later]) == "timestamp" else change
            return f"{later} = {earlier}{step}"
    for words in ("_if_and_only_if", "_only_if"):
        column, found, _ = check.partition(words)
        if found:
            value = {"date": "date '2026-01-01'", "timestamp": "timestamp '2026-01-01 00:00:00'", "text": "'x'"}
            return f"{column} = {value[kind(table.columns[column])]}"
    if check.endswith("_adds_up"):
        column = check.removesuffix("_adds_up")
        return f"{column} = {column} + 0.01"
    assert check == "evaluator_is_another"
    return "evaluatorid = instructorid"


DAMAGE = [(table.name, *item) for table in metadata.sorted_tables for item in damage(table)]


def test_the_good_data_set_follows_the_schema(bench: Any) -> None:
    for table in metadata.sorted_tables:
        assert {item.outcome for item in check_table(bench.database, table)} == {Outcome.PASSED}


def test_every_check_of_the_schema_has_damage(bench: Any) -> None:
    checks = {item.check for table in metadata.sorted_tables for item in check_table(bench.database, table)}
    assert checks == {check for _, check, _ in DAMAGE}


@pytest.mark.parametrize(("table", "check", "statement"), DAMAGE, ids=[check for _, check, _ in DAMAGE])
def test_schema_damage_is_caught_by_its_check(bench: Any, table: str, check: str, statement: str) -> None:
    with bench.damaged(statement):
        (finding,) = [item for item in check_table(bench.database, metadata.tables[table]) if item.check == check]
        assert finding.outcome is Outcome.FAILED
        assert finding.offending
        assert finding.examples
