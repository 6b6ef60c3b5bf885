"""Which plans members take, and what happens to a membership over the years."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datagen.rules import Mix, rule

_PLANS = "docs/fitness-story.md#memberships; docs/fitness-checks.md#s07"
_LIFE = "docs/fitness-story.md#memberships: about 2 rows a member at 3 years"


def _plans(individual: float, family: float, student: float, senior: float, corporate: float) -> Mix:
    return Mix.of(
        {"Individual": individual, "Family": family, "Student": student, "Senior": senior, "Corporate": corporate}
    )


@dataclass(frozen=True)
class MembershipRules:
    """Choice of plan, renewal, change, freeze, lapse and return."""

    student_age_low: int = rule(16, unit="years, first", source="docs/fitness-checks.md#h15", low=0, high=120)
    student_age_high: int = rule(29, unit="years, last", source="docs/fitness-checks.md#h15", low=0, high=120)
    senior_age_low: int = rule(60, unit="years, first", source="docs/fitness-checks.md#h15", low=0, high=120)
    age_bands: tuple[int, ...] = rule(
        (16, 25, 30, 51, 60, 65), unit="years, first of each band", source=_PLANS, low=0, high=120
    )
    plans_16_24: Mix = rule(_plans(0.14, 0.07, 0.75, 0.0, 0.04), unit="share of spells begun", source=_PLANS)
    plans_25_29: Mix = rule(_plans(0.46, 0.20, 0.16, 0.0, 0.18), unit="share of spells begun", source=_PLANS)
    plans_30_50: Mix = rule(_plans(0.40, 0.36, 0.0, 0.0, 0.24), unit="share of spells begun", source=_PLANS)
    plans_51_59: Mix = rule(_plans(0.50, 0.24, 0.0, 0.0, 0.26), unit="share of spells begun", source=_PLANS)
    plans_60_64: Mix = rule(_plans(0.30, 0.12, 0.0, 0.50, 0.08), unit="share of spells begun", source=_PLANS)
    plans_65_up: Mix = rule(_plans(0.12, 0.06, 0.0, 0.80, 0.02), unit="share of spells begun", source=_PLANS)
    household_family_share: float = rule(
        0.55, unit="share of plans chosen that are Family because an address is shared", source=_PLANS, low=0, high=1
    )
    annual_share: float = rule(
        0.30, unit="share of plans chosen by the year, renewals aside", source=_LIFE, low=0, high=1
    )
    monthly_event_share: float = rule(
        0.045, unit="share of due days with a change, freeze or lapse", source=_LIFE, low=0, high=1
    )
    monthly_events: Mix = rule(
        Mix.of({"Change": 0.40, "Freeze": 0.38, "Lapse": 0.22}), unit="share of events", source=_LIFE
    )
    term_ends: Mix = rule(
        Mix.of({"Renew": 0.78, "Change": 0.12, "Lapse": 0.10}), unit="share of ended terms", source=_LIFE
    )
    freeze_months: Mix = rule(
        Mix.of({"1": 0.45, "2": 0.35, "3": 0.20}), unit="share of freezes by months", source=_LIFE
    )
    return_after_days: tuple[int, int] = rule((35, 240), unit="days, least and most", source=_LIFE, low=1, high=3650)
    settle_days: int = rule(45, unit="days from an event's end to the member's last one", source=_LIFE, low=1, high=365)
    auto_renew_share: float = rule(
        0.82, unit="share of running spells that renew by themselves", source=_LIFE, low=0, high=1
    )

    def plan_mixes(self) -> tuple[Mix, ...]:
        """The mixes of plans, one for each age band."""
        return (
            self.plans_16_24,
            self.plans_25_29,
            self.plans_30_50,
            self.plans_51_59,
            self.plans_60_64,
            self.plans_65_up,
        )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        if list(self.age_bands) != sorted(set(self.age_bands)):
            yield f"age_bands must rise; they are {self.age_bands}."
        if self.student_age_low > self.student_age_high:
            yield f"student_age_low {self.student_age_low} is above student_age_high {self.student_age_high}."
        if self.return_after_days[0] > self.return_after_days[1]:
            yield f"return_after_days runs from {self.return_after_days[0]} down to {self.return_after_days[1]}."
