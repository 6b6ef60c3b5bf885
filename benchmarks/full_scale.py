#!/usr/bin/env python3
"""Measures `--full-scale` beside `tpchgen-cli csv -s 1`, in turns, each as a whole process: `make bench`.

Seconds are the median, memory is the peak. Files only: ours are not verified in that time. On a machine that has other
work to do, the ratio of rows a second of processor time is the one to trust.
"""

from __future__ import annotations

import argparse
import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from measuring import Measured, measured, medians, report, warm_up

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Contender:
    """A command that writes CSV files to a directory, and what its runs took."""

    name: str
    command: Sequence[str]
    directory: Path
    runs: list[Measured] = field(default_factory=list)
    rows: int = 0
    bytes: int = 0

    def run(self) -> None:
        """Run once in a fresh directory: tpchgen-cli passes over files that are there."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir()
        warm_up()
        self.runs.append(measured(*self.command))

    def weigh(self) -> None:
        """Count what the last run wrote."""
        files = list(self.directory.rglob("*.csv"))
        self.bytes = sum(file.stat().st_size for file in files)
        self.rows = sum(_lines(file) - 1 for file in files)

    @property
    def rates(self) -> tuple[float, float, float]:
        """Rows a second, bytes a second, and rows a second of all processors, of the median run."""
        wall, cpu, _ = medians(self.runs)
        return self.rows / wall, self.bytes / wall, self.rows / cpu


def _lines(file: Path) -> int:
    with file.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))


def main() -> None:
    """Run both in turns and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="measured runs of each, after one to warm up")
    parser.add_argument("--size", default="--full-scale", help="the options of size, in one word or quoted")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        os.chdir(scratch)
        ours, theirs = Path(scratch, "datagen"), Path(scratch, "tpchgen")
        script, tool = ROOT / "run_complete_data_generation.py", Path(sys.executable).with_name("tpchgen-cli")
        line = [sys.executable, str(script), *options.size.split(), "--no-verify", "--quiet", "--output-dir", str(ours)]
        contenders = [
            Contender(f"datagen {options.size}", line, ours),
            Contender("tpchgen-cli csv -s 1", [str(tool), "csv", "-s", "1", "--output-dir", str(theirs)], theirs),
        ]
        for _ in range(options.runs + 1):
            for contender in contenders:
                contender.run()
        for contender in contenders:
            del contender.runs[0]
            contender.weigh()
            report(contender.name, contender.runs, contender.rows)
        os.chdir("/")
    wall, size, cpu = (
        ours / theirs for ours, theirs in zip(*(contender.rates for contender in contenders), strict=True)
    )
    print(
        f"datagen / tpchgen-cli: {wall:.2f} in rows/s, {cpu:.2f} in rows/s of CPU, {size:.2f} in MB/s"
        f" ({os.cpu_count()} cores)"
    )


if __name__ == "__main__":
    main()
