"""Monitoring of transactions, alerts, reports and terms."""

from __future__ import annotations

from dataclasses import dataclass

from datagen.bank.rules.declare import days, dollars, share
from datagen.rules import rule

_BSA = "law: Bank Secrecy Act, 31 CFR 1010.306 and 1010.311"


@dataclass(frozen=True)
class ComplianceRules:
    """Patterns that are looked for, how many are planted, and how alerts end."""

    cash_limit: float = dollars(
        10_000.0, "cash a customer, day and direction above which it is reported", _BSA, low=10_000
    )
    structuring_least: float = dollars(
        3_000.0, "least cash deposit of structuring", "docs/bank-story.md#compliance: H63"
    )
    structuring_count: int = rule(
        3, unit="cash deposits of structuring, at least", source="docs/bank-story.md#compliance: H63", low=2, high=10
    )
    structuring_days: int = days(7, "in which they lie", "docs/bank-story.md#compliance: H63", 1, 31)
    rapid_deposit: float = dollars(5_000.0, "least deposit of a rapid movement", "docs/bank-story.md#compliance: H63")
    rapid_hours: int = rule(
        72, unit="hours in which it leaves again", source="docs/bank-story.md#compliance: H63", low=1, high=240
    )
    rapid_share: float = share(0.5, "it that leaves", "docs/bank-story.md#compliance: H63")
    planted_share: float = share(
        0.010,
        "customers with an account in whose transactions each pattern is planted",
        "assumption: set so that each pattern occurs at every scale",
    )
    natural_share: float = share(
        0.25,
        "rapid movements without a plan that the monitoring sees",
        "assumption: monitoring tunes out most harmless movements",
    )

    screening_alert_share: float = share(
        0.02, "screenings that give an alert", "assumption: set so that alerts of both kinds occur"
    )
    reported_share: float = share(
        0.13, "alerts of monitoring that are reported", "docs/bank-story.md#scorecard: S21: 7.5 % of all alerts"
    )
    review_days: float = rule(
        9.0,
        unit="days, mean time from detection to the end of an alert",
        source="assumption: an analyst settles an alert in a week or two",
        low=0.1,
        high=30,
    )
    review_limit: int = days(30, "to the end of an alert, by rule", "docs/bank-story.md#compliance: H67", 1, 90)
    late_review_share: float = share(0.04, "alerts that take longer", "assumption: set so that a few breaches occur")
    latest_review: int = days(
        75,
        "to the end of late ones, at most",
        "assumption: late ones take up to two and a half months",
        low=2,
        high=365,
    )
    ctr_days: int = days(15, "to file a currency transaction report", _BSA, 1, 30)
    report_days: int = days(30, "to file other reports", "docs/bank-story.md#compliance: H65", 1, 90)
    quarters: int = rule(8, unit="call reports", source="docs/bank-story.md#compliance: H66", low=8, high=8)
    months: int = rule(24, unit="monthly summaries", source="docs/bank-story.md#compliance: H66", low=24, high=24)
