"""The names of tables' files tell the table, the format and the days."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.output.file_names import FORMATS, Days, TableFile, by_table, file_name, file_pattern, making_up

JANUARY = Days(dt.date(2026, 1, 1), dt.date(2026, 1, 31))
RUNS = st.lists(st.dates(dt.date(1, 1, 1)), min_size=2, max_size=2).map(lambda days: Days(*sorted(days)))
TABLES = st.from_regex(r"[a-z][a-z_]{0,20}", fullmatch=True)


@given(TABLES, st.sampled_from(FORMATS), st.none() | RUNS)
def test_a_name_tells_what_it_was_made_of(table: str, kind: str, days: Days | None) -> None:
    name = file_name(table, kind, days)
    assert TableFile.named(name) == TableFile(name, table, kind, days)


def test_names_by_days() -> None:
    assert file_name("visits", "parquet", JANUARY) == "visits_2026-01-01_2026-01-31.parquet"
    assert file_name("visits", "csv") == "visits.csv"
    assert file_pattern("visits", "parquet") == "visits_*.parquet"
    assert file_pattern("visits", "csv") == "visits.csv"


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
    assert making_up(by_table(names).get("t", [])) == chosen


@given(RUNS, st.data())
def test_a_month_of_days_lies_within_them(days: Days, data: st.DataObject) -> None:
    day = data.draw(st.dates(days.first, days.last).filter(lambda day: day < dt.date(9999, 12, 1)))
    month = days.month(day)
    assert days.first <= month.first <= day <= month.last <= days.last
    assert {month.first.replace(day=1), month.last.replace(day=1)} == {day.replace(day=1)}
    assert month.first == days.first or month.first.day == 1
    assert month.last == days.last or (month.last + dt.timedelta(1)).day == 1
