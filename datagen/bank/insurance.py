"""Policies, their cover and premiums, and what is claimed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.accounts import Accounts
from datagen.bank.banking_days import BankingDays
from datagen.bank.customers import Customers
from datagen.bank.draws import Cents, Codes, Days, Rows, choose, coins, even, numbers, picks, repeat, within
from datagen.bank.rules.insurance import InsuranceRules
from datagen.bank.staff import Pool
from datagen.calendar import add_months
from datagen.columns import NULL, or_no_code, or_null
from datagen.frozen import dataclass
from datagen.sampling import (
    counts,
    exponential_table,
    interpolated,
    lognormal_table,
    quantiles,
    rank_in_group,
)
from datagen.streams import Streams

AUTO, HOME, LIFE = range(3)
ACTIVE, LAPSED, CANCELLED, EXPIRED = range(4)
PAID, MISSED, DUE = range(3)
OPEN, CLAIM_PAID, DENIED = range(3)
BODILY_INJURY, PROPERTY_DAMAGE, COLLISION, COMPREHENSIVE = range(4)
DWELLING, PERSONAL_PROPERTY, LIABILITY, DEATH_BENEFIT = range(4, 8)
_DAYS_A_YEAR = 365.25
OBJECTS = (
    ("Sedan, compact", "Sedan, mid-size", "Sport utility vehicle", "Pickup truck", "Minivan", "Hatchback"),
    ("Single-family house", "Townhouse", "Condominium", "Two-family house"),
    ("Policyholder",),
)


@dataclass(frozen=True)
class Policies:
    """Policies of a block, by holder; parallel arrays."""

    customers: Rows
    accounts: NDArray[np.int64]
    types: Codes
    agents: NDArray[np.int64]
    premiums: Cents
    frequencies: Codes
    effective: Days
    expires: Days
    statuses: Codes
    ends: Days
    """The first day without cover, `NULL` while active."""
    objects: Codes

    def __len__(self) -> int:
        return len(self.customers)


@dataclass(frozen=True)
class Coverage:
    """What policies cover, by policy; whole cents."""

    policies: Rows
    kinds: Codes
    limits: Cents
    deductibles: Cents


@dataclass(frozen=True)
class Premiums:
    """Every due date of every policy, by policy and time."""

    policies: Rows
    due: Days
    statuses: Codes
    paid: Days
    """`NULL` unless paid."""


@dataclass(frozen=True)
class Claims:
    """Claims, by policy and cover."""

    coverage: Rows
    incidents: Days
    reported: Days
    claimed: Cents
    statuses: Codes
    adjusters: NDArray[np.int64]
    decided: Days
    """`NULL` while open."""
    paid: Cents
    """-1 unless paid."""


@dataclass(frozen=True)
class Beneficiaries:
    """Who benefits from life policies."""

    policies: Rows
    relationships: Codes
    percents: NDArray[np.int64]


def insure(
    streams: Streams, customers: Customers, accounts: Accounts, as_of: int, agents: Pool, rules: InsuranceRules
) -> Policies:
    """The policies of a block's customers; the account that pays was open before and is active."""
    count = len(customers)
    pays = accounts.paying >= 0
    opened = np.full(count, as_of, np.int32)
    opened[pays] = accounts.opened.take(accounts.paying[pays])
    holders = np.flatnonzero(choose(rules.holder_share, opened < as_of - 1, streams, "holder"))
    held = numbers(rules.policies, even(streams, len(holders), "policies"))
    who = holders.take(repeat(held))
    rows = len(who)
    types = picks(rules.types, words.POLICY_TYPES, even(streams, rows, "type"))
    frequencies = picks(rules.frequencies, words.FREQUENCIES, even(streams, rows, "frequency"))
    begin = np.maximum(opened.take(who), add_months(as_of, -12 * rules.years))
    effective = within(begin, as_of - 1, streams, rows, "effective")
    statuses, ends = _states(streams, types, frequencies, effective, as_of, rules)
    sizes = np.array([len(objects) for objects in OBJECTS])
    return Policies(
        customers=who,
        accounts=accounts.paying.take(who),
        types=types,
        agents=agents.pick(streams.at("agent"), effective, effective, customers.branches.take(who)),
        premiums=_premiums(streams, types, frequencies, customers.segments.take(who), rules),
        frequencies=frequencies,
        effective=effective,
        expires=_expirations(streams, types, effective, ends, as_of, rules),
        statuses=statuses,
        ends=ends,
        objects=(np.cumsum(sizes) - sizes).take(types) + streams.below(sizes.take(types), rows, "object"),
    )


