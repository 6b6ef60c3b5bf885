"""Use, service and repair of the machines in the clubs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_USAGE = "docs/fitness-story.md#machine-use"
_SERVICE = "docs/fitness-story.md#maintenance"
_MANUALS = "assumption: makers ask for service every three to six months, the more moving parts the sooner"


def _interval(days: int) -> Any:
    return rule(days, unit="days from one preventive service to the next", source=_MANUALS, low=21, high=730)


def _repairs(number: float) -> Any:
    return rule(
        number,
        unit="repairs a year of a new machine",
        source="assumption: what moves and bears weight breaks most",
        low=0.0,
        high=6.0,
    )


def _dollars(low: int, high: int) -> Any:
    return rule(
        (low, high),
        unit="USD a service, least and most",
        source="assumption: half an hour to two hours of a technician",
        low=1,
        high=10_000,
    )


@dataclass(frozen=True)
class MachineRules:
    """Sessions on machines, and what keeps the machines running."""

    usage_types: Mix = rule(
        Mix.of({"Workout": 0.70, "Warmup": 0.20, "Cooldown": 0.10}), unit="share of sessions", source=_USAGE
    )
    warmup_part: float = rule(
        0.62, unit="length of a warm-up or a cool-down, of a workout's",
        source="assumption: eight to ten minutes are enough to get warm", low=0.2, high=1,
    )  # fmt: skip
    cardio_minutes: int = rule(
        22,
        unit="minutes a session takes, rest included",
        source="assumption: a run or ride of about twenty minutes, set up and wiped down",
        low=5,
        high=120,
    )
    strength_minutes: int = rule(
        14,
        unit="minutes a session takes, rest included",
        source="assumption: three or four sets with rests",
        low=3,
        high=120,
    )
    sessions_most: int = rule(
        8, unit="sessions a visit", source="assumption: nobody does more than eight machines a visit", low=1, high=30
    )
    shortest_minutes: int = rule(
        4,
        unit="minutes left for a session below which there is none",
        source="assumption: less is trying a machine out",
        low=2,
        high=60,
    )
    rest_share: float = rule(
        0.2,
        unit="share of a session's time before it, and after it, that may be rest",
        source="assumption: rests take up to two fifths of the time on machines",
        low=0.0,
        high=0.4,
    )
    settle_minutes: int = rule(
        9, unit="minutes at most from check-in to a session", source="assumption: changing clothes", low=1, high=60
    )
    leave_minutes: int = rule(
        14, unit="minutes at most from a session to check-out", source="assumption: a shower", low=1, high=60
    )
    settle_part: int = rule(
        6,
        unit="settling takes one part in so many of a visit, at most",
        source="convention: in short visits changing clothes is short",
        low=2,
        high=100,
    )
    leave_part: int = rule(
        4,
        unit="leaving takes one part in so many of a visit, at most",
        source="convention: in short visits the shower is short",
        low=2,
        high=100,
    )
    liking_sigma: float = rule(
        0.35, unit="log deviation of how much the machines of a kind are liked",
        source="assumption: place, make and state of a machine move its use by a third", low=0.0, high=1.5,
    )  # fmt: skip
    kind_sigma: float = rule(
        0.40, unit="log deviation of how much kinds of machines are liked",
        source="assumption: some kinds are used half as much again as others", low=0.0, high=1.5,
    )  # fmt: skip
    liking_decline: float = rule(
        0.06, unit="fall of the liking a year of age, of that of a new machine",
        source="assumption: people prefer the newer of two machines", low=0.0, high=0.5,
    )  # fmt: skip
    least_liking: float = rule(
        0.5, unit="liking of the oldest machine against a new one, at least",
        source="convention: bounds liking_decline", low=0.05, high=1.0,
    )  # fmt: skip
    note_share: float = rule(
        0.02,
        unit="share of sessions with a remark",
        source="assumption: one session in fifty is remarked upon",
        low=0.0,
        high=1.0,
    )

    treadmill_interval: int = rule(
        75, unit="days from one preventive service to the next", source=f"{_SERVICE}: treadmills 2-3 months",
        low=69, high=83,
    )  # fmt: skip
    drive_interval: int = _interval(91)
    cable_interval: int = _interval(122)
    gear_interval: int = _interval(182)
    inspection_interval: int = rule(
        183,
        unit="days from one inspection to the next",
        source="assumption: insurers ask for an inspection twice a year",
        low=21,
        high=730,
    )
    service_delay: int = rule(
        6,
        unit="days at most that a service is late, weekends aside",
        source="assumption: technicians come within a week of the day planned",
        low=0,
        high=8,
    )

    treadmill_repairs: float = _repairs(0.55)
    drive_repairs: float = _repairs(0.35)
    cable_repairs: float = _repairs(0.18)
    gear_repairs: float = _repairs(0.04)
    repairs_growth: float = rule(0.35, unit="rise of repairs a year of age, of those of a new machine",
                                 source=f"{_SERVICE}: repairs grow with age", low=0.0, high=5.0)  # fmt: skip
    usual_members: float = rule(10.0, unit="members a machine for the usual wear", source=f"{_SERVICE}: ... and use",
                                low=1.0, high=1_000.0)  # fmt: skip
    wear_by_age: float = rule(
        0.5,
        unit="share of the usual repairs that come without use",
        source="assumption: half of the faults come with age, half with use",
        low=0.0,
        high=1.0,
    )
    most_use: float = rule(
        4.0,
        unit="use against the usual, at most",
        source="convention: bounds what the wear of the most liked machine of a full club comes to",
        low=1.0,
        high=20.0,
    )
    treadmill_counter: int = rule(
        17,
        unit="km a day in the usual use",
        source="follows: two hours of recorded use a day at eight to nine km an hour",
        low=0,
        high=400,
    )
    drive_counter: int = rule(
        1, unit="hours a day in the usual use", source="follows: the hours of recorded use", low=0, high=24
    )
    out_of_order_days: int = rule(
        20,
        unit="days at most that a machine has been Out of Order",
        source="assumption: parts take up to three weeks",
        low=1,
        high=28,
    )

    preventive_cost: tuple[int, int] = _dollars(60, 180)
    inspection_cost: tuple[int, int] = _dollars(25, 75)
    repair_cost: tuple[float, float] = rule(
        (0.02, 0.09),
        unit="share of the purchase price, least and most",
        source="assumption: a repair costs a few per cent of the machine",
        low=0.001,
        high=1.0,
    )
    cost_step: int = rule(
        5,
        unit="cents that costs of services are rounded to",
        source="convention: invoices are in steps of five cents",
        low=1,
        high=100,
    )
    call_out: int = rule(
        45,
        unit="USD a repair costs at least",
        source="assumption: a technician is not sent for less",
        low=1,
        high=1_000,
    )
    technicians: int = rule(
        4,
        unit="technicians who serve a club",
        source="assumption: a club deals with a few people of its service partners",
        low=1,
        high=100,
    )
    first_technician: float = rule(
        0.45,
        unit="share of services that go to a club's first technician, of the others to the second, and so on",
        source="assumption: one person knows the club, the others stand in",
        low=0.0,
        high=1.0,
    )

    @property
    def intervals(self) -> dict[str, int]:
        """Days between preventive services, by family of machines."""
        return {
            "treadmill": self.treadmill_interval,
            "drive": self.drive_interval,
            "cable": self.cable_interval,
            "gear": self.gear_interval,
        }

    @property
    def repairs(self) -> dict[str, float]:
        """Repairs a year of a machine of a club of the usual size, by family of machines."""
        return {
            "treadmill": self.treadmill_repairs,
            "drive": self.drive_repairs,
            "cable": self.cable_repairs,
            "gear": self.gear_repairs,
        }

    @property
    def counters(self) -> dict[str, int]:
        """What consoles count a day in the usual use, by family of machines that have one."""
        return {"treadmill": self.treadmill_counter, "drive": self.drive_counter}

    def problems(self) -> Iterator[str]:
        """Rules at odds with each other."""
        for name in ("preventive_cost", "inspection_cost", "repair_cost"):
            low, high = getattr(self, name)
            if low > high:
                yield f"{name} must rise; write the least first."
