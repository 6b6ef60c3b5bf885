"""The console command `payments`: begins a history of payments in a directory, or continues the one it holds."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from datagen import __version__, console
from datagen.errors import OutputError, StateError, UsageError
from datagen.logs import LOG
from datagen.options import seed_number, worker_count
from datagen.output.file_names import CSV, FORMATS, Days
from datagen.payments.history_files import (
    TABLES,
    data_files,
    history_format,
    later_files,
    named,
    newest_merchants,
    state_bytes,
)
from datagen.payments.state_reader import day_of
from datagen.payments.vocabulary import STATE
from datagen.standard_streams import is_dialogue

if TYPE_CHECKING:
    from datagen.output.appending import Additions
    from datagen.payments.history import History
    from datagen.payments.loading import Target
    from datagen.payments.rules import PaymentsRules
    from datagen.payments.trade import Day
    from datagen.progress import Progress

DEFAULT_DIRECTORY = "raw_data"


@dataclass(frozen=True)
class Run:
    """How a run is made; it changes nothing of what is made up."""

    report: Progress
    workers: int = 1
    debug: bool = False
    format: str = CSV


def begin(directory: Path, days: Days, seed: int, rules: PaymentsRules, run: Run, *, force: bool = False) -> None:
    """Begin a history in a directory; with `force` in place of the one that it holds.

    Raises `OutputError` if the directory holds a history or cannot be written.
    """
    from datagen.calendar import day_number
    from datagen.output.appending import adding
    from datagen.payments.history import Choices, History

    _refuse_older(directory, days, force=force)
    history = History.begin(Choices(seed, day_number(days.first), rules))
    with adding(directory, create=True) as additions:
        _refuse_older(directory, days, force=force)
        _write(history, days, additions, run, (STATE, *data_files(directory)))


def proceed(directory: Path, day: dt.date | None, run: Run, agree: Callable[[str], None]) -> Days:
    """Continue the history of a directory up to a day, yesterday by default; gives the days made up.

    `agree` is told what will be done; it raises an exception if that is not wanted. Raises `StateError` for a state
    that is missing or wrong, `UsageError` for a day that has been made up already.
    """
    from datagen.calendar import date_of
    from datagen.output.appending import adding
    from datagen.payments.state import read

    path = directory / STATE
    if not path.exists():
        raise StateError(f"{directory} holds no {STATE} to continue from. Begin with payments --initial.")
    with adding(directory, create=False) as additions:
        history = read(state_bytes(path), str(path), lambda day: newest_merchants(directory, day))
        last = date_of(history.last)
        later = later_files(directory, last, history.total)
        days = Days(last + dt.timedelta(1), day or _yesterday())
        if days.last < days.first:
            raise UsageError(
                f"{days.last} has been generated already: {directory} goes up to {last}. "
                f"The next possible date is {days.first}."
            )
        if history.release != __version__:
            run.report.say(
                f"{path} was written by release {history.release}; this one, {__version__}, may make other payments."
            )
        removed = f" It removes files of days after that: {named(later)}." if later else ""
        agree(f"This adds {days} to {directory}, which goes up to {last}.{removed}")
        _write(history, days, additions, run, later)
    return days


def _write(history: History, days: Days, additions: Additions, run: Run, obsolete: Sequence[str]) -> None:
    import pyarrow as pa

    from datagen.calendar import date_of, day_number
    from datagen.generate import write_dataset
    from datagen.output.table_writers import table_files
    from datagen.payments.dataset import PaymentsDataset
    from datagen.payments.merchants import version_texts
    from datagen.payments.state import write
    from datagen.payments.tables import metadata
    from datagen.workers import best_workers

    pa.set_memory_pool(pa.system_memory_pool())  # the usual one is no faster here, and keeps 50 MiB that are free
    report, dataset = run.report, PaymentsDataset(history, day_number(days.last))
    months = Months(report.say if run.debug else LOG.info)

    def published(day: Day) -> None:
        months.add(date_of(day.number), int(day.counts.sum()), int(day.roster.active.sum()))
        report.step()

    with table_files(run.format, additions, metadata, report.wrote, days) as files:
        with report.phase("Payments", days.count):
            write_dataset(dataset, best_workers(run.workers), files, published)
        months.tell()
        with report.phase("Merchants and state"):
            for text in write(history):
                additions.append(STATE, text)
            merchants = version_texts(history.book)
            rows = len(merchants["merchant_id"])
            files.append("merchants", list(merchants), files.render_texts(merchants), rows)
            files.end()
            additions.publish(STATE, obsolete=obsolete)


class Months:
    """Tells, in the log and with --debug on the screen, of each month that ends."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._month = ""
        self._payments = self._days = self._merchants = 0

    def add(self, day: dt.date, payments: int, merchants: int) -> None:
        """Add a day."""
        month = f"{day:%Y-%m}"
        if month != self._month:
            self.tell()
            self._month, self._payments, self._days = month, 0, 0
        self._payments += payments
        self._days += 1
        self._merchants = merchants

    def tell(self) -> None:
        """Tell of the month so far."""
        if self._days:
            self._say(
                f"{self._month}: {self._payments:,} payments on {self._days} days, {self._merchants:,} merchants active"
            )


