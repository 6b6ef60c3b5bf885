"""Fixtures for the tests of other projects: generated tables, and a loaded database that is thrown away.

pytest finds this module by its entry point; what takes time is imported where a fixture is used.

    def test_members_pay(datagen_database):  # a small sample, the same every day
        with closing(datagen_database.connect()) as connection: ...

    @pytest.mark.datagen("bank", customers=40)  # another world, and options of `datagen.bank(...)`
    def test_salaries_arrive(datagen_tables):
        assert len(datagen_tables["transactions"])
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import field
from typing import TYPE_CHECKING, Any, Protocol

import pytest

from datagen.frozen import dataclass

if TYPE_CHECKING:
    from datagen.loading.postgres.embedded.server import EmbeddedServer
    from datagen.tables import Tables
    from datagen.world import World

_MARK = "datagen"
_DAYS = ("start_date", "end_date")


@dataclass(frozen=True)
class Database:
    """A loaded database of one's own: what a test changes in it, no other test sees."""

    tables: Tables = field(repr=False)
    """What is loaded."""
    urls: Mapping[str, str]
    """The URL of each database of the world by name; most worlds have one, of their own name."""

    @property
    def url(self) -> str:
        """The URL of the database (`postgresql://...`), for libpq and everything built on it.

        Raises:
            UsageError: for a world that has several databases.
        """
        from datagen.errors import UsageError

        if len(self.urls) > 1:
            known = ", ".join(self.urls)
            raise UsageError(f"The world {self.tables.world.name} has several databases. Take urls[...] of {known}.")
        return next(iter(self.urls.values()))

    def connect(self, name: str | None = None) -> Any:
        """A new psycopg2 connection, to the database of that name if there are several; the caller closes it.

        Raises:
            UsageError: without a name, for a world that has several databases.
            KeyError: for a name that is none.
        """
        import psycopg2

        return psycopg2.connect(self.url if name is None else self.urls[name])


class DatabaseFactory(Protocol):
    """What `datagen_database_factory` gives."""

    def __call__(self, world: str | None = None, /, **options: Any) -> Database:
        """A loaded database of one's own, of a world and options of its `datagen.WORLD(...)`.

        Raises:
            UsageError: for a world or an option that does not exist, or a value that cannot be.
        """


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    text = f"{_MARK}(world, **options): what the fixtures of datagen generate, by the options of datagen.WORLD(...)"
    config.addinivalue_line("markers", text)


@dataclasses.dataclass
class _Sets:
    """The data sets of a session: each is generated once, and loaded once into databases that others are copied from.

    The one server that holds them starts with the first database.
    """

    ends: ExitStack
    made: dict[str, Tables] = field(default_factory=dict)
    originals: dict[str, str] = field(default_factory=dict)
    """What goes before the names of the databases that hold a data set as it was loaded."""
    copies: int = 0
    server: EmbeddedServer | None = None

    def tables(self, world: str | None, options: Mapping[str, Any]) -> Tables:
        """The tables of a world with options, the same for all that ask for them."""
        from datagen.tables import generated

        found, chosen = _chosen(world, options)
        key = _key(found, chosen)
        if key not in self.made:
            self.made[key] = generated(found, chosen)
        return self.made[key]

    def database(self, world: str | None, options: Mapping[str, Any], ends: ExitStack) -> Database:
        """A database of one's own, which `ends` drops."""
        tables = self.tables(world, options)
        original = self._loaded(tables)
        self.copies += 1
        prefix = f"copy_{self.copies}_"
        names = _names(tables.world)
        for name in names:
            self._run("CREATE DATABASE {} TEMPLATE {}", prefix + name, original + name)
            ends.callback(self._run, "DROP DATABASE {} WITH (FORCE)", prefix + name)
        assert self.server
        return Database(tables, {name: self.server.url_of(prefix + name) for name in names})

    def _loaded(self, tables: Tables) -> str:
        """What goes before the names of the databases that hold a data set as it was loaded."""
        from datagen import jobs
        from datagen.loading.postgres.embedded.throwaway import throwaway
        from datagen.progress import Progress

        if self.server is None:
            self.server = self.ends.enter_context(throwaway("datagen"))
        key = str(tables.directory)
        if key not in self.originals:
            prefix, names = f"loaded_{len(self.originals)}_", _names(tables.world)
            target = jobs.Target(
                self.server.url_of(prefix + names[0]), create_database=True, prefix=prefix, verify=False
            )
            jobs.load(tables.world, tables.directory, target, Progress(quiet=True))
            self.originals[key] = prefix
        return self.originals[key]

    def _run(self, statement: str, *names: str) -> None:
        import psycopg2
        from psycopg2 import sql

        assert self.server
        with closing(psycopg2.connect(self.server.url)) as connection, connection.cursor() as cursor:
            connection.autocommit = True
            cursor.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def _names(world: World) -> tuple[str, ...]:
    return world.databases or (world.name,)


def _chosen(name: str | None, options: Mapping[str, Any]) -> tuple[World, Mapping[str, Any]]:
    """A world, and what it is to be asked for: a sample by default, and its days where none are given."""
    from datagen.errors import UsageError
    from datagen.world import worlds

    known = worlds()
    if name is None:
        world = next(world for world in known.values() if world.usual)
    elif name in known:
        world = known[name]
    else:
        raise UsageError(f"There is no world {name}; there are {', '.join(known)}.")
    days = {option: value for option, value in world.sample.items() if option in _DAYS}
    return world, {**days, **options} if options else world.sample


def _key(world: World, options: Mapping[str, Any]) -> str:
    return f"{world.name} {sorted((name, repr(value)) for name, value in options.items())}"


@pytest.fixture(scope="session")
def _datagen_sets() -> Iterator[_Sets]:
    with ExitStack() as ends:
        yield _Sets(ends)


def _asked(request: pytest.FixtureRequest) -> tuple[str | None, Mapping[str, Any]]:
    mark = request.node.get_closest_marker(_MARK)
    if mark is None:
        return None, {}
    if len(mark.args) > 1:
        pytest.fail(f"@pytest.mark.{_MARK} takes one world, and options by name; not {mark.args}.", pytrace=False)
    return next(iter(mark.args), None), mark.kwargs


@contextmanager
def _in_a_line() -> Iterator[None]:
    """Fail with the message of an error that says what to do, not with a traceback of ours."""
    from datagen.errors import DatagenError

    try:
        yield
    except DatagenError as error:
        pytest.fail(str(error), pytrace=False)


@pytest.fixture
def datagen_tables(request: pytest.FixtureRequest, _datagen_sets: _Sets) -> Tables:
    """Generated tables without a server, as `datagen.fitness(...)` gives them; others by `@pytest.mark.datagen`."""
    with _in_a_line():
        return _datagen_sets.tables(*_asked(request))


@pytest.fixture
def datagen_database(request: pytest.FixtureRequest, _datagen_sets: _Sets) -> Iterator[Database]:
    """A loaded PostgreSQL database of the test's own, which goes after it; others by `@pytest.mark.datagen`."""
    with ExitStack() as ends:
        with _in_a_line():
            database = _datagen_sets.database(*_asked(request), ends)
        yield database


@pytest.fixture(scope="session")
def datagen_database_factory(_datagen_sets: _Sets) -> Iterator[DatabaseFactory]:
    """Makes loaded databases, which go with the session: `datagen_database_factory("bank", customers=40)`."""

    def make(world: str | None = None, /, **options: Any) -> Database:
        return _datagen_sets.database(world, options, ends)

    with ExitStack() as ends:
        yield make
