"""The database that a command works with: the one of a URL, given or set, or else one in the embedded server."""

from __future__ import annotations

import os
import shlex
import shutil
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from datagen.errors import DatabaseError, UsageError
from datagen.progress import Progress, as_typed
from datagen.project_file import read_project
from datagen.settings import DATABASE_URL, database_url
from datagen.standard_streams import flush_streams

if TYPE_CHECKING:
    from datagen.loading.backend import Backend
    from datagen.loading.postgres.embedded.server import EmbeddedServer

Self = TypeVar("Self", bound="Session")


class Session:
    """A schema of a database, which is reached when it is needed. A context manager; all methods raise `DatagenError`s.

    Without a URL, given or set as DATABASE_URL in the environment or `.env`, an embedded server in `.postgres/` is
    started, and goes on running.
    """

    def __init__(
        self, database: str, opener: str, url: str | None, schema: str | None, report: Progress | None
    ) -> None:
        """Choose the database: `database` is its name within the embedded server, and `opener` the command that opens
        it there. Without a `schema`, it is the usual one. `report` hears of the work (default: standard output)."""
        from datagen.loading.backends import backend_for
        from datagen.loading.postgres.facts import schema_of as postgres_schema

        self.report, self._opener = report or Progress(), opener
        given = (database_url() or read_project().options.get("database_url")) if url is None else url
        self.server: EmbeddedServer | None = embedded_server(database) if given is None else None
        name = f"The URL of {DATABASE_URL} (environment or .env)" if url is None else "The database URL"
        self._backend = None if given is None else backend_for(given, name)
        self.schema: str = (self._backend.schema_of if self._backend else postgres_schema)(schema)

    def __enter__(self: Self) -> Self:
        self.connect()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def backend(self) -> Backend:
        """The database, as the loader works with it; not connected before `connect`."""
        from datagen.loading.backends import backend_for

        if self._backend is None:
            assert self.server
            self._backend = backend_for(self.server.url)
        return self._backend

    @property
    def database_url(self) -> str:
        """The URL of the database; it may hold a password."""
        return self.backend.url

    @property
    def where(self) -> str:
        """Where the tables are, in words and without a password."""
        database = f"in the embedded PostgreSQL in {self.server.directory}" if self.server else self.backend.place
        return f"{database}{self.within}"

    @property
    def within(self) -> str:
        """`, schema public`, where databases have schemas."""
        return f", schema {self.schema}" if self.backend.facts.holder == "schema" else ""

    @property
    def connection(self) -> Any:
        """The driver's connection (psycopg2 or PyMySQL, autocommit), which every step uses; opened if it is not."""
        return self.connect()

    def connect(self, *, create_database: bool = False) -> Any:
        """Open the connection, starting the embedded server if that is the one, and give it.

        With `create_database`, a database that does not exist is created.

        Raises: `NoSuchDatabase`, `DatabaseError`.
        """
        if not self.backend.connected:
            self.start()
        return self.backend.connect(create_database=create_database)

    def start(self) -> None:
        """Start the embedded server, if that is the one and it does not run. Raises: `DatabaseError`."""
        if self.server and self.server.start():
            opener = as_typed(self._opener)
            self.report.say(f"Started the embedded PostgreSQL in {self.server.directory}. To look into it: {opener}")

    def close(self) -> None:
        """Close the connection; an embedded server goes on running."""
        if self._backend is not None:
            self._backend.close()

    def how_to_open(self, other: Backend | None = None) -> str:
        """The command that opens the database's client on it, or on another one of its server; without a password."""
        from datagen.loading.postgres.facts import SCHEMA

        if self.server:
            command = as_typed(self._opener)
            command += "" if self.schema == SCHEMA else f" --schema {shlex.quote(self.schema)}"
        else:
            command = (other or self.backend).how_to_open(self.schema)
        what = f"one of the databases, {other.place}" if other else f"the database, {self.where}"
        return f"To look into {what}:\n  {command}"


def embedded_server(database: str) -> EmbeddedServer:
    """The embedded server of the current directory, and a database in it."""
    from datagen.loading.postgres.embedded.server import EmbeddedServer

    return EmbeddedServer(database)


def open_psql(session: Session, loader: str, database: str | None = None) -> NoReturn:
    """Become psql on the database of a session, or another one of its server; an embedded server is started if need be.

    Raises: `DatabaseError`, naming the command that loads into it, if there is none, and `UsageError` for a database
    that is not PostgreSQL.
    """
    from datagen.loading.postgres.facts import FACTS, SCHEMA, search_path

    server = session.server
    if not server and session.backend.facts.title != FACTS.title:
        other = session.backend.beside(database) if database else None
        raise UsageError(f"psql opens PostgreSQL alone. {session.how_to_open(other)}")
    if server:
        if not server.data.exists():
            raise DatabaseError(
                f"There is no embedded PostgreSQL in {server.directory}. Load into it first: {as_typed(loader)}"
            )
        server.start()
        program, *arguments = server.psql(database)
    else:
        program, arguments = _psql_of(session.backend.beside(database).url if database else session.database_url)
    if session.schema != SCHEMA:
        os.environ["PGOPTIONS"] = search_path(session.schema)
    flush_streams()
    os.execv(program, ["psql", *arguments])  # noqa: S606 - the program of the installed wheel, or the user's own


def _psql_of(url: str) -> tuple[str, list[str]]:
    """A psql - the user's, else that of the embedded server - and its arguments; a password goes by the environment."""
    from datagen.loading.postgres.connection import options_of, without_password
    from datagen.loading.postgres.embedded import binaries

    if password := options_of(url).get("password"):
        os.environ["PGPASSWORD"] = password
    return shutil.which("psql") or str(binaries.find("psql")), ["-d", without_password(url)]
