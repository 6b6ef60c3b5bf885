"""Settings of the environment and of `.env`: read as usual readers do, and nothing that is given counts for nothing."""

from __future__ import annotations

import importlib
import os
import tomllib
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen import console
from datagen.errors import UsageError
from datagen.settings import DATABASE_URL, PREFIX, database_url, names, read_settings

ROOT = Path(__file__).parent.parent
URL = "postgresql://me:secret@localhost/sales"


@pytest.fixture(autouse=True)
def in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith(PREFIX) or name == DATABASE_URL]:
        monkeypatch.delenv(name)


def started() -> set[str]:
    """The modules that the console commands start."""
    found: set[str] = set()
    for entry in tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["scripts"].values():
        module, _, function = entry.partition(":")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(f"{module}.start", found.add)
            getattr(importlib.import_module(module), function)()
    return found


def commands() -> Iterator[click.Command]:
    """Every command that a user can type, sub-commands included."""
    for name in sorted({*(path.stem for path in ROOT.glob("*.py")), *started()}):
        todo = [importlib.import_module(name).command]
        while todo:
            found = todo.pop()
            yield found
            if isinstance(found, click.Group):
                context = click.Context(found)
                todo += [found.get_command(context, name) for name in found.list_commands(context)]


def test_the_settings_are_those_of_the_commands() -> None:
    options = {option for command in commands() for option in command.params if isinstance(option, console.Setting)}
    found = {option.envvar for option in options}
    assert found == set(names())


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (f"DATABASE_URL={URL}", URL),
        (f"export DATABASE_URL={URL}", URL),
        (f"\ufeffDATABASE_URL={URL}", URL),
        (f"DATABASE_URL={URL} # the small one", URL),
        (f"DATABASE_URL={URL}#fragment", f"{URL}#fragment"),
        (f"DATABASE_URL = '{URL}'", URL),
        (f'DATABASE_URL="{URL}"  # quoted', URL),
        (f"# first\r\n\r\nOTHER=1\r\nDATABASE_URL={URL}\r\n", URL),
        (f"HOST=localhost\nDATABASE_URL={URL.replace('localhost', '${HOST}')}", URL),
        ("DATABASE_URL=${NOWHERE:-" + URL + "}", URL),
        ("DATABASE_URL=postgresql://me:pa$$word@localhost/sales", "postgresql://me:pa$$word@localhost/sales"),
        (f"DATABASE_URL=elsewhere\nDATABASE_URL={URL}", URL),
        ("DATABASE_URL=", None),
        ("OTHER=1", None),
        ("", None),
    ],
)
def test_a_settings_file_is_read_as_usual_readers_do(text: str, value: str | None) -> None:
    Path(".env").write_bytes(text.encode())
    assert database_url() == value


@given(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs"), exclude_characters="\u2028\u2029\x85\\'$"))
)
def test_what_stands_between_quotes_is_the_value(value: str) -> None:
    Path(".env").write_text(f"DATABASE_URL='{value}'", encoding="utf-8")
    assert (database_url() or "") == value.strip()


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        ("DATAGEN_MEMBER=50", 1, ("DATAGEN_MEMBER ", "Did you mean DATAGEN_MEMBERS?")),
        ("OTHER=1\n\n# more\nexport DATAGEN_MEMBER=50", 4, ("Did you mean DATAGEN_MEMBERS?",)),
        ("A='two\nlines'\ndatagen_seed=7", 3, ("Did you mean DATAGEN_SEED?",)),
        ("database_url=x", 1, ("Did you mean DATABASE_URL?",)),
        ("DATAGEN_WHAT_IS_THIS=1", 1, ("DATAGEN_SEED", "DATABASE_URL")),
        ("DATAGEN_SEED=7\nDATAGEN_MONTHS", 2, ("NAME=value",)),
        ("export DATAGEN_SEED", 1, ("NAME=value",)),
        ("DATAGEN_SEED 7", 1, ("NAME=value",)),
        ("DATAGEN_RULES='a.toml", 1, ("NAME=value",)),
        ("=7", 1, ("NAME=value",)),
        ("\n\nDATABASE_URL=postgresql://${USR_OF_DB}@localhost/x", 3, ("${USR_OF_DB}", "not set")),
    ],
)
def test_what_would_count_for_nothing_is_refused_with_its_line(text: str, line: int, words: tuple[str, ...]) -> None:
    Path(".env").write_text(text)
    with pytest.raises(UsageError) as refused:
        read_settings()
    assert str(refused.value).startswith(f".env, line {line}: ")
    assert all(word in str(refused.value) for word in words)


def test_a_secret_of_the_file_is_not_shown() -> None:
    Path(".env").write_text(f"DATABASE_URL {URL}")
    with pytest.raises(UsageError, match="line 1") as refused:
        database_url()
    assert "secret" not in str(refused.value)


@pytest.mark.parametrize("name", ["DATAGEN_MEMBER", "datagen_members", "DATAGEN_OUTPUTDIR", "database_url"])
def test_a_misspelt_variable_of_the_environment_is_refused(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "50")
    with pytest.raises(UsageError, match=f"{name}.* Did you mean DATA"):
        read_settings()


def test_variables_that_others_have_are_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("DATAGEN_TEST_SERVER", "DATAGEN_HOME", "DATABASE", "MEMBERS"):
        monkeypatch.setenv(name, "1")
    assert read_settings()("DATAGEN_SEED") is None


def test_a_directory_of_that_name_is_no_settings_file() -> None:
    Path(".env").mkdir()
    assert database_url() is None


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path(".env").write_text("DATABASE_URL=other")
    monkeypatch.setenv(DATABASE_URL, URL)
    assert database_url() == URL


def path_given(*arguments: str, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    """The exit status of a command with a path, and the line it prints."""

    @console.command("Show the path.")
    @console.output_option("out")
    def command(output_dir: Path) -> None:
        print(output_dir)

    status = console.run_command(command, arguments)
    captured = capsys.readouterr()
    return status, (captured.out + captured.err).strip()


def test_a_path_may_begin_with_the_users_home(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    assert path_given("--output-dir=~/data", capsys=capsys) == (0, f"{tmp_path}/data")
    assert path_given("--output-dir", "./~", capsys=capsys) == (0, str(Path("~").absolute()))
    Path(".env").write_text("DATAGEN_OUTPUT_DIR=~/data\n")
    assert path_given(capsys=capsys) == (0, f"{tmp_path}/data")
    status, line = path_given("--output-dir", "~nobody of that name/x", capsys=capsys)
    assert status == 2
    assert "./~nobody" in line


@pytest.mark.parametrize("command", [*commands()], ids=lambda command: str(command.name))
def test_every_option_for_a_path_takes_the_users_home(command: click.Command) -> None:
    for option in command.params:
        asked = (
            {*option.name.split("_")} & {"dir", "directory", "file", "path", "out", "rules", "verify"}
            if option.name
            else ()
        )
        if asked and not getattr(option, "is_flag", False):
            assert option.type.name == console.path.name, option.name
