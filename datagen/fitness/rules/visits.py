"""How often, when and how long members come."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_ADVICE = "docs/fitness-story.md#calibration"
_CHECKS = "docs/fitness-checks.md"
_PAGE = "docs/fitness-story.md#visits"
_DISTANCE = "docs/fitness-checks.md#s36; published: visits fall with the time of the way (IHRSA)"
_PAUSES = "docs/fitness-checks.md#s37; assumption: illness, holidays and travel interrupt everybody's habits"
_TERMS = "assumption: terms of most colleges: break to mid-January, in March, from May to late August, at Thanksgiving"
_COMPANY = "docs/fitness-checks.md#s81; assumption: couples and families share a car, and keep each other going"


@dataclass(frozen=True)
class VisitRules:
    """Frequency, weekdays, hours, length and the way in."""

    weekly_median: float = rule(
        3.55, unit="visits a week by habit, the median of all but rare members who live near", low=0.05, high=6.9,
        source="docs/fitness-checks.md#s03",
    )  # fmt: skip
    weekly_sigma: float = rule(
        0.22, unit="log standard deviation across members", source="docs/fitness-checks.md#s03", low=0, high=1.5
    )
    weekly_cap: float = rule(6.2, unit="visits a week at most", source=_ADVICE, low=0.1, high=6.9)
    daily_most: float = rule(
        0.97,
        unit="chance of a visit on any one day, at most",
        source="assumption: even who trains daily misses a day now and then",
        low=0.05,
        high=1,
    )
    rare_share: float = rule(0.05, unit="share of members who hardly ever come", source=_ADVICE, low=0, high=1)
    rare_weekly: float = rule(0.15, unit="visits a week of those", source=_ADVICE, low=0, high=6.9)
    near_km: float = rule(4.0, unit="km within which distance does not matter", source=_DISTANCE, low=0, high=100)
    far_km: float = rule(20.0, unit="km beyond which distance is one of a journey", source=_DISTANCE, low=1, high=200)
    distance_fall: tuple[float, float] = rule(
        (0.014, 0.011),
        unit="share of one's habit that a km costs, up to far_km and beyond",
        source=_DISTANCE,
        low=0,
        high=0.2,
    )
    distance_least: float = rule(
        0.12, unit="share of one's habit that is left however far the club is", source=_DISTANCE, low=0, high=1
    )
    weekday_weights: tuple[float, ...] = rule(
        (1.17, 1.14, 1.12, 1.0, 0.86, 0.76, 0.66),
        unit="weight, Monday to Sunday",
        source=f"{_ADVICE}; {_CHECKS}#s05, #s14",
        low=0,
    )
    preferred_days: Mix = rule(
        Mix.of({"2": 0.15, "3": 0.35, "4": 0.30, "5": 0.20}),
        unit="share of members, those who come least often first",
        source=_ADVICE,
    )
    preferred_share: float = rule(
        0.86, unit="share of visits on preferred weekdays, as far as these hold them", source=_ADVICE, low=0, high=1
    )
    season_days: tuple[int, ...] = rule(
        (1, 10, 46, 75, 105, 135, 166, 196, 227, 258, 288, 319, 339, 358),
        unit="day of the year, between which the season changes evenly; the last one is followed by the first",
        source="docs/fitness-story.md#visits",
        low=1,
        high=365,
    )
    season_weights: tuple[float, ...] = rule(
        (0.92, 1.12, 1.06, 1.03, 1.02, 1.0, 0.97, 0.95, 0.95, 1.0, 1.0, 0.98, 0.95, 0.84),
        unit="attendance on those days, against the year",
        source="docs/fitness-story.md#visits: it rises in the first days of January and falls from early December",
        low=0,
        high=2,
    )
    student_ages: tuple[int, int] = rule(
        (17, 23), unit="years from which on, and below which, members keep to school terms", low=10, high=40,
        source="published: four of ten of that age are at a college (National Center for Education Statistics)",
    )  # fmt: skip
    student_days: tuple[int, ...] = rule(
        (1, 9, 18, 66, 71, 77, 82, 130, 142, 224, 238, 324, 331, 337, 347, 354),
        unit="day of the year, between which the attendance of students changes evenly, as season_days",
        source=_TERMS,
        low=1,
        high=365,
    )
    student_weights: tuple[float, ...] = rule(
        (0.55, 0.70, 1.12, 1.10, 0.62, 0.62, 1.10, 1.12, 0.70, 0.72, 1.18, 1.12, 0.60, 1.12, 1.0, 0.55),
        unit="attendance of students on those days, against the year",
        source=_TERMS,
        low=0,
        high=2,
    )
    phase_days: int = rule(
        70, unit="days for which members come more or less often than they usually do",
        source="assumption: ten weeks of a plan, a project at work, a cold spring", low=28, high=365,
    )  # fmt: skip
    phase_least: float = rule(
        0.2, unit="share of a habit, or of a usual length, that is left at least", low=0.01, high=1,
        source="convention: keeps what is drawn away from nothing",
    )  # fmt: skip
    phase_sigma: float = rule(
        0.18, unit="deviation of what such a stretch leaves of a habit or adds to it",
        source="assumption: motivation comes and goes", low=0, high=0.5,
    )  # fmt: skip
    start_attendance: float = rule(1.12, unit="attendance on joining, against own habit", source=_ADVICE, low=0, high=2)
    yearly_decline: float = rule(0.30, unit="fall of attendance a year of tenure", source=_ADVICE, low=0, high=1)
    least_attendance: float = rule(0.72, unit="attendance below which it does not fall", source=_ADVICE, low=0, high=1)
    fade_days: int = rule(45, unit="days in which visits fade before the last", source=_ADVICE, low=1, high=365)
    fade_beyond: int = rule(
        10,
        unit="days after the last visit on which the fading would reach nothing",
        source="assumption: interest ends a little after the last visit",
        low=0,
        high=365,
    )
    last_visit_days: float = rule(34.0, unit="mean days from last visit to the end", source=_ADVICE, low=0, high=365)
    last_visit_share: float = rule(
        0.6,
        unit="share of a spell that lies between last visit and end, at most",
        source="assumption: nobody stays away for most of a membership before ending it",
        low=0,
        high=0.9,
    )
    pause_share: float = rule(
        0.17, unit="share of members who pause in a stretch of pause_stretch days", source=_PAUSES, low=0, high=1
    )
    pause_stretch: int = rule(61, unit="days", source="convention: two months", low=30, high=365)
    short_pause: tuple[int, int] = rule(
        (4, 14), unit="days of most pauses, least and most", source=_PAUSES, low=1, high=365
    )
    long_pause: tuple[int, int] = rule(
        (15, 70), unit="days of long pauses, least and most", source=_PAUSES, low=1, high=365
    )
    long_pause_share: float = rule(0.28, unit="share of pauses that are long", source=_PAUSES, low=0, high=1)
    company_share: float = rule(
        0.6,
        unit="share of those who live with an earlier member of the club who keep to that one's weekdays and hours",
        source=_COMPANY,
        low=0,
        high=1,
    )
    company_days: float = rule(
        0.7, unit="share of days on which they go together, if either goes", source=_COMPANY, low=0, high=1
    )
    company_minutes: int = rule(
        3, unit="minutes between two who come or leave together, at most", source=_COMPANY, low=1, high=15
    )
    drift_share: float = rule(
        0.30,
        unit="share of members who take to another hour in drift_days",
        source="docs/fitness-checks.md#s38; assumption: jobs, schools and homes change",
        low=0,
        high=1,
    )
    drift_days: int = rule(700, unit="days", source="as drift_share", low=30, high=3_650)
    twice_share: float = rule(
        0.018,
        unit="share of morning and evening visits with another one at the other end of the day",
        source="docs/fitness-checks.md#s39; assumption: swimmers and those who train for something",
        low=0,
        high=0.5,
    )
    twice_minutes: tuple[int, int] = rule(
        (660, 990),
        unit="minute of the day before which the first, and from which the second of two visits begins",
        source="as twice_share",
        low=360,
        high=1_200,
    )
    habits: Mix = rule(
        Mix.of({"Morning": 0.36, "Evening": 0.45, "Midday": 0.19}),
        unit="share of members below day_age",
        source=f"{_ADVICE}; {_CHECKS}#s04",
    )
    day_age: int = rule(
        58,
        unit="years at joining from which on day_habits hold",
        source="published: half of those aged 60 to 64 have retired, most by 65 (Bureau of Labor Statistics)",
        low=16,
        high=100,
    )
    day_habits: Mix = rule(
        Mix.of({"Morning": 0.34, "Evening": 0.22, "Midday": 0.44}),
        unit="share of members from day_age on",
        source="docs/fitness-checks.md#s40: who has retired comes in the daytime",
    )
    night_share: float = rule(
        0.035,
        unit="share of members of clubs that never close who come at night",
        source="docs/fitness-checks.md#s43; assumption: people who work in shifts",
        low=0,
        high=1,
    )
    night_minutes: tuple[int, int] = rule(
        (1_320, 1_680),
        unit="minutes from midnight, over the next one, between which they come",
        source="as night_share",
        low=1_200,
        high=1_799,
    )
    habit_minutes: tuple[int, int, int] = rule(
        (430, 1098, 760), unit="minute of the day: morning, evening, midday", source=_ADVICE, low=0, high=1439
    )
    habit_spread: tuple[int, int, int] = rule(
        (38, 36, 95), unit="minutes, deviation across members", source=_ADVICE, low=0, high=400
    )
    own_spread: int = rule(30, unit="minutes, deviation within a member", source=f"{_ADVICE}: 0.5 h", low=0, high=300)
    off_habit_share: float = rule(0.10, unit="share of weekday visits at another time", source=_ADVICE, low=0, high=1)
    weekend_minute: int = rule(
        740,
        unit="minute of the day, mean at weekends",
        source="docs/fitness-story.md#visits: weekends from 9 to 18",
        low=0,
    )
    weekend_spread: int = rule(
        165, unit="minutes, deviation at weekends", source="docs/fitness-story.md#visits: weekends from 9 to 18", low=0
    )
    weekend_habit: float = rule(
        0.3,
        unit="share of a habit's distance from weekend_minute that is kept at weekends",
        source="assumption: early birds stay early at weekends, but by less",
        low=0,
        high=1,
    )
    edge_minutes: int = rule(
        25, unit="minutes after opening, and before closing, in which those come and go who would be too early or late",
        source="docs/fitness-checks.md#h41", low=1, high=60,
    )  # fmt: skip
    length_median: int = rule(
        63, unit="minutes, of visits without a class", source="docs/fitness-checks.md#s11", low=5, high=300
    )
    length_sigma: float = rule(
        0.29, unit="log standard deviation within a member", source="docs/fitness-checks.md#s11", low=0, high=1.5
    )
    length_own_sigma: float = rule(
        0.20, unit="log standard deviation across members", low=0, high=0.6,
        source="assumption: some train for half an hour, others for two",
    )  # fmt: skip
    length_by_sex: float = rule(
        0.03, unit="share by which men stay longer, and women shorter, than the mean",
        source="assumption: who lifts rests between sets", low=0, high=0.3,
    )  # fmt: skip
    length_decline: float = rule(
        0.005, unit="fall of the length of a visit by a year of age beyond day_age",
        source="assumption: the old train for shorter", low=0, high=0.02,
    )  # fmt: skip
    lunch_minutes: tuple[int, int] = rule(
        (690, 790), unit="minutes of the day between which a weekday visit begins in a lunch break",
        source="convention: lunch is at noon", low=600, high=900,
    )  # fmt: skip
    lunch_length: float = rule(
        0.82, unit="length of such visits against others", source="assumption: lunch breaks end", low=0.3, high=1.2
    )
    weekend_length: float = rule(
        1.07, unit="length of visits at weekends against others", source="assumption: nobody has to be at work",
        low=0.5, high=2,
    )  # fmt: skip
    length_least: int = rule(12, unit="minutes", source="docs/fitness-checks.md#s11", low=1, high=120)
    length_most: int = rule(300, unit="minutes", source="docs/fitness-checks.md#s11", low=10, high=600)
    access_methods: Mix = rule(
        Mix.of({"Key Card": 0.70, "Mobile App": 0.25, "Staff Override": 0.05}), unit="share of visits", source=_PAGE
    )
    app_growth: float = rule(
        0.02,
        unit="fall of the share of members who open the door by app, a year of age, of the mean",
        source="docs/fitness-checks.md#s41; published: the young use telephones for everything (Pew Research Center)",
        low=0,
        high=0.03,
    )
    other_access_share: float = rule(
        0.03, unit="share of visits by the way in that is not one's own", source="as app_growth", low=0, high=0.2
    )
    area_weights: Mix = rule(
        Mix.of({"Cardio": 0.44, "Strength": 0.43, "Pool": 0.09, "Court": 0.04}),
        unit="share of visits without a class by area type",
        source="docs/fitness-story.md#areas",
    )
    trip_share: float = rule(
        0.03,
        unit="share of members who go to train at another centre in a stretch of trip_stretch days",
        source="docs/fitness-story.md#visits",
        low=0,
        high=1,
    )
    trip_stretch: int = rule(30, unit="days", source="convention: a month", low=28, high=365)
    trip_days: tuple[int, int] = rule((2, 7), unit="days, least and most", source="as trip_share", low=1, high=28)
    reluctance: tuple[int, ...] = rule(
        (1, 4, 16),
        unit="reluctance to take a class: lovers, others, avoiders",
        source="assumption: some come for classes, some would not",
        low=1,
        high=1000,
    )
    reluctance_shares: Mix = rule(
        Mix.of({"Lovers": 0.25, "Others": 0.5, "Avoiders": 0.25}),
        unit="share of members",
        source="assumption: a quarter loves classes, a quarter avoids them",
    )
    cardio_leaning: tuple[float, ...] = rule(
        (0.55, 1.0, 1.45),
        unit="weight of cardio against strength: lifters, others, runners",
        source="assumption: runners and lifters prefer their half of the floor by about two to one",
        low=0.01,
        high=1.99,
    )
    leaning_shares: Mix = rule(
        Mix.of({"Lifters": 0.3, "Others": 0.4, "Runners": 0.3}),
        unit="share of members",
        source="assumption: runners and lifters are about equally many",
    )

    leaning_by_sex: float = rule(
        0.10,
        unit="share of women who run rather than lift beyond that of all, and of men who lift rather than run",
        source="docs/fitness-checks.md#s42; published: men use free weights more, women cardio machines (IHRSA)",
        low=0,
        high=0.3,
    )

    def present_share(self) -> float:
        """The share of days on which a member does not pause, about."""
        short, long = (sum(days) / 2 for days in (self.short_pause, self.long_pause))
        mean = short + self.long_pause_share * (long - short)
        return max(1 - self.pause_share * mean / self.pause_stretch, 0.0)

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        if not any(self.weekday_weights):
            yield "weekday_weights are all 0; leave at least one day for visits."
        if list(self.season_days) != sorted(set(self.season_days)):
            yield "season_days must rise."
        if list(self.student_days) != sorted(set(self.student_days)):
            yield "student_days must rise."
        if len(self.student_days) != len(self.student_weights):
            yield "student_days and student_weights must be equally many."
        names = ("short_pause", "long_pause", "twice_minutes", "night_minutes", "student_ages", "lunch_minutes")
        for name in names:
            low, high = getattr(self, name)
            if low > high:
                yield f"{name} run from {low} down to {high}."
        if self.near_km > self.far_km:
            yield f"near_km {self.near_km} is above far_km {self.far_km}."
        if self.length_least > self.length_most:
            yield f"length_least {self.length_least} is above length_most {self.length_most}."
        if self.weekly_cap < self.weekly_median:
            yield f"weekly_cap {self.weekly_cap} is below weekly_median {self.weekly_median}."
        if self.weekly_cap > 7 * self.daily_most:
            yield f"weekly_cap {self.weekly_cap} is above 7 x daily_most {self.daily_most}."
        if self.trip_days[0] > self.trip_days[1]:
            yield f"trip_days run from {self.trip_days[0]} down to {self.trip_days[1]}."
