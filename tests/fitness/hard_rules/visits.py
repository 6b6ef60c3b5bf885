"""Visits: when, where, and how many at a time."""

from __future__ import annotations

import pandas as pd

from tests.fitness.hard_rules.world import World, members_on, overlapping

VISITED = ["Cardio", "Strength", "Studio", "Yoga", "Spin", "Pool", "Court"]


def h34_visits_lie_in_the_window(world: World) -> pd.DataFrame:
    """Visits are over before the as-of day, begin in the window, and end on the day they began."""
    visits = world.memberaccess
    inside = (visits["checkintime"] >= world.start) & (visits["checkouttime"] < world.as_of)
    return visits[~inside | (visits["checkintime"].dt.normalize() != visits["checkouttime"].dt.normalize())]


def h40_visits_inside_a_spell(world: World) -> pd.DataFrame:
    """Visits only inside a spell that is not Suspended."""
    visits = world.memberaccess
    return visits[~members_on(world, visits["memberid"], visits["checkintime"])]


def h41_visits_inside_opening_hours(world: World) -> pd.DataFrame:
    """Visits lie inside opening hours of a facility that is open at all; `duration` is their whole minutes."""
    visits = world.memberaccess.merge(world.facilities, on="facilityid", how="left")
    day = visits["checkintime"].dt.normalize()
    opens, closes = (day + pd.to_timedelta(visits[name]) for name in ("opentime", "closetime"))
    spent = visits["checkouttime"] - visits["checkintime"]
    bad = (visits["checkintime"] < opens) | (visits["checkouttime"] > closes) | ~visits["isactive"].astype(bool)
    return visits[bad | (spent <= pd.Timedelta(0)) | (visits["duration"] != spent // pd.Timedelta(minutes=1))]


def h42_areas_belong_to_the_facility(world: World) -> pd.DataFrame:
    """The area of a visit belongs to its facility, is in use and one for members."""
    visits = world.memberaccess.merge(world.facilityareas, on="areaid", how="left", suffixes=("", "_of_area"))
    fits = (visits["facilityid"] == visits["facilityid_of_area"]) & visits["isactive"].astype(bool)
    return visits[~(fits & visits["areatype"].isin(VISITED))]


def h43_visits_of_a_member_do_not_overlap(world: World) -> pd.DataFrame:
    """Nobody is in two places at a time."""
    return overlapping(world.memberaccess, ["memberid"], "checkintime", "checkouttime")


def h44_areas_hold_no_more_than_their_capacity(world: World) -> pd.DataFrame:
    """An area never holds more than `maxcapacity`; who leaves in a second makes room for who comes in it."""
    visits = world.memberaccess
    ins = pd.DataFrame({"areaid": visits["areaid"], "at": visits["checkintime"], "change": 1})
    outs = pd.DataFrame({"areaid": visits["areaid"], "at": visits["checkouttime"], "change": -1})
    events = pd.concat([ins, outs]).sort_values(["areaid", "at", "change"], ignore_index=True)
    events["present"] = events.groupby("areaid", sort=False)["change"].cumsum()
    most = events.groupby("areaid", as_index=False)["present"].max()
    most = most.merge(world.facilityareas[["areaid", "maxcapacity"]], on="areaid", how="left")
    return most[~(most["present"] <= most["maxcapacity"])]
