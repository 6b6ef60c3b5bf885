"""The log of a run: one file a run, in which a search for "error" finds errors and nothing else."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

DIRECTORY = Path("logs")
"""Where logs are, in the current directory, unless a file is named."""
LOG = logging.getLogger("datagen")
"""Where the commands log to: a file once `open_log` has begun one, and whatever a program that calls us logs to."""
LOG.addHandler(logging.NullHandler())


class _LogFile(logging.FileHandler):
    """A log file that gives up quietly: the run itself reports a full disk."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Say nothing; logging would print a traceback."""


def open_log(path: Path | None = None, *, verbose: bool = False) -> Path:
    """Begin a log, with details if `verbose`; gives its path, by default `logs/data_generation_YYYYMMDD_HHMMSS.log`.

    Raises:
        OSError: if it cannot be written.
    """
    if path is None:
        now = dt.datetime.now().astimezone()
        path = DIRECTORY / f"data_generation_{now:%Y%m%d_%H%M%S}.log"
    path.parent.mkdir(parents=True, exist_ok=True)
    file = _LogFile(path, encoding="utf-8", errors="backslashreplace")
    file.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(message)s", "%Y-%m-%d %H:%M:%S"))
    LOG.addHandler(file)
    LOG.setLevel(logging.DEBUG if verbose else logging.INFO)
    return path


def log_is_open() -> bool:
    """Whether there is a log file."""
    return bool(_files())


def close_log() -> None:
    """End the log file, if there is one."""
    for file in _files():
        LOG.removeHandler(file)
        with suppress(OSError):  # a full disk
            file.close()


def _files() -> list[_LogFile]:
    return [handler for handler in LOG.handlers if isinstance(handler, _LogFile)]


def log_failure(message: str, error: BaseException) -> None:
    """Log an error; its traceback goes to a verbose log, or to any where the error is a defect of ours."""
    from datagen.errors import DatagenError

    expected = isinstance(error, DatagenError) and not LOG.isEnabledFor(logging.DEBUG)
    details: Any = None if expected else error
    LOG.error(message, exc_info=details)
