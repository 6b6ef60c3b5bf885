"""The server that holds the six databases, and what is in them."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

import click

from datagen import console
from datagen.bank.commands.names import prefix as checked_prefix
from datagen.bank.vocabulary import DATABASES
from datagen.bank.world import WORLD
from datagen.errors import DatabaseError, NoSuchDatabase
from datagen.progress import Progress

if TYPE_CHECKING:
    from psycopg2.extensions import connection as Connection  # noqa: N812

    from datagen.loading.load_all import DatabaseStatus, Part
    from datagen.loading.session import Session

SCHEMA = "public"
_NOTE = re.compile(r"dhub (\w+) (\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)")
"""What is noted as the comment of a database: the generation that was loaded, and when."""


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
    loaded_at: str | None = None

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


class Server:
    """A server and the six databases on it; a context manager that closes the connections."""

    def __init__(self, url: str | None, prefix: str | None, progress: Progress) -> None:
        """Choose the server; it is reached when it is asked.

        Raises:
            UsageError: for a URL or prefix that is none.
        """
        from datagen.loading.session import Session

        self.prefix, self.progress = checked_prefix(prefix), progress
        self.session: Session = Session(WORLD.name, WORLD.hints["psql"], url, None, progress)

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def there(self) -> bool:
        """Whether there can be a server: an embedded one exists once it has been loaded into."""
        server = self.session.server
        return server is None or server.data.exists()

    @cached_property
    def parts(self) -> list[Part]:
        """The six databases, not connected yet."""
        from datagen.loading.load_all import Part
        from datagen.schema import part_of

        beside = self.session.backend.beside
        return [Part(name, beside(self.prefix + name), part_of(WORLD.metadata, name)) for name in DATABASES]

    def part(self, name: str) -> Part:
        """One of the databases."""
        return next(part for part in self.parts if part.name == name)

    def start(self) -> None:
        """Start the embedded server, if that is the one."""
        if self.session.server and self.session.server.start():
            self.progress.say(f"Started the embedded PostgreSQL in {self.session.server.directory}.")

    def reach(self, *, create: bool = False) -> None:
        """Connect to all six; `create` makes those that are missing.

        Raises:
            NoSuchDatabase: where one is missing and not to be made.
            DatabaseError: where the server cannot be reached.
        """
        if not create and not self.there:
            assert self.session.server
            raise DatabaseError(
                f"There is no embedded PostgreSQL in {self.session.server.directory}. "
                "Load into it first: dhub seed all; or give --database-url."
            )
        self.start()
        for part in self.parts:
            part.backend.connect(create_database=create)

    def close(self) -> None:
        """Close the connections; an embedded server goes on running."""
        for part in self.__dict__.get("parts", ()):
            part.backend.close()
        self.session.close()

    def states(self) -> list[State]:
        """What each database holds now; nothing is changed, and an embedded server that is not there not made.

        Raises:
            DatabaseError: where the server cannot be reached.
        """
        if not self.there:
            return [State(name, exists=False) for name in DATABASES]
        self.start()
        return [_state(part) for part in self.parts]

    def loads(self) -> list[DatabaseStatus]:
        """What each database says of where its rows came from."""
        from datagen.loading.load_all import status

        return status(self.parts, SCHEMA) if self.there else []

    def note(self, generation: str) -> None:
        """Note in each database when a generation was loaded, where that is allowed."""
        from psycopg2 import Error, sql

        moment = dt.datetime.now().astimezone().strftime("%Y-%m-%d %H:%M:%S")
        for part in self.parts:
            name = sql.Identifier(self.prefix + part.name)
            text = sql.Literal(f"dhub {generation} {moment}")
            with suppress(Error), part.backend.connect().cursor() as cursor:
                cursor.execute(sql.SQL("COMMENT ON DATABASE {} IS {}").format(name, text))


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
        cursor.execute(
            "SELECT pg_database_size(oid), shobj_description(oid, 'pg_database') FROM pg_database "
            "WHERE datname = current_database()"
        )
        size, comment = cursor.fetchone()
    note = _NOTE.fullmatch(comment or "")
    return State(part.name, True, tuple(tables), size, note[2] if note else None)


@contextmanager
def asking(part: Part, connection: Connection) -> Iterator[Any]:
    """A cursor whose errors are told in one line."""
    from datagen.loading.postgres.connection import explained

    with explained(part.backend.url), connection.cursor() as cursor:
        yield cursor


def run_of(loads: Sequence[DatabaseStatus], states: Sequence[State]) -> dict[str, Any] | None:
    """The run that the data comes from: seed, scale, end date, release and time; None where nothing is loaded."""
    files = [file for item in loads for file in item.files if file.generation]
    if not files:
        return None
    first = files[0]
    options = json.loads(first.options or "{}")
    moments = [state.loaded_at for state in states if state.loaded_at]
    return {
        "seed": first.seed,
        "scale": options.get("scale"),
        "customers": options.get("customers"),
        "employees": options.get("employees"),
        "end_date": options.get("end_date"),
        "release": first.release,
        "time": max(moments, default=None),
        "run": first.generation,
    }
