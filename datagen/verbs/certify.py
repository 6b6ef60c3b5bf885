"""The verb `certify`: a certificate beside the data, and the script that asks everything again."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console, jobs
from datagen.options import memory_limit
from datagen.verbs.parameters import directory_argument, stated_window, window_options
from datagen.world import Options, World

if TYPE_CHECKING:
    from datagen.checks.findings import Verdict
    from datagen.progress import Progress


def certify_command(world: World) -> click.Command:
    """`certify`: verify a directory and write its certificate."""

    @console.command(
        f"""Verify the files of a directory, {world.directory} by default, and write a certificate beside them.

        certificate.json states each file with its SHA-256 and control totals, and each check with its query and what it
        found; verify.py asks all of that again where only Python and DuckDB are. Status 1 if a rule is broken; the
        certificate is written all the same, and says so.
        """,
        directory_argument(world),
        *window_options(world),
        console.memory_option,
        *console.ENDS,
    )
    @click.pass_context
    def certify_files(
        context: click.Context, /, directory: Path, memory: int | None, as_json: bool, **given: Any
    ) -> None:
        title = f"{world.title}: certifying {directory}"
        progress = console.begin(title, quiet=given["quiet"] or as_json, verbose=given["verbose"])
        window = stated_window(context, world)
        verdict = jobs.verify_files(world, directory, window, progress, None, memory_limit(memory))
        path = certify(world, directory, verdict, progress, window)
        if as_json:
            console.give({"certificate": str(path), "ok": verdict.ok})
        jobs.refuse_broken_files(verdict, directory)

    return certify_files


def certify(world: World, directory: Path, verdict: Verdict, progress: Progress, given: Options | None = None) -> Path:
    """Write the certificate of a directory that has been verified, with the options `given`; gives its path.

    Raises:
        OutputError: if it cannot be written.
    """
    from datagen.certificate.statement import SCRIPT, write_certificate

    with progress.phase("Certificate"):
        path = write_certificate(world, directory, verdict, given)
    progress.say(f"The certificate is {path}; {SCRIPT} beside it asks everything again.")
    return path
