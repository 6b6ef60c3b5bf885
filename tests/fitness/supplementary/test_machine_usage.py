"""Machines are used inside visits, by one member at a time, when they are there and whole."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.fitness.rules.machines import MachineRules
from datagen.fitness.supplementary.usage import Floor, draw_usage
from datagen.fitness.vocabulary import USAGE_TYPES
from datagen.streams import Streams


def test_h70_use_lies_inside_a_visit_of_the_member_in_the_area(world):
    assert not world.ask("""
        select usageid from equipmentusage u join equipment q using (equipmentid)
        where not exists (select 1 from memberaccess a where a.memberid = u.memberid and a.areaid = q.areaid
            and a.checkintime <= u.starttime and a.checkouttime >= u.endtime)""")


def test_h71_nobody_shares_a_machine_and_nobody_is_on_two(world):
    for key in ("equipmentid", "memberid"):
        assert not world.ask(f"""
            select * from (select starttime, max(endtime) over (partition by {key} order by starttime, usageid
                rows between unbounded preceding and 1 preceding) p from equipmentusage) where starttime < p""")


def test_h72_a_machine_rests_on_days_of_repair_and_is_not_used_before_purchase(world):
    assert not world.ask("""
        select usageid from equipmentusage u join equipment q using (equipmentid)
        where cast(u.starttime as date) < q.purchasedate or exists (select 1 from equipmentmaintenance m
            where m.equipmentid = u.equipmentid and m.maintenancetype = 'Repair'
            and cast(m.maintenancedate as date) = cast(u.starttime as date))""")


def test_a_machine_out_of_order_has_not_been_used_since_it_broke(world):
    assert not world.ask("""
        select usageid from equipmentusage u join equipment q using (equipmentid)
        where q.status = 'Out of Order' and cast(u.starttime as date) >= $asof - 1""")


def test_durations_are_whole_minutes_and_sessions_end_the_day_they_begin(world):
    assert not world.ask("""
        select usageid from equipmentusage where endtime <= starttime or endtime::date <> starttime::date
        or durationminutes <> date_diff('second', starttime, endtime) // 60
        or starttime < $start or endtime >= $asof""")


def test_warm_ups_come_first_and_cool_downs_last_in_a_visit(world):
    assert not world.ask("""
        with s as (select a.accessid, u.usagetype, u.starttime,
              max(u.starttime) filter (u.usagetype = 'Warmup') over w warm,
              min(u.starttime) filter (u.usagetype = 'Workout') over w work,
              max(u.starttime) filter (u.usagetype = 'Workout') over w last_work,
              min(u.starttime) filter (u.usagetype = 'Cooldown') over w cool
            from equipmentusage u join memberaccess a on a.memberid = u.memberid
              and a.checkintime <= u.starttime and a.checkouttime >= u.endtime
            window w as (partition by a.accessid))
        select * from s where warm > work or warm > cool or cool < last_work""")


def test_the_shares_of_usage_types_are_those_of_the_rules(demo):
    shares = demo.tables["equipmentusage"]["usagetype"].value_counts(normalize=True)
    assert shares["Workout"] == pytest.approx(0.70, abs=0.02)
    assert shares["Warmup"] == pytest.approx(0.20, abs=0.02)
    assert shares["Cooldown"] == pytest.approx(0.10, abs=0.02)


def test_there_are_about_two_to_three_sessions_a_visit(demo):
    assert 2.0 < len(demo.tables["equipmentusage"]) / len(demo.tables["memberaccess"]) < 3.0


def floor_of(counts: list[int]) -> Floor:
    counts_ = np.array(counts)
    machines = int(counts_.sum())
    return Floor(
        machines=np.arange(machines) + 7,
        firsts=np.cumsum(counts_) - counts_,
        counts=counts_,
        slots=np.where(counts_ > 0, 60 * np.array([22, 14, 9])[: len(counts)], 0),
        choices={
            area: (first + np.arange(4096) * number // 4096).astype(np.uint16)
            for area, (first, number) in enumerate(zip((np.cumsum(counts_) - counts_).tolist(), counts, strict=True))
            if number
        },
        bought=np.zeros(machines, np.int32),
        down=np.full(machines, 1 << 24, np.int32),
        repairs=np.zeros(0, np.intp),
        repair_days=np.zeros(0, np.int32),
    )


@settings(max_examples=60, deadline=None)
@given(
    counts=st.lists(st.integers(0, 6), min_size=3, max_size=3),
    visits=st.lists(
        st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(0, 80_000), st.integers(1, 6_000)), max_size=120
    ),
    bad=st.lists(st.integers(0, 10_000), max_size=20),
    seed=st.integers(0, 1000),
)
def test_any_visits_get_sessions_inside_them_on_machines_that_are_free(counts, visits, bad, seed):
    floor, days = floor_of(counts), 31
    area, day, begin, length = (np.array([visit[i] for visit in visits], np.int64) for i in range(4))
    blocked = np.zeros((len(floor.machines), days), np.bool_)
    if blocked.size:
        blocked.ravel()[np.array(bad, np.int64) % blocked.size] = True
    usage = draw_usage(area, day, begin, begin + length, floor, blocked, MachineRules(), Streams(seed, "usage"))

    machine = usage.machines - 7
    assert (usage.days == day[usage.visits]).all()
    assert (begin[usage.visits] <= usage.starts).all()
    assert (usage.starts < usage.ends).all()
    assert (usage.ends <= (begin + length)[usage.visits]).all()
    first = floor.firsts[area[usage.visits]]
    assert ((machine >= first) & (machine < first + floor.counts[area[usage.visits]])).all()
    assert not blocked[machine, usage.days].any()
    start, end = (usage.days * 86_400 + part for part in (usage.starts, usage.ends))
    for key in (machine, usage.visits):
        order = np.lexsort((start, key))
        same = key[order][1:] == key[order][:-1]
        assert (start[order][1:] >= end[order][:-1])[same].all()
    assert (np.diff(start // 60) >= 0).all()
    assert set(usage.kinds.tolist()) <= set(range(len(USAGE_TYPES)))


def test_a_crowded_floor_is_used_to_the_full_before_anyone_is_turned_away():
    floor, rng = floor_of([20, 0, 0]), np.random.default_rng(5)
    count = 400
    area, day = np.zeros(count, np.int64), np.zeros(count, np.int64)
    begin = rng.integers(17 * 3600, 20 * 3600, count)
    usage = draw_usage(
        area, day, begin, begin + 3600, floor, np.zeros((20, 31), np.bool_), MachineRules(), Streams(1, "x")
    )
    # Between 17:30 and 20:00, 20 machines are in use more than half of the time.
    inside = np.minimum(usage.ends, 20 * 3600) - np.maximum(usage.starts, int(17.5 * 3600))
    assert inside.clip(0).sum() > 0.5 * 20 * 2.5 * 3600
