"""`dhub`: six databases loaded, told, asked, verified and emptied; and what wrong usage says."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from datagen import jobs
from datagen.bank.commands.dhub import command
from datagen.bank.vocabulary import DATABASES
from datagen.console import run_command
from datagen.jobs.several_databases import Databases
from datagen.loading.backends import backend_for
from datagen.output.manifest import NAME

PREFIX = "dhub_test_"
SMALL = ("--customers", "40", "--employees", "10", "--end-date", "2026-11-20")
GUIDE = {
    "accounts_db": "SELECT transaction_type, COUNT(*) FROM transactions GROUP BY transaction_type",
    "customer_db": "SELECT channel, COUNT(*) FROM interactions GROUP BY channel",
}
SATISFACTION = (
    "SELECT ROUND(AVG(nps_score), 2) as avg_nps, ROUND(AVG(satisfaction_rating), 2) as avg_rating "
    "FROM satisfaction_surveys"
)
CAMPAIGNS = (
    "SELECT response_type, COUNT(*), SUM(CASE WHEN converted THEN 1 ELSE 0 END) as conversions "
    "FROM campaign_responses GROUP BY response_type"
)
Dhub = Callable[..., tuple[int, str, str]]


@pytest.fixture
def dhub(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Dhub:
    """Runs the command in an empty directory: its status, output and errors."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)

    def run(*arguments: str) -> tuple[int, str, str]:
        status = run_command(command, arguments)
        found = capsys.readouterr()
        return status, found.out, found.err

    return run


@pytest.fixture(scope="module")
def server(embedded: str) -> Iterator[tuple[str, ...]]:
    """The options that lead to a server; its databases are dropped in the end."""
    yield "--database-url", embedded, "--prefix", PREFIX
    connection = psycopg2.connect(embedded)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for name in DATABASES:
            cursor.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(PREFIX + name)))
    connection.close()


@pytest.fixture(scope="module")
def held() -> dict[str, bool]:
    """Whether the databases hold the small bank, as it was loaded."""
    return {"whole": False}


@pytest.fixture
def loaded(dhub: Dhub, server: tuple[str, ...], held: dict[str, bool]) -> Dhub:
    """The command, with a small bank in the databases, which is not to be changed; further options lead there."""
    if not held["whole"]:
        with pytest.MonkeyPatch.context() as patch:  # it verifies nothing, which only reads
            patch.setattr(Databases, "verify", lambda *_, **__: None)
            patch.setattr(jobs, "refuse_broken_database", lambda _: None)
            assert dhub("seed", "all", *SMALL, *server, "--replace", "--quiet")[0] == 0
    held["whole"] = True
    return lambda *arguments: dhub(*arguments, *server)


@pytest.fixture
def changed(loaded: Dhub, held: dict[str, bool]) -> Dhub:
    """The same for a test that changes what the databases hold: the next one finds them loaded anew."""
    held["whole"] = False
    return loaded


def rows_in(loaded: Dhub) -> dict[str, int]:
    found = json.loads(loaded("seed", "status", "--json")[1])
    return {name: state["rows"] for name, state in found["databases"].items()}


def test_all_six_databases_are_made_loaded_verified_and_told(dhub, server):
    status, out, err = dhub("seed", "all", *SMALL, *server, "--replace")
    assert (status, err) == (0, "")
    for name in DATABASES:
        assert name in out
    assert "total" in out
    assert "dhub seed status" in out
    status, out, _ = dhub("seed", "status", "--json", *server)
    told = json.loads(out)
    assert status == 0
    assert told["run"]["seed"] == 42
    assert told["run"]["end_date"] == "2026-11-20"
    assert told["run"]["time"]
    assert told["apart"] is None
    assert told["databases"]["customer_db"]["tables"]["customer_profiles"] == 40


def test_databases_that_hold_rows_are_not_replaced_unasked(loaded):
    before = rows_in(loaded)
    status, _, err = loaded("seed", "all", *SMALL, "--seed", "7")
    assert status == 1
    assert "employees_db" in err
    assert "dhub seed clear --confirm" in err
    assert rows_in(loaded) == before


