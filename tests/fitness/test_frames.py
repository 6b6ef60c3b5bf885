"""Reference frames: broken ones are refused by table, column and value; read back or edited ones are worked from."""

from __future__ import annotations

import datetime as dt
import subprocess
import sys
from dataclasses import fields, is_dataclass
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from datagen.calendar import day_number
from datagen.columns import NULL
from datagen.errors import FrameError
from datagen.fitness.frames import read_frames
from datagen.fitness.reference.reference_tables import ReferenceTables
from datagen.fitness.rules import FitnessRules
from datagen.fitness.size import Size
from datagen.pools.pool_files import SHIPPED
from fitness_center_data_generator import FitnessCenterDataGenerator
from tests.fitness import hard_rules as page

END = "2026-01-01"
AS_OF = day_number(dt.date.fromisoformat(END))


@pytest.fixture(scope="module")
def frames(reference):
    return reference(3, 90, 16, 4, END)


def put(table: str, column: str, value: object, row: int = 2):
    """An edit that puts a value into one row of a column."""

    def edit(frames):
        frame = frames[table].astype({column: object})
        frame.loc[frame.index[row], column] = value
        return {table: frame}

    return edit


def every(table: str, **columns: object):
    """An edit that puts a value, or what a function makes of the frame, into columns."""

    def edit(frames):
        frame = frames[table]
        return {table: frame.assign(**columns)}

    return edit


def keep(table: str, wanted):
    """An edit that keeps the rows for which a condition holds."""
    return lambda frames: {table: frames[table][wanted(frames[table])]}


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


def test_more_columns_and_frames_do_no_harm(frames):
    more = {**frames, "members": frames["members"].assign(nickname="x"), "notes": pd.DataFrame()}
    assert len(read_frames(more, AS_OF).members) == 90


# Values as users have them


def turned(table: str, column: str, into):
    """An edit that turns a column into another type."""
    return every(table, **{column: lambda frame: into(frame[column])})


def texts_as_objects(f):
    return {name: frame.astype(dict.fromkeys(frame.select_dtypes("str").columns, object)) for name, frame in f.items()}


def another_index(f):
    return {name: frame.set_index(pd.Index(np.arange(len(frame)) * 7 + 3)) for name, frame in f.items()}


SAME = {
    "dates as text": turned("members", "joindate", lambda c: c.dt.strftime("%Y-%m-%d")),
    "dates as objects": turned("members", "joindate", lambda c: c.dt.date),
    "dates in nanoseconds": turned("members", "joindate", lambda c: c.astype("datetime64[ns]")),
    "times as objects": turned("facilities", "opentime", lambda c: [dt.time.fromisoformat(t) for t in c]),
    "money as decimals": turned("membershiptypes", "monthlyfee", lambda c: [Decimal(str(fee)) for fee in c]),
    "money as text": turned("membershiptypes", "monthlyfee", lambda c: c.map("{:.2f}".format)),
    "numbers as floats": turned("facilityareas", "maxcapacity", lambda c: c.astype(float)),
    "nullable numbers": turned("facilityareas", "maxcapacity", lambda c: c.astype("Int64")),
    "flags as text": turned("facilities", "isactive", lambda c: c.map({True: "true", False: "false"})),
    "flags as objects": turned("facilities", "isactive", lambda c: c.astype(object)),
    "nullable flags": turned("facilities", "isactive", lambda c: c.astype("boolean")),
    "categories": turned("members", "memberstatus", lambda c: c.astype("category")),
    "texts as objects": texts_as_objects,
    "another index": another_index,
    "absent dates as empty text": turned("staff", "terminationdate", lambda c: c.dt.strftime("%Y-%m-%d").fillna("")),
    "ZIP codes as numbers": turned("members", "zipcode", lambda c: c.astype(int)),
}


def same(one, other) -> bool:
    """Whether two references, or parts of them, hold the same values."""
    if isinstance(one, np.ndarray):
        return np.array_equal(one, other)
    if hasattr(one, "__dataclass_fields__"):
        return all(same(getattr(one, name), getattr(other, name)) for name in one.__dataclass_fields__)
    return one == other


@pytest.mark.parametrize("edit", SAME.values(), ids=SAME)
def test_values_may_come_in_other_types(reference, edit):
    frames = reference(5, 90, 16, 3, END)
    assert frames["members"]["zipcode"].str.startswith("0").any()
    assert same(read_frames({**frames, **edit(frames)}, AS_OF), read_frames(frames, AS_OF))


# Read back from CSV


