"""Sending a file to a table through `LOAD DATA LOCAL`, and what the database says of the rows that arrived.

`LOAD DATA LOCAL` makes errors warnings, even in strict mode: rows whose key is there already or that break a CHECK are
passed over, texts cut, days that do not exist zeroed, decimals rounded. So a warning is an error.
"""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

from datagen.checks.totals import totals_query
from datagen.loading.backend import BLOCK, RowsRefused, Sent
from datagen.loading.diagnosis import text_fault
from datagen.loading.mysql.connection import name_of
from datagen.loading.mysql.faults import refusing_rows
from datagen.schema import kind, total_columns

if TYPE_CHECKING:
    from sqlalchemy import Column, Table

    from datagen.loading.mysql.address import Address
    from datagen.loading.source_files import Source

_READ = 1 << 18
_ODD = re.compile(rb'\r\n|[^,\n"]"[^,\n"]|[,\n][^,"\n]+"[,\n]')
"""What may be no CSV, such as a quote that stands alone, and is a part of a value for `LOAD DATA`."""


def load_files(
    cursor: Any, address: Address, sources: Sequence[Source], target: str, step: Callable[[], None], sent: Sent
) -> dict[Path, int]:
    """Send files to a table, `target` being its name as SQL; gives the rows by file.

    `step` hears of every block that is sent, and `sent` of every file that has arrived.

    Raises: `RowsRefused`, `DatabaseError`, and what the callables raise.
    """
    parts: dict[Path, int] = {}
    for source in sources:
        with refusing_rows(address, source.path):
            parts[source.path] = _load(cursor, source, target, step)
        sent(source, parts[source.path])
    return parts


def _load(cursor: Any, source: Source, target: str, step: Callable[[], None]) -> int:
    columns, values, has_word = [], [], _has_word(source)
    for place, column in enumerate(source.table.columns):
        value = _value(column, f"@v{place}", has_word)
        columns.append(name_of(column.name) if value is None else f"@v{place}")
        if value is not None:
            values.append(f"{name_of(column.name)} = {value}")
    with _Pipe(source, step) as pipe:
        cursor.execute(
            f"LOAD DATA LOCAL INFILE '/dev/fd/{pipe.reader}' INTO "
            f"TABLE {target} CHARACTER SET utf8mb4 "
            "FIELDS TERMINATED BY ',' OPTIONALLY ENCLOSED BY '\"' ESCAPED BY '' LINES TERMINATED BY '\\n' "
            f"IGNORE 1 LINES ({', '.join(columns)})" + (f" SET {', '.join(values)}" if values else "")
        )
    if pipe.is_odd and (fault := text_fault(source)):
        raise fault
    if cursor.warning_count:
        cursor.execute("SHOW WARNINGS LIMIT 1")
        _, _, text = cursor.fetchone()
        raise RowsRefused(str(text).rstrip("."), source.path)
    return int(cursor.rowcount)


def _has_word(source: Source) -> bool:
    """Whether the word NULL may stand in a file, which `LOAD DATA` does not take for a text."""
    if source.text:
        return True  # to render it once more would take longer than to mind the word
    at, end = 0, b""
    while data := source.read(_READ, at):
        if b"NULL" in end + data:
            return True
        at, end = at + len(data), data[-3:]
    return False


def _value(column: Column[Any], given: str, has_word: bool) -> str | None:
    """SQL for the value of a column from the text of a file; None where the text is the value.

    Nothing between two commas is an empty text for `LOAD DATA`, and the bare word NULL is none.
    """
    name = kind(column)
    if name == "boolean":
        text = f"CASE {given} WHEN 'true' THEN 1 WHEN 'false' THEN 0"
        return f"{text} WHEN '' THEN NULL ELSE {given} END" if column.nullable else f"{text} ELSE {given} END"
    if has_word and name in ("varchar", "char", "text") and not _is_key(column):
        word = f"ifnull({given}, 'NULL')"
        return f"nullif({word}, '')" if column.nullable else word
    return f"nullif({given}, '')" if column.nullable else None


def _is_key(column: Column[Any]) -> bool:
    return column.primary_key or (bool(column.foreign_keys) and not column.nullable)


class _Pipe:
    """A file that PyMySQL can open by a name and read once, fed from a thread with what a source reads.

    What ends the feeding - a callback that raises - is raised when the context ends: the server has then taken what
    came before for the whole file.
    """

    def __init__(self, source: Source, step: Callable[[], None]) -> None:
        self._source, self._step = source, step
        self._error: BaseException | None = None
        self.is_odd = False
        """Whether something has passed, in a file that no manifest lists, that may be no CSV."""
        self.reader, self._writer = os.pipe()
        self._thread = threading.Thread(target=self._feed, name="feed", daemon=True)

    def __enter__(self) -> _Pipe:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: object) -> None:
        os.close(self.reader)  # who still writes learns that nobody reads
        self._thread.join()
        if self._error and not (error and isinstance(self._error, BrokenPipeError)):
            raise self._error

    def _feed(self) -> None:
        at = passed = 0
        begun = b""
        try:
            while data := self._source.read(_READ, at):
                at += len(data)
                if not (self._source.written or self._source.text or self.is_odd):
                    self.is_odd = _ODD.search(begun + data) is not None
                    begun = data[data.rfind(b"\n") :]
                rest = memoryview(data)
                while rest:
                    rest = rest[os.write(self._writer, rest) :]
                now = self._source.passed(at)
                for _ in range(-(-now // BLOCK) - -(-passed // BLOCK)):
                    self._step()
                passed = now
        except BaseException as error:
            self._error = error
        finally:
            os.close(self._writer)


def totals(cursor: Any, table: Table, columns: Iterable[str]) -> dict[str, Decimal]:
    """The control totals of these columns of a table, as far as they have one; see `datagen.control_totals`."""
    among = set(columns)
    wanted = [name for name in total_columns(table) if name in among]
    if not wanted:
        return {}
    cursor.execute(totals_query(table, wanted, number_in))
    return {name: Decimal(value or 0) for name, value in zip(wanted, cursor.fetchone(), strict=True)}


def number_in(column: str) -> str:
    """SQL for the number that an id ends with; see `Database.number_in`."""
    # Its end is what no character follows: `$` would do before a last line break, too.
    found = f"regexp_substr({column}, '(?s)[0-9]{{1,18}}(?!.)')"  # where there is none, NULL in MySQL, '' in MariaDB
    return f"if({column} IS NULL, NULL, cast(concat('0', coalesce({found}, '')) AS decimal(20)))"
