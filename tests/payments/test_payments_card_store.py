"""Stored cards: who of them pays, how often and where, and which are forgotten."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from datagen.payments.card_store import CardStore, Requests, Stored, first_cards
from datagen.payments.history import Choices, History
from datagen.payments.rules import PaymentsRules
from datagen.rules import override
from tests.payments.payments_runs import Made, begun, day

RULES = PaymentsRules()
START = day("2024-03-01")
FEW = {"business.initial_merchants": 40}


@lru_cache
def history(merchants: int = 40) -> History:
    return History.begin(Choices(1, START, override(RULES, {"business.initial_merchants": merchants})))


@lru_cache
def made() -> Made:
    return begun("2024-01-01", "2024-06-30", settings=FEW)


def cards_of(homes: list[int], paid: list[int] | None = None) -> Stored:
    count = len(homes)
    since = np.full(count, START - 3, np.int32)
    return Stored(
        np.arange(count, dtype=np.int64) * 977,
        np.zeros(count, np.int16),
        np.array(homes, np.int32),
        since,
        since if paid is None else np.array(paid, np.int32),
    )


@pytest.mark.slow
@given(
    homes=some.lists(some.integers(0, 39), min_size=1, max_size=60),
    wanted=some.lists(some.tuples(some.integers(0, 39), some.booleans()), max_size=80),
    word=some.integers(0, 2**32 - 1),
)
def test_a_card_pays_its_merchant_a_few_times_or_another_one_on_a_journey(
    homes: list[int], wanted: list[tuple[int, bool]], word: int
) -> None:
    trade, roster = history().trade, history().book.roster
    store = CardStore(cards_of(homes))
    requests = Requests(
        np.array([merchant for merchant, _ in wanted], np.int32),
        np.full(len(wanted), word, np.uint32),
        np.array([travels for _, travels in wanted], np.bool_),
    )
    paying = store.pay(trade, START, roster, requests)
    assert paying is not None
    home = dict(zip(store.cards.numbers.tolist(), homes, strict=True))
    at_home: Counter[int] = Counter()
    journeys, elsewhere = [], set()
    for row, (merchant, travels) in enumerate(wanted):
        number, place = int(paying.numbers[row]), int(paying.places[row])
        if row in paying.away:
            assert place == home[number]
            elsewhere.add(number)
        elif place == home[number] == merchant:
            at_home[number] += 1
        else:  # the holder is where the merchant is
            assert place == merchant and travels
            journeys.append(number)
    assert max(at_home.values(), default=0) <= RULES.cards.most_uses
    assert len(set(journeys)) == len(journeys) <= len(homes) // 4
    assert not set(journeys) & (set(at_home) | elsewhere) or len(homes) < 4
    assert set(np.flatnonzero(store.cards.paid == START).tolist()) == {
        row for row, number in enumerate(store.cards.numbers.tolist()) if number in set(paying.numbers.tolist())
    }


def test_cards_that_are_no_longer_used_or_whose_merchant_has_left_do_not_pay() -> None:
    trade, roster = history().trade, history().book.roster.copy()
    store = CardStore(cards_of([3] * 50))
    asked = Requests(np.array([3], np.int32), np.zeros(1, np.uint32), np.zeros(1, np.bool_))
    assert store.pay(trade, START, roster, asked) is not None
    assert store.pay(trade, START + RULES.cards.used_days[1], roster, asked) is None
    roster.active[3] = False
    assert store.pay(trade, START, roster, asked) is None


def test_a_card_is_forgotten_when_idle_or_left_and_the_longest_idle_first() -> None:
    trade, roster = history().trade, history().book.roster.copy()
    kept_days, most = RULES.cards.kept_days, RULES.cards.most_stored * 40
    store = CardStore(cards_of([1, 2, 3], [START - kept_days, START - kept_days + 1, START]))
    roster.active[3] = False
    store.forget(trade, START, roster)
    assert store.cards.numbers.tolist() == [977]
    paid = [START - number % 100 for number in range(most + 500)]
    store = CardStore(cards_of([1] * len(paid), paid))
    store.forget(trade, START, roster)
    assert len(store) == most
    assert store.cards.paid.min() >= np.sort(np.array(paid))[500]


def test_the_history_begins_with_cards_of_the_months_before() -> None:
    trade, roster = history(500).trade, history(500).book.roster
    cards = first_cards(trade, roster, START)
    assert 14_700 < len(cards.numbers) <= 15_000
    assert len(set(cards.numbers.tolist())) == len(cards.numbers)
    assert (cards.since <= cards.paid).all() and (cards.paid < START).all()
    assert (np.diff(cards.since) >= 0).all()
    assert set(np.unique(roster.size[cards.homes])) == {0, 1, 2}
    by_size = np.bincount(roster.size[cards.homes]) / np.bincount(roster.size)
    assert by_size[0] < by_size[1] < by_size[2]
    few = first_cards(trade, roster, START + 1)
    assert (few.since == cards.since + 1).all()


@pytest.mark.slow
def test_day_one_is_a_day_like_any_other() -> None:
    days: dict[str, set[str]] = {}
    lines = made().lines
    for line in lines:
        days.setdefault(line[10], set()).add(line[1][:10])
    back: Counter[str] = Counter()
    payments: Counter[str] = Counter()
    for line in lines:
        payments[line[1][:7]] += 1
        back[line[1][:7]] += len(days[line[10]]) > 1
    shares = [back[month] / payments[month] for month in sorted(payments)]
    assert min(shares) > 0.06 and max(shares) < 0.14
    assert shares[0] == pytest.approx(np.mean(shares), abs=0.03)


@pytest.mark.slow
def test_who_pays_away_from_home_with_the_card_present_pays_nowhere_else_that_day() -> None:
    profiles = json.loads(made().state)["card_profiles"]
    days: dict[tuple[str, str], list[list[str]]] = {}
    for line in made().lines:
        card = profiles.get(line[10])
        if card and line[1][:10] > card["stored_date"]:
            days.setdefault((line[10], line[1][:10]), []).append(line)
    journeys = 0
    for (card, _), lines in days.items():
        away = [line for line in lines if line[13] != profiles[card]["merchant_id"] and line[5] == "card_present"]
        if away:
            journeys += 1
            assert len({(line[4], line[13]) for line in lines}) == 1
    assert journeys > 10


@pytest.mark.slow
def test_cards_that_end_blocked_are_declined_to_the_last() -> None:
    settings = FEW | {"cards.ends_blocked_share": 1, "cards.blocked_days": 9, "cards.retry_share": 0}
    lines = begun("2024-01-01", "2024-05-30", settings=settings).lines
    payments: dict[str, list[list[str]]] = {}
    for line in lines:
        payments.setdefault(line[10], []).append(line)
    ended = [told[-1][12] for told in payments.values() if len(told) > 12 and told[-1][1] < "2024-05-10"]
    assert ended.count("declined") / len(ended) > 0.75


@pytest.mark.slow
def test_the_store_is_bounded_however_long_the_history() -> None:
    settings: dict[str, Any] = {"business.initial_merchants": 8, "cards.most_stored": 20}
    then = begun("2024-01-01", dt.date(2025, 6, 30), settings=settings)
    lines, told = then.lines, json.loads(then.state)
    profiles = told["card_profiles"]
    assert len(profiles) == told["card_counter"] <= 160
    assert sum(count > 3 for count in Counter(line[10] for line in lines).values()) > 400
    assert all(card["last_payment_date"] > "2025-01-01" for card in profiles.values())
