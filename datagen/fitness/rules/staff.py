"""Who works in the clubs, since when, and for what pay."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_PAGE = "docs/fitness-story.md#staff"
_DOCUMENT = "docs/fitness-story.md#staff"
_CONTRACTS = "assumption: managers work full-time, those who teach or watch pools mostly not; experts come on contract"

TEAM = (
    "Manager",
    "Group Fitness Instructor",
    "Front Desk",
    "Personal Trainer",
    "Group Fitness Instructor",
    "Lifeguard",
    "Maintenance",
    "Personal Trainer",
    "Front Desk",
    "Group Fitness Instructor",
    "Lifeguard",
    "Personal Trainer",
    "Group Fitness Instructor",
    "Nutritionist",
    "Front Desk",
    "Physical Therapist",
    "Group Fitness Instructor",
    "Lifeguard",
    "Personal Trainer",
    "Front Desk",
    "Maintenance",
    "Group Fitness Instructor",
    "Front Desk",
    "Personal Trainer",
    "Group Fitness Instructor",
)
"""The titles of a club's team in the order in which its positions are filled; larger teams start over. 12 of 25
teach; the first five already hold a manager and three who teach, and the sixth watches the pool."""


def _salary(low: int, high: int) -> Any:
    return rule(
        (low, high), unit="USD a year of full-time work, least and most", source=_DOCUMENT, low=10_000, high=1_000_000
    )


def _contract(full: float, part: float) -> Any:
    mix = Mix.of({"Full-Time": full, "Part-Time": part, "Contract": round(1 - full - part, 2)})
    return rule(mix, unit="share of these staff by employment", source=_CONTRACTS)


@dataclass(frozen=True)
class StaffRules:
    """Pay, employment, status and hiring of staff."""

    status: Mix = rule(
        Mix.of({"Active": 0.85, "On Leave": 0.10, "Terminated": 0.05}), unit="share of staff", source=_PAGE
    )
    founding_team: int = rule(
        6,
        unit="positions of a club filled when it opened",
        source="assumption: a manager, a desk clerk, three who teach and a lifeguard can open a club",
        low=1,
        high=25,
    )
    founding_days: tuple[int, int] = rule(
        (7, 42),
        unit="days before a club's opening that its founding team was hired, least and most",
        source="assumption: who opens a club is trained in the weeks before",
        low=4,
        high=180,
    )
    years: int = rule(
        5, unit="years of service that pay rises with", source="docs/fitness-story.md#time", low=4, high=20
    )
    newest_hire: int = rule(
        14,
        unit="days before the as-of day of the latest hire",
        source="assumption: new staff start at the turn of a fortnight of pay",
        low=7,
        high=365,
    )
    least_service: int = rule(
        120,
        unit="days from hire to termination, at least",
        source="assumption: nobody is dismissed before the first quarter is over",
        low=7,
        high=730,
    )
    hours_a_year: int = rule(2_080, unit="paid hours of a full-time year", source=_PAGE, low=1_000, high=3_000)
    teaching_growth: float = rule(
        0.9, unit="power of a club's size by which those who teach and advise there grow in number",
        source="assumption: classes and hours of training follow the members", low=0.0, high=1.5,
    )  # fmt: skip
    desk_growth: float = rule(
        0.4, unit="power of it by which the desk and maintenance do; managers and lifeguards do not",
        source="assumption: a desk is staffed for its hours first, for its queue second", low=0.0, high=1.5,
    )  # fmt: skip
    catch_up: float = rule(
        0.4, unit="share of a run of 20 that may be on leave or terminated to make up for founding teams",
        source="convention: leaves room for the quotas where founding teams stay", low=0.0, high=1.0,
    )  # fmt: skip
    ages: tuple[int, int] = rule(
        (19, 58),
        unit="age at hire, least and most",
        source="assumption: staff are hired between 19 and 58",
        low=18,
        high=80,
    )
    gender: Mix = rule(
        Mix.of({"F": 0.53, "M": 0.46, "O": 0.01}),
        unit="share of staff",
        source="assumption: about half, and a little more among those who teach",
    )

    personal_trainer_salary: tuple[int, int] = _salary(35_000, 55_000)
    group_fitness_instructor_salary: tuple[int, int] = _salary(25_000, 40_000)
    front_desk_salary: tuple[int, int] = _salary(28_000, 35_000)
    manager_salary: tuple[int, int] = _salary(55_000, 85_000)
    maintenance_salary: tuple[int, int] = _salary(30_000, 45_000)
    lifeguard_salary: tuple[int, int] = _salary(22_000, 32_000)
    nutritionist_salary: tuple[int, int] = _salary(45_000, 65_000)
    physical_therapist_salary: tuple[int, int] = _salary(60_000, 80_000)
    seniority_share: float = rule(
        0.35,
        unit="share of a pay range that comes with years of service",
        source="assumption: a third of a pay range is gained by service, the rest by skill and market",
        low=0.0,
        high=1.0,
    )

    personal_trainer_employment: Mix = _contract(0.50, 0.35)
    group_fitness_instructor_employment: Mix = _contract(0.35, 0.50)
    front_desk_employment: Mix = _contract(0.45, 0.55)
    manager_employment: Mix = _contract(1.00, 0.00)
    maintenance_employment: Mix = _contract(0.75, 0.15)
    lifeguard_employment: Mix = _contract(0.45, 0.55)
    nutritionist_employment: Mix = _contract(0.35, 0.40)
    physical_therapist_employment: Mix = _contract(0.45, 0.30)

    def problems(self) -> Iterator[str]:
        """Rules at odds with each other."""
        for title in dict.fromkeys(TEAM):
            low, high = self.salary(title)
            if low > high:
                yield f"{_name(title)}_salary must rise; write the least salary first."
        if self.founding_days[0] > self.founding_days[1]:
            yield "founding_days must rise; write the least number first."
        if self.ages[0] >= self.ages[1]:
            yield "ages must rise; write the least age first."

    def salary(self, title: str) -> tuple[int, int]:
        """The salary range of a job title, USD a year."""
        return {
            "Personal Trainer": self.personal_trainer_salary,
            "Group Fitness Instructor": self.group_fitness_instructor_salary,
            "Front Desk": self.front_desk_salary,
            "Manager": self.manager_salary,
            "Maintenance": self.maintenance_salary,
            "Lifeguard": self.lifeguard_salary,
            "Nutritionist": self.nutritionist_salary,
            "Physical Therapist": self.physical_therapist_salary,
        }[title]

    def employment(self, title: str) -> Mix:
        """The kinds of employment of a job title."""
        return {
            "Personal Trainer": self.personal_trainer_employment,
            "Group Fitness Instructor": self.group_fitness_instructor_employment,
            "Front Desk": self.front_desk_employment,
            "Manager": self.manager_employment,
            "Maintenance": self.maintenance_employment,
            "Lifeguard": self.lifeguard_employment,
            "Nutritionist": self.nutritionist_employment,
            "Physical Therapist": self.physical_therapist_employment,
        }[title]


def _name(title: str) -> str:
    return title.lower().replace(" ", "_")
