"""A directory published whole or not at all.

Files are written into a staging directory beside the final place, `.NAME.inprogress`, under a lock. When all is there,
the old directory is renamed aside to `.NAME.replaced`, the staging directory takes its place, and the old one is
deleted. Killed at any moment, the old output or the new one is there; the next run clears what was left over, and puts
the old one back if the end came between the two renames.
"""

from __future__ import annotations

import errno
import os
import shutil
import stat
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import OutputError
from datagen.output import locks
from datagen.output.growing_file import GrowingFile, sync
from datagen.output.manifest import NAME, Written, is_ours

if TYPE_CHECKING:
    import pyarrow as pa

_ELSEWHERE = "Choose another output directory."
_CHECK = "Check the path of the output directory."
_REASONS = {
    errno.ENOSPC: ("the disk is full", "Free some space or choose an output directory on another disk."),
    errno.EDQUOT: ("your disk quota is used up", "Free some space or choose an output directory on another disk."),
    errno.EACCES: ("permission denied", "Choose an output directory whose parent directory you may write to."),
    errno.EPERM: ("permission denied", "Choose an output directory whose parent directory you may write to."),
    errno.EROFS: ("the file system is read-only", _ELSEWHERE),
    errno.ENOTDIR: ("a part of the path is a file, not a directory", _CHECK),
    errno.EEXIST: ("a file or directory of that name is in the way", "Move or remove it."),
    errno.ENOTEMPTY: ("a directory of that name is in the way", "Move or remove it."),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter one."),
    errno.ELOOP: ("symbolic links in the path run in a circle", _CHECK),
    errno.ENOLCK: ("the file system cannot lock directories", "Choose an output directory on a local disk."),
    errno.EBADF: ("the file system cannot lock directories", "Choose an output directory on a local disk."),
    errno.EOPNOTSUPP: ("the file system cannot lock directories", "Choose an output directory on a local disk."),
}


class Stage:
    """An output directory in the making; `staged` makes one.

    `append` may be called from any thread: it holds a lock per file, and writing and hashing release the interpreter's
    lock, so that generation goes on in other threads meanwhile.
    """

    def __init__(self, directory: Path, final: Path, aside: Path) -> None:
        self.directory = directory
        """Where the files are while the work is going on."""
        self.final = final
        self._aside = aside
        self._files: dict[str, GrowingFile] = {}
        self._adopted: dict[str, Written] = {}
        self._opening = threading.Lock()
        self.kept = False
        """Whether what is there stays if this is left without publishing, for another run to go on with."""

    @property
    def files(self) -> dict[str, Written]:
        """What has been written so far, by file name."""
        return self._adopted | {name: file.written() for name, file in self._files.items()}

    def adopt(self, files: Mapping[str, Written]) -> None:
        """Take in files of the directory that others have written."""
        self._adopted |= files

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        """Write `data`, which holds this many rows, to the end of the file `name` of the directory.

        Raises `OutputError` if it cannot be written (a full disk, say).
        """
        with as_output_errors("write", self.directory / name):
            with self._opening:
                file = self._files.get(name)
                if file is None:
                    (self.directory / name).parent.mkdir(parents=True, exist_ok=True)
                    file = self._files[name] = GrowingFile(self.directory / name, os.O_EXCL)
            file.append(memoryview(data), rows)

    def end(self, name: str) -> None:
        """Nothing more comes to the file `name`, so it need not be held open."""
        with as_output_errors("write", self.directory / name):
            self._files[name].close()

    def place(self, name: str) -> Path:
        """Where the file `name` is until it is published; who writes it by itself has it taken in then."""
        return self.directory / name

    def take_in(self, name: str, rows: int) -> None:
        """Take in a file that was written at its `place`, complete, with so many rows.

        Raises `OutputError` if it cannot be read.
        """
        with as_output_errors("read", self.place(name)):
            self._files[name] = GrowingFile.complete(self.place(name), rows)

    def publish(self, manifest: bytes) -> None:
        """Write the manifest last, and put the directory in its final place; the old one is gone afterwards.

        Raises `OutputError` if that cannot be done; the old output is then as it was.
        """
        self.append(NAME, manifest)
        with as_output_errors("write", self.directory):
            for file in self._files.values():
                file.sync()
            for name in self._adopted:
                sync(self.directory / name)
            for directory in {self.directory / parent for name in self.files for parent in Path(name).parents}:
                sync(directory)
        with as_output_errors("replace", self.final):
            if self.final.exists():
                _take_after(self.directory, self.final)
            if self.final.exists() and any(self.final.iterdir()):
                self.final.rename(self._aside)
            self.directory.rename(self.final)
            sync(self.final.parent)

    def close(self) -> None:
        """Close the files."""
        for file in self._files.values():
            with suppress(OSError):
                file.close()
        self._files.clear()


