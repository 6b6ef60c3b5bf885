from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.checks.engine import Unanswered
from datagen.checks.findings import Finding, Outcome
from datagen.checks.schema_checks import check_schema
from datagen.checks.sql_rules import ask as ask_rules
from datagen.checks.sql_rules import parameters, read_catalogue
from datagen.checks.verify import Suite, suite_for, verify_database
from datagen.errors import DatabaseError, UsageError
from datagen.fitness.tables import metadata
from datagen.fitness.world import WORLD
from datagen.loading.postgres.connection import connect
from datagen.loading.postgres.query import PostgresDatabase, tables_work
from datagen.loading.postgres.snapshot import snapshot
from datagen.progress import Progress
from tests.loading.database_damage import DAMAGE
from tests.support.queries import ask, checksum, wait_until

JUDGE = suite_for(WORLD, {"end_date": "2026-11-20", "months": 3}, "The test")

SCHEMA = "damaged"


@pytest.fixture(scope="module")
def damaged(embedded: str, small: Path) -> Iterator[psycopg2.extensions.connection]:
    """A connection to a loaded schema without foreign keys, CHECKs, UNIQUEs and NOT NULLs; nothing is committed."""
    with FitnessCenterDatabaseLoader(embedded, SCHEMA, report=Progress(quiet=True)) as loader:
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
    judge = JUDGE
    database = PostgresDatabase(connection, metadata, SCHEMA)
    if "." in check:
        return next(item for item in check_schema(database, metadata) if item.check == check)
    values = parameters(judge.rules, judge.window, judge.parameters)
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


def test_damage_to_several_rules_that_are_asked_together_is_found_as_if_they_were_asked_alone(
    damaged: psycopg2.extensions.connection,
) -> None:
    names = ("a class attended without a visit", "enrolled after the start", "memberships that overlap", "a key twice")
    judge = JUDGE
    with damaged.cursor() as cursor:
        cursor.execute("SAVEPOINT whole")
        try:
            keys = {}
            for name in names:
                check, statement = DAMAGE[name]
                cursor.execute(statement)
                keys[check] = str((cursor.fetchone() or ("",))[0])
            alone = {check: judged(damaged, check) for check in keys}
            database = PostgresDatabase(damaged, metadata, SCHEMA)
            report = verify_database(database, judge)
        finally:
            cursor.execute("ROLLBACK TO SAVEPOINT whole")
    together = {item.check: item for item in report.findings}
    for check, key in keys.items():
        assert together[check] == alone[check]
        assert key in str(together[check].examples)
    rules = [rule.check for rule in read_catalogue(judge.sql).rules]
    assert [item.check for item in report.findings if item.check in rules] == rules


# Statements, and what is found: checks, each with what its finding says. All other checks are asked all the same.
UNASKABLE = {
    "an endless visit": (
        "UPDATE memberaccess SET checkouttime = 'infinity' WHERE accessid = 'ACC00000001'",
        {"memberaccess.checkouttime.range": "ACC00000001 infinity", "H46": "ACC00000001"},
    ),
    "a visit since ever": (
        "UPDATE memberaccess SET checkintime = '-infinity' WHERE accessid = 'ACC00000001'",
        {"memberaccess.checkintime.range": "ACC00000001 -infinity", "H47": "ACC00000001"},
    ),
    "joined for ever": (
        "UPDATE members SET joindate = 'infinity' WHERE memberid = 'MEM000001'",
        {"members.joindate.range": "MEM000001 infinity", "S08": "cannot subtract infinite dates"},
    ),
    "joined in a year that Python has not": (
        "UPDATE members SET joindate = '99999-03-15' WHERE memberid = 'MEM000001'",
        {"members.joindate.range": "MEM000001 99999-03-15", "H21": "MEM000001"},
    ),
    "joined before our time": (
        "UPDATE members SET joindate = '0044-03-15 BC' WHERE memberid = 'MEM000001'",
        {"members.joindate.range": "MEM000001 0044-03-15 BC", "H21": "MEM000001"},
    ),
    "changed before our time": (
        "UPDATE members SET lastmodified = '0044-03-15 12:00 BC' WHERE memberid = 'MEM000001'",
        {"members.lastmodified.range": "MEM000001 0044-03-15 12:00:00 BC", "H13": "MEM000001"},
    ),
    "open until 24:00": (
        "UPDATE facilities SET closetime = '24:00' WHERE facilityid = 'FAC001'",
        {"facilities.closetime.range": "FAC001 24:00:00"},
    ),
    "paid what is no number": (
        "UPDATE memberpayments SET amount = 'NaN' WHERE paymentid = 'PAY00000001'",
        {"memberpayments.amount.range": "PAY00000001 NaN"},
    ),
    "a column with another name": (
        "ALTER TABLE members RENAME email TO mail",
        {
            "members.columns": "The column email is not there.",
            "members.email.unique": 'column "email" does not exist',
            "H10a": 'column "email" does not exist',
        },
    ),
    "a key with another name": (
        "ALTER TABLE members RENAME memberid TO id",
        {
            "members.columns": "The column memberid is not there.",
            "memberaccess.memberid.reference": "does not exist",
            "H21": "does not exist",
        },
    ),
    "a column dropped": (
        "ALTER TABLE memberaccess DROP COLUMN duration CASCADE",
        {"memberaccess.columns": "The column duration is not there.", "H46": 'column "duration" does not exist'},
    ),
    "a column of another type": (
        "DROP VIEW member_retention_metrics; ALTER TABLE members ALTER joindate TYPE text",
        {
            "members.columns": "The column joindate is of the type text, not date.",
            "members.joindate.range": "operator does not exist",
            "members.joindate_after_dateofbirth.check": "operator does not exist: text > date",
            "H21": "operator does not exist",
        },
    ),
}


