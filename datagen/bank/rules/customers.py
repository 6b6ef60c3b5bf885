"""Who the customers are."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.bank.rules.declare import GUIDE, mix, share, sigma
from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_INCOMES = "assumption: around the median household income (Census Bureau), a multiple of it in the wealthier segments"
_SCF = "published: Survey of Consumer Finances (Federal Reserve), by age of the reference person, rounded"


def _income(default: int, segment: str) -> int:
    return rule(  # type: ignore[no-any-return]
        default, unit=f"US dollars a year, median income in {segment}", source=_INCOMES, low=12_000, high=5_000_000
    )


@dataclass(frozen=True)
class CustomerRules:
    """Number, segments, ages, homes and incomes of customers."""

    base: int = rule(1_200, unit="customers at scale 1.0", source="docs/bank-story.md#sizes", low=20, high=100_000)
    years: int = rule(
        10,
        unit="years before the as-of day in which customers came",
        source="docs/bank-story.md#customers",
        low=2,
        high=10,
    )
    arrival_power: float = rule(
        0.95,
        unit="power of the uniform time of arrival; below 1 the bank grows",
        source="assumption: a bank that grows slowly",
        low=0.5,
        high=1.5,
    )
    segments: Mix = mix(
        "customers", "docs/bank-story.md#scorecard: S01", retail=0.60, premium=0.25, corporate=0.10, private=0.05
    )
    age: float = rule(43.0, unit="years, mean age on becoming a customer", source=_SCF, low=25, high=70)
    age_spread: float = rule(16.0, unit="years, standard deviation of that age", source=_SCF, low=1, high=30)
    youngest: int = rule(
        18, unit="years, least age on becoming a customer", source="docs/bank-story.md#customers: H22", low=18, high=30
    )
    oldest: int = rule(
        95, unit="years, most age on becoming a customer", source="docs/bank-story.md#customers: H22", low=60, high=95
    )
    student_age: int = rule(
        23, unit="years, age below which customers may study", source="assumption: most study below 23", low=18, high=30
    )
    student_share: float = share(
        0.45, "customers young enough who study", "assumption: nearly half of the young are at college"
    )
    retired_age: int = rule(
        67,
        unit="years, age from which customers have retired",
        source="law: the full retirement age of Social Security, rounded",
        low=55,
        high=75,
    )
    income_retail: int = _income(52_000, "retail")
    income_premium: int = _income(118_000, "premium")
    income_corporate: int = _income(135_000, "corporate")
    income_private: int = _income(340_000, "private")
    income_sigma: float = sigma(0.42, "income", _INCOMES)
    retired_income: float = rule(
        0.62, unit="income in retirement or study, of that at work", source=_INCOMES, low=0.1, high=1.0
    )
    least_income: int = rule(
        12_000, unit="US dollars a year, lowest income", source="docs/bank-story.md#customers", low=1_000, high=12_000
    )
    most_income: int = rule(
        5_000_000,
        unit="US dollars a year, highest income",
        source="docs/bank-story.md#customers",
        low=100_000,
        high=5_000_000,
    )
    income_step: int = rule(
        100,
        unit="US dollars, incomes are whole multiples of it",
        source="assumption: incomes are stated roundly",
        low=1,
        high=1_000,
    )
    near_km: float = rule(
        8.0,
        unit="km from the branch at which half as many live",
        source="assumption: people choose a branch a quarter of an hour away",
        low=1,
        high=50,
    )
    reach_km: float = rule(
        40.0,
        unit="km from the branch within which customers live",
        source="assumption: beyond 40 km people choose another bank",
        low=5,
        high=100,
    )
    preferred_channels: Mix = mix("customers", GUIDE, phone=0.22, email=0.24, web=0.22, mobile_app=0.24, branch=0.08)
    opt_in_share: float = share(
        0.62, "customers whom campaigns may address", "assumption: more than half agree to be addressed"
    )

    def incomes(self) -> tuple[int, ...]:
        """The median income of each segment, in the order of `segments`."""
        medians = {
            "retail": self.income_retail,
            "premium": self.income_premium,
            "corporate": self.income_corporate,
            "private": self.income_private,
        }
        return tuple(medians[name] for name in self.segments.names)

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        if self.near_km > self.reach_km:
            yield f"near_km {self.near_km:g} is above reach_km {self.reach_km:g}; raise reach_km."
