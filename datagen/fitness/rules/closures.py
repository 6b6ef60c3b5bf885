"""When clubs are shut or close early, what empties them, and what stops them for hours."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datagen.frozen import dataclass
from datagen.rules import rule

_PAGE = "docs/fitness-story.md#the-calendar"
_WINTER = (5.0, 4.0, 2.0, 0.4, 0.0, 0.0, 0.0, 0.0, 0.0, 0.2, 1.0, 3.0)
_SUMMER = (0.0, 0.0, 0.0, 0.0, 0.3, 2.0, 5.0, 4.0, 1.5, 0.0, 0.0, 0.0)
_HURRICANES = (0.0, 0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 4.0, 6.0, 3.0, 0.3, 0.0)
_THUNDER = (0.2, 0.3, 1.0, 2.0, 3.0, 3.0, 2.5, 2.0, 1.0, 0.6, 0.3, 0.2)
_SNOW_STATES = "AK CO CT DC IA ID IL IN MA MD ME MI MN MO MT ND NE NH NJ NY OH PA RI SD UT VA VT WI WV WY"
_HEAT_STATES = "AZ AR CA LA MS NM NV OK TX UT"
_COAST_STATES = "AL CT DE FL GA LA MA MD MS NC NJ NY RI SC TX VA"


def _a_year(number: float, what: str) -> Any:
    source = "assumption: clubs that weather or the grid stops do so for some hours, a few times in several years"
    return rule(number, unit=f"closures a year of a club for {what}, where it occurs", source=source, low=0, high=12)


def _season(weights: tuple[float, ...], what: str) -> Any:
    source = "published: the season of such weather in the United States (National Weather Service)"
    return rule(weights, unit=f"weight of a month for {what}, January first", source=source, low=0, high=100)


def _states(names: str, what: str) -> Any:
    return rule(
        names,
        unit=f"states with {what}",
        source="published: climate normals by state (National Oceanic and Atmospheric Administration)",
    )


@dataclass(frozen=True)
class ClosureRules:
    """Public holidays, half days, noise from day to day, and hours in which a whole club is closed."""

    major_attendance: float = rule(
        0.62,
        unit="attendance on New Year's Day, Memorial Day, Independence Day and Labor Day against a usual day",
        source=f"{_PAGE}; assumption: families are away",
        low=0,
        high=2,
    )
    minor_attendance: float = rule(
        0.93,
        unit="attendance on the other federal holidays",
        source=f"{_PAGE}; assumption: most people work, schools are closed",
        low=0,
        high=2,
    )
    half_attendance: float = rule(
        0.75, unit="attendance on half days, while the club is open", source=_PAGE, low=0, high=2
    )
    christmas_attendance: float = rule(
        0.22, unit="attendance on 25 December in clubs that never close", source=_PAGE, low=0, high=2
    )
    half_day_minutes: tuple[int, int] = rule(
        (420, 840), unit="minute of the day of opening and closing on half days", source=_PAGE, low=0, high=1439
    )
    half_day_least: int = rule(
        120,
        unit="minutes that a club opens for at least on a half day, else it stays shut",
        source="assumption: nobody opens a club for less",
        low=60,
        high=1_439,
    )
    half_day_earlier: float = rule(
        0.3,
        unit="share of those who would come outside the hours of a half day who come inside them",
        source="assumption: most of those who train in the evening leave it out on Thanksgiving",
        low=0,
        high=1,
    )
    club_day_sigma: float = rule(
        0.055, unit="deviation of a club's attendance from day to day", source=f"{_PAGE}; calibration", low=0, high=0.3
    )
    club_week_sigma: float = rule(
        0.05, unit="deviation of a club's attendance from week to week", source=f"{_PAGE}; calibration", low=0, high=0.3
    )
    chain_day_sigma: float = rule(
        0.03, unit="deviation of the chain's attendance from day to day", source=f"{_PAGE}; calibration", low=0,
        high=0.3,
    )  # fmt: skip

    power_a_year: float = _a_year(0.7, "a power outage")
    snow_a_year: float = _a_year(1.0, "snow")
    heat_a_year: float = _a_year(0.4, "heat")
    hurricane_a_year: float = _a_year(0.3, "a hurricane")
    thunder_a_year: float = _a_year(0.4, "a thunderstorm")
    snow_months: tuple[float, ...] = _season(_WINTER, "snow")
    heat_months: tuple[float, ...] = _season(_SUMMER, "heat")
    hurricane_months: tuple[float, ...] = _season(_HURRICANES, "hurricanes")
    thunder_months: tuple[float, ...] = _season(_THUNDER, "thunderstorms")
    snow_states: str = _states(_SNOW_STATES, "snow that closes roads")
    heat_states: str = _states(_HEAT_STATES, "heat that stops air conditioning")
    hurricane_states: str = _states(_COAST_STATES, "hurricanes")
    stop_minutes: tuple[int, int] = rule(
        (120, 420),
        unit="minutes that a club is closed for weather or power, least and most",
        source="assumption: a storm or a fault of the grid lasts some hours",
        low=60,
        high=1_440,
    )
    leaving_minutes: int = rule(
        6,
        unit="minutes in which those inside leave when a club is stopped",
        source="assumption: a building is cleared within minutes",
        low=1,
        high=30,
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for name in ("half_day_minutes", "stop_minutes"):
            low, high = getattr(self, name)
            if low >= high:
                yield f"{name} run from {low} to {high}; write the lesser first."
        for name in ("snow_months", "heat_months", "hurricane_months", "thunder_months"):
            if not any(getattr(self, name)):
                yield f"{name} are all 0; leave at least one month."
