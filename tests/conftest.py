"""What holds for all tests, and servers: the embedded one always, and a second one where that is asked for.

That is the one of `DATAGEN_TEST_SERVER=postgresql://user@host:port/`, whose user may create databases and roles;
`DATAGEN_TEST_SERVER=any` is 127.0.0.1:5432, if there is one.
"""

from __future__ import annotations

import gc
import os
import signal
from collections import defaultdict
from collections.abc import Generator, Iterator
from contextlib import contextmanager

import psycopg2
import pytest
from hypothesis import settings
from psycopg2 import sql

from datagen.loading.postgres.embedded.server import EmbeddedServer
from tests.support import disk  # noqa: F401 - which spares it
from tests.support.formats import Made, making_in
from tests.support.queries import schemas_dropped

ASKED = os.environ.get("DATAGEN_TEST_SERVER")
SYSTEM = "postgresql://postgres@127.0.0.1:5432/" if ASKED in (None, "any") else f"{ASKED.rstrip('/')}/"
SCRATCH = f"datagen_test_{os.getpid()}"
SERVERS = {"embedded", "system", "url", "mariadb"}
"""Fixtures that are, or ask, a database server."""

# A suite that is started in the background ignores Ctrl-C, and so would the processes that tests interrupt.
signal.signal(signal.SIGINT, signal.default_int_handler)

# No test is timed: a busy machine is no failure. `make check` tries fewer examples.
settings.register_profile("untimed", deadline=None)
settings.register_profile("quick", deadline=None, max_examples=25)
settings.load_profile("untimed")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Generator[None, object, object]:
    """Look for no garbage while modules are imported and tests collected: there is hardly any, and it takes a fifth."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.enable()


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark tests that use a server, and slow ones; begin with the longest: at the end, one of two workers would idle.

    It is done before pytest takes out what is not to run.
    """
    for item in items:
        if SERVERS & {*getattr(item, "fixturenames", ())} or "loading" in item.path.parts:
            item.add_marker("server")
    _mark_all_but_few(items)
    items.sort(key=lambda item: "long" not in item.keywords)


def pytest_collection_finish() -> None:
    """Take what was imported and collected out of garbage collection, which would look through all of it each time."""
    gc.collect()
    gc.freeze()


def pytest_unconfigure() -> None:
    """Let libraries clean up when the process ends: some say so where something of theirs is left."""
    gc.unfreeze()


def _mark_all_but_few(items: list[pytest.Item]) -> None:
    """Of a test that is marked `few(n)`, mark all cases as slow but `n`, which lie evenly among them."""
    cases = defaultdict(list)
    for item in items:
        if marker := item.get_closest_marker("few"):
            cases[item.nodeid.partition("[")[0], *marker.args].append(item)
    for (_, count), found in cases.items():
        kept = {step * len(found) // count for step in range(count)}
        for place, item in enumerate(found):
            if place not in kept:
                item.add_marker("slow")


@pytest.fixture(scope="session")
def made_as(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Gives the directory of a world's small data set in a format; it is not to be changed."""
    return making_in(tmp_path_factory.mktemp("made"))


@pytest.fixture(scope="session")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The URL of a database in an embedded server."""
    server = EmbeddedServer("tests", tmp_path_factory.mktemp("server") / ".postgres")
    server.start()
    _spare_the_disk(server.url)
    yield server.url
    server.stop()


def _spare_the_disk(url: str) -> None:
    """Have a server wait for no disk, nor for a checkpoint when a database is dropped: the machine does not go down."""
    connection = psycopg2.connect(url)
    connection.autocommit = True
    with connection.cursor() as cursor:
        for setting in ("fsync", "full_page_writes", "synchronous_commit"):
            cursor.execute(f"ALTER SYSTEM SET {setting} = off")
        cursor.execute("SELECT pg_reload_conf()")
    connection.close()


@pytest.fixture(scope="session")
def system() -> Iterator[str]:
    """The URL of a scratch database in the second server, if there is one; tests share it."""
    with _scratch(SCRATCH) as url:
        yield url


@pytest.fixture
def own(system: str) -> Iterator[str]:
    """The URL of a database in the second server that is the test's own, empty."""
    with _scratch(f"{SCRATCH}_own") as url:
        yield url


@contextmanager
def _scratch(database: str) -> Iterator[str]:
    if not ASKED:
        pytest.skip("No second server is asked for (DATAGEN_TEST_SERVER).")
    try:
        connection = psycopg2.connect(SYSTEM + "postgres", connect_timeout=3)
    except psycopg2.OperationalError:
        if ASKED != "any":  # a run that skips it proves nothing
            raise
        pytest.skip("There is no PostgreSQL server at 127.0.0.1:5432.")
    connection.autocommit = True
    name = sql.Identifier(database)
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL("CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0").format(name))
        cursor.execute(sql.SQL("ALTER DATABASE {} SET synchronous_commit = off").format(name))
    try:
        yield SYSTEM + database
    finally:
        with connection.cursor() as cursor:
            cursor.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))
        connection.close()


@pytest.fixture(scope="session", params=["embedded", "system"] if ASKED else ["embedded"])
def url(request: pytest.FixtureRequest) -> str:
    """Each server in turn."""
    return str(request.getfixturevalue(request.param))


@pytest.fixture
def schema(url: str) -> str:
    """A schema of the test's own; its name needs quotes."""
    return "Test schema"


@pytest.fixture(autouse=True)
def no_schema_left(request: pytest.FixtureRequest) -> Iterator[None]:
    """Drop the schemas that a test leaves in a shared database: tests run in any order, and two may use one name."""
    shared = next((name for name in ("url", "embedded", "system") if name in request.fixturenames), None)
    if shared is None or not str(address := request.getfixturevalue(shared)).startswith("postgresql:"):
        yield
        return
    with schemas_dropped(address):
        yield
