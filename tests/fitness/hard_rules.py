"""The rules of fitness.md about the transactional tables, said once more in pandas, from the page alone.

Each function takes a `World` and returns the rows that break one sentence: an empty frame where all is well. Nothing
here is shared with the generator; that each of them can fail is shown by the tests that plant damage.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)
VISITED = ["Cardio", "Strength", "Studio", "Yoga", "Spin", "Pool", "Court"]
INSTRUCTORS = ["Personal Trainer", "Group Fitness Instructor"]
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

SEAT_HOLDERS = ["Attended", "No-Show", "Enrolled"]


@dataclass(frozen=True)
class World:
    """Reference frames, the transactional tables made from them, and the choices they were made with."""

    frames: dict[str, pd.DataFrame]
    tables: dict[str, pd.DataFrame]
    end: dt.date
    months: int
    seed: int = 42

    def __getattr__(self, name: str) -> pd.DataFrame:
        for tables in (self.tables, self.frames) if not name.startswith("_") else ():
            if name in tables:
                return tables[name]
        raise AttributeError(name)

    def with_(self, **tables: pd.DataFrame) -> World:
        """The same world with some transactional tables replaced."""
        return replace(self, tables={**self.tables, **tables})

    @property
    def as_of(self) -> pd.Timestamp:
        return pd.Timestamp(self.end)

    @property
    def start(self) -> pd.Timestamp:
        """The first day of the window."""
        return self.as_of - pd.DateOffset(months=self.months)

    @cached_property
    def spells(self) -> pd.DataFrame:
        """Memberships with their plans, by member and start; `until` is the end, far away where open."""
        plans = self.membershiptypes[["membershiptypeid", "typename", "duration", "monthlyfee", "registrationfee"]]
        spells = self.membermemberships.merge(plans, on="membershiptypeid", how="left", validate="many_to_one")
        spells["until"] = spells["enddate"].fillna(pd.Timestamp("2262-01-01"))
        spells = spells.sort_values(["memberid", "startdate", "until"], kind="stable", ignore_index=True)
        spells["cents"] = np.rint(spells["monthlyfee"] * 100 * spells["duration"]).astype(int)
        same = spells["memberid"].shift(-1) == spells["memberid"]
        spells["next_start"] = spells["startdate"].shift(-1).where(same)
        spells["next_status"] = spells["status"].shift(-1).where(same)
        return spells

    @cached_property
    def dues(self) -> pd.DataFrame:
        """Every due before the as-of day; see `dues`."""
        return dues(self)

    @cached_property
    def attempts(self) -> pd.DataFrame:
        """Attempts at dues, each with the last due of the member up to its day."""
        return _attempts(self)

    @cached_property
    def sessions(self) -> pd.DataFrame:
        """Dated classes with their schedule, format and area."""
        schedules = self.classschedules.rename(columns={"isactive": "scheduled_still"})
        types = self.classtypes[
            ["classtypeid", "category", "durationminutes", "maxparticipants", "requiredcertifications"]
        ]
        areas = self.facilityareas[["areaid", "facilityid", "areatype", "maxcapacity", "isactive"]]
        areas = areas.rename(columns={"facilityid": "area_facility", "maxcapacity": "room", "isactive": "in_use"})
        sessions = schedules.merge(types, on="classtypeid", how="left").merge(areas, on="areaid", how="left")
        dated = self.classinstances.merge(sessions, on="scheduleid", how="left", validate="many_to_one")
        dated["start"] = dated["classdate"] + pd.to_timedelta(dated["starttime"])
        dated["end"] = dated["classdate"] + pd.to_timedelta(dated["endtime"])
        return dated

    @cached_property
    def bookings(self) -> pd.DataFrame:
        """Enrolments with their dated class."""
        return self.classenrollments.merge(self.sessions, on="instanceid", how="left", validate="many_to_one")


def members_on(world: World, members: pd.Series, days: pd.Series) -> np.ndarray:
    """Whether each member has a spell that is no freeze on that day (half-open spells)."""
    events = pd.DataFrame({"memberid": members.to_numpy(), "day": days.dt.normalize().to_numpy()})
    events["place"] = np.arange(len(events))
    spells = world.spells.loc[world.spells["status"] != "Suspended", ["memberid", "startdate", "until"]]
    pairs = events.merge(spells, on="memberid")
    inside = pairs.loc[(pairs["startdate"] <= pairs["day"]) & (pairs["day"] < pairs["until"]), "place"]
    return np.isin(np.arange(len(events)), inside)


def overlapping(rows: pd.DataFrame, by: list[str], begin: str, end: str) -> pd.DataFrame:
    """The rows that begin before an earlier one of their group has ended; touching is no overlap."""
    ordered = rows.sort_values([*by, begin], kind="stable", ignore_index=True)
    reach = ordered.groupby(by, sort=False)[end].cummax()
    same = (ordered[by] == ordered[by].shift()).all(axis=1)
    return ordered[same & (ordered[begin] < reach.shift())]


def looked_up(counts: pd.Series, keys: pd.Series) -> np.ndarray:
    """The count of each key, 0 where there is none."""
    return counts.reindex(keys).fillna(0).to_numpy()


def ages(births: pd.Series, days: pd.Series) -> pd.Series:
    """Completed years."""
    before = (days.dt.month * 100 + days.dt.day) < (births.dt.month * 100 + births.dt.day)
    return days.dt.year - births.dt.year - before


# Memberships ---------------------------------------------------------------------------------------------------------


def h14_status_of_the_running_spell(world: World) -> pd.DataFrame:
    """A member's status is the status of the spell that runs on the as-of day, else Cancelled."""
    spells = world.spells
    running = spells[(spells["startdate"] <= world.as_of) & (spells["until"] > world.as_of)]
    both = world.members[["memberid", "memberstatus"]].merge(running[["memberid", "status"]], how="left")
    return both[both["status"].fillna("Cancelled") != both["memberstatus"]]


