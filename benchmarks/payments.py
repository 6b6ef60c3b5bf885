#!/usr/bin/env python3
"""Measures a year, five years and a day more of payments, each as a whole process, with one worker and with two."""

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

COMMAND = (sys.executable, "-m", "datagen.payments", "-q", "--output-dir")


def measured(arguments: Sequence[str]) -> tuple[float, int]:
    """The wall seconds and the peak memory, bytes, of a run."""
    line = [*COMMAND, *arguments]
    begun = time.perf_counter()
    process = os.posix_spawn(line[0], line, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begun
    if status:
        sys.exit(f"{' '.join(line)} failed with status {os.waitstatus_to_exitcode(status)}.")
    return seconds, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def history(directory: Path, last: str, workers: int) -> list[str]:
    """The arguments that begin a history on 2024-01-01."""
    days = ("--start-date", "2024-01-01", "--end-date", last)
    return [str(directory), "--initial", "--force", *days, "--workers", str(workers)]


def told(what: str, runs: Sequence[tuple[float, int]], directory: Path) -> None:
    """Print the median seconds, the peak memory and the bytes of all runs."""
    size = sum(path.stat().st_size for path in directory.glob("transactions_*.csv"))
    seconds, peak = statistics.median(seconds for seconds, _ in runs), max(peak for _, peak in runs)
    print(f"{what:32}{seconds:>8.2f} s {peak / 2**20:>6.0f} MiB {size / 1e6:>8,.0f} MB of payments", flush=True)


def main() -> None:
    """Run and print all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="measured runs of each")
    parser.add_argument("--years", type=int, default=5, help="years of the long history; 0 for none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        made = [Path(scratch, f"workers{workers}") for workers in (1, 2)]
        for workers, directory in enumerate(made, start=1):
            runs = [measured(history(directory, "2024-12-31", workers)) for _ in range(options.runs)]
            told(f"a year, workers {workers}", runs, directory)
        names = sorted(path.name for path in made[0].iterdir())
        _, unlike, missing = filecmp.cmpfiles(*made, names, shallow=False)
        print("the bytes are the same" if not unlike + missing else f"the bytes differ: {unlike + missing}")
        days = [f"2025-01-{number:02d}" for number in range(1, options.runs + 1)]
        runs = [measured([str(made[0]), "--incremental", "-f", "--date", day]) for day in days]
        told("a day more, after a year", runs, made[0])
        for directory in made:
            shutil.rmtree(directory)
        if options.years:
            long = Path(scratch, "long")
            told(f"{options.years} years", [measured(history(long, f"{2023 + options.years}-12-31", 2))], long)


if __name__ == "__main__":
    main()
