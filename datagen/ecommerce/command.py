"""The console command `ecommerce`: generates a marketplace, loads and verifies it, prints its DDL."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from datagen import console, jobs, verbs
from datagen.ecommerce.generation import Choices, expected, export, window
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.size import NAMES, option, size_of
from datagen.ecommerce.statements import DIALECTS, statements
from datagen.ecommerce.world import WORLD
from datagen.errors import Conflicts
from datagen.hints import look_into
from datagen.options import seed_number, worker_count
from datagen.output.file_names import file_pattern

_DEFAULTS = size_of(EcommerceRules()).plain()
_DATES: tuple[console.Decorator, ...] = (
    click.option(
        "--start-date",
        cls=console.Setting,
        metavar="YYYY-MM-DD",
        help="First day, 1 to 36 months before the as-of day.  [default: 12 months before it]",
    ),
    console.end_date_option,
)


def _size_options(function: Any) -> Any:
    """--scale and a number of rows of each table."""
    for name in reversed(NAMES):
        rows = "10 x orders" if name == "items" else f"{_DEFAULTS[name]:,}"
        text = f"Rows of {name.replace('_', ' ')}.  [default: {rows}]"
        function = click.option(option(name), cls=console.Setting, type=int, help=text)(function)
    text = "Multiplies orders and items, unless their numbers are given."
    return click.option("--scale", cls=console.Setting, type=float, default=1.0, show_default=True, help=text)(function)


_CONTENT: tuple[console.Decorator, ...] = (
    _size_options,
    console.seed_option,
    *_DATES,
    console.rule_options,
)
"""What decides the content of a data set."""


def _choices(given: dict[str, Any], workers: int | None) -> Choices:
    """What the options come to. Raises `UsageError` for all that cannot be, and for what has no room in a catalogue."""
    conflicts, usual = Conflicts(), EcommerceRules()
    rules = conflicts.value_of(
        lambda: console.changed_rules(usual, given["rules"], given["settings"], conflicts), usual
    )
    size = conflicts.value_of(lambda: size_of(rules, given["scale"], {name: given[name] for name in NAMES}), None)
    days = conflicts.value_of(lambda: window(given["start_date"], given["end_date"]), None)
    seed = conflicts.value_of(lambda: seed_number(given["seed"]), 0)
    conflicts.value_of(lambda: worker_count(workers), 0)
    choices = Choices(size or size_of(usual), seed, *(days or window(None, None)), rules)
    if size and days:
        with conflicts.noted():
            choices.dataset()
    conflicts.refuse()
    return choices


@console.command(
    """Generate a marketplace: brands, categories, sellers, products, promotions, orders and their items.

    \b
    Examples:
      ecommerce generate
      ecommerce generate --scale 0.01 --end-date 2026-01-01 --output-dir small
      ecommerce generate --orders 5000 --format parquet --set demand.elasticity=2.5
      ecommerce generate --load-database --database-url postgresql://user:password@host/shop
    """,
    *_CONTENT,
    console.output_option(WORLD.directory, store=True),
    console.format_option,
    console.workers_option,
    *verbs.PARTS,
    click.option("--plan", "only_plan", is_flag=True, help="Print what would be made and what it takes; make nothing."),
    *verbs.DELIVERY,
    *console.ENDS,
)
@click.pass_context
def generate(
    context: click.Context, /, only_plan: bool, output_dir: Path, kind: str, workers: int | None, quiet: bool,
    verbose: bool, as_json: bool, **given: Any,
) -> None:  # fmt: skip
    """Check the options, then generate, verify and load."""
    if only_plan:
        unused = ("output_dir", "no_verify", "load_database", "resume", *console.LOADING, "quiet", "verbose")
        console.refuse(context, "--plan", unused)
        _tell_plan(context, given, kind, workers, as_json=as_json)
        return
    choices, count, wanted = _choices(given, workers), worker_count(workers), verbs.delivery(context)
    parts, size = verbs.parts_of(context), choices.size
    title = (
        f"{WORLD.title}: {size.orders:,} orders of {size.items:,} items, {choices.start} to {choices.as_of}, "
        f"seed {choices.seed}"
    )
    progress = console.begin(title, quiet=quiet or as_json, verbose=verbose)
    if wanted.target:
        jobs.reach(WORLD, wanted.target, progress)  # before the work
    export(output_dir, choices, workers=count, kind=kind, progress=progress, parts=parts)
    name = file_pattern("order", kind, WORLD.name)
    name = name.replace("_*", f"_{choices.start.year}-*")  # the files of `order_item` begin with the same word
    file = verbs.first_part(output_dir, "brand", kind) if parts else output_dir / name
    verbs.deliver(WORLD, output_dir, progress, wanted, look_into(file, "order"))


@console.command(
    "Print the rows, size, memory and time to expect of a marketplace; make nothing.",
    *_CONTENT,
    console.format_option,
    console.workers_option,
    *verbs.PLANNED_PARTS,
    *console.TELLS,
)
@click.pass_context
def plan(context: click.Context, /, kind: str, workers: int | None, as_json: bool, **given: Any) -> None:
    """Check the options, then plan."""
    _tell_plan(context, given, kind, workers, as_json=as_json)


def _tell_plan(context: click.Context, given: dict[str, Any], kind: str, workers: int | None, *, as_json: bool) -> None:
    found = expected(_choices(given, workers), workers=worker_count(workers), kind=kind)
    found = verbs.with_parts(context, found)
    console.give(found.plain() if as_json else found.text())


@console.command(
    f"""Verify the files of a directory, {WORLD.directory} by default; with --database-url, what that database holds.

    Status 1 if a hard rule or a check of the schema fails; figures out of their band only inform. Files are judged by
    the rules, the schema and their manifest, and the details go into verification.json beside them. A database is
    asked within a read-only transaction, and compared with what the last load noted.
    """,
    verbs.directory_argument(WORLD, store=True),
    *verbs.window_options(WORLD),
    console.memory_option,
    click.option("--database-url", metavar="URL", help="Database to verify instead of files."),
    click.option("--schema", metavar="NAME", help="Schema of the tables there."),
    *console.ENDS,
)
@click.pass_context
def verify(
    context: click.Context, /, directory: Path, memory: int | None, database_url: str | None, schema: str | None,
    as_json: bool, quiet: bool, verbose: bool, **_: Any,
) -> None:  # fmt: skip
    """Verify files, or what a database holds."""
    if database_url is None:
        console.refuse(context, "files: give --database-url", ("schema",))
        verbs.verify_files(context, WORLD, directory, as_json=as_json, memory=memory)
        return
    console.refuse(context, "--database-url", ("memory",))
    target = jobs.Target(database_url, schema)
    progress = console.begin(f"{WORLD.title}: verifying {target.place(WORLD)}", quiet=quiet or as_json, verbose=verbose)
    compared = directory if console.is_typed(context, "directory") else None
    verdict = jobs.verify_database(WORLD, target, progress, compared, verbs.stated_window(context, WORLD))
    if as_json:
        console.give(verdict.plain())
    jobs.refuse_broken_database(verdict)


@console.command(
    """Print the statements that make the tables, with their keys and indexes, and nothing else.

    \b
    Examples:
      ecommerce ddl --dialect mysql
      ecommerce ddl --dialect postgresql --partition month --start-date 2026-01-01 --end-date 2026-07-01
    """,
    click.option("--dialect", type=click.Choice(DIALECTS), required=True, help="The database that is to take them."),
    *verbs.partition_options(WORLD),
    *_DATES,
    console.version_option,
)
@click.pass_context
def ddl(
    context: click.Context, /, dialect: str, partition: str | None, start_date: str | None, end_date: str | None
) -> None:
    """Print the DDL."""
    if partition is None:
        console.refuse(context, "tables that are not partitioned", ("start_date", "end_date"))
        months = None
    else:
        months = window(start_date, end_date)
    console.give(statements(dialect, months))


command = verbs.Verbs(WORLD)
"""The command: every verb of the world."""


def main() -> None:
    """Run the command."""
    console.main(command)
