"""Units that are made and rendered together give the rows that each gives alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from itertools import chain

import numpy as np
import pyarrow as pa
import pytest

from datagen.columns import (
    Clock,
    Coded,
    Column,
    Columns,
    Day,
    Flag,
    Identity,
    Labels,
    Money,
    Numbered,
    Rate,
    Serial,
    Stamp,
    Texts,
    Whole,
    typed_table,
)
from datagen.columns.joining import joined
from datagen.dataset import Numbering
from datagen.fitness.reference.reference_tables import ReferenceTables
from datagen.fitness.rules import FitnessRules
from datagen.fitness.size import Size
from datagen.fitness.supplementary.dataset import CompleteDataset
from datagen.generate import write_dataset
from datagen.output.render import to_csv
from datagen.output.table_writers import CsvFiles
from datagen.pools.pool_files import SHIPPED
from datagen.unit_groups import UnitGroup, group_job, groups
from datagen.workers import best_workers

LABELS = Labels.of(["new", "old, but good", "closed"])
COLUMNS: dict[str, list[Column]] = {
    "serial": [Serial("V", 3, 998, 2), Serial("V", 3, 1_000, 0), Serial("V", 3, 1_000, 3)],
    "identity": [Identity(1, 2), Identity(3, 0), Identity(3, 3)],
    "numbered": [Numbered("X", 2, np.array(part, np.int64)) for part in ([7, 100], [], [1, 2, 3])],
    "whole": [Whole(np.array(part, np.int64)) for part in ([1, 2], [], [3_000, 4, 5])],
    "nullable": [Whole(np.array(part, np.int8), nullable=True) for part in ([1, -1], [], [3, 4, 5])],
    "money": [Money(np.array(part, np.int64)) for part in ([1, 299], [], [12_345, 0, -5])],
    "rate": [Rate(np.array(part, np.int64), nullable=True) for part in ([1, 299], [], [12_345, 0, -5])],
    "coded": [Coded(np.array(part, np.int8), LABELS, nullable=True) for part in ([1, -1], [], [0, 1, 2])],
    "texts": [Texts(pa.array(part, pa.string())) for part in (["a", 'b"'], [], ["c,", None, ""])],
    "flag": [Flag(np.array(part, np.bool_)) for part in ([True, False], [], [True, True, False])],
    "day": [Day(np.array(part, np.int32)) for part in ([1, 20_000], [], [3, 4, 5])],
    "stamp": [Stamp(np.array(part, np.int32), np.array(part, np.int32)) for part in ([1, 2], [], [30_000, 4, 5])],
    "clock": [Clock(np.array(part, np.int32)) for part in ([1, 86_399], [], [3, 4, 5])],
}


@pytest.mark.parametrize("kind", COLUMNS)
def test_joined_columns_have_the_values_of_all(kind: str) -> None:
    runs = [{kind: column, "other": Serial("A", 1, 1 + 2 * (place > 0), len(column))}
            for place, column in enumerate(COLUMNS[kind])]  # fmt: skip
    whole = joined(runs)
    assert whole is not None
    assert bytes(to_csv(whole)) == b"".join(bytes(to_csv(run)) for run in runs)
    assert typed_table(whole).equals(pa.concat_tables(map(typed_table, runs)).combine_chunks())


@pytest.mark.parametrize(
    "runs",
    [
        [{"id": Serial("V", 3, 1, 2)}, {"id": Serial("V", 3, 4, 2)}],
        [{"id": Serial("V", 3, 1, 2)}, {"id": Serial("W", 3, 3, 2)}],
        [{"id": Serial("V", 3, 1, 1)}, {"id": Numbered("V", 3, np.array([2]))}],
        [{"id": Serial("V", 3, 1, 1)}, {"key": Serial("V", 3, 2, 1)}],
        [{"id": Coded(np.array([0]), LABELS)}, {"id": Coded(np.array([0]), Labels.of(["other"]))}],
        [{"id": Money(np.array([1]))}, {"id": Money(np.array([1]), np.array([True]))}],
    ],
    ids=["a gap", "a prefix", "kinds", "names", "labels", "nulls"],
)
def test_columns_that_are_not_alike_are_not_joined(runs: list[Columns]) -> None:
    assert joined(runs) is None


class Days:
    """A data set of as many units as are wanted, three of which are about the same days."""

    world, gapless, units_together = "toy", False, 4

    def __init__(self, count: int) -> None:
        self.unit_count, self.units = count, range(count)

    def days(self, unit: int) -> tuple[int, int]:
        return 30 * (unit // 3), 30 * (unit // 3) + 30

    def make(self, unit: int) -> Unit:
        return Unit(unit)

    def static_tables(self) -> Iterator[tuple[str, Columns]]:
        return iter(())

    def accumulator(self) -> Numbering:
        return Numbering()


class Unit:
    """A unit with ids that go on from one to the next, and others that do not."""

    def __init__(self, number: int) -> None:
        self.rows = {"visits": number, "shifts": 2}

    def summarise(self) -> dict[str, int]:
        return self.rows

    def columns(self, firsts: Mapping[str, int]) -> Iterator[tuple[str, Columns]]:
        for table, rows in self.rows.items():
            again = Serial("X", 2, 1, rows) if rows % 2 else Numbered("X", 2, np.arange(rows))
            yield table, {"id": Serial("V", 2, firsts[table], rows), "again": again}


@pytest.mark.parametrize("count", [0, 1, 2, 7, 26, 130])
@pytest.mark.parametrize("workers", [1, 2, 5])
def test_groups_hold_each_unit_once_in_order_and_are_small_at_the_end(count: int, workers: int) -> None:
    found = [group.units for group in groups(Days(count), workers, by_days=False)]
    assert list(chain.from_iterable(found)) == list(range(count))
    assert max(map(len, found), default=0) <= 4
    assert all(len(units) == 1 for units in found[-workers:])
    for units in groups(Days(count), workers, by_days=True):
        assert len({unit // 3 for unit in units.units}) == 1


def test_a_group_is_named_by_its_first_and_last_unit() -> None:
    assert (str(UnitGroup((3,))), str(UnitGroup((3, 4, 5)))) == ("3", "3 to 5")


class Kept:
    """A sink that remembers."""

    def __init__(self) -> None:
        self.text: dict[str, bytes] = {}

    def append(self, name: str, data: bytes | pa.Buffer, rows: int = 0) -> None:
        self.text[name] = self.text.get(name, b"") + bytes(memoryview(data))

    def end(self, name: str) -> None:
        """Nothing is held open."""


def _written(dataset: object, workers: int) -> tuple[dict[str, bytes], list[int]]:
    sink, published = Kept(), list[int]()
    write_dataset(dataset, best_workers(workers), CsvFiles(sink), published.append)  # type: ignore[arg-type]
    return sink.text, published


@pytest.mark.parametrize("workers", [1, 2])
def test_bytes_do_not_depend_on_how_many_units_are_together(monkeypatch: pytest.MonkeyPatch, workers: int) -> None:
    together, published = _written(Days(40), workers)
    assert published == list(range(40))
    monkeypatch.setattr(Days, "units_together", 1)
    assert _written(Days(40), workers) == (together, published)


def test_fitness_has_few_rows_a_chunk_only_at_the_end_of_a_group() -> None:
    """All columns of the world can be joined: a group has a chunk a table, and the rows of its units."""
    rules, end = FitnessRules(), dt.date(2026, 1, 31)
    dataset = CompleteDataset(ReferenceTables(Size(2, 60, 12), 4, end, rules, SHIPPED).all(), rules, 4, end, 3)
    assert dataset.units_together > 1
    job = group_job(
        dataset.make, dataset.accumulator().settle, lambda table, columns: (table, len(next(iter(columns.values()))))
    )
    made, summaries = job.make(UnitGroup(tuple(dataset.units)))
    chunks = job.render(made, job.settle(summaries))
    assert len(chunks) == len(dict(chunks)) == 8
    assert dict(chunks)["memberaccess"] == sum(summary.rows["memberaccess"] for summary in summaries)
