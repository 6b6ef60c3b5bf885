"""Client, session and server are killed while six databases are loaded: each is whole, and the next run mends all."""

from __future__ import annotations

import json
import os
import random
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from multiprocessing.process import BaseProcess
from pathlib import Path

import pytest

from datagen import jobs
from datagen.bank.commands.dhub import command
from datagen.bank.vocabulary import DATABASES
from datagen.console import run_command
from datagen.jobs.several_databases import Databases
from datagen.loading.backends import backend_for
from datagen.loading.postgres.embedded.server import EmbeddedServer
from tests.support.forks import begun, end_of
from tests.support.queries import ask, checksum, wait_until

pytestmark = [pytest.mark.long, pytest.mark.slow, pytest.mark.server]

MOMENTS = int(os.environ.get("DATAGEN_TEST_KILLS", "3"))
"""How many kills, of each victim in turn; `DATAGEN_TEST_KILLS=20` for a longer run."""
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


def dhub(place: Path, *arguments: str) -> None:
    """Run the command in a directory, as the leader of a group of processes; it verifies nothing, which only reads."""
    os.chdir(place)
    os.setpgid(0, 0)
    Databases.verify = lambda *_, **__: None  # type: ignore[assignment, method-assign, return-value]
    jobs.refuse_broken_database = lambda _: None
    sys.exit(run_command(command, arguments))


def seed_all(server: EmbeddedServer, place: Path, seed: int) -> BaseProcess:
    line = ("seed", "all", *SMALL, "--seed", str(seed), "--replace", "--quiet", "--database-url", server.url)
    return begun(dhub, place, *line)


def held(server: EmbeddedServer) -> Held:
    """What each database holds, without what a load may have left beside it."""
    found = {name: checksum(backend_for(server.url).beside(name).url, "public") for name in DATABASES}
    return {name: {table: rows for table, rows in all_.items() if table != "schemas"} for name, all_ in found.items()}


def strike(victim: str, server: EmbeddedServer, client: BaseProcess) -> None:
    if victim == "client":
        assert client.pid
        with suppress(ProcessLookupError):  # it may have ended
            os.killpg(client.pid, signal.SIGKILL)
    elif victim == "server":
        pid = server.status().pid
        assert pid
        os.kill(pid, signal.SIGKILL)
    else:
        for (pid,) in ask(server.url, SESSIONS.format("pid"))[:1]:
            os.kill(int(str(pid)), signal.SIGKILL)


def state(server: EmbeddedServer, capsys: pytest.CaptureFixture[str]) -> tuple[int, bool]:
    """The exit status of `seed status`, and whether it says that the six belong together."""
    capsys.readouterr()
    status = run_command(command, ["seed", "status", "--json", "--database-url", server.url])
    return status, json.loads(capsys.readouterr().out)["apart"] is None


def test_whatever_is_killed_each_database_is_whole_status_is_true_and_the_next_run_mends(
    server: EmbeddedServer, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    whole: dict[int, Held] = {}
    usual = 0.0
    for seed in SEEDS:
        since = time.perf_counter()
        assert end_of(seed_all(server, tmp_path, seed)) == 0
        usual = time.perf_counter() - since
        whole[seed] = held(server)
    chance, there = random.Random(20261120), SEEDS[-1]
    for moment in range(MOMENTS):
        wanted = next(seed for seed in SEEDS if seed != there)
        victim = ("client", "session", "server")[moment % 3]
        client = seed_all(server, tmp_path, wanted)
        time.sleep(chance.uniform(0.3 * usual, 1.1 * usual))  # before that, nothing is loaded
        strike(victim, server, client)
        end_of(client)
        server.start()
        # What the server was told to do, such as to commit, it ends first.
        wait_until(server.url, SESSIONS.format("count(*)"), [(0,)])
        found = held(server)
        for name in DATABASES:
            assert found[name] in [whole[seed][name] for seed in SEEDS], (moment, victim, name)
        together = found in whole.values()
        assert state(server, capsys) == (0 if together else 1, together), (moment, victim)
        assert end_of(seed_all(server, tmp_path, wanted)) == 0
        assert held(server) == whole[wanted], (moment, victim)
        there = wanted
