"""Checks against money laundering: screenings, patterns in a block's transactions, and the reports that follow."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.balances import Transactions
from datagen.bank.draws import Cents, Codes, Days, Rows, coins, even, within
from datagen.bank.events import CATEGORY
from datagen.bank.rules.compliance import ComplianceRules
from datagen.bank.staff import NOBODY, Pool
from datagen.columns import NULL, or_null
from datagen.frozen import dataclass
from datagen.sampling import exponential_table, quantiles
from datagen.streams import Streams

LARGE_CASH, STRUCTURING, RAPID = range(3)
OPEN, CLOSED, REPORTED = range(3)
IN, OUT = range(2)
_MOST_SCORE = 100
NO_SCENARIO = NO_ROW = -1
_HOUR, _DAY = 3_600, 86_400
_DAY_BITS = 24
_DAY_ZERO = 1 << 23  # added to days, which are negative before 1970
_CASH = np.isin(words.CATEGORIES, words.CASH_CATEGORIES)
_TYPES = np.array([words.CATEGORY_TYPES[name] for name in words.CATEGORIES])


@dataclass(frozen=True)
class Patterns:
    """Patterns found, one row each."""

    scenarios: Codes
    rows: Rows
    """The movement that completes it."""
    amounts: Cents
    """What the pattern moved."""
    chance: NDArray[np.bool_]
    """Whether it came about by chance, and monitoring may fail to see it."""


@dataclass(frozen=True)
class CashReports:
    """Cash of a customer, day and direction above the limit: a currency transaction report each."""

    customers: Rows
    directions: Codes
    amounts: Cents
    days: Days
    filed: Days
    officers: NDArray[np.int64]


@dataclass(frozen=True)
class Checks:
    """A screening of every customer of a block, then the alerts of monitoring."""

    customers: Rows
    scenarios: NDArray[np.int64]
    """`NO_SCENARIO` for screenings."""
    rows: NDArray[np.int64]
    """The movement, `NO_ROW` for screenings."""
    amounts: Cents
    detected: Days
    alerts: NDArray[np.bool_]
    statuses: Codes
    reviewers: NDArray[np.int64]
    closed: Days
    """`NULL` while open."""
    scores: NDArray[np.int64]

    @property
    def reported(self) -> Rows:
        """Those with a suspicious-activity report."""
        return np.flatnonzero(self.statuses == REPORTED)

    def late(self, as_of: int, limit: int) -> Rows:
        """Alerts that were not closed in time, as the day before the as-of day shows."""
        closed = np.where(self.closed == NULL, as_of, self.closed)
        over = self.detected + limit
        return np.flatnonzero(self.alerts & (closed > over) & (over + 1 < as_of))


def find_patterns(moved: Transactions, owners: Rows, first_planted: int, rules: ComplianceRules) -> Patterns:
    """The patterns in a block's transactions; `owners` are the customers of the accounts."""
    lots = [
        _large_cash(moved, owners, rules),
        _structuring(moved, owners, rules),
        _rapid_movements(moved, first_planted, rules),
    ]
    return Patterns(*(np.concatenate(field) for field in zip(*lots, strict=True)))


_Lot = tuple[Codes, Rows, Cents, NDArray[np.bool_]]


def _lot(scenario: int, rows: Rows, amounts: Cents, chance: NDArray[np.bool_] | None = None) -> _Lot:
    sure = np.zeros(len(rows), np.bool_) if chance is None else chance
    return np.full(len(rows), scenario, np.intp), rows, amounts, sure


def _cash_days(moved: Transactions, owners: Rows) -> tuple[Rows, NDArray[np.int64], NDArray[np.bool_]]:
    """The movements of cash by customer, day and direction; the keys of these; and where each begins."""
    rows = np.flatnonzero(_CASH.take(moved.events.categories))
    out = moved.events.categories[rows] != CATEGORY["cash_deposit"]
    keys = _keys(owners[moved.events.accounts[rows]], moved.events.days[rows]) * 2 + out
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    return rows[order], keys, np.concatenate(([True], keys[1:] != keys[:-1])) if len(keys) else np.zeros(0, np.bool_)


def _keys(customers: Rows, days: Days) -> NDArray[np.int64]:
    """Numbers that sort by customer, then day."""
    return (customers.astype(np.int64) << _DAY_BITS) + days + _DAY_ZERO


def _sums_in_groups(amounts: Cents, begins: NDArray[np.bool_]) -> tuple[Cents, Cents]:
    """The running sum within each group, and the sum of the whole group, a row."""
    total = np.cumsum(amounts)
    starts = np.flatnonzero(begins)
    group = np.cumsum(begins) - 1
    before = (total - amounts)[starts]
    ends = np.append(starts[1:], len(amounts)) - 1
    return total - before[group], (total[ends] - before)[group]


def _large_cash(moved: Transactions, owners: Rows, rules: ComplianceRules) -> _Lot:
    rows, _, begins = _cash_days(moved, owners)
    if not len(rows):
        return _lot(LARGE_CASH, rows, np.zeros(0, np.int64))
    amounts, limit = moved.events.amounts[rows], round(rules.cash_limit * 100)
    running, whole = _sums_in_groups(amounts, begins)
    crosses = (running > limit) & (running - amounts <= limit)
    return _lot(LARGE_CASH, rows[crosses], whole[crosses])


