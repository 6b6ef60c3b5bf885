"""When staff are away."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_PAGE = "docs/fitness-story.md#absences"


@dataclass(frozen=True)
class AbsenceRules:
    """Holidays, illness, long leaves, and single shifts that are missed or called off."""

    missed_share: float = rule(
        0.004, unit="share of shifts missed for a day", source=f"{_PAGE}: Absent", low=0, high=0.5
    )
    dropped_share: float = rule(0.007, unit="share of shifts called off", source=f"{_PAGE}: Cancelled", low=0, high=0.5)
    illnesses_a_year: float = rule(
        1.8,
        unit="spells of illness a year",
        source="assumption: with illness_days five to six working days a year, as surveys of hourly staff report",
        low=0,
        high=8,
    )
    illness_days: float = rule(
        3.5, unit="days a spell, mean", source="assumption: a cold, now and then a week", low=1, high=30
    )
    illness_most: int = rule(
        28, unit="days a spell at most", source="convention: what lasts longer is a leave", low=1, high=60
    )
    illness_quarters: tuple[float, float, float, float] = rule(
        (1.5, 0.9, 0.6, 1.0), unit="illness against the mean, by quarter", low=0, high=4,
        source="assumption: colds and influenza in winter",
    )  # fmt: skip
    illness_sigma: float = rule(
        0.5, unit="log deviation of how often people are ill",
        source="assumption: some are ill twice as often as others", low=0, high=1.5,
    )  # fmt: skip
    long_holiday: Mix = rule(
        Mix.of({"9": 0.45, "16": 0.45, "23": 0.10}), unit="share of staff by days of the year's long holiday",
        source=f"{_PAGE}: with the short one, two to four weeks",
    )  # fmt: skip
    short_holiday: Mix = rule(
        Mix.of({"9": 1.0}), unit="share of staff by days of the year's short holiday", source="as long_holiday"
    )
    summer_share: float = rule(
        0.72, unit="share of long holidays from April to September",
        source="assumption: most travel in summer, and with school holidays", low=0, high=1,
    )  # fmt: skip
    holiday_months: tuple[float, ...] = rule(
        (0.5, 1.0, 1.2, 1.0, 0.9, 1.4, 1.9, 1.7, 0.9, 0.8, 0.8, 1.5),
        unit="weight of each month in its half of the year",
        source="assumption: school holidays, few in January when clubs are full",
        low=0,
    )
    holiday_after: int = rule(
        90,
        unit="days from hiring to the first holiday",
        source="assumption: after the first quarter",
        low=0,
        high=3_650,
    )
    long_leaves_a_year: float = rule(
        0.24,
        unit="leaves of months a year",
        source="follows: as many are on leave on any day as the rule staff.status says of the as-of day",
        low=0,
        high=2,
    )
    long_leave: tuple[int, int] = rule(
        (120, 180), unit="days of such a leave, least and most",
        source="assumption: parental and medical leaves of four to six months", low=7, high=365,
    )  # fmt: skip
    long_leave_after: int = rule(
        180, unit="days from hiring to such a leave, at least", source="assumption: hardly ever in the first months",
        low=0, high=1_000,
    )  # fmt: skip
    running_leave: tuple[int, int] = rule(
        (1, 150), unit="days on leave up to the as-of day", source="follows: from long_leave", low=1, high=365
    )
    without_classes: int = rule(
        15,
        unit="days off in a quarter beyond which somebody gets no classes in it",
        source="assumption: who is away for more than two weeks is not put on the quarter's timetable",
        low=0,
        high=92,
    )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        for name in ("long_leave", "running_leave"):
            least, most = getattr(self, name)
            if least > most:
                yield f"{name} run from {least} down to {most}."
        for name in ("long_holiday", "short_holiday"):
            if not all(days.isdigit() for days in getattr(self, name).names):
                yield f"{name} is named by days, such as 9."
        if len(self.holiday_months) != 12:
            yield "holiday_months are twelve weights."
        elif not any(self.holiday_months[3:9]) or not any(self.holiday_months[:3] + self.holiday_months[9:]):
            yield "holiday_months must have a weight in each half of the year."
