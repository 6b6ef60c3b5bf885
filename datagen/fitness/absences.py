"""When staff are away: holidays, illness, long leaves, and single shifts that are missed or called off.

Everything is drawn for all staff at once and by absolute stretches - blocks of days, quarters, years - so that a spell
that crosses the end of a month is one spell, and nothing depends on the window that is asked for.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import month_number, month_start, weekday
from datagen.fitness import vocabulary
from datagen.fitness.frames import Staff
from datagen.fitness.rules.absences import AbsenceRules
from datagen.sampling import exponential_table, lognormal_table, pick, quantiles, scaled, threshold
from datagen.streams import Streams
from datagen.types import Integers, Rows

AT_WORK, MISSED, DROPPED, OFF = range(4)
"""What becomes of a day on which a shift may fall: worked, missed, called off, or none was planned."""

_BLOCK = 512  # days whose draws belong together
_ONE = 1_000
_SATURDAY = 5
_SUMMER = tuple(range(3, 9))  # months, counted from 0, in the half of the year in which most take the long holiday
_WINTER = tuple(month for month in range(12) if month not in _SUMMER)
_SPELLS = 2  # of illness a quarter, at most
_Spells = tuple[Rows, Integers, Integers]
"""People, and the days [first, first after) of each."""
_ON_LEAVE = vocabulary.STAFF_STATUSES.index("On Leave")


def leave_begins(staff: Staff, rules: AbsenceRules, streams: Streams, as_of: int) -> NDArray[np.int64]:
    """The first day of the leave that somebody On Leave is on."""
    least, most = rules.running_leave
    back: NDArray[np.int64] = least + scaled(streams.lanes(len(staff.hires), "leave"), most - least + 1)
    return as_of - back


def draw_absences(
    staff: Staff, rules: AbsenceRules, streams: Streams, low: int, high: int, as_of: int
) -> NDArray[np.int8]:
    """(staff, days of [low, high)): what becomes of each day. Who will be ill is not known on the as-of day."""
    out = _single(len(staff.hires), rules, streams, low, high)
    out[_inside(_illnesses(staff, rules, streams.at("illness"), low, high), low, high)] = MISSED
    out[:, max(as_of - low, 0) :] = AT_WORK
    out[_inside(_holidays(staff, rules, streams.at("holiday"), low, high), low, high)] = OFF
    out[_inside(_long_leaves(staff, rules, streams.at("long leave"), low, high, as_of), low, high)] = OFF
    return out


def _single(count: int, rules: AbsenceRules, streams: Streams, low: int, high: int) -> NDArray[np.int8]:
    blocks = range(low // _BLOCK, (high - 1) // _BLOCK + 1)
    lanes = np.concatenate(
        [streams.lanes(count * _BLOCK, "single", block).reshape(count, _BLOCK) for block in blocks], axis=1
    )[:, low - blocks[0] * _BLOCK :][:, : high - low]
    missed, dropped = threshold(rules.missed_share), threshold(rules.missed_share + rules.dropped_share)
    out = np.where(lanes < dropped, np.int8(DROPPED), np.int8(AT_WORK))
    out[lanes < missed] = MISSED
    return out


def _illnesses(staff: Staff, rules: AbsenceRules, streams: Streams, low: int, high: int) -> list[_Spells]:
    """Some people are ill more often than others, and all more often in winter."""
    count = len(staff.hires)
    prone = lognormal_table(_ONE, rules.illness_sigma, 0, 10 * _ONE)
    often = quantiles(prone, streams.lanes(count, "prone")) / _ONE
    lengths = exponential_table(rules.illness_days, 1, rules.illness_most)
    spells = []
    for quarter in range(int(month_number(low - rules.illness_most)) // 3, int(month_number(high - 1)) // 3 + 1):
        first, after = int(month_start(3 * quarter)), int(month_start(3 * quarter + 3))
        chance = rules.illnesses_a_year / 4 * rules.illness_quarters[quarter % 4] / _SPELLS
        for spell in range(_SPELLS):
            who = np.flatnonzero(streams.lanes(count, "ill", quarter, spell) < threshold(chance * often))
            begin = first + scaled(streams.lanes(count, "day", quarter, spell).take(who), after - first)
            length = quantiles(lengths, streams.lanes(count, "length", quarter, spell).take(who)).astype(np.int64)
            spells.append((who, begin, begin + length))
    return spells


def _holidays(staff: Staff, rules: AbsenceRules, streams: Streams, low: int, high: int) -> list[_Spells]:
    """A long and a short holiday in each year, from a Saturday on, the short one in the other half of the year."""
    count = len(staff.hires)
    longest = max(int(name) for name in (*rules.long_holiday.names, *rules.short_holiday.names))
    spells = []
    for year in range(int(month_number(low - longest)) // 12, int(month_number(high - 1)) // 12 + 1):
        summer = streams.lanes(count, "summer", year) < threshold(rules.summer_share)
        for kind, mix, half in (("long", rules.long_holiday, summer), ("short", rules.short_holiday, ~summer)):
            lane = streams.lanes(count, kind, "month", year)
            months = [
                np.array(part).take(pick([rules.holiday_months[month] for month in part], lane))
                for part in (_SUMMER, _WINTER)
            ]
            month = 12 * year + np.where(half, *months)
            room = month_start(month + 1) - month_start(month)
            begin = month_start(month).astype(np.int64) + scaled(streams.lanes(count, kind, "day", year), room)
            begin += (_SATURDAY - weekday(begin)) % 7
            days = np.array([int(name) for name in mix.names])
            length = days.take(pick(mix.shares, streams.lanes(count, kind, "length", year)))
            who = np.flatnonzero(begin >= staff.hires + rules.holiday_after)
            spells.append((who, begin[who], (begin + length)[who]))
    return spells


def _long_leaves(staff: Staff, rules: AbsenceRules, streams: Streams, low: int, high: int, as_of: int) -> list[_Spells]:
    """Leaves of months that are over by the as-of day: who is on one then is On Leave by the frame."""
    count, (least, most) = len(staff.hires), rules.long_leave
    spells = []
    for quarter in range(int(month_number(low - most)) // 3, int(month_number(high - 1)) // 3 + 1):
        first, after = int(month_start(3 * quarter)), int(month_start(3 * quarter + 3))
        chance = threshold(rules.long_leaves_a_year / 4)
        begin = first + scaled(streams.lanes(count, "day", quarter), after - first)
        until = begin + least + scaled(streams.lanes(count, "length", quarter), most - least + 1)
        who = np.flatnonzero(
            (streams.lanes(count, "leave", quarter) < chance)
            & (begin >= staff.hires + rules.long_leave_after)
            & (until <= as_of)
        )
        spells.append((who, begin[who], until[who]))
    return spells


def _inside(spells: list[_Spells], low: int, high: int) -> tuple[Rows, Rows]:
    """The people and days, counted from `low`, of the days in [low, high) inside spells."""
    who, begin, until = (np.concatenate(part) for part in zip(*spells, strict=True))
    begin, until = (np.clip(edge, low, high) - low for edge in (begin, until))
    days = until - begin
    before = np.cumsum(days) - days
    return np.repeat(who, days), np.repeat(begin - before, days) + np.arange(int(days.sum()))
