"""Brands, categories and sellers: what is there before anything is sold, each in the order of creation."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.ecommerce import names
from datagen.ecommerce.moments import Moments, moment, within_hours
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.rules.catalogue import CatalogueRules
from datagen.ecommerce.shares import chosen, rounded
from datagen.ecommerce.size import Size
from datagen.frozen import dataclass
from datagen.sampling import deviates, evenly, stratified
from datagen.streams import Streams

DAYS_A_YEAR = 365
_BLOCK = 20
"""Quotas are met within so many."""
_MOST_RATING = 50


@dataclass(frozen=True)
class Span:
    """The window as day numbers, [start, as_of)."""

    start: int
    as_of: int

    @property
    def days(self) -> int:
        """Its length."""
        return self.as_of - self.start

    @property
    def years(self) -> float:
        """Its length in years of 365 days."""
        return self.days / DAYS_A_YEAR


@dataclass(frozen=True)
class Brands:
    """Brands; codes of countries are places in the mix."""

    names: list[str]
    countries: NDArray[np.intp]
    created: Moments


@dataclass(frozen=True)
class Categories:
    """Categories: those at the top first, then the others; parents are places, -1 at the top."""

    names: list[str]
    parents: NDArray[np.int64]
    created: Moments
    leaves: NDArray[np.int64]
    """The places of those that have no children."""
    words: list[tuple[int, int]]
    """Of each leaf: its department's words and its own among them, by place."""

    @property
    def tops(self) -> NDArray[np.int64]:
        """The department of each category, by place: itself, at the top."""
        return np.where(self.parents < 0, np.arange(len(self.parents)), self.parents)


@dataclass(frozen=True)
class Sellers:
    """Sellers; ratings in tenths of stars."""

    names: list[str]
    official: NDArray[np.bool_]
    brands: NDArray[np.int64]
    """The brand that an Official seller sells, by place; -1 for Marketplace sellers."""
    ratings: NDArray[np.int64]
    countries: NDArray[np.intp]
    created: Moments
    new: NDArray[np.bool_]
    """Whether the seller joined within the window."""


def make_brands(size: Size, rules: CatalogueRules, span: Span, streams: Streams) -> Brands:
    """The brands."""
    created = _founded(size.brands, rules.founded_years, rules, span, streams)
    return Brands(names.brand_names(streams, size.brands), _countries(size.brands, rules, streams), created)


def make_categories(size: Size, rules: CatalogueRules, span: Span, streams: Streams) -> Categories:
    """The categories, in two levels."""
    tops = size.top_categories(rules.top_share)
    below = np.arange(size.categories - tops) % tops
    top_names, leaf_names = names.category_names(tops, below.tolist())
    created = _founded(size.categories, rules.founded_years, rules, span, streams)  # those at the top first
    leaves = tops + np.arange(len(below)) if len(below) else np.zeros(1, np.int64)
    found = [(int(top), place // tops) for place, top in enumerate(below)] or [(0, 0)]
    parents = np.concatenate([np.full(tops, -1), below])
    return Categories(top_names + leaf_names, parents, created, leaves, found)


def make_sellers(size: Size, rules: EcommerceRules, span: Span, brands: Brands, streams: Streams) -> Sellers:
    """The sellers, in the order in which they joined; launches bound how many may join in the window."""
    count, catalogue = size.sellers, rules.catalogue
    launches = rounded(catalogue.launched * span.years, size.products)
    joining = min(rounded(catalogue.new_sellers * span.years, count), launches, count - 1)
    oldest = span.as_of - round(catalogue.joining_years * DAYS_A_YEAR)
    before = _spread(count - joining, oldest, span.start - catalogue.settled_days, streams, "before")
    last = span.start + 1 + int(span.days * catalogue.joining_share)
    within = _spread(joining, span.start + 1, last, streams, "within")
    days = np.concatenate([before, within])
    created = np.sort(moment(days, within_hours(catalogue.opening_hours, count, streams, "hours")))
    keys = streams.words(count, "official")
    officials = min(rounded(catalogue.official_share, count), size.brands)
    official = chosen(officials, count, keys)
    shops = np.full(count, -1)
    shops[official] = streams.words(size.brands, "shops").argsort(kind="stable")[:officials]
    market = iter(names.seller_names(streams, count - officials))
    named = [names.official_name(brands.names[shop]) if shop >= 0 else next(market) for shop in shops.tolist()]
    countries = np.where(shops >= 0, brands.countries.take(np.maximum(shops, 0)), _countries(count, catalogue, streams))
    ratings = _ratings(official, catalogue, streams)
    return Sellers(named, official, shops, ratings, countries, created, created >= moment(span.start, 0))


def stars(
    means: NDArray[np.float64], sigma: NDArray[np.float64] | float, spread: NDArray[np.float64]
) -> NDArray[np.int64]:
    """Normal ratings in tenths of stars, 1 to 5, for numbers in [0, 1)."""
    lanes = (spread * 65_536).astype(np.uint16)
    return np.clip(np.rint(10 * np.round(means + sigma * deviates(lanes), 4)), 10, _MOST_RATING).astype(np.int64)


def _ratings(official: NDArray[np.bool_], rules: CatalogueRules, streams: Streams) -> NDArray[np.int64]:
    (high, high_sigma), (low, low_sigma) = rules.official_rating, rules.marketplace_rating
    spread = evenly(streams, official.astype(np.intp), "ratings")
    return stars(np.where(official, high, low), np.where(official, high_sigma, low_sigma), spread)


def _spread(count: int, first: int, last: int, streams: Streams, name: str) -> NDArray[np.int64]:
    """Days from the first up to the one before the last, evenly spread."""
    place = (np.arange(count) + streams.uniform(count, name)) / max(count, 1)
    return first + np.floor(place * max(last - first, 1)).astype(np.int64)


def _founded(count: int, years: tuple[float, float], rules: CatalogueRules, span: Span, streams: Streams) -> Moments:
    """Moments so many years before the window, one after the other."""
    low, high = (round(year * DAYS_A_YEAR) for year in years)
    days = span.start - low - streams.below(high - low + 1, count, "founded")
    found = np.sort(moment(days, within_hours(rules.opening_hours, count, streams, "hours")))
    places = np.arange(count)
    return np.maximum.accumulate(found - places) + places


def _countries(count: int, rules: CatalogueRules, streams: Streams) -> NDArray[np.intp]:
    limits = np.cumsum(rules.countries.shares)
    spread = stratified(streams, count, _BLOCK, "countries")
    return np.minimum(np.searchsorted(limits, spread, side="right"), len(limits) - 1)
