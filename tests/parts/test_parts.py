"""Parts that workers write side by side are the rows of whole files, and all that reads tables reads them."""

from __future__ import annotations

import datetime as dt
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from sqlalchemy import Column, Integer, MetaData, Table

import datagen
from datagen.__main__ import command
from datagen.calls import run_generate
from datagen.checks.duckdb_engine import DuckDatabase
from datagen.checks.files import fill_from_directory
from datagen.checks.findings import Outcome
from datagen.checks.verify import verify_directory
from datagen.columns import Columns, Whole
from datagen.console import run_command
from datagen.control_totals import Totals
from datagen.data_directory import DataDirectory
from datagen.dataset import Numbering
from datagen.fitness.commands.complete import Choices, expected
from datagen.fitness.size import Size
from datagen.fitness.world import WORLD
from datagen.frame_files import read_frames
from datagen.jobs import Parts
from datagen.output.manifest import read_manifest
from datagen.output.part_files import LocalPlace
from datagen.parts import PartWriter, cut, write_units
from datagen.plan import in_parts
from datagen.schema import table_facts
from datagen.workers import Threads
from tests.parts.conftest import ROWS, Write, digests
from tests.test_database_formats import SIZES

UNIT_TABLE = "memberaccess"
WORLDS = datagen.worlds()


class Empty:
    """A data set of units in which nothing happens."""

    world, units, unit_count, gapless = "toy", (1, 2, 3), 3, False

    def make(self, unit: int) -> Empty:
        return self

    def summarise(self) -> dict[str, int]:
        return {"visits": 0}

    def columns(self, settled: object) -> Iterator[tuple[str, Columns]]:
        yield "visits", {"visit": Whole(np.zeros(0, np.int64))}

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        return iter(())

    def days(self, unit: int) -> None:
        return None

    def accumulator(self) -> Numbering:
        return Numbering()


def concatenated(table: Path) -> bytes:
    """The text of all parts, with one header."""
    first, *others = (path.read_bytes() for path in sorted(table.glob("part-*.csv")))
    return first + b"".join(text.partition(b"\n")[2] for text in others)


@pytest.mark.slow
def test_parts_one_after_the_other_are_the_whole_file(write: Write) -> None:
    whole, parts = write("whole", whole=True), write("parts")
    tables = sorted(path.stem for path in whole.glob("*.csv"))
    assert sorted(path.name for path in parts.iterdir()) == sorted([*tables, "datapackage.json"])
    for table in tables:
        assert concatenated(parts / table) == (whole / f"{table}.csv").read_bytes()
    assert len(list((parts / UNIT_TABLE).iterdir())) > 2
    stated = {item.table: (item.totals, sum(file.rows for file in item.files.values())) for item in resources(parts)}
    assert stated == {item.table: (item.totals, item.written.rows) for item in resources(whole)}


@pytest.mark.slow
@pytest.mark.parametrize(("world", "more"), [("bank", {}), ("ecommerce", {"orders": 9_000, "items": 20_000})])
def test_parts_of_other_worlds_one_after_the_other_are_the_whole_file(
    world: str, more: dict[str, int], tmp_path: Path
) -> None:
    """Also of tables with rows before the units and after them."""
    for name, how in {"whole": {}, "parts": {"parts": True, "part_rows": 50}}.items():
        run_generate(WORLDS[world], {**SIZES[world], **more, **how, "seed": 7, "output_dir": tmp_path / name})
    wholes = sorted((tmp_path / "whole").rglob("*.csv"))
    assert len(wholes) == len(WORLDS[world].metadata.tables)
    for whole in wholes:
        table = tmp_path / "parts" / whole.relative_to(tmp_path / "whole").with_suffix("")
        assert concatenated(table) == whole.read_bytes(), table.name
    assert list((tmp_path / "parts").rglob("part-00001.csv"))


def resources(directory: Path) -> tuple[object, ...]:
    manifest = read_manifest(directory)
    assert manifest
    return manifest.resources


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_parts_are_the_same_whoever_writes_them(write: Write, kind: str) -> None:
    assert digests(write("one", kind=kind)) == digests(write("two", kind=kind, workers=2))


@pytest.mark.slow
def test_parquet_parts_are_in_the_months_that_they_are_about(write: Write) -> None:
    whole, parts = write("whole", kind="parquet", whole=True), write("parts", kind="parquet")
    months = sorted(path.name for path in (parts / UNIT_TABLE).iterdir())
    assert months == ["month=2025-10", "month=2025-11", "month=2025-12"]
    for table in ("members", UNIT_TABLE, "staffpayroll"):
        read = DataDirectory(WORLD, parts).arrow(table)
        assert read.equals(DataDirectory(WORLD, whole).arrow(table))


@pytest.mark.slow
def test_parts_are_verified_as_whole_files_are(write: Write) -> None:
    whole, parts = (verify_directory(write(name, whole=name == "whole"), WORLD) for name in ("whole", "parts"))
    assert [(item.check, item.outcome) for item in parts.findings] == [
        (item.check, item.outcome) for item in whole.findings
    ]


@pytest.mark.slow
def test_a_plan_tells_about_how_many_parts_there_will_be(write: Write) -> None:
    choices = Choices(Size(2, 40, 10), 42, dt.date(2026, 1, 1), 3, WORLD.rules)
    planned = in_parts(expected(choices, 1), ROWS, "csv")
    parts = len(list((write("parts") / UNIT_TABLE).iterdir()))
    assert parts / 2 <= planned.groups <= 2 * parts