@pytest.fixture(scope="module")
def all_checks(damaged: psycopg2.extensions.connection) -> list[str]:
    """What is checked of the schema before anything is wrong with it."""
    return [item.check for item in everything(damaged, JUDGE)]


@pytest.mark.parametrize("name", UNASKABLE)
def test_what_a_query_cannot_be_asked_of_is_a_finding_and_ends_nothing(
    damaged: psycopg2.extensions.connection, all_checks: list[str], name: str
) -> None:
    statement, expected = UNASKABLE[name]
    with damaged.cursor() as cursor:
        cursor.execute("SAVEPOINT whole")
        try:
            cursor.execute(statement)
            after = everything(damaged, JUDGE)
        finally:
            cursor.execute("ROLLBACK TO SAVEPOINT whole")
    assert [item.check for item in after] == all_checks
    found = {item.check: item for item in after}
    for check, told in expected.items():
        assert found[check].outcome is Outcome.FAILED, found[check]
        shown = [" ".join(map(str, example.values())) for example in found[check].examples]
        assert any(told in text for text in (found[check].reason, *shown)), found[check]
    assert sum(item.outcome is Outcome.FAILED for item in after) < 60


def everything(connection: psycopg2.extensions.connection, judge: Suite) -> tuple[Finding, ...]:
    """Every finding about the damaged schema as it is now; the first of all, that of its columns."""
    database = PostgresDatabase(connection, metadata, SCHEMA)
    first = list(tables_work(database, metadata))
    return verify_database(database, judge, first=first).findings


def test_a_database_with_values_no_query_can_be_asked_of_is_judged_to_the_end(embedded: str, small: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "endless", report=Progress(quiet=True)) as loader:
        loader.load(small, truncate=True)
        whole = loader.verify_data_integrity()
        ask(
            embedded,
            "UPDATE endless.memberaccess SET checkouttime = 'infinity' WHERE accessid = 'ACC00000001'; "
            "ALTER TABLE endless.members RENAME email TO mail",
        )
        verdict = loader.verify_data_integrity()
    assert whole.ok
    assert [item.check for item in verdict.findings] == [item.check for item in whole.findings]
    failed = {item.check for item in verdict.failed()}
    assert {"members.columns", "memberaccess.checkouttime.range", "H46", "H10a"} <= failed
    assert "memberaccess.duration.total" not in failed
    assert "infinity" in verdict.to_json()


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
    with FitnessCenterDatabaseLoader(embedded, "counted", report=Progress(quiet=True)) as loader:
        loader.load(small, truncate=True)
        ask(embedded, "DELETE FROM counted.instructorfeedback WHERE feedbackid = 'FBK00000001'")
        failed = {item.check: item.reason for item in loader.verify_data_integrity().failed()}
        assert "and the file had" in failed["instructorfeedback.rows"]
        against = {item.check for item in loader.verify_data_integrity(other).failed()}
        assert {"members.rows", "memberaccess.rows"} <= against


