from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from datagen.loading.postgres.embedded.server import EmbeddedServer
from tests.support.forks import ran

pytestmark = pytest.mark.server

ROOT = Path(__file__).parents[1]
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory to work in, with a small data set and, after a while, an embedded server."""
    place = tmp_path_factory.mktemp("work")
    options = ("--facilities", "1", "--members", "60", "--staff", "10", "--months", "3", "--end-date", "2026-11-20")
    script = ROOT / "run_complete_data_generation.py"
    ran(script, "--quiet", "--no-verify", *options, "--output-dir", "data", cwd=place).check_returncode()
    yield place
    EmbeddedServer("fitness", place / ".postgres").stop()


@pytest.fixture
def run(place: Path) -> Run:
    """Runs the command there, without DATABASE_URL unless given."""

    def command(*arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        return ran(ROOT / "database_loader.py", *arguments, cwd=place, env=inherited | environment)

    return command


def test_the_command_loads_into_a_server_of_its_own_and_tells_how_to_open_it(run: Run) -> None:
    assert run("--status").returncode == 1
    loaded = run("--data-dir", "data", "--truncate")
    assert loaded.returncode == 0, loaded.stderr
    assert "Loaded " in loaded.stdout and "database_loader.py --psql" in loaded.stdout
    status = run("--status")
    assert status.returncode == 0 and "PostgreSQL 18" in status.stdout
    query = subprocess.run(
        [sys.executable, ROOT / "database_loader.py", "--psql"],
        cwd=(Path(status.stdout.split(" runs in ")[1].split(" (process")[0])).parent,
        input="select count(*) from members;",
        capture_output=True,
        text=True,
    )
    assert "60" in query.stdout


def test_a_second_load_without_truncate_fails(run: Run) -> None:
    run("--data-dir", "data", "--truncate")
    again = run("--data-dir", "data")
    assert again.returncode == 1
    assert again.stderr.startswith("Error: Tables of the schema public have rows already")
    assert "Traceback" not in again.stderr and len(again.stderr.splitlines()) == 1


def test_json_is_the_only_output_if_asked_for(run: Run) -> None:
    outcome = json.loads(run("--data-dir", "data", "--truncate", "--json", "--schema", "as json").stdout)
    assert outcome["loaded"]["rows"]["members"] == 60
    assert json.loads(run("--status", "--json").stdout)["running"] is True


def test_verifying_tells_what_passed_and_fails_with_the_offending_keys(run: Run) -> None:
    run("--data-dir", "data", "--truncate", "--schema", "judged")
    verdict = json.loads(run("--verify-only", "--json", "--schema", "judged").stdout)["verified"]
    assert {"files", "references"} <= set(verdict["groups"])
    url = json.loads(run("--status", "--json").stdout)["url"]
    import psycopg2

    with psycopg2.connect(url) as connection, connection.cursor() as cursor:
        cursor.execute("UPDATE judged.members SET phone = '212-867-5309' WHERE memberid = 'MEM000007'")
    connection.close()
    failed = run("--verify-only", "--schema", "judged")
    assert failed.returncode == 1
    assert "MEM000007" in failed.stdout and "H11" in failed.stdout
    assert failed.stderr.startswith("Error: The data in the database breaks ") and "H11b" in failed.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ((), "Give --data-dir"),
        (("--verify-only", "--stop"), "Give --data-dir"),
        (("--verify-only", "--truncate"), "--truncate goes with --data-dir"),
        (("--data-dir", "data", "--schema", "pg_catalog"), "--schema must be"),
        (("--data-dir", "data", "--database-url", "oracle://u:hunter2@h/d"), "oracle://, a kind of database"),
        (("--stop", "--database-url", "postgresql://u:hunter2@h/d"), "about the embedded server"),
        (("--data-dir", "data", "--months", "3"), "go with --verify-only"),
        (("--verify-only", "--months", "0"), "1<=x<=36"),
        (("--psql", "--json"), "--json does nothing with --psql"),
        (("--stop", "--schema", "x"), "--schema does nothing with --stop"),
    ],
)
def test_options_that_cannot_be_are_told(run: Run, arguments: tuple[str, ...], told: str) -> None:
    done = run(*arguments)
    assert done.returncode == 2
    assert told in done.stderr and "hunter2" not in done.stderr


def test_nothing_is_made_where_there_is_nothing_to_load_or_verify(run: Run, place: Path, tmp_path: Path) -> None:
    script = str(ROOT / "database_loader.py")
    for arguments, told in (
        (("--verify-only",), "There is no embedded PostgreSQL in"),
        (("--data-dir", "nowhere"), "There is no directory nowhere"),
    ):
        environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
        done = ran(script, *arguments, cwd=tmp_path, env=environment)
        assert done.returncode == 1 and told in done.stderr
        assert not (tmp_path / ".postgres").exists()


def test_a_directory_to_compare_with_needs_a_manifest(run: Run, place: Path) -> None:
    run("--data-dir", "data", "--truncate")
    for wrong in ("nowhere", "logs"):
        done = run("--verify-only", "--data-dir", wrong)
        assert done.returncode == 1 and f"{wrong} has no manifest to compare" in done.stderr


def test_the_url_may_come_from_the_environment_or_a_file(run: Run, place: Path) -> None:
    url = "postgresql://u:hunter2@127.0.0.1:1/db"
    by_environment = run("--verify-only", DATABASE_URL=url)
    (place / ".env").write_text(f"DATABASE_URL={url}\n")
    by_file = run("--verify-only")
    (place / ".env").unlink()
    for done in (by_environment, by_file):
        assert done.returncode == 1
        assert "There is no PostgreSQL server at 127.0.0.1:1" in done.stderr
        assert "hunter2" not in done.stdout + done.stderr
    assert not any("hunter2" in log.read_text() for log in (place / "logs").glob("*.log"))


def test_the_server_can_be_stopped(run: Run) -> None:
    run("--data-dir", "data", "--truncate")
    assert "Stopped" in run("--stop").stdout
    assert "No embedded PostgreSQL" in run("--stop").stdout
    assert run("--status").returncode == 1
