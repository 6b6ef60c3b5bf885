"""The products: whose they are, what they cost, when they come and go; in the order of creation."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from datagen.ecommerce import names, words
from datagen.ecommerce.catalogue import Brands, Categories, Sellers, Span, stars
from datagen.ecommerce.moments import NEVER, Moments, day_of, moment, within_hours
from datagen.ecommerce.rules.catalogue import CatalogueRules
from datagen.ecommerce.shares import chosen, rounded, shared_out
from datagen.ecommerce.size import Size
from datagen.frozen import dataclass
from datagen.sampling import deviates, evenly, stratified
from datagen.streams import Streams

_LANES = 65_536
_BLOCK = 20


@dataclass(frozen=True)
class Products:
    """The products, one a row; categories, brands and sellers are places, prices are cents."""

    names: list[str]
    categories: NDArray[np.int64]
    departments: NDArray[np.int64]
    """Categories at the top, by place."""
    returns: NDArray[np.int64]
    """How much of its category is sent back: a code of `words`."""
    brands: NDArray[np.int64]
    sellers: NDArray[np.int64]
    prices: NDArray[np.int64]
    discounts: NDArray[np.int64]
    """Discount prices; 0 for none."""
    ratings: NDArray[np.int64]
    """Tenths of stars."""
    created: Moments
    retired: Moments
    """`NEVER` for those on sale."""

    @property
    def usual(self) -> NDArray[np.int64]:
        """What is usually paid, cents."""
        return np.where(self.discounts > 0, self.discounts, self.prices)

    @property
    def created_days(self) -> NDArray[np.int64]:
        """The days of creation; on sale from the next one on."""
        return day_of(self.created)

    @property
    def retired_days(self) -> NDArray[np.int64]:
        """The first days on which they are not on sale any more, far away for those on sale."""
        return day_of(self.retired)

    def on_sale(self, days: Any) -> NDArray[np.bool_]:
        """Whether each product is on sale on each day, (days, products)."""
        day = np.asarray(days, np.int64)[:, None]
        return (self.created_days < day) & (day < self.retired_days)


def make_products(
    size: Size,
    rules: CatalogueRules,
    span: Span,
    brands: Brands,
    categories: Categories,
    sellers: Sellers,
    streams: Streams,
) -> Products:
    """The products of all sellers."""
    count = size.products
    launches = rounded(rules.launched * span.years, count)
    owners = np.repeat(np.arange(size.sellers), _catalogue_sizes(size, rules, sellers, launches, streams))
    new = sellers.new.take(owners)
    keys = streams.words(count, "launched").astype(np.int64)
    launched = chosen(max(launches, int(new.sum())), count, np.where(new, np.int64(-1), keys))
    created = _created(launched, sellers.created.take(owners), rules, span, streams)
    labels = _brands(owners, sellers, size.brands, rules, streams)
    leaves = _leaves(labels, size.brands, categories, rules, streams)
    goods = _goods(leaves, categories, streams)
    prices = _prices(leaves, goods, rules, streams)
    made = Products(
        _names(owners, labels, goods, brands, streams),
        categories.leaves.take(leaves),
        categories.tops.take(categories.leaves.take(leaves)),
        np.array([names.leaf_words(*place).returns for place in categories.words]).take(leaves),
        labels,
        owners,
        prices,
        _discounts(prices, rules, streams),
        _ratings(sellers.ratings.take(owners), rules, streams),
        created,
        _retired(created, launched, rules, span, streams),
    )
    return _ordered(made, created.argsort(kind="stable"))


def _ordered(products: Products, order: NDArray[np.intp]) -> Products:
    columns = {field.name: getattr(products, field.name) for field in fields(products)}
    arrays = {name: column.take(order) for name, column in columns.items() if name != "names"}
    return replace(products, names=[products.names[place] for place in order.tolist()], **arrays)


def _catalogue_sizes(
    size: Size, rules: CatalogueRules, sellers: Sellers, launches: int, streams: Streams
) -> NDArray[np.int64]:
    """How many products each seller lists: uneven, one at least; those of new sellers are launches."""
    found = np.ones(size.sellers, np.int64)
    rest = size.products - size.sellers
    weights = np.round(
        np.exp(rules.size_sigma * deviates(_lanes(stratified(streams, size.sellers, _BLOCK, "sizes")))), 6
    )
    joined = int(sellers.new.sum())
    if joined:
        usual = rest * joined // size.sellers
        new = min(usual, (launches - joined) // 2) if joined < size.sellers else rest
        found[sellers.new] += shared_out(new, weights[sellers.new])
        rest -= new
    if joined < size.sellers:
        found[~sellers.new] += shared_out(rest, weights[~sellers.new])
    return found


def _lanes(spread: NDArray[np.float64]) -> NDArray[np.uint16]:
    return (spread * _LANES).astype(np.uint16)


def _created(
    launched: NDArray[np.bool_], joined: Moments, rules: CatalogueRules, span: Span, streams: Streams
) -> Moments:
    """When each is listed: after its seller joined; launches within the window, evenly, others before."""
    count = len(joined)
    spread = np.where(launched, evenly(streams, launched.astype(np.intp), "days"), streams.uniform(count, "before"))
    first = np.where(launched, np.maximum(day_of(joined) + 1, span.start), day_of(joined) + 1)
    last = np.where(launched, span.as_of, span.start)
    days = first + np.floor(spread * np.maximum(last - first, 1)).astype(np.int64)
    return moment(days, within_hours(rules.opening_hours, count, streams, "hours"))


def _retired(
    created: Moments, launched: NDArray[np.bool_], rules: CatalogueRules, span: Span, streams: Streams
) -> Moments:
    """When a quota of those that were there before the window are taken off sale."""
    count = len(created)
    keys = streams.words(count, "retired").astype(np.int64)
    quota = min(rounded(rules.retired * span.years, count), int((~launched).sum()))
    marks = chosen(quota, count, np.where(launched, np.iinfo(np.int64).max, keys))
    order = streams.words(quota, "retirement order").argsort(kind="stable")  # it does not follow that of the sellers
    place = (order + streams.uniform(quota, "retirement")) / max(quota, 1)
    days = span.start + 1 + np.floor(place * max(span.days - 1, 1)).astype(np.int64)
    days = np.minimum(np.maximum(days, day_of(created[marks]) + rules.least_life), span.as_of - 1)
    found = np.full(count, NEVER)
    found[marks] = moment(days, within_hours(rules.retirement_hours, quota, streams, "night"))
    return found


def _brands(
    owners: NDArray[np.intp], sellers: Sellers, count: int, rules: CatalogueRules, streams: Streams
) -> NDArray[np.int64]:
    """The brand of each product: an Official seller's own; several of a Marketplace seller; none without goods."""
    low, high = rules.seller_brands
    most = low + streams.below(max(high - low + 1, 1), len(sellers.names), "several")
    found = sellers.brands.take(owners)
    pool, at = _rounds_of(count, int(most.sum()) + len(owners), streams), 0
    for seller in np.flatnonzero(~sellers.official).tolist():
        rows = np.flatnonzero(owners == seller)
        several = min(int(most[seller]), len(rows), count)
        own = np.array(list(dict.fromkeys(pool[at : at + several].tolist())))
        found[rows] = own.take(np.arange(len(rows)) % len(own))
        at += several
    _fill_empty(found, count, ~sellers.official.take(owners))
    return found