def _states(
    streams: Streams, types: Codes, frequencies: Codes, effective: Days, as_of: int, rules: InsuranceRules
) -> tuple[Codes, Days]:
    """States and first days without cover; a policy too young for its state is active."""
    rows = len(types)
    statuses = picks(rules.statuses, words.POLICY_STATUSES, even(streams, rows, "status"))
    months = np.array(words.FREQUENCY_MONTHS).take(frequencies)
    # Dues after the first that are old enough for the policy to have lapsed since.
    elapsed = np.floor((as_of - rules.lapse_days - 1 - effective) / _DAYS_A_YEAR * 12 - 0.2).astype(np.int64)
    lapsable = np.maximum(elapsed // months, 0)
    missed = 1 + streams.below(np.maximum(lapsable, 1), rows, "missed")
    lapsed = add_months(effective, months * missed) + rules.lapse_days
    # Whole years that have gone by, of which one was the last.
    years = np.floor((as_of - 1 - effective) / _DAYS_A_YEAR - 0.01).astype(np.int64)
    expired = add_months(effective, 12 * (1 + streams.below(np.maximum(years, 1), rows, "years")))
    cancelled = within(effective + rules.least_days, as_of - 1, streams, rows, "cancelled")
    can = np.select(
        [statuses == LAPSED, statuses == CANCELLED, statuses == EXPIRED],
        [lapsable > 0, effective + rules.least_days < as_of, (years > 0) & (types != LIFE)],
        True,
    )
    statuses = np.where(can, statuses, ACTIVE)
    day = np.select(
        [statuses == LAPSED, statuses == CANCELLED, statuses == EXPIRED], [lapsed, cancelled, expired], NULL
    )
    return statuses, day.astype(np.int32)


def _expirations(
    streams: Streams, types: Codes, effective: Days, ends: Days, as_of: int, rules: InsuranceRules
) -> Days:
    """The end of the term that runs, or ran last."""
    until = np.where(ends == NULL, as_of + 1, ends)
    years = np.ones(len(types), np.int64)
    expires = add_months(effective, 12 * years)
    while (short := np.flatnonzero(expires < until)).size:
        years[short] += 1
        expires[short] = add_months(effective[short], 12 * years[short])
    life = numbers(rules.life_years, even(streams, len(types), "life"))
    return np.where(types == LIFE, add_months(effective, 12 * life), expires).astype(np.int32)


def _premiums(streams: Streams, types: Codes, frequencies: Codes, segments: Codes, rules: InsuranceRules) -> Cents:
    """Cents a due date."""
    median = np.array([rules.premium_auto, rules.premium_home, rules.premium_life], np.float64).take(types)
    factor = interpolated(lognormal_table(100_000, rules.premium_sigma, 1, 2**30), streams.words(len(types), "premium"))
    months = np.array(words.FREQUENCY_MONTHS).take(frequencies)
    richer = np.array(rules.segment_premiums).take(segments)
    cents: Cents = np.rint(np.round(median * richer * factor * months / 12_000, 4)).astype(np.int64)
    low, high = round(rules.least_premium * 100), round(rules.most_premium * 100)
    return np.maximum(np.minimum(cents, high), low)


def cover(streams: Streams, policies: Policies, rules: InsuranceRules) -> Coverage:
    """The kinds of cover of each policy, with limits and deductibles."""
    count = len(policies)
    full = even(streams, count, "full") < rules.full_auto_share
    goods = even(streams, count, "goods") < rules.personal_property_share
    liable = even(streams, count, "liable") < rules.liability_share
    auto, home = policies.types == AUTO, policies.types == HOME
    has = np.zeros((count, len(words.COVERAGE_TYPES)), np.bool_)
    has[:, BODILY_INJURY] = has[:, PROPERTY_DAMAGE] = auto
    has[:, COLLISION] = has[:, COMPREHENSIVE] = auto & full
    has[:, DWELLING] = home
    has[:, PERSONAL_PROPERTY], has[:, LIABILITY] = home & goods, home & liable
    has[:, DEATH_BENEFIT] = policies.types == LIFE
    rows, kinds = np.nonzero(has)
    limits = np.array(rules.limits())
    size = streams.below(limits.shape[1], count, "size").take(rows)
    small = streams.below(len(rules.auto_deductibles), count, "deductible").take(rows)
    deductibles = np.zeros((len(limits), len(rules.auto_deductibles)), np.int64)
    deductibles[COLLISION] = deductibles[COMPREHENSIVE] = rules.auto_deductibles
    deductibles[DWELLING] = deductibles[PERSONAL_PROPERTY] = rules.home_deductibles
    return Coverage(rows, kinds, limits[kinds, size] * 100, deductibles[kinds, small] * 100)


def bill(policies: Policies, as_of: int, banking: BankingDays) -> Premiums:
    """A premium for every due date before the end of cover and the as-of day; who lapsed missed the last one."""
    months = np.array(words.FREQUENCY_MONTHS).take(policies.frequencies)
    until = np.where(policies.ends == NULL, as_of, policies.ends)
    most = ((until - policies.effective) // 28 // months + 2).astype(np.int64)
    rows = repeat(most)
    due = add_months(policies.effective.take(rows), rank_in_group(rows) * months.take(rows))
    billed = due < until.take(rows)
    rows, due = rows[billed], due[billed]
    last = np.append(rows[1:] != rows[:-1], True) if len(rows) else np.zeros(0, np.bool_)
    missed = last & (policies.statuses.take(rows) == LAPSED)
    paid = banking.on_or_after(due)
    statuses = np.where(missed, MISSED, np.where(paid < as_of, PAID, DUE))
    return Premiums(rows, due, statuses, or_null(statuses == PAID, paid))


def claim(
    streams: Streams,
    policies: Policies,
    coverage: Coverage,
    as_of: int,
    banking: BankingDays,
    adjusters: Pool,
    rules: InsuranceRules,
) -> Claims:
    """Claims while covered, at the rates of each kind of cover."""
    begin = policies.effective.take(coverage.policies)
    end = np.where(policies.ends == NULL, as_of, policies.ends).take(coverage.policies)
    mean = np.array(rules.claim_rates()).take(coverage.kinds) / 100 * (end - begin) / _DAYS_A_YEAR
    rows = repeat(counts(np.round(mean, 6), streams.lanes(len(mean), "claims")))
    count = len(rows)
    incidents = within(begin.take(rows), end.take(rows) - 1, streams, count, "incident")
    table = exponential_table(rules.reported_days, 0, rules.most_reported_days)
    reported = np.minimum(incidents + quantiles(table, streams.lanes(count, "reported")), as_of - 1).astype(np.int32)
    table = exponential_table(rules.decision_days, 1, rules.most_decision_days)
    decided = banking.on_or_after(np.minimum(reported + quantiles(table, streams.lanes(count, "decided")), as_of))
    claimed = _claimed(streams, coverage.kinds.take(rows), rules)
    paid = np.minimum(claimed, coverage.limits.take(rows)) - coverage.deductibles.take(rows)
    denied = (paid <= 0) | coins(rules.denied_share, count, streams, "denied")
    statuses = np.where(decided >= as_of, OPEN, np.where(denied, DENIED, CLAIM_PAID))
    return Claims(
        coverage=rows,
        incidents=incidents,
        reported=reported,
        claimed=claimed,
        statuses=statuses,
        adjusters=adjusters.pick(streams.at("adjuster"), reported, np.minimum(decided, as_of - 1)),
        decided=or_null(statuses != OPEN, decided),
        paid=or_no_code(statuses == CLAIM_PAID, paid),
    )


def _claimed(streams: Streams, kinds: Codes, rules: InsuranceRules) -> Cents:
    factor = interpolated(lognormal_table(100_000, rules.claimed_sigma, 1, 2**30), streams.words(len(kinds), "claimed"))
    median = np.array((*rules.typical_claims, 0), np.float64).take(kinds)
    cents: Cents = np.rint(np.round(median * factor / 1_000, 4)).astype(np.int64)
    return np.maximum(cents, round(rules.least_claim * 100))


def name_beneficiaries(streams: Streams, policies: Policies, rules: InsuranceRules) -> Beneficiaries:
    """One to four people a life policy, whose shares make up the whole."""
    life = np.flatnonzero(policies.types == LIFE)
    people = numbers(rules.beneficiaries, even(streams, len(life), "beneficiaries"))
    of = repeat(people)
    rank = rank_in_group(of)
    percents = _shares(rules)[people.take(of) - 1, rank]
    spread = even(streams, len(of), "relationship")
    kinds = picks(rules.beneficiary_relationships, words.BENEFICIARY_RELATIONSHIPS, spread)
    child = words.BENEFICIARY_RELATIONSHIPS.index("child")
    return Beneficiaries(life.take(of), np.where(rank > 0, child, kinds), percents)


def _shares(rules: InsuranceRules) -> NDArray[np.int64]:
    """Percent of the benefit by number of beneficiaries, a row each, and the rank among them: all get a whole."""
    shares = rules.shares()
    return np.array([[*each, *[0] * (len(shares) - len(each))] for each in shares], np.int64)
