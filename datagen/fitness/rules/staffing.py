"""Assignments, shifts as worked, and pay."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_ASSIGNMENTS = "docs/fitness-story.md#assignments"
_SHIFTS = "docs/fitness-story.md#shifts"
_TIME = "docs/fitness-story.md#pay"
_PAY = "docs/fitness-story.md#pay"


def _minutes(low: int, high: int, *, of: str) -> Any:
    return rule(
        (low, high),
        unit=f"minutes {of}, least and most",
        source="assumption: most clock in a little early and out a little late",
        low=-30,
        high=30,
    )


@dataclass(frozen=True)
class StaffingRules:
    """Where staff belong, when they really come and go, and what they are paid."""

    transferred_share: float = rule(
        0.3, unit="share of long-serving staff who once belonged to another club", source=_ASSIGNMENTS, low=0, high=1
    )
    second_share: float = rule(
        0.15,
        unit="share of staff tied to no club who get a second one",
        source=f"{_ASSIGNMENTS}: some have one",
        low=0,
        high=1,
    )
    second_ended_share: float = rule(
        0.3,
        unit="share of second clubs given up before leaving",
        source="assumption: helping out elsewhere ends sooner than employment",
        low=0,
        high=1,
    )

    settled_days: int = rule(
        14, unit="days before the history of shifts begins by which everybody works where they do now",
        source="convention: transfers end before the first roster is drawn", low=0, high=365,
    )  # fmt: skip
    assignment_days: int = rule(
        60,
        unit="days an assignment lasts at least",
        source="assumption: nobody is moved for less than two months",
        low=1,
        high=365,
    )

    shift_types: tuple[int, int, int, int] = rule(
        (300, 660, 810, 1200), unit="first minute of the day of Morning, Afternoon, Evening and Night shifts",
        source=_SHIFTS, low=0, high=1439,
    )  # fmt: skip
    arrival: tuple[int, int] = _minutes(-12, 3, of="from a shift's start to coming")
    departure: tuple[int, int] = _minutes(-4, 12, of="from a shift's end to going")
    late_share: float = rule(
        0.03, unit="share of shifts begun late, of those who do not teach",
        source="assumption: a late train or child once in a month and a half", low=0, high=0.5,
    )  # fmt: skip
    late_minutes: tuple[int, int] = rule(
        (6, 28), unit="minutes by which they are, least and most", source="as late_share", low=4, high=90
    )
    teacher_arrival: tuple[int, int] = rule(
        (-14, -2), unit="minutes from the start of an instructor's shift to coming, least and most", low=-30, high=-1,
        source="docs/fitness-checks.md#h81: classes lie inside shifts, and so inside the hours worked",
    )  # fmt: skip
    teacher_departure: tuple[int, int] = rule(
        (6, 16), unit="minutes from the end of an instructor's shift to going, least and most",
        source="as teacher_arrival", low=5, high=30,
    )  # fmt: skip
    stay_share: float = rule(
        0.12, unit="share of full-time shifts that run long", source=f"{_TIME}: overtime", low=0, high=1
    )
    stay_minutes: tuple[int, int] = rule(
        (30, 135), unit="minutes by which they do, least and most", source=f"{_TIME}: overtime", low=1, high=240
    )
    door_minutes: int = rule(
        3, unit="minutes after opening, and before closing, in which those come and go who would find the door locked",
        source="assumption: unlocking and locking up take some minutes", low=1, high=15,
    )  # fmt: skip
    break_from: int = rule(
        360,
        unit="minutes of a shift from which on a break is due",
        source="law: many states, such as California and New York, require a meal break in shifts of about six hours",
        low=60,
        high=600,
    )
    breaks: Mix = rule(
        Mix.of({"30": 0.62, "45": 0.26, "60": 0.12}), unit="share of breaks by minutes", source=f"{_TIME}: breakminutes"
    )
    short_breaks: Mix = rule(
        Mix.of({"0": 0.45, "15": 0.55}), unit="share of shorter shifts by minutes of break", source="as breaks"
    )
    weekly_hours: int = rule(40, unit="hours a week beyond which time is overtime", source=_TIME, low=40, high=40)
    time_note_share: float = rule(
        0.015,
        unit="share of time sheets with a remark",
        source="assumption: a remark for one forgotten clock-in in seventy",
        low=0,
        high=1,
    )

    pay_period_days: int = rule(14, unit="days a pay period", source=_PAY, low=7, high=28)
    pay_period_origin: str = rule("2001-01-01", unit="first day of a pay period", source=f"{_PAY}: a Monday")
    payday: int = rule(5, unit="days from the end of a pay period to payment", source=f"{_PAY}: 3-7", low=3, high=7)
    overtime_percent: int = rule(
        150, unit="percent of the hourly rate paid for overtime", source=f"{_PAY}: 1.5", low=100, high=300
    )
    bonus_share: float = rule(
        0.04,
        unit="share of pay slips with a bonus",
        source="assumption: one bonus a person and year, about",
        low=0,
        high=1,
    )
    bonus: tuple[int, int] = rule(
        (50, 300),
        unit="USD a bonus, least and most",
        source="assumption: of the size of a day of work or two",
        low=1,
        high=10_000,
    )
    bonus_step: int = rule(
        25, unit="USD that bonuses are rounded to", source="convention: bonuses are round", low=1, high=1_000
    )
    tax_free: int = rule(
        15_000, unit="USD a year on which no income tax is withheld",
        source="law: standard deduction of a single filer in 2025 withholding (IRS Publication 15-T)", low=0,
        high=1_000_000,
    )  # fmt: skip
    tax_limits: tuple[int, int, int, int] = rule(
        (0, 11_925, 48_475, 103_350), unit="USD a year beyond tax_free from which each rate applies",
        source="law: United States income tax brackets of a single filer, 2025", low=0, high=10_000_000,
    )  # fmt: skip
    tax_rates: tuple[float, float, float, float] = rule(
        (0.10, 0.12, 0.22, 0.24), unit="share of the pay between two limits", source="as tax_limits", low=0.0, high=0.6
    )
    payroll_tax: float = rule(
        0.0765, unit="share of gross pay", source="law: social security 6.2 % and Medicare 1.45 %", low=0.0, high=0.3
    )
    state_tax: float = rule(
        0.03, unit="share of gross pay",
        source="assumption: between the states without income tax and those with 5 % of such pay", low=0.0, high=0.2,
    )  # fmt: skip
    plan_share: float = rule(
        0.45, unit="share of staff who save in a retirement plan",
        source="assumption: fewer than half where pay is by the hour", low=0.0, high=1.0,
    )  # fmt: skip
    plan_contribution: tuple[float, float] = rule(
        (0.03, 0.06), unit="share of gross pay they save, least and most",
        source="assumption: around the usual default contribution of 3 to 6 %", low=0.0, high=0.5,
    )  # fmt: skip

    def problems(self) -> Iterator[str]:
        """Rules at odds with each other."""
        ranges = (
            "arrival",
            "departure",
            "teacher_arrival",
            "teacher_departure",
            "stay_minutes",
            "bonus",
            "plan_contribution",
        )
        for name in ranges:
            low, high = getattr(self, name)
            if low > high:
                yield f"{name} must rise; write the least first."
        if list(self.tax_limits) != sorted(self.tax_limits) or self.tax_limits[0]:
            yield "tax_limits must rise from 0."
        if max(self.tax_rates) + self.payroll_tax + self.state_tax + self.plan_contribution[1] > 1:
            yield "tax_rates, payroll_tax, state_tax and plan_contribution take more than the pay."
        if list(self.shift_types) != sorted(self.shift_types):
            yield "shift_types must rise from Morning to Night."
        try:
            dt.date.fromisoformat(self.pay_period_origin)
        except ValueError:
            yield f"pay_period_origin must be a day such as 2001-01-01, not '{self.pay_period_origin}'."
        for mix in (self.breaks, self.short_breaks):
            if not all(name.isdigit() for name in mix.names):
                yield "breaks are named by their minutes, such as 30."
