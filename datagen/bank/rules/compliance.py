"""Monitoring of transactions, alerts, reports and terms."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.bank.rules.declare import days, dollars, share
from datagen.frozen import dataclass
from datagen.rules import rule

MOST_WITHDRAWALS = 3
"""As many as fit into a day in which branches are open."""
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
    large_cash_beyond: int = rule(
        100,
        unit="US dollars above the limit, least planted large deposit of cash",
        source="assumption: well above the limit",
        low=1,
        high=10_000,
    )
    large_cash_most: int = rule(
        22_000,
        unit="US dollars, most of a planted large deposit of cash",
        source="assumption: about twice the limit",
        low=10_200,
        high=1_000_000,
    )
    structured: tuple[int, int] = rule(
        (3_200, 9_800),
        unit="US dollars, least and most of a planted deposit that stays below the limit",
        source="follows: docs/bank-story.md#compliance",
        low=3_001,
        high=10_000,
    )
    structured_days: int = rule(
        5,
        unit="banking days over which planted deposits are spread; most that a planted pattern lasts",
        source="assumption: one deposit a banking day, within the days that are watched",
        low=2,
        high=5,
    )
    rapid: tuple[int, int] = rule(
        (5_500, 16_000),
        unit="US dollars, least and most of a planted deposit that is gone by the evening",
        source="follows: docs/bank-story.md#compliance",
        low=5_001,
        high=100_000,
    )
    rapid_withdrawals: int = rule(
        3,
        unit="withdrawals of a planted rapid movement",
        source="assumption: a few counters, all within a day",
        low=1,
        high=MOST_WITHDRAWALS,
    )
    rapid_withdrawal_share: float = rule(
        0.175,
        unit="the deposit that each withdrawal takes",
        source="assumption: three of them are more than half of it, and none above the cap",
        low=0.01,
        high=0.3,
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
    most_detection_days: int = days(2, "from a transaction to its alert", "docs/bank-story.md#compliance: H64", 0, 2)
    clear_score: int = rule(
        50,
        unit="points of 100, highest risk score without an alert",
        source="docs/bank-story.md#compliance",
        low=0,
        high=99,
    )
    late_review_share: float = share(0.04, "alerts that take longer", "assumption: set so that a few breaches occur")
    latest_review: int = days(
        75,
        "to the end of late ones, at most",
        "assumption: late ones take up to two and a half months",
        low=2,
        high=365,
    )
    ctr_days: int = days(15, "to file a currency transaction report", _BSA, 1, 30)
    least_report_days: int = days(
        10, "to file other reports, at least", "assumption: figures are gathered first", 1, 90
    )
    report_days: int = days(30, "to file other reports", "docs/bank-story.md#compliance: H65", 1, 90)
    log_hours: tuple[int, int] = rule(
        (9, 17),
        unit="hours of the day between which changes are logged",
        source="assumption: staff work from nine to five, and so do customers who write",
        low=0,
        high=24,
    )
    quarters: int = rule(8, unit="call reports", source="docs/bank-story.md#compliance: H66", low=8, high=8)
    months: int = rule(24, unit="monthly summaries", source="docs/bank-story.md#compliance: H66", low=24, high=24)

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        if self.log_hours[0] >= self.log_hours[1]:
            yield "log_hours runs from an earlier to a later hour."