def h15_plans_fit_ages(world: World) -> pd.DataFrame:
    """Spells of a Student plan but freezes start at 16-29, of a Senior plan at 60 or later."""
    spells = world.spells.merge(world.members[["memberid", "dateofbirth"]], on="memberid")
    age = spells["age"] = ages(spells["dateofbirth"], spells["startdate"])
    student = spells["typename"].str.startswith("Student") & ~age.between(16, 29)
    senior = spells["typename"].str.startswith("Senior") & (age < 60)
    return spells[(student | senior) & (spells["status"] != "Suspended")]


def h20_spells_do_not_overlap(world: World) -> pd.DataFrame:
    """Spells of one member never overlap, and none is empty."""
    empty = world.spells[world.spells["until"] <= world.spells["startdate"]]
    return pd.concat([empty, overlapping(world.spells, ["memberid"], "startdate", "until")])


def h21_first_spell_on_the_join_date(world: World) -> pd.DataFrame:
    """Every member has a spell, and the first one starts on the join date."""
    first = world.spells.groupby("memberid", as_index=False)["startdate"].min()
    both = world.members[["memberid", "joindate"]].merge(first, how="outer")
    return both[~(both["joindate"] == both["startdate"])]


def h22_terms_last_a_year(world: World) -> pd.DataFrame:
    """Annual terms last 12 months unless Cancelled or Changed."""
    terms = world.spells[(world.spells["duration"] == 12) & ~world.spells["status"].isin(["Cancelled", "Changed"])]
    return terms[~(terms["enddate"] == terms["startdate"] + pd.DateOffset(months=12))]


def statuses_of_spells_fit_their_dates(world: World) -> pd.DataFrame:
    """What the page says of each status, of open ends, freezes and plan changes."""
    spells, as_of = world.spells, world.as_of
    status, end = spells["status"], spells["enddate"]
    annual, open_ended, over = spells["duration"] == 12, end.isna(), end <= as_of
    follows = spells["next_start"] == end
    bad = spells["startdate"] > as_of
    bad |= (status == "Active") & (over | (open_ended == annual))
    bad |= open_ended & (~status.isin(["Active", "Suspended"]) | annual)
    bad |= (status == "Suspended") & annual
    bad |= (status == "Expired") & (~annual | ~over)
    bad |= (status == "Cancelled") & ~over
    bad |= (status == "Changed") & ~(over & follows)
    # A freeze follows on what it interrupts; a change of plan falls on a due day, and changes the plan.
    frozen = (status == "Suspended") & ~(
        (spells["status"].shift() == "Changed") & (spells["memberid"].shift() == spells["memberid"])
    )
    due = (end == end_of_month_or(spells["startdate"], end)) | annual
    changes = (status == "Changed") & (spells["next_status"] != "Suspended")
    same_plan = spells["membershiptypeid"].shift(-1) == spells["membershiptypeid"]
    return spells[bad | frozen | (changes & (~due | same_plan))]


