"""What commands do to explain one life: from the files of a directory, or from what a database holds."""

from __future__ import annotations

import re
from collections.abc import Collection
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

from datagen.errors import DatabaseError, InputError, UsageError
from datagen.jobs.databases import Target, refuse_no_server
from datagen.jobs.several_databases import Databases
from datagen.progress import Progress
from datagen.world import World

if TYPE_CHECKING:
    from datagen.explain import Life, Story


def explain_files(world: World, directory: Path, asked: str) -> Life:
    """The life that an id stands for, from the files of a directory.

    Raises:
        UsageError: for what is no id.
        InputError: for a directory that is not there.
        DataError: for an id that the files do not have.
    """
    from datagen.checks.duckdb_engine import DuckDatabase, typed_rows
    from datagen.data_directory import DataDirectory
    from datagen.explain import explain

    if not directory.is_dir():
        raise InputError(
            f"There is no directory {directory}. Name the one whose files are meant, or give --database-url for "
            "data in a database."
        )
    story = _story(world)
    held = DataDirectory(world, directory)
    wanted = _tables(story, story.find(asked)[0], world)
    if missing := sorted(wanted - {*held.tables}):
        raise InputError(f"{directory} does not hold {missing[0]}, which tells of it. Name a complete directory.")
    with DuckDatabase() as database:
        for name in wanted:
            database.view(name, typed_rows(database, world.metadata.tables[name], held.files(name)))
        return explain(story, database, asked)


def explain_loaded(world: World, target: Target, asked: str) -> Life:
    """The life that an id stands for, from the database, or the several of a world; nothing is changed.

    Raises:
        UsageError: for what is no id.
        DataError: for an id that the database does not have.
        DatabaseError: if it cannot be reached, or has not the tables.
    """
    from datagen.checks.duckdb_engine import DuckDatabase
    from datagen.explain import explain

    story = _story(world)
    wanted = _tables(story, story.find(asked)[0], world)
    with closing(target.session(world, Progress(quiet=True))) as session:
        refuse_no_server(world, session)
        if not world.databases:
            session.connect()
            with session.backend.snapshot(session.schema) as found:
                database = found.database(world.metadata, [])
                _refuse_missing(wanted, database.tables, session.where)
                return explain(story, database, asked)
        with Databases(world, session, target.prefix) as databases, DuckDatabase() as whole:
            databases.connect()
            for part in databases.parts:
                own = [table for name, table in part.metadata.tables.items() if name in wanted]
                with part.backend.snapshot(session.schema) as found:
                    there = found.database(part.metadata, []).tables
                    found.read_back(whole, [table for table in own if table.name in there])
            _refuse_missing(wanted, whole.tables, databases.where)
            return explain(story, whole, asked)


def _refuse_missing(wanted: Collection[str], there: Collection[str], where: str) -> None:
    if missing := sorted({*wanted} - {*there}):
        raise DatabaseError(f"There is no table {missing[0]} {where}. Load the data first.")


def _story(world: World) -> Story:
    from datagen.explain import read_story

    if world.timelines is None:
        raise UsageError(f"The world {world.name} has nobody whose life could be explained.")
    return read_story(world.timelines)


def _tables(story: Story, kind: str, world: World) -> set[str]:
    """The tables that queries about a kind of life read."""
    text = " ".join(story.queries(kind))
    return {name for name in world.metadata.tables if re.search(rf'(?i)\b(from|join)\s+"?{name}"?(?!\w)', text)}
