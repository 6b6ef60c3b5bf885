"""Connections to SQL Server, and what is said when one fails: one or two lines, never a password."""

from __future__ import annotations

import re
import socket
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import mssql_python
import pyarrow as pa

from datagen.errors import DatabaseError, NoSuchDatabase
from datagen.loading.backend import RowsRefused
from datagen.loading.mssql.address import Address
from datagen.loading.mssql.statements import name, text

OLDEST = 14
"""The oldest major version that will do: 2017, the first with TRIM and with indexes that are built online."""
_YEARS = {8: "2000", 9: "2005", 10: "2008", 11: "2012", 12: "2014", 13: "2016"}
_AZURE = (5, 8, 11)
"""Editions of Azure, whose version numbers say nothing."""
_SECONDS = 10
"""How long a connection is waited for."""
_LOGIN_TIMEOUT = 103
"""The driver's number of that setting (SQL_ATTR_LOGIN_TIMEOUT)."""
_MASTER = "master"
_NEXT = "Nothing has changed; run it again when that is mended."
_SETTINGS = (
    "SET LANGUAGE us_english",  # messages are known by their words: the driver gives no numbers
    "SET DATEFORMAT ymd",
    "SET XACT_ABORT ON",  # an error ends the whole transaction
    "SET ANSI_NULLS, ANSI_PADDING, ANSI_WARNINGS, ARITHABORT, CONCAT_NULL_YIELDS_NULL, QUOTED_IDENTIFIER ON",
    "SET TRANSACTION ISOLATION LEVEL READ COMMITTED",
    "SET LOCK_TIMEOUT -1",
)
_ERRORS = (mssql_python.Error, mssql_python.Warning, RuntimeError)
"""What the driver raises; RuntimeError is what its bulk copy knows."""
_NOT_LOADED = "Failed to load the driver"
_ABOUT_ROWS = ("IntegrityError", "DataError")
"""Kinds of the driver's errors that say that rows cannot be taken."""
_LOST = ("Communication link failure", "Connection not open", "Connection failure during transaction")
# What is found in the words of an error, and what is said.
_FAILING: tuple[tuple[str, str], ...] = (
    (r"permission|not have (the )?necessary|cannot find .* because .* does not exist or you do not have",
     "The {user} has no right to do this {where}: {reason}. Ask the owner of the database for it, or come as another."),
    (r"Could not allocate space|is full due to|insufficient disk space",
     "The server has no space left {where}: {reason}. Free some there. " + _NEXT),
    (r"insufficient (system )?memory", "The server ran out of memory {where}: {reason}. " + _NEXT),
    (r"read-only", "The database is read-only {where}: {reason}. Give the URL of the primary server."),
    (r"Lock request time out|deadlock", "Other sessions hold the tables {where}: {reason}. " + _NEXT),
    (r"kill state|SHUTDOWN|Operation cancell?ed", "The server ended the work {where}: {reason}. " + _NEXT),
)  # fmt: skip
_WAITED = re.compile("Lock request time out|deadlock", re.IGNORECASE)
_BULK_ERROR = re.compile(r"Sql Error: (?P<number>\d+): Class \d+: State \d+: (?P<reason>.*?) on \S* ?in .*$", re.DOTALL)
_ROWS_REFUSED = {"515", "547", "2601", "2627", "2628", "8115", "8152", "4815", "4819", "4863", "4864", "7339"}
"""Numbers of errors that say that rows cannot be taken, as the bulk copy gives them."""


class LockTimeoutError(DatabaseError):
    """Others have not let go of a lock in time, or it was this side that had to give way; the transaction is over."""


def connect(address: Address) -> Link:
    """A connection, with settings that make results the same whatever the server's defaults are.

    Raises: `NoSuchDatabase`, and `DatabaseError` for everything else that fails.
    """
    mssql_python.pooling(enabled=False)  # a session, and its lock, is to end with its connection
    _refuse_unreachable(address)
    try:
        connection = mssql_python.connect(
            address.connection_string(), autocommit=True, attrs_before={_LOGIN_TIMEOUT: _SECONDS}
        )
    except (mssql_python.ConnectionStringParseError, *_ERRORS) as error:
        raise _cannot_connect(address, error) from None
    link = Link(address, connection)
    for setting in _SETTINGS:
        link.run(setting)
    try:
        _refuse_old(link)
    except DatabaseError:
        link.close()
        raise
    return link


