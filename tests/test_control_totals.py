"""Control totals are the exact sums of figures and of the numbers in ids, whatever form the rows are in."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, ForeignKey, Integer, MetaData, Numeric, String, Table

from datagen.columns import Coded, Labels, Money, Numbered, Serial, Whole, number_in
from datagen.control_totals import Totals, totals_of
from datagen.schema import table_facts

METADATA = MetaData()
Table("clubs", METADATA, Column("clubid", String(8), primary_key=True), Column("name", String(20)))
Table(
    "visits",
    METADATA,
    Column("visitid", String(16), primary_key=True),
    Column("clubid", String(8), ForeignKey("clubs.clubid")),
    Column("paid", Numeric(12, 2)),
    Column("people", Integer),
)
IDS = st.lists(st.from_regex(r"[A-Z]{0,3}[0-9]{0,20}x?", fullmatch=True), min_size=1, max_size=8)


def sums(column, wanted: str = "it") -> int | Decimal:
    return totals_of({"it": column, "other": column}, [wanted])[wanted]


def plain(texts: Sequence[str | None]) -> int:
    """The total of ids as one would add it up by hand."""
    found = [re.search(r"[0-9]{1,18}\Z", text) for text in texts if text is not None]
    return sum(int(match[0]) for match in found if match)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("MEM000012", 12),
        ("E-7", 7),
        ("A1B22", 22),
        ("none", 0),
        ("12x", 0),
        ("", 0),
        ("X١٢", 0),
        ("Y" + "1" * 20, int("1" * 18)),
    ],
)
def test_of_an_id_counts_the_number_that_it_ends_with(text, number):
    assert number_in(text) == number


@given(first=st.integers(0, 10**9), count=st.integers(0, 40))
def test_the_total_of_consecutive_ids_is_that_of_their_texts(first, count):
    column = Serial("MEM", 6, first, count)
    assert sums(column) == plain(column.text().to_pylist())


@given(numbers=st.lists(st.integers(0, 10**15), max_size=20))
def test_the_total_of_other_ids_is_that_of_their_texts(numbers):
    column = Numbered("STF", 16, np.array(numbers, np.int64))
    assert sums(column) == plain(column.text().to_pylist())


@pytest.mark.slow
@given(labels=IDS, data=st.data())
def test_the_total_of_references_is_that_of_their_texts(labels, data):
    codes = data.draw(st.lists(st.integers(-1, len(labels) - 1), max_size=30))
    for nullable, kept in ((True, codes), (False, [code for code in codes if code >= 0])):
        column = Coded(np.array(kept, np.int32), Labels.of(labels), nullable)
        assert sums(column) == plain(column.text().to_pylist())


@given(st.lists(st.tuples(st.integers(-(10**11), 10**11), st.booleans()), max_size=20))
def test_the_total_of_amounts_is_exact_and_leaves_out_what_is_empty(amounts):
    cents = np.array([cents for cents, _ in amounts], np.int64)
    empty = np.array([is_empty for _, is_empty in amounts], np.bool_)
    column = Money(cents, empty)
    assert sums(column) == sum(value for value in column.typed().to_pylist() if value is not None)
    assert str(sums(Money(cents[:0]))) == "0.00"


def test_no_total_is_too_large():
    many = np.full(40, 10**18 - 1, np.int64)
    assert sums(Numbered("X", 18, many)) == 40 * (10**18 - 1)
    assert sums(Coded(np.zeros(40, np.int8), Labels.of(["X" + "9" * 18]))) == 40 * (10**18 - 1)


@pytest.mark.slow
@given(IDS)
def test_a_column_that_cannot_tell_is_added_up_from_its_values(texts):
    class Texts:
        def __len__(self):
            return len(texts)

        def text(self):
            return pa.array(texts, pa.string())

        typed = text

    assert sums(Texts()) == plain(texts)
    assert sums(Whole(np.array([3, 4]))) == 7


def test_the_schema_says_which_columns_have_totals():
    assert dict(Totals(table_facts(METADATA)).wanted) == {"clubs": ["clubid"], "visits": ["visitid", "clubid", "paid"]}
    assert Totals().wanted == {}


@given(st.lists(st.tuples(st.text("AB1", max_size=3) | st.none(), st.decimals(-9, 9, places=2) | st.none())))
def test_typed_rows_have_the_totals_of_their_texts(rows):
    table = pa.table(
        {
            "visitid": pa.array([f"V{place}" for place in range(len(rows))], pa.string()),
            "clubid": pa.array([club for club, _ in rows], pa.string()),
            "paid": pa.array([paid for _, paid in rows], pa.decimal128(12, 2)),
        }
    )
    totals = Totals(table_facts(METADATA))
    totals.add_arrow("visits", table)
    assert totals.by_table["visits"] == {
        "visitid": sum(range(len(rows))),
        "clubid": plain([club for club, _ in rows]),
        "paid": sum(paid for _, paid in rows if paid is not None),
    }


@given(st.lists(st.lists(st.integers(0, 99), max_size=4), max_size=6))
def test_pieces_add_up_to_the_whole_in_any_order(pieces):
    def total(*parts: Sequence[int]) -> dict[str, dict[str, int | Decimal]]:
        totals = Totals(table_facts(METADATA))
        for part in parts:
            totals.add("clubs", totals_of({"clubid": Numbered("C", 4, np.array(part, np.int64))}, ["clubid"]))
        return totals.by_table

    whole = [number for piece in pieces for number in piece]
    if pieces:
        assert total(*pieces) == total(*reversed(pieces)) == total(whole)


@given(numbers=st.lists(st.none() | st.integers(-(2**63), 2**63 - 1), max_size=8))
def test_the_total_of_whole_numbers_is_exact_however_large_they_are(numbers):
    totals = Totals(table_facts(METADATA))
    totals.wanted = {"visits": ["people"]}
    totals.add_arrow("visits", pa.table({"people": pa.array(numbers, pa.int64())}))
    assert totals.by_table["visits"]["people"] == sum(number for number in numbers if number is not None)
