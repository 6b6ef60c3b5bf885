"""Balances run exactly, no spending takes too much, and everything that is to be collected can be."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datagen.bank.accounts import ACTIVE, Accounts
from datagen.bank.balances import move, opening_amounts
from datagen.bank.events import CATEGORY, events
from datagen.bank.rules import BankRules
from datagen.streams import Streams

RULES = BankRules()
START = 20_000
SPENT = {"card_purchase", "atm_cash", "wire_fee", "loan_repayment", "insurance_premium"}
EVENT = st.tuples(
    st.integers(0, 3),
    st.integers(0, 89),
    st.integers(0, 86_398),
    st.sampled_from(["check_deposit", "interest", *sorted(SPENT)]),
    st.integers(1, 500_000),
)


def accounts_of(wanted: list[int]) -> Accounts:
    count = len(wanted)
    nothing = np.zeros(count, np.intp)
    return Accounts(
        customers=nothing,
        types=nothing,
        branches=nothing,
        rates=np.full(count, 12_500),
        statuses=np.full(count, ACTIVE),
        opened=np.full(count, START - 500, np.int32),
        closed=nothing.astype(np.int32),
        matures=nothing.astype(np.int32),
        openers=nothing,
        wanted=np.array(wanted),
        firsts=nothing,
        counts=nothing,
        paying=nothing,
    )


@given(st.lists(st.integers(2_500, 3_000_000), min_size=4, max_size=4), st.lists(EVENT, max_size=60))
def test_whatever_is_planned_balances_are_exact_and_caps_hold(wanted, planned):
    accounts = accounts_of(wanted)
    of, days, seconds, categories, amounts = zip(*planned, strict=True) if planned else ([],) * 5
    codes = np.array([CATEGORY[name] for name in categories], np.intp)
    amounts = [
        0 if name == "interest" else 2_000 * (amount // 2_000 + 1) if name == "atm_cash" else amount
        for name, amount in zip(categories, amounts, strict=True)
    ]
    lots = events(of, np.array(days, np.int32) + START, seconds, codes, 0, amounts)
    collected = np.isin(codes, (CATEGORY["loan_repayment"], CATEGORY["insurance_premium"]))
    opening = opening_amounts(Streams(1), accounts, lots.take(collected), RULES.accounts, 0.30)
    moved = move(Streams(2), accounts, lots, opening, START, RULES.transactions)
    found = moved.events
    # All that is to be collected is, and no income is lost.
    for name in ("loan_repayment", "insurance_premium", "check_deposit"):
        assert sorted(found.amounts[found.categories == CATEGORY[name]]) == sorted(
            lots.amounts[codes == CATEGORY[name]]
        )
    moments = found.days.astype(np.int64) * 86_400 + found.seconds
    assert (np.diff(moments) >= 0).all()
    for account, opened_with in enumerate(opening.tolist()):
        balance = opened_with
        for row in np.flatnonzero(found.accounts == account).tolist():
            name = next(name for name, code in CATEGORY.items() if code == found.categories[row])
            amount = int(found.amounts[row])
            assert amount > 0
            if name == "interest":
                assert abs(amount - balance * 12_500 / 12_000_000) <= 0.5
            if name == "atm_cash":
                assert amount % 2_000 == 0
            if name in SPENT:
                assert 10 * amount <= 3 * balance
            balance += -amount if name in SPENT else amount
            assert moved.balances[row] == balance
        assert moved.closing[account] == balance
