"""Bookings: seats, waiting lists, no-shows, and attendance inside visits."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from datagen.fitness.enrollments import hours_of_looking, liked_best
from datagen.fitness.rules.classes import ClassRules
from datagen.fitness.visits import Present, Visits
from tests.fitness import hard_rules as page

RULES = [
    page.h56_seats,
    page.waiting_lists_only_where_full,
    page.h57_enrolled_before_the_start_as_a_member,
    page.h58_one_enrolment_a_member_and_class,
    page.checked_in_if_and_only_if_attended,
    page.h59_attended_classes_of_a_member_do_not_overlap,
    page.h60_attended_classes_lie_inside_a_visit,
    page.h61_nobody_comes_to_a_cancelled_class,
    page.no_shows_are_not_there,
]
END = "2026-01-01"
SECOND = pd.Timedelta(seconds=1)


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_booking_keeps(world, rule):
    assert rule(world).empty, rule(world).iloc[0]


# Planted damage


def row_of(booked: pd.DataFrame, status: str):
    return booked.index[booked["enrollmentstatus"] == status][0]


def one_seat_too_many(demo, booked):
    full = page.looked_up(demo.bookings.groupby("instanceid").size(), demo.sessions["instanceid"])
    crowded = demo.sessions[full > demo.sessions["maxcapacity"]]["instanceid"].iloc[0]
    waiting = booked[(booked["instanceid"] == crowded) & booked["enrollmentstatus"].isin(["Waitlisted", "Cancelled"])]
    booked.loc[waiting.index, "enrollmentstatus"] = "No-Show"


def waiting_for_an_empty_class(demo, booked):
    booked.loc[row_of(booked, "Attended"), ["enrollmentstatus"]] = "Waitlisted"


def after_the_start(demo, booked):
    row = row_of(booked, "No-Show")
    booked.loc[row, "enrollmentdate"] = demo.bookings.loc[row, "start"] + SECOND


def on_the_as_of_day(demo, booked):
    booked.loc[row_of(booked, "Enrolled"), "enrollmentdate"] = pd.Timestamp(END)


def before_joining(demo, booked):
    booked.loc[row_of(booked, "No-Show"), "enrollmentdate"] = pd.Timestamp("2015-01-01")


def twice(demo, booked):
    booked.loc[booked.index[1], ["memberid", "instanceid"]] = booked.loc[booked.index[0], ["memberid", "instanceid"]]


def without_checking_in(demo, booked):
    booked.loc[row_of(booked, "Attended"), "checkintime"] = pd.NaT


def checking_in_without_coming(demo, booked):
    row = row_of(booked, "No-Show")
    booked.loc[row, ["checkintime", "checkouttime"]] = demo.bookings.loc[row, "start"]


def attended_tomorrow(demo, booked):
    booked.loc[row_of(booked, "Enrolled"), "enrollmentstatus"] = "No-Show"


def enrolled_yesterday(demo, booked):
    booked.loc[row_of(booked, "No-Show"), "enrollmentstatus"] = "Enrolled"


def in_two_classes(demo, booked):
    held = demo.bookings[demo.bookings["enrollmentstatus"] == "Attended"]
    one = held[held["instanceid"].duplicated()].iloc[0]
    other = held[(held["start"] == one["start"]) & (held["instanceid"] != one["instanceid"])]
    other = other if len(other) else held[(held["instanceid"] == one["instanceid"]) & (held.index != one.name)]
    booked.loc[other.index[0], "memberid"] = one["memberid"]


def before_the_visit(demo, booked):
    booked.loc[row_of(booked, "Attended"), "checkintime"] -= pd.Timedelta(hours=3)


def after_the_visit(demo, booked):
    booked.loc[row_of(booked, "Attended"), "checkouttime"] += pd.Timedelta(hours=3)


def somebody_elses_visit(demo, booked):
    row = row_of(booked, "Attended")
    there = demo.memberaccess[demo.memberaccess["checkintime"].dt.date == booked.loc[row, "checkintime"].date()]
    booked.loc[row, "memberid"] = next(name for name in demo.members["memberid"] if name not in set(there["memberid"]))


def at_a_cancelled_class(demo, booked):
    cancelled = demo.bookings[demo.bookings["status"] == "Cancelled"].index[0]
    booked.loc[cancelled, "enrollmentstatus"] = "No-Show"


def a_no_show_who_was_there(demo, booked):
    row = row_of(booked, "Attended")
    booked.loc[row, "enrollmentstatus"] = "No-Show"


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (one_seat_too_many, page.h56_seats),
        (waiting_for_an_empty_class, page.waiting_lists_only_where_full),
        (after_the_start, page.h57_enrolled_before_the_start_as_a_member),
        (on_the_as_of_day, page.h57_enrolled_before_the_start_as_a_member),
        (before_joining, page.h57_enrolled_before_the_start_as_a_member),
        (twice, page.h58_one_enrolment_a_member_and_class),
        (without_checking_in, page.checked_in_if_and_only_if_attended),
        (checking_in_without_coming, page.checked_in_if_and_only_if_attended),
        (attended_tomorrow, page.checked_in_if_and_only_if_attended),
        (enrolled_yesterday, page.checked_in_if_and_only_if_attended),
        (in_two_classes, page.h59_attended_classes_of_a_member_do_not_overlap),
        (before_the_visit, page.h60_attended_classes_lie_inside_a_visit),
        (after_the_visit, page.h60_attended_classes_lie_inside_a_visit),
        (somebody_elses_visit, page.h60_attended_classes_lie_inside_a_visit),
        (at_a_cancelled_class, page.h61_nobody_comes_to_a_cancelled_class),
        (a_no_show_who_was_there, page.no_shows_are_not_there),
    ],
)
def test_planted_damage_is_found(demo, damage, rule):
    booked = demo.classenrollments.copy()
    damage(demo, booked)
    assert not rule(demo.with_(classenrollments=booked)).empty


@pytest.mark.parametrize("column", ["facilityid", "areaid"])
def test_a_class_attended_from_another_room_is_found(demo, column):
    held = demo.bookings[demo.bookings["enrollmentstatus"] == "Attended"].iloc[0]
    visits = demo.memberaccess.copy()
    row = visits.index[(visits["memberid"] == held["memberid"]) & (visits["checkintime"] <= held["checkintime"])
                       & (visits["checkouttime"] >= held["checkouttime"])][0]  # fmt: skip
    visits.loc[row, column] = visits.loc[visits[column] != held[column], column].iloc[0]
    assert not page.h60_attended_classes_lie_inside_a_visit(demo.with_(memberaccess=visits)).empty


# Shares


def test_every_outcome_of_a_booking_occurs(demo):
    assert set(demo.classenrollments["enrollmentstatus"]) == set(page.ALLOWED["classenrollments", "enrollmentstatus"])


def test_some_who_booked_do_not_come(demo):
    counts = demo.classenrollments["enrollmentstatus"].value_counts()
    assert 0.04 < counts["No-Show"] / (counts["No-Show"] + counts["Attended"]) < 0.17


def test_classes_are_a_part_of_all_visits(demo):
    attended = (demo.classenrollments["enrollmentstatus"] == "Attended").sum()
    assert 0.05 < attended / len(demo.memberaccess) < 0.35


def test_fewer_return_to_a_class_where_nobody_looks_for_it_around_a_usual_hour(reference, made_from):
    """The hour of a single visit brings other classes into reach each week."""

    def again(minutes: int) -> float:
        made = made_from(reference(1, 700, 30, 4, END), END, 3, 4, {"classes.regular_minutes": minutes})
        seen = made.bookings[made.bookings["enrollmentstatus"] == "Attended"]
        weeks = set(zip(seen["memberid"], seen["scheduleid"], seen["classdate"], strict=True))
        later = [(who, what, day + pd.Timedelta(days=7)) in weeks for who, what, day in weeks]
        return sum(later) / len(later)

    assert again(60) > 1.1 * again(0)


def test_of_the_classes_within_reach_members_take_the_one_to_their_taste(history):
    tastes, members = history.tastes_of(np.arange(200)), np.arange(200)
    given, sessions = np.arange(3, 63), np.arange(63) % len(history.timetable)
    first, number = (members % 50).astype(np.int32), (1 + members % 7).astype(np.int32)
    chosen, taste = liked_best(members, first, number, given, tastes, sessions)
    for member, begin, count, its_class, its_taste in zip(members, first, number, chosen, taste, strict=True):
        within = given[begin : begin + count]
        of_each = tastes.of(np.full(count, member), sessions[within])
        assert its_taste == of_each.min()
        assert of_each[within.tolist().index(its_class)] == its_taste


def test_members_look_for_a_class_around_their_usual_hour_unless_they_come_at_another_or_twice_that_day(history):
    tastes = history.tastes_of(np.array([7, 7, 7]))
    usual = int(tastes.traits.habit_on(np.array([0]), np.array([history.as_of - 31], np.int32))[0])
    near, far = usual - 20, usual + (200 if usual < 1_000 else -200)
    days, minutes = np.array([0, 0, 0]), np.array([near, far, near])
    rows = np.array([0, 1, 2])
    visits = Visits(np.append(rows, 2), np.append(days, 0), 60 * np.append(minutes, far), 60 * np.append(minutes, far))
    everybody = np.ones((3, 1))
    present = Present(
        np.array([7, 7, 7]), everybody.astype(bool), everybody.astype(np.int16), everybody.astype(np.float32),
        history.as_of - 31, 1,
    )  # fmt: skip
    assert hours_of_looking(visits, present, tastes, ClassRules()).tolist() == [usual, far, near, far]


def test_those_who_wait_booked_after_those_who_have_a_seat(demo):
    booked = demo.bookings
    last = booked[booked["enrollmentstatus"].isin(page.SEAT_HOLDERS)].groupby("instanceid")["enrollmentdate"].max()
    waiting = booked[booked["enrollmentstatus"] == "Waitlisted"]
    assert len(waiting)
    assert (waiting["enrollmentdate"] >= waiting["instanceid"].map(last)).all()


def test_classes_ahead_are_booked_the_less_the_farther_they_are(reference, made_from):
    made = made_from(reference(2, 900, 60, 4, END), END, 1, 4)
    ahead = made.bookings[made.bookings["enrollmentstatus"] == "Enrolled"]
    days = (ahead["classdate"] - made.as_of).dt.days
    assert days.between(0, 13).all()
    assert (days < 4).sum() > (days.between(4, 7)).sum() > (days > 9).sum()


def test_classes_ahead_were_booked_lately(reference, made_from):
    made = made_from(reference(2, 2_000, 60, 4, END), END, 1, 4)
    ahead = made.bookings[made.bookings["enrollmentstatus"] == "Enrolled"]
    ago = (made.as_of - ahead["enrollmentdate"]) / page.DAY
    assert ago.mean() == pytest.approx(ClassRules().booking_lead_days, rel=0.25)
    lead = (ahead["start"] - ahead["enrollmentdate"]) / page.DAY
    assert lead.max() <= ClassRules().booking_lead_most + 0.01


@pytest.mark.slow
@pytest.mark.parametrize("share", [0, 0.9])
def test_no_shows_follow_their_rule(reference, made_from, share):
    made = made_from(reference(1, 200, 20, 4, END), END, 3, 4, {"classes.no_show_share": share})
    counts = made.classenrollments["enrollmentstatus"].value_counts()
    missed = counts.get("No-Show", 0) / (counts.get("No-Show", 0) + counts["Attended"])
    assert missed < 0.2 if share == 0 else missed > 0.6
    assert not page.broken(made)


def test_bookings_come_by_class_and_then_by_their_moment(world):
    booked = world.classenrollments
    assert booked["instanceid"].is_monotonic_increasing
    same = booked["instanceid"] == booked["instanceid"].shift()
    assert (booked["enrollmentdate"].diff()[same] >= pd.Timedelta(0)).all()


def test_few_book_at_night(demo):
    hours = demo.classenrollments["enrollmentdate"].dt.hour
    assert (hours < 5).mean() < 0.08


def test_some_who_attend_are_late_by_minutes(demo):
    attended = demo.bookings[demo.bookings["enrollmentstatus"] == "Attended"]
    late = (attended["checkintime"] - attended["start"]) / SECOND
    assert 0.02 < (late > 0).mean() < 0.12
    assert late.max() <= 60 * ClassRules().late_minutes + 1


def test_no_shows_are_not_dealt_out(demo):
    held = demo.bookings[demo.bookings["enrollmentstatus"].isin(["Attended", "No-Show"])]
    by_class = held.groupby("instanceid")["enrollmentstatus"].agg(
        seats="size", missed=lambda status: (status == "No-Show").sum()
    )
    share = by_class["missed"].sum() / by_class["seats"].sum()
    spread = (by_class["missed"] - share * by_class["seats"]) ** 2 / (share * (1 - share) * by_class["seats"])
    assert spread.mean() > 0.8


def test_who_has_paid_comes_more_often(reference, made_from):
    made = made_from(reference(2, 900, 60, 4, END), END, 6, 4, {"classes.paid_share": 0.5})
    held = made.bookings[made.bookings["enrollmentstatus"].isin(["Attended", "No-Show"])]
    missed = (held["enrollmentstatus"] == "No-Show").groupby(held["price"] > 0).mean()
    assert missed[True] < 0.75 * missed[False]
