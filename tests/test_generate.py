"""A data set is written table by table, in one order, whatever executor makes it."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sqlalchemy import Column, MetaData, Numeric, String, Table, Text

from datagen.columns import Clock, Coded, Columns, Day, Flag, Labels, Money, Serial, Stamp, Whole, typed_table
from datagen.control_totals import Totals
from datagen.dataset import Numbering
from datagen.errors import FrameError
from datagen.generate import collect_frames, frames_digest, write_dataset, write_frames
from datagen.output.file_names import Days
from datagen.output.render import to_frame
from datagen.output.staging import staged
from datagen.output.table_writers import CsvFiles
from datagen.schema import table_facts
from datagen.streams import Streams
from datagen.workers import Threads, best_workers

STATUS = Labels.of(["new, open", "closed"])


@dataclass(frozen=True)
class Week:
    """A toy unit: so many visits, and twice as many sums."""

    number: int

    def summarise(self) -> tuple[int, dict[str, int]]:
        return self.number, {"visits": self.number, "sums": 2 * self.number}

    def columns(self, firsts: Mapping[str, int]) -> Iterator[tuple[str, Columns]]:
        cents = Streams(1, self.number).below(10_000, 2 * self.number, "cents")
        visits, sums = self.number, 2 * self.number
        days = Day(np.arange(visits, dtype=np.int32))
        yield "visits", {"id": Serial("V", 3, firsts["visits"], visits), "day": days}
        yield "sums", {"id": Serial("S", 3, firsts["sums"], sums), "amount": Money(cents), "week": week(self, sums)}


def week(unit: Week, count: int) -> Whole:
    return Whole(np.full(count, unit.number))


class Weeks:
    """Numbers the rows, and remembers the weeks for a table made after them."""

    def __init__(self) -> None:
        self.weeks: list[int] = []
        self.numbering = Numbering()

    def settle(self, summary: tuple[int, dict[str, int]]) -> dict[str, int]:
        self.weeks.append(summary[0])
        return self.numbering.settle(summary[1])

    def tables(self) -> Iterator[tuple[str, Columns]]:
        yield "weeks", {"id": Serial("W", 2, 1, len(self.weeks)), "rows": Whole(np.array(self.weeks))}


class Toy:
    """A data set of a table made at once, units, and a table made after them."""

    world = "toy"
    units = (3, 0, 5, 2, 4)
    unit_count = 5
    make = Week
    gapless = False

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        codes = np.array([0, 1, 1])
        yield "plans", {"id": Serial("P", 2, 1, 3), "status": Coded(codes, STATUS)}

    def days(self, unit: int) -> tuple[int, int]:
        return 31 * unit, 31 * unit + 28

    def accumulator(self) -> Weeks:
        return Weeks()


class Kept:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.text: dict[str, str] = {}
        self.rows: dict[str, int] = {}

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        self.text[name] = self.text.get(name, "") + bytes(memoryview(data)).decode()
        self.rows[name] = self.rows.get(name, 0) + rows

    def end(self, name: str) -> None:
        pass


def written(workers: int = 1, **options) -> Kept:
    sink = Kept()
    write_dataset(Toy(), best_workers(workers), CsvFiles(sink, **options))
    return sink


def test_every_table_is_a_file_with_one_header_and_all_rows():
    sink = written()
    assert sorted(sink.text) == ["plans.csv", "sums.csv", "visits.csv", "weeks.csv"]
    assert sink.text["plans.csv"] == 'id,status\nP01,"new, open"\nP02,closed\nP03,closed\n'
    assert sink.text["visits.csv"].startswith("id,day\nV001,1970-01-01\nV002,1970-01-02\n")
    assert sink.text["weeks.csv"] == "id,rows\nW01,3\nW02,0\nW03,5\nW04,2\nW05,4\n"
    for name, text in sink.text.items():
        assert len(text.splitlines()) == sink.rows[name] + 1
        ids = [line.split(",")[0] for line in text.splitlines()[1:]]
        assert [int(value[1:]) for value in ids] == list(range(1, len(ids) + 1))


@pytest.mark.parametrize("workers", [2, 3, 8])
def test_the_bytes_do_not_depend_on_the_number_of_workers(workers):
    assert written(workers).text == written().text


@pytest.mark.parametrize("workers", [1, 3])
def test_control_totals_are_those_of_what_is_written(workers):
    metadata, sink = MetaData(), Kept()
    for name, column in (("plans", "status"), ("sums", "amount"), ("weeks", "rows"), ("visits", "day")):
        key = Column("id", String(8), primary_key=True)
        Table(name, metadata, key, Column(column, Numeric(12, 2) if column == "amount" else Text))
    totals = Totals(table_facts(metadata))
    write_dataset(Toy(), best_workers(workers), CsvFiles(sink), totals=totals)
    for name, text in sink.text.items():
        rows = text.splitlines()[1:]
        assert totals.by_table[name.removesuffix(".csv")]["id"] == sum(range(len(rows) + 1))
    amounts = [Decimal(row.split(",")[1]) for row in sink.text["sums.csv"].splitlines()[1:]]
    assert totals.by_table["sums"]["amount"] == sum(amounts)


def test_progress_is_told_as_rows_and_bytes_and_units():
    told: list[tuple[str, int, int]] = []
    published: list[int] = []
    sink = Kept()
    files = CsvFiles(sink, lambda table, rows, size: told.append((table, rows, size)))
    write_dataset(Toy(), Threads(2), files, published.append)
    assert published == list(Toy.units)
    for name, text in sink.text.items():
        table = name.removesuffix(".csv")
        assert sum(rows for other, rows, _ in told if other == table) == len(text.splitlines()) - 1
        body = text.split("\n", 1)[1]
        assert sum(size for other, _, size in told if other == table) == len(body.encode())


@pytest.mark.parametrize("workers", [1, 2])
def test_what_is_written_before_the_data_set_is_there_before_it(workers: int) -> None:
    sink, frame = Kept(), {"fees": pd.DataFrame({"id": ["a"], "fee": ["1.50"]})}
    files = CsvFiles(sink)
    write_dataset(Toy(), best_workers(workers), files, begun=lambda: write_frames(frame, {"fees": SCHEMA}, files))
    assert [*sink.text][:2] == ["fees.csv", "plans.csv"]


@pytest.mark.parametrize("gapless", [False, True])
def test_days_without_rows_have_files_of_their_own_only_in_a_gapless_data_set(gapless):
    days: dict[str, list[Days | None]] = {}

    class Noting(CsvFiles):
        def append(self, table, names, data, rows, days_of=None):
            days.setdefault(table, []).append(days_of)

    data = Toy()
    data.gapless = gapless
    write_dataset(data, Threads(1), Noting(Kept()))
    assert len(days["visits"]) == (5 if gapless else 4)
    assert days["visits"][0] == Days(dt.date(1970, 4, 4), dt.date(1970, 5, 1))


def test_a_stage_gets_the_same_files(tmp_path):
    with staged(tmp_path / "out") as stage:
        write_dataset(Toy(), Threads(2), CsvFiles(stage))
        for name, text in written().text.items():
            assert stage.files[name].sha256 == hashlib.sha256(text.encode()).hexdigest()
            assert stage.files[name].rows == len(text.splitlines()) - 1
            assert stage.files[name].bytes == len(text.encode())
        stage.publish(b"{}")


def test_frames_hold_what_the_files_hold():
    frames = collect_frames(Toy(), best_workers(2))
    for name, text in written().text.items():
        frame = frames[name.removesuffix(".csv")]
        read = pd.read_csv(io.StringIO(text), parse_dates=["day"] if "day" in text[:10] else [])
        pd.testing.assert_frame_equal(frame, read, check_dtype=False)


def test_frames_follow_the_conventions_of_the_reference_frames():
    columns: Columns = {
        "id": Serial("A", 3, 1, 2),
        "status": Coded(np.array([-1, 0]), STATUS, nullable=True),
        "day": Day(np.array([0, 20_000], np.int32)),
        "at": Stamp(np.array([0, 20_000], np.int32), np.array([0, 86_399], np.int32)),
        "opens": Clock(np.array([0, 86_399], np.int32)),
        "fee": Money(np.array([1999, 5])),
        "count": Whole(np.array([1, 2])),
        "active": Flag(np.array([True, False])),
    }
    frame = to_frame(typed_table(columns))
    assert frame["day"].dtype == "datetime64[s]"
    assert frame["at"].dtype == "datetime64[s]"
    assert frame["fee"].dtype == "float64"
    assert frame["count"].dtype == "int64"
    assert frame["active"].dtype == bool
    for name in ("id", "status", "opens"):
        assert isinstance(frame[name].dtype, pd.StringDtype)
    assert frame["opens"].tolist() == ["00:00:00", "23:59:59"]
    assert frame["fee"].tolist() == [19.99, 0.05]
    assert frame["status"].isna().tolist() == [True, False]
    assert frame["at"].iloc[1] == pd.Timestamp("2024-10-04 23:59:59")


def test_frames_without_rows_can_be_joined():
    class Empty(Toy):
        units = ()

        def static_tables(self) -> Iterator[tuple[str, Columns]]:
            yield "plans", {"id": Serial("P", 2, 1, 0), "status": Coded(np.array([], int), STATUS)}

    plans = collect_frames(Empty(), Threads(1))["plans"]
    assert plans.merge(plans, on=["id", "status"], how="outer").empty


SCHEMA = pa.schema([pa.field("id", pa.string(), nullable=False), pa.field("fee", pa.decimal128(12, 2))])


def test_frames_are_written_with_the_columns_and_types_of_their_schema():
    sink = Kept()
    frame = pd.DataFrame({"fee": [1.5, None], "id": ["b", "a"], "more": [1, 2]})
    write_frames({"fees": frame}, {"fees": SCHEMA}, CsvFiles(sink))
    assert sink.text == {"fees.csv": "id,fee\nb,1.50\na,\n"}


def test_control_totals_of_frames_leave_out_what_is_empty():
    metadata = MetaData()
    Table("fees", metadata, Column("id", String(8), primary_key=True), Column("fee", Numeric(12, 2)))
    totals = Totals(table_facts(metadata))
    frame = pd.DataFrame({"fee": [1.5, None, 0.25], "id": ["b2", "a", "c40"], "more": [1, 2, 3]})
    write_frames({"fees": frame, "others": frame}, {"fees": SCHEMA, "others": SCHEMA}, CsvFiles(Kept()), totals)
    assert totals.by_table == {"fees": {"id": 42, "fee": Decimal("1.75")}}


def test_a_frame_that_does_not_fit_its_schema_is_refused():
    with pytest.raises(FrameError, match="fee"):
        write_frames({"fees": pd.DataFrame({"id": ["a"]})}, {"fees": SCHEMA}, CsvFiles(Kept()))


def test_the_digest_of_frames_names_their_content_and_not_their_order():
    one, two = (pd.DataFrame({"id": ["a"], "fee": [fee]}) for fee in (1.0, 2.0))
    schemas = {"x": SCHEMA, "y": SCHEMA}
    digest = frames_digest({"x": one, "y": two}, schemas)
    assert digest == frames_digest({"y": two, "x": one}, schemas)
    assert digest == frames_digest({"x": one.astype({"id": object}), "y": two}, schemas)
    others = [{"x": two, "y": one}, {"x": one}, {"x": one, "y": one}]
    assert len({digest, *(frames_digest(frames, schemas) for frames in others)}) == 4
