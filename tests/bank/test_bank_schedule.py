"""Schedules are annuities to the cent."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from datagen.bank.loans import ACTIVE, NEVER, RESTRUCTURED, Loans, dues_before
from datagen.bank.schedule import amortize, annuity
from datagen.calendar import add_months
from datagen.columns import NULL

LOANS = st.lists(
    st.tuples(
        st.integers(100_000, 200_000_000),  # cents
        st.integers(300, 1_800),  # hundredths of a percent
        st.integers(12, 360),
        st.none() | st.integers(2, 11),  # instalments before a restructuring
    ),
    min_size=1,
    max_size=8,
)


def loans_of(drawn) -> Loans:
    count = len(drawn)
    principals, rates, terms, kept = zip(*drawn, strict=True)
    changed = np.array([place is not None for place in kept])
    nothing = np.zeros(count, np.intp)
    rate, term = np.array(rates), np.array(terms)
    return Loans(
        applications=nothing,
        customers=nothing,
        accounts=nothing,
        types=nothing,
        principals=np.array(principals),
        rates=rate,
        terms=term,
        days=np.zeros(count, np.int32),
        fates=np.where(changed, RESTRUCTURED, ACTIVE),
        unpaid_from=np.full(count, NEVER),
        changed=np.full(count, NULL, np.int32),
        kept=np.array([term if place is None else place for place, term in zip(kept, terms, strict=True)]),
        new_rates=np.where(changed, np.maximum(rate - 75, 300), rate),
        new_terms=np.where(changed, term + 24, term),
    )


@given(LOANS)
def test_interest_is_exact_and_the_last_instalment_closes_the_loan(drawn):
    loans = loans_of(drawn)
    plan = amortize(loans)
    starts = np.cumsum(loans.new_terms) - loans.new_terms
    for loan, (start, term) in enumerate(zip(starts, loans.new_terms, strict=True)):
        rows = slice(start, start + term)
        before = np.concatenate(([loans.principals[loan]], plan.balances[rows][:-1]))
        for owed, rate, interest in zip(before, plan.rates[rows], plan.interest[rows], strict=True):
            exact = Decimal(int(owed)) * Decimal(int(rate)) / 120_000
            assert interest == exact.quantize(Decimal(1), ROUND_HALF_UP)
        assert (plan.balances[rows] == before - plan.principal[rows]).all()
        assert plan.balances[rows][-1] == 0
        equal = (plan.interest + plan.principal)[rows][:-1]
        kept = loans.kept[loan] if loans.fates[loan] == RESTRUCTURED else 0
        assert len(set(equal[:kept].tolist())) <= 1
        assert (equal[kept:] == plan.payments[loan]).all()


@given(LOANS)
def test_a_payment_is_the_annuity_half_up(drawn):
    loans = loans_of(drawn)
    for principal, rate, term, payment in zip(
        loans.principals, loans.rates, loans.terms, annuity(loans.principals, loans.rates, loans.terms), strict=True
    ):
        share = Decimal(int(rate)) / 120_000
        exact = Decimal(int(principal)) * share / (1 - (1 + share) ** -int(term))
        assert abs(payment - exact) <= Decimal("0.51")


@given(st.integers(0, 20_000), st.integers(1, 360), st.integers(0, 12_000))
def test_instalments_due_before_a_day_are_counted(disbursed, term, later):
    day = disbursed + later
    due = [int(add_months(np.int32(disbursed), number)) for number in range(1, term + 1)]
    assert all(one < other for one, other in pairwise(due))
    found = dues_before(np.array([disbursed], np.int32), np.array([term]), day)
    assert found[0] == sum(number < day for number in due)
