#!/usr/bin/env python3
"""Measures exports of a bank at several scales, and six databases loaded and verified; each as a whole process."""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

COMMAND = (sys.executable, "-m", "datagen.bank")
END = ("--end-date", "2026-11-20")
SCALES = (0.1, 1.0, 10.0, 100.0)
LARGEST_LOADED = 1.0


class Measured(NamedTuple):
    """What a process took, with its workers."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all processors."""
    peak: int
    """The peak memory of the largest process, bytes."""


def measured(directory: Path, *arguments: str) -> Measured:
    """What a run takes, in a directory."""
    begun = time.perf_counter()
    process = os.fork()
    if not process:
        os.chdir(directory)
        os.execv(COMMAND[0], [*COMMAND, *arguments])  # noqa: S606 - the interpreter that runs this
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begun
    if status:
        sys.exit(f"{' '.join((*COMMAND, *arguments))} failed with status {os.waitstatus_to_exitcode(status)}.")
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak)


def rows_of(directory: Path) -> int:
    """The rows of an exported data set."""
    from datagen.output.manifest import read_manifest

    manifest = read_manifest(directory)
    return sum(item.written.rows for item in manifest.resources) if manifest else 0


def report(what: str, runs: Sequence[Measured], rows: int) -> None:
    """Print a line."""
    wall = statistics.median(run.wall for run in runs)
    cpu = statistics.median(run.cpu for run in runs)
    peak = max(run.peak for run in runs) / (1 << 20)
    print(f"{what:32} {rows:10,} rows {wall:7.2f} s ({cpu:.2f} s of CPU) {rows / wall / 1e6:.2f} M/s {peak:.0f} MiB")


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of which the median is printed (default: 3)")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--scale", type=float, nargs="*", default=SCALES)
    parser.add_argument("--no-load", action="store_true", help="do not load databases")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        for scale in given.scale:
            options = ("--scale", str(scale), *END, "--workers", str(given.workers), "--quiet")
            runs = [measured(place, "export", "data", *options) for _ in range(given.runs)]
            rows = rows_of(place / "data")
            report(f"export, scale {scale:g}", runs, rows)
            if scale <= LARGEST_LOADED and not given.no_load:
                runs = [measured(place, "seed", "all", "--replace", *options) for _ in range(given.runs)]
                report(f"six databases, scale {scale:g}", runs, rows)
        if not given.no_load:
            subprocess.run([sys.executable, "-m", "datagen", "bank", "stop"], cwd=place, check=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    main()
