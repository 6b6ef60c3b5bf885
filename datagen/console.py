"""What all commands share: settings from the environment, common options, and errors as one line and an exit status."""

from __future__ import annotations

import errno
import gc
import json
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from io import TextIOWrapper
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Any, NoReturn, TypeVar

import click

from datagen import __version__
from datagen.errors import ConflictError, DatagenError, OutputError, RuleError, UsageError
from datagen.logs import DIRECTORY as LOG_DIRECTORY
from datagen.logs import LOG, close_log, log_failure, log_is_open, open_log
from datagen.output.file_names import CSV, FORMATS
from datagen.progress import Progress, show
from datagen.project_file import Project, read_project
from datagen.settings import PREFIX, read_settings
from datagen.standard_streams import flush_streams, prepare_streams
from datagen.world import worlds

if TYPE_CHECKING:
    from datagen.pools.pool_files import Pools

Command = TypeVar("Command", bound=Callable[..., Any])
Root = TypeVar("Root")
_SHORTAGES = {errno.ENOSPC, errno.EDQUOT, errno.EMFILE, errno.ENFILE, errno.EFBIG, errno.EIO, errno.EROFS}
"""Failures of the system that are no defect, even where no file is named."""
_OF_MACHINES = "--json"
_GIVEN = "datagen.given"
PROJECT = "datagen.project"
"""Where a command's context keeps what the project's file says."""
_OF_LOGS = {"log_file", "no_log"}


class Stopped(BaseException):
    """The user (SIGINT) or the system (SIGTERM) ended the run; no handler of errors is to catch it."""

    def __init__(self, number: int) -> None:
        self.exit_status = 128 + number


