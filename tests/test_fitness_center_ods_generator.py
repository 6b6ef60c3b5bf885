"""The transactional tables can be had by import and by command, from frames or from a directory of them."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import subprocess
from pathlib import Path

import pandas as pd
import pytest

import fitness_center_ods_generator as script
from datagen.errors import FrameError, OutputError, UsageError
from datagen.fitness.rules import FitnessRules
from datagen.fitness.tables import metadata
from datagen.rules import override
from datagen.schema import column_names
from fitness_center_data_generator import FitnessCenterDataGenerator
from fitness_center_ods_generator import FitnessCenterODSGenerator
from tests.support.forks import ran

ROOT = Path(script.__file__).parent
END = "2026-01-01"
ORDER = [
    "membermemberships",
    "memberpayments",
    "classschedules",
    "classinstances",
    "classenrollments",
    "memberaccess",
]


@pytest.fixture(scope="module")
def frames():
    return FitnessCenterDataGenerator(2, 60, 16, 42, END).generate_all()


@pytest.fixture(scope="module")
def tables(frames):
    return FitnessCenterODSGenerator(frames, 42, END, 3).generate_all()


@pytest.fixture(scope="module")
def mdm(tmp_path_factory):
    directory = tmp_path_factory.mktemp("reference") / "mdm"
    return FitnessCenterDataGenerator(2, 60, 16, 42, END).save_to_csv(directory)


def command(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    variables = {**os.environ, "PYTHONPATH": str(ROOT), **environment}
    return ran(ROOT / "fitness_center_ods_generator.py", *arguments, cwd=cwd, env=variables)


def hashes(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.glob("*.csv")}


def test_six_tables_come_in_order_with_the_columns_of_the_schema(tables):
    assert list(tables) == ORDER
    for name, table in tables.items():
        assert list(table.columns) == column_names(metadata.tables[name])
        assert len(table)


def test_columns_have_the_types_of_the_reference_frames(tables):
    for name, table in tables.items():
        for column in metadata.tables[name].columns:
            dtype = table[column.name].dtype
            wanted = {"DATE": "datetime64[s]", "TIMESTAMP": "datetime64[s]", "INTEGER": "int64", "BOOLEAN": "bool",
                      "DATETIME": "datetime64[s]"}.get(str(column.type).split("(")[0])  # fmt: skip
            if wanted:
                assert dtype == wanted, (name, column.name)
            elif str(column.type).startswith("NUMERIC"):
                assert dtype == "float64"
            else:
                assert isinstance(dtype, pd.StringDtype), (name, column.name)


def test_the_same_frames_seed_and_day_give_the_same_tables(frames, tables):
    again = FitnessCenterODSGenerator(frames, seed=42, end_date=dt.date(2026, 1, 1), months=3).generate_all()
    for name, table in tables.items():
        pd.testing.assert_frame_equal(table, again[name])


def test_the_end_date_may_be_text_and_is_today_by_default(frames):
    assert FitnessCenterODSGenerator(frames, end_date=END).end_date == dt.date(2026, 1, 1)
    assert FitnessCenterODSGenerator(frames).end_date == dt.datetime.now().astimezone().date()


def test_changed_rules_change_the_tables(frames):
    rules = override(FitnessRules(), {"payments.success_rate": 1, "payments.refund_share": 0})
    tables = FitnessCenterODSGenerator(frames, 42, END, 3, rules=rules).generate_all()
    assert set(tables["memberpayments"]["status"]) == {"Completed"}


@pytest.mark.parametrize(
    ("changes", "option"),
    [
        ({"seed": -1}, "--seed"),
        ({"seed": 2**70}, "--seed"),
        ({"seed": "x"}, "--seed"),
        ({"seed": 1.5}, "--seed"),
        ({"seed": None}, "--seed"),
        ({"seed": True}, "--seed"),
        ({"months": 0}, "--months"),
        ({"months": 37}, "--months"),
        ({"months": -3}, "--months"),
        ({"months": 2.5}, "--months"),
        ({"months": "3"}, "--months"),
        ({"months": None}, "--months"),
        ({"end_date": "1800-01-01"}, "--end-date"),
        ({"end_date": "soon"}, "--end-date"),
        ({"end_date": "2026-02-30"}, "--end-date"),
        ({"end_date": 20260101}, "--end-date"),
    ],
)
def test_a_bad_value_is_told_by_its_option(frames, changes, option):
    with pytest.raises(UsageError, match=option) as caught:
        FitnessCenterODSGenerator(frames, **({"end_date": END} | changes))
    assert caught.value.exit_status == 2


def test_broken_frames_are_told_by_table_column_and_value(frames):
    members = frames["members"].assign(memberstatus="Asleep")
    with pytest.raises(FrameError, match=r"members\.memberstatus holds 'Asleep'"):
        FitnessCenterODSGenerator({**frames, "members": members}, 42, END).generate_all()
    with pytest.raises(FrameError, match="staff"):
        FitnessCenterODSGenerator({k: v for k, v in frames.items() if k != "staff"}, 42, END).generate_all()
    named = frames["staff"].assign(firstname="Ann\0")
    with pytest.raises(FrameError, match=r"staff\.firstname holds a NUL character \(row 1\)"):
        FitnessCenterODSGenerator({**frames, "staff": named}, 42, END).generate_all()


def test_members_who_join_on_the_as_of_day_or_later_are_told(frames):
    with pytest.raises(FrameError, match=r"members\.joindate"):
        FitnessCenterODSGenerator(frames, 42, "2024-01-01").generate_all()


def test_saved_files_hold_the_tables_and_a_manifest(frames, tables, tmp_path):
    directory = FitnessCenterODSGenerator(frames, 42, END, 3).save_to_csv(tmp_path / "ods", workers=1)
    assert sorted(path.name for path in directory.iterdir()) == sorted(
        [*(f"{t}.csv" for t in ORDER), "datapackage.json"]
    )
    manifest = json.loads((directory / "datapackage.json").read_text())
    assert sorted(resource["name"] for resource in manifest["resources"]) == sorted(ORDER)
    for name, table in tables.items():
        back = pd.read_csv(directory / f"{name}.csv", dtype=str, keep_default_na=False)
        assert list(back.columns) == list(table.columns)
        assert (back.iloc[:, 0] == table.iloc[:, 0]).all()
        for column in table.columns:
            if column.endswith(("amount", "price")):
                assert (back[column] == table[column].map("{:.2f}".format)).all()
            elif column.endswith("date"):
                assert (pd.to_datetime(back[column]) == table[column]).where(table[column].notna(), True).all()


@pytest.mark.parametrize("workers", [2, 5])
def test_the_files_do_not_depend_on_the_workers(frames, tmp_path, workers):
    one, other = (
        hashes(FitnessCenterODSGenerator(frames, 42, END, 3).save_to_csv(tmp_path / str(count), workers=count))
        for count in (1, workers)
    )
    assert one == other


def test_a_directory_of_others_is_not_replaced(frames, tmp_path):
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("precious")
    with pytest.raises(OutputError, match="mine"):
        FitnessCenterODSGenerator(frames, 42, END, 1).save_to_csv(tmp_path / "mine")
    assert (tmp_path / "mine" / "thesis.txt").read_text() == "precious"


def test_broken_frames_leave_the_old_files_as_they_were(frames, tmp_path):
    directory = FitnessCenterODSGenerator(frames, 42, END, 1).save_to_csv(tmp_path / "ods")
    before = hashes(directory)
    broken = {**frames, "members": frames["members"].assign(memberstatus="Asleep")}
    with pytest.raises(FrameError):
        FitnessCenterODSGenerator(broken, 42, END, 1).save_to_csv(directory)
    assert hashes(directory) == before
    assert [path.name for path in tmp_path.iterdir()] == ["ods"]


@pytest.mark.slow
def test_the_command_makes_what_the_class_makes(frames, mdm, tmp_path):
    run = command(
        "--mdm-dir", str(mdm), "--end-date", END, "--months", "3", "--output-dir", "ods", cwd=tmp_path, TZ="Asia/Tokyo"
    )
    assert run.returncode == 0, run.stderr
    made = FitnessCenterODSGenerator(frames, 42, END, 3).save_to_csv(tmp_path / "class")
    assert hashes(tmp_path / "ods") == hashes(made)
    assert "memberaccess" in run.stdout


@pytest.mark.parametrize(
    ("arguments", "status", "said"),
    [
        (("--months", "0"), 2, "--months"),
        (("--end-date", "soon"), 2, "--end-date"),
        (("--set", "payments.sucess_rate=1"), 2, "payments.success_rate"),
        (("--mdm-dir", "nowhere"), None, "nowhere"),
    ],
)
def test_the_command_tells_a_mistake_in_a_line(mdm, tmp_path, arguments, status, said):
    given = arguments if "--mdm-dir" in arguments else ("--mdm-dir", str(mdm), *arguments)
    run = command(*given, cwd=tmp_path)
    assert run.returncode in ((status,) if status else (1, 2))
    assert said in run.stderr
    assert "Traceback" not in run.stderr
    assert not (tmp_path / "generated_data_ods").exists()
