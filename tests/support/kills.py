"""Processes that are killed at the uses of files: at each that finds a directory otherwise than the one before did.

A process that is killed leaves what is on the disk. Where two uses find the same there, a kill at either leaves the
same, and one of them is enough; `DATAGEN_TEST_KILLS` asks for all.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.support.forks import ended

_USES = {
    "open",
    "os.link",
    "os.mkdir",
    "os.remove",
    "os.rename",
    "os.rmdir",
    "shutil.copyfile",
    "sqlite3.connect",
}
_LAST = 12
KILLED = -signal.SIGKILL


def killed(moment: int, place: Path, function: Callable[..., object], *arguments: object) -> int:
    """How a process ended that calls this, and is killed at its n-th use of a file of a directory, or beside it."""
    return ended(_struck, moment, place, function, *arguments)


def moments(place: Path, function: Callable[..., object], *arguments: object, every: int = 1) -> list[int]:
    """At which uses of files to kill a process that calls this; here it is called, and changes the directory.

    `every` n-th of them is enough until the last dozen, in which all that was made is put in its place.
    """
    with tempfile.NamedTemporaryFile("r") as notes:
        assert ended(_noted, notes.name, place, function, *arguments) == 0
        states = notes.read().splitlines()
    if "DATAGEN_TEST_KILLS" in os.environ:
        return [*range(len(states))]
    found = [number for number, state in enumerate(states) if not number or state != states[number - 1]]
    return [*found[:-_LAST:every], *found[-_LAST:]]


def _struck(moment: int, place: Path, function: Callable[..., object], *arguments: object) -> None:
    def strike(number: int) -> None:
        if number == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    _at_each_use(place, strike)
    function(*arguments)


def _noted(notes: str, place: Path, function: Callable[..., object], *arguments: object) -> None:
    with Path(notes).open("w") as file:
        _at_each_use(place, lambda _: file.write(f"{hash((*_state(place),))}\n"))
        function(*arguments)


def _at_each_use(place: Path, act: Callable[[int], object]) -> None:
    number, acting = 0, False

    def hook(event: str, values: tuple[object, ...]) -> None:
        nonlocal number, acting
        if event not in _USES or acting:
            return
        if any(place.name in str(value).partition(f"{place.parent}/")[2] for value in values[:2]):
            acting = True
            act(number)
            number, acting = number + 1, False

    sys.addaudithook(hook)


def _state(place: Path) -> Iterator[tuple[object, ...]]:
    """What lies in a directory, and in what is written beside it."""
    for root in sorted(place.parent.glob(f"*{place.name}*")):
        for path in (root, *sorted(root.rglob("*"))):
            facts = path.lstat()
            yield path, facts.st_size, facts.st_ino, facts.st_mtime_ns
