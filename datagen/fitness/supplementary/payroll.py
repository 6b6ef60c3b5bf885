"""Pay slips: the hours of pay periods at the hourly rate, in whole cents."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import day_number
from datagen.columns import NULL, Coded, Columns, Day, Money, Serial
from datagen.fitness.frames import Reference
from datagen.fitness.rules.staffing import StaffingRules
from datagen.sampling import scaled, threshold
from datagen.streams import Streams
from datagen.types import Integers

_BASIS_POINTS = 10_000
_DAYS_A_YEAR = 365


class PayPeriods:
    """The hours of all staff by pay period, gathered month by month; only the periods wholly inside the window."""

    def __init__(self, start: int, as_of: int, staff: int, rules: StaffingRules) -> None:
        """For the window [start, as_of) and so many staff."""
        self.rules, self.days = rules, rules.pay_period_days
        self.origin = day_number(dt.date.fromisoformat(rules.pay_period_origin))
        self.first = -((self.origin - start) // self.days)
        self.count = max((as_of - self.origin) // self.days - self.first, 0)
        self.hours = np.zeros((staff, self.count), np.int64)
        self.overtime = np.zeros((staff, self.count), np.int64)

    def add(self, staff: NDArray[np.intp], days: NDArray[np.int32], hours: Integers, overtime: Integers) -> None:
        """Add time sheets: hundredths of hours."""
        period = (days.astype(np.int64) - self.origin) // self.days - self.first
        inside = np.flatnonzero((period >= 0) & (period < self.count))
        np.add.at(self.hours, (staff[inside], period[inside]), hours[inside])
        np.add.at(self.overtime, (staff[inside], period[inside]), overtime[inside])

    def columns(self, reference: Reference, streams: Streams, as_of: int) -> Columns:
        """staffpayroll of the periods paid before the as-of day, by period, then staff."""
        staff, rules = reference.staff, self.rules
        starts = self.origin + self.days * (self.first + np.arange(self.count))
        starts = starts[starts + self.days - 1 + rules.payday < as_of]
        last = np.where(staff.leaves == NULL, as_of, staff.leaves)
        employed = (staff.hires < starts[:, None] + self.days) & (last >= starts[:, None])
        period, who = np.nonzero(employed)
        start, rate = starts[period], staff.rate_cents[who]
        overtime = self.overtime[who, period]
        regular = self.hours[who, period] - overtime
        regular_pay = half_up(regular * rate, 100)
        overtime_pay = half_up(overtime * rate * rules.overtime_percent, 100 * 100)

        count = len(staff.hires)
        drawn = np.array([(streams.lanes(count, "bonus", int(day)), streams.lanes(count, "amount", int(day)))
                          for day in starts], np.uint16).reshape(len(starts), 2, count)  # fmt: skip
        low, high = rules.bonus
        steps = low // rules.bonus_step + scaled(drawn[period, 1, who], max((high - low) // rules.bonus_step, 0) + 1)
        gets = (drawn[period, 0, who] < threshold(rules.bonus_share)) & (regular > 0)
        bonus = np.where(gets, 100 * rules.bonus_step * steps, 0)
        gross = regular_pay + overtime_pay + bonus
        deductions = self._deductions(gross, who, streams, count)
        return {
            "payrollid": Serial("PRL", 8, 1, len(who)),
            "staffid": Coded(who, staff.ids),
            "payperiodstart": Day(start.astype(np.int32)),
            "payperiodend": Day((start + self.days - 1).astype(np.int32)),
            "regularhours": Money(regular),
            "overtimehours": Money(overtime),
            "regularpay": Money(regular_pay),
            "overtimepay": Money(overtime_pay),
            "bonuses": Money(bonus),
            "deductions": Money(deductions),
            "grosspay": Money(gross),
            "netpay": Money(gross - deductions),
            "paydate": Day((start + self.days - 1 + rules.payday).astype(np.int32)),
        }

    def _deductions(self, gross: Integers, who: NDArray[np.intp], streams: Streams, count: int) -> NDArray[np.int64]:
        """What is withheld from each slip, in cents: income tax as if every period of the year paid the same, social
        security and Medicare, state tax, and for some a retirement plan."""
        rules = self.rules
        periods = _DAYS_A_YEAR // self.days
        yearly = gross * periods
        tax = np.zeros(len(gross), np.int64)
        above = [100 * rules.tax_free + 100 * limit for limit in rules.tax_limits]
        for low, high, rate in zip(above, [*above[1:], None], rules.tax_rates, strict=True):
            inside = np.maximum(yearly - low, 0)
            inside = inside if high is None else np.minimum(inside, high - low)
            tax += inside * round(_BASIS_POINTS * rate)
        least, most = (round(_BASIS_POINTS * share) for share in rules.plan_contribution)
        saves = streams.lanes(count, "plan") < threshold(rules.plan_share)
        plan = np.where(saves, least + scaled(streams.lanes(count, "contribution"), most - least + 1), 0)
        flat = round(_BASIS_POINTS * (rules.payroll_tax + rules.state_tax)) + plan.take(who)
        return half_up(tax, periods * _BASIS_POINTS) + half_up(gross * flat, _BASIS_POINTS)


def half_up(amounts: Integers, unit: int | Integers) -> Integers:
    """Whole units of non-negative amounts, halves rounded up."""
    return (2 * amounts + unit) // (2 * unit)
