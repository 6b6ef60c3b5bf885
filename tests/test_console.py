"""What all commands share: settings, one-line errors with an exit status, and what a run tells."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pytest

from datagen import console
from datagen.errors import FrameError, OutputError, RuleError
from datagen.hints import look_into
from datagen.logs import LOG
from datagen.progress import Progress, aligned, as_typed, size_text


@pytest.fixture(autouse=True)
def in_an_empty_directory(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DATAGEN_")]:
        monkeypatch.delenv(name)


def show(*arguments: str) -> int:
    @console.command("Show the seed.")
    @console.seed_option
    @click.option("--months", cls=console.Setting, type=int, default=12)
    @console.talk_options
    @click.pass_context
    def command(context: click.Context, seed: int, months: int, quiet: bool, verbose: bool) -> None:
        print(seed, months, console.is_typed(context, "seed"))

    return console.run_command(command, arguments)


def run(work: Callable[[Progress], None], *arguments: str) -> int:
    @console.command("Do the work.")
    @console.talk_options
    def command(quiet: bool, verbose: bool) -> None:
        work(console.begin("Working", quiet=quiet, verbose=verbose))

    return console.run_command(command, arguments)


def log() -> str:
    (path,) = Path("logs").iterdir()
    return path.read_text()


def test_a_setting_comes_from_the_line_then_the_environment_then_the_file(monkeypatch, capsys):
    assert show() == 0
    Path(".env").write_text("# ours\nDATAGEN_SEED=7\nDATAGEN_MONTHS='3'\nOTHER=1\n")
    assert show() == 0
    monkeypatch.setenv("DATAGEN_SEED", "8")
    assert show() == 0
    assert show("--seed", "9") == 0
    monkeypatch.setenv("DATAGEN_SEED", "")
    Path(".env").unlink()
    assert show() == 0
    assert capsys.readouterr().out.splitlines() == [
        "42 12 False", "7 3 False", "8 3 False", "9 3 True", "42 12 False",
    ]  # fmt: skip


def test_a_settings_file_of_others_is_left_alone(capsys):
    Path("settings.ini").write_text("[settings]\nDATAGEN_SEED=7\n")
    assert show() == 0
    assert capsys.readouterr().out.startswith("42 ")


def test_a_bad_setting_names_option_and_variable(monkeypatch, capsys):
    monkeypatch.setenv("DATAGEN_SEED", "lots")
    assert show() == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "--seed" in line
    assert "DATAGEN_SEED" in line
    assert "lots" in line


def test_a_settings_file_that_is_no_text_is_told(capsys):
    Path(".env").write_bytes(b"\xff\xfe")
    assert show() == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert ".env" in line


@pytest.mark.parametrize(
    ("error", "status"),
    [
        (RuleError("No such rule."), 2),
        (FrameError("No such column."), 1),
        (OutputError("The disk\nis full."), 1),
        (click.UsageError("What?"), 2),
        (MemoryError(), 1),
        (ModuleNotFoundError("No module named 'numpy'", name="numpy"), 1),
        (ZeroDivisionError("division by zero\nand more"), 1),
    ],
)
def test_an_error_is_one_line_on_standard_error_and_one_in_the_log(error, status, capsys):
    def work(report: Progress) -> None:
        raise error

    assert run(work) == status
    captured = capsys.readouterr()
    assert captured.out == "Working\n"
    (line,) = captured.err.splitlines()
    assert line.startswith("Error: ")
    assert "Traceback" not in line
    assert " ERROR " in log()


def test_a_group_without_a_command_shows_what_there_is(capsys):
    group = click.Group("group", commands={"one": click.Command("one", help="The one.")})
    assert console.run_command(group, []) == 0
    said = capsys.readouterr()
    assert "one  The one." in said.out
    assert said.err == ""


def test_a_traceback_is_in_the_log_of_a_verbose_run_or_of_a_defect(capsys):
    def refuse(report: Progress) -> None:
        raise FrameError("No such column.")

    def fail(report: Progress) -> None:
        raise ZeroDivisionError

    for work, arguments, expected in ((refuse, (), False), (refuse, ("-v",), True), (fail, (), True)):
        assert run(work, *arguments) == 1
        assert ("Traceback" in log()) is expected
        next(Path("logs").iterdir()).unlink()
    assert "Traceback" not in capsys.readouterr().err


def test_the_log_of_a_good_run_has_no_errors_and_details_only_if_asked():
    def work(report: Progress) -> None:
        with report.phase("Tables", 2):
            report.wrote("members", 10, 1_000)
            report.step()
            report.step()
        report.finish(Path("out"), "look")

    for arguments in ((), ("--verbose",)):
        assert run(work, *arguments) == 0
        assert "error" not in log().lower()
        assert ("2 of 2" in log()) is bool(arguments)
        assert "Written to out" in log()
        next(Path("logs").iterdir()).unlink()


def test_a_quiet_run_prints_nothing_and_still_logs(capsys):
    assert run(lambda report: report.say("Hello"), "--quiet") == 0
    assert capsys.readouterr() == ("", "")
    assert "Hello" in log()


def test_quiet_and_verbose_exclude_each_other(capsys):
    assert run(lambda report: None, "-q", "-v") == 2
    assert not list(Path().iterdir())


def test_a_run_without_a_place_for_its_log_goes_on(capsys):
    Path("logs").write_text("in the way")
    assert run(lambda report: None) == 0
    assert "No log is kept" in capsys.readouterr().out


def test_the_log_is_closed_at_the_end():
    assert run(lambda report: None) == 0
    LOG.error("Too late.")
    assert "Too late" not in log()


STOPPED = """
import os, signal, sys
from datagen import console
from datagen.progress import Progress

