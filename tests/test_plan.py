"""What --plan promises is what the run makes."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from datagen.fitness.rules import FitnessRules
from datagen.fitness.size import Size
from datagen.fitness.tables import metadata
from datagen.generate import CountingSink, write_dataset, write_frames
from datagen.output.table_writers import CsvFiles
from datagen.plan import plan
from datagen.rules import override
from datagen.schema import arrow_schema
from datagen.workers import Threads
from fitness_center_data_generator import FitnessCenterDataGenerator
from fitness_center_ods_generator import FitnessCenterODSGenerator

AS_OF = dt.date(2026, 11, 20)


def chain(size: Size, months: int, rules: FitnessRules):
    frames = FitnessCenterDataGenerator(
        size.facilities, size.members, size.staff, 42, AS_OF, rules=rules
    ).generate_all()
    schemas = {name: arrow_schema(metadata.tables[name]) for name in frames}
    return frames, schemas, FitnessCenterODSGenerator(frames, 42, AS_OF, months, rules=rules).dataset()


def planned(size: Size, months: int, rules: FitnessRules = FitnessRules(), workers: int = 2):  # noqa: B008 - frozen
    sample = size.sample()
    return plan(*chain(sample, months, rules), partial(size.growth, sample), workers)


def made(size: Size, months: int, rules: FitnessRules):
    frames, schemas, dataset = chain(size, months, rules)
    sink = CountingSink()
    write_frames(frames, schemas, CsvFiles(sink))
    write_dataset(dataset, Threads(2), CsvFiles(sink))
    return sink.files, dataset.unit_count


@pytest.mark.few(1)
@pytest.mark.parametrize(
    ("size", "months", "changes"),
    [
        (Size(), 1, {}),
        (Size(7, 2_800, 140), 2, {}),
        (Size(7, 2_800, 140), 2, {"visits.weekly_median": 1.5, "payments.success_rate": 0.8}),
    ],
)
def test_tables_hold_what_was_planned_within_15_percent(size, months, changes):
    rules = override(FitnessRules(), changes)
    expected, (files, units) = planned(size, months, rules), made(size, months, rules)
    assert expected.units == units
    assert {f"{table}.csv" for table in expected.tables} == set(files)
    for name, file in files.items():
        table = expected.tables[name.removesuffix(".csv")]
        if file.rows >= 1_000:
            assert table.rows == pytest.approx(file.rows, rel=0.15), name
            assert table.bytes == pytest.approx(file.bytes, rel=0.15), name


def test_a_small_run_is_planned_exactly():
    size = Size(1, 60, 6)
    expected, (files, _) = planned(size, 2), made(size, 2, FitnessRules())
    assert {name: (file.rows, file.bytes) for name, file in files.items()} == {
        f"{name}.csv": (table.rows, table.bytes) for name, table in expected.tables.items()
    }


def test_more_of_everything_takes_more_memory_and_time():
    small, large = planned(Size(2, 200, 20), 1), planned(Size(40, 4_000, 400), 1)
    assert large.units == 20 * small.units
    assert large.memory > small.memory
    assert large.seconds > small.seconds
    assert large.cpu > small.cpu
    assert 0 < large.driver_share < small.driver_share < 1, "what the driver does before the workers begin counts less"


def test_the_plan_reads_as_a_table_with_totals():
    lines = planned(Size(1, 60, 6), 1).text().splitlines()
    assert lines[0].split() == ["table", "rows", "size"]
    assert any(line.startswith("members ") and " 60 " in line for line in lines)
    assert any(line.startswith("total ") for line in lines)
    assert "2 units" in lines[-1]
    assert "MB of memory" in lines[-1]
    assert "% of it in the driver" in lines[-1]
