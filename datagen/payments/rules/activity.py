"""When merchants are paid, and how often."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.frozen import dataclass
from datagen.payments.rules.declaring import CHECKS, DAYS, LIFE, falling, share
from datagen.rules import rule

EARLY_DAYS = (24, 31)
"""The days of December on which shops close early."""
FIRST_HOUR = 8
"""The hour of the day with which the rules of hours begin."""
_HOURS = 14
"""How many hours these rules know."""


@dataclass(frozen=True)
class ActivityRules:
    """When merchants are paid, and how often."""

    opening_hours: tuple[int, int] = rule(
        (8, 22),
        unit="hour of the day, first and end",
        source=f"{DAYS}: 8:00 to 22:00",
        low=FIRST_HOUR,
        high=FIRST_HOUR + _HOURS,
    )
    hours: tuple[float, ...] = rule(
        (0.4, 0.6, 0.8, 1.1, 1.6, 1.5, 1.0, 0.9, 1.0, 1.5, 1.6, 1.1, 0.7, 0.4),
        unit="relative payments in each hour from 8 on",
        source=f"{CHECKS}#s10: lunch and early evening",
        low=0.05,
    )
    food_hours: tuple[float, ...] = rule(
        (0.6, 0.5, 0.5, 1.0, 2.1, 1.7, 0.7, 0.5, 0.7, 1.6, 2.1, 1.7, 1.0, 0.5),
        unit="relative payments in each hour from 8 on",
        source=f"{CHECKS}#s10: lunch and early evening",
        low=0.05,
    )
    remote_hours: tuple[float, ...] = rule(
        (0.75, 0.8, 0.9, 0.9, 0.8, 0.8, 0.9, 1.0, 1.0, 1.0, 1.05, 1.25, 1.5, 1.6),
        unit="times a day's share of payments without the card present in each hour from 8 on, against each other",
        source="assumption: people order from the sofa after dinner, and at their desks they work",
        low=0.1,
        high=3,
    )
    early_shops: tuple[float, ...] = rule(
        (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.7, 0.45, 0.2, 0.1, 0.07, 0.05),
        unit="times a usual payment in each hour from 8 on, on 24 and 31 December",
        source="assumption: most shops and offices close between 15:00 and 18:00 on these days",
        low=0.01,
        high=2,
    )
    early_food: tuple[float, ...] = rule(
        (1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.9, 0.7, 0.5, 0.4, 0.3),
        unit="times a usual payment in each hour from 8 on, food on 24 December",
        source="assumption: half of the kitchens close early on Christmas Eve, and none on New Year's Eve",
        low=0.01,
        high=2,
    )
    early_trade: float = rule(
        0.85,
        unit="times a usual day's payments on 24 and 31 December, food aside",
        source="assumption: who comes later otherwise comes earlier, but not all do",
        low=0.1,
        high=1,
    )
    weekdays: tuple[float, ...] = rule(
        (1.02, 1.03, 1.04, 1.04, 1.06, 0.82, 0.66),
        unit="relative payments from Monday to Sunday",
        source=f"{DAYS}: reduced on weekends",
        low=0.05,
        high=2,
    )
    food_weekdays: tuple[float, ...] = rule(
        (0.86, 0.90, 0.94, 1.00, 1.14, 1.16, 1.04),
        unit="relative payments from Monday to Sunday",
        source="assumption: restaurants are fullest from Friday to Sunday",
        low=0.05,
        high=2,
    )
    holiday_factor: float = rule(1.5, unit="times an ordinary day", source=DAYS, low=1, high=3)
    holiday_days: tuple[int, int] = rule(
        (1115, 1231), unit="first and last day as month x 100 + day", source=DAYS, low=101, high=1231
    )
    summer_factor: float = rule(1.2, unit="times an ordinary day", source=DAYS, low=1, high=3)
    summer_days: tuple[int, int] = rule(
        (601, 831), unit="first and last day as month x 100 + day", source=DAYS, low=101, high=1231
    )
    level_median: float = rule(
        0.31,
        unit="place of a merchant's usual day within its size's range",
        source=f"{CHECKS}#s11: skewed",
        low=0.05,
        high=0.9,
    )
    level_sigma: float = rule(
        0.50,
        unit="spread of that place (sigma of its logarithm)",
        source="assumption: of two merchants of a class, one often sells twice as much",
        low=0,
        high=2,
    )
    level_least: float = rule(
        0.06,
        unit="least place within the range",
        source="assumption: nobody stays at the very end of the range",
        low=0,
        high=0.5,
    )
    ramp_days: int = rule(
        45, unit="days after joining until a merchant's usual day is reached", source=f"{LIFE}", low=1, high=365
    )
    ramp_start: float = share(0.5, "a usual day that a merchant has when it joins", f"{LIFE}: volume ramps up")
    fade_days: int = rule(
        28, unit="days before leaving in which a merchant is paid less and less", source=f"{LIFE}", low=1, high=28
    )
    fade_end: float = share(0.3, "a usual day that a merchant has when it leaves", f"{LIFE}: volume fades")
    closed_share: float = share(0.03, "days on which a merchant is not paid", f"{DAYS}: not every day", 0.9)
    closed_weekday_share: float = share(
        0.30,
        "merchants that are closed on a day of the week",
        "assumption: nearly a third of shops and restaurants close on a day, mostly Sunday or Monday",
    )
    closed_feast_share: float = share(
        0.80,
        "merchants that are closed on Thanksgiving and on 25 December",
        "assumption: most shops are closed on these two days",
        0.9,
    )

    closed_holiday_share: float = share(
        0.35,
        "merchants that are closed on New Year's Day, Memorial Day, Independence Day and Labor Day",
        "assumption: offices and workshops are closed on these days, most shops and restaurants are not",
        0.9,
    )
    holiday_trade: float = rule(
        0.85,
        unit="times a usual day's payments, of those that are open on these days",
        source="assumption: many people are away or at home",
        low=0.1,
        high=1,
    )
    black_friday: float = rule(
        1.6,
        unit="times a usual day's payments of merchants of retail, on the day after Thanksgiving",
        source="published: National Retail Federation, the day of the year on which most people shop",
        low=1,
        high=3,
    )

    def early_hours(self, day: int) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """What is left of each hour's payments on such a day of December (`EARLY_DAYS`): of most merchants, of food."""
        return self.early_shops, self.early_food if day == EARLY_DAYS[0] else (1.0,) * _HOURS

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        first, end = self.opening_hours
        if first >= end:
            yield "opening_hours must rise; write the first hour before the end."
        yield from falling(self, "holiday_days", "summer_days")
