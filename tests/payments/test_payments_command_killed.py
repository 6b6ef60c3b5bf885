"""Runs of the command that are killed, at any step and at moments of chance, leave what can be repeated."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from datagen.console import run_command
from datagen.payments.command import command
from datagen.payments.vocabulary import STATE
from tests.payments.command_runs import FEW, ROOT, Run, begin, files, payments, proceed
from tests.support.kills import KILLED, killed, moments


def by_command(*arguments: str) -> None:
    """Run the command; its status is that of the process."""
    sys.exit(run_command(command, arguments))


def put_back(out: str, before: dict[str, bytes]) -> None:
    """Have a directory hold these files and no others."""
    for name in files(out):
        Path(out, name).unlink()
    for name, data in before.items():
        Path(out, name).write_bytes(data)


@pytest.mark.slow
def test_a_run_killed_at_any_step_can_be_repeated(run: Run, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    more = ("--incremental", "--date", "2024-01-06", "--output-dir", out, "-f", "-q")
    begin(run, out, "2024-01-03")
    before = files(out)
    assert run(*more) == 0
    after = files(out)
    seen = set()
    put_back(out, before)
    for moment in moments(Path(out), by_command, *more):
        put_back(out, before)
        assert killed(moment, Path(out), by_command, *more) == KILLED
        seen.add(frozenset(files(out)))
        assert files(out)[STATE] in (before[STATE], after[STATE])
        if files(out)[STATE] == before[STATE]:
            assert run(*more) == 0
        assert files(out) == after
    assert len(seen) > 4


@pytest.mark.slow
def test_a_replacement_killed_at_any_step_leaves_no_state_of_files_that_are_not_there(run: Run, tmp_path: Path) -> None:
    out = str(tmp_path / "out")
    begin(run, out, "2024-01-03")
    proceed(run, out, "2024-01-05")
    before = files(out)
    again = ("--initial", "--start-date", "2024-01-01", "--end-date", "2024-01-03", "--output-dir", out, *FEW)
    again = (*again, "--seed", "7", "--force", "-q")
    assert run(*again) == 0
    after, states = files(out), set()
    put_back(out, before)
    for moment in moments(Path(out), by_command, *again):
        put_back(out, before)
        assert killed(moment, Path(out), by_command, *again) == KILLED
        left = {name: data for name, data in files(out).items() if not name.startswith(".")}
        states.add(left.get(STATE))
        if STATE in left:
            assert left in (before, after)
        assert run(*again) == 0
        assert files(out) == after
    assert states == {before[STATE], None, after[STATE]}


@pytest.mark.slow
def test_what_a_killed_run_left_over_does_not_stay_when_another_date_is_asked_for(run: Run) -> None:
    begin(run, "out", "2024-01-03")
    state = files("out")[STATE]
    proceed(run, "out", "2024-01-10")
    Path("out", STATE).write_bytes(state)  # as if killed before its last step
    assert proceed(run, "out", "2024-01-05") == 0
    assert sorted(files("out"))[-2:] == [
        "transactions_2024-01-01_2024-01-03.csv",
        "transactions_2024-01-04_2024-01-05.csv",
    ]
    assert run("--verify", "out") == 0


@pytest.mark.slow
@pytest.mark.parametrize("seconds", [0.35, 0.5, 0.65])
def test_a_run_killed_at_some_moment_can_be_repeated(run: Run, tmp_path: Path, seconds: float) -> None:
    out = str(tmp_path / "out")
    begin(run, "whole", "2024-06-30")
    begin(run, out, "2024-01-03")
    line = [
        sys.executable,
        "-m",
        "datagen.payments",
        "--incremental",
        "--date",
        "2024-06-30",
        "--output-dir",
        out,
        "-f",
    ]
    process = subprocess.Popen(line, env={**os.environ, "PYTHONPATH": str(ROOT)}, stdout=subprocess.DEVNULL)
    time.sleep(seconds)
    process.kill()
    process.wait()
    if files(out)[STATE] != files("whole")[STATE]:
        assert proceed(run, out, "2024-06-30") == 0
    assert payments(out) == payments("whole")
    assert files(out)[STATE] == files("whole")[STATE]
