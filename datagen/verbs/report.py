"""The verb `report`: one page about a data set, beside its files."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console, jobs
from datagen.errors import UsageError
from datagen.hints import GROUP, typed
from datagen.options import memory_limit
from datagen.verbs.certify import certify
from datagen.verbs.parameters import directory_argument, stated_window, window_options
from datagen.world import World, loaded

if TYPE_CHECKING:
    from datagen.checks.findings import Verdict
    from datagen.progress import Progress

PAGE = "report.html"
"""The page, beside the files that it is about."""


def report_command(world: World) -> click.Command:
    """`report`: verify a directory and write its page."""

    @console.command(
        f"""Verify the files of a directory, {world.directory} by default, and write a page about them.

        The page, {PAGE}, needs no network and no other file: what is in the data, what happens in it, every check, and
        how it was made. Status 1 if a rule is broken; the page is written all the same.
        """,
        directory_argument(world),
        *window_options(world),
        click.option("--out", type=console.path, metavar="FILE", help=f"The page.  [default: {PAGE} in the directory]"),
        console.memory_option,
        *console.ENDS,
    )
    @click.pass_context
    def report(
        context: click.Context, /, directory: Path, out: Path | None, memory: int | None, as_json: bool, **given: Any
    ) -> None:
        limit = memory_limit(memory)
        title = f"{world.title}: a report of {directory}"
        progress = console.begin(title, quiet=given["quiet"] or as_json, verbose=given["verbose"])
        window = stated_window(context, world)
        verdict = jobs.verify_files(world, directory, window, progress, None, limit)
        path = write_report(world, directory, verdict, progress, out, limit)
        certify(world, directory, verdict, progress, window)
        if as_json:
            console.give({"report": str(path), "bytes": path.stat().st_size, "ok": verdict.ok})
        jobs.refuse_broken_files(verdict, directory)

    return report


def write_report(
    world: World,
    directory: Path,
    verdict: Verdict,
    progress: Progress,
    out: Path | None = None,
    memory: int | None = None,
) -> Path:
    """Write the page about a directory that has been verified; gives its path.

    Raises:
        UsageError: where Jinja2 is not installed.
        OutputError: if the page cannot be written.
    """
    from datagen.data_directory import DataDirectory
    from datagen.report.gather import alone, plots, rules_of, sample
    from datagen.report.page import Material, write_page

    held = DataDirectory(world, directory)
    made = held.made
    with progress.phase("Report"):
        metadata = world.metadata
        files = {name: held.files(name) for name in held.tables}
        material = Material(
            world=world,
            verdict=verdict,
            rows=held.rows(),
            size=sum(path.stat().st_size for path in {path for paths in files.values() for path in paths}),
            bytes={name: sum(path.stat().st_size for path in paths) for name, paths in files.items() if alone(paths)},
            samples={name: sample(metadata.tables[name], paths) for name, paths in files.items()},
            plots=plots(world, files, verdict, rules_of(world, made), memory),
            made=made,
            command=" ".join([GROUP, world.name, "generate", *map(shlex.quote, _options(world, made))]),
            verify=typed(world, "verify", Path(directory.name)),
        )
        try:
            path = write_page(out or directory / PAGE, material)
        except ModuleNotFoundError as error:
            raise UsageError(f"A report needs the library {error.name}. Run: pip install {error.name}") from error
    progress.say(f"The report is {path}.")
    return path


def _options(world: World, made: Mapping[str, Any]) -> Iterator[str]:
    """The options of the world's `generate` that make such a data set."""
    command: click.Command = loaded(world.commands["generate"])
    known = {option.name: option for option in command.params}
    for name, value in made.items():
        option = known.get("settings" if name == "rules" else name)
        if option is None or value in (None, {}, option.default):
            continue
        flag = max(option.opts, key=len)
        if name != "rules":
            yield f"{flag}={value}"
            continue
        for rule, setting in value.items():
            parts = setting.items() if isinstance(setting, dict) else [("", setting)]
            for share, number in parts:
                yield from (flag, f"{rule}{'.' if share else ''}{share}={number}")
