"""Tables become the same rows in every format, and files of which something went wrong are left alone."""

from __future__ import annotations

import datetime as dt
import gc
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sqlalchemy import Column, Date, ForeignKey, Integer, MetaData, String, Table

from datagen.errors import OutputError
from datagen.output import csv, parquet
from datagen.output.file_names import Days
from datagen.output.staging import staged
from datagen.output.table_writers import ParquetFiles, Sink, TableFiles, table_files
from datagen.schema import arrow_schema, table_facts

METADATA = MetaData()
Table("clubs", METADATA, Column("clubid", String(8), primary_key=True), Column("name", String(20)))
Table(
    "visits",
    METADATA,
    Column("visitid", String(8), primary_key=True),
    Column("clubid", String(8), ForeignKey("clubs.clubid"), nullable=False),
    Column("day", Date, nullable=False),
    Column("minutes", Integer),
)
SCHEMAS = {name: arrow_schema(table) for name, table in METADATA.tables.items()}
CLUBS = pd.DataFrame({"clubid": ["C1", "C2"], "name": ["North, by the sea", None]})
MONTHS = [
    Days(dt.date(2026, 1, 15), dt.date(2026, 2, 14)),
    Days(dt.date(2026, 2, 15), dt.date(2026, 3, 14)),
    Days(dt.date(2026, 3, 15), dt.date(2026, 3, 20)),
]


def visits(month: Days, first: int, count: int) -> pa.Table:
    columns = {
        "visitid": [f"V{first + place:05d}" for place in range(count)],
        "clubid": ["C1"] * count,
        "day": [month.first] * count,
        "minutes": [place if place % 2 else None for place in range(count)],
    }
    return pa.table(columns, schema=SCHEMAS["visits"])


def fill(files: TableFiles, rows: int = 20) -> pa.Table:
    """Write clubs at once, and visits of two clubs a month."""
    files.append("clubs", SCHEMAS["clubs"].names, files.render_frame(CLUBS, SCHEMAS["clubs"]), 2)
    pieces = []
    for place, month in enumerate(MONTHS):
        for club in range(2):
            piece = visits(month, (2 * place + club) * rows, rows)
            data = piece if isinstance(files, ParquetFiles) else csv.render(csv.arrow_to_columns(piece))
            files.append("visits", piece.column_names, data, rows, month)
            pieces.append(piece)
    return pa.concat_tables(pieces)


NAMES = [f"visits_{month.first}_{month.last}.parquet" for month in MONTHS]


def test_a_table_whose_rows_come_by_days_is_a_file_for_each_run_of_them(tmp_path: Path) -> None:
    with staged(tmp_path / "out") as stage:
        with table_files("parquet", stage, table_facts(METADATA)) as files:
            rows = fill(files)
        assert sorted(stage.files) == ["clubs.parquet", *NAMES]
        assert [stage.files[name].rows for name in ("clubs.parquet", *NAMES)] == [2, 40, 40, 40]
        stage.publish(b"{}")
    read = pa.concat_tables(pq.read_table(tmp_path / "out" / name) for name in NAMES)
    assert read.cast(SCHEMAS["visits"]).equals(rows)
    assert pq.read_table(tmp_path / "out" / "clubs.parquet").to_pylist()[0] == {"clubid": "C1", "name": CLUBS.name[0]}


def test_csv_is_a_file_a_table_whatever_the_days(tmp_path: Path) -> None:
    with staged(tmp_path / "out") as stage:
        with table_files("csv", stage, table_facts(METADATA)) as files:
            rows = fill(files)
        assert sorted(stage.files) == ["clubs.csv", "visits.csv"]
        assert stage.files["visits.csv"].rows == len(rows)
        stage.publish(b"{}")
    text = (tmp_path / "out" / "visits.csv").read_bytes()
    assert text == csv.header(rows.column_names) + csv.render(csv.arrow_to_columns(rows)).to_pybytes()


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_days_of_the_run_stand_in_the_names_of_the_others(tmp_path: Path, kind: str) -> None:
    run = Days(dt.date(2026, 1, 15), dt.date(2026, 3, 20))
    with staged(tmp_path / "out") as stage, table_files(kind, stage, table_facts(METADATA), days=run) as files:
        fill(files)
        files.end()
        others = ["visits_2026-01-15_2026-03-20.csv"] if kind == "csv" else NAMES
        assert sorted(stage.files) == sorted([f"clubs_2026-01-15_2026-03-20.{kind}", *others])


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_what_is_told_adds_up_to_the_files(tmp_path: Path, kind: str) -> None:
    rows: Counter[str] = Counter()
    size: Counter[str] = Counter()

    def told(table: str, more: int, written: int) -> None:
        assert threading.current_thread() is threading.main_thread()
        rows[table] += more
        size[table] += written

    with staged(tmp_path / "out") as stage, table_files(kind, stage, table_facts(METADATA), told) as files:
        fill(files)
        files.end()
        assert rows == {"clubs": 2, "visits": 120}
        for table in rows:
            headers = len(csv.header(SCHEMAS[table].names)) if kind == "csv" else 0
            found = sum(file.bytes for name, file in stage.files.items() if name.startswith(table))
            assert size[table] == found - headers


def test_files_of_earlier_days_are_not_held_open(tmp_path: Path) -> None:
    with staged(tmp_path / "out") as stage:
        with table_files("parquet", stage, table_facts(METADATA)) as files:
            fill(files)
        for name in stage.files:
            with pytest.raises(ValueError, match="has ended"):
                stage.append(name, b"more")
        stage.publish(b"{}")
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"clubs.parquet", *NAMES, "datapackage.json"}


class Small:
    """A sink with room for so many pieces of data, which remembers when it was asked for more."""

    def __init__(self, room: int) -> None:
        self.room, self.asked = room, 0

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        self.asked += len(data) > 0
        if self.asked > self.room:
            raise OutputError(f"Cannot write {name}: the disk is full.")

    def end(self, name: str) -> None:
        pass


def attempt(sink: Sink, then: Callable[[], None] = lambda: None) -> None:
    with table_files("parquet", sink, table_facts(METADATA)) as files:
        fill(files)
        then()


@pytest.mark.slow
def test_a_full_disk_is_told_wherever_it_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parquet, "GROUP", 10)
    whole = Small(10_000)
    attempt(whole)
    threads = threading.active_count()  # those of the process that runs the tests
    gc.freeze()  # what other tests left need not be looked through each time
    for room in range(whole.asked):
        sink = Small(room)
        with pytest.raises(OutputError, match="disk is full"):
            attempt(sink)
        asked = sink.asked
        gc.collect()
        assert sink.asked == asked
        assert threading.active_count() == threads
    gc.unfreeze()


def test_a_run_that_fails_elsewhere_writes_no_more() -> None:
    def fail() -> None:
        raise KeyboardInterrupt

    sink, threads = Small(10_000), threading.active_count()
    with pytest.raises(KeyboardInterrupt):
        attempt(sink, fail)
    assert threading.active_count() == threads
    asked = sink.asked
    attempt(whole := Small(10_000))
    assert asked < whole.asked  # the last file of visits was not ended
