"""Processes that a test ends, or that end themselves, without their imports.

A test of kills begins dozens of processes, and each would spend most of its life on importing libraries. Here each is
forked from one process that has imported them, and is as real, and as hard to kill, as any other.
"""

from __future__ import annotations

import multiprocessing
import os
import runpy
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_SCRIPTS = [path.stem for path in _ROOT.glob("*.py")]
_MODULES = [
    ".".join(path.relative_to(_ROOT).with_suffix("").parts).removesuffix(".__init__")
    for path in sorted((_ROOT / "datagen").rglob("*.py"))
    if path.name not in ("__main__.py", "pytest_plugin.py")
]
_LIBRARIES = ["deltalake", "duckdb", "hypothesis", "pandas", "psycopg2", "pyiceberg.catalog.sql", "pymysql", "pytest"]
_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([*_LIBRARIES, *_MODULES, *_SCRIPTS, "tests.support.disk"])


def ended(function: Callable[..., object], *arguments: object, seconds: float = 120) -> int:
    """How a process that calls this ended: its exit status, or the negative number of the signal that killed it.

    The function is one of a module. What it raises goes to standard error, and is status 1.
    """
    process = _FORKS.Process(target=function, args=arguments)
    process.start()
    return end_of(process, seconds)


def begun(function: Callable[..., object], *arguments: object) -> ForkServerProcess:
    """A process that calls this; it has begun to, when this returns."""
    ours, theirs = _FORKS.Pipe(duplex=False)
    process = _FORKS.Process(target=_announced, args=(theirs, function, *arguments))
    process.start()
    theirs.close()
    ours.recv()
    ours.close()
    return process


def end_of(process: ForkServerProcess, seconds: float = 120) -> int:
    """How a process ended, which is waited for."""
    process.join(seconds)
    assert process.exitcode is not None, f"it has not ended after {seconds} s"
    return process.exitcode


def ran(
    program: str | Path,
    *arguments: str | Path,
    cwd: str | Path | None = None,
    env: Mapping[str, str] | None = None,
    text: str = "",
) -> subprocess.CompletedProcess[str]:
    """A script, or a module by its name, run as `python` does with these arguments; `text` is its standard input.

    The variables of `env` are all that there are. Those that Python itself reads as it starts count for nothing: where
    they matter, or the start of a process is what is tested, `subprocess` is to be used.
    """
    line = [str(item) for item in arguments]
    variables = dict(os.environ if env is None else env)
    return captured(_run, str(program), line, Path(cwd or Path.cwd()), variables, text=text)


def captured(function: Callable[..., object], *arguments: object, text: str = "") -> subprocess.CompletedProcess[str]:
    """How a process that calls this ended, and what it said; `text` is its standard input."""
    with tempfile.TemporaryDirectory() as place:
        (Path(place) / "0").write_text(text)
        status = ended(_redirected, place, function, *arguments)
        told, faults = ((Path(place) / name).read_text() for name in "12")
    return subprocess.CompletedProcess([*map(str, arguments)], status, told, faults)


def run_as_script(program: str, arguments: list[str], directory: Path) -> None:
    """Do what `python` does with a script, or with a module by its name, in a directory."""
    os.chdir(directory)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = [program, *arguments]
    if program.endswith(".py"):
        runpy.run_path(program, run_name="__main__")
    else:
        runpy.run_module(program, run_name="__main__", alter_sys=True)


def _run(program: str, arguments: list[str], directory: Path, environment: Mapping[str, str]) -> None:
    os.environ.clear()
    os.environ.update(environment)
    time.tzset()
    run_as_script(program, arguments, directory)


def _redirected(streams: str, function: Callable[..., object], *arguments: object) -> None:
    for number, flags in enumerate((os.O_RDONLY, os.O_WRONLY | os.O_CREAT, os.O_WRONLY | os.O_CREAT)):
        file = os.open(f"{streams}/{number}", flags, 0o600)
        if file != number:
            os.dup2(file, number)
            os.close(file)
    sys.stdin, sys.stdout, sys.stderr = (os.fdopen(number, mode, closefd=False) for number, mode in enumerate("rww"))
    function(*arguments)


def _announced(pipe: Connection, function: Callable[..., object], *arguments: object) -> None:
    pipe.send(None)
    pipe.close()
    function(*arguments)
