from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from asking import ask, checksum
from database_damage import DAMAGE

from database_loader import FitnessCenterDatabaseLoader, suite
from datagen.checks.derived import check_schema
from datagen.checks.findings import Finding, Outcome
from datagen.checks.postgres import PostgresDatabase
from datagen.checks.questions import ask as ask_rules
from datagen.checks.questions import parameters, read_catalogue
from datagen.checks.verify import Window
from datagen.errors import DatabaseError, UsageError
from datagen.fitness.rules import FitnessRules
from datagen.progress import Report

SCHEMA = "damaged"


@pytest.fixture(scope="module")
def damaged(embedded: str, small: Path) -> Iterator[psycopg2.extensions.connection]:
    """A connection to a loaded schema without foreign keys, CHECKs, UNIQUEs and NOT NULLs; nothing is committed."""
    with FitnessCenterDatabaseLoader(embedded, SCHEMA, report=Report(quiet=True)) as loader:
        loader.load(small, truncate=True)
    connection = psycopg2.connect(embedded)
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('search_path', %s, false)", (SCHEMA,))
        for kinds in ("f", "cup"):  # foreign keys first: they need the keys
            cursor.execute(
                "SELECT c.conrelid::regclass::text, c.conname::text FROM pg_constraint c "
                "JOIN pg_namespace n ON n.oid = c.connamespace "
                "WHERE n.nspname = %s AND strpos(%s, c.contype::text) > 0",
                (SCHEMA, kinds),
            )
            for table, name in cursor.fetchall():
                cursor.execute(f"ALTER TABLE {table} DROP CONSTRAINT {name}")
        cursor.execute("ALTER TABLE members ALTER COLUMN lastname DROP NOT NULL")
    yield connection
    connection.rollback()
    connection.close()


def judged(connection: psycopg2.extensions.connection, check: str) -> Finding:
    judge = suite({})
    database = PostgresDatabase(connection, judge.metadata, SCHEMA)
    if "." in check:
        return next(item for item in check_schema(database, judge.metadata) if item.check == check)
    window = Window(dt.date(2026, 11, 20), 3)
    values = parameters(FitnessRules(), window.as_of, window.start, window.months)
    return next(
        item for item in ask_rules(database, read_catalogue(judge.sql), values, (check,)) if item.check == check
    )


@pytest.mark.parametrize("name", DAMAGE)
def test_damage_planted_in_the_database_is_found_with_its_key(
    damaged: psycopg2.extensions.connection, name: str
) -> None:
    check, statement = DAMAGE[name]
    with damaged.cursor() as cursor:
        cursor.execute("SAVEPOINT whole")
        try:
            assert judged(damaged, check).outcome is Outcome.PASSED
            cursor.execute(statement)
            row = cursor.fetchone()
            assert row is not None, "the statement found nothing to damage"
            finding = judged(damaged, check)
        finally:
            cursor.execute("ROLLBACK TO SAVEPOINT whole")
    assert finding.outcome is Outcome.FAILED
    assert str(row[0]) in [str(value) for example in finding.examples for value in example.values()], finding.examples


def test_there_is_damage_enough() -> None:
    assert len(DAMAGE) >= 40


def test_a_loaded_data_set_passes_and_verifying_changes_nothing(
    loader: FitnessCenterDatabaseLoader, small: Path, url: str, schema: str
) -> None:
    loader.load(small)
    before = checksum(url, schema)
    verdict = loader.verify_data_integrity()
    assert [item for item in verdict.failed() if not item.statistical] == []
    assert verdict.ok and {"files", "references"} <= set(verdict.groups())
    assert verdict.as_of == "2026-11-20"
    assert checksum(url, schema) == before


def test_rows_that_came_or_went_since_the_load_are_told(embedded: str, small: Path, other: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "counted", report=Report(quiet=True)) as loader:
        loader.load(small, truncate=True)
        ask(embedded, "DELETE FROM counted.instructorfeedback WHERE feedbackid = 'FBK00000001'")
        failed = {item.check: item.reason for item in loader.verify_data_integrity().failed()}
        assert "and the file had" in failed["instructorfeedback.rows"]
        against = {item.check for item in loader.verify_data_integrity(other).failed()}
        assert {"members.rows", "memberaccess.rows"} <= against


def test_tables_that_were_not_loaded_are_not_judged(embedded: str, reference: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "partly", report=Report(quiet=True)) as loader:
        loader.load(reference, truncate=True)
        verdict = loader.verify_data_integrity(end_date="2026-11-20", months=12)
        assert verdict.ok
        assert any(item.outcome is Outcome.SKIPPED for item in verdict.findings)


def test_a_schema_without_tables_or_window_is_told(embedded: str, small: Path, tmp_path: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "nothing here", report=Report(quiet=True)) as loader:
        with pytest.raises(DatabaseError, match="The schema nothing here has none of the tables"):
            loader.verify_data_integrity(end_date="2026-11-20", months=3)
        for path in small.glob("*.csv"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        loader.load(tmp_path)
        with pytest.raises(UsageError, match="give --end-date and --months"):
            loader.verify_data_integrity()
        assert loader.verify_data_integrity(end_date="2026-11-20", months=3).ok


def test_it_is_enough_to_be_allowed_to_read(embedded: str, small: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "readable", report=Report(quiet=True)) as loader:
        loader.load(small, truncate=True)
    ask(embedded, "CREATE ROLE onlooker LOGIN; GRANT USAGE ON SCHEMA readable TO onlooker")
    ask(embedded, "GRANT SELECT ON ALL TABLES IN SCHEMA readable TO onlooker")
    url = embedded.replace("user=postgres", "user=onlooker")
    with FitnessCenterDatabaseLoader(url, "readable", report=Report(quiet=True)) as loader:
        assert loader.verify_data_integrity().ok
