"""A project's own options and rules: `datagen.toml`, or `[tool.datagen]` of `pyproject.toml`, in the current directory.

    seed = 7                           # of every command that has the option
    [fitness]
    members = 2000                     # of the commands of this world
    [fitness.rules.payments]
    success_rate = 0.9                 # a rule of this world

The command line goes before the environment, that before `.env`, and that before this file.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection, Mapping
from dataclasses import field
from pathlib import Path
from typing import Any

from datagen.errors import UsageError
from datagen.frozen import dataclass
from datagen.settings import OPTIONS
from datagen.world import worlds

FILE, SHARED = Path("datagen.toml"), Path("pyproject.toml")
_RULES, _URL = "rules", "database_url"


@dataclass(frozen=True)
class Project:
    """What a project's file says; nothing where there is none."""

    path: Path = FILE

    options: Mapping[str, str] = field(default_factory=dict)
    """Options of every command, as they would be typed."""
    worlds: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """Options of the commands of a world, which go before those of every command."""
    rules: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """Changed rules by world: nested tables, as in a file of --rules."""

    def option(self, name: str, world: str | None) -> str | None:
        """The text of an option, such as `members`, for a command of a world; None where it is not set."""
        return self.worlds.get(world or "", {}).get(name) or self.options.get(name)


def read_project() -> Project:
    """Read the project's file of the current directory, if there is one.

    Raises:
        UsageError: for a file that is no TOML, and for a name in it that is none, with its line and what is near.
    """
    for path in (FILE, SHARED):
        try:
            text = path.read_text(encoding="utf-8-sig")
            import tomllib

            tree = tomllib.loads(text)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except (OSError, ValueError) as error:  # tomllib and decoding raise ValueErrors
            if path == SHARED and "tool.datagen" not in _safe(path):
                continue
            raise UsageError(f"{path} cannot be read: {error}. Mend it.") from error
        if path == SHARED:
            tree = tree.get("tool", {}).get("datagen", {})
        if tree or path == FILE:
            return _Reader(path, text).project(tree)
    return Project()


def _safe(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


class _Reader:
    """Turns the file's tree into a `Project`, and refuses what would count for nothing."""

    def __init__(self, path: Path, text: str) -> None:
        self._path, self._text = path, text

    def project(self, tree: Mapping[str, Any]) -> Project:
        known = worlds()
        common = {name: value for name, value in tree.items() if not isinstance(value, dict)}
        options = self._options(common, (*OPTIONS, _URL), "")
        found: dict[str, Mapping[str, str]] = {}
        rules: dict[str, Mapping[str, Any]] = {}
        for name, table in tree.items():
            if not isinstance(table, dict):
                continue
            if name not in known:
                self._refuse(name, known, "no world")
            own = {option: value for option, value in table.items() if option != _RULES}
            found[name] = self._options(own, (*OPTIONS, *known[name].settings), f" of {name}")
            rules[name] = table.get(_RULES, {})
            if not isinstance(rules[name], dict):
                self._fail(_RULES, f"the rules of {name} are a table: [{name}.rules.section] and name = value")
        return Project(self._path, options, found, rules)

    def _options(self, given: Mapping[str, Any], known: Collection[str], whose: str) -> dict[str, str]:
        options = {}
        for name, value in given.items():
            plain = name.replace("-", "_")
            if plain not in known:
                self._refuse(name, known, f"no option{whose}")
            if isinstance(value, bool) or not isinstance(value, str | int | float | dt.date):
                self._fail(name, f"{name} must be a text, a number or a date")
            options[plain] = value.isoformat() if isinstance(value, dt.date) else str(value)
        return options

    def _refuse(self, name: str, known: Collection[str], what: str) -> None:
        from difflib import get_close_matches

        near = get_close_matches(name.replace("-", "_"), known, 1)
        advice = f"Did you mean {near[0]}?" if near else f"There are {', '.join(sorted(known))}."
        self._fail(name, f"{name} is {what}. {advice}", end="")

    def _fail(self, name: str, what: str, end: str = ".") -> None:
        place = re.search(rf'(?m)^\s*(?:\[[^\]\n]*\b)?["\']?{re.escape(name)}\b', self._text)
        line = f", line {self._text[: place.end()].count(chr(10)) + 1}" if place else ""
        raise UsageError(f"{self._path}{line}: {what}{end}")
