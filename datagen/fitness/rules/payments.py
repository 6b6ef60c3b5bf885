"""How members pay."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.frozen import dataclass
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
    retry_after: Mix = rule(
        Mix.of({"1": 0.12, "2": 0.08, "3": 0.52, "4": 0.06, "5": 0.22}),
        unit="share of repeated attempts by days since the one that failed, as far as retry_days allow",
        source="published: collectors of dues try again after three and five days; some members pay at the desk before",
    )
    failures_by_method: Mix = rule(
        Mix.of({"Credit Card": 0.2, "Debit Card": 0.29, "Bank Transfer": 0.17, "Mobile Payment": 0.24, "Cash": 0.10}),
        unit="weight of failed first attempts by a member's method",
        source="assumption: debit cards are short of funds, transfers bounce seldom, cash is late but does not fail",
    )
    failures_by_wealth: float = rule(
        0.22, unit="fall of failures by one deviation of the income of a ZIP code, of their mean",
        source="assumption: who earns more has a larger limit", low=0, high=0.3,
    )  # fmt: skip
    young_age: int = rule(25, unit="years at joining below which one is young", source="as failures_of_young", low=16,
                          high=40)  # fmt: skip
    failures_of_young: float = rule(
        1.25, unit="failures of the young against others", source="assumption: first accounts run dry", low=0.5, high=3
    )
    failures_by_month: tuple[float, ...] = rule(
        (1.14, 1.05, 0.98, 0.97, 0.98, 0.99, 1.0, 0.98, 0.97, 0.98, 0.98, 1.04),
        unit="failures in a month against the mean, January first",
        source="assumption: accounts are low after the holidays", low=0.1, high=3,
    )  # fmt: skip
    least_weight: float = rule(
        0.1, unit="share of a usual risk or method that age and income leave at least", low=0.01, high=1,
        source="convention: keeps what is drawn away from nothing",
    )  # fmt: skip
    methods_by_age: tuple[float, float, float, float, float] = rule(
        (0.08, -0.08, 0.10, -0.30, -0.25),
        unit="change of a method's share by ten years of age: credit, debit, transfer, mobile, cash",
        source="published: the young pay by telephone and debit card (Diary of Consumer Payment Choice)",
        low=-0.5,
        high=0.5,
    )
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
        for name in ("methods", "failures_by_method"):
            mix = getattr(self, name)
            if set(mix.names) != {"Credit Card", "Debit Card", "Bank Transfer", "Mobile Payment", "Cash"}:
                yield f"{name} must be the five of the schema; they are {', '.join(mix.names)}."
        if not all(day.isdigit() and int(day) for day in self.retry_after.names):
            yield "retry_after is named by numbers of days from 1 on."
