"""Client, session and server are killed at moments of chance: the database holds all of the old or all of the new."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import psycopg2
from asking import checksum

from database_loader import FitnessCenterDatabaseLoader
from datagen.database.embedded import EmbeddedServer
from datagen.progress import Report

ROOT = Path(__file__).parents[2]
MOMENTS = int(os.environ.get("DATAGEN_TEST_KILLS", "6"))
"""How many moments; `DATAGEN_TEST_KILLS=30` for a longer run."""


def _loader(server: EmbeddedServer) -> FitnessCenterDatabaseLoader:
    return FitnessCenterDatabaseLoader(server.url, report=Report(quiet=True))


def _without_leftovers(found: dict[str, str]) -> dict[str, str]:
    return {name: value for name, value in found.items() if name != "schemas"}


def _kill(victim: str, server: EmbeddedServer, client: subprocess.Popen[str]) -> None:
    if victim == "client":
        client.kill()
    elif victim == "server":
        pid = server.status().pid
        assert pid
        os.kill(pid, signal.SIGKILL)
    else:  # a session of the load, if it has one by now
        with psycopg2.connect(server.url) as connection, connection.cursor() as cursor:
            cursor.execute(
                "SELECT pid FROM pg_stat_activity WHERE application_name = 'datagen' AND pid <> pg_backend_pid()"
            )
            pids = [row[0] for row in cursor.fetchall()]
        connection.close()
        if pids:
            os.kill(random.choice(pids), signal.SIGKILL)


def test_whatever_is_killed_the_database_is_whole_and_the_next_load_works(
    small: Path, other: Path, tmp_path: Path
) -> None:
    server = EmbeddedServer("tests", tmp_path / ".postgres")
    server.start()
    directories = {"small": small, "other": other}
    whole = {}
    for name, directory in directories.items():
        begun = time.perf_counter()
        _loader(server).load(directory, truncate=True)
        usual = time.perf_counter() - begun
        whole[name] = _without_leftovers(checksum(server.url, "public"))
    chance = random.Random(20261120)
    there = "other"
    try:
        for moment in range(MOMENTS):
            victim = ("client", "server", "session")[moment % 3]
            wanted = "small" if there == "other" else "other"
            command = "import sys; from database_loader import FitnessCenterDatabaseLoader as L; print(flush=True); "
            command += f"L({server.url!r}).load({str(directories[wanted])!r}, truncate=True)"
            client = subprocess.Popen(
                [sys.executable, "-c", command], cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
            )
            assert client.stdout
            client.stdout.readline()
            time.sleep(chance.uniform(0, 1.3 * usual + 0.3))
            _kill(victim, server, client)
            client.communicate(timeout=60)
            server.start()
            found = _without_leftovers(checksum(server.url, "public"))
            assert found in (whole[there], whole[wanted]), (moment, victim)
            _loader(server).load(directories[wanted], truncate=True)
            assert checksum(server.url, "public") == whole[wanted] | {"schemas": "[]"}
            there = wanted
    finally:
        server.stop()
