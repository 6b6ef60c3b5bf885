"""A project's own file sets options and rules; what would count for nothing in it is refused with its line."""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import pytest

import datagen
from datagen.__main__ import command
from datagen.console import run_command
from datagen.errors import UsageError
from datagen.fitness.commands import complete
from datagen.project_file import Project, read_project

Run = Callable[..., int]
MEMBERS = 63


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("DATAGEN_") or name == "DATABASE_URL"]:
        monkeypatch.delenv(name)
    return lambda *line: run_command(command, [str(word) for word in line])


def options_of(directory: str = "generated_data_complete") -> dict[str, object]:
    found: dict[str, object] = json.loads(Path(directory, "datapackage.json").read_text())
    options = found["options"]
    assert isinstance(options, dict)
    return {**options, "seed": found["seed"]}


FILE = f"""
seed = 7
end-date = 2026-01-31
[fitness]
facilities = 1
members = {MEMBERS}
staff = 10
months = 1
[fitness.rules.payments]
success_rate = 0.5
"""


@pytest.mark.parametrize("where", ["datagen.toml", "pyproject.toml"])
def test_options_and_rules_come_from_the_file(run: Run, where: str) -> None:
    text = (
        FILE
        if where == "datagen.toml"
        else FILE.replace("seed", "[tool.datagen]\nseed").replace("[fitness", "[tool.datagen.fitness")
    )
    Path(where).write_text(text)
    assert run("fitness", "generate", "--no-mdm", "--no-verify", "-q", "--no-log") == 0
    options = options_of()
    assert (options["members"], options["seed"], options["end_date"]) == (MEMBERS, 7, "2026-01-31")
    assert options["rules"] == {"payments.success_rate": 0.5}


def test_faces_of_a_world_read_it_too(run: Run) -> None:
    Path("datagen.toml").write_text(FILE)
    assert run_command(complete.command, ["--no-mdm", "--no-verify", "-q", "--no-log"]) == 0
    assert options_of()["members"] == MEMBERS


def test_what_is_typed_goes_before_the_environment_and_that_before_the_file(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("datagen.toml").write_text(FILE)
    monkeypatch.setenv("DATAGEN_STAFF", "11")
    line = ("--members", "70", "--set", "payments.success_rate=0.8")
    assert run("fitness", "generate", *line, "--no-mdm", "--no-verify", "-q", "--no-log") == 0
    options = options_of()
    assert (options["members"], options["staff"], options["facilities"]) == (70, 11, 1)
    assert options["rules"] == {"payments.success_rate": 0.8}


def test_options_of_one_world_are_not_those_of_another(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    Path("datagen.toml").write_text("[bank]\nend_date = 2026-01-31\ncustomers = 61\nemployees = 12\n")
    assert run("bank", "plan", "--json") == 0
    assert json.loads(capsys.readouterr().out)["tables"]["customers"]["rows"] == 61
    assert run("fitness", "rules", "payments", "--json") == 0


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("seed = 7\nmember = 3\n", "datagen.toml, line 2: member is no option."),
        ("[fitness]\nmember = 3\n", "line 2: member is no option of fitness. Did you mean members?"),
        ("[fitnes]\nmembers = 3\n", "line 1: fitnes is no world. Did you mean fitness?"),
        ("[fitness]\nmembers = true\n", "line 2: members must be a text, a number or a date."),
        ("[fitness]\nrules = 3\n", "line 2: the rules of fitness are a table"),
        ("[fitness]\nmembers = \n", "datagen.toml cannot be read: "),
        ("[fitness.rules.payments]\nsucces_rate = 0.5\n", "datagen.toml: There is no rule"),
        ("[fitness]\nmembers = 'many'\n", "'many' is not a valid integer"),
    ],
)
def test_what_would_count_for_nothing_is_refused_in_a_line(
    run: Run, capsys: pytest.CaptureFixture[str], text: str, words: str
) -> None:
    Path("datagen.toml").write_text(text)
    assert run("fitness", "plan") == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert words in line


def test_a_pyproject_of_others_is_left_alone(run: Run) -> None:
    Path("pyproject.toml").write_text("[tool.other]\nseed = 1\n")
    assert read_project() == Project()
    Path("pyproject.toml").write_text("no toml")
    assert read_project() == Project()
    Path("pyproject.toml").write_text("[tool.datagen]\nseed = \n")
    with pytest.raises(UsageError, match=r"pyproject\.toml cannot be read"):
        read_project()


def test_calls_from_python_take_nothing_from_it(run: Run) -> None:
    Path("datagen.toml").write_text(FILE)
    tables = datagen.fitness(facilities=1, members=60, staff=10, months=1, end_date="2026-01-31")
    assert len(tables["members"]) == 60
    assert tables.manifest is not None
    assert tables.manifest.options["rules"] == {}


def test_the_database_may_stand_in_it(run: Run, capsys: pytest.CaptureFixture[str]) -> None:
    Path("datagen.toml").write_text('database_url = "postgresql://127.0.0.1:1/nobody"\n')
    assert run("fitness", "verify-database", "--no-log", "-q") == 1
    assert "127.0.0.1:1" in capsys.readouterr().err
