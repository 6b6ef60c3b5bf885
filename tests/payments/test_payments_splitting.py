"""Splitting does not show: however a history is cut into runs, it has the same bytes."""

from __future__ import annotations

import datetime as dt
import json
from functools import lru_cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from tests.payments.payments_runs import LIVELY, Made, begun, continued

START, END = "2024-01-17", "2024-04-02"
DAYS = [dt.date(2024, 1, 17) + dt.timedelta(number) for number in range(77)]


@lru_cache
def whole(seed: int) -> Made:
    return begun(START, END, seed)


@pytest.mark.slow
@settings(max_examples=10, deadline=None)
@given(seed=some.integers(1, 3), cuts=some.sets(some.sampled_from(DAYS[:-1]), min_size=1, max_size=6))
def test_a_history_cut_anywhere_is_the_same(seed: int, cuts: set[dt.date]) -> None:
    first, *others = [*sorted(cuts), DAYS[-1]]
    made = begun(START, first, seed)
    payments, state = made.payments, made.state
    for end in others:
        made = continued(state, end)
        payments, state = payments + made.payments, made.state
    assert payments == whole(seed).payments
    assert state == whole(seed).state


@pytest.mark.slow
def test_a_day_at_a_time_is_the_same() -> None:
    made = begun(START, START)
    payments = made.payments
    for end in DAYS[1:]:
        made = continued(made.state, end)
        payments += made.payments
    assert (payments, made.state) == whole(1)


def test_those_histories_have_much_to_tell() -> None:
    told = json.loads(whole(1).state)
    versions = [version for history in told["merchants"].values() for version in history]
    assert told["merchant_counter"] > 20
    assert sum(version["status"] == "churned" for version in versions) > 3
    assert sum(version["version"] > 1 and version["status"] == "active" for version in versions) > 5
    assert len({version["size_category"] for version in versions}) == 3
    assert len(told["card_profiles"]) > 100


def test_a_state_that_is_read_and_written_stays_as_it_is() -> None:
    from datagen.payments import state

    before = whole(1).state
    assert b"".join(state.write(state.read(before))) == before


def test_another_seed_gives_another_history() -> None:
    assert whole(1).payments != whole(2).payments


@pytest.mark.slow
@pytest.mark.parametrize(
    "settings",
    [
        {**LIVELY, "business.initial_merchants": 1},
        {**LIVELY, "business.monthly_growth_rate": 0, "business.monthly_churn_rate": 1},
        {**LIVELY, "cards.stored_share": 0, "cards.stored_before": 0, "activity.closed_share": 0.9},
        {**LIVELY, "cards.stored_before": 9, "cards.most_stored": 4, "cards.kept_days": 12, "cards.used_days": "3,8"},
        {
            **LIVELY,
            "payments.retail_types.card_present": 0.5,
            "payments.retail_types.online": 0.4,
            "activity.opening_hours": "10,18",
        },
    ],
    ids=["one merchant", "all leave", "nothing stored", "soon forgotten", "other rules"],
)
def test_unusual_histories_can_be_cut_too(settings: dict[str, object]) -> None:
    first = begun(START, "2024-02-10", 5, settings)
    second = continued(first.state, END)
    assert (first.payments + second.payments, second.state) == begun(START, END, 5, settings)
