"""Enrolments in classes, and the visits of those who came."""

from __future__ import annotations

import pandas as pd

from tests.fitness.hard_rules.world import SEAT_HOLDERS, World, looked_up, members_on, overlapping


def h56_seats(world: World) -> pd.DataFrame:
    """Attended + No-Show + Enrolled <= the session's seats <= those of its area and its format."""
    sessions = world.sessions
    held = world.classenrollments[world.classenrollments["enrollmentstatus"].isin(SEAT_HOLDERS)]
    taken = looked_up(held.groupby("instanceid").size(), sessions["instanceid"])
    bad = (taken > sessions["maxcapacity"]) | (sessions["maxcapacity"] > sessions["room"])
    return sessions[bad | (sessions["maxcapacity"] > sessions["maxparticipants"]) | (sessions["maxcapacity"] < 1)]


def waiting_lists_only_where_full(world: World) -> pd.DataFrame:
    """Waitlisted only where every seat is held."""
    booked = world.bookings
    held = booked[booked["enrollmentstatus"].isin(SEAT_HOLDERS)].groupby("instanceid").size()
    waiting = booked[booked["enrollmentstatus"] == "Waitlisted"]
    return waiting[looked_up(held, waiting["instanceid"]) != waiting["maxcapacity"]]


def h57_enrolled_before_the_start_as_a_member(world: World) -> pd.DataFrame:
    """Enrolled before the class starts and before the as-of day, inside a spell that is no freeze."""
    booked = world.bookings
    bad = (booked["enrollmentdate"] >= booked["start"]) | (booked["enrollmentdate"] >= world.as_of)
    return booked[bad | ~members_on(world, booked["memberid"], booked["enrollmentdate"])]


def h58_one_enrolment_a_member_and_class(world: World) -> pd.DataFrame:
    """One enrolment a member and instance."""
    return world.classenrollments[world.classenrollments.duplicated(["memberid", "instanceid"], keep=False)]


def checked_in_if_and_only_if_attended(world: World) -> pd.DataFrame:
    """Check-in and check-out are set if and only if Attended, on the day; Enrolled is of the future alone."""
    booked = world.bookings
    attended = booked["enrollmentstatus"] == "Attended"
    bad = (attended != booked["checkintime"].notna()) | (attended != booked["checkouttime"].notna())
    bad |= attended & ~(booked["checkintime"] < booked["checkouttime"])
    bad |= attended & ~(booked["checkintime"].dt.normalize() == booked["classdate"])
    bad |= attended & ~((booked["checkintime"] < booked["end"]) & (booked["checkouttime"] > booked["start"]))
    past = booked["classdate"] < world.as_of
    bad |= booked["enrollmentstatus"].isin(["Attended", "No-Show"]) & ~past
    bad |= (booked["enrollmentstatus"] == "Enrolled") & past
    return booked[bad]


def h59_attended_classes_of_a_member_do_not_overlap(world: World) -> pd.DataFrame:
    """Nobody attends two classes at a time."""
    attended = world.bookings[world.bookings["enrollmentstatus"] == "Attended"]
    by_clock = overlapping(attended, ["memberid"], "start", "end")
    return pd.concat([by_clock, overlapping(attended, ["memberid"], "checkintime", "checkouttime")])


def h60_attended_classes_lie_inside_a_visit(world: World) -> pd.DataFrame:
    """Visit in <= class check-in <= check-out <= visit out, of that member at that facility, in the class's area."""
    attended = world.bookings[world.bookings["enrollmentstatus"] == "Attended"]
    visits = world.memberaccess[["memberid", "facilityid", "areaid", "checkintime", "checkouttime"]]
    pairs = attended.merge(visits, on=["memberid", "facilityid", "areaid"], suffixes=("", "_visit"))
    around = (pairs["checkintime_visit"] <= pairs["checkintime"]) & (
        pairs["checkouttime"] <= pairs["checkouttime_visit"]
    )
    return attended[~attended["enrollmentid"].isin(pairs.loc[around, "enrollmentid"])]


def h61_nobody_comes_to_a_cancelled_class(world: World) -> pd.DataFrame:
    """In a cancelled class every enrolment is Cancelled."""
    booked = world.bookings
    return booked[(booked["status"] == "Cancelled") & (booked["enrollmentstatus"] != "Cancelled")]


def no_shows_are_not_there(world: World) -> pd.DataFrame:
    """A No-Show has no visit spanning the class in its area."""
    missing = world.bookings[world.bookings["enrollmentstatus"] == "No-Show"]
    visits = world.memberaccess[["memberid", "areaid", "checkintime", "checkouttime"]]
    pairs = missing.merge(visits, on=["memberid", "areaid"], suffixes=("", "_visit"))
    return pairs[(pairs["checkintime_visit"] <= pairs["start"]) & (pairs["checkouttime_visit"] >= pairs["end"])]
