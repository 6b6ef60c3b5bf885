"""Arrow arrays that are made, and read, without pandas: the same as pyarrow makes."""

from __future__ import annotations

import subprocess
import sys
from unittest.mock import patch

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as some

from datagen.arrays import array_of, distinct, fixed_width, flags_of, numbers_of, places_in, text_scalar, texts_of

NUMBERS = [np.arange(5, dtype=kind) for kind in ("int8", "uint8", "int16", "uint16", "int32", "int64", "float64")]


@given(some.lists(some.integers(-3, 3)))
def test_different_values_are_those_that_numpy_finds(values: list[int]) -> None:
    assert distinct(np.array(values, np.int64)).tolist() == np.unique(np.array(values, np.int64)).tolist()


@pytest.mark.parametrize("values", NUMBERS, ids=lambda values: str(values.dtype))
def test_numbers_become_an_array_and_come_back(values: np.ndarray) -> None:
    assert array_of(values).equals(pa.array(values))
    mask = values == 2
    assert array_of(values, mask).equals(pa.array(values, mask=mask))
    assert array_of(values[::2]).equals(pa.array(values[::2]))
    assert (numbers_of(array_of(values)[1:4]) == values[1:4]).all()
    assert numbers_of(array_of(values)).dtype == values.dtype


@given(some.lists(some.booleans()))
def test_truth_values_become_an_array_and_come_back(values: list[bool]) -> None:
    flags = np.array(values, np.bool_)
    assert array_of(flags).equals(pa.array(flags))
    assert array_of(flags, flags).equals(pa.array(flags, mask=flags))
    assert (flags_of(array_of(flags)[1:]) == flags[1:]).all()


@given(some.lists(some.none() | some.text(some.characters(exclude_categories=["Cs"]))))
def test_texts_become_an_array(values: list[str | None]) -> None:
    with patch.dict(sys.modules):
        del sys.modules["pandas"]
        made = array_of(values)
    made.validate(full=True)
    assert made.equals(array_of(values))
    assert made.equals(pa.array(values, pa.string()))


def test_days_become_seconds() -> None:
    days = np.array(["2026-01-31", "1969-12-31"], "datetime64[s]")
    assert array_of(days).equals(pa.array(days))


@pytest.mark.parametrize("texts", [["MEM01", "MEM02", "MEM03"], ["é", "ab"], ["a"], ["a", "bc"], ["", ""], []])
def test_texts_of_one_width_are_seen_as_bytes(texts: list[str]) -> None:
    array = pa.array(["before", *texts], pa.string())[1:]
    encoded = [text.encode() for text in texts]
    found = fixed_width(array)
    if len({*map(len, encoded)}) == 1 and encoded[0]:
        assert found is not None
        assert found.tolist() == encoded
    else:
        assert found is None


def test_places_of_texts_are_told_and_where_there_is_none() -> None:
    assert places_in(array_of(["a", "b"]), array_of(["b", "c", "a"])).tolist() == [1, -1, 0]
    assert places_in(array_of(["a"]), array_of([])).tolist() == []


@pytest.mark.parametrize(
    "values",
    [
        ["a", "b"],
        ("a", "b"),
        np.array(["a", "b"]),
        np.array(["a", "b"], object),
        pa.array(["a", "b"]),
        pa.array(["a", "b"], pa.large_string()),
        pa.chunked_array([["a"], ["b"]]),
        pd.Series(["a", "b"]),
    ],
    ids=lambda values: type(values).__name__,
)
def test_texts_come_from_anything_that_holds_them(values: object) -> None:
    assert texts_of(values).equals(pa.array(["a", "b"]))
    with patch.dict(sys.modules):
        del sys.modules["pandas"]
        assert texts_of(values).equals(pa.array(["a", "b"]))


def test_absent_texts_are_null() -> None:
    assert texts_of(["a", None]).null_count == texts_of(pd.Series(["a", float("nan")])).null_count == 1
    assert text_scalar("a").as_py() == "a"


def test_nothing_of_it_imports_pandas() -> None:
    line = """
import sys
import numpy as np
from datagen.arrays import array_of, distinct, fixed_width, flags_of, numbers_of, places_in, text_scalar, texts_of
numbers_of(array_of(np.arange(3), np.arange(3) > 1)[:1])
flags_of(array_of(np.ones(3, bool)))
places_in(texts_of(["a"]), array_of(["a", None]).fill_null(text_scalar("")))
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", line], check=True, timeout=60)
