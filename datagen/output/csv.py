"""Tables as CSV text: comma, LF, UTF-8, quotes only where a value needs them, empty = NULL.

The hot path hands over columns that are text already (`render`); frames of typed values are turned into such columns
first (`frame_to_columns`). Arrow does the work and releases the interpreter's lock meanwhile.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv as arrow_csv

from datagen.arrays import text_scalar
from datagen.errors import FrameError
from datagen.shared_memory import allocate

if TYPE_CHECKING:
    import pandas as pd

Columns = Mapping[str, pa.StringArray]
"""The columns of a table by name, in order, as the text that is to stand in the file; null prints as nothing."""

_SPECIAL = (b",", b'"', b"\n", b"\r")
_MIDNIGHT = r"[ T]00:00(:00(\.0+)?)?$"
_MEANINGS = {
    pa.types.is_integer: "a whole number",
    pa.types.is_boolean: "true or false",
    pa.types.is_date: "a day such as 2026-01-31",
    pa.types.is_time: "a time of day such as 06:30:00",
    pa.types.is_timestamp: "a time such as 2026-01-31 06:30:00, a local one without a time zone and in whole seconds",
    pa.types.is_string: "text",
}
# Batches of this many rows stay in the processor's cache.
_PLAIN = arrow_csv.WriteOptions(include_header=False, quoting_style="none", batch_size=8192)


def header(names: Iterable[str]) -> bytes:
    """The header line. Names are plain words, which need no quotes."""
    return (",".join(names) + "\n").encode()


def render(columns: Columns) -> pa.Buffer:
    """The rows of a table as CSV text without a header, one line a row.

    Columns are equally long; there are at least two (a lone empty value would be an empty line, which readers skip).
    About 4 ns a value; where some value holds a comma, a quote or a line break, about 20 ns. The rows of one call may
    hold up to 2 GiB of text. A null and an empty text are both written as nothing.
    """
    arrays = list(columns.values())
    table = pa.Table.from_arrays(arrays, names=list(columns))
    # Room for all is made beforehand, so the text is written once and never moved.
    values = sum(array.nbytes for array in arrays)
    text = allocate(values + table.num_columns * table.num_rows)
    writer = pa.FixedSizeBufferWriter(text)
    try:
        # Refuses values that need quotes, hence never writes a wrong line.
        arrow_csv.write_csv(table, writer, _PLAIN)
    except pa.ArrowInvalid:
        return _render_quoted(arrays)
    return text.slice(0, writer.tell())


def _render_quoted(arrays: list[pa.StringArray]) -> pa.Buffer:
    *first, last = (_quoted(array) for array in arrays)
    last = pc.binary_join_element_wise(last, text_scalar("\n"), text_scalar(""), null_handling="replace")
    lines = pc.binary_join_element_wise(*first, last, text_scalar(","), null_handling="replace")
    return lines.buffers()[2]  # the values of a string array lie one after the other: the lines are the text


def _quoted(array: pa.StringArray) -> pa.StringArray:
    data = array.buffers()[2]
    text = data.to_pybytes() if data else b""
    if not any(character in text for character in _SPECIAL):  # far cheaper than asking each value
        return array
    special = pc.match_substring_regex(array, '[",\r\n]')
    mark = text_scalar('"')
    escaped = pc.binary_join_element_wise(mark, pc.replace_substring(array, '"', '""'), mark, text_scalar(""))
    return pc.if_else(special, escaped, array)


def frame_to_columns(frame: pd.DataFrame | pa.Table, schema: pa.Schema) -> dict[str, pa.StringArray]:
    """A frame's columns as text in the format above, in the schema's order; see `frame_to_arrow`."""
    return arrow_to_columns(frame_to_arrow(frame, schema))


def arrow_to_columns(table: pa.Table) -> dict[str, pa.StringArray]:
    """A typed Arrow table (of the types `datagen.schema.arrow_schema` uses) as columns of text. 30-70 ns a value."""
    return {
        name: _whole(pc.cast(column, pa.string()))
        for name, column in zip(table.column_names, table.columns, strict=True)
    }


def frame_to_arrow(frame: pd.DataFrame | pa.Table, schema: pa.Schema) -> pa.Table:
    """A pandas frame, or a generated Arrow table, as an Arrow table of exactly this schema.

    None, NaN, NaT and, in texts, '' are null. Columns the schema does not have are left out. Besides values of the
    column's own type: days may be timestamps at midnight; times, days, timestamps, numbers and truth values may be
    text as CSV files have it, with space around it; whole numbers may be floats without a fraction; floats become
    decimals by rounding to the nearest.

    Raises: `FrameError` naming table, column, row and value.
    """
    if isinstance(frame, pa.Table):
        arrays = [typed(_whole(frame[field.name]), field.type) for field in schema]
        return pa.Table.from_arrays(arrays, schema=schema)
    name = (schema.metadata or {}).get(b"table", b"frame").decode()
    missing = [field.name for field in schema if field.name not in frame.columns]
    if missing:
        raise FrameError(f"Table {name} lacks the column {missing[0]}; give it all of: {', '.join(schema.names)}.")
    arrays = []
    for field in schema:
        try:
            array = _converted(frame[field.name], field.type)
        except (pa.ArrowException, OverflowError) as error:
            row = _first_unlike(frame[field.name], field.type)
            where, value = _where(frame, name, field.name, row), frame[field.name].iloc[row]
            raise FrameError(f"{where} holds '{value}': it must be {_meaning(field.type)}.") from error
        if not field.nullable and array.null_count:
            row = pc.index(pc.is_null(array), True).as_py()
            raise FrameError(f"{_where(frame, name, field.name, row)} is empty. Every row needs a value here.")
        arrays.append(array)
    return pa.Table.from_arrays(arrays, schema=schema)


def _converted(values: pd.Series[Any], wanted: pa.DataType) -> pa.Array:
    return typed(_whole(pa.array(values, from_pandas=True)), wanted)


def _first_unlike(values: pd.Series[Any], wanted: pa.DataType) -> int:
    """The row, from 0, of the first value that cannot be converted, where there is one: that with which it begins."""

    def fails(rows: int) -> bool:
        try:
            _converted(values.iloc[:rows], wanted)
        except (pa.ArrowException, OverflowError):
            return True
        return False

    return bisect_left(range(len(values)), True, key=lambda row: fails(row + 1))


def _where(frame: pd.DataFrame, table: str, column: str, row: int) -> str:
    first = frame.columns[0]
    key = "" if first == column else f" ({frame[first].iloc[row]})"
    return f"Table {table}, column {column}, row {row + 1}{key}"


def _meaning(wanted: pa.DataType) -> str:
    """What values of a type are, in words."""
    if pa.types.is_decimal(wanted):
        whole = wanted.precision - wanted.scale
        return f"a number such as 12.5, with {whole} digits at most and {wanted.scale} more behind the point"
    for is_it, words in _MEANINGS.items():
        if is_it(wanted):
            return words
    return f"of the type {wanted}"


def _whole(array: pa.Array | pa.ChunkedArray) -> pa.Array:
    return array.combine_chunks() if isinstance(array, pa.ChunkedArray) else array


def typed(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    """`array` as `wanted`, where that loses nothing but the binary dust of floats; else an Arrow exception."""
    if pa.types.is_dictionary(array.type):
        array = array.dictionary_decode()
    is_text = pa.types.is_string(array.type) or pa.types.is_large_string(array.type)
    if is_text:
        array = array if pa.types.is_string(wanted) else _bare(array, wanted)
        array = pc.if_else(pc.equal(array, text_scalar("")), text_scalar(None), array)
    if pa.types.is_string(wanted) and not is_text and not pa.types.is_null(array.type):
        raise pa.ArrowTypeError(f"{_first(array)} is not text but {array.type}")
    if pa.types.is_time(wanted) and is_text:  # Arrow reads timestamps, not times
        stamps = pc.binary_join_element_wise(text_scalar("1970-01-01"), array.cast(pa.string()), text_scalar(" "))
        return stamps.cast(pa.timestamp("s")).cast(wanted)
    if pa.types.is_decimal(wanted) and pa.types.is_integer(array.type):
        return array.cast(pa.decimal128(38, wanted.scale)).cast(wanted)
    if pa.types.is_timestamp(array.type) and array.type.tz:
        raise pa.ArrowTypeError(f"{_first(array)} has a time zone; times are local times without one")
    cast = array.cast(wanted)
    if pa.types.is_date(wanted) and pa.types.is_timestamp(array.type):
        fraction = pc.not_equal(cast.cast(array.type), array)
        if pc.any(fraction).as_py():
            raise pa.ArrowInvalid(f"{_first(array.filter(fraction))} is not a whole day")
    return cast


def _bare(array: pa.Array, wanted: pa.DataType) -> pa.Array:
    """Text without what spreadsheets and other programs add to values of a type and what means nothing."""
    array = pc.utf8_trim_whitespace(array)
    if pa.types.is_date(wanted):
        return pc.replace_substring_regex(array, _MIDNIGHT, "")
    if pa.types.is_integer(wanted):
        return pc.replace_substring_regex(array, r"\.0+$", "")
    return pc.utf8_lower(array) if pa.types.is_boolean(wanted) else array


def _first(array: pa.Array) -> str:
    values = array.drop_null()
    return str(values[0]) if len(values) else "a value"