def test_emptying_needs_to_be_confirmed_and_leaves_what_is_not_ours(changed, embedded):
    own = backend_for(embedded).beside(f"{PREFIX}loans_db")
    with own.connect().cursor() as cursor:
        cursor.execute("CREATE TABLE IF NOT EXISTS notes AS SELECT 1 AS n")
    before = rows_in(changed)
    status, out, err = changed("seed", "clear")
    assert status == 2
    assert f"{sum(before.values()):,}" in out
    assert "--confirm" in err
    assert rows_in(changed) == before
    status, out, _ = changed("seed", "clear", "--confirm")
    assert status == 0
    assert f"{sum(before.values()):,}" in out
    assert set(rows_in(changed).values()) == {0}
    with own.connect().cursor() as cursor:
        cursor.execute("SELECT n FROM notes")
        assert cursor.fetchall() == [(1,)]
    own.close()
    assert changed("seed", "status")[0] == 0
    assert changed("seed", "verify")[0] == 1


def test_databases_that_do_not_belong_together_are_told_and_mended(changed, dhub, server):
    for name in ("loans_db", "insurance_db"):
        other = json.loads(changed("seed", "status", "--json")[1])["run"]["run"]
        backend = backend_for(server[1]).beside(PREFIX + name)
        with backend.connect().cursor() as cursor:
            cursor.execute("SELECT pg_get_viewdef('public.loaded_files'::regclass)")
            view = cursor.fetchone()[0].replace(other, "0" * 32)
            cursor.execute(f"CREATE OR REPLACE VIEW public.loaded_files AS {view}")
        backend.close()
    status, out, _ = changed("seed", "status")
    assert status == 1
    assert "do not belong together" in out
    assert dhub("seed", "all", *SMALL, *server, "--replace", "--quiet")[0] == 0
    assert changed("seed", "status")[0] == 0


def test_a_broken_rule_across_databases_is_found(changed, embedded):
    assert changed("seed", "verify", "--quiet")[0] == 0
    backend = backend_for(embedded).beside(f"{PREFIX}customer_db")
    with backend.connect().cursor() as cursor:
        cursor.execute("UPDATE complaints SET handled_by = 'EMP99999'")
    backend.close()
    status, _, err = changed("seed", "verify", "--quiet")
    assert status == 1
    assert "breaks" in err


@pytest.mark.parametrize("query", [SATISFACTION, CAMPAIGNS, *GUIDE.values()])
def test_the_queries_of_the_guide_run_as_printed(loaded, query):
    name = next((name for name, text in GUIDE.items() if text == query), "customer_db")
    status, out, err = loaded("db", "query", query, "-d", name)
    assert (status, err) == (0, "")
    assert len(out.splitlines()) >= 3


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        ("DELETE FROM loans", "cannot open DELETE"),
        ("SELECT 1; DELETE FROM loans", "multi-query"),
        ("SELECT 1; COMMIT; DELETE FROM loans", "multi-query"),
        ("WITH gone AS (DELETE FROM loans RETURNING 1) SELECT * FROM gone", "read-only"),
        ("SELECT set_config('transaction_read_only', 'off', false)", "before any query"),
        ("CREATE TABLE other (n int)", "cannot open CREATE"),
        ("COMMIT", "cannot open"),
        ("SELECT nothing FROM loans", "does not exist"),
        ("SELECT 1 / 0", "division by zero"),
        ("", "cannot open"),
    ],
)
def test_a_query_that_does_more_than_read_is_refused_by_the_server(loaded, query, reason):
    before = rows_in(loaded)
    status, _, err = loaded("db", "query", query, "-d", "loans_db")
    assert status == 1
    assert reason in err
    first, *each = err.splitlines()
    assert all(line.startswith("- ") for line in each) and (not each or first.endswith("things cannot be:"))
    assert rows_in(loaded) == before


def test_a_query_is_shown_to_a_thousand_rows_and_printed_whole_as_csv_and_json(loaded):
    series = "SELECT n, n % 2 = 0 AS even, NULL AS nothing FROM generate_series(1, 2500) g (n)"
    out = loaded("db", "query", series, "-d", "loans_db")[1]
    assert "first 1,000 rows" in out
    lines = loaded("db", "query", series, "-d", "loans_db", "--csv")[1].splitlines()
    assert lines[:3] == ["n,even,nothing", "1,false,", "2,true,"]
    assert len(lines) == 2501
    rows = json.loads(loaded("db", "query", series, "-d", "loans_db", "--json", "--limit", "2")[1])
    assert rows == [{"n": 1, "even": False, "nothing": None}, {"n": 2, "even": True, "nothing": None}]


