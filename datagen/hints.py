"""Commands as the user can type them here: with a script where there is one, with an installed command elsewhere."""

from __future__ import annotations

import json
import shlex
import sys
from pathlib import Path

import click

from datagen.output.file_names import DATABASE_FORMATS, SQLITE, store_of, without_keys
from datagen.world import World

GROUP = "datagen"
"""The one command; `python -m datagen` is the same."""


def typed(world: World, verb: str, directory: Path | None = None) -> str:
    """The command for a verb, `load`, `verify` or `psql`, of a directory where it takes one.

    Whoever came by `datagen WORLD VERB` reads of that command, all others of the world's own; only the former takes an
    object store.
    """
    store = store_of(directory) if directory else None
    place = "".join(world.databases[:1] * (verb == "psql"))
    if directory:
        place = shlex.quote(without_keys(store) if store else str(directory))
    context = click.get_current_context(silent=True)
    if store or (context and context.find_root().command.name == GROUP) or verb not in world.hints:
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


def look_into(file: Path, table: str) -> str:
    """A command that shows the first rows of a table: of its file, of all whose names a pattern matches, or of one that
    holds other tables, too.
    """
    from datagen.checks.duckdb_files import pattern

    if file.suffix[1:] in DATABASE_FORMATS:
        return _look_into_database(json.dumps(str(file), ensure_ascii=False), file.suffix[1:], table)
    place = file.name if file.parent == Path() else f"{pattern(file.parent)}/{file.name}"
    name = json.dumps(place, ensure_ascii=False)
    options = ", hive_partitioning=False" if "=" in str(file.parent) else ""  # or folders would become columns
    return f"python -c {shlex.quote(f'import duckdb; print(duckdb.read_{file.suffix[1:]}({name}{options}))')}"


def _look_into_database(file: str, kind: str, table: str) -> str:
    from datagen.schema import quoted

    rows = json.dumps(f"FROM {quoted(table)} LIMIT 5", ensure_ascii=False)
    if kind == SQLITE:
        show = f"import sqlite3; print(*sqlite3.connect({file}).execute({rows.replace('FROM', 'SELECT * FROM', 1)}))"
    else:
        show = f"import duckdb; print(duckdb.connect({file}, read_only=True).sql({rows}))"
    return f"python -c {shlex.quote(show)}"
