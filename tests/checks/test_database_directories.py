"""The tables of several databases are written, listed and judged in a directory for each."""

from __future__ import annotations

import json
from pathlib import Path

import frictionless
import pandas as pd
import pytest
from sqlalchemy import Column, Date, ForeignKey, Integer, MetaData, String, Table

from datagen.checks.findings import Verdict
from datagen.checks.verify import verify_directory
from datagen.generate import write_frames
from datagen.output.file_names import TableFile, by_table
from datagen.output.manifest import NAME, build, read_manifest
from datagen.output.staging import staged
from datagen.output.table_writers import table_files
from datagen.schema import NAMING, arrow_schema, load_order, table_facts
from datagen.world import World
from tests.support import toy_world

BANK = MetaData(naming_convention=NAMING)
Table(
    "staff",
    BANK,
    Column("staff_id", String(6), primary_key=True),
    Column("hired", Date, nullable=False),
    info={"database": "people_db"},
)
Table("customers", BANK, Column("customer_id", Integer, primary_key=True), info={"database": "accounts_db"})
Table(
    "accounts",
    BANK,
    Column("account_id", Integer, primary_key=True),
    Column("customer_id", ForeignKey("customers.customer_id"), nullable=False),
    Column("opened_by", String(6), info={"references": "staff.staff_id"}),
    Column("subject", String(6), info={"references": ("staff.staff_id", "accounts.opened_by")}),
    info={"database": "accounts_db"},
)
FRAMES = {
    "staff": pd.DataFrame({"staff_id": ["E1", "E2"], "hired": pd.to_datetime(["2026-01-01", "2026-01-02"])}),
    "customers": pd.DataFrame({"customer_id": [1, 2, 3]}),
    "accounts": pd.DataFrame(
        {"account_id": [1, 2], "customer_id": [2, 3], "opened_by": ["E2", None], "subject": [None, "E1"]}
    ),
}
OPTIONS = {"start_date": "2025-10-09", "end_date": "2026-01-09", "rules": {}}


def write(directory: Path, kind: str) -> Path:
    """The bank's tables as files of a format, with their manifest."""
    schemas = {table.name: arrow_schema(table) for table in load_order(BANK)}
    with staged(directory) as stage:
        with table_files(kind, stage, table_facts(BANK)) as files:
            write_frames(FRAMES, schemas, files)
        stage.publish(build(table_facts(BANK), stage.files, world="bank", seed=1, options=OPTIONS))
    return directory


def judge(directory: Path, given: dict[str, object] | None = None) -> Verdict:
    sql = directory.parent / "no rules"
    sql.mkdir(exist_ok=True)
    return verify_directory(directory, World("bank", "Bank", BANK, toy_world.Rules, sql), given)


@pytest.fixture(params=["csv", "parquet"])
def directory(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return write(tmp_path / "out", request.param)


def test_each_database_has_its_directory(directory: Path) -> None:
    names = {str(path.relative_to(directory).with_suffix("")) for path in directory.rglob("*") if path.is_file()}
    assert names == {"people_db/staff", "accounts_db/customers", "accounts_db/accounts", "datapackage"}


def test_the_manifest_tells_tables_by_their_databases_and_what_refers_across_them(directory: Path) -> None:
    resources = {item["name"]: item for item in json.loads((directory / NAME).read_text())["resources"]}
    assert set(resources) == {"people_db.staff", "accounts_db.customers", "accounts_db.accounts"}
    accounts = resources["accounts_db.accounts"]
    assert accounts["schema"]["foreignKeys"] == [
        {"fields": ["customer_id"], "reference": {"resource": "accounts_db.customers", "fields": ["customer_id"]}}
    ]
    assert accounts["references"][0] == {
        "fields": ["opened_by"],
        "reference": {"resource": "people_db.staff", "fields": ["staff_id"]},
    }
    manifest = read_manifest(directory)
    assert manifest is not None
    assert {item.table for item in manifest.resources} == set(FRAMES)


def test_other_tools_can_validate_the_directories(tmp_path: Path) -> None:
    report = frictionless.validate(str(write(tmp_path / "out", "csv") / NAME))
    assert report.valid, report.to_summary()


def test_the_directories_are_judged_with_and_without_a_manifest(directory: Path) -> None:
    assert judge(directory).failed() == ()
    (directory / NAME).unlink()
    verdict = judge(directory, OPTIONS)
    assert verdict.ok
    assert not [item.check for item in verdict.findings if item.outcome == "skipped"]


@pytest.mark.parametrize(
    ("table", "old", "new", "check"),
    [
        ("accounts_db/accounts", "E2", "E9", "accounts.opened_by.reference"),
        ("accounts_db/accounts", ",E1", ",E9", "accounts.subject.reference"),
        ("accounts_db/accounts", "1,2,", "1,9,", "accounts.customer_id.reference"),
        ("people_db/staff", "E2", "E3", "accounts.opened_by.reference"),
    ],
)
def test_what_refers_to_nobody_is_found_in_the_same_and_in_another_database(
    tmp_path: Path, table: str, old: str, new: str, check: str
) -> None:
    path = write(tmp_path / "out", "csv") / f"{table}.csv"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))
    assert check in {item.check for item in judge(tmp_path / "out").failed()}


def test_a_table_in_the_directory_of_another_database_is_not_there(tmp_path: Path) -> None:
    directory = write(tmp_path / "out", "csv")
    (directory / "people_db" / "staff.csv").rename(directory / "accounts_db" / "staff.csv")
    assert "staff.file" in {item.check for item in judge(directory).failed()}


def test_the_name_of_a_file_tells_its_database() -> None:
    file = TableFile.named("people_db/staff.csv")
    assert file is not None
    assert (file.database, file.table, file.name) == ("people_db", "staff", "people_db/staff.csv")
    assert [*by_table(["people_db/staff.csv", "../staff.csv", "a/b/staff.csv", "/staff.csv"])["staff"]] == [file]
