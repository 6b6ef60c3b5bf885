"""One query of a user, run so that nothing can change, whatever it says.

The text goes to the server as a value and is opened as a cursor there, in a transaction that is read-only: a second
statement, a write or the end of a transaction cannot be part of it. The time limit is set anew before each step.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from datagen.errors import DatabaseError
from datagen.frozen import dataclass

if TYPE_CHECKING:
    from datagen.loading.load_all import Part

LIMIT_SECONDS = 60
_AT_ONCE = 1_000
_OPEN = (
    "DO $dhub$ DECLARE asked refcursor := 'asked'; "
    "BEGIN OPEN asked NO SCROLL FOR EXECUTE current_setting('dhub.query'); END $dhub$"
)


@dataclass(frozen=True)
class Result:
    """The columns of a query, and its rows as they come."""

    columns: Sequence[str]
    rows: Iterator[tuple[Any, ...]]


@contextmanager
def asked(part: Part, query: str) -> Iterator[Result]:
    """The result of a query on a database.

    Raises:
        DatabaseError: with what the server says, in one line: of a write, a second statement or an error of the SQL.
    """
    import psycopg2

    connection = part.backend.connect()
    connection.autocommit = False
    until = time.monotonic() + LIMIT_SECONDS
    try:
        with connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION READ ONLY")
            cursor.execute("SELECT set_config('dhub.query', %s, true)", (query,))
            _limit(cursor, until)
            cursor.execute(_OPEN)
            _limit(cursor, until)
            cursor.execute("FETCH FORWARD 0 FROM asked")
            columns = [column.name for column in cursor.description or ()]
            yield Result(columns, _rows(cursor, until))
    except psycopg2.Error as error:
        reason = (str(error).strip() or "no details").splitlines()[0]
        raise DatabaseError(f"{part.name}: {reason}. Mend the query; one that reads is all that can be run.") from error
    finally:
        with suppress(psycopg2.Error):
            connection.rollback()
            connection.autocommit = True


def _rows(cursor: Any, until: float) -> Iterator[tuple[Any, ...]]:
    while True:
        _limit(cursor, until)
        cursor.execute(f"FETCH FORWARD {_AT_ONCE} FROM asked")
        found = cursor.fetchall()
        yield from found
        if len(found) < _AT_ONCE:
            return


def _limit(cursor: Any, until: float) -> None:
    """Let the next step take the time that is left; a query may have set it otherwise for those after it."""
    cursor.execute("SET LOCAL statement_timeout = %s", (max(1, round(1_000 * (until - time.monotonic()))),))
