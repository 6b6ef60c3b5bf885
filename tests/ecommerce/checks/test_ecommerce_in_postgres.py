"""PostgreSQL gives the answers of the files, and finds the same damage in a live database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from datagen.checks.findings import Outcome, Verdict
from datagen.checks.sql_rules import ask
from datagen.checks.verify import verify_database
from datagen.ddl import ddl
from datagen.ecommerce.tables import metadata
from datagen.loading.postgres.query import PostgresDatabase
from datagen.schema import load_order
from tests.ecommerce.checks import damage_catalogue, damage_figures, damage_orders

pytestmark = pytest.mark.slow

SCHEMA = "shop"
DAMAGE = [*damage_catalogue.DAMAGE, *damage_orders.DAMAGE]
SHIFTED = damage_figures.DAMAGE


@pytest.fixture(scope="module")
def connection(bench: Any, embedded: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """The good data in an embedded server: with the types of the tables, without keys and CHECKs."""
    rows: Path = tmp_path_factory.mktemp("rows") / "rows.csv"
    with closing(psycopg2.connect(embedded)) as made, made.cursor() as cursor:
        cursor.execute(f"CREATE SCHEMA {SCHEMA}; SET search_path TO {SCHEMA}")
        for table in load_order(metadata):
            cursor.execute(ddl(metadata)[table.name].create)
            bench.database.connection.execute(f"COPY \"{table.name}\" TO '{rows}' (HEADER false)")
            with rows.open("rb") as file:
                cursor.copy_expert(f'COPY "{table.name}" FROM STDIN WITH (FORMAT csv)', file)
        cursor.execute(
            f"SELECT conrelid::regclass, conname FROM pg_constraint c WHERE contype = 'c'"
            f" AND connamespace = '{SCHEMA}'::regnamespace"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        cursor.execute("ANALYZE; SET jit TO off")
        made.commit()
        yield made
        made.rollback()
        cursor.execute(f"DROP SCHEMA {SCHEMA} CASCADE")
        made.commit()


def plain(verdict: Verdict) -> list[tuple[Any, ...]]:
    """What was found, without the wording of values."""
    return [
        (
            item.check,
            item.outcome,
            item.reason,
            item.offending,
            [(part.label, part.value, part.low, part.high, part.outcome) for part in item.measures],
        )
        for item in verdict.findings
    ]


def test_the_database_and_the_files_agree(bench: Any, connection: Any) -> None:
    found = verify_database(PostgresDatabase(connection, metadata, SCHEMA), bench.suite)
    assert plain(found) == plain(verify_database(bench.database, bench.suite))
    connection.rollback()


@pytest.mark.parametrize(
    ("kind", "check", "label", "statements"),
    [(kind, check, None, statements) for kind, check, statements in DAMAGE] + SHIFTED,
    ids=[f"{check}: {kind}" for kind, check, *_ in [*DAMAGE, *SHIFTED]],
)
def test_damage_in_a_live_database_is_found(
    bench: Any, connection: Any, kind: str, check: str, label: str | None, statements: str
) -> None:
    try:
        with connection.cursor() as cursor:
            cursor.execute(f"SET LOCAL search_path TO {SCHEMA}")
            for statement in bench.filled_in(statements).split(";"):
                cursor.execute(statement)
                assert cursor.rowcount, kind
        database = PostgresDatabase(connection, metadata, SCHEMA)
        catalogue = bench.catalogue if label is None else bench.judging
        (finding,) = ask(database, catalogue, bench.values, [check])
        assert Outcome.FAILED in [finding.outcome, *(item.outcome for item in finding.measures if item.label == label)]
        assert finding.reason == "" or label
    finally:
        connection.rollback()
