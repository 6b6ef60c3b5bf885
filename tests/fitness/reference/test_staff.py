"""Teams have a manager and teachers first, and every row of the staff is a possible employment."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter

import numpy as np
import pandas as pd
import pytest

from datagen.errors import UsageError
from datagen.fitness.clubs import draw_clubs
from datagen.fitness.rules.clubs import ClubRules
from datagen.fitness.rules.staff import TEAM, StaffRules
from datagen.fitness.staff_homes import deal_homes, draws_of
from datagen.fitness.vocabulary import EMPLOYMENT_TYPES, INSTRUCTOR_TITLES, JOB_TITLES, STAFF_STATUSES
from datagen.streams import Streams

SALARIES = {
    "Personal Trainer": (35_000, 55_000),
    "Group Fitness Instructor": (25_000, 40_000),
    "Front Desk": (28_000, 35_000),
    "Manager": (55_000, 85_000),
    "Maintenance": (30_000, 45_000),
    "Lifeguard": (22_000, 32_000),
    "Nutritionist": (45_000, 65_000),
    "Physical Therapist": (60_000, 80_000),
}


def first_machines(tables):
    """The day on which the first machine of each club was bought."""
    return tables["equipment"].groupby("facilityid")["purchasedate"].min()[tables["facilities"]["facilityid"]]


def clubs_of(tables):
    """The place of each one's club among the facilities."""
    areas, facilities = tables["facilityareas"], tables["facilities"]["facilityid"].tolist()
    pools = sorted({facilities.index(name) for name in areas[areas["areatype"] == "Pool"]["facilityid"]})
    titles = np.array([JOB_TITLES.index(title) for title in tables["staff"]["jobtitle"]])
    hires, fitted = (
        days.to_numpy().astype("datetime64[D]").astype(np.int32)
        for days in (tables["staff"]["hiredate"], first_machines(tables))
    )
    sizes = sizes_of(tables)
    draws = draws_of(sizes, StaffRules())
    return pd.Series(deal_homes(titles, hires, fitted, np.arange(len(sizes)), np.array(pools, int), draws)[0])


def sizes_of(tables):
    """How large the site of each club is against the mean one."""
    streams = Streams(tables["staff"].attrs["seed"], "fitness", "clubs")
    return draw_clubs(len(tables["facilities"]), ClubRules(), streams).size


def test_numbers_tell_who_was_hired_before(tables):
    assert tables["staff"]["hiredate"].is_monotonic_increasing


def test_lifeguards_belong_to_clubs_with_a_pool(large):
    areas = large["facilityareas"]
    pools = set(areas[areas["areatype"] == "Pool"]["facilityid"])
    clubs = large["facilities"]["facilityid"].to_numpy()[clubs_of(large)]
    guards = large["staff"]["jobtitle"] == "Lifeguard"
    assert set(clubs[guards]) == pools


@pytest.mark.parametrize(("clubs", "staff"), [(1, 2), (2, 2), (2, 3), (7, 2), (7, 7), (7, 8), (7, 40)])
def test_however_few_the_staff_one_manages_and_one_teaches(make, clubs, staff):
    titles = make(clubs, 300, staff)["staff"]["jobtitle"]
    teachers, managers = titles.isin(INSTRUCTOR_TITLES).sum(), (titles == "Manager").sum()
    assert teachers >= 1
    assert managers == min(clubs, staff - 1) or staff > 25 * clubs


def test_one_person_cannot_run_a_chain_with_rows_in_every_table(make):
    with pytest.raises(UsageError, match="--staff 1: 200 members need 2 staff at least"):
        make(1, 200, 1)
    assert list(make(1, 199, 1)["staff"]["jobtitle"]) == ["Manager"]


def test_values_are_the_allowed_ones(tables):
    staff = tables["staff"]
    assert set(staff["jobtitle"]) <= set(JOB_TITLES)
    assert set(staff["employmenttype"]) <= set(EMPLOYMENT_TYPES)
    assert set(staff["status"]) <= set(STAFF_STATUSES)
    assert staff["department"].str.len().gt(0).all()


