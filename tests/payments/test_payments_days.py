"""What a day of payments is made of."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some
from payments_runs import begun, day

from datagen.payments import cards, days
from datagen.payments.activity import daily_counts, season_factor, traits
from datagen.payments.book import Book
from datagen.payments.cards import CardKinds, CardStore, Stored, card_numbers, no_cards
from datagen.payments.history import Choices, History
from datagen.payments.rules import PaymentsRules
from datagen.payments.vocabulary import TEST_BINS
from datagen.rules import override
from datagen.streams import Streams

RULES = PaymentsRules()


@given(some.integers(1, 10**10 - 2_000))
def test_no_two_payments_bring_the_same_card(first: int) -> None:
    numbers = card_numbers(np.arange(first, first + 1_000))
    assert len(set(numbers.tolist())) == 1_000
    assert numbers.min() >= 0 and numbers.max() < 10**10
    assert card_numbers(np.array([first]))[0] == (first * 3_818_659_927 + 2_718_281_829) % 10**10


def test_every_kind_of_card_is_met_as_often_as_the_rules_say() -> None:
    kinds = CardKinds(RULES)
    shares = np.bincount(kinds.by_lane, minlength=len(kinds.kinds)) / len(kinds.by_lane)
    assert shares.min() > 0
    for brand, share in RULES.cards.brands.items():
        met = sum(part for kind, part in zip(kinds.kinds, shares, strict=True) if kind.card_brand == brand)
        assert met == pytest.approx(share, abs=0.001)
    for kind in kinds.kinds:
        assert kind.card_bin in TEST_BINS[kind.card_brand, kind.card_type]


def test_a_snapshot_stays_while_the_store_grows() -> None:
    store = CardStore(*no_cards())
    taken = []
    for number in range(5_000):
        taken.append((number, store.snapshot()))
        store.add(Stored(np.array([number]), np.array([number % 7], np.int16), np.array([number % 5], np.int32)))
    for number, known in taken[::500]:
        assert known.numbers.tolist() == list(range(number))
        assert known.kinds.tolist() == [value % 7 for value in range(number)]
    assert len(store) == 5_000


@given(some.lists(some.lists(some.integers(0, 9), max_size=12), max_size=12))
def test_cards_are_found_by_their_homes_while_the_store_grows(batches: list[list[int]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cards, "_UNSORTED", 5)  # so that few are enough to be put in order anew
        store, known = CardStore(*no_cards()), []
        for batch in batches:
            store.add(Stored(np.zeros(len(batch), np.int64), np.zeros(len(batch), np.int16), np.array(batch, np.int32)))
            known += batch
            for homes in (store.homes(10), CardStore(*store.snapshot()).homes(10)):
                for home in range(10):
                    expected = [place for place, value in enumerate(known) if value == home]
                    assert homes.begins[home + 1] - homes.begins[home] == len(expected)
                    found = homes.found(np.full(len(expected), home), np.arange(len(expected)))
                    assert found.tolist() == expected


@pytest.mark.parametrize("rows", [1, 7, 10_000])
def test_a_day_in_pieces_is_the_same_day(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    expected = begun("2024-01-01", "2024-01-09")
    monkeypatch.setattr(days, "_MOST_ROWS", rows)
    assert begun("2024-01-01", "2024-01-09") == expected


def test_seasons_are_those_of_the_calendar() -> None:
    for text, factor in (
        ("2024-05-31", 1.0),
        ("2024-06-01", 1.2),
        ("2024-08-31", 1.2),
        ("2024-09-01", 1.0),
        ("2024-11-14", 1.0),
        ("2024-11-15", 1.5),
        ("2024-12-31", 1.5),
        ("2025-01-01", 1.0),
    ):
        assert season_factor(RULES.activity, day(text)) == factor


@given(seed=some.integers(0, 99), when=some.dates().map(lambda date: date.replace(year=2024, day=min(date.day, 28))))
def test_daily_counts_stay_in_the_range_of_the_size(seed: int, when: object) -> None:
    streams, number = Streams(seed, "test"), day(str(when))
    book = _book()
    own = traits(streams, RULES, book.counter)
    trading, counts = daily_counts(streams, RULES, book.roster, own, number)
    factor = season_factor(RULES.activity, number)
    low, high = np.array(RULES.sizes.of("daily_tx_range")).T
    size = book.roster.size[trading]
    assert (counts >= low[size] * factor - 1e-9).all() and (counts <= high[size] * factor + 1e-9).all()
    assert book.roster.active[trading].all()


@lru_cache
def _book() -> Book:
    return History.begin(Choices(1, day("2024-01-01"), RULES)).book


def test_more_merchants_leave_the_first_ones_as_they_were() -> None:
    more = override(RULES, {"business.initial_merchants": 700})
    many = History.begin(Choices(1, day("2024-01-01"), more)).book
    assert {name: many.versions[name] for name in _book().versions} == _book().versions
    few, lots = traits(Streams(1, "test"), RULES, 50), traits(Streams(1, "test"), RULES, 90)
    for short, long in zip(few, lots, strict=True):
        assert (long[: len(short)] == short).all()


def test_payments_come_in_the_order_of_time_with_their_numbers() -> None:
    lines = begun("2024-01-01", "2024-01-20").lines
    assert [line[0] for line in lines] == [f"TXN{number:010d}" for number in range(1, len(lines) + 1)]
    assert sorted(line[1] for line in lines) == [line[1] for line in lines]


def test_on_the_first_day_no_card_comes_back_and_later_only_stored_ones_do() -> None:
    lines = begun("2024-01-01", "2024-03-01").lines
    first = [line[10] for line in lines if line[1].startswith("2024-01-01")]
    assert len(set(first)) == len(first)
    homes: dict[str, str] = {}
    for line in lines:
        home = homes.setdefault(line[10], line[13])
        if line[13] != home:  # away from home a card is not present
            assert line[5] != "card_present" and not line[6]


def test_no_amount_has_to_be_rounded_at_half_a_cent() -> None:
    for line in begun("2024-01-01", "2024-02-01").lines:
        assert round(float(line[4]) * 100) * round(float(line[14]) * 10_000) % 10_000 != 5_000
