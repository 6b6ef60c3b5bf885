"""Policies, premiums and claims."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datagen.bank.rules.declare import days, mix, share, sigma
from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_WHOLE = 100  # percent
_III = "published: claim frequencies (Insurance Information Institute), rounded"
_LIMITS = "assumption: limits of this size are usual on offer in the United States"
_PREMIUMS = "assumption: usual premiums in the United States, order of magnitude"


def _claims(default: float, cover: str) -> Any:
    return rule(default, unit=f"claims on {cover} in 100 insured years", source=_III, low=0.0, high=100.0)


def _limits(default: tuple[int, int, int], cover: str) -> Any:
    return rule(default, unit=f"US dollars, limits on offer: {cover}", source=_LIMITS, low=10_001, high=10_000_000)


def _split(default: tuple[int, ...], many: str) -> Any:
    return rule(
        default,
        unit=f"percent of a benefit that each of {many} beneficiaries gets",
        source="assumption: the first one, mostly the spouse, gets the most",
        low=1,
        high=97,
    )


def _premium(default: int, kind: str) -> Any:
    return rule(
        default, unit=f"US dollars a year, median premium of a policy: {kind}", source=_PREMIUMS, low=60, high=20_000
    )


@dataclass(frozen=True)
class InsuranceRules:
    """Holders, kinds, states, premiums, cover and claims."""

    years: int = rule(
        3, unit="years before the as-of day in which policies began", source="docs/bank-story.md#time", low=1, high=3
    )
    holder_share: float = share(0.35, "customers with a policy", "docs/bank-story.md#scorecard: S19")
    policies: Mix = mix(
        "holders by number of policies", "docs/bank-story.md#scorecard: S19", **{"1": 0.60, "2": 0.30, "3": 0.10}
    )
    types: Mix = mix("policies", "docs/bank-story.md#scorecard: S19", auto=0.45, home=0.30, life=0.25)
    frequencies: Mix = mix("policies", "assumption: most pay by the month", monthly=0.70, quarterly=0.10, annual=0.20)
    statuses: Mix = mix(
        "policies old enough",
        "assumption: set so that the states of the scorecard hold",
        active=0.84,
        cancelled=0.06,
        lapsed=0.05,
        expired=0.05,
    )
    least_days: int = days(
        30,
        "from the first day of cover to a cancellation, at least",
        "assumption: a policy cannot be cancelled in its first month",
        low=1,
        high=365,
    )
    lapse_days: int = days(25, "from a missed premium to the lapse", "docs/bank-story.md#insurance: H55", 25, 25)
    life_years: Mix = mix(
        "life policies by years of term",
        "assumption: twenty years is the usual term",
        **{"10": 0.30, "20": 0.50, "30": 0.20},
    )
    premium_auto: int = _premium(1_500, "auto")
    premium_home: int = _premium(1_400, "home")
    premium_life: int = _premium(520, "life")
    premium_sigma: float = sigma(0.35, "premiums", _PREMIUMS)
    least_premium: float = rule(
        5.0, unit="US dollars a due date, least premium", source="docs/bank-story.md#insurance", low=5, high=100
    )
    most_premium: float = rule(
        20_000.0,
        unit="US dollars a due date, most premium",
        source="docs/bank-story.md#insurance",
        low=1_000,
        high=20_000,
    )

    full_auto_share: float = share(
        0.78,
        "auto policies with collision and comprehensive",
        "assumption: most cars are insured in full, old ones not",
    )
    personal_property_share: float = share(
        0.90, "home policies that cover personal property", "assumption: nearly all homes include their contents"
    )
    liability_share: float = share(
        0.90, "home policies that cover liability", "assumption: nearly all homes include liability"
    )
    auto_deductibles: tuple[int, ...] = rule(
        (250, 500, 1_000),
        unit="US dollars, deductibles on offer, cars",
        source="assumption: 500 dollars is the usual deductible",
        low=0,
        high=5_000,
    )
    home_deductibles: tuple[int, ...] = rule(
        (500, 1_000, 2_500),
        unit="US dollars, deductibles on offer, homes",
        source="assumption: 1,000 dollars is the usual deductible",
        low=0,
        high=10_000,
    )
    limits_bodily_injury: tuple[int, ...] = _limits((50_000, 100_000, 250_000), "bodily injury")
    limits_property_damage: tuple[int, ...] = _limits((25_000, 50_000, 100_000), "property damage")
    limits_vehicle: tuple[int, ...] = _limits((20_000, 30_000, 45_000), "collision and comprehensive")
    limits_dwelling: tuple[int, ...] = _limits((220_000, 320_000, 480_000), "dwellings")
    limits_personal_property: tuple[int, ...] = _limits((80_000, 120_000, 200_000), "personal property")
    limits_liability: tuple[int, ...] = _limits((100_000, 300_000, 500_000), "liability")
    limits_death_benefit: tuple[int, ...] = _limits((100_000, 250_000, 500_000), "death benefit")

    claims_bodily_injury: float = _claims(0.9, "bodily injury")
    claims_property_damage: float = _claims(2.4, "property damage")
    claims_collision: float = _claims(4.5, "collision")
    claims_comprehensive: float = _claims(4.1, "comprehensive")
    claims_dwelling: float = _claims(3.6, "dwellings")
    claims_personal_property: float = _claims(0.9, "personal property")
    claims_liability: float = _claims(0.2, "liability")
    least_claim: float = rule(
        1.0, unit="US dollars, least amount claimed", source="docs/bank-story.md#insurance", low=1, high=1_000
    )
    claimed_sigma: float = sigma(0.8, "amounts claimed", _III)
    reported_days: float = rule(
        4.0,
        unit="days, mean time from incident to report",
        source="assumption: most report within days",
        low=0.1,
        high=20,
    )
    most_reported_days: int = days(30, "from incident to report, at most", "docs/bank-story.md#insurance: H54", 0, 30)
    decision_days: float = rule(
        16.0,
        unit="days, mean time from report to decision",
        source="assumption: most claims are settled within weeks",
        low=1,
        high=50,
    )
    most_decision_days: int = days(
        55, "from report to decision, weekends aside", "docs/bank-story.md#insurance: H54", 1, 55
    )
    denied_share: float = share(
        0.10, "claims denied though above the deductible", "assumption: one claim in ten is not covered"
    )
    beneficiaries: Mix = mix(
        "life policies by number of beneficiaries",
        "assumption: a spouse, or a spouse and children",
        **{"1": 0.50, "2": 0.35, "3": 0.12, "4": 0.03},
    )

    split_of_two: tuple[int, ...] = _split((60, 40), "two")
    split_of_three: tuple[int, ...] = _split((50, 25, 25), "three")
    split_of_four: tuple[int, ...] = _split((40, 20, 20, 20), "four")
    generation_years: int = rule(
        28,
        unit="years between the births of a parent and a child",
        source="published: mean age of mothers at birth in the United States (CDC), rounded",
        low=16,
        high=45,
    )

    typical_claims: tuple[int, ...] = rule(
        (9_000, 3_800, 4_600, 1_700, 8_500, 3_000, 12_000),
        unit="US dollars, median claim on bodily injury, property damage, collision, comprehensive, dwelling, personal "
        "property and liability",
        source="assumption: US claim severities, rounded",
        low=1,
        high=1_000_000,
    )
    segment_premiums: tuple[float, ...] = rule(
        (1.0, 1.15, 1.3, 1.7),
        unit="premium in a segment against the median: retail, premium, corporate, private",
        source="assumption: who has more insures more",
        low=0.1,
        high=10,
    )
    beneficiary_relationships: Mix = mix(
        "first beneficiaries",
        "assumption: most name their spouse or a child",
        spouse=0.42,
        child=0.38,
        parent=0.10,
        sibling=0.10,
    )

    def limits(self) -> tuple[tuple[int, ...], ...]:
        """US dollars, the limits on offer of each kind of cover, in the order of `COVERAGE_TYPES`."""
        return (
            self.limits_bodily_injury,
            self.limits_property_damage,
            self.limits_vehicle,
            self.limits_vehicle,
            self.limits_dwelling,
            self.limits_personal_property,
            self.limits_liability,
            self.limits_death_benefit,
        )

    def shares(self) -> tuple[tuple[int, ...], ...]:
        """Percent that each beneficiary gets, by their number from one on."""
        return (_WHOLE,), self.split_of_two, self.split_of_three, self.split_of_four

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for name in ("split_of_two", "split_of_three", "split_of_four"):
            if sum(getattr(self, name)) != _WHOLE:
                yield f"{name} must sum to 100 percent; it sums to {sum(getattr(self, name))}."

    def claim_rates(self) -> tuple[float, ...]:
        """Claims in 100 insured years of each kind of cover, in the order of `COVERAGE_TYPES`; none on a death."""
        return (
            self.claims_bodily_injury,
            self.claims_property_damage,
            self.claims_collision,
            self.claims_comprehensive,
            self.claims_dwelling,
            self.claims_personal_property,
            self.claims_liability,
            0.0,
        )
