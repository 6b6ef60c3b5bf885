"""How merchants come, change and go: the events of a month, decided by keys of that month alone."""

from __future__ import annotations

import datetime as dt

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import date_of, day_number, month_number, month_start
from datagen.frozen import dataclass
from datagen.payments.daily_volume import truncated_counts
from datagen.payments.merchant_book import NEVER, MerchantBook, Version, merchant_id
from datagen.payments.merchants import Changes, newcomers
from datagen.payments.rules import PaymentsRules
from datagen.payments.rules.business import BusinessRules
from datagen.payments.vocabulary import CHURNED, SIZES
from datagen.places import Places
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.sampling import threshold
from datagen.streams import Streams

_FRIDAY, _MAY = 4, 5
_FIXED_HOLIDAYS = {(1, 1), (6, 19), (7, 4), (11, 11), (12, 25)}
"""New Year, Juneteenth, Independence Day, Veterans Day, Christmas."""
_MOVING_HOLIDAYS = {(1, 3, 0), (2, 3, 0), (9, 1, 0), (10, 2, 0), (11, 4, 3)}
"""Month, week and weekday of Martin Luther King Day, Washington's Birthday, Labor Day, Columbus Day, Thanksgiving;
Memorial Day is the last Monday of May."""


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
    leaves: NDArray[np.int64]
    """The day on which each merchant, by number less one, leaves in this month or the next, `NEVER` for the others."""

    def stage(self, rules: PaymentsRules, created: NDArray[np.int32], start: int, day: int) -> NDArray[np.float64]:
        """The part of a usual day that each merchant has: less when it is new, and before it leaves.

        The first merchants of a history were there before its `start`.
        """
        activity = rules.activity
        age = np.where(created == start, activity.ramp_days, day - created)
        young = activity.ramp_start + (1 - activity.ramp_start) * np.clip(age / activity.ramp_days, 0, 1)
        rest = np.full(len(created), activity.fade_days, np.int64)
        known = self.leaves[: len(created)]
        rest[: len(known)] = np.clip(known - day, 0, activity.fade_days)
        return young * (activity.fade_end + (1 - activity.fade_end) * (rest / activity.fade_days))


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
    first = int(month_start(month))
    gone = _leaving(streams, business, book, month, history_start, np.zeros(highest, np.bool_))
    gone[gone <= history_start] = NEVER
    leaver = np.flatnonzero(gone < NEVER)
    next_gone = _leaving(streams, business, book, month + 1, history_start, gone < NEVER)
    changers = there[at.lanes(highest, "changing")[there] < threshold(business.monthly_change_rate)]
    changed_on = first + at.below(end - first, highest, "changing", "day")
    changers = changers[changed_on[changers] < gone[changers]]

    joiners = _some(at, "joining", business.monthly_growth_rate, len(there), business.growth_cap)
    open_on = business_days(first, end)
    joined_on = open_on[at.below(len(open_on), joiners, "joining", "day")]
    joined_on = np.sort(joined_on[joined_on > max(history_start, last)])
    joining: dict[int, list[Version]] = {}
    for version in newcomers(streams, rules, places, book.counter + 1, joined_on, pools):
        joining.setdefault(day_number(dt.date.fromisoformat(version["creation_date"])), []).append(version)
    return Month(
        number=month,
        leaving=_by_day(leaver, gone[leaver], history_start),
        changing=_by_day(changers, changed_on[changers], history_start),
        joining=joining,
        changes=Changes(at.at("change"), rules, places, highest, pools),
        leaves=np.minimum(gone, next_gone),
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


def _leaving(
    streams: Streams,
    business: BusinessRules,
    book: MerchantBook,
    month: int,
    history_start: int,
    before: NDArray[np.bool_],
) -> NDArray[np.int64]:
    """The day on which each of the first merchants, as many as `before` has, leaves in a month; `NEVER` for the others.

    Nobody leaves in the month of joining or the one after, nor twice: `before` are those who leave in the month before.
    So it is known a month ahead, and volume can fade. The size is that of the first version, for it must not depend on
    the day on which it is asked.
    """
    highest, at = len(before), streams.at("month", month)
    begin, end = int(month_start(month)), int(month_start(month + 1))
    created = book.created[:highest]
    may = (created < int(month_start(month - 1))) | (created == history_start)
    may &= (book.left[:highest] >= begin) & ~before
    there = np.flatnonzero(may)
    leavers = _some(at, "leaving", business.monthly_churn_rate, len(there), business.churn_cap)
    sizes = [book.versions[merchant_id(number + 1)][0]["size_category"] for number in there.tolist()]
    weights = np.array(business.churn_weights)[[SIZES.index(size) for size in sizes]]
    order = np.round(at.words(highest, "leaving", "order")[there] / weights, 3).argsort(kind="stable")
    leaver = there[order[:leavers]]
    gone = np.full(highest, NEVER, np.int64)
    gone[leaver] = begin + at.below(end - begin, highest, "leaving", "day")[leaver]
    return gone


def business_days(first: int, end: int) -> NDArray[np.int64]:
    """The days from `first` up to `end` on which offices are open: Monday to Friday, but for federal holidays."""
    days = np.arange(first, end)
    open_on: NDArray[np.int64] = days[[_is_business_day(date_of(day)) for day in days.tolist()]]
    return open_on


def _is_business_day(date: dt.date) -> bool:
    week, of_week = (date.day - 1) // 7 + 1, date.weekday()
    if of_week > _FRIDAY or (date.month, date.day) in _FIXED_HOLIDAYS:
        return False
    last_monday = date.month == _MAY and of_week == 0 and date.day > 31 - 7
    return not last_monday and (date.month, week, of_week) not in _MOVING_HOLIDAYS


def _some(at: Streams, what: str, rate: float, there: int, cap: int) -> int:
    """About a share of those there, or the cap if that is less; never more than the cap."""
    if not rate or not there or not cap:
        return 0
    mean, none, most = (np.array([number], np.float64) for number in (min(rate * there, cap), 0, cap))
    return int(truncated_counts(mean, none, most, at.words(1, what, "number"))[0])


def _by_day(rows: NDArray[np.int64], days: NDArray[np.int64], after: int) -> dict[int, list[int]]:
    found: dict[int, list[int]] = {}
    for row, day in zip(rows.tolist(), days.tolist(), strict=True):
        if day > after:
            found.setdefault(day, []).append(row + 1)
    return found
