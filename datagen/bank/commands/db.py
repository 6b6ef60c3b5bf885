"""`dhub db`: a look into the six databases."""

from __future__ import annotations

import csv
import io
import json
import sys
import time
from collections.abc import Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any

import click

from datagen import console
from datagen.bank.commands.names import Group, database, nearest
from datagen.bank.commands.queries import asked
from datagen.bank.commands.servers import Server, server_options
from datagen.bank.vocabulary import DATABASES
from datagen.bank.world import WORLD
from datagen.errors import DatabaseError, UsageError
from datagen.progress import Progress, aligned, size_text

if TYPE_CHECKING:
    from sqlalchemy import Table

    from datagen.bank.commands.queries import Result

MOST_SHOWN = 1_000
"""Rows that a table on the screen shows, at most."""
_DATABASE_HELP = f"One of {', '.join(DATABASES)}."


def _one_database(*, required: bool = False) -> console.Decorator:
    return click.option("-d", "--database", "name", metavar="DB", required=required, help=_DATABASE_HELP)


@console.command("List the six databases with state, tables, rows and size.", server_options, *console.ENDS)
def list_databases(database_url: str | None, prefix: str | None, as_json: bool, **_: Any) -> None:
    """Tell what there is."""
    with Server(database_url, prefix, Progress(quiet=True)) as server:
        states = server.states()
    if as_json:
        facts = {
            state.name: {"state": state.word, "tables": state.table_count, "rows": state.rows, "bytes": state.bytes}
            for state in states
        }
        console.give(facts)
        return
    lines = [
        (state.name, state.word, str(state.table_count), f"{state.rows:,}", size_text(state.bytes)) for state in states
    ]
    console.give(aligned([("database", "state", "tables", "rows", "size"), *lines], left=(0, 1)))


@console.command("Connect to each of the six databases; status 1 if one fails.", server_options, console.talk_options)
def test_databases(database_url: str | None, prefix: str | None, **_: Any) -> int:
    """Print `ok` and milliseconds, or the reason."""
    failed = False
    with Server(database_url, prefix, Progress(quiet=True)) as server:
        server.start()
        for part in server.databases.parts:
            begun = time.perf_counter()
            try:
                part.backend.connect()
                outcome = f"ok, {1_000 * (time.perf_counter() - begun):.0f} ms"
            except DatabaseError as error:
                failed, outcome = True, str(error)
            console.give(f"{part.name}: {outcome}")
    return 1 if failed else 0


@console.command(
    "List the tables with rows and what they are about.", _one_database(), server_options, console.talk_options
)
def list_tables(name: str | None, database_url: str | None, prefix: str | None, **_: Any) -> None:
    """Tell the tables of one database, or of all."""
    wanted = DATABASES if name is None else (database(name),)
    with Server(database_url, prefix, Progress(quiet=True)) as server:
        states = [state for state in server.states() if state.name in wanted]
    rows = {table.name: table.rows for state in states for table in state.tables}
    lines = []
    for table in WORLD.metadata.tables.values():
        if table.info["database"] in wanted:
            found = rows.get(table.name)
            lines.append(
                (table.info["database"], table.name, "missing" if found is None else f"{found:,}", table.comment or "")
            )
    lines.sort(key=lambda line: DATABASES.index(line[0]))
    console.give(aligned([("database", "table", "rows", "about"), *lines], left=(0, 1, 3)))


@console.command(
    "Describe the columns of a table, or of all: types, keys, references and meaning.",
    click.argument("table", required=False),
    _one_database(),
    console.talk_options,
)
def describe(table: str | None, name: str | None, **_: Any) -> None:
    """Tell the columns; no database is needed."""
    inside = None if name is None else database(name)
    tables = [item for item in WORLD.metadata.tables.values() if inside in (None, item.info["database"])]
    if table is not None:
        found = [item for item in tables if item.name == table]
        tables = found or nearest("table", table, [item.name for item in tables])
    console.give("\n\n".join(_described(item) for item in tables))


