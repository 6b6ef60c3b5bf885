#!/usr/bin/env python3
"""Measures marketplaces of several scales beside `tpchgen-cli csv -s 1`, in turns, each as a whole process.

Seconds are the median, memory is the peak of the largest process. Files only: they are not verified in that time.
"""

from __future__ import annotations

import argparse
import filecmp
import os
import shutil
import sys
import tempfile
from pathlib import Path

from measuring import Measured, measured, report, rows_of

COMMAND = (sys.executable, "-m", "datagen.ecommerce", "generate", "--quiet", "--no-verify", "--end-date", "2026-11-20")
SCALES = (1.0, 10.0)


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
                    shutil.rmtree("tpch", ignore_errors=True)  # it passes over files that are there
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
