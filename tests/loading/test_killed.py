"""Client, session and server are killed at moments of chance: the database holds all of the old or all of the new."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.loading.postgres.embedded.server import EmbeddedServer
from datagen.progress import Progress
from tests.support.queries import ask, checksum, wait_until

pytestmark = [pytest.mark.long, pytest.mark.slow]

ROOT = Path(__file__).parents[2]
MOMENTS = int(os.environ.get("DATAGEN_TEST_KILLS", "6"))
"""How many moments; `DATAGEN_TEST_KILLS=30` for a longer run."""
_SESSIONS = (
    "SELECT {} FROM pg_stat_activity WHERE application_name = 'datagen' AND pid <> pg_backend_pid() "
    "AND datname = current_database()"
)


def _load(url: str, directory: Path) -> None:
    with FitnessCenterDatabaseLoader(url, report=Progress(quiet=True)) as loader:
        loader.load(directory, truncate=True)


def _without_leftovers(found: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if name != "schemas"}


def _sessions(url: str) -> list[int]:
    """The server processes of a load, if it has some by now."""
    return [int(str(pid)) for (pid,) in ask(url, _SESSIONS.format("pid"))]


def _kill_embedded(victim: str, server: EmbeddedServer, client: subprocess.Popen[str]) -> None:
    if victim == "client":
        client.kill()
    elif victim == "server":
        pid = server.status().pid
        assert pid
        os.kill(pid, signal.SIGKILL)
    elif pids := _sessions(server.url):
        os.kill(random.choice(pids), signal.SIGKILL)


def _end(victim: str, url: str, client: subprocess.Popen[str]) -> None:
    """On a server that others use, too: no more than the load itself is ended."""
    if victim == "client":
        client.kill()
    elif pids := _sessions(url):
        ask(url, f"SELECT pg_terminate_backend({random.choice(pids)})")


def _survive(
    url: str,
    directories: dict[str, Path],
    victims: tuple[str, ...],
    kill: Callable[[str, subprocess.Popen[str]], None],
) -> None:
    """Kill a victim at moments of chance; the database is whole each time, and the next load works."""
    _load(url, directories["small"])
    # What a user has added is to be there at every moment, too.
    ask(url, "CREATE INDEX mine ON members (city); CREATE VIEW theirs AS SELECT count(*) FROM members")
    whole = {}
    for name, directory in directories.items():
        begun = time.perf_counter()
        _load(url, directory)
        usual = time.perf_counter() - begun
        whole[name] = _without_leftovers(checksum(url, "public"))
    chance = random.Random(20261120)
    there = "other"

    def strike(victim: str, wanted: str) -> None:
        command = "import sys; from database_loader import FitnessCenterDatabaseLoader as L; print(flush=True); "
        command += f"L({url!r}).load({str(directories[wanted])!r}, truncate=True)"
        client = subprocess.Popen(
            [sys.executable, "-c", command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert client.stdout
        client.stdout.readline()
        time.sleep(chance.uniform(0, 1.3 * usual + 0.3))
        kill(victim, client)
        client.communicate(timeout=60)

    for moment in range(MOMENTS):
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
        _load(url, directories[wanted])
        assert checksum(url, "public") == whole[wanted] | {"schemas": "[]"}
        there = wanted


def test_whatever_is_killed_the_database_is_whole_and_the_next_load_works(
    small: Path, other: Path, tmp_path: Path
) -> None:
    server = EmbeddedServer("tests", tmp_path / ".postgres")
    server.start()

    def kill(victim: str, client: subprocess.Popen[str]) -> None:
        _kill_embedded(victim, server, client)
        client.wait(60)
        server.start()

    try:
        _survive(server.url, {"small": small, "other": other}, ("client", "server", "session"), kill)
    finally:
        server.stop()


def test_a_load_that_is_ended_on_another_server_leaves_it_whole(small: Path, other: Path, system: str) -> None:
    def kill(victim: str, client: subprocess.Popen[str]) -> None:
        _end(victim, system, client)

    _survive(system, {"small": small, "other": other}, ("client", "session"), kill)
