"""The verbs about files: verify a directory, and what is done with a data set when it has been generated."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console, jobs
from datagen.errors import DatagenError, UsageError
from datagen.frozen import dataclass
from datagen.options import memory_limit
from datagen.output.file_names import named, store_of
from datagen.verbs.certify import certify
from datagen.verbs.parameters import directory_argument, stated_window, stores, window_options
from datagen.verbs.report import write_report
from datagen.world import World

if TYPE_CHECKING:
    from datagen.progress import Progress

PROOF: tuple[console.Decorator, ...] = (
    click.option("--report", is_flag=True, help="Write a page about the data beside it, report.html."),
    click.option("--certificate", is_flag=True, help="Write a certificate beside it too, as --report does."),
)
"""What a verification may leave beside the data."""
DELIVERY: tuple[console.Decorator, ...] = (
    click.option("--no-verify", is_flag=True, help="Do not verify the files after writing them."),
    *PROOF,
    click.option("--load-database", is_flag=True, help="Load the files into a database and verify them there too."),
    console.database_options,
    console.load_options,
)
"""What a command that generates a data set takes of what is done with it then."""


@dataclass(frozen=True)
class Delivery:
    """What is done with a data set when it is written."""

    verify: bool
    report: bool
    """Write the page about it, and a certificate."""
    certificate: bool
    """Write a certificate."""
    target: jobs.Target | None
    """The database that it is loaded into, if that is asked for."""
    as_json: bool
    workers: int | None = None
    """How many verify the files of a history."""


def delivery(context: click.Context) -> Delivery:
    """What the options `DELIVERY` and --json ask for. Raises `UsageError` for one that would do nothing."""
    given = context.params
    if not given["load_database"]:
        console.refuse(context, "a run without --load-database", console.LOADING)
    names = ("schema", "create_database", "truncate", "indexes", "prefix")
    target = jobs.Target(given["database_url"], **{name: given[name] for name in names if name in given})
    for name in ("report", "certificate"):
        if given[name] and given["no_verify"]:
            raise UsageError(f"--{name} tells how the verification came out; leave out --no-verify.")
    return Delivery(
        not given["no_verify"],
        given["report"],
        given["certificate"] or given["report"],
        target if given["load_database"] else None,
        given.get("as_json", False),
    )


def deliver(
    world: World,
    directory: Path,
    progress: Progress,
    wanted: Delivery,
    next_step: str,
    facts: Mapping[str, Any] | None = None,
) -> None:
    """Verify a data set that has just been written, and load it, as far as that is wanted; tell a good next step.

    `facts` are given to machines, too.

    Raises: `CheckError` if a rule or the schema is broken, in the files or the database; what a load raises.
    """
    shown = named(directory)
    if store_of(directory):
        next_step = f"aws s3 ls --recursive {shown}/"
    outcome: dict[str, Any] = {"directory": shown, **(facts or {}), "written": progress.plain()}
    try:
        if wanted.verify:
            verdict = jobs.verify_files(world, directory, {}, progress, wanted.workers)
            outcome["verified"] = verdict.plain()
            if wanted.report:
                outcome["report"] = str(write_report(world, directory, verdict, progress))
            if wanted.certificate:
                outcome["certificate"] = str(certify(world, directory, verdict, progress))
            jobs.refuse_broken_files(verdict, directory)
        progress.finish(shown, next_step)
        if wanted.target:
            progress.say()
            loaded_now = jobs.load(world, directory, wanted.target, progress, just_written=True)
            outcome["database"] = loaded_now.plain()
            jobs.refuse_broken_database(loaded_now.verdict)
    except (DatagenError, OSError) as error:
        outcome |= console.as_outcome(error)
        raise
    finally:
        if wanted.as_json:
            console.give(outcome)


def verify_command(world: World) -> click.Command:
    """`verify`: the files of a directory."""

    @console.command(
        f"""Verify the files of a directory, {world.directory} by default: files, schema, rules, scorecard.

        Status 1 if a rule or a check of the schema or the files fails; figures out of their band only
        inform.{stores(world)}
        """,
        directory_argument(world, store=True),
        *window_options(world),
        console.memory_option,
        *console.ENDS,
    )
    @click.pass_context
    def verify(context: click.Context, /, directory: Path, memory: int | None, as_json: bool, **_: Any) -> None:
        verify_files(context, world, directory, as_json=as_json, memory=memory)

    return verify


def verify_files(
    context: click.Context,
    world: World,
    directory: Path,
    *,
    as_json: bool = False,
    workers: int | None = None,
    memory: int | None = None,
) -> None:
    """Verify the files of a directory, with the options of the window and of talk that the context has.

    `memory` is the MiB that may be used, as it was typed.

    Raises: `UsageError` for a memory that cannot be, `CheckError` if a rule or the schema is broken, and what
    `jobs.verify_files` raises.
    """
    given, limit = context.params, memory_limit(memory)
    title = f"{world.title}: verifying {named(directory)}"
    progress = console.begin(
        title, quiet=given["quiet"] or as_json, verbose=given["verbose"] or given.get("debug", False)
    )
    verdict = jobs.verify_files(world, directory, stated_window(context, world), progress, workers, limit)
    if as_json:
        console.give(verdict.plain())
    jobs.refuse_broken_files(verdict, directory)
