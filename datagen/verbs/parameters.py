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


def directory_argument(world: World, *, by_default: bool = True, store: bool = False) -> console.Decorator:
    """The directory that a verb works on; a world's one file of a database stands for its directory.

    With `store`, it may be `s3://...`, too, unless the world's directories are histories.
    """
    place: dict[str, Any] = {"default": world.directory} if by_default else {"required": False}
    kind = console.path_or_store if store and not world.verify_files else console.path
    return click.argument("directory", type=kind, metavar="[DIR]", callback=partial(_directory, world), **place)


def stores(world: World) -> str:
    """The sentence by which a verb says that it takes an object store for a directory, if it does."""
    return "" if world.verify_files else " DIR may be s3://bucket/prefix, of which a copy is made for the time."


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
