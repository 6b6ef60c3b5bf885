"""The console command `payments`: begins a history of payments in a directory, or continues the one it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from datagen import console, jobs, verbs
from datagen.errors import Conflicts, UsageError
from datagen.frozen import dataclass
from datagen.hints import GROUP, look_into
from datagen.options import seed_number, worker_count
from datagen.output.file_names import CSV, LAKE_FORMATS, Days
from datagen.payments.generation import Run, begin, continued_format, expected, proceed
from datagen.payments.history_files import database_file
from datagen.payments.state_reader import day_of
from datagen.payments.world import WORLD
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.progress import Progress
from datagen.standard_streams import is_dialogue

if TYPE_CHECKING:
    from datagen.payments.rules import PaymentsRules


@dataclass(frozen=True)
class Asked:
    """What the options ask for, under their names."""

    output_dir: Path
    kind: str
    workers: int | None
    database_url: str | None
    create_database: bool
    schema: str | None
    truncate: bool
    indexes: bool
    no_verify: bool
    debug: bool
    as_json: bool
    quiet: bool
    verbose: bool
    initial: bool = False
    incremental: bool = False
    verify: Path | None = None
    memory: int | None = None
    report: bool = False
    certificate: bool = False
    verify_written: bool = False
    """Verify the files after writing them, though neither a page nor a certificate is wanted."""
    load_database: bool = False
    verify_database: bool = False
    psql: bool = False
    start_date: str | None = None
    end_date: str | None = None
    date: str | None = None
    force: bool = False
    seed: int = 42
    pools: Pools | None = None
    rules: Path | None = None
    settings: Sequence[str] = field(default_factory=tuple)

    @property
    def target(self) -> jobs.Target:
        """The database."""
        verify = not self.no_verify
        return jobs.Target(
            self.database_url, self.schema, self.create_database, self.truncate, self.indexes, verify=verify
        )

    @property
    def delivery(self) -> verbs.Delivery:
        """What is done with the files when they are written."""
        certificate = self.certificate or self.report
        return verbs.Delivery(
            verify=self.verify_written or certificate,
            report=self.report,
            certificate=certificate,
            target=self.target if self.load_database else None,
            as_json=self.as_json,
            workers=worker_count(self.workers),
        )

    @property
    def what(self) -> str:
        """The one thing that is asked for. Raises `UsageError` for none and for several."""
        does = {
            "initial": self.initial,
            "incremental": self.incremental,
            "verify": self.verify is not None,
            "verify-database": self.verify_database,
            "psql": self.psql,
        }
        asked = [name for name, chosen in does.items() if chosen] or ["load-database"] * self.load_database
        if len(asked) != 1:
            raise UsageError(f"Give one of --{', --'.join(does)} and --load-database.")
        return asked[0]

    def begin(self, title: str) -> Progress:
        """Open the log and begin to tell of the run."""
        quiet, verbose = self.quiet or self.as_json, self.verbose or self.debug
        return console.begin(f"{WORLD.title}: {title}", quiet=quiet, verbose=verbose)


_DAYS: tuple[console.Decorator, ...] = (
    click.option("--start-date", metavar="YYYY-MM-DD", help="First day of a new history."),
    click.option("--end-date", metavar="YYYY-MM-DD", help="Last day of a new history."),
)
_DATE = click.option("--date", metavar="YYYY-MM-DD", help="Last day to continue to.  [default: yesterday]")
_WHY_NO_PARTS = (
    "one process writes the days of a history, for each follows from those before; leave it out. For files of "
    f"days: {GROUP} {WORLD.name} lake"
)
_FILES: tuple[console.Decorator, ...] = (
    console.history_dir_option(WORLD.directory),
    console.history_format_option,
    console.refused_options(_WHY_NO_PARTS, flags=("--parts", "--resume"), valued=("--part-rows", "--cluster")),
    console.workers_option,
    console.pools_option,
)
_DATABASE: tuple[console.Decorator, ...] = (
    *verbs.PROOF,
    console.database_options,
    console.load_options,
    click.option("--no-verify", is_flag=True, help="Do not verify the database after loading it."),
)
_TALK: tuple[console.Decorator, ...] = (
    click.option("--debug", is_flag=True, help="Tell of each month; log details, and tracebacks of errors."),
    *console.ENDS,
)


@console.command(
    """Generate the payments of a payments aggregator: merchants, payments by card, and the state to continue from.

    However a history is split into runs, it has the same payments. merchants.json, the state, is the source of truth:
    what is edited there of a merchant's last version counts from the next day on.

    \b
    Examples:
      payments --initial --start-date 2024-01-01 --end-date 2024-01-15 --output-dir ./raw_data --debug
      payments --incremental --debug
      payments --incremental --date 2024-01-16 --force
      payments --initial --start-date 2024-01-01 --end-date 2024-12-31 --set business.initial_merchants=100
      payments --verify raw_data
      payments --incremental --force --load-database
      payments --load-database --database-url postgresql://user:password@host/payments
    """,
    click.option("--initial", is_flag=True, help="Begin a history."),
    click.option("--incremental", is_flag=True, help="Continue the history that the output directory holds."),
    click.option(
        "--verify",
        type=console.path,
        metavar="DIR",
        help="Verify the history of a directory by its rules. Status 1 if a P rule or a check of the schema or the "
        "files fails; figures out of their band, the S rules, inform only.",
    ),
    console.memory_option,
    click.option(
        "--load-database",
        is_flag=True,
        help="Bring a database up to the history: after the run, or alone, generating nothing.",
    ),
    click.option("--verify-database", is_flag=True, help="The same for what the database holds, changing nothing."),
    click.option("--psql", is_flag=True, help="Open psql on the database; an embedded server is started if need be."),
    *_DAYS,
    _DATE,
    click.option("-f", "--force", is_flag=True, help="Continue without asking; replace a history when beginning."),
    *_FILES,
    console.seed_option,
    console.rule_options,
    *_DATABASE,
    *_TALK,
)
@click.pass_context
def command(context: click.Context, /, **options: Any) -> None:
    """Check the options, then begin, continue, load or verify."""
    asked = Asked(**options)
    what = asked.what
    _refuse_misplaced(context, what, asked.load_database)
    if what == "psql":
        verbs.open_psql(WORLD, asked.target)
    elif asked.verify is not None:
        count = worker_count(asked.workers)
        verbs.verify_files(context, WORLD, asked.verify, as_json=asked.as_json, workers=count, memory=asked.memory)
    elif what == "verify-database":
        _verify_database(asked)
    else:
        _run(asked, what)


@console.command(
    "Begin a history of payments in a directory, from a first to a last day.",
    *_DAYS,
    click.option("-f", "--force", is_flag=True, help="Replace the history that the directory holds."),
    *_FILES,
    console.seed_option,
    console.rule_options,
    *verbs.DELIVERY,
    *_TALK,
)
@click.pass_context
def generate_verb(context: click.Context, /, no_verify: bool, **options: Any) -> None:
    """Check the options, then begin."""
    verify = verbs.delivery(context).verify  # and what is wrong with them
    asked = Asked(**options, no_verify=False, initial=True, verify_written=verify)
    _run(asked, "initial")


@console.command(
    "Continue the history of payments that a directory holds.",
    _DATE,
    click.option("-f", "--force", is_flag=True, help="Continue without asking."),
    *_FILES,
    click.option("--load-database", is_flag=True, help="Load what is new into a database and verify it there."),
    *_DATABASE,
    *_TALK,
)
@click.pass_context
def continue_verb(context: click.Context, /, **options: Any) -> None:
    """Check the options, then continue."""
    asked = Asked(**options, incremental=True)
    _refuse_misplaced(context, "incremental", asked.load_database)
    _run(asked, "incremental")


@console.command(
    "Print the tables, size, memory and time to expect of a new history; generate nothing.",
    *_DAYS,
    console.history_format_option,
    console.workers_option,
    console.pools_option,
    console.seed_option,
    console.rule_options,
    console.refused_options(_WHY_NO_PARTS, flags=("--parts",), valued=("--part-rows",)),
    *console.TELLS,
)
def plan_verb(
    start_date: str | None,
    end_date: str | None,
    kind: str,
    workers: int | None,
    pools: Pools | None,
    seed: int,
    rules: Path | None,
    settings: Sequence[str],
    as_json: bool,
) -> None:
    """Check the options, then plan."""
    _refuse_lake(kind)
    days, changed = _beginning(start_date, end_date, seed, rules, settings, workers)
    run = Run(Progress(quiet=True), worker_count(workers), format=kind)
    found = expected(days, seed, changed, run, pools or SHIPPED)
    console.give(found.plain() if as_json else found.text())


def _run(asked: Asked, what: str) -> None:
    """Begin or continue a history, and load it, as far as that is asked for."""
    _refuse_lake(asked.kind)
    days, changed = None, WORLD.rules
    if what == "initial":
        days, changed = _beginning(
            asked.start_date, asked.end_date, asked.seed, asked.rules, asked.settings, asked.workers
        )
    count, load = worker_count(asked.workers), asked.load_database
    day = _day("--date", asked.date) if asked.date else None
    progress = asked.begin(_title(what, asked.output_dir, f"{days}, seed {asked.seed}"))
    if load:
        jobs.reach(WORLD, asked.target, progress)  # before the work
    kind = asked.kind
    if what == "incremental":
        typed = console.is_typed(click.get_current_context(), "kind")
        kind = continued_format(asked.output_dir, kind, progress, typed=typed)
    run = Run(progress, count, asked.debug, kind)
    pools = asked.pools or SHIPPED
    if days:
        begin(asked.output_dir, days, asked.seed, changed, run, pools, force=asked.force)
    elif what == "incremental":
        days = proceed(asked.output_dir, day, run, _agreed(asked.force, progress), pools)
    if days:
        newest = days if kind == CSV else days.month(days.last)
        whole = database_file(asked.output_dir)
        look = look_into(whole or asked.output_dir / newest.file("transactions", kind), "transactions")
        facts = {"first_day": str(days.first), "last_day": str(days.last)}
        verbs.deliver(WORLD, asked.output_dir, progress, asked.delivery, look, facts)
        return
    progress.say()
    loaded = jobs.load(WORLD, asked.output_dir, asked.target, progress)
    if asked.as_json:
        console.give({"directory": str(asked.output_dir), "database": loaded.plain()})
    jobs.refuse_broken_database(loaded.verdict)


def _refuse_lake(kind: str) -> None:
    if kind in LAKE_FORMATS:
        raise UsageError(
            f"A lake ({kind}) is made of a history, and grows with it. Generate it as csv or parquet, and make a lake "
            f"of it: {GROUP} {WORLD.name} lake --format {kind}"
        )


def _verify_database(asked: Asked) -> None:
    progress = asked.begin(f"verifying {asked.target.place(WORLD)}")
    verdict = jobs.verify_database(WORLD, asked.target, progress)
    if asked.as_json:
        console.give(verdict.plain())
    jobs.refuse_broken_database(verdict)


def _title(what: str, directory: Path, beginning: str) -> str:
    return {
        "initial": beginning,
        "incremental": f"continuing {directory}",
        "load-database": f"loading {directory}",
    }[what]


_BELONGS = {
    "start_date": ("initial",),
    "end_date": ("initial",),
    "seed": ("initial",),
    "rules": ("initial",),
    "settings": ("initial",),
    "pools": ("initial", "incremental"),
    "date": ("incremental",),
    "force": ("initial", "incremental"),
    "kind": ("initial", "incremental"),
    "report": ("initial", "incremental"),
    "certificate": ("initial", "incremental"),
    "workers": ("initial", "incremental", "verify"),
    "memory": ("verify",),
    "load_database": ("initial", "incremental", "load-database"),
    "output_dir": ("initial", "incremental", "load-database"),
    "database_url": ("load-database", "verify-database", "psql"),
    "create_database": ("load-database",),
    "schema": ("load-database", "verify-database", "psql"),
    "truncate": ("load-database",),
    "indexes": ("load-database",),
    "no_verify": ("load-database",),
    **dict.fromkeys(
        ("as_json", "quiet", "verbose", "debug"),
        ("initial", "incremental", "verify", "verify-database", "load-database"),
    ),
}
"""The commands that an option is for; a history keeps the seed and the rules with which it began."""


def _refuse_misplaced(context: click.Context, what: str, load_database: bool) -> None:
    for name, commands in _BELONGS.items():
        asked = {what, "load-database"} if load_database and name != "load_database" else {what}
        if not asked & set(commands) and console.is_typed(context, name):
            option = next(item.opts[-1] for item in context.command.params if item.name == name)
            raise UsageError(f"{option} goes with --{' or --'.join(commands)}, not with --{what}.")


def _beginning(
    start_date: str | None,
    end_date: str | None,
    seed: int,
    rules: Path | None,
    settings: Sequence[str],
    workers: int | None,
) -> tuple[Days, PaymentsRules]:
    """The days and rules of a new history. Raises `UsageError` for all that cannot be."""
    from datagen.payments.history import refuse_what_cannot_be

    conflicts = Conflicts()
    days = conflicts.value_of(lambda: _window(start_date, end_date), None)
    usual: PaymentsRules = WORLD.rules
    changed = conflicts.value_of(lambda: console.changed_rules(usual, rules, settings, conflicts), usual)
    conflicts.value_of(lambda: seed_number(seed), 0)
    conflicts.value_of(lambda: worker_count(workers), 0)
    with conflicts.noted():
        refuse_what_cannot_be(changed)
    conflicts.refuse()
    assert days
    return days, changed


def _window(start_date: str | None, end_date: str | None) -> Days:
    if not start_date or not end_date:
        raise UsageError("A new history needs --start-date and --end-date; write days such as 2024-01-31.")
    conflicts = Conflicts()
    first, last = (
        conflicts.value_of(lambda: _day(name, day), dt.date.min)  # noqa: B023 - called at once
        for name, day in (("--start-date", start_date), ("--end-date", end_date))
    )
    conflicts.refuse()
    days = Days(first, last)
    if days.last < days.first:
        raise UsageError(f"--end-date, {days.last}, lies before --start-date, {days.first}. Exchange them.")
    return days


def _day(option: str, value: str) -> dt.date:
    try:
        return day_of(value)
    except ValueError as error:
        raise UsageError(f"{option} {error}.") from None


def _agreed(force: bool, progress: Progress) -> Callable[[str], None]:
    def agree(what: str) -> None:
        if force:
            progress.say(what)
            return
        if not is_dialogue():
            raise UsageError(f"{what} Nobody can be asked here, without a terminal: give --force to do it.")
        try:
            agreed = click.confirm(f"{what} Go on?", default=True)
        except click.Abort:
            click.echo()  # ends the line of the question
            raise
        if not agreed:
            progress.say("Nothing was done.")
            click.get_current_context().exit(0)

    return agree


def main() -> None:
    """Run the command."""
    console.main(command)
