"""Connections to PostgreSQL, and what is said when one fails: one or two lines, never a password."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from typing import TYPE_CHECKING, Any

from datagen.errors import DatabaseError, NoSuchDatabase, UsageError
from datagen.loading.backend import DONE
from datagen.loading.postgres import handshake

if TYPE_CHECKING:
    import psycopg2
    from psycopg2.extensions import connection as Connection  # noqa: N812

OLDEST = 13
"""The oldest PostgreSQL that will do."""
EXAMPLE = "postgresql://user:password@localhost:5432/database"
_NEXT = "Nothing has changed; run it again when that is mended."
_NO_PLACE = "The server has no connection to spare {where}. Try again later."
_NO_RIGHT = "{user} has no right to connect {where}. Ask its owner: GRANT CONNECT."
# What a server answers to one who wants to connect (`datagen.loading.postgres.handshake`), and what is said.
_ANSWERS: dict[str, str] = {
    handshake.WANTS_PASSWORD: "The password for {user} was refused {where}. Check the user and password of the URL.",
    "28P01": "The password for {user} was refused {where}. Check the user and password of the URL.",
    "28000": "There is no user {user} {where}. Check the user of the URL, or create it.",
    handshake.UNKNOWN_HOST: "The host of the database URL is not known {where}. Check its name.",
    handshake.NO_SERVER: "There is no PostgreSQL server {where}. Start it, or check the host and port of the URL.",
    handshake.SILENT: "No answer came {where}. Check the host and port of the URL, and firewalls between.",
    handshake.NOT_LET_IN: "The server does not let {user} in {where}. "
    "Allow it in the server's pg_hba.conf, or use another user or TLS (sslmode=require).",
    handshake.NO_TLS: "TLS as the URL asks for it (sslmode, sslrootcert) cannot be had {where}: {reason}. "
    "Check these options.",
    handshake.NOT_POSTGRES: "What answers is no PostgreSQL server, or hangs up at once, {where}. "
    "Check the host and port of the URL.",
    "42501": _NO_RIGHT,
    "53300": _NO_PLACE,
    "57P03": "The server is starting or stopping {where}. Try again in a moment.",
}
_NO_SUCH_DATABASE = "3D000"
_MAINTENANCE = ("postgres", "template1")
"""Databases that a server has always, in which can be asked about others."""
_SHORT = 4
"""A password with fewer characters than this is part of many words."""
# SQLSTATE classes and codes of a statement that failed, and what is said.
_FAILING: dict[str, str] = {
    "42501": "The user {user} has no right to do this {where}: {reason}. "
    "Ask its owner for that right, or use another user.",
    "53100": "The disk of the server is full {where}. Free some space there. " + _NEXT,
    "53400": "A limit of the server is too low {where}: {reason}. Raise it. " + _NEXT,
    "53200": "The server ran out of memory {where}. " + _NEXT,
    "57014": "The server cancelled the work {where}: {reason}. " + _NEXT,
    "57P01": "The server ended the connection {where}: {reason}. " + _NEXT,
    "57P02": "The server crashed and restarts {where}. " + _NEXT,
    "57P05": "The server ended the idle connection {where}. " + _NEXT,
    "25006": "The database is read-only, perhaps a standby, {where}. Give the URL of the primary server.",
    "55P03": "Other sessions hold the tables {where}: {reason}. " + _NEXT,
    "40P01": "Other sessions and this one waited for each other {where}. " + _NEXT,
}


def options_of(url: str, name: str = "The database URL") -> dict[str, str]:
    """The options of a database URL (`postgresql://...`, also as SQLAlchemy writes it) or of a libpq `key=value` text.

    `name` is what messages call it.

    Raises: `UsageError` for any other text, which is not repeated: it may hold a password.
    """
    import psycopg2
    from psycopg2.extensions import parse_dsn

    plain = re.sub(r"^postgres(ql)?(\+\w+)?://", "postgresql://", url.strip())
    try:
        if not plain.startswith("postgresql://") and "=" not in plain:
            raise ValueError
        options = {str(name): str(value) for name, value in parse_dsn(plain).items()}
        # A password with @ or / in it, not written as %-codes, ends up in other parts of the URL.
        path = plain.removeprefix("postgresql://").partition("?")[0].partition("/")[2]
        host = options.get("host", "")
        misread = ("@" in host and not host.startswith("/")) or (plain.startswith("postgresql://") and "@" in path)
        if misread or not re.fullmatch(r"[\d,]*", options.get("port", "")):
            raise ValueError
    except (psycopg2.Error, ValueError, UnicodeError):
        raise UsageError(
            f"{name} is not one of PostgreSQL. Write it as {EXAMPLE}, with special characters as %-codes (@ is %40, "
            "/ is %2F), and options as libpq knows them (?sslmode=require)."
        ) from None
    return options


def connect(url: str) -> Connection:
    """A connection to a database, in UTF-8 and with dates as ISO writes them, whatever the server's defaults.

    Raises: `UsageError` for what is not a URL, `NoSuchDatabase`, and `DatabaseError` for everything else that
    fails.
    """
    import psycopg2

    options: dict[str, Any] = {"connect_timeout": "10", "application_name": "datagen"} | options_of(url)
    try:
        connection = psycopg2.connect(**options, client_encoding="UTF8")
    except (psycopg2.Error, UnicodeError) as error:
        raise _cannot_connect(url, error) from None
    with explained(url):
        version = connection.get_parameter_status("server_version")
        if is_too_old(connection.server_version):
            connection.close()
            raise DatabaseError(
                f"The server is PostgreSQL {version}, {place(url)}; version {OLDEST} or later is needed. Update it."
            )
        with connection.cursor() as cursor:
            cursor.execute(
                "SET datestyle TO 'ISO, YMD'; SET standard_conforming_strings TO on; SET bytea_output TO hex"
            )
            cursor.execute("SET idle_in_transaction_session_timeout TO 0; SET statement_timeout TO 0")
            # A load looks at what others have committed once it has the locks: it must not see an earlier state.
            cursor.execute("SET default_transaction_isolation TO 'read committed'")
            if connection.server_version >= 170000:
                cursor.execute("SET transaction_timeout TO 0")
            if connection.server_version >= 140000:
                cursor.execute("SET idle_session_timeout TO 0")
                # A server busy with an index otherwise notices only afterwards that its client is gone.
                cursor.execute("SET client_connection_check_interval TO '1s'")
        connection.commit()
    return connection


def is_too_old(version: int) -> bool:
    """Whether a server of this version, as libpq counts it (170010 is 17.10, 90624 is 9.6.24), will not do."""
    return version // 10000 < OLDEST


def create_database(url: str) -> None:
    """Create the database that a URL names, through the server's `postgres` database.

    Raises: `DatabaseError`.
    """
    from psycopg2 import errors, sql
    from psycopg2.extensions import make_dsn

    options = options_of(url)
    connection = connect(make_dsn(**(options | {"dbname": "postgres"})))
    try:
        connection.autocommit = True
        with explained(url), suppress(errors.DuplicateDatabase), connection.cursor() as cursor:
            statement = "CREATE DATABASE {} ENCODING 'UTF8' TEMPLATE template0"
            cursor.execute(sql.SQL(statement).format(sql.Identifier(_database(options))))
    finally:
        connection.close()


def refuse_other_encoding(connection: Connection, url: str) -> None:
    """Refuse a database that cannot hold every character."""
    encoding = connection.get_parameter_status("server_encoding")
    if encoding != "UTF8":
        raise DatabaseError(
            f"The database's encoding is {encoding}, not UTF8, {place(url)}. "
            "Load into a database made with CREATE DATABASE ... ENCODING 'UTF8' TEMPLATE template0."
        )


def place(url: str) -> str:
    """Where a URL leads, in words and without a password: `at localhost:5432, database sales`."""
    options = options_of(url)
    database = f"database {_database(options)}"
    if "service" in options and not options.get("host"):
        return f"of the service {options['service']}, {database}"
    found = handshake.places(options) if _names_a_host(options) else []
    return f"at {' or '.join(_host(*item) for item in found) or 'the default host'}, {database}"


def place_of(connection: Connection) -> str:
    """Where a connection leads, in the words of `place`: which of several hosts, what service and environment say."""
    info = connection.info
    return f"at {_host(info.host or 'the default host', str(info.port))}, database {info.dbname}"


def _names_a_host(options: dict[str, str]) -> bool:
    return bool(options.get("host") or options.get("hostaddr") or os.environ.get("PGHOST"))


def _host(host: str, port: str) -> str:
    return host if host.startswith("/") else f"{host}:{port}"


def without_password(url: str) -> str:
    """The URL as libpq takes it, with everything secret left out; libpq then asks, or looks into `~/.pgpass`."""
    from psycopg2.extensions import make_dsn

    return str(make_dsn(**{name: value for name, value in options_of(url).items() if "password" not in name}))


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turn errors of the database into `DatabaseError`s that a user can act on."""
    import psycopg2

    try:
        yield
    except psycopg2.Error as error:
        raise explain(url, error) from error


