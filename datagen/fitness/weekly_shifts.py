"""The weekly shifts of each member of staff: some rotas that a person may be on, and which one in which quarter."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import month_start, weekday
from datagen.columns import or_no_code
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.rules.roster import RosterRules
from datagen.sampling import pick, scaled, threshold
from datagen.streams import Streams
from datagen.types import Rows

ROTAS = 3
"""Rotas that a person may be on."""

_DESK = vocabulary.JOB_TITLES.index("Front Desk")
_AT_DOORS = np.array([_DESK, vocabulary.JOB_TITLES.index("Maintenance")])
_EARLIER = 8  # quarters before the first one at which changes of rota begin
_MOST_A_WEEK = 60 * 60  # minutes
_NIGHT_STEP = 4  # days from the first night of the week of one to that of the next
_LAST_MINUTE = 24 * 60 - 1


def draw_rotas(
    reference: Reference, homes: Rows, turn: Rows, rules: RosterRules, streams: Streams
) -> tuple[NDArray[np.int16], NDArray[np.int16], NDArray[np.bool_]]:
    """(staff, rotas, 7) first and last minutes, -1 on days off, and who works early on their first rota.

    Those who share a job at a facility, numbered by `turn`, take early and late shifts in turn. The early ones of the
    desk and of maintenance begin when the doors open, the late ones end when they are closed, or with the day.
    """
    staff, count = reference.staff, len(homes)
    days = np.array([rules.full_time_days, rules.part_time_days, rules.contract_days]).take(staff.employment)
    length = np.array([rules.full_time_minutes, rules.part_time_minutes, rules.contract_minutes]).take(staff.employment)
    opens, closes = -(-reference.facilities.opens.take(homes) // 60), reference.facilities.closes.take(homes) // 60
    length = np.minimum(length, closes - opens)
    at_doors = np.isin(staff.titles, _AT_DOORS)
    opening = at_doors & ~never_closing(reference).take(homes)
    night = at_night(reference, homes, turn, rules)

    drawn = pick(rules.shift_starts.shares, streams.lanes(count, "shift"))
    early, late = 0, len(rules.shift_starts.names) - 1
    usual = np.where(turn < rules.alternating, np.where(turn % 2 == 0, early, late), drawn)
    steps = rules.start_spread // rules.start_step
    starts = np.empty((count, ROTAS, 7), np.int16)
    ends = np.empty_like(starts)
    for rota in range(ROTAS):
        lanes = streams.at("rota", rota)
        swapped = (lanes.lanes(count, "swap") < threshold(rules.swapped_share)) & (rota > 0)
        kind = np.where(swapped, np.where(usual == early, late, np.where(usual == late, early, usual)), usual)
        jitter = rules.start_step * (scaled(lanes.lanes(count, "start"), 2 * steps + 1) - steps)
        start = np.asarray(rules.start_minutes).take(kind) + jitter
        start = np.maximum(np.minimum(start, closes - length), opens)
        start = np.where(opening & (kind == early), opens, start)
        start = np.where(at_doors & (kind == late), closes - length, start)
        start = np.where(night, opens, start)
        # Days off rotate, so that the week is covered by those who share a job.
        first = (turn * 3 + scaled(lanes.lanes(count, "week"), 7 if rota else 2)) % 7
        first = np.where(night, turn * _NIGHT_STEP % 7, first)
        works = (np.arange(7) - first[:, None]) % 7 < days[:, None]
        starts[:, rota] = or_no_code(works, start[:, None])
        ends[:, rota] = or_no_code(works, (start + length)[:, None])
    return starts, ends, (usual == early) & ~night


def never_closing(reference: Reference) -> NDArray[np.bool_]:
    """Which clubs are open day and night."""
    facilities = reference.facilities
    return np.asarray((facilities.opens == 0) & (facilities.closes // 60 == _LAST_MINUTE), np.bool_)


def at_night(reference: Reference, homes: Rows, turn: Rows, rules: RosterRules) -> NDArray[np.bool_]:
    """Who works nights: some of the desk of clubs that never close, where it is large enough."""
    chosen: NDArray[np.bool_] = (reference.staff.titles == _DESK) & never_closing(reference).take(homes)
    return chosen & (turn >= rules.night_from) & (turn < rules.night_from + rules.night_staff)


def draw_changes(
    starts: NDArray[np.int16],
    ends: NDArray[np.int16],
    teaches: NDArray[np.bool_],
    guards: NDArray[np.bool_],
    first: int,
    last: int,
    rules: RosterRules,
    streams: Streams,
) -> NDArray[np.int8]:
    """(staff, quarters from `first` to `last`): the rota each person is on; a change comes with a quarter, seldom to
    those who teach, and hardly ever to those who are `guards` of a pool.

    Nobody changes where the week of the change would have more hours than may be planned.
    """
    count, everyone = len(starts), np.arange(len(starts))
    others, teachers, watching = rules.rota_changes
    share = np.where(teaches, teachers, np.where(guards, watching, others))
    minutes = (ends - starts).astype(np.int64)
    now = np.zeros(count, np.intp)
    out = np.empty((count, last - first + 1), np.int8)
    for quarter in range(first - _EARLIER, last + 1):
        other = (now + 1 + scaled(streams.lanes(count, "other", quarter), ROTAS - 1)) % ROTAS
        changes = streams.lanes(count, "change", quarter) < threshold(share)
        monday = int(weekday(int(month_start(3 * quarter))))
        week = minutes[everyone, now, :monday].sum(axis=1) + minutes[everyone, other, monday:].sum(axis=1)
        now = np.where(changes & (week <= _MOST_A_WEEK), other, now)
        if quarter >= first:
            out[:, quarter - first] = now
    return out
