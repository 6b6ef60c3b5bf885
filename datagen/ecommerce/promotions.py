"""Promotions: what they cover, when, and the price they make."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of
from datagen.ecommerce import names, words
from datagen.ecommerce.catalogue import DAYS_A_YEAR, Span
from datagen.ecommerce.moments import Moments, moment, within_hours
from datagen.ecommerce.products import Products
from datagen.ecommerce.rules import EcommerceRules
from datagen.ecommerce.rules.promotions import PromotionRules
from datagen.ecommerce.shares import chosen, rounded, shared_out
from datagen.ecommerce.size import Size
from datagen.ecommerce.vocabulary import CATEGORY, FLASH_SALE, PRODUCT, SELLER
from datagen.errors import UsageError
from datagen.frozen import dataclass
from datagen.streams import Streams

_MOST_PERCENT = 70


@dataclass(frozen=True)
class Promotions:
    """Promotions in the order of creation, and the pairs of a promotion and a product in theirs."""

    names: list[str]
    kinds: NDArray[np.int64]
    """Codes of types."""
    fixed: NDArray[np.bool_]
    """Whether a fixed amount is taken off, not a percentage."""
    values: NDArray[np.int64]
    """Hundredths: of a per cent, or cents."""
    starts: NDArray[np.int64]
    ends: NDArray[np.int64]
    """Last days."""
    created: Moments
    pair_promotions: NDArray[np.int64]
    pair_products: NDArray[np.int64]
    pair_created: Moments


@dataclasses.dataclass
class _Draft:
    """A promotion in the making."""

    kind: int
    fixed: bool
    value: int
    start: int
    end: int
    created: int
    allowed: NDArray[np.int64]
    """Products that it may cover."""
    preferred: NDArray[np.int64]
    """Those of them that it had better cover."""
    covered: list[int]


def promotion_prices(prices: NDArray[np.int64], value: int, *, fixed: bool) -> NDArray[np.int64]:
    """The prices, in cents, that a promotion makes of list prices; halves of a cent are rounded up."""
    return prices - value if fixed else (prices * (10_000 - value) + 5_000) // 10_000


def make_promotions(size: Size, rules: EcommerceRules, span: Span, products: Products, streams: Streams) -> Promotions:
    """The promotions and what they cover.

    Raises:
        UsageError: for more pairs than the promotions can cover.
    """
    drafts = _drafts(size, rules, span, products, streams)
    _cover(drafts, size, rules.promotions, streams)
    moments = np.array([draft.created for draft in drafts], np.int64)
    drafts = [drafts[place] for place in moments.argsort(kind="stable").tolist()]
    promotions = np.repeat(np.arange(len(drafts)), [len(draft.covered) for draft in drafts])
    covered = np.array([product for draft in drafts for product in sorted(draft.covered)], np.int64)
    created = np.array([draft.created for draft in drafts], np.int64)
    starts = np.array([draft.start for draft in drafts], np.int64)
    first = np.maximum(created.take(promotions), products.created.take(covered)) if len(covered) else covered
    last = np.minimum(moment(starts, 0).take(promotions), moment(span.as_of, 0)) if len(covered) else covered
    least, most = rules.promotions.entering_minutes
    wait = least + np.floor(streams.uniform(len(covered), "added") * (most - least + 1)).astype(np.int64)
    added = np.minimum(first + 60 * wait, last - 1)
    order = added.argsort(kind="stable")
    return Promotions(
        _names(drafts, streams),
        np.array([draft.kind for draft in drafts], np.int64),
        np.array([draft.fixed for draft in drafts], np.bool_),
        np.array([draft.value for draft in drafts], np.int64),
        starts,
        np.array([draft.end for draft in drafts], np.int64),
        created,
        promotions.take(order),
        covered.take(order),
        added.take(order),
    )


def _drafts(size: Size, rules: EcommerceRules, span: Span, products: Products, streams: Streams) -> list[_Draft]:
    """Promotions with their days, cuts and what they may cover, not yet what they cover."""
    count, own = size.promotions, rules.promotions
    kinds = np.repeat(np.arange(4), shared_out(count, np.array(own.types.shares))) if count else np.zeros(0, np.int64)
    kinds = kinds.take(streams.words(count, "types").argsort(kind="stable"))
    starts, ends = _days(kinds, own, span, streams)
    fixed = chosen(rounded(own.fixed_amounts, count), count, streams.words(count, "fixed"))
    depth = (streams.words(count, "cut order").argsort(kind="stable") + streams.uniform(count, "cuts")) / max(count, 1)
    low, high = own.notice
    entered = np.minimum(starts - low - streams.below(high - low + 1, count, "notice"), span.as_of - 1)
    created = moment(entered, within_hours(rules.catalogue.opening_hours, count, streams, "hours"))
    found: list[_Draft] = []
    for place in range(count):
        draft = _Draft(
            int(kinds[place]), bool(fixed[place]), 0, int(starts[place]), int(ends[place]), int(created[place]),
            np.zeros(0, np.int64), np.zeros(0, np.int64), [],
        )  # fmt: skip
        _set_value_and_scope(draft, float(depth[place]), rules, products, streams.at("promotion", place))
        found.append(draft)
    return found


def _days(
    kinds: NDArray[np.int64], rules: PromotionRules, span: Span, streams: Streams
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """First and last days: evenly over the window, the last ones planned for the time from the as-of day on."""
    count = len(kinds)
    spread, flash = streams.uniform(count, "length"), kinds == FLASH_SALE
    low, high = rules.days
    usual = np.rint(np.round((low + (high - low) * spread) * span.days / DAYS_A_YEAR, 6))
    low, high = rules.flash_days
    short = low + np.floor(spread * (high - low + 1))
    length = np.where(flash, short, np.clip(usual, *rules.limits)).astype(np.int64)
    planned = rounded(rules.planned, count)
    running = count - planned
    room = np.maximum(span.days - length[:running], 1)
    place = (np.arange(running) + streams.uniform(running, "starts")) / max(running, 1)
    starts = np.concatenate(
        [
            span.start + np.floor(place * room).astype(np.int64),
            span.as_of + streams.below(rules.planned_days, planned, "planned"),
        ]
    )
    return starts, starts + length - 1


def _set_value_and_scope(
    draft: _Draft, depth: float, rules: EcommerceRules, products: Products, streams: Streams
) -> None:
    """How much is taken off, and what may be covered: a percentage, or an amount for goods of such prices."""
    own = rules.promotions
    there = products.created < moment(draft.start, 0)
    listed = (products.created_days <= draft.start - own.listed_days) & (products.retired_days > draft.end + 1)
    low, high = own.fixed_cuts if draft.fixed else own.cuts
    cut = low + (high - low) * depth
    if draft.fixed:
        middle = float(np.sort(products.usual[there])[int(there.sum()) // 2]) if there.any() else 100.0
        draft.value = max(round(cut * middle / 100), 1) * 100
    else:
        draft.value = round(cut * 100) * 100
    able = there & _is_reduction(draft, products)
    if not able.any():  # a percentage that no markdown comes up to
        draft.fixed, draft.value = False, _MOST_PERCENT * 100
        able = there & _is_reduction(draft, products)
    fitting = able & listed & (products.prices * own.cuts[0] <= products.prices - _made(draft, products))
    scope = _scope(draft.kind, able, fitting, products, own.seller_share if draft.kind == SELLER else 1.0, streams)
    draft.allowed, draft.preferred = np.flatnonzero(able & scope), np.flatnonzero(fitting & scope)


def _made(draft: _Draft, products: Products) -> NDArray[np.int64]:
    return promotion_prices(products.prices, draft.value, fixed=draft.fixed)


def _is_reduction(draft: _Draft, products: Products) -> NDArray[np.bool_]:
    """Whether the price falls below the usual one, by half at most where the amount is fixed."""
    below = _made(draft, products) < products.usual
    return below & (2 * draft.value <= products.prices) if draft.fixed else below


def _scope(
    kind: int,
    able: NDArray[np.bool_],
    fitting: NDArray[np.bool_],
    products: Products,
    share: float,
    streams: Streams,
) -> NDArray[np.bool_]:
    """The products of one department or seller, out of a share of these with the most; all for other promotions."""
    if kind in (PRODUCT, FLASH_SALE):
        return np.ones(len(able), np.bool_)
    groups = products.departments if kind == CATEGORY else products.sellers
    count = int(groups.max()) + 1
    room = np.bincount(groups[fitting], minlength=count) * len(able) + np.bincount(groups[able], minlength=count)
    largest = (-room).argsort(kind="stable")
    among = max(int((room > 0).sum() * share), 1)
    found: NDArray[np.bool_] = groups == largest[int(streams.below(among, 1, "scope")[0])]
    return found


def _cover(drafts: list[_Draft], size: Size, rules: PromotionRules, streams: Streams) -> None:
    """Choose what promotions cover: as many as their type is to, then what is left, wherever there is room.

    Raises:
        UsageError: if there is not room for all.
    """
    if not drafts:
        return
    most = sum(len(draft.allowed) for draft in drafts)
    if most < size.promotion_products or any(not len(draft.allowed) for draft in drafts):
        raise UsageError(
            f"--promotion-products {size.promotion_products:,} is more than {most:,}: so many pairs of a promotion "
            "and a product are real reductions within a department or of a seller. Give fewer."
        )
    wanted = 1 + shared_out(size.promotion_products - len(drafts), np.array([rules.breadth[d.kind] for d in drafts]))
    for place, draft in enumerate(drafts):
        _take(draft, drafts, int(wanted[place]), streams.at("cover", place))
    for name in ("preferred", "allowed"):
        for kinds in ((PRODUCT,), (PRODUCT, CATEGORY, SELLER, FLASH_SALE)):
            for draft in drafts:
                left = size.promotion_products - sum(len(other.covered) for other in drafts)
                if left and draft.kind in kinds:
                    free = np.setdiff1d(getattr(draft, name), draft.covered)
                    keys = streams.words(len(free), "more", name, draft.created)
                    draft.covered += free.take(keys.argsort(kind="stable")[:left]).tolist()


def _take(draft: _Draft, drafts: list[_Draft], wanted: int, streams: Streams) -> None:
    """Cover so many products, or fewer: first those that no other promotion covers at that time; one at least."""
    busy = {
        product
        for other in drafts
        if other is not draft and other.start <= draft.end and draft.start <= other.end
        for product in other.covered
    }
    pool = draft.preferred if len(draft.preferred) else draft.allowed[:1]
    keys = streams.words(len(pool), "keys").astype(np.int64)
    keys[np.isin(pool, list(busy))] += 1 << 32
    draft.covered = pool.take(keys.argsort(kind="stable")[:wanted]).tolist()


def _names(drafts: list[_Draft], streams: Streams) -> list[str]:
    taken: set[str] = set()
    found = []
    keys = streams.words(2 * len(drafts), "names").tolist()
    for place, draft in enumerate(drafts):
        day = date_of(draft.start)
        occasions = words.OCCASIONS[day.month - 1]
        events = words.FLASHES if draft.kind == FLASH_SALE else words.EVENTS
        occasion, event = occasions[keys[2 * place] % len(occasions)], events[keys[2 * place + 1] % len(events)]
        found.append(names.promotion_name(occasion, event, day.year, taken))
    return found


@dataclass(frozen=True)
class PriceBook:
    """Prices of every product on some days, (days, products)."""

    prices: NDArray[np.int64]
    """What is paid, cents."""
    promotions: NDArray[np.int64]
    """The promotion that makes the price, by place; -1 for none."""


def price_book(products: Products, promotions: Promotions, first: int, last: int) -> PriceBook:
    """The prices of the days [first, last): the lowest that holds; of equal promotions, the first one."""
    prices = np.tile(products.usual, (last - first, 1))
    made = np.full(prices.shape, -1)
    live = (promotions.starts < last) & (promotions.ends >= first)
    for place in np.flatnonzero(live).tolist():
        covered = promotions.pair_products[promotions.pair_promotions == place]
        cents = promotion_prices(
            products.prices.take(covered), int(promotions.values[place]), fixed=bool(promotions.fixed[place])
        )
        days = range(max(int(promotions.starts[place]), first), min(int(promotions.ends[place]) + 1, last))
        for day in days:
            better = cents < prices[day - first].take(covered)
            prices[day - first, covered[better]] = cents[better]
            made[day - first, covered[better]] = place
    return PriceBook(prices, made)


def days_with_promotion(promotions: Promotions, span: Span) -> NDArray[np.bool_]:
    """Whether a promotion runs on each day of the window."""
    days = np.arange(span.start, span.as_of)
    marks = np.zeros(len(days), np.bool_)
    for start, end in zip(promotions.starts.tolist(), promotions.ends.tolist(), strict=True):
        marks |= (days >= start) & (days <= end)
    return marks
