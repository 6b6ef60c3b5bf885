"""The options that commands share, each of which may be set in the environment, in `.env` or in the project's file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import click

from datagen import __version__
from datagen.console.path_type import path, path_or_store
from datagen.errors import UsageError
from datagen.logs import DIRECTORY as LOG_DIRECTORY
from datagen.output.file_names import CSV, DATABASE_FORMATS, FORMATS, TABLE_FORMATS
from datagen.project_file import Project, read_project
from datagen.settings import PREFIX, read_settings
from datagen.world import worlds

if TYPE_CHECKING:
    from datagen.pools.pool_files import Pools

Command = TypeVar("Command", bound=Callable[..., Any])
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]
PROJECT = "datagen.project"
"""Where a command's context keeps what the project's file says."""
JSON = "--json"


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
        return value or project_of(ctx).option(self._variable.removeprefix(PREFIX).lower(), world_of(ctx))


def project_of(context: click.Context | None) -> Project:
    """The project's file, read once for a command."""
    if context is None:
        return Project()
    found: Project | None = context.meta.get(PROJECT)
    if found is None:
        found = context.meta[PROJECT] = read_project()
    return found


def world_of(context: click.Context) -> str | None:
    """The world that a command is of: by the group that it is in, or by the package that it is declared in."""
    step: click.Context | None = context
    while step is not None:
        if step.command.name in worlds():
            return step.command.name
        step = step.parent
    module = getattr(context.command.callback, "__module__", "").split(".")
    return module[1] if len(module) > 1 and module[1] in worlds() else None


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


def output_option(default: str, *, store: bool = False) -> Callable[[Command], Command]:
    """--output-dir; with `store` it may be `s3://...`, too."""
    text = "Directory for the files; replaced if it is empty or one of ours."
    text += " For parts, s3://bucket/prefix, too." if store else ""
    kind = path_or_store if store else path
    return click.option("--output-dir", cls=Setting, type=kind, default=default, show_default=True, help=text)


def history_dir_option(default: str) -> Callable[[Command], Command]:
    """--output-dir of a history that grows."""
    text = "Directory of the history."
    return click.option(
        "--output-dir", cls=Setting, type=path, metavar="PATH", default=default, show_default=True, help=text
    )


_FORMAT_HELP = (
    "How tables are written; as Parquet, those whose rows come by days have a file a month, and a DuckDB or SQLite "
    "file holds all tables; delta and iceberg are Parquet files registered as the tables of a lake."
)
_HISTORY_FORMAT_HELP = (
    "How tables are written: csv and parquet are files of days, duckdb and sqlite are one file to which each run adds "
    "its rows."
)


def format_option(function: Command, text: str = _FORMAT_HELP, metavar: str | None = None) -> Command:
    """--format, passed on as `kind`."""
    kind = click.Choice(FORMATS)
    option = click.option(
        "--format", "kind", cls=Setting, type=kind, metavar=metavar, default=CSV, show_default=True, help=text
    )
    return option(function)


def history_format_option(function: Command) -> Command:
    """--format of a history that grows; lakes, which are made of one, are to be refused in words."""
    return format_option(function, _HISTORY_FORMAT_HELP, f"[{'|'.join((*TABLE_FORMATS, *DATABASE_FORMATS))}]")


def refused_options(reason: str, flags: Sequence[str], valued: Sequence[str]) -> Callable[[Command], Command]:
    """Options of other worlds that this one does not take, refused with the reason; --help does not list them."""

    def refuse_typed(_: click.Context, option: click.Parameter, value: object) -> None:
        if value:
            raise UsageError(f"{option.opts[-1]}: {reason}")

    def add(function: Command) -> Command:
        for name in (*flags, *valued):
            is_flag = name in flags
            option = click.option(name, is_flag=is_flag, hidden=True, expose_value=False, callback=refuse_typed)
            function = option(function)
        return function

    return add


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
    setting = click.option(
        "--set", "settings", metavar="RULE=VALUE", multiple=True, help=one, shell_complete=_rule_names
    )
    function = setting(function)
    return click.option("--rules", cls=Setting, type=path, metavar="FILE.toml", help=many)(function)


def _rule_names(context: click.Context, _: click.Parameter, incomplete: str) -> list[str]:
    """What a shell completes after --set: the rules of the command's world."""
    from datagen.rules import describe

    world = worlds().get(world_of(context) or "")
    names = (item.path for item in describe(world.rules)) if world else ()
    return [f"{name}=" for name in names if name.startswith(incomplete)]


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


def json_option(function: Command) -> Command:
    """--json, passed on as `as_json`."""
    return click.option(JSON, "as_json", is_flag=True, help="Print the outcome as JSON and nothing else.")(function)


ENDS: tuple[Decorator, ...] = (json_option, talk_options)
"""What every verb that works takes."""
TELLS: tuple[Decorator, ...] = (json_option, version_option)
"""What a verb takes that only answers a question: there is nothing to log, and to be quiet of."""
