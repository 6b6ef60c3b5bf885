"""Names that users give: databases, tables and commands; one that is unknown is answered with the nearest."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from typing import NoReturn

import click

from datagen.bank.vocabulary import DATABASES
from datagen.errors import UsageError

_PREFIX = re.compile(r"[a-z_][a-z0-9_]{0,29}")


def nearest(kind: str, given: str, known: Collection[str]) -> NoReturn:
    """Raise `UsageError` for an unknown name, with the nearest one that is known."""
    near = difflib.get_close_matches(given, known, n=1, cutoff=0.4)
    hint = f"Did you mean {near[0]}?" if near else f"There are: {', '.join(known)}."
    raise UsageError(f"There is no {kind} '{given}'. {hint}")


def database(given: str) -> str:
    """A database of the bank by its name.

    Raises:
        UsageError: for another name.
    """
    return given if given in DATABASES else nearest("database", given, DATABASES)


def prefix(given: str | None) -> str:
    """What stands before the names of the databases.

    Raises:
        UsageError: for what cannot begin the name of a database.
    """
    if given and not _PREFIX.fullmatch(given):
        raise UsageError(f"--prefix takes up to 30 letters a-z, digits and _, such as test_, not '{given}'.")
    return given or ""


class Group(click.Group):
    """Commands below one name; an unknown one is answered with the nearest."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """The command that is meant.

        Raises:
            UsageError: for a name that is none.
        """
        if args and not args[0].startswith("-") and self.get_command(ctx, args[0]) is None:
            nearest("command", args[0], self.list_commands(ctx))
        return super().resolve_command(ctx, args)
