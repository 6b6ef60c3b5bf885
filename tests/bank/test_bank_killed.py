"""Client, session and server are killed while six databases are loaded: each is whole, and the next run mends all."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from datagen.bank.vocabulary import DATABASES
from datagen.loading.backends import backend_for
from datagen.loading.postgres.embedded.server import EmbeddedServer
from tests.support.queries import ask, checksum, wait_until

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.server]

ROOT = Path(__file__).parents[2]
MOMENTS = int(os.environ.get("DATAGEN_TEST_KILLS", "4"))
"""How many kills; `DATAGEN_TEST_KILLS=20` for a longer run."""
SMALL = ("--customers", "40", "--employees", "10", "--end-date", "2026-11-20")
SEEDS = (1, 2)
SESSIONS = "SELECT {} FROM pg_stat_activity WHERE application_name = 'datagen'"
Held = dict[str, dict[str, str]]


@pytest.fixture
def server(tmp_path: Path) -> Iterator[EmbeddedServer]:
    """A server of the test's own, since it is killed."""
    made = EmbeddedServer("tests", tmp_path / ".postgres")
    made.start()
    yield made
    made.start()
    made.stop()


def dhub(server: EmbeddedServer, place: Path, *arguments: str) -> subprocess.Popen[str]:
    line = [sys.executable, "-m", "datagen.bank", *arguments, "--database-url", server.url]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(line, cwd=place, env=environment, text=True, start_new_session=True, **pipes)


def seed_all(server: EmbeddedServer, place: Path, seed: int) -> subprocess.Popen[str]:
    return dhub(server, place, "seed", "all", *SMALL, "--seed", str(seed), "--replace", "--quiet")


def held(server: EmbeddedServer) -> Held:
    """What each database holds, without what a load may have left beside it."""
    found = {name: checksum(backend_for(server.url).beside(name).url, "public") for name in DATABASES}
    return {name: {table: rows for table, rows in all_.items() if table != "schemas"} for name, all_ in found.items()}


def strike(victim: str, server: EmbeddedServer, client: subprocess.Popen[str]) -> None:
    if victim == "client":
        os.killpg(client.pid, signal.SIGKILL)
    elif victim == "server":
        pid = server.status().pid
        assert pid
        os.kill(pid, signal.SIGKILL)
    else:
        for (pid,) in ask(server.url, SESSIONS.format("pid"))[:1]:
            os.kill(int(str(pid)), signal.SIGKILL)


def state(server: EmbeddedServer, place: Path) -> tuple[int, bool]:
    """The exit status of `seed status`, and whether it says that the six belong together."""
    client = dhub(server, place, "seed", "status", "--json")
    out, _ = client.communicate(timeout=120)
    return client.returncode, json.loads(out)["apart"] is None


def test_whatever_is_killed_each_database_is_whole_status_is_true_and_the_next_run_mends(
    server: EmbeddedServer, tmp_path: Path
) -> None:
    whole: dict[int, Held] = {}
    usual = 0.0
    for seed in SEEDS:
        begun = time.perf_counter()
        client = seed_all(server, tmp_path, seed)
        _, told = client.communicate(timeout=300)
        assert client.returncode == 0, told
        usual = time.perf_counter() - begun
        whole[seed] = held(server)
    chance, there = random.Random(20261120), SEEDS[-1]
    for moment in range(MOMENTS):
        wanted = next(seed for seed in SEEDS if seed != there)
        victim = ("client", "session", "server")[moment % 3]
        client = seed_all(server, tmp_path, wanted)
        time.sleep(chance.uniform(0.3 * usual, 1.1 * usual))  # before that, nothing is loaded
        strike(victim, server, client)
        client.communicate(timeout=300)
        server.start()
        # What the server was told to do, such as to commit, it ends first.
        wait_until(server.url, SESSIONS.format("count(*)"), [(0,)])
        found = held(server)
        for name in DATABASES:
            assert found[name] in [whole[seed][name] for seed in SEEDS], (moment, victim, name)
        together = found in whole.values()
        assert state(server, tmp_path) == (0 if together else 1, together), (moment, victim)
        again = seed_all(server, tmp_path, wanted)
        _, told = again.communicate(timeout=300)
        assert again.returncode == 0, told
        assert held(server) == whole[wanted], (moment, victim)
        there = wanted
