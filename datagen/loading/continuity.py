"""Whether the rows of a directory that grows are those that come next in its history."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import BigInteger, Date, cast, exists, func, not_, select

from datagen.errors import DataError
from datagen.loading.row_errors import places_of, refusal

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement, FromClause
    from sqlalchemy.sql.base import Executable

    from datagen.loading.history import AppendOnlyTable, History
    from datagen.loading.source_files import Directory
    from datagen.output.file_names import Days

Ask = Callable[["Executable"], list[tuple[Any, ...]]]
"""Gives the rows of a query."""
_DAY = dt.timedelta(1)


def check_continuity(
    ask: Ask, tables: Callable[[str], FromClause], directory: Directory, counts: Mapping[Path, int], before: int = 0
) -> None:
    """Refuse rows that are not those that come next in the history of a directory, if it has one.

    `tables` gives the table of a name that holds the rows, and every file had so many of them. `before` is the number
    of the row that they come after; they may begin earlier where the files do.

    Raises: `DataError` with the row.
    """
    if directory.history is None:
        return
    rows = _Rows(ask, tables, directory, directory.history)
    rows.refuse_form()
    rows.refuse_gaps(before)
    rows.refuse_days(counts)
    rows.refuse_unknown()


class _Rows:
    """Rows of the table that grows, which are to be judged."""

    def __init__(self, ask: Ask, tables: Callable[[str], FromClause], directory: Directory, history: History) -> None:
        growing = history.growing
        self._ask, self._directory, self._history, self._growing = ask, directory, history, growing
        column, other, known = growing.known
        self._table = tables(growing.table)
        self._key: ColumnElement[Any] = self._table.c[growing.key]
        self._moment: ColumnElement[Any] = self._table.c[growing.moment]
        self._column: ColumnElement[Any] = self._table.c[column]
        self._known: ColumnElement[Any] = tables(other).c[known]

    def _first(self, query: Executable) -> tuple[Any, ...] | None:
        return next(iter(self._ask(query)), None)

    def refuse_form(self) -> None:
        """Refuse a key that is not of the form."""
        if (form := self._growing.pattern) is None:
            return
        if row := self._first(select(self._key).where(not_(self._key.regexp_match(form))).limit(1)):
            raise self._refused(row[0], self._growing.key, row[0], f"is not of the form {self._growing.key_of(1)}")

    def refuse_gaps(self, before: int) -> None:
        """Refuse keys that do not count on to the last row; being of one form, they sort as their numbers do."""
        growing, key = self._growing, self._key
        found, low, high = self._first(select(func.count(), func.min(key), func.max(key)).select_from(self._table)) or (
            *(0, None, None),
        )
        first = before + 1 if low is None else growing.number_of(low)
        last = before if high is None else growing.number_of(high)
        begins = first == before + 1 or (first <= before and self._directory.overlaps)
        if begins and last == self._history.rows and last - first + 1 == found:
            return
        start = growing.key_of(first - 1 if begins else before)
        before_it = func.coalesce(func.lag(key).over(order_by=key), start)
        pairs = select(key.label("own"), before_it.label("previous")).subquery()
        jumps = self._number(pairs.c.own) != self._number(pairs.c.previous) + 1
        row = self._first(select(pairs.c.own, pairs.c.previous).where(jumps).order_by(pairs.c.own).limit(1))
        if row:
            reason = f"does not come after {row[1]}, the one before: rows are missing, or of another history"
            raise self._refused(row[0], growing.key, row[0], reason)
        raise DataError(
            f"The files of {growing.table} in {self._directory.path} end with row {last:,}, and the state tells of "
            f"{self._history.rows:,}: a file is cut or edited. Restore the files. The database is as it was."
        )

    def _number(self, key: ColumnElement[Any]) -> ColumnElement[Any]:
        """The number of a key."""
        if self._growing.digits is None:
            return key
        return cast(func.substr(key, len(self._growing.prefix) + 1), BigInteger)

    def refuse_days(self, counts: Mapping[Path, int]) -> None:
        """Refuse a row that is not of its file's days; keys count on, so that the rows of a file are a run of them."""
        day = cast(self._moment, Date)
        days = self._ask(select(day, func.count(), func.min(self._key), func.max(self._key)).group_by(day))
        number_of = self._growing.number_of
        first = min((number_of(low) for _, _, low, _ in days), default=1)
        for source in self._directory.of(self._growing.table):
            assert source.days
            last = first + counts[source.path] - 1
            of_file = [row for row in days if source.days.first <= row[0] <= source.days.last]
            found = sum(count for _, count, _, _ in of_file)
            low = min((number_of(low) for _, _, low, _ in of_file), default=first)
            high = max((number_of(high) for _, _, _, high in of_file), default=last)
            if (found, low, high) != (counts[source.path], first, last):
                self._refuse_day(first, last, source.days)
            first = last + 1

    def _refuse_day(self, first: int, last: int, days: Days) -> None:
        """Refuse the first of some rows that is not on these days, if there is one."""
        key, moment, key_of = self._key, self._moment, self._growing.key_of
        inside = (moment >= days.first) & (moment < days.last + _DAY)
        query = select(key, moment).where(key.between(key_of(first), key_of(last)), not_(inside))
        if row := self._first(query.order_by(key).limit(1)):
            reason = f"is not on a day of the file, {days.first} to {days.last}"
            raise self._refused(row[0], self._growing.moment, row[1], reason)

    def refuse_unknown(self) -> None:
        """Refuse a row with a value that the other table does not know."""
        # Asked by value: there are few, and a plan that looks each row up would take ten times as long.
        values = select(self._column.label("value")).distinct().subquery()
        is_known = exists().where(self._known == values.c.value)
        unknown = self._ask(select(values.c.value).where(~is_known))
        if unknown:
            value = min(row[0] for row in unknown)
            (key,) = self._first(select(self._key).where(self._column == value).limit(1)) or ("",)
            column, table, known = self._growing.known
            raise self._refused(key, column, value, f"is not one of {table}.{known}")

    def _refused(self, key: Any, column: str, value: Any, reason: str) -> DataError:
        return refused_row(self._directory, self._growing, key, column, value, reason)


def refused_row(
    directory: Directory, growing: AppendOnlyTable, key: Any, column: str, value: Any, reason: str
) -> DataError:
    """The error for a value of the row with this key, in the files of the table that grows."""
    sources = directory.of(growing.table)
    source, line = next(places_of(sources, [growing.key], str(key)), (sources[0], None))
    return refusal(source, line, column, str(value), reason)
