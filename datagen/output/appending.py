"""A directory that grows: files are added to it, and last of all the one that makes them count.

New files are written beside their final names, as `.NAME.inprogress`, under a lock on the directory. When all are
there, they are renamed, and then the state file, which says how far the history goes, takes the place of the old one.
Killed at any moment, the state is the old one or the new one, and everything that it tells of is there. Only where
another history replaces the old one, whose files may have the same names, the old state and files are removed first:
for that instant there is no state, so none that tells of what is not there, and the same run repeated ends it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import OutputError
from datagen.output import locks
from datagen.output.growing_file import GrowingFile, sync
from datagen.output.manifest import Written
from datagen.output.staging import as_output_errors

if TYPE_CHECKING:
    import pyarrow as pa

_SUFFIX = ".inprogress"


class Additions:
    """Files on their way into a directory; `adding` makes one."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self._files: dict[str, GrowingFile] = {}

    @property
    def files(self) -> dict[str, Written]:
        """What has been written so far, by file name."""
        return {name: file.written() for name, file in self._files.items()}

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        """Write `data`, which holds so many rows, to the end of the new file `name`.

        Raises `OutputError` if it cannot be written.
        """
        path = self._path(name)
        with as_output_errors("write", path):
            if name not in self._files:
                self._files[name] = GrowingFile(path, os.O_TRUNC)
            self._files[name].append(memoryview(data), rows)

    def end(self, name: str) -> None:
        """Nothing more comes to the file `name`; it is put in place with the others."""

    def place(self, name: str) -> Path:
        """Where the file `name` is until it is published; who writes it by itself has it taken in then."""
        return self._path(name)

    def take_in(self, name: str, rows: int) -> None:
        """Take in a file that was written at its `place`, complete, with so many rows.

        Raises `OutputError` if it cannot be read.
        """
        with as_output_errors("read", self._path(name)):
            self._files[name] = GrowingFile.complete(self._path(name), rows)

    def publish(self, state: str, *, obsolete: Sequence[str] = ()) -> None:
        """Put all files in place, `state` as the last one; what is obsolete is removed first, in that order.

        The old state is obsolete if files are that it tells of, and then the first to go; all else is put in place
        beside what it tells of.

        Raises `OutputError` if that cannot be done.
        """
        with as_output_errors("write", self.directory):
            for file in self._files.values():
                file.sync()
        with as_output_errors("replace", self.directory):
            for name in obsolete:
                (self.directory / name).unlink(missing_ok=True)
            for name in [name for name in self._files if name != state]:
                self._path(name).rename(self.directory / name)
            sync(self.directory)
            self._path(state).rename(self.directory / state)
            sync(self.directory)

    def close(self) -> None:
        """Close the files, and remove those that were not published."""
        for name, file in self._files.items():
            with suppress(OSError):
                file.close()
            with suppress(OSError):
                self._path(name).unlink(missing_ok=True)
        self._files.clear()

    def _path(self, name: str) -> Path:
        return self.directory / f".{name}{_SUFFIX}"


@contextmanager
def adding(directory: Path, *, create: bool) -> Iterator[Additions]:
    """`Additions` to a directory, which no other run can write to meanwhile; made if it is not there and `create`.

    Left without `publish`, nothing has changed. Raises `OutputError` if another run is writing there, or if the
    directory cannot be written.
    """
    made = _make(directory) if create else []
    with as_output_errors("use", directory):
        lock = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    additions = Additions(directory)
    try:
        with as_output_errors("lock", directory):
            try:
                locks.take(lock, directory)
            except OutputError:
                made.clear()
                raise
            for left_over in directory.glob(f".*{_SUFFIX}"):
                left_over.unlink(missing_ok=True)
        yield additions
    finally:
        additions.close()
        for path in made:
            with suppress(OSError):  # not empty: something was published
                path.rmdir()
        locks.release(lock)


def _make(directory: Path) -> list[Path]:
    """Make a directory; gives those that were not there, the innermost first."""
    missing: list[Path] = []
    with as_output_errors("create", directory):
        path = directory
        while not path.exists():
            missing.append(path)
            path = path.parent
        directory.mkdir(parents=True, exist_ok=True)
    return missing
