"""A command as the task of a process: its exit status, errors in one line, and signals."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from types import FrameType
from typing import Any, NoReturn

import click

from datagen.errors import ConflictError, DatagenError
from datagen.interrupts import STOPPED
from datagen.logs import LOG, close_log, log_failure, log_is_open
from datagen.progress import show
from datagen.standard_streams import flush_streams, prepare_streams

_SHORTAGES = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EFBIG, errno.EIO, errno.EROFS}
"""Failures of the system that are no defect, even where no file is named."""


class Stopped(BaseException):
    """The user (SIGINT) or the system (SIGTERM) ended the run; no handler of errors is to catch it."""

    def __init__(self, number: int) -> None:
        self.exit_status = 128 + number


class _Signals:
    """SIGINT and SIGTERM raise `Stopped` in the main thread; a second one ends the process at once."""

    def __init__(self) -> None:
        self.received: int | None = None

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self.received = number
        for known in (signal.SIGINT, signal.SIGTERM):
            signal.signal(known, signal.SIG_DFL)
        raise Stopped(number)

    def check(self) -> None:
        """Raise `Stopped` again: libraries may swallow what is raised in the midst of them, or make it their error."""
        if self.received:
            raise Stopped(self.received)

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Receive the signals while this lasts."""
        old = {known: signal.signal(known, self._receive) for known in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for known, handler in old.items():
                signal.signal(known, handler)


def main(command: click.Command) -> NoReturn:
    """Run a command as the process's only task and exit with its status."""
    # Importing libraries makes hundreds of thousands of objects that all stay: looking for garbage among them every
    # 700 objects, and again at exit, takes a quarter of the time of a small run.
    gc.set_threshold(100_000, 20, 20)
    # Arrow's own allocator gives pages back and asks for them again all the time: a third of the memory, half of the
    # time spent in the system.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    # NumPy, imported later on, takes twice as long where it begins threads for linear algebra, which nobody needs.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    prepare_streams()
    if any(name.endswith("_COMPLETE") for name in os.environ):
        from datagen.console import completion  # noqa: F401 - what it registers is what counts
    status = run_command(command)
    flush_streams()
    if "_duckdb" not in sys.modules:  # it complains of what is not collected
        gc.freeze()
    sys.exit(status)


def run_command(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status; what goes wrong is said in one line on standard error.

    2 for a wrong option, 1 for anything else that failed, 130 after Ctrl-C, 143 after SIGTERM. Where nobody reads the
    output any more, click ends the run with 1 and without a word.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # paths may hold anything
    signals = _Signals()
    try:
        with signals.caught():
            return _status(command, arguments, signals)
    except Stopped as stop:
        LOG.warning("Stopped by signal %d.", stop.exit_status - 128)
        _tell(" ".join([STOPPED, *_notes(stop)]))
        close_log()
        _leave(stop.exit_status)
    finally:
        close_log()


def _status(command: click.Command, arguments: Sequence[str] | None, signals: _Signals) -> int:
    try:
        return command.main(arguments, standalone_mode=False, obj=signals) or 0
    except Exception as error:
        signals.check()
        if isinstance(error, click.UsageError) and error.ctx and type(error).__name__ == "NoArgsIsHelpError":
            click.echo(error.ctx.get_help())  # a group without a command; click has a type for that from 8.2 on
            return 0
        message, status = _described(error)
        log_failure(message, error)
        _tell(f"Error: {message}")
        return status


def as_outcome(error: Exception) -> dict[str, Any]:
    """An error as it is given to machines: its message and the exit status."""
    message, status = _described(error)
    several = {"conflicts": list(map(str, error.conflicts))} if isinstance(error, ConflictError) else {}
    return {"error": message, **several, "status": status}


def _notes(stop: BaseException | None) -> Iterator[str]:
    """What the parts of the run that were ended have noted (`add_note`) of what they leave behind."""
    while stop:
        yield from getattr(stop, "__notes__", ())
        stop = stop.__context__  # a library may have made an error of its own of it


def _described(error: Exception) -> tuple[str, int]:
    """What is said of an error, and the exit status."""
    if isinstance(error, DatagenError):
        return str(error), error.exit_status
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, click.Abort):
        return "The question was left without an answer, so nothing was done. Run it again to answer.", 1
    if isinstance(error, OSError) and (error.filename is not None or error.errno in _SHORTAGES):
        where = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        return f"{where}{error.strerror}. Check that it exists, that you may use it, and that there is room.", 1
    if isinstance(error, MemoryError):
        return "The memory is used up. Use fewer --workers, or a smaller size.", 1
    if isinstance(error, ModuleNotFoundError):
        return f"The library {error.name} is not installed. Run: pip install -r requirements-dataload.txt", 1
    reason = str(error).partition("\n")[0] or "no details"
    details = "; the log holds the details" if log_is_open() else ""
    return f"Unexpected {type(error).__name__}: {reason}. This is a defect of datagen{details}.", 1


def _tell(line: str) -> None:
    with suppress(OSError):
        show("\n- ".join(" ".join(part.split()) for part in line.split("\n- ")), sys.stderr)


def _leave(status: int) -> NoReturn:
    """End the process without waiting for threads that are still busy with what nobody wants any more."""
    flush_streams()
    os._exit(status)
