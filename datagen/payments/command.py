"""The console command `payments`: begins a history of payments in a directory, or continues the one it holds."""

from __future__ import annotations

import datetime as dt
import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from datagen import __version__, console
from datagen.errors import OutputError, RuleError, StateError, UsageError
from datagen.logs import LOG
from datagen.options import seed_number, worker_count
from datagen.output.days import CSV, FORMATS, Days
from datagen.payments.vocabulary import STATE

if TYPE_CHECKING:
    import pyarrow as pa

    from datagen.checks.database import DuckDatabase
    from datagen.checks.findings import Report as Verdict
    from datagen.output.growing import Additions
    from datagen.payments.history import History
    from datagen.payments.rules import PaymentsRules
    from datagen.progress import Report

DEFAULT_DIRECTORY = "raw_data"
_DATA = re.compile(r"(?:merchants|transactions)_(\d{4}-\d\d-\d\d)_(\d{4}-\d\d-\d\d)\.(?:csv|parquet)")
_DAYS_A_MONTH = 30.44
_FIRST_YEAR, _LAST_YEAR = 1970, 2149


@dataclass(frozen=True)
class Run:
    """How a run is made; it changes nothing of what is made up."""

    report: Report
    workers: int = 1
    debug: bool = False
    format: str = CSV


def begin(directory: Path, days: Days, seed: int, rules: PaymentsRules, run: Run, *, force: bool = False) -> None:
    """Begin a history in a directory; with `force` in place of the one that it holds.

    Raises `OutputError` if the directory holds a history or cannot be written.
    """
    from datagen.calendar import day_number
    from datagen.output.growing import adding
    from datagen.payments.history import Choices, History

    _refuse_older(directory, days, force=force)
    history = History.begin(Choices(seed, day_number(days.first), rules))
    with adding(directory, create=True) as additions:
        _refuse_older(directory, days, force=force)
        _write(history, days, additions, run, (STATE, *_data_files(directory)))


def proceed(directory: Path, day: dt.date | None, run: Run, agree: Callable[[str], None]) -> Days:
    """Continue the history of a directory up to a day, yesterday by default; gives the days made up.

    `agree` is told what will be done; it raises an exception if that is not wanted. Raises `StateError` for a state
    that is missing or wrong, `UsageError` for a day that has been made up already.
    """
    from datagen.calendar import date_of
    from datagen.output.growing import adding
    from datagen.payments.state import read

    path = directory / STATE
    if not path.is_file():
        raise StateError(f"{directory} holds no {STATE} to continue from. Begin with payments --initial.")
    with adding(directory, create=False) as additions:
        try:
            text = path.read_bytes()
        except OSError as error:
            raise StateError(f"{path} cannot be read: {error.strerror}. Check its permissions.") from error
        history = read(text, str(path))
        del text
        last = date_of(history.last)
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
        agree(f"This adds {days} to {directory}, which goes up to {last}.")
        orphans = [name for name in _data_files(directory) if _first_day(name) > last]
        _write(history, days, additions, run, orphans)
    return days


def _write(history: History, days: Days, additions: Additions, run: Run, obsolete: Sequence[str]) -> None:
    from datagen.calendar import date_of, day_number
    from datagen.output.series import CsvSeries, ParquetSeries
    from datagen.payments.days import TABLE
    from datagen.payments.merchants import version_texts
    from datagen.payments.state import write
    from datagen.runner import run as run_units
    from datagen.runner import threads, to_arrow, to_csv

    report, counts = run.report, {TABLE: history.total}
    files = CsvSeries(additions, days) if run.format == CSV else ParquetSeries(additions, days, _schema)
    months = Months(report.say if run.debug else LOG.info)
    render = to_csv if run.format == CSV else to_arrow
    with report.phase("Payments", days.count), threads(run.workers) as executor:
        units = history.days(day_number(days.last))
        for day, chunks in run_units(units, history.trade.make, render, executor, run.workers, counts, history.settle):
            for chunk in chunks:
                size = files.append(date_of(day.number), chunk)
                report.wrote(TABLE, chunk.rows, size)
                months.add(date_of(day.number), chunk.rows, int(day.roster.active.sum()))
            report.step()
        report.wrote(TABLE, 0, files.close())
    months.tell()
    with report.phase("Merchants and state"):
        for piece in write(history):
            additions.append(STATE, piece)
        merchants = version_texts(history.book)
        report.wrote("merchants", len(merchants["merchant_id"]), files.write("merchants", merchants))
        additions.publish(STATE, obsolete=obsolete)


def _schema(table: str) -> pa.Schema:
    from datagen.payments.tables import metadata
    from datagen.schema import arrow_schema

    return arrow_schema(metadata.tables[table])


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


def _data_files(directory: Path) -> list[str]:
    return sorted(path.name for path in directory.glob("*_*_*.*") if _DATA.fullmatch(path.name))