def test_the_databases_and_their_tables_are_told(loaded):
    assert loaded("db", "test")[1].count(": ok, ") == 6
    listed = json.loads(loaded("db", "list", "--json")[1])
    assert [found["tables"] for found in listed.values()] == [6, 6, 4, 6, 5, 7]
    out = loaded("db", "tables", "-d", "insurance_db")[1]
    assert [line.split()[1] for line in out.splitlines()[1:]] == [
        "policies",
        "coverage",
        "beneficiaries",
        "claims",
        "premium_payments",
    ]


def test_a_table_is_described_without_a_database(dhub):
    status, out, _ = dhub("db", "info", "loans")
    assert status == 0
    assert "=> accounts_db.customers.customer_id" in out
    assert "-> loan_applications.application_id" in out


def test_nothing_is_made_where_nothing_was_loaded(dhub, tmp_path):
    assert dhub("seed", "status")[0] == 0
    assert dhub("db", "list")[0] == 0
    assert dhub("db", "test")[0] == 1
    assert not (tmp_path / ".postgres").exists()


@pytest.mark.slow
def test_the_same_rows_are_exported_to_files(dhub, tmp_path):
    status, out, _ = dhub("export", "data", *SMALL)
    assert status == 0
    assert "dhub seed verify data" in out
    assert (tmp_path / "data" / NAME).is_file()
    assert len(list((tmp_path / "data").glob("*_db/*.csv"))) == 34
    assert dhub("seed", "verify", "data", "--quiet")[0] == 0
    (tmp_path / "data" / "loans_db" / "loans.csv").write_text("broken\n")
    assert dhub("seed", "verify", "data", "--quiet")[0] == 1


def test_a_plan_makes_nothing(dhub, tmp_path):
    status, out, _ = dhub("export", "data", *SMALL, "--plan")
    assert status == 0
    assert "customer_profiles" in out
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("sed", "all"), "Did you mean seed"),
        (("seed", "al"), "Did you mean all"),
        (("db", "querry", "SELECT 1"), "Did you mean query"),
        (("db", "query", "SELECT 1"), "-d"),
        (("db", "query", "SELECT 1", "-d", "account_db"), "Did you mean accounts_db"),
        (("db", "query", "SELECT 1", "-d", "loans_db", "--csv", "--json"), "exclude each other"),
        (("db", "info", "transaction"), "Did you mean transactions"),
        (("db", "tables", "-d", "nowhere"), "There is no database"),
        (("seed", "all", "--scale", "0"), "--scale"),
        (("seed", "all", "--scale", "many"), "--scale"),
        (("seed", "all", "--customers", "19"), "--customers"),
        (("seed", "all", "--employees", "6"), "--employees"),
        (("seed", "all", "--end-date", "tomorrow"), "--end-date"),
        (("seed", "all", "--set", "accounts.holder_shares=1"), "accounts.holder_share"),
        (("seed", "all", "--customers", "12000", "--employees", "7"), "hours a year"),
        (("seed", "all", "--prefix", "Bad-"), "--prefix"),
        (("export", "data", "--customers", "12000", "--employees", "7"), "hours a year"),
        (("export",), "DIRECTORY"),
    ],
)
def test_wrong_usage_is_told_in_a_line_and_changes_nothing(dhub, tmp_path, arguments, told):
    status, _, err = dhub(*arguments)
    assert status == 2
    assert told in err
    assert len(err.splitlines()) == 1 or err.startswith("Error: 2 things cannot be:\n- ")
    assert {path.name for path in tmp_path.iterdir()} <= {"logs"}


@pytest.mark.slow
def test_a_password_is_never_told(dhub):
    url = "postgresql://somebody:hidden-word@127.0.0.1:1/"
    for arguments in (("seed", "status"), ("db", "test"), ("db", "list"), ("seed", "clear")):
        status, out, err = dhub(*arguments, "--database-url", url)
        assert status == 1
        assert "hidden-word" not in out + err
