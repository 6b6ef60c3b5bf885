"""Loans paid out, what becomes of them, and who and what secures them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.applications import APPROVED, AUTO, BUSINESS, MORTGAGE, Applications
from datagen.bank.banking_days import BankingDays
from datagen.bank.draws import Cents, Codes, Days, Rows, choose, even, repeat, within
from datagen.bank.rules.loans import LoanRules
from datagen.calendar import add_months, month_number
from datagen.columns import or_null
from datagen.frozen import dataclass
from datagen.sampling import evenly
from datagen.streams import Streams

ACTIVE, PAID_OFF, DEFAULTED, RESTRUCTURED = range(4)
TO_ACCOUNT, TO_SELLER = range(2)
NEVER = np.iinfo(np.int32).max
COLLATERAL = {MORTGAGE: "real_estate", AUTO: "vehicle", BUSINESS: "equipment"}
OBJECTS = (
    ("Single-family house", "Townhouse", "Condominium", "Two-family house"),
    ("Sedan", "Sport utility vehicle", "Pickup truck", "Hatchback", "Minivan"),
    ("Machine tools", "Delivery vans", "Restaurant kitchen", "Office equipment", "Construction machinery"),
)


@dataclass(frozen=True)
class Loans:
    """Loans of a block, in the order of their applications; what was agreed, and how it goes."""

    applications: Rows
    customers: Rows
    accounts: NDArray[np.int64]
    types: Codes
    principals: Cents
    rates: NDArray[np.int64]
    """Hundredths of a percent a year, as approved."""
    terms: NDArray[np.int64]
    """Instalments as approved."""
    days: Days
    """Of the disbursement."""
    fates: Codes
    """`DEFAULTED`, `RESTRUCTURED`, or `ACTIVE` for all others."""
    unpaid_from: NDArray[np.int64]
    """The number of the first instalment that is not paid, `NEVER` if all are."""
    changed: Days
    """The day of a default or restructuring, else `NULL`."""
    kept: NDArray[np.int64]
    """Instalments on the approved terms: those due before a restructuring, else all."""
    new_rates: NDArray[np.int64]
    new_terms: NDArray[np.int64]
    """What is in force now."""

    def __len__(self) -> int:
        return len(self.applications)


@dataclass(frozen=True)
class Collateral:
    """What secures loans, one row an object."""

    loans: Rows
    objects: Codes
    """Places in `OBJECTS`, one kind after the other."""
    values: Cents
    days: Days


@dataclass(frozen=True)
class Guarantors:
    """Who guarantees loans, one row a guarantee."""

    loans: Rows
    customers: Rows
    relationships: Codes
    percents: NDArray[np.int64]
    days: Days


def dues_before(disbursed: Days, terms: NDArray[np.int64], day: int) -> NDArray[np.int64]:
    """How many instalments of each loan are due before a day."""
    months = month_number(np.full(len(disbursed), day)) - month_number(disbursed)
    months = months - (add_months(disbursed, np.maximum(months, 0)) >= day)
    due: NDArray[np.int64] = np.clip(months, 0, terms).astype(np.int64)
    return due


def lend(streams: Streams, applications: Applications, as_of: int, banking: BankingDays, rules: LoanRules) -> Loans:
    """The loans that follow from approved applications, as far as the money has been paid out."""
    approved = np.flatnonzero(applications.statuses == APPROVED)
    decided = applications.decided.take(approved)
    lag = streams.below(rules.disbursement_days + 1, len(applications), "disbursement").take(approved)
    day = banking.on_or_after(decided + lag)
    there = day < as_of
    rows, day = approved[there], day[there]
    terms, rates = applications.terms.take(rows), applications.rates.take(rows)
    fates, unpaid_from, changed, kept = _fates(streams, day, terms, as_of, rules)
    restructured = fates == RESTRUCTURED
    relief = round(rules.restructured_relief * 100)
    least = np.minimum(rates, round(100 * min(rules.low_rates)))
    return Loans(
        applications=rows,
        customers=applications.customers.take(rows),
        accounts=applications.accounts.take(rows),
        types=applications.types.take(rows),
        principals=applications.approved.take(rows),
        rates=rates,
        terms=terms,
        days=day,
        fates=fates,
        unpaid_from=unpaid_from,
        changed=changed,
        kept=np.where(restructured, kept, terms),
        new_rates=np.where(restructured, np.maximum(rates - relief, least), rates),
        new_terms=np.where(restructured, terms + rules.restructured_months, terms),
    )


def _fates(
    streams: Streams, days: Days, terms: NDArray[np.int64], as_of: int, rules: LoanRules
) -> tuple[Codes, NDArray[np.int64], Days, NDArray[np.int64]]:
    """What becomes of loans: the fate, the first unpaid instalment, the day of the change, the instalments kept."""
    count = len(days)
    due = dues_before(days, terms, as_of)
    # A default comes so many days after the oldest unpaid due date: that one must be old enough.
    old = dues_before(days, terms, as_of - rules.default_days)
    running = due < terms
    defaults = choose(rules.defaulted_share, old > rules.least_paid, streams, "default")
    eligible = running & (due > rules.least_paid + 1) & ~defaults
    restructured = choose(rules.restructured_share, eligible, streams, "restructured")
    behind = running & ~defaults & ~restructured
    missed = within(*rules.behind_instalments, streams, count, "missed")
    behind &= (due > missed + rules.least_paid) & (even(streams, count, "behind") < rules.behind_share)

    stopped = within(np.full(count, rules.least_paid + 1), old, streams, count, "stopped")
    unpaid = np.where(defaults, stopped, np.where(behind, due - missed + 1, NEVER)).astype(np.int64)
    kept = within(np.full(count, rules.least_paid), due - 1, streams, count, "kept").astype(np.int64)
    broken = add_months(days, np.where(defaults, stopped, 0)) + rules.default_days
    agreed = add_months(days, np.where(restructured, kept, 0)) + within(
        *rules.restructured_days, streams, count, "agreed"
    )
    changed = np.where(defaults, broken, or_null(restructured, np.minimum(agreed, as_of - 1))).astype(np.int32)
    fates = np.where(defaults, DEFAULTED, np.where(restructured, RESTRUCTURED, ACTIVE))
    return fates, unpaid, changed, kept


def secure(streams: Streams, loans: Loans, applications: Applications, rules: LoanRules) -> Collateral:
    """Collateral of every mortgage and of most car loans, appraised before the money went."""
    share = np.array(rules.collateral_shares).take(loans.types)
    rows = np.flatnonzero(evenly(streams, loans.types, "secured") < share)
    low, high = (round(10_000 * part) for part in rules.collateral_value)
    part = within(low, high, streams, len(rows), "value").astype(np.int64)
    # Whole dollars, which may not leave the range.
    value = -(-loans.principals.take(rows) * part // 1_000_000) * 100
    value = np.minimum(value, loans.principals.take(rows) * high // 10_000)
    kind = np.searchsorted((MORTGAGE, AUTO, BUSINESS), loans.types.take(rows))
    sizes = np.array([len(objects) for objects in OBJECTS])
    objects = (np.cumsum(sizes) - sizes).take(kind) + streams.below(sizes.take(kind), len(rows), "object")
    applied = applications.days.take(loans.applications.take(rows))
    return Collateral(rows, objects, value, within(applied, loans.days.take(rows), streams, len(rows), "appraised"))


def guarantee(streams: Streams, loans: Loans, applications: Applications, since: Days, rules: LoanRules) -> Guarantors:
    """Guarantors of some loans: other customers of the block who were customers by then."""
    guaranteed = np.flatnonzero(even(streams, len(loans), "guaranteed") < rules.guarantor_share)
    second = even(streams, len(guaranteed), "second") < rules.second_guarantor_share
    rows = guaranteed.take(repeat(1 + second))
    again = np.zeros(len(rows), np.bool_)
    again[1:] = rows[1:] == rows[:-1]
    # Customers by the day they came: whoever did so by the signing stands before a place.
    arrival = np.argsort(since, kind="stable")
    last = loans.days.take(rows)
    known = np.searchsorted(since.take(arrival), last, side="right")
    place = streams.below(known, len(rows), "guarantor")
    place = _step_aside(place, known, arrival, loans.customers.take(rows), again)
    who = arrival.take(place)
    valid = (who != loans.customers.take(rows)) & ~(again & (who == np.concatenate((who[:1], who[:-1]))))
    applied = applications.days.take(loans.applications.take(rows))
    days = within(np.maximum(applied, since.take(who)), last, streams, len(rows), "signed")
    least, most = rules.guaranteed
    choices = (most - least) // rules.guaranteed_step + 1
    percents = least + rules.guaranteed_step * streams.below(choices, len(rows), "percent")
    alone = np.bincount(rows, minlength=len(loans)).take(rows) == 1
    percents = np.where(alone, 2 * percents, percents)
    relationships = streams.below(len(words.GUARANTOR_RELATIONSHIPS), len(rows), "relationship").astype(np.intp)
    keep = np.flatnonzero(valid)
    return Guarantors(rows[keep], who[keep], relationships[keep], percents[keep], days[keep])


def _step_aside(
    place: NDArray[np.int64], known: NDArray[np.int64], arrival: Rows, borrowers: Rows, again: NDArray[np.bool_]
) -> NDArray[np.int64]:
    """Places moved by one or two where they are the borrower's or the first guarantor's."""
    for _ in range(2):
        before = np.concatenate((place[:1], place[:-1]))
        taken = (arrival.take(place) == borrowers) | (again & (place == before))
        place = np.where(taken, (place + 1) % np.maximum(known, 1), place)
    return place
