"""A file that grows, with its running count and hash."""

from __future__ import annotations

import hashlib
import os
import threading
from pathlib import Path

from datagen.output.manifest import Written

SYNCED_AFTER = 1 << 24
"""Bytes of a file after which it waits until they are on the disk: done while the next are made, so that little is left
for the end."""


class GrowingFile:
    """A file that bytes are added to, from any thread."""

    def __init__(self, path: Path, flags: int | None) -> None:
        """Open it for writing, with these flags besides; with None, it is complete.

        Raises: `OSError` if it cannot be opened.
        """
        self._path = path
        self._descriptor = None if flags is None else os.open(path, os.O_WRONLY | os.O_CREAT | flags, 0o666)
        self._hash = hashlib.sha256()
        self._bytes = self._rows = self._not_synced = 0
        self._lock = threading.Lock()

    @classmethod
    def complete(cls, path: Path, rows: int) -> GrowingFile:
        """A file that is there, with so many rows, to which nothing is added. Raises `OSError` if it cannot be read."""
        found = cls(path, None)
        with path.open("rb") as file:
            found._hash, found._bytes, found._rows = hashlib.file_digest(file, "sha256"), path.stat().st_size, rows
        return found

    def append(self, data: memoryview, rows: int) -> None:
        """Add bytes, which hold so many rows. Raises `OSError` if they cannot be written."""
        with self._lock:
            if self._descriptor is None:
                raise ValueError(f"{self._path} has ended; nothing can be added.")
            rest = data
            while rest:
                rest = rest[os.write(self._descriptor, rest) :]
            self._hash.update(data)
            self._bytes += data.nbytes
            self._rows += rows
            self._not_synced += data.nbytes
            if self._not_synced >= SYNCED_AFTER:
                os.fsync(self._descriptor)
                self._not_synced = 0

    def close(self) -> None:
        """Nothing more comes."""
        descriptor, self._descriptor = self._descriptor, None
        if descriptor is not None:
            os.close(descriptor)

    def sync(self) -> None:
        """Close it, and wait until all of it is on the disk. Raises `OSError` if it cannot be brought there."""
        self.close()
        sync(self._path)

    def written(self) -> Written:
        """What it holds by now."""
        with self._lock:
            return Written(self._rows, self._bytes, self._hash.hexdigest())


def sync(path: Path) -> None:
    """Wait until all of a file or directory is on the disk. Raises `OSError` if it cannot be brought there."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