def end_of_month_or(starts: pd.Series, days: pd.Series) -> pd.Series:
    """The due day in the month of each day: the day of the month of the start, the last one in shorter months."""
    length = days.dt.days_in_month
    return days.dt.to_period("M").dt.to_timestamp() + pd.to_timedelta(
        np.minimum(starts.dt.day, length).fillna(1) - 1, unit="D"
    )


# Payments ------------------------------------------------------------------------------------------------------------


def dues(world: World) -> pd.DataFrame:
    """Every due before the as-of day: monthly on the day of the month of the start, annual once, at the start."""
    spells = world.spells[world.spells["status"] != "Suspended"].copy()
    spells["until"] = spells["until"].clip(upper=world.as_of)
    months = (spells["until"].dt.year - spells["startdate"].dt.year) * 12
    months += spells["until"].dt.month - spells["startdate"].dt.month + 1
    spells["times"] = np.where(spells["duration"] == 12, 1, months)
    rows = spells.loc[spells.index.repeat(spells["times"])]
    number = rows.groupby(level=0).cumcount()
    month = rows["startdate"].dt.to_period("M") + number.to_numpy()
    day = np.minimum(rows["startdate"].dt.day.to_numpy(), month.dt.days_in_month.to_numpy())
    due = month.dt.to_timestamp() + pd.to_timedelta(day - 1, unit="D")
    rows = rows.assign(due=due.astype(rows["startdate"].dtype))
    rows = rows[rows["due"] < rows["until"]]
    kind = np.where(rows["duration"] == 12, "Annual Fee", "Monthly Fee")
    return rows.assign(paymenttype=kind).reset_index(drop=True)


def _attempts(world: World) -> pd.DataFrame:
    payments = world.memberpayments
    paid = payments[payments["paymenttype"].isin(["Monthly Fee", "Annual Fee"])].copy()
    paid["paymentdate"] = paid["paymentdate"].astype("datetime64[s]")
    paid["cents_paid"] = np.rint(paid["amount"] * 100).astype(int)
    owed = world.dues[["memberid", "due", "cents", "paymenttype", "until", "status", "next_status", "membershipid"]]
    owed = owed.rename(columns={"paymenttype": "owed", "status": "spell_status"}).sort_values("due")
    paid["place"] = np.arange(len(paid))
    paid = paid.sort_values("paymentdate", kind="stable")
    both = pd.merge_asof(paid, owed, left_on="paymentdate", right_on="due", by="memberid")
    return both.sort_values(["memberid", "due", "paymentdate", "place"], kind="stable", ignore_index=True)


def h30_first_attempts_inside_a_spell_at_its_price(world: World) -> pd.DataFrame:
    """Every attempt is at a due of a spell that is no freeze, at the price of its plan, within 10 days."""
    tries = world.attempts
    late = ~(tries["paymentdate"] - tries["due"] <= 10 * DAY)
    return tries[late | (tries["cents_paid"] != tries["cents"]) | (tries["paymenttype"] != tries["owed"])]


