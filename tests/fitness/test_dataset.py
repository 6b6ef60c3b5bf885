"""The data set as a whole: slices of one history, and bytes that depend on seed and options alone."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
import pickle
import subprocess
import sys
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import fitness_center_data_generator as script
from datagen import fork_pool
from datagen.fitness.dataset import REFERENCE_TABLES, TRANSACTION_TABLES
from datagen.fork_pool import ForkPool
from datagen.generate import CountingSink, write_dataset
from datagen.output.table_writers import CsvFiles
from datagen.runner import Workers
from datagen.workers import OnExecutor, Threads
from tests.fitness import hard_rules as page

ROOT = Path(script.__file__).parent
END = "2026-01-01"


# Slices


def named(world: page.World, table: str) -> pd.DataFrame:
    """A table without surrogate ids: schedules and instances are told by what they are."""
    schedule = ["classtypeid", "facilityid", "areaid", "instructorid", "dayofweek", "starttime", "effectivedate"]
    frame = world.tables[table]
    if table == "classenrollments":
        frame = frame.merge(world.classinstances[["instanceid", "scheduleid", "classdate"]], on="instanceid")
    if "scheduleid" in frame:
        frame = frame.merge(world.classschedules[["scheduleid", *schedule]], on="scheduleid")
    surrogate = ["paymentid", "accessid", "instanceid", "enrollmentid", "scheduleid"]
    frame = frame.drop(columns=[name for name in surrogate if name in frame])
    return frame.sort_values(list(frame.columns), ignore_index=True)


WHEN = {"memberaccess": "checkintime", "memberpayments": "paymentdate", "classinstances": "classdate",
        "classenrollments": "classdate"}  # fmt: skip


def assert_slices(long: page.World, short: page.World) -> None:
    for table, when in WHEN.items():
        whole = named(long, table)
        part = whole[whole[when] >= short.start].reset_index(drop=True)
        pd.testing.assert_frame_equal(part, named(short, table), obj=table)


@pytest.mark.slow
@pytest.mark.parametrize("end", ["2026-01-01", "2024-02-29", "2025-03-31", "2025-12-30"])
@pytest.mark.parametrize(("long", "short"), [(12, 3), (36, 1)])
def test_a_shorter_window_has_the_rows_that_a_longer_one_has_in_it(reference, made_from, end, long, short):
    frames = reference(2, 200, 30, 4, end)
    assert_slices(*(made_from(frames, end, months, 4) for months in (long, short)))


@pytest.mark.slow
def test_slices_agree_where_rooms_are_tight_and_doubled(reference, made_from):
    frames = reference(1, 400, 20, 5, END)
    areas = frames["facilityareas"]
    pool = areas[areas["areatype"] == "Pool"].iloc[:1]
    areas = areas.assign(maxcapacity=areas["maxcapacity"].where(areas["areatype"] != "Pool", 7))
    areas = pd.concat([areas, pool.assign(areaid="AR999", maxcapacity=9)], ignore_index=True)
    settings = {"visits.area_weights.pool": 0.44, "visits.area_weights.cardio": 0.09}
    made = [made_from({**frames, "facilityareas": areas}, END, months, 5, settings) for months in (36, 12, 1)]
    assert_slices(made[0], made[1])
    assert_slices(made[1], made[2])
    assert not page.broken(made[2])


# The same bytes


def digests(dataset, workers: Workers) -> dict[str, str]:
    sink = CountingSink()
    write_dataset(dataset, workers, CsvFiles(sink))
    return {name: written.sha256 for name, written in sink.files.items()}


@pytest.fixture(scope="module")
def small(reference, dataset):
    return dataset(reference(2, 60, 16, 42, END), END, 3, 42)


@pytest.fixture(scope="module")
def expected(small) -> dict[str, str]:
    return digests(small, Threads(1))


@pytest.mark.parametrize("workers", [2, 4, 9])
def test_the_number_of_workers_does_not_show(small, expected, workers):
    assert digests(small, Threads(workers)) == expected


@pytest.mark.slow
def test_processes_make_the_same_bytes(small, expected):
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as executor:
        assert digests(small, OnExecutor(executor, 2)) == expected


@pytest.mark.skipif(not fork_pool.available(), reason="processes are not forked on this system")
def test_forked_processes_make_the_same_bytes(small, expected):
    assert digests(small, ForkPool(2)) == expected


def test_units_in_any_order_make_the_same_rows(small):
    ones = dict.fromkeys(("classinstances", "classenrollments", "memberpayments", "memberaccess"), 1)
    forwards = [dict(small.make(unit).columns(ones)) for unit in small.units]
    backwards = [dict(small.make(unit).columns(ones)) for unit in reversed(small.units)][::-1]
    for one, other in zip(forwards, backwards, strict=True):
        for table in one:
            assert all(one[table][name].text().equals(other[table][name].text()) for name in one[table])


def test_the_data_set_can_be_pickled(small, expected):
    assert digests(pickle.loads(pickle.dumps(small)), Threads(1)) == expected


PROGRAM = f"""
import datetime, hashlib, json, sys
sys.path.insert(0, {str(ROOT)!r})
from datagen.fitness.dataset import FitnessDataset
from datagen.fitness.rules import FitnessRules
from datagen.generate import CountingSink, write_dataset
from datagen.output.table_writers import CsvFiles
from datagen.workers import Threads
from fitness_center_data_generator import FitnessCenterDataGenerator
frames = FitnessCenterDataGenerator(2, 60, 16, 42, {END!r}).generate_all()
sink = CountingSink()
dataset = FitnessDataset(frames, FitnessRules(), 42, datetime.date.fromisoformat({END!r}), 3)
write_dataset(dataset, Threads(2), CsvFiles(sink))
print(json.dumps({{name: file.sha256 for name, file in sink.files.items()}}))
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "7", "TZ": "Asia/Tokyo", "LC_ALL": "de_DE.UTF-8", "LANG": "de_DE.UTF-8"},
        {"PYTHONHASHSEED": "0", "TZ": "America/St_Johns", "LC_ALL": "C", "OMP_NUM_THREADS": "1"},
    ],
    ids=["Tokyo", "St. John's"],
)  # fmt: skip
def test_time_zone_locale_and_hash_seed_do_not_show(expected, environment):
    variables = {**os.environ, **environment}
    run = subprocess.run([sys.executable, "-c", PROGRAM], capture_output=True, text=True, env=variables, timeout=60)
    assert run.returncode == 0, run.stderr
    assert json.loads(run.stdout) == expected


