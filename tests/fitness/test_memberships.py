"""Members' histories: spells that follow each other, fit ages and end where the member's status says."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.calendar import add_months, day_number, month_number
from datagen.fitness import course as fitness_course
from datagen.fitness.commands.complete import Choices
from datagen.fitness.course import Givens, course_of, standing
from datagen.fitness.frames import plans_of
from datagen.fitness.memberships import cancelled, suspended
from datagen.fitness.plan_choice import Payers
from datagen.fitness.reference.catalogue import membership_types
from datagen.fitness.rules import FitnessRules
from datagen.fitness.rules.memberships import MembershipRules
from datagen.fitness.size import Size
from datagen.streams import Streams
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


@pytest.mark.few(3)
@pytest.mark.parametrize(("age", "kind"), [(16, "student"), (29, "student"), (59, "senior"), (80, "senior")])
@pytest.mark.parametrize("birthday", [(2, 29), (12, 31)])
def test_birthdays_in_the_midst_of_a_membership_keep_the_ages_of_plans(reference, made_from, age, kind, birthday):
    frames = reference(1, 60, 8, 4, END)
    members = frames["members"].copy()
    year = 2024 - age - (2024 - age) % 4 if birthday == (2, 29) else 2024 - age
    members["dateofbirth"] = pd.Timestamp(year, *birthday)
    assert not page.broken(made_from({**frames, "members": members}, END, 1, 4, everybody_wants(kind)))


@pytest.mark.few(3)
@pytest.mark.parametrize(
    "changed",
    [
        everybody_wants("student"),
        everybody_wants("senior"),
        {"memberships.monthly_event_share": 0},
        {"memberships.monthly_event_share": 1},
        {"memberships.annual_share": 1},
        {"memberships.annual_share": 0},
        {"memberships.annual_share": 1, "memberships.term_change_share": 1, "memberships.term_lapse_share": 0},
        {"memberships.annual_share": 1, "memberships.term_lapse_share": 1, "memberships.return_share": 1},
        {"memberships.cooling_share": 0.5, "memberships.cooling_days": "1,1", "memberships.return_least": 1},
        {"memberships.monthly_leaving": "0.5,0.5,0.5", "memberships.return_share": 1, "memberships.return_days": 1},
        {"memberships.monthly_leaving": "0,0,0", "memberships.cooling_share": 0, "memberships.monthly_event_share": 0},
        {f"memberships.monthly_events.{name}": float(name == "freeze") for name in ("change", "freeze")},
    ],
    ids=str,
)  # fmt: skip
def test_any_course_of_life_keeps_the_rules(reference, made_from, changed):
    assert not page.broken(made_from(reference(1, 60, 8, 4, END), END, 12, 4, changed))


@pytest.mark.few(3)
@pytest.mark.parametrize(
    ("joined", "end"), [("2025-01-01", "2026-01-01"), ("2023-02-28", "2025-02-28"), ("2024-02-29", "2025-02-28")]
)
@pytest.mark.parametrize("status", ["Active", "Suspended", "Cancelled"])
def test_terms_may_end_on_the_as_of_day(reference, made_from, joined, end, status):
    frames = reference(1, 60, 8, 4, end)
    members = frames["members"].assign(joindate=pd.Timestamp(joined), memberstatus=status)
    members.loc[members.index[0], "memberstatus"] = "Active"
    stays = {"memberships.cooling_share": 0, "memberships.midterm_leaving": 0, "memberships.annual_share": 1}
    made = made_from({**frames, "members": members}, end, 3, 4, stays)
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


def course(count: int, as_of: str = "2026-11-20", years: int = 3, rules: MembershipRules | None = None, seed: int = 1):
    """The spells of members who joined evenly over some years at 20 to 70, each living alone."""
    today = day_number(dt.date.fromisoformat(as_of))
    joins = np.sort(today - 1 - np.arange(count) % (365 * years)).astype(np.int32)
    births = (joins - 365 * (20 + np.arange(count) % 50) - 9).astype(np.int32)
    payers = Payers(births, joins, np.zeros(count, np.intp), np.zeros(count))
    plans = plans_of(membership_types(FitnessRules().plans, dt.date.fromisoformat(as_of)))
    streams = Streams(seed, "fitness")
    given = Givens(payers, plans, rules or MembershipRules(), streams.at("m"), streams.at("traits"), today)
    return course_of(given).spells, today


@given(st.dates(dt.date(1950, 1, 1), dt.date(2150, 1, 1)), st.integers(0, 999))
@settings(max_examples=20, deadline=None)
def test_nobodys_spells_overlap_and_all_have_begun(day, seed):
    spells, today = course(60, day.isoformat(), years=12, seed=seed)
    ends = spells.ends_by(today + 1)
    same = spells.members[1:] == spells.members[:-1]
    assert (spells.starts <= today).all()
    assert (ends > spells.starts).all()
    assert (ends[:-1] <= spells.starts[1:])[same].all()
    assert (np.diff(spells.first_of) > 0).all()


def test_the_status_of_members_follows_their_tenure():
    spells, today = course(60_000)
    status, _ = standing(spells)
    tenure = today - spells.starts[spells.first_of[:-1]]
    bands = FitnessRules().bands
    for these, share in (
        (tenure < bands.new_tenure, bands.new_active),
        ((tenure >= bands.new_tenure) & (tenure < bands.long_tenure), bands.recent_active),
        (tenure >= bands.long_tenure, bands.long_active),
    ):
        assert (status[these] == 0).mean() == pytest.approx(share, abs=0.035)


def test_an_earlier_as_of_day_sees_the_same_lives():
    """Nothing aims at the as-of day: what had happened a year before is what had happened then."""
    rules = MembershipRules()
    today = day_number(dt.date(2026, 11, 20))
    joins = np.sort(today - 400 - np.arange(3_000) % 700).astype(np.int32)
    payers = Payers((joins - 12_000).astype(np.int32), joins, np.zeros(3_000, np.intp), np.zeros(3_000))
    plans = plans_of(membership_types(FitnessRules().plans, dt.date(2026, 11, 20)))
    streams = Streams(5, "fitness")
    now, then = (
        course_of(Givens(payers, plans, rules, streams.at("m"), streams.at("traits"), day)).spells
        for day in (today, today - 365)
    )
    began = now.starts < today - 366
    first, earlier = now.starts[began], then.starts[then.starts < today - 366]
    assert abs(len(first) - len(earlier)) <= 0.002 * len(first)


def test_who_comes_seldom_leaves_sooner():
    spells, today = course(40_000)
    often = Streams(1, "fitness", "traits").lanes(40_000, "weekly")
    status, _ = standing(spells)
    tenure = today - spells.starts[spells.first_of[:-1]]
    old = tenure > 365
    seldom, frequent = ((status[old & quarter] == 2).mean() for quarter in (often < 1 << 14, often >= 3 << 14))
    assert seldom > 1.3 * frequent


def test_more_leave_in_january_than_in_the_months_around_it():
    spells, _ = course(100_000, rules=MembershipRules(cooling_share=0))
    left = spells.ends[cancelled(spells)].astype("datetime64[D]").astype("datetime64[M]").astype(int)
    by_month = {month: (left == month).sum() for month in np.unique(left)}
    january = 12 * 56  # of 2026
    assert by_month[january] > 1.1 * (by_month[january - 1] + by_month[january + 1] * 31 / 28) / 2


def test_freezes_begin_on_due_days_and_keep_the_plan():
    spells, _ = course(20_000)
    frozen = np.flatnonzero(suspended(spells))
    assert len(frozen) > 500
    assert (spells.members[frozen] == spells.members[frozen - 1]).all()
    assert (spells.plans[frozen] == spells.plans[frozen - 1]).all()
    months = month_number(spells.starts[frozen]) - month_number(spells.starts[frozen - 1])
    assert (add_months(spells.starts[frozen - 1], months) == spells.starts[frozen]).all()


@pytest.mark.slow
@pytest.mark.parametrize("seed", [4, 6])
@pytest.mark.parametrize("members", [{}, {"memberstatus": "Active"}, {"memberstatus": "Cancelled"}])
def test_a_users_own_statuses_bend_the_course_of_those_members_alone(reference, made_from, seed, members):
    frames = reference(2, 300, 16, 4, END)
    edited = frames["members"].assign(**members)
    edited.loc[edited.index[:3], "memberstatus"] = ["Active", "Suspended", "Cancelled"]
    made = made_from({**frames, "members": edited}, END, 6, seed)
    assert not page.broken(made)
    usual = made_from(frames, END, 6, 4)
    same = (edited["memberstatus"] == frames["members"]["memberstatus"]).to_numpy()
    if seed == 4:
        kept = edited["memberid"][same]
        pd.testing.assert_frame_equal(who_they_are(made, kept), who_they_are(usual, kept))


@pytest.fixture
def runs(monkeypatch) -> list[int]:
    """Has an entry for each course that is run from now on."""
    found, run = [], fitness_course._run
    monkeypatch.setattr(fitness_course, "_run", lambda given: found.append(1) or run(given))
    return found


def test_the_history_takes_the_course_that_the_reference_tables_ran(runs):
    choices = Choices(Size(2, 60, 12), 1, dt.date.fromisoformat(END), 1, FitnessRules())
    frames, ran = choices.reference()
    handed_over = choices.dataset(frames, ran).history.spells
    assert len(runs) == 1
    alone = choices.dataset(frames).history.spells
    assert len(runs) == 2
    assert all(np.array_equal(vars(handed_over)[name], vars(alone)[name]) for name in vars(alone))


def of_another_plan(frames: dict[str, pd.DataFrame]) -> None:
    frames["membershiptypes"].loc[0, "isactive"] ^= True


def born_a_day_earlier(frames: dict[str, pd.DataFrame]) -> None:
    frames["members"].loc[9, "dateofbirth"] -= pd.Timedelta(days=1)


def one_member_less(frames: dict[str, pd.DataFrame]) -> None:
    frames["members"] = frames["members"][:-1]


def unchanged(frames: dict[str, pd.DataFrame]) -> None:
    pass


@pytest.mark.parametrize(
    ("edit", "changed"),
    [
        (of_another_plan, {}),
        (born_a_day_earlier, {}),
        (one_member_less, {}),
        (unchanged, {"rules": FitnessRules(memberships=MembershipRules(return_share=0.5))}),
        (unchanged, {"seed": 2}),
        (unchanged, {"end_date": dt.date.fromisoformat(END) + dt.timedelta(days=1)}),
    ],
)
def test_a_course_of_other_members_counts_for_nothing(runs, edit, changed):
    """What the frames say is what counts, whatever is handed over with them."""
    choices = Choices(Size(2, 60, 12), 1, dt.date.fromisoformat(END), 1, FitnessRules())
    tables, ran = choices.reference()
    frames = {name: table.to_pandas() for name, table in tables.items()}
    edit(frames)
    other = replace(choices, **changed)
    found = other.dataset(frames, ran).history.spells
    assert len(runs) == 2
    alone = other.dataset(frames).history.spells
    assert all(np.array_equal(vars(found)[name], vars(alone)[name]) for name in vars(alone))
