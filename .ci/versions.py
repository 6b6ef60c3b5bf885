#!/usr/bin/env python3
"""Try datagen with the lowest versions that it declares and with the newest that there are, on each Python found.

    python .ci/versions.py                     # every Python from 3.11 up: python3.N on PATH, or below PYENV_ROOT
    python .ci/versions.py --newest-python     # the newest one only
    python .ci/versions.py --set lowest
    python .ci/versions.py --extras            # and what a lake and a cluster need

Each set has an environment in .venv-versions/, into which `pip install .` puts the project. There, from an empty
directory: the demo with verification and a load into the embedded server, payments begun, continued, loaded and
verified, and the golden hashes; with --extras lakes, and parts that two workers of a cluster write. The two sets of a
Python are tried beside each other. Status 1 if anything fails. Needs nothing but the standard library and a package
index.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENVIRONMENTS = ROOT / ".venv-versions"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
OLDEST = 11
"""The oldest minor version of Python 3."""
GOLDEN = """
import json, runpy, sys
golden = runpy.run_path(sys.argv[1])
changed = []
for data in golden["SETS"]:
    recorded, made = json.loads(golden["record_of"](data).read_text())["sha256"], golden["digests"](data)
    names = recorded.keys() | made.keys()
    changed += sorted(f"{data}/{name}" for name in names if recorded.get(name) != made.get(name))
sys.exit(f"These files have other bytes than those recorded: {', '.join(changed)}" if changed else 0)
"""
EXTRAS = ("cluster", "delta", "iceberg")
ON_A_CLUSTER = """
import subprocess, sys
from distributed import LocalCluster
with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
    sys.exit(subprocess.run([*sys.argv[1:], "--cluster", cluster.scheduler_address]).returncode)