def create_database(address: Address) -> None:
    """Create the database of an address. Raises: `DatabaseError`."""
    link = connect(address.in_database(_MASTER))
    try:
        if link.rows(f"SELECT DB_ID({text(address.database)})") == [(None,)]:
            link.run(f"CREATE DATABASE {name(address.database)}")
    finally:
        link.close()


class Link:
    """A connection that runs one statement after the other; what fails is raised as a `DatabaseError`.

    Each statement is a transaction of its own unless `begin` was called.
    """

    def __init__(self, address: Address, connection: Any) -> None:
        self.address = address
        self._connection = connection
        self._cursor: Any = connection.cursor()
        self._in_transaction = self._lost = False

    @property
    def open(self) -> bool:
        """Whether the connection is open, as far as is known."""
        return not self._lost and not self._connection.closed

    def run(self, statement: str) -> int:
        """Run a statement; gives how many rows it has changed, or -1. Raises: `RowsRefused`, `DatabaseError`."""
        with self._explained():
            self._cursor.execute(statement)
            return int(self._cursor.rowcount)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        """The rows of a query."""
        with self._explained():
            self._cursor.execute(query)
            while not self._cursor.description and self._cursor.nextset():
                pass  # what a procedure tells of its own before
            return [tuple(row) for row in self._cursor.fetchall()]

    @contextmanager
    def batches(self, query: str) -> Iterator[pa.RecordBatchReader]:
        """The rows of a query as Arrow, read as they are taken."""
        with self._explained():
            self._cursor.execute(query)
            with self._cursor.arrow_reader(1 << 16) as reader:
                yield reader

    def bulk(self, table: str, schema: pa.Schema, batches: Iterable[pa.RecordBatch], path: Path) -> None:
        """Send rows to a table by bulk copy, over a connection of its own. `path` is their file.

        Constraints are not looked at: they are for whoever calls it to check afterwards.
        """
        failed: list[BaseException] = []

        def watched() -> Iterator[pa.RecordBatch]:
            try:
                yield from batches
            except BaseException as error:  # the copy would tell of an error of its own
                failed.append(error)
                raise

        with self._explained(path, failed):
            rows = pa.RecordBatchReader.from_batches(schema, watched())
            self._cursor.bulkcopy_arrow(table, rows, timeout=0, keep_identity=True, keep_nulls=True, table_lock=True)

    def begin(self) -> None:
        """Begin a transaction."""
        self.run("BEGIN TRANSACTION")
        self._in_transaction = True

    def commit(self, advice: str) -> None:
        """End it so that everybody sees what was done.

        Raises: `DatabaseError`, with `advice`, if the connection is lost in that moment.
        """
        try:
            with self._explained():
                self._cursor.execute("COMMIT TRANSACTION")
        except DatabaseError as error:
            raise DatabaseError(
                f"The connection was lost {self.address.place} in the moment the new data took its place. The database "
                f"holds all of the old or all of the new; {advice}."
            ) from error
        self._in_transaction = False

    def roll_back(self) -> None:
        """End a transaction, if there is one, so that nothing of it is left; as far as the server can be reached."""
        if self._in_transaction:
            with suppress(DatabaseError, RowsRefused):
                self.run("IF @@TRANCOUNT > 0 ROLLBACK TRANSACTION")
        self._in_transaction = False

    def cancel(self) -> None:
        """End the statement that runs, from another thread."""
        with suppress(Exception):
            self._cursor.hstmt._cancel()

    def close(self) -> None:
        """Close the connection."""
        with suppress(Exception):
            self._connection.close()

    @contextmanager
    def _explained(self, path: Path | None = None, failed: Sequence[BaseException] = ()) -> Iterator[None]:
        """Turn errors of the driver into `RowsRefused` and `DatabaseError`; `failed` are errors of who gave rows."""
        try:
            yield
        except (*_ERRORS, TypeError, ValueError) as error:
            if failed:
                raise failed[0] from None
            raise self._as_error(error, path) from error

    def _as_error(self, error: Exception, path: Path | None) -> Exception:
        reason = self.address.safe(_reason(error))
        bulk = _BULK_ERROR.search(str(error))
        if type(error).__name__ in _ABOUT_ROWS or (bulk and bulk["number"] in _ROWS_REFUSED):
            return RowsRefused(reason, path)
        if path is not None and bulk is None and not _is_lost(error):  # what the client refuses to send
            return RowsRefused(reason, path)
        if _is_lost(error):
            self._lost = path is None  # a bulk copy has a connection of its own
            return DatabaseError(
                f"The connection to the server was lost {self.address.place}. The database holds what it held before, "
                "whole; see that the server is up and run it again."
            )
        words = {"where": self.address.place, "user": self.address.who, "reason": reason}
        for pattern, message in _FAILING:
            if re.search(pattern, reason, re.IGNORECASE):
                return (LockTimeoutError if _WAITED.search(reason) else DatabaseError)(message.format(**words))
        return DatabaseError(f"The database refused {self.address.place}: {reason}.")


