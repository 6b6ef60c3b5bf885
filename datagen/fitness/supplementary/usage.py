"""Members on machines: sessions inside visits, one user a machine, none on a machine in repair.

The sessions of a visit follow each other in equal slots of its time. Each goes to a machine of its area in proportion
to how much these are liked; where two meet on one machine, or the machine is not to be had that day, the later one is
sent to another machine, some times, and then given up.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import SECONDS_A_DAY
from datagen.columns import Coded, Columns, Labels, Serial, Stamp, Whole
from datagen.fitness import vocabulary
from datagen.fitness.frames import Reference
from datagen.fitness.rules.machines import MachineRules
from datagen.fitness.supplementary.liking import session_seconds
from datagen.fitness.supplementary.service import REPAIR, Services
from datagen.frozen import dataclass
from datagen.sampling import LANES, scaled, threshold
from datagen.streams import Streams
from datagen.types import Integers, Rows

_APART = 1 << 22  # seconds between the time lines of two machines, laid end to end: more than a month has
_CHOICES = 4096  # of which each machine of an area has its share
_TO_CHOICE = 4  # bits dropped from a lane for a choice
_LIKED_TRIES, _OTHER_TRIES = 1, 2  # machines tried next: by liking, then whichever
_WORKOUT, _WARMUP, _COOLDOWN = (vocabulary.USAGE_TYPES.index(name) for name in ("Workout", "Warmup", "Cooldown"))
_TYPE = Labels.of(vocabulary.USAGE_TYPES)
_NOTE = Labels.of(("Interval program", "Personal best", "New program", "Light day", "With personal trainer"))


@dataclass(frozen=True)
class Floor:
    """The machines of one facility that members train on, by area.

    `firsts` and `counts` tell, for every area of the chain, where its machines begin and how many there are; `slots`
    the seconds that a session there takes (0: no machines). `choices` of an area that has machines are these, each as
    often as it is liked. `repairs` and `repair_days`: machines out of use on a day.
    """

    machines: Rows
    firsts: Rows
    counts: Rows
    slots: Integers
    choices: Mapping[int, NDArray[np.uint16]]
    bought: NDArray[np.int32]
    down: NDArray[np.int32]
    repairs: Rows
    repair_days: NDArray[np.int32]

    def blocked(self, low: int, days: int) -> NDArray[np.bool_]:
        """(machines, days): whether a machine is not to be had: not yet bought, in repair, or out of order."""
        day = low + np.arange(days)
        out: NDArray[np.bool_] = (day < self.bought[:, None]) | (day >= self.down[:, None])
        first, last = np.searchsorted(self.repair_days, (low, low + days))
        out[self.repairs[first:last], self.repair_days[first:last] - low] = True
        return out


@dataclass(frozen=True)
class Usage:
    """Sessions on machines by start: `machines` are rows of equipment, `days` count from the first of the month."""

    visits: Rows
    machines: Rows
    days: Rows
    starts: Integers
    ends: Integers
    kinds: NDArray[np.int8]
    notes: NDArray[np.int8]

    def __len__(self) -> int:
        return len(self.starts)


def floors(reference: Reference, services: Services, liking: Integers, rules: MachineRules) -> tuple[Floor, ...]:
    """The floor of each facility; `liking` is how much each machine is liked, in any unit."""
    machines, areas = reference.equipment, reference.areas
    wanted = session_seconds(reference, rules)
    used = np.flatnonzero(wanted.take(machines.areas) > 0)
    used = used[np.argsort(machines.areas.take(used), kind="stable")]
    club = areas.facilities.take(machines.areas.take(used))
    repair = np.flatnonzero(services.kinds == REPAIR)
    out = []
    for facility in range(len(reference.facilities.opens)):
        mine = used[club == facility]
        place = np.full(len(machines), -1)
        place[mine] = np.arange(len(mine))
        counts = np.bincount(machines.areas.take(mine), minlength=len(wanted))
        firsts = np.cumsum(counts) - counts
        broken = repair[place[services.machines.take(repair)] >= 0]
        out.append(
            Floor(
                machines=mine,
                firsts=firsts,
                counts=counts,
                slots=np.where(counts > 0, wanted, 0),
                choices=_choices(firsts, counts, liking.take(mine)),
                bought=machines.bought.take(mine),
                down=services.down.take(mine),
                repairs=place[services.machines.take(broken)],
                repair_days=services.days.take(broken),
            )
        )
    return tuple(out)


def _choices(firsts: Rows, counts: Rows, liking: Integers) -> dict[int, NDArray[np.uint16]]:
    out = {}
    for area in np.flatnonzero(counts).tolist():
        first = int(firsts[area])
        total = np.cumsum(liking[first : first + int(counts[area])])
        place = np.searchsorted(total * _CHOICES, (np.arange(_CHOICES) * 2 + 1) * total[-1] // 2, side="right")
        out[area] = (first + place).astype(np.uint16)
    return out


def draw_usage(
    areas: Rows,
    days: Rows,
    ins: Integers,
    outs: Integers,
    floor: Floor,
    blocked: NDArray[np.bool_],
    rules: MachineRules,
    streams: Streams,
) -> Usage:
    """The sessions within visits of one facility and month: by visit its area, day (from the first of the month),
    check-in and check-out (seconds of the day). `blocked` is (machines of the floor, days)."""
    visit, number, begin, slot = _plan(areas, days, ins, outs, floor, rules, streams)
    first = np.cumsum(number) - number
    of = np.repeat(np.arange(len(visit)), number)
    width = slot.take(of)
    slot_start = (begin - first * slot).take(of) + np.arange(len(of)) * width
    rest = (width * int(rules.rest_share * LANES)) >> 16
    start = slot_start + scaled(streams.lanes(len(of), "start"), rest)
    end = slot_start + width - scaled(streams.lanes(len(of), "end"), rest)
    kind = _kinds(len(of), first, number, rules, streams)
    brief = np.flatnonzero(kind != _WORKOUT)
    end[brief] = start.take(brief) + (((end - start).take(brief) * int(rules.warmup_part * LANES)) >> 16)

    # Starts fall into the minutes of one month, which fit 16 bits: sorting is by radix.
    by_start = (start // 60).astype(np.uint16).argsort(kind="stable")
    area = areas.take(visit).astype(np.uint16).take(of.take(by_start))
    by_area = by_start.take(area.argsort(kind="stable"))
    counts = np.bincount(area, minlength=len(floor.counts))
    machine, kept = np.empty(len(of), np.intp), np.empty(len(of), np.bool_)
    machine[by_area], kept[by_area] = _machines(counts, start.take(by_area), end.take(by_area), floor, blocked, streams)
    order = by_start.compress(kept.take(by_start))
    which = visit.take(of.take(order))
    day = days.take(which)
    midnight = day * SECONDS_A_DAY
    notes = np.full(LANES, -1, np.int8)
    limit = int(rules.note_share * LANES)
    notes[:limit] = np.arange(limit) % len(_NOTE.values)
    return Usage(
        visits=which,
        machines=floor.machines.take(machine.take(order)),
        days=day,
        starts=start.take(order) - midnight,
        ends=end.take(order) - midnight,
        kinds=kind.take(order),
        notes=notes.take(streams.lanes(len(order), "note")),
    )


def _plan(
    areas: Rows, days: Rows, ins: Integers, outs: Integers, floor: Floor, rules: MachineRules, streams: Streams
) -> tuple[Rows, Rows, Integers, Integers]:
    """The visits with sessions, how many, when the first slot begins (seconds of the month), and a slot's length."""
    count = len(areas)
    wanted = floor.slots.take(areas)
    stay = outs - ins
    most = np.minimum(60 * rules.settle_minutes, stay // rules.settle_part)
    settle = scaled(streams.lanes(count, "settle"), most + 1)
    most = np.minimum(60 * rules.leave_minutes, stay // rules.leave_part)
    leave = scaled(streams.lanes(count, "leave"), most + 1)
    time = stay - settle - leave
    # As many sessions as the time holds; what is left over counts as a chance of one more.
    more = scaled(streams.lanes(count, "sessions"), wanted)
    number = np.clip((time + more) // np.maximum(wanted, 1), 1, rules.sessions_most)
    number[(wanted == 0) | (time < 60 * rules.shortest_minutes)] = 0
    visit = np.flatnonzero(number)
    number, time = number[visit], time[visit]
    begin = days.take(visit) * SECONDS_A_DAY + (ins + settle).take(visit)
    return visit, number, begin, time // number


def _kinds(total: int, first: Rows, number: Rows, rules: MachineRules, streams: Streams) -> NDArray[np.int8]:
    """Warm-ups first and cool-downs last, so that the `total` sessions come to the shares of the rules.

    `first` and `number` are the place of the first session of each visit, and how many it has.
    """
    kind = np.full(total, _WORKOUT, np.int8)
    several = number > 1
    warm = rules.usage_types["Warmup"] * total / max(int(several.sum()), 1)
    warms = np.flatnonzero((streams.lanes(len(number), "warm-up") < threshold(warm)) & several)
    # Two sessions are not a warm-up and a cool-down with nothing between: the longer visits make up for it.
    free = several.copy()
    free[warms] = number[warms] > 2
    cool = rules.usage_types["Cooldown"] * total / max(int(free.sum()), 1)
    cools = np.flatnonzero((streams.lanes(len(number), "cool-down") < threshold(cool)) & free)
    kind[first[warms]] = _WARMUP
    kind[(first + number - 1)[cools]] = _COOLDOWN
    return kind


def _machines(
    counts: Rows, start: Integers, end: Integers, floor: Floor, blocked: NDArray[np.bool_], streams: Streams
) -> tuple[Rows, NDArray[np.bool_]]:
    """A machine for each session, and which sessions have theirs to themselves.

    Sessions come by area, `counts` of each, then start (to the minute).
    """
    machine = np.empty(len(start), np.intp)
    home, number = np.empty(len(start), np.intp), np.empty(len(start), np.intp)
    lanes = [streams.lanes(len(start), "machine", attempt) >> _TO_CHOICE for attempt in range(1 + _LIKED_TRIES)]
    again = np.empty(len(start), np.intp)
    low = 0
    for area in np.flatnonzero(counts).tolist():
        high = low + int(counts[area])
        choices = floor.choices[area]
        machine[low:high] = choices.take(lanes[0][low:high])
        again[low:high] = choices.take(lanes[1][low:high])
        home[low:high], number[low:high] = int(floor.firsts[area]), int(floor.counts[area])
        low = high

    free, width = ~blocked.ravel(), blocked.shape[1]
    day = start // SECONDS_A_DAY
    cell, line = machine * width + day, machine * _APART
    at, until = start + line, end + line
    kept = np.zeros(len(start), np.bool_)
    _serve(np.arange(len(start)), kept, cell, machine, at, until, free)
    for attempt in range(_LIKED_TRIES + _OTHER_TRIES):
        lost = np.flatnonzero(~kept)
        before = machine.take(lost)
        if attempt < _LIKED_TRIES:
            now = again.take(lost)
        else:
            of, first = number.take(lost), home.take(lost)
            other = 1 + scaled(streams.lanes(len(lost), "other machine", attempt), np.maximum(of - 1, 1))
            now = first + (before - first + other) % of
        moved = (now - before) * _APART
        machine[lost] = now
        at[lost] += moved
        until[lost] += moved
        to = now * width + day.take(lost)
        cell[lost] = to
        # Things change only on a machine to which somebody comes that day: who was sent away took no time on theirs.
        visited = np.zeros(len(free), np.bool_)
        visited[to] = True
        _serve(np.flatnonzero(visited.take(cell)), kept, cell, machine, at, until, free)
    return machine, kept


def _serve(
    which: Rows,
    kept: NDArray[np.bool_],
    cell: Rows,
    machine: Rows,
    at: Integers,
    until: Integers,
    free: NDArray[np.bool_],
) -> None:
    """Note in `kept` who of these sessions has their machine to themselves: all that are on their machines that day, by
    start. Who gets none that day takes no time on it either.

    `cell` is the machine and day of each session, `free` tells by cell whether the machine is to be had, and `at` and
    `until` are the seconds of a time line on which machines follow each other.
    """
    kept[which] = False
    which = which.compress(free.take(cell.take(which)))
    order = which.take(machine.take(which).astype(np.uint16).argsort(kind="stable"))
    kept[order] = True
    kept[order.take(_losers(at.take(order), until.take(order)))] = False


def _losers(start: Integers, end: Integers) -> Rows:
    """Those who go without, where of sessions that overlap the first come is served; sorted by start."""
    out = [np.zeros(0, np.intp)]
    alive: Rows | None = None
    while True:
        clash = 1 + np.flatnonzero(start[1:] < np.maximum.accumulate(end)[:-1])
        if not len(clash):
            return np.concatenate(out)
        # Runs of clashes follow one who is served. Those who overlap with that one lose; the rest of a run is still
        # to be settled among themselves, as all who come after the run begin when its last has ended.
        begins = np.concatenate([[0], 1 + np.flatnonzero(clash[1:] != clash[:-1] + 1)])
        served_until = end.take(clash.take(begins) - 1)
        lengths = np.empty(len(begins), np.intp)
        np.subtract(begins[1:], begins[:-1], out=lengths[:-1])
        lengths[-1] = len(clash) - begins[-1]
        loses = start.take(clash) < served_until.repeat(lengths)
        out.append((clash if alive is None else alive.take(clash)).compress(loses))
        rest = clash.compress(~loses)
        start, end, alive = start.take(rest), end.take(rest), rest if alive is None else alive.take(rest)


def usage_columns(usage: Usage, members: Rows, low: int, reference: Reference, first: int) -> Columns:
    """equipmentusage, numbered from `first`; `members` are those of the visits, `low` is the first day of the month."""
    count = len(usage)
    days = (low + usage.days).astype(np.int32)
    return {
        "usageid": Serial("USG", 8, first, count),
        "equipmentid": Coded(usage.machines, reference.equipment.ids),
        "memberid": Coded(members.take(usage.visits), reference.members.ids),
        "starttime": Stamp(days, usage.starts.astype(np.int32)),
        "endtime": Stamp(days, usage.ends.astype(np.int32)),
        "durationminutes": Whole((usage.ends - usage.starts) // 60),
        "usagetype": Coded(usage.kinds, _TYPE),
        "notes": Coded(usage.notes, _NOTE, nullable=True),
    }
