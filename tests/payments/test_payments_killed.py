"""Client and session are killed at every step of an increment: the database holds all of the old or all of the new."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from datagen.errors import DatabaseError
from datagen.loading import append
from datagen.loading.postgres.appending import PostgresAppending
from tests.support.forks import ended
from tests.support.loaded_history import Growth, loaded
from tests.support.queries import ask, checksum

pytestmark = [pytest.mark.long, pytest.mark.server, pytest.mark.slow]

_BROKEN, _UNTOUCHED = 3, 4
"""Exit statuses: the connection was lost, and there is no such step."""


@pytest.fixture
def url(embedded: str) -> str:
    """One server is enough: what a kill leaves is the same on any."""
    return embedded


def struck(victim: str, step: int, directory: Path, url: str, schema: str) -> None:
    """Load an increment of which a step is struck: as it begins, the process ends itself, as hard as can be, or has the
    server end its session."""
    left = step

    def strike() -> None:
        if victim == "client":
            os.kill(os.getpid(), signal.SIGKILL)
        ask(
            url,
            "SELECT pg_terminate_backend(l.pid) FROM pg_locks l JOIN pg_stat_activity a USING (pid) WHERE l.locktype = "
            "'advisory' AND a.application_name = 'datagen' AND a.datname = current_database()",
        )

    def counted(step: Callable[..., object]) -> Callable[..., object]:
        def begin(*arguments: object) -> object:
            nonlocal left
            left -= 1
            if left == -1:
                strike()
            return step(*arguments)

        return begin

    for kind in (append._Append, PostgresAppending):
        for name, step_ in list(vars(kind).items()):
            if callable(step_) and name not in ("__init__", "_step", "_refusing", "cancel", "existing", "new"):
                setattr(kind, name, counted(step_))
    try:
        loaded(directory, url, schema)
    except DatabaseError as error:
        assert "connection" in str(error)
        sys.exit(_BROKEN)
    sys.exit(_UNTOUCHED if left >= 0 else 0)


@pytest.mark.parametrize("victim", ["client", "session"])
def test_whatever_is_killed_the_database_is_whole_and_the_next_load_works(
    victim: str, growth: Growth, url: str, schema: str
) -> None:
    loaded(growth.steps[1], url, schema)
    new = checksum(url, schema)
    loaded(growth.steps[0], url, schema, truncate=True)
    old, ends = checksum(url, schema), []
    for step in range(40):
        ends.append(ended(struck, victim, step, growth.steps[1], url, schema))
        found = checksum(url, schema)
        assert found in (old, new), step
        if ends[-1] == _UNTOUCHED:
            break
        assert found == old, step
    assert ends[-1] == _UNTOUCHED and len(ends) > 10
    assert checksum(url, schema) == new
    assert set(ends[:-1]) == {-signal.SIGKILL if victim == "client" else _BROKEN}
