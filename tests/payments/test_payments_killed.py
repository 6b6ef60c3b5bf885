"""Client and session are killed at every step of an increment: the database holds all of the old or all of the new."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.loaded_history import Growth, loaded
from tests.support.queries import checksum

pytestmark = [pytest.mark.long, pytest.mark.server, pytest.mark.slow]

ROOT = Path(__file__).parents[2]

# An increment that is struck when its nth step begins: the process ends itself, as hard as can be, or has the server
# end its session.
_STRUCK = """
import os, signal, sys
from pathlib import Path
import psycopg2
from datagen.loading import append
from datagen.loading.postgres.appending import PostgresAppending
from datagen.loading.session import Session
from datagen.errors import DatabaseError
from datagen.jobs.one_database import load_directory
from datagen.payments.loading import history_of
from datagen.payments.world import WORLD
from datagen.progress import Progress

victim, left, directory, url, schema = sys.argv[1], int(sys.argv[2]), *sys.argv[3:]

def struck(step):
    def begun(*arguments):
        global left
        left -= 1
        if left == -1 and victim == "client":
            os.kill(os.getpid(), signal.SIGKILL)
        if left == -1:
            connection = psycopg2.connect(url)
            with connection, connection.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid) "
                               "WHERE l.locktype = 'advisory' AND a.application_name = 'datagen' "
                               "AND a.datname = current_database()")
        return step(*arguments)
    return begun

for kind in (append._Append, PostgresAppending):
    for name, step in list(vars(kind).items()):
        if callable(step) and name not in ("__init__", "_step", "_refusing", "cancel", "existing", "new"):
            setattr(kind, name, struck(step))
try:
    with Session("payments", "", url, schema, Progress(quiet=True)) as session:
        load_directory(WORLD, Path(directory), session, history_of(Path(directory)))
except DatabaseError as error:
    sys.exit(3 if "connection" in str(error) else str(error))
sys.exit(4 if left >= 0 else 0)
"""
_DONE = 4


def struck(victim: str, step: int, directory: Path, url: str, schema: str) -> int:
    """Load an increment of which a step is struck; the exit status, `_DONE` if there is no such step."""
    line = [sys.executable, "-c", _STRUCK, victim, str(step), str(directory), url, schema]
    done = subprocess.run(line, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True)
    assert done.returncode in (0, 3, _DONE, -signal.SIGKILL), done.stderr
    return done.returncode


@pytest.mark.parametrize("victim", ["client", "session"])
def test_whatever_is_killed_the_database_is_whole_and_the_next_load_works(
    victim: str, growth: Growth, url: str, schema: str
) -> None:
    loaded(growth.steps[1], url, schema)
    new = checksum(url, schema)
    loaded(growth.steps[0], url, schema, truncate=True)
    old, ends = checksum(url, schema), []
    for step in range(40):
        ends.append(struck(victim, step, growth.steps[1], url, schema))
        found = checksum(url, schema)
        assert found in (old, new), step
        if ends[-1] == _DONE:
            break
        assert found == old, step
    assert ends[-1] == _DONE and len(ends) > 10
    assert checksum(url, schema) == new
    assert set(ends[:-1]) == {-signal.SIGKILL if victim == "client" else 3}