def h31_one_due_a_period(world: World) -> pd.DataFrame:
    """No period missed, none paid twice; up to three attempts; after three failures the spell ends the next day."""
    tries = world.attempts
    owed = world.dues
    owed = owed[(owed["due"] >= world.start) & (owed["due"] < world.as_of)]
    on_day = tries[tries["paymentdate"] == tries["due"]].groupby(["memberid", "due"]).size().rename("on_day")
    missed = owed.join(on_day, on=["memberid", "due"])
    missed = missed[missed["on_day"] != 1]

    seen = tries[tries["due"] >= world.start]
    seen = seen.assign(failed=(seen["status"] == "Failed").astype(int))
    one = seen.groupby(["memberid", "due"], as_index=False).agg(
        tried=("status", "size"),
        failed=("failed", "sum"),
        last=("status", "last"),
        last_day=("paymentdate", "last"),
        until=("until", "last"),
        spell_status=("spell_status", "last"),
        next_status=("next_status", "last"),
    )
    settled = (one["last"] != "Failed") & (one["tried"] - one["failed"] == 1) & (one["tried"] <= 3)
    given_up = (one["failed"] == 3) & (one["tried"] == 3) & (one["until"] == one["last_day"] + DAY)
    given_up &= (one["spell_status"] == "Cancelled") | (one["next_status"] == "Suspended")
    waiting = (one["last"] == "Failed") & (one["tried"] == one["failed"]) & (one["tried"] < 3)
    waiting &= one["due"] + 10 * DAY >= world.as_of
    same_day = overlapping(tries.assign(close=tries["paymentdate"] + DAY), ["memberid", "due"], "paymentdate", "close")
    return pd.concat([missed, one[~(settled | given_up | waiting)], same_day])


def h32_one_registration_fee(world: World) -> pd.DataFrame:
    """A Registration Fee of the first plan on the join date, once, where that plan has one."""
    payments = world.memberpayments
    paid = payments[payments["paymenttype"] == "Registration Fee"]
    first = world.spells.drop_duplicates("memberid")
    first = first[first["startdate"].between(world.start, world.as_of - DAY) & (first["registrationfee"] > 0)]
    wanted = first[["memberid", "startdate", "registrationfee"]].set_axis(["memberid", "paymentdate", "amount"], axis=1)
    if not len(wanted) and not len(paid):
        return wanted
    both = wanted.merge(paid, on=["memberid", "paymentdate", "amount"], how="outer", indicator=True)
    return both[(both["_merge"] != "both") | both["memberid"].duplicated(keep=False)]


def h33_class_fees_match_enrolments(world: World) -> pd.DataFrame:
    """Every enrolment with a price has its Class Fee on its day, one to one; fees before the window lie outside."""
    booked = world.bookings
    charged = booked[(booked["paymentamount"] > 0) & (booked["enrollmentdate"] >= world.start)]
    charged = charged.assign(paymentdate=charged["enrollmentdate"].dt.normalize(), amount=charged["paymentamount"])
    fees = world.memberpayments[world.memberpayments["paymenttype"] == "Class Fee"]
    key = ["memberid", "paymentdate", "amount"]
    counts = pd.concat([charged.groupby(key).size().rename("owed"), fees.groupby(key).size().rename("paid")], axis=1)
    counts = counts.fillna(0).reset_index()
    return counts[counts["owed"] != counts["paid"]]


def enrolments_cost_the_price_where_a_seat_is_held(world: World) -> pd.DataFrame:
    """`paymentamount` is the session's price for Attended, No-Show and Enrolled, else 0."""
    booked = world.bookings
    price = booked["price"].where(booked["enrollmentstatus"].isin(SEAT_HOLDERS), 0.0)
    return booked[booked["paymentamount"] != price]


def payments_lie_in_the_window(world: World) -> pd.DataFrame:
    """No payment before the window, nor on or after the as-of day."""
    payments = world.memberpayments
    return payments[~payments["paymentdate"].between(world.start, world.as_of - DAY)]


def members_keep_to_two_methods(world: World) -> pd.DataFrame:
    """A member keeps to one or two methods of payment."""
    methods = world.memberpayments.groupby("memberid", as_index=False)["paymentmethod"].nunique()
    return methods[methods["paymentmethod"] > 2]


# Visits --------------------------------------------------------------------------------------------------------------


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


# Timetable and classes -----------------------------------------------------------------------------------------------


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


# The tables as such --------------------------------------------------------------------------------------------------

