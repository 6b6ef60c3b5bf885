"""Ctrl-C and requests to end: one line that says what the database holds."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest
from asking import ask, checksum

from database_loader import FitnessCenterDatabaseLoader
from datagen.database.connection import DONE
from datagen.database.load import commit

ROOT = Path(__file__).parents[2]


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
    _, told = running.communicate(timeout=30)
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
            commit(connection, url)
    finally:
        signal.signal(signal.SIGALRM, old)
    assert stopped.value.__notes__ == [DONE]
    assert ask(url, f'SELECT n FROM "{schema}".t') == [(1,)]
    connection.close()
