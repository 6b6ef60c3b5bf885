"""Dated classes: complete, on the right weekday, held by somebody who is there, or cancelled with a reason."""

from __future__ import annotations

import pandas as pd
import pytest

from tests.fitness import hard_rules as page

RULES = [
    page.h54_instructors_are_employed,
    page.h55_instances_are_complete,
    page.instances_tell_what_became_of_them,
    page.h52_instructors_are_in_one_place,
]
END = "2026-01-01"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_class_keeps(world, rule):
    assert rule(world).empty, rule(world).iloc[0]


# Planted damage


def row_of(classes: pd.DataFrame, status: str):
    return classes.index[classes["status"] == status][-1]


def lost(demo, classes):
    return classes.drop(row_of(classes, "Completed"))


def twice(demo, classes):
    again = classes.iloc[-1:].assign(instanceid="INS999999")
    return pd.concat([classes, again], ignore_index=True)


def on_the_next_day(demo, classes):
    row = row_of(classes, "Completed")
    classes.loc[row, ["classdate", "actualstarttime", "actualendtime"]] += page.DAY


def beyond_the_days_ahead(demo, classes):
    classes.loc[row_of(classes, "Scheduled"), "classdate"] += 14 * page.DAY


def held_in_the_future(demo, classes):
    classes.loc[row_of(classes, "Scheduled"), "status"] = "Completed"


def scheduled_in_the_past(demo, classes):
    row = row_of(classes, "Completed")
    classes.loc[row, "status"] = "Scheduled"
    classes.loc[row, ["actualstarttime", "actualendtime"]] = pd.NaT
    classes.loc[row, "actualcapacity"] = 0


def without_a_reason(demo, classes):
    classes.loc[row_of(classes, "Cancelled"), "cancellationreason"] = None


def a_reason_for_nothing(demo, classes):
    classes.loc[row_of(classes, "Completed"), "cancellationreason"] = "Power outage"


def sixteen_minutes_late(demo, classes):
    row = row_of(classes, "Completed")
    classes.loc[row, "actualstarttime"] += pd.Timedelta(minutes=22)


def without_an_end(demo, classes):
    classes.loc[row_of(classes, "Completed"), "actualendtime"] = pd.NaT


def one_more_than_came(demo, classes):
    classes.loc[row_of(classes, "Completed"), "actualcapacity"] += 1


def people_in_a_cancelled_class(demo, classes):
    classes.loc[row_of(classes, "Cancelled"), "actualcapacity"] = 1


def by_somebody_who_left(demo, classes):
    left = demo.staff.query("status == 'Terminated'")["staffid"].iloc[0]
    classes.loc[row_of(classes, "Completed"), "actualinstructorid"] = left


def by_one_who_teaches_elsewhere(demo, classes):
    held = demo.sessions[demo.sessions["status"] == "Completed"].sort_values("start")
    pairs = held.merge(held, on="classdate", suffixes=("", "_2"))
    pairs = pairs[(pairs["instanceid"] != pairs["instanceid_2"]) & (pairs["start"] == pairs["start_2"])]
    one = pairs.iloc[0]
    row = classes.index[classes["instanceid"] == one["instanceid"]][0]
    classes.loc[row, "actualinstructorid"] = one["actualinstructorid_2"]


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (lost, page.h55_instances_are_complete),
        (twice, page.h55_instances_are_complete),
        (on_the_next_day, page.h55_instances_are_complete),
        (beyond_the_days_ahead, page.h55_instances_are_complete),
        (held_in_the_future, page.instances_tell_what_became_of_them),
        (scheduled_in_the_past, page.instances_tell_what_became_of_them),
        (without_a_reason, page.instances_tell_what_became_of_them),
        (a_reason_for_nothing, page.instances_tell_what_became_of_them),
        (sixteen_minutes_late, page.instances_tell_what_became_of_them),
        (without_an_end, page.instances_tell_what_became_of_them),
        (one_more_than_came, page.instances_tell_what_became_of_them),
        (people_in_a_cancelled_class, page.instances_tell_what_became_of_them),
        (by_somebody_who_left, page.h54_instructors_are_employed),
        (by_one_who_teaches_elsewhere, page.h52_instructors_are_in_one_place),
    ],
)
def test_planted_damage_is_found(demo, damage, rule):
    classes = demo.classinstances.copy()
    changed = damage(demo, classes)
    assert not rule(demo.with_(classinstances=classes if changed is None else changed)).empty


# Shares


@pytest.fixture(scope="module")
def past(make_world):
    sessions = make_world(2, 500, 25, 42, END, 12).sessions
    return sessions[sessions["classdate"] < END]


def test_about_one_class_in_twenty_is_cancelled(past):
    assert 0.02 < (past["status"] == "Cancelled").mean() < 0.09


def test_about_one_class_in_twenty_is_taught_by_a_substitute(past):
    held = past[past["status"] == "Completed"]
    assert 0.01 < (held["actualinstructorid"] != held["instructorid"]).mean() < 0.09


def test_of_coming_classes_only_those_are_substituted_whose_instructor_will_be_away(make_world):
    made = make_world(2, 500, 25, 42, END, 12)
    ahead = made.sessions[made.sessions["status"] == "Scheduled"]
    assert (ahead["actualinstructorid"] == ahead["instructorid"]).mean() > 0.7


