"""Monitoring of transactions, alerts, reports and terms."""

from __future__ import annotations

from dataclasses import dataclass

from datagen.bank.rules.declare import days, dollars, share
from datagen.rules import rule

_BSA = "Bank Secrecy Act, 31 CFR 1010.311"
_NOTES = "own calibration"


@dataclass(frozen=True)
class ComplianceRules:
    """Patterns that are looked for, how many are planted, and how alerts end."""

    cash_limit: float = dollars(10_000.0, "cash a customer, day and direction above which it is reported", _BSA)
    structuring_least: float = dollars(3_000.0, "least cash deposit of structuring", "H63")
    structuring_count: int = rule(3, unit="cash deposits of structuring, at least", source="H63", low=2, high=10)
    structuring_days: int = days(7, "in which they lie", "H63", 1, 31)
    rapid_deposit: float = dollars(5_000.0, "least deposit of a rapid movement", "H63")
    rapid_hours: int = rule(72, unit="hours in which it leaves again", source="H63", low=1, high=240)
    rapid_share: float = share(0.5, "it that leaves", "H63")
    planted_share: float = share(
        0.010, "customers with an account in whose transactions each pattern is planted", _NOTES
    )
    natural_share: float = share(0.25, "rapid movements without a plan that the monitoring sees")

    screening_alert_share: float = share(0.02, "screenings that give an alert", _NOTES)
    reported_share: float = share(0.13, "alerts of monitoring that are reported", "S21: 7.5 % of all alerts")
    review_days: float = rule(
        9.0, unit="days, mean time from detection to the end of an alert", source="practice", low=0.1, high=30
    )
    review_limit: int = days(30, "to the end of an alert, by rule", "H67", 1, 90)
    late_review_share: float = share(0.04, "alerts that take longer", _NOTES)
    latest_review: int = days(75, "to the end of late ones, at most", low=2, high=365)
    ctr_days: int = days(15, "to file a currency transaction report", _BSA, 1, 30)
    report_days: int = days(30, "to file other reports", "H65", 1, 90)
    quarters: int = rule(8, unit="call reports", source="H66", low=8, high=8)
    months: int = rule(24, unit="monthly summaries", source="H66", low=24, high=24)
