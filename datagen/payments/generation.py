"""A history of payments in a directory: begun there, or continued from its state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from datagen import __version__
from datagen.errors import OutputError, StateError, UsageError
from datagen.frozen import dataclass
from datagen.hints import typed
from datagen.logs import LOG
from datagen.output.file_names import CSV, DATABASE_FORMATS, TABLE_FORMATS, Days
from datagen.payments.history_files import (
    TABLES,
    data_files,
    database_file,
    history_format,
    keep,
    kept_before,
    later_files,
    manifest_name,
    manifests,
    mend,
    named,
    newest_merchants,
    refuse_open,
    state_bytes,
)
from datagen.payments.vocabulary import STATE
from datagen.payments.world import WORLD
from datagen.pools.pool_files import SHIPPED, Pools

if TYPE_CHECKING:
    from datagen.control_totals import Totals
    from datagen.output.appending import Additions
    from datagen.output.table_writers import TableFiles
    from datagen.payments.history import History
    from datagen.payments.manual_edits import Snapshot
    from datagen.payments.rules import PaymentsRules
    from datagen.payments.trade import Day
    from datagen.plan import Plan
    from datagen.progress import Progress


_ABOUT_EARLIER_DAYS = ("certificate.json", "report.html", "verification.json")
"""What a verification leaves in a directory; it says nothing of the days that are added."""
_PLANNED_MERCHANTS = 200
"""A plan is found with the payments of so many merchants on the first day: a year of them takes about two seconds."""


@dataclass(frozen=True)
class Run:
    """How a run is made; it changes nothing of what is generated."""

    report: Progress
    workers: int = 1
    debug: bool = False
    format: str = CSV


def begin(
    directory: Path,
    days: Days,
    seed: int,
    rules: PaymentsRules,
    run: Run,
    pools: Pools = SHIPPED,
    *,
    force: bool = False,
) -> None:
    """Begin a history in a directory, with names of the pools; with `force` in place of the one that it holds.

    Raises `OutputError` if the directory holds a history or cannot be written.
    """
    from datagen.calendar import day_number
    from datagen.output.appending import adding
    from datagen.payments.history import Choices, History

    _refuse_older(directory, days, run.format, force=force)
    history = History.begin(Choices(seed, day_number(days.first), rules, pools))
    with adding(directory, create=True) as additions:
        _refuse_older(directory, days, run.format, force=force)
        whole = [file.name for path in _databases(directory) for file in (path, kept_before(path))]
        _write(history, days, additions, run, (STATE, *data_files(directory), *manifests(directory), *whole))


def proceed(
    directory: Path, day: dt.date | None, run: Run, agree: Callable[[str], None], pools: Pools = SHIPPED
) -> Days:
    """Continue the history of a directory up to a day, yesterday by default; gives the days generated.

    `agree` hears what will be done; it raises an exception if that is not wanted. Raises `StateError` for a state
    that is missing or wrong, `UsageError` for a day that has been generated already.
    """
    from datagen.calendar import date_of
    from datagen.output.appending import adding
    from datagen.payments.state import read

    path = directory / STATE
    if not path.exists():
        raise StateError(f"{directory} holds no {STATE} to continue from. Begin with: {typed(WORLD, 'generate')}")
    with adding(directory, create=False) as additions:
        if whole := database_file(directory):
            refuse_open(whole)
        history = read(state_bytes(path), str(path), lambda day: _as_published(directory, day), pools)
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
        agree(f"This continues {directory}, which goes up to {last}, by {days}.{removed}")
        later += [name for name, of_run in manifests(directory).items() if of_run.first > last]
        _write(history, days, additions, run, later)
    return days


def _as_published(directory: Path, last: dt.date) -> Snapshot | None:
    """The merchants as they were when a state was written that goes up to this day."""
    mend(directory, last)
    return newest_merchants(directory, last)


def _databases(directory: Path) -> list[Path]:
    """Where a history may be kept in the file of a database."""
    return [directory / f"{WORLD.name}.{kind}" for kind in DATABASE_FORMATS]


def _write(history: History, days: Days, additions: Additions, run: Run, obsolete: Sequence[str]) -> None:
    import pyarrow as pa

    from datagen.calendar import date_of, day_number
    from datagen.control_totals import Totals
    from datagen.generate import write_dataset
    from datagen.output.database_files import DatabaseModel, Grown
    from datagen.output.table_writers import table_files
    from datagen.payments.dataset import PaymentsDataset
    from datagen.payments.state import write
    from datagen.workers import best_workers

    pa.set_memory_pool(pa.system_memory_pool())  # the usual one is no faster here, and keeps 50 MiB that are free
    report, dataset, totals = run.report, PaymentsDataset(history, day_number(days.last)), Totals(WORLD.facts)
    months = Months(report.say if run.debug else LOG.info)

    def published(day: Day) -> None:
        months.add(date_of(day.number), int(day.counts.sum()), int(day.roster.active.sum()))
        report.step()

    model = DatabaseModel(WORLD.name, lambda: WORLD.metadata, lambda: WORLD.views)
    before = database_file(additions.directory) if run.format in DATABASE_FORMATS and history.total else None
    grown = Grown(before, {TABLES[1]: history.total}) if before else None
    with table_files(run.format, additions, WORLD.facts, report.wrote, days, model, grown) as files:
        with report.phase("Payments", days.count):
            write_dataset(dataset, best_workers(run.workers), files, published, totals)
        months.tell()
        with report.phase("Merchants and state"):
            for text in write(history):
                additions.append(STATE, text)
            _append_merchants(history, files, totals)
            if run.format not in DATABASE_FORMATS:
                _publish(history, days, additions, totals, files, obsolete)
        if run.format in DATABASE_FORMATS:
            with report.phase("Keys and rows of the database"):
                files.finish()
                if grown:
                    _add_totals(totals, additions.directory, days.first)
                _publish(history, days, additions, totals, files, obsolete)


def _publish(
    history: History, days: Days, additions: Additions, totals: Totals, files: TableFiles, obsolete: Sequence[str]
) -> None:
    """Put everything in place, with a manifest of the run; the state as the last, and so all of it or nothing."""
    additions.append(manifest_name(days), _manifest(history, days, additions, totals, files))
    earlier = [name for name in _ABOUT_EARLIER_DAYS if (additions.directory / name).exists()]
    whole = database_file(additions.directory)
    kept = keep(whole) if whole and whole.name in files.inside and whole.name not in obsolete else None
    additions.publish(STATE, obsolete=[*obsolete, *earlier])
    if kept:
        kept.unlink(missing_ok=True)


def _add_totals(totals: Totals, directory: Path, first: dt.date) -> None:
    """Add the control totals of the payments before a day, as the manifest of the run before states them.

    Where that is gone, there are none of payments.
    """
    from decimal import Decimal

    from datagen.output.manifest import read_manifest

    table, before = TABLES[1], first - dt.timedelta(1)
    name = next((name for name, of_run in manifests(directory).items() if of_run.last == before), "")
    resource = manifest.resource(table) if name and (manifest := read_manifest(directory, name)) else None
    if resource:
        totals.add(table, {column: Decimal(total) for column, total in resource.totals.items()})
    else:
        totals.by_table.pop(table, None)


def _append_merchants(history: History, files: TableFiles, totals: Totals) -> None:
    """Write the merchants as they stand after the last day."""
    import pyarrow as pa

    from datagen.payments.merchants import version_texts

    texts = version_texts(history.book)
    files.append("merchants", list(texts), files.render_texts(texts), len(texts["merchant_id"]))
    files.end()
    kinds, wanted = WORLD.facts["merchants"].arrow_schema(), totals.wanted.get("merchants", ())
    totals.add_arrow("merchants", pa.table({name: texts[name].cast(kinds.field(name).type) for name in wanted}))


def _manifest(history: History, days: Days, additions: Additions, totals: Totals, files: TableFiles) -> bytes:
    """The manifest of the files of a run; of a database's file, which holds all days, of all that it holds."""
    from datagen.calendar import date_of
    from datagen.output.manifest import build
    from datagen.rules import changes

    choices = history.choices
    options = {
        "first_day": days.first,
        "last_day": days.last,
        "start_date": date_of(choices.start),
        "rules": changes(choices.rules),
        **choices.pools.options,
    }
    return build(
        WORLD.facts,
        additions.files,
        world=WORLD.name,
        seed=choices.seed,
        options=options,
        totals=totals.by_table,
        inside=files.inside,
    )


