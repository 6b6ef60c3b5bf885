"""The calendar of the clubs: public holidays, half days, busy and quiet days, and hours in which a club is stopped.

Everything is drawn by absolute days, so that a day is the same in every window and for every as-of day.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import field
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of, month_number, weekday
from datagen.columns import or_no_code
from datagen.fitness.frames import Facilities
from datagen.fitness.rules.closures import ClosureRules
from datagen.frozen import dataclass
from datagen.sampling import LANES, deviates, scaled
from datagen.streams import Streams
from datagen.types import Integers

STOP_REASONS = (
    "Power outage",
    "Severe weather: snow",
    "Severe weather: heat",
    "Severe weather: hurricane",
    "Severe weather: thunderstorm",
)
"""Why a whole club is stopped for hours."""
HOLIDAY = "Public holiday"
"""Why the classes of a day on which the club is shut, or closes early, are cancelled."""

_USUAL, _MINOR, _MAJOR, _HALF, _SHUT = range(5)


class Holiday(NamedTuple):
    """A day of each year: a day of a month, or the nth of its weekdays of a name (-1: the last)."""

    name: str
    month: int
    day: int = 1
    weekday: str = ""
    nth: int = 1
    since: int = 0
    """The first year that has it."""

    def dates(self, years: NDArray[np.int64]) -> NDArray[np.datetime64]:
        """The day in each of these years that has it."""
        month = (12 * (years[years >= self.since] - 1970) + self.month - 1).astype("datetime64[M]")
        if not self.weekday:
            return month.astype("datetime64[D]") + (self.day - 1)
        start, places = (month, self.nth - 1) if self.nth > 0 else (month + 1, self.nth)
        return np.busday_offset(start.astype("datetime64[D]"), places, roll="forward", weekmask=self.weekday)


_MAJOR_DAYS = (
    Holiday("New Year", month=1, day=1),
    Holiday("Independence Day", month=7, day=4),
    Holiday("Memorial Day", month=5, weekday="Mon", nth=-1),
    Holiday("Labor Day", month=9, weekday="Mon", nth=1),
)
_MINOR_DAYS = (
    Holiday("Birthday of Martin Luther King, Jr.", month=1, weekday="Mon", nth=3, since=1986),
    Holiday("Washington's Birthday", month=2, weekday="Mon", nth=3),
    Holiday("Juneteenth", month=6, day=19, since=2021),
    Holiday("Columbus Day", month=10, weekday="Mon", nth=2),
    Holiday("Veterans Day", month=11, day=11),
)
_HALF_DAYS = (
    Holiday("Thanksgiving Day", month=11, weekday="Thu", nth=4),
    Holiday("Christmas Eve", month=12, day=24),
    Holiday("New Year's Eve", month=12, day=31),
)
_SHUT_DAYS = (Holiday("Christmas", month=12, day=25),)
HOLIDAYS = (*_MAJOR_DAYS, *_MINOR_DAYS, *_HALF_DAYS, *_SHUT_DAYS)

_BLOCK = 512  # days whose draws belong together
_DAYS_A_YEAR = 365.25


class ClubDays(NamedTuple):
    """What the days of one club are like, an entry a day.

    `opens` and `closes` in seconds of the day, both 0 on days when the club is `shut`; `half` marks days on which it
    closes early; `busy` is attendance against a usual day. A stop lasts from `stop_from` to `stop_until` (seconds of
    the day, equal where there is none) for the reason `stop_reason`, a place in `STOP_REASONS`.
    """

    opens: Integers
    closes: Integers
    shut: NDArray[np.bool_]
    half: NDArray[np.bool_]
    busy: NDArray[np.float32]
    stop_from: Integers
    stop_until: Integers
    stop_reason: NDArray[np.int8]


@dataclass(frozen=True)
class Calendar:
    """The days [first, last) of all clubs: what kind each is, and how busy the chain is."""

    first: int
    last: int
    kinds: NDArray[np.int8]
    chain: NDArray[np.float64]
    facilities: Facilities
    rules: ClosureRules
    streams: Streams
    _clubs: dict[int, ClubDays] = field(default_factory=dict, repr=False)

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_clubs": {}}

    def at(self, facility: int, low: int, high: int) -> ClubDays:
        """The days [low, high) of a club, which must lie in the calendar."""
        club = self._clubs.get(facility)
        if club is None:
            club = self._clubs[facility] = _club_days(self, facility)
        part = slice(low - self.first, high - self.first)
        return ClubDays(*(days[part] for days in club))  # type: ignore[arg-type]

    def shut_everywhere(self) -> NDArray[np.intp]:
        """The days (numbers) on which all clubs but those that never close are shut."""
        return self.first + np.flatnonzero(self.kinds == _SHUT)


def draw_calendar(facilities: Facilities, rules: ClosureRules, streams: Streams, low: int, high: int) -> Calendar:
    """The calendar of the days [low, high)."""
    kinds = np.zeros(high - low, np.int8)
    for kind, days in ((_MINOR, _MINOR_DAYS), (_MAJOR, _MAJOR_DAYS), (_HALF, _HALF_DAYS), (_SHUT, _SHUT_DAYS)):
        kinds[_dates(days, low, high) - low] = kind
    noise = 1 + rules.chain_day_sigma * deviates(by_day(streams, low, high, "chain"))
    factor = np.array([1, rules.minor_attendance, rules.major_attendance, rules.half_attendance, 0.0])
    return Calendar(low, high, kinds, factor.take(kinds) * noise, facilities, rules, streams)


def by_day(streams: Streams, low: int, high: int, *names: str | int) -> NDArray[np.uint16]:
    """A lane for each of the days [low, high), the same one whatever the other days are."""
    blocks = range(low // _BLOCK, (high - 1) // _BLOCK + 1)
    lanes = np.concatenate([streams.lanes(_BLOCK, *names, block) for block in blocks])
    return lanes[low - blocks[0] * _BLOCK :][: high - low]


def _dates(holidays: Iterable[Holiday], low: int, high: int) -> NDArray[np.int64]:
    years = np.arange(date_of(low).year, date_of(high - 1).year + 1)
    days = np.concatenate([holiday.dates(years) for holiday in holidays]).astype(np.int64)
    return days[(days >= low) & (days < high)]


def _club_days(calendar: Calendar, facility: int) -> ClubDays:
    rules, streams, kinds = calendar.rules, calendar.streams, calendar.kinds
    low, high = calendar.first, calendar.last
    opens, closes = int(calendar.facilities.opens[facility]), int(calendar.facilities.closes[facility])
    never_closes = bool(calendar.facilities.never_close()[facility])
    shut = (kinds == _SHUT) & (not never_closes)
    half = (kinds == _HALF) & (not never_closes)
    early, late = (60 * minute for minute in rules.half_day_minutes)
    begin = np.where(half, np.clip(early, opens, closes), opens)
    end = np.where(half, np.clip(late, opens, closes), closes)
    # A club whose usual hours leave too little of a half day does not open.
    shut |= half & (end - begin < 60 * rules.half_day_least)
    half &= ~shut
    begin, end = np.where(shut, 0, begin), np.where(shut, 0, end)

    noise = rules.club_day_sigma * deviates(by_day(streams, low, high, "club", facility))
    weeks = np.arange(low, high) - weekday(np.arange(low, high))
    noise += rules.club_week_sigma * deviates(by_day(streams, low - 6, high, "week", facility).take(weeks - low + 6))
    chain = np.where((kinds == _SHUT) & never_closes, rules.christmas_attendance, calendar.chain)
    busy = np.where(shut, 0, np.maximum(chain * (1 + noise), 0))
    stop_from, stop_until, reason = _stops(calendar, facility, begin, end)
    return ClubDays(begin, end, shut, half, np.round(busy, 6).astype(np.float32), stop_from, stop_until, reason)


def _stops(
    calendar: Calendar, facility: int, opens: Integers, closes: Integers
) -> tuple[Integers, Integers, NDArray[np.int8]]:
    """The hours of each day in which weather or the grid stops the club, and which of them."""
    rules, streams, days = calendar.rules, calendar.streams, np.arange(calendar.first, calendar.last)
    months = month_number(days) % 12
    state = calendar.facilities.states[facility]
    chances = [np.full(len(days), rules.power_a_year / _DAYS_A_YEAR)]
    for number, weights, states in (
        (rules.snow_a_year, rules.snow_months, rules.snow_states.split()),
        (rules.heat_a_year, rules.heat_months, rules.heat_states.split()),
        (rules.hurricane_a_year, rules.hurricane_months, rules.hurricane_states.split()),
        (rules.thunder_a_year, rules.thunder_months, [state]),
    ):
        a_day = number * np.array(weights) / sum(weights) / (_DAYS_A_YEAR / 12) * (state in states)
        chances.append(a_day.take(months))
    limits = np.rint(np.cumsum(chances, axis=0) * LANES).astype(np.int64)
    lanes = by_day(streams, calendar.first, calendar.last, "stop", facility)
    reason = (lanes >= limits).sum(axis=0)
    stopped = (reason < len(STOP_REASONS)) & (closes > opens)
    least, most = (60 * minutes for minutes in rules.stop_minutes)
    draws = streams.at("stop", facility)
    length = least + scaled(by_day(draws, calendar.first, calendar.last, "length"), most - least + 1)
    begin = opens + scaled(by_day(draws, calendar.first, calendar.last, "begin"), np.maximum(closes - opens - least, 1))
    begin = np.where(stopped, begin, 0)
    until = np.where(stopped, np.minimum(begin + length, closes), 0)
    return begin, until, or_no_code(stopped, reason).astype(np.int8)
