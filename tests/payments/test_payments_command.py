"""The command: what it writes, asks, refuses and repeats."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from datagen.__main__ import command as datagen
from datagen.console import run_command
from datagen.errors import StateError
from datagen.payments.verification import outlined
from datagen.payments.vocabulary import STATE
from tests.payments.command_runs import ROOT, Run, begin, files, payments, proceed


def test_a_history_in_parts_has_the_bytes_of_one_in_a_piece(run: Run) -> None:
    assert begin(run, "whole", "2024-02-15") == 0
    assert begin(run, "parts", "2024-01-20", "--workers", "1") == 0
    assert proceed(run, "parts", "2024-01-21", "--workers", "3") == 0
    assert proceed(run, "parts", "2024-02-15") == 0
    assert payments("parts") == payments("whole")
    assert files("parts")[STATE] == files("whole")[STATE]
    assert sorted(files("parts")) == [
        "manifest_2024-01-01_2024-01-20.json",
        "manifest_2024-01-21_2024-01-21.json",
        "manifest_2024-01-22_2024-02-15.json",
        STATE,
        "merchants_2024-01-01_2024-01-20.csv",
        "merchants_2024-01-21_2024-01-21.csv",
        "merchants_2024-01-22_2024-02-15.csv",
        "transactions_2024-01-01_2024-01-20.csv",
        "transactions_2024-01-21_2024-01-21.csv",
        "transactions_2024-01-22_2024-02-15.csv",
    ]
    assert (
        files("parts")["merchants_2024-01-22_2024-02-15.csv"] == files("whole")["merchants_2024-01-01_2024-02-15.csv"]
    )


def test_files_have_the_columns_of_the_document(run: Run) -> None:
    from datagen.payments.tables import metadata
    from datagen.schema import column_names

    begin(run, "out", "2024-01-02")
    for table in ("merchants", "transactions"):
        header = files("out")[f"{table}_2024-01-01_2024-01-02.csv"].split(b"\n", 1)[0].decode()
        assert header.split(",") == column_names(metadata.tables[table])


def test_debug_tells_of_each_month_and_the_end_of_each_table(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    begin(run, "out", "2024-02-03", "--debug")
    told = capsys.readouterr().out
    assert "2024-01: " in told and " payments on 31 days" in told
    assert "2024-02: " in told and " payments on 3 days" in told
    assert "transactions" in told and "merchants" in told
    begin(run, "quiet", "2024-01-03", "--quiet")
    assert capsys.readouterr().out == ""


def test_a_history_is_not_overwritten_unless_forced(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    begin(run, "out", "2024-01-03")
    before = files("out")
    assert begin(run, "out", "2024-01-05") == 1
    assert "holds a history already" in capsys.readouterr().err
    assert files("out") == before
    assert begin(run, "out", "2024-01-05", "--force") == 0
    assert sorted(files("out")) == [
        "manifest_2024-01-01_2024-01-05.json",
        STATE,
        "merchants_2024-01-01_2024-01-05.csv",
        "transactions_2024-01-01_2024-01-05.csv",
    ]


def test_files_without_a_state_are_not_mixed_with_a_new_history(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    begin(run, "out", "2024-01-03")
    Path("out", STATE).unlink()
    assert begin(run, "out", "2024-01-05") == 1
    assert "no merchants.json that tells of it" in capsys.readouterr().err
    assert begin(run, "out", "2024-01-03") == 0  # what a run that was killed just before its end left over


def test_other_files_of_the_directory_are_left_alone(run: Run) -> None:
    Path("out").mkdir()
    Path("out/notes.txt").write_text("mine")
    Path("out/transactions_of_ours.csv").write_text("mine")
    begin(run, "out", "2024-01-03")
    begin(run, "out", "2024-01-03", "--force")
    proceed(run, "out", "2024-01-04")
    assert Path("out/notes.txt").read_text() == Path("out/transactions_of_ours.csv").read_text() == "mine"


WRONG = [
    (("--initial",), 2, "needs --start-date and --end-date"),
    (("--initial", "--start-date", "2024-01-05", "--end-date", "2024-01-04"), 2, "lies before"),
    (("--initial", "--start-date", "01/05/2024", "--end-date", "2024-01-04"), 2, "--start-date must be a day"),
    (("--initial", "--start-date", "2024-02-30", "--end-date", "2024-03-04"), 2, "--start-date must be a day"),
    (
        ("--initial", "--start-date", "20240101", "--end-date", "2024-01-04"),
        2,
        "day such as 2024-01-31, not '20240101'",
    ),
    (("--initial", "--start-date", "2024-W01-2", "--end-date", "2024-01-04"), 2, "not '2024-W01-2'"),
    (("--incremental", "-f", "--output-dir", ""), 2, "The name is empty"),
    (("--verify", ""), 2, "The name is empty"),
    (("--initial", "--start-date", "1066-01-01", "--end-date", "2024-01-04"), 2, "years"),
    (("--initial", "--incremental"), 2, "Give one of"),
    ((), 2, "Give one of"),
    (("--initial", "--start-date", "2024-01-01", "--end-date", "2024-01-02", "--date", "2024-01-02"), 2, "--date goes"),
    (("--initial", "--start-date", "2024-01-01", "--end-date", "2024-01-02", "--seed", "-1"), 2, "--seed"),
    (("--initial", "--start-date", "2024-01-01", "--end-date", "2024-01-02", "--set", "x.y=1"), 2, "no rule 'x.y'"),
    (
        (
            "--initial",
            "--start-date",
            "2024-01-01",
            "--end-date",
            "2024-01-02",
            "--set",
            "payments.amex_cost_rate=0.03",
        ),
        2,
        "Lower the cost rates",
    ),
    (("--incremental", "--seed", "3", "-f"), 2, "--seed goes with --initial"),
    (("--incremental", "--set", "x.y=1", "-f"), 2, "--set goes with --initial"),
    (("--incremental", "--date", "tomorrow", "-f"), 2, "--date must be a day"),
    (("--incremental", "-f"), 1, "holds no merchants.json"),
    (("--verify", "nowhere"), 1, "There is no directory nowhere"),
]


@pytest.mark.parametrize(("arguments", "status", "told"), WRONG, ids=[told for _, _, told in WRONG])
def test_a_wrong_option_is_one_clear_line_and_nothing_is_written(
    run: Run, capsys: pytest.CaptureFixture[str], arguments: tuple[str, ...], status: int, told: str
) -> None:
    where = () if {"--verify", "--output-dir"} & set(arguments) else ("--output-dir", "out/deep")
    assert run(*arguments, *where) == status
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert not Path("out").exists()


def test_a_day_already_made_up_names_the_next_possible_one(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    begin(run, "out", "2024-01-03")
    before = files("out")
    for day in ("2024-01-03", "2023-12-31"):
        assert proceed(run, "out", day) == 2
        assert "The next possible date is 2024-01-04" in capsys.readouterr().err
    assert files("out") == before


def test_a_pipe_is_not_asked(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    begin(run, "out", "2024-01-03")
    before = files("out")
    assert run("--incremental", "--date", "2024-01-06", "--output-dir", "out") == 2
    error = capsys.readouterr().err
    assert "3 days, 2024-01-04 to 2024-01-06" in error and "--force" in error
    assert files("out") == before


def test_a_broken_state_is_one_clear_line_and_nothing_is_written(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    begin(run, "out", "2024-01-03")
    Path("out", STATE).write_bytes(files("out")[STATE][:-20])
    before = files("out")
    assert proceed(run, "out", "2024-01-04") == 1
    error = capsys.readouterr().err
    assert "out/merchants.json, line " in error and error.count("\n") == 1
    assert files("out") == before


@pytest.mark.parametrize("what", ["--incremental", "--verify", "--load-database"])
def test_a_directory_for_a_state_is_told(run: Run, capsys: pytest.CaptureFixture[str], what: str) -> None:
    Path("out", STATE).mkdir(parents=True)
    more = {"--incremental": ("--output-dir", "out", "-f"), "--verify": ("out",)}
    if what == "--load-database":
        with pytest.raises(StateError, match="is a directory"):
            outlined(Path("out"), "load")
    else:
        assert run(what, *more[what]) == 1
        assert "out/merchants.json is a directory" in capsys.readouterr().err


def test_a_second_run_on_the_directory_is_refused(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    import fcntl

    begin(run, "out", "2024-01-03")
    other = os.open("out", os.O_RDONLY | os.O_DIRECTORY)
    fcntl.flock(other, fcntl.LOCK_EX)
    assert proceed(run, "out", "2024-01-04") == 1
    assert begin(run, "out", "2024-01-04", "--force") == 1
    assert capsys.readouterr().err.count("Another run is writing to out") == 2
    os.close(other)
    assert proceed(run, "out", "2024-01-04") == 0


@pytest.mark.slow
def test_verify_gives_its_verdict_as_exit_status(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    begin(run, "out", "2024-01-05")
    proceed(run, "out", "2024-01-07")
    assert run("--verify", "out") == 0
    told = json.loads(files("out")[STATE])
    Path("out", STATE).write_text(json.dumps({**told, "total_transactions": told["total_transactions"] + 1}))
    assert run("--verify", "out") == 1
    assert "P01c" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("answer", ["y", "n"])
def test_somebody_at_a_terminal_is_asked(run: Run, tmp_path: Path, answer: str) -> None:
    import pty

    out = str(tmp_path / "out")
    begin(run, out, "2024-01-03")
    line = [sys.executable, "-m", "datagen.payments", "--incremental", "--date", "2024-01-04", "--output-dir", out]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        line, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdin=theirs, stdout=theirs, stderr=theirs
    )
    os.close(theirs)
    told = b""
    while b"Go on?" not in told:
        told += os.read(ours, 1024)
    os.write(ours, answer.encode() + b"\n")
    try:
        while more := os.read(ours, 1024):
            told += more
    except OSError:  # the terminal is gone
        pass
    assert process.wait() == 0
    assert (b"Nothing was done." in told) == (answer == "n") and b"Error" not in told
    os.close(ours)
    assert Path(out, "transactions_2024-01-04_2024-01-04.csv").exists() == (answer == "y")


def test_a_history_is_continued_in_its_format(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert begin(run, "out", "2024-01-02", "--format", "parquet") == 0
    assert proceed(run, "out", "2024-01-03") == 0
    assert {Path(name).suffix for name in files("out") if name.split("_")[0] in ("merchants", "transactions")} == {
        ".parquet"
    }
    capsys.readouterr()
    assert proceed(run, "out", "2024-01-04", "--format", "csv") == 0
    assert "Note: out holds parquet files" in capsys.readouterr().out
    assert Path("out/transactions_2024-01-04_2024-01-04.csv").exists()


@pytest.mark.slow
def test_parquet_holds_the_same_payments_in_a_file_a_month(run: Run) -> None:
    import duckdb

    begin(run, "csv", "2024-02-15")
    assert begin(run, "parquet", "2024-01-20", "--format", "parquet") == 0
    assert proceed(run, "parquet", "2024-02-15", "--format", "parquet") == 0
    assert [name for name in sorted(files("parquet")) if name.startswith("transactions")] == [
        "transactions_2024-01-01_2024-01-20.parquet",
        "transactions_2024-01-21_2024-01-31.parquet",
        "transactions_2024-02-01_2024-02-15.parquet",
    ]
    assert files("parquet")[STATE] == files("csv")[STATE]
    assert run("--verify", "parquet") == 0

    one = "select * from read_csv('csv/transactions_2024-01-01_2024-02-15.csv')"
    other = "select * from read_parquet('parquet/transactions_*.parquet')"
    with duckdb.connect() as database:
        for columns in ("payment_id, payment_timestamp, terminal_id, card_profile_id", "payment_id, payment_amount"):
            same = f"(select {columns} from ({one})) except (select {columns} from ({other}))"
            assert database.execute(f"select count(*) from ({same})").fetchone() == (0,)
        assert database.execute(f"select count(*) from ({other})").fetchone() == (payments("csv").count(b"\n"),)
        (kind,) = database.execute(f"select typeof(payment_amount) from ({other}) limit 1").fetchone() or ("",)
    assert kind == "DECIMAL(12,2)"


@pytest.mark.slow
def test_formats_can_be_mixed(run: Run) -> None:
    begin(run, "out", "2024-01-05")
    assert proceed(run, "out", "2024-01-09", "--format", "parquet") == 0
    assert proceed(run, "out", "2024-01-12") == 0
    assert run("--verify", "out") == 0


def test_a_state_of_another_release_is_continued_and_told(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    begin(run, "out", "2024-01-03")
    told = json.loads(files("out")[STATE])
    Path("out", STATE).write_text(json.dumps({**told, "release": "0.0.1"}))
    assert proceed(run, "out", "2024-01-04") == 0
    assert "written by release 0.0.1" in capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_days_on_which_nobody_pays_are_days_too(run: Run, kind: str) -> None:
    rules = ("--set", "business.initial_merchants=1", "--set", "activity.closed_share=0.9")
    rules += ("--set", "business.monthly_growth_rate=0")
    days = ("--start-date", "2024-01-01", "--end-date", "2024-01-01")
    assert run("--initial", *days, "--output-dir", "out", "--seed", "3", "--format", kind, *rules) == 0
    assert json.loads(files("out")[STATE])["total_transactions"] == 0
    assert run("--verify", "out") == 0
    for day in range(2, 15):
        assert proceed(run, "out", f"2024-01-{day:02d}", "--format", kind) == 0
    assert run("--verify", "out") == 0


@pytest.mark.slow
def test_verification_keeps_its_details_beside_the_data(run: Run) -> None:
    begin(run, "out", "2024-01-03")
    assert run("--verify", "out", "--memory", "512") == 0
    details = json.loads(Path("out", "verification.json").read_text())
    assert details["world"] == "payments" and details["ok"]
    assert {"P01c", "P05c"} <= {item["check"] for item in details["findings"]}
    assert proceed(run, "out", "2024-01-04") == 0, "they are in nobody's way"


@pytest.mark.slow
def test_failed_checks_are_marked_and_counted_where_there_is_no_terminal(
    run: Run, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("datagen.progress.SECONDS_BETWEEN_LINES", 0)
    begin(run, "out", "2024-01-03")
    told = json.loads(files("out")[STATE])
    Path("out", STATE).write_text(json.dumps({**told, "total_transactions": told["total_transactions"] + 1}))
    capsys.readouterr()
    assert run("--verify", "out") == 1
    out = capsys.readouterr().out
    assert re.search(r"^Verification.*: 100 %, so far$", out, re.MULTILINE)
    assert re.search(r"^FAILED P01c: ", out, re.MULTILINE)
    assert not re.search(r"^FAILED P02", out, re.MULTILINE)


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_plan_is_near_what_is_generated_then(
    kind: str, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    window = ("--start-date", "2024-01-01", "--end-date", "2024-02-15", "--format", kind)
    assert run_command(datagen, ["payments", "plan", *window, "--json"]) == 0
    planned = json.loads(capsys.readouterr().out)
    assert (
        run_command(datagen, ["payments", "generate", *window, "--output-dir", "whole", "--no-verify", "--json"]) == 0
    )
    written = json.loads(capsys.readouterr().out)["written"]
    assert planned["units"] == 46
    assert set(planned["tables"]) == set(written) == {"transactions", "merchants"}
    for table, found in written.items():
        assert planned["tables"][table]["rows"] == pytest.approx(found["rows"], rel=0.1)
        # Small Parquet files are mostly what every file has, which a plan takes for rows.
        assert planned["tables"][table]["bytes"] == pytest.approx(found["bytes"], rel=0.15 if kind == "csv" else 0.35)


def test_a_plan_writes_nothing(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    before = {*tmp_path.iterdir()}
    assert run_command(datagen, ["payments", "plan", "--start-date", "2024-01-01", "--end-date", "2024-01-02"]) == 0
    assert "transactions" in capsys.readouterr().out and {*tmp_path.iterdir()} == before
    assert run_command(datagen, ["payments", "plan", "--start-date", "2024-01-01"]) == 2
    assert "A new history needs --start-date and --end-date" in capsys.readouterr().err


@pytest.mark.parametrize(
    "option", [("--parts",), ("--resume",), ("--part-rows", "9"), ("--cluster", "tcp://10.0.0.1:8786")]
)
def test_what_the_chain_of_days_does_not_allow_is_refused_with_the_reason(
    run: Run, option: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert begin(run, "out", "2024-01-03") == 0
    for line in (("--initial",), ("--incremental", "-f", "--output-dir", "out")):
        assert run(*line, *option) == 2
        found = capsys.readouterr().err
        assert f"{option[0]}: one process writes the days" in found and "datagen payments lake" in found
