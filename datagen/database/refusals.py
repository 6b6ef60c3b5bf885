"""What is told of data that a table must not take: file, line, column, value and reason, in one or two lines."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from datagen.errors import DataError
from datagen.schema import column_names, constraints_of, foreign_keys

if TYPE_CHECKING:
    import psycopg2
    from sqlalchemy import CheckConstraint, Table

    from datagen.database.source import Source

_UNCHANGED = "The database is as it was."
_LONGEST = 80
"""Characters of a value that are shown."""
_WORDS = {
    "22P02": "is not of the column's type, {type}",
    "22007": "is not of the column's type, {type}",
    "22008": "does not exist in the calendar or on the clock",
    "22003": "is too large for the column's type, {type}",
    "22001": "is longer than the {length} characters of the column",
    "23502": "is empty, and every row needs a value here",
}


class _Raw(io.RawIOBase):
    """An open file read by position, so that other readers are not disturbed."""

    def __init__(self, source: Source) -> None:
        self._source, self._at = source, 0

    def readable(self) -> bool:
        return True

    def readinto(self, target: object) -> int:
        view = memoryview(target)  # type: ignore[arg-type]
        data = self._source.read(len(view), self._at)
        view[: len(data)] = data
        self._at += len(data)
        return len(data)


def records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """(line, values) of each row; the line is that of the row's end. Bytes that are not UTF-8 become surrogates.

    Ends with `csv.Error` at a quote that never closes.
    """
    text = io.TextIOWrapper(io.BufferedReader(_Raw(source), 1 << 20), "utf-8", "surrogateescape", newline="")
    reader = csv.reader(text, strict=True)
    next(reader, None)
    for row in reader:
        yield reader.line_num, row


def lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """(number, bytes) of each line of the file."""
    yield from enumerate(io.BufferedReader(_Raw(source), 1 << 20), 1)


def column_at(source: Source, line: int, mark: bytes) -> str:
    """`, column c: 'value'` for the first value of a line that holds these bytes."""
    for number, text in lines(source):
        if number == line:
            for name, value in zip(column_names(source.table), text.rstrip(b"\r\n").split(b","), strict=False):
                if mark in value:
                    return f", column {name}: {shown(value.decode(errors='backslashreplace'))}"
    return ""


def shown(value: str) -> str:
    """A value as it is shown in messages: in quotes, on one line, not too long."""
    text = repr(value)
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 4]}...'"


def refusal(source: Source, line: int | None, column: str | None, value: str | None, reason: str) -> DataError:
    """The error for a value of a file."""
    where = "".join(
        [
            f", line {line}" if line else "",
            f", column {column}" if column else "",
            f": {shown(value)}" if value is not None else "",
        ]
    )
    join = " " if value is not None else ": "
    return DataError(f"{source.path}{where}{join}{reason}. Mend that and load again. {_UNCHANGED}")


def explain(error: psycopg2.Error, table: Table, source: Source | None) -> DataError | None:
    """What is told of an error that the rows of a table caused, or None if it has another cause.

    `source` is the file the rows came from, None for rows that were in the database before.
    """
    code = error.pgcode or ""
    if code[:2] not in ("22", "23"):
        return None
    if source is None:
        return DataError(
            f"Rows of {table.name} that are in the database, and not in the directory, do not fit the new ones: "
            f"{error.diag.message_detail or error.diag.message_primary} Load a directory that has {table.name} too."
        )
    if code in ("23505", "23503"):
        return _explain_key(error, table, source)
    context = error.diag.context or ""
    found = re.search(rf"{re.escape(table.name)}\D+(\d+)", context)
    line = int(found[1]) if found else None
    if code == "22021":
        return _explain_encoding(source, line, error)
    if code == "22P04":
        return _explain_format(source, line, error)
    row = _row_at(source, line)
    if code == "23514":
        return _explain_check(error, table, source, line, row)
    named = re.search(rf"{re.escape(table.name)}\D+\d+, \w+ (\w+)", context)
    column = error.diag.column_name or (named[1] if named else None)
    names = column_names(table)
    value = row[names.index(column)] if column in names and row and len(row) == len(names) else None
    word = _WORDS.get(code)
    if word is None or column not in names:
        return refusal(source, line, column, value, _reason(error))
    kind = table.columns[column].type
    return refusal(source, line, column, value or "", word.format(type=kind, length=getattr(kind, "length", "")))


def _reason(error: psycopg2.Error) -> str:
    return str(error.diag.message_primary or error).splitlines()[0].rstrip(".")


def _row_at(source: Source, line: int | None) -> list[str] | None:
    try:
        return next((row for number, row in records(source) if line is not None and number >= line), None)
    except csv.Error:
        return None


def _explain_encoding(source: Source, line: int | None, error: psycopg2.Error) -> DataError:
    for number, text in lines(source):
        if number == line:
            for name, value in zip(column_names(source.table), text.rstrip(b"\r\n").split(b","), strict=False):
                try:
                    value.decode()
                except UnicodeDecodeError:
                    plain = value.decode(errors="backslashreplace").replace("\\", "\\")
                    return refusal(source, line, name, None, f"{shown(plain)} is not UTF-8; save the file as UTF-8")
    # The line is counted where the server saw the bytes; the file itself tells better.
    for number, text in lines(source):
        try:
            text.decode()
        except UnicodeDecodeError as fault:
            return refusal(source, number, None, None, f"the byte {text[fault.start]:#04x} is not UTF-8")
    return refusal(source, line, None, None, _reason(error))


def wrong_width(source: Source, line: int, row: Sequence[str]) -> DataError:
    """What is told of a row with too few or too many values."""
    names = column_names(source.table)
    if len(row) < len(names):
        what = f"has {len(row)} values instead of {len(names)}, so {names[len(row)]} is missing"
        return refusal(source, line, names[len(row)], None, f"the row {shown(','.join(row))} {what}")
    more = f"is more than the row can hold, {len(names)} values: is there a comma without quotes?"
    return refusal(source, line, None, ",".join(row[len(names) :]), more)


def _explain_format(source: Source, line: int | None, error: psycopg2.Error) -> DataError:
    reason, end = _reason(error), 1
    if "carriage return" in reason or "newline" in reason:
        why = "a line ends in CR or CR LF, and others in LF alone; save the file with LF"
        return refusal(source, line, None, None, why)
    try:
        for end, row in records(source):
            if len(row) != len(column_names(source.table)):
                return wrong_width(source, end, row)
            if line is not None and end >= line:
                break
    except csv.Error:
        return refusal(source, end + 1, None, None, 'a quote (") opens here that never closes')
    if "quote" in reason:  # in the middle of a value, which the server takes for an opening one
        number = next((number for number, text in lines(source) if text.count(b'"') % 2), line)
        where = column_at(source, number, b'"') if number else ""
        return refusal(source, number, None, None, f'a quote (") stands alone{where}; a value with quotes doubles them')
    return refusal(source, line, None, None, reason)


def _explain_check(
    error: psycopg2.Error, table: Table, source: Source, line: int | None, row: list[str] | None
) -> DataError:
    from sqlalchemy import CheckConstraint
    from sqlalchemy.dialects import postgresql
    from sqlalchemy.sql import visitors
    from sqlalchemy.sql.elements import ColumnClause

    name = error.diag.constraint_name
    names = postgresql.dialect().identifier_preparer  # type: ignore[no-untyped-call]
    for check in constraints_of(table, CheckConstraint):
        if names.format_constraint(check) == name:  # long names are shortened
            parts = [item for item in visitors.iterate(check.sqltext) if isinstance(item, ColumnClause)]
            used = dict.fromkeys(str(item.name) for item in parts)
            values = dict(zip(column_names(table), row or [], strict=False))
            column, *others = used
            also = "".join(f", {other} {shown(values.get(other, ''))}" for other in others)
            return refusal(source, line, column, values.get(column, ""), f"breaks the rule {rule_text(check)}{also}")
    return refusal(source, line, None, None, _reason(error))


def rule_text(check: CheckConstraint) -> str:
    """A CHECK as SQL, with its values written out."""
    from sqlalchemy.dialects import postgresql

    sql = check.sqltext.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    return str(sql)


def _explain_key(error: psycopg2.Error, table: Table, source: Source) -> DataError:
    found = re.search(r"\(([^()]*)\)=\((.*)\)[^()]*$", error.diag.message_detail or "", re.DOTALL)
    if not found:
        return refusal(source, None, None, None, _reason(error))
    columns = [name.strip(' "') for name in found[1].split(",")]
    values = found[2]
    if error.pgcode == "23505":
        where = _lines_of(source, columns, values, 2)
        again = f" and again in line {where[1]}" if len(where) > 1 else ""
        first = where[0] if where else None
        return refusal(source, first, ", ".join(columns), values, f"stands there{again}; it must be unique")
    parents = [f"{parent}.{column}" for child, parent, column in foreign_keys(table) if child == columns[0]]
    target = parents[0] if parents else "the table it refers to"
    where = _lines_of(source, columns, values, 1)
    return refusal(source, where[0] if where else None, ", ".join(columns), values, f"is not one of {target}")


def _lines_of(source: Source, columns: Sequence[str], values: str, most: int) -> list[int]:
    names = column_names(source.table)
    places = [names.index(column) for column in columns]
    found: list[int] = []
    for line, row in records(source):
        if len(row) == len(names) and ", ".join(row[place] for place in places) == values:
            found.append(line)
            if len(found) == most:
                break
    return found
