"""What data is judged by beyond the numbers it was made from: limits of the hard rules, bands of the scorecard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

from datagen.rules import rule

_PAGE = "fitness.md"
_S = "fitness.md, S rules"


def _pair(low: float, high: float, unit: str, source: str) -> Any:
    return rule((low, high), unit=f"{unit}, least and most", source=source, low=0)


@dataclass(frozen=True)
class BandRules:
    """Limits and bands; a band moves along where the rule it is about is changed."""

    members_for_all_tables: int = rule(
        200, unit="members from which on every table has rows", source="source document, Specific Table Volumes", low=1
    )
    members_a_facility: int = rule(
        20, unit="members a facility from which on every table has rows", source="practice", low=1
    )
    months_for_evaluations: int = rule(
        6, unit="months of a window that surely hold a quarter with its evaluations", source=f"{_PAGE}", low=4, high=36
    )
    months_for_pay: int = rule(
        2, unit="months of a window that surely hold a pay period with its pay day", source=f"{_PAGE}", low=1, high=36
    )
    class_formats: int = rule(40, unit="class formats", source=f"{_PAGE}, classtypes", low=1)
    class_size: tuple[int, int] = _pair(8, 30, "people a format", f"{_PAGE}, classtypes")
    validity_months: tuple[int, int] = _pair(12, 36, "months", f"{_PAGE}, instructorcertifications")
    certified_formats: float = rule(
        0.5, unit="share of formats that require a certification, least", source=f"{_PAGE}, classtypes", low=0, high=1
    )
    certifications: tuple[int, int] = _pair(12, 20, "certifications", f"{_PAGE}, instructorcertifications")
    cities_repeat_from: int = rule(
        50, unit="facilities from which on two may share a city", source=f"{_PAGE}, facilities", low=1
    )
    always_open_from: int = rule(
        5, unit="facilities from which on one is open 24/7", source=f"{_PAGE}, facilities", low=1
    )
    opening_minutes: tuple[int, int] = _pair(
        240, 360, "minute of the day of opening", f"{_PAGE}, facilities: 05:00 or close to it"
    )
    closing_minutes: tuple[int, int] = _pair(
        1320, 1439, "minute of the day of closing", f"{_PAGE}, facilities: 23:00 or close to it"
    )
    larger_area: float = rule(
        1.1, unit="times the floor of another from which on an area holds no fewer", source=f"{_PAGE}, facilityareas",
        low=1,
    )  # fmt: skip
    machines: tuple[int, int] = _pair(50, 150, "machines a facility", f"{_PAGE}, equipment: about 100")
    team: int = rule(5, unit="staff a facility that allow a Manager", source=f"{_PAGE}, staff", low=1)
    methods_a_member: int = rule(2, unit="payment methods a member", source=f"{_PAGE}, memberpayments", low=1)
    class_slack_minutes: int = rule(
        15, unit="minutes between a class and its timetable, at most", source=f"{_PAGE}, classinstances", low=0
    )
    treadmill_months: tuple[int, int] = _pair(
        2, 3, "months between services of a treadmill", f"{_PAGE}, equipmentmaintenance"
    )
    week_hours_most: int = rule(60, unit="hours of shifts a week", source=f"{_PAGE} H80", low=1, high=168)
    pay_delay_days: tuple[int, int] = _pair(
        3, 7, "days from the end of a pay period to payment", f"{_PAGE}, staffpayroll"
    )

    methods_tolerance: float = rule(0.02, unit="share of dues, either way", source=f"{_S}: S01", low=0, high=1)
    success_tolerance: float = rule(0.01, unit="share of attempts, either way", source=f"{_S}: S02", low=0, high=1)
    weeks_judged: int = rule(4, unit="weeks of membership from which on a pace is judged", source=f"{_S}: S03", low=1)
    weekly_visits: tuple[float, float] = _pair(2.0, 3.2, "visits a week, median", f"{_S}: S03")
    usual_visits: tuple[float, float] = _pair(2.0, 4.0, "visits a week of most members", f"{_S}: S03")
    usual_share: float = rule(0.5, unit="share of members in usual_visits, least", source=f"{_S}: S03", low=0, high=1)
    morning_peak: tuple[int, int] = _pair(6, 8, "hour of the day", f"{_S}: S04")
    evening_peak: tuple[int, int] = _pair(17, 19, "hour of the day", f"{_S}: S04")
    peak_share: tuple[float, float] = _pair(0.60, 0.75, "share of weekday check-ins", f"{_S}: S04")
    weekend_ratio: tuple[float, float] = _pair(0.40, 0.70, "weekend day against weekday", f"{_S}: S05")
    spring_joins: tuple[float, float] = _pair(1.15, 1.6, "joins against the mean month", f"{_S}: S06")
    december_joins: tuple[float, float] = _pair(0.5, 0.85, "joins against the mean month", f"{_S}: S06")
    student_share: float = rule(0.50, unit="share of spells begun at 16-24, least", source=f"{_S}: S07", low=0, high=1)
    family_share: float = rule(0.30, unit="share of spells begun at 30-50, least", source=f"{_S}: S07", low=0, high=1)
    senior_share: float = rule(0.55, unit="share of spells begun at 65+, least", source=f"{_S}: S07", low=0, high=1)
    active_tolerance: float = rule(0.05, unit="share of members, either way", source=f"{_S}: S08", low=0, high=1)
    fill: tuple[float, float] = _pair(0.55, 0.78, "attended a seat", f"{_S}: S09")
    no_show_tolerance: tuple[float, float] = rule(
        (0.04, 0.05), unit="share of bookings below and above the rule", source=f"{_S}: S09, 6-15 %", low=0, high=1
    )
    waitlists: tuple[float, float] = _pair(0.03, 0.20, "share of classes", f"{_S}: S10")
    visit_minutes: tuple[float, float] = _pair(55.0, 80.0, "minutes a visit", f"{_S}: S11")
    visit_skew: float = rule(0.5, unit="skew of the length of visits, least", source=f"{_S}: S11", low=0)
    heavy_tail: float = rule(5.0, unit="variance by mean of yearly visits, least", source=f"{_S}: S12", low=0)
    cancelled_classes: tuple[float, float] = _pair(0.03, 0.07, "share of classes", f"{_S}: S13")
    substituted_classes: tuple[float, float] = _pair(0.03, 0.07, "share of classes", f"{_S}: S13")
    class_visits: tuple[float, float] = _pair(0.08, 0.35, "share of visits", f"{_S}: S13")
    failure_clusters: float = rule(2.0, unit="P(fail after a failure) by P(fail), least", source=f"{_S}: S15", low=0)
    fives: float = rule(0.40, unit="share of feedback, least", source=f"{_S}: S16", low=0, high=1)
    spells: tuple[float, float] = _pair(1.5, 2.5, "spells a member", f"{_PAGE}, membermemberships: about 2")
    share_tolerance: float = rule(0.02, unit="share of rows, either way", source=f"{_PAGE}, shares", low=0, high=1)
    state_tolerance: float = rule(
        0.04, unit="share of machines or staff, either way", source=f"{_PAGE}, equipment and staff", low=0, high=1
    )
    alert_tolerance: float = rule(0.05, unit="share of members", source=f"{_PAGE}, members: about 70 %", low=0, high=1)
    metro_share: float = rule(0.85, unit="share of members, least", source=f"{_PAGE}, members", low=0, high=1)
    always_open_tolerance: float = rule(
        0.15, unit="share of facilities", source=f"{_PAGE}, facilities: about 1 in 5", low=0, high=1
    )
    refunds: float = rule(0.01, unit="share of payments, most", source=f"{_PAGE}, memberpayments", low=0, high=1)
    free_sessions: float = rule(0.5, unit="share of timetable entries, least", source=f"{_PAGE}: most", low=0, high=1)
    repairs_of_old: float = rule(
        1.0, unit="repairs of older by those of younger machines, least", source=f"{_PAGE}, equipmentmaintenance", low=0
    )

    def problems(self) -> Iterator[str]:
        """Bands whose end lies below their beginning."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple) and value[0] > value[1] and not field.name.endswith("tolerance"):
                yield f"{field.name} must rise; write the least first."