class _Signals:
    """SIGINT and SIGTERM raise `Stopped` in the main thread; a second one ends the process at once."""

    def __init__(self) -> None:
        self.received: int | None = None

    def _receive(self, number: int, frame: FrameType | None) -> None:
        self.received = number
        for known in (signal.SIGINT, signal.SIGTERM):
            signal.signal(known, signal.SIG_DFL)
        raise Stopped(number)

    def check(self) -> None:
        """Raise `Stopped` again: libraries may swallow what is raised in the midst of them, or make it their error."""
        if self.received:
            raise Stopped(self.received)

    @contextmanager
    def caught(self) -> Iterator[None]:
        """Receive the signals while this lasts."""
        old = {known: signal.signal(known, self._receive) for known in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for known, handler in old.items():
                signal.signal(known, handler)


class Setting(click.Option):
    """An option that may also be set as DATAGEN_<NAME> in the environment or in `.env`, or in the project's file."""

    def __init__(self, *declarations: Any, **attributes: Any) -> None:
        super().__init__(*declarations, **attributes)
        self._variable = f"{PREFIX}{max(self.opts, key=len).strip('-').replace('-', '_').upper()}"
        self.envvar = self._variable
        self.show_envvar = True

    def resolve_envvar_value(self, ctx: click.Context) -> str | None:
        """The setting's text, or None where it is not set or empty; the environment goes before `.env`, and that before
        the project's file."""
        settings = ctx.meta.get("datagen.settings")
        if settings is None:
            settings = ctx.meta["datagen.settings"] = read_settings()
        value: str | None = settings(self._variable)
        return value or _project(ctx).option(self._variable.removeprefix(PREFIX).lower(), _world_of(ctx))


def _project(context: click.Context | None) -> Project:
    """The project's file, read once for a command."""
    if context is None:
        return Project()
    found: Project | None = context.meta.get(PROJECT)
    if found is None:
        found = context.meta[PROJECT] = read_project()
    return found


def _world_of(context: click.Context) -> str | None:
    """The world that a command is of: by the group that it is in, or by the package that it is declared in."""
    step: click.Context | None = context
    while step is not None:
        if step.command.name in worlds():
            return step.command.name
        step = step.parent
    module = getattr(context.command.callback, "__module__", "").split(".")
    return module[1] if len(module) > 1 and module[1] in worlds() else None


def path(text: str) -> Path:
    """The type of options that take a path, read as a shell would: a `~` at its start is the user's home.

    A shell leaves that to the program in `--option=~/data`, and nobody else sees to it in `.env`. Raises
    `click.BadParameter` for an empty text, a NUL, and the home of a user that is not known.
    """
    if not text:
        raise click.BadParameter("The name is empty. Name a file or directory; . is the current directory.")
    if "\0" in text:
        raise click.BadParameter("The name holds a NUL character. Leave it out.")
    expanded = os.path.expanduser(text)  # noqa: PTH111 - a Path no longer knows whether it was written as ./~
    if expanded.startswith("~"):
        raise click.BadParameter(
            f"The home at the start of {text} is not known. Write ./{text} if that is the name itself."
        )
    found = Path(expanded)
    # DuckDB takes a ~ that is left for the home, too.
    return found.absolute() if str(found).startswith("~") else found


def size_option(name: str, default: int, text: str) -> Callable[[Command], Command]:
    """An option for a number of things."""
    return click.option(name, cls=Setting, type=int, default=default, show_default=True, help=text)


def seed_option(function: Command) -> Command:
    """--seed."""
    return click.option(
        "--seed", cls=Setting, type=int, default=42, show_default=True, help="The same seed gives the same bytes."
    )(function)


def end_date_option(function: Command) -> Command:
    """--end-date."""
    text = "The as-of day: data is complete up to the end of the day before it.  [default: today]"
    return click.option("--end-date", cls=Setting, metavar="YYYY-MM-DD", help=text)(function)


def memory_option(function: Command) -> Command:
    """--memory, of what verifies files."""
    text = (
        "Memory that the verification may use, in MiB; what does not fit goes to a temporary directory.  "
        "[default: a quarter of what is free, 512 to 4096]"
    )
    return click.option("--memory", type=int, metavar="MIB", help=text)(function)


def workers_option(function: Command) -> Command:
    """--workers."""
    text = "Workers that make data, side by side; they do not change it.  [default: the cores]"
    return click.option("--workers", cls=Setting, type=int, help=text)(function)


def output_option(default: str) -> Callable[[Command], Command]:
    """--output-dir."""
    text = "Directory for the files; replaced if it is empty or one of ours."
    return click.option("--output-dir", cls=Setting, type=path, default=default, show_default=True, help=text)


def history_dir_option(default: str) -> Callable[[Command], Command]:
    """--output-dir of a history that grows."""
    text = "Directory of the history."
    return click.option(
        "--output-dir", cls=Setting, type=path, metavar="PATH", default=default, show_default=True, help=text
    )


def format_option(function: Command) -> Command:
    """--format, passed on as `kind`."""
    text = (
        "How tables are written; as Parquet, those whose rows come by days have a file a month, and a DuckDB or SQLite "
        "file holds all tables; delta and iceberg are Parquet files registered as the tables of a lake."
    )
    kind = click.Choice(FORMATS)
    option = click.option("--format", "kind", cls=Setting, type=kind, default=CSV, show_default=True, help=text)
    return option(function)


def pools_option(function: Command) -> Command:
    """--pools, passed on as such once it has been read and checked."""
    text = "Directory with pools of names and streets to draw from, before those that are shipped."
    return click.option("--pools", cls=Setting, type=_read_pools, metavar="DIR", help=text)(function)


def _read_pools(text: str) -> Pools:
    from datagen.pools.pool_files import open_pools

    return open_pools(path(text))


def place_options(function: Command) -> Command:
    """--database-url and --schema."""
    from datagen.loading.backends import SCHEMES

    url = f"Database to use ({SCHEMES})  [default: DATABASE_URL, or an embedded PostgreSQL in .postgres/]"
    schema = "Schema of the tables; MySQL has none.  [default: public in PostgreSQL]"
    function = click.option("--schema", cls=Setting, metavar="NAME", help=schema)(function)
    return click.option("--database-url", metavar="URL", help=url)(function)


def database_options(function: Command) -> Command:
    """--database-url, --create-database and --schema."""
    create = "Create the database if it does not exist."
    return place_options(click.option("--create-database", is_flag=True, help=create)(function))


def load_options(function: Command) -> Command:
    """--truncate and --indexes."""
    function = click.option("--indexes", is_flag=True, help="Also create the indexes that reports want.")(function)
    return click.option("--truncate", is_flag=True, help="Let the load replace rows that the database holds.")(function)


LOADING = ("database_url", "create_database", "schema", "truncate", "indexes")
"""The parameters of `database_options` and `load_options`."""


def rule_options(function: Command) -> Command:
    """--set and --rules, passed on as `settings` and `rules`."""
    one = "Change a rule of the world; may be repeated."
    many = "Change the rules that this file sets: [section] and name = value.  --set goes before it."
    function = click.option("--set", "settings", metavar="RULE=VALUE", multiple=True, help=one)(function)
    return click.option("--rules", cls=Setting, type=path, metavar="FILE.toml", help=many)(function)


def version_option(function: Command) -> Command:
    """--version."""
    return click.version_option(__version__, "-V", "--version", prog_name="datagen")(function)


def log_options(function: Command) -> Command:
    """--log-file and --no-log, which `begin` sees to."""
    file = f"File for the log, which is added to.  [default: a new one in {LOG_DIRECTORY}/]"
    named = click.option(
        "--log-file", cls=Setting, type=path, metavar="FILE", help=file, expose_value=False, callback=_note
    )
    none = click.option("--no-log", is_flag=True, help="Keep no log.", expose_value=False, callback=_note)
    return named(none(function))


def _note(context: click.Context, option: click.Parameter, value: Any) -> None:
    context.meta[f"datagen.{option.name}"] = value


def talk_options(function: Command) -> Command:
    """--quiet, --verbose, --log-file, --no-log and --version."""
    function = log_options(version_option(function))
    function = click.option("-v", "--verbose", is_flag=True, help="Log details, and tracebacks of errors.")(function)
    return click.option("-q", "--quiet", is_flag=True, help="Print nothing but errors.")(function)


class _Command(click.Command):
    """A command that works in a directory that exists, and tells of errors as JSON where JSON is asked for."""

    def make_context(
        self, info_name: str | None, args: list[str], parent: click.Context | None = None, **extra: Any
    ) -> click.Context:
        """Read the options. Raises `click.ClickException` for wrong ones."""
        with _errors_given(_OF_MACHINES in args):
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


def as_outcome(error: Exception) -> dict[str, Any]:
    """An error as it is given to machines: its message and the exit status."""
    message, status = _described(error)
    several = {"conflicts": list(map(str, error.conflicts))} if isinstance(error, ConflictError) else {}
    return {"error": message, **several, "status": status}


SETTINGS = {"help_option_names": ["-h", "--help"], "max_content_width": 100}
"""How all commands help."""
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]


