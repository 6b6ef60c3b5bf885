"""CSV text agrees with Python's own reader and writer, and with the typed values it was made from."""

from __future__ import annotations

import csv
import datetime as dt
import io
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.errors import FrameError
from datagen.output.csv import arrow_to_columns, frame_to_columns, header, render

TEXTS = st.one_of(
    st.none(),
    st.text(alphabet='ab,"\r\n é;', max_size=6),
    st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6),
)


def texts(*values: str | None) -> pa.StringArray:
    return pa.array(values, pa.string())


def rows_of(buffer: pa.Buffer) -> list[list[str]]:
    return list(csv.reader(io.StringIO(buffer.to_pybytes().decode(), newline=""), strict=True))


@given(st.lists(st.tuples(TEXTS, TEXTS, TEXTS)))
def test_a_csv_reader_gets_back_what_was_written(rows: list[tuple[str | None, ...]]) -> None:
    columns = {name: texts(*(row[i] for row in rows)) for i, name in enumerate("abc")}
    assert rows_of(render(columns)) == [[value or "" for value in row] for row in rows]


@given(st.lists(st.tuples(TEXTS, TEXTS)))
def test_quotes_stand_only_where_a_value_needs_them(rows: list[tuple[str | None, ...]]) -> None:
    expected = "".join(
        ",".join(
            '"' + value.replace('"', '""') + '"' if set(value) & set(',"\r\n') else value
            for value in (cell or "" for cell in row)
        )
        + "\n"
        for row in rows
    )
    columns = {name: texts(*(row[i] for row in rows)) for i, name in enumerate("ab")}
    assert render(columns).to_pybytes().decode() == expected


def test_fixed_width_bytes_are_rendered_as_they_are() -> None:
    digits = np.frombuffer(b"MEM000001MEM000002MEM000003", np.uint8)
    offsets = np.arange(0, 28, 9, dtype=np.int32)
    ids = pa.Array.from_buffers(pa.string(), 3, [None, pa.py_buffer(offsets), pa.py_buffer(digits)])
    columns = {"memberid": ids, "note": texts("x", None, "")}
    assert render(columns).to_pybytes() == b"MEM000001,x\nMEM000002,\nMEM000003,\n"


@pytest.mark.parametrize("note", ["plain", 'a "quoted", one'])
def test_slices_of_longer_arrays_are_rendered_as_themselves(note: str) -> None:
    columns = {"a": texts("1", "22", "333", "4")[1:3], "b": texts("x", None, note, "y")[1:3]}
    assert rows_of(render(columns)) == [["22", ""], ["333", note]]


def test_text_hidden_under_a_null_is_not_written() -> None:
    values = pa.py_buffer(b"seensecret")
    offsets = pa.py_buffer(np.array([0, 4, 10], np.int32))
    hidden = pa.Array.from_buffers(pa.string(), 2, [pa.py_buffer(b"\x01"), offsets, values])
    assert render({"a": texts("1", "2"), "b": hidden}).to_pybytes() == b"1,seen\n2,\n"


def test_no_rows_are_no_text() -> None:
    assert render({"a": texts(), "b": texts()}).size == 0


def test_the_header_is_one_line() -> None:
    assert header(["memberid", "email"]) == b"memberid,email\n"


SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("count", pa.int64()),
        pa.field("fee", pa.decimal128(12, 2)),
        pa.field("open", pa.bool_()),
        pa.field("day", pa.date32()),
        pa.field("at", pa.time32("s")),
        pa.field("when", pa.timestamp("s")),
    ],
    metadata={"table": "things"},
)


def frame(**changes: Any) -> pd.DataFrame:
    """Two rows, the second one empty but for its id."""
    values: dict[str, Any] = {
        "id": ["T1", "T2"],
        "count": [7, None],
        "fee": [49.9, None],
        "open": [True, None],
        "day": pd.to_datetime(["2026-01-31", None]),
        "at": ["06:30:00", None],
        "when": pd.to_datetime(["2026-01-31 06:30:00", None]),
    }
    return pd.DataFrame(values | changes)


