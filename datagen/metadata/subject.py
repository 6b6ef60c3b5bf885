"""What is described: the tables of a world, and the files of a data set of it, if there is one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import field
from functools import cached_property
from pathlib import Path
from typing import Any

from datagen.checks.questions import Questions, written_out
from datagen.checks.verify import suite_for
from datagen.data_directory import DataDirectory
from datagen.errors import InputError
from datagen.frozen import dataclass
from datagen.output.file_names import TableFile
from datagen.schema import load_order
from datagen.world import World


@dataclass(frozen=True)
class DataFile:
    """A file of a table: its name below the directory of the data, its bytes, and their SHA-256 in hexadecimal."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Subject:
    """A world, and the data of a directory."""

    world: World
    directory: Path | None = None
    files: Mapping[str, tuple[DataFile, ...]] = field(default_factory=dict)
    """The files of each table that is there, by table; none without a directory."""
    rows: Mapping[str, int] = field(default_factory=dict)
    made: Mapping[str, Any] = field(default_factory=dict)
    """Seed, options and release, by name."""
    options: Mapping[str, Any] = field(default_factory=dict)

    @property
    def tables(self) -> list[str]:
        """The tables that are described, parents before their children: those that are there, or else all."""
        names = [table.name for table in load_order(self.world.metadata)]
        return [name for name in names if name in self.files] if self.directory else names

    @cached_property
    def questions(self) -> Questions | None:
        """The checks of the data, written out; None without a directory that states its window."""
        if self.directory is None or not self.options:
            return None
        return written_out(suite_for(self.world, self.options, str(self.directory)), self.tables)

    @property
    def apart(self) -> bool:
        """Whether each file holds nothing but one table."""
        return all(TableFile.named(file.name) for files in self.files.values() for file in files)

    @property
    def last_day(self) -> str:
        """The as-of day of the data, as ISO text; '' where nothing states it."""
        stated = self.options.get("end_date")
        return stated.isoformat() if isinstance(stated, dt.date) else str(stated or "")


def subject_of(world: World, directory: Path | None = None) -> Subject:
    """What there is to describe.

    Raises:
        InputError: for a directory that is not there or holds no table of the world, and a manifest that is damaged.
        OSError: for files that cannot be read.
    """
    if directory is None:
        return Subject(world)
    if not directory.is_dir():
        raise InputError(f"There is no directory {directory}. Name one that holds data, or none to describe the world.")
    held = DataDirectory(world, directory)
    if not held.tables:
        raise InputError(f"{directory} holds no table of the world {world.name}. Name a directory of its files.")
    files = {
        name: tuple(
            DataFile(path.relative_to(directory).as_posix(), path.stat().st_size, digest)
            for path, digest in held.digests(name).items()
        )
        for name in held.tables
    }
    return Subject(world, directory, files, held.rows(), held.made, held.options)
