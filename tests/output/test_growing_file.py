"""Files grow, and are on the disk before they count."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from datagen.output import growing_file
from datagen.output.appending import adding
from datagen.output.growing_file import GrowingFile
from datagen.output.manifest import Written
from datagen.output.staging import staged

Synced = dict[int, int]
"""How many bytes of files were on the disk when they were last waited for, by inode."""


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> Synced:
    """What is waited for, noted instead."""
    found: Synced = {}

    def note(descriptor: int) -> None:
        status = os.fstat(descriptor)
        found[status.st_ino] = status.st_size

    monkeypatch.setattr(os, "fsync", note)
    return found


def test_it_counts_what_it_holds_and_takes_nothing_once_it_is_closed(tmp_path: Path) -> None:
    file = GrowingFile(tmp_path / "a.csv", os.O_EXCL)
    file.append(memoryview(b"a,b\n"), 0)
    file.append(memoryview(b"1,2\n3,4\n"), 2)
    whole = b"a,b\n1,2\n3,4\n"
    assert file.written() == Written(2, len(whole), hashlib.sha256(whole).hexdigest())
    assert GrowingFile.complete(tmp_path / "a.csv", 2).written() == file.written()
    file.close()
    assert (tmp_path / "a.csv").read_bytes() == whole
    with pytest.raises(ValueError, match="nothing can be added"):
        file.append(memoryview(b"5,6\n"), 1)


def test_it_is_brought_to_the_disk_while_it_grows(
    tmp_path: Path, synced: Synced, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(growing_file, "SYNCED_AFTER", 10)
    file = GrowingFile(tmp_path / "a.csv", os.O_EXCL)
    inode = (tmp_path / "a.csv").stat().st_ino
    seen = []
    for _ in range(8):
        file.append(memoryview(b"1,2\n"), 1)
        seen.append(synced.get(inode, 0))
    assert seen == [0, 0, 12, 12, 12, 24, 24, 24]
    file.sync()
    assert synced == {inode: 32}


@contextmanager
def _published_by_staging(directory: Path) -> Iterator[Callable[[str, bytes], None]]:
    with staged(directory) as stage:
        yield stage.append
        stage.publish(b"{}")


@contextmanager
def _published_by_adding(directory: Path) -> Iterator[Callable[[str, bytes], None]]:
    with adding(directory, create=True) as additions:
        yield additions.append
        additions.append("state.json", b"{}")
        additions.publish("state.json")


@pytest.mark.parametrize("published", [_published_by_staging, _published_by_adding])
def test_all_bytes_of_all_files_are_on_the_disk_before_the_first_is_put_in_place(
    published: Callable[[Path], Iterator[Callable[[str, bytes], None]]],
    tmp_path: Path,
    synced: Synced,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    renamed: list[Path] = []
    rename = Path.rename

    def noted(path: Path, target: Path) -> Path:
        files = [path] if path.is_file() else [file for file in path.iterdir() if file.is_file()]
        assert [file.name for file in files if synced.get(file.stat().st_ino) != file.stat().st_size] == []
        assert path.is_file() or path.stat().st_ino in synced
        renamed.extend(files)
        return rename(path, target)

    monkeypatch.setattr(Path, "rename", noted)
    with published(tmp_path / "out") as append:
        for part in (b"a,b\n", b"1,2\n"):
            for name in ("members.csv", "visits.csv"):
                append(name, part)
    assert len(renamed) == 3
    assert synced[(tmp_path / "out").stat().st_ino]
    assert (tmp_path / "out" / "visits.csv").read_bytes() == b"a,b\n1,2\n"
