"""The rules: in their ranges, without contradictions, and what they rest on."""

from __future__ import annotations

from dataclasses import fields

import pytest

from datagen.ecommerce.rules import EcommerceRules
from datagen.errors import RuleError
from datagen.rules import describe, override, validate

RULES = EcommerceRules()
PAIRS = [
    rule.path
    for rule in describe(RULES)
    if isinstance(rule.value, tuple) and len(rule.value) == 2 and rule.value[0] < rule.value[1]
]
MEAN_AND_DEVIATION = {"catalogue.product_rating", "returns.days", "stock.floors"}
"""Pairs that are not a least and a greatest number."""


def test_the_rules_lie_in_their_ranges():
    validate(RULES)
    assert all(rule.unit and rule.source for rule in describe(RULES))


@pytest.mark.parametrize("path", [path for path in PAIRS if path not in MEAN_AND_DEVIATION])
def test_a_pair_that_runs_down_is_refused(path):
    section, name = path.split(".")
    low, high = getattr(getattr(RULES, section), name)
    with pytest.raises(RuleError, match=r"must rise|lower number first"):
        override(RULES, {path: (high, low)})


def test_sellers_cannot_join_before_the_marketplace_is_there():
    with pytest.raises(RuleError, match="before sellers join"):
        override(RULES, {"catalogue.joining_years": 20})


def test_every_section_is_of_its_own_class():
    assert len({field.type for field in fields(RULES)}) == len(fields(RULES))
