"""Ctrl-C while a command still imports its libraries ends it as later on: in one line, with its exit status."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from importlib import import_module
from types import FrameType

STOPPED = "Stopped. Output directories are complete or as they were."


def end_in_a_line() -> None:
    """From now on, let SIGINT and SIGTERM end the process in one line, until a command sees to them itself.

    Nothing has been begun, so nothing is to be finished. Signals that the parent process has them ignored stay ignored.
    """
    for number, usual in ((signal.SIGINT, signal.default_int_handler), (signal.SIGTERM, signal.SIG_DFL)):
        if signal.getsignal(number) is usual:
            signal.signal(number, _end)


def start(module: str) -> None:
    """Run the `main` of a module, which is imported only now."""
    end_in_a_line()
    import_module(module).main()


def _end(number: int, frame: FrameType | None) -> None:
    del frame
    with suppress(OSError):
        os.write(2, f"{STOPPED}\n".encode())
    os._exit(128 + number)