def _described(table: Table) -> str:
    from datagen.schema import foreign_keys, kind, unique_columns

    parents = {child: f"-> {parent}.{key}" for child, parent, key in foreign_keys(table)}
    lines = []
    for item in table.columns:
        crossing = item.info.get("references")
        key = (
            "primary key"
            if item.primary_key
            else parents.get(item.name, "unique" if item.name in unique_columns(table) else "")
        )
        if crossing:
            home = WORLD.metadata.tables[crossing.split(".")[0]].info["database"]
            key = f"{key} => {home}.{crossing}".strip()
        lines.append((item.name, kind(item) + ("?" if item.nullable else ""), key, item.comment or ""))
    head = f"{table.info['database']}.{table.name}: {table.comment}"
    return f"{head}\n{aligned([('column', 'type', 'key', 'meaning'), *lines], left=range(4))}"


@console.command(
    """Run one query on a database, in a read-only transaction of at most 60 seconds.

    \b
    Example:
      dhub db query "SELECT channel, COUNT(*) FROM interactions GROUP BY channel" -d customer_db
    """,
    click.argument("sql"),
    _one_database(required=True),
    click.option("--csv", "as_csv", is_flag=True, help="Print all rows as CSV."),
    click.option("--json", "as_json", is_flag=True, help="Print all rows as JSON."),
    click.option("--limit", type=click.IntRange(1), metavar="N", help="Print at most so many rows."),
    server_options,
    console.talk_options,
)
def query(
    sql: str,
    name: str,
    as_csv: bool,
    as_json: bool,
    limit: int | None,
    database_url: str | None,
    prefix: str | None,
    **_: Any,
) -> None:
    """Run it and print what comes.

    Raises:
        UsageError: for --csv and --json at once, or an unknown database.
    """
    if as_csv and as_json:
        raise UsageError("--csv and --json exclude each other; give one of them.")
    wanted = database(name)
    with Server(database_url, prefix, Progress(quiet=True)) as server:
        server.start()
        with asked(server.part(wanted), sql) as result:
            if as_csv:
                _print_csv(result, limit)
            elif as_json:
                rows = [dict(zip(result.columns, row, strict=True)) for row in islice(result.rows, limit)]
                click.echo(json.dumps(rows, indent=1, ensure_ascii=False, default=str))
            else:
                _print_table(result, limit)


def _print_csv(result: Result, limit: int | None) -> None:
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(result.columns)
    for row in islice(result.rows, limit):
        writer.writerow([_cell(value, "") for value in row])
        if text.tell() > 1 << 16:
            sys.stdout.write(text.getvalue())
            text.seek(0)
            text.truncate()
    click.echo(text.getvalue(), nl=False)


def _print_table(result: Result, limit: int | None) -> None:
    most = min(limit or MOST_SHOWN, MOST_SHOWN)
    rows = [tuple(_cell(value, "NULL") for value in row) for row in islice(result.rows, most)]
    lines = [tuple(result.columns), *rows]
    console.give(aligned(lines, left=range(len(result.columns))) if result.columns else "")
    if limit is None and next(result.rows, None) is not None:
        console.give(f"These are the first {most:,} rows; --csv and --json print all.")
    else:
        console.give(f"{len(rows):,} row{'' if len(rows) == 1 else 's'}")


def _cell(value: Any, nothing: str) -> str:
    if value is None:
        return nothing
    return str(value).lower() if isinstance(value, bool) else str(value)


db = Group("db", help="Look into the six databases.", context_settings=console.SETTINGS)
_COMMANDS: Sequence[tuple[str, click.Command]] = (
    ("list", list_databases),
    ("test", test_databases),
    ("tables", list_tables),
    ("info", describe),
    ("query", query),
)
for _name, _command in _COMMANDS:
    db.add_command(_command, _name)
