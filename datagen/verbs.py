"""The verbs that all worlds share - load, verify, psql, rules, ... - as commands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from datagen import console, jobs
from datagen.errors import UsageError
from datagen.hints import typed
from datagen.options import given_window, memory_limit
from datagen.world import World, loaded

if TYPE_CHECKING:
    from datagen.loading.postgres.embedded.server import EmbeddedServer
    from datagen.progress import Progress


def commands(world: World) -> Mapping[str, click.Command | str]:
    """The commands of a world by verb; one that is not loaded yet is an import string."""
    shared = {
        "load": load_command(world),
        "verify": verify_command(world),
        "verify-database": verify_database_command(world),
        "psql": psql_command(world),
        "status": status_command(world),
        "stop": stop_command(world),
        "rules": rules_command(world),
    }
    return {**world.commands, **{verb: made for verb, made in shared.items() if verb not in world.commands}}


DELIVERY: tuple[console.Decorator, ...] = (
    click.option("--no-verify", is_flag=True, help="Do not verify the files after writing them."),
    click.option("--load-database", is_flag=True, help="Load the files into PostgreSQL and verify them there too."),
    console.database_options,
    console.load_options,
)
"""What a command that generates a data set takes of what is done with it then."""


@dataclass(frozen=True)
class Delivery:
    """What is done with a data set when it is written."""

    verify: bool
    target: jobs.Target | None
    """The database that it is loaded into, if that is asked for."""
    as_json: bool


def delivery(context: click.Context) -> Delivery:
    """What the options `DELIVERY` and --json ask for. Raises `UsageError` for one that would do nothing."""
    given = context.params
    if not given["load_database"]:
        console.refuse(context, "a run without --load-database", console.LOADING)
    names = ("schema", "create_database", "truncate", "indexes")
    target = jobs.Target(given["database_url"], **{name: given[name] for name in names})
    return Delivery(not given["no_verify"], target if given["load_database"] else None, given.get("as_json", False))


def deliver(world: World, directory: Path, progress: Progress, wanted: Delivery, next_step: str) -> None:
    """Verify a data set that has just been written, and load it, as far as that is wanted; tell a good next step.

    Raises: `CheckError` if a rule or the schema is broken, in the files or the database; what a load raises.
    """
    outcome: dict[str, Any] = {"directory": str(directory), "written": progress.plain()}
    try:
        if wanted.verify:
            verdict = jobs.verify_files(world, directory, {}, progress)
            outcome["verified"] = verdict.plain()
            jobs.refuse_broken_files(verdict, directory)
        progress.finish(directory, next_step)
        if wanted.target:
            progress.say()
            loaded_now = jobs.load(world, directory, wanted.target, progress, made=True)
            outcome["database"] = loaded_now.plain()
            jobs.refuse_broken_database(loaded_now.verdict)
    finally:
        if wanted.as_json:
            console.give(outcome)


def _directory(world: World) -> console.Decorator:
    return click.argument("directory", type=console.path, default=world.directory, metavar="[DIR]")


def _window_options(world: World) -> list[console.Decorator]:
    """The options that state the window of a directory without a manifest; none where directories are histories."""
    if world.verify_files:
        return []
    text = "Of data without a manifest: "
    return [
        click.option(name, metavar="YYYY-MM-DD", help=f"{text}the day.")
        if name.endswith("date")
        else click.option(name, type=click.IntRange(1), help=f"{text}{name.strip('-')} of the window.")
        for name in world.window_options
    ]


def load_command(world: World) -> click.Command:
    """`load`: a directory into the database."""

    @console.command(
        f"""Load the files of a directory, {world.directory} by default, into PostgreSQL, and verify them there.

        A load is all or nothing. Without --database-url and DATABASE_URL, an embedded PostgreSQL in .postgres/ is used.
        """,
        _directory(world),
        console.database_options,
        console.load_options,
        click.option("--no-verify", is_flag=True, help="Do not verify the data in the database after loading it."),
        *console.ENDS,
    )
    def load(
        directory: Path,
        database_url: str | None,
        create_database: bool,
        schema: str,
        truncate: bool,
        indexes: bool,
        no_verify: bool,
        as_json: bool,
        quiet: bool,
        verbose: bool,
    ) -> None:
        target = jobs.Target(database_url, schema, create_database, truncate, indexes, not no_verify)
        title = f"{world.title}: loading {directory} {target.place(world)}"
        progress = console.begin(title, quiet=quiet or as_json, verbose=verbose)
        outcome = jobs.load(world, directory, target, progress)
        if as_json:
            console.give(outcome.plain())
        jobs.refuse_broken_database(outcome.verdict)

    return load


def verify_command(world: World) -> click.Command:
    """`verify`: the files of a directory."""

    @console.command(
        f"""Verify the files of a directory, {world.directory} by default: files, schema, rules, scorecard.

        Status 1 if a rule or a check of the schema or the files fails; figures out of their band only inform.
        """,
        _directory(world),
        *_window_options(world),
        click.option(
            "--memory",
            type=int,
            metavar="MIB",
            help="Memory to use, in MiB; what does not fit goes to a temporary directory.  "
            "[default: a quarter of what is free, 512 to 4096]",
        ),
        *console.ENDS,
    )
    @click.pass_context
    def verify(context: click.Context, /, directory: Path, memory: int | None, as_json: bool, **_: Any) -> None:
        verify_files(context, world, directory, as_json=as_json, memory=memory_limit(memory))

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

    `memory` is the MiB that may be used.

    Raises: `CheckError` if a rule or the schema is broken, and what `jobs.verify_files` raises.
    """
    given = context.params
    title = f"{world.title}: verifying {directory}"
    progress = console.begin(
        title, quiet=given["quiet"] or as_json, verbose=given["verbose"] or given.get("debug", False)
    )
    verdict = jobs.verify_files(world, directory, _stated_window(context, world), progress, workers, memory)
    if as_json:
        console.give(verdict.plain())
    jobs.refuse_broken_files(verdict, directory)


