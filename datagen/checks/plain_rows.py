"""The rows of large CSV files as DuckDB takes them at once: in batches of Arrow, each value in its type.

To read text, to convert it and to convert it back, so that it is known to be written as such values are, takes DuckDB
three times as long. Of files that are not plain (`datagen.checks.plain_csv`), nothing is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.arrays import bits_of
from datagen.checks import plain_values
from datagen.checks.engine import Ids
from datagen.checks.plain_csv import Block, Bools, NotPlainError, Values, blocks

if TYPE_CHECKING:
    from datagen.table_facts import ColumnFacts, TableFacts

_PREFIX_BYTES = 8
"""Of ids that are looked at, at most."""
_Column = Callable[[Values, "Bools | None"], pa.Array]
"""What makes an array of the values of a column in the rows that have one."""


class PlainRows:
    """The rows of a table's files, and what is known of them once they are read."""

    def __init__(self, table: TableFacts, paths: Sequence[Path]) -> None:
        """Nothing is read before `batches` is asked for."""
        self._paths = paths
        columns = [_column(item) for item in table.columns]
        self._columns = [column for _, column in columns]
        single = {names[0] for names in table.keys if len(names) == 1}
        self._keys = [item.name for item in table.columns if item.name in single and _is_text(item)]
        self._ids: dict[str, _CountingUp] = {}
        self._names = [item.name for item in table.columns]
        self.schema = pa.schema([(name, kind) for name, (kind, _) in zip(self._names, columns, strict=True)])
        self.rows = self.width = 0
        """How many there are, and the bytes of their lines, once they are read."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, a batch for each block of lines.

        Raises: `NotPlainError`, `OSError`.
        """
        self.rows = self.width = 0
        self._ids = {name: _CountingUp() for name in self._keys}
        for path in self._paths:
            for block in blocks(path, len(self._columns)):
                arrays = [self._array(block, place) for place in range(len(self._columns))]
                self.rows += block.lines
                self.width += block.size
                yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)

    def _array(self, block: Block, place: int) -> pa.Array:
        values, filled = block.values(place)
        if (counting := self._ids.get(self._names[place])) is not None:
            counting.see(values, filled)
        column = self._columns[place]
        return column(values, filled) if len(values.starts) else pa.nulls(block.lines, self.schema.types[place])

    def ids(self) -> dict[str, Ids]:
        """What is known of the columns whose values are ids that count up, once all rows are read."""
        found = {name: counting.ids() for name, counting in self._ids.items()}
        return {name: ids for name, ids in found.items() if ids}


def _is_text(column: ColumnFacts) -> bool:
    return column.kind in ("char", "varchar", "text")


def _column(column: ColumnFacts) -> tuple[pa.DataType, _Column]:
    """The type of a column as it is read, and what reads it."""
    if _is_text(column):
        return pa.string_view(), lambda values, filled: _texts(values, filled, column.length)
    read, kind = _READERS[column.kind](column)
    return kind, lambda values, filled: _array(kind, read(values), filled)


_READERS: Mapping[str, Callable[[ColumnFacts], tuple[Callable[[Values], NDArray[Any]], pa.DataType]]] = {
    "int": lambda _: (lambda values: _narrowed(values, np.int32), pa.int32()),
    "smallint": lambda _: (lambda values: _narrowed(values, np.int16), pa.int16()),
    "bigint": lambda _: (plain_values.whole_numbers, pa.int64()),
    "decimal": lambda item: (lambda values: _decimals(values, *item.digits), pa.decimal128(*item.digits)),
    "boolean": lambda _: (plain_values.truths, pa.bool_()),
    "date": lambda _: (lambda values: plain_values.dates(values).astype(np.int32), pa.date32()),
    "time": lambda _: (plain_values.times, pa.time64("us")),
    "timestamp": lambda _: (plain_values.timestamps, pa.timestamp("us")),
}


def _narrowed(values: Values, kind: type[np.signedinteger[Any]]) -> NDArray[Any]:
    found, limits = plain_values.whole_numbers(values), np.iinfo(kind)
    if found.min() < limits.min or found.max() > limits.max:
        raise NotPlainError
    return found.astype(kind)


def _decimals(values: Values, size: int, scale: int) -> NDArray[Any]:
    """Numbers of 16 bytes."""
    found = plain_values.decimals(values, size, scale)
    return np.stack((found, found >> 63), axis=1)


def _array(kind: pa.DataType, found: NDArray[Any], filled: Bools | None, *more: pa.Buffer) -> pa.Array:
    """An array of values, which stand in the places that are filled."""
    rows = len(found)
    if filled is not None:
        rows = len(filled)
        there = np.zeros((rows, *found.shape[1:]), found.dtype)
        there[filled] = found
        found = there
    data = bits_of(found) if found.dtype == bool else pa.py_buffer(found)
    return pa.Array.from_buffers(kind, rows, [None if filled is None else bits_of(filled), data, *more])


def _texts(values: Values, filled: Bools | None, most: int | None) -> pa.Array:
    if most is not None and values.lengths.max() > most:  # of characters, there may be fewer
        raise NotPlainError
    views, beside = plain_values.views(values)
    return _array(pa.string_view(), views, filled, *map(pa.py_buffer, beside))


class _CountingUp:
    """What is known of ids that are a prefix and a number, each larger than the one before it."""

    def __init__(self) -> None:
        self._prefix: bytes | None = None
        self._are_not = False
        self._rows = self._total = self._longest = 0
        self._last, self._shortest = -1, 1 << 30

    def see(self, values: Values, filled: Bools | None) -> None:
        """Look at the next ones; in other rows there are none."""
        if self._are_not:
            return
        try:
            if filled is not None:
                raise NotPlainError
            self._look(values)
        except NotPlainError:
            self._are_not = True

    def _look(self, values: Values) -> None:
        if self._prefix is None:
            self._prefix = bytes(values.buffer[values.starts[0] : values.ends[0]]).rstrip(b"0123456789")
            if len(self._prefix) > _PREFIX_BYTES or not self._prefix.isalpha():
                raise NotPlainError
        numbers = plain_values.numbers_after(values, self._prefix)
        if numbers[0] <= self._last or (numbers[1:] <= numbers[:-1]).any():
            raise NotPlainError
        self._rows += len(numbers)
        self._total += int(numbers.sum())
        self._last = int(numbers[-1])
        self._shortest = min(self._shortest, int(values.lengths.min()))
        self._longest = max(self._longest, int(values.lengths.max()))

    def ids(self) -> Ids | None:
        """What is known of all of them, if they are such ids."""
        if self._are_not or self._prefix is None:
            return None
        return Ids(self._rows, self._prefix.decode(), self._total, self._rows, self._shortest, self._longest)