def _is_lost(error: Exception) -> bool:
    said = str(error)
    return getattr(error, "driver_error", "") in _LOST or bool(
        re.search(r"TCP Provider|broken pipe|connection (was )?(reset|closed|aborted)|os error|unexpected (eof|end)",
                  said, re.IGNORECASE)
    )  # fmt: skip


def _reason(error: Exception) -> str:
    """What the server says, on one line, without who has handed it on."""
    if found := _BULK_ERROR.search(str(error)):
        message = found["reason"]
    else:
        message = str(getattr(error, "ddbc_error", "") or error)
    line = re.sub(r"^(\[[^\]]*\])+", "", " ".join(message.split()))
    return line.rstrip(". ")


def _refuse_unreachable(address: Address) -> None:
    """Refuse a server that is not there: the driver waits long, and has only one word for all that can be wrong."""
    where = address.place
    try:
        socket.create_connection((address.host, address.port), _SECONDS).close()
    except socket.gaierror:
        raise DatabaseError(f"The host of the database URL is not known {where}. Check its name.") from None
    except ConnectionRefusedError:
        raise DatabaseError(
            f"There is no SQL Server {where}. Start it, or check the host and port of the URL."
        ) from None
    except OSError:
        raise DatabaseError(
            f"No answer came {where}. Check the host and port of the URL, and firewalls between."
        ) from None


def _cannot_connect(address: Address, error: Exception) -> DatabaseError:
    where, said = address.place, address.safe(_reason(error))
    if _NOT_LOADED in str(error):
        return DatabaseError(
            "The driver of SQL Server cannot be loaded: it needs the system's libraries libltdl and libkrb5. "
            "Install them (Debian, Ubuntu: apt-get install libltdl7 libkrb5-3)."
        )
    state = getattr(error, "driver_error", "")
    if state == "Invalid authorization specification":
        return DatabaseError(f"The password for the {address.who} was refused {where}. Check both in the URL.")
    if re.search(r"SSL|TLS|certificate|encrypt", str(error), re.IGNORECASE):
        return DatabaseError(
            f"No encrypted connection can be had {where}: {said}. If you trust the server, add "
            "?TrustServerCertificate=yes to the URL, or ?Encrypt=no where it has no certificate."
        )
    if address.database.lower() != _MASTER and state == "Syntax error or access violation":
        return _without_database(address, said)
    return DatabaseError(f"No connection can be made {where}: {said}. Check the URL.")


def _without_database(address: Address, said: str) -> DatabaseError:
    """What is said where the server lets the user in, and the database does not: asked of the server."""
    try:
        link = connect(address.in_database(_MASTER))
    except DatabaseError:
        return DatabaseError(f"The database cannot be opened {address.place}: {said}. Check the URL.")
    try:
        there = link.rows(f"SELECT DB_ID({text(address.database)})") != [(None,)]
    finally:
        link.close()
    if there:
        return DatabaseError(
            f"The {address.who} has no right to use the database {address.place}. Ask its owner: CREATE USER ... "
            "FOR LOGIN ..., or come as another."
        )
    return NoSuchDatabase(
        f"There is no database {address.database} at {address.host}:{address.port}. Create it (add "
        "--create-database), or check the URL."
    )


def _refuse_old(link: Link) -> None:
    query = "SELECT CAST(SERVERPROPERTY(N'ProductMajorVersion') AS int), CAST(SERVERPROPERTY(N'EngineEdition') AS int)"
    ((version, edition),) = link.rows(query)
    if edition not in _AZURE and version < OLDEST:
        raise DatabaseError(
            f"The server is SQL Server {_YEARS.get(version, version)}, {link.address.place}; 2017 or later is needed. "
            "Update it."
        )
