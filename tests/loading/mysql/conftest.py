"""A server of MariaDB: the one of 127.0.0.1:3306 if there is one, else one that is started for the tests.

`DATAGEN_TEST_MYSQLD=/usr/sbin/mysqld` tries another program, MySQL or MariaDB.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from database_loader import FitnessCenterDatabaseLoader
from datagen.progress import Progress
from tests.loading.mysql.server import PROGRAM, ThrowAway, ask, drop, standing, with_database

NAME = f"datagen test {os.getpid()}"
"""Of a database; it needs quotes."""


@pytest.fixture(scope="session")
def throw_away(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ThrowAway]:
    """A server that a test may kill and start again."""
    if PROGRAM is None:
        pytest.skip("There is no program mariadbd here (Debian: mariadb-server-core).")
    server = ThrowAway(tmp_path_factory.mktemp("mariadb"))
    server.start()
    yield server
    server.stop()


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> str:
    """The URL of a server whose user root has no password."""
    if found := standing():
        return found
    if PROGRAM is None:
        pytest.skip("There is neither a MariaDB at 127.0.0.1:3306 nor a program mariadbd (mariadb-server-core).")
    return str(request.getfixturevalue("throw_away").url)


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """The URL of a database of the test's own, empty."""
    found = with_database(server, NAME)
    drop(found)
    ask(server, f"CREATE DATABASE `{NAME}`")
    yield found
    drop(found)


@pytest.fixture
def killable(throw_away: ThrowAway) -> Iterator[str]:
    """A database on a server that may be killed, empty."""
    url = with_database(throw_away.url, NAME)
    throw_away.drop(url)
    ask(throw_away.url, f"CREATE DATABASE `{NAME}`")
    yield url
    throw_away.drop(url)


@pytest.fixture
def loader(url: str) -> Iterator[FitnessCenterDatabaseLoader]:
    """A loader into that database that prints nothing."""
    with FitnessCenterDatabaseLoader(url, report=Progress(quiet=True)) as made:
        yield made
