"""Control totals of the manifest are compared with what the files hold, by SQL of its own."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.engine import run
from datagen.checks.findings import Finding, Outcome
from datagen.checks.totals import totals_work
from datagen.checks.verify import verify_directory
from datagen.columns import number_in
from datagen.output.manifest import NAME
from datagen.schema import arrow_schema
from tests.support import toy_world

TOTALS = {"clubs": {"clubid": "3"}, "visits": {"visitid": "10", "clubid": "6", "paid": "17.50"}}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    """The toy world's files, whose manifest states their totals."""
    return state(toy_world.write(tmp_path / "data"))


def state(directory: Path, **changed: str) -> Path:
    """Put the totals into the manifest; `changed` gives other ones of visits."""
    package = json.loads((directory / NAME).read_text())
    for resource in package["resources"]:
        resource["totals"] = TOTALS[resource["name"]] | (changed if resource["name"] == "visits" else {})
    (directory / NAME).write_text(json.dumps(package))
    return directory


def judged(directory: Path) -> dict[str, Finding]:
    """The findings on totals."""
    report = verify_directory(directory, toy_world.world(directory.parent))
    return {item.check: item for item in report.findings if item.check.endswith(".total")}


def failed(directory: Path) -> dict[str, str]:
    return {check: item.reason for check, item in judged(directory).items() if item.outcome is Outcome.FAILED}


def test_the_totals_of_good_files_pass(directory: Path) -> None:
    found = judged(directory)
    assert list(found) == ["clubs.clubid.total", "visits.visitid.total", "visits.clubid.total", "visits.paid.total"]
    assert {(item.outcome, item.group) for item in found.values()} == {(Outcome.PASSED, "files")}


def test_the_totals_of_parquet_files_are_compared_too(directory: Path) -> None:
    from pyarrow import csv

    schema = arrow_schema(toy_world.metadata.tables["visits"])
    kinds = csv.ConvertOptions(column_types=schema, strings_can_be_null=True)
    rows = csv.read_csv(directory / "visits.csv", convert_options=kinds).cast(schema)
    (directory / "visits.csv").unlink()
    pq.write_table(rows, directory / "visits.parquet")
    text = (directory / NAME).read_text().replace("visits.csv", "visits.parquet")
    (directory / NAME).write_text(text)
    assert failed(directory) == {}
    pq.write_table(rows.slice(1), directory / "visits.parquet")
    assert set(failed(directory)) == {"visits.visitid.total", "visits.clubid.total", "visits.paid.total"}


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("7.50", "7.49", {"visits.paid.total": "It is 17.49, not 17.50 as stated."}),
        ("0.00", "", {}),
        ("5.00,1,false,M", ",1,false,M", {"visits.paid.total": "It is 12.50, not 17.50 as stated."}),
        ("V00004,C002", "V00004,C001", {"visits.clubid.total": "It is 5, not 6 as stated."}),
        ("V00004", "V00040", {"visits.visitid.total": "It is 46, not 10 as stated."}),
        ("V00004", "V0000X", {"visits.visitid.total": "It is 6, not 10 as stated."}),
    ],
)
def test_an_amount_or_a_key_that_was_changed_is_found(
    directory: Path, old: str, new: str, told: dict[str, str]
) -> None:
    path = directory / "visits.csv"
    path.write_text(path.read_text().replace(old, new))
    assert failed(directory) == told


@pytest.mark.parametrize(("name", "total"), [("visitid", "11"), ("clubid", "0"), ("paid", "17.51"), ("paid", "-17.50")])
def test_a_total_that_is_wrong_in_the_manifest_is_found(directory: Path, name: str, total: str) -> None:
    state(directory, **{name: total})
    right = TOTALS["visits"][name]
    assert failed(directory) == {f"visits.{name}.total": f"It is {right}, not {total} as stated."}


def test_a_total_as_large_as_the_stated_one_is_the_same_however_it_is_written(directory: Path) -> None:
    assert failed(state(directory, paid="17.5", visitid="10.0")) == {}


def test_totals_of_columns_that_have_none_are_passed_over(directory: Path) -> None:
    assert set(judged(state(directory, people="99", nothing="1"))) == set(judged(state(directory)))


def test_tables_without_rows_have_totals_of_zero() -> None:
    with DuckDatabase() as database:
        database.create("visits", "SELECT 'V1' AS visitid, 'C1' AS clubid, 1.00 AS paid WHERE false")
        work = totals_work(database, toy_world.metadata, {"visits": {"visitid": "0", "clubid": "0", "paid": "0.00"}})
        assert {item.outcome for item in run(database, work)} == {Outcome.PASSED}


@pytest.mark.slow
@given(st.lists(st.text("AÉ1230 ٣\n", max_size=24), min_size=1, max_size=5))
def test_the_number_in_an_id_is_the_one_that_the_generator_counts(texts: list[str]) -> None:
    with DuckDatabase(threads=1) as database:
        database.connection.execute(
            "CREATE TABLE ids AS SELECT unnest(?) AS id, generate_subscripts(?, 1) AS n", [texts, texts]
        )
        rows = database.rows(f"SELECT {database.number_in('id')} AS number FROM ids ORDER BY n")
    assert [row["number"] or 0 for row in rows] == [number_in(text) for text in texts]
