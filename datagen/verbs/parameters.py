"""Parameters that several verbs take of a world."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import Any

import click

from datagen import console
from datagen.errors import UsageError
from datagen.options import given_window
from datagen.output.file_names import DatabaseFile
from datagen.world import World


def directory_argument(world: World, *, by_default: bool = True) -> console.Decorator:
    """The directory that a verb works on; a world's one file of a database stands for its directory."""
    place: dict[str, Any] = {"default": world.directory} if by_default else {"required": False}
    return click.argument("directory", type=console.path, metavar="[DIR]", callback=partial(_directory, world), **place)


def _directory(world: World, _: click.Context, __: click.Parameter, path: Path | None) -> Path | None:
    if path is None or not path.is_file():
        return path
    file = DatabaseFile.named(path.name)
    if file and file.database == world.name:
        return path.parent
    raise UsageError(f"{path} is a file. Name the directory in which the data set lies: {path.parent}.")


def window_options(world: World) -> list[console.Decorator]:
    """The options that state the window of a directory without a manifest; none where directories are histories."""
    if world.verify_files:
        return []
    text = "Of data without a manifest: "
    return [
        click.option(name, metavar="YYYY-MM-DD", help=f"{text}the day.")
        if name.endswith("date")
        else click.option(name, type=click.IntRange(1), help=f"{text}{name.strip('-')} of the window.")
        for name in world.window_options
    ]


def stated_window(context: click.Context, world: World) -> dict[str, Any]:
    """The options of the window that were typed; defaults and settings are about data that is generated."""
    names = [name.strip("-").replace("-", "_") for name in world.window_options]
    return given_window(**{name: context.params.get(name) for name in names if console.is_typed(context, name)})
