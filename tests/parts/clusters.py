"""A Dask cluster of own processes over TCP, and data sets that its workers can open."""

from __future__ import annotations

import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from datagen.columns import Columns, Whole
from datagen.dataset import Numbering
from datagen.errors import FrameError

ROOT = Path(__file__).parents[2]
_SECONDS_TO_START = 120


@dataclass
class Processes:
    """A scheduler and workers."""

    file: Path
    """The file by which the scheduler is found."""
    scheduler: subprocess.Popen[bytes]
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def add_worker(self) -> subprocess.Popen[bytes]:
        """Start one more worker; it joins when it is up."""
        line = ["worker", "--scheduler-file", self.file, "--nthreads", "1", "--no-nanny", "--no-dashboard"]
        self.workers.append(_started(line))
        return self.workers[-1]

    def stop(self) -> None:
        """End all."""
        for process in (*self.workers, self.scheduler):
            process.kill()
            process.wait()


def _started(line: list[object]) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "dask", *map(str, line)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


@contextmanager
def processes(directory: Path, workers: int) -> Iterator[Processes]:
    """A scheduler and so many workers, as processes of their own."""
    pytest.importorskip("distributed")
    file = directory / "scheduler.json"
    scheduler = _started(
        ["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file]
    )
    found = Processes(file, scheduler)
    try:
        for _ in range(workers):
            found.add_worker()
        end = time.monotonic() + _SECONDS_TO_START
        while not file.exists() and scheduler.poll() is None and time.monotonic() < end:
            time.sleep(0.1)
        yield found
    finally:
        found.stop()


class Numbers:
    """A data set of units of a few numbers each; one of them cannot be made."""

    world, gapless = "toy", False

    def __init__(self, units: int, wrong: int | None = None, asked: Path | None = None) -> None:
        """`asked` gets a line each time that the wrong one is asked for."""
        self.units, self.unit_count, self.wrong, self.asked = list(range(units)), units, wrong, asked

    def make(self, unit: int) -> Made:
        """A unit."""
        if unit == self.wrong and self.asked:
            with self.asked.open("a") as file:
                file.write("asked\n")
            raise FrameError("Table members lacks the column memberid.")
        return Made(unit)

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        """None."""
        return iter(())

    def days(self, unit: int) -> None:
        """None."""

    def accumulator(self) -> Numbering:
        """Numbers the rows."""
        return Numbering()


@dataclass(frozen=True)
class Made:
    """What is made of a unit."""

    unit: int

    def summarise(self) -> dict[str, int]:
        """Its rows."""
        return {"numbers": 10}

    def columns(self, firsts: dict[str, int]) -> Iterator[tuple[str, Columns]]:
        """Numbered."""
        first = firsts["numbers"]
        yield "numbers", {"id": Whole(np.arange(first, first + 10)), "unit": Whole(np.full(10, self.unit))}
