"""What data is judged by beyond the numbers it was made from: limits of the hard rules, bands of the scorecard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from datagen.frozen import dataclass
from datagen.rules import rule

_STORY = "docs/bank-story.md"
_CARD = "scorecard"


def _pair(low: float, high: float, unit: str, section: str) -> Any:
    return rule((low, high), unit=f"{unit}, least and most", source=f"{_STORY}#{section}", low=0)


def _most(value: float, unit: str, section: str) -> Any:
    return rule(value, unit=unit, source=f"{_STORY}#{section}", low=0)


def _points(value: float, of: str) -> Any:
    return rule(
        value, unit=f"share that {of} may lie above or below the rule", source=f"{_STORY}#{_CARD}", low=0, high=1
    )


@dataclass(frozen=True)
class BandRules:
    """Limits and bands; a band moves along where the rule it is about is changed."""

    departments: int = _most(12, "departments", "employees")
    programs: tuple[int, int] = _pair(16, 20, "training programmes", "employees")
    campaigns: tuple[int, int] = _pair(10, 15, "campaigns", "customers")
    compliance_rules: int = _most(20, "compliance rules", "compliance")
    log_months: int = _most(12, "months of contacts, complaints, campaigns and of the audit log", "time")
    new_days: int = _most(90, "days for which a customer with a first account is new", "customers")
    complaints: int = _most(2, "complaints a customer in 12 months, most", "customers")
    responses: int = _most(2, "campaigns a customer responds to, most", "customers")
    relationships: int = _most(2, "relationships an account, most", "accounts")
    applications: int = _most(2, "applications a customer, most", "loans")
    decision_days: tuple[int, int] = _pair(1, 30, "days from an application to its decision", "loans")
    disbursement_days: int = _most(10, "days from a decision to the disbursement, most", "loans")
    claim_decision_days: tuple[int, int] = _pair(1, 60, "days from the report of a claim to its decision", "insurance")
    kyc_days: int = _most(14, "days that an onboarding or a review takes, most", "compliance")
    detection_days: int = _most(2, "days from a transaction to its alert, most", "compliance")
    filing_days: int = _most(30, "days from an alert to its suspicious-activity report, most", "compliance")

    share_points: float = _points(0.03, "a share")
    few_points: float = _points(0.01, "the customers who complain, or respond to campaigns,")
    second_points: float = _points(0.02, "the accounts with two relationships")
    state_points: float = _points(0.015, "defaulted and restructured loans")
    pay_points: float = _points(0.04, "the accounts with a frequency of pay")
    alert_points: float = _points(0.025, "the alerts without a report")
    standard_errors: float = _most(4, "standard errors that a figure may lie off its rule, if those are more", _CARD)
    accounts: tuple[float, float] = _pair(0.825, 1.00834, "accounts a customer", _CARD)
    relationship_kinds: int = _most(4, "kinds of relationships that occur", _CARD)
    transactions: tuple[float, float] = _pair(10.5, 12.8334, "transactions a customer", _CARD)
    account_transactions: tuple[float, float] = _pair(10, 20, "transactions an account", _CARD)
    spending: float = _most(0.70, "share of transactions that are spending", _CARD)
    manual: float = _most(0.30, "share of transactions that are manual", _CARD)
    mean_contacts: tuple[float, float] = _pair(1.6, 1.9, "interactions a customer", _CARD)
    promoter_score: tuple[float, float] = _pair(10, 45, "net promoter score", _CARD)
    score_correlation: float = _most(0.6, "rank correlation of score and stars, least", _CARD)
    discontent: tuple[float, float] = _pair(0.5, 6, "points that customers who complain score below the others", _CARD)
    mean_score: tuple[float, float] = _pair(700, 725, "points, mean credit score", _CARD)
    score_deviation: tuple[float, float] = _pair(45, 100, "points, standard deviation of credit scores", _CARD)
    approvals_medium: float = _most(0.05, "share approved at medium risk above that at high risk, least", _CARD)
    approvals_low: float = _most(0.02, "share approved at low risk above that at medium risk, least", _CARD)
    active_loans: float = _most(0.75, "share of loans that are active", _CARD)
    paid_off_loans: float = _most(0.20, "share of loans that are paid off", _CARD)
    holder_policies: tuple[float, float] = _pair(1.35, 1.65, "policies a holder", _CARD)
    claim_points: float = _most(0.5, "claims in 100 insured years that a rate may lie off its rule", _CARD)
    reported_alerts: float = _most(0.075, "share of alerts that are reported", _CARD)
    benford: float = _most(0.015, "mean absolute deviation of first digits from Benford's law, most", _CARD)
    payment_skew: tuple[float, float] = _pair(1.5, 6, "mean against median of purchases and bills", _CARD)
    fee_amounts: int = _most(8, "commonest amounts of fees", _CARD)
    common_fees: float = _most(0.95, "share of fees that are of the commonest amounts, least", _CARD)
    pay_reach_days: int = _most(35, "days of the window's ends in which an account paid throughout gets pay", _CARD)
    balance_skew: tuple[float, float] = _pair(2, 8, "mean against median of balances", _CARD)
    balance_ages: tuple[float, float] = _pair(1.3, 5, "median balance at 65 to 74 against under 35", _CARD)
    call_minutes: tuple[float, float] = _pair(5, 9, "minutes, mean telephone call", _CARD)
    call_skew: float = _most(0.5, "skew of the length of calls, least", _CARD)
    channel_ratio: float = _most(1.5, "mean length of the longest channel against the shortest, least", _CARD)
    business_hours: float = _most(0.70, "share of contacts in business hours, least", _CARD)
    answered: float = _most(0.95, "share of complaints answered in time, least", _CARD)
    answered_errors: float = _most(2.5, "standard errors that this share may lie below", _CARD)
    behind_days: int = _most(30, "days past due from which a loan is behind", _CARD)
    behind: tuple[float, float] = _pair(0.005, 0.04, "share of running loans that are behind", _CARD)
    branches: tuple[int, int] = _pair(15, 20, "branches that hold accounts", _CARD)
    rows: tuple[float, float] = _pair(41.66, 91.67, "rows of the largest tables a customer", _CARD)
    pay: tuple[float, float] = _pair(0.9, 1.35, "median pay of a role against its rule", _CARD)
    rate_correlation: float = rule(
        -0.4, unit="correlation of rate and credit score, most", source=f"{_STORY}#{_CARD}", low=-1, high=0
    )
    daytime_purchases: float = _most(0.85, "share of purchases from 7 to 22 hours, least", _CARD)
    morning_calls: float = _most(1.2, "calls before noon against those from 17 hours on, least", _CARD)
    names_of_sex: float = _most(0.95, "share of persons of the sex that their given name tells, least", _CARD)
    income_ratio: float = _most(1.2, "median income of a segment against the one below, least", _CARD)

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple) and value[0] > value[1]:
                yield f"{field.name} runs from {value[0]} down to {value[1]}; give the lower number first."
