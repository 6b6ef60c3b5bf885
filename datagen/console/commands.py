"""Commands: how they are made, what they refuse, how they begin, and how they give an outcome."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar

import click

from datagen import __version__
from datagen.console.options import JSON, Decorator, project_of
from datagen.console.running import as_outcome
from datagen.errors import Conflicts, DatagenError, OutputError, RuleError, UsageError
from datagen.logs import DIRECTORY as LOG_DIRECTORY
from datagen.logs import LOG, open_log
from datagen.progress import Progress

Root = TypeVar("Root")
SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""How all commands help."""
_CLAUSE_END = re.compile(r"[.;:](?=\s|$)")
_GIVEN = "datagen.given"
_OF_LOGS = {"log_file", "no_log"}


class _Command(click.Command):
    """A command that works in a directory that exists, and tells of errors as JSON where JSON is asked for."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options. Raises `click.ClickException` for wrong ones."""
        with _errors_given(JSON in args):
            return super().make_context(info_name, args, parent, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Do it. Raises `OutputError` where the current directory has been deleted."""
        with _errors_given(bool(ctx.params.get("as_json"))):
            try:
                Path.cwd()
            except OSError as error:
                raise OutputError(
                    f"The current directory cannot be used ({error.strerror}): it may have been deleted. "
                    "Change to one that exists (cd), and run it again."
                ) from error
            return super().invoke(ctx)


@contextmanager
def _errors_given(as_json: bool) -> Iterator[None]:
    """Give an error as JSON, too, if that is wanted and nothing has been given: machines read what is given."""
    try:
        yield
    except (DatagenError, click.ClickException, OSError) as error:
        context = click.get_current_context(silent=True)
        if as_json and not (context and context.meta.get(_GIVEN)):
            with suppress(OSError, OutputError):  # the error may be that nothing can be given
                give(as_outcome(error))
        raise


def give(outcome: Mapping[str, Any] | Sequence[Any] | str) -> None:
    """Print an outcome, values of JSON or a text, on standard output."""
    if context := click.get_current_context(silent=True):
        context.meta[_GIVEN] = True
    click.echo(outcome if isinstance(outcome, str) else json.dumps(outcome, indent=1, ensure_ascii=False))


def command(text: str, *options: Decorator) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command with this help text and these options, in their order.

    Lists of commands, and shells, tell of it by the first clause of the text.
    """
    first = f"{' '.join(_CLAUSE_END.split(text, maxsplit=1)[0].split())}."

    def make(function: Callable[..., Any]) -> click.Command:
        for option in reversed(options):
            function = option(function)
        return click.command(cls=_Command, help=text, short_help=first, context_settings=SETTINGS)(function)

    return make


def as_stated(context: click.Context, directory: Path, values: Mapping[str, Any]) -> dict[str, Any]:
    """Values of options, in which those that were neither typed nor set are as the manifest of a directory states them.

    The seed stands in the manifest itself, everything else in its options.
    """
    from datagen.output.manifest import read_manifest

    manifest = read_manifest(directory)
    if manifest is None:
        return dict(values)
    stated = {"seed": manifest.seed, **manifest.options}
    default = click.core.ParameterSource.DEFAULT
    return {
        name: stated.get(name, value) if context.get_parameter_source(name) is default else value
        for name, value in values.items()
    }


def is_typed(context: click.Context, name: str) -> bool:
    """Whether an option was given on the command line, not by a setting or default."""
    return context.get_parameter_source(name) is click.core.ParameterSource.COMMANDLINE


def refuse(context: click.Context, what: str, names: Iterable[str]) -> None:
    """Raise `UsageError` if one of these options is typed: it would do nothing with what is asked for.

    What keeps quiet keeps no log: options of the log go with --quiet.
    """
    useless = {*names}
    useless |= _OF_LOGS if "quiet" in useless else set()
    for option in context.command.params:
        if option.name in useless and is_typed(context, option.name or ""):
            raise UsageError(f"{option.opts[-1]} does nothing with {what}; leave it out.")


def refuse_all_but(context: click.Context, what: str, names: Iterable[str]) -> None:
    """The same for all options but these."""
    kept = {*names, "version"}
    kept |= _OF_LOGS if "quiet" in kept else set()
    refuse(context, what, {option.name or "" for option in context.command.params} - kept)


def changed_rules(root: Root, file: Path | None, settings: Sequence[str], noted: Conflicts | None = None) -> Root:
    """A world's rules with the settings of the project's file, of `file`, and of the command line put in.

    Raises `RuleError` for those that do not exist or cannot be, unless that is `noted`; see `datagen.rules.override`.
    """
    from datagen.rules import flatten, override, parse_settings, read_toml

    project = project_of(click.get_current_context(silent=True))
    own = dict(flatten(project.rules.get(type(root).__module__.split(".")[1], {})))
    try:
        override(root, own)
    except RuleError as error:
        raise RuleError(f"{project.path}: {error}") from error
    return override(root, own | (read_toml(file) if file else {}) | parse_settings(settings), noted)


def begin(title: str, *, quiet: bool, verbose: bool) -> Progress:
    """Open the log and begin to tell of a run, whose options have been checked."""
    refuse_both(quiet, verbose)
    context = click.get_current_context()
    make = getattr(context.obj, "progress", None)  # of a call from a program
    report: Progress = make() if make and quiet else Progress(quiet=quiet, beat=context.obj.check)
    if (note := _open_log(context, verbose=verbose)) is not None:
        report.say(note)
    report.say(title)
    return report


def _open_log(context: click.Context, *, verbose: bool) -> str | None:
    """Open the log that is wanted; what is to be said if there is none though one was not declined.

    Raises `UsageError` for a log file that is named and cannot be written, or that --no-log contradicts.
    """
    file, declined = (context.meta.get(f"datagen.{name}") for name in ("log_file", "no_log"))
    if declined:
        if file:
            raise UsageError("--log-file and --no-log exclude each other; give one of them.")
        return None
    try:
        opened = open_log(file, verbose=verbose)
    except OSError as error:
        if file:
            raise UsageError(f"--log-file: {file} cannot be written ({error.strerror}). Name another file.") from error
        return f"No log is kept: {LOG_DIRECTORY} cannot be written ({error.strerror})."
    LOG.debug("datagen %s, Python %s, log %s", __version__, sys.version.split()[0], opened)
    return None


def refuse_both(quiet: bool, verbose: bool) -> None:
    """Raise `UsageError` for --quiet with --verbose."""
    if quiet and verbose:
        raise UsageError("--quiet and --verbose exclude each other; give one of them.")
