"""The command makes the complete data set: whole or not at all, and the same bytes whatever the machine."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest

import fitness_center_data_generator as mdm
import fitness_center_ods_generator as ods
import run_complete_data_generation as script
from datagen import console, fork_pool
from datagen.fitness import months
from datagen.fitness.dataset import REFERENCE_TABLES, TRANSACTION_TABLES
from datagen.fork_pool import ForkPool
from datagen.generate import CountingSink, write_dataset
from datagen.output.table_writers import CsvFiles
from datagen.workers import OnExecutor, Threads

SMALL = ("--facilities", "2", "--members", "60", "--staff", "12", "--months", "2", "--end-date", "2026-11-20")
DEFAULT = Path("generated_data_complete")


@pytest.fixture(autouse=True)
def in_an_empty_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DATAGEN_")]:
        monkeypatch.delenv(name)


def run(*arguments: str, command=script.command) -> int:
    return console.run_command(command, arguments)


def process(*arguments: str, **environment: str) -> subprocess.Popen[str]:
    line = [sys.executable, str(Path(script.__file__)), *arguments]
    return subprocess.Popen(
        line, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ, **environment}
    )


def hashes(directory: Path) -> dict[str, str]:
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in directory.iterdir()}


def manifest(directory: Path = DEFAULT) -> dict:
    return json.loads((directory / "datapackage.json").read_text())


def rows(directory: Path, table: str) -> pd.DataFrame:
    return pd.read_csv(directory / f"{table}.csv", dtype=str, keep_default_na=False)


def test_all_tables_are_written_with_what_the_manifest_says(capsys):
    assert run(*SMALL, "--seed", "7") == 0
    resources = {resource["name"]: resource for resource in manifest()["resources"]}
    assert set(resources) >= {*REFERENCE_TABLES, *TRANSACTION_TABLES}
    assert {path.name for path in DEFAULT.iterdir()} == {
        *(f"{name}.csv" for name in resources),
        "datapackage.json",
        "verification.json",
    }
    for name, resource in resources.items():
        data = (DEFAULT / f"{name}.csv").read_bytes()
        assert resource["bytes"] == len(data)
        assert resource["hash"] == f"sha256:{hashlib.sha256(data).hexdigest()}"
        assert resource["rows"] == len(rows(DEFAULT, name))
    assert manifest()["seed"] == 7
    assert manifest()["options"] == {
        "facilities": 2, "members": 60, "staff": 12, "end_date": "2026-11-20", "months": 2, "rules": {},
    }  # fmt: skip
    out = capsys.readouterr().out
    at_hand = sum(resources[name]["rows"] for name in REFERENCE_TABLES)
    others = sum(resource["rows"] for resource in resources.values()) - at_hand
    assert f"\nReference tables: {at_hand:,} rows, " in out
    assert f"\nTransactions: {others:,} rows, " in out
    for name, resource in resources.items():
        assert re.search(rf"^{name} +{resource['rows']:,} ", out, re.MULTILINE)
    assert "Next:" in out


@pytest.mark.slow
def test_the_next_step_that_is_named_works(capsys):
    assert run(*SMALL, "--no-verify") == 0
    next_step = capsys.readouterr().out.rstrip().splitlines()[-1].strip()
    assert "accessid" in subprocess.run(next_step, shell=True, capture_output=True, text=True, timeout=60).stdout


@pytest.mark.slow
def test_the_bytes_depend_on_seed_and_options_alone():
    environments = [
        ("1", {"TZ": "Asia/Tokyo", "PYTHONHASHSEED": "7"}),
        ("2", {"LC_ALL": "C", "PYTHONHASHSEED": "8"}),
        ("4", {}),
    ]
    runs = [
        process(*SMALL, "--quiet", "--no-verify", "--workers", workers, "--output-dir", f"out/{workers}", **environment)
        for workers, environment in environments
    ]
    assert [(*done.communicate(timeout=120), done.returncode) for done in runs] == [("", "", 0)] * 3
    assert hashes(Path("out/1")) == hashes(Path("out/2")) == hashes(Path("out/4"))
    assert run(*SMALL, "--no-verify", "--seed", "43", "--output-dir", "other") == 0
    assert hashes(Path("other"))["members.csv"] != hashes(Path("out/1"))["members.csv"]


@pytest.mark.slow
def test_processes_make_the_same_bytes_as_threads():
    frames = mdm.FitnessCenterDataGenerator(1, 40, 6, end_date="2026-11-20").generate_all()
    dataset = ods.FitnessCenterODSGenerator(frames, end_date="2026-11-20", months=2).dataset()
    by_threads, by_processes = CountingSink(), CountingSink()
    write_dataset(dataset, Threads(2), CsvFiles(by_threads))
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        write_dataset(dataset, OnExecutor(executor, 2), CsvFiles(by_processes))
    assert by_threads.files == by_processes.files


def fail_in_a_worker(unit) -> None:
    raise ZeroDivisionError(f"a defect in {unit.back}")


def die_in_a_worker(unit) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


@pytest.mark.skipif(not fork_pool.available(), reason="processes are not forked on this system")
def test_a_worker_that_fails_is_in_the_log_with_the_line_and_the_unit(monkeypatch, capsys):
    monkeypatch.setattr(months, "month_bounds", lambda as_of, back: fail_in_a_worker(months.Unit(back, 0)))
    assert run(*SMALL, "--workers", "2") == 1
    assert capsys.readouterr().err.startswith("Error: Unexpected ZeroDivisionError: a defect in 2.")
    (log,) = Path("logs").glob("data_generation_*.log")
    text = log.read_text()
    assert "in make_month" in text and "in fail_in_a_worker" in text
    assert "This happened in facility 1, the month 2 before the end date." in text
    assert not DEFAULT.exists()


@pytest.mark.skipif(not fork_pool.available(), reason="processes are not forked on this system")
def test_a_worker_that_is_killed_is_one_line(monkeypatch, capsys):
    monkeypatch.setattr(months, "month_bounds", lambda as_of, back: die_in_a_worker(None))
    monkeypatch.setattr("datagen.workers.best_workers", ForkPool)  # whatever threads other tests have left
    assert run(*SMALL, "--workers", "2") == 1
    assert capsys.readouterr().err == (
        "Error: A worker process was ended by SIGKILL while it worked on facility 1, the month 2 before the end date. "
        "If memory is short, give fewer --workers; else run the command again.\n"
    )
    assert not DEFAULT.exists()


def test_the_end_date_is_today_and_written_out():
    assert run(*SMALL[:-2], "--no-verify") == 0
    assert manifest()["options"]["end_date"] == dt.datetime.now().astimezone().date().isoformat()


def test_changed_rules_change_the_data_and_stand_in_the_manifest():
    Path("mine.toml").write_text("[classes]\nno_show_share = 0.5\n\n[payments]\nretry_days = 3\n")
    assert run(*SMALL, "--rules", "mine.toml", "--set", "payments.retry_days=5", "--no-verify") == 0
    assert manifest()["options"]["rules"] == {"classes.no_show_share": 0.5, "payments.retry_days": 5}
    status = rows(DEFAULT, "classenrollments")["enrollmentstatus"].value_counts()
    assert status["No-Show"] > 0.5 * status["Attended"]


def test_a_size_of_the_line_goes_before_demo_and_this_before_settings(monkeypatch):
    monkeypatch.setenv("DATAGEN_MEMBERS", "70")
    monkeypatch.setenv("DATAGEN_MONTHS", "1")
    assert run("--demo", "--staff", "9", "--no-verify") == 0
    options = manifest()["options"]
    assert [options[name] for name in ("facilities", "members", "staff", "months")] == [2, 500, 9, 1]
    assert run("--facilities", "1", "--staff", "9", "--no-verify") == 0
    assert manifest()["options"]["members"] == 70


@pytest.mark.slow
def test_reference_tables_read_from_files_give_the_same_data():
    assert run(*SMALL, "--no-verify") == 0
    assert run(*SMALL[:6], *SMALL[8:], "--output-dir", "mdm", command=mdm.command) == 0
    window = SMALL[6:]
    assert run("--mdm-dir", "mdm", *window, "--no-verify", "--output-dir", "again") == 0
    assert run("--mdm-dir", "mdm", *window, "--output-dir", "ods", command=ods.command) == 0
    first, again, transactions = hashes(DEFAULT), hashes(Path("again")), hashes(Path("ods"))
    del first["datapackage.json"], again["datapackage.json"], transactions["datapackage.json"]
    assert first == again
    assert transactions.items() <= first.items()
    assert set(transactions) >= {f"{name}.csv" for name in TRANSACTION_TABLES}
    reference = manifest(Path("again"))["options"]["reference"]
    assert re.fullmatch("sha256:[0-9a-f]{64}", reference)
    assert manifest(Path("ods"))["options"]["reference"] == reference
    assert "mdm" not in Path("again/datapackage.json").read_text()


@pytest.mark.slow
def test_edited_reference_tables_are_worked_from():
    assert run(*SMALL[:6], "--output-dir", "mdm", "--end-date", "2026-11-20", command=mdm.command) == 0
    members = rows(Path("mdm"), "members").head(40)
    members["zipcode"] = "02134"
    members.to_csv("mdm/members.csv", index=False)
    assert run("--mdm-dir", "mdm", *SMALL[6:]) == 1  # made, but the ZIP code and the city do not agree any more
    assert run("--mdm-dir", "mdm", *SMALL[6:], "--no-verify") == 0
    assert manifest()["options"]["members"] == 40
    written = rows(DEFAULT, "members")
    assert written["zipcode"].unique().tolist() == ["02134"]
    assert set(rows(DEFAULT, "memberaccess")["memberid"]) <= set(written["memberid"])


@pytest.mark.parametrize(
    ("damage", "told"),
    [
        (lambda d: (d / "staff.csv").unlink(), "staff.csv"),
        (lambda d: _edit(d, "members", "joindate", "soon"), "members.joindate holds 'soon'"),
        (lambda d: _edit(d, "facilityareas", "facilityid", "FAC999"), "facilityareas.facilityid holds 'FAC999'"),
        (lambda d: rows(d, "members").drop(columns="dateofbirth").to_csv(d / "members.csv"), "dateofbirth"),
        (lambda d: _edit(d, "members", "firstname", ""), "firstname"),
    ],
)
def test_broken_reference_tables_are_refused_with_table_column_and_value(damage, told, capsys):
    assert run(*SMALL[:6], "-q", "--output-dir", "mdm", "--end-date", "2026-11-20", command=mdm.command) == 0
    damage(Path("mdm"))
    for command in (script.command, ods.command):
        if command is ods.command and told == "firstname":
            continue  # nothing that follows from the members looks at their names
        assert run("--mdm-dir", "mdm", *SMALL[6:], "-q", "--output-dir", "out", command=command) == 1
        (line,) = capsys.readouterr().err.splitlines()
        assert told in line
        assert not Path("out").exists()


def _edit(directory: Path, table: str, column: str, value: str) -> None:
    frame = rows(directory, table)
    frame.loc[3, column] = value
    frame.to_csv(directory / f"{table}.csv", index=False)


@pytest.mark.parametrize(
    ("option", "values"),
    [
        ("--facilities", ["0", "-1", "two", "1e9", "10001", "1.5", ""]),
        ("--members", ["0", "-500", "many", "99999999999", "nan"]),
        ("--staff", ["0", "1", "-2", "x", "999999999"]),
        ("--seed", ["-1", "x", "1.5", "99999999999999999999"]),
        ("--end-date", ["1800-01-01", "2026-02-30", "soon", "20", "9999-01-01"]),
        ("--months", ["0", "-1", "37", "x", "1200"]),
        ("--workers", ["0", "-1", "x", "100000"]),
        ("--set", ["payments.success_rate=nan", "payments.success_rate=7", "payments.succes_rate=1", "x", "=", "a=b"]),
        ("--rules", ["missing.toml", "."]),
        ("--colour", ["red"]),
    ],
)
@pytest.mark.parametrize("plan", [(), ("--plan",)], ids=["run", "plan"])
def test_a_bad_value_is_one_line_before_anything_is_written(option, values, plan, capsys):
    for value in values:
        assert run("--demo", f"{option}={value}", *plan) == 2, value
        captured = capsys.readouterr()
        assert captured.out == ""
        (line,) = captured.err.splitlines()
        assert line.startswith("Error: ")
        assert option in line or option in ("--set", "--rules")
        assert not list(Path().iterdir())


def test_a_misspelt_rule_is_told_its_near_ones(capsys):
    assert run("--set", "payments.succes_rate=0.9") == 2
    assert "payments.success_rate" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments",
    [("--demo", "--full-scale"), ("--mdm-dir", "mdm", "--members", "5"), ("--mdm-dir", "mdm", "--demo"), ("-q", "-v")],
)
def test_options_that_contradict_each_other_are_refused(arguments, capsys):
    assert run(*arguments) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
    assert not list(Path().iterdir())


def test_a_plan_makes_nothing(capsys):
    assert run("--full-scale", "--plan", "--months", "1") == 0
    out = capsys.readouterr().out
    assert re.search(r"^members +10,000 ", out, re.MULTILINE)
    assert "memberaccess" in out
    assert "20 units" in out
    assert not list(Path().iterdir())


@pytest.mark.slow
def test_a_plan_of_brought_tables_counts_them(capsys):
    assert run(*SMALL[:6], "-q", "--output-dir", "mdm", "--end-date", "2026-11-20", command=mdm.command) == 0
    assert run("--mdm-dir", "mdm", "--plan", *SMALL[6:]) == 0
    assert re.search(r"^members +60 ", capsys.readouterr().out, re.MULTILINE)


@pytest.mark.slow
def test_the_log_of_a_run_has_no_errors_and_the_log_of_a_failed_one_has():
    assert run(*SMALL, "--verbose") == 0
    (log,) = Path("logs").glob("data_generation_*.log")
    assert re.fullmatch(r"data_generation_\d{8}_\d{6}\.log", log.name)
    assert "error" not in log.read_text().lower()
    log.unlink()
    Path("other").mkdir()
    Path("other/thesis.txt").write_text("precious")
    assert run(*SMALL, "--output-dir", "other") == 1
    (log,) = Path("logs").glob("data_generation_*.log")
    assert "ERROR" in log.read_text()
    assert Path("other/thesis.txt").read_text() == "precious"


@pytest.mark.slow
@pytest.mark.parametrize(("number", "status"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_stopped_run_leaves_the_old_output_and_the_next_one_works(number, status):
    assert run(*SMALL, "--no-verify", "--output-dir", "out") == 0
    before = hashes(Path("out"))
    running = process("--full-scale", "--months", "36", "--output-dir", "out")
    assert running.stdout
    while not running.stdout.readline().startswith("Reference"):  # the workers are busy from now on
        assert running.poll() is None
    time.sleep(0.2)
    running.send_signal(number)
    _, told = running.communicate(timeout=120)
    assert running.returncode == status
    assert told == "Stopped. Output directories are complete or as they were.\n"
    assert hashes(Path("out")) == before
    assert {path.name for path in Path().iterdir()} == {"out", "logs", "generated_data_mdm"}
    assert run(*SMALL, "--no-verify", "--output-dir", "out") == 0


@pytest.mark.slow
def test_a_killed_run_leaves_the_old_output_and_the_next_one_works():
    assert run(*SMALL, "--no-verify", "--output-dir", "out") == 0
    before = hashes(Path("out"))
    running = process("--full-scale", "--output-dir", "out")
    assert running.stdout
    while not running.stdout.readline().startswith("Reference"):
        assert running.poll() is None
    running.kill()
    running.communicate(timeout=120)
    assert hashes(Path("out")) == before
    assert run(*SMALL, "--no-verify", "--output-dir", "out") == 0
    assert {path.name for path in Path().iterdir()} == {"out", "logs", "generated_data_mdm"}


@pytest.mark.slow
def test_a_disk_without_room_is_told_and_the_old_output_stays():
    assert run(*SMALL, "--no-verify", "--output-dir", "out") == 0
    before = hashes(Path("out"))
    # A limit on the size of files stands in for the end of the disk, which would need rights to make one.
    line = f"ulimit -f 200; exec {sys.executable} {script.__file__} --demo --output-dir out"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    (told,) = done.stderr.splitlines()
    assert "Cannot write" in told
    assert hashes(Path("out")) == before
    assert {path.name for path in Path().iterdir()} == {"out", "logs", "generated_data_mdm"}


@pytest.mark.slow
def test_a_reader_who_leaves_ends_the_run_quietly():
    line = f"{sys.executable} {script.__file__} --demo | head -1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, timeout=60)
    assert done.stdout.startswith("Fitness centres: 2 facilities")
    assert "Traceback" not in done.stderr
    assert not [path for path in Path().iterdir() if path.name.startswith(".")]


def test_the_command_explains_itself(capsys):
    assert run("--help") == 0
    out = capsys.readouterr().out
    for word in ("Examples", "--full-scale", "--mdm-dir", "--plan", "DATAGEN_SEED", "--set", "[default: today]"):
        assert word in out
    assert run("--version") == 0
    assert re.fullmatch(r"datagen, version \d+\.\d+\.\d+\n", capsys.readouterr().out)
