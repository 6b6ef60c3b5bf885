"""Runs of the payments command in a directory, and what they leave there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).parents[2]
FEW = ("--set", "business.initial_merchants=10", "--set", "cards.stored_share=0.05")
Run = Callable[..., int]
"""Runs the command with these arguments in the directory of a test, and gives the exit status."""


def begin(run: Run, directory: str, last: str, *more: str) -> int:
    """Begin a history of few merchants in a directory."""
    return run("--initial", "--start-date", "2024-01-01", "--end-date", last, "--output-dir", directory, *FEW, *more)


def proceed(run: Run, directory: str, last: str, *more: str) -> int:
    """Continue one, unasked."""
    return run("--incremental", "--date", last, "--output-dir", directory, "-f", *more)


def files(directory: Path | str) -> dict[str, bytes]:
    """The bytes of the files of a directory by name."""
    return {path.name: path.read_bytes() for path in sorted(Path(directory).iterdir())}


def payments(directory: Path | str) -> bytes:
    """All payments of a directory, without headers."""
    parts = [path.read_bytes().split(b"\n", 1)[1] for path in sorted(Path(directory).glob("transactions_*.csv"))]
    return b"".join(parts)
