"""Who may come to a club: spells of membership, last visits, trips from other centres, and pauses."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.columns import NULL, Labels
from datagen.fitness import vocabulary
from datagen.fitness.course import Spells
from datagen.fitness.frames import Facilities
from datagen.fitness.pauses import Pauses, draw_pauses
from datagen.fitness.rules.visits import VisitRules
from datagen.fitness.trips import Trips, draw_trips
from datagen.fitness.visits import draw_last_visits, who_may_come
from datagen.streams import Streams

NO_PAUSES = Pauses(*(np.zeros(0, kind) for kind in (np.intp, np.int32, np.int32)))


def spells_of(rows) -> Spells:
    """Spells from (member, first day, last day + 1 or None, status)."""
    rows = sorted(rows, key=lambda row: row[:2])
    members = np.array([row[0] for row in rows], np.intp)
    return Spells(
        members=members,
        plans=np.zeros(len(rows), np.intp),
        starts=np.array([row[1] for row in rows], np.int32),
        ends=np.array([NULL if row[2] is None else row[2] for row in rows], np.int32),
        statuses=np.array([vocabulary.MEMBERSHIP_STATUSES.index(row[3]) for row in rows], np.int8),
        renews=np.zeros(len(rows), np.bool_),
        first_of=np.searchsorted(members, np.arange(6)),
    )


@st.composite
def histories(draw):
    """Up to five members with spells one after the other, about a month of 30 days from day 100 on."""
    rows = []
    for member in range(5):
        day = draw(st.integers(20, 110))
        for _ in range(draw(st.integers(0, 4))):
            length, gap = draw(st.integers(1, 40)), draw(st.sampled_from([0, 0, 5]))
            status = draw(st.sampled_from(["Changed", "Suspended", "Cancelled"]))
            rows.append((member, day, day + length, status))
            day += length + gap
        if draw(st.booleans()):
            rows.append((member, day, None, "Active"))
    return rows


NOBODY = Trips(*(np.zeros(0, kind) for kind in (np.intp, np.intp, np.int32, np.int32, np.intp)))
LOW, HIGH = 100, 130


@settings(max_examples=60)
@given(histories())
def test_members_may_come_on_the_days_of_spells_that_are_no_freeze(rows):
    spells = spells_of(rows)
    rules = VisitRules()
    last = draw_last_visits(spells, rules, Streams(1))
    joins = np.zeros(5, np.int32)
    present = who_may_come(0, np.arange(5), spells, last, joins, NOBODY, NO_PAUSES, LOW, HIGH, rules)
    assert present.people.tolist() == list(range(5))
    for member in range(5):
        for day in range(LOW, HIGH):
            live = [
                row for row in rows
                if row[0] == member and row[3] != "Suspended" and row[1] <= day and (row[2] is None or day < row[2])
            ]  # fmt: skip
            assert present.active[member, day - LOW] == bool(live)
            if live:
                assert present.since[member, day - LOW] == live[0][1] - LOW
                place = next(i for i in range(len(spells)) if (spells.members[i], spells.starts[i]) == live[0][:2])
                gone = last[place] != NULL and day > last[place]
                assert (present.keen[member, day - LOW] == 0) == gone


@given(histories(), st.integers(0, 99))
@settings(max_examples=60)
def test_the_last_visit_lies_inside_a_spell_that_was_cancelled(rows, seed):
    spells = spells_of(rows)
    last = draw_last_visits(spells, VisitRules(), Streams(seed))
    for place, (_, start, end, status) in enumerate(sorted(rows, key=lambda row: row[:2])):
        if status == "Cancelled":
            assert start <= last[place] < end
        else:
            assert last[place] == NULL


def clubs(opened, active=None) -> Facilities:
    """Clubs by the day on which they opened."""
    hours = np.zeros(len(opened), np.int64)
    days = np.array(opened, np.int32)
    flags = np.ones(len(opened), np.bool_) if active is None else np.array(active, np.bool_)
    return Facilities(Labels.of(map(str, range(len(opened)))), ("NY",) * len(opened), hours, hours, flags, days, days)


@given(st.lists(st.sampled_from([0, 2, 5]), max_size=40), st.integers(19_000, 21_000), st.integers(28, 400))
def test_trips_lead_to_another_centre_that_is_open_and_never_to_two_at_once(homes, low, days):
    rules, homes = VisitRules(trip_share=1.0), np.array(homes, np.intp)
    there = clubs([0, 0, low + 60, 0, 0, low - 10], [True, False, True, False, True, True])
    trips = draw_trips(homes, there, rules, Streams(1), low, low + days)
    assert (trips.facilities != homes.take(trips.members)).all()
    assert there.active[trips.facilities].all()
    assert (there.opened[trips.facilities] <= trips.starts).all()
    assert ((trips.starts < low + days) & (trips.ends > low)).all()
    assert (trips.ends - trips.starts <= rules.trip_days[1]).all()
    for member in np.unique(trips.members):
        mine = trips.members == member
        assert (trips.ends[mine][:-1] <= trips.starts[mine][1:]).all()


def test_trips_are_the_same_in_every_window_and_cross_the_ends_of_months():
    homes, there = np.arange(4_000) % 3, clubs([0, 0, 0])
    whole = draw_trips(homes, there, VisitRules(), Streams(1), 20_000, 20_365)
    part = draw_trips(homes, there, VisitRules(), Streams(1), 20_090, 20_120)
    for one, other in zip(vars(whole.between(20_090, 20_120)).values(), vars(part).values(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert ((part.starts < 20_090) & (part.ends > 20_090)).sum() > 5


@pytest.mark.parametrize("active", [[False] * 4, [False, False, False, True]])
def test_there_are_no_trips_where_there_is_no_other_centre(active):
    trips = draw_trips(np.full(50, 3), clubs([0] * 4, active), VisitRules(trip_share=1.0), Streams(1), 0, 30)
    assert len(trips.members) == 0


def test_who_travels_is_expected_at_the_other_centre_and_not_at_home():
    spells = spells_of([(member, 0, None, "Active") for member in range(4)])
    trips = Trips(
        members=np.array([1, 3]), homes=np.array([0, 1]), starts=np.array([105, 110], np.int32),
        ends=np.array([108, 112], np.int32), facilities=np.array([1, 0]),
    )  # fmt: skip
    joins, last = np.zeros(4, np.int32), np.full(4, NULL, np.int32)
    home, away = (
        who_may_come(facility, locals_, spells, last, joins, trips, NO_PAUSES, LOW, HIGH, VisitRules())
        for facility, locals_ in ((0, np.array([0, 1])), (1, np.array([2, 3])))
    )
    assert home.people.tolist() == [0, 1, 3]
    assert away.people.tolist() == [2, 3, 1]
    np.testing.assert_array_equal(np.flatnonzero(home.keen[1] == 0), [5, 6, 7])
    np.testing.assert_array_equal(np.flatnonzero(away.keen[2] > 0), [5, 6, 7])
    np.testing.assert_array_equal(np.flatnonzero(home.keen[2] > 0), [10, 11])
    np.testing.assert_array_equal(np.flatnonzero(away.keen[1] == 0), [10, 11])


def test_a_centre_that_is_nobodys_home_may_have_guests():
    spells = spells_of([(0, 0, None, "Active")])
    trips = Trips(*(np.array([value], kind) for value, kind in zip((0, 0, 105, 108, 1), [np.intp] * 5, strict=True)))
    nobody = np.zeros(0, np.intp)
    joins, last = np.zeros(1, np.int32), np.full(1, NULL, np.int32)
    present = who_may_come(1, nobody, spells, last, joins, trips, NO_PAUSES, LOW, HIGH, VisitRules())
    assert present.people.tolist() == [0]
    assert (present.keen > 0).sum() == 3
    leaving = who_may_come(2, nobody, spells, last, joins, trips, NO_PAUSES, LOW, HIGH, VisitRules())
    assert len(leaving.people) == 0


@given(st.integers(10_000, 30_000), st.integers(1, 200), st.integers(0, 99))
@settings(max_examples=40, deadline=None)
def test_pauses_are_the_same_in_every_window(low, length, seed):
    rules, streams = VisitRules(), Streams(seed)
    whole = draw_pauses(200, rules, streams, low - 100, low + 400).between(low, low + length)
    part = draw_pauses(200, rules, streams, low, low + length)
    found = [sorted(zip(p.members.tolist(), p.starts.tolist(), p.ends.tolist(), strict=True)) for p in (whole, part)]
    assert found[0] == found[1]


def test_pauses_last_as_long_as_the_rules_say():
    rules = VisitRules()
    pauses = draw_pauses(5_000, rules, Streams(1), 20_000, 21_000)
    length = pauses.ends - pauses.starts
    assert length.min() >= rules.short_pause[0]
    assert length.max() <= rules.long_pause[1]
    assert (length > rules.short_pause[1]).mean() == pytest.approx(rules.long_pause_share, abs=0.03)
    assert len(length) / 5_000 / (1_000 / rules.pause_stretch) == pytest.approx(rules.pause_share, rel=0.1)


def test_nobody_comes_in_a_pause():
    spells = spells_of([(member, 0, None, "Active") for member in range(3)])
    pauses = Pauses(np.array([1, 1]), np.array([90, 120], np.int32), np.array([105, 122], np.int32))
    joins, last = np.zeros(3, np.int32), np.full(3, NULL, np.int32)
    present = who_may_come(0, np.arange(3), spells, last, joins, NOBODY, pauses, LOW, HIGH, VisitRules())
    assert np.flatnonzero(present.keen[1] == 0).tolist() == [0, 1, 2, 3, 4, 20, 21]
    assert (present.keen[[0, 2]] > 0).all()
