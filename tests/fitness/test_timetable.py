"""The timetable: sessions in suitable rooms at free hours, as many as the demand asks for, by those who may teach."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.calendar import day_number
from datagen.fitness import timetable, vocabulary
from datagen.fitness.class_teams import team_at
from datagen.fitness.class_wishes import Session
from datagen.fitness.demand import expected_weekly_visits
from datagen.fitness.rules.classes import ClassRules
from datagen.fitness.timetable import quarters
from tests.fitness import hard_rules as page

RULES = [
    page.h50_sessions_fit_their_room,
    page.h51_no_two_sessions_share_an_area,
    page.h52_instructors_are_in_one_place,
    page.h54_instructors_are_employed,
    page.h56_seats,
]
END = "2026-01-01"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_timetable_keeps(world, rule):
    assert rule(world).empty, rule(world).iloc[0]


# Planted damage


def another_facility(demo, sessions):
    rooms = demo.facilityareas
    other = rooms[rooms["facilityid"] != sessions["facilityid"].iloc[0]]["areaid"].iloc[0]
    sessions.loc[sessions.index[0], "areaid"] = other


def water_in_the_studio(demo, sessions):
    aqua = demo.classtypes.query("category == 'Aqua'")["classtypeid"].iloc[0]
    studios = demo.facilityareas.query("areatype == 'Studio'")["areaid"]
    sessions.loc[sessions.index[sessions["areaid"].isin(studios)][0], "classtypeid"] = aqua


def a_minute_too_long(demo, sessions):
    end = pd.to_timedelta(sessions["endtime"].iloc[0]) + pd.Timedelta(minutes=1)
    sessions.loc[sessions.index[0], "endtime"] = str(end).split()[-1]


def at_night(demo, sessions):
    closed = demo.facilities.query("opentime > '00:00:00'")["facilityid"].iloc[0]
    row = sessions.index[sessions["facilityid"] == closed][0]
    length = pd.to_timedelta(sessions.loc[row, "endtime"]) - pd.to_timedelta(sessions.loc[row, "starttime"])
    sessions.loc[row, "starttime"] = "02:00:00"
    sessions.loc[row, "endtime"] = str(pd.to_timedelta("02:00:00") + length).split()[-1]


def on_an_eighth_day(demo, sessions):
    sessions.loc[sessions.index[0], "dayofweek"] = 8


def for_a_dollar(demo, sessions):
    sessions.loc[sessions.index[0], "price"] = 1.0


def expired_before_it_began(demo, sessions):
    row = sessions.index[sessions["expirydate"].notna()][0]
    sessions.loc[row, "expirydate"] = sessions.loc[row, "effectivedate"] - page.DAY


def same_room_and_hour(demo, sessions):
    one, other = sessions.index[:2]
    for name in ("areaid", "facilityid", "dayofweek", "starttime", "endtime", "effectivedate", "expirydate"):
        sessions.loc[other, name] = sessions.loc[one, name]


def same_instructor_and_hour(demo, sessions):
    one, other = sessions.index[:2]
    for name in ("instructorid", "dayofweek", "starttime", "endtime", "effectivedate", "expirydate"):
        sessions.loc[other, name] = sessions.loc[one, name]


def by_the_front_desk(demo, sessions):
    desk = demo.staff.query("jobtitle == 'Front Desk'")["staffid"].iloc[0]
    sessions.loc[sessions.index[0], "instructorid"] = desk


def more_seats_than_the_room(demo, sessions):
    sessions.loc[sessions.index[0], "maxcapacity"] = 10_000


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (another_facility, page.h50_sessions_fit_their_room),
        (water_in_the_studio, page.h50_sessions_fit_their_room),
        (a_minute_too_long, page.h50_sessions_fit_their_room),
        (at_night, page.h50_sessions_fit_their_room),
        (on_an_eighth_day, page.h50_sessions_fit_their_room),
        (for_a_dollar, page.h50_sessions_fit_their_room),
        (expired_before_it_began, page.h50_sessions_fit_their_room),
        (same_room_and_hour, page.h51_no_two_sessions_share_an_area),
        (same_instructor_and_hour, page.h52_instructors_are_in_one_place),
        (by_the_front_desk, page.h54_instructors_are_employed),
        (more_seats_than_the_room, page.h56_seats),
    ],
)
def test_planted_damage_is_found(demo, damage, rule):
    sessions = demo.classschedules.copy()
    damage(demo, sessions)
    assert not rule(demo.with_(classschedules=sessions)).empty


# What the timetable is made from


def test_no_instructor_means_no_classes(reference, made_from):
    frames = reference(2, 60, 16, 4, END)
    staff = frames["staff"][~frames["staff"]["jobtitle"].isin(page.INSTRUCTORS)]
    made = made_from({**frames, "staff": staff}, END, 3, 4)
    assert [len(made.tables[name]) for name in ("classschedules", "classinstances", "classenrollments")] == [0, 0, 0]
    assert list(made.classschedules.columns)[:3] == ["scheduleid", "classtypeid", "facilityid"]
    assert len(made.memberaccess)
    assert not page.broken(made)


def test_more_demand_means_more_sessions(reference, made_from):
    frames = reference(1, 600, 60, 4, END)
    few, many = (
        made_from(frames, END, 1, 4, {"classes.visit_share": share}).classschedules["maxcapacity"].sum()
        for share in (0.1, 0.3)
    )
    assert many > 1.8 * few


def test_as_many_visits_are_expected_as_come(demo, history):
    blocks = quarters(history.start, history.start + 365)
    traits = history.tastes_of(np.arange(len(history.reference.members))).traits
    weekly = expected_weekly_visits(
        history.spells, traits, history.reference.members.homes, history.reference.members.joins, 2, blocks,
        history.rules.visits, history.as_of,
    )  # fmt: skip
    by_quarter = demo.memberaccess["checkintime"].dt.quarter.value_counts().sort_index()
    assert weekly.sum(axis=0) * 13 == pytest.approx(by_quarter.to_numpy(), rel=0.2)


@pytest.mark.slow
def test_classes_end_in_time_for_people_to_leave(reference, made_from):
    frames = reference(1, 400, 60, 4, END)
    facilities = frames["facilities"].assign(opentime="05:40:00", closetime="18:15:00")
    made = made_from({**frames, "facilities": facilities}, END, 12, 4)
    assert len(made.classschedules) > 30
    assert made.classschedules["endtime"].max() >= "17:00:00"
    assert page.broken(made) == []


def test_instances_fill_at_every_size(make_world):
    for size in ((1, 60, 12), (2, 500, 25), (1, 900, 40)):
        made = make_world(*size, 4, END, 12)
        held = made.sessions.query("status == 'Completed'")
        assert 0.3 < held["actualcapacity"].sum() / held["maxcapacity"].sum() < 0.9, size


@pytest.mark.slow
def test_there_are_no_classes_where_nobody_is_expected(reference, made_from):
    frames = reference(2, 300, 30, 4, END)
    members = frames["members"]
    far = members["zipcode"].isin(frames["facilities"]["zipcode"].iloc[:1])
    one_club = members.assign(**{
        name: members[name].where(far, frames["facilities"][name].iloc[0]) for name in ("zipcode", "city", "state")
    })  # fmt: skip
    made = made_from({**frames, "members": one_club}, END, 12, 4)
    assert set(made.classschedules["facilityid"]) == {"FAC001"}
    assert not page.broken(made)


def test_most_sessions_cost_nothing(demo):
    assert 0.02 < (demo.classschedules["price"] > 0).mean() < 0.25


def test_sessions_that_have_expired_are_not_active(world):
    sessions = world.classschedules
    over = sessions["expirydate"] < world.as_of
    assert (sessions["isactive"] == ~over).all()


def test_sessions_run_to_the_end_of_their_quarter_or_on(world):
    expiry = world.classschedules["expirydate"].dropna()
    assert (expiry + page.DAY).dt.is_quarter_start.all()
    assert world.classschedules["effectivedate"].dt.is_quarter_start.all()


NATURAL = [
    "classtypeid",
    "facilityid",
    "areaid",
    "instructorid",
    "dayofweek",
    "starttime",
    "endtime",
    "maxcapacity",
    "price",
    "effectivedate",
    "expirydate",
    "isactive",
]


def test_a_shorter_window_has_the_same_sessions(reference, made_from):
    frames = reference(2, 200, 30, 4, END)
    long, short = (made_from(frames, END, months, 4).classschedules[NATURAL] for months in (12, 3))
    long = long[long["expirydate"].isna() | (long["expirydate"] >= pd.Timestamp("2025-10-01"))]
    pd.testing.assert_frame_equal(
        *(table.sort_values([*NATURAL[:7], "effectivedate"], ignore_index=True) for table in (long, short))
    )


def test_certified_instructors_teach(world, reference, dataset):
    history = dataset(world.frames, str(world.end), world.months, world.seed).history
    roster, staff = history.roster, history.reference.staff.ids.values
    certificates = history.reference.certifications.ids.values
    place = {name: row for row, name in enumerate(staff)}
    held = world.sessions[world.sessions["status"] != "Cancelled"]
    for instructor, required, day in zip(
        held["actualinstructorid"], held["requiredcertifications"], held["classdate"], strict=True
    ):
        for name in [] if pd.isna(required) else required.split(";"):
            since = roster.certified_from[place[instructor], certificates.index(name)]
            assert since > -(10**6)
            assert since <= day_number(day.date())


@given(st.dates(dt.date(1900, 1, 1), dt.date(2150, 1, 1)), st.integers(1, 1_200))
def test_quarters_tile_the_days(day, days):
    low = day_number(day)
    blocks = quarters(low, low + days)
    assert blocks[0][0] <= low < blocks[0][1]
    assert blocks[-1][0] <= low + days - 1 < blocks[-1][1]
    assert all(one[1] == other[0] for one, other in pairwise(blocks))
    for first, after in blocks:
        start = dt.date(1970, 1, 1) + dt.timedelta(first)
        assert (start.month % 3, start.day) == (1, 1)
        assert 90 <= after - first <= 92


def test_a_class_in_a_pool_is_taught_only_while_a_guard_is_there_all_through():
    teacher, guard, always = 0, 1, (0, 10_000)
    block, rules = (100, 107), ClassRules()

    def able(guards, begins=0, until=1440):
        week = ([[0] * 7, [begins] * 7], [[1440] * 7, [until] * 7])
        wish = Session(0, 600, 660, 0, 0, 10, 0, 1.0, ((teacher, *always),), guards)
        return timetable._able(wish, block, week, rules)

    assert able(None) == able(((guard, *always),)) == [teacher]
    assert able(()) == []
    assert able(((guard, *always),), begins=601) == able(((guard, *always),), until=659) == []
    assert able(((guard, 0, 103),)) == able(((guard, 104, 10_000),)) == []


def test_small_clubs_with_a_pool_and_a_lifeguard_give_aqua(reference, dataset):
    """Guards are few there; the timetable keeps their hours."""
    for seed in range(1, 6):
        history = dataset(reference(2, 300, 25, seed, "2026-11-20"), "2026-11-20", 12, seed).history
        kinds = history.reference.class_types.categories.take(history.timetable.class_types)
        assert (kinds == vocabulary.CLASS_CATEGORIES.index("Aqua")).any(), seed


@pytest.mark.parametrize(("enough", "second"), [(1, []), (2, [1]), (3, [1, 2])])
def test_what_fewer_can_teach_than_is_enough_comes_after_the_others_but_for_the_first_of_a_kind(enough, second):
    wishes = [Session(0, 600, 660, 0, 0, 10, 0, 1.0, (), None)] * 3
    rules = ClassRules(enough_teachers=enough)
    late = timetable._second_to(wishes, [[7], [7], [7, 8]], np.zeros(1, np.int64), rules)
    assert [place for place in range(3) if late(place)] == second


def test_a_pool_keeps_the_hours_of_as_many_guards_as_the_rules_say(reference, dataset):
    history = dataset(reference(2, 1_500, 90, 4, END), END, 1, 4).history
    for steady in (1, 2):
        team = team_at(history.reference, history.roster, 0, ClassRules(steady_guards=steady))
        assert len(team.guards) > 2
        assert len(team.steady) == steady
