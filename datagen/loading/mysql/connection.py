"""Connections to MySQL and MariaDB, and what is said when one cannot be had: one or two lines, never a password."""

from __future__ import annotations

import re
import select
import socket
import ssl
from contextlib import closing, suppress
from dataclasses import replace
from typing import Any

import pymysql
from pymysql.constants import CR, ER

from datagen.errors import DatabaseError, NoSuchDatabase
from datagen.loading.mysql.address import Address
from datagen.loading.mysql.facts import OLDEST
from datagen.loading.mysql.faults import explained

MODES = (
    "STRICT_ALL_TABLES",
    "NO_ZERO_DATE",
    "NO_ZERO_IN_DATE",
    "ERROR_FOR_DIVISION_BY_ZERO",
    "NO_ENGINE_SUBSTITUTION",
    "NO_AUTO_VALUE_ON_ZERO",
    "ANSI_QUOTES",
)
"""The SQL mode of a session: nothing is mended silently, and names stand in double quotes as everywhere."""
_DAY = 86400
_SETTINGS = {
    "sql_mode": ",".join(MODES),
    "time_zone": "+00:00",
    # A connection is silent while others work, and a file may be long on its way.
    "wait_timeout": _DAY,
    "net_read_timeout": 3600,
    "net_write_timeout": 3600,
    "lock_wait_timeout": 60,
    "innodb_lock_wait_timeout": 15,
}
_UNLIMITED = {"MySQL": "max_execution_time", "MariaDB": "max_statement_time"}
"""The variable that ends long statements, which a server may set for all."""
_FIRST_BYTES = 5
_GREETINGS = (10, 0xFF)
"""What a server begins with: the version of the protocol, or an error."""
_NOT_LET_IN = (
    "The server does not let the user {user} in with this password {where}. Check the user and password of the URL."
)
_UNREACHED: dict[int, str] = {
    ER.ACCESS_DENIED_ERROR: _NOT_LET_IN,
    1698: _NOT_LET_IN,
    ER.DBACCESS_DENIED_ERROR: "{user} has no right to use the database, or it does not exist, {where}. "
    "Ask its owner: GRANT ALL ON `{database}`.* TO the user.",
    ER.CON_COUNT_ERROR: "The server has no connection to spare {where}. Try again later.",
    1203: "The server has no connection to spare for {user} {where}. Try again later.",
    ER.HOST_NOT_PRIVILEGED: "The server does not let this machine in {where}: {reason}. Ask its owner.",
    ER.HOST_IS_BLOCKED: "The server does not let this machine in {where}: {reason}. Ask its owner.",
    CR.CR_SSL_CONNECTION_ERROR: "TLS as the URL asks for it cannot be had {where}: {reason}. Check its ssl_ options.",
    CR.CR_SERVER_LOST: "The server hung up {where}. It may be starting or stopping; try again in a moment.",
}
_UNKNOWN_HOST = "The host of the database URL is not known {where}. Check its name."
_NO_SERVER = "There is no server {where}. Start it, or check the host and port of the URL."
_SILENT = "No answer came {where}. Check the host and port of the URL, and firewalls between."
_OTHER_SERVER = "What answers is no MySQL or MariaDB server {where}. Check the host and port of the URL."


def connect(address: Address, *, local_infile: bool = False) -> Any:
    """A connection of PyMySQL, in autocommit mode and with strict settings, whatever the server's defaults.

    Raises: `NoSuchDatabase`, and `DatabaseError` for everything else that fails.
    """
    connection = _unopened(address, local_infile=local_infile)
    try:
        connection.connect(_greeted(address))
        _prepare(connection, address)
    except (pymysql.Error, OSError, RuntimeError, DatabaseError) as error:
        with suppress(pymysql.Error):
            connection.close()
        raise _unreached(address, error) from None
    return connection


def _unopened(address: Address, *, local_infile: bool) -> Any:
    try:
        return pymysql.connect(
            user=address.user,
            password=address.password.encode(),
            host=address.host,
            port=address.port,
            database=address.database or None,
            unix_socket=address.socket or None,
            connect_timeout=address.wait,
            charset="utf8mb4",
            autocommit=True,
            local_infile=local_infile,
            program_name="datagen",
            defer_connect=True,
            **address.tls,
        )
    except (OSError, ValueError) as error:  # the files that the options of TLS name
        reason = getattr(error, "strerror", None) or str(error)
        raise DatabaseError(
            _UNREACHED[CR.CR_SSL_CONNECTION_ERROR].format(where=address.server, reason=reason)
        ) from None


