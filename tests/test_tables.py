"""One call gives the tables of a world; they can be read back, written, verified and loaded."""

from __future__ import annotations

import filecmp
import gc
import logging
import subprocess
import sys
from pathlib import Path

import pandas as pd
import polars as pl
import pytest

import datagen
from datagen.__main__ import command
from datagen.console import run_command
from datagen.errors import DataError, UsageError
from datagen.schema import arrow_schema

SIZE = {"facilities": 1, "members": 60, "staff": 10, "months": 1, "end_date": "2026-01-31"}
CALLS = {
    "fitness": SIZE,
    "payments": {"start_date": "2024-01-01", "end_date": "2024-01-03"},
}
"""A small call of each world."""


@pytest.fixture(scope="module")
def made() -> datagen.Tables:
    return datagen.fitness(**SIZE)


@pytest.mark.slow
@pytest.mark.parametrize("world", CALLS)
def test_a_call_gives_all_tables_of_a_world_with_their_types(
    world: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    tables = getattr(datagen, world)(**CALLS[world])
    metadata = datagen.worlds()[world].metadata
    assert list(tables) == list(metadata.tables)
    for name in tables:
        assert tables.arrow(name).schema == arrow_schema(metadata.tables[name])
        assert tables.rows()[name] == len(tables[name])
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.slow
def test_tables_come_in_the_form_that_is_wanted(made: datagen.Tables) -> None:
    members = made["members"]
    assert isinstance(members, pd.DataFrame)
    frame = made.polars("members")
    assert isinstance(frame, pl.DataFrame)
    assert frame["zipcode"].to_list() == members["zipcode"].to_list() == made.arrow("members")["zipcode"].to_pylist()
    with made.duckdb() as connection:
        assert connection.sql("select count(*) from members").fetchall() == [(60,)]
    assert made["memberpayments"]["amount"].dtype == "float64"
    with pytest.raises(KeyError, match="there are membershiptypes"):
        made.arrow("nothing")


def test_it_tells_what_it_holds(made: datagen.Tables) -> None:
    assert "Fitness centres, seed 42, up to 2026-01-31" in repr(made)
    assert "members" in repr(made)
    assert "<td>members</td><td>60</td>" in made._repr_html_()


@pytest.mark.slow
def test_the_files_are_those_of_the_command(made: datagen.Tables, tmp_path: Path) -> None:
    line = [word for name, value in SIZE.items() for word in (f"--{name.replace('_', '-')}", str(value))]
    shown = tmp_path / "command"
    assert (
        run_command(command, ["fitness", "generate", *line, "-q", "--no-mdm", "--no-log", "--output-dir", str(shown)])
        == 0
    )
    written = made.write(tmp_path / "call")
    names = [path.name for path in written.iterdir()]
    assert "datapackage.json" in names
    assert filecmp.cmpfiles(written, shown, names, shallow=False) == (names, [], [])


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_directory_is_read_back_as_it_was(made: datagen.Tables, tmp_path: Path, kind: str) -> None:
    back = datagen.read(made.write(tmp_path / "data", kind))
    assert list(back) == list(made)
    assert all(back.arrow(name).equals(made.arrow(name)) for name in made)
    with pytest.raises(UsageError, match="copy these"):
        back.write(tmp_path / "again")


@pytest.mark.slow
def test_a_history_is_read_back_when_its_world_is_said(tmp_path: Path) -> None:
    days = {"start_date": "2024-01-01", "end_date": "2024-01-02", "output_dir": tmp_path / "raw"}
    line = [f"--{name.replace('_', '-')}={value}" for name, value in days.items()]
    assert run_command(command, ["payments", "generate", *line, "-q", "--no-log"]) == 0
    line = ["--date=2024-01-03", f"--output-dir={tmp_path / 'raw'}", "--force"]
    assert run_command(command, ["payments", "continue", *line, "-q", "--no-log"]) == 0
    back, whole = datagen.read(tmp_path / "raw", "payments"), datagen.payments(**CALLS["payments"])
    assert all(back.arrow(name).equals(whole.arrow(name)) for name in whole)


def test_a_damaged_file_is_named(made: datagen.Tables, tmp_path: Path) -> None:
    path = made.write(tmp_path / "data") / "members.csv"
    path.write_text(path.read_text().replace("memberid,", "id,", 1))
    with pytest.raises(DataError, match=r"members\.csv cannot be read as members"):
        datagen.read(tmp_path / "data")["members"]


@pytest.mark.parametrize(
    ("options", "told"),
    [
        ({"member": 3}, "no option member. Did you mean members"),
        ({"members": "many"}, "--members"),
        ({"members": 0}, "--members"),
        ({"set": {"payments.nothing": 1}}, "payments.nothing"),
        ({"end_date": "tomorrow"}, "--end-date"),
    ],
)
def test_what_cannot_be_is_refused_in_the_words_of_the_command(options: dict[str, object], told: str) -> None:
    with pytest.raises(UsageError, match=told):
        datagen.fitness(**options)


def test_what_the_environment_sets_does_not_count(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATAGEN_MEMBERS", "70")
    monkeypatch.setenv("DATAGEN_NO_SUCH_THING", "1")
    assert len(datagen.fitness(**{**SIZE, "months": 1})["members"]) == 60


def test_rules_can_be_changed(made: datagen.Tables) -> None:
    changed = datagen.fitness(**SIZE, set={"payments.success_rate": 0.5})
    share = [(tables["memberpayments"]["status"] == "Completed").mean() for tables in (changed, made)]
    assert share[0] < share[1]


@pytest.mark.slow
def test_it_can_be_verified(made: datagen.Tables) -> None:
    assert made.verify().ok


def test_it_can_be_loaded(made: datagen.Tables, embedded: str) -> None:
    outcome = made.load(embedded, "in_hand")
    assert outcome.verdict is not None
    assert outcome.verdict.ok
    with pytest.raises(DataError, match="rows already"):
        made.load(embedded, "in_hand")


@pytest.mark.slow
def test_its_files_go_when_it_does() -> None:
    tables = datagen.fitness(**SIZE)
    directory = tables.directory
    assert directory.is_dir()
    del tables
    gc.collect()
    assert not directory.parent.exists()


def test_a_program_hears_of_it_by_its_own_logging(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "datagen"):
        datagen.fitness(**SIZE)
    assert "Fitness centres: 1 facility, 60 members" in caplog.text


def test_importing_the_package_imports_nothing_heavy() -> None:
    heavy = "{'numpy', 'pandas', 'pyarrow', 'sqlalchemy', 'click'} & {*sys.modules}"
    line = [sys.executable, "-c", f"import sys, datagen; datagen.fitness; print({heavy} or 'none')"]
    assert subprocess.run(line, capture_output=True, text=True, check=True).stdout == "none\n"
