"""Parquet files as the CSV text that `COPY` reads, rendered while it is read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from datagen.errors import DataError
from datagen.loading.raw_file import RawFile
from datagen.output.csv import arrow_to_columns, header, render, typed
from datagen.schema import arrow_schema

if TYPE_CHECKING:
    from sqlalchemy import Table

_ROWS = 1 << 15
"""Rows that are rendered at a time."""
_DUST = 1e-4
"""A float may differ from a decimal by this part of its last digit."""
_UNCHANGED = "Nothing has been loaded."


class Text:
    """The text that the rows of an open Parquet file make, with a header.

    It can be read from any place, but only one reader at a time goes through it without beginning anew. Values must be
    those of the table's columns, whatever type they are written in; raises `DataError` for others.
    """

    def __init__(self, path: Path, descriptor: int, table: Table) -> None:
        """The file is opened, and its columns are judged, with the first `read`."""
        self._path, self._descriptor = path, descriptor
        self._schema = arrow_schema(table)
        self._pieces: Iterator[bytes] | None = None
        self._piece, self._begin = b"", 0
        self.share = 0.0
        """How much of the rows has been rendered, from 0 to 1."""

    def read(self, size: int, offset: int) -> bytes:
        """So many bytes of the text from a place on; fewer only at its end."""
        if self._pieces is None or offset < self._begin:
            self._pieces, self._piece, self._begin = self._render(), b"", 0
        found = []
        while size:
            end = self._begin + len(self._piece)
            if offset < end:
                part = self._piece[offset - self._begin : offset - self._begin + size]
                found.append(part)
                offset, size = offset + len(part), size - len(part)
            elif (piece := next(self._pieces, None)) is None:
                self._begin, self._piece = end, b""  # many files may be open, and nobody goes on here
                break
            else:
                self._begin, self._piece = end, piece
        return b"".join(found)

    def _render(self) -> Iterator[bytes]:
        names, self.share = self._schema.names, 0.0
        try:
            raw = RawFile(self._bytes, os.fstat(self._descriptor).st_size)
            file = parquet.ParquetFile(pa.PythonFile(raw, mode="r"))
            _refuse_columns(self._path, file.schema_arrow.names, names)
            yield header(names)
            for batch in file.iter_batches(batch_size=_ROWS):
                columns = [self._typed(field, batch.column(field.name)) for field in self._schema]
                yield render(arrow_to_columns(pa.table(columns, names=names))).to_pybytes()
                self.share += batch.num_rows / file.metadata.num_rows
        except (OSError, pa.ArrowException) as error:
            reason = str(error).splitlines()[0].rstrip(".") if str(error) else type(error).__name__
            raise DataError(f"{self._path} cannot be read as Parquet: {reason}. Restore it. {_UNCHANGED}") from error
        self.share = 1.0

    def _bytes(self, size: int, offset: int) -> bytes:
        return os.pread(self._descriptor, size, offset)

    def _typed(self, field: pa.Field, values: pa.Array) -> pa.Array:
        if values.type == field.type:
            return values
        try:
            array = typed(values, field.type)
            if pa.types.is_floating(values.type) and pa.types.is_decimal(field.type):
                dust = pc.abs(pc.subtract(array.cast(pa.float64()), values.cast(pa.float64())))
                other = pc.greater(dust, _DUST * 10**-field.type.scale)
                if pc.any(other).as_py():
                    raise pa.ArrowInvalid(f"{values.filter(other)[0]} has more than {field.type.scale} decimals")
        except pa.ArrowException as error:
            reason = str(error).splitlines()[0].rstrip(".")
            raise DataError(
                f"{self._path}, column {field.name}: {reason}. Its values must be of the type {field.type}; mend that "
                f"and load again. {_UNCHANGED}"
            ) from error
        return array


def _refuse_columns(path: Path, found: list[str], expected: list[str]) -> None:
    if found == expected:
        return
    missing = [name for name in expected if name not in found]
    more = [name for name in found if name not in expected]
    if missing:
        what = f"lacks the column {missing[0]}"
    elif more:
        what = f"has the column '{more[0][:60]}', which the table has not"
    else:
        what = "has its columns in another order"
    raise DataError(f"{path} {what}; they should be {', '.join(expected)}. {_UNCHANGED}")
