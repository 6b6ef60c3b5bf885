"""The rows of large CSV files as DuckDB takes them at once: in batches of Arrow, each value in its type.

To read text, to convert it and to convert it back, so that it is known to be written as such values are, takes DuckDB
three times as long. Of files that are not plain (`datagen.checks.plain_csv`), nothing is read here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.arrays import bits_of
from datagen.checks import plain_values
from datagen.checks.engine import Ids
from datagen.checks.plain_csv import Bools, NotPlainError, Values, blocks
from datagen.frozen import dataclass

if TYPE_CHECKING:
    from datagen.table_facts import ColumnFacts, TableFacts

_HALF = 32
"""Bits: sums of the numbers of many ids are made of their halves, which fit."""
_PREFIX_BYTES = 8
"""Of ids that are looked at, at most."""
_Column = Callable[[Values, "Bools | None"], pa.Array]
"""What makes an array of the values of a column in the rows that have one."""


@dataclass(frozen=True)
class Found:
    """What is known of rows that are read."""

    rows: Sequence[int]
    """How many there are in each file."""
    width: int
    """The bytes of their lines."""
    ids: Mapping[str, Ids]
    """Of the columns whose values are ids that count up."""


class PlainRows:
    """The rows of a table's files."""

    def __init__(self, table: TableFacts, paths: Sequence[Path]) -> None:
        """Nothing is read before `batches` is asked for."""
        self._paths = paths
        columns = [_column(item) for item in table.columns]
        self._columns = [column for _, column in columns]
        single = {names[0] for names in table.keys if len(names) == 1}
        self._keys = [item.name for item in table.columns if item.name in single and _is_text(item)]
        self._names = [item.name for item in table.columns]
        self.schema = pa.schema([(name, kind) for name, (kind, _) in zip(self._names, columns, strict=True)])
        self.found: Found | None = None
        """What is known once all rows are read."""
        self.error: BaseException | None = None
        """What ended the reading, which DuckDB tells as an error of its own."""

    def batches(self) -> Iterator[pa.RecordBatch]:
        """The rows, a batch for each block of lines.

        Raises: `NotPlainError`, `OSError`.
        """
        try:
            yield from self._read()
        except GeneratorExit:  # nobody wants the rest
            raise
        except BaseException as error:
            self.error = error
            raise

    def _read(self) -> Iterator[pa.RecordBatch]:
        rows, width = [], 0
        counting = {name: _CountingUp() for name in self._keys}
        for path in self._paths:
            rows.append(0)
            for block in blocks(path, self._names):
                arrays = []
                for name, kind, column, place in zip(
                    self._names, self.schema.types, self._columns, count(), strict=False
                ):
                    values, filled = block.values(place)
                    if name in counting:
                        counting[name].see(values, filled)
                    arrays.append(column(values, filled) if len(values.starts) else pa.nulls(block.lines, kind))
                rows[-1] += block.lines
                width += block.size
                yield pa.RecordBatch.from_arrays(arrays, schema=self.schema)
        ids = {name: found for name in self._keys if (found := counting[name].ids())}
        self.found = Found(rows, width, ids)


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
        self._are_such = True
        self._rows = self._total = 0
        self._last = -1
        self._lengths: set[int] = set()

    def see(self, values: Values, filled: Bools | None) -> None:
        """Look at the next ones; in other rows there are none."""
        self._are_such = self._are_such and filled is None and self._count_up(values)

    def _count_up(self, values: Values) -> bool:
        if self._prefix is None:
            self._prefix = bytes(values.block.buffer[values.starts[0] : values.ends[0]]).rstrip(b"0123456789")
        if len(self._prefix) > _PREFIX_BYTES or not self._prefix.isalpha():
            return False
        try:
            numbers = plain_values.numbers_after(values, self._prefix)
        except NotPlainError:
            return False
        if numbers[0] <= self._last or (numbers[1:] <= numbers[:-1]).any():
            return False
        self._rows += len(numbers)
        self._total += (int((numbers >> _HALF).sum()) << _HALF) + int((numbers & ((1 << _HALF) - 1)).sum())
        self._last = int(numbers[-1])
        self._lengths |= {int(values.lengths.min()), int(values.lengths.max())}
        return True

    def ids(self) -> Ids | None:
        """What is known of all of them, if they are such ids."""
        if not self._are_such or self._prefix is None:
            return None
        return Ids(
            rows=self._rows,
            prefix=self._prefix.decode(),
            total=self._total,
            different=self._rows,
            shortest=min(self._lengths),
            longest=max(self._lengths),
        )
