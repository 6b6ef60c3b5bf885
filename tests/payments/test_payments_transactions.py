"""What a day of payments is made of."""

from __future__ import annotations

import datetime as dt
import json
import math
import subprocess
import sys
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache
from statistics import NormalDist
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from datagen.errors import RuleError
from datagen.payments import payment_columns
from datagen.payments.cards import CardKinds, card_numbers
from datagen.payments.daily_volume import (
    between,
    daily_counts,
    is_feast,
    season_factor,
    traits,
    truncated_counts,
    truncated_lognormal,
)
from datagen.payments.history import Choices, History
from datagen.payments.merchant_book import MerchantBook, positions
from datagen.payments.merchants import PLACE_SHIFT, trade_places
from datagen.payments.payment_times import day_curve
from datagen.payments.rules import PaymentsRules
from datagen.payments.vocabulary import TEST_BINS
from datagen.places import load_places
from datagen.populations import populations
from datagen.rules import override
from datagen.streams import Streams
from tests.payments.payments_runs import LIVELY, begun, day

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


@pytest.mark.slow
@pytest.mark.parametrize("rows", [1, 7, 10_000])
def test_a_day_in_pieces_is_the_same_day(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    expected = begun("2024-01-01", "2024-01-09")
    monkeypatch.setattr(payment_columns, "_MOST_ROWS", rows)
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
    stage = np.resize([1.0, 0.3, 0.6], book.counter)
    trading, counts = daily_counts(streams, RULES, book.roster, own, number, stage)
    factor = season_factor(RULES.activity, number)
    low, high = np.array(RULES.sizes.of("daily_tx_range")).T
    size = book.roster.size[trading]
    assert (counts >= low[size] * factor - 1e-9).all() and (counts <= high[size] * factor + 1e-9).all()
    assert book.roster.active[trading].all()


@lru_cache
def _book() -> MerchantBook:
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


@pytest.mark.parametrize("settings", [{}, {"sizes.small_amount": "5,8", "sizes.medium_amount": "25,28"}])
def test_half_cents_are_met_and_rounded_up(settings: dict[str, str]) -> None:
    made = begun("2024-01-01", "2024-02-01", settings=LIVELY | settings)
    rules = override(RULES, settings)
    low, high = rules.sizes.small_amount[0], rules.sizes.large_amount[1]
    halves = 0
    for line in made.lines:
        assert low <= float(line[4]) <= high
        exact = Decimal(line[4]) * Decimal(line[14])
        if line[12] == "approved":
            assert Decimal(line[15]) == exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
            halves += exact * 1_000 % 10 == 5 and exact * 1_000 == int(exact * 1_000)
    assert halves > 20


def test_a_merchant_is_paid_some_seconds_apart_and_within_its_hours() -> None:
    gap = RULES.payments.terminal_seconds
    busy = {"sizes.small_daily_tx_range": "700,800", "activity.opening_hours": "9,15", "cards.retry_share": 0.3}
    for settings in (LIVELY, LIVELY | busy):
        last: dict[str, int] = {}
        hours = override(RULES, settings).activity.opening_hours
        for line in begun("2024-01-01", "2024-01-04", settings=settings).lines:
            made = dt.datetime.fromisoformat(line[1])
            assert hours[0] <= made.hour < hours[1]
            when = int(made.replace(tzinfo=dt.UTC).timestamp())
            assert when - last.get(line[13], 0) >= gap
            last[line[13]] = when


def test_payments_of_a_merchant_have_room_in_its_hours() -> None:
    rules = override(RULES, {"sizes.large_daily_tx_range": "20,3000", "activity.opening_hours": "9,12"})
    with pytest.raises(RuleError, match="more than half of the"):
        History.begin(Choices(1, day("2024-01-01"), rules))


@pytest.mark.slow
def test_a_declined_payment_is_tried_again_by_the_same_card_with_the_same_amount() -> None:
    lines = begun("2024-01-01", "2024-02-20", settings={"business.initial_merchants": 60}).lines
    last: dict[str, list[str]] = {}
    repeated, approved, declined = 0, 0, 0
    for line in lines:
        before = last.get(line[13])
        declined += line[12] == "declined"
        if before and before[4] == line[4] and before[10] == line[10]:
            delay = dt.datetime.fromisoformat(line[1]) - dt.datetime.fromisoformat(before[1])
            assert before[12] == "declined" and delay.total_seconds() <= 420
            assert [before[place] for place in (2, 3, 5, 6, 7, 8, 9, 11)] == [
                line[place] for place in (2, 3, 5, 6, 7, 8, 9, 11)
            ]
            repeated, approved = repeated + 1, approved + (line[12] == "approved")
        last[line[13]] = line
    assert 0.15 < repeated / declined < 0.4
    assert approved / repeated == pytest.approx(RULES.cards.retry_approved, abs=0.05)


@pytest.mark.slow
def test_a_blocked_card_stays_blocked() -> None:
    settings = LIVELY | {"cards.blocked_share": 0.3, "cards.stored_share": 0.3}
    made = begun("2024-01-01", "2024-03-01", settings=settings)
    statuses: dict[str, set[str]] = {}
    for line in made.lines:
        statuses.setdefault(line[10], set()).add(line[12])
    assert sum(status == {"declined"} for status in statuses.values()) / len(statuses) > 0.3


def test_the_curve_of_a_day_runs_through_the_weights_of_its_hours() -> None:
    table = day_curve(RULES.activity)
    assert (np.diff(table.reshape(2, -1)) >= 0).all()
    seconds = between(table, np.arange(0, 1 << 32, 1 << 12)) // 16
    assert seconds.min() == 0 and seconds.max() < 14 * 3_600
    shares = np.bincount(seconds // 3_600, minlength=14) / len(seconds)
    weights = np.array(RULES.activity.hours) / sum(RULES.activity.hours)
    assert np.abs(shares - weights).max() < 0.012
    minutes = np.bincount(seconds // 60)
    assert (np.abs(np.diff(minutes)) / minutes[:-1]).max() < 0.05  # no steps


@pytest.mark.slow
@given(
    median=some.floats(0.01, 3),
    sigma=some.floats(0.05, 2),
    low=some.sampled_from([0.0, 0.06]),
)
def test_a_truncated_distribution_has_no_heap_at_its_ends(median: float, sigma: float, low: float) -> None:
    scale = 1 << 20
    table = truncated_lognormal(median * scale, sigma, low * scale, scale)
    assert (np.diff(table) >= 0).all() and table.min() >= low * scale - 1 and table.max() <= scale
    inside = NormalDist(math.log(median), sigma)
    if inside.cdf(0) - (inside.cdf(math.log(low)) if low else 0) > 0.05:
        assert (table == table[-1]).sum() <= 2 and (table == table[0]).sum() <= 2
        values = between(table, np.arange(0, 1 << 32, 1 << 16))
        middle = (inside.cdf(0) + (inside.cdf(math.log(low)) if low else 0)) / 2
        assert np.median(values) == pytest.approx(math.exp(inside.inv_cdf(middle)) * scale, rel=0.01)


def test_amounts_know_the_industry_and_end_as_prices_do() -> None:
    one_kind = {"business.initial_merchants": 200, "payments.endings.any": 0.2, "payments.endings.99": 0.67}
    made = begun("2024-01-01", "2024-01-05", settings=one_kind)
    industries = {name: versions[0] for name, versions in json.loads(made.state)["merchants"].items()}
    amounts: dict[tuple[str, str], list[float]] = {}
    for line in made.lines:
        told = industries[line[13]]
        amounts.setdefault((told["size_category"], told["industry"]), []).append(float(line[4]))
    for size in ("small", "medium"):
        assert np.mean(amounts[size, "food"]) < np.mean(amounts[size, "retail"]) < np.mean(amounts[size, "travel"])
    cents = [line[4][-2:] for line in made.lines]
    assert cents.count("99") / len(cents) == pytest.approx(0.67, abs=0.03)
    assert 0 < cents.count("01") / len(cents) < 0.01


def test_most_merchants_are_closed_on_thanksgiving_and_christmas_day() -> None:
    feasts = [date for date in _year(2024) if is_feast(date)]
    assert [str(date) for date in feasts] == ["2024-11-28", "2024-12-25"]
    assert [str(date) for date in _year(2023) if is_feast(date)] == ["2023-11-23", "2023-12-25"]
    streams, book = Streams(1, "test"), _book()
    own = traits(streams, RULES, book.counter)
    paid = {
        text: len(daily_counts(streams, RULES, book.roster, own, day(text), np.ones(book.counter))[0])
        for text in ("2024-11-27", "2024-11-28", "2024-12-25", "2024-12-26")
    }
    assert max(paid["2024-11-28"], paid["2024-12-25"]) < 0.3 * min(paid["2024-11-27"], paid["2024-12-26"])


def _year(year: int) -> list[dt.date]:
    return [dt.date(year, 1, 1) + dt.timedelta(number) for number in range(365)]


def test_merchants_are_where_people_are() -> None:
    places = load_places()
    rows = trade_places(RULES.business, places)
    assert len(rows) == 1 << 32 - PLACE_SHIFT
    assert set(rows.tolist()) <= set(positions(places).located.tolist())
    state = np.array(places.state.to_pylist())[rows]
    for name, share in (("CA", 0.1193), ("TX", 0.0879), ("NY", 0.0610), ("WY", 0.00174)):  # the 2020 census
        assert (state == name).mean() == pytest.approx(share, rel=0.02)
    known = set(zip(*(populations()[name].to_pylist() for name in ("state", "city")), strict=True))
    city = np.array(places.city.to_pylist())[rows]
    outside = np.mean([pair not in known for pair in zip(state.tolist(), city.tolist(), strict=True)])
    assert outside == pytest.approx(RULES.business.rural_share, abs=0.02)


@given(
    mean=some.floats(0, 300),
    least=some.integers(0, 60),
    span=some.integers(1, 200),
    words=some.lists(some.integers(0, 2**32 - 1), min_size=1, max_size=20),
)
def test_counts_stay_in_their_range(mean: float, least: int, span: int, words: list[int]) -> None:
    low, high, drawn = np.float64(least), np.float64(least + span), np.array(words, np.uint32)
    counts = truncated_counts(np.full(len(words), mean), np.full(len(words), low), np.full(len(words), high), drawn)
    assert (counts >= least).all() and (counts <= least + span).all()


def test_counts_vary_about_their_mean_and_do_not_pile_up() -> None:
    words = np.arange(0, 1 << 32, 1 << 16, dtype=np.uint32)

    def counts(mean: float, low: float, high: float) -> Any:
        return truncated_counts(*(np.full(len(words), number) for number in (mean, low, high)), words)

    inside = counts(30, 2, 90)
    assert inside.mean() == pytest.approx(30, abs=0.1) and inside.std() == pytest.approx(math.sqrt(30), rel=0.02)
    for mean, low, high in ((2.5, 2, 20), (8, 20, 100), (21, 2, 20), (60, 0, 50)):
        met = np.bincount(counts(mean, low, high), minlength=int(high) + 1)[int(low) :]
        assert max(met[0], met[-1]) < 1.4 * max(met[1], met[-2])


def test_shops_are_not_in_flats() -> None:
    addresses = [versions[0]["address"] for versions in _book().versions.values()]
    assert any(" Suite " in address for address in addresses)
    assert not any(" Apt " in address for address in addresses)


def test_amounts_need_room_to_give_way() -> None:
    with pytest.raises(RuleError, match="small_amount must begin at 1 dollar or more and span 3 dollars at least"):
        override(RULES, {"sizes.small_amount": "5,7"})


@pytest.mark.slow
def test_days_are_made_without_pandas() -> None:
    line = """
import sys
from datagen.generate import write_dataset, CountingSink
from datagen.output.table_writers import CsvFiles
from datagen.payments.dataset import PaymentsDataset
from datagen.payments.history import Choices, History
from datagen.payments.rules import PaymentsRules
from datagen.payments.state import write
from datagen.workers import Threads
history = History.begin(Choices(42, 20_000, PaymentsRules()))
write_dataset(PaymentsDataset(history, 20_001), Threads(1), CsvFiles(CountingSink()))
assert list(write(history))
assert "pandas" not in sys.modules
"""
    subprocess.run([sys.executable, "-c", line], check=True, timeout=60)
