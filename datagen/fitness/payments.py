"""Dues and how they are paid.

Each paid period of a spell has a due, on the day of the month of the spell's start. A due is attempted on its day; a
failed attempt is retried within a few days. Where a spell ends two to ten days after a due, without a freeze or change
having been arranged for a due day, the ending is for non-payment: all three attempts failed, the last one on the day
before.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import distinct
from datagen.calendar import add_months, month_number, month_start, whole_years
from datagen.columns import NULL
from datagen.fitness import vocabulary
from datagen.fitness.course import Spells
from datagen.fitness.frames import Reference
from datagen.fitness.memberships import cancelled, suspended
from datagen.fitness.rules.payments import PaymentRules
from datagen.frozen import dataclass
from datagen.sampling import evenly, pick, quota_pick, threshold
from datagen.streams import Streams
from datagen.types import Days, Rows

REGISTRATION, MONTHLY, ANNUAL, CLASS = range(len(vocabulary.PAYMENT_TYPES))
COMPLETED, FAILED, REFUNDED = range(len(vocabulary.PAYMENT_STATUSES))
_CASH = vocabulary.PAYMENT_METHODS.index("Cash")
_DECADE, _MOST_DECADES = 10, 13  # years of age
_YEAR = 365
_LEAST_GAP = 2  # days that hold three attempts: the due, one between, the last


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
    """What the dues of all spells are worked out from; one entry a spell, one a member for the methods and for the
    share of first attempts that fail in a usual month."""

    spells: Spells
    annual: NDArray[np.bool_]
    cents: NDArray[np.int64]
    registration_cents: NDArray[np.int64]
    as_of: int
    unpaid_end: NDArray[np.bool_]
    may_fail_until: Days
    methods: NDArray[np.int8]
    second_methods: NDArray[np.int8]
    first_failure: NDArray[np.float64]
    rules: PaymentRules
    streams: Streams


def build_billing(
    reference: Reference,
    spells: Spells,
    rules: PaymentRules,
    cooling_days: int,
    streams: Streams,
    as_of: int,
    class_fees: float,
    wealth: NDArray[np.float64],
    mean_age: float,
) -> Billing:
    """Prices, non-payment and methods of payment for all spells.

    Who leaves within the `cooling_days` after joining does so by choice. `class_fees` is the number of class fees
    expected in the last year: they never fail, so the dues must fail the more often for the share of completed
    payments to come out as the rules have it. `wealth` tells how well off the people are where each member lives, and
    `mean_age` at which age methods have their usual shares.
    """
    plans = reference.plans
    annual = plans.months.take(spells.plans) == 12
    first = np.diff(spells.members, prepend=-1) != 0
    registration_cents = np.where(first, plans.registration_cents.take(spells.plans), 0)
    ends, paying, year = spells.ends_by(as_of), ~suspended(spells), as_of - _YEAR
    may_fail_until = np.where(spells.ends == NULL, np.int32(as_of), spells.ends - rules.retry_days).astype(np.int32)

    before = _dues_before(spells.starts, ends, annual, year)
    dues = (_dues_before(spells.starts, ends, annual, as_of) - before) * paying
    may_fail = (_dues_before(spells.starts, may_fail_until, annual, as_of) - before).clip(min=0) * paying
    registered = (registration_cents > 0) & (spells.starts >= year)

    gap = ends - 1 - _last_due(spells.starts, ends)
    next_is_running_freeze = np.append(suspended(spells)[1:] & (spells.ends[1:] == NULL), False)
    ending = (cancelled(spells) | next_is_running_freeze) & paying & ~annual & (spells.ends != NULL)
    ending &= ~first | (ends - spells.starts > cooling_days)
    candidates = ending & (gap >= _LEAST_GAP) & (gap <= rules.retry_days)
    endings = int((candidates & (spells.ends > year)).sum())
    others = int(registered.sum()) + class_fees
    first_failure, share = _failure_shares(rules, int(dues.sum()), int(may_fail.sum()), endings, others)

    payments = np.bincount(spells.members, dues + registered, len(reference.members)).astype(np.intp)
    ages = whole_years(reference.members.births, reference.members.joins)
    methods = _methods(rules, payments, ages, mean_age, streams, "method")
    risk = _risks(rules, methods, wealth, ages)
    weight = np.bincount(spells.members, may_fail, len(risk))
    risk = risk / max(int(np.rint(1e4 * risk * weight).sum()) / 1e4 / max(float(weight.sum()), 1), rules.least_weight)
    return Billing(
        spells=spells,
        annual=annual,
        cents=np.where(annual, 12, 1) * plans.monthly_cents.take(spells.plans),
        registration_cents=registration_cents,
        as_of=as_of,
        unpaid_end=candidates & (streams.lanes(len(spells), "unpaid") < threshold(share)),
        may_fail_until=may_fail_until,
        methods=methods,
        second_methods=_methods(rules, payments, ages, mean_age, streams, "second method"),
        # Where most attempts fail, there is little that makes some fail more.
        first_failure=np.round(first_failure * (1 + (risk - 1) * (1 - first_failure)), 6),
        rules=rules,
        streams=streams,
    )


def _dues_before(starts: Days, ends: Days, annual: NDArray[np.bool_], day: int) -> Rows:
    """How many dues each spell has before its end and before `day`."""
    last = np.minimum(ends, day) - 1
    months = month_number(last) - month_number(starts)
    monthly = months + (add_months(starts, months) <= last)
    return np.where(last < starts, 0, np.where(annual, 1, monthly))


def _last_due(starts: Days, ends: Days) -> Days:
    """The last due day before the end of monthly spells."""
    months = month_number(ends - 1) - month_number(starts)
    due = add_months(starts, months)
    return np.where(due > ends - 1, add_months(starts, months - 1), due).astype(np.int32)


def _failure_shares(rules: PaymentRules, dues: int, may_fail: int, endings: int, others: float) -> tuple[float, float]:
    """The probability that a first attempt fails where it may, and the share of the possible non-payments that happen.

    Solves completed = success rate x attempts. Every due is completed in the end but those not paid; those take three
    attempts, and the others one more for each that fails. `others` are payments that never fail.
    """
    at_once = dues + others
    failed_most = rules.non_payment_most * (1 - rules.success_rate) * at_once
    share = min(rules.non_payment_share, failed_most / max(rules.attempts * endings, 1))
    unpaid = share * endings
    completed = at_once - unpaid - rules.refund_share * (dues - unpaid)
    retries = completed / rules.success_rate - at_once - (rules.attempts - 1) * unpaid
    of_a_failure = 1 + (1 - rules.retry_success_rate)
    return min(max(retries / (of_a_failure * max(may_fail, 1)), 0.0), 1.0), share


def _methods(
    rules: PaymentRules, payments: Rows, ages: NDArray[np.int64], mean_age: float, streams: Streams, name: str
) -> NDArray[np.int8]:
    """A method a member, by quotas of those of about one age with as many payments a year, so that the payments have
    the shares; what age adds to a method or takes from it evens out over all members."""
    codes = np.array([vocabulary.PAYMENT_METHODS.index(name) for name in rules.methods.names], np.int8)
    decades = np.clip(ages // _DECADE, 0, _MOST_DECADES - 1)
    spread = evenly(streams, payments * _MOST_DECADES + decades, name)
    by_age = dict(zip(vocabulary.PAYMENT_METHODS, rules.methods_by_age, strict=True))
    out = np.empty(len(payments), np.int8)
    for decade in distinct(decades).tolist():
        apart = (decade * _DECADE + (_DECADE - 1) / 2 - mean_age) / _DECADE
        shares = [
            share * max(1 + apart * by_age[name], rules.least_weight)
            for name, share in zip(rules.methods.names, rules.methods.shares, strict=True)
        ]
        rows = np.flatnonzero(decades == decade)
        out[rows] = codes.take(quota_pick(shares, spread.take(rows)))
    return out


def _risks(
    rules: PaymentRules, methods: NDArray[np.int8], wealth: NDArray[np.float64], ages: NDArray[np.int64]
) -> NDArray[np.float64]:
    """How often first attempts of each member fail, against others."""
    by_method = np.array([rules.failures_by_method[name] for name in vocabulary.PAYMENT_METHODS])
    risk = by_method.take(methods) * np.maximum(1 - rules.failures_by_wealth * wealth, rules.least_weight)
    return np.asarray(np.round(risk * np.where(ages < rules.young_age, rules.failures_of_young, 1), 6), np.float64)


def dues_paid(billing: Billing, rows: Rows, facility: int, low: int, high: int) -> Payments:
    """All attempts made on the days [low, high) at the dues of the spells `rows` of one facility, by day.

    Draws are laid out by spell and period over the whole history, so any window of days is a slice of it.
    """
    spells, streams = billing.spells, billing.streams.at("due", facility)
    count, live, spell, day = _dues(billing, rows, low, high)
    attempts = _attempts(billing, spell, day, lambda aspect: streams.lanes(count, aspect).take(live))
    switch = streams.lanes(3 * count, "method").reshape(count, 3).take(live, axis=0)
    spell = spell.take(attempts.dues)
    types, cents = np.where(billing.annual.take(spell), ANNUAL, MONTHLY), billing.cents.take(spell)

    # The registration fee is paid at the desk, on joining.
    joining = rows[billing.registration_cents.take(rows) > 0]
    spell = np.concatenate([spell, joining])
    members = spells.members.take(spell)
    lane = switch[attempts.dues, attempts.turns]
    lane = np.concatenate([lane, streams.lanes(len(joining), "registration method")])
    days = np.concatenate([attempts.days, spells.starts.take(joining)]).astype(np.int32)
    order = np.argsort(days, kind="stable")
    order = order[slice(*np.searchsorted(days.take(order), (low, high)))]
    statuses = np.concatenate([attempts.statuses, np.full(len(joining), COMPLETED)]).astype(np.int8)
    methods = _no_cash_fails(billing, members, methods_of(billing, members, lane), statuses == FAILED)
    return Payments(
        members=members.take(order),
        days=days.take(order),
        cents=np.concatenate([cents, billing.registration_cents.take(joining)]).take(order),
        types=np.concatenate([types, np.full(len(joining), REGISTRATION)]).astype(np.int8).take(order),
        methods=methods.take(order),
        statuses=statuses.take(order),
    )


def _dues(billing: Billing, rows: Rows, low: int, high: int) -> tuple[int, Rows, Rows, Days]:
    """How many periods the spells `rows` have in all, and of those whose attempts may fall on [low, high): the place
    among them, the spell and the due day."""
    spells = billing.spells
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
    live = np.flatnonzero((day < ends.take(which)) & (day >= low - billing.rules.retry_days) & (day < high))
    return len(which), live, rows.take(which[live]), day[live]


@dataclass(frozen=True)
class _Attempts:
    """Attempts at dues: the place of the due, which of its attempts (from 0), the day and what became of it."""

    dues: Rows
    turns: Rows
    days: Days
    statuses: Rows


def _attempts(billing: Billing, spell: Rows, day: Days, lanes: Callable[[str], NDArray[np.uint16]]) -> _Attempts:
    """The attempts at dues of the spells `spell` on these days: first ones, then second ones, then third ones."""
    rules = billing.rules
    end = billing.spells.ends_by(billing.as_of).take(spell)
    unpaid = billing.unpaid_end.take(spell) & (end - 1 - day <= rules.retry_days)
    gap = np.where(unpaid, end - 1 - day, rules.retry_days).astype(np.int64)
    chance = billing.first_failure.take(billing.spells.members.take(spell))
    season = np.array(rules.failures_by_month).take(month_number(day) % 12)
    chance = chance * (1 + (season - 1) * (1 - chance))
    fails = (lanes("first") < threshold(chance)) & (day < billing.may_fail_until.take(spell))
    fails_again = lanes("retry") < threshold(1 - rules.retry_success_rate)
    # The collection of dues tries again after so many days; a member who sees the message pays on any day before.
    usual = np.array([int(name) for name in rules.retry_after.names])
    wait = usual.take(pick(rules.retry_after.shares, lanes("wait")))
    wait = np.minimum(wait, np.where(unpaid, gap - 1, gap // 2))
    again = usual.take(pick(rules.retry_after.shares, lanes("wait again")))
    wait_again = np.where(unpaid, gap - wait, np.minimum(again, gap - gap // 2))
    paid = np.where(lanes("refund") < threshold(rules.refund_share), REFUNDED, COMPLETED)

    second = fails | unpaid
    third = (fails & fails_again) | unpaid
    made = (np.arange(len(spell)), np.flatnonzero(second), np.flatnonzero(third))
    days = (day, (day + wait)[second], (day + wait + wait_again)[third])
    failed = (second, third[second], unpaid[third])
    return _Attempts(
        dues=np.concatenate(made),
        turns=np.repeat(np.arange(3), [len(part) for part in made]),
        days=np.concatenate(days),
        statuses=np.where(np.concatenate(failed), FAILED, paid.take(np.concatenate(made))),
    )


def between(payments: Payments, low: int, high: int) -> Payments:
    """The payments, which must be by day, of the days [low, high)."""
    part = slice(*np.searchsorted(payments.days, (low, high)))
    return Payments(*(field[part] for field in vars(payments).values()))


def methods_of(billing: Billing, members: Rows, lanes: NDArray[np.uint16]) -> NDArray[np.int8]:
    """How each of these payments is made: mostly by the member's own method, at times by a second one."""
    switch = lanes < threshold(billing.rules.second_method_share)
    return np.where(switch, billing.second_methods.take(members), billing.methods.take(members))


def _no_cash_fails(
    billing: Billing, members: Rows, methods: NDArray[np.int8], failed: NDArray[np.bool_]
) -> NDArray[np.int8]:
    """The methods, where attempts that `failed` are not in cash: by the member's other method, or by the first other
    one that there is."""
    shares = billing.rules.methods
    others = [code for code, name in enumerate(vocabulary.PAYMENT_METHODS) if code != _CASH and shares[name] > 0]
    if not others:
        return methods
    first, second = billing.methods.take(members), billing.second_methods.take(members)
    other = np.where(first != _CASH, first, np.where(second != _CASH, second, others[0]))
    return np.where(failed & (methods == _CASH), other, methods).astype(np.int8)