def _first_day(name: str) -> dt.date:
    found = _DATA.fullmatch(name)
    try:
        return dt.date.fromisoformat(found[1]) if found else dt.date.min
    except ValueError:  # a name like ours that is none
        return dt.date.min


def _refuse_older(directory: Path, days: Days, *, force: bool) -> None:
    if force or not directory.is_dir():
        return
    if (directory / STATE).exists():
        raise OutputError(
            f"{directory} holds a history already. Continue it with --incremental, replace it with --force, "
            "or choose another --output-dir."
        )
    # What a run that was killed left over is replaced.
    own = {days.file(table, kind) for table in ("merchants", "transactions") for kind in FORMATS}
    if strange := [name for name in _data_files(directory) if name not in own]:
        raise OutputError(
            f"{directory} holds {strange[0]} but no {STATE} that tells of it. "
            "Remove such files with --force, or choose another --output-dir."
        )


def _yesterday() -> dt.date:
    return dt.datetime.now().astimezone().date() - dt.timedelta(1)


def _day(option: str, value: str) -> dt.date:
    try:
        day = dt.date.fromisoformat(value)
    except ValueError:
        raise UsageError(f"{option} must be a day such as 2024-01-31, not '{value}'.") from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        raise UsageError(f"{option} must lie in the years {_FIRST_YEAR} to {_LAST_YEAR}, not on {day}.")
    return day


def _agreed(force: bool, report: Report) -> Callable[[str], None]:
    def agree(what: str) -> None:
        if force:
            report.say(what)
            return
        if not (sys.stdin.isatty() and sys.stdout.isatty()):
            raise UsageError(f"{what} Nobody can be asked here, without a terminal: give --force to do it.")
        if not click.confirm(f"{what} Go on?", default=True):
            raise UsageError("Nothing was done.")

    return agree


@console.command(
    """Make up the payments of a payments aggregator: merchants, payments by card, and the state to continue from.

    However a history is split into runs, it has the same payments. merchants.json, the state, is the source of truth:
    what is edited there counts from the next day on.

    \b
    Examples:
      payments --initial --start-date 2024-01-01 --end-date 2024-01-15 --output-dir ./raw_data --debug
      payments --incremental --debug
      payments --incremental --date 2024-01-16 --force
      payments --initial --start-date 2024-01-01 --end-date 2024-12-31 --set business.initial_merchants=100
      payments --verify raw_data
    """
)
@click.option("--initial", is_flag=True, help="Begin a history.")
@click.option("--incremental", is_flag=True, help="Continue the history that the output directory holds.")
@click.option("--verify", type=Path, metavar="DIR", help="Judge the history of a directory by its rules.")
@click.option("--start-date", metavar="YYYY-MM-DD", help="First day of a new history.")
@click.option("--end-date", metavar="YYYY-MM-DD", help="Last day of a new history.")
@click.option("--date", metavar="YYYY-MM-DD", help="Last day to continue to.  [default: yesterday]")
@click.option("-f", "--force", is_flag=True, help="Continue without asking; replace a history when beginning.")
@click.option(
    "--output-dir",
    type=Path,
    default=DEFAULT_DIRECTORY,
    show_default=True,
    help="Directory of the history.",
)
@click.option(
    "--format",
    "kind",
    type=click.Choice(FORMATS),
    default=CSV,
    show_default=True,
    help="How tables are written; Parquet as one file of payments a month.",
)
@console.seed_option
@console.workers_option
@console.rule_options
@click.option("--debug", is_flag=True, help="Tell of each month; log details, and tracebacks of errors.")
@console.talk_options
@click.pass_context
def command(
    context: click.Context,
    initial: bool,
    incremental: bool,
    verify: Path | None,
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
    debug: bool,
    quiet: bool,
    verbose: bool,
) -> None:
    """Check the options, then begin, continue or judge."""
    if initial + incremental + (verify is not None) != 1:
        raise UsageError("Give one of --initial, --incremental and --verify DIR.")
    _refuse_misplaced(context, "initial" if initial else "incremental" if incremental else "verify")
    count = worker_count(workers)
    if verify is not None:
        from datagen.checks.findings import summary

        report = console.begin(f"Payments: judging {verify}", quiet=quiet, verbose=verbose or debug)
        verdict = judge(verify, count)
        report.say(summary(verdict))
        context.exit(0 if verdict.ok else 1)
    if incremental:
        day = _day("--date", date) if date else None
        report = console.begin(f"Payments: continuing {output_dir}", quiet=quiet, verbose=verbose or debug)
        days = proceed(output_dir, day, Run(report, count, debug, kind), _agreed(force, report))
    else:
        days = _window(start_date, end_date)
        from datagen.payments.rules import PaymentsRules

        changed = console.changed_rules(PaymentsRules(), rules, settings)
        report = console.begin(f"Payments: {days}, seed {seed}", quiet=quiet, verbose=verbose or debug)
        begin(output_dir, days, seed_number(seed), changed, Run(report, count, debug, kind), force=force)
    newest = days if kind == CSV else days.month(days.last)
    report.finish(output_dir, console.look_into(output_dir / newest.file("transactions", kind)))


