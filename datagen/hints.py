"""Commands as the user can type them here: with a script where there is one, with an installed command elsewhere."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

import click

from datagen.world import World

GROUP = "datagen"
"""The one command; `python -m datagen` is the same."""


def typed(world: World, verb: str, directory: Path | None = None) -> str:
    """The command for a verb, `load`, `verify` or `psql`, of a directory where it takes one.

    Whoever came by `datagen WORLD VERB` reads of that command, all others of the world's own.
    """
    place = shlex.quote(str(directory)) if directory else "".join(world.databases[:1] if verb == "psql" else ())
    context = click.get_current_context(silent=True)
    if (context and context.find_root().command.name == GROUP) or verb not in world.hints:
        return " ".join(filter(None, (GROUP, world.name, verb, place)))
    return as_installed(world, world.hints[verb].format(directory=place).strip())


def as_installed(world: World, command: str) -> str:
    """A command of a script, `python database_loader.py ...`, as it works here, be the script at hand or not."""
    python, _, rest = command.partition(" ")
    script, _, arguments = rest.partition(" ")
    if python != "python" or script not in world.scripts:
        return command
    if Path(script).is_file():
        return command
    beside = Path(sys.argv[0]).with_name(script) if sys.argv[0] else Path(script)
    start = f"python {shlex.quote(str(beside))}" if beside.is_file() else world.scripts[script]
    return f"{start} {arguments}".strip()