@console.command("Work.")
@console.talk_options
def command(quiet, verbose):
    report = console.begin("Working", quiet=quiet, verbose=verbose)
    try:
        os.kill(os.getpid(), signal.{name})
    except BaseException as error:
        {then}
    report.wrote("members", 1, 1)
    print("went on")

sys.exit(console.run_command(command, []))
"""


@pytest.mark.parametrize(("name", "status"), [("SIGINT", 130), ("SIGTERM", 143)])
@pytest.mark.parametrize("then", ["raise", "pass", "raise RuntimeError from error"])
def test_a_signal_ends_the_run_even_where_a_library_swallows_it(name, status, then):
    root = Path(console.__file__).parents[2]
    line = [sys.executable, "-c", STOPPED.format(name=name, then=then)]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, env={**os.environ, "PYTHONPATH": str(root)})
    assert done.returncode == status
    assert done.stdout == "Working\n"
    assert done.stderr.splitlines() == ["Stopped. Output directories are complete or as they were."]
    assert "error" not in log().lower()
    assert "WARNING" in log()


THREADS = """
import os
from datagen import console

@console.command("Work.")
def command():
    import numpy
    console.give(f"{os.environ['OPENBLAS_NUM_THREADS']}: {len(os.listdir('/proc/self/task'))}")

console.main(command)
"""


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="it counts threads where Linux lists them")
@pytest.mark.parametrize(("given", "shown"), [({}, "1: 1"), ({"OPENBLAS_NUM_THREADS": "3"}, "3: ")])
def test_a_command_begins_no_threads_for_linear_algebra(given, shown):
    root = Path(console.__file__).parents[2]
    inherited = {name: value for name, value in os.environ.items() if not name.endswith("_NUM_THREADS")}
    environment = {**inherited, "PYTHONPATH": str(root), **given}
    line = [sys.executable, "-c", THREADS]
    done = subprocess.run(line, capture_output=True, text=True, timeout=60, env=environment, check=True)
    assert done.stdout.startswith(shown)


def test_handlers_of_signals_are_put_back():
    before = signal.getsignal(signal.SIGTERM)
    assert run(lambda report: None) == 0
    assert signal.getsignal(signal.SIGTERM) is before


def test_the_closing_table_adds_up(capsys):
    report = Progress(terminal=False)
    with report.phase("First"):
        report.wrote("members", 10, 3_000)
        report.wrote("visits", 20, 1_000)
    with report.phase("Second"):
        report.wrote("visits", 5, 1_000)
    head, members, visits, other, total = (line.split() for line in report.table().splitlines())
    assert head == ["table", "rows", "size", "seconds"]
    assert members[:4] == ["members", "10", "3.0", "kB"]
    assert visits[:4] == ["visits", "25", "2.0", "kB"]
    assert total[:4] == ["total", "35", "5.0", "kB"]
    assert sum(float(line[-1]) for line in (members, visits, other)) == pytest.approx(float(total[-1]), abs=0.03)
    assert "First: 30 rows, 4.0 kB" in capsys.readouterr().out


def test_a_terminal_gets_a_bar_that_ends_full(capsys, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("TERM", "xterm")
    report = Progress(terminal=True)
    with report.phase("Visits", 3):
        for _ in range(3):
            report.wrote("visits", 1_000, 80_000)
            report.step()
    out = capsys.readouterr().out
    assert "3/3" in out
    assert "3,000 rows, 240.0 kB" in out


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0 B"), (999, "999 B"), (1_000, "1.0 kB"), (98_700_000, "98.7 MB"), (2.5e12, "2,500.0 GB")]
)
def test_sizes_read_well(size, text):
    assert size_text(size) == text


def test_columns_line_up():
    assert aligned([("a", "1"), ("bbb", "1,000")]) == "a        1\nbbb  1,000"


def test_commands_are_told_as_they_work_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    programs = tmp_path / "an environment" / "bin"
    programs.mkdir(parents=True)
    for name in ("python", "payments"):
        (programs / name).touch(mode=0o755)
    monkeypatch.setattr(sys, "executable", str(programs / "python"))
    monkeypatch.setenv("PATH", str(programs))
    assert as_typed("python database_loader.py --psql") == "python database_loader.py --psql"
    monkeypatch.setenv("PATH", str(tmp_path))
    assert as_typed("python database_loader.py --psql") == "'an environment/bin/python' database_loader.py --psql"
    assert as_typed("payments --psql") == "'an environment/bin/payments' --psql"
    assert as_typed("unknown --psql") == "unknown --psql"
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    assert as_typed("python a.py") == f"'{programs}/python' a.py"


@pytest.mark.few(6)
@pytest.mark.parametrize(
    "name", ["out", "we'ird", 'we"ird', "two words", "d[1]", "a*b", "dt=2026-01-31", "animal=none", "~"]
)
@pytest.mark.parametrize("relative", [True, False])
def test_what_shows_the_first_rows_runs_as_it_is_told(
    tmp_path: Path, name: str, relative: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / name / "table.csv"
    file.parent.mkdir()
    file.write_text("animal\nocelot\n")
    monkeypatch.chdir(tmp_path)
    line = look_into(file.relative_to(tmp_path) if relative else file, "order").replace("python", sys.executable, 1)
    shown = subprocess.run(["/bin/sh", "-c", line], capture_output=True, text=True, check=True).stdout
    assert "ocelot" in shown
    assert "2026" not in shown


HELD = """
import click
from datagen.checks.duckdb_engine import DuckDatabase
from datagen.console.running import main


class Cycle:
    pass


@click.command()
def command():
    held = Cycle()
    held.itself, held.database = held, DuckDatabase()


main(command)
"""


def test_duckdb_does_not_complain_of_what_a_command_leaves_behind() -> None:
    done = subprocess.run([sys.executable, "-c", HELD], capture_output=True, text=True, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
