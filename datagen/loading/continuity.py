"""Whether the rows of a directory that grows are those that come next in its history."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from psycopg2 import sql

from datagen.errors import DataError
from datagen.loading.row_errors import places_of, refusal

if TYPE_CHECKING:
    from psycopg2.extensions import cursor as Cursor  # noqa: N812

    from datagen.loading.history import Growing, History
    from datagen.loading.source_files import Directory
    from datagen.output.file_names import Days

_DAY = dt.timedelta(1)


def judge(cursor: Cursor, schema: str, directory: Directory, counts: Mapping[Path, int], before: int = 0) -> None:
    """Refuse rows that are not those that come next in the history of a directory, if it has one.

    They stand in `schema`, where the other tables are too, and every file had so many of them. `before` is the number
    of the row that they come after; they may begin earlier where the files do.
    """
    if directory.history is None:
        return
    rows = _Rows(cursor, schema, directory, directory.history)
    rows.refuse_form()
    rows.refuse_gaps(before)
    rows.refuse_days(counts)
    rows.refuse_unknown()


class _Rows:
    """Rows of the table that grows, which are to be judged."""

    def __init__(self, cursor: Cursor, schema: str, directory: Directory, history: History) -> None:
        growing = history.growing
        self.cursor, self.directory, self.history, self.growing = cursor, directory, history, growing
        key, moment = sql.Identifier(growing.key), sql.Identifier(growing.moment)
        form = sql.Literal(f"^{re.escape(growing.prefix)}[0-9]{{{growing.digits}}}$")
        column, other, known = growing.known
        self._names = {
            "table": sql.Identifier(schema, growing.table),
            "key": key,
            "moment": moment,
            "formed": sql.SQL("{} ~ {}").format(key, form),
            "column": sql.Identifier(column),
            "other": sql.Identifier(schema, other),
            "known": sql.Identifier(known),
            "digits": sql.Literal(len(growing.prefix) + 1),
        }

    def _all(self, query: str, **more: object) -> list[tuple[Any, ...]]:
        given = {name: sql.Literal(value) for name, value in more.items()}
        self.cursor.execute(sql.SQL(query).format(**self._names, **given))
        return list(self.cursor.fetchall())

    def _one(self, query: str, **more: object) -> tuple[Any, ...] | None:
        return next(iter(self._all(query, **more)), None)

    def refuse_form(self) -> None:
        """Refuse a key that is not of the form."""
        if row := self._one("SELECT {key} FROM {table} WHERE NOT {formed} LIMIT 1"):
            raise self._refused(row[0], self.growing.key, row[0], f"is not of the form {self.growing.key_of(1)}")

    def refuse_gaps(self, before: int) -> None:
        """Refuse keys that do not count on to the last row; being of one form, they sort as their numbers do."""
        growing = self.growing
        found, low, high = self._one("SELECT count(*), min({key}), max({key}) FROM {table}") or (0, None, None)
        first = growing.number_of(low) if low else before + 1
        last = growing.number_of(high) if high else before
        begins = first == before + 1 or (first <= before and self.directory.overlaps)
        if begins and last == self.history.rows and last - first + 1 == found:
            return
        row = self._one(
            "SELECT {key}, previous FROM (SELECT {key}, lag({key}, 1, {start}) OVER (ORDER BY {key}) AS previous "
            "FROM {table}) t WHERE cast(substr({key}, {digits}) AS bigint) "
            "<> cast(substr(previous, {digits}) AS bigint) + 1 ORDER BY 1 LIMIT 1",
            start=growing.key_of(first - 1 if begins else before),
        )
        if row:
            reason = f"does not come after {row[1]}, the one before: rows are missing, or of another history"
            raise self._refused(row[0], growing.key, row[0], reason)
        raise DataError(
            f"The files of {growing.table} in {self.directory.path} end with row {last:,}, and the state tells of "
            f"{self.history.rows:,}: a file is cut or edited. Restore the files. The database is as it was."
        )

    def refuse_days(self, counts: Mapping[Path, int]) -> None:
        """Refuse a row that is not of its file's days; keys count on, so that the rows of a file are a run of them."""
        days = self._all("SELECT cast({moment} AS date), count(*), min({key}), max({key}) FROM {table} GROUP BY 1")
        first = min((self.growing.number_of(low) for _, _, low, _ in days), default=1)
        for source in self.directory.of(self.growing.table):
            assert source.days
            last = first + counts[source.path] - 1
            of_file = [row for row in days if source.days.first <= row[0] <= source.days.last]
            found = sum(count for _, count, _, _ in of_file)
            low = min((self.growing.number_of(low) for _, _, low, _ in of_file), default=first)
            high = max((self.growing.number_of(high) for _, _, _, high in of_file), default=last)
            if (found, low, high) != (counts[source.path], first, last):
                self._refuse_day(first, last, source.days)
            first = last + 1

    def _refuse_day(self, first: int, last: int, days: Days) -> None:
        """Refuse the first of some rows that is not on these days, if there is one."""
        row = self._one(
            "SELECT {key}, cast({moment} AS text) FROM {table} WHERE {key} BETWEEN {first} AND {last} "
            "AND NOT ({moment} >= {begin} AND {moment} < {end}) ORDER BY 1 LIMIT 1",
            first=self.growing.key_of(first),
            last=self.growing.key_of(last),
            begin=days.first,
            end=days.last + _DAY,
        )
        if row:
            reason = f"is not on a day of the file, {days.first} to {days.last}"
            raise self._refused(row[0], self.growing.moment, row[1], reason)

    def refuse_unknown(self) -> None:
        """Refuse a row with a value that the other table does not know."""
        # Asked by value: there are few, and a plan that looks each row up would take ten times as long.
        if unknown := self._one("SELECT {column} FROM {table} EXCEPT SELECT {known} FROM {other} ORDER BY 1"):
            (key,) = self._one("SELECT {key} FROM {table} WHERE {column} = {value} LIMIT 1", value=unknown[0]) or ("",)
            column, table, known = self.growing.known
            raise self._refused(key, column, unknown[0], f"is not one of {table}.{known}")

    def _refused(self, key: str, column: str, value: str, reason: str) -> DataError:
        return refused(self.directory, self.growing, key, column, value, reason)


def refused(directory: Directory, growing: Growing, key: str, column: str, value: str, reason: str) -> DataError:
    """The error for a value of the row with this key, in the files of the table that grows."""
    sources = directory.of(growing.table)
    source, line = next(places_of(sources, [growing.key], key), (sources[0], None))
    return refusal(source, line, column, value, reason)