_BELONGS = {
    "start_date": ("initial",),
    "end_date": ("initial",),
    "seed": ("initial",),
    "rules": ("initial",),
    "settings": ("initial",),
    "date": ("incremental",),
    "force": ("initial", "incremental"),
    "output_dir": ("initial", "incremental"),
    "kind": ("initial", "incremental"),
}
"""The commands that an option is for; a history keeps the seed and the rules with which it began."""


def _refuse_misplaced(context: click.Context, what: str) -> None:
    for name, commands in _BELONGS.items():
        if what not in commands and console.is_typed(context, name):
            option = {"settings": "--set", "kind": "--format"}.get(name, f"--{name.replace('_', '-')}")
            raise UsageError(f"{option} goes with --{' or --'.join(commands)}, not with --{what}.")


def _window(start_date: str | None, end_date: str | None) -> Days:
    if not start_date or not end_date:
        raise UsageError("--initial needs --start-date and --end-date; write days such as 2024-01-31.")
    days = Days(_day("--start-date", start_date), _day("--end-date", end_date))
    if days.last < days.first:
        raise UsageError(f"--end-date, {days.last}, lies before --start-date, {days.first}. Exchange them.")
    return days


def fill(database: DuckDatabase, directory: Path) -> tuple[Verdict, dict[str, str]]:
    """Fill a database with the history of a directory, and judge its files; gives the verdict and the SQL parameters.

    Besides the tables there are `state`, one row, and `profiles`, the stored cards. Raises `StateError` for a directory
    without a state that can be read.
    """
    import pyarrow as pa

    from datagen.checks.findings import Report as Verdict
    from datagen.checks.questions import parameters
    from datagen.checks.series import fill_from_series, judge_days, parts
    from datagen.payments.history import WORLD
    from datagen.payments.rules import PaymentsRules
    from datagen.payments.state import flat
    from datagen.payments.tables import merchants, transactions
    from datagen.rules import override

    path = directory / STATE
    try:
        # Read as the text it is, not as the generator understands it: that is on trial.
        state = json.loads(path.read_bytes())
        options = state["options"]
        first, last = (dt.date.fromisoformat(day) for day in (options["start_date"], state["last_generated_date"]))
        rules = override(PaymentsRules(), flat(options["rules"]))
        figures = {"last_generated_date": pa.array([last])} | {
            name: pa.array([state[name]], pa.int64()) for name in ("merchant_counter", "total_transactions")
        }
        profiles = {"key": pa.array(state["card_profiles"], pa.string())} | {
            name: pa.array([card.get(name) for card in state["card_profiles"].values()], pa.string())
            for name in ("card_profile_id", "card_bin", "card_type", "card_issuer", "card_brand")
        }
    except FileNotFoundError:
        raise StateError(f"{directory} holds no {STATE}, so there is no history to judge.") from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, pa.ArrowException, RuleError) as error:
        raise StateError(f"{path} cannot be read as a state: {error}. Mend it, or restore the file.") from error
    for name, columns in (("state", figures), ("profiles", profiles)):
        database.connection.register("given", pa.table(columns))
        database.create(name, "SELECT * FROM given")
        database.connection.unregister("given")
    series = [part for part in parts(directory, transactions.name) if part.first <= last]
    findings = [judge_days(transactions.name, series, first, last)]
    findings += fill_from_series(database, transactions, series)
    snapshots = [part for part in parts(directory, merchants.name) if part.last == last]
    findings += fill_from_series(database, merchants, snapshots[:1])
    months = max(1, round((last - first).days / _DAYS_A_MONTH))
    values = parameters(rules, last + dt.timedelta(1), first, months)
    return Verdict(WORLD, last.isoformat(), first.isoformat(), tuple(findings)), values


def judge(directory: Path, workers: int | None = None) -> Verdict:
    """Judge the history of a directory: its files, the schema, the P and S rules.

    Raises `StateError` for a directory without a state that can be read.
    """
    from datagen.checks.database import DuckDatabase
    from datagen.checks.derived import check_schema
    from datagen.checks.questions import ask, read_catalogue
    from datagen.payments.checks import SQL
    from datagen.payments.tables import metadata

    with DuckDatabase(threads=workers) as database:
        verdict, values = fill(database, directory)
        database.compress()
        found = [*check_schema(database, metadata), *ask(database, read_catalogue(SQL), values)]
    return replace(verdict, findings=(*verdict.findings, *found))


def main() -> None:
    """Run the command."""
    console.main(command)
