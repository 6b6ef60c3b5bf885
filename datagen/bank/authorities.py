"""The rules the bank must keep, and the periodic reports to the authorities: few, and the same at every size."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.draws import Codes, Days, within
from datagen.bank.rules import BankRules
from datagen.bank.rules.compliance import ComplianceRules
from datagen.bank.staff import Pool
from datagen.calendar import month_number, month_start
from datagen.frozen import dataclass
from datagen.streams import Streams

COMPLIANCE_RULES = (
    (
        words.COMPLAINT_RULE,
        "Complaints are answered in {answered} days",
        "consumer",
        "medium",
        "A first response goes out within {answered} days of filing.",
    ),
    (
        words.TRAINING_RULE,
        "Mandatory training is completed in {trained} days",
        "conduct",
        "low",
        "Mandatory training is completed within {trained} days of enrolment.",
    ),
    (
        words.ALERT_RULE,
        "Alerts are reviewed in {reviewed} days",
        "aml",
        "high",
        "An alert is closed or reported within {reviewed} days of detection.",
    ),
    (
        "CTR_FILING_15D",
        "Large cash is reported in {cash_filed} days",
        "aml",
        "critical",
        "Cash above {cash:,.0f} dollars a day is reported within {cash_filed} days.",
    ),
    (
        "SAR_FILING_30D",
        "Suspicious activity is reported in {filed} days",
        "aml",
        "critical",
        "A suspicious-activity report is filed within {filed} days of detection.",
    ),
    (
        "SANCTIONS_SCREENING",
        "New customers are screened",
        "aml",
        "critical",
        "Every applicant is screened against sanctions lists.",
    ),
    (
        "STRUCTURING_MONITORING",
        "Structuring is looked for",
        "aml",
        "high",
        "Cash deposits below the limit are watched over {structured} days.",
    ),
    (
        "KYC_BEFORE_ACCOUNT",
        "Identity comes before accounts",
        "kyc",
        "critical",
        "No account is opened before the identity is verified.",
    ),
    (
        "KYC_REVIEW_LOW_36M",
        "Low risk is reviewed in {low} months",
        "kyc",
        "low",
        "Customers of low risk are reviewed every {low} months.",
    ),
    (
        "KYC_REVIEW_MEDIUM_24M",
        "Medium risk is reviewed in {medium} months",
        "kyc",
        "medium",
        "Customers of medium risk are reviewed every {medium} months.",
    ),
    (
        "KYC_REVIEW_HIGH_12M",
        "High risk is reviewed in {high} months",
        "kyc",
        "high",
        "Customers of high risk are reviewed every {high} months.",
    ),
    (
        "KYC_DOCUMENT_ON_FILE",
        "A document is on file",
        "kyc",
        "medium",
        "A copy of the document is kept with every record.",
    ),
    (
        "LOAN_DECISION_30D",
        "Applications are decided in {decided} days",
        "lending",
        "medium",
        "Complete applications are decided within {decided} days.",
    ),
    (
        "RISK_ASSESSMENT_FIRST",
        "Risk is assessed before a decision",
        "lending",
        "high",
        "No loan is decided without a risk assessment.",
    ),
    (
        "COLLATERAL_APPRAISAL",
        "Collateral is appraised before money goes",
        "lending",
        "high",
        "Collateral is appraised before the loan is paid out.",
    ),
    (
        "ADVERSE_ACTION_NOTICE",
        "Rejections are explained",
        "lending",
        "medium",
        "Applicants who are rejected are told why.",
    ),
    ("FEE_DISCLOSURE", "Fees are disclosed", "consumer", "medium", "Fees are disclosed before they are charged."),
    (
        "MARKETING_CONSENT",
        "Campaigns need consent",
        "consumer",
        "low",
        "Campaigns address customers who have opted in, no others.",
    ),
    (
        "GIFTS_AND_CONFLICTS",
        "Gifts are declared",
        "conduct",
        "low",
        "Employees declare gifts and conflicts of interest.",
    ),
    (
        "ACCESS_REVIEW",
        "Access rights are reviewed",
        "conduct",
        "medium",
        "Access to systems is reviewed every quarter.",
    ),
)
"""Code, name, category, severity and demand; terms stand in braces, see `terms_of`. Codes keep theirs."""
_SPELLED = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")
CTR, CALL_REPORT, SUMMARY = range(3)


@dataclass(frozen=True)
class PeriodicReports:
    """Call reports and monthly summaries, by the end of their period."""

    types: Codes
    starts: Days
    ends: Days
    due: Days
    filed: Days
    officers: NDArray[np.int64]


def terms_of(rules: BankRules) -> dict[str, float | str]:
    """The terms that the rules of `COMPLIANCE_RULES` name, by the names that they use."""
    low, medium, high = rules.kyc.review_months
    days = rules.compliance.structuring_days
    return {
        "answered": rules.service.response_limit,
        "trained": rules.employees.mandatory_days,
        "reviewed": rules.compliance.review_limit,
        "cash": rules.compliance.cash_limit,
        "cash_filed": rules.compliance.ctr_days,
        "filed": rules.bands.filing_days,
        "structured": _SPELLED[days] if days < len(_SPELLED) else str(days),
        "low": low,
        "medium": medium,
        "high": high,
        "decided": rules.bands.decision_days[1],
    }


def report_periods(streams: Streams, as_of: int, officers: Pool, rules: ComplianceRules) -> PeriodicReports:
    """The reports of the quarters and months that ended so long ago that they had to be filed."""
    this_month = int(month_number(as_of))
    lots = []
    for kind, months, wanted in ((CALL_REPORT, 3, rules.quarters), (SUMMARY, 1, rules.months)):
        last = (this_month // months + 1) * months
        starts = np.arange(last - months * (wanted + 3), last, months)
        ended = month_start(starts + months) - 1 < as_of - rules.report_days
        starts = starts[ended][-wanted:]
        lots.append((np.full(len(starts), kind), month_start(starts), month_start(starts + months) - 1))
    types, starts, ends = (np.concatenate(field) for field in zip(*lots, strict=True))
    order = np.lexsort((types, ends))
    types, starts, ends = types[order], starts[order], ends[order]
    filed = ends + within(
        min(rules.least_report_days, rules.report_days), rules.report_days, streams, len(ends), "filed"
    )
    officer = officers.pick(streams.at("officer"), filed, filed)
    due = ends + rules.report_days
    start, end, by, day = (days.astype(np.int32) for days in (starts, ends, due, filed))
    return PeriodicReports(types, start, end, by, day, officer)
