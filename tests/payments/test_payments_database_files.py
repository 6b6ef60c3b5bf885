"""A history in the file of a database: each run adds to it whole or not at all, and splitting does not show."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import datagen
from datagen import jobs
from datagen.__main__ import command
from datagen.console import run_command
from datagen.errors import StateError
from datagen.output.file_names import Days
from datagen.output.manifest import read_manifest
from datagen.payments.commands.medallion import runs_of
from datagen.payments.generation import Run, begin, proceed
from datagen.payments.history_files import keep, kept_before, manifest_name
from datagen.payments.rules import PaymentsRules
from datagen.payments.verification import judge
from datagen.payments.vocabulary import STATE
from datagen.payments.world import WORLD
from datagen.progress import Progress
from datagen.rules import override
from tests.payments.payments_runs import LIVELY
from tests.support.kills import KILLED, killed, moments
from tests.support.queries import ONE_SERVER

KINDS = ("duckdb", "sqlite")
FIRST, LAST = dt.date(2024, 1, 25), dt.date(2024, 2, 9)
MIDDLE = dt.date(2024, 2, 3)
QUIET = Progress(quiet=True)
RULES = override(PaymentsRules(), LIVELY)
TABLES = ("merchants", "transactions")


def history(directory: Path, kind: str, *ends: dt.date) -> Path:
    """A history of the same days, in runs that end on these."""
    run = Run(QUIET, format=kind)
    begin(directory, Days(FIRST, ends[0]), 5, RULES, run)
    for end in ends[1:]:
        proceed(directory, end, run, lambda _: None)
    return directory


def go_on(directory: Path, kind: str, end: dt.date) -> None:
    """Continue a history up to a day."""
    proceed(directory, end, Run(QUIET, format=kind), lambda _: None)


def rows(directory: Path) -> dict[str, pa.Table]:
    """The rows of each table, as they stand."""
    tables = datagen.read(directory, world="payments")
    return {name: tables.arrow(name) for name in TABLES}


@contextmanager
def opened(path: Path) -> Iterator[Any]:
    """The file, open for changes by SQL."""
    if path.suffix == ".duckdb":
        with duckdb.connect(str(path)) as connection:
            yield connection
    else:
        with closing(sqlite3.connect(path)) as connection, connection:
            yield connection


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The history as CSV, begun over all days at once."""
    return history(tmp_path_factory.mktemp("whole") / "out", "csv", LAST)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The history in a file of a kind, in two runs; not to be changed."""
    base = tmp_path_factory.mktemp("made")

    def make(kind: str) -> Path:
        if not (base / kind).exists():
            history(base / kind, kind, MIDDLE, LAST)
        return base / kind

    return make


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=3, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.sets(st.integers(0, (LAST - FIRST).days - 1), max_size=4))
def test_however_the_days_were_split_the_file_has_the_rows_of_csv(
    kind: str, days: set[int], whole: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    ends = [*(FIRST + dt.timedelta(number) for number in sorted(days)), LAST]
    split = history(tmp_path_factory.mktemp("split") / "out", kind, *ends)
    assert (split / STATE).read_bytes() == (whole / STATE).read_bytes()
    expected = rows(whole)
    for name, found in rows(split).items():
        assert found.equals(expected[name]), name
    assert not [*split.glob(".*")]


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_such_a_history_passes_its_checks_and_damage_is_found(
    made: Callable[[str], Path], kind: str, tmp_path: Path
) -> None:
    directory = made(kind)
    verdict = judge(directory)
    assert verdict.ok and not [item.check for item in verdict.failed() if not item.statistical]
    copy = history(tmp_path / "out", kind, FIRST)
    with opened(copy / f"payments.{kind}") as connection:
        connection.execute("UPDATE transactions SET mdr_amount = mdr_amount + 1, net_profit = net_profit + 1")
    broken = {item.check for item in judge(copy).failed()}
    assert broken >= {"files.manifest", "P04a"} or broken >= {"files.manifest", "P04b"}, broken


@pytest.mark.parametrize("kind", KINDS)
def test_the_newest_manifest_states_the_whole_file(made: Callable[[str], Path], kind: str) -> None:
    manifest = read_manifest(made(kind), manifest_name(Days(MIDDLE + dt.timedelta(1), LAST)))
    assert manifest
    (payments,) = (item for item in manifest.resources if item.table == "transactions")
    found = rows(made(kind))["transactions"]
    assert payments.written.rows == found.num_rows
    assert Decimal(payments.totals["payment_amount"]) == sum(found["payment_amount"].to_pylist())


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_what_users_added_to_the_file_stays(kind: str, tmp_path: Path) -> None:
    directory = history(tmp_path / "out", kind, FIRST)
    with opened(directory / f"payments.{kind}") as connection:
        connection.execute("CREATE VIEW volume AS SELECT count(*) AS payments FROM transactions")
    go_on(directory, kind, MIDDLE)
    with opened(directory / f"payments.{kind}") as connection:
        (count,) = connection.execute("SELECT payments FROM volume").fetchone()
    assert count == rows(directory)["transactions"].num_rows


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_run_killed_at_any_step_leaves_the_old_or_the_new_and_can_be_repeated(
    kind: str, tmp_path: Path, made: Callable[[str], Path]
) -> None:
    before = history(tmp_path / "before", kind, MIDDLE)
    directory = tmp_path / "killed"
    file, new = f"payments.{kind}", rows(made(kind))
    old_state, new_state = ((place / STATE).read_bytes() for place in (before, made(kind)))
    found = set()
    shutil.copytree(before, directory)
    for moment in moments(directory, go_on, directory, kind, LAST):
        shutil.rmtree(directory)
        shutil.copytree(before, directory)
        assert killed(moment, directory, go_on, directory, kind, LAST) == KILLED
        state = (directory / STATE).read_bytes()
        assert state in (old_state, new_state)
        is_old = (directory / file).read_bytes() == (before / file).read_bytes()
        assert is_old or rows(directory) == new
        found.add((state, is_old))
        if state == old_state:
            go_on(directory, kind, LAST)
        assert rows(directory) == new
        assert (directory / STATE).read_bytes() == new_state
    assert judge(directory).ok
    assert len(found) == 3, "one was killed between the file and the state"


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_a_file_that_is_ahead_of_its_state_is_named_and_mended_by_the_next_run(
    kind: str, tmp_path: Path, made: Callable[[str], Path]
) -> None:
    directory = history(tmp_path / "out", kind, MIDDLE)
    state = (directory / STATE).read_bytes()
    kept = keep(directory / f"payments.{kind}").read_bytes()
    go_on(directory, kind, LAST)
    (directory / STATE).write_bytes(state)  # as if killed between both
    kept_before(directory / f"payments.{kind}").write_bytes(kept)
    with pytest.raises(StateError, match=r"is ahead of merchants\.json.*Run it again"):
        judge(directory)
    go_on(directory, kind, LAST)
    assert judge(directory).ok and rows(directory) == rows(made(kind))


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS)
def test_pages_descriptions_and_certificates_read_such_a_history(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    days = ["--start-date", str(FIRST), "--end-date", str(FIRST + dt.timedelta(2)), "--output-dir", "out"]
    few = ["--set", "business.initial_merchants=40"]
    assert run_command(command, ["payments", "generate", *days, *few, "--format", kind, "--no-log", "--report"]) == 0
    assert f"payments.{kind}" in capfd.readouterr().out
    done = subprocess.run([sys.executable, "out/verify.py"], capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout
    assert Path("out/report.html").stat().st_size > 10_000
    assert run_command(command, ["payments", "describe", "out", "--out", "described", "-q", "--no-log"]) == 0
    assert run_command(command, ["payments", "explain", "TXN0000000007", "out"]) == 0
    assert "TXN0000000007" in capfd.readouterr().out
    plan = ["payments", "plan", *days[:4], *few, "--format", kind]
    assert run_command(command, plan) == 0
    assert "transactions" in capfd.readouterr().out


@pytest.mark.parametrize("kind", KINDS)
def test_lakes_and_other_formats_say_what_to_do_instead(
    kind: str, tmp_path: Path, made: Callable[[str], Path], capfd: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(StateError, match=f"payments[.]{kind}; a lake is made of files of days.*--format parquet"):
        runs_of(made(kind))
    go = ["payments", "continue", "-f", "-q", "--no-log"]
    assert run_command(command, [*go, "--output-dir", str(made(kind)), "--format", "csv"]) == 2
    assert f"is kept as {kind}" in capfd.readouterr().err
    csv = history(tmp_path / "csv", "csv", FIRST)
    assert run_command(command, [*go, "--output-dir", str(csv), "--format", kind]) == 2
    assert "is kept as csv" in capfd.readouterr().err


@ONE_SERVER
@pytest.mark.parametrize("kind", KINDS)
def test_a_load_appends_what_the_file_has_more_than_the_database(
    kind: str, tmp_path: Path, url: str, schema: str
) -> None:
    target, directory = jobs.Target(url, schema), history(tmp_path / "out", kind, MIDDLE)
    assert jobs.load(WORLD, directory, target, QUIET).verdict.ok
    before = rows(directory)["transactions"].num_rows
    go_on(directory, kind, LAST)
    outcome = jobs.load(WORLD, directory, target, QUIET)
    assert outcome.verdict.ok
    assert outcome.done.rows == rows(directory)["transactions"].num_rows - before


@pytest.mark.parametrize(("kind", "log"), [("duckdb", ".wal"), ("sqlite", "-journal"), ("sqlite", "-wal")])
def test_a_file_that_a_program_has_not_closed_is_not_copied(kind: str, log: str, tmp_path: Path) -> None:
    directory = history(tmp_path / "out", kind, FIRST)
    (directory / f"payments.{kind}{log}").write_bytes(b"changes")
    with pytest.raises(StateError, match="not closed it"):
        go_on(directory, kind, MIDDLE)


@pytest.mark.parametrize("kind", KINDS)
def test_rows_that_went_from_the_file_and_a_file_that_is_none_are_refused(kind: str, tmp_path: Path) -> None:
    directory = history(tmp_path / "out", kind, FIRST)
    path = directory / f"payments.{kind}"
    with opened(path) as connection:
        connection.execute("DELETE FROM transactions WHERE payment_id > 'TXN0000000005'")
    with pytest.raises(StateError, match=f"payments[.]{kind} ends with payment 5"):
        go_on(directory, kind, MIDDLE)
    path.write_bytes(b"none")
    with pytest.raises(StateError, match=f"payments[.]{kind} cannot be read"):
        go_on(directory, kind, MIDDLE)
