"""Sizes: defaults of the document, what follows from what, and what cannot go together."""

from __future__ import annotations

import pytest

from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.size import size_of
from datagen.errors import UsageError

RULES = EcommerceRules()


def test_the_sizes_are_those_of_the_document():
    assert size_of(RULES).plain() == {
        "brands": 20,
        "categories": 10,
        "sellers": 25,
        "products": 200,
        "promotions": 10,
        "promotion_products": 100,
        "orders": 100_000,
        "items": 1_000_000,
    }


def test_a_scale_multiplies_orders_and_items_only():
    size = size_of(RULES, 0.01)
    assert (size.orders, size.items, size.products) == (1_000, 10_000, 200)
    assert size_of(RULES, 3).items == 3_000_000


def test_what_is_given_goes_before_the_scale():
    assert size_of(RULES, 0.01, {"orders": 50}).items == 500
    size = size_of(RULES, 0.01, {"items": 5_000})
    assert (size.orders, size.items) == (1_000, 5_000)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"sellers": 201}, "--sellers 201 is more than --products 200"),
        ({"brands": 201}, "--brands 201 is more than --products 200"),
        ({"categories": 300}, "--categories 300 has 210 categories without children, more than --products 200"),
        ({"orders": 100, "items": 99}, "--items 99 is less than --orders 100"),
        ({"orders": 100, "items": 5_001}, "--items 5,001 is more than 5,000: 100 orders of 50 items at most"),
        (
            {"products": 40, "sellers": 5, "orders": 10, "items": 101},
            "--items 101 is more than 100: 10 orders of 10 items at most, which is the least of 50 and a quarter of 40",
        ),
        ({"promotion_products": 9}, "--promotion-products 9 is less than --promotions 10"),
        ({"promotion_products": 2_001}, "--promotion-products 2,001 is more than 2,000: 10 promotions of 200 products"),
        ({"orders": 0}, "--orders must be a whole number from 1 to"),
        ({"products": 50_001}, "--products must be a whole number from 1 to 50,000, not 50001"),
    ],
)
def test_what_cannot_go_together_is_refused_with_the_bound(given, words):
    with pytest.raises(UsageError) as refused:
        size_of(RULES, given=given)
    assert words in str(refused.value)


def test_orders_that_cannot_be_are_told_alone():
    with pytest.raises(UsageError, match=r"^--orders must be a whole number from 1 to 100,000,000, not -5\.$"):
        size_of(RULES, given={"orders": -5})


@pytest.mark.parametrize("scale", [0, -1, float("nan"), 1e9])
def test_a_scale_that_cannot_be_is_refused(scale):
    with pytest.raises(UsageError, match="--scale must lie in"):
        size_of(RULES, scale)


@pytest.mark.parametrize(
    ("categories", "tops", "leaves"), [(1, 1, 1), (2, 1, 1), (3, 1, 2), (4, 1, 3), (7, 2, 5), (10, 3, 7), (100, 30, 70)]
)
def test_three_in_ten_categories_are_at_the_top(categories, tops, leaves):
    size = size_of(RULES, given={"categories": categories})
    share = RULES.catalogue.top_share
    assert (size.top_categories(share), size.leaves(share)) == (tops, leaves)
