"""The reference tables can be had by import and by command, whole or one by one."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
from pathlib import Path

import pandas as pd
import pytest

import fitness_center_data_generator as script
from datagen.errors import OutputError, UsageError
from datagen.fitness.rules import FitnessRules
from datagen.fitness.tables import metadata
from datagen.rules import override
from datagen.schema import column_names
from fitness_center_data_generator import FitnessCenterDataGenerator
from tests.support.forks import ran

ROOT = Path(script.__file__).parent
AS_OF = dt.date(2026, 11, 20)
ORDER = [
    "membershiptypes",
    "classtypes",
    "instructorcertifications",
    "facilities",
    "facilityareas",
    "equipment",
    "members",
    "staff",
]
METHODS = {
    "membershiptypes": "generate_membership_types",
    "classtypes": "generate_class_types",
    "instructorcertifications": "generate_certifications",
    "facilities": "generate_facilities",
    "facilityareas": "generate_facility_areas",
    "equipment": "generate_equipment",
    "members": "generate_members",
    "staff": "generate_staff",
}


def small(**changes):
    return FitnessCenterDataGenerator(**({"num_members": 60, "end_date": AS_OF} | changes))


def command(*arguments: str, cwd: Path | None = None, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return ran(ROOT / "fitness_center_data_generator.py", *arguments, cwd=cwd, env=variables)


def hashes(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()}


def test_all_tables_come_in_order_with_the_columns_of_the_schema():
    frames = small().generate_all()
    assert list(frames) == ORDER
    for name, frame in frames.items():
        assert list(frame.columns) == column_names(metadata.tables[name])


def test_columns_have_the_promised_types():
    frames = small().generate_all()
    members, areas, staff = frames["members"], frames["facilityareas"], frames["staff"]
    for name in ("dateofbirth", "joindate", "lastmodified"):
        assert members[name].dtype == "datetime64[s]"
    assert staff["terminationdate"].dtype == "datetime64[s]"
    assert isinstance(members["memberid"].dtype, pd.StringDtype)
    assert areas["maxcapacity"].dtype == "int64"
    assert areas["squarefootage"].dtype == "float64"
    assert areas["isactive"].dtype == "bool"
    assert frames["facilities"]["opentime"].str.fullmatch(r"\d\d:\d\d:\d\d").all()


@pytest.mark.parametrize("day", ["1900-01-01", "2028-02-29", "2150-12-31"])
def test_any_end_date_that_is_accepted_works(day):
    members = small(end_date=day).generate_all()["members"]
    age = (members["joindate"] - members["dateofbirth"]).dt.days // 365.25
    assert age.between(15, 80).all()


@pytest.mark.parametrize("table", ORDER)
def test_each_table_alone_is_the_one_of_the_whole(table):
    alone = getattr(small(), METHODS[table])()
    pd.testing.assert_frame_equal(alone, small().generate_all()[table])


def test_a_table_is_made_once():
    generator = small()
    assert generator.generate_members() is generator.generate_members()
    assert generator.generate_all()["members"] is generator.generate_members()


def test_the_end_date_may_be_text_and_is_today_by_default():
    assert small(end_date="2026-11-20").end_date == AS_OF
    assert FitnessCenterDataGenerator().end_date == dt.datetime.now().astimezone().date()


def test_changed_rules_change_the_tables_and_stand_in_the_manifest(tmp_path):
    rules = override(FitnessRules(), {"plans.family_size": 6, "members.medical_alert_share": 0})
    generator = small(rules=rules)
    assert generator.generate_membership_types()["maxfamilymembers"].max() == 6
    assert generator.generate_members()["medicalalerts"].isna().all()
    manifest = json.loads((generator.save_to_csv(tmp_path / "out") / "datapackage.json").read_text())
    assert set(manifest["options"]["rules"]) == {"plans.family_size", "members.medical_alert_share"}


@pytest.mark.parametrize(
    ("changes", "option"),
    [
        ({"num_facilities": 0}, "--facilities"),
        ({"num_facilities": 10**9}, "--facilities"),
        ({"num_members": -5}, "--members"),
        ({"num_members": 10**12}, "--members"),
        ({"num_members": 12.5}, "--members"),
        ({"num_members": True}, "--members"),
        ({"num_staff": 0}, "--staff"),
        ({"num_staff": "many"}, "--staff"),
        ({"seed": -1}, "--seed"),
        ({"seed": 2**70}, "--seed"),
        ({"seed": "x"}, "--seed"),
        ({"end_date": "1800-01-01"}, "--end-date"),
        ({"end_date": "soon"}, "--end-date"),
        ({"end_date": "2026-02-30"}, "--end-date"),
        ({"end_date": 20261120}, "--end-date"),
        ({"end_date": dt.date(3000, 1, 1)}, "--end-date"),
    ],
)
def test_a_bad_value_is_told_by_its_option(changes, option):
    with pytest.raises(UsageError, match=option):
        small(**changes)


def test_saved_files_read_back_as_the_frames(tmp_path):
    generator = small()
    directory = generator.save_to_csv(tmp_path / "mdm")
    assert sorted(path.name for path in directory.iterdir()) == sorted(
        [*(f"{t}.csv" for t in ORDER), "datapackage.json"]
    )
    for name, frame in generator.generate_all().items():
        back = pd.read_csv(directory / f"{name}.csv", dtype=str, keep_default_na=False)
        assert list(back.columns) == list(frame.columns)
        assert len(back) == len(frame)
        assert (back.iloc[:, 0] == frame.iloc[:, 0]).all()
    members = pd.read_csv(directory / "members.csv", dtype={"zipcode": str}, parse_dates=["joindate", "lastmodified"])
    assert (members["joindate"] == generator.generate_members()["joindate"]).all()
    assert (members["zipcode"] == generator.generate_members()["zipcode"]).all()
    fees = (directory / "membershiptypes.csv").read_text().splitlines()[1].split(",")
    assert "49.99" in fees
    assert "25.00" in fees
    assert "true" in fees


def test_a_directory_of_others_is_not_replaced(tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with pytest.raises(OutputError, match="mine"):
        small().save_to_csv(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "precious"


def test_the_command_writes_the_same_bytes_anywhere(tmp_path):
    arguments = ("--members", "60", "--end-date", "2026-11-20", "--output-dir")
    first = command(*arguments, "one", cwd=tmp_path)
    assert first.returncode == 0, first.stderr
    assert "members" in first.stdout
    second = command(*arguments, "two", cwd=tmp_path, TZ="Asia/Tokyo", PYTHONHASHSEED="7", LC_ALL="C")
    assert second.returncode == 0, second.stderr
    assert hashes(tmp_path / "one") == hashes(tmp_path / "two")


@pytest.mark.parametrize(
    ("arguments", "option"),
    [
        (("--members", "0"), "--members"),
        (("--members", "lots"), "--members"),
        (("--facilities", "999999999"), "--facilities"),
        (("--end-date", "1800-01-01"), "--end-date"),
        (("--colour", "red"), "--colour"),
    ],
)
def test_the_command_tells_a_bad_value_in_one_line(tmp_path, arguments, option):
    done = command(*arguments, cwd=tmp_path)
    assert done.returncode == 2
    assert option in done.stderr
    assert len(done.stderr.strip().splitlines()) == 1
    assert not list(tmp_path.iterdir())


def test_the_command_explains_itself(tmp_path):
    done = command("--help", cwd=tmp_path)
    assert done.returncode == 0
    assert "--end-date" in done.stdout
    assert "Examples" in done.stdout
