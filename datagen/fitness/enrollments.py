"""Who books which class, who comes, and how that shapes their visits.

Members who come anyway are the ones who take classes: a booking is given to a visit that begins within reach of the
class, and the visit is moved around it - so attending a class *is* a visit. Bookings beyond the seats wait; no-shows
are members who did not come that day at all.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import MINUTES_A_DAY, SECONDS_A_DAY, SECONDS_AN_HOUR
from datagen.fitness import vocabulary
from datagen.fitness.instances import CANCELLED as CLASS_CANCELLED
from datagen.fitness.instances import Instances
from datagen.fitness.rules.classes import ClassRules
from datagen.fitness.taste import Tastes
from datagen.fitness.timetable import Timetable
from datagen.fitness.visits import Present, Visits
from datagen.frozen import dataclass
from datagen.sampling import deviates, exponential_table, interpolated, order_by, rank_in_group, scaled, threshold
from datagen.streams import Streams
from datagen.types import Rows

ATTENDED, NO_SHOW, CANCELLED, WAITLISTED, ENROLLED = range(len(vocabulary.ENROLLMENT_STATUSES))
_ROUNDS = 6  # tries at finding a member for a booking that is not kept
_EVENING, _EVENING_STEP = 4 * SECONDS_AN_HOUR, 60  # in which bookings of the night are made instead


@dataclass(frozen=True)
class Enrollments:
    """Bookings of one facility and month; `visits` is the visit of those who attended, -1 for the others.

    `rows` are places among those present, `booked` seconds from the first of the month (negative: before it);
    `check_ins` and `check_outs` seconds of the class's day.
    """

    instances: Rows
    rows: Rows
    statuses: NDArray[np.int8]
    visits: Rows
    booked: NDArray[np.int64]
    check_ins: NDArray[np.int64]
    check_outs: NDArray[np.int64]


def _aspirants(
    visits: Visits,
    present: Present,
    tastes: Tastes,
    instances: Instances,
    open_: NDArray[np.bool_],
    rules: ClassRules,
    streams: Streams,
) -> tuple[Rows, Rows]:
    """Visits that begin within reach of a class, each with one such class; by class, the keenest first."""
    reach = rules.reach_minutes
    moment = visits.days * MINUTES_A_DAY + hours_of_looking(visits, present, tastes, rules)
    start = instances.days * MINUTES_A_DAY + instances.starts
    given = np.flatnonzero(open_)
    # Classes begun before each minute, for all minutes: cheaper than a search for each visit.
    minutes = present.days * MINUTES_A_DAY
    begun = np.zeros(minutes + 2 * reach + 2, np.int32)
    np.cumsum(np.bincount(start[given] + reach + 1, minlength=len(begun)), out=begun)
    first = begun.take(moment)
    number = begun.take(moment + 2 * reach + 1) - first
    visit = np.flatnonzero(number > 0)
    members = visits.rows.take(visit)
    instance, taste = liked_best(members, first.take(visit), number.take(visit), given, tastes, instances.sessions)
    same_day = np.flatnonzero(instances.days.take(instance) == visits.days.take(visit))
    visit, instance, members = visit.take(same_day), instance.take(same_day), members.take(same_day)
    lanes = streams.lanes(len(moment), "keenness").take(visit)
    key = tastes.reluctance(members, instances.sessions.take(instance), taste.take(same_day), lanes)
    order = order_by(instance.astype(np.uint16), key)
    return visit.take(order), instance.take(order)


def hours_of_looking(visits: Visits, present: Present, tastes: Tastes, rules: ClassRules) -> Rows:
    """The minute of the day around which each visitor looks for a class: their own usual one where they come about
    then, and once that day, so that it is the same week after week; of the visit for the others."""
    minute = visits.ins // 60
    day = visits.rows * present.days + visits.days
    once = np.bincount(day, minlength=1).take(day) == 1
    usual = tastes.traits.habit_on(visits.rows, (present.start + visits.days).astype(np.int32))
    return np.where(once & (np.abs(minute - usual) <= rules.regular_minutes), usual, minute)


def liked_best(
    members: Rows, first: NDArray[np.int32], number: NDArray[np.int32], given: Rows, tastes: Tastes, sessions: Rows
) -> tuple[Rows, NDArray[np.uint16]]:
    """Of the `number` classes within reach of each member, from `first` on in `given`, the one to their taste, and
    that taste: the same one each week in which it is within reach."""
    choice, best = first.copy(), tastes.of(members, sessions.take(given.take(first)))
    rest = np.arange(len(members))
    for further in range(1, int(number.max(initial=0))):
        rest = rest[number.take(rest) > further]
        other = first.take(rest) + further
        taste = tastes.of(members.take(rest), sessions.take(given.take(other)))
        better = np.flatnonzero(taste < best.take(rest))
        choice[rest[better]], best[rest[better]] = other[better], taste[better]
    return given.take(choice), best


def _missing(
    held: NDArray[np.int64], instances: Instances, timetable: Timetable, days: int, rules: ClassRules, streams: Streams
) -> NDArray[np.int64]:
    """How many of the seats held are kept by nobody: a coin a seat, worse on some days, better where it costs."""
    day = np.maximum(1 + rules.no_show_day_sigma * deviates(streams.lanes(days, "no-show day")), 0)
    share = rules.no_show_share * day.take(instances.days)
    share = np.where(timetable.price_cents.take(instances.sessions) > 0, rules.paid_no_show * share, share)
    seat = np.repeat(np.arange(len(held)), held)
    stays_away = streams.lanes(len(seat), "no-show") < threshold(share).take(seat)
    return np.bincount(seat[stays_away], minlength=len(held))


def draw_enrollments(
    present: Present,
    visits: Visits,
    tastes: Tastes,
    instances: Instances,
    timetable: Timetable,
    rules: ClassRules,
    streams: Streams,
) -> Enrollments:
    """Bookings of a past month. Visits of those who attend are moved (in place) around their class; `tastes` are those
    of the people present."""
    seats = timetable.seats.take(instances.sessions)
    wanted = instances.wanted
    takes_place = instances.statuses != CLASS_CANCELLED
    held = np.minimum(wanted, seats)
    missing = _missing(held, instances, timetable, present.days, rules, streams)
    visit, instance = _aspirants(visits, present, tastes, instances, takes_place, rules, streams)
    rank = rank_in_group(instance)
    come = held - missing
    attends = rank < come.take(instance)
    waits = ~attends & (rank < (come + wanted - held).take(instance))
    here = np.bincount(instance[attends], minlength=len(instances))

    busy = np.zeros((len(present.people), present.days), np.bool_)
    busy[visits.rows, visits.days] = True
    absent_instance, absent_row = _pick_members(
        np.where(takes_place, missing, 0), instances, present, busy, streams.at("no-show")
    )
    full = here + np.bincount(absent_instance, minlength=len(instances)) == seats
    waits &= full.take(instance)

    busy[:] = False
    for chosen in (attends, waits):
        busy[visits.rows.take(visit[chosen]), visits.days.take(visit[chosen])] = True
    busy[absent_row, instances.days.take(absent_instance)] = True
    share = wanted * rules.cancelled_booking_share + streams.uniform(len(instances), "withdrawn")
    withdrawn_instance, withdrawn_row = _pick_members(
        np.where(takes_place, share.astype(np.int64), held), instances, present, busy, streams.at("withdrawn")
    )

    parts = [
        (instance[attends], visits.rows.take(visit[attends]), ATTENDED, visit[attends]),
        (absent_instance, absent_row, NO_SHOW, None),
        (instance[waits], visits.rows.take(visit[waits]), WAITLISTED, None),
        (withdrawn_instance, withdrawn_row, CANCELLED, None),
    ]
    which = np.concatenate([part[0] for part in parts])
    rows = np.concatenate([part[1] for part in parts])
    statuses = np.concatenate([np.full(len(part[0]), part[2], np.int8) for part in parts])
    own = np.concatenate([part[3] if part[3] is not None else np.full(len(part[0]), -1, np.intp) for part in parts])
    check_in, check_out = _move_visits(visits, instances, which, own, rules, streams)
    booked = _booking_times(present, instances, which, rows, statuses, rules, streams)
    return Enrollments(which, rows, statuses, own, booked, check_in, check_out)


def _booking_times(
    present: Present,
    instances: Instances,
    which: Rows,
    rows: Rows,
    statuses: NDArray[np.int8],
    rules: ClassRules,
    streams: Streams,
) -> NDArray[np.int64]:
    """When each booking was made, in seconds from the first of the month: inside the spell, before the class.

    Those on a waiting list came when the last seat had gone; classes with such a list fill up earlier than others.
    """
    count = len(which)
    waits = statuses == WAITLISTED
    popular = np.zeros(len(instances), np.bool_)
    popular[which[waits]] = True
    longest = rules.booking_lead_most * SECONDS_A_DAY
    table = exponential_table(rules.booking_lead_days * SECONDS_A_DAY, 60 * rules.booking_lead_least, longest)
    lead = interpolated(table, streams.words(count, "lead"))
    earlier = np.minimum((rules.waitlist_lead * lead).astype(np.int64), longest)
    lead = np.where(popular.take(which), earlier, lead)
    start = instances.days.take(which) * SECONDS_A_DAY + instances.starts.take(which) * 60
    since = present.since[rows, instances.days.take(which)].astype(np.int64) * SECONDS_A_DAY
    # Who could not have booked so early, being no member yet, booked at some time since.
    late = since + scaled(streams.lanes(count, "late booking"), start - since)
    booked = np.where(start - lead < since, late, start - lead)
    booked = _awake(booked, np.maximum(since, start - longest), start, rules, streams)
    full_at = np.full(len(instances), np.iinfo(np.int64).min)
    holds = (statuses == ATTENDED) | (statuses == NO_SHOW)
    np.maximum.at(full_at, which[holds], booked[holds])
    after = np.maximum(full_at.take(which), since)
    waiting = after + scaled(streams.lanes(count, "waiting"), start - after)
    return np.where(waits, waiting, booked)


def _awake(
    booked: NDArray[np.int64],
    since: NDArray[np.int64],
    until: NDArray[np.int64],
    rules: ClassRules,
    streams: Streams,
) -> NDArray[np.int64]:
    """The moments of booking, where most of those of the night are made the evening before, or the morning after."""
    second = np.mod(booked, SECONDS_A_DAY)
    asleep = (second < 60 * rules.asleep_until) & (streams.lanes(len(booked), "awake") >= threshold(rules.awake_share))
    hours = scaled(streams.lanes(len(booked), "evening"), _EVENING) + scaled(
        streams.lanes(len(booked), "evening second"), _EVENING_STEP
    )
    before = booked - second - 1 - hours
    after = booked - second + 60 * rules.asleep_until + hours
    moved = np.where(before >= since, before, np.where(after < until, after, booked))
    return np.where(asleep, moved, booked)


def _pick_members(
    number: NDArray[np.int64], instances: Instances, present: Present, busy: NDArray[np.bool_], streams: Streams
) -> tuple[Rows, Rows]:
    """`number` members for each class, of those active and not busy that day; they are busy afterwards.

    Members are tried at random, a few times each; where none fits, the booking does not happen.
    """
    open_ = np.repeat(np.arange(len(instances)), number)
    found: list[tuple[Rows, Rows]] = []
    free = (present.active & ~busy & (present.keen > 0)).ravel()
    taken_by = np.empty(len(free), np.int32)
    for attempt in range(_ROUNDS):
        if not len(open_) or not len(present.people):
            break
        row = streams.below(len(present.people), len(open_), "member", attempt)
        place = row * present.days + instances.days.take(open_)
        turn = np.arange(len(open_), dtype=np.int32)
        taken_by[place[::-1]] = turn[::-1]  # of several who are sent to one member, the first has them
        fits = free.take(place) & (taken_by.take(place) == turn)
        free[place[fits]] = False
        busy.ravel()[place[fits]] = True
        found.append((open_[fits], row[fits]))
        open_ = open_[~fits]
    if not found:
        return np.zeros(0, np.intp), np.zeros(0, np.intp)
    return np.concatenate([part[0] for part in found]), np.concatenate([part[1] for part in found])


def _move_visits(
    visits: Visits,
    instances: Instances,
    which: Rows,
    own: Rows,
    rules: ClassRules,
    streams: Streams,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Check-in and check-out of each booking kept, and the visit moved around them; zeros for the others."""
    kept = np.flatnonzero(own >= 0)
    instance, visit, count = which.take(kept), own.take(kept), len(kept)
    start = instances.starts.take(instance) * 60
    late = streams.lanes(count, "late") < threshold(rules.late_share)
    check = streams.lanes(count, "check-in")
    begins = np.where(
        late, start + 1 + scaled(check, 60 * rules.late_minutes), start - scaled(check, 60 * rules.check_in_minutes)
    )
    finishes = instances.ended.take(instance) + scaled(streams.lanes(count, "check-out"), rules.check_out_minutes * 60)
    before = _between(rules.arrive_least, rules.arrive_minutes * 60, streams.lanes(count, "arrives"))
    after = _between(rules.leave_least, rules.leave_minutes * 60, streams.lanes(count, "leaves"))
    visits.ins[visit] = np.maximum(begins - before, instances.opens.take(instance))
    outs = np.minimum(finishes + after, instances.closes.take(instance))
    least, most = (60 * minutes for minutes in rules.stay_on_minutes)
    longer = outs + least + scaled(streams.lanes(count, "how long on"), most - least + 1)
    stays = (streams.lanes(count, "stays on") < threshold(rules.stay_on_share)) & (longer <= instances.stays[instance])
    visits.outs[visit] = np.where(stays, longer, outs)
    check_in, check_out = np.zeros(len(which), np.int64), np.zeros(len(which), np.int64)
    check_in[kept] = begins
    check_out[kept] = finishes
    return check_in, check_out


