"""What a command takes as a whole process, with the processes that it starts."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

_WARM = 3 << 29
"""Bytes: more than the files of the sizes that are measured, which the system keeps in memory."""


class Measured(NamedTuple):
    """What a process took, with its workers."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all processors."""
    peak: float
    """The peak memory of the largest process, MiB."""


def measured(*line: str) -> Measured:
    """What a command takes; it ends the benchmark if the command fails."""
    os.sync()  # what others have left to be written is no part of it
    begun = time.perf_counter()
    process = os.posix_spawnp(line[0], line, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begun
    if status:
        sys.exit(f"{' '.join(line)} failed with status {os.waitstatus_to_exitcode(status)}.")
    peak = usage.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)  # macOS counts in bytes, Linux in KiB
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak)


def warm_up() -> None:
    """Use memory for a moment, so that the host has given it: a process that writes as much need not wait for that.

    In a process of its own, for the peak of a process counts what the one had that started it.
    """
    program = f"bytearray({_WARM})[:: 1 << 12] = bytes([1]) * ({_WARM} >> 12)"
    subprocess.run([sys.executable, "-c", program], check=True)


def medians(runs: Sequence[Measured]) -> Measured:
    """The median of each figure."""
    return Measured(*(statistics.median(figures) for figures in zip(*runs, strict=True)))


def rows_of(directory: Path) -> int:
    """The rows of a data set, from its manifest."""
    from datagen.output.manifest import read_manifest

    manifest = read_manifest(directory)
    return sum(item.written.rows for item in manifest.resources) if manifest else 0


def report(what: str, runs: Sequence[Measured], rows: int) -> None:
    """Print a line: medians of the seconds, the peak of the memory."""
    wall, cpu, _ = medians(runs)
    peak = max(run.peak for run in runs)
    print(f"{what:36} {rows:11,} rows {wall:7.2f} s ({cpu:.2f} s of CPU) {rows / wall / 1e6:.2f} M/s {peak:.0f} MiB")
