"""Who works where and when, and what instructors may teach: from the frames, inside hours and employment."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

from datagen.calendar import day_number, weekday
from datagen.columns import NULL
from datagen.fitness import vocabulary
from datagen.fitness.absences import AT_WORK, MISSED, OFF
from datagen.fitness.frames import read_frames
from datagen.fitness.history import calendar_of, month_bounds
from datagen.fitness.roster import Roster, draw_roster
from datagen.fitness.rules import FitnessRules
from datagen.fitness.rules.absences import AbsenceRules
from datagen.fitness.rules.roster import RosterRules
from datagen.fitness.rules.staff import StaffRules
from datagen.fitness.staff_homes import draws_of
from datagen.streams import Streams

END = "2026-01-01"
AS_OF = day_number(dt.date.fromisoformat(END))


NO_ABSENCES = AbsenceRules(missed_share=0, dropped_share=0, illnesses_a_year=0, long_leaves_a_year=0)


def drawn(read, rules=RosterRules(), absences=AbsenceRules()) -> Roster:  # noqa: B008 - frozen
    calendar = calendar_of(read, FitnessRules(), Streams(4), AS_OF)
    draws = draws_of(np.ones(len(read.facilities.opens)), StaffRules())
    return draw_roster(read, calendar, rules, absences, Streams(4), AS_OF, draws)


def plans(roster, facility, months=12):
    """The plans of the last months, the latest first."""
    return [roster.plan(facility, *month_bounds(AS_OF, back)) for back in range(1, months + 1)]


@pytest.fixture(scope="module", params=[(1, 5), (3, 60), (5, 23)], ids=str)
def made(request, reference):
    facilities, staff = request.param
    read = read_frames(reference(facilities, 60, staff, 4, END), AS_OF)
    return read, drawn(read)


def test_everybody_works_at_an_open_centre(made):
    read, roster = made
    assert len(roster.homes) == len(read.staff.hires)
    assert read.facilities.active[roster.homes].all()


def test_nobody_works_at_a_closed_centre(reference):
    frames = reference(3, 60, 60, 4, END)
    facilities = frames["facilities"].assign(isactive=[True, False, True])
    read = read_frames({**frames, "facilities": facilities}, AS_OF)
    roster = drawn(read)
    assert set(roster.homes.tolist()) == {0, 2}


def test_each_job_is_spread_evenly_over_the_centres(made):
    read, roster = made
    for title in range(len(vocabulary.JOB_TITLES)):
        counts = np.bincount(roster.homes[read.staff.titles == title], minlength=len(read.facilities.opens))
        if vocabulary.JOB_TITLES[title] == "Lifeguard":
            counts = counts[[len(read.areas.at(club, "Pool")) > 0 for club in range(len(counts))]]
            assert counts.sum() == (read.staff.titles == title).sum()
        assert counts.max() - counts.min() <= 1


def test_shifts_lie_inside_opening_hours(made):
    read, roster = made
    works = roster.starts >= 0
    np.testing.assert_array_equal(works, roster.ends >= 0)
    opens = read.facilities.opens[roster.homes][:, None, None] / 60
    closes = read.facilities.closes[roster.homes][:, None, None] / 60
    assert (roster.starts >= np.where(works, opens, -1)).all()
    assert (roster.ends <= np.where(works, closes, 1e9)).all()
    assert (roster.ends[works] > roster.starts[works]).all()


def test_weeks_are_those_of_the_kind_of_employment(made):
    read, roster = made
    rules = RosterRules()
    days = np.array([rules.full_time_days, rules.part_time_days, rules.contract_days])
    minutes = np.array([rules.full_time_minutes, rules.part_time_minutes, rules.contract_minutes])
    works = roster.starts >= 0
    wanted = days.take(read.staff.employment)[:, None]
    np.testing.assert_array_equal(works.sum(axis=2), np.broadcast_to(wanted, works.shape[:2]))
    length = np.where(works, roster.ends.astype(int) - roster.starts, 0)
    assert (length.max(axis=(1, 2)) <= minutes.take(read.staff.employment)).all()
    assert (length.sum(axis=2) <= 60 * 60).all()


@pytest.mark.parametrize(
    "settings", [{}, {"full_time_days": 6, "full_time_minutes": 600}, {"part_time_days": 1, "part_time_minutes": 60}]
)
def test_no_week_has_more_than_sixty_hours(reference, settings):
    read = read_frames(reference(2, 60, 40, 4, END), AS_OF)
    roster = drawn(read, RosterRules(**settings))
    monday = AS_OF - 3 - 7 * 60
    for facility in range(2):
        whole = roster.plan(facility, monday, monday + 7 * 60)
        minutes = (whole.ends - whole.starts).reshape(len(whole.people), 60, 7)
        assert (minutes.sum(axis=2) <= 60 * 60).all()


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


def test_only_instructors_and_lifeguards_hold_certificates_and_before_the_as_of_day(made):
    read, roster = made
    held = roster.certified_from != NULL
    teachers = read.staff.instructors()
    guards = np.flatnonzero(read.staff.titles == vocabulary.JOB_TITLES.index("Lifeguard"))
    others = np.setdiff1d(np.arange(len(read.staff.hires)), np.union1d(teachers, guards))
    assert not held[others].any()
    rescue = [kind for kind, name in enumerate(read.certifications.names) if name == "Lifeguarding"]
    assert (held[guards].sum(axis=1) == 1).all()
    assert held[guards][:, rescue].all()
    assert held[teachers].any(axis=1).all() or len(teachers) == 0
    assert (roster.certified_from[held] < AS_OF).all()


def test_the_instructors_of_a_centre_together_hold_what_formats_ask_for(reference):
    read = read_frames(reference(2, 60, 60, 4, END), AS_OF)
    roster = drawn(read)
    needed = sorted({kind for required in read.class_types.required for kind in required})
    for facility in range(2):
        team = np.intersect1d(read.staff.instructors(), roster.at(facility))
        together = (roster.certified_from[team] != NULL).any(axis=0)
        assert together[needed].mean() > 0.8


def test_certificates_are_few_and_earned_one_by_one(reference):
    read = read_frames(reference(5, 60, 250, 4, END), AS_OF)
    held = drawn(read).certified_from[read.staff.instructors()].astype(int)
    number = (held != NULL).sum(axis=1)
    assert set(number.tolist()) == {1, 2, 3, 4}
    assert 2 <= np.median(number) <= 3
    days = np.sort(np.where(held == NULL, 10**6, held), axis=1)[:, :4]
    gaps = np.diff(days, axis=1)[days[:, 1:] < 10**6]
    assert gaps.min() >= RosterRules().certificate_gap[0]


def test_who_may_teach_from_when(made):
    read, roster = made
    teachers = read.staff.instructors()
    for person in teachers[:5].tolist():
        assert roster.teaches_from(())[person] == roster.first_days[person]
        held = np.flatnonzero(roster.certified_from[person] != NULL)
        two = tuple(held[:2].tolist())
        if len(two) < 2:
            continue
        since = max(int(roster.first_days[person]), *(int(roster.certified_from[person, c]) for c in two))
        assert roster.teaches_from(two)[person] == since
        assert roster.certified(person, two, since)
        assert not roster.certified(person, two, since - 1)
        lacking = np.flatnonzero(roster.certified_from[person] == NULL)
        if len(lacking):
            three = (*two, int(lacking[0]))
            assert roster.teaches_from(three)[person] == NULL
            assert not roster.certified(person, three, AS_OF)


def test_shifts_are_missed_as_often_as_the_rules_say(reference):
    read = read_frames(reference(1, 60, 90, 4, END), AS_OF)
    rules = AbsenceRules(missed_share=0.2, dropped_share=0.1, illnesses_a_year=0)
    plan = drawn(read, absences=rules).plan(0, AS_OF - 365, AS_OF)
    missed = plan.absences[plan.starts >= 0] != AT_WORK
    assert missed.mean() == pytest.approx(0.3, abs=0.01)


def test_holidays_take_two_to_four_weeks_a_year(reference):
    read = read_frames(reference(1, 60, 90, 4, END), AS_OF)
    roster = drawn(read, absences=NO_ABSENCES)
    first = roster.calendar.first
    year = slice(AS_OF - 730 - first, AS_OF - 365 - first)  # 2024
    settled = read.staff.hires < AS_OF - 900
    off = (roster.absences[settled, year] == OFF).sum(axis=1)
    assert np.percentile(off, 10) >= 9
    assert np.percentile(off, 90) <= 32
    assert 16 <= off.mean() <= 26


def test_illness_comes_in_spells_and_more_in_winter(reference):
    read = read_frames(reference(1, 60, 250, 4, END), AS_OF)
    rules = AbsenceRules(missed_share=0, dropped_share=0, long_leaves_a_year=0, holiday_after=365)
    ill = drawn(read, absences=rules).absences[:, -14 - 730 : -14] == MISSED
    again = ill[:, 1:][ill[:, :-1]].mean()
    assert ill.mean() == pytest.approx(1.8 * 3.5 / 365, rel=0.35)
    assert again > 10 * ill.mean()
    month = (np.datetime64(AS_OF - 730, "D") + np.arange(730)).astype("datetime64[M]").astype(int) % 12
    assert ill[:, month < 3].mean() > 1.4 * ill[:, (month >= 6) & (month < 9)].mean()


def test_as_many_were_on_leave_before_as_are_now(reference):
    read = read_frames(reference(5, 60, 600, 4, END), AS_OF)
    roster = drawn(read, absences=AbsenceRules(long_holiday=AbsenceRules().short_holiday))
    now = (read.staff.statuses == vocabulary.STAFF_STATUSES.index("On Leave")).mean()
    for back in (200, 300, 400):
        day = AS_OF - back
        there = read.staff.hires < day - 200
        # Holidays are short here: who is off three weeks before and after is on leave.
        off = (roster.absences[there, day - 21 - roster.calendar.first : day + 21 - roster.calendar.first] == OFF).all(
            1
        )
        assert 0.4 * now < off.mean() < 1.3 * now


def test_rotas_change_with_a_quarter_and_those_of_teachers_seldom(reference):
    read = read_frames(reference(5, 60, 250, 4, END), AS_OF)
    roster = drawn(read)
    changed = (np.diff(roster.rotas, axis=1) != 0).mean(axis=1)
    assert changed[roster.teaches].mean() == pytest.approx(0.15, abs=0.04)
    assert changed[roster.guards].mean() < 0.1
    assert changed[~roster.teaches & ~roster.guards].mean() == pytest.approx(0.45, abs=0.06)


def test_somebody_opens_the_doors_and_somebody_closes_them(reference):
    read = read_frames(reference(5, 60, 125, 4, END), AS_OF)
    roster = drawn(read)
    for facility in range(5):
        if read.facilities.opens[facility] == 0:
            continue
        for plan in plans(roster, facility):
            club = roster.calendar.at(facility, plan.low, plan.low + plan.starts.shape[1])
            worked = (plan.starts >= 0) & (plan.absences == AT_WORK)
            first = np.where(worked, plan.starts, 10**6).min(axis=0)
            last = np.where(worked, plan.ends, 0).max(axis=0)
            assert (first * 60 <= club.opens)[~club.shut].mean() > 0.95
            assert (last >= club.closes // 60)[~club.shut].mean() > 0.9


def test_clubs_that_never_close_have_nights_where_the_desk_is_large_enough(reference):
    read = read_frames(reference(5, 60, 250, 4, END), AS_OF)
    roster = drawn(read)
    for facility in np.flatnonzero(read.facilities.opens == 0).tolist():
        plan = roster.plan(facility, AS_OF - 60, AS_OF)
        night = (plan.starts == 0) & (plan.absences == AT_WORK)
        assert night.any(axis=0).mean() > 0.95, "where those of the night are away, somebody else comes"
        late = (plan.ends >= 24 * 60 - 1) & (plan.absences == AT_WORK)
        assert late.any(axis=0).mean() > 0.5
    assert len(roster.without_nights()) == 0
    day_only = drawn(read_frames(reference(5, 60, 40, 4, END), AS_OF))
    assert (day_only.starts != 0).all()
    assert day_only.without_nights().tolist() == np.flatnonzero(read.facilities.never_close()).tolist()


def test_shifts_keep_to_the_hours_of_the_day(reference):
    read = read_frames(reference(5, 60, 60, 4, END), AS_OF)
    roster = drawn(read)
    for facility in range(5):
        for plan in plans(roster, facility, 24):
            club = roster.calendar.at(facility, plan.low, plan.low + plan.starts.shape[1])
            works = plan.starts >= 0
            assert not works[:, club.shut].any()
            assert (60 * plan.starts >= np.where(works, club.opens, -60)).all()
            assert (60 * plan.ends <= np.where(works, club.closes, 0)).all()


def test_a_plan_is_the_same_whatever_days_are_asked_for(made):
    _, roster = made
    whole = roster.plan(0, AS_OF - 90, AS_OF)
    part = roster.plan(0, AS_OF - 31, AS_OF)
    for name in ("starts", "ends", "absences"):
        np.testing.assert_array_equal(getattr(whole, name)[:, -31:], getattr(part, name))


def test_a_plan_from_monday_on_goes_no_further_back_than_the_calendar(made):
    _, roster = made
    first = roster.calendar.first
    for low in range(first, first + 9):
        monday = max(low - int(weekday(low)), first)
        whole, part = roster.plan_from_monday(0, low, first + 20), roster.plan(0, low, first + 20)
        assert (whole.low, part.low) == (monday, low)
        for name in ("starts", "ends", "absences"):
            assert getattr(whole, name).shape[1] == first + 20 - monday
            np.testing.assert_array_equal(getattr(whole, name)[:, low - monday :], getattr(part, name))


def test_a_roster_without_instructors_can_be_drawn(reference):
    frames = reference(2, 60, 16, 4, END)
    staff = frames["staff"][frames["staff"]["jobtitle"] == "Front Desk"]
    read = read_frames({**frames, "staff": staff}, AS_OF)
    roster = drawn(read)
    assert (roster.certified_from == NULL).all()
    assert not roster.teaches.any()


def test_more_staff_leave_the_hours_of_the_first_ones_as_they_were(reference):
    frames = reference(2, 60, 60, 4, END)
    some = {**frames, "staff": frames["staff"].iloc[:30]}
    few, many = (drawn(read_frames(f, AS_OF)) for f in (some, frames))
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
    roster = drawn(read)
    works = roster.starts >= 0
    assert (roster.starts[works].astype(int) * 60 >= pd.to_timedelta(opens).total_seconds()).all()
    assert (roster.ends[works].astype(int) * 60 <= pd.to_timedelta(closes).total_seconds()).all()
    assert (roster.starts[works] < roster.ends[works]).all()


def test_a_pool_is_watched_while_one_guard_is_on_shift_all_the_time(reference):
    roster = drawn(read_frames(reference(1, 60, 90, 4, END), AS_OF))
    plan = roster.plan(0, AS_OF - 100, AS_OF - 40)
    guards = roster.guards_at(0)
    assert len(guards)
    rows = np.flatnonzero(np.isin(plan.people, guards))
    days = np.repeat(np.arange(60), 48)
    starts = np.tile(np.arange(48) * 1_800, 60)
    begin, until = plan.watched(guards, days, starts, starts + 3_600)
    for day, start, first, last in zip(days, starts, begin, until, strict=True):
        shifts = [
            (60 * plan.starts[row, day], 60 * plan.ends[row, day])
            for row in rows
            if plan.starts[row, day] >= 0 and plan.absences[row, day] == 0
        ]
        holding = [shift for shift in shifts if shift[0] <= start and start + 3_600 <= shift[1]]
        assert ((first, last) in holding) if holding else (first, last) == (0, 0)
    assert 0.2 < (until > 0).mean() < 0.9