def is_mariadb(connection: Any) -> bool:
    """Whether a connection leads to MariaDB."""
    return "mariadb" in connection.get_server_info().lower()


def create_database(address: Address) -> None:
    """Create the database of an address.

    Raises: `DatabaseError`.
    """

    with (
        closing(connect(replace(address, database=""))) as connection,
        explained(address),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"CREATE DATABASE IF NOT EXISTS {name_of(address.database)} {OF_DATABASES}")


OF_DATABASES = "CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"


def name_of(*parts: str) -> str:
    """A name as SQL, of a table perhaps with its database."""
    return ".".join("`" + part.replace("`", "``") + "`" for part in parts)


def refuse_old(version: str, address: Address) -> None:
    """Refuse a server of this version, as it says it itself, if it is too old. Raises `DatabaseError`."""
    title = "MariaDB" if "mariadb" in version.lower() else "MySQL"
    numbers = tuple(map(int, re.findall(r"\d+", version)[:3]))
    if numbers < OLDEST[title]:
        oldest = ".".join(map(str, OLDEST[title]))
        plain = ".".join(map(str, numbers))
        raise DatabaseError(
            f"The server is {title} {plain}, {address.place}; version {oldest} or later is needed. Update it."
        )


def _greeted(address: Address) -> socket.socket | None:
    """A socket on which a server of this kind has begun to talk: PyMySQL would wait for one for ever.

    None for a Unix socket, which PyMySQL has to open itself, once it is known that somebody listens there.
    """
    if address.socket:
        with closing(socket.socket(socket.AF_UNIX)) as probe:
            probe.settimeout(address.wait)
            probe.connect(address.socket)
        return None
    found = socket.create_connection((address.host, address.port), address.wait)
    found.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    found.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
    if not select.select([found], [], [], address.wait)[0]:
        found.close()
        raise TimeoutError
    greeting = found.recv(_FIRST_BYTES, socket.MSG_PEEK)
    if greeting and greeting[-1] not in _GREETINGS:
        found.close()
        raise DatabaseError(_OTHER_SERVER.format(where=address.server))
    return found


def _prepare(connection: Any, address: Address) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        (version,) = cursor.fetchone()
        refuse_old(version, address)
        settings = {**_SETTINGS, _UNLIMITED["MariaDB" if is_mariadb(connection) else "MySQL"]: 0}
        cursor.execute("SET " + ", ".join(f"SESSION {name} = %s" for name in settings), list(settings.values()))
        cursor.execute("SET SESSION TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _unreached(address: Address, error: Exception) -> DatabaseError:
    """What is said where no connection can be had."""
    if isinstance(error, DatabaseError):
        return error
    cause = getattr(error, "original_exception", error)
    code = error.args[0] if isinstance(error, pymysql.Error) and error.args else None
    words = {
        "where": address.server if code == CR.CR_SSL_CONNECTION_ERROR else address.place,
        "user": address.user,
        "database": address.database,
        "reason": address.without_password(str(error.args[-1] if error.args else error).rstrip(".")),
    }
    if code == ER.BAD_DB_ERROR:
        return NoSuchDatabase(
            f"There is no database {address.database} {address.server}. Create it (add --create-database), or check "
            "the URL."
        )
    if isinstance(cause, ssl.SSLError):
        message = _UNREACHED[CR.CR_SSL_CONNECTION_ERROR]
    elif isinstance(cause, socket.gaierror):
        message = _UNKNOWN_HOST
    elif isinstance(cause, ConnectionRefusedError | FileNotFoundError):
        message = _NO_SERVER
    elif isinstance(cause, TimeoutError):
        message = _SILENT
    elif isinstance(cause, RuntimeError):  # a password that must be encrypted, and no library that does
        message = "The password cannot be sent {where}: {reason}. Install that (pip install cryptography), or use TLS."
    else:
        message = _UNREACHED.get(code or 0, "No connection can be made {where}: {reason}.")
    return DatabaseError(message.format(**words))