def _rounds_of(count: int, length: int, streams: Streams) -> NDArray[np.int64]:
    """All numbers below `count` in random order, again and again."""
    rounds = -(-length // count)
    return np.concatenate([streams.words(count, "round", turn).argsort(kind="stable") for turn in range(rounds)])


def _fill_empty(groups: NDArray[np.int64], count: int, free: NDArray[np.bool_]) -> None:
    """Give each group without a row one of the free rows of the group with the most, as far as there are such."""
    sizes = np.bincount(groups, minlength=count)
    for empty in np.flatnonzero(sizes == 0).tolist():
        able = np.flatnonzero(free & (sizes.take(groups) > 1))
        if not len(able):
            return
        row = able[sizes.take(groups.take(able)).argmax()]
        sizes[groups[row]] -= 1
        groups[row], sizes[empty] = empty, 1


def _leaves(
    labels: NDArray[np.int64], brands: int, categories: Categories, rules: CatalogueRules, streams: Streams
) -> NDArray[np.int64]:
    """The leaf of each product, by place among leaves: of one of the brand's departments; no leaf is empty."""
    departments = categories.tops.take(categories.leaves)
    tops, sizes = np.unique(departments, return_counts=True)
    homes = streams.words(brands, "homes").argsort(kind="stable") % len(tops)
    single = stratified(streams, brands, _BLOCK, "single") < rules.single_department
    others = np.where(single, 0, 1 + streams.below(max(len(tops) - 1, 1), brands, "others"))
    own = evenly(streams, labels, "own") < rules.home_share
    top = (homes.take(labels) + np.where(own, 0, others.take(labels))) % len(tops)
    place = np.floor(evenly(streams, top, "leaves") * sizes.take(top)).astype(np.int64)
    by_top = departments.argsort(kind="stable")
    found = by_top.take((np.cumsum(sizes) - sizes).take(top) + place)
    _fill_empty(found, len(departments), np.ones(len(found), np.bool_))
    return found


def _goods(leaves: NDArray[np.int64], categories: Categories, streams: Streams) -> list[str]:
    """The kind of goods that each product is, one of its leaf's."""
    keys = streams.words(len(leaves), "goods").tolist()
    kinds = [names.leaf_words(*place).goods for place in categories.words]
    return [kinds[leaf][key % len(kinds[leaf])] for leaf, key in zip(leaves.tolist(), keys, strict=True)]


def _prices(leaves: NDArray[np.int64], goods: list[str], rules: CatalogueRules, streams: Streams) -> NDArray[np.int64]:
    """List prices in cents: log-normal about the leaf's median and what the goods cost in it, most ending in 9."""
    low, high = rules.leaf_prices
    count = int(leaves.max()) + 1
    medians = low + (high - low) * stratified(streams, count, _BLOCK, "medians")
    deviation = deviates(_lanes(evenly(streams, leaves, "prices")))
    levels = np.array(rules.goods_prices).take([names.price_level(kind) for kind in goods])
    dollars = np.round(medians.take(leaves) * levels * np.exp(rules.price_sigma * deviation), 4)
    least, most = rules.price_limits
    whole = np.floor(np.clip(dollars, least, most)).astype(np.int64)
    nine = stratified(streams, len(leaves), _BLOCK, "nines") < rules.nines
    ends, others = np.array(rules.nine_endings), np.array(rules.other_endings)
    cents = np.where(
        nine,
        ends.take(streams.below(len(ends), len(leaves), "nine endings")),
        others.take(streams.below(len(others), len(leaves), "other endings")),
    )
    found: NDArray[np.int64] = whole * 100 + cents
    return found


def _discounts(prices: NDArray[np.int64], rules: CatalogueRules, streams: Streams) -> NDArray[np.int64]:
    """Discount prices in cents, ending in 9; 0 for none."""
    low, high = rules.markdown
    marked = stratified(streams, len(prices), _BLOCK, "marked down") < rules.marked_down
    cut = low + (high - low) * stratified(streams, len(prices), _BLOCK, "markdown")
    reduced = np.floor(np.round(prices * (1 - cut), 4)).astype(np.int64) // 10 * 10 + 9
    found: NDArray[np.int64] = np.where(marked & (reduced < prices), reduced, 0)
    return found


def _ratings(sellers: NDArray[np.int64], rules: CatalogueRules, streams: Streams) -> NDArray[np.int64]:
    mean, sigma = rules.product_rating
    return stars(sellers / 10 + mean, sigma, stratified(streams, len(sellers), _BLOCK, "ratings"))


def _names(
    owners: NDArray[np.intp],
    labels: NDArray[np.int64],
    goods: list[str],
    brands: Brands,
    streams: Streams,
) -> list[str]:
    """A name for each product, new for its seller."""
    count = len(owners)
    styles = streams.below(len(words.STYLES), count, "styles").tolist()
    variants = streams.below(2 * len(words.VARIANTS), count, "variants").tolist()
    taken: dict[int, set[str]] = {}
    found = []
    for row, (owner, label, kind) in enumerate(zip(owners.tolist(), labels.tolist(), goods, strict=True)):
        own = taken.setdefault(owner, set())
        style = words.STYLES[styles[row]]
        found.append(names.product_name(brands.names[label], style, kind, variants[row], own))
    return found
