"""Who comes on which day of a month, when and for how long."""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.arrays import distinct
from datagen.calendar import SECONDS_AN_HOUR, weekday
from datagen.columns import NULL, or_null
from datagen.fitness.closures import ClubDays
from datagen.fitness.course import SUSPENDED, Spells
from datagen.fitness.demand import attendance_by_day
from datagen.fitness.memberships import departures
from datagen.fitness.pauses import Pauses
from datagen.fitness.rules.closures import ClosureRules
from datagen.fitness.rules.visits import VisitRules
from datagen.fitness.traits import Traits
from datagen.fitness.trips import Trips
from datagen.frozen import dataclass
from datagen.sampling import (
    LANES,
    exponential_table,
    interpolated,
    lognormal_table,
    normal_table,
    quantiles,
    rank_in_group,
    scaled,
    threshold,
)
from datagen.streams import Streams
from datagen.types import Days, Rows

_HALF = 2  # the gap before an ending is the sum of two draws
_LONGEST_GAP = 400  # days, of each
_SPARE = 120  # seconds of the opening hours that no visit fills
_LATEST = 1_439  # minute of the day
_LONG_AGO = 30_000  # days, within 16 bits
_YEAR = 365
_DAYS_A_YEAR = 365.25
_SATURDAY = 5
_REST = 3_600  # seconds beyond the morning in which a first visit ends
_DAWN = 5 * SECONDS_AN_HOUR


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
    """Visits of one facility and month, by person, then day, second ones of a day last; `ins` and `outs` in seconds of
    the day."""

    rows: Rows
    days: Rows
    ins: NDArray[np.int64]
    outs: NDArray[np.int64]


def draw_last_visits(spells: Spells, rules: VisitRules, streams: Streams) -> Days:
    """The last day a member comes in each spell after which the member is gone; `NULL` for the others."""
    gap = np.zeros(len(spells), np.int64)
    table = exponential_table(rules.last_visit_days / _HALF, 0, _LONGEST_GAP)
    for part in range(_HALF):
        gap += quantiles(table, streams.lanes(len(spells), "last visit", part))
    length = np.where(spells.ends == NULL, 0, spells.ends - spells.starts)
    last = spells.ends - 1 - np.minimum(gap, (length * rules.last_visit_share).astype(np.int64))
    return or_null(departures(spells), last)


def who_may_come(
    facility: int,
    locals_: Rows,
    spells: Spells,
    last_visits: Days,
    joins: Days,
    trips: Trips,
    pauses: Pauses,
    low: int,
    high: int,
    rules: VisitRules,
) -> Present:
    """Everybody who may come to `facility` in the month [low, high).

    `locals_` are the members whose home it is, in order; `spells` those of all members, guests included; `trips` and
    `pauses` those that touch the month.
    """
    days = high - low
    visiting = np.flatnonzero(trips.facilities == facility)
    people = np.concatenate([locals_, distinct(trips.members.take(visiting))])
    first = spells.first_of.take(people)
    number = spells.first_of.take(people + 1) - first
    row = np.repeat(np.arange(len(people)), number)
    spell = np.arange(len(row)) - np.repeat(np.cumsum(number) - number, number) + np.repeat(first, number)
    starts, ends = spells.starts.take(spell), spells.ends.take(spell)
    ends = np.where(ends == NULL, np.int32(high), ends)
    live = (starts < high) & (ends > low) & (spells.statuses.take(spell) != SUSPENDED)
    row, spell, starts, ends = row[live], spell[live], starts[live] - low, ends[live] - low

    active, since = _stretches(row, starts, ends, len(people), days)

    calendar_day = np.arange(days)
    keen = attendance_by_day(rules, low - joins.take(people), days)
    fading = np.flatnonzero(last_visits.take(spell) != NULL)
    if len(fading):
        last = last_visits.take(spell[fading]) - low
        left = (last[:, None] - calendar_day + rules.fade_beyond) / (rules.fade_days + rules.fade_beyond)
        factor = np.where(calendar_day > last[:, None], 0, left.clip(0, 1))
        inside = (calendar_day >= starts[fading][:, None]) & (calendar_day < ends[fading][:, None])
        np.multiply.at(keen, row[fading], np.where(inside, factor, 1).astype(np.float32))

    # Nobody is in two places: trips take members away from home, and bring guests for those days only.
    here = np.full(len(joins), -1, np.int32)
    here[people] = np.arange(len(people))
    home = np.zeros((len(people) - len(locals_), days), np.bool_)
    row, when = _days_of(trips, visiting, here, low, days)
    home[row - len(locals_), when] = True
    keen[len(locals_) :] *= home
    row, when = _days_of(trips, np.flatnonzero(trips.homes == facility), here, low, days)
    keen[row, when] = 0
    row, when = _days_of(pauses, None, here, low, days)
    keen[row, when] = 0
    return Present(people, active, since, keen, low, days)