"""
VERSIONS = """
import json, sys
from importlib.metadata import version
print(json.dumps({name: version(name) for name in sys.argv[1:]}))
"""


@dataclass(frozen=True)
class Trial:
    """A Python and a set of versions, `lowest` or `newest`."""

    python: str
    minor: int
    kind: str
    extras: bool = False

    @property
    def name(self) -> str:
        """What the trial is called."""
        return f"3.{self.minor}-{self.kind}{'-extras' if self.extras else ''}"

    @property
    def requirements(self) -> list[str]:
        """The requirements that the project declares."""
        extras = EXTRAS if self.extras else ()
        return [*PROJECT["dependencies"], *(one for name in extras for one in PROJECT["optional-dependencies"][name])]

    @property
    def environment(self) -> Path:
        """The directory of its environment."""
        return ENVIRONMENTS / self.name

    def program(self, name: str) -> str:
        """The path of a program of its environment."""
        return str(self.environment / "bin" / name)


def pythons() -> dict[int, str]:
    """A program for each minor version of Python 3 that is on this machine, from the oldest that will do."""
    found = {}
    for minor in range(OLDEST, OLDEST + 20):
        for program in _candidates(minor):
            test = f"import ensurepip, sys, venv; sys.exit(sys.version_info[:2] != (3, {minor}))"
            if subprocess.run([program, "-c", test], capture_output=True, check=False).returncode == 0:
                found[minor] = program
                break
    return found


def _candidates(minor: int) -> Iterator[str]:
    if sys.version_info[1] == minor:
        yield sys.executable
    root = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    yield from map(str, sorted(root.glob(f"versions/3.{minor}.*/bin/python3"), reverse=True))
    if on_path := shutil.which(f"python3.{minor}"):
        yield on_path


def lowest(requirement: str) -> str:
    """`numpy==2.1.0` for `numpy>=2.1.0`."""
    name, _, version = requirement.partition(">=")
    if not re.fullmatch(r"[\d.]+", version):
        raise ValueError(f"pyproject.toml: {requirement} has no lowest version. Write it as name>=version.")
    return f"{name}=={version}"


def prepare(trial: Trial) -> None:
    """Make or renew the environment of a trial, and install the project into it."""
    wanted = [lowest(one) for one in trial.requirements] if trial.kind == "lowest" else trial.requirements
    record, state = trial.environment / "made-of.json", [trial.python, *wanted]
    known = record.exists() and json.loads(record.read_text()) == state
    pip = [trial.program("python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    if not known:
        _run([trial.python, "-m", "venv", "--clear", str(trial.environment)])
    if not known or trial.kind == "newest":
        # No compiler is asked for: what has no wheel for this Python does not count as available.
        eager = ["--upgrade", "--upgrade-strategy", "eager"] if trial.kind == "newest" else []
        _run([*pip, *eager, "--only-binary", ":all:", *wanted])
    with tempfile.TemporaryDirectory() as copy:
        # A build leaves directories behind in the tree that it is made from.
        names = ("build", "dist", ".*", "*.egg-info", "generated_data*", "raw_data*", "logs")
        shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(*names), dirs_exist_ok=True)
        _run([*pip, "--no-deps", "--force-reinstall", copy])
    record.write_text(json.dumps(state))


def scenario(trial: Trial) -> Iterator[list[str]]:
    """The commands of a trial, in order; each must end with status 0."""
    yield from ([trial.program(name), "--help"] for name in PROJECT["scripts"])
    fitness, payments, python = (trial.program(name) for name in ("fitness", "payments", "python"))
    yield [fitness, "--demo", "--end-date", "2026-11-20", "--load-database"]
    yield [fitness, "--demo", "--end-date", "2026-11-20", "--format", "parquet", "--output-dir", "parquet"]
    yield [payments, "--initial", "--start-date", "2024-01-01", "--end-date", "2024-01-10", "--load-database"]
    yield [payments, "--incremental", "--date", "2024-01-12", "--force", "--load-database"]
    yield [trial.program("datagen"), "payments", "verify", "raw_data"]
    yield [python, "-c", GOLDEN, str(ROOT / "tests" / "golden" / "renew.py")]
    if trial.extras:
        demo = [fitness, "--demo", "--end-date", "2026-11-20"]
        for kind in ("delta", "iceberg"):
            yield [*demo, "--format", kind, "--output-dir", kind]
            yield [trial.program("datagen"), "payments", "lake", "raw_data", "--format", kind, "--out", f"lake_{kind}"]
        yield [python, "-c", ON_A_CLUSTER, *demo, "--output-dir", "parts"]


def attempt(trial: Trial) -> str | None:
    """Try one set on one Python; what failed, if anything."""
    try:
        prepare(trial)
    except subprocess.CalledProcessError as error:
        return f"cannot be installed: {_last(error.stderr)}"
    with tempfile.TemporaryDirectory() as scratch:
        try:
            for command in scenario(trial):
                _run(command, Path(scratch))
        except subprocess.CalledProcessError as error:
            shown = " ".join(argument for argument in error.cmd if "\n" not in argument)
            return f"{shown}: {_last(error.stderr or error.stdout)}"
        finally:
            stop = [trial.program("python"), "-m", "database_loader", "--stop"]
            subprocess.run(stop, cwd=scratch, capture_output=True, check=False)
    return None


def timed(trial: Trial) -> tuple[str | None, float]:
    """What failed, if anything, and the seconds that the trial took."""
    begun = time.monotonic()
    return attempt(trial), time.monotonic() - begun


def _run(command: list[str], directory: Path = ROOT) -> None:
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "PYTHONPATH")}
    subprocess.run(command, cwd=directory, env=environment, capture_output=True, text=True, check=True)


def _last(output: str) -> str:
    return "\n    ".join(output.strip().splitlines()[-5:])


def installed(trial: Trial) -> str:
    """The versions of the declared requirements in the environment of a trial, in a line."""
    names = [re.split("[<>=]", one)[0] for one in trial.requirements]
    line = [trial.program("python"), "-c", VERSIONS, *names]
    found = json.loads(subprocess.run(line, capture_output=True, text=True, check=True).stdout)
    return ", ".join(f"{name} {version}" for name, version in found.items())


def trials(newest_python: bool, kinds: list[str], extras: bool) -> list[Trial]:
    """What is to be tried.

    The lowest versions have wheels for the Pythons that the project names, not for later ones.
    """
    found = pythons()
    stated = {int(line.rpartition(".")[2]) for line in PROJECT["classifiers"] if "Python :: 3." in line}
    minors = [max(found.keys() & stated or found)] if newest_python else sorted(found)
    return [
        Trial(found[minor], minor, kind, extras)
        for minor in minors
        for kind in kinds
        if kind == "newest" or minor in stated
    ]


def main() -> int:
    """Try them all; 1 if any failed."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--newest-python", action="store_true", help="the newest Python only")
    parser.add_argument("--set", choices=("lowest", "newest"), help="one set of versions only")
    parser.add_argument("--extras", action="store_true", help="lakes and a cluster as well")
    asked = parser.parse_args()
    wanted = trials(asked.newest_python, [asked.set] if asked.set else ["lowest", "newest"], asked.extras)
    failed = []
    with ThreadPoolExecutor(2) as beside:  # half of a trial is the index's time and the disk's
        for trial, (fault, seconds) in zip(wanted, beside.map(timed, wanted), strict=True):
            print(f"{trial.name}: {'FAILED' if fault else 'passed'} in {seconds:.0f} s", flush=True)
            print(f"    {fault}" if fault else f"    {installed(trial)}", flush=True)
            failed += [trial.name] * bool(fault)
    print(f"Failed: {', '.join(failed)}." if failed else "All passed.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
