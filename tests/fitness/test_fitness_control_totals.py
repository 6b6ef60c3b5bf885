"""The manifest states the control totals of every table, as anybody can add them up from the files."""

from __future__ import annotations

import csv
import json
import re
from decimal import Decimal
from pathlib import Path

import pytest
from pyarrow import parquet

from additional_data_generator import AdditionalDataGenerator
from datagen.console import run_command
from datagen.errors import InputError
from datagen.fitness.tables import metadata
from datagen.output.manifest import read_manifest
from datagen.schema import total_columns
from fitness_center_data_generator import FitnessCenterDataGenerator
from fitness_center_ods_generator import FitnessCenterODSGenerator
from run_complete_data_generation import command

SIZE = ("--facilities=2", "--members=60", "--staff=12", "--months=3", "--end-date=2026-11-20", "--no-verify", "--quiet")


def made(directory: Path, *options: str) -> Path:
    assert run_command(command, [*SIZE, f"--output-dir={directory}", *options]) == 0
    return directory


def stated(directory: Path) -> dict[str, dict[str, str]]:
    """The totals of the manifest."""
    manifest = read_manifest(directory)
    assert manifest
    return {resource.table: dict(resource.totals) for resource in manifest.resources}


def added_up(directory: Path) -> dict[str, dict[str, Decimal]]:
    """The totals of CSV files, with nothing but Python."""
    totals: dict[str, dict[str, Decimal]] = {}
    for path in directory.glob("*.csv"):
        columns = total_columns(metadata.tables[path.stem])
        sums = totals[path.stem] = dict.fromkeys(columns, Decimal(0))
        with path.open(newline="") as file:
            for row in csv.DictReader(file):
                for name in columns:
                    is_id = name.endswith("id")
                    sums[name] += Decimal(re.sub(r"\D", "", row[name]) or 0 if is_id else row[name] or 0)
    return totals


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("totals") / "complete")


def test_keys_and_decimals_have_totals() -> None:
    chosen = {table.name: total_columns(table) for table in metadata.sorted_tables}
    assert chosen["memberpayments"] == ["paymentid", "memberid", "amount"]
    assert chosen["classtypes"] == ["classtypeid"]
    assert all(chosen.values())


@pytest.mark.slow
def test_the_manifest_states_the_totals_of_all_tables(complete: Path) -> None:
    found = {table: {name: Decimal(total) for name, total in sums.items()} for table, sums in stated(complete).items()}
    assert len(found) == 23
    assert found == added_up(complete)
    assert re.fullmatch(r"\d+\.\d\d", stated(complete)["memberpayments"]["amount"])


@pytest.mark.slow
def test_the_totals_do_not_depend_on_workers_or_format(complete: Path, tmp_path: Path) -> None:
    assert stated(made(tmp_path / "one", "--workers=1")) == stated(complete)
    assert stated(made(tmp_path / "three", "--workers=3")) == stated(complete)
    as_parquet = made(tmp_path / "parquet", "--format=parquet")
    assert stated(as_parquet) == stated(complete)
    paid = parquet.read_table(min(as_parquet.glob("staffpayroll*.parquet")))["netpay"].to_pylist()
    assert sum(paid) == Decimal(stated(as_parquet)["staffpayroll"]["netpay"])


def test_reference_tables_that_users_bring_have_totals(complete: Path, tmp_path: Path) -> None:
    mine = tmp_path / "mine"
    mine.mkdir()
    for path in complete.glob("*.csv"):
        text = path.read_text().replace("MEM000007", "GUEST-9007").replace("FAC001", "Main Street")
        (mine / path.name).write_text(text)
    assert run_command(command, [*SIZE[3:], f"--mdm-dir={mine}", f"--output-dir={tmp_path / 'out'}"]) == 0
    found = stated(tmp_path / "out")
    assert found["members"]["memberid"] == str(60 * 61 // 2 - 7 + 9007)
    assert found["facilities"]["facilityid"] == "2"
    assert {table: {name: Decimal(total) for name, total in sums.items()} for table, sums in found.items()} == added_up(
        tmp_path / "out"
    )


@pytest.mark.slow
def test_every_part_of_the_data_set_has_totals(complete: Path, tmp_path: Path) -> None:
    frames = FitnessCenterDataGenerator(2, 60, 12, end_date="2026-11-20")
    reference = frames.save_to_csv(tmp_path / "mdm")
    ods = FitnessCenterODSGenerator(frames.generate_all(), end_date="2026-11-20", months=3)
    transactions = ods.save_to_csv(tmp_path / "ods")
    more = AdditionalDataGenerator(frames.generate_all(), ods.generate_all(), end_date="2026-11-20", months=3)
    parts = stated(Path(reference)) | stated(Path(transactions)) | stated(more.save_to_csv(tmp_path / "more"))
    assert parts == stated(complete)


def test_a_manifest_whose_totals_are_no_numbers_is_damaged(complete: Path, tmp_path: Path) -> None:
    package = json.loads((complete / "datapackage.json").read_text())
    package["resources"][0]["totals"] = {next(iter(package["resources"][0]["totals"])): "many"}
    (tmp_path / "datapackage.json").write_text(json.dumps(package))
    with pytest.raises(InputError, match="damaged"):
        read_manifest(tmp_path)
