#!/usr/bin/env python3
"""Measures a world's `generate` in every format, in turns, each as a whole process; files only, not verified."""

from __future__ import annotations

import argparse
import shutil
import sys
import tempfile
from pathlib import Path

from measuring import Measured, measured, medians

FORMATS = ("csv", "parquet", "duckdb", "sqlite", "delta", "iceberg")


def written(world: str, size: list[str], kind: str, place: Path) -> tuple[Measured, int]:
    """What a run in a format takes, and the bytes of its files."""
    shutil.rmtree(place, ignore_errors=True)
    where = ("--format", kind, "--output-dir", str(place), "--no-verify", "--no-log", "--quiet")
    took = measured(sys.executable, "-m", "datagen", world, "generate", *size, *where)
    return took, sum(path.stat().st_size for path in place.rglob("*") if path.is_file())


def main() -> None:
    """Measure, and print a line a format, with how many times the seconds of CSV it takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="how often each format is written; the median counts")
    parser.add_argument("--world", default="fitness", help="the world")
    parser.add_argument("--size", default="--full-scale", help="options of its size, as one text")
    parser.add_argument("--formats", nargs="+", choices=FORMATS, default=FORMATS, help="the formats")
    given = parser.parse_args()
    found: dict[str, list[Measured]] = {kind: [] for kind in given.formats}
    sizes: dict[str, int] = {}
    with tempfile.TemporaryDirectory(prefix="datagen-formats-") as scratch:
        for _ in range(given.runs):
            for kind in given.formats:
                took, sizes[kind] = written(given.world, given.size.split(), kind, Path(scratch) / "data")
                found[kind].append(took)
    first = medians(found[given.formats[0]]).wall
    for kind, runs in found.items():
        wall, cpu, peak = medians(runs)
        print(
            f"{kind:8} {wall:7.1f} s {cpu:7.1f} CPU s {peak:6.0f} MiB {sizes[kind] / 1e6:7.0f} MB "
            f"{wall / first:5.1f} x {given.formats[0]}"
        )


if __name__ == "__main__":
    main()