def _stretches(
    row: Rows, starts: Days, ends: Days, people: int, days: int
) -> tuple[NDArray[np.bool_], NDArray[np.int16]]:
    """(people, days): whether a spell allows a visit, and when the latest one began by then; see `Present`.

    Spells come by row, then start; their days count from the first of the month.
    """
    day = np.arange(days, dtype=np.int16)
    start = np.maximum(starts, -_LONG_AGO).astype(np.int16)[:, None]
    begun = day >= start
    inside = begun & (day < np.minimum(ends, days).astype(np.int16)[:, None])
    latest = np.where(begun, start, np.int16(-_LONG_AGO))
    active = np.zeros((people, days), np.bool_)
    since = np.full((people, days), -_LONG_AGO, np.int16)
    # Most have one; of those who have more, the next is laid over the earlier ones.
    turns = rank_in_group(row)
    for turn in range(int(turns.max(initial=-1)) + 1):
        which = np.flatnonzero(turns == turn)
        who = row.take(which)
        if not turn:
            active[who], since[who] = inside[which], latest[which]
        else:
            active[who] |= inside[which]
            since[who] = np.maximum(since[who], latest[which])
    return active, since


def _days_of(
    stretches: Trips | Pauses, which: Rows | None, places: NDArray[np.int32], low: int, days: int
) -> tuple[Rows, NDArray[np.intp]]:
    """The rows of members, by their `places`, and the days from `low` on, of some stretches, or all of them."""
    members, starts, ends = (
        part if which is None else part.take(which) for part in (stretches.members, stretches.starts, stretches.ends)
    )
    row: Rows = places.take(members).astype(np.intp)
    here = np.flatnonzero(row >= 0)
    day = np.arange(days)
    inside = (day >= (starts.take(here) - low)[:, None]) & (day < (ends.take(here) - low)[:, None])
    which, when = np.nonzero(inside)
    return row.take(here).take(which), when


def season(rules: VisitRules, low: int, days: int) -> NDArray[np.float64]:
    """How much members come on so many days from `low` on (a day number) by the season, against the year."""
    return yearly(rules.season_days, rules.season_weights, low, days)


@lru_cache(maxsize=8)
def yearly(at: tuple[int, ...], levels: tuple[float, ...], low: int, days: int) -> NDArray[np.float64]:
    """The levels of a year on so many days from `low` on, which change evenly between the days `at` of the year.

    Read-only: the latest ones are kept, for a worker makes a month of one club after the other.
    """
    calendar_days = low + np.arange(days)
    years = calendar_days.astype("datetime64[D]").astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    place = calendar_days - years + 1
    points, weights = np.array(at), np.array(levels)
    # The year is a circle: the last point leads to the first one.
    points = np.concatenate([[points[-1] - _YEAR], points, [points[0] + _YEAR]])
    weights = np.concatenate([weights[-1:], weights, weights[:1]])
    level: NDArray[np.float64] = np.round(np.interp(place, points, weights), 6)
    level.setflags(write=False)
    return level


