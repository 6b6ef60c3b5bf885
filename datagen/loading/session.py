"""The database that a command works with: the one of a URL, given or set, or else one in the embedded server."""

from __future__ import annotations

import os
import re
import shlex
import shutil
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

from datagen.errors import DatabaseError, UsageError
from datagen.progress import Progress, as_typed
from datagen.settings import DATABASE_URL, database_url
from datagen.standard_streams import flush_streams

if TYPE_CHECKING:
    from datagen.loading.backend import Backend
    from datagen.loading.postgres.embedded.server import EmbeddedServer

Self = TypeVar("Self", bound="Session")
SCHEMA = "public"
_LONGEST_SCHEMA = 50
"""Bytes of a schema's name that leave room for what is added to it."""


class Session:
    """A schema of a database, which is reached when it is needed. A context manager; all methods raise `DatagenError`s.

    Without a URL, given or set as DATABASE_URL in the environment or `.env`, an embedded server in `.postgres/` is
    started, and goes on running.
    """

    def __init__(self, database: str, opener: str, url: str | None, schema: str, report: Progress | None) -> None:
        """Choose the database: `database` is its name within the embedded server, and `opener` the command that opens
        it there. `report` hears of the work (default: standard output)."""
        from datagen.loading.backends import backend_for

        _refuse_schema(schema)
        self.schema, self.report, self._opener = schema, report or Progress(), opener
        given = database_url() if url is None else url
        self.server: EmbeddedServer | None = embedded_server(database) if given is None else None
        name = f"The URL of {DATABASE_URL} (environment or .env)" if url is None else "The database URL"
        self._backend = None if given is None else backend_for(given, name)

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
        return f"{database}, schema {self.schema}"

    @property
    def connection(self) -> Any:
        """The driver's connection (psycopg2, autocommit), which every step uses; opened if it is not."""
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
        """The command that opens psql on the database, or on another one of its server, without the password."""
        from datagen.loading.postgres.connection import without_password

        public = self.schema == SCHEMA
        if self.server:
            command = as_typed(self._opener) + ("" if public else f" --schema {shlex.quote(self.schema)}")
        else:
            path = "" if public else f"PGOPTIONS={shlex.quote(_search_path(self.schema))} "
            command = f"{path}psql {shlex.quote(without_password((other or self.backend).url))}"
        what = f"one of the databases, {other.place}" if other else f"the database, {self.where}"
        return f"To look into {what}:\n  {command}"


def _refuse_schema(schema: str) -> None:
    name = schema.lower()
    reserved = name.startswith("pg_") or name == "information_schema"
    if not schema or "\0" in schema or len(schema.encode()) > _LONGEST_SCHEMA or reserved:
        raise UsageError(
            f"--schema must be a name of 1 to {_LONGEST_SCHEMA} bytes, not one of the server's own (pg_..., "
            f"information_schema), not {schema!r}."
        )


def _search_path(schema: str) -> str:
    """The option of a session that looks into a schema."""
    quoted = schema.replace('"', '""')
    return "-csearch_path=" + re.sub(r"([\\\s])", r"\\\1", f'"{quoted}"')


def embedded_server(database: str) -> EmbeddedServer:
    """The embedded server of the current directory, and a database in it."""
    from datagen.loading.postgres.embedded.server import EmbeddedServer

    return EmbeddedServer(database)


def open_psql(session: Session, loader: str, database: str | None = None) -> NoReturn:
    """Become psql on the database of a session, or another one of its server; an embedded server is started if need be.

    Raises `DatabaseError`, naming the command that loads into it, if there is none.
    """
    server = session.server
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
        os.environ["PGOPTIONS"] = _search_path(session.schema)
    flush_streams()
    os.execv(program, ["psql", *arguments])  # noqa: S606 - the program of the installed wheel, or the user's own


def _psql_of(url: str) -> tuple[str, list[str]]:
    """A psql - the user's, else that of the embedded server - and its arguments; a password goes by the environment."""
    from datagen.loading.postgres.connection import options_of, without_password
    from datagen.loading.postgres.embedded import binaries

    if password := options_of(url).get("password"):
        os.environ["PGPASSWORD"] = password
    return shutil.which("psql") or str(binaries.find("psql")), ["-d", without_password(url)]
