"""The verb `explain`: one life in a data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from datagen import console, jobs
from datagen.errors import UsageError
from datagen.verbs.databases import database_options, target_of
from datagen.verbs.parameters import directory_argument
from datagen.world import World


def explain_command(world: World) -> click.Command:
    """`explain`: what happened to one of those whose ids the world knows, across all tables."""

    @console.command(
        f"""Tell one life across all tables in the order of time, from files or from a database.

        ID is that of {kinds(world)}. Where ids are plain numbers, say what is meant: KIND:ID. Files are those of DIR,
        {world.directory} by default; with --database-url, the rows of that database are asked.
        """,
        click.argument("id", metavar="ID"),
        directory_argument(world, by_default=False),
        *database_options(world, console.place_options),
        *console.TELLS,
    )
    @click.pass_context
    def explain(context: click.Context, /, id: str, directory: Path | None, as_json: bool, **given: Any) -> None:  # noqa: A002
        if directory and given["database_url"]:
            raise UsageError("DIR and --database-url exclude each other: one life is in files or in a database.")
        if given["database_url"]:
            life = jobs.explain_loaded(world, target_of(given), id)
        else:
            console.refuse(context, "files; give --database-url too", {"schema", "prefix"})
            life = jobs.explain_files(world, directory or Path(world.directory), id)
        console.give(life.plain() if as_json else life.text())

    return explain


def kinds(world: World) -> str:
    """The kinds of lives of a world and what their ids look like, in words."""
    from datagen.explain import in_words, read_story

    patterns = read_story(world.timelines).patterns if world.timelines else {}
    found = [f"{'an' if kind[0] in 'aeiou' else 'a'} {kind} ({in_words(item)})" for kind, item in patterns.items()]
    return f"{', '.join(found[:-1])} or {found[-1]}" if len(found) > 1 else "".join(found)
