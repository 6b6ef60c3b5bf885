"""Who talks to customers by telephone and in branches, so that nobody is in two talks at once.

Employees who talk are dealt out to the blocks of customers, and within a block talks queue for their employee. Where
there are fewer employees than blocks, blocks share them week by week.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.draws import SECONDS_AN_HOUR, Days
from datagen.bank.rules.service import ServiceRules
from datagen.bank.staff import Pool, Staff
from datagen.errors import Conflicts, UsageError
from datagen.frozen import dataclass
from datagen.streams import Streams

PHONE_ROLES = (words.AGENT, words.RELATIONSHIP_MANAGER)
BRANCH_ROLES = (words.TELLER, words.BRANCH_MANAGER)
_LEAST_A_DESK = 3
_WEEK = 7
_MOST_DAYS = 1 << 20


@dataclass(frozen=True)
class Desk:
    """The employees that a block's customers talk to, and the weeks in which they do."""

    pool: Pool
    weeks: int
    """Blocks that share these employees, a week each in turn."""
    turn: int

    def in_turn(self, days: Days, low: NDArray[np.int32] | int, as_of: int) -> tuple[Days, NDArray[np.bool_]]:
        """Days moved by whole weeks into the block's own, and whether they lie from `low` to the as-of day."""
        back = (days // _WEEK - self.turn) % self.weeks
        moved = days - _WEEK * back
        moved = np.where(moved < low, moved + _WEEK * self.weeks, moved)
        return moved.astype(np.int32), (moved >= low) & (moved < as_of)


def desk_of(staff: Staff, roles: tuple[str, ...], block: int, blocks: int, year_ago: int) -> Desk:
    """The desk of a block among so many; somebody of the desk has been there since `year_ago`."""
    pool = staff.pool(roles)
    lasting = np.flatnonzero((pool.hired <= year_ago) & (pool.left > 2**30))
    desks = max(min(blocks, len(lasting) // _LEAST_A_DESK), 1)
    desk = block % desks
    # Those who last are dealt out one by one, so that each desk has some; and so are the others.
    rank = np.empty(len(pool.rows), np.intp)
    rank[lasting] = np.arange(len(lasting))
    others = np.setdiff1d(np.arange(len(pool.rows)), lasting)
    rank[others] = np.arange(len(others))
    members = np.flatnonzero(rank % desks == desk)
    permanent = int(pool.rows[lasting[desk]])
    mine = Pool(pool.rows[members], pool.hired[members], pool.left[members], pool.branches[members], permanent)
    return Desk(mine, -(-(blocks - desk) // desks), block // desks)


def check_capacity(staff: Staff, customers: int, as_of: int, rules: ServiceRules) -> None:
    """Refuse more customers than the employees can talk to in their working time.

    Raises:
        UsageError: with the arithmetic, and the number of customers that would do.
    """
    conflicts = Conflicts()
    contacts = sum(int(name) * share for name, share in rules.contacts.items())
    for channel, roles, place in (("phone", PHONE_ROLES, "by telephone"), ("branch", BRANCH_ROLES, "in branches")):
        index = words.CHANNELS.index(channel)
        spread = float(np.round(np.exp(rules.seconds_sigmas[index] ** 2 / 2), 4))
        hours = contacts * rules.channels[channel] * rules.seconds[index] * spread / SECONDS_AN_HOUR
        pool = staff.pool(roles)
        people = int(((pool.hired < as_of) & (pool.left >= as_of)).sum())
        most = rules.most_busy * rules.working_hours * people
        if customers * hours > most:
            conflicts.add(
                UsageError(
                    f"--customers {customers:,}: they talk {customers * hours:,.0f} hours a year {place}, and those "
                    f"who talk to them there ({people:,} {'person' if people == 1 else 'people'}) have {most:,.0f} "
                    f"hours for it. Give at most --customers {int(most / hours):,}, or more --employees."
                )
            )
    conflicts.refuse()


def queue(
    streams: Streams, desk: Desk, days: Days, starts: NDArray[np.int32], seconds: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """An employee of the desk a talk, and when it starts: who is busy is waited for.

    A talk starts when it is asked for or when the last one of that employee and day has ended, whichever is later. So
    ends are sums of lengths plus the largest lead so far, which is a running maximum.
    """
    employees = desk.pool.pick(streams, days, days)
    group = employees.astype(np.int64) * _MOST_DAYS + days
    order = np.lexsort((starts, group))
    run = group.take(order)
    length = seconds.take(order).astype(np.int64)
    before = np.cumsum(length) - length
    first = np.concatenate(([True], run[1:] != run[:-1])) if len(run) else np.zeros(0, np.bool_)
    base = before[np.flatnonzero(first)].take(np.cumsum(first) - 1) if len(run) else before
    before = before - base
    shift = (np.cumsum(first) - 1) << 40
    lead = (
        np.maximum.accumulate(shift + starts.take(order) - before + (1 << 39)) - shift - (1 << 39)
        if len(run)
        else before
    )
    begun = np.empty(len(days), np.int32)
    begun[order] = (lead + before).astype(np.int32)
    return employees, begun
