"""Clubs stand in real, different cities, open when they say, and have rooms that fit their members."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from datagen.errors import UsageError
from datagen.fitness.clubs import draw_clubs
from datagen.fitness.reference.areas import facility_areas
from datagen.fitness.reference.homes import club_places
from datagen.fitness.rules import FitnessRules
from datagen.fitness.vocabulary import AREA_TYPES
from datagen.places import area_codes_by_state, cities, load_places, rows_of
from datagen.rules import override
from datagen.streams import Streams

TELEPHONE = re.compile(r"[2-9]\d\d-555-01\d\d")


def test_clubs_are_in_different_real_cities(tables):
    clubs, places = tables["facilities"], load_places()
    row = rows_of(places, clubs["zipcode"])
    assert (row >= 0).all()
    assert places.city.take(row).to_pylist() == list(clubs["city"])
    assert places.state.take(row).to_pylist() == list(clubs["state"])
    assert not clubs.duplicated(["city", "state"]).any()
    assert clubs["facilityname"].is_unique


def test_a_clubs_telephone_is_of_its_state(tables):
    codes = area_codes_by_state(load_places())
    for state, number in zip(tables["facilities"]["state"], tables["facilities"]["phonenumber"], strict=True):
        assert TELEPHONE.fullmatch(number)
        assert int(number[:3]) in codes[state]


def test_most_clubs_open_at_about_five_and_close_at_about_eleven(tables):
    clubs = tables["facilities"]
    always = clubs["opentime"] == "00:00:00"
    assert (clubs.loc[always, "closetime"] == "23:59:59").all()
    assert clubs.loc[~always, "opentime"].between("04:00:00", "06:00:00").all()
    assert clubs.loc[~always, "closetime"].between("22:00:00", "23:30:00").all()
    assert clubs["isactive"].all()


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("clubs", [5, 8, 50])
def test_about_one_club_in_five_never_closes(make, clubs, seed):
    always = (make(clubs, 20, 5, seed)["facilities"]["opentime"] == "00:00:00").sum()
    assert clubs // 5 <= always <= -(-clubs // 5)


def test_fifty_clubs_are_spread_over_many_states(make):
    clubs = make(50, 20, 5)["facilities"]
    assert clubs["state"].nunique() >= 12
    assert not clubs.duplicated(["city", "state"]).any()


def test_one_more_club_leaves_the_others_as_they_were(make):
    for name in ("facilities", "facilityareas", "equipment"):
        few, many = make(7, 3_500, 90)[name], make(8, 4_000, 90)[name]
        pd.testing.assert_frame_equal(few, many.head(len(few)))


def test_there_can_be_as_many_clubs_as_cities():
    places = load_places()
    streams, most = Streams(3, "fitness", "facilities"), len(cities(places).row)
    rows = club_places(streams, most, places, 2)
    assert len(np.unique(rows)) == most
    assert (rows[:30] == club_places(streams, 30, places, 2)).all()
    with pytest.raises(UsageError, match="--facilities"):
        club_places(streams, most + 1, places, 2)


def test_clubs_favour_large_cities_as_much_as_the_rules_say():
    places = load_places()
    size = dict(zip(cities(places).row.tolist(), cities(places).zipcodes.tolist(), strict=True))
    zips = [np.mean([size[row] for row in club_places(Streams(3), 300, places, power).tolist()]) for power in range(4)]
    assert zips == sorted(zips)
    assert zips[2] > 2 * zips[0]


def test_every_club_has_six_to_ten_rooms_with_the_necessary_ones(tables):
    for _, rooms in tables["facilityareas"].groupby("facilityid"):
        assert 6 <= len(rooms) <= 10
        assert {"Cardio", "Strength", "Studio", "Locker Room", "Reception"} <= set(rooms["areatype"]) <= set(AREA_TYPES)
        assert rooms["areaname"].is_unique
    assert set(tables["facilityareas"]["facilityid"]) == set(tables["facilities"]["facilityid"])


def test_most_clubs_have_a_room_for_every_kind_of_class(make):
    rooms = make(50, 50_000, 5)["facilityareas"].groupby("areatype")["facilityid"].nunique()
    assert rooms["Pool"] >= 40
    assert rooms["Yoga"] >= 44
    assert rooms["Spin"] >= 44
    assert 5 <= rooms["Court"] <= 45


@pytest.mark.parametrize("seed", range(8))
def test_the_only_club_of_a_chain_has_a_pool_a_yoga_and_a_spin_room(make, seed):
    assert {"Pool", "Yoga", "Spin"} <= set(make(1, 20, 5, seed)["facilityareas"]["areatype"])


def test_capacity_follows_from_floor_space_and_type(tables):
    rules = FitnessRules().facilities
    areas = tables["facilityareas"]
    space = areas["areatype"].map(lambda kind: getattr(rules, f"{kind.lower().replace(' ', '_')}_space"))
    assert (areas["maxcapacity"] == (areas["squarefootage"] / space).astype(int)).all()
    studios = areas[areas["areatype"] == "Studio"]
    assert studios["maxcapacity"].min() >= 24


def test_a_club_of_a_thousand_members_has_room_for_them(large):
    capacity = large["facilityareas"].groupby("areatype")["maxcapacity"]
    for kind, low, high in [("Cardio", 80, 120), ("Strength", 70, 110), ("Studio", 30, 50)]:
        assert low <= capacity.median()[kind] <= high
    assert capacity.max()["Cardio"] > 1.3 * capacity.min()["Cardio"]
    assert capacity.min()["Pool"] >= 25
    assert capacity.min()["Court"] >= 24


def test_larger_clubs_have_larger_rooms_and_a_few_members_more_change_nothing(make):
    small, same, big = (make(2, members, 25)["facilityareas"] for members in (600, 700, 6_000))
    pd.testing.assert_frame_equal(small, same)
    assert (big["maxcapacity"] > small["maxcapacity"]).all()


def test_a_club_never_has_fewer_than_six_rooms_whatever_the_shares():
    names = ("yoga", "spin", "pool", "court", "second_studio", "cafe", "child_care")
    rules = override(FitnessRules(), {f"facilities.{name}_share": 0 for name in names}).facilities
    ids = pa.array(["FAC001", "FAC002"])
    sites = draw_clubs(2, FitnessRules().clubs, Streams(1, "fitness", "clubs"))
    areas = facility_areas(Streams(1, "fitness", "facilityareas"), ids, 500, sites, rules).to_pandas()
    assert list(areas.groupby("facilityid").size()) == [8, 6]
