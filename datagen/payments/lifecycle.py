"""How merchants come, change and go: the events of a month, decided by keys of that month alone."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import day_number, month_number, month_start
from datagen.payments.merchant_book import MerchantBook, Version, merchant_id
from datagen.payments.merchants import Changes, newcomers
from datagen.payments.rules import PaymentsRules
from datagen.payments.vocabulary import CHURNED
from datagen.places import Places
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.sampling import threshold
from datagen.streams import Streams


@dataclass(frozen=True)
class Month:
    """What happens in a calendar month, by day; numbers are those of merchants."""

    number: int
    """Months since January 1970."""
    leaving: dict[int, list[int]]
    changing: dict[int, list[int]]
    joining: dict[int, list[Version]]
    """The first versions of those who join."""
    changes: Changes


def month_of(day: int) -> int:
    """Months since January 1970 of a day."""
    return int(month_number(day))


def plan_month(
    streams: Streams,
    rules: PaymentsRules,
    places: Places,
    book: MerchantBook,
    month: int,
    history_start: int,
    last: int,
    pools: Pools = SHIPPED,
) -> Month:
    """The events of a month after the history's first day; `last` is the last day generated.

    They depend on who was there when the month began (or the history, if later), which the book tells on any day of
    the month: so a history that is continued in mid-month goes on as if it had never stopped.
    """
    begin, end = int(month_start(month)), int(month_start(month + 1))
    begin = max(begin, history_start)
    there = np.flatnonzero((book.created < begin) | (book.created == history_start))
    there = there[book.left[there] >= begin]
    at = streams.at("month", month)
    highest = int(there.max(initial=-1)) + 1
    business = rules.business

    leavers = _some(at, "leaving", business.monthly_churn_rate, len(there), business.churn_cap)
    order = at.words(highest, "leaving", "order")[there].argsort(kind="stable")
    leaver = np.sort(there[order[:leavers]])
    first = int(month_start(month))
    left_on = first + at.below(end - first, highest, "leaving", "day")
    changers = there[at.lanes(highest, "changing")[there] < threshold(business.monthly_change_rate)]
    changed_on = first + at.below(end - first, highest, "changing", "day")
    gone = np.full(highest, end, np.int64)
    gone[leaver] = left_on[leaver]
    changers = changers[changed_on[changers] < gone[changers]]

    joiners = _some(at, "joining", business.monthly_growth_rate, len(there), business.growth_cap)
    joined_on = first + at.below(end - first, joiners, "joining", "day")
    joined_on = np.sort(joined_on[joined_on > max(history_start, last)])
    joining: dict[int, list[Version]] = {}
    for version in newcomers(streams, rules, places, book.counter + 1, joined_on, pools):
        joining.setdefault(day_number(dt.date.fromisoformat(version["creation_date"])), []).append(version)
    return Month(
        number=month,
        leaving=_by_day(leaver, left_on[leaver], history_start),
        changing=_by_day(changers, changed_on[changers], history_start),
        joining=joining,
        changes=Changes(at.at("change"), rules, places, highest, pools),
    )


def begin_day(book: MerchantBook, month: Month, day: int) -> None:
    """Enter a day's events into the book, before its payments. Who has left otherwise meanwhile is passed over."""
    for number in month.leaving.get(day, ()):
        if book.roster.active[number - 1]:
            book.change(number, day, status=CHURNED)
    for number in month.changing.get(day, ()):
        if not book.roster.active[number - 1]:
            continue
        if values := month.changes.of(number, book.versions[merchant_id(number)][-1]):
            book.change(number, day, **values)
    book.add(month.joining.get(day, ()))


def _some(at: Streams, what: str, rate: float, there: int, cap: int) -> int:
    """A share of those there, rounded up or down by chance, but not more than the cap."""
    return min(cap, int(np.floor(rate * there + at.uniform(1, what, "rounding")[0])))


def _by_day(rows: NDArray[np.int64], days: NDArray[np.int64], after: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row, day in zip(rows.tolist(), days.tolist(), strict=True):
        if day > after:
            found.setdefault(day, []).append(row + 1)
    return found