def _refuse_older(directory: Path, days: Days, *, force: bool) -> None:
    if force or not directory.is_dir():
        return
    if (directory / STATE).exists():
        raise OutputError(
            f"{directory} holds a history already. Continue it with --incremental, replace it with --force, "
            "or choose another --output-dir."
        )
    # What a run that was killed left over is replaced.
    own = {days.file(table, kind) for table in TABLES for kind in FORMATS}
    if strange := [name for name in data_files(directory) if name not in own]:
        raise OutputError(
            f"{directory} holds {strange[0]} but no {STATE} that tells of it. "
            "Remove such files with --force, or choose another --output-dir."
        )


def _yesterday() -> dt.date:
    return dt.datetime.now().astimezone().date() - dt.timedelta(1)


def _day(option: str, value: str) -> dt.date:
    try:
        return day_of(value)
    except ValueError as error:
        raise UsageError(f"{option} {error}.") from None


def _agreed(force: bool, report: Progress) -> Callable[[str], None]:
    def agree(what: str) -> None:
        if force:
            report.say(what)
            return
        if not is_dialogue():
            raise UsageError(f"{what} Nobody can be asked here, without a terminal: give --force to do it.")
        try:
            agreed = click.confirm(f"{what} Go on?", default=True)
        except click.Abort:
            click.echo()  # ends the line of the question
            raise
        if not agreed:
            report.say("Nothing was done.")
            click.get_current_context().exit(0)

    return agree


