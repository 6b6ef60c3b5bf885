"""A directory that grows holds the old state or the new one, whatever happens in between."""

from __future__ import annotations

from pathlib import Path

import pytest

from datagen.errors import OutputError
from datagen.output.appending import adding


def contents(directory: Path) -> dict[str, str]:
    return {path.name: path.read_text() for path in directory.iterdir()}


def add(directory: Path, name: str, state: str, **more: tuple[str, ...]) -> None:
    with adding(directory, create=True) as additions:
        additions.append(name, b"a,b\n")
        additions.append("state.json", state.encode())
        additions.append(name, b"1,2\n")
        additions.publish("state.json", **more)


def test_files_are_added_and_the_state_is_replaced(tmp_path: Path) -> None:
    out = tmp_path / "deep" / "out"
    add(out, "1.csv", "one")
    add(out, "2.csv", "two")
    assert contents(out) == {"1.csv": "a,b\n1,2\n", "2.csv": "a,b\n1,2\n", "state.json": "two"}


def test_what_is_obsolete_is_removed(tmp_path: Path) -> None:
    add(tmp_path, "1.csv", "one")
    add(tmp_path, "2.csv", "two", obsolete=("state.json", "1.csv", "never there"))
    assert set(contents(tmp_path)) == {"2.csv", "state.json"}


def test_left_without_publishing_nothing_has_changed(tmp_path: Path) -> None:
    add(tmp_path / "old", "1.csv", "one")
    before = contents(tmp_path / "old")
    for directory in (tmp_path / "old", tmp_path / "new" / "deep"):
        with pytest.raises(KeyError), adding(directory, create=True) as additions:
            additions.append("2.csv", b"a\n")
            raise KeyError
    assert contents(tmp_path / "old") == before
    assert not (tmp_path / "new").exists()


def test_what_a_killed_run_left_over_is_cleared(tmp_path: Path) -> None:
    (tmp_path / ".1.csv.inprogress").write_text("half a ")
    (tmp_path / ".mine").write_text("mine")
    add(tmp_path, "1.csv", "one")
    assert contents(tmp_path) == {"1.csv": "a,b\n1,2\n", "state.json": "one", ".mine": "mine"}


def test_two_runs_do_not_mix(tmp_path: Path) -> None:
    out = tmp_path / "out"
    with adding(out, create=True) as additions:
        additions.append("1.csv", b"a\n")
        with pytest.raises(OutputError, match="Another run is writing to"), adding(out, create=True):
            pass
        additions.append("state.json", b"one")
        additions.publish("state.json")
    assert contents(out) == {"1.csv": "a\n", "state.json": "one"}
    add(out, "2.csv", "two")


def test_a_directory_that_cannot_be_made_or_is_none_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for directory in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(OutputError, match="file"), adding(directory, create=True):
            pass
    with pytest.raises(OutputError, match="nowhere"), adding(tmp_path / "nowhere", create=False):
        pass
