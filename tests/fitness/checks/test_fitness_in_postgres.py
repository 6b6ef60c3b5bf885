"""The same rules get the same answers from PostgreSQL."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import psycopg2
import pytest

from datagen.checks.findings import Finding, Outcome
from datagen.checks.verify import Suite, verify_database
from datagen.ddl import ddl
from datagen.fitness.tables import metadata
from datagen.loading.postgres.query import PostgresDatabase
from datagen.output import csv
from datagen.schema import arrow_schema, load_order
from tests.fitness.checks import damage_memberships, damage_scorecard, damage_visits

pytestmark = pytest.mark.server
SCHEMA = "centres"


@pytest.fixture(scope="module")
def connection(frames: dict[str, Any], embedded: str) -> Iterator[Any]:
    """The good data set in the tables of an embedded server, with their CHECKs but without keys."""
    with closing(psycopg2.connect(embedded)) as made, made.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}; SET search_path TO {SCHEMA}")
        for statement in [table.create for table in ddl(metadata).values()]:
            cursor.execute(statement)
        for table in load_order(metadata):
            columns = csv.frame_to_columns(frames[table.name], arrow_schema(table))
            text = io.BytesIO(bytes(csv.render(columns)))
            cursor.copy_expert(f"COPY {table.name} FROM STDIN WITH (FORMAT csv)", text)
        for statement in [text for table in ddl(metadata).values() for text in table.indexes.values()]:
            cursor.execute(statement)
        cursor.execute("ANALYZE; SET jit TO off")
        made.commit()
        yield made
        made.rollback()
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        made.commit()


def plain(findings: tuple[Finding, ...]) -> list[tuple[Any, ...]]:
    """What was found, without the wording of values."""
    return [
        (
            item.check,
            item.outcome,
            item.reason,
            item.offending,
            [(measure.label, measure.value, measure.low, measure.high, measure.outcome) for measure in item.measures],
        )
        for item in findings
    ]


def answers(database: Any, suite: Suite) -> list[tuple[Any, ...]]:
    return plain(verify_database(database, suite).findings)


def test_postgresql_and_duckdb_agree(bench: Any, connection: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION READ ONLY")
    assert answers(PostgresDatabase(connection, metadata, SCHEMA), bench.suite) == answers(bench.database, bench.suite)
    connection.rollback()


DAMAGE = [
    *(sql for _, check, sql in damage_memberships.DAMAGE if check in ("H15", "H31a", "H33a", "H02b")),
    *(sql for _, check, sql in damage_visits.DAMAGE if check in ("H45", "H46", "H55b", "H67")),
    *(sql for _, check, _, sql in damage_scorecard.DAMAGE if check in ("S17", "S22", "S26")),
]
"""Of every kind some, in SQL that PostgreSQL knows too, and so that no CHECK of the tables is broken."""


def test_postgresql_and_duckdb_agree_on_damage(bench: Any, connection: Any) -> None:
    statements = [statement for sql in DAMAGE for statement in sql.split(";") if "sessions s" not in statement]
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(bench.filled_in(statement))
    with bench.damaged(";".join(statements)):
        found = answers(PostgresDatabase(connection, metadata, SCHEMA), bench.suite)
        assert found == answers(bench.database, bench.suite)
        assert sum(outcome is Outcome.FAILED for _, outcome, *_ in found) > len(DAMAGE) / 2
    connection.rollback()
