"""Which plans members take, and what happens to a membership over the years."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_PLANS = "docs/fitness-story.md#memberships; docs/fitness-checks.md#s07"
_LIFE = "docs/fitness-story.md#memberships: about 2 rows a member at 3 years"


def _plans(individual: float, family: float, student: float, senior: float, corporate: float) -> Mix:
    return Mix.of(
        {"Individual": individual, "Family": family, "Student": student, "Senior": senior, "Corporate": corporate}
    )


@dataclass(frozen=True)
class MembershipRules:
    """Choice of plan, renewal, change, freeze, leaving and return."""

    student_age_low: int = rule(16, unit="years, first", source="docs/fitness-checks.md#h15", low=0, high=120)
    student_age_high: int = rule(29, unit="years, last", source="docs/fitness-checks.md#h15", low=0, high=120)
    senior_age_low: int = rule(60, unit="years, first", source="docs/fitness-checks.md#h15", low=0, high=120)
    age_bands: tuple[int, ...] = rule(
        (16, 25, 30, 51, 60, 65), unit="years, first of each band", source=_PLANS, low=0, high=120
    )
    plans_16_24: Mix = rule(_plans(0.14, 0.07, 0.75, 0.0, 0.04), unit="share of spells begun", source=_PLANS)
    plans_25_29: Mix = rule(_plans(0.42, 0.24, 0.16, 0.0, 0.18), unit="share of spells begun", source=_PLANS)
    plans_30_50: Mix = rule(_plans(0.33, 0.44, 0.0, 0.0, 0.23), unit="share of spells begun", source=_PLANS)
    plans_51_59: Mix = rule(_plans(0.46, 0.28, 0.0, 0.0, 0.26), unit="share of spells begun", source=_PLANS)
    plans_60_64: Mix = rule(_plans(0.30, 0.12, 0.0, 0.50, 0.08), unit="share of spells begun", source=_PLANS)
    plans_65_up: Mix = rule(_plans(0.12, 0.06, 0.0, 0.80, 0.02), unit="share of spells begun", source=_PLANS)
    adult_age: int = rule(
        18, unit="years from which on Family and Corporate plans are sold", source="convention: contracts bind adults",
        low=0, high=120,
    )  # fmt: skip
    household_family_share: float = rule(
        0.3,
        unit="share of the usual Family plans that the first payer of a home with several payers takes",
        source="assumption: a family pays once; where two pay, a Family plan is an exception",
        low=0,
        high=1,
    )
    annual_share: float = rule(
        0.30, unit="share of plans chosen by the year, renewals aside", source=_LIFE, low=0, high=1
    )
    annual_by_wealth: float = rule(
        0.22, unit="rise of that share by one deviation of the income of a ZIP code, of the share",
        source="assumption: who can pay a year ahead takes the rebate", low=0, high=0.5,
    )  # fmt: skip
    monthly_event_share: float = rule(
        0.043, unit="share of due days with a change or a freeze", source=_LIFE, low=0, high=1
    )
    monthly_events: Mix = rule(Mix.of({"Change": 0.58, "Freeze": 0.42}), unit="share of events", source=_LIFE)
    cooling_share: float = rule(
        0.105,
        unit="share of joiners who change their mind in the first days",
        source="published: states grant some days to cancel a club contract; calibration: docs/fitness-checks.md#s08",
        low=0,
        high=0.5,
    )
    cooling_days: tuple[int, int] = rule(
        (4, 12), unit="days from joining to such an end, least and most", source="as cooling_share", low=1, high=28
    )
    monthly_leaving: tuple[float, float, float] = rule(
        (0.020, 0.026, 0.009),
        unit="share of monthly members who leave in a month: at first, then, later",
        source="docs/fitness-checks.md#s08; published: clubs keep about 70 % of their members a year (IHRSA)",
        low=0,
        high=0.5,
    )
    early_days: int = rule(
        33, unit="days of membership that are the first in monthly_leaving", source="as monthly_leaving", low=1,
        high=1_000,
    )  # fmt: skip
    middle_days: int = rule(
        183,
        unit="days of membership after which the last share of monthly_leaving holds",
        source="assumption: those who find no routine leave in the first half year",
        low=2,
        high=2_000,
    )
    constancy: tuple[float, float] = rule(
        (0.45, 1.55),
        unit="what divides the hazard of leaving, of who comes least and most often",
        source="published: who comes seldom in the first months is about twice as likely to leave (IHRSA)",
        low=0.1,
        high=10,
    )
    leaving_months: tuple[float, ...] = rule(
        (1.45, 1.10, 0.95, 0.90, 0.95, 1.05, 0.95, 0.95, 0.95, 0.85, 0.85, 1.05),
        unit="risk of leaving in a month against the mean, January first",
        source="assumption: contracts are reviewed in January and before summer",
        low=0.01,
        high=10.0,
    )
    midterm_leaving: float = rule(
        0.05,
        unit="share of annual members a year who leave before the end of the term",
        source="assumption: moves and illness end some contracts early",
        low=0,
        high=1,
    )
    term_lapse_share: float = rule(
        0.20, unit="share of annual members who leave at the end of a term", source=_LIFE, low=0, high=1
    )
    term_change_share: float = rule(
        0.14, unit="share of those who stay who change the plan then", source=_LIFE, low=0, high=1
    )
    return_share: float = rule(0.32, unit="share of those who left who come back some day", source=_LIFE, low=0, high=1)
    return_least: int = rule(30, unit="days from leaving to coming back, at least", source=_LIFE, low=1, high=3650)
    return_days: int = rule(
        150, unit="days beyond those, on average", source="assumption: as good intentions come back", low=1, high=3650
    )
    freeze_months: Mix = rule(
        Mix.of({"1": 0.45, "2": 0.35, "3": 0.20}), unit="share of freezes by months", source=_LIFE
    )
    freeze_season: tuple[float, ...] = rule(
        (0.82, 0.90, 0.94, 0.94, 1.0, 1.17, 1.2, 1.1, 0.92, 0.95, 1.0, 1.15),
        unit="factor on freezes by month",
        source="assumption: people pause for the summer and the holidays, and in January nobody does",
        low=0.1,
        high=2,
    )
    freeze_ages: tuple[int, int] = rule(
        (25, 65), unit="years, first of those in the middle and of the old", source="as freeze_by_age", low=16, high=120
    )
    freeze_by_age: tuple[float, float, float] = rule(
        (1.3, 0.88, 1.3), unit="factor on freezes: the young, those in the middle, the old",
        source="assumption: students go home in breaks, the old pause for their health or a winter in the sun",
        low=0.1, high=2,
    )  # fmt: skip
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
        if self.cooling_days[0] > self.cooling_days[1]:
            yield f"cooling_days run from {self.cooling_days[0]} down to {self.cooling_days[1]}."
        if not self.cooling_days[1] <= self.early_days < self.middle_days:
            yield "cooling_days, early_days and middle_days must rise."
        if self.constancy[0] > self.constancy[1]:
            yield f"constancy runs from {self.constancy[0]} down to {self.constancy[1]}."
