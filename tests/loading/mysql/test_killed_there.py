"""Client and server are killed at moments of chance: MariaDB holds all of the old or all of the new, and goes on."""

from __future__ import annotations

import os
import random
import re
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import pytest

from datagen.errors import DatabaseError
from datagen.loading.append import catch_up
from datagen.loading.backends import backend_for
from tests.loading import toy
from tests.loading.mysql.conftest import NAME
from tests.loading.mysql.server import ThrowAway, ask, checksum
from tests.loading.mysql.toy_shop import SHOP, load_shop, shop
from tests.support.forks import begun, end_of
from tests.support.shops import exported, load_into

pytestmark = pytest.mark.slow

MOMENTS = int(os.environ.get("DATAGEN_TEST_KILLS", "2"))
"""How many moments, of each test; `DATAGEN_TEST_KILLS=20` for a longer run."""
_LOST = 3
"""The exit status of a load whose connection was lost."""
SESSIONS = f"SELECT count(*) FROM information_schema.processlist WHERE db LIKE '{NAME}%' AND id <> connection_id()"


def history() -> Any:
    """A history of ten days that is loaded up to its second one."""
    return toy.History(toy.ORDERS, 1, toy.FIRST, {}, toy.FIRST + 9 * toy.dt.timedelta(1), 240, "1.0")


def append(url: str, path: Path) -> None:
    """Bring a database up to the history of a directory."""
    backend = backend_for(url)
    catch_up(backend, path, SHOP, history(), schema=backend.schema_of(None))
    backend.close()


def load_marketplace(url: str, directory: Path) -> None:
    """Load a marketplace, by month if the directory's name says so."""
    load_into(url, directory, partition="month" if directory.name.startswith("months") else None)


def _until_the_connection_is_lost(work: Callable[[str, Path], object], url: str, path: Path) -> None:
    try:
        work(url, path)
    except DatabaseError:
        sys.exit(_LOST)


def _strike(
    work: Callable[[str, Path], object],
    url: str,
    path: Path,
    usual: float,
    chance: random.Random,
    kill: Callable[[BaseProcess], None],
) -> None:
    """Begin a load, and kill something at a moment of chance."""
    client = begun(_until_the_connection_is_lost, work, url, path)
    time.sleep(chance.uniform(0, 1.3 * usual))
    kill(client)
    assert end_of(client) in (0, _LOST, -signal.SIGKILL)


def _again(throw_away: ThrowAway, work: Callable[[str, Path], object], url: str, path: Path) -> None:
    """Load once more. Of a table that was being dropped in the moment of a kill MariaDB now and then keeps a file, and
    with it the folder of its database; what the error says of it is done then.
    """
    try:
        work(url, path)
    except DatabaseError as error:
        folders = throw_away.kept_folders(f"{NAME}__")
        assert re.search("has kept its folder: .* Remove that folder", str(error)), error
        assert any(folder.name in str(error) for folder in folders), error
        for folder in folders:
            shutil.rmtree(folder)
        work(url, path)


def _wait_for_the_end(url: str) -> None:
    """What the server was told to do it ends first."""
    end = time.monotonic() + 120
    while ask(url, SESSIONS) != [(0,)]:
        assert time.monotonic() < end
        time.sleep(0.02)


def _kill_client(client: BaseProcess) -> None:
    client.kill()


@dataclass(frozen=True)
class _World:
    """Two data sets of a world, and what loads them."""

    load: Callable[[str, Path], Any]
    directories: tuple[Path, Path]