def commit(connection: Connection, url: str, advice: str) -> None:
    """Commit what readers are to see.

    Raises: `DatabaseError`, with `advice`, if the connection is lost in that moment.
    """
    import psycopg2
    from psycopg2.extensions import TRANSACTION_STATUS_IDLE

    try:
        connection.commit()
    except psycopg2.OperationalError as error:
        raise DatabaseError(
            f"The connection was lost {place(url)} in the moment the new data took its place. The database holds "
            f"all of the old or all of the new; {advice}."
        ) from error
    except BaseException as error:  # such as Ctrl-C, which waits for the server's answer
        if connection.info.transaction_status == TRANSACTION_STATUS_IDLE:
            error.add_note(DONE)
        raise


def explain(url: str, error: psycopg2.Error) -> DatabaseError:
    """What is said of an error of a statement; see `datagen.loading.row_errors` for those that bad data causes."""
    import psycopg2

    code = error.pgcode or ""
    words = {"where": place(url), "user": _user(url), "reason": _safe(url, _first_line(error))}
    if code in _FAILING:
        return DatabaseError(_FAILING[code].format(**words))
    if isinstance(error, psycopg2.OperationalError | psycopg2.InterfaceError) and code[:2] in ("", "08", "57"):
        return DatabaseError(
            "The connection to the server was lost {where}. The database holds what it held before, whole; "
            "see that the server is up and run it again.".format(**words)
        )
    return DatabaseError(
        "The database refused {where}: {reason}.".format(**words) + (f" (SQLSTATE {code})" if code else "")
    )


