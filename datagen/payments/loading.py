# ruff: noqa: S608 - the SQL is made of days, numbers and a name in quotes
"""Bringing a PostgreSQL database up to the history of a directory, and judging what it holds."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NoReturn

from datagen.errors import CheckError, DatabaseError, DataError
from datagen.loading import session as embedded
from datagen.loading.session import SCHEMA, Session
from datagen.payments.verification import outlined
from datagen.payments.vocabulary import STATE
from datagen.payments.world import WORLD

if TYPE_CHECKING:
    from datagen.checks.findings import Verdict
    from datagen.loading.append import Appended
    from datagen.loading.history import History
    from datagen.loading.load import Loaded
    from datagen.payments.state_summary import StateSummary
    from datagen.progress import Progress

DATABASE = "payments"
"""The database within the embedded server."""
OPEN = "payments --psql"
_WHOLE = ("P01c", "P01e", "P02c")
"""Rules about the history as a whole, which its last days alone cannot be asked."""


@dataclass(frozen=True)
class Target:
    """Where histories are loaded to, and how."""

    url: str | None = None
    """The database; None for DATABASE_URL or the embedded server."""
    schema: str = SCHEMA
    truncate: bool = False
    """Replace what the database holds."""
    create_database: bool = False

    def session(self, report: Progress) -> Session:
        """The database, not reached yet. Raises `UsageError` for a URL or schema that is none."""
        return Session(DATABASE, OPEN, self.url, self.schema, report)


def reach(target: Target, report: Progress) -> None:
    """See that the database can be reached; starts the embedded server if that is the one."""
    session = target.session(report)
    session.connect(create_database=target.create_database)
    session.close()


def open_psql(target: Target) -> NoReturn:
    """Become psql on the embedded server."""
    embedded.open_psql(embedded.embedded_server(DATABASE), target.schema, "payments --load-database")


def load(directory: Path, target: Target, report: Progress, *, verify: bool = True, made: bool = False) -> None:
    """Bring the database up to the history of a directory, judge it there, and tell how to open it.

    `made` says that its files have just been made. Raises `StateError` for a directory without a history, `DataError`
    for rows that the database must not take or another history that it holds, `DatabaseError` for all else that fails
    - the database is then as it was - and `CheckError` if a rule is broken in the database.
    """
    report.say()
    with target.session(report) as session:
        try:
            done = bring(directory, session, report, truncate=target.truncate)
        except (DatabaseError, DataError) as error:
            if not made:
                raise
            again = f"payments --load-database --output-dir {directory}"
            what = f"{error} The files in {directory} are complete; {again} loads them."
            raise type(error)(what) from error
        if verify:
            _judge(session, done, report)
        report.say(session.how_to_open())


def bring(directory: Path, session: Session, report: Progress, *, truncate: bool = False) -> Loaded | Appended:
    """Load the history of a directory whole, or append what is new of it, and tell what was done."""
    from datagen.loading.append import catch_up
    from datagen.payments.tables import metadata

    path = directory / STATE
    before = _stamp(path)
    told = outlined(directory, "load")

    def ensure_unchanged() -> None:
        if _stamp(path) != before:
            raise DataError(f"{path} has changed since it was read: another run is at work there. Load again after it.")

    done = catch_up(
        session.backend,
        directory,
        metadata,
        history_of(told),
        schema=session.schema,
        truncate=truncate,
        report=report,
        ensure_unchanged=ensure_unchanged,
    )
    report.say(described(done, told))
    return done


def _stamp(path: Path) -> object:
    """What changes when a file is replaced."""
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_ino, found.st_size, found.st_mtime_ns


def history_of(told: StateSummary) -> History:
    """The history that a state tells of, as a database notes it."""
    from datagen.loading.history import AppendOnlyTable, History

    growing = AppendOnlyTable(
        table="transactions",
        key="payment_id",
        prefix="TXN",
        digits=10,
        moment="payment_timestamp",
        known=("merchant_id", "merchants", "merchant_id"),
        totals=("payment_amount", "transactional_cost_amount", "mdr_amount", "net_profit"),
    )
    return History(
        growing=growing,
        seed=told.seed,
        first=told.first,
        rules=told.rules,
        last=told.last,
        rows=told.payments,
        release=told.release,
        more={"merchant_counter": told.merchants},
    )


def described(done: Loaded | Appended, told: StateSummary) -> str:
    """What a load did, in a line."""
    from datagen.loading.load import Loaded

    if isinstance(done, Loaded):
        rows = f"{done.rows['transactions']:,} payments and {done.rows['merchants']:,} versions of merchants"
        return f"Loaded {rows}, {told.first} to {told.last}, in {done.seconds:.2f} s."
    if done.since == done.last:
        return f"The database has all up to {done.last} already: there was nothing to add."
    changed = f"{done.changed['merchants']:,} versions of merchants are new or have changed"
    first = done.since + dt.timedelta(1)
    days = f"{first}" if first == done.last else f"the days from {first} on, to {done.last}"
    return f"Added {done.rows:,} payments of {days}; {changed}; in {done.seconds:.2f} s."


def _judge(session: Session, done: Loaded | Appended, report: Progress) -> None:
    """Judge what was loaded: everything, or the days that are new."""
    from datagen.checks.findings import summary
    from datagen.loading.append import Appended
    from datagen.loading.verify import verify

    if isinstance(done, Appended):
        if done.since == done.last:
            return
        with report.phase("Verification of the new days"):
            verdict = _judge_days(session, done)
    else:
        verdict = verify(session.backend, WORLD, schema=session.schema, progress=report)
    report.say(f"\n{summary(verdict)}")
    if not verdict.ok:
        broken = [finding.check for finding in verdict.failed() if not finding.statistical]
        more = f" and {len(broken) - 5} more" if len(broken) > 5 else ""
        raise CheckError(f"The data in the database breaks {', '.join(broken[:5])}{more}. Mend it, or load it anew.")


def _judge_days(session: Session, done: Appended) -> Verdict:
    """Judge the payments of new days, and the merchants."""
    from datagen.checks.sql_rules import read_catalogue
    from datagen.loading.verify import verify_rules

    schema = session.schema.replace('"', '""')
    new = f"select * from \"{schema}\".transactions where payment_timestamp >= date '{done.since}' + 1"
    checks = [
        rule.check
        for rule in read_catalogue(WORLD.sql).rules
        if rule.check.startswith("P") and rule.check not in _WHOLE
    ]
    return verify_rules(session.backend, WORLD, checks, {"transactions": new}, schema=session.schema)


def judge_database(target: Target, report: Progress) -> Verdict:
    """Judge what the database holds, by every rule that it can be asked, within a read-only transaction.

    Raises `DatabaseError` for one that holds no history.
    """
    from datagen.loading.verify import verify

    with target.session(report) as session:
        return verify(session.backend, WORLD, schema=session.schema, progress=report)
