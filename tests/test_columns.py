"""Columns render as Python would format them, and hold the same values when typed."""

from __future__ import annotations

import datetime as dt
import pickle
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.columns import (
    NULL,
    Clock,
    Coded,
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
    number_in,
    or_no_code,
    or_null,
    typed_table,
)
from datagen.output.csv import render

EPOCH = dt.date(1970, 1, 1)
DATES = st.dates(dt.date(1995, 1, 1), dt.date(2035, 12, 31))
SECONDS = st.integers(0, 86_399)
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=6)


def number(day: dt.date) -> int:
    return (day - EPOCH).days


def clock(second: int) -> dt.time:
    return dt.time(second // 3600, second // 60 % 60, second % 60)


def texts(column) -> list[str | None]:
    array = column.text()
    assert array.type == pa.string()
    array.validate(full=True)
    assert len(array) == len(column)
    return array.to_pylist()


def values(column) -> list:
    array = column.typed()
    array.validate(full=True)
    assert len(array) == len(column)
    return array.to_pylist()


# Ids


NUMBERS = st.one_of(*(st.integers(max(0, 10**digits - 20), 10**digits + 20) for digits in range(13)))
"""Numbers of any size, most of them where the number of digits changes."""


@given(prefix=st.sampled_from(["M", "CERT", ""]), width=st.integers(1, 13), first=NUMBERS, count=st.integers(0, 50))
def test_serial_ids_are_prefix_and_padded_number(prefix, width, first, count):
    expected = [f"{prefix}{value:0{width}d}" for value in range(first, first + count)]
    column = Serial(prefix, width, first, count)
    assert texts(column) == expected
    assert values(column) == expected


@given(numbers=st.lists(NUMBERS, max_size=40), width=st.integers(1, 9))
def test_numbered_ids_are_prefix_and_padded_number(numbers, width):
    column = Numbered("INS", width, np.array(numbers, np.int64))
    expected = [f"INS{value:0{width}d}" for value in numbers]
    assert texts(column) == expected
    assert values(column) == expected


@given(numbers=st.lists(st.one_of(NUMBERS, st.integers(-5, -1)), max_size=40), width=st.integers(1, 9))
def test_a_negative_number_of_a_nullable_column_is_no_id(numbers, width):
    column = Numbered("T", width, np.array(numbers, np.int64), nullable=True)
    expected = [None if value < 0 else f"T{value:0{width}d}" for value in numbers]
    assert texts(column) == values(column) == expected
    assert column.total() == sum(value for value in numbers if value > 0)


@given(first=st.integers(999_950, 1_000_001), cut=st.integers(0, 100))
def test_ids_change_their_width_at_the_number_wherever_a_unit_ends(first, cut):
    ids = texts(Serial("PAY", 6, first, cut)) + texts(Serial("PAY", 6, first + cut, 100 - cut))
    assert ids == texts(Serial("PAY", 6, first, 100))
    assert all(len(value) == (9 if int(value[3:]) <= 999_999 else 10) for value in ids)


@given(first=NUMBERS, count=st.integers(0, 50))
def test_identities_are_whole_numbers(first, count):
    column = Identity(first, count)
    numbers = list(range(first, first + count))
    assert values(column) == numbers
    assert texts(column) == [str(number) for number in numbers]
    assert column.total() == sum(numbers)


# Codes


@given(st.data())
def test_codes_stand_for_their_labels(data):
    labels = data.draw(st.lists(TEXTS, min_size=1, max_size=6))
    codes = data.draw(st.lists(st.integers(0, len(labels) - 1), max_size=30))
    for kind in (np.int8, np.int64, np.intp):
        column = Coded(np.array(codes, kind), Labels.of(labels))
        assert texts(column) == [labels[code] for code in codes]
        assert values(column) == [labels[code] for code in codes]


@given(st.data())
def test_a_negative_code_is_null(data):
    labels = data.draw(st.lists(TEXTS, min_size=1, max_size=6))
    codes = data.draw(st.lists(st.integers(-3, len(labels) - 1), max_size=30))
    column = Coded(np.array(codes, np.int8), Labels.of(labels), nullable=True)
    expected = [labels[code] if code >= 0 else None for code in codes]
    assert texts(column) == expected
    assert values(column) == expected


@pytest.mark.parametrize("labels", [["aa", "bb"], ["é", "ü"], ["éa", "bcd"], ["aé", "üb"], ["", ""], ["x"]])
def test_labels_of_one_width_are_taken_as_bytes_whatever_their_script(labels):
    codes = np.array([0, len(labels) - 1, 0])
    assert texts(Coded(codes, Labels.of(labels))) == [labels[0], labels[-1], labels[0]]


@given(st.integers(1, 24).flatmap(lambda width: st.lists(st.text("09aé", min_size=width, max_size=width), min_size=1)))
def test_the_numbers_of_labels_are_those_that_they_end_with(labels):
    assert Labels.of(labels).numbers.tolist() == [number_in(label) for label in labels]


def test_labels_can_be_pickled_and_compared():
    labels = Labels.of(["Active", "Closed"])
    assert labels.fixed is not None
    assert pickle.loads(pickle.dumps(labels)) == labels
    assert texts(Coded(np.array([1]), pickle.loads(pickle.dumps(labels)))) == ["Closed"]


# Days and times


@given(st.lists(DATES, max_size=40))
def test_days_are_written_as_iso_dates(days):
    column = Day(np.array([number(day) for day in days], np.int32))
    assert texts(column) == [day.isoformat() for day in days]
    assert values(column) == days


@given(st.lists(st.none() | DATES, max_size=40))
def test_an_absent_day_is_null(days):
    column = Day(np.array([NULL if day is None else number(day) for day in days], np.int32), nullable=True)
    assert texts(column) == [None if day is None else day.isoformat() for day in days]
    assert values(column) == days


@pytest.mark.parametrize("year", [1800, 1899, 1969, 2000, 2100, 2199])
def test_days_of_any_century_are_written_alike(year):
    days = [dt.date(year, 1, 1), dt.date(2026, 2, 28), dt.date(year, 12, 31)]
    assert texts(Day(np.array([number(day) for day in days], np.int32))) == [day.isoformat() for day in days]


@given(st.lists(st.tuples(DATES, SECONDS), max_size=40))
def test_stamps_are_written_to_the_second(moments):
    days = np.array([number(day) for day, _ in moments], np.int32)
    column = Stamp(days, np.array([second for _, second in moments], np.int32))
    expected = [dt.datetime.combine(day, clock(second)) for day, second in moments]
    assert texts(column) == [moment.isoformat(sep=" ") for moment in expected]
    assert values(column) == expected
    assert column.typed().type == pa.timestamp("s")


@given(st.lists(st.tuples(DATES, st.none() | SECONDS), max_size=40))
def test_an_absent_stamp_is_null(moments):
    days = np.array([number(day) for day, _ in moments], np.int32)
    seconds = np.array([NULL if second is None else second for _, second in moments], np.int32)
    column = Stamp(days, seconds, nullable=True)
    expected = [None if s is None else dt.datetime.combine(day, clock(s)) for day, s in moments]
    assert texts(column) == [None if moment is None else moment.isoformat(sep=" ") for moment in expected]
    assert values(column) == expected


def test_columns_without_any_value_are_all_null():
    nothing = np.full(3, NULL, np.int32)
    assert texts(Day(nothing, nullable=True)) == [None] * 3
    assert texts(Stamp(np.zeros(3, np.int32), nothing, nullable=True)) == [None] * 3
    assert texts(Coded(np.full(3, -1), Labels.of(["a"]), nullable=True)) == [None] * 3
    assert texts(Money(np.zeros(3, np.int64), np.ones(3, bool))) == [None] * 3


@given(st.lists(SECONDS, max_size=40))
def test_times_of_day_are_written_with_seconds(seconds):
    column = Clock(np.array(seconds, np.int32))
    assert texts(column) == [clock(second).isoformat() for second in seconds]
    assert values(column) == [clock(second) for second in seconds]


# Numbers


@given(st.lists(st.one_of(st.integers(-5, 2_000), st.integers(-(2**62), 2**62)), max_size=40))
def test_whole_numbers_are_written_plainly(numbers):
    column = Whole(np.array(numbers, np.int64))
    assert texts(column) == [str(value) for value in numbers]
    assert values(column) == numbers


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int16, np.uint16, np.int32, np.uint32])
def test_whole_numbers_of_any_width_are_written_alike(kind):
    assert texts(Whole(np.array([0, 7, 100], kind))) == ["0", "7", "100"]
    assert values(Whole(np.array([0, 7, 100], kind))) == [0, 7, 100]


