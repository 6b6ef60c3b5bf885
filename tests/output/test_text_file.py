"""A file of text is put in its place whole, or what was there stays."""

from __future__ import annotations

import errno
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from datagen.errors import OutputError
from datagen.output.text_file import put_text

ADVICE = "Name another place."


@given(first=some.text(), second=some.text())
def test_a_text_takes_the_place_of_what_was_there(first: str, second: str, tmp_path_factory: pytest.TempPathFactory):
    path = tmp_path_factory.mktemp("texts") / "one.txt"
    for text in (first, second):
        assert put_text(path, text, ADVICE) == path
        assert path.read_bytes() == text.encode()
    assert [*path.parent.iterdir()] == [path]


def test_directories_above_it_are_made_only_where_that_is_wanted(tmp_path: Path) -> None:
    path = tmp_path / "new" / "deep" / "one.txt"
    told = f"{path} cannot be written: no such file or directory. {ADVICE}"
    with pytest.raises(OutputError, match=f"^{re.escape(told)}$"):
        put_text(path, "text", ADVICE)
    assert not [*tmp_path.iterdir()]
    put_text(path, "text", ADVICE, parents=True)
    assert path.read_text() == "text"


def test_a_disk_that_fills_up_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = put_text(tmp_path / "one.txt", "before", ADVICE)
    write = Path.write_text

    def half(self: Path, text: str, **options: str) -> int:
        write(self, text[:3], **options)
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_text", half)
    with pytest.raises(OutputError, match=r"one.txt cannot be written: no space left on device. Name another place.$"):
        put_text(path, "after", ADVICE)
    assert path.read_text() == "before"
    assert [*tmp_path.iterdir()] == [path]


def test_a_directory_in_its_place_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "one.txt").mkdir()
    with pytest.raises(OutputError, match=r"one.txt cannot be written: is a directory"):
        put_text(tmp_path / "one.txt", "text", ADVICE)
    assert [item.name for item in tmp_path.iterdir()] == ["one.txt"]
