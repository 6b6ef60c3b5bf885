"""Which processes of the machine work in a directory, as far as that can be known."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path

_PROCESSES = Path("/proc")


def exists(pid: int) -> bool:
    """Whether there is a process of this number."""
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        pass
    return True


def may_be_server_in(pid: int, directory: Path) -> bool:
    """Whether a process of this number exists and may be the PostgreSQL server that works in this directory.

    A server follows its directory when that is renamed, and its command line does not: the directory it works in tells.
    """
    if not exists(pid):
        return False
    if not (_PROCESSES / "self").exists():  # only the number is known
        return True
    process = _PROCESSES / str(pid)
    try:
        return (process / "cwd").readlink() == directory.resolve()
    except PermissionError:  # of another user, and we may not look
        with suppress(OSError):
            return b"postgres" in (process / "cmdline").read_bytes()
    except OSError:
        pass
    return False


def some_work_in(directory: Path) -> bool:
    """Whether some process is known to work in a directory."""
    place = directory.resolve()
    for link in _PROCESSES.glob("[0-9]*/cwd"):
        with suppress(OSError):
            if link.readlink() == place:
                return True
    return False
