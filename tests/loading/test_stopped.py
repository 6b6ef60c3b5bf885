"""Ctrl-C and requests to end: one line that says what the database holds."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.errors import DatabaseError
from datagen.loading.backend import DONE, UNCHANGED
from datagen.loading.postgres import swap
from datagen.loading.postgres.connection import commit
from datagen.loading.postgres.views import create_indexes
from tests.support.queries import ask, checksum, wait_until

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[2]


@pytest.fixture
def url(embedded: str) -> str:
    """One server is enough: a signal ends a client."""
    return embedded


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_load_that_is_stopped_says_that_the_database_is_as_it_was(
    loader: FitnessCenterDatabaseLoader,
    small: Path,
    other: Path,
    url: str,
    schema: str,
    tmp_path: Path,
    number: int,
    status: int,
) -> None:
    loader.load(small)
    before = checksum(url, schema)
    reader = psycopg2.connect(url)  # keeps the load waiting with everything ready
    reader.cursor().execute(f'SELECT count(*) FROM "{schema}".members')
    line = [sys.executable, ROOT / "database_loader.py", "--data-dir", other, "--truncate"]
    running = subprocess.Popen(
        [*line, "--database-url", url, "--schema", schema],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert running.stdout
    while not running.stdout.readline().startswith("Load into PostgreSQL"):
        assert running.poll() is None
    running.send_signal(number)
    _, told = running.communicate(timeout=120)
    assert running.returncode == status
    assert told == "Stopped. Output directories are complete or as they were. The database is as it was.\n"
    reader.close()
    assert checksum(url, schema) == before


def test_a_stop_in_the_moment_of_the_commit_says_that_the_new_data_is_there(url: str, schema: str) -> None:
    class Stopped(BaseException):
        pass

    def stop(*_: object) -> None:
        raise Stopped

    ask(
        url,
        f'CREATE SCHEMA "{schema}"; CREATE TABLE "{schema}".t (n int); '
        f'CREATE FUNCTION "{schema}".slow() RETURNS trigger '
        "LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(1); RETURN NULL; END'; "
        f'CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON "{schema}".t DEFERRABLE INITIALLY DEFERRED '
        f'FOR EACH ROW EXECUTE FUNCTION "{schema}".slow()',
    )
    connection = psycopg2.connect(url)
    connection.cursor().execute(f'INSERT INTO "{schema}".t VALUES (1)')
    old = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.2)
        with pytest.raises(Stopped) as stopped:
            commit(connection, url, "look")
    finally:
        signal.signal(signal.SIGALRM, old)
    assert stopped.value.__notes__ == [DONE]
    assert ask(url, f'SELECT n FROM "{schema}".t') == [(1,)]
    connection.close()


@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_indexes_that_wait_for_others_can_be_stopped(
    loader: FitnessCenterDatabaseLoader, small: Path, url: str, schema: str, tmp_path: Path, number: int, status: int
) -> None:
    loader.load(small)
    writer = psycopg2.connect(url)
    writer.cursor().execute(f'UPDATE "{schema}".memberpayments SET amount = amount')
    line = [sys.executable, ROOT / "database_loader.py", "--indexes", "--database-url", url, "--schema", schema]
    running = subprocess.Popen(line, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    waiting = (
        "SELECT count(*) > 0 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
    )
    wait_until(url, waiting, [(True,)])
    running.send_signal(number)
    _, told = running.communicate(timeout=120)
    writer.close()
    assert running.returncode == status
    assert told == "Stopped. Output directories are complete or as they were. The database is as it was.\n"


def test_indexes_in_the_making_can_be_stopped(url: str, schema: str, tmp_path: Path) -> None:
    class Stopped(BaseException):
        pass

    def stop(*_: object) -> None:
        raise Stopped

    ask(
        url,
        f'CREATE SCHEMA "{schema}"; CREATE TABLE "{schema}".t AS SELECT 1 AS n; '
        f'CREATE FUNCTION "{schema}".slow(int) RETURNS int IMMUTABLE '
        "LANGUAGE plpgsql AS 'BEGIN PERFORM pg_sleep(600); RETURN $1; END'",
    )
    file = tmp_path / "indexes.sql"
    file.write_text(f'CREATE INDEX IF NOT EXISTS late ON t ("{schema}".slow(n));\n')
    connection = psycopg2.connect(url)
    old = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.5)
        with pytest.raises(Stopped) as stopped:
            create_indexes(connection.cursor(), schema, file)
    finally:
        signal.signal(signal.SIGALRM, old)
        connection.close()
    assert stopped.value.__notes__ == [UNCHANGED]


def test_indexes_wait_only_so_long_for_others_and_name_them(
    loader: FitnessCenterDatabaseLoader, small: Path, url: str, schema: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(DatabaseError, match=r"has no table classenrollments and 7 more .*Load a data set first"):
        loader.create_performance_indexes()
    loader.load(small)
    monkeypatch.setattr(swap, "_PATIENCE", 1.0)
    writer = psycopg2.connect(url)
    writer.cursor().execute(f'UPDATE "{schema}".memberpayments SET amount = amount')
    told = rf"\(server processes {writer.info.backend_pid}\), so the indexes cannot be made\. End them and try again"
    with pytest.raises(DatabaseError, match=told):
        loader.create_performance_indexes()
    writer.rollback()
    names = loader.create_performance_indexes()
    writer.cursor().execute(f'UPDATE "{schema}".memberpayments SET amount = amount')
    assert loader.create_performance_indexes() == names  # there is nothing to wait for
    writer.close()