def draw_visits(
    present: Present, traits: Traits, club: ClubDays, rules: VisitRules, closures: ClosureRules, streams: Streams
) -> Visits:
    """The visits of a month to a club whose days are `club`; `traits` are those of the people present."""
    people, days = len(present.people), present.days
    calendar_days = present.start + np.arange(days)
    weekdays = weekday(calendar_days)
    factor = (season(rules, present.start, days) * club.busy).astype(np.float32)
    chance = traits.daily[:, weekdays] * (factor * LANES)
    chance *= present.keen
    chance *= present.active
    chance *= traits.phases_on(present.start, days, rules)
    _students(chance, traits.births, present.start, rules)
    lanes = streams.lanes(people * days, "days").reshape(people, days)
    company = _company(present, traits, rules, streams)
    lanes = _same_days(lanes, company)
    row, day = np.divmod(np.flatnonzero(lanes < chance), days)
    habit = traits.habit_on(row, present.start + day)
    own = traits.lengths.take(row)
    begin, length = _times(habit, own, weekdays.take(day), rules, streams)
    _same_times(begin, length, row, day, company, rules, streams)
    opens, closes = club.opens.take(day), club.closes.take(day)
    length = np.minimum(length, closes - opens - _SPARE)
    latest = closes - length
    count, edge = len(row), 60 * rules.edge_minutes
    # On half days, those who usually come at other hours come earlier, or not at all.
    stays = np.ones(count, np.bool_)
    other = np.flatnonzero(club.half.take(day) & ((begin < opens - edge) | (begin > latest + edge)))
    stays[other] = streams.lanes(count, "half day").take(other) < threshold(closures.half_day_earlier)
    begin[other] = (opens + scaled(streams.lanes(count, "earlier"), np.maximum(latest - opens, 1))).take(other)
    # Who would come too early or leave too late comes a little later or earlier, not all at one moment.
    early = opens + scaled(streams.lanes(count, "early"), edge)
    late = latest - scaled(streams.lanes(count, "late"), edge)
    begin = np.where(begin < opens, early, begin)
    begin = np.where(begin > latest, late, begin).clip(opens, latest)
    end = begin + length

    # A stopped club is left at once, and nobody comes in.
    stop, until = club.stop_from.take(day), club.stop_until.take(day)
    caught = np.flatnonzero((until > stop) & (begin < until) & (end > stop))
    leaves = stop + scaled(streams.lanes(count, "leaves"), 60 * closures.leaving_minutes)
    stays[caught] &= (stop - begin).take(caught) >= 60 * rules.length_least
    end[caught] = np.minimum(end, leaves).take(caught)
    keep = np.flatnonzero(stays)
    visits = Visits(*(part.take(keep) for part in (row, day, begin, end)))
    return _twice_a_day(visits, club, rules, streams)


def _students(chance: NDArray[np.float32], births: Days, start: int, rules: VisitRules) -> None:
    """Let those of the age of students follow the terms from the day `start` on, in place; they are away in breaks."""
    low, high = (_DAYS_A_YEAR * age for age in rules.student_ages)
    age = start - births
    rows = np.flatnonzero((age >= low) & (age < high))
    chance[rows] *= yearly(rules.student_days, rules.student_weights, start, chance.shape[1]).astype(np.float32)


class _Company(NamedTuple):
    """Rows of those present who go with another one, the rows of these, and (rows, days): whether they do that day."""

    rows: Rows
    leaders: Rows
    together: NDArray[np.bool_]


def _company(present: Present, traits: Traits, rules: VisitRules, streams: Streams) -> _Company:
    place = np.full(int(max(present.people.max(initial=0), traits.goes_with.max(initial=0))) + 1, -1, np.int32)
    place[present.people] = np.arange(len(present.people))
    leader: Rows = place.take(traits.goes_with).astype(np.intp)
    rows = np.flatnonzero((leader >= 0) & (leader != np.arange(len(leader))))
    shape = len(rows), present.days
    together = streams.lanes(shape[0] * shape[1], "together").reshape(shape) < threshold(rules.company_days)
    return _Company(rows, leader.take(rows), together)


def _same_days(lanes: NDArray[np.uint16], company: _Company) -> NDArray[np.uint16]:
    """The lanes by which members come on a day, where those who go together have the same one."""
    if len(company.rows):
        lanes = lanes.copy()
        lanes[company.rows] = np.where(company.together, lanes[company.leaders], lanes[company.rows])
    return lanes