CENTS = st.integers(-(10**12) + 1, 10**12 - 1)


@given(st.lists(st.one_of(CENTS, st.sampled_from([0, 5, -5, 1999, 4999])), max_size=40))
def test_money_has_two_decimals(cents):
    column = Money(np.array(cents, np.int64))
    exact = [Decimal(value).scaleb(-2) for value in cents]
    assert texts(column) == [f"{value:.2f}" for value in exact]
    assert values(column) == exact


@given(st.lists(st.tuples(st.sampled_from([0, 1999, -5, 10**11]) | CENTS, st.booleans()), max_size=40))
def test_absent_money_is_null(pairs):
    column = Money(np.array([value for value, _ in pairs], np.int64), np.array([null for _, null in pairs], bool))
    exact = [None if null else Decimal(value).scaleb(-2) for value, null in pairs]
    assert texts(column) == [None if value is None else f"{value:.2f}" for value in exact]
    assert values(column) == exact


def test_money_of_many_equal_prices_is_written_as_money_of_many_different_ones():
    few = np.tile([1999, 2999], 500)
    assert texts(Money(few)) == ["19.99", "29.99"] * 500
    many = np.arange(1000) * 101
    assert texts(Money(many)) == [f"{value / 100:.2f}" for value in many.tolist()]


