"""Processes that a test ends, or that end themselves, without their imports.

A test of kills begins dozens of processes, and each would spend most of its life on importing libraries. Here each is
forked from one process that has imported them, and is as real, and as hard to kill, as any other.
"""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload(
    [
        "database_loader",
        "datagen.bank.commands.dhub",
        "datagen.bank.generation",
        "datagen.jobs.one_database",
        "datagen.jobs.several_databases",
        "datagen.loading.load_all",
        "datagen.loading.mysql.backend",
        "datagen.loading.postgres.appending",
        "datagen.payments.generation",
        "datagen.payments.loading",
        "duckdb",
        "pandas",
        "psycopg2",
        "pymysql",
        "pytest",
    ]
)


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


def _announced(pipe: Connection, function: Callable[..., object], *arguments: object) -> None:
    pipe.send(None)
    pipe.close()
    function(*arguments)