def test_without_absence_nobody_is_substituted_and_no_class_lacks_an_instructor(reference, made_from):
    settings = {
        **{f"absences.{name}": 0 for name in ("missed_share", "dropped_share", "illnesses_a_year")},
        "absences.long_leaves_a_year": 0,
        "absences.holiday_after": 3_650,
        "classes.called_away_share": 0,
        "classes.few_cancelled_share": 0,
        "classes.room_closed_share": 0,
        **{f"closures.{kind}_a_year": 0 for kind in ("power", "snow", "heat", "hurricane", "thunder")},
    }
    made = made_from(reference(2, 60, 30, 4, "2025-11-01"), "2025-11-01", 3, 4, settings)
    assert (made.sessions["actualinstructorid"] == made.sessions["instructorid"]).all()
    assert set(made.classinstances["cancellationreason"].dropna()) <= {"Public holiday"}


def test_where_everybody_is_called_away_every_class_is_substituted_or_cancelled(reference, made_from):
    made = made_from(reference(2, 60, 30, 4, END), END, 3, 4, {"classes.called_away_share": 1})
    held = made.sessions[made.sessions["status"] == "Completed"]
    assert len(held)
    assert (held["actualinstructorid"] != held["instructorid"]).all()
    assert (made.classinstances["cancellationreason"] == "Instructor unavailable").any()
    assert not page.broken(made)


def test_all_classes_can_be_cancelled(reference, made_from):
    made = made_from(reference(2, 60, 30, 4, END), END, 3, 4, {"classes.room_closed_share": 1})
    assert set(made.classinstances["status"]) == {"Cancelled", "Scheduled"}
    assert set(made.classenrollments["enrollmentstatus"]) <= {"Cancelled", "Enrolled"}
    assert not page.broken(made)


@pytest.mark.parametrize(("start", "end"), [((0, 0), (0, 0)), ((-5, 12), (-5, 12)), ((1, 3), (-2, -1))])
def test_classes_begin_and_end_as_punctually_as_the_rules_say(reference, made_from, start, end):
    rules = {"classes.start_minutes": start, "classes.end_minutes": end, "classes.change_minutes": 0}
    rules |= {"classes.late_class_share": 0}
    made = made_from(reference(2, 60, 30, 4, END), END, 3, 4, rules)
    held = made.sessions[made.sessions["status"] == "Completed"]
    for actual, planned, (least, most) in (("actualstarttime", "start", start), ("actualendtime", "end", end)):
        late = (held[actual] - held[planned]) / pd.Timedelta(minutes=1)
        assert late.between(least, most).all()
        assert late.max() - late.min() > 0.8 * (most - least) - 1e-9
    assert not page.broken(made)


def test_nobody_is_still_teaching_when_the_next_class_begins(reference, made_from):
    rules = {"classes.change_minutes": 0, "classes.start_minutes": "-5,0", "classes.end_minutes": "0,12"}
    made = made_from(reference(1, 400, 12, 4, END), END, 3, 4, rules | {"classes.weekly_least": 60})
    held = made.sessions[made.sessions["status"] == "Completed"]
    held = held.sort_values(["actualinstructorid", "actualstarttime"])
    same = held["actualinstructorid"] == held["actualinstructorid"].shift()
    assert same.any()
    assert (held["actualstarttime"] >= held["actualendtime"].shift())[same].all()


def test_reasons_of_cancellations_are_those_of_the_rules(reference, made_from):
    rules = {"classes.few_cancelled_share": 0, "classes.room_closed_share": 0.5}
    rules |= {f"closures.{kind}_a_year": 0 for kind in ("power", "snow", "heat", "hurricane", "thunder")}
    made = made_from(reference(2, 60, 30, 4, "2025-11-01"), "2025-11-01", 3, 4, rules)
    reasons = made.classinstances["cancellationreason"].value_counts(normalize=True)
    assert set(reasons.index) <= {"Room maintenance", "Instructor unavailable"}
    assert reasons["Room maintenance"] > 0.8


def test_classes_called_off_for_few_bookings_had_few(demo):
    thin = demo.sessions[demo.sessions["cancellationreason"] == "Too few bookings"]
    assert len(thin)
    booked = page.looked_up(demo.bookings.groupby("instanceid").size(), thin["instanceid"])
    assert (booked < thin["maxcapacity"] / 2).all()


def test_somebody_absent_does_not_teach(world, dataset):
    from datagen.calendar import day_number
    from datagen.fitness.supplementary.shifts import shift_covers

    history = dataset(world.frames, str(world.end), world.months, world.seed).history
    staff = {name: row for row, name in enumerate(history.reference.staff.ids.values)}
    place = {name: row for row, name in enumerate(history.reference.facilities.ids.values)}
    held = world.sessions[world.sessions["status"] != "Cancelled"]
    covered = shift_covers(
        held["actualinstructorid"].map(staff).to_numpy(int),
        held["facilityid"].map(place).to_numpy(int),
        held["classdate"].map(lambda day: day_number(day.date())).to_numpy("int32"),
        *(pd.to_timedelta(held[name]).dt.total_seconds().to_numpy(int) for name in ("starttime", "endtime")),
        history.as_of,
        history.roster,
    )
    assert covered.all()