def expected(days: Days, seed: int, rules: PaymentsRules, run: Run, pools: Pools = SHIPPED) -> Plan:
    """What to expect of a new history: rows and bytes by table, memory and seconds.

    Found by generating the same days for fewer merchants, of which nothing is kept but counts; the caps on merchants
    that come and go in a month are lowered as they are.
    """
    from datagen.calendar import day_number
    from datagen.control_totals import Totals
    from datagen.generate import CountingSink, write_dataset
    from datagen.output.table_writers import table_files
    from datagen.payments.dataset import PaymentsDataset
    from datagen.payments.history import Choices, History
    from datagen.payments.verification import count_checks
    from datagen.plan import estimate, planned_format, scaled, stored
    from datagen.workers import best_workers

    business = rules.business
    share = min(1.0, _PLANNED_MERCHANTS / business.initial_merchants)
    fewer = replace(
        business,
        **{name: round(getattr(business, name) * share) for name in ("initial_merchants", "growth_cap", "churn_cap")},
    )
    history = History.begin(Choices(seed, day_number(days.first), replace(rules, business=fewer), pools))
    sink = CountingSink()
    with table_files(planned_format(run.format), sink, WORLD.facts, None, days) as files:
        write_dataset(PaymentsDataset(history, day_number(days.last)), best_workers(run.workers), files)
        _append_merchants(history, files, Totals())
    found = estimate(scaled(sink, lambda _: 1 / share), days.count, run.workers, ["merchants"])
    return replace(stored(found, run.format), checks=count_checks())


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