def _same_times(
    begin: NDArray[np.int64],
    length: NDArray[np.int64],
    rows: Rows,
    days: Rows,
    company: _Company,
    rules: VisitRules,
    streams: Streams,
) -> None:
    """Let those who go together come and leave within minutes of each other, in place."""
    people = int(max(rows.max(initial=0), company.rows.max(initial=0), company.leaders.max(initial=0))) + 1
    visit = np.full((people, company.together.shape[1]), -1)
    visit[rows, days] = np.arange(len(rows))
    which, day = np.nonzero(company.together)
    mine, theirs = visit[company.rows.take(which), day], visit[company.leaders.take(which), day]
    both = np.flatnonzero((mine >= 0) & (theirs >= 0))
    mine, theirs = mine[both], theirs[both]
    apart = 60 * rules.company_minutes
    later, longer = (scaled(streams.lanes(len(mine), name), apart) for name in ("comes after", "leaves after"))
    begin[mine] = begin[theirs] + later
    length[mine] = np.maximum(length[theirs] - later + longer, 60 * rules.length_least)


def _twice_a_day(visits: Visits, club: ClubDays, rules: VisitRules, streams: Streams) -> Visits:
    """The visits, and after them second ones of some who came in the morning or the evening, at the other end of the
    day, so far away that no class moves them into each other."""
    count = len(visits.rows)
    before, after = (60 * minute for minute in rules.twice_minutes)
    usual = ~club.half & ~club.shut & (club.stop_until <= club.stop_from)
    morning, evening = visits.outs <= before + _REST, visits.ins >= after
    again = (morning | evening) & usual.take(visits.days)
    again &= streams.lanes(count, "again") < threshold(rules.twice_share)
    which = np.flatnonzero(again)
    first, last = club.opens.take(visits.days[which]), club.closes.take(visits.days[which])
    length = 60 * (rules.length_least + scaled(streams.lanes(count, "again length").take(which), rules.length_median))
    length += scaled(streams.lanes(count, "again second").take(which), 60)
    from_ = np.where(morning[which], after, np.maximum(first, _DAWN))
    until = np.where(morning[which], last - length, before - length)
    begin = from_ + scaled(streams.lanes(count, "again begin").take(which), np.maximum(until - from_, 1))
    fits = np.flatnonzero((until > from_) & (begin + length <= last))
    more = (visits.rows[which], visits.days[which], begin, begin + length)
    return Visits(
        *(np.concatenate([old, new.take(fits)]) for old, new in zip(vars(visits).values(), more, strict=True))
    )


def _times(
    habit: NDArray[np.int32], own: NDArray[np.float32], weekdays: NDArray[np.int64], rules: VisitRules, streams: Streams
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """When visits would begin (seconds of the day), by the members' own hours, and how many seconds they last, by
    their `own` lengths."""
    count = len(habit)
    usual = habit + quantiles(normal_table(0, rules.own_spread, -_LATEST, _LATEST), streams.lanes(count, "minute"))
    shifted = (habit - rules.weekend_minute) * rules.weekend_habit
    other = quantiles(
        normal_table(rules.weekend_minute, rules.weekend_spread, 0, _LATEST), streams.lanes(count, "other minute")
    )
    off = streams.lanes(count, "habit") < threshold(rules.off_habit_share)
    minute = np.where(weekdays >= _SATURDAY, other + shifted.astype(np.int64), np.where(off, other, usual))
    lengths = lognormal_table(
        60 * rules.length_median, rules.length_sigma, 60 * rules.length_least, 60 * rules.length_most
    )
    begin = minute.astype(np.int64) * 60 + scaled(streams.lanes(count, "second"), 60)
    length = interpolated(lengths, streams.words(count, "length")) * own
    noon = (weekdays < _SATURDAY) & (minute >= rules.lunch_minutes[0]) & (minute < rules.lunch_minutes[1])
    length *= np.where(noon, rules.lunch_length, np.where(weekdays >= _SATURDAY, rules.weekend_length, 1))
    return begin, np.clip(length, 60 * rules.length_least, 60 * rules.length_most).astype(np.int64)
