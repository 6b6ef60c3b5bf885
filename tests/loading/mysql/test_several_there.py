"""A world in several databases of one MariaDB server: all are loaded or none, and an interruption is mended."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from datagen.errors import DatabaseError, DataError
from datagen.loading.backends import backend_for
from datagen.loading.load_all import AGAIN, Part, parts_of, status, why_apart
from datagen.loading.mysql.staging import MySqlStaging, MySqlWorker
from datagen.loading.verify import verify_all
from datagen.world import World
from tests.loading import toy
from tests.loading.interrupted import Load, load_into, survive, without_the_second_swap
from tests.loading.mysql.conftest import NAME
from tests.loading.mysql.server import ask, checksum, drop
from tests.loading.mysql.toy_shop import Rules

MOMENTS = int(os.environ.get("DATAGEN_TEST_KILLS", "3"))
PREFIX = f"{NAME} "


@pytest.fixture
def parts(server: str) -> Iterator[list[Part]]:
    """The databases of the toy world, created, and dropped after the test."""
    found = parts_of(backend_for(server), toy.TABLES, PREFIX)
    assert [part.name for part in found] == [toy.SHOP, toy.LOGS]
    for part in found:
        drop(part.backend.url)
        part.backend.connect(create_database=True)
    yield found
    for part in found:
        part.backend.close()
        drop(part.backend.url)


@pytest.fixture
def load(parts: list[Part]) -> Load:
    """Loads a directory into the databases, replacing what is there."""
    return lambda directory, **options: load_into(parts, directory, "", **options)


def held(parts: list[Part]) -> list[dict[str, Any]]:
    """What the databases hold, without what a load may have left beside it."""
    return [{**checksum(part.backend.url), "beside": None} for part in parts]


def apart(parts: list[Part]) -> str:
    return why_apart(status(parts, ""))


def test_each_table_is_in_its_database_and_all_belong_together(
    parts: list[Part], old: Path, load: Load, tmp_path: Path
) -> None:
    assert load(old, truncate=False).rows == {"people": 10, "order": 20, "event": 40, "index": 20}
    shop, logs = (part.backend.url for part in parts)
    assert ask(shop, "SELECT count(*), sum(amount) FROM `order`") == [(20, 220)]
    assert ask(logs, "SELECT count(*) FROM event") == [(40,)]
    assert apart(parts) == ""
    (tmp_path / "checks").mkdir()
    world = World(
        "toy", "Toys", tables=toy.TABLES, root=Rules, checks=tmp_path / "checks", databases=(toy.SHOP, toy.LOGS)
    )
    verdict = verify_all(parts, world, schema="")
    assert verdict.ok and "event.who.reference" in {item.check for item in verdict.findings}
    ask(shop, "SET foreign_key_checks = 0", "DELETE FROM people WHERE personid = 'P0000003'")
    failed = {item.check for item in verify_all(parts, world, schema="").failed()}
    assert failed == {"order.Group.reference", "event.who.reference", "people.rows", "people.personid.total"}


def test_a_bad_row_in_the_last_database_keeps_all_as_they_are(
    parts: list[Part], old: Path, load: Load, tmp_path: Path
) -> None:
    load(old)
    before = [checksum(part.backend.url) for part in parts]
    rows = toy.rows(30)
    rows["index"][4] |= {"part": 7}
    bad = toy.write(tmp_path / "bad", rows)
    told = r"index.csv, line 6, column number, part: '42949672960, 7' is not one of event \(number, part\)"
    with pytest.raises(DataError, match=told):
        load(bad)
    assert [checksum(part.backend.url) for part in parts] == before


def test_an_interrupted_swap_is_told_and_the_same_load_only_finishes_it(
    parts: list[Part], old: Path, new: Path, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    load(new)
    wanted = held(parts)
    load(old)
    lost = f"The server is gone. toy_shop holds the new data .* {AGAIN}"
    with without_the_second_swap(MySqlStaging), pytest.raises(DatabaseError, match=lost):
        load(new)
    found = status(parts, "")
    assert [item.waiting is not None for item in found] == [False, True]
    assert why_apart(found).endswith(AGAIN)
    with monkeypatch.context() as patch:
        patch.setattr(MySqlWorker, "fill", None)  # nothing is sent again
        assert load(new, truncate=False).rows["order"] == 30
    assert held(parts) == wanted
    assert apart(parts) == ""
    assert [checksum(part.backend.url)["beside"] for part in parts] == [[], []]


@pytest.mark.slow
def test_whenever_the_client_is_killed_each_database_is_whole_and_the_same_load_again_mends_all(
    parts: list[Part], server: str, old: Path, new: Path
) -> None:
    sessions = f"SELECT count(*) FROM information_schema.processlist WHERE db LIKE '{NAME}%'"

    def wait() -> None:
        while ask(server, sessions) != [(0,)]:
            time.sleep(0.02)

    survive(parts, (server, PREFIX, ""), (new, old), held, wait, MOMENTS)
