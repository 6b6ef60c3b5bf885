"""Rows of Arrow that DuckDB asks for."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pyarrow as pa


class Batches:
    """Rows that are made anew each time that they are read.

    A reader of Arrow is read once. A query that is begun a second time, because it needs less memory then
    (`DuckDatabase`), would find none, or the rest.
    """

    def __init__(self, schema: pa.Schema, made: Callable[[], Iterator[pa.RecordBatch]]) -> None:
        """`made` gives the batches, of that schema."""
        self._schema, self._made = schema, made

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        """What Arrow calls a stream."""
        return pa.RecordBatchReader.from_batches(self._schema, self._made()).__arrow_c_stream__(requested_schema)
