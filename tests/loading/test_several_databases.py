"""A world in several databases: all of them are loaded or none, and what an interruption leaves is told and mended."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest
from psycopg2 import sql

from datagen.errors import DatabaseError, DataError
from datagen.loading.backends import backend_for
from datagen.loading.load_all import AGAIN, Part, parts_of, status, why_apart
from datagen.loading.postgres.staging import PostgresStaging, PostgresWorker
from tests.loading import toy
from tests.loading.interrupted import Load, load_into, survive, without_the_second_swap
from tests.support.queries import ONE_SERVER, ask, checksum, wait_until

SCHEMA = "Test schema"
PREFIX = f"datagen_test_{os.getpid()}_"
"""What goes before the names of databases: tests beside each other on one server keep to their own."""
MOMENTS = int(os.environ.get("DATAGEN_TEST_KILLS", "6"))
"""How many kills; `DATAGEN_TEST_KILLS=30` for a longer run."""


@pytest.fixture
def parts(url: str) -> Iterator[list[Part]]:
    """The databases of the toy world, created, and dropped after the test."""
    found = parts_of(backend_for(url), toy.TABLES, PREFIX)
    assert [part.name for part in found] == [toy.SHOP, toy.LOGS]
    for part in found:
        part.backend.connect(create_database=True)
    yield found
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for part in found:
            part.backend.close()
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(PREFIX + part.name)))
    connection.close()


@pytest.fixture
def load(parts: list[Part]) -> Load:
    """Loads a directory into the databases, replacing what is there."""
    return lambda directory, **options: load_into(parts, directory, SCHEMA, **options)


def held(parts: list[Part]) -> list[dict[str, str]]:
    """What the databases hold, without what a load may have left beside it."""
    return [
        {name: value for name, value in checksum(part.backend.url, SCHEMA).items() if name != "schemas"}
        for part in parts
    ]


def apart(parts: list[Part]) -> str:
    return why_apart(status(parts, SCHEMA))


def test_each_table_is_in_its_database_and_all_belong_together(parts: list[Part], old: Path, load: Load) -> None:
    done = load(old, truncate=False)
    assert done.rows == {"people": 10, "order": 20, "event": 40, "index": 20}
    shop, logs = parts
    assert ask(shop.backend.url, f'SELECT count(*), sum(amount) FROM "{SCHEMA}"."order"') == [(20, 220)]
    assert ask(logs.backend.url, f'SELECT count(*) FROM "{SCHEMA}".event') == [(40,)]
    found = status(parts, SCHEMA)
    assert [(item.name, item.rows, item.waiting) for item in found] == [(toy.SHOP, 30, None), (toy.LOGS, 60, None)]
    assert len({item.generations for item in found}) == 1
    assert why_apart(found) == ""
    keys = "SELECT count(*) FROM pg_constraint WHERE contype = 'f' AND connamespace = '\"Test schema\"'::regnamespace"
    assert [ask(part.backend.url, keys) for part in parts] == [[(1,)], [(1,)]]  # no database enforces soft references


def test_rows_in_the_way_of_one_database_keep_all_as_they_are(parts: list[Part], old: Path, load: Load) -> None:
    load(old)
    before = held(parts)
    with pytest.raises(DataError, match=r"have rows already \(order and 1 more\)"):
        load(old, truncate=False)
    assert held(parts) == before


def test_a_bad_row_in_the_last_database_keeps_all_as_they_are(
    parts: list[Part], old: Path, load: Load, tmp_path: Path
) -> None:
    load(old)
    before = held(parts)
    rows = toy.rows(30)
    rows["index"][4] |= {"part": 7}
    bad = toy.write(tmp_path / "bad", rows)
    told = r"index.csv, line 6, column number, part: '42949672960, 7' is not one of event \(number, part\)"
    with pytest.raises(DataError, match=told):
        load(bad)
    assert held(parts) == before
    assert [item.waiting for item in status(parts, SCHEMA)] == [None, None]


def test_a_check_that_fails_before_the_swap_keeps_all_as_they_are(
    parts: list[Part], old: Path, new: Path, load: Load
) -> None:
    load(old)
    before = held(parts)

    def refuse() -> None:
        raise DataError("Not these.")

    with pytest.raises(DataError, match="Not these"):
        load(new, before_swap=refuse)
    assert held(parts) == before
    assert [checksum(part.backend.url, SCHEMA)["schemas"] for part in parts] == ["[]", "[]"]


def test_an_interrupted_swap_is_told_and_the_same_load_only_finishes_it(
    parts: list[Part], old: Path, new: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(new)
    wanted = held(parts)
    load(old)
    lost = f"The server is gone. toy_shop holds the new data .* {AGAIN}"
    with without_the_second_swap(PostgresStaging), pytest.raises(DatabaseError, match=lost):
        load(new)
    found = status(parts, SCHEMA)
    assert [item.waiting is not None for item in found] == [False, True]
    assert why_apart(found).startswith("The databases do not belong together: toy_shop holds generation ")
    assert why_apart(found).endswith(AGAIN)
    with monkeypatch.context() as patch:
        patch.setattr(PostgresWorker, "fill", None)  # nothing is sent again
        assert load(new, truncate=False).rows["order"] == 30
    assert held(parts) == wanted
    assert apart(parts) == ""


def test_another_load_after_an_interruption_begins_anew(parts: list[Part], old: Path, new: Path, load: Load) -> None:
    load(old)
    wanted = held(parts)
    with without_the_second_swap(PostgresStaging), pytest.raises(DatabaseError):
        load(new)
    load(old)
    assert held(parts) == wanted
    assert apart(parts) == ""


def test_a_database_that_is_not_there_is_told(url: str) -> None:
    found = status(parts_of(backend_for(url), toy.TABLES, PREFIX), SCHEMA)
    assert [item.exists for item in found] == [False, False]


@ONE_SERVER
def test_whenever_the_client_is_killed_each_database_is_whole_and_the_same_load_again_mends_all(
    parts: list[Part], url: str, old: Path, new: Path
) -> None:
    names = ", ".join(f"'{PREFIX}{part.name}'" for part in parts)
    sessions = f"SELECT count(*) FROM pg_stat_activity WHERE application_name = 'datagen' AND datname IN ({names})"
    survive(parts, (url, PREFIX, SCHEMA), (new, old), held, lambda: wait_until(url, sessions, [(0,)]), MOMENTS)
