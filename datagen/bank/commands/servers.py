"""The server that holds the six databases, and what is in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from datagen import console, jobs
from datagen.bank.commands.names import prefix as checked_prefix
from datagen.bank.vocabulary import DATABASES
from datagen.bank.world import WORLD
from datagen.errors import NoSuchDatabase, UsageError
from datagen.frozen import dataclass
from datagen.progress import Progress

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812

    from datagen.loading.load_all import DatabaseStatus, Part

SCHEMA = "public"


def server_options(function: console.Command) -> console.Command:
    """--database-url and --prefix."""
    url = "Server to use, postgresql://user@host:port  [default: DATABASE_URL, or an embedded one in .postgres/]"
    before = "Put this before the names of the six databases."
    function = click.option("--prefix", cls=console.Setting, metavar="P", help=before)(function)
    return click.option("--database-url", metavar="URL", help=url)(function)


@dataclass(frozen=True)
class TableState:
    """What a database holds of one table: its rows, None where there is no table."""

    name: str
    rows: int | None


@dataclass(frozen=True)
class State:
    """What one of the databases holds."""

    name: str
    exists: bool
    tables: tuple[TableState, ...] = ()
    bytes: int = 0

    @property
    def rows(self) -> int:
        """All rows of our tables."""
        return sum(table.rows or 0 for table in self.tables)

    @property
    def table_count(self) -> int:
        """How many of our tables are there."""
        return sum(table.rows is not None for table in self.tables)

    @property
    def word(self) -> str:
        """`missing`, `empty` or `filled`."""
        if not self.exists or all(table.rows is None for table in self.tables):
            return "missing"
        return "filled" if self.rows else "empty"


def is_postgres(target: jobs.Target) -> bool:
    """Whether a server is PostgreSQL, which alone is asked for more than the loader knows of any."""
    session = target.session(WORLD, Progress(quiet=True))
    return session.server is not None or session.backend.facts.dialect == "postgresql"


class Server:
    """A server and the six databases on it; a context manager that closes the connections."""

    def __init__(self, url: str | None, prefix: str | None, progress: Progress) -> None:
        """Choose the server; it is reached when it is asked.

        Raises:
            UsageError: for a URL or prefix that is none, and for another kind of server than PostgreSQL.
        """
        from datagen.jobs.several_databases import Databases

        self.prefix = checked_prefix(prefix)
        target = jobs.Target(url, prefix=self.prefix)
        if not is_postgres(target):
            raise UsageError(
                "dhub works with PostgreSQL, which the URL is not one of. On other servers, use "
                f"datagen {WORLD.name} load, verify-database and status."
            )
        self.session = target.session(WORLD, progress)
        self.databases = Databases(WORLD, self.session, self.prefix)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.databases.close()
        self.session.close()

    @property
    def there(self) -> bool:
        """Whether there can be a server: an embedded one exists once it has been loaded into."""
        server = self.session.server
        return server is None or server.data.exists()

    def start(self) -> None:
        """Start the embedded server, if that is the one.

        Raises:
            DatabaseError: where there is none.
        """
        jobs.refuse_no_server(WORLD, self.session)
        self.session.start()

    def part(self, name: str) -> Part:
        """One of the databases."""
        return next(part for part in self.databases.parts if part.name == name)

    def states(self) -> list[State]:
        """What each database holds now; nothing is changed, and an embedded server that is not there not made.

        Raises:
            DatabaseError: where the server cannot be reached.
        """
        if not self.there:
            return [State(name, exists=False) for name in DATABASES]
        self.start()
        return [_state(part) for part in self.databases.parts]

    def loads(self) -> list[DatabaseStatus]:
        """What each database says of where its rows came from."""
        return self.databases.status() if self.there else []


def _state(part: Part) -> State:
    from datagen.schema import load_order, quoted

    try:
        connection = part.backend.connect()
    except NoSuchDatabase:
        return State(part.name, exists=False)
    with asking(part, connection) as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace "
            "WHERE n.nspname = %s AND c.relkind IN ('r', 'p')",
            (SCHEMA,),
        )
        there = {name for (name,) in cursor.fetchall()}
        tables = []
        for table in load_order(part.metadata):
            rows = None
            if table.name in there:
                cursor.execute(f"SELECT count(*) FROM {quoted(SCHEMA)}.{quoted(table.name)}")  # noqa: S608 - our names
                rows = cursor.fetchone()[0]
            tables.append(TableState(table.name, rows))
        cursor.execute("SELECT pg_database_size(current_database())")
        (size,) = cursor.fetchone()
    return State(part.name, True, tuple(tables), size)


@contextmanager
def asking(part: Part, connection: Connection) -> Iterator[Any]:
    """A cursor whose errors are one line."""
    from datagen.loading.postgres.connection import explained

    with explained(part.backend.url), connection.cursor() as cursor:
        yield cursor


def run_of(loads: Sequence[DatabaseStatus]) -> dict[str, Any] | None:
    """The run that the data comes from: seed, scale, end date, release and time; None where nothing is loaded."""
    files = [file for item in loads for file in item.files if file.generation]
    if not files:
        return None
    first = files[0]
    options = json.loads(first.options or "{}")
    return {
        "seed": first.seed,
        "scale": options.get("scale"),
        "customers": options.get("customers"),
        "employees": options.get("employees"),
        "end_date": options.get("end_date"),
        "release": first.release,
        "time": max((item.loaded_at for item in loads if item.loaded_at), default=None),
        "run": first.generation,
    }
