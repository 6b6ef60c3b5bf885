"""Positions and rates are written as numbers are."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
from hypothesis import given
from hypothesis import strategies as some

from datagen.payments.columns import Degrees, Rate

MICRO = some.lists(some.integers(-179_999_999, 179_999_999), min_size=0, max_size=50)


@given(MICRO)
def test_positions_have_six_decimals(micro: list[int]) -> None:
    column = Degrees(np.array(micro, np.int64))
    # A number between 0 and -1 keeps its sign, which Python would keep too.
    assert column.text().to_pylist() == [f"{'-' if value < 0 else ''}{abs(value) / 1e6:.6f}" for value in micro]
    assert column.typed().to_pylist() == [Decimal(value).scaleb(-6) for value in micro]


@given(some.lists(some.integers(0, 9_999), max_size=50))
def test_rates_have_four_decimals(points: list[int]) -> None:
    column = Rate(np.array(points, np.int64))
    assert column.text().to_pylist() == [f"{value / 10_000:.4f}" for value in points]
    assert column.typed().to_pylist() == [Decimal(value).scaleb(-4) for value in points]