def json_option(function: Command) -> Command:
    """--json, passed on as `as_json`."""
    return click.option(_OF_MACHINES, "as_json", is_flag=True, help="Print the outcome as JSON and nothing else.")(
        function
    )


ENDS: tuple[Decorator, ...] = (json_option, talk_options)
"""What every verb that works takes."""
TELLS: tuple[Decorator, ...] = (json_option, version_option)
"""What a verb takes that only answers a question: there is nothing to log, and to be quiet of."""


def give(outcome: Mapping[str, Any] | Sequence[Any] | str) -> None:
    """Print an outcome, values of JSON or a text, on standard output."""
    if context := click.get_current_context(silent=True):
        context.meta[_GIVEN] = True
    click.echo(outcome if isinstance(outcome, str) else json.dumps(outcome, indent=1, ensure_ascii=False))


def command(text: str, *options: Decorator) -> Callable[[Callable[..., Any]], click.Command]:
    """Make a function a command with this help text and these options, in their order."""

    def make(function: Callable[..., Any]) -> click.Command:
        for option in reversed(options):
            function = option(function)
        return click.command(cls=_Command, help=text, context_settings=SETTINGS)(function)

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


def changed_rules(root: Root, file: Path | None, settings: Sequence[str]) -> Root:
    """A world's rules with the settings of the project's file, of `file`, and of the command line put in.

    Raises `RuleError` for one that does not exist or cannot be.
    """
    from datagen.rules import flatten, override, parse_settings, read_toml

    project = _project(click.get_current_context(silent=True))
    own = dict(flatten(project.rules.get(type(root).__module__.split(".")[1], {})))
    try:
        override(root, own)
    except RuleError as error:
        raise RuleError(f"{project.path}: {error}") from error
    return override(root, own | (read_toml(file) if file else {}) | parse_settings(settings))


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


