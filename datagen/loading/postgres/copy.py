"""Sending a file to a table through `COPY`, and what the database says of the rows that arrived."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterable
from decimal import Decimal
from types import TracebackType
from typing import TYPE_CHECKING

import psycopg2
from psycopg2 import sql

from datagen.checks.totals import totals_query
from datagen.loading.backend import BLOCK
from datagen.loading.postgres.query import number_in
from datagen.schema import column_names, total_columns

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812
    from sqlalchemy import Table

    from datagen.loading.source_files import Source

_READ = 1 << 18


def copy_in(cursor: Cursor, source: Source, table: sql.Identifier, step: Callable[[], None], *options: str) -> int:
    """Copy a file into a table; gives the rows. `step` hears of every block that is sent."""
    columns = sql.SQL(", ").join(map(sql.Identifier, column_names(source.table)))
    how = sql.SQL(", ".join(["FORMAT csv", "HEADER true", "ENCODING 'UTF8'", *options]))
    command = sql.SQL("COPY {} ({}) FROM STDIN ({})").format(table, columns, how)
    with _last_words:
        cursor.copy_expert(command, _Stream(source, step), _READ)
    return int(cursor.rowcount)


class _LastWords(threading.local):
    """What a server says before it ends a connection that copies; psycopg2 prints it as a traceback, and forgets it.

    Within, that is caught, and raised instead of the loss of the connection which is all that psycopg2 tells.
    """

    _lock = threading.Lock()
    _users = 0
    _usual = sys.excepthook
    error: psycopg2.Error | None = None

    def __enter__(self) -> None:
        self.error = None
        with _LastWords._lock:
            _LastWords._users += 1
            if _LastWords._users == 1:
                _LastWords._usual, sys.excepthook = sys.excepthook, self._hook

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        with _LastWords._lock:
            _LastWords._users -= 1
            if _LastWords._users == 0:
                sys.excepthook = _LastWords._usual
        if self.error and isinstance(error, psycopg2.Error):
            raise self.error from None

    def _hook(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, SystemError) and isinstance(error.__cause__, psycopg2.Error):
            self.error = error.__cause__
        else:
            _LastWords._usual(kind, error, trace)


_last_words = _LastWords()


class _Stream:
    """A file as `COPY` reads it."""

    def __init__(self, source: Source, step: Callable[[], None]) -> None:
        self._source, self._step = source, step
        self._at = self._passed = 0

    def read(self, size: int) -> bytes:
        data = self._source.read(size, self._at)
        self._at += len(data)
        passed = self._source.passed(self._at)
        blocks, self._passed = -(-passed // BLOCK) - -(-self._passed // BLOCK), passed
        for _ in range(blocks):
            self._step()
        return data


def totals(cursor: Cursor, table: Table, columns: Iterable[str]) -> dict[str, Decimal]:
    """The control totals of these columns of a table, as far as they have one; see `datagen.control_totals`."""
    among = set(columns)
    wanted = [name for name in total_columns(table) if name in among]
    if not wanted:
        return {}
    cursor.execute(totals_query(table, wanted, number_in))
    return {name: Decimal(value or 0) for name, value in zip(wanted, cursor.fetchone() or (), strict=True)}
