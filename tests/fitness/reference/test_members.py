"""Members are coherent people near a club, whose dates and status tell one story."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.calendar import day_number, whole_years
from datagen.fitness.clubs import draw_clubs
from datagen.fitness.reference.joining import birth_days
from datagen.fitness.rules.clubs import ClubRules
from datagen.fitness.vocabulary import GENDERS, MEMBER_STATUSES
from datagen.places import distance_km, load_places, rows_of
from datagen.streams import Streams

EMAIL = re.compile(r"[a-z0-9._+-]+@example\.(com|org|net)")
TELEPHONE = re.compile(r"[2-9]\d\d-555-01\d\d")
DAY = np.timedelta64(1, "D")


def test_ids_count_up(tables):
    ids = tables["members"]["memberid"]
    assert list(ids) == [f"MEM{number:06d}" for number in range(1, len(ids) + 1)]


def test_values_are_the_allowed_ones(tables):
    members = tables["members"]
    assert set(members["gender"]) <= set(GENDERS)
    assert set(members["memberstatus"]) <= set(MEMBER_STATUSES)
    filled = members.drop(columns="medicalalerts")
    assert not filled.isna().any().any()


def test_emails_are_unique_reserved_and_made_from_the_name(tables):
    members = tables["members"]
    assert members["email"].is_unique
    for email, last in zip(members["email"], members["lastname"], strict=True):
        assert EMAIL.fullmatch(email)
        assert re.sub("[^a-z]", "", last.lower()) in email


def test_members_and_staff_share_no_email(tables):
    assert not set(tables["members"]["email"]) & set(tables["staff"]["email"])


def test_city_state_zip_and_area_code_agree(tables):
    members, places = tables["members"], load_places()
    row = rows_of(places, members["zipcode"])
    assert (row >= 0).all()
    assert places.city.take(row).to_pylist() == list(members["city"])
    assert places.state.take(row).to_pylist() == list(members["state"])
    for column in ("phone", "emergencyphone"):
        assert members[column].map(lambda number: bool(TELEPHONE.fullmatch(number))).all()
        assert (members[column].str[:3].astype(int) == places.area_code[row]).all()


def in_reach(tables):
    places = load_places()
    member, club = (rows_of(places, tables[name]["zipcode"]) for name in ("members", "facilities"))
    latitude, longitude = places.latitude, places.longitude
    return distance_km(latitude[member][:, None], longitude[member][:, None], latitude[club], longitude[club]) <= 40.0


def test_most_members_live_near_a_club(tables):
    assert in_reach(tables).any(axis=1).mean() >= 0.85


def test_members_are_spread_over_the_clubs(large):
    near = in_reach(large)
    assert near.any(axis=1).mean() == pytest.approx(0.93, abs=0.02)
    alone = near[near.sum(axis=1) == 1].sum(axis=0)
    sizes = draw_clubs(10, ClubRules(), Streams(42, "fitness", "clubs")).size
    by_size = (alone / sizes)[alone > 100]
    assert by_size.max() < 2.2 * by_size.min()


def test_age_at_joining_is_sixteen_to_eighty(tables):
    members = tables["members"]
    born, joined = (members[name].to_numpy("datetime64[D]").astype(np.int32) for name in ("dateofbirth", "joindate"))
    age = whole_years(born, joined)
    assert age.min() >= 16
    assert age.max() <= 80


def test_members_are_of_the_ages_of_a_gym(large):
    members = large["members"]
    age = (members["joindate"] - members["dateofbirth"]).dt.days / 365.25
    assert age.between(20, 45).mean() > 0.5
    assert (age < 25).mean() > 0.12
    assert (age >= 65).mean() > 0.05
    share = members["gender"].value_counts(normalize=True)
    assert share["O"] == pytest.approx(0.01, abs=0.004)
    assert share["F"] == pytest.approx(0.51, abs=0.03)


def test_join_change_and_as_of_day_are_in_order(tables, as_of):
    members = tables["members"]
    assert (members["joindate"] < pd.Timestamp(as_of)).all()
    assert (members["joindate"] >= pd.Timestamp(as_of) - pd.DateOffset(years=3)).all()
    assert (members["joindate"] <= members["lastmodified"]).all()
    assert (members["lastmodified"] < pd.Timestamp(as_of)).all()


def test_who_left_or_paused_did_so_after_joining(tables):
    members = tables["members"]
    changed = members["lastmodified"].dt.floor("D")
    gone = members["memberstatus"] != "Active"
    assert (changed[gone] > members["joindate"][gone]).all()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_status_follows_tenure(make, as_of, seed):
    members = make(10, 10_000, 250, seed)["members"]
    tenure = (pd.Timestamp(as_of) - members["joindate"]).dt.days
    active = members["memberstatus"] == "Active"
    assert active[tenure < 30].mean() == pytest.approx(0.90, abs=0.05)
    assert active[tenure.between(30, 364)].mean() == pytest.approx(0.80, abs=0.05)
    assert active[tenure >= 365].mean() == pytest.approx(0.70, abs=0.05)


def test_shares_are_not_exact_to_the_head(make):
    women = [(make(2, 500, 25, seed)["members"]["gender"] == "F").sum() for seed in range(6)]
    assert len(set(women)) > 3


@pytest.mark.parametrize("seed", range(8))
def test_a_chain_has_an_active_member_however_small_it_is(make, seed):
    assert "Active" in set(make(1, 1, 2, seed)["members"]["memberstatus"])


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize("day", [dt.date(2026, 11, 20), dt.date(2028, 2, 29), dt.date(2027, 1, 1)])
def test_joins_follow_the_seasons(make, day, seed):
    joined = make(10, 10_000, 250, seed, day)["members"]["joindate"]
    by_month = joined.dt.month.value_counts() / (len(joined) / 12)
    assert by_month[[3, 4, 5]].between(1.15, 1.6).all()
    assert 0.5 <= by_month[12] <= 0.85


def test_joins_grow_a_little(large):
    year = (large["members"]["joindate"].max() - large["members"]["joindate"]).dt.days // 365
    number = year.value_counts()
    assert number[0] > number[1] > number[2]


def test_about_seventy_per_cent_have_no_medical_alert(tables):
    alerts = tables["members"]["medicalalerts"]
    assert alerts.isna().mean() == pytest.approx(0.7, abs=0.03 + 1.6 / len(alerts) ** 0.5)
    assert (alerts.dropna().str.len() < 60).all()


def test_the_emergency_contact_is_somebody_else_with_another_telephone(tables):
    members = tables["members"]
    assert (members["emergencycontact"] != members["firstname"] + " " + members["lastname"]).all()
    assert (members["emergencyphone"] != members["phone"]).all()
    assert members["emergencycontact"].str.count(" ").ge(1).all()


def test_households_share_a_home_and_call_each_other(large):
    members = large["members"]
    home = members.groupby(["address", "zipcode"], sort=False)
    size = home["memberid"].transform("size")
    shared = members[size > 1]
    assert len(shared) / len(members) == pytest.approx(0.20, abs=0.03)
    assert size.max() <= 4
    assert (home["city"].nunique() == 1).all()
    one_name = shared.groupby(["address", "zipcode"])["lastname"].nunique() == 1
    assert one_name.mean() > 0.6
    names = members["firstname"] + " " + members["lastname"]
    for _, people in list(shared.groupby(["address", "zipcode"]))[:150]:
        assert set(people["emergencycontact"]) & set(names[people.index])


@pytest.mark.slow
def test_ages_within_a_household_make_sense(large):
    members = large["members"]
    joined, born = members["joindate"], members["dateofbirth"]
    age = (joined - born).dt.days / 365.25
    for _, people in members.groupby(["address", "zipcode"]):
        if len(people) > 1:
            ages = age[people.index].sort_values(ascending=False).to_numpy()
            # Anybody much younger than the eldest is a child of the house, and at least 18 years younger.
            gaps = (born[people.index] - born[people.index].min()).dt.days / 365.25
            assert ages[0] >= 20
            assert all(gap < 9 or gap >= 18 for gap in gaps)


@pytest.mark.parametrize(("few", "many"), [(500, 600), (20, 21), (501, 503), (999, 2_345)])
def test_with_more_members_the_same_people_are_there(make, few, many):
    who = ["firstname", "lastname", "email", "phone", "dateofbirth", "gender", "address", "zipcode", "joindate"]
    first, more = make(2, few, 25)["members"][who], make(2, many, 25)["members"][who]
    assert len(first.merge(more, on=who)) == few


def test_numbers_are_given_in_the_order_of_joining(tables):
    assert tables["members"]["joindate"].is_monotonic_increasing


def test_the_old_have_more_medical_alerts(large):
    members = large["members"]
    age = (members["joindate"] - members["dateofbirth"]).dt.days / 365.25
    has = members["medicalalerts"].notna()
    assert 1.5 < has[age >= 65].mean() / has[age < 40].mean() < 3.5
    assert has.mean() == pytest.approx(0.3, abs=0.02)


def test_another_seed_makes_other_people(make):
    one, other = make(2, 500, 25, 1)["members"], make(2, 500, 25, 2)["members"]
    assert (one["firstname"] + one["lastname"] == other["firstname"] + other["lastname"]).mean() < 0.05


@settings(max_examples=300)
@given(
    st.dates(dt.date(1897, 1, 1), dt.date(2150, 12, 31)),
    st.integers(16, 80),
    st.integers(0, 65_535),
)
def test_a_birth_day_gives_the_age_on_the_join_day(day, age, lane):
    joined = np.array([day_number(day)], np.int32)
    born = birth_days(joined, np.array([age]), np.array([lane], np.uint16))
    birth = dt.date.fromordinal(int(born[0]) + dt.date(1970, 1, 1).toordinal())
    reached = day.year - birth.year - ((day.month, day.day) < (birth.month, birth.day))
    assert reached == age
