"""Contacts of a block's customers with the bank in the last 12 months, and who complains."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.accounts import Accounts
from datagen.bank.banking_days import BankingDays
from datagen.bank.desks import Desk, queue
from datagen.bank.draws import (
    SECONDS_AN_HOUR,
    Codes,
    Days,
    Rows,
    choose,
    coins,
    even,
    numbers,
    picks,
    repeat,
    seconds_of_day,
    spread,
    within,
)
from datagen.bank.rules.service import ServiceRules
from datagen.bank.staff import NOBODY, Pool
from datagen.columns import NULL, or_no_code
from datagen.frozen import dataclass
from datagen.sampling import interpolated, lognormal_table
from datagen.streams import Streams

PHONE, EMAIL, WEB, MOBILE_APP, BRANCH = range(5)
COMPLAINT = words.REASONS.index("complaint")
RESOLVED, INVESTIGATING, ENDED, OPEN = range(4)
_ROUNDS = 12
_DAY = 86_400


@dataclass(frozen=True)
class Contacts:
    """Contacts of a block, by customer and time; parallel arrays."""

    customers: Rows
    channels: Codes
    reasons: Codes
    days: Days
    starts: NDArray[np.int32]
    seconds: NDArray[np.int64]
    """Length."""
    handlers: NDArray[np.int64]
    """`NOBODY` for self-service."""
    accounts: NDArray[np.int64]
    """The account it was about, -1 for none."""
    outcomes: Codes
    complaints: Codes
    """The state of the complaint made in it, -1 for none."""

    def __len__(self) -> int:
        return len(self.customers)


@dataclass(frozen=True)
class Wanted:
    """Contacts before they have a day."""

    customers: Rows
    channels: Codes
    complaints: Codes


def contact(
    streams: Streams,
    since: Days,
    accounts: Accounts,
    year_ago: int,
    as_of: int,
    banking: BankingDays,
    desks: tuple[Desk, Desk],
    agents: Pool,
    rules: ServiceRules,
) -> Contacts:
    """The contacts of a block; `desks` are those of the telephone and of the branches."""
    wanted = _wanted(streams, since, year_ago, as_of, rules)
    low = np.maximum(since, year_ago).take(wanted.customers).astype(np.int32)
    days, channels = _days(streams, wanted, low, as_of, banking, desks, rules)
    rows = np.flatnonzero(days != NULL)
    wanted = Wanted(wanted.customers[rows], channels[rows], wanted.complaints[rows])
    days, count = days[rows], len(rows)
    seconds = _lengths(streams, wanted.channels, rules)
    starts = _starts(streams, wanted.channels, seconds, rules)
    channels, starts, handlers = _handle(streams, wanted.channels, days, starts, seconds, desks, agents, rules)
    order = np.lexsort((starts, days, wanted.customers))
    complaints = wanted.complaints.take(order)
    reasons = picks(rules.reasons, words.REASONS, even(streams, count, "reason"))
    return Contacts(
        customers=wanted.customers.take(order),
        channels=channels.take(order),
        reasons=np.where(complaints >= 0, COMPLAINT, reasons),
        days=days.take(order),
        starts=starts.take(order),
        seconds=seconds.take(order),
        handlers=handlers.take(order),
        accounts=_about(streams, wanted.customers.take(order), days.take(order), accounts, rules),
        outcomes=picks(rules.outcomes, words.OUTCOMES, even(streams, count, "outcome")),
        complaints=complaints,
    )


def _wanted(streams: Streams, since: Days, year_ago: int, as_of: int, rules: ServiceRules) -> Wanted:
    """How many contacts each customer has, by which way, and which of them are complaints in which state."""
    count = len(since)
    # Nobody has two contacts on one day, so that a customer of yesterday has one at most.
    most = as_of - np.maximum(since, year_ago)
    each = np.minimum(numbers(rules.contacts, spread(streams, count, "contacts")), most)
    complains = np.flatnonzero(choose(rules.complainer_share, each > 0, streams, "complains"))
    twice = (each[complains] > 1) & (
        even(streams, len(complains), "twice") < rules.second_complaint_share * _scarcity(rules)
    )
    complaints = np.zeros(count, np.int64)
    complaints[complains] = 1 + twice
    rows = repeat(each)
    place = np.arange(len(rows)) - (np.cumsum(each) - each).take(rows)
    is_complaint = place < complaints.take(rows)
    states = np.full(len(rows), -1, np.intp)
    those = np.flatnonzero(is_complaint)
    states[those] = picks(rules.complaint_statuses, words.COMPLAINT_STATUSES, even(streams, len(those), "state"))
    channels = picks(rules.channels, words.CHANNELS, even(streams, len(rows), "channel"))
    return Wanted(rows, channels, states)


def _scarcity(rules: ServiceRules) -> float:
    """Customers with contacts against those with two or more, who alone can complain twice."""
    some = 1 - rules.contacts["0"]
    return some / max(some - rules.contacts["1"], 1e-6)


def _days(
    streams: Streams,
    wanted: Wanted,
    low: Days,
    as_of: int,
    banking: BankingDays,
    desks: tuple[Desk, Desk],
    rules: ServiceRules,
) -> tuple[Days, Codes]:
    """A day a contact, no two of a customer on one, and the channel; `NULL` where there is no day left."""
    count, channels = len(low), wanted.channels.copy()
    reach = np.full(count, 10_000)
    reach[wanted.complaints == OPEN] = rules.open_days
    reach[wanted.complaints == INVESTIGATING] = rules.investigating_days
    first = np.maximum(low, as_of - reach)
    days, missing = np.full(count, NULL, np.int32), np.arange(count)
    for turn in range(_ROUNDS):
        if turn == _ROUNDS // 2:  # who still has no day writes an e-mail, for which any day will do
            channels[missing] = EMAIL
        drawn = within(first, as_of - 1, streams, count, "day", turn)
        day, fits = _placed(streams.at(turn), drawn, first, channels, as_of, banking, desks, rules)
        days[missing[fits[missing]]] = day[missing[fits[missing]]]
        missing = np.flatnonzero((days == NULL) | _again(wanted.customers, days, wanted.complaints))
        days[missing] = NULL
        if not len(missing):
            break
    days[missing] = NULL
    return days, channels


def _again(customers: Rows, days: Days, complaints: Codes) -> NDArray[np.bool_]:
    """Contacts on a day on which the customer has another; of those, complaints stay."""
    order = np.lexsort((complaints < 0, days, customers))
    who, when = customers.take(order), days.take(order)
    again = np.zeros(len(days), np.bool_)
    again[order[1:]] = (who[1:] == who[:-1]) & (when[1:] == when[:-1])
    return again


def _placed(
    streams: Streams,
    drawn: Days,
    low: Days,
    channels: Codes,
    as_of: int,
    banking: BankingDays,
    desks: tuple[Desk, Desk],
    rules: ServiceRules,
) -> tuple[Days, NDArray[np.bool_]]:
    """Days on which the channel serves, near those drawn, and whether there is one."""
    keeps = coins(rules.weekend_share, len(drawn), streams, "weekend")
    worked = banking.on_or_before(drawn)
    snaps = np.isin(channels, (PHONE, EMAIL, BRANCH)) & (~keeps | (channels == BRANCH)) & (worked >= low)
    days = np.where(snaps, worked, drawn).astype(np.int32)
    fits = np.ones(len(drawn), np.bool_)
    for channel, desk in ((PHONE, desks[0]), (BRANCH, desks[1])):
        moved, inside = desk.in_turn(days, low, as_of)
        here = channels == channel
        days = np.where(here, moved, days).astype(np.int32)
        fits &= ~here | inside
    fits &= (channels != BRANCH) | banking.is_open(np.minimum(days, as_of))
    return days, fits


def _lengths(streams: Streams, channels: Codes, rules: ServiceRules) -> NDArray[np.int64]:
    drawn = streams.words(len(channels), "seconds")
    seconds = np.zeros(len(channels), np.int64)
    for channel, (median, sigma) in enumerate(zip(rules.seconds, rules.seconds_sigmas, strict=True)):
        here = channels == channel
        seconds[here] = interpolated(lognormal_table(median, sigma, 1, 2**30), drawn[here])
    return np.clip(seconds, rules.least_seconds, rules.most_seconds)


def _starts(streams: Streams, channels: Codes, seconds: NDArray[np.int64], rules: ServiceRules) -> NDArray[np.int32]:
    """When contacts are asked for; all but talks end on the same day."""
    count = len(channels)
    hours = [rules.phone_hours, rules.email_hours, rules.online_hours, rules.online_hours, rules.branch_hours]
    clock = np.zeros(count, np.int64)
    for channel, weights in enumerate(hours):
        here = channels == channel
        clock[here] = seconds_of_day(weights, streams, count, "clock", channel)[here]
    return np.clip(clock, 0, _DAY - 1 - seconds).astype(np.int32)


def _handle(
    streams: Streams,
    channels: Codes,
    days: Days,
    starts: NDArray[np.int32],
    seconds: NDArray[np.int64],
    desks: tuple[Desk, Desk],
    agents: Pool,
    rules: ServiceRules,
) -> tuple[Codes, NDArray[np.int32], NDArray[np.int64]]:
    """Who handles contacts, and when talks start; a talk that would wait past closing becomes an e-mail."""
    channels, starts = channels.copy(), starts.copy()
    handlers = np.full(len(channels), NOBODY, np.int64)
    for channel, desk, (_, closes) in (
        (PHONE, desks[0], rules.telephone_served),
        (BRANCH, desks[1], rules.branches_open),
    ):
        rows = np.flatnonzero(channels == channel)
        who, begun = queue(streams.at("desk", channel), desk, days[rows], starts[rows], seconds[rows])
        late = begun >= closes * SECONDS_AN_HOUR
        channels[rows[late]] = EMAIL
        handlers[rows], starts[rows] = who, np.where(late, starts[rows], begun)
    share = np.array(rules.handled_shares).take(channels)
    written = np.isin(channels, (EMAIL, WEB, MOBILE_APP))
    handled = written & coins(share, len(channels), streams, "handled")
    by = agents.pick(streams.at("agent"), days, days)
    handlers = np.where(written, np.where(handled, by, NOBODY), handlers)
    return channels, starts, handlers


def _about(streams: Streams, customers: Rows, days: Days, accounts: Accounts, rules: ServiceRules) -> NDArray[np.int64]:
    """The account that a contact was about: one of the customer's that was open that day."""
    held = accounts.counts.take(customers)
    row = accounts.firsts.take(customers) + streams.below(np.maximum(held, 1), len(customers), "account")
    about = (held > 0) & coins(rules.account_share, len(customers), streams, "about")
    row = np.where(about, row, 0)
    if not len(accounts):
        return np.full(len(customers), -1, np.int64)
    closed = accounts.closed.take(row)
    open_then = (accounts.opened.take(row) <= days) & ((closed == NULL) | (closed >= days))
    return or_no_code(about & open_then, row)
