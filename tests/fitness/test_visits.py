"""Visits of a data set and of a club: when members come, how long they stay, and what keeps them away."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.calendar import day_number
from datagen.fitness.closures import ClubDays
from datagen.fitness.clubs import draw_clubs
from datagen.fitness.demand import attendance
from datagen.fitness.pauses import Pauses
from datagen.fitness.rules.closures import ClosureRules
from datagen.fitness.rules.clubs import ClubRules
from datagen.fitness.rules.visits import VisitRules
from datagen.fitness.traits import People, Traits, _spread, distance_factor, draw_traits
from datagen.fitness.visits import Present, draw_visits, season
from datagen.streams import Streams
from tests.fitness import hard_rules as page

RULES = [
    page.h34_visits_lie_in_the_window,
    page.h40_visits_inside_a_spell,
    page.h41_visits_inside_opening_hours,
    page.h42_areas_belong_to_the_facility,
    page.h43_visits_of_a_member_do_not_overlap,
    page.h44_areas_hold_no_more_than_their_capacity,
]
END = "2026-01-01"
SECOND = pd.Timedelta(seconds=1)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_visit_keeps(world, rule):
    assert rule(world).empty, rule(world).iloc[0]


def before_opening(demo, visits):
    opens = demo.facilities.set_index("facilityid")["opentime"]
    day = visits["checkintime"].iloc[0].normalize()
    visits.loc[visits.index[0], "checkintime"] = day + pd.to_timedelta(opens[visits["facilityid"].iloc[0]]) - SECOND


def a_minute_longer(demo, visits):
    visits.loc[visits.index[7], "duration"] += 1


def backwards(demo, visits):
    visits.loc[visits.index[7], "checkouttime"] = visits["checkintime"].iloc[7]


def another_room(demo, visits):
    rooms = demo.facilityareas
    elsewhere = rooms[rooms["facilityid"] != visits["facilityid"].iloc[0]]["areaid"]
    visits.loc[visits.index[0], "areaid"] = elsewhere.iloc[0]


def the_cafe(demo, visits):
    rooms = demo.facilityareas
    row = rooms[~rooms["areatype"].isin(page.VISITED)].iloc[0]
    mine = visits.index[visits["facilityid"] == row["facilityid"]][0]
    visits.loc[mine, "areaid"] = row["areaid"]


def as_a_stranger(demo, visits):
    gone = demo.members[demo.members["memberstatus"] == "Cancelled"]["memberid"].iloc[0]
    last = visits["checkintime"].idxmax()
    visits.loc[last, "memberid"] = gone


def twice_at_once(demo, visits):
    row = visits.index[5]
    visits.loc[row, "checkintime"] = visits["checkintime"].iloc[0]
    visits.loc[row, "checkouttime"] = visits["checkouttime"].iloc[0]
    visits.loc[row, "memberid"] = visits["memberid"].iloc[0]


def on_the_as_of_day(demo, visits):
    visits.loc[visits.index[-1], ["checkintime", "checkouttime"]] += page.DAY


def over_night(demo, visits):
    visits.loc[visits.index[3], "checkouttime"] += page.DAY


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (before_opening, page.h41_visits_inside_opening_hours),
        (a_minute_longer, page.h41_visits_inside_opening_hours),
        (backwards, page.h41_visits_inside_opening_hours),
        (another_room, page.h42_areas_belong_to_the_facility),
        (the_cafe, page.h42_areas_belong_to_the_facility),
        (as_a_stranger, page.h40_visits_inside_a_spell),
        (twice_at_once, page.h43_visits_of_a_member_do_not_overlap),
        (on_the_as_of_day, page.h34_visits_lie_in_the_window),
        (over_night, page.h34_visits_lie_in_the_window),
    ],
)
def test_planted_damage_is_found(demo, damage, rule):
    visits = demo.memberaccess.copy()
    damage(demo, visits)
    assert not rule(demo.with_(memberaccess=visits)).empty


def test_a_room_over_by_one_is_found(demo):
    busiest = demo.memberaccess["areaid"].value_counts().index[0]
    visits = demo.memberaccess[demo.memberaccess["areaid"] == busiest]
    ends = np.sort(visits["checkouttime"].to_numpy())
    begins = np.sort(visits["checkintime"].to_numpy())
    most = (np.arange(1, len(begins) + 1) - np.searchsorted(ends, begins, side="right")).max()
    for capacity, broken in ((most, 0), (most - 1, 1)):
        rooms = demo.facilityareas.copy()
        rooms.loc[rooms["areaid"] == busiest, "maxcapacity"] = capacity
        world = page.World({**demo.frames, "facilityareas": rooms}, demo.tables, demo.end, demo.months)
        assert len(page.h44_areas_hold_no_more_than_their_capacity(world)) == broken


# Shares and shapes


def test_ways_in_have_their_shares(demo):
    shares = demo.memberaccess["accessmethod"].value_counts(normalize=True)
    assert shares["Key Card"] == pytest.approx(0.70, abs=0.1)
    assert shares["Mobile App"] == pytest.approx(0.25, abs=0.1)
    assert shares["Staff Override"] == pytest.approx(0.05, abs=0.03)  # clubs differ


def test_visits_are_longer_for_some_than_for_most(demo):
    length = demo.memberaccess["duration"]
    assert 50 < length.mean() < 85
    assert length.skew() > 0.4


def test_weekends_are_quieter(demo):
    by_day = demo.memberaccess["checkintime"].dt.day_of_week.value_counts().sort_index()
    assert by_day.idxmin() == 6
    assert 0.35 < by_day[5:].mean() / by_day[:5].mean() < 0.75


def test_some_visits_are_at_another_centre_than_most_of_the_member(demo):
    centres = demo.memberaccess.groupby("memberid")["facilityid"].nunique()
    assert (centres == 2).any()
    assert (centres == 1).any()


def day_of(text: str) -> int:
    return day_number(dt.date.fromisoformat(text))


def test_attendance_falls_with_tenure_to_a_floor():
    rules = VisitRules()
    keen = attendance(rules, np.array([0, 100, 365, 2_000, 4_000]))
    assert keen[0] == rules.start_attendance
    assert (np.diff(keen) <= 0).all()
    assert keen[-1] == rules.least_attendance


# Visits of a month


def people(count: int, age: int = 36, gender: int = 2, km: float = 1.0, never_closes: bool = False) -> People:
    """Members who are alike."""
    births = np.full(count, day_of("2025-06-01") - round(365.25 * age), np.int32)
    alike = np.full(count, age), np.full(count, gender), np.full(count, km), np.full(count, never_closes)
    usual = ClubRules(**{f"{name}_sigma": 0 for name in ("often", "hours", "length", "app")})
    return People(births, *alike, np.arange(count), np.zeros(count, np.intp), draw_clubs(1, usual, Streams(3)))


def drawn_traits(count: int, rules: VisitRules, **changed) -> Traits:
    return draw_traits(people(count, **changed), rules, 36.0, Streams(1), day_of("2023-01-01"), day_of("2026-02-01"))


NO_PAUSES = Pauses(*(np.zeros(0, kind) for kind in (np.intp, np.int32, np.int32)))


def usual_days(days: int, opens: int, closes: int, **changed) -> ClubDays:
    """Days of a club that is open as ever."""
    nothing, never = np.zeros(days, np.int64), np.zeros(days, bool)
    usual = ClubDays(
        opens=nothing + opens, closes=nothing + closes, shut=never, half=never, busy=np.ones(days, np.float32),
        stop_from=nothing, stop_until=nothing, stop_reason=np.full(days, -1, np.int8),
    )  # fmt: skip
    return usual._replace(**changed)


def visits_on(club: ClubDays, **changed):
    """A month of visits of 300 members who may always come."""
    shape = (300, 31)
    present = Present(
        np.arange(300), np.ones(shape, bool), np.full(shape, -99, np.int16), np.ones(shape, np.float32),
        day_of("2026-01-01"), 31,
    )  # fmt: skip
    rules = VisitRules(twice_share=0)
    return draw_visits(present, drawn_traits(300, rules), club, rules, ClosureRules(**changed), Streams(2))


def test_a_stopped_club_is_left_and_nobody_comes_in():
    stop, until = np.full(31, 17 * 3600), np.full(31, 19 * 3600)
    visits = visits_on(usual_days(31, 18_000, 82_800, stop_from=stop, stop_until=until))
    assert not ((visits.ins >= 17 * 3600) & (visits.ins < 19 * 3600)).any()
    assert (visits.outs[visits.ins < 17 * 3600] <= 17 * 3600 + 60 * ClosureRules().leaving_minutes).all()
    assert (visits.ins >= 19 * 3600).any()
    assert (visits.outs - visits.ins >= 60 * VisitRules().length_least).all()


def test_on_half_days_evening_people_come_earlier_or_not_at_all():
    half = usual_days(31, 25_200, 50_400, half=np.ones(31, bool))
    usual, none, all_ = (
        visits_on(usual_days(31, 18_000, 82_800)),
        visits_on(half, half_day_earlier=0),
        visits_on(half, half_day_earlier=1),
    )
    assert len(none.rows) < 0.7 * len(usual.rows)
    assert len(all_.rows) == len(usual.rows)
    for visits in (none, all_):
        assert ((visits.ins >= 25_200) & (visits.outs <= 50_400)).all()
        # Nobody is clamped to a moment.
        assert np.bincount(visits.outs // 60).max() < 0.03 * len(visits.rows) + 5


def test_nobody_comes_to_a_club_that_is_shut():
    shut = np.arange(31) == 24
    club = usual_days(31, 18_000, 82_800)
    club = club._replace(shut=shut, busy=np.where(shut, 0, 1).astype(np.float32))
    assert 24 not in visits_on(club).days


def test_the_season_has_no_step_at_all():
    first = day_of("2023-01-01")
    level = season(VisitRules(), first, day_of("2027-01-01") - first)
    assert np.abs(np.diff(level)).max() < 0.03
    assert level[day_of("2024-01-10") - first] > level[day_of("2024-01-01") - first]
    assert level[day_of("2024-12-05") - first] > level[day_of("2024-12-24") - first]


@pytest.mark.parametrize(("opens", "closes"), [(0, 86_399), (18_000, 82_800), (36_000, 50_400), (72_000, 86_399)])
@pytest.mark.parametrize("rules", [VisitRules(), VisitRules(length_median=200, length_most=600)], ids=["usual", "long"])
def test_visits_are_inside_opening_hours_whatever_these_are(opens, closes, rules):
    count = 200
    shape = (count, 31)
    present = Present(
        np.arange(count), np.ones(shape, bool), np.full(shape, -99, np.int16), np.ones(shape, np.float32),
        day_of("2026-01-01"), 31,
    )  # fmt: skip
    visits = draw_visits(
        present, drawn_traits(count, rules), usual_days(31, opens, closes), rules, ClosureRules(), Streams(2)
    )
    assert len(visits.rows) > 500
    assert (visits.ins >= opens).all()
    assert (visits.outs <= closes).all()
    assert (visits.outs - visits.ins >= 60 * rules.length_least).all()
    frame = pd.DataFrame(vars(visits)).sort_values(["rows", "days", "ins"])
    same = frame[["rows", "days"]].diff().eq(0).all(axis=1)
    assert (frame["ins"] > frame["outs"].shift())[same].all()


def test_nobody_comes_on_days_without_membership_or_keenness():
    rules, shape = VisitRules(), (100, 31)
    active, keen = np.zeros(shape, bool), np.ones(shape, np.float32)
    active[:, 10:20] = True
    keen[:, 15:] = 0
    present = Present(np.arange(100), active, np.zeros(shape, np.int16), keen, day_of("2026-01-01"), 31)
    visits = draw_visits(
        present, drawn_traits(100, rules), usual_days(31, 0, 86_399), rules, ClosureRules(), Streams(2)
    )
    assert len(visits.rows)
    assert set(visits.days.tolist()) <= set(range(10, 15))


# Traits


def test_more_members_leave_the_traits_of_the_first_ones_as_they_were():
    few, many = (drawn_traits(count, VisitRules()) for count in (50, 500))
    for (name, one), other in zip(vars(few).items(), vars(many).values(), strict=True):
        if name == "first_phase":
            assert one == other
        else:
            by_member = name in ("changes", "habits")
            np.testing.assert_array_equal(one, other[:, :50] if by_member else other[:50])


def test_the_way_to_the_club_costs_visits():
    rules = VisitRules()
    left = distance_factor(np.array([0.0, 3.9, 10, 20, 60, 190]), rules)
    assert left[:2].tolist() == [1, 1]
    assert (np.diff(left[1:]) < 0).all()
    assert left[-1] == rules.distance_least
    near, far = (drawn_traits(2_000, rules, km=km).daily.sum() for km in (1.0, 30.0))
    assert far < 0.8 * near


def test_who_has_retired_comes_at_midday():
    rules = VisitRules()
    young, old = (drawn_traits(20_000, rules, age=age).habit for age in (30, 70))
    daytime = [((habit > 9 * 60) & (habit < 16 * 60)).mean() for habit in (young, old)]
    assert daytime[0] == pytest.approx(rules.habits["Midday"], abs=0.03)
    assert daytime[1] == pytest.approx(rules.day_habits["Midday"], abs=0.03)


def test_some_come_at_night_where_the_club_never_closes():
    rules = VisitRules()
    usual, always = (drawn_traits(20_000, rules, never_closes=never).habit for never in (False, True))
    nights = [((habit >= 1_320) | (habit < 240)).mean() for habit in (usual, always)]
    assert nights[0] < 0.002
    assert nights[1] == pytest.approx(rules.night_share, abs=0.006)


def test_some_take_to_another_hour_and_keep_it():
    rules = VisitRules()
    traits, everybody = drawn_traits(10_000, rules), np.arange(10_000)
    hours = [
        traits.habit_on(everybody, np.full(10_000, day_of(day))) for day in ("2023-01-01", "2024-12-01", "2024-12-02")
    ]
    moved = (hours[0] != hours[1]).mean()
    assert moved == pytest.approx(1 - (1 - rules.drift_share) ** (700 / rules.drift_days), abs=0.05)
    assert (hours[1] != hours[2]).mean() < 0.01


def test_the_young_use_the_app_and_its_share_is_the_rules():
    rules = VisitRules()
    shares = [drawn_traits(20_000, rules, age=age).by_app.mean() for age in (20, 36, 70)]
    assert shares[0] > shares[1] > 2 * shares[2]
    other, own = (
        rules.other_access_share,
        rules.access_methods["Mobile App"] / (1 - rules.access_methods["Staff Override"]),
    )
    assert shares[1] * (1 - other) + (1 - shares[1]) * other == pytest.approx(own, abs=0.01)


def test_women_run_and_men_lift_more():
    rules = VisitRules()
    men, women = (drawn_traits(20_000, rules, gender=gender).leaning for gender in (0, 1))
    assert (women == 2).mean() - (men == 2).mean() == pytest.approx(2 * rules.leaning_by_sex, abs=0.02)


def test_a_second_visit_is_far_from_the_first_one():
    rules = VisitRules(twice_share=0.5)
    club = usual_days(31, 18_000, 82_800)
    shape = (300, 31)
    present = Present(
        np.arange(300), np.ones(shape, bool), np.full(shape, -99, np.int16), np.ones(shape, np.float32),
        day_of("2026-01-01"), 31,
    )  # fmt: skip
    visits = draw_visits(present, drawn_traits(300, rules), club, rules, ClosureRules(), Streams(2))
    frame = pd.DataFrame(vars(visits)).sort_values(["rows", "days", "ins"])
    same = frame[["rows", "days"]].diff().eq(0).all(axis=1)
    assert same.sum() > 300
    assert (frame["ins"] - frame["outs"].shift())[same].min() > 3 * 3600
    assert not frame[["rows", "days"]].duplicated(keep=False).groupby([frame["rows"], frame["days"]]).sum().gt(2).any()
    assert (frame["outs"] <= 82_800).all()


def test_members_come_as_often_as_the_rules_say():
    rules = VisitRules()
    traits = drawn_traits(20_000, rules)
    weekly = traits.daily.sum(axis=1)
    rare = weekly <= rules.rare_weekly + 1e-4  # days are rounded
    assert np.median(weekly[~rare]) == pytest.approx(rules.weekly_median, rel=0.01)
    assert np.log(weekly[~rare]).std() == pytest.approx(rules.weekly_sigma, rel=0.06)  # full days cut the tail
    assert weekly.max() <= rules.weekly_cap + 1e-4
    assert rare.mean() == pytest.approx(rules.rare_share, abs=0.01)
    assert ((traits.daily >= 0) & (traits.daily <= rules.daily_most + 1e-6)).all()
    assert ((traits.habit >= 0) & (traits.habit < 1440)).all()


def test_a_week_of_visits_in_the_data_is_what_the_rules_say(reference, made_from):
    plain = {
        "visits.pause_share": 0, "visits.distance_fall": "0,0", "visits.twice_share": 0,
        "visits.start_attendance": 1, "visits.yearly_decline": 0, "visits.rare_share": 0, "visits.trip_share": 0,
        "visits.season_weights": ",".join(["1"] * 14), "closures.major_attendance": 1, "closures.minor_attendance": 1,
    }  # fmt: skip
    made = made_from(reference(1, 500, 12, 4, END), END, 6, 4, plain)
    spells = made.spells[(made.spells["status"] == "Active") & (made.spells["startdate"] <= made.start)]
    visits = made.memberaccess["memberid"].value_counts().reindex(spells["memberid"]).fillna(0)
    weeks = (made.as_of - made.start).days / 7
    assert len(spells) > 150
    assert visits.median() / weeks == pytest.approx(VisitRules().weekly_median, rel=0.08)


def test_preferred_weekdays_have_their_share_of_the_visits():
    rules = VisitRules(weekday_weights=(1,) * 7, weekly_sigma=0.1)
    daily = np.sort(drawn_traits(20_000, rules).daily, axis=1)[:, ::-1]
    assert daily[:, :5].sum() / daily.sum() > rules.preferred_share
    # Members with two to five preferred weekdays, of which the first are the liveliest.
    shares = [(daily[:, place] > 2 * daily[:, 6]).mean() for place in (1, 2, 3, 4)]
    expected = np.cumsum(rules.preferred_days.shares[::-1])[::-1]
    assert shares == pytest.approx(expected.tolist(), abs=0.02)


@given(
    st.lists(st.floats(0, 7), min_size=1, max_size=20),
    st.lists(st.integers(0, 9), min_size=7, max_size=7).filter(any),
    st.floats(0.05, 1),
)
def test_no_visit_of_a_week_is_lost_as_long_as_there_are_days_for_it(weekly, weights, most):
    shares = np.tile(np.array(weights) / sum(weights), (len(weekly), 1))
    daily = _spread(np.array(weekly), shares, most)
    room = most * np.count_nonzero(weights)
    assert daily.max() <= most + 1e-6
    assert (daily[:, np.array(weights) == 0] == 0).all()
    np.testing.assert_allclose(daily.sum(axis=1), np.minimum(weekly, room), atol=1e-4)


@pytest.mark.parametrize("weights", [(0, 0, 0, 0, 0, 0, 1), (1, 0, 0, 0, 0, 0, 0), (0, 0, 1, 0, 0, 1, 0)])
def test_weekdays_without_weight_see_no_visits(weights):
    traits = drawn_traits(100_000, VisitRules(weekday_weights=weights))
    closed = np.array(weights) == 0
    assert (traits.daily[:, closed] == 0).all()
    assert np.isfinite(traits.daily).all()


def test_who_shares_a_home_mostly_keeps_the_hours_of_the_first_and_comes_along():
    rules = VisitRules(company_share=1.0, company_days=1.0, off_habit_share=0.0)
    heads = np.repeat(np.arange(0, 300, 2), 2)
    traits = draw_traits(
        people(300)._replace(heads=heads), rules, 36.0, Streams(1), day_of("2026-01-01"), day_of("2026-03-01")
    )
    pairs = np.arange(1, 300, 2)
    np.testing.assert_array_equal(traits.habit[pairs], traits.habit[pairs - 1])
    shape = 300, 31
    present = Present(
        np.arange(300),
        np.ones(shape, np.bool_),
        np.zeros(shape, np.int16),
        np.ones(shape, np.float32),
        day_of("2026-01-01"),
        31,
    )
    visits = draw_visits(present, traits, usual_days(31, 5 * 3_600, 23 * 3_600), rules, ClosureRules(), Streams(2))
    first_of_day = {}
    for row, day, begin in zip(visits.rows.tolist(), visits.days.tolist(), visits.ins.tolist(), strict=True):
        first_of_day.setdefault((row, day), begin)
    both = [(row, day) for row, day in first_of_day if row % 2 and (row - 1, day) in first_of_day]
    alone = [(row, day) for row, day in first_of_day if row % 2 and (row - 1, day) not in first_of_day]
    assert len(both) > 2 * len(alone)
    apart = [abs(first_of_day[row, day] - first_of_day[row - 1, day]) for row, day in both]
    assert np.mean(np.array(apart) < 60 * rules.company_minutes) > 0.95
