"""Membership histories: the course of all members, and the spells of those whose row says otherwise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.columns import NULL, Coded, Columns, Day, Flag, Serial
from datagen.fitness import vocabulary
from datagen.fitness.course import (
    ACTIVE,
    CANCELLED,
    CHANGED,
    EXPIRED,
    SUSPENDED,
    Course,
    Givens,
    Spells,
    by_member,
    course_of,
    standing,
)
from datagen.fitness.frames import Reference
from datagen.fitness.labels import MEMBERSHIP_STATUS
from datagen.fitness.plan_choice import Payers, PlanChooser
from datagen.fitness.rules.memberships import MembershipRules
from datagen.sampling import scaled
from datagen.streams import Streams
from datagen.types import Days, Rows

_MEMBER_ACTIVE, _MEMBER_SUSPENDED, _MEMBER_CANCELLED = range(len(vocabulary.MEMBER_STATUSES))


def suspended(spells: Spells) -> NDArray[np.bool_]:
    """True for freezes: no visits, no dues."""
    return np.equal(spells.statuses, SUSPENDED)


def cancelled(spells: Spells) -> NDArray[np.bool_]:
    """True for spells that the member, or non-payment, ended."""
    return np.equal(spells.statuses, CANCELLED)


def departures(spells: Spells) -> NDArray[np.bool_]:
    """True for spells after which the member is gone, for good or for a while: cancelled ones, and terms that ran out
    with nothing after them."""
    same = np.append(spells.members[1:] == spells.members[:-1], False)
    followed = same & (np.append(spells.starts[1:], 0) == spells.ends)
    gone: NDArray[np.bool_] = cancelled(spells) | (np.equal(spells.statuses, EXPIRED) & ~followed)
    return gone


def build_spells(
    reference: Reference,
    rules: MembershipRules,
    wealth: NDArray[np.float64],
    streams: Streams,
    as_of: int,
    ran: Course | None = None,
) -> Spells:
    """The spells of all members up to the as-of day; `streams` are those of the world.

    They are the course of things (`course_of`), which knows how well off the people are where each lives (`wealth`);
    `ran` is one that has been run already, and is taken if the members are those of it.
    Where a member's row has another status, or another day of it - the frame is a user's own, edited, or made with
    another seed -, the course is bent towards that row.
    """
    members = reference.members
    payers = Payers(members.births, members.joins, members.payers, wealth)
    own = streams.at("membermemberships")
    spells = course_of(Givens(payers, reference.plans, rules, own, streams.at("traits"), as_of), ran).spells
    status, day = standing(spells)
    wrong = (status != members.statuses) | ((status != _MEMBER_ACTIVE) & (day != members.changed))
    if not wrong.any():
        return spells
    chooser = PlanChooser(reference.plans, payers, rules)
    return _bent(spells, wrong, members.statuses, members.changed, chooser, own, as_of)


def _bent(
    spells: Spells,
    wrong: NDArray[np.bool_],
    statuses: Rows,
    changed: Days,
    chooser: PlanChooser,
    streams: Streams,
    as_of: int,
) -> Spells:
    """The spells, with those of the members who are `wrong` cut at the day of their last change, or carried on."""
    count = len(wrong)
    day = np.clip(changed, chooser.members.joins + 1, as_of).astype(np.int32)
    owner = spells.members
    cut = wrong & (statuses != _MEMBER_ACTIVE)
    first = np.arange(len(spells)) == spells.first_of.take(owner)
    # What began on that day or later did not happen, nor does a freeze come last.
    keep = ~cut.take(owner) | (spells.starts < day.take(owner)) | first
    keep &= ~(wrong.take(owner) & _last_of_kept(spells, keep) & suspended(spells) & ~first)
    last = _last_of_kept(spells, keep) & wrong.take(owner)
    plans, ends, states = spells.plans.copy(), spells.ends.copy(), spells.statuses.copy()

    leaves = np.flatnonzero(last & (statuses.take(owner) == _MEMBER_CANCELLED))
    until = day.take(owner[leaves])
    early = (ends[leaves] == NULL) | (ends[leaves] > until) | (states[leaves] == CHANGED)
    states[leaves[early]] = CANCELLED
    ends[leaves] = np.where((ends[leaves] == NULL) | (ends[leaves] > until), until, ends[leaves])

    pauses = np.flatnonzero(last & (statuses.take(owner) == _MEMBER_SUSPENDED))
    plans[pauses] = chooser.monthly_like(plans[pauses])
    # A change of plan leads to another plan.
    before = np.maximum(pauses - 1, 0)
    same = ~first[pauses] & (states[before] == CHANGED) & (plans[before] == plans[pauses])
    other = chooser.other_than(plans[pauses], owner[pauses], spells.starts[pauses])
    plans[pauses] = np.where(same & (other >= 0), other, plans[pauses])
    ends[pauses], states[pauses] = day.take(owner[pauses]), CHANGED

    stays = np.flatnonzero(last & (statuses.take(owner) == _MEMBER_ACTIVE))
    running = (states[stays] == CHANGED) | (states[stays] == ACTIVE)
    monthly = chooser.monthly.take(plans[stays])
    ends[stays[running & monthly]], states[stays[running]] = NULL, ACTIVE
    back = stays[~running]
    room = np.maximum(as_of - ends[back], 0)
    resume = (ends[back] + scaled(streams.lanes(count, "back").take(owner[back]), room + 1)).astype(np.int32)
    anew = chooser.monthly_like(chooser.choose(owner[back], resume, streams, count, "back"))

    yes, never = np.ones(count, np.bool_), np.full(count, NULL, np.int32)
    kept = (owner[keep], plans[keep], spells.starts[keep], ends[keep], states[keep], spells.renews[keep])
    freezes = (owner[pauses], plans[pauses], ends[pauses], never[: len(pauses)],
               np.full(len(pauses), SUSPENDED, np.int8), yes[: len(pauses)])  # fmt: skip
    returns = (owner[back], anew, resume, never[: len(back)], np.full(len(back), ACTIVE, np.int8), yes[: len(back)])
    return by_member([kept, freezes, returns], count)


def _last_of_kept(spells: Spells, keep: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Which of the spells that are kept are the last ones of their members."""
    rows = np.flatnonzero(keep)
    last = np.zeros(len(spells), np.bool_)
    last[rows[np.append(np.diff(spells.members[rows]) != 0, True)]] = True
    return last


def membership_columns(spells: Spells, reference: Reference) -> Columns:
    """membermemberships, numbered by start date."""
    order = np.argsort(spells.starts, kind="stable")
    return {
        "membershipid": Serial("MSH", 8, 1, len(spells)),
        "memberid": Coded(spells.members.take(order), reference.members.ids),
        "membershiptypeid": Coded(spells.plans.take(order), reference.plans.ids),
        "startdate": Day(spells.starts.take(order)),
        "enddate": Day(spells.ends.take(order), nullable=True),
        "status": Coded(spells.statuses.take(order), MEMBERSHIP_STATUS),
        "autorenew": Flag(spells.renews.take(order)),
    }
