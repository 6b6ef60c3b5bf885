"""Settings: what the environment and `.env` of the current directory say, read in this one place.

The environment goes before `.env`. The file is read as usual readers do: `export NAME=value`, quotes, `# remarks`, a
byte order mark and `${OTHER}` all work. What would silently count for nothing is refused: a line that is no setting,
and a name that is nearly one of ours.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import UsageError
from datagen.world import worlds

if TYPE_CHECKING:
    from dotenv.parser import Binding

FILE = Path(".env")
PREFIX = "DATAGEN_"
DATABASE_URL = "DATABASE_URL"
OPTIONS = (
    "cluster",
    "end_date",
    "format",
    "log_file",
    "output_dir",
    "pools",
    "prefix",
    "rules",
    "schema",
    "seed",
    "workers",
)
"""The options of any world's commands that may be set, as `DATAGEN_<NAME>`; worlds have more, see `World.settings`."""
_NEAR = 0.75
"""How alike a name of the environment, where others have theirs, must be to one of ours to be taken for a slip."""


@cache
def names() -> tuple[str, ...]:
    """The names of all settings of options, `DATAGEN_...`, in alphabetical order."""
    options = {*OPTIONS, *(name for world in worlds().values() for name in world.settings)}
    return tuple(sorted(f"{PREFIX}{name.upper()}" for name in options))


def read_settings() -> Callable[[str], str | None]:
    """Read all settings; gives what looks one up by its name: its text, or None where it is not set or empty.

    Raises:
        UsageError: `.env` cannot be read, holds a line that is no setting, or a name is misspelt.
    """
    from decouple import Config

    for name in os.environ:
        if _is_misspelt(name) and (near := _nearest(name, _NEAR)):
            raise UsageError(f"The environment sets {name}, which is no setting of datagen. Did you mean {near}?")
    settings = Config(_file_settings())
    return lambda name: str(settings(name, default="")).strip() or None


def database_url() -> str | None:
    """The database URL that is set, if any. Raises `UsageError` as `read_settings` does."""
    return read_settings()(DATABASE_URL)


def _file_settings() -> dict[str, str]:
    try:
        if not FILE.is_file():
            return {}
        text = FILE.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(f"The file .env in the current directory cannot be read: {error}. Mend or move it.") from error
    from dotenv import dotenv_values
    from dotenv.parser import parse_stream

    _refuse_unused(parse_stream(StringIO(text)))
    return {name: value or "" for name, value in dotenv_values(stream=StringIO(text)).items()}


def _refuse_unused(bindings: Iterable[Binding]) -> None:
    """Raise `UsageError` for the first line that would count for nothing; its text may be secret, and is not shown."""
    known = set(os.environ)
    for binding in bindings:
        # What the parser calls a statement begins with the empty lines before it.
        text = binding.original.string
        line = f".env, line {binding.original.line + text[: len(text) - len(text.lstrip())].count(chr(10))}:"
        if binding.error or (binding.key and binding.value is None):
            raise UsageError(
                f"{line} this is no setting. Write NAME=value, with quotes at both ends or none, and # before a remark."
            )
        if binding.key and _is_misspelt(binding.key):
            near = _nearest(binding.key)
            advice = f"Did you mean {near}?" if near else f"The settings are {', '.join(names())} and {DATABASE_URL}."
            raise UsageError(f"{line} {binding.key} is no setting of datagen. {advice}")
        if missing := _undefined(binding, known):
            raise UsageError(f"{line} {binding.key} uses ${{{missing}}}, which is not set. Set it before this line.")
        known.add(binding.key or "")


def _undefined(binding: Binding, known: set[str]) -> str | None:
    """The first variable that a setting of ours uses although it is not set and no default is given."""
    from dotenv.variables import Variable, parse_variables

    if binding.key not in (*names(), DATABASE_URL):
        return None
    used = (atom for atom in parse_variables(binding.value or "") if isinstance(atom, Variable))
    return next((atom.name for atom in used if atom.default is None and atom.name not in known), None)


def _is_misspelt(name: str) -> bool:
    """Whether a name is meant for datagen, but none that it reads."""
    ours = name.upper().startswith(PREFIX) or name.upper() == DATABASE_URL
    return ours and name not in (*names(), DATABASE_URL)


def _nearest(name: str, alike: float = 0.6) -> str | None:
    """The setting whose name is most like this one, if any is alike enough (0 to 1)."""
    if name.upper() == DATABASE_URL:
        return DATABASE_URL
    from difflib import get_close_matches

    near = get_close_matches(
        name.upper().removeprefix(PREFIX), [known.removeprefix(PREFIX) for known in names()], 1, alike
    )
    return f"{PREFIX}{near[0]}" if near else None
