"""How members pay."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datagen.rules import Mix, rule

_PAGE = "docs/fitness-story.md#payments"
_ADVICE = "docs/fitness-story.md#calibration"


@dataclass(frozen=True)
class PaymentRules:
    """Methods, failures, retries and refunds."""

    methods: Mix = rule(
        Mix.of(
            {
                "Credit Card": 0.60,
                "Debit Card": 0.25,
                "Bank Transfer": 0.07,
                "Mobile Payment": 0.05,
                "Cash": 0.03,
            }
        ),
        unit="share of payments",
        source=f"{_PAGE}; docs/fitness-checks.md#s01",
    )
    second_method_share: float = rule(
        0.08,
        unit="share of payments by a member's second method, which may be the first",
        source=_PAGE,
        low=0,
        high=0.5,
    )
    success_rate: float = rule(
        0.95, unit="share of attempts completed", source=f"{_PAGE}; docs/fitness-checks.md#s02", low=0.5, high=1
    )
    retry_success_rate: float = rule(0.67, unit="share of second attempts completed", source=_ADVICE, low=0.05, high=1)
    retry_days: int = rule(10, unit="days after the due in which retries fall", source=_PAGE, low=4, high=10)
    attempts: int = rule(3, unit="attempts at most", source=_PAGE, low=3, high=3)
    non_payment_share: float = rule(
        1.0, unit="share of endings 2-10 days after a due that are for non-payment", source=_ADVICE, low=0, high=1
    )
    non_payment_most: float = rule(
        0.6,
        unit="share of failed attempts that belong to non-payment, at most",
        source="assumption: beside unpaid memberships, ordinary failures that a second attempt mends must remain",
        low=0,
        high=1,
    )
    refund_share: float = rule(0.005, unit="share of completed dues refunded later", source=_PAGE, low=0, high=0.01)

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        if set(self.methods.names) != {"Credit Card", "Debit Card", "Bank Transfer", "Mobile Payment", "Cash"}:
            yield f"methods must be the five of the schema; they are {', '.join(self.methods.names)}."
