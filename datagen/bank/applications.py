"""Applications for loans and what is decided about them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.accounts import Accounts
from datagen.bank.banking_days import BankingDays
from datagen.bank.customers import CORPORATE, Customers
from datagen.bank.draws import Cents, Codes, Days, Rows, choose, coins, even, within
from datagen.bank.rules.customers import CustomerRules
from datagen.bank.rules.loans import LoanRules
from datagen.bank.staff import NOBODY, Pool
from datagen.calendar import add_months
from datagen.columns import or_no_code, or_null
from datagen.frozen import dataclass
from datagen.rules import Mix
from datagen.sampling import deviates, evenly, exponential_table, interpolated, lognormal_table, quantiles, quota_pick
from datagen.streams import Streams

MORTGAGE, PERSONAL, AUTO, BUSINESS, EDUCATION = range(5)
APPROVED, REJECTED, PENDING, WITHDRAWN = range(4)
LOW, MEDIUM, HIGH = range(3)
_CREDIT_SCORE, _INCOME, _DEBT, _DOCUMENTS = range(4)
_DAYS_A_YEAR = 365.25
_QUOTA = 1_200  # customers in which the share of applicants is met: in a hundred there are often too few that can apply
PURPOSES = (
    ("Home purchase", "Refinancing of a home", "Second home"),
    ("Debt consolidation", "Home improvement", "Medical expenses", "Wedding", "Moving costs"),
    ("New car", "Used car", "Light truck"),
    ("Equipment", "Working capital", "Expansion", "Inventory"),
    ("Tuition", "Graduate school", "Vocational training"),
)


@dataclass(frozen=True)
class Applications:
    """Applications of a block, by customer and time; parallel arrays."""

    customers: Rows
    accounts: NDArray[np.int64]
    types: Codes
    requested: Cents
    terms: NDArray[np.int64]
    """Months."""
    purposes: Codes
    """Places in `PURPOSES`, one kind after the other."""
    incomes: NDArray[np.int64]
    days: Days
    statuses: Codes
    decided: Days
    """`NULL` while pending."""
    officers: NDArray[np.int64]
    approved: Cents
    """0 unless approved."""
    rates: NDArray[np.int64]
    """Hundredths of a percent a year, -1 unless approved."""
    reasons: NDArray[np.int64]
    """Of a rejection, -1 for none."""
    scores: NDArray[np.int64]
    assessed: Days
    analysts: NDArray[np.int64]
    debts: NDArray[np.int64]
    """Share of the income that goes into debt, in ten-thousandths."""

    def __len__(self) -> int:
        return len(self.customers)

    @property
    def judged(self) -> Rows:
        """Those that were approved or rejected."""
        return np.flatnonzero((self.statuses == APPROVED) | (self.statuses == REJECTED))


def apply(
    streams: Streams,
    customers: Customers,
    accounts: Accounts,
    as_of: int,
    banking: BankingDays,
    officers: Pool,
    analysts: Pool,
    rules: LoanRules,
    arrivals: CustomerRules,
) -> Applications:
    """The applications of a block's customers, whose paying account was open by then."""
    who, statuses, days = _applicants(streams, accounts, as_of, banking, rules, arrivals)
    count = len(who)
    types = _types(streams, customers.segments.take(who), rules, arrivals)
    decided = _decisions(streams, statuses, days, as_of, banking, rules)
    incomes = customers.incomes.take(who)
    requested = _amounts(streams, types, incomes, rules)
    terms = _terms(streams, types, rules)
    scores = _scores(streams, statuses, rules)
    rates = _rates(streams, types, scores, rules)
    judged = (statuses == APPROVED) | (statuses == REJECTED)
    ended = np.where(judged, decided, days).astype(np.int32)
    assessed = within(days, ended, streams, count, "assessed")
    part = rules.least_approved + (1 - rules.least_approved) * streams.uniform(count, "part")
    part = np.where(coins(rules.approved_in_full_share, count, streams, "in full"), 1.0, part)
    step = rules.approved_step * 100
    approved = np.maximum(
        np.floor(np.round(requested / step * part, 6)).astype(np.int64) * step, rules.least_amount * 100
    )
    clear = scores < rules.medium_risk_score - rules.clear_rejection_points
    others = len(words.REJECTION_REASONS) - 1
    reasons = np.where(clear, _CREDIT_SCORE, 1 + streams.below(others, count, "reason"))
    return Applications(
        customers=who,
        accounts=accounts.paying.take(who),
        types=types,
        requested=requested,
        terms=terms,
        purposes=_purposes(streams, types),
        incomes=incomes,
        days=days,
        statuses=statuses,
        decided=decided,
        officers=np.where(judged, officers.pick(streams.at("officer"), ended, ended), NOBODY),
        approved=np.where(statuses == APPROVED, approved, 0),
        rates=or_no_code(statuses == APPROVED, rates),
        reasons=or_no_code(statuses == REJECTED, reasons),
        scores=scores,
        assessed=assessed,
        analysts=analysts.pick(streams.at("analyst"), assessed, assessed),
        debts=_debts(streams, types, requested, terms, rates, incomes, rules),
    )


