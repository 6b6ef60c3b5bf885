"""The names of tables' files tell the table, the format and the days."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.output.file_names import (
    TABLE_FORMATS,
    Days,
    TableFile,
    by_table,
    file_name,
    file_pattern,
    names_in,
    names_of_table,
    part_name,
)

JANUARY = Days(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
RUNS = st.lists(st.dates(dt.date(1, 1, 1)), min_size=2, max_size=2).map(lambda days: Days(*sorted(days)))
TABLES = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)


@given(TABLES, st.sampled_from(TABLE_FORMATS), st.none() | RUNS)
def test_a_name_tells_what_it_was_made_of(table: str, kind: str, days: Days | None) -> None:
    name = file_name(table, kind, days)
    assert TableFile.named(name) == TableFile(name, table, kind, days)


PARTITIONS = st.sampled_from(["", "month=2026-01", "start=2026-01-15"])


@given(TABLES, st.sampled_from(TABLE_FORMATS), st.integers(0, 200_000), PARTITIONS, st.sampled_from(["", "shop_db"]))
def test_the_name_of_a_part_tells_what_it_was_made_of(
    table: str, kind: str, number: int, partition: str, database: str
) -> None:
    file = TableFile(file_name(table, kind), table, kind, None, database)
    name = part_name(file, number, partition)
    assert TableFile.named(name) == TableFile(name, table, kind, None, database, number)


def test_parts_stand_in_the_order_of_their_months_and_numbers(tmp_path: Path) -> None:
    names = [f"t/month=2026-0{month}/part-{number:05}.parquet" for month, number in ((1, 2), (1, 99_999), (2, 100_000))]
    for name in [*names, "_parts/group-00000.json", "t/notes.txt", ".t/part-00000.csv", "deep/a/b/c/part-00000.csv"]:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    found = by_table(names_in(tmp_path))
    assert names_of_table(found["t"]) == names and list(found) == ["t"]
    assert names_of_table(by_table(["t/part-00000.csv", "t/part-00001.parquet", "t/part-00001.csv"])["t"]) == [
        "t/part-00000.csv",
        "t/part-00001.csv",
    ]
    assert names_of_table(by_table(["t/part-00000.csv", "t.csv"])["t"]) == ["t.csv"]


def test_names_by_days() -> None:
    assert file_name("visits", "parquet", JANUARY) == "visits_2026-01-01_2026-01-31.parquet"
    assert file_name("visits", "csv") == "visits.csv"
    assert file_pattern("visits", "parquet", "toy") == "visits_*.parquet"
    assert file_pattern("visits", "csv", "toy") == "visits.csv"
    assert file_pattern("visits", "duckdb", "toy") == "toy.duckdb"


@pytest.mark.parametrize(
    "name",
    [
        "datapackage.json",
        "visits",
        "visits.CSV",
        ".visits.csv",
        "visits.csv.gz",
        "a/b/visits.csv",
        "../visits.csv",
        "visits_2026-01-01.parquet",
        "visits_2026-02-30_2026-03-01.parquet",
        "visits/part-1.csv",
        "visits/month=2026/part-00001.csv",
        "visits/../part-00001.csv",
        "a/b/c/part-00001.csv",
    ],
)
def test_other_names_tell_nothing(name: str) -> None:
    assert TableFile.named(name) is None


def test_files_of_a_table_stand_in_the_order_of_their_days() -> None:
    names = ["b_2026-02-01_2026-02-28.parquet", "a.csv", "notes.txt", "b_2025-12-01_2026-01-31.parquet"]
    found = by_table(names)
    assert {table: [file.name for file in files] for table, files in found.items()} == {
        "a": ["a.csv"],
        "b": ["b_2025-12-01_2026-01-31.parquet", "b_2026-02-01_2026-02-28.parquet"],
    }


@pytest.mark.parametrize(
    ("names", "chosen"),
    [
        ([], []),
        (["t.parquet", "t.csv"], ["t.csv"]),
        (["t_2026-01-01_2026-01-31.parquet", "t.parquet"], ["t.parquet"]),
        (
            ["t_2026-02-01_2026-02-28.parquet", "t_2026-01-01_2026-01-31.parquet"],
            ["t_2026-01-01_2026-01-31.parquet", "t_2026-02-01_2026-02-28.parquet"],
        ),
    ],
)
def test_a_table_is_one_file_or_all_of_its_days(names: list[str], chosen: list[str]) -> None:
    assert names_of_table(by_table(names).get("t", [])) == chosen


@given(RUNS, st.data())
def test_a_month_of_days_lies_within_them(days: Days, data: st.DataObject) -> None:
    day = data.draw(st.dates(days.first, days.last).filter(lambda day: day < dt.date(9999, 12, 1)))
    month = days.month(day)
    assert days.first <= month.first <= day <= month.last <= days.last
    assert {month.first.replace(day=1), month.last.replace(day=1)} == {day.replace(day=1)}
    assert month.first == days.first or month.first.day == 1
    assert month.last == days.last or (month.last + dt.timedelta(1)).day == 1
