"""The supplementary tables are slices of one history, the same however they are made."""

from __future__ import annotations

import datetime as dt
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pandas as pd
import pytest

from additional_data_generator import AdditionalDataGenerator
from datagen.errors import FrameError
from datagen.fitness.rules import FitnessRules
from datagen.fitness.supplementary.dataset import TABLES, CompleteDataset
from datagen.fitness.tables import metadata
from datagen.generate import collect_frames
from datagen.output.csv import frame_to_arrow
from datagen.schema import arrow_schema, column_names
from datagen.workers import OnExecutor

AS_OF = dt.date(2026, 11, 20)
OWN_TIME = {
    "equipmentusage": "starttime",
    "equipmentmaintenance": "maintenancedate",
    "staffschedules": "scheduledate",
    "stafftimetracking": "actualstarttime",
    "instructorfeedback": "feedbackdate",
    "staffpayroll": "payperiodstart",
}
REFERENCE = (
    "membershiptypes", "classtypes", "instructorcertifications", "facilities", "facilityareas", "equipment", "members",
    "staff",
)  # fmt: skip


def test_tables_have_the_columns_and_types_of_the_schema(world):
    for table in TABLES:
        frame = world.tables[table]
        assert list(frame.columns) == column_names(metadata.tables[table])
        assert len(frame_to_arrow(frame, arrow_schema(metadata.tables[table]))) == len(frame)


def test_ids_are_unique_and_in_order(world):
    for table in TABLES:
        ids = world.tables[table].iloc[:, 0]
        assert ids.is_unique
        assert ids.is_monotonic_increasing


@pytest.mark.slow
@pytest.mark.parametrize("seed", [42, 7])
def test_a_shorter_window_holds_exactly_the_rows_the_longer_one_has_in_it(make, seed):
    whole, part = make(2, 500, 25, seed, AS_OF, 12), make(2, 500, 25, seed, AS_OF, 3)
    for table, time in OWN_TIME.items():
        skip = {whole.tables[table].columns[0], "scheduleid", "classinstanceid"}
        frames = []
        for world in (whole, part):
            frame = world.tables[table]
            if table == "instructorfeedback":  # it belongs to the window by the day of its class, as bookings do
                classes = world.tables["classinstances"].set_index("instanceid")["classdate"]
                frame = frame[frame["classinstanceid"].map(classes) >= pd.Timestamp(part.start)].reset_index(drop=True)
            frame = frame[frame[time] >= pd.Timestamp(part.start)].reset_index(drop=True)
            frames.append(frame.drop(columns=[name for name in frame.columns if name in skip]))
        pd.testing.assert_frame_equal(*frames)
        assert len(frames[0]) == len(part.tables[table])
    for table in ("stafffacilities", "staffcertifications"):
        pd.testing.assert_frame_equal(whole.tables[table], part.tables[table])


def test_evaluations_of_a_quarter_do_not_depend_on_the_window(make):
    whole, part = make(2, 500, 25, 42, AS_OF, 12), make(2, 500, 25, 42, AS_OF, 8)
    frames = [world.tables["instructorperformance"] for world in (whole, part)]
    late = frames[0][frames[0]["evaluationdate"] >= pd.Timestamp("2026-07-01")].reset_index(drop=True)
    pd.testing.assert_frame_equal(late.drop(columns="performanceid"), frames[1].drop(columns="performanceid"))
    assert len(late)


@pytest.mark.slow
def test_the_number_of_workers_does_not_matter(demo, make_complete):
    frames = {table: demo.tables[table] for table in REFERENCE}
    again = make_complete(frames, demo.seed, demo.as_of, demo.months, workers=1)
    for table in TABLES:
        pd.testing.assert_frame_equal(demo.tables[table], again[table])


@pytest.mark.slow
def test_processes_make_the_same_tables(make):
    world = make(1, 20, 5, 42, AS_OF, 12)
    frames = {table: world.tables[table] for table in REFERENCE}
    with ProcessPoolExecutor(2, get_context("spawn")) as executor:
        again = collect_frames(CompleteDataset(frames, FitnessRules(), 42, AS_OF, 12), OnExecutor(executor, 2))
    for table in TABLES:
        pd.testing.assert_frame_equal(world.tables[table], again[table])


