"""The options of the command that load a database and judge it, as a user types them."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from psycopg2.extensions import make_dsn

from datagen.loading.postgres.connection import options_of
from datagen.loading.postgres.embedded.server import EmbeddedServer
from tests.payments.payments_bad_data import changed
from tests.support.forks import ran
from tests.support.loaded_history import FEW
from tests.support.queries import ask, reload_settings

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[2]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory to work in, with an embedded server after a while."""
    place = tmp_path_factory.mktemp("work")
    yield place
    EmbeddedServer("payments", place / ".postgres").stop()


@pytest.fixture
def run(place: Path) -> Run:
    """Runs the command there, without DATABASE_URL unless given."""

    def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return ran("datagen.payments", *arguments, cwd=place, env=inherited | environment)

    return command


def begin(run: Run, directory: str, last: str, *more: str) -> subprocess.CompletedProcess[str]:
    days = ("--start-date", "2024-01-01", "--end-date", last)
    return run("--initial", *days, *FEW, "--output-dir", directory, *more)


def test_a_history_is_begun_continued_and_caught_up_with_in_the_embedded_server(run: Run, place: Path) -> None:
    done = begin(run, "raw_data", "2024-01-05", "--load-database")
    assert done.returncode == 0, done.stderr
    assert f"Started the embedded PostgreSQL in {place / '.postgres'}" in done.stdout
    assert ", 2024-01-01 to 2024-01-05, in " in done.stdout and "payments --psql\n" in done.stdout
    assert "scorecard" in done.stdout  # the verdict of the whole

    done = run("--incremental", "--date", "2024-01-06", "--force", "--load-database")
    assert done.returncode == 0, done.stderr
    assert " rows of transactions of 2024-01-06; " in done.stdout
    assert "Verification of the new days" in done.stdout and "scorecard" not in done.stdout

    assert run("--incremental", "--date", "2024-01-09", "--force").returncode == 0
    done = run("--load-database", "--no-verify")
    assert done.returncode == 0, done.stderr
    assert " rows of transactions of the days from 2024-01-07 on, to 2024-01-09; " in done.stdout
    assert "Verification" not in done.stdout

    done = run("--load-database")
    assert done.returncode == 0, done.stderr
    assert "has all up to 2024-01-09 already: there was nothing to add." in done.stdout
    done = run("--verify-database")
    assert done.returncode == 0, done.stderr
    assert "payments" in done.stdout and "references" not in done.stdout

    url = EmbeddedServer("payments", place / ".postgres").url
    (row,) = ask(url, "SELECT max(payment_timestamp)::date::text, count(*) FROM transactions")
    assert row[0] == "2024-01-09"
    query = subprocess.run(
        [sys.executable, "-m", "datagen.payments", "--psql"],
        cwd=place,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        input="select 'there are ' || count(*) from transactions;",
        capture_output=True,
        text=True,
    )
    assert f"there are {row[1]}" in query.stdout


def test_another_history_wants_truncate(run: Run) -> None:
    assert begin(run, "one", "2024-01-03", "--load-database", "--no-verify", "--schema", "wanted").returncode == 0
    other = begin(run, "two", "2024-01-03", "--seed", "7", "--load-database", "--schema", "wanted")
    assert other.returncode == 1
    assert "has the seed 7 instead of 42" in other.stderr and other.stderr.count("\n") == 1
    assert "The files in two are complete; " in other.stderr
    assert "payments --load-database --output-dir two loads them." in other.stderr
    done = run("--load-database", "--output-dir", "two", "--truncate", "--schema", "wanted")
    assert done.returncode == 0, done.stderr
    assert "payments --psql --schema wanted" in done.stdout