def test_ids_employee_numbers_and_emails_are_unique(tables):
    staff = tables["staff"]
    assert list(staff["staffid"]) == [f"STF{number:04d}" for number in range(1, len(staff) + 1)]
    assert list(staff["employeenumber"]) == [f"E{number:05d}" for number in range(1, len(staff) + 1)]
    assert staff["email"].is_unique
    for email, last in zip(staff["email"], staff["lastname"], strict=True):
        assert re.fullmatch(r"[a-z0-9._+-]+@example\.(com|org|net)", email)
        assert re.sub("[^a-z]", "", last.lower()) in email


def test_a_telephone_has_the_area_code_of_the_club(tables):
    assert tables["staff"]["phone"].str.fullmatch(r"[2-9]\d\d-555-01\d\d").all()
    clubs = tables["facilities"]["phonenumber"].str[:3].to_numpy()[clubs_of(tables)]
    assert (tables["staff"]["phone"].str[:3] == clubs).all()


def test_pay_lies_in_the_salary_range_of_the_title(tables):
    staff = tables["staff"]
    for title, (low, high) in SALARIES.items():
        rates = staff.loc[staff["jobtitle"] == title, "hourlyrate"]
        assert rates.between(round(low / 2080, 2), round(high / 2080, 2)).all()
    assert ((staff["hourlyrate"] * 100).round() / 100 == staff["hourlyrate"]).all()


def test_every_team_has_a_manager_and_teachers_who_are_there(tables):
    staff = tables["staff"].assign(club=clubs_of(tables))
    for _, team in staff.groupby("club"):
        there = team[team["status"] == "Active"]["jobtitle"]
        assert "Manager" in set(there)
        assert there.isin(INSTRUCTOR_TITLES).sum() >= 3


def test_nearly_half_of_a_team_teaches():
    assert 0.42 <= sum(title in INSTRUCTOR_TITLES for title in TEAM) / len(TEAM) <= 0.5
    assert set(TEAM) == set(JOB_TITLES)
    assert TEAM[0] == "Manager"
    assert sum(title in INSTRUCTOR_TITLES for title in TEAM[:5]) == 3


def test_the_termination_date_is_set_for_the_terminated_only(tables, as_of):
    staff = tables["staff"]
    terminated = staff["status"] == "Terminated"
    assert (staff["terminationdate"].notna() == terminated).all()
    gone = staff[terminated]
    assert (gone["terminationdate"] - gone["hiredate"]).dt.days.ge(100).all()
    assert (gone["terminationdate"] < pd.Timestamp(as_of)).all()


def test_hires_are_weekdays_of_the_last_five_years(tables, as_of):
    hired = tables["staff"]["hiredate"]
    assert (hired < pd.Timestamp(as_of)).all()
    assert (hired >= pd.Timestamp(as_of) - pd.DateOffset(years=5)).all()
    assert (hired.dt.day_of_week < 5).all()


def test_a_club_is_staffed_from_the_weeks_before_its_opening_on(tables):
    fitted = first_machines(tables)
    staff = tables["staff"].assign(club=clubs_of(tables))
    for club, team in staff.groupby("club"):
        assert team["hiredate"].min() >= fitted.iloc[club]
        founders = team[team["hiredate"] <= fitted.iloc[club] + pd.Timedelta(days=60)]
        assert "Manager" in set(founders["jobtitle"])
        assert founders["jobtitle"].isin(INSTRUCTOR_TITLES).sum() >= 3
    assert staff["club"].nunique() == len(fitted)


