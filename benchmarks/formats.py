#!/usr/bin/env python3
"""Measures a world's `generate` in every format, in turns, each as a whole process; files only, not verified."""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

FORMATS = ("csv", "parquet", "duckdb", "sqlite", "delta", "iceberg")


def measured(world: str, size: list[str], kind: str, place: Path) -> tuple[float, float, int, int]:
    """Seconds, seconds of all processors, peak memory in bytes, and bytes of files of a run in a format."""
    shutil.rmtree(place, ignore_errors=True)
    where = ["--format", kind, "--output-dir", str(place), "--no-verify", "--no-log", "--quiet"]
    line = [sys.executable, "-m", "datagen", world, "generate", *size, *where]
    begun = time.perf_counter()
    process = os.posix_spawn(line[0], line, os.environ)
    _, status, usage = os.wait4(process, 0)
    seconds = time.perf_counter() - begun
    if status:
        sys.exit(f"{' '.join(line)} failed with status {os.waitstatus_to_exitcode(status)}.")
    peak = usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    written = sum(path.stat().st_size for path in place.rglob("*") if path.is_file())
    return seconds, usage.ru_utime + usage.ru_stime, peak, written


def main() -> None:
    """Measure, and print a line a format, with how many times the seconds of CSV it takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each format is written; the median counts")
    parser.add_argument("--world", default="fitness", help="the world")
    parser.add_argument("--size", default="--full-scale", help="options of its size, as one text")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS, help="the formats")
    given = parser.parse_args()
    found: dict[str, list[tuple[float, float, int, int]]] = {kind: [] for kind in given.formats}
    with tempfile.TemporaryDirectory(prefix="datagen-formats-") as scratch:
        for _ in range(given.runs):
            for kind in given.formats:
                found[kind].append(measured(given.world, given.size.split(), kind, Path(scratch) / "data"))
    first = statistics.median(run[0] for run in found[given.formats[0]])
    for kind, runs in found.items():
        wall, cpu, peak, written = (statistics.median(run[place] for run in runs) for place in range(4))
        print(
            f"{kind:8} {wall:7.1f} s {cpu:7.1f} CPU s {peak / 2**20:6.0f} MiB {written / 1e6:7.0f} MB "
            f"{wall / first:5.1f} x {given.formats[0]}"
        )


if __name__ == "__main__":
    main()
