"""Who works where and when, and what instructors may teach: from the frames, inside hours and employment."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from datagen.calendar import day_number
from datagen.columns import NULL
from datagen.fitness import vocabulary
from datagen.fitness.frames import read_frames
from datagen.fitness.roster import draw_roster
from datagen.fitness.rules.roster import RosterRules
from datagen.streams import Streams

END = "2026-01-01"
AS_OF = day_number(dt.date.fromisoformat(END))


@pytest.fixture(scope="module", params=[(1, 5), (3, 60), (5, 23)], ids=str)
def made(request, reference):
    facilities, staff = request.param
    read = read_frames(reference(facilities, 60, staff, 4, END), AS_OF)
    return read, draw_roster(read, RosterRules(), Streams(4), AS_OF)


def test_everybody_works_at_an_open_centre(made):
    read, roster = made
    assert len(roster.homes) == len(read.staff.hires)
    assert read.facilities.active[roster.homes].all()


def test_nobody_works_at_a_closed_centre(reference):
    frames = reference(3, 60, 60, 4, END)
    facilities = frames["facilities"].assign(isactive=[True, False, True])
    read = read_frames({**frames, "facilities": facilities}, AS_OF)
    roster = draw_roster(read, RosterRules(), Streams(4), AS_OF)
    assert set(roster.homes.tolist()) == {0, 2}


def test_each_job_is_spread_evenly_over_the_centres(made):
    read, roster = made
    for title in range(len(vocabulary.JOB_TITLES)):
        counts = np.bincount(roster.homes[read.staff.titles == title], minlength=len(read.facilities.opens))
        assert counts.max() - counts.min() <= 1


def test_shifts_lie_inside_opening_hours(made):
    read, roster = made
    works = roster.starts >= 0
    np.testing.assert_array_equal(works, roster.ends >= 0)
    opens = read.facilities.opens[roster.homes][:, None] / 60
    closes = read.facilities.closes[roster.homes][:, None] / 60
    assert (roster.starts >= np.where(works, opens, -1)).all()
    assert (roster.ends <= np.where(works, closes, 1e9)).all()
    assert (roster.ends[works] > roster.starts[works]).all()


def test_weeks_are_those_of_the_kind_of_employment(made):
    read, roster = made
    rules = RosterRules()
    days = np.array([rules.full_time_days, rules.part_time_days, rules.contract_days])
    minutes = np.array([rules.full_time_minutes, rules.part_time_minutes, rules.contract_minutes])
    works = roster.starts >= 0
    np.testing.assert_array_equal(works.sum(axis=1), days.take(read.staff.employment))
    length = np.where(works, roster.ends.astype(int) - roster.starts, 0)
    assert (length.max(axis=1) <= minutes.take(read.staff.employment)).all()
    assert (length.sum(axis=1) <= 60 * 60).all()


@pytest.mark.parametrize(
    "settings", [{}, {"full_time_days": 6, "full_time_minutes": 600}, {"part_time_days": 1, "part_time_minutes": 60}]
)
def test_no_week_has_more_than_sixty_hours(reference, settings):
    read = read_frames(reference(2, 60, 40, 4, END), AS_OF)
    roster = draw_roster(read, RosterRules(**settings), Streams(4), AS_OF)
    length = np.where(roster.starts >= 0, roster.ends.astype(int) - roster.starts, 0)
    assert (length.sum(axis=1) <= 60 * 60).all()


def test_working_lives_are_those_of_the_frame(made):
    read, roster = made
    staff = read.staff
    np.testing.assert_array_equal(roster.first_days, staff.hires)
    assert (roster.last_days >= roster.first_days).all()
    gone = staff.leaves != NULL
    np.testing.assert_array_equal(roster.last_days[gone], staff.leaves[gone])
    on_leave = staff.statuses == vocabulary.STAFF_STATUSES.index("On Leave")
    assert (roster.last_days[on_leave] < np.maximum(AS_OF, staff.hires[on_leave] + 1)).all()
    rest = ~gone & ~on_leave
    assert (roster.last_days[rest] > AS_OF + 400).all()


def test_only_instructors_hold_certificates_and_before_the_as_of_day(made):
    read, roster = made
    held = roster.certified_from != NULL
    teachers = read.staff.instructors()
    others = np.setdiff1d(np.arange(len(read.staff.hires)), teachers)
    assert not held[others].any()
    assert held[teachers].any(axis=1).all() or len(teachers) == 0
    assert (roster.certified_from[held] < AS_OF).all()


def test_the_instructors_of_a_centre_together_hold_many_certificates(reference):
    read = read_frames(reference(2, 60, 60, 4, END), AS_OF)
    roster = draw_roster(read, RosterRules(), Streams(4), AS_OF)
    for facility in range(2):
        team = np.intersect1d(read.staff.instructors(), roster.at(facility))
        together = (roster.certified_from[team] != NULL).any(axis=0)
        assert together.all() == (len(team) * 8 >= len(together))


def test_who_may_teach_from_when(made):
    read, roster = made
    teachers = read.staff.instructors()
    for person in teachers[:5].tolist():
        held = np.flatnonzero(roster.certified_from[person] != NULL)
        two = tuple(held[:2].tolist())
        since = max(int(roster.first_days[person]), *(int(roster.certified_from[person, c]) for c in two))
        assert roster.holds(person, two)
        assert roster.teaches_from(person, two) == since
        assert roster.certified(person, two, since)
        assert not roster.certified(person, two, since - 1)
        lacking = np.flatnonzero(roster.certified_from[person] == NULL)
        if len(lacking):
            assert not roster.certified(person, (*two, int(lacking[0])), AS_OF)
        assert roster.teaches_from(person, ()) == roster.first_days[person]


def test_shifts_are_missed_as_often_as_the_rules_say(reference):
    read = read_frames(reference(1, 60, 90, 4, END), AS_OF)
    rules = RosterRules(absent_share=0.2, dropped_share=0.1)
    roster = draw_roster(read, rules, Streams(4), AS_OF)
    away = np.concatenate([roster.away(0, AS_OF - 30 * back, AS_OF - 30 * back + 30) for back in range(1, 13)], axis=1)
    assert away.shape == (90, 360)
    assert away.mean() == pytest.approx(0.3, abs=0.01)
    np.testing.assert_array_equal(away[:, :30], roster.away(0, AS_OF - 30, AS_OF))


def test_a_roster_without_instructors_can_be_drawn(reference):
    frames = reference(2, 60, 16, 4, END)
    staff = frames["staff"][frames["staff"]["jobtitle"] == "Front Desk"]
    read = read_frames({**frames, "staff": staff}, AS_OF)
    roster = draw_roster(read, RosterRules(), Streams(4), AS_OF)
    assert (roster.certified_from == NULL).all()


def test_more_staff_leave_the_hours_of_the_first_ones_as_they_were(reference):
    frames = reference(2, 60, 60, 4, END)
    some = {**frames, "staff": frames["staff"].iloc[:30]}
    few, many = (draw_roster(read_frames(f, AS_OF), RosterRules(), Streams(4), AS_OF) for f in (some, frames))
    np.testing.assert_array_equal(few.homes, many.homes[:30])
    np.testing.assert_array_equal(few.starts, many.starts[:30])
    np.testing.assert_array_equal(few.last_days, many.last_days[:30])
    np.testing.assert_array_equal(few.certified_from, many.certified_from[:30])


@pytest.mark.parametrize(
    ("opens", "closes"),
    [("05:00:30", "13:10:10"), ("10:00:00", "14:00:00"), ("12:30:30", "23:59:59"), ("00:00:00", "04:00:59")],
)
def test_any_hours_hold_the_shifts(reference, opens, closes):
    frames = reference(1, 60, 40, 4, END)
    facilities = frames["facilities"].assign(opentime=opens, closetime=closes)
    read = read_frames({**frames, "facilities": facilities}, AS_OF)
    roster = draw_roster(read, RosterRules(), Streams(4), AS_OF)
    works = roster.starts >= 0
    assert (roster.starts[works].astype(int) * 60 >= pd.to_timedelta(opens).total_seconds()).all()
    assert (roster.ends[works].astype(int) * 60 <= pd.to_timedelta(closes).total_seconds()).all()
    assert (roster.starts[works] < roster.ends[works]).all()