def _between(least: int, most: int, lanes: NDArray[np.uint16]) -> NDArray[np.int64]:
    return least + scaled(lanes, most - least)


def draw_bookings_ahead(
    present: Present,
    visits: Visits,
    tastes: Tastes,
    instances: Instances,
    timetable: Timetable,
    rules: ClassRules,
    streams: Streams,
) -> Enrollments:
    """Bookings, made before the as-of day, of the classes scheduled from it on; day 0 is the as-of day.

    They are made by the keenest of those whose `visits`, as they would be, are within reach, as past ones are.
    """
    wanted = np.minimum(instances.wanted, timetable.seats.take(instances.sessions))
    most = rules.booking_lead_most * SECONDS_A_DAY
    # A class further ahead has been booked by those only who book so early.
    early = exponential_table(rules.booking_lead_days * 24, 0, rules.booking_lead_most * 24)
    hours = instances.days * 24 + instances.starts // 60
    share = 1 - np.searchsorted(early, hours) / len(early)
    number = (wanted * share + streams.uniform(len(instances), "early")).astype(np.int64)
    # Who joins or changes on the as-of day or later has not booked before it.
    visits = Visits(*(part[present.since[visits.rows, visits.days] < 0] for part in vars(visits).values()))
    open_ = instances.statuses != CLASS_CANCELLED
    visit, which = _aspirants(visits, present, tastes, instances, open_, rules, streams)
    books = rank_in_group(which) < np.minimum(number, wanted).take(which)
    which, rows = which[books], visits.rows.take(visit[books])
    since = present.since[rows, instances.days.take(which)].astype(np.int64) * SECONDS_A_DAY
    start = instances.days.take(which) * SECONDS_A_DAY + instances.starts.take(which) * 60
    # How long ago they booked does not depend on how far ahead the class is: leads are exponential.
    earliest = np.maximum(since, start - most)
    leads = exponential_table(rules.booking_lead_days * SECONDS_A_DAY, 0, most)
    booked = -1 - interpolated(leads, streams.words(len(which), "ago"))
    booked = np.where(booked < earliest, earliest + scaled(streams.lanes(len(which), "booked"), -earliest), booked)
    booked = _awake(booked, earliest, np.zeros(len(which), np.int64), rules, streams)
    nothing = np.zeros(len(which), np.int64)
    return Enrollments(
        which, rows, np.full(len(which), ENROLLED, np.int8), np.full(len(which), -1, np.intp), booked, nothing, nothing
    )
