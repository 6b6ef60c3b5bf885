"""How the identity of customers is verified and reviewed."""

from __future__ import annotations

from datagen.bank.rules.declare import days, mix, share
from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_FFIEC = "assumption: reviews follow the risk, as the manual of the FFIEC asks; it names no numbers"


@dataclass(frozen=True)
class KycRules:
    """Onboarding, risk classes and periodic reviews."""

    risk_classes: Mix = mix("customers", "docs/bank-story.md#scorecard: S29", low=0.70, medium=0.22, high=0.08)
    review_months: tuple[int, int, int] = rule(
        (36, 24, 12),
        unit="months to the next review: low, medium, high risk",
        source="docs/bank-story.md#compliance: H60",
        low=1,
        high=120,
    )
    class_change_share: float = share(0.08, "reviews that draw the risk class anew", _FFIEC)
    rejected_share: float = share(
        0.025, "onboardings that end in a rejection", "assumption: a few in a hundred cannot be identified"
    )
    completion_days: float = rule(
        2.5, unit="days, mean time of an onboarding or review", source=_FFIEC, low=0.1, high=10
    )
    most_completion_days: int = days(
        10, "that an onboarding or review takes at most, weekends aside", "docs/bank-story.md#compliance: H60", 1, 10
    )
    review_lead: tuple[int, int] = rule(
        (1, 30),
        unit="days before its date that a review is opened",
        source="docs/bank-story.md#compliance: H60",
        low=1,
        high=30,
    )
    document_types: Mix = mix(
        "records",
        "assumption: most people show a licence, some a passport",
        driver_license=0.62,
        passport=0.26,
        state_id=0.12,
    )