@console.command(
    """Make up the payments of a payments aggregator: merchants, payments by card, and the state to continue from.

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
    """
)
@click.option("--initial", is_flag=True, help="Begin a history.")
@click.option("--incremental", is_flag=True, help="Continue the history that the output directory holds.")
@click.option(
    "--verify",
    type=console.path,
    metavar="DIR",
    help="Judge the history of a directory by its rules. Status 1 if a P rule or a check of the schema or the files "
    "fails; figures out of their band, the S rules, inform only.",
)
@click.option(
    "--load-database", is_flag=True, help="Bring PostgreSQL up to the history: after the run, or alone, making nothing."
)
@click.option("--verify-database", is_flag=True, help="The same for what the database holds, changing nothing.")
@click.option("--psql", is_flag=True, help="Open psql on the embedded server; it is started if need be.")
@click.option("--start-date", metavar="YYYY-MM-DD", help="First day of a new history.")
@click.option("--end-date", metavar="YYYY-MM-DD", help="Last day of a new history.")
@click.option("--date", metavar="YYYY-MM-DD", help="Last day to continue to.  [default: yesterday]")
@click.option("-f", "--force", is_flag=True, help="Continue without asking; replace a history when beginning.")
@click.option(
    "--output-dir",
    type=console.path,
    metavar="PATH",
    default=DEFAULT_DIRECTORY,
    show_default=True,
    help="Directory of the history.",
)
@console.format_option
@console.seed_option
@console.workers_option
@console.rule_options
@console.database_options
@click.option("--truncate", is_flag=True, help="Let the load replace the history that the database holds.")
@click.option("--no-verify", is_flag=True, help="Do not judge the database after loading it.")
@click.option("--debug", is_flag=True, help="Tell of each month; log details, and tracebacks of errors.")
@console.talk_options
@click.pass_context
def command(
    context: click.Context,
    initial: bool,
    incremental: bool,
    verify: Path | None,
    load_database: bool,
    verify_database: bool,
    psql: bool,
    start_date: str | None,
    end_date: str | None,
    date: str | None,
    force: bool,
    output_dir: Path,
    kind: str,
    seed: int,
    workers: int | None,
    rules: Path | None,
    settings: Sequence[str],
    database_url: str | None,
    create_database: bool,
    schema: str,
    truncate: bool,
    no_verify: bool,
    debug: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check the options, then begin, continue, load or judge."""
    from datagen.payments import loading
    from datagen.payments.rules import PaymentsRules

    what = _chosen(
        {
            "initial": initial,
            "incremental": incremental,
            "verify": verify is not None,
            "verify-database": verify_database,
            "psql": psql,
        },
        load_database,
    )
    _refuse_misplaced(context, what, load_database)
    count, target = worker_count(workers), loading.Target(database_url, schema, truncate, create_database)
    if psql:
        loading.open_psql(target)
    days = _window(start_date, end_date) if initial else None
    day = _day("--date", date) if date else None
    changed = console.changed_rules(PaymentsRules(), rules, settings) if initial else PaymentsRules()
    title = _title(what, output_dir, verify, f"{days}, seed {seed}")
    report = console.begin(f"Payments: {title}", quiet=quiet, verbose=verbose or debug)
    if verify is not None or verify_database:
        context.exit(_judged(verify, count, target, report))
    if load_database:
        loading.reach(target, report)  # before anything is made up
    if incremental:
        kind = _continued_format(output_dir, kind, report, typed=console.is_typed(context, "kind"))
    run = Run(report, count, debug, kind)
    if days:
        begin(output_dir, days, seed_number(seed), changed, run, force=force)
    elif incremental:
        days = proceed(output_dir, day, run, _agreed(force, report))
    if days:
        newest = days if kind == CSV else days.month(days.last)
        report.finish(output_dir, console.look_into(output_dir / newest.file("transactions", kind)))
    if load_database:
        loading.load(output_dir, target, report, verify=not no_verify, made=days is not None)


def _continued_format(directory: Path, kind: str, report: Progress, *, typed: bool) -> str:
    """The format to continue a history in: its own, unless another one was typed."""
    held = history_format(directory) or kind
    if typed and kind != held:
        report.say(f"Note: {directory} holds {held} files; the days that are added are written as {kind}.")
    return kind if typed else held


def _title(what: str, directory: Path, verify: Path | None, beginning: str) -> str:
    return {
        "initial": beginning,
        "incremental": f"continuing {directory}",
        "verify": f"judging {verify}",
        "verify-database": "judging the database",
        "load-database": f"loading {directory}",
    }[what]


def _chosen(does: Mapping[str, bool], load_database: bool) -> str:
    """The one thing that is asked for."""
    asked = [name for name, chosen in does.items() if chosen] or ["load-database"] * load_database
    if len(asked) != 1:
        raise UsageError(f"Give one of --{', --'.join(does)} and --load-database.")
    return asked[0]


def _judged(verify: Path | None, workers: int, target: Target, report: Progress) -> int:
    """Judge a directory or the database; the exit status."""
    from datagen.checks.findings import summary
    from datagen.payments.loading import judge_database
    from datagen.payments.verification import judge

    verdict = judge(verify, workers) if verify is not None else judge_database(target, report)
    report.say(summary(verdict))
    return 0 if verdict.ok else 1


_BELONGS = {
    "start_date": ("initial",),
    "end_date": ("initial",),
    "seed": ("initial",),
    "rules": ("initial",),
    "settings": ("initial",),
    "date": ("incremental",),
    "force": ("initial", "incremental"),
    "kind": ("initial", "incremental"),
    "load_database": ("initial", "incremental", "load-database"),
    "output_dir": ("initial", "incremental", "load-database"),
    "database_url": ("load-database", "verify-database"),
    "create_database": ("load-database",),
    "schema": ("load-database", "verify-database", "psql"),
    "truncate": ("load-database",),
    "no_verify": ("load-database",),
}
"""The commands that an option is for; a history keeps the seed and the rules with which it began."""


def _refuse_misplaced(context: click.Context, what: str, load_database: bool) -> None:
    for name, commands in _BELONGS.items():
        asked = {what, "load-database"} if load_database and name != "load_database" else {what}
        if not asked & set(commands) and console.is_typed(context, name):
            option = {"settings": "--set", "kind": "--format"}.get(name, f"--{name.replace('_', '-')}")
            raise UsageError(f"{option} goes with --{' or --'.join(commands)}, not with --{what}.")


def _window(start_date: str | None, end_date: str | None) -> Days:
    if not start_date or not end_date:
        raise UsageError("--initial needs --start-date and --end-date; write days such as 2024-01-31.")
    days = Days(_day("--start-date", start_date), _day("--end-date", end_date))
    if days.last < days.first:
        raise UsageError(f"--end-date, {days.last}, lies before --start-date, {days.first}. Exchange them.")
    return days


def main() -> None:
    """Run the command."""
    console.main(command)
