"""The supplementary tables can be had by import and by command, from frames and from directories of CSV files."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
from functools import lru_cache
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

import additional_data_generator as script
from additional_data_generator import AdditionalDataGenerator
from datagen.errors import FrameError, OutputError, UsageError
from datagen.fitness.rules import FitnessRules
from datagen.fitness.supplementary.dataset import TABLES
from datagen.rules import override
from fitness_center_data_generator import FitnessCenterDataGenerator
from fitness_center_ods_generator import FitnessCenterODSGenerator
from tests.support.forks import ran

ROOT = Path(script.__file__).parent
AS_OF = dt.date(2026, 11, 20)
METHODS = {
    "equipmentusage": "generate_equipment_usage",
    "equipmentmaintenance": "generate_equipment_maintenance",
    "stafffacilities": "generate_staff_facilities",
    "staffcertifications": "generate_staff_certifications",
    "staffschedules": "generate_staff_schedules",
    "stafftimetracking": "generate_staff_time_tracking",
    "staffpayroll": "generate_staff_payroll",
    "instructorperformance": "generate_instructor_performance",
    "instructorfeedback": "generate_instructor_feedback",
}
MONTHS = 2


@lru_cache(maxsize=1)
def inputs() -> tuple[dict[str, Any], dict[str, Any]]:
    frames = FitnessCenterDataGenerator(1, 20, 5, 42, AS_OF).generate_all()
    return frames, FitnessCenterODSGenerator(frames, 42, AS_OF, MONTHS).generate_all()


def small(**changes) -> AdditionalDataGenerator:
    frames, ods_tables = inputs()
    arguments = {"frames": frames, "ods_tables": ods_tables, "end_date": AS_OF, "months": MONTHS}
    return AdditionalDataGenerator(**(arguments | changes))


def command(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return ran(ROOT / "additional_data_generator.py", *arguments, cwd=cwd, env=variables)


@pytest.fixture(scope="module")
def directories(tmp_path_factory) -> Path:
    """A directory in which generated_data_mdm and generated_data_ods are."""
    place = tmp_path_factory.mktemp("work")
    generator = FitnessCenterDataGenerator(1, 20, 5, 42, AS_OF)
    generator.save_to_csv(place / "generated_data_mdm")
    FitnessCenterODSGenerator(generator.generate_all(), 42, AS_OF, MONTHS).save_to_csv(place / "generated_data_ods")
    return place


def hashes(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()}


def test_all_nine_tables_come_in_order():
    assert list(small().generate_all()) == list(TABLES) == list(METHODS)


@pytest.mark.parametrize("table", TABLES)
def test_each_table_alone_is_the_one_of_the_whole(table):
    generator = small()
    pd.testing.assert_frame_equal(getattr(generator, METHODS[table])(), generator.generate_all()[table])


def test_changed_rules_change_the_tables():
    rules = override(FitnessRules(), {"feedback.response_share": 0, "staffing.stay_share": 0})
    tables = small(rules=rules).generate_all()
    assert len(tables["instructorfeedback"]) == 0
    assert len(tables["staffschedules"]) == len(small().generate_all()["staffschedules"])


@pytest.mark.parametrize(
    ("changes", "told"),
    [({"seed": -1}, "--seed"), ({"end_date": "soon"}, "--end-date"), ({"months": 37}, "--months")],
)
def test_a_bad_value_is_told_by_its_option(changes, told):
    with pytest.raises(UsageError, match=told):
        small(**changes)


def test_a_missing_table_is_named():
    frames, ods_tables = inputs()
    with pytest.raises(FrameError, match="memberaccess"):
        small(ods_tables={name: frame for name, frame in ods_tables.items() if name != "memberaccess"}).generate_all()
    with pytest.raises(FrameError, match="equipment"):
        small(frames={name: frame for name, frame in frames.items() if name != "equipment"}).generate_all()


def test_files_hold_what_the_frames_hold(tmp_path):
    directory = small().save_to_csv(tmp_path / "out", workers=1)
    assert sorted(path.name for path in directory.iterdir()) == sorted(
        [*(f"{table}.csv" for table in TABLES), "datapackage.json"]
    )
    for table, frame in small().generate_all().items():
        back = pd.read_csv(directory / f"{table}.csv", keep_default_na=False, na_values=[""])
        assert list(back.columns) == list(frame.columns)
        assert back.iloc[:, 0].tolist() == frame.iloc[:, 0].tolist()
    assert back["overallrating"].tolist() == frame["overallrating"].tolist()
    manifest = json.loads((directory / "datapackage.json").read_text())
    assert manifest["options"]["months"] == MONTHS


def test_a_directory_of_others_is_not_replaced(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with pytest.raises(OutputError, match="mine"):
        small().save_to_csv(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "precious"


@pytest.mark.slow
def test_the_command_takes_seed_end_date_and_months_from_the_manifest(directories, tmp_path):
    done = command("--output-dir", str(tmp_path / "out"), cwd=directories)
    assert done.returncode == 0, done.stderr
    small().save_to_csv(tmp_path / "same")
    assert {name: value for name, value in hashes(tmp_path / "out").items() if name.endswith(".csv")} == {
        name: value for name, value in hashes(tmp_path / "same").items() if name.endswith(".csv")
    }
    again = command(
        "--output-dir", str(tmp_path / "two"), "--workers", "1", cwd=directories, TZ="Asia/Tokyo", PYTHONHASHSEED="7"
    )
    assert again.returncode == 0, again.stderr
    assert hashes(tmp_path / "out") == hashes(tmp_path / "two")


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--ods-dir", "nowhere"), "nowhere"),
        (("--months", "99"), "--months"),
        (("--seed", "x"), "--seed"),
        (("--set", "machines.nothing=1"), "machines.nothing"),
        (("--colour", "red"), "--colour"),
        (("--months", "1"), "window"),
    ],
)
def test_the_command_tells_a_mistake_in_one_line(directories, tmp_path, arguments, told):
    done = command(*arguments, "--output-dir", str(tmp_path / "out"), cwd=directories)
    assert done.returncode in (1, 2)
    assert told in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not (tmp_path / "out").exists()


def test_the_command_explains_itself(tmp_path):
    done = command("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "--ods-dir" in done.stdout
    assert "Examples" in done.stdout
