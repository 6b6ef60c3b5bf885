"""Machines are serviced in time, and break down the more, the older they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from datagen.calendar import day_number
from datagen.fitness.frames import read_frames
from datagen.fitness.rules import FitnessRules
from datagen.fitness.supplementary.liking import draw_liking, expected_use
from datagen.fitness.supplementary.service import PREVENTIVE, REPAIR, draw_services
from datagen.fitness.supplementary.upkeep import FAMILIES, families_of
from datagen.streams import Streams
from fitness_center_data_generator import FitnessCenterDataGenerator


def test_h73_service_follows_purchase_and_the_next_one_follows_it(world):
    assert not world.ask("""
        select maintenanceid from equipmentmaintenance m join equipment q using (equipmentid)
        where m.maintenancedate < q.purchasedate or m.nextmaintenancedate <= m.maintenancedate
        or m.maintenancedate < $start or m.maintenancedate >= $asof""")


def test_parts_are_replaced_in_repairs_only_and_nobody_works_for_nothing(world):
    assert not world.ask("""
        select maintenanceid from equipmentmaintenance where (partsreplaced is not null and maintenancetype <> 'Repair')
        or cost <= 0 or technicianname is null or description is null""")


def test_treadmills_have_preventive_service_every_two_to_three_months(demo):
    gaps = demo.ask("""
        select date_diff('day', maintenancedate, lead(maintenancedate) over (partition by equipmentid
            order by maintenancedate)) gap from equipmentmaintenance join equipment using (equipmentid)
        where equipmenttype = 'Treadmill' and maintenancetype = 'Preventive' qualify gap is not null""")
    assert len(gaps) > 20
    assert all(60 <= gap <= 92 for (gap,) in gaps)


def test_the_next_preventive_service_comes_when_it_was_planned_or_days_later(demo):
    late = demo.ask("""
        select date_diff('day', nextmaintenancedate, lead(maintenancedate) over (partition by equipmentid
            order by maintenancedate)) late from equipmentmaintenance
        where maintenancetype = 'Preventive' qualify late is not null""")
    assert all(0 <= days <= 8 for (days,) in late)


def services():
    frames = FitnessCenterDataGenerator(8, 8_000, 60, 5, "2026-11-20").generate_all()
    reference = read_frames(frames, day_number(pd.Timestamp("2026-11-20").date()))
    return reference, drawn(reference, FitnessRules().machines)


def use_of(reference, rules):
    return expected_use(reference, draw_liking(reference, rules, Streams(5, "liking"), 20_777), rules)


def drawn(reference, rules):
    return draw_services(reference, use_of(reference, rules), rules, Streams(5, "service"), 20_777)


def test_repairs_grow_with_age_and_with_the_kind_of_machine():
    reference, serviced = services()
    repair = serviced.kinds == REPAIR
    age = (serviced.days - reference.equipment.bought[serviced.machines]) / 365
    exposure = np.maximum(20_777 - reference.equipment.bought, 0) / 365
    young = (repair & (age < 1)).sum() / np.minimum(exposure, 1).sum()
    old = (repair & (age >= 3)).sum() / np.clip(exposure - 3, 0, None).sum()
    assert old > 1.3 * young
    family = families_of(reference.equipment.kinds)
    rate = [
        (repair & (family[serviced.machines] == place)).sum() / (family == place).sum()
        for place in range(len(FAMILIES))
    ]
    assert rate == sorted(rate, reverse=True)


def test_every_kind_of_machine_has_a_family():
    kinds = ("Treadmill", "Indoor Cycle", "Leg Press", "Flat Bench", "Rowing Machine", "Seated Row", "Something else")
    assert [FAMILIES[place].name for place in families_of(kinds)] == [
        "treadmill", "drive", "cable", "gear", "drive", "cable", "gear",
    ]  # fmt: skip


def test_appending_machines_leaves_the_services_of_the_others_as_they_were():
    _, all_of_them = services()
    frames = FitnessCenterDataGenerator(8, 8_000, 60, 5, "2026-11-20").generate_all()
    fewer = frames | {"equipment": frames["equipment"].iloc[:300]}
    less = drawn(read_frames(fewer, 20_777), FitnessRules().machines)
    mine = np.flatnonzero((all_of_them.machines < 300) & (all_of_them.kinds == PREVENTIVE))
    theirs = np.flatnonzero(less.kinds == PREVENTIVE)
    for name in ("machines", "days", "next_days", "cents"):
        np.testing.assert_array_equal(getattr(all_of_them, name)[mine], getattr(less, name)[theirs])


@pytest.mark.parametrize("share", [0.0, 6.0])
def test_the_number_of_repairs_follows_the_rules(share):
    from datagen.rules import override

    rules = override(FitnessRules(), {"machines.gear_repairs": share, "machines.repairs_growth": 0}).machines
    reference, _ = services()
    serviced = drawn(reference, rules)
    gear = families_of(reference.equipment.kinds) == len(FAMILIES) - 1
    repairs = (serviced.kinds == REPAIR) & gear[serviced.machines] & (serviced.next_days > 0)
    assert (repairs.sum() > 3 * gear.sum()) == (share > 0)


def test_wear_repairs_follow_use_and_machines_without_it_have_none():
    reference, serviced = services()
    rules = FitnessRules().machines
    use, family = use_of(reference, rules), families_of(reference.equipment.kinds)
    repair = np.flatnonzero(serviced.kinds == REPAIR)
    machine = serviced.machines[repair]
    worn = np.array(
        [FAMILIES[family[one]].faults[fault].wear for one, fault in zip(machine, serviced.faults[repair], strict=True)]
    )
    assert not (worn & (use[machine] == 0)).any()
    assert worn.sum() > 50
    number = np.bincount(machine[worn], minlength=len(use))
    low = high = 0
    for place in range(len(FAMILIES)):
        mine = np.flatnonzero((family == place) & (use > 0))
        much = use[mine] > np.median(use[mine])
        high += number[mine[much]].sum()
        low += number[mine[~much]].sum()
    assert high > 1.3 * low


def test_hardly_two_remarks_of_technicians_are_alike_and_no_technician_comes_always(demo):
    ((texts, rows, most, named),) = demo.ask("""
        select count(distinct description), count(*), max(n), count(distinct technicianname)
        from equipmentmaintenance, (select max(n) n from (select count(*) n from equipmentmaintenance group by
            description))""")
    assert texts > 0.6 * rows
    assert most < 0.02 * rows
    assert named == 8
    shares = demo.ask("""
        select count(*) n from equipmentmaintenance join equipment using (equipmentid)
        where facilityid = 'FAC001' group by technicianname order by n desc""")
    assert shares[0][0] > 2 * shares[-1][0]


def test_the_counter_of_a_machine_only_rises(world):
    assert not world.ask("""
        with read as (
            select equipmentid, maintenancedate, cast(replace(regexp_extract(
                description, '\\(([0-9,]+) (km|h)\\)', 1), ',', '') as integer) as counter
            from equipmentmaintenance where regexp_matches(description, '\\([0-9,]+ (km|h)\\)'))
        select * from read qualify counter < lag(counter) over (partition by equipmentid order by maintenancedate)""")
