"""The changes of states in the last 12 months, as the audit log keeps them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.accounts import Accounts
from datagen.bank.applications import Applications
from datagen.bank.draws import Codes, Days, Rows
from datagen.bank.insurance import Policies
from datagen.bank.kyc import Records
from datagen.bank.opinions import Complaints
from datagen.bank.schedule import Schedule
from datagen.bank.staff import NOBODY
from datagen.columns import NULL
from datagen.frozen import dataclass
from datagen.streams import Streams

TABLES = ("accounts", "loan_applications", "loans", "kyc_records", "complaints", "policies")
VALUES = tuple(
    dict.fromkeys(
        (
            *words.ACCOUNT_STATUSES,
            *words.APPLICATION_STATUSES,
            *words.LOAN_STATUSES,
            *words.KYC_STATUSES,
            *words.COMPLAINT_STATUSES,
            *words.POLICY_STATUSES,
        )
    )
)
"""All states, each once."""
NOTHING = -1
MINUTES_A_DAY = 1_440
_MINUTES_AN_HOUR = 60
_SECOND = 37  # a prime, so that the seconds of minutes look like any


@dataclass(frozen=True)
class Changes:
    """Changes of a block, by time."""

    minutes: NDArray[np.int64]
    """Since the day a year before the as-of day."""
    tables: Codes
    records: Rows
    """The row of its table in the block."""
    inserts: NDArray[np.bool_]
    old: NDArray[np.int64]
    """A place in `VALUES`, `NOTHING` for an insert."""
    new: NDArray[np.int64]
    by: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.minutes)


def second_of(minutes: NDArray[np.int64]) -> NDArray[np.int64]:
    """The second at which the log of a minute is written: all changes of a minute bear the same one."""
    return minutes * _SECOND % 60


def log(
    streams: Streams,
    year_ago: int,
    accounts: Accounts,
    applications: Applications,
    instalments: Schedule,
    records: Records,
    complaints: Complaints,
    policies: Policies,
    hours: tuple[int, int],
) -> Changes:
    """Every change of the kinds that are kept; `hours` are those of the day between which changes are logged."""
    lots = [
        _lot("accounts", accounts.opened, None, "active", accounts.openers),
        _lot("accounts", accounts.closed, "active", "closed", NOBODY),
        _lot("loan_applications", applications.days, None, "pending", NOBODY),
        _lot(
            "loan_applications",
            applications.decided,
            "pending",
            (applications.statuses, words.APPLICATION_STATUSES),
            applications.officers,
        ),
        _lot("loans", instalments.status_days, "active", (instalments.loan_statuses, words.LOAN_STATUSES), NOBODY),
        _lot("kyc_records", records.completed, "pending", (records.statuses, words.KYC_STATUSES), records.officers),
        _lot(
            "complaints",
            complaints.ended,
            "investigating",
            (complaints.statuses, words.COMPLAINT_STATUSES),
            complaints.handlers,
        ),
        _lot("policies", policies.ends, "active", (policies.statuses, words.POLICY_STATUSES), NOBODY),
    ]
    days, tables, rows, inserts, old, new, by = (np.concatenate(field) for field in zip(*lots, strict=True))
    kept = np.flatnonzero((days != NULL) & (days >= year_ago))
    opens, closes = (hour * _MINUTES_AN_HOUR for hour in hours)
    clock = opens + streams.below(closes - opens, len(kept), "clock")
    minutes = (days[kept].astype(np.int64) - year_ago) * MINUTES_A_DAY + clock
    order = np.argsort(minutes, kind="stable")
    kept = kept[order]
    return Changes(minutes[order], tables[kept], rows[kept], inserts[kept], old[kept], new[kept], by[kept])


def _lot(
    table: str,
    days: Days,
    old: str | None,
    new: str | tuple[Codes, tuple[str, ...]],
    by: NDArray[np.int64] | int,
) -> tuple[NDArray[np.int64], ...]:
    count = len(days)
    if isinstance(new, str):
        after = np.full(count, VALUES.index(new))
    else:
        codes, vocabulary = new
        after = np.array([VALUES.index(name) for name in vocabulary]).take(codes)
    before = np.full(count, NOTHING if old is None else VALUES.index(old))
    return (
        days.astype(np.int64),
        np.full(count, TABLES.index(table)),
        np.arange(count),
        np.full(count, old is None),
        before,
        after,
        np.broadcast_to(by, count).astype(np.int64),
    )
