"""Which backend loads into the database of a URL."""

from __future__ import annotations

import re
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from datagen.errors import UsageError
from datagen.frozen import dataclass

if TYPE_CHECKING:
    from datagen.loading.backend import Backend


@dataclass(frozen=True)
class _Kind:
    """A kind of database."""

    title: str
    schemes: tuple[str, ...]
    """The schemes of its URLs; messages name the first."""
    backend: str
    """The import string of its class."""
    extra: str = ""
    """The extra of the package with its driver, if that is not always there."""
    driver: str = ""
    """The module of that driver."""


_KINDS = (
    _Kind("PostgreSQL", ("postgresql", "postgres"), "datagen.loading.postgres.backend:PostgresBackend"),
    _Kind("MySQL or MariaDB", ("mysql", "mariadb"), "datagen.loading.mysql.backend:MySqlBackend", "mysql", "pymysql"),
    _Kind("SQL Server", ("mssql",), "datagen.loading.mssql.backend:MssqlBackend", "mssql", "mssql_python"),
)
SCHEMES = ", ".join(f"{kind.schemes[0]}://" for kind in _KINDS)
"""How the URLs of databases begin that data can be loaded into."""


def backend_for(url: str, name: str = "The database URL") -> Backend:
    """The backend of the database that a URL leads to; `name` is what messages call the URL. Nothing is connected yet.

    Raises: `UsageError` for a scheme that no backend has, a URL that is none, or a driver that is not installed.
    """
    found = re.match(r"\s*([A-Za-z][\w+.-]*)://", url)
    scheme = found[1].partition("+")[0].lower() if found else ""
    if found and not any(scheme in kind.schemes for kind in _KINDS):
        raise UsageError(
            f"{name} begins with {found[1]}://, a kind of database that data cannot be loaded into; {SCHEMES} can."
        )
    return _class_of(next((kind for kind in _KINDS if scheme in kind.schemes), _KINDS[0]))(url, name)


def _class_of(kind: _Kind) -> Callable[[str, str], Backend]:
    module, _, name = kind.backend.partition(":")
    try:
        made: Callable[[str, str], Backend] = getattr(import_module(module), name)
    except ModuleNotFoundError as error:
        if not kind.driver or error.name != kind.driver:
            raise
        raise UsageError(
            f"{kind.title} needs the library {kind.driver}, which is not installed here. "
            f"Install it: pip install 'datagen[{kind.extra}]'"
        ) from None
    return made


def titles() -> str:
    """The kinds of database that data can be loaded into, in words: `PostgreSQL, MySQL or MariaDB`."""
    *others, last = [title for kind in _KINDS for title in kind.title.split(" or ")]
    return f"{', '.join(others)} or {last}" if others else last
