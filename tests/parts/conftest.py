"""A small data set, made once, and what it takes to write it in parts."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest

from datagen import jobs
from datagen.fitness.commands.complete import Choices
from datagen.fitness.size import Size
from datagen.fitness.world import WORLD
from datagen.progress import Progress

ROWS = 1_000
"""Of a group: small, so that there are some."""
Write = Callable[..., Path]


@pytest.fixture(scope="session")
def content() -> jobs.Content:
    """The content of a data set of two clubs."""
    return Choices(Size(2, 40, 10), 42, dt.date(2026, 1, 1), 3, WORLD.rules).content()


@pytest.fixture
def write(content: jobs.Content, tmp_path: Path) -> Write:
    """Writes the data set into a directory of this name, in parts unless `parts` is None; gives the directory."""

    def write(
        name: str, *, kind: str = "csv", workers: int = 1, parts: jobs.Parts | None = None, whole: bool = False
    ) -> Path:
        place = Path(name) if "://" in name else tmp_path / name
        return _written(content, place, jobs.Writing(kind, workers, parts=None if whole else parts or jobs.Parts(ROWS)))

    return write


@pytest.fixture(scope="session")
def plain(content: jobs.Content, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The digests of the files of the data set, written in parts that nothing disturbed."""
    place = tmp_path_factory.mktemp("plain") / "out"
    return digests(_written(content, place, jobs.Writing(parts=jobs.Parts(ROWS))))


def _written(content: jobs.Content, place: Path, writing: jobs.Writing) -> Path:
    asked = jobs.Request(WORLD, 42, lambda: content, writing)
    jobs.write(asked, place, Progress(quiet=False, terminal=False))
    return place


def digests(directory: Path) -> dict[str, str]:
    """The SHA-256 of all files below a directory by name."""
    return {
        path.relative_to(directory).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in directory.rglob("*")
        if path.is_file()
    }
