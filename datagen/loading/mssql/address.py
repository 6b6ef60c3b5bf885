"""URLs of SQL Server: where they lead, in words without a password, and as the driver takes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from datagen.errors import UsageError
from datagen.frozen import dataclass

EXAMPLE = "mssql://user:password@localhost:1433/database"
_PORT = 1433
_SHORT = 4
"""A password with fewer characters than this is part of many words."""
_OPTIONS = {
    name.lower(): name
    for name in (
        "ApplicationIntent",
        "Authentication",
        "Encrypt",
        "HostnameInCertificate",
        "IpAddressPreference",
        "KeepAlive",
        "KeepAliveInterval",
        "MultiSubnetFailover",
        "PacketSize",
        "ServerCertificate",
        "ServerSPN",
        "TrustServerCertificate",
        "Trusted_Connection",
    )
}
"""The options of a URL, by their names in lower case: those of the driver that are not in other parts of it."""
_WITHOUT_USER = ("Authentication", "Trusted_Connection")


@dataclass(frozen=True)
class Address:
    """Where a URL leads, and who comes."""

    host: str
    port: int
    database: str
    user: str
    password: str
    options: Mapping[str, str]

    @property
    def place(self) -> str:
        """In words and without a password: `at localhost:1433, database sales`."""
        return f"at {self.host}:{self.port}, database {self.database}"

    @property
    def who(self) -> str:
        """The user, in words."""
        return f"user {self.user}" if self.user else "current user"

    def in_database(self, database: str) -> Address:
        """Another database of the same server."""
        return replace(self, database=database)

    def connection_string(self) -> str:
        """What the driver is given; it holds the password."""
        user = {"UID": self.user, "PWD": self.password} if self.user else {}
        parts = {"Server": f"{self.host},{self.port}", "Database": self.database, **user, **self.options}
        return "".join(f"{name}={_braced(value)};" for name, value in parts.items())

    def safe(self, text: str) -> str:
        """A text without the password; a short one is only hidden where it stands alone, in quotes."""
        if not self.password:
            return text
        for hidden in [self.password] if len(self.password) >= _SHORT else [f'"{self.password}"', f"'{self.password}'"]:
            text = text.replace(hidden, "***")
        return text


def address_of(url: str, name: str = "The database URL") -> Address:
    """Where a URL leads; `name` is what messages call it.

    Raises: `UsageError` for one that is none of SQL Server, which is not repeated: it may hold a password.
    """
    from sqlalchemy.engine import make_url
    from sqlalchemy.exc import ArgumentError

    try:
        found = make_url(url.strip())
        host, port, database = found.host or "", found.port or _PORT, found.database or ""
        # A password with @ or / in it, not written as %-codes, ends up in other parts of the URL.
        if not host or not database or not 0 < port < 1 << 16 or "@" in host + database or "/" in database:
            raise ValueError
    except (ArgumentError, ValueError):
        raise UsageError(
            f"{name} is not one of SQL Server with a host and a database. Write it as {EXAMPLE}, with special "
            "characters as %-codes (@ is %40, / is %2F), and options of its ODBC driver (?Encrypt=strict)."
        ) from None
    options = {}
    for key, value in found.query.items():
        if key.lower() not in _OPTIONS or not isinstance(value, str):
            raise UsageError(
                f"{name} has the option {key}, which cannot be used here, or has it twice. Those that can: "
                f"{', '.join(_OPTIONS.values())}."
            )
        options[_OPTIONS[key.lower()]] = value
    if not found.username and not any(option in options for option in _WITHOUT_USER):
        raise UsageError(
            f"{name} names no user. Write it as {EXAMPLE}, or add ?Trusted_Connection=yes to come as the user of a "
            "Kerberos ticket, or ?Authentication=... of Microsoft Entra."
        )
    return Address(host, port, database, found.username or "", str(found.password or ""), options)


def _braced(value: str) -> str:
    """A value of a connection string, in braces: it may hold anything then."""
    return "{" + value.replace("}", "}}") + "}"
