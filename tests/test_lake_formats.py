"""`--format delta` and `--format iceberg`: Parquet files, registered in place as the tables of a lake."""

from __future__ import annotations

import json
import os
import shutil
import sys
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import TYPE_CHECKING, Any

import deltalake
import pyarrow as pa
import pytest

import datagen
from datagen.__main__ import command
from datagen.calls import run_generate
from datagen.checks.verify import verify_directory
from datagen.console import run_command
from datagen.errors import UsageError
from datagen.output import lakes
from datagen.output.file_names import CATALOG, LAKE_FORMATS
from datagen.output.manifest import read_manifest
from datagen.schema import database_of
from tests.support.formats import SIZES, Made

if TYPE_CHECKING:
    from pyiceberg.catalog.sql import SqlCatalog

WORLDS = datagen.worlds()


def catalog_of(directory: Path) -> AbstractContextManager[SqlCatalog]:
    """The catalogue of a lake of Iceberg tables."""
    from pyiceberg.catalog.sql import SqlCatalog

    return closing(SqlCatalog("datagen", uri=f"sqlite:///{directory / CATALOG}"))


def by_the_library(kind: str, directory: Path, world: str, name: str) -> pa.Table:
    """A table as the library of a lake's kind reads it."""
    database = database_of(WORLDS[world].metadata.tables[name])
    if kind == "delta":
        return deltalake.DeltaTable(str(directory / database / name)).to_pyarrow_table()
    with catalog_of(directory) as catalog:
        return catalog.load_table((database or "main", name)).scan().to_arrow()


def same(found: pa.Table, expected: pa.Table) -> bool:
    """Whether the rows are the same; a lake keeps them in no order, and times of day perhaps as text."""

    def plain(table: pa.Table) -> pa.Table:
        fields = [table[item.name] for item in expected.schema]
        columns = [
            values.cast(pa.time32("s")).cast(pa.string()) if pa.types.is_time(values.type) else values
            for values in fields
        ]
        kinds = [pa.string() if pa.types.is_time(item.type) else item.type for item in expected.schema]
        columns = [values.cast(kind) for values, kind in zip(columns, kinds, strict=True)]
        keys = [(name, "ascending") for name in expected.schema.names[:2]]
        return pa.table(columns, names=expected.schema.names).sort_by(keys).combine_chunks()

    return bool(plain(found).equals(plain(expected)))


@pytest.mark.slow
@pytest.mark.parametrize("kind", LAKE_FORMATS)
@pytest.mark.parametrize("world", SIZES)
def test_libraries_read_the_rows_of_the_csv_files_with_their_types(made_as: Made, world: str, kind: str) -> None:
    expected, place = datagen.read(made_as(world, "csv")), made_as(world, kind)
    found = datagen.read(place)
    assert list(found) == list(expected)
    for name in expected:
        assert found.arrow(name).equals(expected.arrow(name)), name
        assert same(by_the_library(kind, place, world, name), expected.arrow(name)), name


@pytest.mark.slow
@pytest.mark.parametrize("kind", LAKE_FORMATS)
def test_what_was_written_is_verified_with_its_metadata(made_as: Made, kind: str) -> None:
    verdict = verify_directory(made_as("bank", kind), WORLDS["bank"])
    assert verdict.ok
    judged = [item for item in verdict.findings if item.check.endswith(".lake")]
    assert len(judged) == len(WORLDS["bank"].metadata.tables) and {item.outcome for item in judged} == {"passed"}


def test_columns_and_tables_keep_their_comments(made_as: Made) -> None:
    metadata = WORLDS["ecommerce"].metadata
    table = metadata.tables["order"]
    delta = deltalake.DeltaTable(str(made_as("ecommerce", "delta") / "order"))
    assert delta.metadata().description == table.comment
    fields = {field.name: field.metadata.get("comment") for field in delta.schema().fields}
    assert fields == {item.name: item.comment for item in table.columns}
    with catalog_of(made_as("ecommerce", "iceberg")) as catalog:
        found = catalog.load_table(("main", "order")).schema().fields
    assert {field.name: field.doc for field in found} == fields
    assert {field.name: field.required for field in found} == {item.name: not item.nullable for item in table.columns}


