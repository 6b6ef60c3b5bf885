"""Machines fit their room, are known in the trade, and were bought before they could be used."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from datagen.fitness.reference.machines import LINES


def test_a_club_has_about_a_hundred_machines(tables):
    number = tables["equipment"].groupby("facilityid").size()
    assert number.between(85, 140).all()
    assert set(number.index) == set(tables["facilities"]["facilityid"])


def test_any_club_has_between_sixty_and_a_hundred_and_fifty():
    def total(end: str, areas: dict[str, int]) -> int:
        return sum(getattr(line, end) * areas.get(line.area, 0) for line in LINES)

    assert total("least", {"Cardio": 1, "Strength": 1, "Studio": 1}) >= 60
    everything = {"Cardio": 1, "Strength": 1, "Studio": 2, "Yoga": 1, "Spin": 1, "Pool": 1, "Court": 1}
    assert total("most", everything) <= 150


def test_machines_stand_where_they_belong(tables):
    joined = tables["equipment"].merge(tables["facilityareas"], on="areaid", suffixes=("", "_area"))
    assert len(joined) == len(tables["equipment"])
    assert (joined["facilityid"] == joined["facilityid_area"]).all()
    known = {(line.area, line.kind, model.brand, model.name) for line in LINES for model in line.models}
    columns = ["areatype", "equipmenttype", "brand", "model"]
    assert set(joined[columns].itertuples(index=False, name=None)) <= known
    assert not joined["areatype"].isin(["Locker Room", "Reception", "Cafe", "Child Care"]).any()
    share = joined["areatype"].value_counts(normalize=True)
    assert share["Cardio"] + share["Strength"] > 0.5


def test_every_room_that_is_trained_in_has_machines(tables):
    areas = tables["facilityareas"]
    trained = areas[areas["areatype"].isin({line.area for line in LINES})]
    assert set(trained["areaid"]) == set(tables["equipment"]["areaid"])


def test_serial_numbers_and_ids_are_unique(tables):
    equipment = tables["equipment"]
    assert equipment["serialnumber"].is_unique
    assert equipment["equipmentid"].is_unique
    assert not equipment.duplicated(["facilityid", "equipmentname"]).any()


def test_machines_were_bought_in_the_last_five_years_and_the_warranty_follows(tables, as_of):
    bought, until = tables["equipment"]["purchasedate"], tables["equipment"]["warrantyexpiry"]
    assert (bought < pd.Timestamp(as_of)).all()
    assert (bought >= pd.Timestamp(as_of) - pd.DateOffset(years=5)).all()
    assert (until > bought).all()


def test_every_room_is_fitted_out_in_the_weeks_before_the_club_opens(tables):
    machines = tables["equipment"]
    first = machines.groupby(["facilityid", "areaid"])["purchasedate"].min()
    weeks = first - first.groupby("facilityid").transform("min")
    assert (weeks.dt.days <= 53).all()
    assert weeks.groupby("facilityid").max().dt.days.max() > 7


def test_clubs_open_at_different_times_and_have_no_members_before(make):
    tables = make(10, 10_000, 250)
    clubs = (
        tables["facilities"]
        .set_index("facilityid")
        .join(tables["equipment"].groupby("facilityid")["purchasedate"].min())
    )
    assert (clubs["purchasedate"] > pd.Timestamp("2023-11-20")).any()
    assert (clubs["purchasedate"] < pd.Timestamp("2023-11-20")).sum() >= 5
    there = tables["members"].merge(clubs[["city", "state", "purchasedate"]], on=["city", "state"])
    assert ((there["joindate"] - there["purchasedate"]).dt.days >= 60).mean() > 0.97


def test_machines_cost_about_what_the_trade_asks(tables):
    usual = {(line.kind, model.brand, model.name): model.price for line in LINES for model in line.models}
    equipment = tables["equipment"]
    keys = zip(equipment["equipmenttype"], equipment["brand"], equipment["model"], strict=True)
    ratio = equipment["purchaseprice"] / [usual[key] for key in keys]
    assert ratio.between(0.85, 1.13).all()
    assert (equipment["purchaseprice"] % 5 == 0).all()


@pytest.mark.parametrize("seed", [1, 2])
def test_states_meet_their_shares(make, seed):
    share = make(10, 10_000, 250, seed)["equipment"]["status"].value_counts(normalize=True)
    for status, wanted in {"Active": 0.85, "Maintenance": 0.10, "Out of Order": 0.05}.items():
        assert share[status] == pytest.approx(wanted, abs=0.01)


def test_a_leap_day_as_of_day_works(make):
    equipment = make(2, 50, 10, 1, dt.date(2028, 2, 29))["equipment"]
    assert (equipment["warrantyexpiry"] > equipment["purchasedate"]).all()
