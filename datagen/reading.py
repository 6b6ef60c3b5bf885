"""Tables read back from CSV files, perhaps edited by a user."""

from __future__ import annotations

import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import FrameError, UsageError

if TYPE_CHECKING:
    import pandas as pd


def read_frames(directory: Path, tables: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The files `<table>.csv` of a directory as frames of text, in which what is empty is missing.

    Everything stays text, so that ids and ZIP codes keep their zeros; those who use the frames convert and check.
    Raises `UsageError` if there is no such directory, and `FrameError` for a file that is missing or is not a table.
    """
    import pandas as pd

    if not directory.is_dir():
        raise UsageError(f"There is no directory {directory}. Name the one that holds {tables[0]}.csv and the others.")
    frames = {}
    for table in tables:
        path = directory / f"{table}.csv"
        try:
            with warnings.catch_warnings(action="error", category=pd.errors.ParserWarning):  # a row of too many values
                frames[table] = pd.read_csv(path, dtype=str, keep_default_na=False, na_values=[""], index_col=False)
        except FileNotFoundError:
            raise FrameError(f"{path} is missing; the directory must hold a file for each reference table.") from None
        except (
            OSError,
            ValueError,
            pd.errors.ParserWarning,
        ) as error:  # pandas' errors of parsing and decoding are ValueErrors
            reason = (error.strerror if isinstance(error, OSError) else str(error).strip()) or type(error).__name__
            raise FrameError(f"{path} cannot be read as a table: {reason}. Mend or restore it.") from error
    return frames
