"""Loans: who applies, what is decided, and how it is repaid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datagen.bank.rules.declare import GUIDE, days, mix, share
from datagen.bank.vocabulary import LOAN_TYPES
from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_ORDER = "mortgage, personal, auto, business, education"
_CURVE = "docs/bank-story.md#scorecard: S32"
_H42 = "docs/bank-story.md#loans: H42"
_SIZES = "assumption: usual sizes of loans of these kinds in the United States"
_ROUND = "assumption: people ask for round amounts, and banks grant such"
_SCORES = "published: the mean score in the United States is about 715 (FICO, 2020s)"


def _by_type(values: tuple[float, ...], what: str, source: str, low: float, high: float) -> Any:
    return rule(values, unit=f"{what}: {_ORDER}", source=source, low=low, high=high)


@dataclass(frozen=True)
class LoanRules:
    """Applications, decisions, terms, schedules and what goes wrong."""

    years: int = rule(
        6, unit="years before the as-of day with applications", source="docs/bank-story.md#time", low=1, high=6
    )
    seasoning: float = rule(
        1.1,
        unit="how much rarer accounts grow with age than customers do",
        source="assumption: accounts are opened a while after customers come",
        low=0.5,
        high=1.5,
    )
    applicant_share: float = rule(
        0.35,
        unit="share of customers who apply; few more have had an account for long enough",
        source="docs/bank-story.md#scorecard: S15",
        low=0,
        high=0.38,
    )
    second_share: float = share(0.10, "applicants who apply twice", "docs/bank-story.md#sizes: 420 applicants x 1.1")
    types: Mix = mix(
        "applications",
        "docs/bank-story.md#scorecard: S15",
        mortgage=0.35,
        personal=0.30,
        auto=0.20,
        business=0.10,
        education=0.05,
    )
    corporate_business_share: float = share(
        0.70,
        "applications of corporate customers that are for the business",
        "assumption: companies borrow for what they do",
    )
    statuses: Mix = mix(
        "applications", "docs/bank-story.md#scorecard: S15", approved=0.65, rejected=0.20, pending=0.10, withdrawn=0.05
    )
    pending_days: int = days(90, "that an application may be pending", "docs/bank-story.md#loans: H41", 2, 90)
    decision_days: float = rule(
        7.0, unit="days, mean time from application to decision", source="assumption: about a week", low=1, high=25
    )
    most_decision_days: int = days(26, "to a decision, weekends aside", "docs/bank-story.md#loans: H41", 1, 26)
    disbursement_days: int = days(
        5, "from decision to disbursement at most, weekends aside", "docs/bank-story.md#loans: H43", 0, 6
    )

    amounts: tuple[float, ...] = _by_type(
        (230_000, 12_000, 28_000, 70_000, 24_000), "US dollars, median amount asked for", _SIZES, 1_000, 2_000_000
    )
    amount_sigmas: tuple[float, ...] = _by_type(
        (0.5, 0.6, 0.35, 0.7, 0.5), "standard deviation of the logarithm of amounts", _SIZES, 0, 3
    )
    least_amount: int = rule(
        1_000, unit="US dollars, least amount", source="docs/bank-story.md#loans", low=1_000, high=10_000
    )
    most_amount: int = rule(
        2_000_000, unit="US dollars, most amount", source="docs/bank-story.md#loans", low=100_000, high=2_000_000
    )
    amount_steps: tuple[int, ...] = _by_type(
        (1_000, 100, 100, 500, 100), "US dollars, amounts asked for are whole multiples of it", _ROUND, 100, 10_000
    )
    usual_income: int = rule(
        70_000,
        unit="US dollars a year, income of who asks for the median amount; amounts grow with the root of the income",
        source="published: around the median household income (Census Bureau, 2020s)",
        low=10_000,
        high=1_000_000,
    )
    income_reach: tuple[float, float] = rule(
        (0.6, 2.0),
        unit="least and most that the income makes of the median amount",
        source="assumption: nobody asks for much more than what is usual, however rich",
        low=0.1,
        high=10,
    )
    approved_step: int = rule(
        100, unit="US dollars, amounts approved are whole multiples of it", source=_ROUND, low=1, high=1_000
    )
    approved_in_full_share: float = share(
        0.85, "approved applications approved in full", "assumption: most get what they ask for"
    )
    least_approved: float = share(
        0.70, "the amount asked for that is approved at least", "assumption: a bank refuses rather than grant half"
    )
    low_rates: tuple[float, ...] = _by_type((3.25, 5.99, 3.99, 4.99, 4.25), "percent a year, lowest rate", _H42, 3, 18)
    high_rates: tuple[float, ...] = _by_type(
        (6.75, 17.99, 8.99, 12.99, 8.75), "percent a year, highest rate", _H42, 3, 18
    )
    score_weight: float = share(
        0.80,
        "the range of rates that follows from the credit score",
        "assumption: rates are set by the score, and somewhat by negotiation",
    )
    best_rate_score: int = rule(
        810, unit="points, credit score from which the rate is lowest", source=_CURVE, low=300, high=850
    )
    worst_rate_score: int = rule(
        550, unit="points, credit score up to which the rate is highest", source=_CURVE, low=300, high=849
    )
    least_years: tuple[float, ...] = _by_type((15, 1, 3, 3, 5), "years, shortest term", _H42, 1, 30)
    most_years: tuple[float, ...] = _by_type((30, 5, 6, 10, 15), "years, longest term", _H42, 1, 30)
    step_years: tuple[float, ...] = _by_type(
        (5, 1, 1, 1, 1),
        "years between terms on offer",
        "assumption: terms are in whole years, those of mortgages in fives",
        1,
        10,
    )

    approved_score: float = rule(
        734.0, unit="points, mean credit score of those approved", source=_SCORES, low=300, high=850
    )
    approved_score_spread: float = rule(52.0, unit="points, standard deviation of it", source=_SCORES, low=0, high=200)
    rejected_score: float = rule(
        648.0, unit="points, mean credit score of those rejected", source=_SCORES, low=300, high=850
    )
    rejected_score_spread: float = rule(58.0, unit="points, standard deviation of it", source=_SCORES, low=0, high=200)
    score_reach: tuple[int, int] = rule(
        (300, 850), unit="points, least and most credit score", source="published: FICO scores", low=300, high=850
    )
    low_risk_score: int = rule(
        740, unit="points, credit score from which risk is low", source="docs/bank-story.md#loans", low=301, high=850
    )
    medium_risk_score: int = rule(
        670, unit="points, credit score from which risk is medium", source="docs/bank-story.md#loans", low=300, high=849
    )
    clear_rejection_points: int = rule(
        30,
        unit="points below the medium-risk score from which a rejection is because of the score",
        source="assumption: near the limit other reasons decide",
        low=0,
        high=370,
    )

    late_share: float = share(0.04, "instalments paid late", "docs/bank-story.md#scorecard: S28")
    late_days: tuple[int, int] = rule(
        (4, 24), unit="days that late instalments are late", source="docs/bank-story.md#scorecard: S28", low=1, high=60
    )
    behind_share: float = share(
        0.05, "running loans on which the last instalments are unpaid", "docs/bank-story.md#scorecard: S28"
    )
    behind_instalments: tuple[int, int] = rule(
        (1, 3), unit="unpaid last instalments of those", source="docs/bank-story.md#scorecard: S28", low=1, high=3
    )
    least_paid: int = rule(
        2,
        unit="instalments paid before a loan can go wrong",
        source="assumption: who was just found good for a loan pays the first months",
        low=1,
        high=12,
    )
    defaulted_share: float = share(0.03, "loans that default", "docs/bank-story.md#scorecard: S16")
    restructured_share: float = share(0.02, "loans that are restructured", "docs/bank-story.md#scorecard: S16")
    default_days: int = days(
        120, "from the oldest unpaid due date to a default", "docs/bank-story.md#loans: H47", 120, 120
    )
    restructured_days: tuple[int, int] = rule(
        (1, 27),
        unit="days from the last instalment on the old terms to a restructuring",
        source="follows: docs/bank-story.md#loans: H48, before the next one is due",
        low=1,
        high=27,
    )
    restructured_relief: float = rule(
        0.75,
        unit="percentage points less interest after a restructuring",
        source="assumption: set so that instalments fall noticeably",
        low=0,
        high=5,
    )
    restructured_months: int = rule(
        24,
        unit="instalments more after a restructuring",
        source="assumption: set so that instalments fall noticeably",
        low=0,
        high=120,
    )

    older_debts: tuple[float, float] = rule(
        (0.05, 0.20),
        unit="share of the income that older debts take, from and to",
        source="assumption: rent aside, a fifth at most",
        low=0.0,
        high=1.0,
    )
    most_debt: float = rule(
        5.0, unit="debts of the income that are stated at most", source="docs/bank-story.md#loans", low=1, high=5
    )
    collateral_shares: tuple[float, ...] = _by_type(
        (1.0, 0.0, 0.75, 0.20, 0.0), "share of loans with collateral", "docs/bank-story.md#sizes", 0, 1
    )
    collateral_value: tuple[float, float] = rule(
        (1.10, 1.50),
        unit="appraised value, of the principal, from and to",
        source="docs/bank-story.md#loans: H4A",
        low=1.1,
        high=1.5,
    )
    guarantor_share: float = share(0.25, "loans with a guarantor", "docs/bank-story.md#scorecard: S17")
    second_guarantor_share: float = share(0.13, "guaranteed loans with a second guarantor", GUIDE)
    guaranteed: tuple[int, int] = rule(
        (10, 50),
        unit="percent of the principal that each of two guarantors guarantees, least and most; one alone twice that",
        source="docs/bank-story.md#loans: at most 100 a loan",
        low=5,
        high=50,
    )
    guaranteed_step: int = rule(
        10, unit="percent between the shares that are guaranteed", source="assumption: shares are round", low=1, high=40
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for place, name in enumerate(LOAN_TYPES):
            if self.low_rates[place] > self.high_rates[place]:
                yield f"low_rates of {name} is above high_rates."
            if self.least_years[place] > self.most_years[place]:
                yield f"least_years of {name} is above most_years."
        if self.medium_risk_score >= self.low_risk_score:
            yield "medium_risk_score must lie below low_risk_score."
        if self.worst_rate_score >= self.best_rate_score:
            yield "worst_rate_score must lie below best_rate_score."
        for name in ("income_reach", "score_reach", "restructured_days", "guaranteed"):
            if getattr(self, name)[0] > getattr(self, name)[1]:
                yield f"{name} runs from least to most."
        if self.behind_instalments[0] > self.behind_instalments[1] or self.late_days[0] > self.late_days[1]:
            yield "late_days and behind_instalments run from least to most."
