"""Who looks after which customers of a block."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank.draws import Codes, Days, Rows, choose, even, within
from datagen.bank.rules.employees import EmployeeRules
from datagen.bank.staff import NOBODY, Pool
from datagen.columns import NULL
from datagen.frozen import dataclass
from datagen.streams import Streams


@dataclass(frozen=True)
class Assignments:
    """Assignments of a block, by customer and time; and who looks after each customer now."""

    customers: Rows
    employees: NDArray[np.int64]
    begun: Days
    ended: Days
    """`NULL` for the current one."""
    current: NDArray[np.int64]
    """A customer a row: the employee, `NOBODY` where there is none."""


def assign(
    streams: Streams, since: Days, segments: Codes, branches: Codes, as_of: int, advisers: Pool, rules: EmployeeRules
) -> Assignments:
    """Most customers have somebody who looks after them, one at a time."""
    count = len(since)
    favour = np.array(rules.assignment_favour).take(segments)
    rows = np.flatnonzero(choose(rules.assigned_share, np.ones(count, np.bool_), streams, "assigned", favour=favour))
    begun = within(since, as_of - 1, streams, count, "begun").take(rows)
    earlier = even(streams, len(rows), "earlier") < rules.earlier_assignment_share
    earlier &= begun > since.take(rows) + 1
    before = np.flatnonzero(earlier)
    first = within(since.take(rows), begun - 1, streams, len(rows), "first")[before]
    until = within(first, begun[before] - 1, streams, len(before), "until")
    now = advisers.pick(streams.at("now"), begun, np.full(len(rows), as_of - 1, np.int32), branches.take(rows))
    then = advisers.pick(streams.at("then"), first, until, branches.take(rows[before]))
    customers = np.concatenate((rows[before], rows))
    order = np.argsort(customers, kind="stable")
    current = np.full(count, NOBODY, np.int64)
    current[rows] = now
    return Assignments(
        customers.take(order),
        np.concatenate((then, now)).take(order),
        np.concatenate((first, begun)).take(order),
        np.concatenate((until, np.full(len(rows), NULL, np.int32))).take(order),
        current,
    )