def _applicants(
    streams: Streams, accounts: Accounts, as_of: int, banking: BankingDays, rules: LoanRules, arrivals: CustomerRules
) -> tuple[Rows, Codes, Days]:
    """Who applies, how it ends, and when; by customer and time.

    Applications are about evenly spread over the years. The older one is, the fewer customers had an account then, so
    that ages are drawn the more often the rarer such customers are: of those who came evenly over Y years, a share
    1 - a / Y was there a years ago (see `_days_of_accounts`).
    """
    count = len(accounts.paying)
    pays = accounts.paying >= 0
    opened = (
        np.where(pays, accounts.opened.take(np.maximum(accounts.paying, 0)), as_of)
        if len(accounts)
        else np.full(count, as_of)
    )
    last = int(banking.on_or_before(as_of - 1)) - 1  # a decision the next banking day is still in time
    day, fits = _days_of_accounts(streams, opened, last, as_of, rules, arrivals)
    recent = within(np.maximum(as_of - rules.pending_days, opened), as_of - 1, streams, count, "pending")
    waiting = choose(rules.applicant_share * rules.statuses["pending"], pays & (opened < as_of - 1), streams, "pending")
    share = rules.applicant_share * (1 - rules.statuses["pending"])
    able = pays & ~waiting & (opened <= day)
    others = choose(share, able, streams, "applicant", favour=fits, quota=_QUOTA)
    rows = np.flatnonzero(waiting | others)
    status = _endings(streams.at("first"), len(rows), rules, pending=0.0)
    status = np.where(waiting[rows], PENDING, status)
    days = np.where(waiting, recent, day)[rows]

    again = even(streams, len(rows), "again") < rules.second_share
    again &= days < last - 1
    twice = rows[again]
    status2 = _endings(streams.at("second"), len(twice), rules, pending=rules.statuses["pending"])
    begin = days[again] + 1
    day2 = within(begin, last, streams, len(twice), "second day")
    day2 = np.where(
        status2 == PENDING,
        within(np.maximum(begin, as_of - rules.pending_days), as_of - 1, streams, len(twice), "second pending"),
        day2,
    )
    who = np.concatenate((rows, twice))
    order = np.argsort(who, kind="stable")
    return (
        who.take(order),
        np.concatenate((status, status2)).take(order),
        np.concatenate((days, day2)).take(order).astype(np.int32),
    )


def _days_of_accounts(
    streams: Streams, opened: Days, last: int, as_of: int, rules: LoanRules, arrivals: CustomerRules
) -> tuple[Days, NDArray[np.bool_]]:
    """The day on which each customer would apply, and whether the account was there at the first try.

    Who had no account by then is given a second try, for when there are too few of the others.
    """
    scarce = max(1 - rules.seasoning * rules.years / arrivals.years, 0.01)
    tries = []
    for turn in range(2):
        age = arrivals.years / rules.seasoning * (1 - scarce ** streams.uniform(len(opened), "age", turn))
        day = as_of - 1 - np.floor(np.round(age * _DAYS_A_YEAR, 6)).astype(np.int64)
        tries.append(np.clip(day, add_months(as_of, -12 * rules.years), last))
    fits = opened <= tries[0]
    return np.where(fits, *tries).astype(np.int32), fits


def _endings(streams: Streams, count: int, rules: LoanRules, pending: float) -> Codes:
    shares = {name: rules.statuses[name] for name in words.APPLICATION_STATUSES}
    others = 1 - shares["pending"]
    mix = [pending if name == "pending" else (1 - pending) * share / others for name, share in shares.items()]
    return quota_pick(mix, even(streams, count, "status"))


