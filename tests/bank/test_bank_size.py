"""Scale and overrides."""

from __future__ import annotations

import pytest

from datagen.bank.size import Size, size_of
from datagen.errors import UsageError


@pytest.mark.parametrize(
    ("scale", "customers", "employees", "size"),
    [
        (1.0, None, None, Size(1200, 150)),
        (0.1, None, None, Size(120, 15)),
        (0.05, None, None, Size(60, 7)),
        (0.01, None, None, Size(20, 7)),
        (0.29, None, None, Size(348, 43)),
        (1.0, 500, None, Size(500, 150)),
        (2.0, None, 30, Size(2400, 30)),
        (7.0, 1000, 100, Size(1000, 100)),
    ],
)
def test_a_product_is_rounded_down_and_raised_to_the_least(scale, customers, employees, size):
    assert size_of(scale, customers, employees, 1200, 150) == size


@pytest.mark.parametrize(
    ("scale", "customers", "employees", "option"),
    [
        (0.009, None, None, "--scale"),
        (10_001, None, None, "--scale"),
        (float("nan"), None, None, "--scale"),
        (1.0, 19, None, "--customers"),
        (1.0, None, 6, "--employees"),
    ],
)
def test_a_number_out_of_range_is_refused_by_its_option(scale, customers, employees, option):
    with pytest.raises(UsageError, match=option):
        size_of(scale, customers, employees, 1200, 150)