ALLOWED = {
    ("membermemberships", "status"): ["Active", "Suspended", "Expired", "Cancelled", "Changed"],
    ("memberpayments", "paymenttype"): ["Registration Fee", "Monthly Fee", "Annual Fee", "Class Fee"],
    ("memberpayments", "paymentmethod"): ["Credit Card", "Debit Card", "Bank Transfer", "Mobile Payment", "Cash"],
    ("memberpayments", "status"): ["Completed", "Failed", "Refunded"],
    ("memberaccess", "accessmethod"): ["Key Card", "Mobile App", "Staff Override"],
    ("classinstances", "status"): ["Completed", "Cancelled", "Scheduled"],
    ("classenrollments", "enrollmentstatus"): ["Attended", "No-Show", "Cancelled", "Waitlisted", "Enrolled"],
}
KEYS = {
    "membermemberships": ("membershipid", r"MSH\d{8,}"),
    "memberpayments": ("paymentid", r"PAY\d{8,}"),
    "classschedules": ("scheduleid", r"SCH\d{4,}"),
    "classinstances": ("instanceid", r"INS\d{6,}"),
    "classenrollments": ("enrollmentid", r"ENR\d{8,}"),
    "memberaccess": ("accessid", r"ACC\d{8,}"),
}
PARENTS = {
    "memberid": "members",
    "membershiptypeid": "membershiptypes",
    "classtypeid": "classtypes",
    "facilityid": "facilities",
    "areaid": "facilityareas",
    "instructorid": "staff",
    "actualinstructorid": "staff",
    "scheduleid": "classschedules",
    "instanceid": "classinstances",
}
NULLABLE = {
    "enddate",
    "expirydate",
    "actualstarttime",
    "actualendtime",
    "cancellationreason",
    "checkintime",
    "checkouttime",
}


def keys_references_and_values(world: World) -> pd.DataFrame:
    """Keys are unique and look as they should, references exist, values are allowed, and what must be there is."""
    found = []
    for table, (key, pattern) in KEYS.items():
        frame = world.tables[table]
        found += [(table, key, v) for v in frame.loc[frame[key].duplicated() | ~frame[key].str.fullmatch(pattern), key]]
        for name in frame.columns:
            required = name not in NULLABLE or (table, name) in {("memberaccess", n) for n in NULLABLE}
            if required and frame[name].isna().any():
                found.append((table, name, None))
            if name in PARENTS and name != key:
                parent = getattr(world, PARENTS[name])
                known = parent[parent.columns[0]]
                found += [(table, name, value) for value in frame.loc[~frame[name].isin(known), name]]
            if (table, name) in ALLOWED:
                found += [(table, name, v) for v in frame.loc[~frame[name].isin(ALLOWED[table, name]), name]]
    return pd.DataFrame(found, columns=["table", "column", "value"])


RULES = [
    keys_references_and_values,
    h14_status_of_the_running_spell,
    h15_plans_fit_ages,
    h20_spells_do_not_overlap,
    h21_first_spell_on_the_join_date,
    h22_terms_last_a_year,
    statuses_of_spells_fit_their_dates,
    h30_first_attempts_inside_a_spell_at_its_price,
    h31_one_due_a_period,
    h32_one_registration_fee,
    h33_class_fees_match_enrolments,
    enrolments_cost_the_price_where_a_seat_is_held,
    payments_lie_in_the_window,
    members_keep_to_two_methods,
    h34_visits_lie_in_the_window,
    h40_visits_inside_a_spell,
    h41_visits_inside_opening_hours,
    h42_areas_belong_to_the_facility,
    h43_visits_of_a_member_do_not_overlap,
    h44_areas_hold_no_more_than_their_capacity,
    h50_sessions_fit_their_room,
    h51_no_two_sessions_share_an_area,
    h52_instructors_are_in_one_place,
    h54_instructors_are_employed,
    h55_instances_are_complete,
    instances_tell_what_became_of_them,
    h56_seats,
    waiting_lists_only_where_full,
    h57_enrolled_before_the_start_as_a_member,
    h58_one_enrolment_a_member_and_class,
    checked_in_if_and_only_if_attended,
    h59_attended_classes_of_a_member_do_not_overlap,
    h60_attended_classes_lie_inside_a_visit,
    h61_nobody_comes_to_a_cancelled_class,
    no_shows_are_not_there,
]


def broken(world: World) -> list[str]:
    """What breaks any of the rules, a line a rule, with an example."""
    lines = []
    for rule in RULES:
        rows = rule(world)
        if len(rows):
            example = rows.dropna(axis=1, how="all").iloc[0].to_dict()
            lines.append(f"{rule.__name__}: {len(rows)} rows, such as {example}")
    return lines
