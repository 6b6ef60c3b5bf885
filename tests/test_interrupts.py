"""Ctrl-C while a command imports its libraries is one line and status 130, as it is later on."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
COMMANDS = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"]
INTERRUPTED = """
import os, signal, time
os.kill(os.getpid(), signal.{})
time.sleep(600)
"""
"""A library that takes its time, during which somebody presses a key."""


def interrupted(tmp_path: Path, *line: str, name: str = "SIGINT") -> subprocess.CompletedProcess[str]:
    (tmp_path / "click.py").write_text(INTERRUPTED.format(name))
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([str(tmp_path), str(ROOT)])}
    return subprocess.run([sys.executable, *line], capture_output=True, text=True, timeout=120, env=environment)


def is_one_line(done: subprocess.CompletedProcess[str], status: int) -> bool:
    assert done.returncode == status, done.stderr
    return done.stderr.startswith("Stopped. ") and done.stderr.count("\n") == 1 and not done.stdout


@pytest.mark.few(2)
@pytest.mark.parametrize("command", COMMANDS)
def test_a_console_command_is_ended_in_a_line(command: str, tmp_path: Path) -> None:
    module, function = COMMANDS[command].split(":")
    line = f"import sys; from {module} import {function}; sys.exit({function}())"  # as installers write it
    assert is_one_line(interrupted(tmp_path, "-c", line), 130)


@pytest.mark.few(2)
@pytest.mark.parametrize(
    "module", ["datagen", "datagen.bank", "datagen.ecommerce", "datagen.payments", "src.main", "etl.load"]
)
def test_a_module_that_is_run_is_ended_in_a_line(module: str, tmp_path: Path) -> None:
    assert is_one_line(interrupted(tmp_path, "-m", module), 130)


@pytest.mark.few(2)
@pytest.mark.parametrize("script", sorted(ROOT.glob("*.py")), ids=lambda path: path.name)
def test_a_script_is_ended_in_a_line(script: Path, tmp_path: Path) -> None:
    assert is_one_line(interrupted(tmp_path, str(script)), 130)


def test_a_request_to_end_is_one_line_too(tmp_path: Path) -> None:
    assert is_one_line(interrupted(tmp_path, "-m", "datagen", name="SIGTERM"), 143)


def test_a_signal_that_the_parent_has_ignored_stays_ignored(tmp_path: Path) -> None:
    code = "from datagen.interrupts import end_in_a_line as end; import signal; end(); signal.raise_signal(2); print(1)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        cwd=ROOT,
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_IGN),
    )
    assert (done.returncode, done.stdout) == (0, "1\n"), done.stderr