def test_who_is_hired_goes_where_the_fewest_are_of_the_clubs_that_exist():
    manager, guard = (JOB_TITLES.index(title) for title in ("Manager", "Lifeguard"))
    clubs, fitted = np.arange(3), np.array([0, 100, 50], np.int32)
    titles, hires = np.full(6, manager), np.array([10, 20, 60, 120, 130, 140], np.int32)
    alike = draws_of(np.ones(3), StaffRules(founding_team=1))
    homes, turn = deal_homes(titles, hires, fitted, clubs, clubs[:0], alike)
    assert homes.tolist() == [0, 0, 2, 1, 1, 2]
    assert turn.tolist() == [0, 1, 0, 0, 1, 1]
    early = deal_homes(np.full(2, guard), np.array([-9, -8], np.int32), fitted, clubs, clubs[1:], alike)[0]
    assert set(early.tolist()) <= {1, 2}, "guards work where there is a pool, even if it is older than its machines"


def test_those_who_teach_follow_a_club_s_size_and_managers_do_not():
    size, clubs = np.array([0.7, 1.0, 1.5]), np.arange(3)
    titles = np.repeat([JOB_TITLES.index("Personal Trainer"), JOB_TITLES.index("Manager")], [64, 6])
    nowhere = np.zeros(0, np.intp)
    homes, _ = deal_homes(
        titles, np.full(70, 9), np.zeros(3, np.int32), clubs, nowhere, draws_of(size, StaffRules(teaching_growth=1.0))
    )
    assert np.bincount(homes[:64]) == pytest.approx(64 * size / size.sum(), abs=1)
    assert np.bincount(homes[64:]).tolist() == [2, 2, 2]


@pytest.mark.parametrize(("clubs", "count"), [(10, 250), (50, 1_250), (2, 200), (1, 60)])
@pytest.mark.parametrize("seed", [1, 2])
def test_statuses_meet_their_shares(make, clubs, count, seed):
    share = Counter(make(clubs, 20, count, seed)["staff"]["status"])
    assert share["Active"] / count == pytest.approx(0.85, abs=0.02)
    assert share["On Leave"] / count == pytest.approx(0.10, abs=0.02)
    assert share["Terminated"] / count == pytest.approx(0.05, abs=0.02)


@pytest.mark.parametrize(("clubs", "few", "many"), [(2, 25, 31), (1, 5, 60), (10, 250, 251), (50, 250, 1_250)])
def test_with_more_staff_the_same_people_are_there(make, clubs, few, many):
    first, more = make(clubs, 20, few)["staff"], make(clubs, 20, many)["staff"]
    numbers = ["staffid", "employeenumber", "phone", "hourlyrate"]  # the last two follow the club's town
    assert set(first["email"]) <= set(more["email"])
    same = more[more["email"].isin(first["email"])].drop(columns=numbers).reset_index(drop=True)
    pd.testing.assert_frame_equal(first.drop(columns=numbers), same)


def test_employment_fits_the_title(large):
    staff = large["staff"]
    assert (staff[staff["jobtitle"] == "Manager"]["employmenttype"] == "Full-Time").all()
    guards = staff[staff["jobtitle"] == "Lifeguard"]["employmenttype"]
    # One of three of a team opened the club, full-time.
    assert (guards == "Part-Time").mean() == pytest.approx(
        StaffRules().employment("Lifeguard")["Part-Time"] * 2 / 3, abs=0.04
    )


def test_a_leap_day_as_of_day_works(make):
    staff = make(2, 50, 30, 1, dt.date(2028, 2, 29))["staff"]
    assert (staff["hiredate"] < pd.Timestamp("2028-02-29")).all()


def test_no_lifeguard_is_hired_before_a_club_with_a_pool_is_fitted_out(make):
    for seed, clubs, end in ((3, 10, dt.date(2024, 2, 29)), (1, 4, dt.date(2026, 11, 20)), (2, 6, dt.date(2026, 1, 1))):
        frames = make(clubs, 50, 25 * clubs, seed, end)
        rooms = frames["facilityareas"]
        pools = rooms[rooms["areatype"] == "Pool"]["facilityid"]
        machines = frames["equipment"]
        fitted = machines[machines["facilityid"].isin(pools)]["purchasedate"].min()
        guards = frames["staff"].query("jobtitle == 'Lifeguard'")["hiredate"]
        assert guards.min() >= fitted
        assert guards.value_counts().max() <= 2 + len(guards) // 10, "they are not all hired on one day"
