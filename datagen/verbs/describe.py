"""The verb `describe`: a world and its data in the languages of other tools."""

from __future__ import annotations

from pathlib import Path

import click

from datagen import console
from datagen.verbs.parameters import directory_argument
from datagen.world import World


def describe_command(world: World) -> click.Command:
    """`describe`: write DDL, diagrams, dictionary, Croissant, data contract and a dbt project."""
    place = Path(f"{world.name}_metadata")

    @console.command(
        f"""Describe the tables, and the data of a directory if one is given, in the languages of other tools.

        Into {place} go the DDL of four kinds of database, a Mermaid and an SVG diagram, a data dictionary, Frictionless
        table schemas, an ODCS data contract and a dbt project; of data also Croissant, and its rules as tests of dbt.
        """,
        directory_argument(world, by_default=False),
        click.option("--out", type=console.path, metavar="DIR", help=f"The place.  [default: {place}]"),
        *console.ENDS,
    )
    def describe(directory: Path | None, out: Path | None, as_json: bool, quiet: bool, verbose: bool) -> None:
        from datagen.metadata.bundle import write_bundle
        from datagen.metadata.subject import subject_of

        title = f"{world.title}: describing {directory or 'the tables'}"
        progress = console.begin(title, quiet=quiet or as_json, verbose=verbose)
        into = out or place
        with progress.phase("Descriptions"):
            written = write_bundle(subject_of(world, directory), into)
        names = [path.relative_to(into).as_posix() for path in written]
        if as_json:
            console.give({"directory": str(into), "files": names})
        progress.say(f"{len(names)} files are in {into}.")

    return describe
