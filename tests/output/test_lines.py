"""Lines put together from pieces are those that the texts of the columns give."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.columns import (
    NULL,
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
)
from datagen.columns.pieces import entries_of, every_pair
from datagen.ecommerce.columns import Picked, Tenths
from datagen.output import csv, lines
from datagen.output.lines import lines_of
from datagen.output.render import to_csv
from datagen.payments.columns import Degrees
from datagen.payments.columns import Rate as Share
from datagen.shared_memory import Slots, into

BIG = st.sampled_from([0, 1, 7, 9, 10, 99, 100, 9_998, 9_999, 10_000, 999_998, 999_999, 1_000_000, 2**31 - 1, 2**31])
SMALL = st.integers(0, 12_000)
DAYS, SECONDS = st.integers(-3_000, 30_000), st.integers(0, 86_399)
VOCABULARIES = [
    Labels.of(values)
    for values in (
        ["M", "F"],
        ["a", "bcd", ""],
        ["é", "üb", "x" * 40],
        ["", ""],
        ["longer than sixteen bytes", "b"],
        ["x"],
    )
]
QUOTED = Labels.of(["plain", 'with "quotes", and a comma'])


def numbers(values: st.SearchStrategy[int], kind: Any = np.int64) -> Callable[[int], st.SearchStrategy[Any]]:
    return lambda rows: st.lists(values, min_size=rows, max_size=rows).map(lambda drawn: np.array(drawn, kind))


def or_null(values: st.SearchStrategy[int], null: int = NULL) -> st.SearchStrategy[int]:
    return st.one_of(values, st.just(null))


def coded(rows: int) -> st.SearchStrategy[Column]:
    return st.sampled_from(VOCABULARIES).flatmap(
        lambda labels: numbers(st.integers(0, len(labels.values) - 1), np.int8)(rows).map(
            lambda codes: Coded(codes, labels)
        )
    )


def coded_or_null(rows: int) -> st.SearchStrategy[Column]:
    return st.sampled_from(VOCABULARIES).flatmap(
        lambda labels: numbers(st.integers(-3, len(labels.values) - 1))(rows).map(
            lambda codes: Coded(codes, labels, nullable=True)
        )
    )


KINDS: dict[str, Callable[[int], st.SearchStrategy[Column]]] = {
    "serial": lambda rows: st.builds(Serial, st.sampled_from(["USG", ""]), st.integers(1, 9), BIG, st.just(rows)),
    "identity": lambda rows: st.builds(Identity, BIG, st.just(rows)),
    "numbered": lambda rows: st.builds(Numbered, st.just("MEM"), st.integers(1, 9), numbers(BIG)(rows)),
    "numbered or null": lambda rows: numbers(or_null(BIG, -1))(rows).map(lambda own: Numbered("A", 6, own, True)),
    "whole": lambda rows: st.builds(Whole, numbers(SMALL)(rows)),
    "whole or null": lambda rows: numbers(or_null(SMALL, -2))(rows).map(lambda own: Whole(own, nullable=True)),
    "money": lambda rows: st.builds(Money, numbers(st.integers(-5, 2_000_000))(rows)),
    "money or null": lambda rows: st.builds(Money, numbers(SMALL)(rows), numbers(st.booleans(), np.bool_)(rows)),
    "rate": lambda rows: st.builds(Rate, numbers(SMALL)(rows)),
    "coded": coded,
    "coded or null": coded_or_null,
    "quoted": lambda rows: numbers(st.integers(0, 1))(rows).map(lambda codes: Coded(codes, QUOTED)),
    "texts": lambda rows: st.lists(st.sampled_from(["a", 'b"', "", None]), min_size=rows, max_size=rows).map(
        lambda own: Texts(pa.array(own, pa.string()))
    ),
    "flag": lambda rows: st.builds(Flag, numbers(st.booleans(), np.bool_)(rows)),
    "day": lambda rows: st.builds(Day, numbers(DAYS, np.int32)(rows)),
    "day or null": lambda rows: numbers(or_null(DAYS), np.int32)(rows).map(lambda own: Day(own, nullable=True)),
    "stamp": lambda rows: st.builds(Stamp, numbers(DAYS, np.int32)(rows), numbers(SECONDS, np.int32)(rows)),
    "stamp or null": lambda rows: st.builds(
        Stamp, numbers(DAYS, np.int32)(rows), numbers(or_null(SECONDS), np.int32)(rows), st.just(True), st.just("T")
    ),
    "clock": lambda rows: st.builds(Clock, numbers(SECONDS, np.int32)(rows)),
    "picked": lambda rows: numbers(st.integers(0, 1))(rows).map(lambda places: Picked(Identity(9, 2), places)),
    "tenths": lambda rows: st.builds(Tenths, numbers(st.integers(0, 50))(rows)),
    "degrees": lambda rows: st.builds(Degrees, numbers(st.integers(-180_000_000, 180_000_000))(rows)),
    "share": lambda rows: st.builds(Share, numbers(st.integers(0, 9_999))(rows)),
}  # fmt: skip


def plain(columns: Columns) -> bytes:
    return bytes(csv.render({name: column.text() for name, column in columns.items()}))


def put_together(columns: Columns) -> bytes:
    text = lines_of(columns)
    assert text is not None
    return bytes(text)


@st.composite
def rows_of_some_kinds(draw: st.DrawFn) -> Columns:
    rows = draw(st.integers(0, 12))
    kinds = draw(st.lists(st.sampled_from(sorted(KINDS)), min_size=2, max_size=7))
    return {f"{place} {kind}": draw(KINDS[kind](rows)) for place, kind in enumerate(kinds)}


@settings(max_examples=400)
@given(rows_of_some_kinds())
def test_rows_are_written_as_the_texts_of_their_columns(columns: Columns) -> None:
    assert bytes(to_csv(columns)) == plain(columns)


@pytest.mark.parametrize("kind", sorted(KINDS))
@given(st.data())
def test_columns_of_every_kind_stand_in_lines_as_their_texts(kind: str, data: st.DataObject) -> None:
    rows = data.draw(st.integers(1, 12))
    column = data.draw(KINDS[kind](rows))
    for columns in ({"a": column, "b": Flag(np.ones(rows, bool))}, {"a": Identity(1, rows), "b": column}):
        text = lines_of(columns)
        assert text is None or bytes(text) == plain(columns)


ROWS = 500
USUAL: Columns = {
    "id": Serial("USG", 8, 9_800, ROWS),
    "member": Coded(np.arange(ROWS) % 7, Labels.of(f"MEM{number:06d}" for number in range(999_996, 1_000_003))),
    "start": Stamp(np.arange(ROWS, dtype=np.int32), np.arange(ROWS, dtype=np.int32)),
    "end": Stamp(np.arange(ROWS), np.where(np.arange(ROWS) % 3, 1, NULL), nullable=True),
    "minutes": Whole(np.arange(ROWS) % 120),
    "kind": Coded(np.arange(ROWS) % 2, Labels.of(["Workout", "Rest"])),
    "note": Coded(np.arange(ROWS) % 40 - 38, Labels.of(["New program", "Pérsonal best"]), nullable=True),
    "price": Money(np.arange(ROWS) * 1_001 - 100),
}


def test_usual_columns_are_put_together() -> None:
    assert put_together(USUAL) == plain(USUAL)


def test_rows_that_do_not_fit_into_the_cache_are_laid_out_in_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lines, "_ROOM", lines._LONGEST)
    assert put_together(USUAL) == plain(USUAL)


def test_neighbours_of_which_there_are_many_pairs_stay_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    together = put_together(USUAL)
    monkeypatch.setattr(lines, "_MOST_PAIRS", 0)
    assert put_together(USUAL) == together


@pytest.mark.parametrize("last", ["id", "start", "kind"])
def test_whatever_a_line_ends_with_leaves_the_next_one_alone(last: str) -> None:
    columns = {"first": USUAL["member"], last: USUAL[last]}
    assert put_together(columns) == plain(columns)


@pytest.mark.parametrize(
    "column",
    [
        Coded(np.zeros(3, np.int8), QUOTED),
        Texts(pa.array(["a", "b", "c"])),
        Whole(np.array([1, 2, 10_000])),
        Whole(np.array([1, 2, -3])),
        Money(np.array([1, 2, 1_000_000])),
        Serial("M", 3, 998, 3),
        Coded(np.zeros(3, np.int8), Labels.of(["x" * 5_000])),
    ],
    ids=["quotes", "texts", "large", "negative", "costly", "widths", "long"],
)
def test_values_out_of_the_usual_are_left_to_the_texts(column: Column) -> None:
    columns = {"id": Identity(1, 3), "value": column}
    assert lines_of(columns) is None
    assert bytes(to_csv(columns)) == plain(columns)


def test_there_may_be_as_many_labels_as_codes_of_a_type() -> None:
    codes = np.arange(-1, 128).astype(np.int8)
    labels = Labels.of(map(str, range(128)))
    columns = {"id": Identity(100, len(codes)), "label": Coded(codes, labels, nullable=True)}
    assert put_together(columns) == plain(columns)


def test_no_rows_are_no_lines() -> None:
    columns = {"id": Identity(1, 0), "day": Day(np.zeros(0, np.int32))}
    assert lines_of(columns) is None
    assert to_csv(columns).size == 0


def test_lines_are_written_into_shared_memory() -> None:
    slot = Slots(1)[0]
    with into(slot):
        text = lines_of(USUAL)
    assert text is not None
    assert slot.place_of(memoryview(text)) == 0


@given(*[st.lists(st.binary(max_size=20), min_size=1, max_size=8)] * 2)
def test_pairs_are_each_of_the_first_with_each_of_the_second(first: list[bytes], second: list[bytes]) -> None:
    pairs = every_pair(entries_of(first), entries_of(second))
    widths = [pairs.width] * len(pairs) if pairs.widths is None else pairs.widths.tolist()
    found = [text[:width] for text, width in zip(padded(pairs.texts), widths, strict=True)]
    assert found == [before + after for before in first for after in second]


def padded(texts: Any) -> list[bytes]:
    data, width = texts.tobytes(), texts.itemsize
    return [data[begin : begin + width] for begin in range(0, len(data), width)]
