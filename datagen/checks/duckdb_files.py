"""Files as DuckDB reads them: every path is a path, whatever characters it has, and no folder's name is a column."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from datagen.errors import InputError

_WILDCARDS = "*?["


def literal(value: Any) -> str:
    """A Python value as an SQL literal."""
    if isinstance(value, bool):
        return str(value).lower()
    return str(value) if isinstance(value, int) else "'" + str(value).replace("'", "''") + "'"


def csv_text(paths: Path | Sequence[Path], names: Sequence[str]) -> str:
    """A DuckDB table function that reads CSV files, one after the other, strictly, every column as text."""
    columns = ", ".join(f"{literal(name)}: 'VARCHAR'" for name in names)
    return (
        f"read_csv({_paths(paths)}, header = true, auto_detect = false, delim = ',', quote = '\"', escape = '\"', "
        f"nullstr = '', hive_partitioning = false, columns = {{{columns}}})"
    )


def parquet_rows(paths: Path | Sequence[Path]) -> str:
    """A DuckDB table function that reads Parquet files, one after the other."""
    return f"read_parquet({_paths(paths)}, hive_partitioning = false)"


def duckdb_rows(path: Path, table: str) -> str:
    """A DuckDB table function that reads a table of a DuckDB file."""
    return f"read_duckdb({literal(_readable(path.absolute()))}, table_name = {literal(table)})"


def _paths(paths: Path | Sequence[Path]) -> str:
    listed = [paths] if isinstance(paths, Path) else paths
    return f"[{', '.join(literal(_readable(path.absolute())) for path in listed)}]"


def _readable(path: Path) -> str:
    if (text := pattern(path)) != str(path) and "\\" in text:
        raise InputError(f"DuckDB cannot read {path}: a path with a backslash and one of {_WILDCARDS}. Rename it.")
    return text


def pattern(path: Path) -> str:
    """The pattern that matches this path alone: DuckDB takes every path for a pattern, and a first `~` for a home."""
    text = str(path.absolute() if str(path).startswith("~") else path)
    return "".join(f"[{character}]" if character in _WILDCARDS else character for character in text)
