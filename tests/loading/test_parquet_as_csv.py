"""A Parquet file is read as the CSV text of its rows, whatever types a user wrote them in, or refused in a line."""

from __future__ import annotations

import os
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Boolean, Column, Date, DateTime, Integer, MetaData, Numeric, String, Table, Time

from datagen.errors import DataError
from datagen.loading import parquet_as_csv
from datagen.loading.parquet_as_csv import Text
from datagen.output.csv import arrow_to_columns, header, render
from datagen.schema import arrow_schema

TABLE = Table(
    "visits",
    MetaData(),
    Column("visitid", String(8), primary_key=True),
    Column("day", Date),
    Column("came", DateTime),
    Column("opens", Time),
    Column("paid", Numeric(12, 2)),
    Column("people", Integer),
    Column("guest", Boolean),
    Column("remark", String),
)
SCHEMA = arrow_schema(TABLE)


def rows(count: int) -> pa.Table:
    columns: dict[str, Any] = {
        "visitid": [f"V{place:05d}" for place in range(count)],
        "day": [20_000 + place for place in range(count)],
        "came": [None if place % 7 == 3 else 1_769_841_000 + place for place in range(count)],
        "opens": [place % 86_400 for place in range(count)],
        "paid": [Decimal(place) / 100 for place in range(count)],
        "people": [None if place % 5 else place for place in range(count)],
        "guest": [place % 2 == 0 for place in range(count)],
        "remark": ["two\nlines", 'said "hello", twice', None, "plain"][:count] + ["more"] * max(count - 4, 0),
    }
    return pa.table(columns, schema=SCHEMA)


def text_of(table: pa.Table) -> bytes:
    return header(table.column_names) + render(arrow_to_columns(table)).to_pybytes()


class Opened:
    """A Parquet file, open."""

    def __init__(self, path: Path, table: pa.Table, **options: Any) -> None:
        pq.write_table(table, path, **options)
        self.descriptor = os.open(path, os.O_RDONLY)
        self.text = Text(path, self.descriptor, TABLE)

    def __enter__(self) -> Text:
        return self.text

    def __exit__(self, *_: object) -> None:
        os.close(self.descriptor)


def pieces(text: Text, size: int) -> Iterator[bytes]:
    offset = 0
    while data := text.read(size, offset):
        yield data
        offset += len(data)


@pytest.fixture(autouse=True)
def few_rows_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet_as_csv, "_ROWS", 7)


def test_the_text_is_that_of_the_csv_file(tmp_path: Path) -> None:
    for count in (0, 1, 7, 40):
        with Opened(tmp_path / "visits.parquet", rows(count), row_group_size=10) as text:
            assert b"".join(pieces(text, 64)) == text_of(rows(count))
            assert text.share == 1.0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
@given(st.lists(st.tuples(st.integers(0, 4_000), st.integers(0, 5_000)), max_size=8))
def test_it_can_be_read_from_any_place(tmp_path: Path, reads: list[tuple[int, int]]) -> None:
    expected = text_of(rows(40))
    with Opened(tmp_path / "visits.parquet", rows(40)) as text:
        for size, offset in reads:
            assert text.read(size, offset) == expected[offset : offset + size]


def with_type(name: str, kind: pa.DataType) -> pa.Table:
    table = rows(40)
    return table.set_column(table.column_names.index(name), name, table[name].cast(kind))


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("visitid", pa.large_string()),
        ("visitid", pa.dictionary(pa.int32(), pa.string())),
        ("day", pa.timestamp("ns")),
        ("day", pa.string()),
        ("came", pa.timestamp("us")),
        ("opens", pa.time64("ns")),
        ("opens", pa.string()),
        ("paid", pa.float64()),
        ("paid", pa.decimal128(30, 5)),
        ("people", pa.int16()),
        ("people", pa.float64()),
    ],
    ids=str,
)
def test_the_same_values_in_other_types_give_the_same_text(tmp_path: Path, name: str, kind: pa.DataType) -> None:
    with Opened(tmp_path / "visits.parquet", with_type(name, kind)) as text:
        assert b"".join(pieces(text, 1_000)) == text_of(rows(40))


def test_files_of_pandas_are_read(tmp_path: Path) -> None:
    frame = rows(40).to_pandas(types_mapper=None)
    frame["paid"] = frame["paid"].astype(float)
    with Opened(tmp_path / "visits.parquet", pa.Table.from_pandas(frame)) as text:
        assert b"".join(pieces(text, 1_000)) == text_of(rows(40))


def changed(name: str, values: pa.Array) -> pa.Table:
    table = rows(2)
    return table.set_column(table.column_names.index(name), name, values)


@pytest.mark.parametrize(
    ("table", "told"),
    [
        (rows(2).drop_columns(["paid"]), "lacks the column paid; they should be visitid, day,"),
        (rows(2).append_column("more", pa.array([1, 2])), "has the column 'more', which the table has not"),
        (rows(2).select(rows(2).column_names[::-1]), "has its columns in another order"),
        (changed("paid", pa.array([0.5, 0.125])), "column paid: 0.125 has more than 2 decimals"),
        (changed("paid", pa.array(["much", "more"])), "column paid: "),
        (changed("people", pa.array([1.5, 2.0])), "column people: Float value 1.5"),
        (changed("came", pa.array([1, 1_500], pa.timestamp("ms"))), "column came: Casting from timestamp"),
        (changed("came", pa.array([1, 2], pa.timestamp("us", "UTC"))), "has a time zone"),
        (changed("day", pa.array([1, 90_000], pa.timestamp("s"))), "is not a whole day"),
        (changed("visitid", pa.array([1, 2])), "column visitid: 1 is not text but int64"),
        (changed("guest", pa.array([[1], [2]])), "column guest: "),
    ],
)
def test_columns_and_values_that_do_not_fit_are_told_in_a_line(tmp_path: Path, table: pa.Table, told: str) -> None:
    path = tmp_path / "visits.parquet"
    with Opened(path, table) as text, pytest.raises(DataError) as caught:
        list(pieces(text, 100))
    assert str(caught.value).startswith(str(path))
    assert told in str(caught.value)
    assert str(caught.value).endswith("Nothing has been loaded.")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("size", [0, 3, 200])
def test_a_file_that_was_cut_is_told(tmp_path: Path, size: int) -> None:
    path = tmp_path / "visits.parquet"
    with Opened(path, rows(40)) as text:
        os.truncate(path, size)
        with pytest.raises(DataError, match=r"visits\.parquet cannot be read as Parquet: .+\. Restore it"):
            text.read(10, 0)


def test_damage_in_the_midst_is_told(tmp_path: Path) -> None:
    path = tmp_path / "visits.parquet"
    with Opened(path, rows(40), compression="zstd") as text:
        data = bytearray(path.read_bytes())
        data[8:200] = bytes(192)
        path.write_bytes(data)
        with pytest.raises(DataError, match="cannot be read as Parquet"):
            list(pieces(text, 100))
