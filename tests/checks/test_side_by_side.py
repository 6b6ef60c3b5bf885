"""Jobs that ask side by side: each on a connection of its own, and none goes on once one has failed."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Executor

import duckdb
import pytest

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.filling import RawRows, fill
from datagen.checks.known import known_tables
from datagen.checks.side_by_side import InTurn
from tests.support import toy_world

LONG = "SELECT count(*) AS n FROM range(1000000) a, range(10000) b WHERE a.range + b.range = 7"
"""Takes a minute."""


def test_jobs_share_tables_and_have_a_connection_each() -> None:
    with DuckDatabase(threads=2) as database, database.side_by_side() as pool:
        database.create("clubs", "SELECT 1 AS clubid")
        meeting = threading.Barrier(2)

        def ask() -> tuple[int, int]:
            meeting.wait()
            return id(database.here), database.rows("SELECT clubid FROM clubs")[0]["clubid"]

        (one, first), (other, second) = [job.result() for job in [pool.submit(ask), pool.submit(ask)]]
        assert (first, second) == (1, 1)
        assert len({one, other, id(database.connection)}) == 3


def test_with_one_thread_jobs_run_where_they_are_submitted() -> None:
    with DuckDatabase(threads=1) as database, database.side_by_side() as pool:
        assert pool.submit(lambda: database.here).result() is database.connection


def test_in_turn_an_error_belongs_to_its_job() -> None:
    pool: Executor = InTurn()
    jobs = [pool.submit(int, text) for text in ("1", "x", "3")]
    assert jobs[0].result() == 1 and jobs[2].result() == 3
    with pytest.raises(ValueError, match="invalid literal"):
        jobs[1].result()


def test_an_error_ends_queries_that_run_and_begins_none() -> None:
    with DuckDatabase(threads=2) as database:
        with pytest.raises(ValueError, match="enough"), database.side_by_side() as pool:
            jobs = [pool.submit(database.rows, LONG) for _ in range(3)]
            while not all(job.running() for job in jobs[:2]):
                time.sleep(0.01)
            time.sleep(0.3)  # until the queries run, too
            raise ValueError("enough")
        assert all(isinstance(job.exception(), duckdb.InterruptException) for job in jobs[:2])
        assert jobs[2].cancelled()
        assert database.rows("SELECT 1 AS n") == [{"n": 1}]


def test_a_reading_that_is_ended_is_not_begun_a_second_time() -> None:
    table = known_tables(toy_world.metadata)["clubs"]
    source = f"(SELECT *, '' AS opens FROM ({LONG}))"
    names = ", ".join(f"cast(n AS VARCHAR) AS {item.name}" for item in table.columns)
    with DuckDatabase(threads=2) as database:
        ending = threading.Timer(0.3, database.connection.interrupt)
        ending.start()
        with pytest.raises(duckdb.InterruptException):
            fill(database, RawRows(table, f"(SELECT {names} FROM {source})", is_csv=True), {}, {})
        ending.join()
