"""What commands tell where the surroundings are odd: streams closed or full, directories that are gone or shut."""

from __future__ import annotations

import ctypes
import os
import pty
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.support.forks import captured, run_as_script

ROOT = Path(__file__).parent.parent
SMALL = ("--facilities", "1", "--members", "30", "--staff", "6", "--months", "1", "--end-date", "2026-01-31")
DAY = ("--start-date", "2024-01-01", "--end-date", "2024-01-01", "--set", "business.initial_merchants=10")
FITNESS = ("run_complete_data_generation", *SMALL, "--no-verify")
PAYMENTS = ("datagen.payments", "--initial", *DAY)
NEXT = ("datagen.payments", "--incremental", "--date", "2024-01-02")
RUNS = {
    "complete": FITNESS,
    "plan": (*FITNESS[:-1], "--plan"),
    "reference": ("fitness_center_data_generator", *SMALL[:6], "--end-date", "2026-01-31"),
    "transactional": ("fitness_center_ods_generator",),
    "supplementary": ("additional_data_generator",),
    "loader": ("database_loader", "--verify-only"),
    "server": ("database_loader", "--status"),
    "payments": PAYMENTS,
    "judging": ("datagen.payments", "--verify", "raw_data"),
    "loading": ("datagen.payments", "--load-database"),
}
"""A run of each command; those that need the output of another one have none."""
_MAY_WRITE_ALL, _MAY_ENTER_ALL = 1, 2
_VERSION = 0x20080522
"""Of the structures by which Linux tells and takes the rights of a process."""


def run(line: tuple[str, ...], redirected: str = "", **options: object) -> subprocess.CompletedProcess[str]:
    """A command in a process of its own, with what a shell redirects."""
    shell = ["/bin/sh", "-c", f'"$@" {redirected}', "sh"] if redirected else []
    program = [*shell, sys.executable, "-m", *line]
    inherited = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"}
    environment = inherited | {"PYTHONPATH": str(ROOT)}
    return subprocess.run(program, capture_output=True, text=True, env=environment, timeout=120, **options)  # type: ignore[call-overload, no-any-return]


def only_line(done: subprocess.CompletedProcess[str]) -> str:
    """The one line of an error, which is no defect."""
    (line,) = done.stderr.splitlines()
    assert line.startswith("Error: ")
    assert "defect" not in line
    return line


@pytest.fixture(autouse=True)
def in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


@pytest.mark.few(2)
@pytest.mark.parametrize("name", ["complete", "plan", "reference", "payments"])
@pytest.mark.parametrize(("redirected", "reason"), [(">&-", "it is closed"), (">/dev/full", "No space left")])
def test_an_output_that_takes_nothing_is_told_before_anything_is_made(name: str, redirected: str, reason: str) -> None:
    done = run(RUNS[name], redirected)
    assert done.returncode == 1
    assert f"Standard output cannot be written: {reason}" in only_line(done)
    assert {path.name for path in Path().iterdir()} <= {"logs"}


@pytest.mark.few(3)
@pytest.mark.parametrize("option", ["--help", "--version"])
@pytest.mark.parametrize("module", sorted({line[0] for line in RUNS.values()}))
def test_help_that_cannot_be_shown_is_told(module: str, option: str) -> None:
    done = run((module, option), ">/dev/full")
    assert done.returncode == 1
    assert "Standard output" in only_line(done)


@pytest.mark.slow
@pytest.mark.parametrize("line", [FITNESS, PAYMENTS], ids=["fitness", "payments"])
def test_a_quiet_run_needs_no_streams_and_nothing_of_it_gets_into_its_files(line: tuple[str, ...]) -> None:
    for directory, redirected in (("open", ""), ("closed", "<&- >&- 2>&-")):
        assert run((*line, "--quiet", "--output-dir", directory), redirected).returncode == 0
    files = [{path.name: path.read_bytes() for path in Path(name).iterdir()} for name in ("open", "closed")]
    assert files[0] == files[1]


@pytest.mark.slow
@pytest.mark.parametrize("redirected", ["2>&-", "2>/dev/full", "<&- 2>&-"])
def test_the_status_is_right_where_the_error_cannot_be_told(redirected: str) -> None:
    assert run((*FITNESS, "--seed", "-1"), redirected).returncode == 2
    assert run((*FITNESS, "--rules", "none.toml"), redirected).returncode == 2
    assert run(RUNS["judging"], redirected).returncode == 1  # there is no such directory


