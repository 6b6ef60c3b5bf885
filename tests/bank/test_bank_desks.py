"""Nobody is in two talks at once, and nobody is asked for more talks than there is time for."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from datagen.bank.desks import BRANCH_ROLES, PHONE_ROLES, desk_of, queue
from datagen.bank.history import build_history
from datagen.bank.rules import BankRules
from datagen.bank.size import Size
from datagen.errors import UsageError
from datagen.streams import Streams

AS_OF = 20_777
HISTORY = build_history(3, Size(400, 40), AS_OF, BankRules())
TALK = st.tuples(st.integers(AS_OF - 6, AS_OF - 1), st.integers(28_800, 71_999), st.integers(5, 14_400))


@given(st.lists(TALK, min_size=1, max_size=60))
def test_talks_of_an_employee_follow_each_other(talks):
    days, starts, seconds = (np.array(field) for field in zip(*talks, strict=True))
    desk = HISTORY.desks(0)[0]
    employees, begun = queue(Streams(5), desk, days.astype(np.int32), starts.astype(np.int32), seconds)
    assert (begun >= starts).all()
    assert HISTORY.staff.employed(employees, days).all()
    for employee in np.unique(employees):
        for day in np.unique(days):
            here = np.flatnonzero((employees == employee) & (days == day))
            here = here[np.argsort(begun[here], kind="stable")]
            assert (begun[here][1:] >= (begun + seconds)[here][:-1]).all()
            # Nobody waits while the employee is free: a talk begins when it is wanted, or when the last one ends.
            free = np.concatenate(([0], (begun + seconds)[here][:-1]))
            assert (begun[here] == np.maximum(starts[here], free)).all()


@pytest.mark.parametrize("blocks", [1, 2, 7, 60])
@pytest.mark.parametrize("roles", [PHONE_ROLES, BRANCH_ROLES])
def test_blocks_share_no_employee_in_the_same_week(blocks, roles):
    desks = [desk_of(HISTORY.staff, roles, block, blocks, AS_OF - 365) for block in range(blocks)]
    seen = set()
    for desk in desks:
        for employee in {*desk.pool.rows.tolist(), desk.pool.permanent}:
            for turn in range(120):
                if turn % desk.weeks == desk.turn % desk.weeks:
                    assert (employee, turn) not in seen
                    seen.add((employee, turn))


def test_more_customers_than_can_be_talked_to_are_refused_with_the_arithmetic():
    with pytest.raises(UsageError, match=r"--customers 12,000: they talk .* hours a year .* at most --customers"):
        build_history(0, Size(12_000, 7), AS_OF, BankRules())
