"""Tables as Parquet files, written a piece at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pyarrow as pa
from pyarrow import parquet

_GROUP = 1 << 17  # rows a group; pieces are gathered until there are so many


class ParquetFile:
    """A Parquet file in the making, whose bytes go to a function; it is complete after `close`."""

    def __init__(self, schema: pa.Schema, write: Callable[[bytes], None]) -> None:
        """Begin a file of this schema."""
        self.bytes = 0
        self._write = write
        self._waiting: list[pa.Table] = []
        self._rows = 0
        self._writer = parquet.ParquetWriter(pa.PythonFile(_Sink(self._sent), mode="w"), schema, compression="zstd")
        self._schema = schema

    def append(self, table: pa.Table) -> None:
        """Add rows; columns are cast to the file's types."""
        self._waiting.append(table.cast(self._schema))
        self._rows += table.num_rows
        if self._rows >= _GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is left and the end of the file."""
        self._flush()
        self._writer.close()

    def _flush(self) -> None:
        if self._rows:
            self._writer.write_table(pa.concat_tables(self._waiting).combine_chunks(), row_group_size=_GROUP)
        self._waiting, self._rows = [], 0

    def _sent(self, data: bytes) -> None:
        self.bytes += len(data)
        self._write(data)


class _Sink:
    """The part of a file that Arrow writes to."""

    closed = False

    def __init__(self, write: Callable[[bytes], None]) -> None:
        self._write = write

    def write(self, data: Any) -> int:
        """Pass bytes on."""
        self._write(bytes(data))
        return len(data)

    def flush(self) -> None:
        """Nothing waits here."""

    def close(self) -> None:
        """Nothing is held here."""
