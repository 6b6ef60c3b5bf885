"""Members' histories: spells that follow each other, fit ages and end where the member's status says."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from tests.fitness import hard_rules as page

RULES = [
    page.h14_status_of_the_running_spell,
    page.h15_plans_fit_ages,
    page.h20_spells_do_not_overlap,
    page.h21_first_spell_on_the_join_date,
    page.h22_terms_last_a_year,
    page.statuses_of_spells_fit_their_dates,
    page.keys_references_and_values,
]
END = "2026-01-01"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_every_history_keeps(world, rule):
    assert rule(world).empty, rule(world).iloc[0]


def first(frame: pd.DataFrame, **values: object) -> pd.Index:
    """The label of the first row with these values."""
    rows = frame
    for name, value in values.items():
        rows = rows[rows[name] == value]
    return rows.index[:1]


def spells_of(world: page.World) -> pd.DataFrame:
    return world.membermemberships.copy()


def another_status(spells):
    spells.loc[first(spells, status="Active"), "status"] = "Cancelled"


def a_day_too_long(spells):
    row = first(spells, status="Changed")
    spells.loc[row, "enddate"] += page.DAY


def a_day_late(spells):
    row = spells.sort_values("startdate").drop_duplicates("memberid").index[:1]
    spells.loc[row, "startdate"] += page.DAY


def a_freeze_a_day_late(spells):
    spells.loc[first(spells, status="Suspended"), "startdate"] += page.DAY


def a_term_a_day_short(spells):
    row = first(spells, status="Expired")
    spells.loc[row, "enddate"] -= page.DAY


def open_ended(spells):
    spells.loc[first(spells, status="Cancelled"), "enddate"] = pd.NaT


def after_the_as_of_day(spells):
    spells.loc[first(spells, status="Cancelled"), "enddate"] = pd.Timestamp("2026-01-02")


def twice_the_same_id(spells):
    spells.loc[spells.index[:1], "membershipid"] = spells["membershipid"].iloc[1]


def nobodys(spells):
    spells.loc[spells.index[:1], "memberid"] = "MEM999999"


@pytest.mark.parametrize(
    ("damage", "rule"),
    [
        (another_status, page.h14_status_of_the_running_spell),
        (a_day_too_long, page.h20_spells_do_not_overlap),
        (a_day_too_long, page.statuses_of_spells_fit_their_dates),
        (a_day_late, page.h21_first_spell_on_the_join_date),
        (a_freeze_a_day_late, page.statuses_of_spells_fit_their_dates),
        (a_term_a_day_short, page.h22_terms_last_a_year),
        (open_ended, page.statuses_of_spells_fit_their_dates),
        (after_the_as_of_day, page.statuses_of_spells_fit_their_dates),
        (twice_the_same_id, page.keys_references_and_values),
        (nobodys, page.keys_references_and_values),
    ],
)
def test_planted_damage_is_found(demo, damage, rule):
    spells = spells_of(demo)
    damage(spells)
    assert not rule(demo.with_(membermemberships=spells)).empty


@pytest.mark.parametrize(("kind", "years"), [("Student", 40), ("Student", 3), ("Senior", 40)])
def test_a_plan_at_the_wrong_age_is_found(demo, kind, years):
    plans = demo.membershiptypes.set_index("typename")["membershiptypeid"]
    spells = spells_of(demo)
    spells["membershiptypeid"] = plans[f"{kind} Monthly"]
    births = demo.members.assign(dateofbirth=demo.members["joindate"] - pd.DateOffset(years=years))
    world = page.World({**demo.frames, "members": births}, {"membermemberships": spells}, demo.end, demo.months)
    assert len(page.h15_plans_fit_ages(world)) == (spells["status"] != "Suspended").sum()


def test_a_member_has_about_two_spells_in_three_years(demo):
    assert 1.5 < len(demo.membermemberships) / len(demo.members) < 2.5


def test_plans_follow_age(demo):
    spells = demo.spells.merge(demo.members[["memberid", "dateofbirth"]], on="memberid")
    age = page.ages(spells["dateofbirth"], spells["startdate"])
    kind = spells["typename"].str.split(" ").str[0]
    assert (kind[age <= 24] == "Student").mean() > 0.5
    assert (kind[age.between(30, 50)] == "Family").mean() > 0.25
    assert (kind[age >= 65] == "Senior").mean() > 0.5


def test_every_kind_of_ending_occurs(demo):
    assert set(demo.membermemberships["status"]) == set(page.ALLOWED["membermemberships", "status"])


def who_they_are(world: page.World, members: pd.Series) -> pd.DataFrame:
    spells = world.membermemberships.drop(columns="membershipid")
    spells = spells[spells["memberid"].isin(members)]
    return spells.sort_values(["memberid", "startdate"], ignore_index=True)


def test_more_members_leave_the_spells_of_the_first_ones_as_they_were(make_world):
    fewer, more = (make_world(2, count, 25, 42, END, 3) for count in (500, 600))
    same = fewer.members.merge(more.members.iloc[:500], on=["memberid", "joindate", "memberstatus", "dateofbirth"])
    assert len(same) == 500
    pd.testing.assert_frame_equal(who_they_are(fewer, same["memberid"]), who_they_are(more, same["memberid"]))


def test_more_members_in_a_users_own_frame_leave_the_first_ones_as_they_were(reference, made_from):
    frames = reference(2, 120, 16, 4, END)
    half = {**frames, "members": frames["members"].iloc[:61]}
    fewer, more = made_from(half, END, 1, 4), made_from(frames, END, 1, 4)
    ids = half["members"]["memberid"]
    alone = ~frames["members"].duplicated(["address", "zipcode"], keep=False).iloc[:61]
    pd.testing.assert_frame_equal(who_they_are(fewer, ids[alone]), who_they_are(more, ids[alone]))


def test_the_spells_do_not_depend_on_the_window(reference, made_from):
    frames = reference(1, 60, 8, 4, END)
    tables = [made_from(frames, END, months, 4).membermemberships for months in (1, 12, 36)]
    pd.testing.assert_frame_equal(tables[0], tables[1])
    pd.testing.assert_frame_equal(tables[0], tables[2])


def test_another_seed_gives_other_spells(reference, made_from):
    frames = reference(1, 60, 8, 4, END)
    assert not made_from(frames, END, 1, 4).membermemberships.equals(made_from(frames, END, 1, 5).membermemberships)


def everybody_wants(kind: str) -> dict[str, float]:
    """Settings by which people of all ages choose one kind of plan."""
    bands = ("16_24", "25_29", "30_50", "51_59", "60_64", "65_up")
    kinds = ("individual", "family", "student", "senior", "corporate")
    return {f"memberships.plans_{band}.{name}": float(name == kind) for band in bands for name in kinds}


@pytest.mark.parametrize(("age", "kind"), [(16, "student"), (29, "student"), (59, "senior"), (80, "senior")])
@pytest.mark.parametrize("birthday", [(2, 29), (12, 31)])
def test_birthdays_in_the_midst_of_a_membership_keep_the_ages_of_plans(reference, made_from, age, kind, birthday):
    frames = reference(1, 60, 8, 4, END)
    members = frames["members"].copy()
    year = 2024 - age - (2024 - age) % 4 if birthday == (2, 29) else 2024 - age
    members["dateofbirth"] = pd.Timestamp(year, *birthday)
    assert not page.broken(made_from({**frames, "members": members}, END, 1, 4, everybody_wants(kind)))


@pytest.mark.parametrize(
    "settings",
    [
        everybody_wants("student"),
        everybody_wants("senior"),
        {"memberships.monthly_event_share": 0},
        {"memberships.monthly_event_share": 1},
        {"memberships.annual_share": 1},
        {"memberships.annual_share": 0},
        {"memberships.term_ends.renew": 0, "memberships.term_ends.change": 1, "memberships.term_ends.lapse": 0},
        {"memberships.settle_days": 1, "memberships.return_after_days": "1,1", "memberships.monthly_event_share": 0.5},
        {f"memberships.monthly_events.{name}": float(name == "freeze") for name in ("change", "freeze", "lapse")},
    ],
    ids=str,
)  # fmt: skip
def test_any_course_of_life_keeps_the_rules(reference, made_from, settings):
    assert not page.broken(made_from(reference(1, 60, 8, 4, END), END, 12, 4, settings))


@pytest.mark.parametrize(
    ("joined", "end"), [("2025-01-01", "2026-01-01"), ("2023-02-28", "2025-02-28"), ("2024-02-29", "2025-02-28")]
)
@pytest.mark.parametrize("status", ["Active", "Suspended", "Cancelled"])
def test_terms_may_end_on_the_as_of_day(reference, made_from, joined, end, status):
    frames = reference(1, 60, 8, 4, end)
    members = frames["members"].assign(joindate=pd.Timestamp(joined), memberstatus=status)
    members.loc[members.index[0], "memberstatus"] = "Active"
    made = made_from({**frames, "members": members}, end, 3, 4, {"memberships.annual_share": 1})
    assert not page.broken(made)
    if status == "Active":
        over = made.spells[made.spells["enddate"] == made.as_of]
        assert len(over)
        assert (over["status"] == "Expired").all()
        assert (over["next_start"] == made.as_of).all()


def test_membership_ids_follow_the_start_dates(world):
    spells = world.membermemberships
    assert spells["membershipid"].tolist() == [f"MSH{number:08d}" for number in range(1, len(spells) + 1)]
    assert spells["startdate"].is_monotonic_increasing


def test_ages_are_counted_in_completed_years():
    births = pd.Series(pd.to_datetime(["2000-02-29", "2000-02-29", "2000-05-10"]))
    days = pd.Series(pd.to_datetime(["2021-02-28", "2021-03-01", "2021-05-10"]))
    np.testing.assert_array_equal(page.ages(births, days), [20, 21, 21])
