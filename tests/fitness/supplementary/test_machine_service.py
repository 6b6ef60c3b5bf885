"""Machines are serviced in time, and break down the more, the older they are."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from datagen.calendar import day_number
from datagen.fitness.frames import read_frames
from datagen.fitness.rules import FitnessRules
from datagen.fitness.supplementary.service import FAMILIES, PREVENTIVE, REPAIR, draw_services, families_of
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
    rules = FitnessRules().machines
    return reference, draw_services(reference, rules, Streams(5, "service"), 20_777)


def test_repairs_grow_with_age_and_with_the_kind_of_machine():
    reference, drawn = services()
    repair = drawn.kinds == REPAIR
    age = (drawn.days - reference.equipment.bought[drawn.machines]) / 365
    exposure = np.maximum(20_777 - reference.equipment.bought, 0) / 365
    young = (repair & (age < 1)).sum() / np.minimum(exposure, 1).sum()
    old = (repair & (age >= 3)).sum() / np.clip(exposure - 3, 0, None).sum()
    assert old > 1.3 * young
    family = families_of(reference.equipment.kinds)
    rate = [
        (repair & (family[drawn.machines] == place)).sum() / (family == place).sum() for place in range(len(FAMILIES))
    ]
    assert rate == sorted(rate, reverse=True)


def test_every_kind_of_machine_has_a_family():
    kinds = ("Treadmill", "Indoor Cycle", "Leg Press", "Flat Bench", "Rowing Machine", "Seated Row", "Something else")
    assert [FAMILIES[place].name for place in families_of(kinds)] == [
        "treadmill", "drive", "cable", "gear", "drive", "cable", "gear",
    ]  # fmt: skip


def test_appending_machines_leaves_the_services_of_the_others_as_they_were():
    _, drawn = services()
    frames = FitnessCenterDataGenerator(8, 8_000, 60, 5, "2026-11-20").generate_all()
    fewer = frames | {"equipment": frames["equipment"].iloc[:300]}
    less = draw_services(read_frames(fewer, 20_777), FitnessRules().machines, Streams(5, "service"), 20_777)
    mine = np.flatnonzero((drawn.machines < 300) & (drawn.kinds == PREVENTIVE))
    theirs = np.flatnonzero(less.kinds == PREVENTIVE)
    for name in ("machines", "days", "next_days", "cents"):
        np.testing.assert_array_equal(getattr(drawn, name)[mine], getattr(less, name)[theirs])


@pytest.mark.parametrize("share", [0.0, 6.0])
def test_the_number_of_repairs_follows_the_rules(share):
    from datagen.rules import override

    rules = override(FitnessRules(), {"machines.gear_repairs": share, "machines.repairs_growth": 0}).machines
    reference, _ = services()
    drawn = draw_services(reference, rules, Streams(5, "service"), 20_777)
    gear = families_of(reference.equipment.kinds) == len(FAMILIES) - 1
    repairs = (drawn.kinds == REPAIR) & gear[drawn.machines] & (drawn.next_days > 0)
    assert (repairs.sum() > 3 * gear.sum()) == (share > 0)
