"""Timetable, bookings and attendance of classes."""

from __future__ import annotations

from collections.abc import Iterator

from datagen.frozen import dataclass
from datagen.rules import Mix, rule

_ADVICE = "docs/fitness-story.md#calibration"
_CHECKS = "docs/fitness-checks.md"
_PAGE = "docs/fitness-story.md#classes"
_SLACK = "docs/fitness-story.md#classes: within 15 minutes of the timetable"


@dataclass(frozen=True)
class ClassRules:
    """How many classes there are, who books them and who comes."""

    visit_share: float = rule(
        0.19, unit="share of visits aimed at classes", source=f"{_ADVICE}; {_CHECKS}#s13", low=0, high=0.6
    )
    load: float = rule(0.765, unit="bookings a seat, on average", source=f"{_ADVICE}; {_CHECKS}#s09", low=0.05, high=3)
    type_sigma: float = rule(0.22, unit="log deviation of popularity across formats", source=_ADVICE, low=0, high=1)
    session_sigma: float = rule(0.12, unit="log deviation across sessions", source=_ADVICE, low=0, high=1)
    day_sigma: float = rule(0.15, unit="log deviation from day to day", source=_ADVICE, low=0, high=1)
    seats: int = rule(
        20, unit="seats a session, where demand allows", source="docs/fitness-checks.md#k33: 8-30", low=2, high=100
    )
    least_seats: int = rule(3, unit="seats a session at least", source=_PAGE, low=1, high=30)
    largest_format: float = rule(
        1.25,
        unit="times the usual seats that a large format has, at most",
        source="assumption: a popular format gets a quarter more seats than usual",
        low=1,
        high=5,
    )
    weekly_most: int = rule(
        400,
        unit="sessions a week a centre would like to give, at most",
        source="assumption: more sessions than the largest club has room and hours for",
        low=1,
        high=2_000,
    )
    weekly_least: int = rule(10, unit="sessions a week wanted in a small centre", source=_PAGE, low=1, high=100)
    enough_teachers: int = rule(
        2,
        unit="instructors who could teach a session, for it to be wanted before others",
        source="assumption: a class that only one can teach is not held when that one is away",
        low=1,
        high=10,
    )
    steady_guards: int = rule(
        2,
        unit="lifeguards whose hours a pool keeps",
        source="assumption: two shifts watch a pool from morning to evening",
        low=1,
        high=20,
    )
    change_minutes: int = rule(15, unit="minutes between sessions in a room", source=_ADVICE, low=0, high=120)
    shared_change_minutes: int = rule(
        75, unit="minutes between sessions in a room that also takes other visits", source=_ADVICE, low=0, high=240
    )
    room_share: float = rule(0.5, unit="seats a session per capacity of its room", source=_ADVICE, low=0.05, high=0.5)
    shared_room_share: float = rule(
        0.33, unit="the same where the room also takes other visits", source=_ADVICE, low=0.05, high=0.5
    )
    own_room_share: float = rule(
        0.8, unit="share of sessions in the room that is meant for them, where a studio would do as well",
        source="assumption: yoga is taught in the yoga studio while it is free", low=0.1, high=1,
    )  # fmt: skip
    weekday_weights: tuple[float, ...] = rule(
        (1.17, 1.14, 1.12, 1.0, 0.86, 0.76, 0.66),
        unit="weight, Monday to Sunday",
        source=f"{_ADVICE}; {_CHECKS}#s14",
        low=0,
    )
    reach_minutes: int = rule(75, unit="minutes by which a visit moves for a class", source=_ADVICE, low=5, high=240)
    regular_minutes: int = rule(
        60,
        unit="minutes from one's usual hour within which one looks for a class around that hour",
        source="docs/fitness-checks.md#s47; assumption: who comes about as always takes the same class",
        low=0,
        high=240,
    )
    categories: Mix = rule(
        Mix.of(
            {
                "Mind & Body": 0.24,
                "Cardio": 0.14,
                "Strength": 0.14,
                "Cycling": 0.15,
                "Dance": 0.10,
                "Aqua": 0.07,
                "Martial Arts": 0.07,
                "Functional": 0.09,
            }
        ),
        unit="share of sessions wanted",
        source="docs/fitness-story.md#class-formats: categories",
    )
    paid_share: float = rule(
        0.07, unit="share of sessions wanted whose format has a price", source=f"{_PAGE}: 0 for most", low=0, high=1
    )
    price_low: int = rule(5, unit="dollars", source=_PAGE, low=5, high=25)
    price_high: int = rule(25, unit="dollars", source=_PAGE, low=5, high=25)
    seated_share: float = rule(
        0.9, unit="share of bookings wanted that come to hold a seat, about: how many class fees to expect",
        source="follows: from load, the three sigmas and the cancellations", low=0, high=1,
    )  # fmt: skip
    no_show_share: float = rule(
        0.10, unit="share of seats booked, where the class is free", source=f"{_ADVICE}; {_CHECKS}#s09", low=0, high=0.9
    )
    no_show_day_sigma: float = rule(
        0.25,
        unit="deviation of that share from day to day",
        source="docs/fitness-checks.md#s46; assumption: weather and traffic keep people away together",
        low=0,
        high=1,
    )
    paid_no_show: float = rule(
        0.55,
        unit="of that share where the class has a price",
        source="assumption: who has paid comes",
        low=0,
        high=1,
    )
    women_by_category: tuple[float, ...] = rule(
        (2.2, 1.3, 0.5, 1.2, 2.2, 1.2, 0.5, 0.9),
        unit="keenness of women on a category of classes against men, in the order of the categories",
        source="docs/fitness-checks.md#s44; published: women are about 70 % of yoga and dance classes, men of martial"
        " arts and weights (IHRSA)",
        low=0.1,
        high=10,
    )
    older_by_category: tuple[float, ...] = rule(
        (0.10, -0.05, -0.10, -0.10, -0.05, 0.60, -0.25, -0.15),
        unit="rise of keenness on a category by ten years of age, from the mean of all members",
        source="docs/fitness-checks.md#s45; published: aqua classes are the old's, martial arts the young's",
        low=-0.5,
        high=2,
    )
    chance_share: float = rule(
        0.03,
        unit="part of chance in who takes a class, against one's own taste for this class",
        source="docs/fitness-checks.md#s47: classes have regulars",
        low=0,
        high=1,
    )
    regularity: float = rule(
        0.15,
        unit="keenness on a class of who never comes on its weekday, against one more for who always does",
        source="as chance_share",
        low=0.01,
        high=10,
    )
    instructor_liking: float = rule(
        0.3,
        unit="keenness on a class by how the member likes who teaches it, either way at most",
        source="docs/fitness-checks.md#s82; assumption: half of what brings people back is who stands in front",
        low=0,
        high=0.9,
    )
    skill_pull: float = rule(
        0.1,
        unit="rise of the bookings wanted by a standard deviation of the instructor's skill",
        source="docs/fitness-checks.md#s84; assumption: good instructors fill their classes",
        low=0,
        high=0.3,
    )
    stay_on_share: float = rule(
        0.25,
        unit="share of those who attend who stay on in the room after the class, if there is room",
        source="docs/fitness-checks.md#s83; assumption: some stretch, lift or cycle on",
        low=0,
        high=1,
    )
    stay_on_minutes: tuple[int, int] = rule(
        (8, 50), unit="minutes that they stay on, least and most", source="as stay_on_share", low=1, high=120
    )
    late_share: float = rule(
        0.06, unit="share of those who attend who are late", source="docs/fitness-checks.md#s48", low=0, high=1
    )
    late_minutes: int = rule(
        8, unit="minutes after the start that they check in, at most", source="as late_share", low=1, high=15
    )
    late_class_share: float = rule(
        0.03, unit="share of classes that begin late", source="docs/fitness-checks.md#s48", low=0, high=1
    )
    late_class_minutes: tuple[int, int] = rule(
        (6, 12), unit="minutes that they begin late, least and most", source=_SLACK, low=1,
        high=14,
    )  # fmt: skip
    asleep_until: int = rule(
        300,
        unit="minute of the day until which nearly nobody books",
        source="docs/fitness-checks.md#s49",
        low=0,
        high=600,
    )
    awake_share: float = rule(
        0.15, unit="share of bookings of that time that are made then", source="as asleep_until", low=0, high=1
    )
    cancelled_booking_share: float = rule(0.08, unit="bookings cancelled per booking kept", source=_PAGE, low=0, high=1)
    few_bookings: float = rule(
        0.35,
        unit="share of its seats below which a class has few bookings",
        source="assumption: a class of which two thirds would stay empty may be called off",
        low=0,
        high=0.5,
    )
    few_cancelled_share: float = rule(
        0.15,
        unit="share of classes with few bookings that are cancelled for it",
        source="docs/fitness-checks.md#s13: about 5 % in all",
        low=0,
        high=1,
    )
    room_closed_share: float = rule(
        0.003, unit="share of classes cancelled for repairs of their room", source="docs/fitness-checks.md#s13",
        low=0, high=1,
    )  # fmt: skip
    called_away_share: float = rule(
        0.008,
        unit="share of classes whose instructor is called away",
        source=f"{_ADVICE}; {_CHECKS}#s13",
        low=0,
        high=1,
    )
    stand_in_share: float = rule(
        0.9,
        unit="share of classes without their instructor that a colleague who could takes",
        source=f"{_ADVICE}; {_CHECKS}#s13",
        low=0,
        high=1,
    )
    booking_lead_days: float = rule(
        2.2, unit="mean days from booking to a class without a waitlist", source=_PAGE, low=0.1, high=30
    )
    booking_lead_most: int = rule(13, unit="days from booking to class, at most", source=_PAGE, low=1, high=60)
    schedule_ahead_days: int = rule(
        14, unit="days from the as-of day on", source="docs/fitness-story.md#time", low=14, high=14
    )
    booking_lead_least: int = rule(
        10,
        unit="minutes from booking to class, at least",
        source="assumption: the list closes some minutes before the start",
        low=1,
        high=1440,
    )
    waitlist_lead: float = rule(
        2.0,
        unit="times as early that classes with a waitlist are booked",
        source="assumption: who wants a popular class books twice as early",
        low=1,
        high=10,
    )
    start_minutes: tuple[int, int] = rule(
        (-1, 5), unit="minutes from a class's time to its start, least and most", source=_SLACK, low=-5, high=12
    )
    end_minutes: tuple[int, int] = rule(
        (-2, 4), unit="minutes from a class's time to its end, least and most", source=_SLACK, low=-5, high=12
    )
    weekday_starts: Mix = rule(
        Mix.of(
            {
                "06:00": 0.10,
                "06:45": 0.07,
                "07:30": 0.07,
                "09:00": 0.08,
                "10:00": 0.06,
                "12:00": 0.09,
                "13:00": 0.04,
                "16:30": 0.07,
                "17:30": 0.14,
                "18:15": 0.10,
                "18:45": 0.08,
                "19:30": 0.10,
            }
        ),
        unit="share of sessions by start, Monday to Friday",
        source="docs/fitness-story.md#classes: peak hours 6-9 and 17-20",
    )
    weekend_starts: Mix = rule(
        Mix.of(
            {"08:30": 0.14, "09:30": 0.22, "10:30": 0.22, "11:30": 0.16, "13:00": 0.10, "15:00": 0.10, "16:30": 0.06}
        ),
        unit="share of sessions by start, weekends",
        source="docs/fitness-story.md#classes: weekend classes from 9 to 18",
    )
    margin_minutes: tuple[int, int] = rule(
        (25, 45),
        unit="minutes from opening to a session, and from it to closing",
        source="docs/fitness-checks.md#h41, #h60",
        low=2,
        high=240,
    )
    check_in_minutes: int = rule(
        8, unit="minutes before a class that people check in, at most", source=_PAGE, low=1, high=20
    )
    arrive_minutes: int = rule(
        12, unit="minutes between arriving and checking in, at most", source=_PAGE, low=1, high=30
    )
    arrive_least: int = rule(
        30,
        unit="seconds between arriving and checking in, at least",
        source="assumption: the way from the door to the room",
        low=0,
        high=60,
    )
    check_out_minutes: int = rule(
        3, unit="minutes from a class's end to checking out, at most", source=_PAGE, low=1, high=15
    )
    leave_minutes: int = rule(
        25, unit="minutes between checking out and leaving, at most", source=_PAGE, low=2, high=60
    )

    leave_least: int = rule(
        90,
        unit="seconds between checking out and leaving, at least",
        source="assumption: the way from the room to the door",
        low=0,
        high=120,
    )

    def stay_minutes(self) -> tuple[int, int]:
        """How long before a class's start its visitors are in the room at most, and how long after its end."""
        return (
            self.check_in_minutes + self.arrive_minutes,
            self.end_minutes[1] + self.check_out_minutes + self.leave_minutes,
        )

    def watch_minutes(self) -> tuple[int, int]:
        """How long before a class's start, and after its end, a pool must be watched, its visitors included."""
        return self.check_in_minutes + 1, self.end_minutes[1] + self.check_out_minutes + 1 + -(-self.leave_least // 60)

    def handover_minutes(self) -> int:
        """Minutes of the timetable between two classes of one instructor, at least, so that they never overlap."""
        return max(self.change_minutes, self.end_minutes[1] - self.start_minutes[0])

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        before, after = self.stay_minutes()
        if self.margin_minutes[0] < before or self.margin_minutes[1] < after:
            yield (
                f"margin_minutes {self.margin_minutes} leave no time to arrive ({before}) or to leave ({after}); "
                "raise them, or lower check_in_, arrive_, end_, check_out_ or leave_minutes."
            )
        for name in ("start_minutes", "end_minutes", "late_class_minutes", "stay_on_minutes"):
            low, high = getattr(self, name)
            if low > high:
                yield f"{name} run from {low} down to {high}."
        if self.price_low > self.price_high:
            yield f"price_low {self.price_low} is above price_high {self.price_high}."
        if not any(self.weekday_weights):
            yield "weekday_weights are all 0; leave at least one day for classes."
