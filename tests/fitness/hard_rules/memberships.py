"""Spells of membership, and what the members' rows say of them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from tests.fitness.hard_rules.world import World, ages, overlapping


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
