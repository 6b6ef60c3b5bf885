"""The log of a run: one file a run, in which a search for "error" finds errors and nothing else."""

from __future__ import annotations

import datetime as dt
import logging
from contextlib import suppress
from pathlib import Path
from typing import Any

LOG = logging.getLogger("datagen")
"""Where the commands log to; silent until `open_log`."""
LOG.addHandler(logging.NullHandler())
LOG.propagate = False


class _LogFile(logging.FileHandler):
    """A log file that gives up quietly: a full disk is told by the run itself."""

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802
        """Say nothing; logging would print a traceback."""


def open_log(directory: Path, *, verbose: bool = False) -> Path:
    """Begin `directory/data_generation_YYYYMMDD_HHMMSS.log`, with details if `verbose`; gives its path.

    Raises `OSError` if it cannot be written.
    """
    now = dt.datetime.now().astimezone()
    path = directory / f"data_generation_{now:%Y%m%d_%H%M%S}.log"
    directory.mkdir(parents=True, exist_ok=True)
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
