"""Clubs: opening hours, rooms and their sizes, and the machines in them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_PAGE = "docs/fitness-story.md#facilities"
_AREAS = "docs/fitness-story.md#areas"
_SPACE = (
    "assumption: floor an exerciser needs, circulation included; planners count 40 to 60 square feet a person in gyms"
)
_DEMAND = "assumption: what is occupied at the peak if members come two to three times a week for an hour"
_EQUIPMENT = "docs/fitness-story.md#equipment"


def _space(feet: float) -> Any:
    return rule(feet, unit="square feet a person", source=_SPACE, low=5.0, high=500.0)


def _places(count: float) -> Any:
    return rule(count, unit="persons at once for 1,000 members of the club", source=_DEMAND, low=1.0, high=2_000.0)


def _floor(count: int) -> Any:
    return rule(count, unit="persons, however small the club", source=_DEMAND, low=1, high=2_000)


def _share(share: float) -> Any:
    return rule(
        share,
        unit="share of clubs",
        source="assumption: a full-service chain; pools and courts need the most space",
        low=0.0,
        high=1.0,
    )


@dataclass(frozen=True)
class FacilityRules:
    """Where clubs stand, when they open, which rooms they have and for how many people."""

    always_open_share: float = rule(0.2, unit="share of clubs open 24/7", source=_PAGE, low=0.0, high=1.0)
    opening: Mix = rule(
        Mix.of({"05:00": 0.50, "05:30": 0.20, "04:30": 0.15, "06:00": 0.10, "04:00": 0.05}),
        unit="share of the other clubs by opening",
        source=_PAGE,
    )
    closing: Mix = rule(
        Mix.of({"23:00": 0.50, "22:00": 0.20, "22:30": 0.20, "23:30": 0.10}),
        unit="share of the other clubs by closing",
        source=_PAGE,
    )
    young_share: float = rule(
        0.3,
        unit="share of clubs beyond the first that opened in the last young_years",
        source=f"{_PAGE}: a chain that grows by about a tenth a year",
        low=0.0,
        high=1.0,
    )
    young_years: tuple[float, float] = rule(
        (0.75, 3.0),
        unit="years before the as-of day that those opened, least and most",
        source=f"{_PAGE}: memberships reach back 3 years",
        low=0.5,
        high=3.0,
    )
    old_years: tuple[float, float] = rule(
        (3.1, 4.8),
        unit="years before the as-of day that the others opened, least and most",
        source=f"{_PAGE}: before the memberships, and not before the machines",
        low=3.05,
        high=19.8,
    )
    fitting_days: int = rule(
        60,
        unit="days from the first machine that is bought for a club to its opening",
        source="assumption: two months from the lease to the first member",
        low=14,
        high=180,
    )
    smallest_club: int = rule(
        500,
        unit="members the smallest design of a club is meant for; larger designs double it",
        source="assumption: below some 500 members a club with a pool and studios does not pay",
        low=50,
        high=100_000,
    )
    city_power: int = rule(
        2,
        unit="power of a city's number of ZIP codes by which it draws clubs",
        source="assumption: large cities first; people by ZIP code grow with the number of ZIP codes",
        low=0,
        high=3,
    )
    size_spread: float = rule(
        0.08,
        unit="a club's deviation from the design, at most",
        source="assumption: buildings differ, plans are shared",
        low=0.0,
        high=0.5,
    )

    cardio_space: float = _space(48.0)
    strength_space: float = _space(52.0)
    studio_space: float = _space(40.0)
    yoga_space: float = _space(38.0)
    spin_space: float = _space(30.0)
    pool_space: float = _space(60.0)
    court_space: float = _space(180.0)
    locker_room_space: float = _space(18.0)
    reception_space: float = _space(25.0)
    cafe_space: float = _space(15.0)
    child_care_space: float = _space(35.0)

    cardio_places: float = _places(105.0)
    strength_places: float = _places(95.0)
    studio_places: float = _places(40.0)
    yoga_places: float = _places(32.0)
    spin_places: float = _places(30.0)
    pool_places: float = _places(48.0)
    court_places: float = _places(28.0)
    locker_room_places: float = _places(70.0)
    reception_places: float = _places(30.0)
    cafe_places: float = _places(24.0)
    child_care_places: float = _places(16.0)

    cardio_least: int = _floor(50)
    strength_least: int = _floor(45)
    studio_least: int = _floor(28)
    yoga_least: int = _floor(24)
    spin_least: int = _floor(24)
    pool_least: int = _floor(30)
    court_least: int = _floor(24)
    locker_room_least: int = _floor(30)
    reception_least: int = _floor(15)
    cafe_least: int = _floor(12)
    child_care_least: int = _floor(10)

    yoga_share: float = _share(0.95)
    spin_share: float = _share(0.95)
    pool_share: float = _share(0.90)
    court_share: float = _share(0.50)
    second_studio_share: float = _share(0.35)
    cafe_share: float = _share(0.45)
    child_care_share: float = _share(0.40)
    floor_step: int = rule(
        10,
        unit="square feet that floors are rounded up to",
        source="convention: floors are stated in round numbers",
        low=1,
        high=1_000,
    )
    areas: tuple[int, int] = rule((6, 10), unit="areas of a club, least and most", source=_AREAS, low=6, high=10)

    @property
    def spaces(self) -> dict[str, float]:
        """Square feet a person has in an area, by its type."""
        return {
            "Cardio": self.cardio_space,
            "Strength": self.strength_space,
            "Studio": self.studio_space,
            "Yoga": self.yoga_space,
            "Spin": self.spin_space,
            "Pool": self.pool_space,
            "Court": self.court_space,
            "Locker Room": self.locker_room_space,
            "Reception": self.reception_space,
            "Cafe": self.cafe_space,
            "Child Care": self.child_care_space,
        }

    @property
    def places(self) -> dict[str, float]:
        """Persons that an area of a club of 1,000 members is designed for, by its type."""
        return {
            "Cardio": self.cardio_places,
            "Strength": self.strength_places,
            "Studio": self.studio_places,
            "Yoga": self.yoga_places,
            "Spin": self.spin_places,
            "Pool": self.pool_places,
            "Court": self.court_places,
            "Locker Room": self.locker_room_places,
            "Reception": self.reception_places,
            "Cafe": self.cafe_places,
            "Child Care": self.child_care_places,
        }

    @property
    def least_places(self) -> dict[str, int]:
        """Persons that an area is designed for at least, by its type."""
        return {
            "Cardio": self.cardio_least,
            "Strength": self.strength_least,
            "Studio": self.studio_least,
            "Yoga": self.yoga_least,
            "Spin": self.spin_least,
            "Pool": self.pool_least,
            "Court": self.court_least,
            "Locker Room": self.locker_room_least,
            "Reception": self.reception_least,
            "Cafe": self.cafe_least,
            "Child Care": self.child_care_least,
        }

    def problems(self) -> Iterator[str]:
        """Rules at odds with each other."""
        if self.areas[0] > self.areas[1]:
            yield "areas must rise; write the least number first."
        for name in ("young_years", "old_years"):
            least, longest = getattr(self, name)
            if least > longest:
                yield f"{name} must rise; write the least number first."
        for name, mix in (("opening", self.opening), ("closing", self.closing)):
            for time in mix.names:
                hours, _, minutes = time.partition(":")
                if not (hours.isdigit() and minutes.isdigit() and int(hours) < 24 and int(minutes) < 60):
                    yield f"{name} names the time '{time}'; write it as HH:MM."


@dataclass(frozen=True)
class EquipmentRules:
    """How machines age: when they were bought, at what price, for how long under warranty, in which state."""

    status: Mix = rule(
        Mix.of({"Active": 0.85, "Maintenance": 0.10, "Out of Order": 0.05}), unit="share of machines", source=_EQUIPMENT
    )
    years: int = rule(5, unit="years before the as-of day that purchases reach back", source=_EQUIPMENT, low=4, high=20)
    founding_share: float = rule(
        0.65,
        unit="share of a line of machines bought when the club was fitted out",
        source="assumption: most of a floor is bought at the opening, a third is added or replaced later",
        low=0.1,
        high=1.0,
    )
    fitted_days: int = rule(
        7,
        unit="days before a club's opening by which its founding machines were bought",
        source="assumption: what comes later is not there on the first day",
        low=1,
        high=13,
    )
    price_spread: float = rule(
        0.12,
        unit="deviation from the usual price, at most",
        source="assumption: list prices of a kind of machine differ by about a tenth between models and rebates",
        low=0.0,
        high=0.9,
    )
    price_step: int = rule(
        5, unit="USD that prices are rounded to", source="convention: prices of machines are round", low=1, high=100
    )
