"""Tables read back from CSV or Parquet files, perhaps edited by a user."""

from __future__ import annotations

import csv
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import FrameError, InputError
from datagen.frame_reader import refuse_nul
from datagen.output.file_names import CSV, TableFile, by_table, names_in, names_of_table

if TYPE_CHECKING:
    import pandas as pd
    import pyarrow as pa

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


def read_frames(directory: Path, tables: Sequence[str]) -> dict[str, pd.DataFrame]:
    """The tables of a directory as frames: `<table>.csv`, Parquet files, perhaps one a month, or parts of either.

    What was CSV stays text, in which what is empty is missing, so that ids and ZIP codes keep their zeros; those who
    use the frames convert and check. Raises `InputError` if there is no such directory, and `FrameError` for a file
    that is missing or is not a table.
    """
    if not directory.is_dir():
        raise InputError(f"There is no directory {directory}. Name the one that holds {tables[0]}.csv and the others.")
    found = by_table(name for name in names_in(directory) if (file := TableFile.named(name)) and not file.database)
    frames = {}
    for table in tables:
        names = names_of_table(found.get(table, ()))
        if not names:
            raise FrameError(
                f"{directory / table}.csv is missing; the directory must hold a file, CSV or Parquet, for each "
                "reference table."
            )
        if names[0].endswith(CSV):
            frames[table] = _joined([_read_csv(directory / name) for name in names])
        else:
            frames[table] = _read_parquet([directory / name for name in names])
    refuse_nul(frames)
    return frames


def _read_csv(path: Path) -> pd.DataFrame:
    import pandas as pd

    try:
        with (
            path.open("rb") as file,  # pandas would take a path for more than one
            warnings.catch_warnings(action="error", category=pd.errors.ParserWarning),  # a row of too many values
        ):
            frame = pd.read_csv(file, dtype=str, keep_default_na=False, na_values=[""], index_col=False)
    except UnicodeDecodeError as error:
        raise FrameError(_undecodable(path)) from error
    except (OSError, ValueError, pd.errors.ParserWarning) as error:  # ValueErrors are those of parsing
        raise _unreadable(path, error) from error
    for separator, name in _OTHER_SEPARATORS.items():
        if len(frame.columns) == 1 and separator in frame.columns[0]:
            raise FrameError(f"{path} separates its values by {name}. Save it with commas between them.")
    return _without_empty_ends(frame)


def _joined(frames: Sequence[pd.DataFrame]) -> pd.DataFrame:
    """The rows of several frames, one after the other."""
    import pandas as pd

    return pd.concat(frames, ignore_index=True) if len(frames) > 1 else frames[0]


def _without_empty_ends(frame: pd.DataFrame) -> pd.DataFrame:
    """The frame without the rows and columns of nothing but commas that spreadsheets leave at its ends."""
    filled = frame.notna()
    rows = filled.any(axis=1).to_numpy().nonzero()[0]
    unnamed = [name for name in frame.columns if name.startswith("Unnamed: ") and not filled[name].any()]
    return frame.iloc[: rows[-1] + 1 if len(rows) else 0].drop(columns=unnamed)


def _undecodable(path: Path) -> str:
    """Says which value of a CSV file is no UTF-8."""
    with path.open(encoding="latin-1", newline="") as file:  # which any bytes are
        rows = csv.reader(file)
        names = next(rows, [])
        for number, row in enumerate([names, *rows]):
            for place, value in enumerate(row):
                try:
                    value.encode("latin-1").decode()
                except UnicodeDecodeError:
                    shown = value.encode("latin-1").decode("cp1252", errors="replace")
                    column = names[place] if place < len(names) else str(place + 1)
                    where = f"row {number}, column {column}" if number else "the header"
                    return f"{path}, {where}: '{shown}' is not UTF-8 text. Save the file as UTF-8 ('CSV UTF-8')."
    return f"{path} is not UTF-8 text. Save the file as UTF-8 ('CSV UTF-8')."


def _read_parquet(paths: Sequence[Path]) -> pd.DataFrame:
    import pyarrow as pa
    from pyarrow import parquet

    from datagen.output.render import to_frame

    pieces = []
    for path in paths:
        try:
            with path.open("rb") as file:  # Arrow would take some paths for URLs
                table = parquet.ParquetFile(file).read()
            pieces.append(table.cast(pa.schema([_in_seconds(field) for field in table.schema])))
            if pieces[-1].schema != pieces[0].schema:
                raise pa.ArrowInvalid(f"its columns are not those of {paths[0].name}")
        except (OSError, pa.ArrowException) as error:
            raise _unreadable(path, error) from error
    return to_frame(pa.concat_tables(pieces))


def _in_seconds(field: pa.Field) -> pa.Field:
    """The field, times of day in whole seconds: Parquet has none, but milliseconds."""
    import pyarrow as pa

    return field.with_type(pa.time32("s")) if pa.types.is_time(field.type) else field


def _unreadable(path: Path, error: Exception) -> FrameError:
    reason = (error.strerror if isinstance(error, OSError) else str(error).strip()) or type(error).__name__
    return FrameError(f"{path} cannot be read as a table: {reason}. Mend or restore it.")
