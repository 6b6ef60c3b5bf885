"""`datagen payments lake`: a lake of a history, and its verification."""

from __future__ import annotations

from pathlib import Path

import click

from datagen import console
from datagen.jobs.files import refuse_broken
from datagen.options import memory_limit
from datagen.output.file_names import LAKE_FORMATS, PARQUET
from datagen.payments.world import WORLD

_KINDS = (PARQUET, *LAKE_FORMATS)


@console.command(
    f"""Make a lake of the history in DIR, {WORLD.directory} by default: bronze, the rows as they came, by days; silver,
    merchants with the time for which each version holds (SCD type 2), and payments that point to the version in force.

    Do it after each increment: a lake gets the runs that it has not, whole or not at all, and is then verified against
    the files of the history. As delta or iceberg, each run is a version of the tables. A lake of another history, in
    another format, or one that is not as it was written is made anew.
    """,
    click.argument("directory", type=console.path, default=WORLD.directory, metavar="[DIR]"),
    click.option("--out", type=console.path, required=True, metavar="LAKE", help="Directory of the lake."),
    click.option(
        "--format", "kind", type=click.Choice(_KINDS), default=PARQUET, show_default=True, help="How it is written."
    ),
    click.option("--rebuild", is_flag=True, help="Make it anew from all files of the history in any case."),
    click.option("--no-verify", is_flag=True, help="Do not verify the lake after writing it."),
    click.option("--verify-only", is_flag=True, help="Verify the lake that is there; write nothing."),
    console.memory_option,
    *console.ENDS,
)
@click.pass_context
def lake_verb(
    context: click.Context,
    /,
    directory: Path,
    out: Path,
    kind: str,
    rebuild: bool,
    no_verify: bool,
    verify_only: bool,
    memory: int | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Write and verify a lake."""
    from datagen.checks.findings import summary
    from datagen.payments.commands.lake_verification import judge
    from datagen.payments.commands.medallion import build

    if verify_only:
        console.refuse(context, "--verify-only", ("kind", "rebuild", "no_verify"))
    limit = memory_limit(memory)
    progress = console.begin(f"{WORLD.title}: a lake of {directory} in {out}", quiet=quiet or as_json, verbose=verbose)
    added = 0
    if not verify_only:
        added = build(directory, out, kind, progress, rebuild=rebuild)
        progress.say(f"{added:,} run{'' if added == 1 else 's'} added." if added else "It has all runs already.")
    verdict = None if no_verify else judge(directory, out, progress, limit)
    if verdict:
        progress.say(f"\n{summary(verdict)}")
    if as_json:
        console.give({"lake": str(out), "runs_added": added, "verified": verdict.plain() if verdict else None})
    if verdict:
        again = f"Make it anew: datagen payments lake {directory} --out {out} --rebuild"
        refuse_broken(verdict, f"The lake in {out}", again)