@pytest.mark.few(2)
def test_from_frames_come_the_same_tables_as_in_one_run(world):
    frames = {table: world.tables[table] for table in REFERENCE}
    transactions = {table: frame for table, frame in world.tables.items() if table not in (*REFERENCE, *TABLES)}
    made = AdditionalDataGenerator(frames, transactions, world.seed, world.as_of, world.months).generate_all()
    assert list(made) == list(TABLES)
    for table in TABLES:
        pd.testing.assert_frame_equal(made[table], world.tables[table])


def edited(world, **changes):
    tables = world.tables | changes
    return AdditionalDataGenerator(tables, tables, world.seed, world.as_of, world.months)


@pytest.mark.slow
def test_the_tables_follow_edited_transactions(make):
    world = make(1, 20, 5, 42, AS_OF, 12)
    visits = world.tables["memberaccess"].iloc[::2]
    bookings = world.tables["classenrollments"].iloc[:40]
    made = edited(world, memberaccess=visits, classenrollments=bookings).generate_all()
    assert 0 < len(made["equipmentusage"]) < len(world.tables["equipmentusage"])
    assert set(made["instructorfeedback"]["classinstanceid"]) <= set(bookings["instanceid"])
    none = edited(world, memberaccess=visits.iloc[:0], classenrollments=bookings.iloc[:0]).generate_all()
    assert len(none["equipmentusage"]) == len(none["instructorfeedback"]) == 0
    assert len(none["staffpayroll"]) == len(world.tables["staffpayroll"])


@pytest.mark.parametrize(
    ("table", "column", "value", "told"),
    [
        ("memberaccess", "areaid", "AR999", "facilityareas"),
        ("memberaccess", "memberid", None, "required"),
        ("memberaccess", "checkintime", "2020-01-01 10:00:00", "window"),
        ("memberaccess", "checkouttime", "2030-01-01 10:00:00", "same day"),
        ("classinstances", "actualinstructorid", "STF9999", "staff"),
        ("classinstances", "classdate", "2019-03-01", "window"),
        ("classinstances", "status", "Done", "one of"),
        ("classenrollments", "instanceid", "INS999999", "classinstances"),
    ],
)
def test_transactions_that_do_not_fit_are_told_by_table_column_and_value(make, table, column, value, told):
    world = make(1, 20, 5, 42, AS_OF, 12)
    frame = world.tables[table].astype({column: object})
    frame.loc[frame.index[3], column] = value
    with pytest.raises(FrameError, match=f"{table}.{column} .*{told}"):
        edited(world, **{table: frame}).generate_all()


@pytest.mark.slow
def test_transactions_of_another_seed_are_refused_where_instructors_would_not_be_on_shift(make):
    frames, other = make(2, 500, 25, 42, AS_OF, 12), make(2, 500, 25, 3, AS_OF, 12)
    with pytest.raises(FrameError, match=r"classinstances\.actualinstructorid .*seed"):
        AdditionalDataGenerator(frames.tables, frames.tables, other.seed, AS_OF).generate_all()


@pytest.mark.slow
def test_appending_machines_and_staff_leaves_what_others_do_as_it_was(demo, make_complete):
    frames = {table: demo.tables[table] for table in REFERENCE}
    more = (
        frames["staff"]
        .iloc[[2]]
        .assign(staffid="STF0026", employeenumber="E00026", email="someone.else@example.org", jobtitle="Front Desk")
    )
    frames["staff"] = pd.concat([frames["staff"], more], ignore_index=True)
    again = make_complete(frames, demo.seed, demo.as_of, demo.months)
    shifts = again["staffschedules"]
    shifts = shifts[shifts["staffid"] != "STF0026"].reset_index(drop=True)
    pd.testing.assert_frame_equal(
        shifts.drop(columns="scheduleid"), demo.tables["staffschedules"].drop(columns="scheduleid")
    )
    pd.testing.assert_frame_equal(again["equipmentusage"], demo.tables["equipmentusage"])
