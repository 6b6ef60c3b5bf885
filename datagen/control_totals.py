"""Control totals: exact sums by which copies of a table are compared, be they files, frames or rows of a database.

They are taken of a table's figures of decimal type and of its keys, primary and foreign: of an id counts the number it
ends with, `MEM000012` counts 12. Empty values count nothing. Which columns these are follows from the schema.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import cache
from typing import TYPE_CHECKING, Any, cast

import pyarrow as pa

from datagen.arrays import numbers_of
from datagen.columns import Coded, Column, Columns, Labels, Totalled

if TYPE_CHECKING:
    from datagen.table_facts import Facts

Sums = Mapping[str, int | Decimal]
"""Control totals by column."""


class Totals:
    """Control totals of tables in the making, piece by piece; the order of the pieces does not matter."""

    def __init__(self, tables: Facts | None = None) -> None:
        """`tables` are those that are to have totals; by default there are none."""
        self.wanted: Mapping[str, Sequence[str]] = {name: table.totals for name, table in (tables or {}).items()}
        """The columns to add up, by table."""
        self.by_table: dict[str, dict[str, int | Decimal]] = {}
        """The totals so far, by table and column."""

    def add(self, table: str, sums: Sums) -> None:
        """Add the totals of more rows of a table."""
        known = self.by_table.setdefault(table, {})
        for name, total in sums.items():
            known[name] = known.get(name, 0) + total

    def add_arrow(self, table: str, rows: pa.Table) -> None:
        """Add more rows of a table, typed as its schema says, with at least the columns that are wanted."""
        self.add(table, {name: _of_arrow(rows[name].combine_chunks()) for name in self.wanted.get(table, ())})


def totals_of(columns: Columns, wanted: Sequence[str]) -> Sums:
    """The control totals of rows, for the columns that are wanted; about 2 ns a value."""
    return {name: _of_column(columns[name]) for name in wanted}


def _of_column(column: Column) -> int | Decimal:
    if _tells_its_total(type(column)):
        return cast(Totalled, column).total()
    return _of_arrow(column.typed())


@cache
def _tells_its_total(kind: type[Column]) -> bool:
    """Whether columns of a type can tell without making their values; to ask each one would take as long as to add."""
    return issubclass(kind, Totalled)


def _of_arrow(array: Any) -> int | Decimal:
    values = array.drop_null()
    if pa.types.is_decimal(array.type):
        amounts: list[Decimal] = values.to_pylist()
        return sum(amounts, Decimal(0).scaleb(-array.type.scale))
    if pa.types.is_integer(array.type):
        numbers = numbers_of(values.cast(pa.int64()))
        # In halves, whose sums fit where that of the numbers may not.
        return (int((numbers >> 32).sum()) << 32) + int((numbers & 0xFFFFFFFF).sum())
    texts = values.dictionary_encode()
    return Coded(numbers_of(texts.indices), Labels.of(texts.dictionary.to_pylist())).total()
