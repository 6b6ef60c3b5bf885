"""`dhub seed`: make the data set, load the six databases, verify them, tell what they hold, empty them."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console, jobs, verbs
from datagen.bank.commands.choices import content_of, content_options, titled
from datagen.bank.commands.names import Group
from datagen.bank.commands.names import prefix as checked_prefix
from datagen.bank.commands.servers import SCHEMA, Server, State, asking, is_postgres, run_of, server_options
from datagen.bank.world import WORLD
from datagen.errors import DataError, UsageError
from datagen.options import worker_count
from datagen.progress import Progress, aligned, as_typed

if TYPE_CHECKING:
    from datagen.loading.load import Loaded

_NEXT = (
    "dhub seed status",
    'dhub db query "SELECT transaction_type, COUNT(*) FROM transactions GROUP BY transaction_type" -d accounts_db',
)
_CLEAR = "dhub seed clear --confirm"


@console.command(
    """Make the data set, create the six databases, load and verify them.

    \b
    Examples:
      dhub seed all
      dhub seed all --scale 0.1 --replace
      dhub seed all --customers 500 --employees 100 --end-date 2026-01-31
      dhub seed all --set accounts.holder_share=0.8 --plan
    """,
    content_options,
    server_options,
    click.option("--replace", is_flag=True, help="Replace what the databases hold."),
    click.option("--plan", is_flag=True, help="Tell what would be made; make and change nothing."),
    console.workers_option,
    console.talk_options,
)
def seed_all(
    database_url: str | None,
    prefix: str | None,
    replace: bool,
    plan: bool,
    workers: int | None,
    quiet: bool,
    verbose: bool,
    **content: Any,
) -> None:
    """Make, load and verify."""
    choices, count = content_of(content, workers), worker_count(workers)
    progress = console.begin(f"{WORLD.title}: {titled(choices)}", quiet=quiet, verbose=verbose)
    if plan:
        from datagen.bank.generation import expected

        console.give(expected(choices, workers=count).text())
        return
    from datagen.bank.generation import export

    with Server(database_url, prefix, progress) as server:
        server.databases.connect(create_database=True)
        if not replace:
            _refuse_filled(server)
        with tempfile.TemporaryDirectory(prefix="dhub-") as scratch:
            directory = export(Path(scratch, "data"), choices, workers=count, progress=progress)
            loaded = server.databases.load(directory, truncate=True)
        progress.say(f"\n{_loaded_table(loaded)}\n")
        verdict = server.databases.verify()
    progress.say("\nNext:")
    for command in _NEXT:
        progress.say(f"  {as_typed(command)}")
    jobs.refuse_broken_database(verdict)


def _refuse_filled(server: Server) -> None:
    for state in server.states():
        if state.rows:
            raise DataError(
                f"The database {server.prefix}{state.name} holds {state.rows:,} rows. "
                f"Empty the databases first: {_CLEAR}; or give --replace."
            )


def _loaded_table(loaded: Loaded) -> str:
    """What was loaded by database, with seconds; the total is what all of it took."""
    lines = []
    for name in WORLD.databases:
        tables = [table for table in WORLD.metadata.tables.values() if table.info["database"] == name]
        rows = sum(loaded.rows.get(table.name, 0) for table in tables)
        lines.append((name, f"{len(tables)}", f"{rows:,}", f"{loaded.seconds_of.get(name, 0.0):.2f}"))
    total = ("total", str(len(WORLD.metadata.tables)), f"{sum(loaded.rows.values()):,}", f"{loaded.seconds:.2f}")
    return aligned([("database", "tables", "rows", "seconds"), *lines, total])


@console.command(
    "Tell what each database holds, and the run it comes from; status 1 if they do not belong together.",
    server_options,
    *console.ENDS,
)
def seed_status(database_url: str | None, prefix: str | None, as_json: bool, **_: Any) -> int:
    """Tell the rows of all tables."""
    from datagen.loading.load_all import why_apart

    target = jobs.Target(database_url, prefix=checked_prefix(prefix))
    if not is_postgres(target):
        return verbs.show_databases(WORLD, target, as_json=as_json)
    with Server(database_url, prefix, Progress(quiet=True)) as server:
        states = server.states()
        loads = server.loads()
    run, apart = run_of(loads), why_apart(loads) if loads else ""
    if as_json:
        console.give(
            {
                "databases": {state.name: _plain(state) for state in states},
                "rows": sum(state.rows for state in states),
                "run": run,
                "apart": apart or None,
            }
        )
    else:
        console.give(_status_text(states, run, apart))
    return 1 if apart else 0


def _plain(state: State) -> dict[str, Any]:
    return {"state": state.word, "rows": state.rows, "tables": {table.name: table.rows for table in state.tables}}


def _status_text(states: list[State], run: dict[str, Any] | None, apart: str) -> str:
    lines: list[tuple[str, ...]] = [("database", "table", "rows")]
    for state in states:
        if not state.exists or state.word == "missing":
            lines.append((state.name, "missing", ""))
            continue
        for table in state.tables:
            shown = "missing" if table.rows is None else f"{table.rows:,}" if table.rows else "empty"
            lines.append((state.name, table.name, shown))
    lines.append(("total", "", f"{sum(state.rows for state in states):,}"))
    told_run = "" if run is None else "\n\n" + _run_text(run)
    return aligned(lines, left=(0, 1)) + told_run + (f"\n\n{apart}" if apart else "")


def _run_text(run: dict[str, Any]) -> str:
    facts = [
        f"seed {run['seed']}",
        f"scale {run['scale']}",
        f"end date {run['end_date']}",
        f"release {run['release']}",
        f"loaded {run['time'] or 'at a time that is not known'}",
    ]
    return f"From a run with {', '.join(facts)}."


@console.command(
    "Empty our tables in all six databases; databases, tables and whatever is not ours stay.",
    click.option("--confirm", is_flag=True, help="Do it; without this, tell what would be removed."),
    server_options,
    console.talk_options,
)
def seed_clear(confirm: bool, database_url: str | None, prefix: str | None, **_: Any) -> None:
    """Remove the rows, or tell how many there are.

    Raises:
        UsageError: without --confirm.
    """
    with Server(database_url, prefix, Progress(quiet=True)) as server:
        states = [state for state in server.states() if state.rows]
        lines = [(server.prefix + state.name, f"{state.rows:,}") for state in states]
        total = f"{sum(state.rows for state in states):,}"
        if confirm:
            for state in states:
                _empty(server, state)
    console.give(aligned([("database", "rows removed" if confirm else "rows"), *lines, ("total", total)]))
    if not confirm:
        raise UsageError(f"Nothing was removed. To remove these {total} rows: {as_typed(_CLEAR)}")


def _empty(server: Server, state: State) -> None:
    """Empty the tables of a database in one moment, and let its load record say so."""
    from datagen.loading.load_record import LoadedFile
    from datagen.loading.postgres import record_view
    from datagen.schema import quoted

    part = server.part(state.name)
    ours = [table.name for table in state.tables if table.rows is not None]
    connection = part.backend.connect()
    connection.autocommit = False
    try:
        with asking(part, connection) as cursor:
            others = [file for file in record_view.read(cursor, SCHEMA) if file.table_name not in ours]
            cursor.execute("TRUNCATE " + ", ".join(f"{quoted(SCHEMA)}.{quoted(name)}" for name in ours))
            record_view.write(cursor, SCHEMA, [*others, *(LoadedFile(name, 0, 0) for name in ours)])
            connection.commit()
    finally:
        connection.rollback()
        connection.autocommit = True


@console.command(
    """Verify the six databases, or an exported directory: keys, references, every rule, the scorecard.

    Status 1 if the schema or a hard rule is broken; figures out of their band only inform.
    """,
    click.argument("directory", type=console.path, required=False, metavar="[DIR]"),
    server_options,
    *console.ENDS,
)
@click.pass_context
def seed_verify(
    context: click.Context,
    /,
    directory: Path | None,
    database_url: str | None,
    prefix: str | None,
    as_json: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Verify files or databases."""
    what = "the six databases" if directory is None else str(directory)
    progress = console.begin(f"{WORLD.title}: verifying {what}", quiet=quiet or as_json, verbose=verbose)
    if directory is not None:
        if console.is_typed(context, "database_url") or console.is_typed(context, "prefix"):
            raise UsageError("--database-url and --prefix name databases; leave them out to verify a directory.")
        verdict = jobs.verify_files(WORLD, directory, {}, progress)
    else:
        with Server(database_url, prefix, progress) as server:
            if server.there and not any(state.rows for state in server.states()):
                raise DataError(
                    f"The six databases hold no rows to verify. Load them first: {as_typed('dhub seed all')}"
                )
            server.start()
            server.databases.connect()
            verdict = server.databases.verify()
    if as_json:
        console.give(verdict.plain())
    if directory is not None:
        jobs.refuse_broken_files(verdict, directory)
    else:
        jobs.refuse_broken_database(verdict)


seed = Group(
    "seed", help="Make, load, verify and empty the data of the six databases.", context_settings=console.SETTINGS
)
for name, command in (("all", seed_all), ("status", seed_status), ("clear", seed_clear), ("verify", seed_verify)):
    seed.add_command(command, name)