def test_another_seed_makes_other_bytes(reference, dataset, expected):
    other = digests(dataset(reference(2, 60, 16, 42, END), END, 3, 43), Threads(1))
    assert all(other[name] != digest for name, digest in expected.items())


def test_the_order_of_rows_columns_and_frames_that_do_not_matter_does_not_show(reference, dataset, expected):
    frames = reference(2, 60, 16, 42, END)
    turned = {name: frame[frame.columns[::-1]] for name, frame in reversed(frames.items())}
    turned["members"] = turned["members"].set_index(pd.Index(range(1_000, 1_060)))
    assert digests(dataset(turned, END, 3, 42), Threads(1)) == expected


def test_frames_are_left_as_they_were(reference, dataset):
    frames = {name: frame.copy() for name, frame in reference(2, 60, 16, 42, END).items()}
    digests(dataset(frames, END, 1, 42), Threads(1))
    for name, frame in reference(2, 60, 16, 42, END).items():
        pd.testing.assert_frame_equal(frame, frames[name])


# All sizes


@pytest.mark.slow
@settings(max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck))
@given(
    facilities=st.integers(1, 6),
    members=st.integers(1, 60),
    staff=st.integers(1, 30),
    seed=st.integers(0, 2**63 - 1),
    end=st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31)),
    months=st.sampled_from([1, 2, 3, 12]),
)
def test_every_size_seed_and_day_keeps_the_rules(reference, made_from, facilities, members, staff, seed, end, months):
    frames = reference(facilities, members, staff, seed, str(end))
    if not (frames["members"]["memberstatus"] == "Active").any():
        frames = {**frames, "members": frames["members"].assign(memberstatus="Active")}
    assert page.broken(made_from(frames, str(end), months, seed)) == []


@pytest.mark.few(1)
@pytest.mark.parametrize("end", ["1900-01-01", "1950-06-15", "2150-12-31"])
def test_every_end_date_that_is_accepted_works(reference, made_from, end):
    assert page.broken(made_from(reference(1, 20, 5, 42, end), end, 3, 42)) == []


@pytest.mark.slow
def test_many_facilities_for_few_members_work(reference, made_from):
    frames = reference(12, 30, 40, 42, END)
    assert page.broken(made_from(frames, END, 3, 42, {"visits.trip_share": 0.5})) == []


# What there is


def test_the_tables_are_those_of_the_page():
    assert len(REFERENCE_TABLES) == 8
    assert set(TRANSACTION_TABLES) == set(page.KEYS)


def test_surrogate_ids_are_consecutive(world):
    for table, (key, _) in page.KEYS.items():
        numbers = world.tables[table][key].str[3:].astype(int)
        assert numbers.tolist() == list(range(1, len(numbers) + 1)), table


def test_the_sink_tells_the_digest_of_what_it_was_given():
    sink = CountingSink()
    for data in (b"a,b\n", b"1,2\n", b""):
        sink.append("x.csv", data, rows=1)
    assert sink.files["x.csv"].sha256 == hashlib.sha256(b"a,b\n1,2\n").hexdigest()
    assert (sink.files["x.csv"].rows, sink.files["x.csv"].bytes) == (3, 8)