@pytest.mark.slow
def test_an_increment_without_somebody_to_ask_says_so() -> None:
    assert run(PAYMENTS).returncode == 0
    before = {path: path.read_bytes() for path in Path("raw_data").iterdir()}
    done = run(NEXT, "<&-")
    assert done.returncode == 2
    assert "give --force" in only_line(done)
    assert {path: path.read_bytes() for path in Path("raw_data").iterdir()} == before


@pytest.mark.slow
def test_the_end_of_input_at_a_question_is_an_answer_of_one_line() -> None:
    assert run(PAYMENTS).returncode == 0
    before = {path: path.read_bytes() for path in Path("raw_data").iterdir()}
    ours, theirs = pty.openpty()
    line, environment = [sys.executable, "-m", *NEXT], os.environ | {"PYTHONPATH": str(ROOT), "NO_COLOR": "1"}
    process = subprocess.Popen(line, env=environment, stdin=theirs, stdout=theirs, stderr=theirs)
    os.close(theirs)
    told = b""
    while b"Go on?" not in told:
        told += os.read(ours, 1024)
    while process.poll() is None:  # a key that is pressed while the terminal is being set up is lost
        os.write(ours, b"\x04")  # Ctrl-D
        time.sleep(0.1)
    with suppress(OSError):  # the terminal is gone
        while more := os.read(ours, 1024):
            told += more
    os.close(ours)
    assert process.returncode == 1
    assert told.decode().splitlines()[-1].startswith("Error: The question was left without an answer, so nothing was")
    assert {path: path.read_bytes() for path in Path("raw_data").iterdir()} == before


@pytest.mark.few(3)
@pytest.mark.parametrize("name", RUNS)
def test_a_current_directory_that_was_deleted_is_told(name: str) -> None:
    Path("gone").mkdir()

    def leave() -> None:
        os.chdir("gone")
        Path("../gone").rmdir()

    done = run(RUNS[name], preexec_fn=leave)
    assert done.returncode == 1
    assert "current directory cannot be used" in only_line(done)
    assert done.stdout == ""


def without_the_rights_of_root(line: tuple[str, ...], directory: Path) -> None:
    """Run a command in a directory where permissions count for root, too."""
    system, who, rights = ctypes.CDLL(None, use_errno=True), (ctypes.c_uint32 * 2)(_VERSION, 0), (ctypes.c_uint32 * 6)()
    assert system.capget(who, rights) == 0
    rights[0] &= ~(1 << _MAY_WRITE_ALL | 1 << _MAY_ENTER_ALL)  # those that count now, of the first 32
    assert system.capset(who, rights) == 0
    os.environ.pop("DATABASE_URL", None)
    run_as_script(line[0], [*line[1:]], directory)


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[Path]:
    """The directory `shut`, with a directory `inner`, which nobody has the right to enter."""
    place = tmp_path / "shut"
    (place / "inner").mkdir(parents=True)
    place.chmod(0o000)
    yield place
    place.chmod(0o755)


@pytest.mark.few(3)
@pytest.mark.parametrize("directory", ["shut", "shut/inner"])
@pytest.mark.parametrize(
    "line",
    [
        (*FITNESS, "--output-dir"),
        ("run_complete_data_generation", "--mdm-dir"),
        ("run_complete_data_generation", "--verify"),
        ("fitness_center_data_generator", "--output-dir"),
        ("fitness_center_ods_generator", "--mdm-dir"),
        ("additional_data_generator", "--mdm-dir"),
        ("additional_data_generator", "--ods-dir"),
        ("database_loader", "--data-dir"),
        (*PAYMENTS, "--output-dir"),
        (*NEXT, "--force", "--output-dir"),
        ("datagen.payments", "--verify"),
        ("datagen.payments", "--load-database", "--output-dir"),
    ],
    ids=lambda line: f"{line[0]}{line[-1]}",
)
def test_a_directory_that_cannot_be_entered_is_told(
    shut: Path, tmp_path: Path, line: tuple[str, ...], directory: str
) -> None:
    done = captured(without_the_rights_of_root, (*line, directory), tmp_path)
    assert done.returncode == 1
    told = only_line(done)
    assert "shut" in told or "embedded PostgreSQL" in told
    assert "ermission denied" in told or "embedded PostgreSQL" in told
