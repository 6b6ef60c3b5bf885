"""When staff work, and what instructors may teach."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datagen.rules import Mix, rule

_PAGE = "docs/fitness-story.md#shifts"


@dataclass(frozen=True)
class RosterRules:
    """Weekly shifts, absences, leave and certificates."""

    full_time_days: int = rule(5, unit="shifts a week", source="convention: the 40-hour week", low=1, high=6)
    full_time_minutes: int = rule(480, unit="minutes a shift", source="convention: the 40-hour week", low=60, high=600)
    part_time_days: int = rule(
        4, unit="shifts a week", source="assumption: part-time is 24 hours a week", low=1, high=6
    )
    part_time_minutes: int = rule(
        360, unit="minutes a shift", source="assumption: part-time is 24 hours a week", low=60, high=600
    )
    contract_days: int = rule(
        4, unit="shifts a week", source="assumption: contractors work 20 hours a week", low=1, high=6
    )
    contract_minutes: int = rule(
        300, unit="minutes a shift", source="assumption: contractors work 20 hours a week", low=60, high=600
    )
    shift_starts: Mix = rule(
        Mix.of({"Morning": 0.48, "Afternoon": 0.08, "Evening": 0.44}),
        unit="share of staff beyond alternating, by shift",
        source=_PAGE,
    )
    start_minutes: tuple[int, int, int] = rule(
        (345, 690, 855), unit="minute of the day: morning, afternoon, evening", source=_PAGE, low=0, high=1439
    )
    start_spread: int = rule(
        30,
        unit="minutes, deviation of a start at most",
        source="assumption: shifts are moved by up to half an hour to suit people",
        low=0,
        high=120,
    )
    start_step: int = rule(
        15,
        unit="minutes of which deviations are a multiple",
        source="convention: rosters are in quarters of an hour",
        low=1,
        high=60,
    )
    alternating: int = rule(
        4,
        unit="staff of a job at a centre who take the first and the last shift in turn",
        source="assumption: four people cover the day in turn; beyond them shifts follow demand",
        low=0,
        high=100,
    )
    absent_share: float = rule(0.022, unit="share of shifts", source=f"{_PAGE}: Absent", low=0, high=0.5)
    dropped_share: float = rule(0.010, unit="share of shifts", source=f"{_PAGE}: Cancelled", low=0, high=0.5)
    leave_days: tuple[int, int] = rule(
        (7, 90),
        unit="days on leave up to the as-of day",
        source="docs/fitness-story.md#staff: On Leave",
        low=1,
        high=365,
    )
    certificates_each: tuple[int, int] = rule(
        (8, 11),
        unit="certificates an instructor, least and most",
        source="docs/fitness-story.md#certificates",
        low=1,
        high=20,
    )
    renewal_days: tuple[int, int] = rule(
        (18, 45),
        unit="days before expiry, least and most",
        source="docs/fitness-story.md#certificates",
        low=15,
        high=300,
    )
    before_hire_days: int = rule(
        730,
        unit="days, most, between a certificate and the hiring",
        source="docs/fitness-checks.md#h53",
        low=1,
        high=3650,
    )
    held_on_hire: int = rule(
        2,
        unit="certificates an instructor brings along at least",
        source="assumption: who is hired to teach can teach two kinds of class at once",
        low=0,
        high=20,
    )
    gained_share: float = rule(
        0.2,
        unit="share of the other certificates gained after hiring",
        source="docs/fitness-story.md#certificates",
        low=0,
        high=1,
    )
    after_hire_days: tuple[int, int] = rule(
        (30, 929), unit="days from hiring to such a certificate, least and most", source="as gained_share", low=1,
        high=3650,
    )  # fmt: skip

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for name in ("leave_days", "certificates_each", "renewal_days", "after_hire_days"):
            least, most = getattr(self, name)
            if least > most:
                yield f"{name} run from {least} down to {most}."
