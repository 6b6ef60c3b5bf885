"""The verbs that all worlds share - load, verify, psql, rules, ... - as commands."""

from __future__ import annotations

from collections.abc import Mapping

import click

from datagen import console
from datagen.verbs.certify import certify_command
from datagen.verbs.databases import (
    load_command,
    open_psql,
    partition_options,
    prefix_option,
    psql_command,
    show_databases,
    show_status,
    status_command,
    stop,
    stop_command,
    verify_database_command,
)
from datagen.verbs.describe import describe_command
from datagen.verbs.explain import explain_command
from datagen.verbs.files import DELIVERY, PROOF, Delivery, deliver, delivery, verify_command, verify_files
from datagen.verbs.parameters import directory_argument, stated_window, window_options
from datagen.verbs.parts import PART_NAMES, PARTS, PLANNED_PARTS, first_part, parts_of, with_parts
from datagen.verbs.report import report_command
from datagen.verbs.search import rules_command
from datagen.world import World, loaded

__all__ = [
    "DELIVERY",
    "PARTS",
    "PART_NAMES",
    "PLANNED_PARTS",
    "PROOF",
    "Delivery",
    "Verbs",
    "commands",
    "deliver",
    "delivery",
    "directory_argument",
    "first_part",
    "open_psql",
    "partition_options",
    "parts_of",
    "prefix_option",
    "show_databases",
    "show_status",
    "stated_window",
    "stop",
    "verify_files",
    "window_options",
    "with_parts",
]

SUMMARIES: Mapping[str, str] = {
    "generate": "Generate a data set and verify it.",
    "continue": "Continue a history by more days.",
    "plan": "Tell rows, size and time of a run; make nothing.",
    "verify": "Verify the files of a directory.",
    "report": "Write a page about the data: plots, tables, checks.",
    "explain": "Tell one life across all tables, in the order of time.",
    "describe": "Describe the tables for other tools: DDL, dbt, Croissant.",
    "certify": "Write a certificate that others can verify.",
    "load": "Load files into a database and verify them there.",
    "verify-database": "Verify what a database holds.",
    "status": "Tell what the database holds.",
    "query": "Run one query, read-only.",
    "db": "Look into the databases.",
    "clear": "Empty our tables in all databases.",
    "psql": "Open psql on the database.",
    "stop": "Stop the embedded server.",
    "lake": "Make a lake of a history: bronze and silver.",
    "ddl": "Print the statements that make the tables.",
    "rules": "Find business numbers by name, unit or source.",
}
"""What lists of verbs, and shells, say of each, in the order of a list."""


def commands(world: World) -> Mapping[str, click.Command | str]:
    """The commands of a world by verb; one that is not loaded yet is an import string."""
    shared = {
        "load": load_command(world),
        "verify": verify_command(world),
        "report": report_command(world),
        "explain": explain_command(world),
        "describe": describe_command(world),
        "certify": certify_command(world),
        "verify-database": verify_database_command(world),
        "psql": psql_command(world),
        "status": status_command(world),
        "stop": stop_command(world),
        "rules": rules_command(world),
    }
    found: dict[str, click.Command | str] = {**shared, **world.commands}
    return {verb: found[verb] for verb in sorted(found, key=[*SUMMARIES, *found].index)}


@click.pass_context
def _show_help(context: click.Context, /) -> None:
    if context.invoked_subcommand is None:
        console.give(context.get_help())


class Verbs(click.Group):
    """The commands of one world, imported when they are asked for."""

    def __init__(self, world: World) -> None:
        text = f"{world.title}: {world.summary or 'generate, verify and load their data'}."
        super().__init__(
            world.name, help=text, short_help=text, context_settings=console.SETTINGS, invoke_without_command=True
        )
        self.callback = _show_help
        self._made = commands(world)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, in the order of `SUMMARIES`."""
        return list(self._made)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb."""
        found: click.Command | None = loaded(self._made.get(cmd_name))
        if found and cmd_name in SUMMARIES:
            found.short_help = SUMMARIES[cmd_name]
        return found
