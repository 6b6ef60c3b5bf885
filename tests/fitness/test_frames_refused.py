"""Broken reference frames are refused by table, column and value."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from datagen.errors import FrameError
from datagen.fitness.frames import read_frames
from tests.fitness.frame_edits import AS_OF, END, every, keep, put


@pytest.fixture(scope="module")
def frames(reference):
    return reference(3, 90, 16, 4, END)


def one_id_twice(table: str):
    def edit(frames):
        return {table: pd.concat([frames[table], frames[table].iloc[-1:]], ignore_index=True)}

    return edit


KEYS = {
    "membershiptypes": "membershiptypeid",
    "classtypes": "classtypeid",
    "instructorcertifications": "certificationid",
    "facilities": "facilityid",
    "facilityareas": "areaid",
    "equipment": "equipmentid",
    "members": "memberid",
    "staff": "staffid",
}
NEEDED = [
    ("membershiptypes", "typename"), ("membershiptypes", "monthlyfee"), ("membershiptypes", "registrationfee"),
    ("membershiptypes", "duration"), ("membershiptypes", "isactive"), ("classtypes", "category"),
    ("classtypes", "durationminutes"), ("classtypes", "maxparticipants"), ("classtypes", "requiredcertifications"),
    ("instructorcertifications", "validitymonths"), ("facilities", "zipcode"), ("facilities", "opentime"),
    ("facilities", "closetime"), ("facilities", "isactive"), ("facilityareas", "facilityid"),
    ("facilityareas", "areatype"), ("facilityareas", "maxcapacity"), ("members", "dateofbirth"),
    ("members", "joindate"), ("members", "memberstatus"), ("members", "lastmodified"), ("members", "address"),
    ("members", "zipcode"), ("staff", "jobtitle"), ("staff", "employmenttype"), ("staff", "status"),
    ("staff", "hiredate"), ("staff", "terminationdate"),
]  # fmt: skip
LATER = pd.Timestamp("2026-01-02")

BROKEN = [
    # dates
    (put("members", "joindate", "soon"), "members.joindate", "soon"),
    (put("members", "joindate", None), "members.joindate", "required"),
    (put("members", "joindate", "2025-02-30"), "members.joindate", "2025-02-30"),
    (put("members", "joindate", pd.Timestamp(END)), "members.joindate", "2026-01-01"),
    (put("members", "joindate", LATER), "members.joindate", "2026-01-02"),
    (put("members", "joindate", "9999-12-31"), "members.joindate", "9999-12-31"),
    (put("members", "joindate", 20240131), "members.joindate", "20240131"),
    (put("members", "dateofbirth", "1066-10-14"), "members.dateofbirth", "1066-10-14"),
    (put("members", "dateofbirth", LATER), "members.dateofbirth", "2026-01-02"),
    (put("members", "dateofbirth", ""), "members.dateofbirth", "date"),
    (put("members", "lastmodified", "yesterday"), "members.lastmodified", "yesterday"),
    (put("staff", "hiredate", "x"), "staff.hiredate", "x"),
    (every("staff", status="Active", terminationdate=pd.Timestamp(2025, 1, 1)), "staff.terminationdate", "2025-01-01"),
    (every("staff", status="Terminated", terminationdate=pd.NaT), "staff.terminationdate", "Terminated"),
    (every("staff", status="Terminated", terminationdate=pd.Timestamp("1999-01-01")), "staff.terminationdate", "1999"),
    (every("members", joindate=lambda t: t["joindate"].dt.tz_localize("UTC")), "members.joindate", "zone"),
    # values that are not allowed
    (put("members", "memberstatus", "Asleep"), "members.memberstatus", "Asleep"),
    (put("members", "memberstatus", "active"), "members.memberstatus", "active"),
    (put("members", "zipcode", None), "members.zipcode", "required"),
    (put("facilityareas", "areatype", "Sauna"), "facilityareas.areatype", "Sauna"),
    (put("classtypes", "category", "Chess"), "classtypes.category", "Chess"),
    (put("staff", "jobtitle", "CEO"), "staff.jobtitle", "CEO"),
    (put("staff", "employmenttype", "Intern"), "staff.employmenttype", "Intern"),
    (put("staff", "status", "Resting"), "staff.status", "Resting"),
    # ids that do not exist
    (put("facilityareas", "facilityid", "FAC999"), "facilityareas.facilityid", "FAC999"),
    (put("facilityareas", "facilityid", " FAC001"), "facilityareas.facilityid", " FAC001"),
    (put("classtypes", "requiredcertifications", "CERT001;CERT999"), "classtypes.requiredcertifications", "CERT999"),
    (put("classtypes", "requiredcertifications", "CERT001; CERT002"), "classtypes.requiredcertifications", "CERT002"),
    # numbers
    (put("facilityareas", "maxcapacity", -1), "facilityareas.maxcapacity", "-1"),
    (put("facilityareas", "maxcapacity", 10.5), "facilityareas.maxcapacity", "10.5"),
    (put("facilityareas", "maxcapacity", "many"), "facilityareas.maxcapacity", "many"),
    (put("facilityareas", "maxcapacity", np.inf), "facilityareas.maxcapacity", "inf"),
    (put("facilityareas", "maxcapacity", None), "facilityareas.maxcapacity", "number"),
    (put("membershiptypes", "monthlyfee", -5), "membershiptypes.monthlyfee", "-5"),
    (put("membershiptypes", "monthlyfee", "$49"), "membershiptypes.monthlyfee", "$49"),
    (put("membershiptypes", "duration", 6), "membershiptypes.duration", "6"),
    (put("classtypes", "durationminutes", 0), "classtypes.durationminutes", "0"),
    (put("classtypes", "maxparticipants", "x"), "classtypes.maxparticipants", "x"),
    (put("instructorcertifications", "validitymonths", 0), "instructorcertifications.validitymonths", "0"),
    # times and truth values
    (put("facilities", "opentime", "early"), "facilities.opentime", "early"),
    (put("facilities", "opentime", "5"), "facilities.opentime", "5"),
    (put("facilities", "closetime", "24:00:00"), "facilities.closetime", "24:00:00"),
    (put("facilities", "closetime", "-01:00:00"), "facilities.closetime", "-01:00:00"),
    (every("facilities", opentime="22:00:00", closetime="06:00:00"), "facilities.closetime", "06:00:00"),
    (every("facilities", opentime="10:00:00", closetime="11:00:00"), "facilities.closetime", "11:00:00"),
    (put("facilities", "isactive", "perhaps"), "facilities.isactive", "perhaps"),
    (put("facilities", "isactive", None), "facilities.isactive", "true or false"),
    # nothing to work with
    (every("members", memberstatus="Cancelled"), "members.memberstatus", "Active"),
    (every("facilities", isactive=False), "facilities.isactive", "active"),
    (every("membershiptypes", isactive=False), "membershiptypes", "active"),
    (keep("membershiptypes", lambda t: t["duration"] == 12), "membershiptypes", "duration 1"),
    (keep("membershiptypes", lambda t: t["typename"].str.startswith("Student")), "membershiptypes", "any age"),
    (keep("facilityareas", lambda t: t["areatype"] == "Studio"), "facilityareas", "Cardio or Strength"),
    (every("facilityareas", isactive=False), "facilityareas", "Cardio or Strength"),
    *((one_id_twice(table), f"{table}.{key}", "unique") for table, key in KEYS.items()),
    *((put(table, key, None), f"{table}.{key}", "required") for table, key in KEYS.items()),
    *((keep(table, lambda t: t.index < 0), table, "no rows") for table in KEYS if table != "equipment"),
]  # fmt: skip


@pytest.mark.parametrize(("edit", "where", "value"), BROKEN, ids=[f"{b[1]}-{b[2]}-{i}" for i, b in enumerate(BROKEN)])
def test_a_broken_frame_is_refused_by_table_column_and_value(frames, edit, where, value):
    with pytest.raises(FrameError) as caught:
        read_frames({**frames, **edit(frames)}, AS_OF)
    message = str(caught.value)
    assert where in message
    assert value in message
    assert message.endswith(".")
    assert "\n" not in message
    assert caught.value.exit_status == 1


@pytest.mark.parametrize("table", sorted(KEYS))
def test_a_missing_table_is_named(frames, table):
    rest = {name: frame for name, frame in frames.items() if name != table}
    with pytest.raises(FrameError, match=table):
        read_frames(rest, AS_OF)


@pytest.mark.parametrize("thing", [None, [1, 2], "members.csv", {"memberid": ["M1"]}], ids=str)
def test_something_that_is_no_frame_is_named(frames, thing):
    with pytest.raises(FrameError, match="members"):
        read_frames({**frames, "members": thing}, AS_OF)


@pytest.mark.parametrize(("table", "column"), [*NEEDED, *KEYS.items()], ids=str)
def test_a_missing_column_is_named_with_those_that_are_there(frames, table, column):
    with pytest.raises(FrameError) as caught:
        read_frames({**frames, table: frames[table].drop(columns=column)}, AS_OF)
    assert table in str(caught.value)
    assert column in str(caught.value)
    assert frames[table].columns[1 if column == frames[table].columns[0] else 0] in str(caught.value)


def test_a_column_that_is_there_twice_is_named(frames):
    twice = pd.concat([frames["members"], frames["members"][["joindate"]]], axis=1)
    with pytest.raises(FrameError, match=r"members.*joindate"):
        read_frames({**frames, "members": twice}, AS_OF)


def test_the_row_is_named_by_its_key(frames):
    key = frames["members"]["memberid"].iloc[2]
    with pytest.raises(FrameError, match=key):
        read_frames({**frames, **put("members", "memberstatus", "Asleep")(frames)}, AS_OF)
