"""Timetable, bookings and attendance of classes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from datagen.rules import Mix, rule

_ADVICE = "fitness-notes.md, regime that met all bands"
_PAGE = "fitness.md classschedules"


@dataclass(frozen=True)
class ClassRules:
    """How many classes there are, who books them and who comes."""

    visit_share: float = rule(0.19, unit="share of visits aimed at classes", source=f"{_ADVICE}; S13", low=0, high=0.6)
    load: float = rule(0.765, unit="bookings a seat, on average", source=f"{_ADVICE}; S09", low=0.05, high=3)
    type_sigma: float = rule(0.22, unit="log deviation of popularity across formats", source=_ADVICE, low=0, high=1)
    session_sigma: float = rule(0.12, unit="log deviation across sessions", source=_ADVICE, low=0, high=1)
    day_sigma: float = rule(0.15, unit="log deviation from day to day", source=_ADVICE, low=0, high=1)
    seats: int = rule(20, unit="seats a session, where demand allows", source="source document: 8-30", low=2, high=100)
    least_seats: int = rule(3, unit="seats a session at least", source=_PAGE, low=1, high=30)
    weekly_least: int = rule(10, unit="sessions a week wanted in a small centre", source=_PAGE, low=1, high=100)
    change_minutes: int = rule(15, unit="minutes between sessions in a room", source=_ADVICE, low=0, high=120)
    shared_change_minutes: int = rule(
        75, unit="minutes between sessions in a room that also takes other visits", source=_ADVICE, low=0, high=240
    )
    room_share: float = rule(0.5, unit="seats a session per capacity of its room", source=_ADVICE, low=0.05, high=0.5)
    shared_room_share: float = rule(
        0.33, unit="the same where the room also takes other visits", source=_ADVICE, low=0.05, high=0.5
    )
    weekday_weights: tuple[float, ...] = rule(
        (1.2, 1.16, 1.14, 1.0, 0.84, 0.74, 0.52), unit="weight, Monday to Sunday", source=f"{_ADVICE}; S14", low=0
    )
    reach_minutes: int = rule(75, unit="minutes by which a visit moves for a class", source=_ADVICE, low=5, high=240)
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
        source="fitness.md classtypes: categories",
    )
    paid_share: float = rule(0.07, unit="share of sessions with a price", source=f"{_PAGE}: 0 for most", low=0, high=1)
    price_low: int = rule(5, unit="dollars", source=_PAGE, low=5, high=25)
    price_high: int = rule(25, unit="dollars", source=_PAGE, low=5, high=25)
    no_show_share: float = rule(0.10, unit="share of seats booked", source=f"{_ADVICE}; S09", low=0, high=0.9)
    cancelled_booking_share: float = rule(0.08, unit="bookings cancelled per booking kept", source=_PAGE, low=0, high=1)
    cancelled_class_share: float = rule(
        0.012,
        unit="share of classes cancelled for other reasons than a missing instructor",
        source="fitness.md classinstances: about 5 % in all; S13",
        low=0,
        high=1,
    )
    called_away_share: float = rule(
        0.055, unit="share of classes whose instructor is called away", source=f"{_ADVICE}; S13", low=0, high=1
    )
    booking_lead_days: float = rule(2.2, unit="mean days from booking to class", source=_PAGE, low=0.1, high=30)
    booking_lead_most: int = rule(13, unit="days", source=_PAGE, low=1, high=60)
    schedule_ahead_days: int = rule(14, unit="days from the as-of day on", source="fitness.md, Time", low=14, high=14)
    start_delay_minutes: int = rule(
        6, unit="minutes at most, early or late", source=f"{_PAGE}: within 15", low=0, high=15
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
        source="source document: peak hours 6-9 and 17-20",
    )
    weekend_starts: Mix = rule(
        Mix.of(
            {"08:30": 0.14, "09:30": 0.22, "10:30": 0.22, "11:30": 0.16, "13:00": 0.10, "15:00": 0.10, "16:30": 0.06}
        ),
        unit="share of sessions by start, weekends",
        source="ODS schema: 9 AM-6 PM",
    )
    margin_minutes: tuple[int, int] = rule(
        (25, 45),
        unit="minutes from opening to a session, and from it to closing",
        source="fitness.md H41, H60",
        low=2,
        high=240,
    )
    check_in_minutes: int = rule(
        8, unit="minutes before a class that people check in, at most", source=_PAGE, low=1, high=20
    )
    arrive_minutes: int = rule(
        12, unit="minutes between arriving and checking in, at most", source=_PAGE, low=1, high=30
    )
    check_out_minutes: int = rule(
        3, unit="minutes from a class's end to checking out, at most", source=_PAGE, low=1, high=15
    )
    leave_minutes: int = rule(
        25, unit="minutes between checking out and leaving, at most", source=_PAGE, low=2, high=60
    )

    def stay_minutes(self) -> tuple[int, int]:
        """How long before a class's start its visitors are in the room at most, and how long after its end."""
        return (
            self.check_in_minutes + self.arrive_minutes,
            self.start_delay_minutes + self.check_out_minutes + self.leave_minutes,
        )

    def problems(self) -> Iterator[str]:
        """Contradictions between these rules."""
        before, after = self.stay_minutes()
        if self.margin_minutes[0] < before or self.margin_minutes[1] < after:
            yield (
                f"margin_minutes {self.margin_minutes} leave no time to arrive ({before}) or to leave ({after}); "
                "raise them, or lower check_in_, arrive_, start_delay_, check_out_ or leave_minutes."
            )
        if self.price_low > self.price_high:
            yield f"price_low {self.price_low} is above price_high {self.price_high}."
        if not any(self.weekday_weights):
            yield "weekday_weights are all 0; leave at least one day for classes."
