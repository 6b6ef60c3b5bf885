#!/usr/bin/env python3
"""Measures how long files take to verify beside how long they take to generate, in turns, each as a whole process.

Of each size: the medians of both, their ratios in wall time and in the time of all processors, and the peak of memory.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from measuring import Measured, measured, medians

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


def turns(size: str, runs: int, scratch: Path) -> tuple[list[Measured], list[Measured]]:
    """What generating and verifying a size took, run after run."""
    world, *options = SIZES[size]
    directory = scratch / "data"
    generated, verified = [], []
    for _ in range(runs):
        shutil.rmtree(directory, ignore_errors=True)
        where = f"--output-dir={directory}"
        command = (sys.executable, "-m", "datagen", world)
        generate = ("generate", *options, f"--end-date={END}", "--no-verify", "--quiet", where)
        generated.append(measured(*command, *generate))
        verified.append(measured(*command, "verify", "--quiet", str(directory)))
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
    generate, verify = medians(made), medians(judged)
    return (
        f"{size:16} generate {generate.wall:7.2f} s ({generate.cpu:6.2f} CPU)"
        f"   verify {verify.wall:7.2f} s ({verify.cpu:6.2f} CPU)"
        f"   ratio {verify.wall / generate.wall:5.2f} ({verify.cpu / generate.cpu:5.2f} CPU)"
        f"   peak {max(run.peak for run in judged):,.0f} MiB"
    )


if __name__ == "__main__":
    main()
