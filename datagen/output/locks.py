"""Locks on directories that are being written. They are the process's own: what it forks does not keep them.

A lock of the kernel lasts until each copy of its descriptor is closed. A worker that outlives its killed parent by the
unit it is working on would keep the directory locked that long, and the next run would be refused.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from datagen.errors import OutputError

_held: set[int] = set()


def take(descriptor: int, directory: Path) -> None:
    """Lock the directory that is open at `descriptor`, until `release`.

    Raises:
        OutputError: if another run is writing to `directory`.
        OSError: if the file system has no locks.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise OutputError(
            f"Another run is writing to {directory}. Wait for it to end, or choose another output directory."
        ) from None
    _held.add(descriptor)


def release(descriptor: int) -> None:
    """Unlock and close a directory, locked or not."""
    if descriptor in _held:
        _held.discard(descriptor)
        fcntl.flock(descriptor, fcntl.LOCK_UN)
    os.close(descriptor)


def _close_in_child() -> None:
    for descriptor in _held:
        os.close(descriptor)
    _held.clear()


os.register_at_fork(after_in_child=_close_in_child)
