"""The type of options that take a path."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from datagen.output.file_names import named, store_of

if TYPE_CHECKING:
    _TypeOfPaths = click.ParamType[Path]
else:
    _TypeOfPaths = click.ParamType  # which older releases do not know as a generic one


def _path(text: str) -> Path:
    """A path, read as a shell would: a `~` at its start is the user's home.

    A shell leaves that to the program in `--option=~/data`, and nobody else sees to it in `.env`. Raises
    `click.BadParameter` for an empty text, a NUL, and the home of a user that is not known.
    """
    if not text:
        raise click.BadParameter("The name is empty. Name a file or directory; . is the current directory.")
    if store_of(Path(text)):
        raise click.BadParameter(
            f"{named(Path(text))} is no directory: object stores are for --output-dir of runs in parts, and for verify "
            "and load."
        )
    if "\0" in text:
        raise click.BadParameter("The name holds a NUL character. Leave it out.")
    expanded = os.path.expanduser(text)  # noqa: PTH111 - a Path no longer knows whether it was written as ./~
    if expanded.startswith("~"):
        raise click.BadParameter(
            f"The home at the start of {text} is not known. Write ./{text} if that is the name itself."
        )
    found = Path(expanded)
    # DuckDB takes a ~ that is left for the home, too.
    return found.absolute() if str(found).startswith("~") else found


class _PathType(_TypeOfPaths):
    """The type of options that take a path: see `_path`. A shell completes the names of files."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path of a text."""
        return _path(value)

    def shell_complete(self, ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
        """Whatever the shell finds."""
        return [CompletionItem(incomplete, type="file")]


class _PathOrStoreType(_PathType):
    """The type of options that take a path, or a prefix of an object store."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        """The path of a text, or of an address; see `store_of`."""
        uri = store_of(Path(value))
        if uri is None:
            return _path(value)
        if not uri.removeprefix("s3://").partition("?")[0].partition("/")[2].strip("/"):
            raise click.BadParameter("Name a bucket and a prefix in it, such as s3://bucket/data.")
        return Path(value)


path: _PathType = _PathType()
path_or_store = _PathOrStoreType()