def _stated_window(context: click.Context, world: World) -> dict[str, Any]:
    """The options of the window that were typed; defaults and settings are about data that is generated."""
    names = [name.strip("-").replace("-", "_") for name in world.window_options]
    return given_window(**{name: context.params.get(name) for name in names if console.is_typed(context, name)})


def verify_database_command(world: World) -> click.Command:
    """`verify-database`: what the database holds."""

    @console.command(
        """Verify what the database holds by every rule, within a read-only transaction.

        Rows and control totals are compared with what the last load noted.
        """,
        *_window_options(world),
        console.database_options,
        *console.ENDS,
    )
    @click.pass_context
    def verify_database(
        context: click.Context,
        /,
        database_url: str | None,
        create_database: bool,
        schema: str,
        as_json: bool,
        quiet: bool,
        verbose: bool,
        **_: Any,
    ) -> None:
        target = jobs.Target(database_url, schema, create_database)
        title = f"{world.title}: verifying {target.place(world)}"
        progress = console.begin(title, quiet=quiet or as_json, verbose=verbose)
        verdict = jobs.verify_database(world, target, progress, given=_stated_window(context, world))
        if as_json:
            console.give(verdict.plain())
        jobs.refuse_broken_database(verdict)

    return verify_database


def psql_command(world: World) -> click.Command:
    """`psql`: a look into the database."""

    @console.command(
        "Open psql on the database; an embedded server is started if need be.",
        console.database_options,
        console.talk_options,
    )
    def psql(database_url: str | None, schema: str, **_: Any) -> NoReturn:
        open_psql(world, jobs.Target(database_url, schema))

    return psql


def open_psql(world: World, target: jobs.Target) -> NoReturn:
    """Become psql on the database: that of the URL, given or set, or the embedded one.

    Raises: `DatabaseError` if there is none.
    """
    from datagen.loading.session import open_psql
    from datagen.progress import Progress

    open_psql(target.session(world, Progress(quiet=True)), typed(world, "load", Path(world.directory)))


def status_command(world: World) -> click.Command:
    """`status`: about the embedded server."""

    @console.command("Tell about the embedded server; status 1 if it does not run.", *console.ENDS)
    def status(as_json: bool, **_: Any) -> int:
        return tell_status(world, as_json)

    return status


def _server(world: World) -> EmbeddedServer:
    from datagen.loading.session import embedded_server

    return embedded_server(world.name)


def tell_status(world: World, as_json: bool) -> int:
    """Tell about the embedded server; the exit status, 1 if it does not run."""
    from datagen.progress import as_typed, size_text

    server = _server(world)
    state = server.status()
    if as_json:
        facts = {name: getattr(state, name) for name in ("running", "url", "version", "pid", "bytes")}
        console.give({**facts, "directory": str(server.directory)})
    elif state.running:
        console.give(
            f"PostgreSQL {state.version} runs in {server.directory} (process {state.pid}, {size_text(state.bytes)}).\n"
            f"URL: {state.url}\nTo look into it: {as_typed(typed(world, 'psql'))}"
        )
    elif state.version:
        console.give(f"The PostgreSQL {state.version} in {server.directory} does not run; a load or psql starts it.")
    else:
        console.give(f"There is no embedded PostgreSQL in {server.directory}; a load without --database-url makes one.")
    return 0 if state.running else 1


def stop_command(world: World) -> click.Command:
    """`stop`: the embedded server."""

    @console.command("Stop the embedded server.", *console.ENDS)
    def stop_server(as_json: bool, **_: Any) -> int:
        return stop(world, as_json)

    return stop_server


def stop(world: World, as_json: bool) -> int:
    """Stop the embedded server, and tell so; the exit status."""
    stopped = _server(world).stop()
    if as_json:
        console.give({"stopped": stopped})
    else:
        console.give("Stopped the embedded PostgreSQL." if stopped else "No embedded PostgreSQL runs here.")
    return 0


def rules_command(world: World) -> click.Command:
    """`rules`: business numbers, found by name."""

    @console.command(
        """Find business numbers by their name, unit or source, all of whose words must be given; all without a word.

        \b
        Change any of them with --set NAME=VALUE, or in a TOML file for --rules.
        """,
        click.argument("words", nargs=-1, metavar="[WORD]..."),
        *console.ENDS,
    )
    def rules(words: tuple[str, ...], as_json: bool, **_: Any) -> None:
        from datagen.rule_search import as_text, find, plain

        found = find(world.rules, words)
        if not found:
            raise UsageError(f"There is no rule with {' and '.join(words)}. Leave words out to see more rules.")
        console.give([plain(rule) for rule in found] if as_json else as_text(found))

    return rules


@click.pass_context
def _show_help(context: click.Context, /) -> None:
    if context.invoked_subcommand is None:
        console.give(context.get_help())


class Verbs(click.Group):
    """The commands of one world, imported when they are asked for."""

    def __init__(self, world: World) -> None:
        text = f"{world.title}: generate, verify and load their data."
        super().__init__(world.name, help=text, context_settings=console.SETTINGS, invoke_without_command=True)
        self.callback = _show_help
        self._made = commands(world)

    def list_commands(self, ctx: click.Context) -> list[str]:
        """The verbs, the world's own first."""
        return list(self._made)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a verb."""
        found: click.Command | None = loaded(self._made.get(cmd_name))
        return found