def main(command: click.Command) -> NoReturn:
    """Run a command as the process's only task and exit with its status."""
    # Importing libraries makes hundreds of thousands of objects that all stay: looking for garbage among them every
    # 700 objects, and again at exit, takes a quarter of the time of a small run.
    gc.set_threshold(100_000, 20, 20)
    # Arrow's own allocator gives pages back and asks for them again all the time: a third of the memory, half of the
    # time spent in the system.
    os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
    prepare_streams()
    status = run_command(command)
    flush_streams()
    if "duckdb" not in sys.modules:  # it complains of what is not collected
        gc.freeze()
    sys.exit(status)


def run_command(command: click.Command, arguments: Sequence[str] | None = None) -> int:
    """Run a command and give its exit status; what goes wrong is said in one line on standard error.

    2 for a wrong option, 1 for anything else that failed, 130 after Ctrl-C, 143 after SIGTERM. Where nobody reads the
    output any more, click ends the run with 1 and without a word.
    """
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # paths may hold anything
    signals = _Signals()
    try:
        with signals.caught():
            return _status(command, arguments, signals)
    except Stopped as stop:
        LOG.warning("Stopped by signal %d.", stop.exit_status - 128)
        _tell(" ".join(["Stopped. Output directories are complete or as they were.", *_notes(stop)]))
        close_log()
        _leave(stop.exit_status)
    finally:
        close_log()


def _status(command: click.Command, arguments: Sequence[str] | None, signals: _Signals) -> int:
    try:
        return command.main(arguments, standalone_mode=False, obj=signals) or 0
    except Exception as error:
        signals.check()
        message, status = _described(error)
        log_failure(message, error)
        _tell(f"Error: {message}")
        return status


def _notes(stop: BaseException | None) -> Iterator[str]:
    """What the parts of the run that were ended have noted (`add_note`) of what they leave behind."""
    while stop:
        yield from getattr(stop, "__notes__", ())
        stop = stop.__context__  # a library may have made an error of its own of it


def _described(error: Exception) -> tuple[str, int]:
    """What is said of an error, and the exit status."""
    if isinstance(error, DatagenError):
        return str(error), error.exit_status
    if isinstance(error, click.ClickException):
        return error.format_message(), error.exit_code
    if isinstance(error, click.Abort):
        return "The question was left without an answer, so nothing was done. Run it again to answer.", 1
    if isinstance(error, OSError) and (error.filename is not None or error.errno in _SHORTAGES):
        where = "" if error.filename is None else f"{os.fsdecode(error.filename)}: "
        return f"{where}{error.strerror}. Check that it exists, that you may use it, and that there is room.", 1
    if isinstance(error, MemoryError):
        return "The memory is used up. Use fewer --workers, or a smaller size.", 1
    if isinstance(error, ModuleNotFoundError):
        return f"The library {error.name} is not installed. Run: pip install -r requirements-dataload.txt", 1
    reason = str(error).partition("\n")[0] or "no details"
    details = "; the log holds the details" if log_is_open() else ""
    return f"Unexpected {type(error).__name__}: {reason}. This is a defect of datagen{details}.", 1


def _tell(line: str) -> None:
    with suppress(OSError):
        show("\n- ".join(" ".join(part.split()) for part in line.split("\n- ")), sys.stderr)


def _leave(status: int) -> NoReturn:
    """End the process without waiting for threads that are still busy with what nobody wants any more."""
    flush_streams()
    os._exit(status)
