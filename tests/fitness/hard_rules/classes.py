"""The timetable, and the dated classes that follow from it."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.fitness.hard_rules.world import DAY, INSTRUCTORS, World, looked_up, overlapping

SUITABLE = {
    "Mind & Body": {"Yoga", "Studio"},
    "Cardio": {"Studio", "Cardio"},
    "Strength": {"Studio", "Strength"},
    "Cycling": {"Spin"},
    "Dance": {"Studio"},
    "Aqua": {"Pool"},
    "Martial Arts": {"Studio", "Court"},
    "Functional": {"Studio", "Court", "Strength"},
}
"""The rooms a category of classes may be held in, by common sense; Aqua and Cycling by the page."""


def h50_sessions_fit_their_room(world: World) -> pd.DataFrame:
    """A session's area belongs to its facility and suits its category; it lies inside opening hours."""
    sessions = world.classschedules.merge(world.classtypes, on="classtypeid", how="left", suffixes=("", "_type"))
    sessions = sessions.merge(world.facilityareas, on="areaid", how="left", suffixes=("", "_area"))
    sessions = sessions.merge(world.facilities, on="facilityid", how="left", suffixes=("", "_facility"))
    start, end = pd.to_timedelta(sessions["starttime"]), pd.to_timedelta(sessions["endtime"])
    bad = sessions["facilityid_area"] != sessions["facilityid"]
    suits = [area in SUITABLE.get(kind, ()) for kind, area in zip(sessions.category, sessions.areatype, strict=True)]
    bad |= ~np.array(suits, bool)
    bad |= ((sessions["category"] == "Aqua") != (sessions["areatype"] == "Pool")).to_numpy()
    bad |= ((sessions["category"] == "Cycling") != (sessions["areatype"] == "Spin")).to_numpy()
    bad |= end != start + pd.to_timedelta(sessions["durationminutes"], unit="m")
    bad |= (start < pd.to_timedelta(sessions["opentime"])) | (end > pd.to_timedelta(sessions["closetime"]))
    bad |= ~sessions["dayofweek"].between(1, 7) | (sessions["effectivedate"] > sessions["expirydate"])
    bad |= ~((sessions["price"] == 0) | sessions["price"].between(5, 25))
    for flag in ("isactive_type", "isactive_area", "isactive_facility"):
        bad |= ~sessions[flag].astype(bool)
    return sessions[bad]


def h51_no_two_sessions_share_an_area(world: World) -> pd.DataFrame:
    """No two sessions share an area at one time of a day on which both run."""
    return _clashes(world, "areaid", "areaid")


def h52_instructors_are_in_one_place(world: World) -> pd.DataFrame:
    """An instructor is never in two places: neither by the timetable nor by substitution."""
    held = world.sessions[world.sessions["status"] != "Cancelled"]
    dated = overlapping(held, ["actualinstructorid"], "start", "end")
    actual = held.dropna(subset=["actualstarttime"])
    return pd.concat([_clashes(world, "instructorid", "instructorid"), dated, overlapping_actual(actual)])


def overlapping_actual(held: pd.DataFrame) -> pd.DataFrame:
    """Classes of one instructor in different rooms at one time as they were held; a handover of minutes aside."""
    spare = pd.Timedelta(minutes=15)
    held = held.assign(begun=held["actualstarttime"] + spare, ended=held["actualendtime"] - spare)
    return overlapping(held[held["begun"] < held["ended"]], ["actualinstructorid"], "begun", "ended")


def _clashes(world: World, key: str, label: str) -> pd.DataFrame:
    sessions = world.classschedules[["scheduleid", key, "dayofweek", "starttime", "endtime"]].copy()
    sessions["first"] = world.classschedules["effectivedate"]
    sessions["last"] = world.classschedules["expirydate"].fillna(pd.Timestamp("2262-01-01"))
    pairs = sessions.merge(sessions, on=[key, "dayofweek"], suffixes=("", "_2"))
    pairs = pairs[pairs["scheduleid"] < pairs["scheduleid_2"]]
    hours = (pairs["starttime"] < pairs["endtime_2"]) & (pairs["starttime_2"] < pairs["endtime"])
    dates = (pairs["first"] <= pairs["last_2"]) & (pairs["first_2"] <= pairs["last"])
    return pairs[hours & dates].rename(columns={key: label})


def h54_instructors_are_employed(world: World) -> pd.DataFrame:
    """Who teaches is an instructor, employed on the day; so is who the timetable names."""
    staff = world.staff[["staffid", "jobtitle", "hiredate", "terminationdate"]]
    taught = world.sessions.merge(staff, left_on="actualinstructorid", right_on="staffid", how="left")
    bad = ~taught["jobtitle"].isin(INSTRUCTORS) | ~(taught["hiredate"] <= taught["classdate"])
    bad |= taught["terminationdate"] < taught["classdate"]
    named = world.classschedules.merge(staff, left_on="instructorid", right_on="staffid", how="left")
    return pd.concat([taught[bad & (taught["status"] != "Cancelled")], named[~named["jobtitle"].isin(INSTRUCTORS)]])


def h55_instances_are_complete(world: World) -> pd.DataFrame:
    """One instance for each schedule and matching date, from the window's start to 13 days past the as-of day."""
    days = pd.date_range(world.start, world.as_of + 13 * DAY)
    calendar = pd.DataFrame({"classdate": days.astype("datetime64[s]"), "dayofweek": days.day_of_week + 1})
    wanted = world.classschedules.merge(calendar, on="dayofweek")
    wanted = wanted[wanted["effectivedate"] <= wanted["classdate"]]
    wanted = wanted[wanted["expirydate"].isna() | (wanted["classdate"] <= wanted["expirydate"])]
    if not len(wanted) and not len(world.classinstances):
        return wanted  # pandas cannot merge two empty frames of Arrow texts
    both = wanted[["scheduleid", "classdate"]].merge(
        world.classinstances, on=["scheduleid", "classdate"], how="outer", indicator=True
    )
    return both[(both["_merge"] != "both") | both.duplicated(["scheduleid", "classdate"], keep=False)]


def instances_tell_what_became_of_them(world: World) -> pd.DataFrame:
    """Completed before the as-of day, Scheduled from it on; times within 15 minutes; a reason where Cancelled."""
    held = world.sessions
    done, cancelled = held["status"] == "Completed", held["status"] == "Cancelled"
    bad = held["status"].eq("Scheduled") != (~cancelled & (held["classdate"] >= world.as_of))
    bad |= done & (held["classdate"] >= world.as_of)
    bad |= cancelled != held["cancellationreason"].notna()
    for actual, planned in (("actualstarttime", "start"), ("actualendtime", "end")):
        bad |= held[actual].notna() != done
        bad |= done & ~((held[actual] - held[planned]).abs() <= pd.Timedelta(minutes=15))
    bad |= done & ~(held["actualstarttime"] < held["actualendtime"])
    count = world.classenrollments.query("enrollmentstatus == 'Attended'").groupby("instanceid").size()
    bad |= held["actualcapacity"] != np.where(done, looked_up(count, held["instanceid"]), 0)
    return held[bad]