def test_tables_that_were_not_loaded_are_not_judged(embedded: str, reference: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "partly", report=Progress(quiet=True)) as loader:
        loader.load(reference, truncate=True)
        verdict = loader.verify_data_integrity(end_date="2026-11-20", months=12)
        assert verdict.ok
        assert any(item.outcome is Outcome.SKIPPED for item in verdict.findings)


def test_a_schema_without_tables_or_window_is_told(embedded: str, small: Path, tmp_path: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "nothing here", report=Progress(quiet=True)) as loader:
        with pytest.raises(DatabaseError, match="The schema nothing here has none of the tables"):
            loader.verify_data_integrity(end_date="2026-11-20", months=3)
        for path in small.glob("*.csv"):
            (tmp_path / path.name).write_bytes(path.read_bytes())
        loader.load(tmp_path)
        with pytest.raises(UsageError, match="give --end-date and --months"):
            loader.verify_data_integrity()
        assert loader.verify_data_integrity(end_date="2026-11-20", months=3).ok


def test_all_connections_see_the_same_moment_and_can_change_nothing(embedded: str) -> None:
    ask(embedded, "DROP TABLE IF EXISTS moments; CREATE TABLE moments AS SELECT 1 AS n")
    with closing(connect(embedded)) as first, snapshot(embedded, first) as connections:
        assert len(connections) == 2
        ask(embedded, "INSERT INTO moments VALUES (2)")
        for connection in connections:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM moments")
                assert cursor.fetchone() == (1,)
                with pytest.raises(psycopg2.errors.ReadOnlySqlTransaction):
                    cursor.execute("INSERT INTO moments VALUES (3)")
    assert ask(embedded, "SELECT count(*) FROM moments") == [(2,)]


def test_one_connection_is_enough(embedded: str, small: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "narrow", report=Progress(quiet=True)) as loader:
        loader.load(small, truncate=True)
    ask(embedded, "CREATE ROLE single LOGIN CONNECTION LIMIT 1; GRANT USAGE ON SCHEMA narrow TO single")
    ask(embedded, "GRANT SELECT ON ALL TABLES IN SCHEMA narrow TO single")
    url = embedded.replace("user=postgres", "user=single")
    with FitnessCenterDatabaseLoader(url, "narrow", report=Progress(quiet=True)) as loader:
        with snapshot(url, loader.connection) as connections:
            assert connections == [loader.connection]
        assert loader.verify_data_integrity().ok
        assert loader.connection.autocommit
        with loader.connection.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE mine (n int)")  # what was read-only then, is not now


def test_queries_that_nobody_waits_for_any_more_are_cancelled(embedded: str, small: Path) -> None:
    with closing(connect(embedded)) as first, snapshot(embedded, first) as (connection, *others):
        database = PostgresDatabase(connection, metadata, others=others)
        answers = database.each(["SELECT 1 AS n", *["SELECT count(*) FROM pg_sleep(600)"] * 5])
        assert next(answers) == [{"n": 1}]
        answers.close()
        for each in (connection, *others):
            each.rollback()
        assert database.rows("SELECT 2 AS n") == [{"n": 2}]


def test_a_query_that_fails_leaves_the_others_and_the_moment_they_see(embedded: str) -> None:
    ask(embedded, "DROP TABLE IF EXISTS moments; CREATE TABLE moments AS SELECT 1 AS n")
    count = "SELECT count(*) AS n FROM moments"
    with closing(connect(embedded)) as first, snapshot(embedded, first) as (connection, *others):
        database = PostgresDatabase(connection, metadata, others=others)
        assert database.rows(count) == [{"n": 1}]
        ask(embedded, "INSERT INTO moments VALUES (2)")
        wrong = ["SELECT 1 / 0 AS n", "SELECT nothing", "SELECT date 'infinity' - date '-infinity'"]
        answers = list(database.each([query for one in wrong * 2 for query in (one, count)]))
        assert answers[1::2] == [[{"n": 1}]] * 6
        assert [type(answer) for answer in answers[::2]] == [Unanswered] * 6
        assert str(answers[0]) == "It cannot be asked: division by zero (SQLSTATE 22012)."
        with pytest.raises(Unanswered, match="nothing"):
            database.rows("SELECT nothing")


