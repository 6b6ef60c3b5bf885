"""Files as the Arrow batches that the bulk copy sends, in the types of their columns; and sums of what has arrived."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pyarrow as pa
from pyarrow import csv

from datagen.loading.backend import BLOCK, RowsRefused, Step
from datagen.loading.mssql.statements import name
from datagen.loading.raw_file import RawFile
from datagen.schema import arrow_schema, kind, total_columns

if TYPE_CHECKING:
    from sqlalchemy import Table

    from datagen.loading.mssql.connection import Link
    from datagen.loading.source_files import Source

_SMALL_INTEGERS = {"smallint": pa.int16(), "int": pa.int32()}
"""Whole numbers are sent in the width of their column: the server converts nothing."""
_LONGEST_NUMBER = 18
"""Digits of an id that count at most."""


def bulk_schema(table: Table) -> pa.Schema:
    """The table's columns as they are sent."""
    wanted = arrow_schema(table)
    return pa.schema(
        [pa.field(item.name, _SMALL_INTEGERS.get(kind(item), wanted.field(item.name).type)) for item in table.columns]
    )


def batches(source: Source, step: Step) -> Iterator[pa.RecordBatch]:
    """The rows of a file; `step` hears of every block that was read.

    Raises: `RowsRefused` for a value that its column cannot hold, or text that is no CSV.
    """
    wanted, passed = bulk_schema(source.table), 0
    try:
        reader = csv.open_csv(
            pa.PythonFile(RawFile(source.read), mode="r"),
            read_options=csv.ReadOptions(use_threads=False, block_size=BLOCK),
            parse_options=csv.ParseOptions(newlines_in_values=True),
            convert_options=csv.ConvertOptions(
                column_types=wanted,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=False,
                true_values=["true", "True", "TRUE"],
                false_values=["false", "False", "FALSE"],
            ),
        )
        offset = 0
        for batch in reader:
            yield batch
            offset += batch.nbytes
            now = source.passed(min(offset, source.size))
            for _ in range(-(-now // BLOCK) - -(-passed // BLOCK)):
                step()
            passed = max(passed, now)
    except pa.ArrowException as error:
        raise RowsRefused(str(error).splitlines()[0].rstrip("."), source.path) from error
    for _ in range(-(-source.size // BLOCK) - -(-passed // BLOCK)):
        step()


def totals(link: Link, schema: str, table: Table, columns: Iterable[str]) -> dict[str, Decimal]:
    """The control totals of these columns of a table, as far as they have one; see `datagen.control_totals`."""
    among = set(columns)
    wanted = [item for item in table.columns if item.name in among and item.name in total_columns(table)]
    if not wanted:
        return {}
    sums = ", ".join(f"SUM({_counted(item)})" for item in wanted)
    (row,) = link.rows(f"SELECT {sums} FROM {name(schema, table.name)}")  # noqa: S608 - names of the schema
    return {item.name: Decimal(value or 0) for item, value in zip(wanted, row, strict=True)}


def _counted(item: Any) -> str:
    """SQL for what a value counts, as a type that holds the sum of any."""
    column = name(item.name)
    if kind(item) == "decimal":
        return f"CAST({column} AS decimal(38, {item.type.scale or 0}))"
    if kind(item) in ("smallint", "int", "bigint"):
        return f"CAST({column} AS decimal(38, 0))"
    digits = f"PATINDEX(N'%[^0-9]%', CONCAT(REVERSE({column}), N'x')) - 1"
    few = f"CASE WHEN {digits} > {_LONGEST_NUMBER} THEN {_LONGEST_NUMBER} ELSE {digits} END"
    return f"CAST(NULLIF(RIGHT({column}, {few}), N'') AS decimal(38, 0))"