def _refuse_older(directory: Path, days: Days, kind: str, *, force: bool) -> None:
    if force or not directory.is_dir():
        return
    if (directory / STATE).exists():
        raise OutputError(
            f"{directory} holds a history already. Continue it ({typed(WORLD, 'continue')}), replace it with --force, "
            "or choose another --output-dir."
        )
    # What a run that was killed left over is replaced.
    own = {days.file(table, kind) for table in TABLES for kind in TABLE_FORMATS}
    there = [*data_files(directory), *(path.name for path in _databases(directory) if path.exists())]
    if kind in DATABASE_FORMATS:
        own.add(f"{WORLD.name}.{kind}")
    if strange := [name for name in there if name not in own]:
        raise OutputError(
            f"{directory} holds {strange[0]} but no {STATE} that tells of it. "
            "Remove such files with --force, or choose another --output-dir."
        )


def _yesterday() -> dt.date:
    return dt.datetime.now().astimezone().date() - dt.timedelta(1)


def continued_format(directory: Path, kind: str, report: Progress, *, typed: bool) -> str:
    """The format to continue a history in: its own, unless another one was typed."""
    held = history_format(directory) or kind
    if typed and kind != held and {kind, held} & {*DATABASE_FORMATS}:
        raise UsageError(
            f"{directory} is kept as {held}, and a database's file holds a whole history: leave out --format {kind}, "
            "or begin it anew so; the same seed and rules give the same payments."
        )
    if typed and kind != held:
        report.say(f"Note: {directory} holds {held} files; the days that are added are written as {kind}.")
    return kind if typed else held
