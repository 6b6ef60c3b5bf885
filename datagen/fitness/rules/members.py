"""Who the members are and when they join."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_PAGE = "docs/fitness-story.md#members"
_SEASON = "docs/fitness-checks.md#s06: spring high, December low"
_PREVALENCE = (
    "published: about as common as among adults of that age who exercise (CDC, National Health Interview Survey)"
)
_CENSUS = "assumption: the population of the United States by age, weighted to those who join clubs: most are under 45"


@dataclass(frozen=True)
class MemberRules:
    """Age, sex, home, household and join date of members."""

    years: int = rule(
        3, unit="years before the as-of day that joins reach back", source="docs/fitness-story.md#time", low=1, high=3
    )
    join_months: tuple[float, ...] = rule(
        (1.42, 1.08, 1.30, 1.30, 1.28, 0.95, 0.85, 0.85, 1.00, 0.90, 0.80, 0.65),
        unit="joins of a month against the mean month, January first", source=_SEASON, low=0.01, high=10.0,
    )  # fmt: skip
    join_weekdays: tuple[float, ...] = rule(
        (1.25, 1.15, 1.10, 1.00, 0.90, 0.95, 0.65),
        unit="joins of a weekday against the mean, Monday first",
        source="assumption: people sign up when they plan their week, and clubs sell little on Sundays",
        low=0.01,
        high=10.0,
    )
    join_days: tuple[float, float, float] = rule(
        (1.45, 1.0, 1.3),
        unit="joins of a day against the mean: on the first three of a month, in between, on its last two",
        source="assumption: offers begin with a month and end with it",
        low=0.01,
        high=10.0,
    )
    growth: float = rule(
        0.03,
        unit="rise of joins a year, of their mean",
        source="published: the trade grew by about 3 % a year in the 2010s (IHRSA)",
        low=-0.5,
        high=0.5,
    )

    contact_change_share: float = rule(
        0.45,
        unit="share of active members whose details changed since joining",
        source="assumption: in a year about one person in seven moves or changes the telephone",
        low=0.0,
        high=1.0,
    )

    desk_hours: tuple[int, int] = rule(
        (7, 21),
        unit="hours of the day between which members' details change",
        source="assumption: the desk is attended for the whole day, and busy in these hours",
        low=0,
        high=24,
    )

    age_from: tuple[int, ...] = rule(
        (16, 18, 25, 35, 45, 55, 65, 75), unit="first age of each band", source=_CENSUS, low=16, high=80
    )
    age_shares: tuple[float, ...] = rule(
        (0.035, 0.175, 0.285, 0.205, 0.135, 0.080, 0.065, 0.020), unit="share of joins by age band",
        source=_CENSUS, low=0.0, high=1.0,
    )  # fmt: skip
    age_least: float = rule(
        0.2, unit="share of the usual members of an age that a club has at least", low=0.01, high=1,
        source="convention: no club is without the old or the young",
    )  # fmt: skip
    ages: tuple[int, int] = rule((16, 80), unit="age at joining, least and most", source=_PAGE, low=16, high=80)
    gender: Mix = rule(
        Mix.of({"F": 0.51, "M": 0.48, "O": 0.01}),
        unit="share of members",
        source="published: about half of the members of clubs in the United States are women (IHRSA)",
    )

    metro_km: float = rule(40.0, unit="km around a club that are its area", source=_PAGE, low=1.0, high=200.0)
    metro_share: float = rule(
        0.93,
        unit="share of members who live in that area, where households always do",
        source=_PAGE,
        low=0.85,
        high=1.0,
    )
    near_km: float = rule(
        9.0,
        unit="km at which half as many join as next door",
        source="assumption: most members live within a quarter of an hour by car",
        low=0.5,
        high=200.0,
    )
    far_km: float = rule(
        200.0,
        unit="km within which the others live",
        source="assumption: commuters, and people who moved but kept the contract",
        low=41.0,
        high=1_000.0,
    )
    opening_rush: float = rule(
        1.0,
        unit="joins of a club on its first day beyond those of later, as a share of them; it fades over rush_days",
        source="assumption: a new club sells twice as much at first",
        low=0.0,
        high=5.0,
    )
    rush_days: int = rule(120, unit="days", source="assumption: four months of opening offers", low=1, high=365)

    household: Mix = rule(
        Mix.of({"none": 0.67, "two": 0.22, "three": 0.08, "four": 0.03}),
        unit="share of runs of four members that hold a household of that size",
        source="assumption: about a fifth of the members share a home with another one",
    )
    couple_share: float = rule(
        0.8,
        unit="share of households of two that are couples, not parent and child",
        source="assumption: couples train together more often than a parent with one grown child",
        low=0.0,
        high=1.0,
    )
    other_sex_share: float = rule(
        0.97,
        unit="share of couples of two sexes",
        source="published: same-sex couples are 1.5 to 2 % of couple households (US Census Bureau); in cities more",
        low=0.0,
        high=1.0,
    )
    partner_years: int = rule(
        4,
        unit="years between partners, at most",
        source="assumption: most partners are a few years apart, and none here more than that",
        low=0,
        high=20,
    )
    parent_ages: tuple[int, int] = rule(
        (40, 58),
        unit="age of a parent whose children are members, least and most",
        source="assumption: parents of children of 16 to 24",
        low=38,
        high=80,
    )
    parent_gap: int = rule(
        22,
        unit="years between parent and child, at least",
        source="assumption: a first child in the twenties",
        low=20,
        high=22,
    )
    couple_age: int = rule(
        20,
        unit="age of who shares a home as a couple, at least",
        source="assumption: couples who share a home are 20 or older",
        low=18,
        high=40,
    )
    oldest_child: int = rule(
        24,
        unit="years, child in a household at most",
        source="assumption: grown children leave home by 24",
        low=16,
        high=40,
    )
    joint_join_share: float = rule(
        0.7,
        unit="share of households who join on one day",
        source="assumption: households mostly sign up at one visit",
        low=0.0,
        high=1.0,
    )
    partner_surname_share: float = rule(
        0.82,
        unit="share of partners of one surname",
        source="published: four of five married women bear their husband's surname (Pew Research Center, 2023)",
        low=0.0,
        high=1.0,
    )
    child_surname_share: float = rule(
        0.95,
        unit="share of children with a parent's surname",
        source="assumption: nearly all children bear a parent's surname",
        low=0.0,
        high=1.0,
    )

    unit_share: float = rule(
        0.15,
        unit="share of members who live in a flat or unit",
        source="assumption: one address in seven has a unit",
        low=0.0,
        high=1.0,
    )
    first_domain_share: float = rule(
        0.7,
        unit="share of e-mails at the first of two domains",
        source="convention: two of the three reserved domains stand for a large and a small provider",
        low=0.0,
        high=1.0,
    )
    contact_years: tuple[int, ...] = rule(
        (28, 25, 3, 1, 0, -2, -24),
        unit="years an emergency contact is older: a parent, partner, sibling, friend or child, equally often",
        source="assumption: parents, partners, siblings, friends and children, at their usual distance in age",
        low=-60,
        high=60,
    )
    contact_surname_share: float = rule(
        0.6,
        unit="share of emergency contacts of the same surname",
        source="assumption: most contacts are of the family",
        low=0.0,
        high=1.0,
    )
    medical_alert_share: float = rule(
        0.3, unit="share of members with a medical alert", source=_PAGE, low=0.0, high=1.0
    )
    alert_growth: float = rule(
        0.021,
        unit="rise of that share a year of age, of the mean",
        source="published: chronic conditions are about twice as common from 65 on as below 40 (CDC)",
        low=0.0,
        high=0.03,
    )
    alerts: Mix = rule(
        Mix.of({"Asthma": 0.22, "Lower back pain": 0.16, "Knee injury": 0.12, "Migraine": 0.10, "Tendinitis": 0.07,
                "High blood pressure": 0.07, "Exercise-induced asthma": 0.06, "Bee sting allergy": 0.05,
                "Peanut allergy": 0.04, "Recovering from shoulder surgery": 0.03, "Type 2 diabetes": 0.03,
                "Type 1 diabetes": 0.02, "Epilepsy": 0.02, "Latex allergy": 0.01}),
        unit="share of alerts below alert_age", source=_PREVALENCE,
    )  # fmt: skip
    later_alerts: Mix = rule(
        Mix.of({"High blood pressure": 0.30, "Arthritis": 0.17, "Type 2 diabetes": 0.13, "Lower back pain": 0.10,
                "Heart condition": 0.07, "Takes blood thinners": 0.06, "Asthma": 0.05, "Knee replacement": 0.05,
                "Osteoporosis": 0.03, "Hip replacement": 0.02, "Balance problems": 0.01, "Pacemaker": 0.01}),
        unit="share of alerts from alert_age on", source=_PREVALENCE,
    )  # fmt: skip
    alert_age: int = rule(
        50,
        unit="age from which alerts are those of later life",
        source="assumption: conditions of later life are common from about 50 on",
        low=16,
        high=80,
    )

    def mean_age(self) -> float:
        """The mean age at joining, in years, about: the middle of each band by its share."""
        edges = (*self.age_from, self.ages[1] + 1)
        middles = [(low + high - 1) / 2 for low, high in pairwise(edges)]
        total = sum(self.age_shares)
        return sum(share * middle for share, middle in zip(self.age_shares, middles, strict=True)) / total

    def problems(self) -> Iterator[str]:
        """Rules at odds with each other."""
        if self.desk_hours[0] >= self.desk_hours[1]:
            yield "desk_hours must rise; write the earlier hour first."
        if self.ages[0] >= self.ages[1]:
            yield "ages must rise; write the least age first."
        if list(self.age_from) != sorted(set(self.age_from)) or self.age_from[0] != self.ages[0]:
            yield "age_from must rise and start with the least of ages."
        if self.age_from[-1] > self.ages[1]:
            yield "age_from must end below the most of ages."
        if sum(self.age_shares) <= 0:
            yield "age_shares must not all be 0."
        if self.parent_ages[0] >= self.parent_ages[1] or self.parent_ages[0] < self.ages[0] + self.parent_gap:
            yield "parent_ages must rise and leave parent_gap years above the least age."
        if self.far_km <= self.metro_km:
            yield "far_km must lie above metro_km."