def _structuring(moved: Transactions, owners: Rows, rules: ComplianceRules) -> _Lot:
    least, limit = round(rules.structuring_least * 100), round(rules.cash_limit * 100)
    amounts = moved.events.amounts
    suits = (moved.events.categories == CATEGORY["cash_deposit"]) & (amounts >= least) & (amounts <= limit)
    rows = np.flatnonzero(suits)
    keys = _keys(owners[moved.events.accounts[rows]], moved.events.days[rows])
    order = np.argsort(keys, kind="stable")
    rows, keys = rows[order], keys[order]
    first = np.searchsorted(keys, keys - (rules.structuring_days - 1), side="left")
    total = np.concatenate(([0], np.cumsum(amounts[rows])))
    place = np.arange(len(rows))
    moved_by_then = total[place + 1] - total[first]
    fits = (place - first + 1 >= rules.structuring_count) & (moved_by_then > limit)
    # One alert for a run of such deposits: the one that makes it a pattern first.
    fresh = fits & ~np.concatenate(([False], fits[:-1] & (first[1:] < place[1:])))
    return _lot(STRUCTURING, rows[fresh], moved_by_then[fresh])


def _rapid_movements(moved: Transactions, first_planted: int, rules: ComplianceRules) -> _Lot:
    events = moved.events
    kinds = _TYPES.take(events.categories)
    by_account = np.argsort(events.accounts, kind="stable")
    accounts, amounts = events.accounts[by_account], events.amounts[by_account]
    moment = events.days[by_account].astype(np.int64) * _DAY + events.seconds[by_account]
    leaves = np.isin(kinds[by_account], ("withdrawal", "payment"))
    total = np.cumsum(np.where(leaves, amounts, 0))
    deposits = np.flatnonzero((kinds[by_account] == "deposit") & (amounts >= round(rules.rapid_deposit * 100)))
    wanted = total[deposits] + np.ceil(np.round(amounts[deposits] * rules.rapid_share, 4)).astype(np.int64)
    place = np.searchsorted(total, wanted, side="left")
    there = np.minimum(place, max(len(total) - 1, 0))
    hit = (place < len(total)) & (accounts[there] == accounts[deposits])
    hit &= moment[there] - moment[deposits] <= rules.rapid_hours * _HOUR
    rows, first = np.unique(by_account[there[hit]], return_index=True)
    source = deposits[hit][first]
    return _lot(RAPID, rows, amounts[source], moved.origins[by_account[source]] < first_planted)


def report_cash(
    streams: Streams, moved: Transactions, owners: Rows, as_of: int, officers: Pool, rules: ComplianceRules
) -> CashReports:
    """The reports of cash above the limit that have been filed by the as-of day."""
    rows, keys, begins = _cash_days(moved, owners)
    starts = np.flatnonzero(begins)
    whole = _sums_in_groups(moved.events.amounts[rows], begins)[1] if len(rows) else np.zeros(0, np.int64)
    starts = starts[whole[starts] > round(rules.cash_limit * 100)]
    days = ((keys[starts] // 2 & ((1 << _DAY_BITS) - 1)) - _DAY_ZERO).astype(np.int32)
    filed = days + within(1, rules.ctr_days, streams, len(starts), "filed")
    done = filed < as_of
    starts, days, filed = starts[done], days[done], filed[done].astype(np.int32)
    return CashReports(
        customers=(keys[starts] // 2 >> _DAY_BITS).astype(np.intp),
        directions=(keys[starts] % 2).astype(np.intp),
        amounts=whole[starts],
        days=days,
        filed=filed,
        officers=officers.pick(streams.at("officer"), filed, filed),
    )


def check(
    streams: Streams,
    since: Days,
    patterns: Patterns,
    moved: Transactions,
    owners: Rows,
    as_of: int,
    officers: Pool,
    rules: ComplianceRules,
) -> Checks:
    """Every customer is screened on applying, and most patterns give an alert within two days."""
    seen = np.flatnonzero(~patterns.chance | coins(rules.natural_share, len(patterns.rows), streams, "seen"))
    rows, screened, count = patterns.rows[seen], len(since), len(since) + len(seen)
    customers = np.concatenate((np.arange(screened), owners[moved.events.accounts[rows]] if len(rows) else rows))
    lag = within(0, rules.most_detection_days, streams, len(rows), "lag")
    detected = np.concatenate((since, np.minimum(moved.events.days[rows] + lag, as_of - 1))).astype(np.int32)
    monitored = np.arange(count) >= screened
    alerts = monitored | coins(rules.screening_alert_share, count, streams, "alert")
    reported = np.zeros(count, np.bool_)
    reported[screened:] = even(streams, len(rows), "reported") < rules.reported_share
    table = exponential_table(rules.review_days, 0, rules.review_limit)
    length = quantiles(table, streams.lanes(count, "review"))
    late = coins(rules.late_review_share, count, streams, "late") & ~reported
    length = np.where(late, within(rules.review_limit + 1, rules.latest_review, streams, count, "latest"), length)
    closed = np.where(alerts, detected + length, detected)
    done = closed < as_of
    until = np.minimum(closed, as_of - 1).astype(np.int32)
    above, clear = rules.clear_score + 1, streams.below(rules.clear_score + 1, count, "score")
    return Checks(
        customers=customers,
        scenarios=np.concatenate((np.full(screened, NO_SCENARIO), patterns.scenarios[seen])),
        rows=np.concatenate((np.full(screened, NO_ROW), rows)),
        amounts=np.concatenate((np.zeros(screened, np.int64), patterns.amounts[seen])),
        detected=detected,
        alerts=alerts,
        statuses=np.where(done, np.where(reported, REPORTED, CLOSED), OPEN),
        reviewers=np.where(alerts, officers.pick(streams.at("reviewer"), detected, until), NOBODY),
        closed=or_null(done, closed),
        scores=np.where(alerts, above + streams.below(_MOST_SCORE + 1 - above, count, "score"), clear),
    )
