"""The console command `dhub`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from datagen import console, verbs
from datagen.bank.commands.choices import content_of, content_options, titled
from datagen.bank.commands.db import db
from datagen.bank.commands.names import Group
from datagen.bank.commands.seed import seed
from datagen.bank.world import WORLD
from datagen.hints import typed
from datagen.options import worker_count


@console.command(
    """Write the data set to files, a directory for each database; no database is needed.

    \b
    Examples:
      dhub export bank_data
      dhub export bank_data --scale 10 --format parquet
    """,
    click.argument("directory", type=console.path),
    content_options,
    console.format_option,
    *verbs.PARTS,
    click.option("--plan", is_flag=True, help="Tell what would be made; make and change nothing."),
    console.workers_option,
    console.talk_options,
)
@click.pass_context
def export(
    context: click.Context,
    /,
    directory: Path,
    kind: str,
    plan: bool,
    workers: int | None,
    quiet: bool,
    verbose: bool,
    **content: Any,
) -> None:
    """Make the data set as files."""
    from datagen.bank import generation

    choices, count = content_of(content, workers), worker_count(workers)
    progress = console.begin(f"{WORLD.title}: {titled(choices)}", quiet=quiet, verbose=verbose)
    if plan:
        console.refuse(context, "--plan", ["resume"])
        console.give(verbs.with_parts(context, generation.expected(choices, workers=count, kind=kind)).text())
        return
    parts = verbs.parts_of(context)
    generation.export(directory, choices, workers=count, kind=kind, progress=progress, parts=parts)
    progress.finish(directory, f"dhub seed verify {directory}")


@console.command(
    "Generate a bank as CSV or Parquet files, a directory for each database.",
    content_options,
    console.output_option(WORLD.directory, store=True),
    console.format_option,
    console.workers_option,
    *verbs.PARTS,
    *verbs.DELIVERY,
    verbs.prefix_option(WORLD),
    *console.ENDS,
)
@click.pass_context
def generate_verb(
    context: click.Context,
    /,
    output_dir: Path,
    kind: str,
    workers: int | None,
    quiet: bool,
    verbose: bool,
    as_json: bool,
    **given: Any,
) -> None:
    """Check the options, then generate, verify and load."""
    from datagen import jobs
    from datagen.bank import generation

    choices, count, wanted = content_of(given, workers), worker_count(workers), verbs.delivery(context)
    parts = verbs.parts_of(context)
    progress = console.begin(f"{WORLD.title}: {titled(choices)}", quiet=quiet or as_json, verbose=verbose)
    if wanted.target:
        jobs.reach(WORLD, wanted.target, progress)  # before the work
    generation.export(output_dir, choices, workers=count, kind=kind, progress=progress, parts=parts)
    verbs.deliver(WORLD, output_dir, progress, wanted, typed(WORLD, "verify", output_dir))


@console.command(
    "Print the tables, size, memory and time to expect of a bank; make nothing.",
    content_options,
    console.format_option,
    console.workers_option,
    *verbs.PLANNED_PARTS,
    *console.TELLS,
)
@click.pass_context
def plan_verb(context: click.Context, /, kind: str, workers: int | None, as_json: bool, **content: Any) -> None:
    """Check the options, then plan."""
    from datagen.bank.generation import expected

    found = expected(content_of(content, workers), workers=worker_count(workers), kind=kind)
    found = verbs.with_parts(context, found)
    console.give(found.plain() if as_json else found.text())


@click.group(
    "dhub",
    cls=Group,
    context_settings=console.SETTINGS,
    help="""The data of a retail bank in six PostgreSQL databases.

    \b
    Examples:
      dhub seed all
      dhub seed all --scale 0.1 --replace
      dhub seed status
      dhub db query "SELECT channel, COUNT(*) FROM interactions GROUP BY channel" -d customer_db
      dhub export bank_data
    """,
)
@console.version_option
def command() -> None:
    """One of the commands."""


command.add_command(seed)
command.add_command(db)
command.add_command(export, "export")


def main() -> None:
    """Run the command."""
    console.main(command)
