"""Client, session and server are killed at moments of chance: the database holds all of the old or all of the new."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.loading.postgres.embedded.server import EmbeddedServer
from datagen.progress import Progress
from tests.support.forks import begun, end_of
from tests.support.queries import ask, checksum, wait_until
from tests.support.shops import exported, load_into

pytestmark = [pytest.mark.long, pytest.mark.slow]

MOMENTS = {
    name: int(os.environ.get("DATAGEN_TEST_KILLS", usual)) for name, usual in {"fitness": 3, "ecommerce": 3}.items()
}
"""How many moments of a world; `DATAGEN_TEST_KILLS=30` for a longer run."""
_SESSIONS = (
    "SELECT {} FROM pg_stat_activity WHERE application_name = 'datagen' AND pid <> pg_backend_pid() "
    "AND datname = current_database()"
)


def load_fitness(url: str, directory: Path) -> None:
    """Load a data set of the fitness world."""
    with FitnessCenterDatabaseLoader(url, report=Progress(quiet=True)) as loader:
        loader.load(directory, truncate=True)


def load_shop(url: str, directory: Path) -> None:
    """Load a marketplace, by month if the directory's name says so."""
    load_into(url, directory, partition="month" if directory.name == "months" else None)


@dataclass(frozen=True)
class _World:
    """Two data sets of a world, what loads them, and what a user has added to its tables."""

    load: Callable[[str, Path], None]
    directories: dict[str, Path]
    added: str
    moments: int


@pytest.fixture(params=["fitness", "ecommerce"])
def world(request: pytest.FixtureRequest, tmp_path: Path) -> _World:
    """Each world in turn."""
    if request.param == "fitness":
        names = ("small", "other")
        added = "CREATE INDEX mine ON members (city); CREATE VIEW theirs AS SELECT count(*) FROM members"
        return _World(load_fitness, {name: request.getfixturevalue(name) for name in names}, added, MOMENTS["fitness"])
    directories = {
        "small": exported(tmp_path / "whole", orders=300),
        "other": exported(tmp_path / "months", orders=900, seed=7),
    }
    added = 'CREATE INDEX mine ON product (price); CREATE VIEW theirs AS SELECT count(*) FROM "order"'
    return _World(load_shop, directories, added, MOMENTS["ecommerce"])


def _without_leftovers(found: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if name != "schemas"}


def _sessions(url: str) -> list[int]:
    """The server processes of a load, if it has some by now."""
    return [int(str(pid)) for (pid,) in ask(url, _SESSIONS.format("pid"))]


def _kill_embedded(victim: str, server: EmbeddedServer, client: BaseProcess) -> None:
    if victim == "client":
        client.kill()
    elif victim == "server":
        pid = server.status().pid
        assert pid
        os.kill(pid, signal.SIGKILL)
    elif pids := _sessions(server.url):
        os.kill(random.choice(pids), signal.SIGKILL)


def _end(victim: str, url: str, client: BaseProcess) -> None:
    """On a server that others use, too: no more than the load itself is ended."""
    if victim == "client":
        client.kill()
    elif pids := _sessions(url):
        ask(url, f"SELECT pg_terminate_backend({random.choice(pids)})")


def _survive(url: str, world: _World, victims: tuple[str, ...], kill: Callable[[str, BaseProcess], None]) -> None:
    """Kill a victim at moments of chance; the database is whole each time, and the next load works."""
    world.load(url, world.directories["small"])
    # What a user has added is to be there at every moment, too.
    ask(url, world.added)
    whole, usual = {}, 0.0
    for name, directory in world.directories.items():
        since = time.perf_counter()
        world.load(url, directory)
        usual = time.perf_counter() - since
        whole[name] = _without_leftovers(checksum(url, "public"))
    chance = random.Random(20261120)
    there = "other"

    def strike(victim: str, wanted: str) -> None:
        client = begun(world.load, url, world.directories[wanted])
        time.sleep(chance.uniform(0, 1.3 * usual + 0.3))
        kill(victim, client)
        end_of(client)

    for moment in range(world.moments):
        victim = victims[moment % len(victims)]
        wanted = "small" if there == "other" else "other"
        strike(victim, wanted)
        # What the server was told to do, such as to commit, it ends first: only then do many queries see one state.
        wait_until(url, _SESSIONS.format("count(*)"), [(0,)])
        found = _without_leftovers(checksum(url, "public"))
        assert found in (whole[there], whole[wanted]), (moment, victim)
        assert ask(url, "SELECT count(*) FROM pg_indexes WHERE (schemaname, indexname) = ('public', 'mine')") == [(1,)]
        if moment % 3 == 0:
            strike(victim, there)  # and the next load comes at once
        world.load(url, world.directories[wanted])
        assert checksum(url, "public") == whole[wanted] | {"schemas": "[]"}
        there = wanted


def test_whatever_is_killed_the_database_is_whole_and_the_next_load_works(world: _World, tmp_path: Path) -> None:
    server = EmbeddedServer("tests", tmp_path / ".postgres")
    server.start()

    def kill(victim: str, client: BaseProcess) -> None:
        _kill_embedded(victim, server, client)
        end_of(client)
        server.start()

    try:
        _survive(server.url, world, ("client", "server", "session"), kill)
    finally:
        server.stop()


def test_a_load_that_is_ended_on_another_server_leaves_it_whole(world: _World, own: str) -> None:
    def kill(victim: str, client: BaseProcess) -> None:
        _end(victim, own, client)

    _survive(own, world, ("client", "session"), kill)
