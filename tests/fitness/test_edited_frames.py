"""Reference frames that a user edited are worked from, and what is made of them keeps the rules."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from datagen.fitness.frames import read_frames
from tests.fitness import hard_rules as page
from tests.fitness.frame_edits import AS_OF, END, every, keep


@pytest.fixture(scope="module")
def frames(reference):
    return reference(3, 90, 16, 4, END)


def half_the_members(f):
    return {"members": f["members"].iloc[::2]}


def one_member(f):
    return {"members": f["members"][f["members"]["memberstatus"] == "Active"].iloc[:1]}


def a_closed_facility(f):
    return {"facilities": f["facilities"].assign(isactive=[True, False, True])}


def a_closed_facility_with_its_areas(f):
    open_ = f["facilityareas"]["facilityid"] != f["facilities"]["facilityid"].iloc[1]
    return a_closed_facility(f) | {"facilityareas": f["facilityareas"].assign(isactive=open_)}


def plans(*names):
    return keep("membershiptypes", lambda t: t["typename"].isin(names))


def inactive_plans(*names):
    return lambda f: {
        "membershiptypes": f["membershiptypes"].assign(isactive=~f["membershiptypes"]["typename"].isin(names))
    }


def joined_ten_years_ago(f):
    columns = {name: f["members"][name] - pd.DateOffset(years=10) for name in ("joindate", "dateofbirth")}
    return {"members": f["members"].assign(**columns)}


def joined_yesterday(f):
    return {"members": f["members"].assign(joindate=pd.Timestamp("2025-12-31"))}


def joined_on_one_day(day):
    return lambda f: {"members": f["members"].assign(joindate=pd.Timestamp(day))}


def all_but_one(status, modified=None):
    def edit(f):
        members = f["members"].assign(memberstatus=status)
        members.loc[members.index[3], "memberstatus"] = "Active"
        if modified:
            members["lastmodified"] = members["joindate"] if modified == "joindate" else pd.Timestamp(modified)
        return {"members": members}

    return edit


def one_instructor(f):
    taught = f["staff"].index[f["staff"]["jobtitle"].isin(page.INSTRUCTORS)]
    return {"staff": f["staff"].drop(taught[1:])}


def no_instructor(f):
    return {"staff": f["staff"][~f["staff"]["jobtitle"].isin(page.INSTRUCTORS)]}


def all_terminated(f):
    gone = f["staff"]["hiredate"] + 30 * page.DAY
    return {"staff": f["staff"].assign(status="Terminated", terminationdate=gone.clip(upper=pd.Timestamp(END)))}


def all_on_leave(f):
    return {"staff": f["staff"].assign(status="On Leave", terminationdate=pd.NaT)}


def hired_today(f):
    return {"staff": f["staff"].assign(status="Active", terminationdate=pd.NaT, hiredate=pd.Timestamp(END))}


def capacity(value):
    return lambda f: {"facilityareas": f["facilityareas"].assign(maxcapacity=value)}


def hours(opens, closes):
    return lambda f: {"facilities": f["facilities"].assign(opentime=opens, closetime=closes)}


def all_in_one_city(f):
    return {"members": f["members"].assign(zipcode=f["facilities"]["zipcode"].iloc[0])}


def nowhere(f):
    return {"members": f["members"].assign(zipcode="00000")}


def facilities_in_one_city(f):
    return {"facilities": f["facilities"].assign(zipcode=f["facilities"]["zipcode"].iloc[0])}


def cardio_only(f):
    areas = f["facilityareas"][f["facilityareas"]["areatype"].isin(["Cardio", "Reception"])]
    return {"facilityareas": areas, "equipment": f["equipment"][f["equipment"]["areaid"].isin(areas["areaid"])]}


def studios_only_for_classes(f):
    areas = f["facilityareas"]
    return {"facilityareas": areas.assign(isactive=areas["areatype"].isin(["Strength", "Studio"]))}


def no_certificates_needed(f):
    return {"classtypes": f["classtypes"].assign(requiredcertifications=None)}


def every_certificate_needed(f):
    every = ";".join(f["instructorcertifications"]["certificationid"])
    return {"classtypes": f["classtypes"].assign(requiredcertifications=every)}


def only_aqua(f):
    return {"classtypes": f["classtypes"][f["classtypes"]["category"] == "Aqua"]}


def odd_lengths(f):
    return {"classtypes": f["classtypes"].assign(durationminutes=np.resize([15, 30, 20, 240], len(f["classtypes"])))}


def one_seat_classes(f):
    return {"classtypes": f["classtypes"].assign(maxparticipants=1)}


def own_ids(f):
    """Ids of the user's own making, of uneven width and beyond ASCII."""
    members = f["members"].assign(memberid=[f"person {number} é" for number in range(len(f["members"]))])
    names = {key: f"club-{number * 991}" for number, key in enumerate(f["facilities"]["facilityid"])}
    tables = {"members": members}
    for table in ("facilities", "facilityareas", "equipment"):
        tables[table] = f[table].assign(facilityid=f[table]["facilityid"].map(names))
    return tables


