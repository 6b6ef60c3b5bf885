"""Loads of the toy world into several databases of a server, of any kind, that are interrupted and mended."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from datagen.errors import DatabaseError
from datagen.loading.backends import backend_for
from datagen.loading.load import Loaded
from datagen.loading.load_all import Part, load_all, parts_of, status, why_apart
from datagen.loading.preflight import opened
from tests.loading import toy
from tests.support.forks import begun, end_of

Load = Callable[..., Loaded]
Held = list[dict[str, Any]]
"""What each database holds."""


def load_into(parts: list[Part], directory: Path, schema: str, **options: Any) -> Loaded:
    """Load a directory into the databases, replacing what is there unless `options` say otherwise."""
    with opened(directory, toy.TABLES, "toy") as found:
        return load_all(parts, found, **{"schema": schema, "truncate": True, **options})


def load_all_of(directory: Path, url: str, prefix: str, schema: str) -> None:
    """Load a directory into the databases of a server, by connections of its own."""
    load_into(parts_of(backend_for(url), toy.TABLES, prefix), directory, schema)


@contextmanager
def without_the_second_swap(staging: Any) -> Iterator[None]:
    """The second database to be swapped, by a class of staging, loses its server before that."""
    swap, calls = staging.swap, []

    def once(self: Any, *arguments: Any) -> list[str]:
        calls.append(self)
        if len(calls) == 2:
            raise DatabaseError("The server is gone.")
        return list(swap(self, *arguments))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(staging, "swap", once)
        yield


def survive(
    parts: list[Part],
    client: tuple[str, str, str],
    directories: tuple[Path, Path],
    held: Callable[[list[Part]], Held],
    wait: Callable[[], object],
    moments: int,
) -> None:
    """Kill clients at moments of chance: each database is whole, and the same load again mends all.

    A `client` loads into a URL, databases that begin with a prefix, and a schema; `wait` waits for the end of what it
    has told the server to do.
    """
    schema, whole, usual = client[2], dict[Path, Held](), 0.0
    for directory in directories:
        since = time.perf_counter()
        load_into(parts, directory, schema)
        usual = time.perf_counter() - since
        whole[directory] = held(parts)
    for part in parts:
        part.backend.close()
    chance, (new, old) = random.Random(20240101), directories
    there = old
    for _ in range(moments):
        wanted = new if there == old else old
        process = begun(load_all_of, wanted, *client)
        time.sleep(chance.uniform(0, 1.2 * usual + 0.1))
        process.kill()
        end_of(process)
        wait()
        found = held(parts)
        for place, database in enumerate(found):
            assert database in (whole[there][place], whole[wanted][place])
        assert (why_apart(status(parts, schema)) == "") == (found in (whole[there], whole[wanted]))
        load_into(parts, wanted, schema)
        assert held(parts) == whole[wanted]
        assert why_apart(status(parts, schema)) == ""
        for part in parts:
            part.backend.close()
        there = wanted