@pytest.mark.slow
def test_plans_of_parts_are_told_and_refused_where_there_are_none(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(command, ["ecommerce", "plan", "--orders=2000", "--parts", "--part-rows=4000"]) == 0
    assert "In parts: about " in capsys.readouterr().out
    assert run_command(command, ["ecommerce", "plan", "--orders=2000", "--part-rows=4000"]) == 2
    assert "give --parts" in capsys.readouterr().err
    assert run_command(command, ["bank", "plan", "--customers=60", "--parts", "--format=sqlite"]) == 2
    assert "--parts are of CSV or Parquet" in capsys.readouterr().err
    assert run_command(command, ["payments", "plan", "--parts"]) == 2
    assert "one process writes the days" in capsys.readouterr().err


@pytest.mark.slow
def test_parts_are_explained_reported_and_certified_as_whole_files_are(
    write: Write, capsys: pytest.CaptureFixture[str]
) -> None:
    lives, plots = [], []
    for name in ("whole", "parts"):
        place = write(name, whole=name == "whole")
        capsys.readouterr()
        assert run_command(command, ["fitness", "explain", "MEM000001", str(place)]) == 0
        lives.append(capsys.readouterr().out)
        assert run_command(command, ["fitness", "report", str(place), "--quiet", "--no-log"]) == 0
        page = (place / "report.html").read_text()
        plots.append(re.findall(r'<section id="plots">.*</section>', page, re.DOTALL)[0].partition("</section>")[0])
        done = subprocess.run([sys.executable, "verify.py"], cwd=place, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
    assert lives[0] == lives[1] and len(lives[0].splitlines()) > 10
    assert plots[0] == plots[1]


def swapped(directory: Path) -> None:
    one, two = sorted((directory / UNIT_TABLE).iterdir())[:2]
    text = one.read_bytes()
    one.write_bytes(two.read_bytes())
    two.write_bytes(text)


def without_header(directory: Path) -> None:
    path = directory / UNIT_TABLE / "part-00001.csv"
    path.write_bytes(path.read_bytes().partition(b"\n")[2])


def one_more(directory: Path) -> None:
    shutil.copy(directory / UNIT_TABLE / "part-00001.csv", directory / UNIT_TABLE / "part-00099.csv")


def one_less(directory: Path) -> None:
    (directory / UNIT_TABLE / "part-00001.csv").unlink()


def with_blank_line(directory: Path) -> None:
    path = directory / UNIT_TABLE / "part-00001.csv"
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n", 2))


@pytest.mark.slow
@pytest.mark.parametrize(
    ("damage", "check"),
    [
        (swapped, "manifest"),
        (without_header, "file"),
        (one_more, "manifest"),
        (one_less, "file"),
        (with_blank_line, "file"),
    ],
)
def test_damage_to_a_part_is_caught(write: Write, damage: object, check: str) -> None:
    directory = write("parts")
    damage(directory)  # type: ignore[operator]
    with DuckDatabase() as database:
        found = list(fill_from_directory(database, directory, WORLD.metadata, read_manifest(directory)))
    failed = {item.check for item in found if item.outcome is Outcome.FAILED}
    assert f"{UNIT_TABLE}.{check}" in failed


@pytest.mark.slow
def test_frames_are_read_from_parts(write: Write) -> None:
    whole, parts = write("whole", whole=True), write("parts")
    for table in ("members", UNIT_TABLE):
        assert read_frames(parts, [table])[table].equals(read_frames(whole, [table])[table])


@pytest.mark.slow
def test_tools_that_know_data_packages_read_parts(write: Write) -> None:
    from frictionless import Package

    package = Package.from_descriptor(str(write("parts") / "datapackage.json"))
    stated = json.loads((Path(package.basepath or "") / "datapackage.json").read_text())
    (descriptor,) = (item for item in stated["resources"] if item["name"] == UNIT_TABLE)
    assert len(package.get_resource(UNIT_TABLE).read_rows()) == sum(file["rows"] for file in descriptor["files"])


@pytest.mark.slow
def test_the_cut_hangs_on_the_rows_asked_for(write: Write) -> None:
    few, many = write("few", parts=Parts(10 * ROWS)), write("many")
    assert len(list((few / UNIT_TABLE).iterdir())) < len(list((many / UNIT_TABLE).iterdir()))
    assert concatenated(few / UNIT_TABLE) == concatenated(many / UNIT_TABLE)


def test_a_table_without_rows_has_a_part_all_the_same(tmp_path: Path, kind: str = "csv") -> None:
    visits = Column("visit", Integer, primary_key=True)
    dataset, metadata = Empty(), MetaData()
    Table("visits", metadata, visits)
    writer = PartWriter(LocalPlace(tmp_path), "run", kind, table_facts(metadata))
    files = write_units(dataset, cut(dataset, writer, 1), writer, Threads(1), Totals(), lambda *_: None, lambda _: None)
    assert {name: file.rows for name, file in files.items()} == {"visits/part-00000.csv": 0}
    assert (tmp_path / "visits" / "part-00000.csv").read_text() == "visit\n"
