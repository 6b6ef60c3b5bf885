"""How large a bank is. Imports nothing heavy, so that commands can show and check sizes at once."""

from __future__ import annotations

import math

from datagen.errors import Conflicts, UsageError
from datagen.frozen import dataclass
from datagen.options import whole_number

LEAST_SCALE, MOST_SCALE = 0.01, 10_000.0
LEAST_CUSTOMERS, LEAST_EMPLOYEES = 20, 7
MOST_CUSTOMERS, MOST_EMPLOYEES = 12_000_000, 1_500_000


@dataclass(frozen=True)
class Size:
    """The number of customers and employees."""

    customers: int
    employees: int


def size_of(
    scale: float,
    customers: int | None,
    employees: int | None,
    base_customers: int,
    base_employees: int,
) -> Size:
    """The size at a scale; a number of customers or employees replaces that part of it.

    Products below 20 customers or 7 employees are raised to them; smaller numbers of one's own are refused.

    Raises:
        UsageError: naming the option whose value cannot be.
    """
    if not (math.isfinite(scale) and LEAST_SCALE <= scale <= MOST_SCALE):
        raise UsageError(f"--scale must lie in {LEAST_SCALE} to {MOST_SCALE:,.0f}, not {scale:g}.")
    if customers is None:
        customers = max(_product(base_customers, scale), LEAST_CUSTOMERS)
    if employees is None:
        employees = max(_product(base_employees, scale), LEAST_EMPLOYEES)
    conflicts = Conflicts()
    with conflicts.noted():
        whole_number("--customers", customers, LEAST_CUSTOMERS, MOST_CUSTOMERS)
    with conflicts.noted():
        whole_number("--employees", employees, LEAST_EMPLOYEES, MOST_EMPLOYEES)
    conflicts.refuse()
    return Size(customers, employees)


def _product(base: int, scale: float) -> int:
    return math.floor(base * scale + 1e-9)  # 0.29 x 100 is 28.999999999999996