def test_a_rule_that_is_broken_in_the_database_is_told(run: Run, place: Path) -> None:
    assert begin(run, "three", "2024-01-03", "--load-database", "--no-verify", "--schema", "broken").returncode == 0
    assert run("--incremental", "--date", "2024-01-04", "-f", "--output-dir", "three").returncode == 0
    changed(place / "three", "transactions_2024-01-04_2024-01-04.csv", 4, "payment_timestamp", "2024-01-04T23:30:00")
    done = run("--load-database", "--output-dir", "three", "--schema", "broken")
    assert done.returncode == 1
    assert "breaks " in done.stderr and "P02a" in done.stderr and done.stderr.count("\n") == 1
    judged = run("--verify-database", "--schema", "broken")
    assert judged.returncode == 1 and "P02a: Payments are made in the opening hours." in judged.stdout


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--load-database", "--verify-database"), "--load-database goes with --initial or --incremental"),
        (("--verify", "raw_data", "--load-database"), "--load-database goes with"),
        (("--psql", "--verify-database"), "Give one of"),
        (("--incremental", "--truncate"), "--truncate goes with --load-database"),
        (("--verify", "raw_data", "--database-url", "x"), "--database-url goes with --load-database or --verify-dat"),
        (("--verify-database", "--no-verify"), "--no-verify goes with --load-database"),
        (("--load-database", "--date", "2024-01-09"), "--date goes with --incremental"),
        (("--load-database", "--seed", "3"), "--seed goes with --initial"),
        (("--load-database", "--schema", "pg_catalog"), "--schema must be"),
        (("--load-database", "--database-url", "oracle://u:hunter2@h/d"), "oracle://, a kind of database"),
    ],
)
def test_options_that_cannot_be_are_told(run: Run, arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert told in done.stderr and "hunter2" not in done.stderr and done.stderr.count("\n") == 1


def test_what_is_not_there_is_told(run: Run, place: Path) -> None:
    (place / "other").mkdir(exist_ok=True)
    for arguments, status, told in (
        (("--load-database", "--output-dir", "nowhere"), 1, "There is no directory nowhere"),
        (("--load-database", "--output-dir", "other"), 1, "other holds no merchants.json"),
        (("--verify-database", "--schema", "empty"), 1, "The schema empty has none of the tables"),
    ):
        done = run(*arguments)
        assert done.returncode == status, done.stderr
        assert told in done.stderr and done.stderr.count("\n") == 1


def test_without_a_server_nothing_is_made_up(run: Run, place: Path) -> None:
    url = "postgresql://u:hunter2@127.0.0.1:1/db"
    for done in (
        begin(run, "never", "2024-01-03", "--load-database", "--database-url", url),
        run("--load-database", DATABASE_URL=url),
        run("--verify-database", DATABASE_URL=url),
    ):
        assert done.returncode == 1
        assert "There is no PostgreSQL server at 127.0.0.1:1" in done.stderr and done.stderr.count("\n") == 1
        assert "hunter2" not in done.stdout + done.stderr
    assert not (place / "never").exists()


def test_a_wrong_password_is_told_and_a_new_database_made_if_asked_for(run: Run, tmp_path: Path) -> None:
    server = EmbeddedServer("tests", tmp_path / ".postgres")
    server.start()
    try:
        ask(server.url, "CREATE ROLE owner LOGIN SUPERUSER PASSWORD 'hunter2'")
        (server.data / "pg_hba.conf").write_text("local all postgres trust\nlocal all all scram-sha-256\n")
        reload_settings(server.url)
        host = options_of(server.url)["host"]
        wrong, right = (
            make_dsn(host=host, user="owner", password=text, dbname="brand new") for text in ("hunter3", "hunter2")
        )
        done = begin(run, "four", "2024-01-02", "--load-database", "--database-url", wrong)
        assert done.returncode == 1 and done.stderr.count("\n") == 1
        assert "The password for owner was refused" in done.stderr and "hunter" not in done.stderr
        done = begin(run, "four", "2024-01-02", "--load-database", "--database-url", right)
        assert done.returncode == 1 and "--create-database" in done.stderr
        done = begin(run, "four", "2024-01-02", "--load-database", "--database-url", right, "--create-database")
        assert done.returncode == 0, done.stderr
        assert "psql '" in done.stdout and "hunter2" not in done.stdout
    finally:
        server.stop()