@given(st.lists(st.booleans(), max_size=40))
def test_flags_are_true_and_false(flags):
    column = Flag(np.array(flags, bool))
    assert texts(column) == [str(flag).lower() for flag in flags]
    assert values(column) == flags


# Tables


def every_kind(count: int) -> dict:
    rows = np.arange(count)
    return {
        "id": Serial("A", 4, 1, count),
        "other": Numbered("B", 4, rows * 3),
        "code": Coded(rows % 2, Labels.of(["x", "y"])),
        "maybe": Coded(rows % 3 - 1, Labels.of(["long", "y"]), nullable=True),
        "day": Day(rows.astype(np.int32) * 400),
        "until": Day(np.where(rows % 2, rows, NULL).astype(np.int32), nullable=True),
        "at": Stamp(rows.astype(np.int32), (rows * 60).astype(np.int32)),
        "clock": Clock((rows * 61).astype(np.int32)),
        "count": Whole(rows),
        "fee": Money(rows * 99),
        "flag": Flag(rows % 2 == 0),
    }


@pytest.mark.parametrize("count", [0, 1, 5, 300])
def test_a_table_of_every_kind_of_column_reads_back_from_its_text(count):
    columns = every_kind(count)
    typed = typed_table(columns)
    assert typed.num_rows == count
    assert typed.column_names == list(columns)
    text = bytes(memoryview(render({name: column.text() for name, column in columns.items()}))).decode()
    lines = text.split("\n")[:-1]
    assert len(lines) == count
    for line, row in zip(lines, typed.to_pylist(), strict=True):
        cells = line.split(",")
        for cell, value in zip(cells, row.values(), strict=True):
            shown = "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)
            assert cell == shown


def test_columns_do_not_share_memory_with_what_they_were_made_from_after_rendering():
    days = np.array([0, 1], np.int32)
    column = Day(days)
    before = column.text().to_pylist()
    text = column.text()
    days[:] = 9
    assert text.to_pylist() == before


INTEGER_TYPES = st.sampled_from([np.dtype(code) for code in np.typecodes["AllInteger"]])


@given(INTEGER_TYPES, st.lists(st.tuples(st.booleans(), st.integers(0, 127))))
def test_absent_values_are_marked_in_arrays_of_any_integer_type(kind, rows):
    known, numbers = np.array([row[0] for row in rows], bool), np.array([row[1] for row in rows], kind)
    assert or_no_code(known, numbers).tolist() == [number if there else -1 for there, number in rows]
    assert or_null(known, numbers).tolist() == [number if there else NULL for there, number in rows]
    assert or_null(known, numbers).dtype == np.int32


@given(st.lists(st.integers(-1, 10**6), max_size=20))
def test_a_negative_number_is_a_null_id_where_ids_may_be_absent(numbers):
    column = Numbered("TXN", 7, np.array(numbers, np.int64), nullable=True)
    assert texts(column) == [None if number < 0 else f"TXN{number:07d}" for number in numbers]
    assert column.total() == sum(number for number in numbers if number >= 0)


@given(st.lists(st.integers(-1, 999_999_999), max_size=20))
def test_rates_have_four_decimals(points):
    column = Rate(np.array(points, np.int64), nullable=True)
    expected = [None if point < 0 else Decimal(point).scaleb(-4) for point in points]
    assert values(column) == expected
    assert texts(column) == [None if value is None else f"{value:.4f}" for value in expected]
    assert column.total() == sum(value for value in expected if value is not None)


def test_texts_are_written_as_they_are():
    column = Texts(pa.array(["a", None, "b, c"]))
    assert texts(column) == values(column) == ["a", None, "b, c"]


@given(st.lists(st.integers(-1, 10**6), max_size=20))
def test_a_negative_whole_number_is_null_where_numbers_may_be_absent(numbers):
    column = Whole(np.array(numbers, np.int64), nullable=True)
    assert values(column) == [None if number < 0 else number for number in numbers]
    assert texts(column) == [None if number < 0 else str(number) for number in numbers]