def _types(streams: Streams, segments: Codes, rules: LoanRules, arrivals: CustomerRules) -> Codes:
    """Kinds of loans: companies mostly want money for the business, and all kinds keep their share in total."""
    corporate = segments == CORPORATE
    mix = {name: rules.types[name] for name in words.LOAN_TYPES}
    companies = arrivals.segments["corporate"]
    business = min(rules.corporate_business_share, 1.0)
    rest = 1 - mix["business"]
    of_companies = {
        name: business if name == "business" else (1 - business) * share / max(rest, 1e-9)
        for name, share in mix.items()
    }
    others = {name: max(share - companies * of_companies[name], 0.0) for name, share in mix.items()}
    spread = evenly(streams, corporate.astype(np.intp), "type")
    return np.where(corporate, _pick(of_companies, spread), _pick(others, spread))


def _pick(shares: dict[str, float], spread: NDArray[np.float64]) -> Codes:
    total = sum(shares.values())
    return quota_pick(Mix.of({name: share / total for name, share in shares.items()}).shares, spread)


def _amounts(streams: Streams, types: Codes, incomes: NDArray[np.int64], rules: LoanRules) -> Cents:
    """Amounts asked for, in cents: larger for larger incomes, to a round number of dollars."""
    drawn = streams.words(len(types), "amount")
    amounts = np.zeros(len(types), np.float64)
    for kind, (median, sigma) in enumerate(zip(rules.amounts, rules.amount_sigmas, strict=True)):
        here = types == kind
        amounts[here] = interpolated(lognormal_table(median, sigma, 1, 2**30), drawn[here])
    means = np.sqrt(incomes / rules.usual_income)
    step = np.array(rules.amount_steps).take(types)
    dollars = np.rint(np.round(amounts * np.clip(means, *rules.income_reach) / step, 6)).astype(np.int64) * step
    cents: Cents = np.clip(dollars, rules.least_amount, rules.most_amount).astype(np.int64) * 100
    return cents


def _terms(streams: Streams, types: Codes, rules: LoanRules) -> NDArray[np.int64]:
    least, most, step = (
        np.array(years, np.int64).take(types) for years in (rules.least_years, rules.most_years, rules.step_years)
    )
    choices = (most - least) // step + 1
    return 12 * (least + step * streams.below(choices, len(types), "term"))


def _decisions(
    streams: Streams, statuses: Codes, days: Days, as_of: int, banking: BankingDays, rules: LoanRules
) -> Days:
    table = exponential_table(rules.decision_days, 1, rules.most_decision_days)
    length = quantiles(table, streams.lanes(len(days), "decision"))
    day = np.minimum(banking.on_or_after(days + length), banking.on_or_before(as_of - 1))
    return or_null(statuses != PENDING, day)


def _scores(streams: Streams, statuses: Codes, rules: LoanRules) -> NDArray[np.int64]:
    z = deviates(streams.lanes(len(statuses), "score"))
    good = rules.approved_score + rules.approved_score_spread * z
    bad = rules.rejected_score + rules.rejected_score_spread * z
    scores = np.rint(np.where(statuses == REJECTED, bad, good))
    clipped: NDArray[np.int64] = np.clip(scores, *rules.score_reach).astype(np.int64)
    return clipped


def _rates(streams: Streams, types: Codes, scores: NDArray[np.int64], rules: LoanRules) -> NDArray[np.int64]:
    """Hundredths of a percent: the better the score, the lower."""
    low = np.rint(100 * np.array(rules.low_rates)).take(types)
    high = np.rint(100 * np.array(rules.high_rates)).take(types)
    risk = np.clip((rules.best_rate_score - scores) / (rules.best_rate_score - rules.worst_rate_score), 0.0, 1.0)
    place = rules.score_weight * risk + (1 - rules.score_weight) * streams.uniform(len(types), "rate")
    rates: NDArray[np.int64] = np.rint(np.round(low + (high - low) * place, 6)).astype(np.int64)
    return rates


def _purposes(streams: Streams, types: Codes) -> Codes:
    sizes = np.array([len(purposes) for purposes in PURPOSES])
    first = (np.cumsum(sizes) - sizes).take(types)
    purposes: Codes = first + streams.below(sizes.take(types), len(types), "purpose")
    return purposes


def _debts(
    streams: Streams,
    types: Codes,
    requested: Cents,
    terms: NDArray[np.int64],
    rates: NDArray[np.int64],
    incomes: NDArray[np.int64],
    rules: LoanRules,
) -> NDArray[np.int64]:
    """The new loan's payments and older debts, of the income; in ten-thousandths."""
    low, high = rules.older_debts
    older = low + (high - low) * streams.uniform(len(types), "older debts")
    yearly = requested / 100 * (12 / terms + rates / 20_000)
    debts = np.clip(np.round(older + yearly / incomes, 6), 0.0, rules.most_debt)
    points: NDArray[np.int64] = np.rint(debts * 10_000).astype(np.int64)
    return points
