"""Who comes on which day of a month, when and for how long."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of, weekday
from datagen.columns import NULL, or_null
from datagen.fitness.demand import attendance
from datagen.fitness.memberships import Spells, cancelled, suspended
from datagen.fitness.rules.visits import VisitRules
from datagen.fitness.traits import Traits
from datagen.sampling import LANES, exponential_table, lognormal_table, normal_table, quantiles, scaled, threshold
from datagen.streams import Streams
from datagen.types import Days, Rows

_HALF = 2  # the gap before an ending is the sum of two draws
_LONGEST_GAP = 400  # days, of each
_SPARE = 120  # seconds of the opening hours that no visit fills
_LATEST = 1_439  # minute of the day
_LONG_AGO = 30_000  # days, within 16 bits


@dataclass(frozen=True)
class Present:
    """Those who may come to one facility in one month: a row a person, members of other facilities on trips last.

    `start` is the first day of the month and `days` their number. (people, days): `active`, whether a spell allows a
    visit; `since`, the day, from the first of the month, on which that spell began; `keen`, attendance against habit.
    """

    people: Rows
    active: NDArray[np.bool_]
    since: NDArray[np.int16]
    keen: NDArray[np.float32]
    start: int
    days: int


@dataclass(frozen=True)
class Visits:
    """Visits of one facility and month, by person, then day; `ins` and `outs` in seconds of the day."""

    rows: Rows
    days: Rows
    ins: NDArray[np.int64]
    outs: NDArray[np.int64]


@dataclass(frozen=True)
class Trips:
    """Stays at another facility in one month: from the day `starts` to the day before `ends`."""

    members: Rows
    homes: Rows
    starts: Days
    ends: Days
    facilities: Rows


def draw_last_visits(spells: Spells, rules: VisitRules, streams: Streams) -> Days:
    """The last day a member comes in each spell that ends in a cancellation; `NULL` for the others."""
    gap = np.zeros(len(spells), np.int64)
    table = exponential_table(rules.last_visit_days / _HALF, 0, _LONGEST_GAP)
    for part in range(_HALF):
        gap += quantiles(table, streams.lanes(len(spells), "last visit", part))
    length = np.where(spells.ends == NULL, 0, spells.ends - spells.starts)
    last = spells.ends - 1 - np.minimum(gap, (length * rules.last_visit_share).astype(np.int64))
    return or_null(cancelled(spells), last)


def draw_trips(homes: Rows, open_facilities: Rows, low: int, high: int, rules: VisitRules, streams: Streams) -> Trips:
    """Trips that begin and end in the month [low, high)."""
    count = len(homes)
    going = np.flatnonzero(streams.lanes(count, "trip", low) < threshold(rules.trip_share))
    if len(open_facilities) < 2:
        going = going[:0]
    least, most = rules.trip_days
    length = least + scaled(streams.lanes(count, "trip days", low).take(going), max(most - least, 0) + 1)
    start = low + scaled(streams.lanes(count, "trip start", low).take(going), high - low - length + 1)
    place = np.searchsorted(open_facilities, homes.take(going))
    step = 1 + scaled(streams.lanes(count, "trip to", low).take(going), len(open_facilities) - 1)
    away = open_facilities.take((place + step) % len(open_facilities))
    return Trips(going, homes.take(going), start.astype(np.int32), (start + length).astype(np.int32), away)


def who_may_come(
    facility: int,
    locals_: Rows,
    spells: Spells,
    last_visits: Days,
    joins: Days,
    trips: Trips,
    low: int,
    high: int,
    rules: VisitRules,
) -> Present:
    """Everybody who may come to `facility` in the month [low, high).

    `locals_` are the members whose home it is, in order; `spells` those of all members, guests included.
    """
    days = high - low
    visiting = np.flatnonzero(trips.facilities == facility)
    people = np.concatenate([locals_, trips.members.take(visiting)])
    first = spells.first_of.take(people)
    number = spells.first_of.take(people + 1) - first
    row = np.repeat(np.arange(len(people)), number)
    spell = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number) + np.repeat(first, number)
    starts, ends = spells.starts.take(spell), spells.ends_by(high).take(spell)
    live = (starts < high) & (ends > low) & ~suspended(spells).take(spell)
    row, spell, starts, ends = row[live], spell[live], starts[live] - low, ends[live] - low

    change = np.zeros((len(people), days + 1), np.int8)
    np.add.at(change, (row, np.maximum(starts, 0)), 1)
    np.add.at(change, (row, np.minimum(ends, days)), -1)
    active = np.cumsum(change[:, :days], axis=1, dtype=np.int8).astype(np.bool_)

    since = np.full((len(people), days), -_LONG_AGO, np.int16)
    since[row, np.maximum(starts, 0)] = np.maximum(starts, -_LONG_AGO)
    since = np.maximum.accumulate(since, axis=1)

    keen = np.empty((len(people), days), np.float32)
    keen[:] = attendance(rules, np.maximum((low + high) // 2 - joins.take(people), 0).astype(np.int64))[:, None]
    calendar_day = np.arange(days)
    fading = np.flatnonzero(last_visits.take(spell) != NULL)
    if len(fading):
        last = last_visits.take(spell[fading]) - low
        left = (last[:, None] - calendar_day + rules.fade_beyond) / (rules.fade_days + rules.fade_beyond)
        factor = np.where(calendar_day > last[:, None], 0, left.clip(0, 1))
        inside = (calendar_day >= starts[fading][:, None]) & (calendar_day < ends[fading][:, None])
        np.multiply.at(keen, row[fading], np.where(inside, factor, 1).astype(np.float32))

    # Nobody is in two places: trips take members away from home, and bring guests for those days only.
    def on_trip(which: Rows) -> NDArray[np.bool_]:
        return (calendar_day >= (trips.starts.take(which) - low)[:, None]) & (
            calendar_day < (trips.ends.take(which) - low)[:, None]
        )

    leaving = np.flatnonzero(trips.homes == facility)
    keen[np.searchsorted(locals_, trips.members.take(leaving))] *= ~on_trip(leaving)
    keen[len(locals_) :] *= on_trip(visiting)
    return Present(people, active, since, keen, low, days)


def draw_visits(
    present: Present, traits: Traits, opens: int, closes: int, rules: VisitRules, streams: Streams
) -> Visits:
    """The visits of a month to a facility open from `opens` to `closes` (seconds of the day)."""
    people, days = len(present.people), present.days
    calendar_days = present.start + np.arange(days)
    weekdays = weekday(calendar_days)
    season = np.array([rules.month_weights[date_of(int(day)).month - 1] for day in calendar_days], np.float32)
    chance = traits.daily.take(present.people, axis=0)[:, weekdays] * (season * LANES)
    chance *= present.keen
    chance *= present.active
    lanes = streams.lanes(people * days, "days").reshape(people, days)
    row, day = np.divmod(np.flatnonzero(lanes < chance), days)

    count = len(row)
    weekend = weekdays.take(day) >= 5
    habit = traits.habit.take(present.people.take(row))
    usual = habit + quantiles(normal_table(0, rules.own_spread, -_LATEST, _LATEST), streams.lanes(count, "minute"))
    shifted = (habit - rules.weekend_minute) * rules.weekend_habit
    other = quantiles(
        normal_table(rules.weekend_minute, rules.weekend_spread, 0, _LATEST), streams.lanes(count, "other minute")
    )
    off = streams.lanes(count, "habit") < threshold(rules.off_habit_share)
    minute = np.where(weekend, other + shifted.astype(np.int64), np.where(off, other, usual))
    length = quantiles(
        lognormal_table(rules.length_median, rules.length_sigma, rules.length_least, rules.length_most),
        streams.lanes(count, "length"),
    ).astype(np.int64)
    second = scaled(streams.lanes(count, "second"), 60)
    spare = scaled(streams.lanes(count, "out second"), 60)
    length = np.minimum(length * 60 + spare, closes - opens - _SPARE)
    latest = closes - length - second
    # Who would come too early or leave too late comes a little later or earlier, not all at one moment.
    early = opens + scaled(streams.lanes(count, "early"), 60 * rules.edge_minutes)
    late = latest - scaled(streams.lanes(count, "late"), 60 * rules.edge_minutes)
    begin = minute.astype(np.int64) * 60 + second
    begin = np.where(begin < opens, early, begin)
    begin = np.where(begin > latest, late, begin).clip(opens, latest)
    return Visits(row, day, begin, begin + length)
