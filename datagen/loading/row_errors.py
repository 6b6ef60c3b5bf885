"""What is said of data that a table must not take: file, line, column, value and reason, in one or two lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from datagen.errors import DataError
from datagen.loading.raw_file import RawFile
from datagen.schema import column_names

if TYPE_CHECKING:
    from sqlalchemy import CheckConstraint

    from datagen.loading.source_files import Source
    from datagen.table_facts import Reference

ADVICE = ". Mend that and load again. The database is as it was."
_LONGEST = 80
"""Characters of a value that are shown."""


def records(source: Source) -> Iterator[tuple[int, list[str]]]:
    """(line, values) of each row; the line is that of the row's end. Bytes that are not UTF-8 become surrogates.

    Ends with `csv.Error` at a quote that never closes.
    """
    text = io.TextIOWrapper(io.BufferedReader(RawFile(source.read), 1 << 20), "utf-8", "surrogateescape", newline="")
    reader = csv.reader(text, strict=True)
    next(reader, None)
    for row in reader:
        yield reader.line_num, row


def lines(source: Source) -> Iterator[tuple[int, bytes]]:
    """(number, bytes) of each line of the file."""
    yield from enumerate(io.BufferedReader(RawFile(source.read), 1 << 20), 1)


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
            f", {source.place(line)}" if line else "",
            f", column {column}" if column else "",
            f": {shown(value)}" if value is not None else "",
        ]
    )
    join = " " if value is not None else ": "
    return DataError(f"{source.path}{where}{join}{reason}{ADVICE}")


def without_advice(fault: DataError) -> str:
    """What is wrong, without what to do next."""
    return str(fault).removesuffix(ADVICE)


def unfit(source: Source, line: int | None, column: str, value: str, reason: str) -> DataError:
    """What is said of a value that the type of its column does not take; `reason` may name the type."""
    kind = source.table.columns[column].type
    return refusal(source, line, column, value, reason.format(type=kind))


def bad_encoding(source: Source) -> DataError | None:
    """What is said of the first bytes of a file that are not UTF-8, or None."""
    for number, text in lines(source):
        try:
            text.decode()
        except UnicodeDecodeError as fault:
            for name, value in zip(column_names(source.table), text.rstrip(b"\r\n").split(b","), strict=False):
                if (plain := value.decode(errors="backslashreplace")).encode() != value:
                    plain = shown(plain).replace("\\\\", "\\")
                    return refusal(source, number, name, None, f"{plain} is not UTF-8; save the file as UTF-8")
            return refusal(source, number, None, None, f"the byte {text[fault.start]:#04x} is not UTF-8")
    return None


def wrong_width(source: Source, line: int, row: Sequence[str]) -> DataError:
    """What is said of a row with too few or too many values."""
    names = column_names(source.table)
    if len(row) < len(names):
        what = f"has {len(row)} values instead of {len(names)}, so {names[len(row)]} is missing"
        return refusal(source, line, names[len(row)], None, f"the row {shown(','.join(row))} {what}")
    more = f"is more than the row can hold, {len(names)} values; a comma within a value needs quotes around it"
    return refusal(source, line, None, ",".join(row[len(names) :]), more)


def other_line_end(source: Source, line: int | None) -> DataError:
    """What is said of a line that ends as others do not."""
    why = "a line ends in CR or CR LF, and others in LF alone; save the file with LF"
    return refusal(source, line, None, None, why)


def open_quote(source: Source, line: int) -> DataError:
    """What is said of a quote that never closes, in the row after the one that ends in this line."""
    return refusal(source, line + 1, None, None, 'a quote (") opens here that never closes')


def lone_quote(source: Source, line: int | None) -> DataError:
    """What is said of a quote in the middle of a value, which the server takes for an opening one."""
    where = column_at(source, line, b'"') if line else ""
    return refusal(source, line, None, None, f'a quote (") stands alone{where}; a value with quotes doubles them')


def line_of_lone_quote(source: Source) -> int | None:
    """The first line with an odd number of quotes."""
    return next((number for number, text in lines(source) if text.count(b'"') % 2), None)


def broken_check(source: Source, line: int | None, row: Sequence[str], check: CheckConstraint) -> DataError:
    """What is said of a row that breaks a CHECK."""
    from sqlalchemy.sql import visitors
    from sqlalchemy.sql.elements import ColumnClause

    parts = [item for item in visitors.iterate(check.sqltext) if isinstance(item, ColumnClause)]
    column, *others = dict.fromkeys(str(item.name) for item in parts)
    values = dict(zip(column_names(source.table), row, strict=False))
    also = "".join(f", {other} {shown(values.get(other, ''))}" for other in others)
    return refusal(source, line, column, values.get(column, ""), f"breaks the rule {rule_text(check)}{also}")


def rule_text(check: CheckConstraint) -> str:
    """A CHECK as SQL, with its values written out."""
    from sqlalchemy.dialects import postgresql

    sql = check.sqltext.compile(dialect=postgresql.dialect(), compile_kwargs={"literal_binds": True})  # type: ignore[no-untyped-call]
    return str(sql)


def not_unique(sources: Sequence[Source], columns: Sequence[str], values: str) -> DataError:
    """What is said of a key of a table's files that stands there twice; several values are joined by `, `."""
    found = places_of(sources, columns, values)
    source, line = next(found, (sources[0], None))
    again = ""
    if second := next(found, None):
        other, place = second
        again = f" and again in {other.place(place)}" + (f" of {other.path}" if other is not source else "")
    return refusal(source, line, ", ".join(columns), values, f"stands there{again}; it must be unique")


def orphan(sources: Sequence[Source], reference: Reference, values: str) -> DataError:
    """What is said of a value of a table's files that the table it refers to does not have."""
    (parent, names), *_ = reference.parents
    target = f"{parent}.{names[0]}" if len(names) == 1 else f"{parent} ({', '.join(names)})"
    source, line = next(places_of(sources, reference.columns, values), (sources[0], None))
    return refusal(source, line, ", ".join(reference.columns), values, f"is not one of {target}")


def places_of(sources: Sequence[Source], columns: Sequence[str], values: str) -> Iterator[tuple[Source, int]]:
    """(file, line) of each row of a table's files that holds these values, joined by `, `, in these columns."""
    names = column_names(sources[0].table)
    places = [names.index(column) for column in columns]
    for source in sources:
        for line, row in records(source):
            if len(row) == len(names) and ", ".join(row[place] for place in places) == values:
                yield source, line