def test_a_connection_that_ends_ends_the_verification_in_a_line(
    embedded: str, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def ended(self: PostgresDatabase, sql: str) -> object:
        sessions = "pg_stat_activity WHERE application_name = 'datagen' AND state = 'idle in transaction'"
        ask(embedded, f"SELECT pg_terminate_backend(pid) FROM {sessions}")
        return asked(self, sql)

    asked = PostgresDatabase._ask
    with FitnessCenterDatabaseLoader(embedded, "ended", report=Progress(quiet=True)) as loader:
        loader.load(small, truncate=True)
        monkeypatch.setattr(PostgresDatabase, "_ask", ended)
        with pytest.raises(DatabaseError, match=r"^The (server ended the|connection to the server was lost)"):
            loader.verify_data_integrity()


def test_a_table_that_may_not_be_read_ends_the_verification_with_what_to_do(embedded: str, small: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "closed", report=Progress(quiet=True)) as loader:
        loader.load(small, truncate=True)
    ask(embedded, "CREATE ROLE stranger LOGIN; GRANT USAGE ON SCHEMA closed TO stranger")
    ask(embedded, "GRANT SELECT ON closed.members, closed.loaded_files TO stranger")
    url = embedded.replace("user=postgres", "user=stranger")
    told = r"The user stranger has no right .* Ask its owner"
    with (
        FitnessCenterDatabaseLoader(url, "closed", report=Progress(quiet=True)) as loader,
        pytest.raises(DatabaseError, match=told),
    ):
        loader.verify_data_integrity()


def test_whoever_interrupts_a_verification_need_not_wait(embedded: str, small: Path, tmp_path: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "interrupted", report=Progress(quiet=True)) as loader:
        loader.load(small, truncate=True)
    holder = psycopg2.connect(embedded)
    with holder.cursor() as cursor:  # so that the verification waits for ever
        cursor.execute("LOCK TABLE interrupted.memberaccess IN ACCESS EXCLUSIVE MODE")
    script = Path(__file__).parents[2] / "database_loader.py"
    command = [sys.executable, str(script), "--verify-only", "--database-url", embedded, "--schema", "interrupted"]
    client = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    sessions = "SELECT count(*) FROM pg_stat_activity WHERE application_name = 'datagen'"
    while ask(embedded, f"{sessions} AND wait_event_type = 'Lock'") == [(0,)]:
        assert client.poll() is None
        time.sleep(0.05)
    client.send_signal(signal.SIGINT)
    _, told = client.communicate(timeout=60)
    assert client.returncode == 130
    assert told.startswith("Stopped.") and "Traceback" not in told
    wait_until(embedded, f"{sessions} AND state = 'active'", [(0,)])
    holder.close()


def test_verifying_tells_how_far_it_is(
    embedded: str, small: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datagen.progress.SECONDS_BETWEEN_LINES", 0)
    with FitnessCenterDatabaseLoader(embedded, "told", report=Progress(terminal=False)) as loader:
        loader.load(small, truncate=True)
        loader.verify_data_integrity()
    told = [line for line in capsys.readouterr().out.splitlines() if line.startswith("Verification in the database: ")]
    shares = [int(line.split()[4]) for line in told[:-1]]
    assert shares == sorted(shares)
    assert shares[-1] == 100
    assert told[-1].endswith(" s")


def test_it_is_enough_to_be_allowed_to_read(embedded: str, small: Path) -> None:
    with FitnessCenterDatabaseLoader(embedded, "readable", report=Progress(quiet=True)) as loader:
        loader.load(small, truncate=True)
    ask(embedded, "CREATE ROLE onlooker LOGIN; GRANT USAGE ON SCHEMA readable TO onlooker")
    ask(embedded, "GRANT SELECT ON ALL TABLES IN SCHEMA readable TO onlooker")
    url = embedded.replace("user=postgres", "user=onlooker")
    with FitnessCenterDatabaseLoader(url, "readable", report=Progress(quiet=True)) as loader:
        assert loader.verify_data_integrity().ok
