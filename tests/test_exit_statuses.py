"""Exit statuses are the same in all worlds: 1 for what is wrong with data or a place, 2 for what was typed."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from datagen.__main__ import command
from datagen.console import run_command
from datagen.verbs import Verbs
from datagen.world import worlds

KEYS = {"bank": "CUS0000001", "ecommerce": "order:1", "fitness": "MEM000001", "payments": "M0000001"}
"""What `explain` explains."""


def verbs() -> Iterator[tuple[str, str, click.Command]]:
    """Each world, each of its verbs, and the command of that."""
    for world in worlds().values():
        group = Verbs(world)
        context = click.Context(group, info_name=world.name)
        for name in group.list_commands(context):
            found = group.get_command(context, name)
            assert found
            if not isinstance(found, click.Group):
                yield world.name, name, found


VERBS = [(world, verb) for world, verb, _ in verbs()]
READERS = [
    (world, verb)
    for world, verb, found in verbs()
    if any(isinstance(item, click.Argument) and item.name == "directory" for item in found.params)
]


@pytest.fixture(autouse=True)
def in_an_empty_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)


def test_every_world_has_verbs_that_read_a_directory() -> None:
    for world in worlds():
        assert {"load", "verify", "report", "explain", "describe", "certify"} <= {
            verb for name, verb in READERS if name == world
        }


@pytest.mark.parametrize(("world", "verb"), READERS)
def test_a_directory_that_is_not_there_is_status_1(world: str, verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    key = [KEYS[world]] if verb == "explain" else []
    required = ["--out", "lake"] if verb == "lake" else []
    assert run_command(command, [world, verb, *key, "nowhere", *required]) == 1
    error = capsys.readouterr().err
    assert error.startswith("Error: There is no directory nowhere. ") and error.count("\n") == 1


@pytest.mark.parametrize(("world", "verb"), VERBS)
def test_an_option_that_is_none_is_status_2(world: str, verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(command, [world, verb, "--no-such-option"]) == 2
    assert "No such option" in capsys.readouterr().err
