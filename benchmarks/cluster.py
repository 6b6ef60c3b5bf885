#!/usr/bin/env python3
"""Measures whole files, parts, and parts by a Dask cluster of this machine, in turns: the same rows, as many workers.

Prints medians of wall, CPU and memory as ratios to whole files, and whether the parts of both are the same bytes. The
workers of the cluster are up before; their CPU time counts, that of the scheduler too. Needs the extra `[cluster]`.
"""

from __future__ import annotations

import argparse
import filecmp
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from measuring import Measured, measured, medians

COMMAND = (sys.executable, "-m", "datagen", "fitness", "generate", "--quiet", "--no-verify", "--no-mdm")
SIZE = ("--facilities", "10", "--members", "10000", "--staff", "250", "--end-date", "2026-01-01")
DASK = (sys.executable, "-m", "dask")
_SECONDS_TO_START = 60


@contextmanager
def cluster(place: Path, workers: int) -> Iterator[tuple[Path, list[int]]]:
    """A scheduler and workers of a thread each; gives the scheduler's file, and their process ids."""
    file = place / "scheduler.json"
    lines = [["scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard"]]
    lines += [["worker", "--nthreads", "1", "--no-nanny", "--no-dashboard"]] * workers
    quiet = subprocess.DEVNULL
    running = [
        subprocess.Popen([*DASK, *line, "--scheduler-file", str(file)], stdout=quiet, stderr=quiet) for line in lines
    ]
    try:
        from distributed import Client

        end = time.monotonic() + _SECONDS_TO_START
        while not file.exists() and time.monotonic() < end:
            time.sleep(0.2)
        with Client(scheduler_file=str(file)) as client:
            client.wait_for_workers(workers, timeout=_SECONDS_TO_START)
        yield file, [process.pid for process in running]
    finally:
        for process in running:
            process.kill()
            process.wait()


def cpu_of(processes: Sequence[int]) -> float:
    """Seconds of processors that processes have taken so far."""
    import psutil

    return sum(sum(psutil.Process(process).cpu_times()[:2]) for process in processes)


def peak_of(processes: Sequence[int]) -> float:
    """The peak memory of the largest of these processes, MiB."""
    lines = (line for process in processes for line in Path(f"/proc/{process}/status").read_text().splitlines())
    return max((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM:")), default=0.0)


def measured_with(line: Sequence[str], helpers: Sequence[int]) -> Measured:
    """What a run takes, with the processes that work for it; their peak memory is that since they are up."""
    before = cpu_of(helpers)
    alone = measured(*line)
    return Measured(alone.wall, alone.cpu + cpu_of(helpers) - before, max(alone.peak, peak_of(helpers)))


def same(one: Path, two: Path) -> bool:
    """Whether two directories hold the same files."""
    names = [path.relative_to(one) for path in one.rglob("*") if path.is_file()]
    others = [path for path in two.rglob("*") if path.is_file()]
    return len(names) == len(others) and filecmp.cmpfiles(one, two, names, shallow=False)[1:] == ([], [])


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="runs of which the median is printed (default: 3)")
    parser.add_argument("--workers", type=int, default=2, help="workers of each kind (default: 2)")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch, cluster(Path(scratch), given.workers) as (file, helpers):
        place = Path(scratch)
        ways: dict[str, tuple[tuple[str, ...], Sequence[int]]] = {
            "whole files": (("--workers", str(given.workers)), ()),
            "--parts": (("--workers", str(given.workers), "--parts"), ()),
            "--cluster": (("--cluster", str(file)), helpers),
        }
        runs: dict[str, list[Measured]] = {way: [] for way in ways}
        for _ in range(given.runs):
            for way, (options, working) in ways.items():
                target = place / way.strip("-").replace(" ", "_")
                shutil.rmtree(target, ignore_errors=True)
                runs[way].append(measured_with([*COMMAND, *SIZE, *options, "--output-dir", str(target)], working))
        whole = medians(runs["whole files"])
        print(f"{'':12} {'wall':>8} {'CPU':>8} {'memory':>8}")
        for way, found in runs.items():
            ratios = (figure / base for figure, base in zip(medians(found), whole, strict=True))
            print(f"{way:12} {' '.join(f'{ratio:7.2f}x' for ratio in ratios)}")
        print(f"whole files: {whole.wall:.2f} s, {whole.cpu:.2f} s of CPU, {whole.peak:.0f} MiB in the largest process")
        print(f"the parts of both are the same bytes: {same(place / 'parts', place / 'cluster')}")


if __name__ == "__main__":
    main()
