"""Client and server are killed at moments of chance: MariaDB holds all of the old or all of the new, and goes on."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from datagen.loading.append import catch_up
from datagen.loading.backends import backend_for
from tests.loading import toy
from tests.loading.mysql.conftest import NAME
from tests.loading.mysql.server import ThrowAway, ask, checksum, drop, with_database
from tests.loading.mysql.toy_shop import SHOP, load_shop, shop

pytestmark = pytest.mark.slow

ROOT = Path(__file__).parents[3]
MOMENTS = int(os.environ.get("DATAGEN_TEST_KILLS", "4"))
"""How many moments; `DATAGEN_TEST_KILLS=20` for a longer run."""
LOAD = "from tests.loading.mysql.toy_shop import load_shop; print(flush=True); load_shop({url!r}, Path({path!r}))"
APPEND = (
    "from tests.loading.mysql.test_killed_there import append, history; print(flush=True); append({url!r}, "
    "Path({path!r}))"
)
SESSIONS = "SELECT count(*) FROM information_schema.processlist WHERE db LIKE 'datagen test%' AND id <> connection_id()"


def history() -> Any:
    """A history of ten days that is loaded up to its second one."""
    return toy.History(toy.ORDERS, 1, toy.FIRST, {}, toy.FIRST + 9 * toy.dt.timedelta(1), 240, "1.0")


def append(url: str, path: Path) -> None:
    """Bring a database up to the history of a directory."""
    backend = backend_for(url)
    catch_up(backend, path, SHOP, history(), schema=backend.schema_of(None))
    backend.close()


def _strike(code: str, usual: float, chance: random.Random, kill: Callable[[subprocess.Popen[str]], None]) -> None:
    """Begin a load, and kill something at a moment of chance."""
    client = subprocess.Popen(
        [sys.executable, "-c", f"from pathlib import Path; {code}"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert client.stdout
    client.stdout.readline()
    time.sleep(chance.uniform(0, 1.3 * usual))
    kill(client)
    _, told = client.communicate(timeout=60)
    assert "AssertionError" not in told and "pymysql.err" not in told.splitlines()[-1:], told


def _wait_for_the_end(url: str) -> None:
    """What the server was told to do it ends first."""
    end = time.monotonic() + 30
    while ask(url, SESSIONS) != [(0,)]:
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.fixture
def killable(throw_away: ThrowAway) -> Iterator[str]:
    """A database on a server that may be killed."""
    url = with_database(throw_away.url, NAME)
    ask(throw_away.url, f"CREATE DATABASE `{NAME}`")
    yield url
    drop(url)


def _kill_client(client: subprocess.Popen[str]) -> None:
    client.kill()


def _survive(url: str, tmp_path: Path, kill: Callable[[subprocess.Popen[str]], None]) -> None:
    chance, directories, whole = random.Random(20261120), {}, {}
    for name, orders in (("old", 5000), ("new", 8000)):
        directories[name] = shop(tmp_path / name, orders)
        begun = time.perf_counter()
        load_shop(url, directories[name])
        usual = time.perf_counter() - begun
        whole[name] = checksum(url)
    there = "new"
    for moment in range(MOMENTS):
        wanted = "old" if there == "new" else "new"
        _strike(LOAD.format(url=url, path=str(directories[wanted])), usual, chance, kill)
        _wait_for_the_end(url)
        found = checksum(url) | {"beside": []}
        assert found in (whole[there], whole[wanted]), moment
        load_shop(url, directories[wanted])
        assert checksum(url) == whole[wanted]
        there = wanted


def test_a_killed_client_leaves_all_of_the_old_or_all_of_the_new(url: str, tmp_path: Path) -> None:
    _survive(url, tmp_path, _kill_client)


def test_a_killed_server_leaves_all_of_the_old_or_all_of_the_new(
    killable: str, throw_away: ThrowAway, tmp_path: Path
) -> None:
    def kill(client: subprocess.Popen[str]) -> None:
        throw_away.kill()
        client.wait(60)
        throw_away.start()

    _survive(killable, tmp_path, kill)


@pytest.mark.parametrize("victim", ["client", "server"])
def test_an_append_that_is_killed_leaves_all_of_it_or_nothing(
    killable: str, throw_away: ThrowAway, tmp_path: Path, victim: str
) -> None:
    def kill(client: subprocess.Popen[str]) -> None:
        if victim == "client":
            client.kill()
            return
        throw_away.kill()
        client.wait(60)
        throw_away.start()

    data, chance = tmp_path / "data", random.Random(20261120)
    first = toy.write_history(data, [2])
    backend, usual, new = backend_for(killable), 0.0, {}
    for moment in range(-1, MOMENTS // 2):
        toy.write_history(data, [2])
        catch_up(backend, data, SHOP, first, schema=backend.schema_of(None), truncate=True)
        backend.close()
        old = checksum(killable)
        toy.write_history(data, [2, 8])
        if moment >= 0:
            _strike(APPEND.format(url=killable, path=str(data)), usual, chance, kill)
            _wait_for_the_end(killable)
            assert checksum(killable) | {"beside": []} in (old, new)
        begun = time.perf_counter()
        append(killable, data)
        usual = time.perf_counter() - begun
        new = checksum(killable)
        assert ask(killable, "SELECT count(*) FROM `order`") == [(240,)]
