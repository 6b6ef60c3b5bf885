"""The accounts of a block of customers, and who and what belongs to them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.banking_days import BankingDays
from datagen.bank.customers import Customers
from datagen.bank.draws import FAR, Cents, Codes, Days, Rows, choose, coins, even, numbers, picks, repeat, within
from datagen.bank.rules.accounts import AccountRules
from datagen.bank.staff import NOBODY, Pool
from datagen.calendar import add_months
from datagen.columns import or_no_code, or_null
from datagen.frozen import dataclass
from datagen.sampling import exponential_table, interpolated, lognormal_table, quantiles
from datagen.streams import Streams

CHECKING, SAVINGS, MONEY_MARKET, CD = range(4)
ACTIVE, DORMANT, CLOSED = range(3)
JOINT_OWNER, BENEFICIARY, AUTHORIZED_USER, LINKED_SAVINGS = range(4)
_DAYS_A_YEAR = 365.25


@dataclass(frozen=True)
class Accounts:
    """The accounts of a block, by customer; parallel arrays."""

    customers: Rows
    types: Codes
    branches: Codes
    rates: NDArray[np.int64]
    """Ten-thousandths of a percent a year."""
    statuses: Codes
    opened: Days
    closed: Days
    """`NULL` unless closed."""
    matures: Days
    """`NULL` unless a certificate of deposit."""
    openers: NDArray[np.int64]
    wanted: Cents
    """What is usual for such an account and customer: its balance, if nothing asks for more."""
    firsts: Rows
    """A customer a row: the first account; counts tell how many follow."""
    counts: NDArray[np.int64]
    paying: NDArray[np.int64]
    """A customer a row: the active account that pays and is paid to, -1 where there is none."""

    def __len__(self) -> int:
        return len(self.customers)


@dataclass(frozen=True)
class Relationships:
    """Relationships of accounts, one row each."""

    accounts: Rows
    kinds: Codes
    customers: NDArray[np.int64]
    """The other customer, -1 for a linked account."""
    linked: NDArray[np.int64]
    """The linked account, -1 for a customer."""
    days: Days


def open_accounts(
    streams: Streams,
    customers: Customers,
    verified: Days,
    as_of: int,
    banking: BankingDays,
    front_office: Pool,
    rules: AccountRules,
) -> Accounts:
    """Most of the customers whose identity was verified in time open an account, some of them several."""
    earliest = np.where(verified == FAR, as_of, verified)
    earliest = banking.on_or_after(np.minimum(earliest, as_of))
    holders = choose(rules.holder_share, earliest < as_of, streams, "holder")
    counts = _counts(streams, holders, rules)
    owners = repeat(counts)
    firsts = np.cumsum(counts) - counts
    opened = _openings(streams, earliest, firsts, counts, owners, as_of, banking, rules)
    count = len(owners)
    types = picks(rules.types, words.ACCOUNT_TYPES, even(streams, count, "type"))
    statuses, closed = _states(streams, opened, as_of, banking, rules)
    branches = customers.branches.take(owners)
    return Accounts(
        customers=owners,
        types=types,
        branches=branches,
        rates=_rates(streams, types, rules),
        statuses=statuses,
        opened=opened,
        closed=closed,
        matures=_maturities(streams, types, statuses, opened, as_of, rules),
        openers=front_office.pick(streams.at("opener"), opened, opened, branches),
        wanted=_balances(streams, customers, owners, types, as_of, rules),
        firsts=firsts,
        counts=counts,
        paying=_paying(owners, types, statuses, len(customers)),
    )


def _counts(streams: Streams, holders: NDArray[np.bool_], rules: AccountRules) -> NDArray[np.int64]:
    counts = holders.astype(np.int64)
    rows = np.flatnonzero(holders)
    several = rows[even(streams, len(rows), "several") < rules.several_share]
    counts[several] = numbers(rules.several, even(streams, len(several), "how many"))
    return counts


def _openings(
    streams: Streams,
    earliest: Days,
    firsts: Rows,
    counts: NDArray[np.int64],
    owners: Rows,
    as_of: int,
    banking: BankingDays,
    rules: AccountRules,
) -> Days:
    """Banking days: the first account soon after the verification for most, the others at any time after it."""
    count, last = len(earliest), int(banking.on_or_before(as_of - 1))
    table = exponential_table(rules.prompt_days, 0, rules.most_prompt_days)
    soon = earliest + quantiles(table, streams.lanes(count, "soon"))
    prompt = streams.uniform(count, "prompt") < rules.prompt_share
    begin = np.where(prompt, soon, within(earliest, last, streams, count, "late"))
    begin = np.minimum(begin, last).take(owners)
    later = np.arange(len(owners)) != firsts.take(owners)
    day = np.where(later, within(begin, last, streams, len(owners), "further"), begin)
    return np.minimum(banking.on_or_after(day), last).astype(np.int32)


def _states(
    streams: Streams, opened: Days, as_of: int, banking: BankingDays, rules: AccountRules
) -> tuple[Codes, Days]:
    """States, and the days on which accounts were closed."""
    count = len(opened)
    settled = opened < add_months(as_of, -rules.settled_months)
    statuses = picks(rules.statuses, words.ACCOUNT_STATUSES, even(streams, count, "status"))
    statuses = np.where(settled, statuses, ACTIVE)
    day = banking.on_or_before(within(opened + rules.least_life, as_of - 1, streams, count, "closed"))
    return statuses, or_null(statuses == CLOSED, day)


def _rates(streams: Streams, types: Codes, rules: AccountRules) -> NDArray[np.int64]:
    usual = np.array([0.0, rules.savings_rate, rules.money_market_rate, rules.cd_rate]).take(types)
    around = 1 + rules.rate_spread * (2 * streams.uniform(len(types), "rate") - 1)
    step = round(rules.rate_step * 10_000)
    steps = np.rint(np.round(usual * around * 10_000 / step, 6)).astype(np.int64)
    return np.where(types == CHECKING, 0, np.maximum(steps, 1) * step)


def _maturities(streams: Streams, types: Codes, statuses: Codes, opened: Days, as_of: int, rules: AccountRules) -> Days:
    """Certificates of deposit are renewed until closed: the maturity lies after the as-of day."""
    months = numbers(rules.cd_months, even(streams, len(types), "months"))
    terms = np.ones(len(types), np.int64)
    matures = add_months(opened, months)
    while (late := np.flatnonzero((matures <= as_of) & (types == CD) & (statuses != CLOSED))).size:
        terms[late] += 1
        matures[late] = add_months(opened[late], months[late] * terms[late])
    return or_null(types == CD, matures)


def _balances(
    streams: Streams, customers: Customers, owners: Rows, types: Codes, as_of: int, rules: AccountRules
) -> Cents:
    """Usual balances by age, segment and kind of account."""
    band = np.searchsorted(rules.balance_ages, customers.ages(as_of), side="right") - 1
    median = np.array(rules.balances, np.float64).take(np.maximum(band, 0))
    median *= np.array(rules.segment_factors).take(customers.segments)
    median = median.take(owners) * np.array(rules.type_factors).take(types)
    factor = interpolated(
        lognormal_table(100_000, rules.balance_sigma, 1, 2**30), streams.words(len(owners), "balance")
    )
    cents: Cents = np.rint(np.round(median * factor / 1_000, 4)).astype(np.int64)
    return np.maximum(cents, round(rules.least_balance * 100))


def _paying(owners: Rows, types: Codes, statuses: Codes, customers: int) -> NDArray[np.int64]:
    """The active account that a customer pays from: a checking account before others, never a certificate."""
    paying = np.full(customers, -1, np.int64)
    for kind in (MONEY_MARKET, SAVINGS, CHECKING):
        rows = np.flatnonzero((types == kind) & (statuses == ACTIVE))[::-1]  # of several, the first
        paying[owners[rows]] = rows
    return paying


def relate(
    streams: Streams, customers: Customers, accounts: Accounts, as_of: int, rules: AccountRules
) -> Relationships:
    """Joint owners, beneficiaries, users and linked savings accounts; never the same twice an account."""
    of = _related(streams, accounts, rules)
    count = len(of)
    second = np.zeros(count, np.bool_)
    second[1:] = of[1:] == of[:-1]
    kinds = picks(rules.relationships, words.RELATIONSHIP_TYPES, even(streams, count, "kind"))
    savings = _savings_of_owner(accounts)[of]
    linkable = (accounts.types[of] == CHECKING) & (savings >= 0) & ~second
    linked = linkable & coins(rules.linked_share, count, streams, "linked")
    other = _others(streams, accounts.customers[of], second, len(customers))
    there = np.where(linked, accounts.opened[np.maximum(savings, 0)], customers.since[other])
    begin = np.maximum(accounts.opened[of], there)
    later = within(begin, as_of - 1, streams, count, "day")
    return Relationships(
        accounts=of,
        kinds=np.where(linked, LINKED_SAVINGS, kinds),
        customers=np.where(linked, NOBODY, other),
        linked=or_no_code(linked, savings),
        days=np.where(coins(rules.prompt_share, count, streams, "at once"), begin, later).astype(np.int32),
    )


def _related(streams: Streams, accounts: Accounts, rules: AccountRules) -> Rows:
    """The account of each relationship: of all accounts, the shares with one and two, none of them closed."""
    rows = np.flatnonzero(accounts.statuses != CLOSED)
    place = even(streams, len(rows), "relationships") * len(rows)
    two = rules.two_relationships_share * len(accounts)
    one = rules.one_relationship_share * len(accounts)
    return rows.take(repeat((place < two + one).astype(np.int64) + (place < two)))


def _savings_of_owner(accounts: Accounts) -> NDArray[np.int64]:
    """An account a row: a savings account of the same owner that is not closed, -1 where there is none."""
    rows = np.flatnonzero((accounts.types == SAVINGS) & (accounts.statuses != CLOSED))
    of_customer = np.full(len(accounts.counts), -1, np.int64)
    of_customer[accounts.customers[rows]] = rows
    return of_customer.take(accounts.customers)


def _others(streams: Streams, owners: Rows, second: NDArray[np.bool_], count: int) -> Rows:
    """Another customer of the block a row; for a second relationship, yet another one."""
    step = 1 + streams.below(max(count - 1, 1), len(owners), "other")
    first_step = np.where(second, np.concatenate((step[:1], step[:-1])), 0)
    step = np.where(second & (step == first_step), step % max(count - 1, 1) + 1, step)
    return ((owners + step) % count).astype(np.intp)
