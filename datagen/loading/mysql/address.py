"""Where a URL of MySQL or MariaDB leads, and how it is said without the password."""

from __future__ import annotations

import getpass
import os
import re
import shlex
from dataclasses import field
from typing import Any

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from datagen.errors import UsageError
from datagen.frozen import dataclass
from datagen.loading.mysql.facts import EXAMPLE

_PORT = 3306
_SHORT = 4
"""A password with fewer characters than this is part of many words."""
_TEXTS = ("ssl_ca", "ssl_cert", "ssl_key", "ssl_key_password")
_SWITCHES = ("ssl_disabled", "ssl_verify_cert", "ssl_verify_identity")
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False}
_LONGEST = 64
"""Characters of the name of a database."""


@dataclass(frozen=True)
class Address:
    """The parts of a URL."""

    user: str
    password: str
    host: str
    port: int
    database: str
    """Its name; empty for a URL of a server alone."""
    socket: str = ""
    """The path of a Unix socket that goes before host and port."""
    tls: dict[str, Any] = field(default_factory=dict)
    """Options of TLS, as PyMySQL has them; without any, TLS is used where the server has it."""
    wait: int = 10
    """Seconds until a server that does not answer is given up."""

    @property
    def server(self) -> str:
        """The server in words: `at localhost:3306`."""
        return f"at {self.socket or f'{self.host}:{self.port}'}"

    @property
    def place(self) -> str:
        """The database in words: `at localhost:3306, database sales`."""
        return f"{self.server}, database {self.database}" if self.database else self.server

    def client(self, program: str) -> str:
        """The command that opens a client on the database, which then asks for the password if there is one."""
        where = [f"--socket={self.socket}"] if self.socket else [f"--host={self.host}", f"--port={self.port}"]
        secret = ["--password"] if self.password else []
        name = [self.database] if self.database else []
        return shlex.join([program, *where, f"--user={self.user}", *secret, *name])

    def without_password(self, text: str) -> str:
        """A text without the password; short ones are only hidden where they stand alone, in quotes."""
        if not self.password:
            return text
        shown = [self.password] if len(self.password) >= _SHORT else [f"'{self.password}'"]
        for hidden in shown:
            text = text.replace(hidden, "***")
        return text


def address_of(url: str, name: str = "The database URL") -> Address:
    """The parts of `mysql://...` or `mariadb://...`, also as SQLAlchemy writes it; `name` is what messages call it.

    Raises: `UsageError` for any other text, which is not repeated: it may hold a password.
    """
    try:
        found = make_url(url.strip())
    except (ArgumentError, ValueError):
        raise _no_url(name) from None
    host = found.host or ""
    if "@" in host or "/" in host or "@" in (found.database or "") or len(found.database or "") > _LONGEST:
        raise _no_url(name)  # a password with @ or / in it, not written as %-codes, ends up in other parts
    options = _options(found, name)
    return Address(
        user=found.username or getpass.getuser(),
        password=str(found.password or os.environ.get("MYSQL_PWD", "")),
        host=host or "localhost",
        port=found.port or _PORT,
        database=found.database or "",
        **options,
    )


def url_of(url: str, database: str) -> str:
    """The URL of another database on the same server."""
    return make_url(url.strip()).set(database=database).render_as_string(hide_password=False)


def _no_url(name: str) -> UsageError:
    return UsageError(
        f"{name} is not one of MySQL or MariaDB. Write it as {EXAMPLE}, with special characters as %-codes (@ is %40, "
        "/ is %2F), and options as PyMySQL knows them (?ssl_ca=ca.pem)."
    )


def _options(url: URL, name: str) -> dict[str, Any]:
    """What stands behind the `?` of a URL."""
    found: dict[str, Any] = {"tls": {}}
    for option, value in url.query.items():
        if not isinstance(value, str):
            raise _no_url(name)
        if option in _TEXTS:
            found["tls"][option] = value
        elif option in _SWITCHES and value.lower() in _TRUTH:
            found["tls"][option] = _TRUTH[value.lower()]
        elif option == "unix_socket":
            found["socket"] = value
        elif option == "connect_timeout" and re.fullmatch(r"[1-9]\d{0,4}", value):
            found["wait"] = int(value)
        elif not (option == "charset" and value.lower() == "utf8mb4"):
            known = ", ".join((*_TEXTS, *_SWITCHES, "unix_socket", "connect_timeout"))
            raise UsageError(
                f"{name} has the option {option}, or a value of it, that is not known; known are {known}, and "
                "charset=utf8mb4, which is used anyway."
            )
    return found
