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

    It is made anew from all files of the history, whole or not at all, and then verified against them; do it after each
    increment. As delta or iceberg, each run of the history is a version of the tables.
    """,
    click.argument("directory", type=console.path, default=WORLD.directory, metavar="[DIR]"),
    click.option("--out", type=console.path, required=True, metavar="LAKE", help="Directory of the lake."),
    click.option(
        "--format", "kind", type=click.Choice(_KINDS), default=PARQUET, show_default=True, help="How it is written."
    ),
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
        console.refuse(context, "--verify-only", ("kind", "no_verify"))
    limit = memory_limit(memory)
    progress = console.begin(f"{WORLD.title}: a lake of {directory} in {out}", quiet=quiet or as_json, verbose=verbose)
    if not verify_only:
        build(directory, out, kind, progress)
    verdict = None if no_verify else judge(directory, out, progress, limit)
    if verdict:
        progress.say(f"\n{summary(verdict)}")
    if as_json:
        console.give({"lake": str(out), "verified": verdict.plain() if verdict else None})
    if verdict:
        again = f"Make it anew: datagen payments lake {directory} --out {out}"
        refuse_broken(verdict, f"The lake in {out}", again)
