"""What data is judged by beyond the numbers it was made from: limits of the hard rules, bands of the scorecard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from typing import Any

from datagen.frozen import dataclass
from datagen.rules import rule

_STORY = "docs/fitness-story.md"
_CHECKS = "docs/fitness-checks.md"


def _pair(low: float, high: float, unit: str, source: str) -> Any:
    return rule((low, high), unit=f"{unit}, least and most", source=source, low=0)


@dataclass(frozen=True)
class BandRules:
    """Limits and bands; a band moves along where the rule it is about is changed."""

    members_for_all_tables: int = rule(
        200, unit="members from which on every table has rows", source=f"{_CHECKS}#k30", low=1
    )
    members_a_facility: int = rule(
        20,
        unit="members a facility from which on every table has rows",
        source="convention: fewer members give a club no class with feedback in a short window",
        low=1,
    )
    months_for_evaluations: int = rule(
        6,
        unit="months of a window that surely hold a quarter with its evaluations",
        source=f"{_STORY}#evaluation",
        low=4,
        high=36,
    )
    months_for_pay: int = rule(
        2,
        unit="months of a window that surely hold a pay period with its pay day",
        source=f"{_STORY}#pay",
        low=1,
        high=36,
    )
    class_formats: int = rule(40, unit="class formats", source=f"{_STORY}#class-formats", low=1)
    class_size: tuple[int, int] = _pair(8, 30, "people a format", f"{_STORY}#class-formats")
    validity_months: tuple[int, int] = _pair(12, 36, "months", f"{_STORY}#certificates")
    certified_formats: float = rule(
        0.5,
        unit="share of formats that require a certification, least",
        source=f"{_STORY}#class-formats",
        low=0,
        high=1,
    )
    certifications: tuple[int, int] = _pair(12, 20, "certifications", f"{_STORY}#certificates")
    cities_repeat_from: int = rule(
        50, unit="facilities from which on two may share a city", source=f"{_STORY}#facilities", low=1
    )
    always_open_from: int = rule(
        5, unit="facilities from which on one is open 24/7", source=f"{_STORY}#facilities", low=1
    )
    opening_minutes: tuple[int, int] = _pair(
        240, 360, "minute of the day of opening", f"{_STORY}#facilities: 05:00 or close to it"
    )
    closing_minutes: tuple[int, int] = _pair(
        1320, 1439, "minute of the day of closing", f"{_STORY}#facilities: 23:00 or close to it"
    )
    larger_area: float = rule(
        1.1, unit="times the floor of another from which on an area holds no fewer", source=f"{_STORY}#areas",
        low=1,
    )  # fmt: skip
    machines: tuple[int, int] = _pair(50, 150, "machines a facility", f"{_STORY}#equipment: about 100")
    team: int = rule(5, unit="staff a facility that allow a Manager", source=f"{_STORY}#staff", low=1)
    methods_a_member: int = rule(2, unit="payment methods a member", source=f"{_STORY}#payments", low=1)
    class_slack_minutes: int = rule(
        15, unit="minutes between a class and its timetable, at most", source=f"{_STORY}#classes", low=0
    )
    treadmill_months: tuple[int, int] = _pair(2, 3, "months between services of a treadmill", f"{_STORY}#maintenance")
    week_hours_most: int = rule(60, unit="hours of shifts a week", source=f"{_CHECKS}#h80e", low=1, high=168)
    pay_delay_days: tuple[int, int] = _pair(3, 7, "days from the end of a pay period to payment", f"{_STORY}#pay")

    methods_tolerance: float = rule(0.02, unit="share of dues, either way", source=f"{_CHECKS}#s01", low=0, high=1)
    success_tolerance: float = rule(0.01, unit="share of attempts, either way", source=f"{_CHECKS}#s02", low=0, high=1)
    weeks_judged: int = rule(
        4, unit="weeks of membership from which on a pace is judged", source=f"{_CHECKS}#s03", low=1
    )
    weekly_visits: tuple[float, float] = _pair(2.0, 3.2, "visits a week, median", f"{_CHECKS}#s03")
    usual_visits: tuple[float, float] = _pair(2.0, 4.0, "visits a week of most members", f"{_CHECKS}#s03")
    usual_share: float = rule(
        0.5, unit="share of members in usual_visits, least", source=f"{_CHECKS}#s03", low=0, high=1
    )
    morning_peak: tuple[int, int] = _pair(6, 8, "hour of the day", f"{_CHECKS}#s04")
    evening_peak: tuple[int, int] = _pair(17, 19, "hour of the day", f"{_CHECKS}#s04")
    peak_share: tuple[float, float] = _pair(0.60, 0.75, "share of weekday check-ins", f"{_CHECKS}#s04")
    weekend_ratio: tuple[float, float] = _pair(0.40, 0.70, "weekend day against weekday", f"{_CHECKS}#s05")
    spring_joins: tuple[float, float] = _pair(1.15, 1.6, "joins against the mean month", f"{_CHECKS}#s06")
    december_joins: tuple[float, float] = _pair(0.5, 0.85, "joins against the mean month", f"{_CHECKS}#s06")
    student_share: float = rule(
        0.50, unit="share of spells begun at 16-24, least", source=f"{_CHECKS}#s07", low=0, high=1
    )
    family_share: float = rule(
        0.30, unit="share of spells begun at 30-50, least", source=f"{_CHECKS}#s07", low=0, high=1
    )
    senior_share: float = rule(0.55, unit="share of spells begun at 65+, least", source=f"{_CHECKS}#s07", low=0, high=1)
    new_tenure: int = rule(
        30, unit="days of membership below which a member is new", source=f"{_STORY}#memberships", low=1, high=365
    )
    long_tenure: int = rule(
        365, unit="days of membership from which on it is long", source=f"{_STORY}#memberships", low=2, high=1_095
    )
    new_active: float = rule(0.90, unit="share of new members", source=f"{_STORY}#memberships", low=0, high=1)
    recent_active: float = rule(0.80, unit="share of the others", source=f"{_STORY}#memberships", low=0, high=1)
    long_active: float = rule(0.70, unit="share of long members", source=f"{_STORY}#memberships", low=0, high=1)
    active_tolerance: float = rule(0.05, unit="share of members, either way", source=f"{_CHECKS}#s08", low=0, high=1)
    fill: tuple[float, float] = _pair(0.55, 0.78, "attended a seat", f"{_CHECKS}#s09")
    no_show_tolerance: tuple[float, float] = rule(
        (0.04, 0.05), unit="share of bookings below and above the rule", source=f"{_CHECKS}#s09: 6-15 %", low=0, high=1
    )
    waitlists: tuple[float, float] = _pair(0.03, 0.20, "share of classes", f"{_CHECKS}#s10")
    visit_minutes: tuple[float, float] = _pair(55.0, 80.0, "minutes a visit", f"{_CHECKS}#s11")
    visit_skew: float = rule(0.5, unit="skew of the length of visits, least", source=f"{_CHECKS}#s11", low=0)
    heavy_tail: float = rule(5.0, unit="variance by mean of yearly visits, least", source=f"{_CHECKS}#s12", low=0)
    cancelled_classes: tuple[float, float] = _pair(0.03, 0.07, "share of classes", f"{_CHECKS}#s13")
    substituted_classes: tuple[float, float] = _pair(0.03, 0.07, "share of classes", f"{_CHECKS}#s13")
    class_visits: tuple[float, float] = _pair(0.08, 0.35, "share of visits", f"{_CHECKS}#s13")
    failure_clusters: float = rule(
        2.0, unit="P(fail after a failure) by P(fail), least", source=f"{_CHECKS}#s15", low=0
    )
    fives: float = rule(0.40, unit="share of feedback, least", source=f"{_CHECKS}#s16", low=0, high=1)
    spells: tuple[float, float] = _pair(1.5, 2.5, "spells a member", f"{_STORY}#memberships: about 2")
    share_tolerance: float = rule(0.02, unit="share of rows, either way", source=f"{_STORY}#calibration", low=0, high=1)
    state_tolerance: float = rule(
        0.04, unit="share of machines or staff, either way", source=f"{_CHECKS}#s20, #s21", low=0, high=1
    )
    alert_tolerance: float = rule(0.05, unit="share of members", source=f"{_STORY}#members: about 70 %", low=0, high=1)
    metro_share: float = rule(0.85, unit="share of members, least", source=f"{_STORY}#members", low=0, high=1)
    always_open_tolerance: float = rule(
        0.15, unit="share of facilities", source=f"{_STORY}#facilities: about 1 in 5", low=0, high=1
    )
    refunds: float = rule(0.01, unit="share of payments, most", source=f"{_STORY}#payments", low=0, high=1)
    free_sessions: float = rule(
        0.5, unit="share of timetable entries, least", source=f"{_STORY}#classes: most", low=0, high=1
    )
    repairs_of_old: float = rule(
        1.0, unit="repairs of older by those of younger machines, least", source=f"{_STORY}#maintenance", low=0
    )
    machine_dispersion: float = rule(
        2.0, unit="variance by mean of the sessions on an area's machines, least", source=f"{_STORY}#machine-use", low=0
    )
    machines_in_turn: float = rule(
        0.25, unit="share of sessions on the machine that follows, most", source=f"{_STORY}#machine-use", low=0, high=1
    )
    repairs_of_busy: float = rule(
        1.0, unit="repairs of busier by those of quieter machines, least", source=f"{_STORY}#maintenance", low=0
    )
    different_descriptions: float = rule(
        0.4, unit="share of different descriptions of services, least", source=f"{_STORY}#maintenance", low=0, high=1
    )
    commonest_description: float = rule(
        0.02, unit="share of the commonest description, most", source=f"{_STORY}#maintenance", low=0, high=1
    )
    busiest_technician: float = rule(
        1.3, unit="services of the busiest technician by an equal share, least", source=f"{_STORY}#maintenance", low=1
    )
    rating_signal: float = rule(
        1.4, unit="variance of ratings between people by that within, least", source=f"{_STORY}#evaluation", low=0
    )
    score_persistence: float = rule(
        0.25, unit="correlation of scores from quarter to quarter, least", source=f"{_STORY}#evaluation", low=0, high=1
    )
    commonest_remark: float = rule(
        0.04, unit="share of the commonest remark, most", source=f"{_STORY}#evaluation", low=0, high=1
    )
    deduction_spread: float = rule(
        0.003, unit="deviation of deductions by gross within a person, least", source=f"{_STORY}#pay", low=0, high=1
    )
    deduction_growth: float = rule(
        0.2, unit="correlation of deductions by gross with pay, least", source=f"{_STORY}#pay", low=0, high=1
    )
    odd_tolerance: float = rule(0.08, unit="share of odd numbers, either way", source=f"{_STORY}#ids", low=0, high=0.5)

    term_departures: tuple[float, float] = _pair(0.4, 1.0, "share of annual departures", f"{_CHECKS}#s31")
    back_again: tuple[float, float] = _pair(0.0, 0.5, "share of those who left at a term's end", f"{_CHECKS}#s31")
    family_homes: float = rule(0.3, unit="share of homes of two payers, most", source=f"{_CHECKS}#s32", low=0, high=1)
    two_families: float = rule(
        0.02, unit="share of homes with a Family plan, most", source=f"{_CHECKS}#s32", low=0, high=1
    )
    failures_now: tuple[float, float] = _pair(0.75, 1.3, "failed dues now against before", f"{_CHECKS}#s33")
    freezes_begun: tuple[float, float] = _pair(0.6, 1.6, "freezes begun now against before", f"{_CHECKS}#s33")
    freezes_running: tuple[float, float] = _pair(0.5, 2.0, "freezes now against before", f"{_CHECKS}#s33")
    alerts_by_age: tuple[float, float] = _pair(1.3, 6.0, "alerts at 65 against under 40", f"{_CHECKS}#s34")
    arrival: float = rule(
        0.6, unit="rank correlation of numbers and arrival, least", source=f"{_CHECKS}#s35, #s77", low=-1, high=1
    )
    far_visits: tuple[float, float] = _pair(0.3, 0.9, "visits of far members against near ones", f"{_CHECKS}#s36")
    far_weekly: float = rule(0.005, unit="share of members, most", source=f"{_CHECKS}#s36", low=0, high=1)
    pausing: tuple[float, float] = _pair(0.2, 0.95, "share of regulars", f"{_CHECKS}#s37")
    drift: tuple[float, float] = _pair(0.3, 0.95, "correlation of usual hours", f"{_CHECKS}#s38")
    twice: tuple[float, float] = _pair(0.001, 0.05, "share of members' days", f"{_CHECKS}#s39")
    daytime_odds: tuple[float, float] = _pair(1.5, 50.0, "odds of the old against others", f"{_CHECKS}#s40")
    own_way_in: float = rule(3.0, unit="variance over members against a coin, least", source=f"{_CHECKS}#s41", low=0)
    young_app: tuple[float, float] = _pair(1.2, 20.0, "share of the young against the old", f"{_CHECKS}#s41")
    cardio_by_sex: tuple[float, float] = _pair(0.02, 0.4, "difference of shares", f"{_CHECKS}#s42")
    nights: tuple[float, float] = _pair(0.01, 0.3, "share of visits", f"{_CHECKS}#s43")
    women_in_classes: tuple[float, float] = _pair(0.1, 0.8, "difference of shares", f"{_CHECKS}#s44")
    aqua_years: tuple[float, float] = _pair(3.0, 40.0, "years", f"{_CHECKS}#s45")
    no_show_dispersion: tuple[float, float] = _pair(0.85, 30.0, "variance against a coin", f"{_CHECKS}#s46")
    regulars: tuple[float, float] = _pair(0.25, 0.9, "share of those who attended", f"{_CHECKS}#s47")
    late_members: tuple[float, float] = _pair(0.01, 0.3, "share of attendances", f"{_CHECKS}#s48")
    late_classes: tuple[float, float] = _pair(0.003, 0.1, "share of classes", f"{_CHECKS}#s48")
    booked_at_night: float = rule(0.08, unit="share of bookings, most", source=f"{_CHECKS}#s49", low=0, high=1)
    christmas: tuple[float, float] = _pair(0.0, 0.6, "visits of 25 December against the weekday", f"{_CHECKS}#s28")
    thanksgiving: tuple[float, float] = _pair(0.0, 0.75, "visits of Thanksgiving against Thursdays", f"{_CHECKS}#s28")
    club_dispersion: tuple[float, float] = _pair(1.1, 25.0, "variance by mean of a club's days", f"{_CHECKS}#s29")
    kinds_held: tuple[float, float] = _pair(1.5, 4.0, "kinds of certificates an instructor", f"{_STORY}#certificates")
    holidays: float = rule(
        0.5, unit="share of staff away for eight days in a year, least", source=f"{_STORY}#absences", low=0, high=1
    )
    past_leaves: tuple[float, float] = _pair(0.01, 0.5, "share of staff away for 28 days", f"{_STORY}#absences")
    absence_spells: float = rule(
        5.0, unit="shifts missed after a missed one against all, least", source=f"{_STORY}#absences", low=0
    )
    starting_times: float = rule(
        0.3, unit="share of staff with more than one starting time, least", source=f"{_STORY}#shifts", low=0, high=1
    )
    rota_weekdays: float = rule(
        0.1, unit="share of staff on more weekdays than a week's shifts, least", source=f"{_STORY}#shifts", low=0,
        high=1,
    )  # fmt: skip
    opened_late: float = rule(0.1, unit="share of days, most", source=f"{_STORY}#shifts", low=0, high=1)
    together: tuple[float, float] = _pair(1.3, 30.0, "visits together against two weeks apart", f"{_CHECKS}#s81")
    regulars_ahead: tuple[float, float] = _pair(0.15, 0.9, "share of bookings ahead", f"{_CHECKS}#s82")
    staying_on: tuple[float, float] = _pair(0.04, 0.5, "share of those who attended", f"{_CHECKS}#s83")
    rated_fill: tuple[float, float] = rule(
        (0.0, 1.0), unit="correlation over instructors, least and most", source=f"{_CHECKS}#s84", low=-1, high=1
    )
    nights_staffed: float = rule(
        0.6, unit="share of nights with somebody on shift, least", source=f"{_CHECKS}#s85", low=0, high=1
    )
    joined_before: float = rule(0.1, unit="share of members, most", source=f"{_CHECKS}#s78", low=0, high=1)
    border_guests: tuple[float, float] = _pair(0.6, 1.5, "guests of border days against others", f"{_CHECKS}#s79")
    border_feedback: tuple[float, float] = _pair(0.6, 1.5, "days of feedback against others", f"{_CHECKS}#s80")
    late_shifts: tuple[float, float] = _pair(0.005, 0.2, "share of shifts begun late", f"{_STORY}#pay")

    brief_sessions: tuple[float, float] = _pair(0.4, 0.9, "length of warm-ups by that of workouts", f"{_CHECKS}#s97")
    holiday_freezes: tuple[float, float] = _pair(
        1.04, 1.7, "freezes a member in holidays against the new year", f"{_CHECKS}#s98"
    )
    clubs_size: tuple[float, float] = _pair(0.1, 0.7, "deviation of members over clubs by their mean", f"{_CHECKS}#s86")
    clubs_age: tuple[float, float] = _pair(0.5, 6.0, "years, deviation over clubs of the mean age", f"{_CHECKS}#s86")
    clubs_hours: tuple[float, float] = _pair(
        0.015, 0.15, "deviation over clubs of the share of visits before ten", f"{_CHECKS}#s86"
    )
    own_length: float = rule(
        3.0, unit="variance of visits' lengths between members by that within, least", source=f"{_CHECKS}#s87", low=0
    )
    noon_length: tuple[float, float] = _pair(0.7, 0.95, "length of visits at noon against others", f"{_CHECKS}#s87")
    phases: float = rule(1.4, unit="variance by mean of visits in eight weeks, least", source=f"{_CHECKS}#s88", low=0)
    students_summer: tuple[float, float] = _pair(
        0.4, 0.9, "share of students' visits in summer against spring", f"{_CHECKS}#s89"
    )
    treadmill_pace: tuple[float, float] = _pair(4.0, 16.0, "km an hour of use", f"{_CHECKS}#s90")
    debit_failures: tuple[float, float] = _pair(1.1, 3.0, "failures of debit against credit cards", f"{_CHECKS}#s91")
    commonest_wait: float = rule(
        0.3, unit="share of the commonest days from a failure to the next attempt, least", source=f"{_CHECKS}#s91",
        low=0, high=1,
    )  # fmt: skip
    later_alert_tolerance: float = rule(
        0.05, unit="share of alerts of later life, either way", source=f"{_CHECKS}#s92", low=0, high=1
    )
    first_days: tuple[float, float] = _pair(1.1, 2.0, "joins of a month's first days", f"{_CHECKS}#s93")
    january_joins: tuple[float, float] = _pair(1.05, 1.9, "joins against the mean month", f"{_CHECKS}#s93")
    weekend_machines: float = rule(
        0.02, unit="share of machines bought at weekends, most", source=f"{_CHECKS}#s94", low=0, high=1
    )
    town_pay: float = rule(1.3, unit="variance of pay between clubs by that within, least", source=f"{_CHECKS}#s95",
                           low=0)  # fmt: skip
    aqua_classes: tuple[float, float] = _pair(0.02, 0.2, "share of the classes of clubs with a pool", f"{_CHECKS}#s96")

    def problems(self) -> Iterator[str]:
        """Bands whose end lies below their beginning."""
        for field in fields(self):
            value = getattr(self, field.name)
            if isinstance(value, tuple) and value[0] > value[1] and not field.name.endswith("tolerance"):
                yield f"{field.name} must rise; write the least first."
