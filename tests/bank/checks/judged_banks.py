"""Banks to be judged: their sizes, and what they are judged by."""

from __future__ import annotations

import datetime as dt

from datagen.bank.rules import BankRules
from datagen.bank.size import Size, size_of
from datagen.bank.world import WORLD
from datagen.checks.findings import Verdict
from datagen.checks.verify import Suite, suite_for, verify_frames
from tests.support.banks import frames


def size(scale: float, customers: int | None = None, employees: int | None = None) -> Size:
    """The size that a scale and what replaces parts of it give."""
    rules = BankRules()
    return size_of(scale, customers, employees, rules.customers.base, rules.employees.base)


def suite(of: Size, as_of: dt.date, rules: BankRules | None = None) -> Suite:
    """What a bank of a size is judged by."""
    options = {"end_date": as_of.isoformat(), "customers": of.customers, "employees": of.employees}
    return suite_for(WORLD, options, "The test", rules or BankRules())


def verdict(of: Size, seed: int, as_of: dt.date) -> Verdict:
    """The verdict on a good bank."""
    return verify_frames(frames(of.customers, of.employees, seed, as_of), suite(of, as_of))