def _cannot_connect(url: str, error: Exception) -> DatabaseError:
    """What is said where no connection can be had: decided by what the server answers, not by words."""
    options = options_of(url)
    words = {"where": place(url), "user": _user(url), "reason": _safe(url, _first_line(error))}
    if isinstance(error, UnicodeError) or "service" in options:
        return DatabaseError("No connection can be made {where}: {reason}.".format(**words))
    found = _asked_elsewhere(options) or handshake.answer(options)
    if found == _NO_SUCH_DATABASE:
        name = _database(options)
        return NoSuchDatabase(
            f"There is no database {name} {words['where'].partition(',')[0]}. "
            f"Create it (add --create-database, or run createdb {name}), or check the URL."
        )
    message = _ANSWERS.get(found, "No connection can be made {where}: {reason}.")
    return DatabaseError(message.format(**words))


def _asked_elsewhere(options: dict[str, str]) -> str | None:
    """What another database of the server knows of the one that cannot be reached, as a SQLSTATE; None for nothing."""
    import psycopg2

    name = _database(options)
    for other in _MAINTENANCE:
        if other == name:
            continue
        try:
            connection = psycopg2.connect(**({"connect_timeout": "10"} | options | {"dbname": other}))
        except (psycopg2.Error, UnicodeError):
            continue
        with closing(connection), connection.cursor() as cursor:
            cursor.execute(
                "SELECT has_database_privilege(d.oid, 'CONNECT'), d.datconnlimit >= 0 AND d.datconnlimit <= "
                "(SELECT count(*) FROM pg_stat_activity a WHERE a.datid = d.oid) FROM pg_database d WHERE datname = %s",
                (name,),
            )
            row = cursor.fetchone()
        if row is None:
            return _NO_SUCH_DATABASE
        return "53300" if row[1] else None if row[0] else "42501"
    return None


def _database(options: dict[str, str]) -> str:
    named = options.get("dbname") or os.environ.get("PGDATABASE")
    return named or options.get("user") or os.environ.get("PGUSER") or "of the user's name"


def _user(url: str) -> str:
    return options_of(url).get("user") or os.environ.get("PGUSER") or "the current user"


def _safe(url: str, text: str) -> str:
    """A text without the passwords of a URL; short ones are only hidden where they stand alone, in quotes."""
    for name, value in options_of(url).items():
        if "password" in name and value:
            for hidden in [value] if len(value) >= _SHORT else [f'"{value}"', f"'{value}'"]:
                text = text.replace(hidden, "***")
    return text


def _first_line(error: Exception) -> str:
    line = next((line for line in str(error).splitlines() if line.strip()), type(error).__name__)
    return line.strip().removeprefix("FATAL:").removeprefix("ERROR:").strip().rstrip(".")
