"""What is said of statements that MySQL or MariaDB refuses: rows at fault, or one line that a user can act on."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pymysql
from pymysql.constants import CR, ER

from datagen.errors import DatabaseError
from datagen.loading.backend import RowsRefused
from datagen.loading.mysql.address import Address

IN_USE = (ER.LOCK_WAIT_TIMEOUT, ER.LOCK_DEADLOCK)
"""The errors that say that other sessions use a table, MySQL's and MariaDB's."""
_LOST = (0, CR.CR_SERVER_GONE_ERROR, CR.CR_SERVER_LOST, ER.SERVER_SHUTDOWN, 1927)
_NEXT = "Nothing has changed; run it again when that is mended."
_NO_RIGHT = (
    "The user {user} has no right to do this {where}: {reason}. Ask the server's owner for it; a load also makes "
    "databases of its own beside the one it loads into: GRANT ALL ON `{database}`.* and `{database}\\_\\_%`.*."
)
_FAILING: dict[int, str] = {
    **dict.fromkeys(
        (
            ER.ACCESS_DENIED_ERROR,
            ER.DBACCESS_DENIED_ERROR,
            ER.TABLEACCESS_DENIED_ERROR,
            ER.COLUMNACCESS_DENIED_ERROR,
            ER.SPECIFIC_ACCESS_DENIED_ERROR,
            1370,
        ),
        _NO_RIGHT,
    ),
    **dict.fromkeys((ER.DISK_FULL, ER.RECORD_FILE_FULL, 3), "The disk of the server is full {where}. " + _NEXT),
    **dict.fromkeys(
        (ER.DB_DROP_RMDIR, 3678, 3681),
        "The server was killed while it made or dropped a database, and has kept its folder: {reason}. "
        "Remove that folder from the server's data directory, or load into a database of another name; "
        "the data is as it was.",
    ),
    **dict.fromkeys((1037, 1038, 1041), "The server ran out of memory {where}: {reason}. " + _NEXT),
    ER.LOCK_WAIT_TIMEOUT: "Other sessions hold the tables {where}. " + _NEXT,
    ER.LOCK_DEADLOCK: "Other sessions and this one waited for each other {where}. " + _NEXT,
    **dict.fromkeys((ER.QUERY_INTERRUPTED, 1969, 3024), "The server ended the work {where}: {reason}. " + _NEXT),
    **dict.fromkeys(
        (ER.OPTION_PREVENTS_STATEMENT, 1836, 1792),
        "The server is read-only, perhaps a replica, {where}. Give the URL of the primary server.",
    ),
    **dict.fromkeys(
        (1148, 3948, 4166),
        "The server does not let a client send files {where} (local_infile is off). "
        "Its owner turns that on: SET GLOBAL local_infile = 1.",
    ),
}
_ABOUT_ROWS = frozenset(
    (
        ER.DUP_ENTRY,
        1586,  # the same, with the key's name
        ER.BAD_NULL_ERROR,
        ER.WARN_NULL_TO_NOTNULL,
        ER.WARN_DATA_OUT_OF_RANGE,
        ER.WARN_DATA_TRUNCATED,
        ER.TRUNCATED_WRONG_VALUE,
        ER.TRUNCATED_WRONG_VALUE_FOR_FIELD,
        ER.DATA_TOO_LONG,
        ER.WARN_TOO_FEW_RECORDS,
        ER.WARN_TOO_MANY_RECORDS,
        ER.NO_REFERENCED_ROW,
        ER.NO_REFERENCED_ROW_2,
        ER.ROW_IS_REFERENCED,
        ER.ROW_IS_REFERENCED_2,
        ER.INVALID_CHARACTER_STRING,
        ER.CONSTRAINT_FAILED,
        ER.DIVISION_BY_ZERO,
        1411,  # a text that is no date
        1526,  # no partition for a value
        1690,  # a number out of range
        3819,  # a CHECK, in MySQL
        4025,  # a CHECK, in MariaDB
    )
)


@contextmanager
def explained(address: Address) -> Iterator[None]:
    """Turn errors of the database into `DatabaseError`s that a user can act on."""
    try:
        yield
    except pymysql.Error as error:
        raise explain(address, error) from error


@contextmanager
def refusing_rows(address: Address, path: Path | None = None) -> Iterator[None]:
    """Turn errors of the database into `RowsRefused` if rows caused them, else into `DatabaseError`."""
    try:
        yield
    except pymysql.Error as error:
        if code_of(error) in _ABOUT_ROWS:
            raise RowsRefused(_reason(error), path) from error
        raise explain(address, error) from error


def explain(address: Address, error: pymysql.Error) -> DatabaseError:
    """What is said of an error of a statement that no row caused."""
    code = code_of(error)
    words = {
        "where": address.place,
        "user": address.user,
        "database": address.database,
        "reason": address.without_password(_reason(error)),
    }
    if code in _LOST or isinstance(error, pymysql.InterfaceError):
        return DatabaseError(
            "The connection to the server was lost {where}. The database holds what it held before, whole; "
            "see that the server is up and run it again.".format(**words)
        )
    message = _FAILING.get(code, "The database refused {where}: {reason}.")
    return DatabaseError(message.format(**words) + ("" if code in _FAILING else f" (error {code})"))


def is_lost(error: pymysql.Error) -> bool:
    """Whether an error says that the connection is gone."""
    return code_of(error) in _LOST or isinstance(error, pymysql.InterfaceError)


def code_of(error: pymysql.Error) -> int:
    """The number of an error; 0 if it has none."""
    return error.args[0] if error.args and isinstance(error.args[0], int) else 0


def _reason(error: pymysql.Error) -> str:
    text = str(error.args[-1]) if error.args else type(error).__name__
    return next(iter(text.splitlines()), "").strip().rstrip(".")
