"""Standard input, output and error, which may be closed, full or no longer read.

A number that is closed (`>&-`) would go to the next file that is opened, and what is printed would end up in there.
"""

from __future__ import annotations

import errno
import io
import os
import sys
from contextlib import suppress
from typing import Any

from datagen.errors import DatagenError, OutputError

_INPUT, _OUTPUT, _ERROR = range(3)


class _Output(io.FileIO):
    """Standard output, whose failures are reported; that nobody reads it any more (EPIPE) is left to click."""

    def write(self, data: Any) -> int:
        """Write, as any file does. Raises `OutputError`."""
        try:
            return super().write(data) or 0
        except BrokenPipeError:
            raise
        except OSError as error:
            reason = "it is closed" if error.errno == errno.EBADF else error.strerror
            raise OutputError(
                f"Standard output cannot be written: {reason}. Send it to a file with room or to /dev/null."
            ) from error


def prepare_streams() -> None:
    """Occupy the numbers of closed streams, so that using them fails, and have failures of standard output reported."""
    for number, other_way in ((_INPUT, os.O_WRONLY), (_OUTPUT, os.O_RDONLY), (_ERROR, os.O_RDONLY)):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, other_way)  # gets the lowest number that is free, which is this one
            os.set_inheritable(number, True)
    old = sys.stdout
    new = io.TextIOWrapper(
        io.BufferedWriter(_Output(_OUTPUT, "wb", closefd=False)),
        encoding=old.encoding if old else "utf-8",
        errors="backslashreplace",  # paths may hold anything
        line_buffering=os.isatty(_OUTPUT),
    )
    if old:
        old.flush()
    sys.stdout = new


def flush_streams() -> None:
    """Write what is still to be written; what cannot be is dropped, as it would else fail again when Python ends."""
    for stream, number in ((sys.stdout, _OUTPUT), (sys.stderr, _ERROR)):
        if stream is None:
            continue
        try:
            stream.flush()
        except (OSError, DatagenError):
            with suppress(OSError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), number)


def is_dialogue() -> bool:
    """Whether somebody can be asked: both standard input and output are a terminal."""
    return all(stream is not None and stream.isatty() for stream in (sys.stdin, sys.stdout))
