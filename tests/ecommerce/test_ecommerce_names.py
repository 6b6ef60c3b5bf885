"""Names: as many as are asked for, distinct in every collation, and with what loads must carry."""

from __future__ import annotations

import pytest

from datagen.ecommerce import names
from datagen.ecommerce.size import _MOST
from datagen.streams import Streams

STREAMS = Streams(0, "ecommerce")


def assert_distinct(found: list[str]) -> None:
    assert len({names.folded(name) for name in found}) == len(found)
    assert all(name == name.strip() and name for name in found)


def test_folding_takes_case_and_accents_away():
    assert names.folded("Café ÅØß") == names.folded("CAFE aoSS")


def test_there_are_enough_names_for_the_largest_sizes():
    brands = names.brand_names(STREAMS, _MOST["brands"])
    assert_distinct(brands)
    assert_distinct([names.official_name(brand) for brand in brands] + names.seller_names(STREAMS, _MOST["sellers"]))


@pytest.mark.parametrize(("tops", "below"), [(1, 0), (1, 3), (3, 7), (30, 70), (300, 700)])
def test_categories_have_names_of_their_own(tops, below):
    top_names, leaf_names = names.category_names(tops, [place % tops for place in range(below)])
    assert (len(top_names), len(leaf_names)) == (tops, below)
    assert_distinct(top_names + leaf_names)


@pytest.mark.slow
def test_products_of_a_seller_go_on_in_variants_and_editions():
    taken: set[str] = set()
    found = [names.product_name("Halden", "Trail", "Backpack", place % 5, taken) for place in range(700)]
    assert_distinct(found)
    assert "Halden Trail Backpack II, Navy" in found


def test_promotions_go_on_with_years_and_rounds():
    taken: set[str] = set()
    found = [names.promotion_name("Spring", "Sale", 2026, taken) for _ in range(4)]
    assert found == ["Spring Sale", "Spring Sale 2026", "Spring Sale 2026, Round 2", "Spring Sale 2026, Round 3"]


@pytest.mark.parametrize("seed", range(5))
def test_names_hold_commas_quotation_marks_and_letters_beyond_ascii(seed):
    from tests.support.shops import frames

    text = "\n".join(frames(orders=20, seed=seed)["product"]["product_name"])
    assert "," in text
    assert '"' in text
    assert not text.isascii()