@contextmanager
def staged(
    final: Path, *, ours: Callable[[Path], bool] = is_ours, goes_on: Callable[[Path], bool] = lambda _: False
) -> Iterator[Stage]:
    """A `Stage` for an output directory: fill it with `append` and end with `publish`.

    `final` is replaced only if it does not exist, is empty, or `ours` says so of it. Left without `publish`, by an
    exception or otherwise, the staging directory is removed unless it is `kept`, and what was at `final` is untouched.
    What an earlier run left in the staging directory is removed unless `goes_on`, which is asked of it, says that this
    run goes on with it. Raises `OutputError` if another run is writing to `final`, if it must not be replaced, or if it
    cannot be written.
    """
    final = _checked(final)
    staging = final.with_name(f".{final.name}.inprogress")
    aside = final.with_name(f".{final.name}.replaced")
    with as_output_errors("create", staging):
        final.parent.mkdir(parents=True, exist_ok=True)
        lock = _lock(staging, final)
    stage = Stage(staging, final, aside)
    try:
        with as_output_errors("prepare", final):
            _refuse_if_finishing(final)
            _settle(final, aside, ours)
            if final.exists() and any(final.iterdir()) and not ours(final):
                raise OutputError(
                    f"The output directory {final} holds files that are not a data set of datagen, so it is not "
                    "replaced. Choose another output directory, or empty this one first."
                )
            if not goes_on(staging):
                _clear(staging)
        yield stage
    finally:
        stage.close()
        # After publishing, the locked directory is the final one; otherwise it is still in the staging place.
        if _is_at(lock, staging) and not stage.kept:
            shutil.rmtree(staging, ignore_errors=True)
        with suppress(OSError):
            _settle(final, aside, ours)
        locks.release(lock)


@contextmanager
def as_output_errors(doing: str, path: Path) -> Iterator[None]:
    """Turn an `OSError` into an `OutputError` that says what, where, why and what next."""
    try:
        yield
    except OSError as error:
        place = error.filename if isinstance(error.filename, str) else path
        why, then = _REASONS.get(error.errno or 0, (error.strerror or str(error), _ELSEWHERE))
        raise OutputError(f"Cannot {doing} {place}: {why}. {then} Earlier output is as it was.") from error


def _take_after(directory: Path, old: Path) -> None:
    """Give a directory the permissions of the one that it replaces, and its group to all that is in it."""
    status = old.stat()
    for path in (directory, *directory.rglob("*")):
        if path.stat().st_gid != status.st_gid:
            with suppress(PermissionError):  # of a group that this user is not in
                os.chown(path, -1, status.st_gid)
    directory.chmod(stat.S_IMODE(status.st_mode))  # last: another group takes the bits of groups away


def _checked(final: Path) -> Path:
    """The real path of `final`, if a directory can be put there at all."""
    with as_output_errors("use", final):
        with suppress(FileNotFoundError):
            final.stat()  # says what is wrong with the path, where resolving it would not
        path = Path(os.path.realpath(final))
        if final.is_symlink() and not path.exists():
            raise OutputError(
                f"The output directory {final} is a symbolic link to {path}, which does not exist. "
                "Create that directory or remove the link."
            )
        if path.exists() and not path.is_dir():
            raise OutputError(f"The output directory {final} is a file. Choose another name or remove the file.")
        if path.is_mount() or Path.cwd().is_relative_to(path):
            what = "a mount point" if path.is_mount() else "the current directory or holds it"
            raise OutputError(
                f"The output directory {path} is {what}, which cannot be replaced as a whole. "
                f"Choose a directory in it, such as {path / 'generated'}."
            )
        return path


def _lock(staging: Path, final: Path) -> int:
    """Create the staging directory and lock it against other runs; returns the lock, an open descriptor."""
    while True:
        staging.mkdir(exist_ok=True)
        lock = os.open(staging, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            locks.take(lock, final)
            if _is_at(lock, staging):
                return lock
        except BaseException:
            locks.release(lock)
            raise
        locks.release(lock)  # another run published or removed it just before we had the lock: once more


def _refuse_if_finishing(final: Path) -> None:
    """Refuse if a run that has just published still holds its lock, which is now on `final`, to delete the old one."""
    with suppress(FileNotFoundError):
        descriptor = os.open(final, os.O_RDONLY | os.O_DIRECTORY)
        try:
            locks.take(descriptor, final)
        finally:
            locks.release(descriptor)


def _is_at(descriptor: int, path: Path) -> bool:
    """Whether the open directory is the one at this path."""
    try:
        return os.path.samestat(os.fstat(descriptor), path.stat(follow_symlinks=False))
    except FileNotFoundError:
        return False


def _settle(final: Path, aside: Path, ours: Callable[[Path], bool]) -> None:
    """Put back the old directory if the new one never took its place; delete it if it did."""
    if not aside.exists():
        return
    if not final.exists() or not any(final.iterdir()):
        aside.rename(final)
    elif ours(final):
        shutil.rmtree(aside, ignore_errors=True)


def _clear(directory: Path) -> None:
    for entry in directory.iterdir():
        if entry.is_dir() and not entry.is_symlink():
            shutil.rmtree(entry)
        else:
            entry.unlink()
