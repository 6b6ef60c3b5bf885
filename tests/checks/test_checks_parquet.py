"""Parquet files, one a month of a table, are judged as CSV files are: every kind of damage has a check that says so."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest
from pyarrow import csv

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.files import fill_from_directory
from datagen.checks.findings import Finding, Outcome
from datagen.checks.profile import generate_data_profile_report
from datagen.checks.verify import verify_directory
from datagen.output.manifest import NAME, Written, build, read_manifest
from datagen.schema import arrow_schema, table_facts
from tests.support import toy_world

FIRST, LAST = "visits_2026-01-01_2026-01-06.parquet", "visits_2026-01-07_2026-01-31.parquet"
Tables = dict[str, pa.Table]


def typed(table: str, text: str) -> pa.Table:
    schema = arrow_schema(toy_world.metadata.tables[table])
    options = csv.ConvertOptions(
        column_types=schema, null_values=[""], strings_can_be_null=True, true_values=["true"], false_values=["false"]
    )
    return csv.read_csv(pa.py_buffer(text.encode()), convert_options=options).cast(schema)


def good() -> Tables:
    visits = typed("visits", toy_world.VISITS)
    return {"clubs.parquet": typed("clubs", toy_world.CLUBS), FIRST: visits.slice(0, 2), LAST: visits.slice(2)}


def write(directory: Path, tables: Mapping[str, pa.Table], *, manifest: bool = True) -> Path:
    """A directory of these files, with a manifest that says so."""
    directory.mkdir(exist_ok=True)
    files = {}
    for name, table in tables.items():
        pq.write_table(table, directory / name)
        data = (directory / name).read_bytes()
        files[name] = Written(table.num_rows, len(data), hashlib.sha256(data).hexdigest())
    if manifest:
        options = {"start_date": "2025-10-09", "end_date": "2026-01-09", "rules": {}}
        (directory / NAME).write_bytes(
            build(table_facts(toy_world.metadata), files, world="toy", seed=1, options=options)
        )
    return directory


def judge(directory: Path) -> dict[str, Finding]:
    with DuckDatabase() as database:
        manifest = read_manifest(directory)
        return {item.check: item for item in fill_from_directory(database, directory, toy_world.metadata, manifest)}


def failed(directory: Path) -> dict[str, str]:
    return {check: item.reason for check, item in judge(directory).items() if item.outcome is Outcome.FAILED}


@pytest.mark.parametrize("manifest", [True, False])
def test_a_good_directory_passes(tmp_path: Path, manifest: bool) -> None:
    findings = judge(write(tmp_path, good(), manifest=manifest))
    assert {item.outcome for item in findings.values()} == {Outcome.PASSED}
    assert findings["visits.file"].title.startswith("The 2 files of visits can be read")
    assert ("visits.manifest" in findings) == manifest
    assert "visits.text" not in findings


def test_it_is_judged_as_the_same_rows_in_csv_are(tmp_path: Path) -> None:
    world = toy_world.world(tmp_path)
    reports = [
        verify_directory(directory, world)
        for directory in (write(tmp_path / "parquet", good()), toy_world.write(tmp_path / "csv"))
    ]
    assert reports[0].ok
    assert reports[0].in_band
    one, other = ([item for item in report.findings if item.group != "files"] for report in reports)
    assert one == other
    profiles = [generate_data_profile_report(tmp_path / kind, toy_world.metadata) for kind in ("parquet", "csv")]
    assert profiles[0] == profiles[1]


def changed(name: str, column: str, change: Callable[[pa.ChunkedArray], Any]) -> Callable[[Tables], None]:
    def edit(tables: Tables) -> None:
        table = tables[name]
        tables[name] = table.set_column(table.column_names.index(column), column, change(table[column]))

    return edit


def as_type(kind: pa.DataType, *columns: str) -> Callable[[Tables], None]:
    def edit(tables: Tables) -> None:
        for name in (FIRST, LAST):
            for column in columns:
                changed(name, column, lambda values: values.cast(kind))(tables)

    return edit


def both(column: str, change: Callable[[pa.ChunkedArray], Any]) -> Callable[[Tables], None]:
    def edit(tables: Tables) -> None:
        for name in (FIRST, LAST):
            changed(name, column, change)(tables)

    return edit


def reordered(tables: Tables) -> None:
    tables[LAST] = tables[LAST].select(tables[LAST].column_names[::-1])


def const(column: str, value: object, kind: pa.DataType | None = None) -> Callable[[Tables], None]:
    return both(column, lambda values: pa.array([value] * len(values), kind))


def longer(values: pa.ChunkedArray) -> Any:
    return pc.binary_join_element_wise("VV", values, "")


DAMAGE: list[tuple[str, str, str, Callable[[Tables], None]]] = [
    ("columns in another order in one file", "visits.file", LAST, reordered),
    ("another type in one file", "visits.file", "paid is double in", changed(LAST, "paid", lambda v: v.cast("double"))),
    ("a number for a text", "visits.file", "sex is bigint", const("sex", 1)),
    ("times of a zone", "visits.file", "with time zone", as_type(pa.timestamp("us", "UTC"), "came")),
    ("a number that is no day", "visits.file", "", const("day", 20_000)),
    ("money with three decimals", "visits.paid.values", "", const("paid", 0.125)),
    ("words for money", "visits.paid.values", "", const("paid", "much")),
    ("half seconds", "visits.came.values", "", const("came", 1_767_600_000_500, pa.timestamp("ms"))),
    ("a moment for a day", "visits.day.values", "", const("day", 1_767_600_001, pa.timestamp("s"))),
    ("a fraction of a person", "visits.people.values", "", const("people", 1.5)),
    ("a text too long", "visits.visitid.values", "", changed(LAST, "visitid", longer)),
]


@pytest.mark.parametrize(("kind", "check", "reason", "edit"), DAMAGE, ids=[kind for kind, *_ in DAMAGE])
def test_damage_is_caught_though_the_manifest_knows_it(
    tmp_path: Path, kind: str, check: str, reason: str, edit: Callable[[Tables], None]
) -> None:
    tables = good()
    edit(tables)
    finding = judge(write(tmp_path, tables))[check]
    assert finding.outcome is Outcome.FAILED, kind
    assert finding.reason or finding.examples
    assert reason in finding.reason
    assert str(tmp_path) not in finding.reason


HARMLESS = [
    ("money as a float", as_type(pa.float64(), "paid")),
    ("wider decimals", as_type(pa.decimal128(20, 4), "paid")),
    ("times in microseconds", as_type(pa.timestamp("us"), "came")),
    ("smaller whole numbers", as_type(pa.int16(), "people")),
    ("dictionaries of texts", as_type(pa.dictionary(pa.int8(), pa.string()), "clubid", "sex")),
    ("days as midnights", as_type(pa.timestamp("ms"), "day")),
]


@pytest.mark.parametrize(("kind", "edit"), HARMLESS, ids=[kind for kind, _ in HARMLESS])
def test_the_same_values_may_have_other_types(tmp_path: Path, kind: str, edit: Callable[[Tables], None]) -> None:
    tables = good()
    edit(tables)
    assert failed(write(tmp_path, tables)) == {}, kind


def test_files_of_pandas_are_read(tmp_path: Path) -> None:
    frame = good()[FIRST].to_pandas()
    frame["paid"] = frame["paid"].astype(float)
    write(tmp_path, good(), manifest=False)
    (tmp_path / LAST).unlink()
    frame.to_parquet(tmp_path / FIRST)
    assert failed(tmp_path) == {}


def test_a_missing_month_is_caught(tmp_path: Path) -> None:
    (write(tmp_path, good()) / LAST).unlink()
    assert failed(tmp_path) == {"visits.file": f"The manifest lists {LAST}, which is not there."}
    (tmp_path / FIRST).unlink()
    assert failed(tmp_path) == {"visits.file": f"The manifest lists {FIRST} and 1 more, which is not there."}


def test_a_file_that_the_manifest_does_not_list_is_caught(tmp_path: Path) -> None:
    more = "visits_2026-02-01_2026-02-28.parquet"
    pq.write_table(good()[LAST], write(tmp_path, good()) / more)
    assert failed(tmp_path) == {"visits.manifest": f"Against the manifest, {more} is not listed."}
    with DuckDatabase() as database:
        list(fill_from_directory(database, tmp_path, toy_world.metadata, read_manifest(tmp_path)))
        assert database.rows("select count(*) as n from visits") == [{"n": 4}]


def test_a_file_that_was_cut_is_caught(tmp_path: Path) -> None:
    path = write(tmp_path, good()) / LAST
    for size in (len(path.read_bytes()) - 1, 100, 0):
        path.write_bytes(path.read_bytes()[:size])
        reasons = failed(tmp_path)
        assert set(reasons) == {"visits.file", "visits.manifest"}
        assert LAST in reasons["visits.file"]
        assert f"of {LAST} bytes are {size:,} and not" in reasons["visits.manifest"]


def test_damage_within_a_page_is_caught(tmp_path: Path) -> None:
    path = write(tmp_path, good()) / FIRST
    data = bytearray(path.read_bytes())
    data[20:60] = bytes(40)
    path.write_bytes(data)
    reasons = failed(tmp_path)
    assert set(reasons) == {"visits.file", "visits.manifest"}
    assert f"of {FIRST} the SHA-256 is another" in reasons["visits.manifest"]


def test_a_changed_value_and_moved_rows_are_caught_by_the_manifest(tmp_path: Path) -> None:
    tables = good()
    write(tmp_path, tables)
    changed(FIRST, "people", lambda values: pa.array([3, 3]))(tables)
    tables[LAST] = tables[LAST].slice(1)
    write(tmp_path, tables, manifest=False)
    reason = failed(tmp_path)["visits.manifest"]
    assert "of " + FIRST in reason
    assert f"of {LAST} rows are 1 and not 2" in reason


def test_a_changed_value_that_the_manifest_knows_breaks_a_rule(tmp_path: Path) -> None:
    tables = good()
    changed(LAST, "paid", lambda values: pc.add(values, pa.scalar(100)).cast(values.type))(tables)
    report = verify_directory(write(tmp_path / "data", tables), toy_world.world(tmp_path))
    assert [finding.check for finding in report.failed()] == ["H1"]
    assert report.failed()[0].offending == 2


def test_csv_is_preferred_where_no_manifest_tells(tmp_path: Path) -> None:
    tables = good()
    tables["clubs.parquet"] = tables["clubs.parquet"].slice(0, 1)
    write(tmp_path, tables, manifest=False)
    (tmp_path / "clubs.csv").write_text(toy_world.CLUBS)
    with DuckDatabase() as database:
        list(fill_from_directory(database, tmp_path, toy_world.metadata, None))
        assert database.rows("select count(*) as n from clubs") == [{"n": 2}]


def test_a_table_of_no_rows_passes(tmp_path: Path) -> None:
    tables = good()
    tables[FIRST], tables[LAST] = tables[FIRST].slice(0, 0), tables[LAST].slice(0, 0)
    assert failed(write(tmp_path, tables)) == {}
    assert pd.read_parquet(tmp_path / FIRST).empty
