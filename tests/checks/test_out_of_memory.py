"""Queries of checks that need more memory than they may use: first fewer threads, then a line on what helps."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from datagen.checks import duckdb_engine
from datagen.checks.batches import Batches
from datagen.checks.duckdb_engine import DuckDatabase, OutOfSpaceError
from datagen.console import run_command
from run_complete_data_generation import command
from tests.support.toy_world import world, write

GROUPS = 200_000
QUERY = f"SELECT count(*) AS n FROM (SELECT range % {GROUPS} AS k, count(*) FROM range({5 * GROUPS}) GROUP BY k)"
NO_DISK = "SET max_temp_directory_size = '0KiB'"


def test_a_query_that_needs_too_much_on_several_threads_is_answered_by_one() -> None:
    with DuckDatabase(24, 8) as database:
        database.connection.execute(NO_DISK)
        with pytest.raises(duckdb.OutOfMemoryException):
            database.connection.execute(QUERY).fetchall()
        assert list(database.rows(QUERY)) == [{"n": GROUPS}]
        assert list(database.each([QUERY] * 3)) == [[{"n": GROUPS}]] * 3
        assert database.connection.execute("SELECT current_setting('threads')").fetchone() == (8,)


def test_rows_of_arrow_are_there_for_the_second_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first one has read some of them by then."""
    batch = pa.record_batch({"n": [1, 2, 3]})
    fetch, attempts = duckdb_engine._fetch, []

    def out_of_memory(connection: duckdb.DuckDBPyConnection, sql: str) -> duckdb_engine.Rows:
        attempts.append(fetch(connection, sql))
        if len(attempts) == 1:
            raise duckdb.OutOfMemoryException("no memory")
        return attempts[-1]

    with DuckDatabase(threads=2) as database, database.given("given_", Batches(batch.schema, lambda: iter([batch]))):
        monkeypatch.setattr(duckdb_engine, "_fetch", out_of_memory)
        assert database.rows("SELECT sum(n) AS n FROM given_") == [{"n": 6}]
        assert attempts == [[{"n": 6}]] * 2


@pytest.mark.parametrize("threads", [1, 8])
def test_without_memory_or_disk_the_message_says_what_helps(threads: int) -> None:
    with DuckDatabase(8, threads) as database:
        database.connection.execute(NO_DISK)
        with pytest.raises(OutOfSpaceError, match=r"need more than 8 MiB of memory .*TMPDIR .*--memory"):
            database.rows(QUERY)
        assert list(database.rows("SELECT 1 AS n")) == [{"n": 1}]


def test_a_verification_without_room_is_an_error_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """The toy world has a rule that needs more than there is; nothing of it is swallowed as a finding."""
    from datagen.verbs import Verbs

    toy = world(tmp_path)
    (tmp_path / "sql" / "large.sql").write_text(f"-- H9: It fits.\n-- source: the page\n-- uses: clubs\n{QUERY};\n")
    directory = write(tmp_path / "data")
    used = DuckDatabase.__init__

    def without_room(self: DuckDatabase, memory: int | None = None, threads: int | None = None, **more: bool) -> None:
        used(self, 8, threads, **more)
        self.connection.execute(NO_DISK)

    monkeypatch.setattr(DuckDatabase, "__init__", without_room)
    monkeypatch.chdir(tmp_path)
    assert run_command(Verbs(toy), ["verify", str(directory)]) == 1
    error = capsys.readouterr().err
    assert error.startswith("Error: The checks need more than 8 MiB of memory") and error.count("\n") == 1


def test_memory_goes_with_verify_only_and_within_its_range(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert run_command(command, ["--demo", "--memory", "512"]) == 2
    assert "--memory does nothing with a run without --verify" in capsys.readouterr().err
    assert run_command(command, ["--verify", ".", "--memory", "1"]) == 2
    assert "--memory" in capsys.readouterr().err
