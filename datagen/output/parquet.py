"""Tables as Parquet files, written a piece at a time."""

from __future__ import annotations

from collections.abc import Callable, Collection

import pyarrow as pa
from pyarrow import parquet

GROUP = 1 << 17
"""Rows of each group but the last: pieces are gathered until there are so many, so a file does not show its pieces."""


class ParquetFile:
    """A Parquet file in the making, whose bytes go to a function; it is complete after `close`.

    The bytes follow from the rows and the release of pyarrow, however the rows come in pieces.
    """

    def __init__(self, schema: pa.Schema, write: Callable[[bytes], None], unlike: Collection[str] = ()) -> None:
        """Begin a file of this schema; in the columns `unlike`, no two values are the same."""
        self._write = write
        self._schema = schema
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self._writer = parquet.ParquetWriter(
            pa.PythonFile(_Sink(self._sent), mode="w"),
            schema,
            compression="zstd",
            # Texts that come again are written once and read fast; for other values it costs time and space.
            use_dictionary=[field.name for field in schema if field.type == pa.string() and field.name not in unlike],
            store_decimal_as_integer=True,
        )

    def append(self, table: pa.Table) -> None:
        """Add rows; columns are cast to the file's types."""
        self._waiting.append(table.cast(self._schema))
        self._rows += table.num_rows
        if self._rows >= GROUP:
            self._write_groups(self._rows - self._rows % GROUP)

    def close(self) -> None:
        """Write what is left and the end of the file."""
        if self._rows:
            self._write_groups(self._rows)
        self._writer.close()

    def abandon(self) -> None:
        """Write nothing more: the file is not wanted."""
        self._write = _drop
        self._writer.close()

    def _write_groups(self, rows: int) -> None:
        table = pa.concat_tables(self._waiting)
        self._writer.write_table(table.slice(0, rows).combine_chunks(), row_group_size=GROUP)
        self._rows -= rows
        self._waiting = [table.slice(rows)] if self._rows else []

    def _sent(self, data: bytes) -> None:
        try:
            self._write(data)
        except BaseException:
            self._write = _drop  # Arrow still tries to end the file
            raise


def _drop(_: bytes) -> None:
    """Where the bytes of a file go that is not wanted."""


class _Sink:
    """The part of a file that Arrow writes to."""

    closed = False

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write

    def write(self, data: bytes) -> int:
        """Pass bytes on."""
        self._write(data)
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing is held here."""
