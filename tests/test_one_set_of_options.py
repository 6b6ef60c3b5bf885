"""Options mean the same in every command, and one that would do nothing is refused."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import click
import pandas as pd
import psycopg2
import pytest

import additional_data_generator as additional
import database_loader as loader
import fitness_center_data_generator as mdm
import fitness_center_ods_generator as ods
import run_complete_data_generation as complete
from datagen import check_business_rules, console, generate_data_quality_report
from datagen.__main__ import command as datagen
from datagen.errors import UsageError
from datagen.fitness.world import WORLD
from datagen.hints import as_installed, typed
from datagen.payments import command as payments

ROOT = Path(__file__).parents[1]
TINY = ("--facilities", "1", "--members", "30", "--staff", "6", "--months", "1", "--end-date", "2026-01-31")
Run = Callable[..., int]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with a data set, `data`, and its reference tables alone."""
    place = tmp_path_factory.mktemp("made")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(place)
        assert console.run_command(complete.command, [*TINY, "--output-dir", "data", "--quiet", "--no-verify"]) == 0
    return place


@pytest.fixture
def run(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command in a directory of its own, with a copy of the data set."""
    shutil.copytree(made / "data", tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DATAGEN_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    return lambda command, *arguments: console.run_command(command, [str(item) for item in arguments])


@pytest.mark.slow
def test_files_of_ones_own_are_verified_with_the_window_given(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    Path("data/datapackage.json").unlink()
    window = ("--end-date", "2026-01-31", "--months", "1")
    assert run(complete.command, "--verify", "data", *window) == 0
    assert run(datagen, "fitness", "verify", "data", *window) == 0
    capsys.readouterr()
    assert run(complete.command, "--verify", "data", *window[:2]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert line == (
        "Error: data has no manifest: nothing tells the time that the data covers; give --end-date and --months."
    )
    for months in ("0", "-3", "1201"):
        assert run(complete.command, "--verify", "data", *window[:2], "--months", months) == 2
        assert "--months must be a whole number from 1" in capsys.readouterr().err


def test_a_directory_that_is_not_there_is_told(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    for command, *line in (
        (complete.command, "--verify", "nowhere"),
        (datagen, "fitness", "verify", "nowhere"),
        (payments.command, "--verify", "nowhere"),
        (datagen, "payments", "verify", "nowhere"),
        (complete.command, "--verify", "data/members.csv"),
    ):
        assert run(command, *line) == 1
        assert capsys.readouterr().err.startswith(f"Error: There is no directory {line[-1]}.")


@pytest.mark.slow
def test_the_verdict_is_given_where_its_details_cannot_be_kept(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    Path("data/.verification.json.inprogress").mkdir()  # as root, permissions would not be in the way
    assert run(complete.command, "--verify", "data") == 0
    assert (
        "Note: the details are not kept. data/verification.json cannot be written: is a directory."
        in capsys.readouterr().out
    )
    text = Path("data/members.csv").read_text()
    Path("data/members.csv").write_text(text.replace(",Active,", ",Sleeping,", 1))
    assert run(complete.command, "--verify", "data") == 1
    captured = capsys.readouterr()
    assert "Note: " in captured.out and "FAILED " in captured.out
    assert "breaks " in captured.err


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (("--verify", "data", "--members", "5"), "--members does nothing with --verify"),
        (("--verify", "data", "--seed", "5"), "--seed does nothing with --verify"),
        (("--verify", "data", "--set", "a.b=1"), "--set does nothing with --verify"),
        (("--verify", "data", "--load-database", "--truncate"), "does nothing with --verify"),
        (("--verify", "data", "--no-verify"), "--no-verify does nothing with --verify"),
        (("--plan", "--load-database"), "--load-database does nothing with --plan"),
        (("--plan", "--output-dir", "x"), "--output-dir does nothing with --plan"),
        (("--schema", "x"), "--schema does nothing with a run without --load-database"),
        (("--resume",), "--resume does nothing with whole files: give --parts"),
        (("--part-rows", "5"), "--part-rows does nothing with whole files: give --parts"),
        (("--plan", "--parts", "--resume"), "--resume does nothing with --plan"),
        (("--mdm-out", "x", "--no-mdm"), "leave out --no-mdm"),
        (("--plan", "--quiet"), "--quiet does nothing with --plan"),
        (("--plan", "--no-log"), "--no-log does nothing with --plan"),
        (("--plan", "--log-file", "x"), "--log-file does nothing with --plan"),
    ],
)
def test_what_would_do_nothing_is_refused(
    run: Run, capsys: pytest.CaptureFixture[str], line: tuple[str, ...], told: str
) -> None:
    before = set(Path().iterdir())
    assert run(complete.command, *line) == 2
    (error,) = capsys.readouterr().err.splitlines()
    assert told in error
    assert set(Path().iterdir()) == before


@pytest.mark.parametrize(
    ("command", "line", "option"),
    [
        (loader.command, ("--verify-only", "--indexes"), "--indexes"),
        (loader.command, ("--verify-only", "--create-database"), "--create-database"),
        (loader.command, ("--status", "--quiet"), "--quiet"),
        (loader.command, ("--psql", "--verbose"), "--verbose"),
        (payments.command, ("--psql", "--debug"), "--debug"),
        (payments.command, ("--psql", "--create-database"), "--create-database"),
        (datagen, ("fitness", "psql", "--create-database"), "--create-database"),
        (datagen, ("fitness", "verify-database", "--create-database"), "--create-database"),
        (datagen, ("payments", "status", "--quiet"), "--quiet"),
        (datagen, ("payments", "stop", "--verbose"), "--verbose"),
        (datagen, ("fitness", "rules", "--quiet"), "--quiet"),
        (datagen, ("fitness", "plan", "--quiet"), "--quiet"),
        (datagen, ("payments", "plan", "--verbose"), "--verbose"),
        (datagen, ("worlds", "--quiet"), "--quiet"),
    ],
)
def test_commands_that_only_answer_take_no_option_of_work(
    run: Run, capsys: pytest.CaptureFixture[str], command: click.Command, line: tuple[str, ...], option: str
) -> None:
    assert run(command, *line) == 2
    (error,) = capsys.readouterr().err.splitlines()
    assert option in error


@pytest.mark.parametrize(
    "line",
    [
        ("fitness", "verify", "nowhere"),
        ("payments", "verify", "nowhere"),
        ("fitness", "load", "nowhere"),
        ("payments", "continue", "--output-dir", "nowhere"),
        ("fitness", "generate", "--members", "many"),
        ("fitness", "generate", "--workers", "0"),
        ("fitness", "rules", "no such rule"),
        ("pools", "build"),
    ],
)
def test_machines_read_errors_as_json(run: Run, capsys: pytest.CaptureFixture[str], line: tuple[str, ...]) -> None:
    status = run(datagen, *line, "--json")
    captured = capsys.readouterr()
    told = json.loads(captured.out)
    assert told["status"] == status != 0
    assert captured.err == f"Error: {told['error']}\n"


@pytest.mark.slow
def test_what_was_found_is_the_json_of_a_verification_that_fails(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    Path("data/members.csv").write_text(Path("data/members.csv").read_text().replace(",Active,", ",Sleeping,", 1))
    assert run(datagen, "fitness", "verify", "data", "--json") == 1
    assert "error" not in json.loads(capsys.readouterr().out)


@pytest.mark.slow
def test_what_was_written_and_why_it_is_refused_is_the_json_of_a_generation_that_fails(
    run: Run, capsys: pytest.CaptureFixture[str]
) -> None:
    staff = pd.read_csv("data/staff.csv", dtype=str)
    staff.assign(email=staff["email"][0]).to_csv("data/staff.csv", index=False)
    assert run(datagen, "fitness", "generate", *TINY[6:], "--mdm-dir", "data", "--output-dir", "made", "--json") == 1
    captured = capsys.readouterr()
    outcome = json.loads(captured.out)
    assert (outcome["directory"], outcome["status"]) == ("made", 1)
    assert f"Error: {outcome['error']}\n" in captured.err
    assert Path("made/members.csv").exists()


def test_next_steps_name_no_option_that_the_command_has_not(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(datagen, "fitness", "load", "nowhere") == 1
    assert "--" not in capsys.readouterr().err
    assert run(datagen, "payments", "continue", "--output-dir", "nowhere") == 1
    assert capsys.readouterr().err.endswith("Begin with: datagen payments generate\n")
    assert run(payments.command, "--incremental", "--output-dir", "nowhere") == 1
    assert capsys.readouterr().err.endswith("Begin with: payments --initial\n")


def test_a_schema_that_is_set_is_loaded_into_and_verified(
    run: Run, embedded: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATAGEN_SCHEMA", "set gym")
    monkeypatch.setenv("DATABASE_URL", embedded)
    assert run(complete.command, *TINY, "--load-database", "--indexes", "--quiet", "--no-verify", "--truncate") == 0
    assert run(loader.command, "--verify-only", "--quiet") == 0
    with psycopg2.connect(embedded) as connection, connection.cursor() as cursor:
        cursor.execute('SELECT count(*) FROM "set gym".members')
        assert cursor.fetchone() == (30,)
    connection.close()


def test_a_directory_without_manifest_is_loaded_and_verified_once_its_window_is_told(
    run: Run, embedded: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("data/datapackage.json").unlink()
    target = ("--database-url", embedded, "--schema", "unstated")
    assert run(datagen, "fitness", "load", "data", *target) == 0
    assert "verify-database with --end-date and --months does it." in capsys.readouterr().out
    assert run(datagen, "fitness", "load", "data", "--truncate", "--json", *target) == 0
    assert json.loads(capsys.readouterr().out).keys() == {"loaded"}
    window = ("--end-date", "2026-01-31", "--months", "1")
    assert run(datagen, "fitness", "verify-database", *window, *target) == 0


def test_psql_opens_the_database_that_is_set(run: Run, embedded: str) -> None:
    for line in (["database_loader.py", "--psql"], ["-m", "datagen", "payments", "psql"]):
        done = subprocess.run(
            [sys.executable, *line],
            input="select 'it is ' || current_database();",
            env={**os.environ, "DATABASE_URL": embedded, "PYTHONPATH": str(ROOT)},
            cwd=ROOT if line[0].endswith(".py") else None,
            capture_output=True,
            text=True,
        )
        assert "it is tests" in done.stdout, done.stderr


@pytest.mark.slow
def test_an_output_directory_that_is_set_counts_for_every_command(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATAGEN_OUTPUT_DIR", "elsewhere")
    more = ("--months", "1", "--end-date", "2026-01-31", "--mdm-dir", "data", "--quiet")
    lines = (
        (mdm.command, *TINY[:6], "--quiet"),
        (ods.command, *more),
        (additional.command, *more, "--ods-dir", "data"),
        (complete.command, *TINY, "--quiet", "--no-verify"),
    )
    for command, *line in lines:
        assert run(command, *line) == 0
        assert Path("elsewhere/datapackage.json").exists()
        shutil.rmtree("elsewhere")
    days = ("--start-date", "2026-01-01", "--end-date", "2026-01-02", "--set", "business.initial_merchants=5")
    assert run(payments.command, "--initial", *days, "--quiet") == 0
    assert Path("elsewhere/merchants.json").exists()


@pytest.mark.slow
def test_rules_are_checked_of_a_directory_as_its_neighbours_take_it(run: Run) -> None:
    alone = check_business_rules("data")
    assert {item.check for item in alone} == {item.check for item in check_business_rules("data", "2026-01-31", 1)}
    assert [item.check for item in alone if str(item.outcome) == "failed" and not item.statistical] == []
    assert [item for item in check_business_rules(Path("data"), "2026-01-01") if str(item.outcome) == "failed"]
    assert generate_data_quality_report("data")["referential_integrity"]
    Path("data/datapackage.json").unlink()
    with pytest.raises(UsageError, match="data has no manifest"):
        check_business_rules("data")
    assert check_business_rules("data", "2026-01-31")


def test_the_reference_tables_alone_are_left_as_the_document_shows(run: Run, made: Path) -> None:
    assert {path.name for path in made.iterdir()} == {"data", "generated_data_mdm", "logs"}
    complete_set = {path.name: path.read_bytes() for path in (made / "data").glob("*.csv")}
    alone = {path.name: path.read_bytes() for path in (made / "generated_data_mdm").glob("*.csv")}
    assert len(alone) == 8 and alone.items() <= complete_set.items()
    assert run(mdm.command, *TINY[:6], "--end-date", "2026-01-31", "--output-dir", "mdm", "--quiet") == 0
    manifest = (made / "generated_data_mdm" / "datapackage.json").read_bytes()
    assert Path("mdm/datapackage.json").read_bytes() == manifest


def test_the_reference_tables_alone_can_be_verified_and_loaded(run: Run, made: Path, embedded: str) -> None:
    shutil.copytree(made / "generated_data_mdm", "generated_data_mdm")
    assert run(complete.command, "--verify", "generated_data_mdm", "--quiet") == 0
    target = ("--database-url", embedded, "--schema", "alone", "--quiet")
    assert run(loader.command, "--data-dir", "generated_data_mdm", *target) == 0
    assert run(loader.command, "--verify-only", *target) == 0
    assert run(datagen, "fitness", "load", "generated_data_mdm", "--truncate", *target) == 0


@pytest.mark.slow
def test_reference_tables_that_a_user_edited_stay(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    line = (*TINY, "--output-dir", "out", "--no-verify")
    assert run(complete.command, *line) == 0
    assert "The reference tables alone are in generated_data_mdm." in capsys.readouterr().out
    assert run(complete.command, *line, "--seed", "7") == 0
    members = Path("generated_data_mdm/members.csv")
    members.write_text(edited := members.read_text().replace("Active", "Inactive"))
    assert run(complete.command, *line) == 0
    assert members.read_text() == edited
    assert "Note: the reference tables alone are not written." in capsys.readouterr().out
    assert run(complete.command, *line, "--no-mdm") == 0
    assert run(complete.command, *line, "--mdm-out", "mine") == 0
    assert Path("mine/datapackage.json").exists() and members.read_text() == edited
    Path("thesis").mkdir()
    Path("thesis/thesis.txt").write_text("precious")
    shutil.rmtree("out")
    assert run(complete.command, *line, "--mdm-out", "thesis") == 1
    assert run(complete.command, *line, "--mdm-out", "out") == 2
    assert [path.name for path in Path("thesis").iterdir()] == ["thesis.txt"] and not Path("out").exists()


def test_commands_are_named_as_they_can_be_typed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    command = "python database_loader.py --psql"
    monkeypatch.chdir(ROOT)
    assert as_installed(WORLD, command) == command
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "argv", [str(ROOT / "run_complete_data_generation.py")])
    assert as_installed(WORLD, command) == f"python {ROOT / 'database_loader.py'} --psql"
    monkeypatch.setattr(sys, "argv", ["/usr/local/bin/fitness"])
    assert as_installed(WORLD, command) == "fitness-load --psql"
    assert typed(WORLD, "load", Path("my data")) == "fitness-load --data-dir 'my data'"
