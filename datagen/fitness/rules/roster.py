"""When staff work, and what instructors may teach."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.frozen import dataclass
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
    rota_changes: tuple[float, float, float] = rule(
        (0.45, 0.15, 0.03), unit="share of staff whose rota changes in a quarter: others, who teach, lifeguards",
        source="assumption: rotas are new each quarter; classes hold those who teach, a pool its guards", low=0, high=1,
    )  # fmt: skip
    swapped_share: float = rule(
        0.5, unit="share of rotas with late shifts for early ones, and early for late ones",
        source="assumption: half of those who change ask for other hours", low=0, high=1,
    )  # fmt: skip
    least_shift: float = rule(
        0.5, unit="share of a shift that must fall into the hours of a half day",
        source="assumption: nobody comes in for less than half a shift", low=0.1, high=1,
    )  # fmt: skip
    holiday_staffing: float = rule(
        0.4, unit="share of shifts on 25 December in clubs that never close",
        source=f"{_PAGE}: thinly staffed", low=0, high=1,
    )  # fmt: skip
    night_from: int = rule(
        3, unit="staff of the desk who work by day before any works by night, in clubs that never close",
        source="assumption: three cover the day", low=0, high=100,
    )  # fmt: skip
    night_staff: int = rule(
        2, unit="staff of the desk of such a club who work by night",
        source="follows: two of five nights a week cover the seven", low=0, high=10,
    )  # fmt: skip
    certificates_each: Mix = rule(
        Mix.of({"1": 0.13, "2": 0.35, "3": 0.33, "4": 0.19}),
        unit="share of instructors by number of certificates",
        source="docs/fitness-story.md#certificates",
    )
    renewal_days: tuple[int, int] = rule(
        (18, 45),
        unit="days before expiry, least and most",
        source="docs/fitness-story.md#certificates",
        low=15,
        high=300,
    )
    before_hire_days: int = rule(
        365,
        unit="days, most, between the last certificate held on hiring and that day",
        source="docs/fitness-checks.md#h53",
        low=1,
        high=3650,
    )
    held_on_hire: int = rule(
        2,
        unit="certificates an instructor brings along, if so many are held",
        source="assumption: who is hired to teach can teach two kinds of class at once",
        low=1,
        high=20,
    )
    certificate_gap: tuple[int, int] = rule(
        (90, 400),
        unit="days from one certificate to the next, least and most",
        source="assumption: one course a year, about",
        low=1,
        high=3650,
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for name in ("renewal_days", "certificate_gap"):
            least, most = getattr(self, name)
            if least > most:
                yield f"{name} run from {least} down to {most}."
        if not all(name.isdigit() and int(name) for name in self.certificates_each.names):
            yield "certificates_each is named by numbers from 1 on."