EDITS = {
    "half the members": half_the_members,
    "one member": one_member,
    "a closed facility": a_closed_facility,
    "a closed facility with its areas": a_closed_facility_with_its_areas,
    "one plan": plans("Individual Monthly"),
    "two kinds of plans": plans("Individual Monthly", "Family Monthly", "Family Annual"),
    "seniors and families": plans("Senior Monthly", "Corporate Annual", "Family Monthly"),
    "students by the year": plans("Student Annual", "Corporate Monthly"),
    "plans no longer sold": inactive_plans("Individual Monthly", "Corporate Monthly", "Family Annual"),
    "a plan of another name": every("membershiptypes", typename=[f"Gold {n}" for n in range(10)]),
    "joined ten years ago": joined_ten_years_ago,
    "joined yesterday": joined_yesterday,
    "joined on a leap day": joined_on_one_day("2024-02-29"),
    "joined on the 31st": joined_on_one_day("2023-01-31"),
    "all suspended but one": all_but_one("Suspended"),
    "all suspended on joining": all_but_one("Suspended", "joindate"),
    "all suspended today": all_but_one("Suspended", END),
    "all cancelled but one": all_but_one("Cancelled"),
    "all cancelled on joining": all_but_one("Cancelled", "joindate"),
    "all cancelled today": all_but_one("Cancelled", END),
    "all modified before they joined": all_but_one("Cancelled", "1999-01-01"),
    "all modified after the as-of day": all_but_one("Suspended", "2030-01-01"),
    "one instructor": one_instructor,
    "no instructor": no_instructor,
    "all staff terminated": all_terminated,
    "all staff on leave": all_on_leave,
    "all staff hired today": hired_today,
    "nobody fits in": capacity(0),
    "tiny areas": capacity(1),
    "small areas": capacity(3),
    "open around the clock": hours("00:00:00", "23:59:59"),
    "open eight hours": hours("08:00:00", "16:00:00"),
    "open four hours": hours("10:00:00", "14:00:00"),
    "open until a class would end": hours("06:00:00", "14:00:00"),
    "open from when a class would begin": hours("12:00:00", "20:30:00"),
    "open at night": hours("00:00:00", "04:00:00"),
    "open until midnight": hours("19:59:59", "23:59:59"),
    "open at odd seconds": hours("05:59:31", "21:07:13"),
    "all members in one city": all_in_one_city,
    "all members nowhere": nowhere,
    "all facilities in one city": facilities_in_one_city,
    "cardio only": cardio_only,
    "strength and studios only": studios_only_for_classes,
    "no certificates needed": no_certificates_needed,
    "every certificate needed": every_certificate_needed,
    "water classes only": only_aqua,
    "classes of odd lengths": odd_lengths,
    "classes of one seat": one_seat_classes,
    "ids of the user's own": own_ids,
}


@pytest.mark.slow
@pytest.mark.parametrize("edit", EDITS.values(), ids=EDITS)
def test_edited_frames_work_and_keep_the_rules(frames, made_from, edit):
    made = made_from({**frames, **edit(frames)}, END, 3, 4)
    rules = page.broken(made)
    if edit is own_ids or edit is EDITS["a plan of another name"]:
        rules = [line for line in rules if "keys_references" not in line]
    assert rules == []


def test_what_a_closed_facility_had_goes_to_the_others(frames, made_from):
    made = made_from({**frames, **a_closed_facility(frames)}, END, 3, 4)
    closed = frames["facilities"]["facilityid"].iloc[1]
    for table in ("memberaccess", "classschedules"):
        assert closed not in set(made.tables[table]["facilityid"])
    assert set(made.memberaccess["memberid"]) >= set(
        made.members.loc[made.members["memberstatus"] == "Active", "memberid"].iloc[:5]
    )


def test_members_without_a_known_zip_are_spread_over_the_open_facilities(frames, made_from):
    made = made_from({**frames, **nowhere(frames)}, END, 3, 4)
    assert made.memberaccess["facilityid"].nunique() == 3


def test_members_come_to_the_facility_nearest_to_them(reference):
    frames = reference(5, 150, 16, 4, END)
    read = read_frames(frames, AS_OF)
    same_city = frames["members"].merge(
        frames["facilities"].assign(place=range(5))[["city", "state", "place"]], on=["city", "state"], how="left"
    )["place"]
    near = same_city.notna().to_numpy()
    assert near.sum() > 20
    assert (read.members.homes[near] == same_city[near]).mean() > 0.95
