"""The catalogue: quotas instead of luck, whatever the seed and the size; prices and promotions."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from datagen.ecommerce.catalogue import Span
from datagen.ecommerce.market import make_market
from datagen.ecommerce.moments import NEVER, day_of, moment
from datagen.ecommerce.promotions import price_book, promotion_prices
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.size import Size, size_of
from datagen.ecommerce.vocabulary import CATEGORY, FLASH_SALE, SELLER
from datagen.errors import UsageError

RULES = EcommerceRules()
YEAR = Span(20_000, 20_365)


def made(seed=0, span=YEAR, **sizes):
    return make_market(size_of(RULES, given={"orders": 10, "items": 10, **sizes}), RULES, span, seed)


@st.composite
def sizes(draw) -> Size:
    """Sizes of catalogues that can be."""
    products = draw(st.integers(4, 400))
    categories = draw(st.integers(1, min(40, products)))
    promotions = draw(st.integers(0, 12))
    return Size(
        draw(st.integers(1, products)),
        categories,
        draw(st.integers(1, products)),
        products,
        promotions,
        promotions + draw(st.integers(0, promotions)) if promotions else 0,
        10,
        10,
    )


@settings(max_examples=60)
@given(size=sizes(), seed=st.integers(0, 2**63 - 1), days=st.integers(28, 1_100))
def test_nothing_is_empty_and_nothing_comes_before_its_cause(size, seed, days):
    try:
        market = make_market(size, RULES, Span(20_000, 20_000 + days), seed)
    except UsageError as refused:  # small catalogues may have no room for so many promotions
        assert "--promotion-products" in str(refused)
        return
    products, sellers, categories = market.products, market.sellers, market.categories
    assert len(products.names) == size.products
    assert len(set(products.sellers.tolist())) == size.sellers
    assert set(products.categories.tolist()) == set(categories.leaves.tolist())
    assert not set(categories.parents.tolist()) & set(products.categories.tolist()) - {-1}
    causes = [
        market.brands.created.take(products.brands),
        categories.created.take(products.categories),
        sellers.created.take(products.sellers),
    ]
    assert (np.diff(products.created) >= 0).all()
    assert all((products.created >= cause).all() for cause in causes)
    assert (products.created < moment(20_000 + days, 0)).all()
    gone = products.retired != NEVER
    assert (products.created[gone] < products.retired[gone]).all()
    own = sellers.official.take(products.sellers)
    assert (products.brands[own] == sellers.brands.take(products.sellers[own])).all()
    assert (products.prices > 0).all() and (products.discounts < products.prices).all()


@pytest.mark.parametrize("seed", range(6))
def test_what_is_few_is_met_by_quota(seed):
    market = made(seed)
    products, sellers = market.products, market.sellers
    assert sellers.official.sum() == 8
    assert (products.created >= moment(YEAR.start, 0)).sum() == 26
    assert (products.retired != NEVER).sum() == 14
    assert 0.65 <= (products.prices % 10 == 9).mean() <= 0.75
    assert len(set(products.brands.tolist())) == 20
    assert sorted(market.promotions.kinds.tolist()) == [0, 0, 0, 1, 1, 1, 2, 2, 3, 3]
    assert market.promotions.fixed.sum() == 3
    assert (market.promotions.starts >= YEAR.as_of).sum() == 1
    assert np.bincount(products.sellers).max() >= 2 * np.median(np.bincount(products.sellers))
    ratings = sellers.ratings / 10
    assert ratings[sellers.official].mean() > ratings[~sellers.official].mean() + 0.2


@pytest.mark.parametrize("seed", range(6))
def test_promotions_are_real_reductions_of_what_they_may_cover(seed):
    market = made(seed, promotion_products=300)
    products, promotions = market.products, market.promotions
    assert len(promotions.pair_products) == 300
    pairs = set(zip(promotions.pair_promotions.tolist(), promotions.pair_products.tolist(), strict=True))
    assert len(pairs) == 300
    for place, kind in enumerate(promotions.kinds.tolist()):
        covered = promotions.pair_products[promotions.pair_promotions == place]
        value, fixed = int(promotions.values[place]), bool(promotions.fixed[place])
        assert len(covered) and (promotions.created[place] < moment(promotions.starts[place], 0))
        assert (promotion_prices(products.prices[covered], value, fixed=fixed) < products.usual[covered]).all()
        assert (products.created[covered] < moment(promotions.starts[place], 0)).all()
        assert not fixed or (2 * value <= products.prices[covered]).all()
        assert fixed or 500 <= value <= 7_000
        length = promotions.ends[place] - promotions.starts[place] + 1
        assert length <= (2 if kind == FLASH_SALE else 31)
        if kind == CATEGORY:
            assert len(set(products.departments[covered].tolist())) == 1
        if kind == SELLER:
            assert len(set(products.sellers[covered].tolist())) == 1


def test_the_lowest_price_of_a_day_holds_and_the_first_promotion_that_makes_it():
    market = made(3, promotion_products=600)
    products, promotions = market.products, market.promotions
    book = price_book(products, promotions, YEAR.start, YEAR.as_of)
    pairs = list(zip(promotions.pair_promotions.tolist(), promotions.pair_products.tolist(), strict=True))
    for day in range(YEAR.start, YEAR.as_of, 9):
        best = {product: (cents, -1) for product, cents in enumerate(products.usual.tolist())}
        for place, product in sorted(pairs):
            if promotions.starts[place] <= day <= promotions.ends[place]:
                price, value = int(products.prices[product]), int(promotions.values[place])
                cents = price - value if promotions.fixed[place] else (2 * price * (10_000 - value) + 10_000) // 20_000
                if cents < best[product][0]:
                    best[product] = (cents, place)
        row = day - YEAR.start
        assert book.prices[row].tolist() == [best[product][0] for product in range(200)]
        assert book.promotions[row].tolist() == [best[product][1] for product in range(200)]


def test_popular_products_are_those_of_official_sellers_rather():
    ranks = {True: [], False: []}
    for seed in range(8):
        market = made(seed)
        rank = (-market.lasting).argsort().argsort()
        for official, place in zip(market.sellers.official.take(market.products.sellers), rank, strict=True):
            ranks[bool(official)].append(int(place))
    assert np.mean(ranks[True]) < np.mean(ranks[False]) - 15


@pytest.mark.parametrize("days", [31, 92, 365, 731, 1_096])
def test_promotions_fit_the_window(days):
    market = made(1, span=Span(20_000, 20_000 + days))
    promotions = market.promotions
    covered = np.bincount(promotions.pair_promotions, minlength=10)
    running = promotions.starts < 20_000 + days
    share = (covered * (promotions.ends - promotions.starts + 1))[running].sum() / (200 * days)
    assert 0.002 < share < 0.05
    assert (promotions.starts >= 20_000).all() and (promotions.starts <= 20_000 + days + 14).all()
    assert (day_of(promotions.created) < 20_000 + days).all()


@pytest.mark.parametrize("years", [(5.1, 5.1), (30.0, 30.0)])
def test_categories_come_after_their_department_even_if_all_are_of_one_day(years):
    from datagen.rules import override

    rules = override(RULES, {"catalogue.founded_years": years, "catalogue.opening_hours": (9, 9)})
    categories = make_market(size_of(rules, given={"orders": 10, "categories": 100}), rules, YEAR, 0).categories
    assert (np.diff(categories.created) > 0).all()
