"""Merchants come on working days, grow, and fade before they leave; small ones leave more often."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from dataclasses import replace
from functools import lru_cache

import numpy as np
import pytest

from datagen.calendar import date_of, month_number, month_start
from datagen.payments.history import Choices, History
from datagen.payments.lifecycle import Month, business_days, plan_month
from datagen.payments.merchant_book import NEVER
from datagen.payments.rules import PaymentsRules
from datagen.rules import override
from tests.payments.payments_runs import day

START = day("2024-01-10")


def test_business_days_are_weekdays_without_federal_holidays() -> None:
    days = {str(date_of(number)) for number in business_days(day("2024-01-01"), day("2025-01-01")).tolist()}
    assert all(dt.date.fromisoformat(text).weekday() < 5 for text in days)
    closed = {
        *("2024-01-01", "2024-01-15", "2024-02-19", "2024-05-27", "2024-06-19", "2024-07-04", "2024-09-02"),
        *("2024-10-14", "2024-11-11", "2024-11-28", "2024-12-25"),
    }
    assert not days & closed
    assert len(days) == 262 - len(closed)


@lru_cache
def grown(end: str = "2024-12-31") -> History:
    """A history of merchants alone, without payments."""
    rules = override(PaymentsRules(), {"business.initial_merchants": 400})
    history = History.begin(Choices(3, START, rules))
    for _ in history.days(day(end)):
        pass
    return history


def month_of(history: History, text: str, last: int) -> Month:
    trade, choices = history.trade, history.choices
    number = int(month_number(day(text)))
    return plan_month(trade.streams, choices.rules, trade.places, history.book, number, START, last)


@pytest.mark.slow
def test_who_leaves_is_known_a_month_ahead() -> None:
    for month, following in (("2024-01-31", "2024-02-01"), ("2024-04-30", "2024-05-01"), ("2024-08-31", "2024-09-01")):
        before, after = grown(month), grown(following)
        planned = month_of(before, month, before.last).leaves
        left = after.book.left[: len(planned)]
        next_month = month_of(after, following, after.last).leaves[: len(planned)]
        next_month = np.where(next_month < month_start(month_number(day(following)) + 1), next_month, NEVER)
        there = left >= month_start(month_number(day(month)))
        assert ((planned < day(following)) == there & (left < day(following))).all()
        ahead = planned >= day(following)
        assert (planned[ahead] == next_month[ahead]).all()
        assert (planned[ahead] < NEVER).sum() > 3


@pytest.mark.slow
def test_nobody_leaves_in_the_first_month_and_small_merchants_leave_more_often() -> None:
    book = grown().book
    joined, left = book.created, book.left
    gone = left < NEVER
    assert gone.sum() > 60
    assert (left[gone & (joined > START)] - joined[gone & (joined > START)]).min() > 28
    size = book.roster.size
    rates = [gone[size == number].mean() for number in range(3)]
    assert rates[0] > 1.2 * rates[1]
    assert 0.015 < gone.sum() / 12 / len(joined) < 0.04


def test_no_month_is_like_the_others_at_its_limit() -> None:
    book = grown().book
    months = Counter(int(month_number(number)) for number in book.created.tolist() if number > START)
    assert max(months.values()) <= 50
    assert len(set(months.values())) > 4


def test_volume_ramps_up_and_fades() -> None:
    rules, history = PaymentsRules(), grown("2024-05-01")
    activity, book = rules.activity, history.book
    month = month_of(history, "2024-05-01", history.last)
    today = day("2024-05-05")
    stage = month.stage(rules, book.created, START, today)
    assert len(stage) == book.counter
    leaves = month.leaves
    soon = np.flatnonzero((leaves > today) & (leaves < today + 10))
    later = np.flatnonzero((leaves == NEVER) & (book.created[: len(leaves)] == START))
    assert stage[soon].max() < 0.65 and (stage[later] == 1).all()
    month = replace(month, leaves=np.full(1, NEVER))
    new = month.stage(rules, np.full(1, today, np.int32), START, today)
    assert new[0] == pytest.approx(activity.ramp_start)
    assert month.stage(rules, np.full(1, today, np.int32), START, today + activity.ramp_days)[0] == 1
    assert month.stage(rules, np.full(1, START, np.int32), START, START)[0] == 1
