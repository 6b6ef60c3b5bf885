#!/usr/bin/env python3
"""Measures exports of a bank at several scales, and six databases loaded and verified; each as a whole process."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from measuring import measured, report, rows_of

COMMAND = (sys.executable, "-m", "datagen.bank")
END = ("--end-date", "2026-11-20")
SCALES = (0.1, 1.0, 10.0, 100.0)
LARGEST_LOADED = 1.0


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
        os.chdir(place)
        for scale in given.scale:
            options = ("--scale", str(scale), *END, "--workers", str(given.workers), "--quiet")
            runs = [measured(*COMMAND, "export", "data", *options) for _ in range(given.runs)]
            rows = rows_of(place / "data")
            report(f"export, scale {scale:g}", runs, rows)
            if scale <= LARGEST_LOADED and not given.no_load:
                runs = [measured(*COMMAND, "seed", "all", "--replace", *options) for _ in range(given.runs)]
                report(f"six databases, scale {scale:g}", runs, rows)
        if not given.no_load:
            subprocess.run([sys.executable, "-m", "datagen", "bank", "stop"], cwd=place, check=True)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).parents[1]))
    os.environ["PYTHONPATH"] = str(Path(__file__).parents[1])
    main()
