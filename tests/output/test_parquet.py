"""A Parquet file holds the rows it was given, and its bytes do not tell in what pieces they came."""

from __future__ import annotations

import datetime as dt
import gc
import io
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from datagen.output import parquet
from datagen.output.parquet import ParquetFile

SCHEMA = pa.schema(
    [
        pa.field("id", pa.string(), nullable=False),
        pa.field("kind", pa.string()),
        pa.field("day", pa.date32(), nullable=False),
        pa.field("at", pa.timestamp("s"), nullable=False),
        pa.field("opens", pa.time32("s")),
        pa.field("fee", pa.decimal128(12, 2)),
        pa.field("count", pa.int64()),
        pa.field("open", pa.bool_()),
    ],
    metadata={"table": "clubs"},
)
DAY = dt.date(2026, 1, 31)


def rows(count: int) -> pa.Table:
    columns = {
        "id": [f"C{place:05d}" for place in range(count)],
        "kind": [None if place % 3 else f"kind {place % 5}" for place in range(count)],
        "day": [DAY + dt.timedelta(place) for place in range(count)],
        "at": [1_769_841_000 + place for place in range(count)],
        "opens": [dt.time(place % 24, 59, 58) for place in range(count)],
        "fee": [Decimal(place * 7) / 100 - 5 for place in range(count)],
        "count": [None if place == 3 else place for place in range(count)],
        "open": [place % 2 == 0 for place in range(count)],
    }
    return pa.table(columns, schema=SCHEMA)


def written(table: pa.Table, ends: list[int]) -> bytes:
    out = io.BytesIO()
    file = ParquetFile(SCHEMA, out.write, {"id"})
    for begin, end in zip([0, *ends], [*ends, len(table)], strict=True):
        file.append(table.slice(begin, end - begin))
    file.close()
    return out.getvalue()


@pytest.fixture
def small_groups(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 10)


def test_values_and_types_come_back() -> None:
    table = pq.read_table(io.BytesIO(written(rows(40), [])))
    assert [str(kind) for kind in table.schema.types] == [
        *("string", "string", "date32[day]", "timestamp[ms]", "time32[ms]", "decimal128(12, 2)", "int64", "bool")
    ]
    assert [field.nullable for field in table.schema] == [field.nullable for field in SCHEMA]
    assert table.cast(SCHEMA).equals(rows(40))
    assert b"pandas" not in (table.schema.metadata or {})


def test_a_file_may_have_no_rows() -> None:
    table = pq.read_table(io.BytesIO(written(rows(0), [])))
    assert (table.num_rows, table.column_names) == (0, SCHEMA.names)


@pytest.mark.usefixtures("small_groups")
def test_groups_of_rows_are_full_but_the_last() -> None:
    groups = pq.ParquetFile(io.BytesIO(written(rows(34), [3, 25, 31]))).metadata
    assert [groups.row_group(place).num_rows for place in range(groups.num_row_groups)] == [10, 10, 10, 4]


@pytest.mark.slow
@pytest.mark.usefixtures("small_groups")
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.integers(0, 45), st.lists(st.integers(0, 45), max_size=6))
def test_the_bytes_do_not_tell_the_pieces(count: int, ends: list[int]) -> None:
    table = rows(count)
    assert written(table, sorted(min(end, count) for end in ends)) == written(table, [])


def test_texts_that_come_again_are_written_once() -> None:
    group = pq.ParquetFile(io.BytesIO(written(rows(40), []))).metadata.row_group(0)
    assert [group.column(place).has_dictionary_page for place in range(4)] == [False, True, False, False]
    assert {group.column(place).compression for place in range(8)} == {"ZSTD"}


class Full(Exception):  # noqa: N818 - what a disk would raise
    """The sink takes no more."""


@pytest.mark.usefixtures("small_groups")
def test_what_the_sink_raises_is_raised_and_nothing_more_is_written() -> None:
    taken: list[bytes] = []

    def write(data: bytes) -> None:
        if len(taken) == 3:
            raise Full
        taken.append(data)

    file = ParquetFile(SCHEMA, write)
    with pytest.raises(Full):
        file.append(rows(20))
    file.abandon()
    del file
    gc.collect()
    assert len(taken) == 3


def test_an_abandoned_file_gets_no_end() -> None:
    out = io.BytesIO()
    file = ParquetFile(SCHEMA, out.write)
    file.append(rows(5))
    before = out.getvalue()
    file.abandon()
    del file
    gc.collect()
    assert out.getvalue() == before
