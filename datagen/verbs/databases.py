"""The verbs about databases: load a directory, verify what was loaded, look into it, tell and stop the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

from datagen import console, jobs
from datagen.hints import typed
from datagen.loading.backends import titles
from datagen.output.file_names import named
from datagen.progress import Progress, aligned, as_typed, size_text
from datagen.verbs.parameters import directory_argument, stated_window, stores, window_options
from datagen.world import World

if TYPE_CHECKING:
    from datagen.loading.load_all import DatabaseStatus
    from datagen.loading.postgres.embedded.server import EmbeddedServer


def database_options(world: World, options: console.Decorator = console.database_options) -> list[console.Decorator]:
    """--database-url, --create-database and --schema, and --prefix where a world has several databases."""
    return [options, *([prefix_option(world)] if world.databases else [])]


def prefix_option(world: World) -> console.Decorator:
    """--prefix of a world that has several databases."""
    text = f"What goes before the names of the {len(world.databases)} databases."
    return click.option("--prefix", cls=console.Setting, default="", metavar="TEXT", help=text)


def partition_options(world: World) -> list[console.Decorator]:
    """--partition, where a world has tables that can be partitioned."""
    tables = " and ".join(world.partitions)
    text = f"Partition {tables} by month."
    return [click.option("--partition", type=click.Choice(["month"]), help=text)] if tables else []


def target_of(given: Mapping[str, Any]) -> jobs.Target:
    """The database that the options of a command name."""
    names = ("schema", "create_database", "truncate", "indexes", "prefix", "partition")
    return jobs.Target(given["database_url"], **{name: given[name] for name in names if name in given})


def load_command(world: World) -> click.Command:
    """`load`: a directory into the database."""
    place = f"{len(world.databases)} databases of one server" if world.databases else "a database"
    each = " in all of them, or in none" if world.databases else ""

    @console.command(
        f"""Load the files of a directory, {world.directory} by default, into {place}, and verify them there.

        {titles()} can be loaded into, by the beginning of the URL. A load is all or nothing{each}. Without
        --database-url and DATABASE_URL, an embedded PostgreSQL in .postgres/ is used.{stores(world)}
        """,
        directory_argument(world, store=True),
        *database_options(world),
        console.load_options,
        *partition_options(world),
        click.option("--no-verify", is_flag=True, help="Do not verify the data in the database after loading it."),
        *console.ENDS,
    )
    def load(directory: Path, no_verify: bool, as_json: bool, quiet: bool, verbose: bool, **given: Any) -> None:
        target = replace(target_of(given), verify=not no_verify)
        title = f"{world.title}: loading {named(directory)} {target.place(world)}"
        progress = console.begin(title, quiet=quiet or as_json, verbose=verbose)
        outcome = jobs.load(world, directory, target, progress)
        if as_json:
            console.give(outcome.plain())
        jobs.refuse_broken_database(outcome.verdict)

    return load


def verify_database_command(world: World) -> click.Command:
    """`verify-database`: what the database holds."""

    @console.command(
        """Verify what the database holds by every rule, within a read-only transaction.

        Rows and control totals are compared with what the last load noted.
        """,
        *window_options(world),
        *database_options(world, console.place_options),
        *console.ENDS,
    )
    @click.pass_context
    def verify_database(context: click.Context, /, as_json: bool, quiet: bool, verbose: bool, **given: Any) -> None:
        target = target_of(given)
        progress = console.begin(
            f"{world.title}: verifying {target.place(world)}", quiet=quiet or as_json, verbose=verbose
        )
        verdict = jobs.verify_database(world, target, progress, given=stated_window(context, world))
        if as_json:
            console.give(verdict.plain())
        jobs.refuse_broken_database(verdict)

    return verify_database


def psql_command(world: World) -> click.Command:
    """`psql`: a look into the database."""
    which = click.argument("database", type=click.Choice(world.databases)) if world.databases else None
    what = "one of the databases" if world.databases else "the database"

    @console.command(
        f"Open psql on {what}; an embedded server is started if need be.",
        *([which] if which else []),
        *database_options(world, console.place_options),
        console.version_option,
    )
    def psql(database: str | None = None, **given: Any) -> NoReturn:
        open_psql(world, target_of(given), database)

    return psql


def open_psql(world: World, target: jobs.Target, database: str | None = None) -> NoReturn:
    """Become psql on the database: that of the URL, given or set, or the embedded one; or on one of several, by name.

    Raises: `DatabaseError` if there is none.
    """
    from datagen.loading.session import open_psql

    session = target.session(world, Progress(quiet=True))
    name = f"{target.prefix}{database}" if database else None
    open_psql(session, typed(world, "load", Path(world.directory)), name)


def status_command(world: World) -> click.Command:
    """`status`: what the database holds, or the several databases of a world, and of the embedded server."""
    if world.databases:
        return _databases_status_command(world)

    @console.command(
        """Tell what the database holds, by its load record, and of the embedded server whether it runs.

        Status 1 if the database is missing or holds none of our tables, or the embedded server does not run.
        """,
        *database_options(world, console.place_options),
        *console.TELLS,
    )
    def status(as_json: bool, **given: Any) -> int:
        return show_status(world, target_of(given), as_json)

    return status


def _databases_status_command(world: World) -> click.Command:
    @console.command(
        """Tell what each database holds, and whether they belong together.

        Status 1 if one is missing or empty, or they do not hold the same load.
        """,
        *database_options(world),
        *console.ENDS,
    )
    def status(as_json: bool, quiet: bool, verbose: bool, **given: Any) -> int:
        console.refuse_both(quiet, verbose)
        return show_databases(world, target_of(given), as_json=as_json, quiet=quiet)

    return status


def show_databases(world: World, target: jobs.Target, *, as_json: bool, quiet: bool = False) -> int:
    """Show what each database of a world holds; the exit status, 1 if they do not belong together."""
    from datagen.jobs.several_databases import as_text, is_whole, plain

    found = jobs.status(world, target)
    if as_json:
        console.give(plain(found))
    elif not quiet:
        console.give(as_text(found))
    return 0 if is_whole(found) else 1


def _server(world: World) -> EmbeddedServer:
    from datagen.loading.session import embedded_server

    return embedded_server(world.name)


def show_status(world: World, target: jobs.Target, as_json: bool) -> int:
    """Show what the database of a world holds; the exit status, 1 if it holds nothing or its server does not run."""
    server = target.session(world, Progress(quiet=True)).server
    runs = server is None or server.status().running
    held = jobs.status(world, target)[0] if runs else None
    if as_json:
        console.give((_server_facts(server) if server else {}) | (_held_facts(held) if held else {}))
    else:
        lines = [_server_text(world, server)] if server else []
        console.give("\n".join([*lines, *([_held_text(held)] if held else [])]))
    return 0 if held and held.files else 1


def _server_facts(server: EmbeddedServer) -> dict[str, Any]:
    state = server.status()
    facts = {name: getattr(state, name) for name in ("running", "url", "version", "pid", "bytes")}
    return {**facts, "directory": str(server.directory)}


def _server_text(world: World, server: EmbeddedServer) -> str:
    state = server.status()
    if state.running:
        return (
            f"PostgreSQL {state.version} runs in {server.directory} (process {state.pid}, {size_text(state.bytes)}).\n"
            f"URL: {state.url}\nTo look into it: {as_typed(typed(world, 'psql'))}"
        )
    if state.version:
        return f"The PostgreSQL {state.version} in {server.directory} does not run; a load or psql starts it."
    return f"There is no embedded PostgreSQL in {server.directory}; a load without --database-url makes one."


def _held_facts(held: DatabaseStatus) -> dict[str, Any]:
    tables = {file.table_name: file.row_count for file in held.files}
    return {
        "place": held.place,
        "exists": held.exists,
        "tables": tables,
        "rows": held.rows,
        "generations": sorted(held.generations),
        "loaded_at": held.loaded_at,
    }


def _held_text(held: DatabaseStatus) -> str:
    """A database's load record, a line a table."""
    if not held.exists:
        return f"{held.place}: there is no such database."
    if not held.files:
        return f"{held.place}: nothing is loaded."
    lines = [("table", "rows", "release", "seed", "loaded")]
    for file in held.files:
        seed = "" if file.seed is None else str(file.seed)
        lines.append((file.table_name, f"{file.row_count:,}", file.release or "", seed, file.loaded_at or ""))
    return f"{held.place}: {held.rows:,} rows in {len(held.files)} tables.\n{aligned(lines, left=(0, 4))}"


def stop_command(world: World) -> click.Command:
    """`stop`: the embedded server."""

    @console.command("Stop the embedded server.", *console.TELLS)
    def stop_server(as_json: bool) -> int:
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
