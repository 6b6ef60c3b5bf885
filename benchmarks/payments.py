#!/usr/bin/env python3
"""Measures a year and five years of payments, a day more after each, and their judging; each as a whole process."""

from __future__ import annotations

import argparse
import filecmp
import shutil
import sys
import tempfile
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

from measuring import Measured, measured, medians

COMMAND = (sys.executable, "-m", "datagen.payments", "-q")
MANY = 20_000
"""Merchants of a history in which most of the time goes into making payments."""


def history(directory: Path, last: date, workers: int, *more: str) -> Measured:
    """Begin a history on 2024-01-01."""
    days = ("--start-date", "2024-01-01", "--end-date", str(last))
    return measured(
        *COMMAND, "--initial", "--force", *days, "--workers", str(workers), "--output-dir", str(directory), *more
    )


def days_more(directory: Path, last: date, runs: int) -> list[Measured]:
    """Continue a history that goes up to a day, a day at a time."""
    where = ("--output-dir", str(directory))
    days = [str(last + timedelta(number)) for number in range(1, runs + 1)]
    return [measured(*COMMAND, "--incremental", "-f", "--date", day, *where) for day in days]


def report(what: str, runs: Sequence[Measured], directory: Path, database: str = "") -> None:
    """Print the median seconds, the peak memory of all runs, and the bytes of all payments, or of a `database`."""
    files = [*directory.glob("transactions_*.*"), *(directory.glob(database) if database else ())]
    size = sum(path.stat().st_size for path in files)
    wall, cpu, _ = medians(runs)
    peak = max(run.peak for run in runs)
    print(f"{what:28}{wall:>8.2f} s {cpu:>8.2f} CPU s {peak:>6.0f} MiB {size / 1e6:>8,.0f} MB of payments", flush=True)


def by_workers(what: str, directories: Sequence[Path], last: date, runs: int, *more: str) -> None:
    """A history by one worker and by two, in turns, and how much faster the second one makes it."""
    took: list[list[Measured]] = [[] for _ in directories]
    for _ in range(runs):
        for workers, directory in enumerate(directories, start=1):
            took[workers - 1].append(history(directory, last, workers, *more))
    for workers, directory in enumerate(directories, start=1):
        report(f"{what}, workers {workers}", took[workers - 1], directory)
    one, two = (medians(runs).wall for runs in took)
    print(f"a second worker makes it {one / two:.2f} times as fast")


def formats(scratch: Path, last: date, runs: int) -> None:
    """A year and days more in each format that a history can be kept in."""
    for kind in ("csv", "parquet", "duckdb", "sqlite"):
        directory = scratch / kind
        report(f"a year, {kind}", [history(directory, last, 2, "--format", kind)], directory, f"payments*.{kind}")
        more = days_more(directory, last, runs)
        report(f"a day more, {kind}", more, directory, f"payments*.{kind}")
        shutil.rmtree(directory)


def main() -> None:
    """Run and print all of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="measured runs of each")
    parser.add_argument("--formats", action="store_true", help="measure the formats of a history, and nothing else")
    parser.add_argument("--years", type=int, default=5, help="years of the long history; 0 for none")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        made = [Path(scratch, f"workers{workers}") for workers in (1, 2)]
        year = date(2024, 12, 31)
        if options.formats:
            formats(Path(scratch), year, options.runs)
            return
        many = f"business.initial_merchants={MANY}"
        by_workers("20 days, many merchants", made, date(2024, 1, 20), options.runs, "--set", many)
        by_workers("a year", made, year, options.runs)
        names = sorted(path.name for path in made[0].iterdir())
        _, unlike, missing = filecmp.cmpfiles(made[0], made[1], names, shallow=False)
        print("the bytes are the same" if not unlike + missing else f"the bytes differ: {unlike + missing}")
        shutil.rmtree(made[1])
        report("a year judged", [measured(*COMMAND, "--verify", str(made[0])) for _ in range(options.runs)], made[0])
        report("a day more, after a year", days_more(made[0], year, options.runs), made[0])
        shutil.rmtree(made[0])
        if options.years:
            years, long, last = f"{options.years} years", Path(scratch, "long"), date(2023 + options.years, 12, 31)
            report(years, [history(long, last, 2)], long)
            report(f"{years} judged", [measured(*COMMAND, "--verify", str(long))], long)
            report(f"a day more, after {years}", days_more(long, last, options.runs), long)


if __name__ == "__main__":
    main()
