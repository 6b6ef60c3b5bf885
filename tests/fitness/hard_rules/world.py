"""What the rules are asked of: the frames of a data set, and what follows from them and the page alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
import pandas as pd

DAY = pd.Timedelta(days=1)
INSTRUCTORS = ["Personal Trainer", "Group Fitness Instructor"]
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