WRITTEN = b"T1,7,49.90,true,2026-01-31,06:30:00,2026-01-31 06:30:00\nT2,,,,,,\n"


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"day": [dt.date(2026, 1, 31), None], "at": [dt.time(6, 30), None]},
        {"when": [dt.datetime(2026, 1, 31, 6, 30), None], "fee": [Decimal("49.9"), None]},  # noqa: DTZ001
        {"day": ["2026-01-31", ""], "when": ["2026-01-31 06:30:00", ""], "fee": ["49.90", ""], "count": ["7", ""]},
        {"count": pd.array([7, None], dtype="Int64"), "open": pd.array([True, None], dtype="boolean")},
        {"id": pd.Categorical(["T1", "T2"]), "at": np.array(["06:30:00", np.nan], dtype=object)},
        {"surplus": [1, 2]},
        {
            "day": ["2026-01-31 00:00:00", None],
            "fee": [" 49.9 ", None],
            "count": ["7.0", " "],
            "open": ["TRUE", None],
            "at": [" 06:30:00", None],
            "when": ["2026-01-31T06:30:00 ", None],
        },
    ],
)
def test_frames_of_any_usual_dtype_print_the_same(changes: dict[str, Any]) -> None:
    assert render(frame_to_columns(frame(**changes), SCHEMA)).to_pybytes() == WRITTEN


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"id": ["T1", None]}, "Table things, column id, row 2 is empty"),
        ({"id": ["T1", ""]}, "column id, row 2 is empty"),
        ({"id": [1, 2]}, "column id, row 1 holds '1': it must be text"),
        ({"count": [1.5, 2]}, r"column count, row 1 \(T1\) holds '1.5': it must be a whole number"),
        ({"count": [2**70, 2]}, "column count"),
        ({"fee": ["49.999", "1"]}, "column fee"),
        ({"fee": [1e12, 1]}, "column fee"),
        ({"fee": [float("inf"), 1]}, "column fee"),
        ({"open": ["yes", "no"]}, "column open"),
        (
            {"day": pd.to_datetime(["2026-01-31 05:00", None])},
            "'2026-01-31 05:00:00': it must be a day such as",
        ),
        ({"day": ["31/01/2026", None]}, "column day"),
        ({"at": ["25:00:00", None]}, "column at"),
        ({"when": pd.to_datetime(["2026-01-31", None], utc=True)}, "a local one without a time zone"),
        ({"when": pd.to_datetime(["2026-01-31 05:00:00.5", None])}, "column when"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_by_table_and_column(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(FrameError, match=says):
        frame_to_columns(frame(**changes), SCHEMA)


@given(good=st.integers(0, 40), kind=st.sampled_from(["count", "fee", "open", "day", "at", "when"]))
def test_the_first_value_that_does_not_fit_is_told_by_its_row_in_plain_words(good: int, kind: str) -> None:
    values: list[Any] = [*["7" if kind in ("count", "fee") else None] * good, "x", "7", "y"]
    rows = pd.DataFrame({"id": [f"T{place}" for place in range(len(values))], kind: pd.Series(values, dtype=object)})
    with pytest.raises(FrameError) as caught:
        frame_to_columns(rows, pa.schema([SCHEMA.field("id"), SCHEMA.field(kind)], SCHEMA.metadata))
    assert f"Table things, column {kind}, row {good + 1} (T{good}) holds 'x': it must be " in str(caught.value)
    assert not any(word in str(caught.value) for word in ("[", "int64", "decimal128", "nan"))


def test_a_missing_column_is_named() -> None:
    with pytest.raises(FrameError, match="Table things lacks the column fee"):
        frame_to_columns(frame().drop(columns="fee"), SCHEMA)


@given(st.lists(st.integers(-(10**11), 10**11)))
def test_money_is_written_to_the_cent(cents: list[int]) -> None:
    from_floats = pd.DataFrame({"fee": [value / 100 for value in cents]}, dtype="float64")
    exact = [f"{'-' if value < 0 else ''}{abs(value) // 100}.{abs(value) % 100:02}" for value in cents]
    assert frame_to_columns(from_floats, pa.schema([SCHEMA.field("fee")]))["fee"].to_pylist() == exact


def test_typed_arrow_tables_print_as_frames_do() -> None:
    table = pa.table({"open": [False, None], "day": [dt.date(2024, 2, 29), None]})
    assert render(arrow_to_columns(table)).to_pybytes() == b"false,2024-02-29\n,\n"