@pytest.mark.slow
@pytest.mark.parametrize("kind", LAKE_FORMATS)
def test_a_table_has_one_version_and_the_same_seed_the_same_data_files(
    made_as: Made, kind: str, tmp_path: Path
) -> None:
    place, again = made_as("ecommerce", kind), tmp_path / "again"
    run_generate(WORLDS["ecommerce"], {**SIZES["ecommerce"], "seed": 7, "format": kind, "output_dir": again})
    manifest = read_manifest(place)
    assert manifest is not None
    for resource in manifest.resources:
        assert all(name.startswith(f"{resource.table}/part-") for name in resource.files)
        for name in resource.files:
            assert (place / name).read_bytes() == (again / name).read_bytes()
    assert (place / "datapackage.json").read_bytes() == (again / "datapackage.json").read_bytes()
    if kind == "delta":
        assert deltalake.DeltaTable(str(place / "order")).version() == 0
    else:
        with catalog_of(place) as catalog:
            assert len(catalog.load_table(("main", "order")).snapshots()) == 1


@pytest.mark.slow
def test_a_delta_lake_can_be_moved_and_an_iceberg_one_says_that_it_was(made_as: Made, tmp_path: Path) -> None:
    for kind in LAKE_FORMATS:
        shutil.copytree(made_as("ecommerce", kind), tmp_path / kind)
    assert verify_directory(tmp_path / "delta", WORLDS["ecommerce"]).ok
    failed = {item.check for item in verify_directory(tmp_path / "iceberg", WORLDS["ecommerce"]).failed()}
    assert failed == {f"{name}.lake" for name in WORLDS["ecommerce"].metadata.tables}


def test_metadata_that_registers_other_files_is_found(made_as: Made, tmp_path: Path) -> None:
    shutil.copytree(made_as("ecommerce", "delta"), tmp_path / "lake")
    (log,) = (tmp_path / "lake/order/_delta_log").glob("*.json")
    lines = [json.loads(line) for line in log.read_text().splitlines()]
    for line in lines:
        if "add" in line:
            line["add"]["stats"] = json.dumps({"numRecords": 1})
    log.write_text("\n".join(map(json.dumps, lines)))
    (finding,) = verify_directory(tmp_path / "lake", WORLDS["ecommerce"]).failed()
    assert finding.check == "order.lake" and "It has 1 rows of part-" in finding.reason


@pytest.mark.slow
@pytest.mark.parametrize("kind", LAKE_FORMATS)
def test_a_run_that_fails_amidst_the_commits_leaves_the_old_lake(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, made_as: Made
) -> None:
    place = tmp_path / "lake"
    options: dict[str, Any] = {**SIZES["ecommerce"], "format": kind, "output_dir": place}
    run_generate(WORLDS["ecommerce"], {**options, "seed": 7})
    before = {path: path.read_bytes() for path in place.rglob("*") if path.is_file()}
    lake = lakes.DeltaLake if kind == "delta" else lakes.IcebergLake
    commit, commits = lake.commit, []

    def failing(*given: Any, **more: Any) -> None:
        commits.append(given)
        if len(commits) == 4:
            raise OSError(28, os.strerror(28))
        commit(*given, **more)

    monkeypatch.setattr(lake, "commit", failing)
    with pytest.raises(OSError, match="No space"):
        run_generate(WORLDS["ecommerce"], {**options, "seed": 8})
    assert {path: path.read_bytes() for path in place.rglob("*") if path.is_file()} == before
    assert [*tmp_path.iterdir()] == [place]


@pytest.mark.parametrize("kind", LAKE_FORMATS)
def test_a_library_that_is_not_there_is_named_before_the_work(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setitem(sys.modules, {"delta": "deltalake", "iceberg": "pyiceberg"}[kind], None)
    line = ["ecommerce", "generate", "--format", kind, "--orders", "100000", "--no-log"]
    assert run_command(command, line) == 2
    assert f"pip install 'datagen[{kind}]'" in capfd.readouterr().err
    assert [*tmp_path.iterdir()] == []


def test_iceberg_refuses_a_place_that_its_addresses_cannot_name(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="would mean another"):
        lakes.lake_at("iceberg", tmp_path, tmp_path / "50%")


@pytest.mark.parametrize("kind", LAKE_FORMATS)
def test_parts_and_a_history_refuse_a_lake(kind: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run_command(command, ["ecommerce", "generate", "--format", kind, "--parts", "--no-log"]) == 2
    days = ["--start-date", "2024-01-01", "--end-date", "2024-01-02"]
    assert run_command(command, ["payments", "generate", *days, "--format", kind, "--no-log"]) == 2
    assert f"datagen payments lake --format {kind}" in capfd.readouterr().err