def read_back(directory: Path, **options) -> dict[str, pd.DataFrame]:
    return {path.stem: pd.read_csv(path, **options) for path in directory.glob("*.csv")}


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "options",
    [
        {"dtype": {"zipcode": str}},
        {"dtype": str},
        {"dtype": str, "keep_default_na": False},
        {"dtype": {"zipcode": str}, "engine": "pyarrow", "dtype_backend": "pyarrow"},
        {"dtype": {"zipcode": str}, "dtype_backend": "numpy_nullable"},
    ],
    ids=["zip as text", "all text", "empty text for absent", "Arrow", "nullable"],
)
@pytest.mark.parametrize("size", [(1, 20, 5), (3, 90, 16)], ids=str)
def test_frames_read_back_from_csv_give_the_same_tables(tmp_path, made_from, size, options):
    generator = FitnessCenterDataGenerator(*size, 4, END)
    generator.save_to_csv(tmp_path / "mdm")
    direct = made_from(generator.generate_all(), END, 3, 4)
    again = made_from(read_back(tmp_path / "mdm", **options), END, 3, 4)
    for name, table in direct.tables.items():
        pd.testing.assert_frame_equal(table, again.tables[name])


# Edited frames


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


@pytest.mark.few(8)
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


def test_arrays_hold_what_the_frames_hold(frames):
    read = read_frames(frames, AS_OF)
    members, staff = frames["members"], frames["staff"]
    epoch = np.datetime64("1970-01-01")
    np.testing.assert_array_equal(
        read.members.joins, (members["joindate"].to_numpy() - epoch).astype("timedelta64[D]").astype(int)
    )
    assert [["Active", "Suspended", "Cancelled"][code] for code in read.members.statuses] == members[
        "memberstatus"
    ].tolist()
    np.testing.assert_array_equal(read.staff.leaves == NULL, staff["terminationdate"].isna())
    np.testing.assert_array_equal(read.plans.monthly_cents, (frames["membershiptypes"]["monthlyfee"] * 100).round())
    np.testing.assert_array_equal(
        read.members.payers > 0, members.duplicated(["address", "zipcode"], keep=False)
    )  # fmt: skip
    for required, text in zip(read.class_types.required, frames["classtypes"]["requiredcertifications"], strict=True):
        named = [read.certifications.ids.values[place] for place in required]
        assert named == ([] if pd.isna(text) else text.split(";"))


@pytest.mark.parametrize("kind", ["Cardio", "Pool", "Cafe"])
def test_areas_are_found_by_facility_and_type(frames, kind):
    read = read_frames({**frames, **put("facilityareas", "isactive", False, 0)(frames)}, AS_OF)
    areas = frames["facilityareas"]
    for place, facility in enumerate(frames["facilities"]["facilityid"]):
        wanted = (areas["facilityid"] == facility) & (areas["areatype"] == kind) & (areas.index != areas.index[0])
        assert read.areas.at(place, kind).tolist() == np.flatnonzero(wanted).tolist()


@pytest.mark.parametrize("table", ["facilities", "members", "staff", "equipment", "classtypes", "membershiptypes"])
def test_a_generated_table_is_read_as_the_frame_of_it(table: str) -> None:
    tables = ReferenceTables(Size(3, 90, 16), 4, dt.date.fromisoformat(END), FitnessRules(), SHIPPED).all()
    found = read_frames(tables, AS_OF)
    expected = read_frames({**tables, table: tables[table].to_pandas()}, AS_OF)
    for one, other in zip(_arrays(found), _arrays(expected), strict=True):
        assert one == other if isinstance(one, tuple) else np.array_equal(one, other)


def _arrays(record: object) -> list[object]:
    """What a record of records holds, in the order of its fields."""
    if not is_dataclass(record):
        return [record]
    return [part for item in fields(record) for part in _arrays(getattr(record, item.name))]


def test_generated_tables_that_cannot_be_worked_from_are_refused_as_frames_are() -> None:
    tables = dict(ReferenceTables(Size(2, 50, 10), 4, dt.date.fromisoformat(END), FitnessRules(), SHIPPED).all())
    with pytest.raises(FrameError) as of_frames:
        read_frames({name: made.to_pandas() for name, made in tables.items()}, AS_OF - 4_000)
    with pytest.raises(FrameError) as of_tables:
        read_frames(tables, AS_OF - 4_000)
    assert str(of_tables.value) == str(of_frames.value)


def test_files_are_generated_without_pandas(tmp_path: Path) -> None:
    program = """
import sys

class Refused:
    def find_spec(self, name, *_):
        if name == "pandas":
            raise RuntimeError("pandas is imported")

sys.meta_path.insert(0, Refused())
from datagen.__main__ import main
main()
"""
    options = ("--members", "60", "--staff", "10", "--facilities", "1", "--months", "1", "--no-verify", "--quiet")
    line = [sys.executable, "-c", program, "fitness", "generate", *options, "--output-dir", str(tmp_path / "data")]
    subprocess.run(line, cwd=tmp_path, check=True)
    assert (tmp_path / "data" / "datapackage.json").is_file()
