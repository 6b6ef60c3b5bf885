"""What memberships cost and whom they cover."""

from __future__ import annotations

from datagen.frozen import dataclass
from datagen.rules import rule

_DOCUMENT = "docs/fitness-story.md#plans"
_PAGE = "docs/fitness-story.md#plans"


@dataclass(frozen=True)
class PlanRules:
    """Fees of the ten plans: five kinds, each with monthly or annual payment."""

    individual_monthly_fee: float = rule(49.99, unit="USD a month", source=_DOCUMENT, low=0.0, high=10_000.0)
    individual_annual_fee: float = rule(
        41.66, unit="USD a month of the annual plan", source=_DOCUMENT, low=0.0, high=10_000.0
    )
    individual_registration: float = rule(25.0, unit="USD once, monthly plan", source=_DOCUMENT, low=0.0, high=10_000.0)
    family_monthly_fee: float = rule(89.99, unit="USD a month", source=_DOCUMENT, low=0.0, high=10_000.0)
    family_annual_fee: float = rule(
        75.0, unit="USD a month of the annual plan", source=_DOCUMENT, low=0.0, high=10_000.0
    )
    family_registration: float = rule(50.0, unit="USD once, monthly plan", source=_DOCUMENT, low=0.0, high=10_000.0)
    student_monthly_fee: float = rule(29.99, unit="USD a month", source=_DOCUMENT, low=0.0, high=10_000.0)
    student_annual_fee: float = rule(24.99, unit="USD a month of the annual plan", source=_PAGE, low=0.0, high=10_000.0)
    student_registration: float = rule(15.0, unit="USD once, monthly plan", source=_DOCUMENT, low=0.0, high=10_000.0)
    senior_monthly_fee: float = rule(39.99, unit="USD a month", source=_DOCUMENT, low=0.0, high=10_000.0)
    senior_annual_fee: float = rule(33.33, unit="USD a month of the annual plan", source=_PAGE, low=0.0, high=10_000.0)
    senior_registration: float = rule(20.0, unit="USD once, monthly plan", source=_DOCUMENT, low=0.0, high=10_000.0)
    corporate_monthly_fee: float = rule(44.99, unit="USD a month", source=_DOCUMENT, low=0.0, high=10_000.0)
    corporate_annual_fee: float = rule(
        37.49, unit="USD a month of the annual plan", source=_PAGE, low=0.0, high=10_000.0
    )
    corporate_registration: float = rule(30.0, unit="USD once, monthly plan", source=_DOCUMENT, low=0.0, high=10_000.0)
    annual_registration: float = rule(0.0, unit="USD once, annual plans", source=_DOCUMENT, low=0.0, high=10_000.0)
    monthly_duration: int = rule(1, unit="months", source=_PAGE, low=1, high=1)
    annual_duration: int = rule(12, unit="months", source=_PAGE, low=12, high=12)
    family_size: int = rule(5, unit="members of a family plan", source=_PAGE, low=2, high=20)
    created_hour: int = rule(
        9, unit="hour of the day the plans were made", source="convention: a working hour", low=0, high=23
    )
    years_offered: int = rule(
        5,
        unit="years before the as-of day that the plans were made",
        source="assumption: the price list is older than any membership, so it reaches back as far as staff do",
        low=5,
        high=20,
    )

    @property
    def fees(self) -> dict[tuple[str, str], float]:
        """USD a month, by kind of plan and term."""
        return {
            ("Individual", "Monthly"): self.individual_monthly_fee,
            ("Family", "Monthly"): self.family_monthly_fee,
            ("Student", "Monthly"): self.student_monthly_fee,
            ("Senior", "Monthly"): self.senior_monthly_fee,
            ("Corporate", "Monthly"): self.corporate_monthly_fee,
            ("Individual", "Annual"): self.individual_annual_fee,
            ("Family", "Annual"): self.family_annual_fee,
            ("Student", "Annual"): self.student_annual_fee,
            ("Senior", "Annual"): self.senior_annual_fee,
            ("Corporate", "Annual"): self.corporate_annual_fee,
        }

    @property
    def registrations(self) -> dict[str, float]:
        """USD once with a monthly plan, by its kind."""
        return {
            "Individual": self.individual_registration,
            "Family": self.family_registration,
            "Student": self.student_registration,
            "Senior": self.senior_registration,
            "Corporate": self.corporate_registration,
        }
