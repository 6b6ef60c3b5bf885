#!/usr/bin/env python3
"""Measures marketplaces of several scales beside `tpchgen-cli csv -s 1`, in turns, each as a whole process.

Seconds are the median, memory is the peak of the largest process. Files only: they are not verified in that time.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

COMMAND = (sys.executable, "-m", "datagen.ecommerce", "generate", "--quiet", "--no-verify", "--end-date", "2026-11-20")
SCALES = (1.0, 10.0)


class Measured(NamedTuple):
    """What a process took, with its workers."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all processors."""
    peak: int
    """The peak memory of the largest process, bytes."""


def measured(*line: str) -> Measured:
    """What a run takes."""
    os.sync()  # what others have left to be written is no part of it
    begun = time.perf_counter()
    process = os.posix_spawnp(line[0], line, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begun
    if status:
        sys.exit(f"{' '.join(line)} failed with status {os.waitstatus_to_exitcode(status)}.")
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak)


def rows_of(directory: Path) -> int:
    """The rows of a data set."""
    from datagen.output.manifest import read_manifest

    manifest = read_manifest(directory)
    return sum(item.written.rows for item in manifest.resources) if manifest else 0


def report(what: str, runs: Sequence[Measured], rows: int) -> None:
    """Print a line."""
    wall = statistics.median(run.wall for run in runs)
    cpu = statistics.median(run.cpu for run in runs)
    peak = max(run.peak for run in runs) / (1 << 20)
    print(f"{what:36} {rows:11,} rows {wall:7.2f} s ({cpu:.2f} s of CPU) {rows / wall / 1e6:.2f} M/s {peak:.0f} MiB")


def main() -> None:
    """Measure and print; compare what different numbers of workers make."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of which the median is printed (default: 3)")
    parser.add_argument("--workers", type=int, nargs="*", default=(2, 1))
    parser.add_argument("--scale", type=float, nargs="*", default=SCALES)
    given = parser.parse_args()
    tpch = shutil.which("tpchgen-cli", path=str(Path(sys.executable).parent))
    with tempfile.TemporaryDirectory() as scratch:
        place = Path(scratch)
        os.chdir(place)
        for scale in given.scale:
            runs: dict[int, list[Measured]] = {workers: [] for workers in given.workers}
            beside: list[Measured] = []
            for _ in range(given.runs):
                for workers, own in runs.items():
                    options = ("--scale", str(scale), "--workers", str(workers), "--output-dir", f"w{workers}")
                    own.append(measured(*COMMAND, *options))
                if tpch:
                    beside.append(measured(tpch, "csv", "-s", "1", "--output-dir", "tpch"))
            first, *others = (place / f"w{workers}" for workers in runs)
            names = sorted(path.name for path in first.iterdir())
            for other in others:
                assert filecmp.cmpfiles(first, other, names, shallow=False) == (names, [], []), "bytes differ"
            rows = rows_of(first)
            for workers, own in runs.items():
                report(f"scale {scale:g}, {workers} worker{'' if workers == 1 else 's'}", own, rows)
            if beside:
                report("tpchgen-cli csv -s 1", beside, 8_661_245)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    main()
