"""Use, service and repair of the machines in the clubs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datagen.rules import Mix, rule

_USAGE = "docs/fitness-story.md#machine-use"
_SERVICE = "docs/fitness-story.md#maintenance"
_MANUALS = "makers' service schedules"


def _interval(days: int) -> int:
    return rule(days, unit="days from one preventive service to the next", source=_MANUALS, low=21, high=730)  # type: ignore[no-any-return]


def _repairs(number: float) -> float:
    return rule(number, unit="repairs a year of a new machine", source="practice", low=0.0, high=6.0)  # type: ignore[no-any-return]


def _dollars(low: int, high: int) -> tuple[int, int]:
    return rule((low, high), unit="USD a service, least and most", source="practice", low=1, high=10_000)  # type: ignore[no-any-return]


@dataclass(frozen=True)
class MachineRules:
    """Sessions on machines, and what keeps the machines running."""

    usage_types: Mix = rule(
        Mix.of({"Workout": 0.70, "Warmup": 0.20, "Cooldown": 0.10}), unit="share of sessions", source=_USAGE
    )
    cardio_minutes: int = rule(22, unit="minutes a session takes, rest included", source="practice", low=5, high=120)
    strength_minutes: int = rule(14, unit="minutes a session takes, rest included", source="practice", low=3, high=120)
    sessions_most: int = rule(8, unit="sessions a visit", source="practice", low=1, high=30)
    shortest_minutes: int = rule(4, unit="minutes left for a session below which there is none", source="practice",
                                 low=2, high=60)  # fmt: skip
    rest_share: float = rule(0.2, unit="share of a session's time before it, and after it, that may be rest",
                             source="practice", low=0.0, high=0.4)  # fmt: skip
    settle_minutes: int = rule(9, unit="minutes at most from check-in to a session", source="practice", low=1, high=60)
    leave_minutes: int = rule(14, unit="minutes at most from a session to check-out", source="practice", low=1, high=60)
    settle_part: int = rule(6, unit="settling takes one part in so many of a visit, at most", source="practice", low=2,
                            high=100)  # fmt: skip
    leave_part: int = rule(4, unit="leaving takes one part in so many of a visit, at most", source="practice", low=2,
                           high=100)  # fmt: skip
    note_share: float = rule(0.02, unit="share of sessions with a remark", source="practice", low=0.0, high=1.0)

    treadmill_interval: int = rule(
        75, unit="days from one preventive service to the next", source=f"{_SERVICE}: treadmills 2-3 months",
        low=69, high=83,
    )  # fmt: skip
    drive_interval: int = _interval(91)
    cable_interval: int = _interval(122)
    gear_interval: int = _interval(182)
    inspection_interval: int = rule(183, unit="days from one inspection to the next", source=_MANUALS, low=21, high=730)
    service_delay: int = rule(
        6, unit="days at most that a service is late, weekends aside", source="practice", low=0, high=8
    )

    treadmill_repairs: float = _repairs(0.55)
    drive_repairs: float = _repairs(0.35)
    cable_repairs: float = _repairs(0.18)
    gear_repairs: float = _repairs(0.04)
    repairs_growth: float = rule(0.35, unit="rise of repairs a year of age, of those of a new machine",
                                 source=f"{_SERVICE}: repairs grow with age", low=0.0, high=5.0)  # fmt: skip
    usual_members: float = rule(10.0, unit="members a machine for the usual wear", source=f"{_SERVICE}: ... and use",
                                low=1.0, high=1_000.0)  # fmt: skip
    wear_by_age: float = rule(0.5, unit="share of the usual wear that comes without use", source="practice", low=0.0,
                              high=1.0)  # fmt: skip
    wear: tuple[float, float] = rule(
        (0.5, 2.0), unit="wear against the usual, least and most", source="practice", low=0.0, high=10.0
    )
    out_of_order_days: int = rule(
        20, unit="days at most that a machine has been Out of Order", source="practice", low=1, high=28
    )

    preventive_cost: tuple[int, int] = _dollars(60, 180)
    inspection_cost: tuple[int, int] = _dollars(25, 75)
    repair_cost: tuple[float, float] = rule(
        (0.02, 0.09), unit="share of the purchase price, least and most", source="practice", low=0.001, high=1.0
    )
    cost_step: int = rule(5, unit="cents that costs of services are rounded to", source="practice", low=1, high=100)
    call_out: int = rule(45, unit="USD a repair costs at least", source="practice", low=1, high=1_000)
    technicians: int = rule(4, unit="technicians who serve a club", source="practice", low=1, high=100)

    def problems(self) -> Iterator[str]:
        """Rules at odds with each other."""
        for name in ("preventive_cost", "inspection_cost", "repair_cost", "wear"):
            low, high = getattr(self, name)
            if low > high:
                yield f"{name} must rise; write the least first."
