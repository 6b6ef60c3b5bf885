"""Dues and how they are paid.

Each paid period of a spell has a due, on the day of the month of the spell's start. A due is attempted on its day; a
failed attempt is retried within a few days. Where a spell ends two to ten days after a due, without a freeze or change
having been arranged for a due day, the ending is for non-payment: all three attempts failed, the last one on the day
before.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import add_months, month_number, month_start
from datagen.columns import NULL
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.memberships import Spells, cancelled, suspended
from datagen.fitness.rules.payments import PaymentRules
from datagen.sampling import pick, quota_pick, scaled, stratified, threshold
from datagen.streams import Streams

REGISTRATION, MONTHLY, ANNUAL, CLASS = range(len(vocabulary.PAYMENT_TYPES))
COMPLETED, FAILED, REFUNDED = range(len(vocabulary.PAYMENT_STATUSES))
_METHOD_BLOCK = 200
_YEAR = 365
_LEAST_GAP = 2  # days that hold three attempts: the due, one between, the last

Days = NDArray[np.int32]
Rows = NDArray[np.intp]


@dataclass(frozen=True)
class Payments:
    """Payment attempts; `cents` in hundredths of a dollar."""

    members: Rows
    days: Days
    cents: NDArray[np.int64]
    types: NDArray[np.int8]
    methods: NDArray[np.int8]
    statuses: NDArray[np.int8]


@dataclass(frozen=True)
class Billing:
    """What the dues of all spells are worked out from; one entry a spell, one a member for the methods."""

    spells: Spells
    annual: NDArray[np.bool_]
    cents: NDArray[np.int64]
    registration_cents: NDArray[np.int64]
    as_of: int
    unpaid_end: NDArray[np.bool_]
    may_fail_until: Days
    methods: NDArray[np.int8]
    second_methods: NDArray[np.int8]
    first_failure: float
    rules: PaymentRules
    streams: Streams


def build_billing(
    reference: Reference, spells: Spells, rules: PaymentRules, streams: Streams, as_of: int, class_fees_a_due: float
) -> Billing:
    """Prices, non-payment and methods of payment for all spells.

    `class_fees_a_due` is the number of class fees expected for each due: they never fail, so the dues must fail the
    more often for the share of failed payments to come out as the rules have it.
    """
    plans = reference.plans
    annual = plans.months.take(spells.plans) == 12
    first = np.diff(spells.members, prepend=-1) != 0
    ends = spells.ends_by(as_of)
    paying = ~suspended(spells)

    last_due = _last_due(spells.starts, ends)
    gap = ends - 1 - last_due
    next_is_running_freeze = np.append(suspended(spells)[1:] & (spells.ends[1:] == NULL), False)
    ending = (cancelled(spells) | next_is_running_freeze) & paying & ~annual & (spells.ends != NULL)
    candidates = ending & (gap >= _LEAST_GAP) & (gap <= rules.retry_days)

    periods = _periods_last_year(spells.starts, ends, annual, paying, as_of)
    recent = int((candidates & (spells.ends > as_of - _YEAR)).sum())
    first_failure, share = _failure_shares(rules, periods, recent, class_fees_a_due, 1 - rules.success_rate)
    unpaid = candidates & (streams.lanes(len(spells), "unpaid") < threshold(share))

    method = quota_pick(rules.methods.shares, stratified(streams, len(reference.members), _METHOD_BLOCK, "method"))
    second = pick(rules.methods.shares, streams.lanes(len(reference.members), "second method"))
    codes = np.array([vocabulary.PAYMENT_METHODS.index(name) for name in rules.methods.names], np.int8)
    return Billing(
        spells=spells,
        annual=annual,
        cents=np.where(annual, 12, 1) * plans.monthly_cents.take(spells.plans),
        registration_cents=np.where(first, plans.registration_cents.take(spells.plans), 0),
        as_of=as_of,
        unpaid_end=unpaid,
        may_fail_until=np.where(spells.ends == NULL, np.int32(as_of), spells.ends - rules.retry_days).astype(np.int32),
        methods=codes.take(method),
        second_methods=codes.take(second),
        first_failure=first_failure,
        rules=rules,
        streams=streams,
    )


def _last_due(starts: Days, ends: Days) -> Days:
    """The last due day before the end of monthly spells."""
    months = month_number(ends - 1) - month_number(starts)
    due = add_months(starts, months)
    return np.where(due > ends - 1, add_months(starts, months - 1), due).astype(np.int32)


def _periods_last_year(
    starts: Days, ends: Days, annual: NDArray[np.bool_], paying: NDArray[np.bool_], as_of: int
) -> int:
    """About how many dues fell in the year before the as-of day."""
    days = np.maximum(ends - np.maximum(starts, as_of - _YEAR), 0)
    dues = np.where(annual, (starts >= as_of - _YEAR) * _YEAR, days * 12)
    return max(int((dues * paying).sum()) // _YEAR, 1)


def _failure_shares(
    rules: PaymentRules, periods: int, candidates: int, class_fees_a_due: float, wanted: float
) -> tuple[float, float]:
    """The probability that a first attempt fails, and the share of the possible non-payments that happen.

    Solves failed / attempts = wanted, where a due has 1 + p r attempts (p the first failure, r = 1 + retry failure)
    and each non-payment adds its three.
    """
    retries = 1 + (1 - rules.retry_success_rate)
    attempts = periods * (1 + class_fees_a_due)
    share = min(rules.non_payment_share, 0.6 * wanted * attempts / max(rules.attempts * candidates, 1))
    unpaid = share * candidates
    failed_otherwise = wanted * (attempts + (rules.attempts - 1) * unpaid) - rules.attempts * unpaid
    return min(max(failed_otherwise / (periods * retries * (1 - wanted)), 0.0), 0.9), share


def dues_paid(billing: Billing, rows: Rows, facility: int, low: int, high: int) -> Payments:
    """All attempts made on the days [low, high) at the dues of the spells `rows` of one facility, by day.

    Draws are laid out by spell and period over the whole history, so any window of days is a slice of it.
    """
    spells, rules = billing.spells, billing.rules
    starts, ends = spells.starts.take(rows), spells.ends_by(billing.as_of).take(rows)
    annual, paying = billing.annual.take(rows), ~suspended(spells).take(rows)
    first_month = month_number(starts)
    number = np.where(paying, np.where(annual, 1, month_number(ends - 1) - first_month + 1), 0)
    which = np.repeat(np.arange(len(rows)), number)
    period = np.arange(len(which)) - np.repeat(np.cumsum(number) - number, number)
    month = month_start(first_month).take(which)
    day_of_month = starts.take(which) - month
    begin, after = month_start(first_month.take(which) + period), month_start(first_month.take(which) + period + 1)
    day = np.minimum(begin + day_of_month, after - 1)
    live = np.flatnonzero((day < ends.take(which)) & (day >= low - rules.retry_days) & (day < high))
    count, spell, day, end = len(which), rows.take(which[live]), day[live], ends.take(which[live])

    streams = billing.streams.at("due", facility)

    def lanes(aspect: str) -> NDArray[np.uint16]:
        return streams.lanes(count, aspect).take(live)

    unpaid = billing.unpaid_end.take(spell) & (end - 1 - day <= rules.retry_days)
    gap = np.where(unpaid, end - 1 - day, rules.retry_days).astype(np.int64)
    fails = (lanes("first") < threshold(billing.first_failure)) & (day < billing.may_fail_until.take(spell))
    fails_again = lanes("retry") < threshold(1 - rules.retry_success_rate)
    wait = 1 + scaled(lanes("wait"), np.where(unpaid, gap - 1, gap // 2))
    wait_again = np.where(unpaid, gap - wait, 1 + scaled(lanes("wait again"), gap - gap // 2))
    paid = np.where(lanes("refund") < threshold(rules.refund_share), REFUNDED, COMPLETED)
    switch = streams.lanes(3 * count, "method").reshape(count, 3).take(live, axis=0)

    second = fails | unpaid
    third = (fails & fails_again) | unpaid
    attempts = [
        (np.arange(len(live)), day, np.where(second, FAILED, paid), switch[:, 0]),
        (np.flatnonzero(second), (day + wait)[second], np.where(third, FAILED, paid)[second], switch[second, 1]),
        (
            np.flatnonzero(third),
            (day + wait + wait_again)[third],
            np.where(unpaid, FAILED, paid)[third],
            switch[third, 2],
        ),
    ]
    dues, days, statuses, lane = (np.concatenate(parts) for parts in zip(*attempts, strict=True))
    spell = spell.take(dues)
    types, cents = np.where(billing.annual.take(spell), ANNUAL, MONTHLY), billing.cents.take(spell)

    # The registration fee is paid at the desk, on joining.
    joining = rows[billing.registration_cents.take(rows) > 0]
    spell = np.concatenate([spell, joining])
    members = spells.members.take(spell)
    lane = np.concatenate([lane, streams.lanes(len(joining), "registration method")])
    days = np.concatenate([days, spells.starts.take(joining)]).astype(np.int32)
    order = np.argsort(days, kind="stable")
    order = order[slice(*np.searchsorted(days.take(order), (low, high)))]
    return Payments(
        members=members.take(order),
        days=days.take(order),
        cents=np.concatenate([cents, billing.registration_cents.take(joining)]).take(order),
        types=np.concatenate([types, np.full(len(joining), REGISTRATION)]).astype(np.int8).take(order),
        methods=methods_of(billing, members, lane).take(order),
        statuses=np.concatenate([statuses, np.full(len(joining), COMPLETED)]).astype(np.int8).take(order),
    )


def between(payments: Payments, low: int, high: int) -> Payments:
    """The payments, which must be by day, of the days [low, high)."""
    part = slice(*np.searchsorted(payments.days, (low, high)))
    return Payments(*(field[part] for field in vars(payments).values()))


def methods_of(billing: Billing, members: Rows, lanes: NDArray[np.uint16]) -> NDArray[np.int8]:
    """How each of these payments is made: mostly by the member's own method, at times by a second one."""
    switch = lanes < threshold(billing.rules.second_method_share)
    return np.where(switch, billing.second_methods.take(members), billing.methods.take(members))
