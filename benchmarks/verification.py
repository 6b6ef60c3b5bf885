#!/usr/bin/env python3
"""Measures how long files take to verify beside how long they take to generate, in turns, each as a whole process.

Of each size: the medians of both, their ratios in wall time and in the time of all processors, and the peak of memory.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

SIZES: Mapping[str, Sequence[str]] = {
    "demo": ("fitness", "--demo"),
    "full-scale": ("fitness", "--full-scale"),
    "50,000 members": ("fitness", "--facilities=50", "--members=50000", "--staff=1250"),
    "payments": ("payments", "--start-date=2025-11-20"),
    "bank": ("bank", "--scale=20"),
    "ecommerce": ("ecommerce", "--scale=10"),
}
"""World and options of each size. Payments are of a year."""
USUAL = ("demo", "full-scale", "50,000 members")
END = "2026-11-20"


class Measured(NamedTuple):
    """What a process took, with its workers."""

    wall: float
    """Seconds."""
    cpu: float
    """Seconds of all processors."""
    peak: int
    """The peak memory of the largest process, MiB."""


def measured(*line: str) -> Measured:
    """What a run of the command takes."""
    os.sync()  # what others have left to be written is no part of it
    begun = time.perf_counter()
    command = [sys.executable, "-m", "datagen", *line, "--quiet"]
    process = os.posix_spawn(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begun
    if status:
        sys.exit(f"{' '.join(command)} failed with status {os.waitstatus_to_exitcode(status)}.")
    peak = usage.ru_maxrss // (2**20 if sys.platform == "darwin" else 2**10)
    return Measured(seconds, usage.ru_utime + usage.ru_stime, peak)


def turns(size: str, runs: int, scratch: Path) -> tuple[list[Measured], list[Measured]]:
    """What generating and verifying a size took, run after run."""
    world, *options = SIZES[size]
    directory = scratch / "data"
    generated, verified = [], []
    for _ in range(runs):
        shutil.rmtree(directory, ignore_errors=True)
        where = f"--output-dir={directory}"
        generated.append(measured(world, "generate", *options, f"--end-date={END}", "--no-verify", where))
        verified.append(measured(world, "verify", str(directory)))
    return generated, verified


def main() -> None:
    """Measure the sizes asked for and print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="runs of each size")
    parser.add_argument("sizes", nargs="*", default=USUAL, help=f"sizes, {', '.join(USUAL)} by default; of {[*SIZES]}")
    options = parser.parse_args()
    if unknown := [size for size in options.sizes if size not in SIZES]:
        parser.error(f"no size is called {unknown[0]}; there are {', '.join(SIZES)}")
    for size in options.sizes:
        with tempfile.TemporaryDirectory() as scratch:
            os.chdir(scratch)
            made, judged = turns(size, options.runs, Path(scratch))
            os.chdir("/")
        print(line(size, made, judged), flush=True)


def line(size: str, made: Sequence[Measured], judged: Sequence[Measured]) -> str:
    """What was measured of a size."""
    wall, cpu = ([statistics.median(run[place] for run in part) for part in (made, judged)] for place in (0, 1))
    return (
        f"{size:16} generate {wall[0]:7.2f} s ({cpu[0]:6.2f} CPU)   verify {wall[1]:7.2f} s ({cpu[1]:6.2f} CPU)"
        f"   ratio {wall[1] / wall[0]:5.2f} ({cpu[1] / cpu[0]:5.2f} CPU)   peak {max(run.peak for run in judged):,} MiB"
    )


if __name__ == "__main__":
    main()
