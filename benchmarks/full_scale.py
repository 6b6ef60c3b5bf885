#!/usr/bin/env python3
"""Measures `--full-scale` beside `tpchgen-cli csv -s 1`, in turns, each as a whole process: `make bench`.

Seconds are the median, memory is the peak. Files only: ours are not verified in that time.
"""

from __future__ import annotations

import argparse
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Contender:
    """A command that writes CSV files to a directory, and what its runs took."""

    name: str
    command: Sequence[str]
    directory: Path
    seconds: list[float] = field(default_factory=list)
    peak: int = 0
    rows: int = 0
    bytes: int = 0

    def run(self) -> None:
        """Run once in a fresh directory."""
        shutil.rmtree(self.directory, ignore_errors=True)
        self.directory.mkdir()
        begun = time.perf_counter()
        process = os.posix_spawn(self.command[0], [*self.command], os.environ)
        _, status, usage = os.wait4(process, 0)
        self.seconds.append(time.perf_counter() - begun)
        if status:
            sys.exit(f"{' '.join(self.command)} failed with status {os.waitstatus_to_exitcode(status)}.")
        # Linux counts in KiB, macOS in bytes; children that were waited for are in it.
        self.peak = max(self.peak, usage.ru_maxrss * (1 if sys.platform == "darwin" else 1024))

    def weigh(self) -> None:
        """Count what the last run wrote."""
        files = list(self.directory.rglob("*.csv"))
        self.bytes = sum(file.stat().st_size for file in files)
        self.rows = sum(_lines(file) - 1 for file in files)

    @property
    def rates(self) -> tuple[float, float]:
        """Millions of rows and of bytes a second, of the median run."""
        seconds = statistics.median(self.seconds)
        return self.rows / seconds / 1e6, self.bytes / seconds / 1e6

    def line(self) -> str:
        """What was measured."""
        return (
            f"{self.name:28}{self.rows:>12,} rows {self.bytes / 1e6:>8,.0f} MB"
            f" {statistics.median(self.seconds):>7.2f} s"
            f" {self.rates[0]:>6.2f} M rows/s {self.rates[1]:>6.0f} MB/s {self.peak / 2**20:>6.0f} MiB"
        )


def _lines(file: Path) -> int:
    with file.open("rb") as stream:
        return sum(block.count(b"\n") for block in iter(lambda: stream.read(1 << 20), b""))


def main() -> None:
    """Run both in turns and print the medians."""
    parser = argparse.ArgumentParser(description=__doc__)
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
        for turn in range(options.runs + 1):
            for contender in contenders:
                contender.run()
                if turn == 0:
                    contender.seconds.clear()
        for contender in contenders:
            contender.weigh()
            print(contender.line())
    rows, size = (ours / theirs for ours, theirs in zip(contenders[0].rates, contenders[1].rates, strict=True))
    print(f"datagen / tpchgen-cli: {rows:.2f} in rows/s, {size:.2f} in MB/s ({os.cpu_count()} cores)")


if __name__ == "__main__":
    main()