@pytest.fixture(params=["toy", "ecommerce", "months"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> _World:
    """Each world in turn."""
    if request.param == "toy":
        return _World(load_shop, (shop(tmp_path / "old", 5000), shop(tmp_path / "new", 8000)))
    name = "months" if request.param == "months" else "whole"
    first, second = exported(tmp_path / f"{name} 1", orders=300), exported(tmp_path / f"{name} 2", orders=900, seed=7)
    return _World(load_marketplace, (first, second))


def _without_counters(found: dict[str, Any]) -> dict[str, Any]:
    """The same without the next number of each table: rows that are rolled back leave a gap in the numbers."""
    return {
        name: (re.sub(r" AUTO_INCREMENT=\d+", "", value[0]), *value[1:]) if value else value
        for name, value in found.items()
    }


def _survive(
    url: str, world: _World, kill: Callable[[BaseProcess], None], load_again: Callable[[str, Path], object]
) -> None:
    chance, whole, usual = random.Random(20261120), [], 0.0
    for directory in world.directories:
        since = time.perf_counter()
        world.load(url, directory)
        usual = time.perf_counter() - since
        whole.append(checksum(url))
    there = 1
    for moment in range(MOMENTS):
        wanted = 1 - there
        _strike(world.load, url, world.directories[wanted], usual, chance, kill)
        _wait_for_the_end(url)
        found = _without_counters(checksum(url)) | {"beside": []}
        assert found in (_without_counters(whole[there]), _without_counters(whole[wanted])), moment
        load_again(url, world.directories[wanted])
        assert checksum(url) == whole[wanted]
        there = wanted


def test_a_killed_client_leaves_all_of_the_old_or_all_of_the_new(url: str, world: _World) -> None:
    _survive(url, world, _kill_client, world.load)


def test_a_killed_server_leaves_all_of_the_old_or_all_of_the_new(
    killable: str, throw_away: ThrowAway, world: _World
) -> None:
    def kill(client: BaseProcess) -> None:
        throw_away.kill()
        end_of(client)
        throw_away.start()

    _survive(killable, world, kill, partial(_again, throw_away, world.load))


def test_a_server_killed_in_a_first_load_by_month_holds_no_rows_or_all(
    killable: str, throw_away: ThrowAway, tmp_path: Path
) -> None:
    directory, chance = exported(tmp_path / "months", orders=300), random.Random(20261120)
    server = killable.rpartition("/")[0] + "/"

    def kill(client: BaseProcess) -> None:
        throw_away.kill()
        end_of(client)
        throw_away.start()

    since = time.perf_counter()
    load_marketplace(killable, directory)
    usual, whole = time.perf_counter() - since, checksum(killable)
    for moment in range(MOMENTS):
        throw_away.drop(killable)
        ask(server, f"CREATE DATABASE `{NAME}`")
        _strike(load_marketplace, killable, directory, usual, chance, kill)
        _wait_for_the_end(killable)
        rows = {ask(killable, f"SELECT count(*) FROM `{table}`") == [(0,)] for (table,) in ask(killable, "SHOW TABLES")}
        assert rows <= {True} or checksum(killable) | {"beside": []} == whole, moment
        _again(throw_away, load_marketplace, killable, directory)
        assert checksum(killable) == whole


def test_a_load_goes_on_once_the_folder_that_a_killed_server_has_kept_is_removed(
    killable: str, throw_away: ThrowAway, tmp_path: Path
) -> None:
    load_shop(killable, shop(tmp_path / "old", 50))
    old, beside = checksum(killable), f"{NAME}__replaced"
    ask(throw_away.url, f"CREATE DATABASE `{beside}`")
    (throw_away.folder_of(beside) / "lines.ibd").write_bytes(b"a file of a table that is not there any more")
    new = shop(tmp_path / "new", 80)
    with pytest.raises(DatabaseError, match=f"folder: .*{throw_away.folder_of(beside).name}.* as it was"):
        load_shop(killable, new)
    assert checksum(killable) | {"beside": []} == old
    _again(throw_away, load_shop, killable, new)
    assert checksum(killable) != old


@pytest.mark.parametrize("victim", ["client", "server"])
def test_an_append_that_is_killed_leaves_all_of_it_or_nothing(
    killable: str, throw_away: ThrowAway, tmp_path: Path, victim: str
) -> None:
    def kill(client: BaseProcess) -> None:
        if victim == "client":
            client.kill()
            return
        throw_away.kill()
        end_of(client)
        throw_away.start()

    data, chance = tmp_path / "data", random.Random(20261120)
    first = toy.write_history(data, [2])
    backend, usual, new = backend_for(killable), 0.0, {}
    for moment in range(-1, MOMENTS):
        toy.write_history(data, [2])
        catch_up(backend, data, SHOP, first, schema=backend.schema_of(None), truncate=True)
        backend.close()
        old = checksum(killable)
        toy.write_history(data, [2, 8])
        if moment >= 0:
            _strike(append, killable, data, usual, chance, kill)
            _wait_for_the_end(killable)
            assert checksum(killable) | {"beside": []} in (old, new)
        since = time.perf_counter()
        _again(throw_away, append, killable, data)
        usual = time.perf_counter() - since
        new = checksum(killable)
        assert ask(killable, "SELECT count(*) FROM `order`") == [(240,)]
