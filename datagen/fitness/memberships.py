"""Membership histories: the spells of each member, from joining to the as-of day.

A history is built forwards, all members at once, a round of spells at a time: a spell ends at its next event - a change
of plan, a freeze, a lapse with a return, the end of an annual term - or runs to where the member's visible status says
it must: on the as-of day (Active), at the day of the last change (Cancelled, Suspended).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import add_months, whole_years
from datagen.columns import NULL, Coded, Columns, Day, Flag, Serial
from datagen.fitness import vocabulary
from datagen.fitness.frames import Members, Plans, Reference
from datagen.fitness.labels import MEMBERSHIP_STATUS
from datagen.fitness.rules.memberships import MembershipRules
from datagen.sampling import cumulative, exponential_table, pick, pick_by_row, quantiles, scaled, threshold
from datagen.streams import Streams
from datagen.types import Days, Rows

_ACTIVE, _SUSPENDED, _EXPIRED, _CANCELLED, _CHANGED = range(len(vocabulary.MEMBERSHIP_STATUSES))
_MEMBER_ACTIVE, _MEMBER_SUSPENDED, _MEMBER_CANCELLED = range(len(vocabulary.MEMBER_STATUSES))
_KINDS = vocabulary.PLAN_KINDS
_INDIVIDUAL, _FAMILY, _STUDENT, _SENIOR, _CORPORATE = range(len(_KINDS))
_CHANGE, _FREEZE, _LAPSE = range(3)
_RENEW, _TERM_CHANGE = range(2)
_LONGEST_WAIT = 120  # months to an event, more than a history has
_SHORTEST_MONTH = 28

_Piece = tuple[Rows, Rows, Days, Days, NDArray[np.int8], NDArray[np.bool_]]
"""Spells as columns: members, plans, starts, ends, statuses, renewals."""


@dataclass(frozen=True)
class Spells:
    """Spells ordered by member, then start; `ends` is exclusive, `NULL` where open."""

    members: Rows
    plans: Rows
    starts: Days
    ends: Days
    statuses: NDArray[np.int8]
    renews: NDArray[np.bool_]

    first_of: Rows
    """Where each member's spells begin; one entry more than there are members."""

    def __len__(self) -> int:
        return len(self.starts)

    def ends_by(self, day: int) -> Days:
        """The ends, open ones at `day`."""
        return np.where(self.ends == NULL, np.int32(day), self.ends)


def suspended(spells: Spells) -> NDArray[np.bool_]:
    """True for freezes: no visits, no dues."""
    return np.equal(spells.statuses, _SUSPENDED)


def cancelled(spells: Spells) -> NDArray[np.bool_]:
    """True for spells that the member, or non-payment, ended."""
    return np.equal(spells.statuses, _CANCELLED)


def build_spells(reference: Reference, rules: MembershipRules, streams: Streams, as_of: int) -> Spells:
    """The spells of all members up to the as-of day."""
    members, count = reference.members, len(reference.members)
    chooser = _PlanChooser(reference.plans, members, rules)
    horizon = np.where(
        members.statuses == _MEMBER_ACTIVE, np.int32(as_of), np.clip(members.changed, members.joins + 1, as_of)
    ).astype(np.int32)
    monthly_only = members.statuses == _MEMBER_SUSPENDED
    pieces: list[_Piece] = []
    who, start = np.arange(count), members.joins.copy()
    plan = chooser.choose(who, start, monthly_only, streams, count, "first")
    round_ = 0
    while len(who):

        def lanes(aspect: str, *, who: Rows = who, round_: int = round_) -> NDArray[np.uint16]:
            return streams.lanes(count, aspect, round_).take(who)

        until, status = horizon.take(who), members.statuses.take(who)
        annual = reference.plans.months.take(plan) == 12
        turn = _turn(start, until, annual, chooser.other_than(plan) < 0, status == _MEMBER_ACTIVE, rules, lanes)
        auto = lanes("renewal") < threshold(rules.auto_renew_share)
        pieces += _spells_of(turn, who, plan, start, until, status, annual, auto)

        fresh = chooser.choose(who, turn.resume, monthly_only.take(who), streams, count, "next", round_)
        fresh = np.where(turn.changing & (fresh == plan), chooser.other_than(plan), fresh)
        plan = np.where(turn.anew | ~chooser.allows(plan, who, turn.resume), fresh, plan)
        who, start, plan = who[turn.goes_on], turn.resume[turn.goes_on], plan[turn.goes_on]
        round_ += 1
    return _by_member(pieces, count)


@dataclass(frozen=True)
class _Turn:
    """How a round of spells, one a member, ends: each at its `end` if it `goes_on`, else where the member's status
    says. A next one then begins on `resume`, after a freeze or a lapse if there is one."""

    end: Days
    resume: Days
    goes_on: NDArray[np.bool_]
    renewing: NDArray[np.bool_]
    freezing: NDArray[np.bool_]
    lapsing: NDArray[np.bool_]
    anew: NDArray[np.bool_]
    """Whether a plan is chosen anew for the next spell."""
    changing: NDArray[np.bool_]
    """Whether that has to be another plan."""


def _turn(
    start: Days,
    until: Days,
    annual: NDArray[np.bool_],
    no_other: NDArray[np.bool_],
    active: NDArray[np.bool_],
    rules: MembershipRules,
    lanes: Callable[[str], NDArray[np.uint16]],
) -> _Turn:
    """Draw what would happen next in spells begun on `start`, and when the member would be settled again.

    `until` is where the members' histories end, `active` who is Active there, `no_other` whose plan has no alternative.
    """
    months_to_event = exponential_table(1 / max(rules.monthly_event_share, 1e-3), 1, _LONGEST_WAIT)
    freeze_months = np.array([int(name) for name in rules.freeze_months.names])
    gap_low, gap_high = rules.return_after_days
    event = np.where(
        annual, pick(rules.term_ends.shares, lanes("term")), pick(rules.monthly_events.shares, lanes("event"))
    )
    stuck = (event == np.where(annual, _TERM_CHANGE, _CHANGE)) & no_other
    event = np.where(annual & stuck, _RENEW, event)
    renewing, freezing, lapsing = annual & (event == _RENEW), ~annual & (event == _FREEZE), event == _LAPSE
    due = add_months(start, quantiles(months_to_event, lanes("months")))
    lapse = due + np.where(lapsing, scaled(lanes("days"), _SHORTEST_MONTH), 0)
    end = np.where(annual, add_months(start, 12), lapse).astype(np.int32)
    gap = gap_low + scaled(lanes("gap"), gap_high - gap_low + 1)
    thawed = add_months(end, freeze_months.take(pick(rules.freeze_months.shares, lanes("freeze"))))
    resume = np.where(lapsing, end + gap, np.where(freezing, thawed, end)).astype(np.int32)

    # An annual term that ends in time always gives way to the next spell; other events only if they settle in time.
    over = annual & ((end < until) | ((end == until) & active))
    unsettled = (resume + rules.settle_days > until) | stuck
    renewing |= over & unsettled
    goes_on = over | (~annual & ~unsettled)
    anew = goes_on & ((annual & ~renewing) | (~annual & ~freezing))
    return _Turn(
        end=end,
        resume=np.where(over & unsettled, end, resume),
        goes_on=goes_on,
        renewing=renewing,
        freezing=freezing,
        lapsing=lapsing,
        anew=anew,
        changing=anew & (event != _LAPSE),
    )


def _spells_of(
    turn: _Turn,
    who: Rows,
    plan: Rows,
    start: Days,
    until: Days,
    status: Rows,
    annual: NDArray[np.bool_],
    auto: NDArray[np.bool_],
) -> Iterator[_Piece]:
    """The spells of a turn, and the freezes that follow on them; `auto` is who renews of those who run on."""
    goes_on, last, lapsing = turn.goes_on, ~turn.goes_on, turn.lapsing
    active, left, frozen = (status == s for s in (_MEMBER_ACTIVE, _MEMBER_CANCELLED, _MEMBER_SUSPENDED))
    yes, open_end = np.ones(len(who), np.bool_), np.full(len(who), NULL, np.int32)
    runs_out = annual & (turn.end == until)
    pause = goes_on & turn.freezing
    for mask, starts, ends, state, renews in (
        (goes_on & annual, start, turn.end, _EXPIRED, turn.renewing),
        (goes_on & ~annual & lapsing, start, turn.end, _CANCELLED, ~yes),
        (goes_on & ~annual & ~lapsing, start, turn.end, _CHANGED, yes),
        (last & active & annual, start, turn.end, _ACTIVE, auto),
        (last & active & ~annual, start, open_end, _ACTIVE, auto),
        (last & left & runs_out, start, until, _EXPIRED, ~yes),
        (last & left & ~runs_out, start, until, _CANCELLED, ~yes),
        (last & frozen, start, until, _CHANGED, yes),
        (pause, turn.end, turn.resume, _SUSPENDED, yes),
        (last & frozen, until, open_end, _SUSPENDED, yes),
    ):
        states = np.full(int(mask.sum()), state, np.int8)
        yield who[mask], plan[mask], starts[mask], ends[mask], states, renews[mask]


def _by_member(pieces: Sequence[_Piece], count: int) -> Spells:
    columns = [np.concatenate(parts) for parts in zip(*pieces, strict=True)]
    order = np.argsort(columns[0] * (1 << 24) + (columns[2] + (1 << 23)), kind="stable")
    owners, plans, starts, ends, statuses, renews = (column.take(order) for column in columns)
    first_of = np.searchsorted(owners, np.arange(count + 1))
    return Spells(owners, plans, starts, ends, statuses, renews, first_of)


class _PlanChooser:
    """Draws plans that fit age and household; Student and Senior plans are begun only at their ages."""

    def __init__(self, plans: Plans, members: Members, rules: MembershipRules) -> None:
        self.members, self.rules = members, rules
        self.bands = np.array(rules.age_bands)
        mixes = [self._weights(mix.names, mix.shares) for mix in rules.plan_mixes()]
        share = rules.household_family_share
        family = np.eye(len(_KINDS))[_FAMILY]
        together = [share * family + (1 - share) * mix for mix in mixes]
        self.limits = np.array([cumulative(mix) for mix in (*mixes, *together)])
        self.table = np.array([[_plan_of(plans, kind, months) for months in (1, 12)] for kind in _KINDS])
        self.kinds = np.array([_kind_of(name) for name in plans.names])
        self.others = _others(plans, self.kinds)

    @staticmethod
    def _weights(names: Sequence[str], shares: Sequence[float]) -> NDArray[np.float64]:
        weights = np.zeros(len(_KINDS))
        weights[[_KINDS.index(name) for name in names]] = shares
        return weights

    def choose(
        self, who: Rows, starts: Days, monthly_only: NDArray[np.bool_], streams: Streams, count: int, *names: str | int
    ) -> Rows:
        """A plan for each of `who`, begun on `starts`; draws cover all `count` members."""
        age = whole_years(self.members.births.take(who), starts)
        band = np.clip(np.searchsorted(self.bands, age, side="right") - 1, 0, None)
        row = band + len(self.bands) * self.members.shares_address.take(who)
        kind = pick_by_row(self.limits, row, streams.lanes(count, "plan", *names).take(who))
        kind = np.where(self._fits(kind, age), kind, _INDIVIDUAL)
        annual = streams.lanes(count, "annual", *names).take(who) < threshold(self.rules.annual_share)
        return self.table[kind, (annual & ~monthly_only).astype(np.intp)]

    def _fits(self, kind: Rows, age: NDArray[np.int64]) -> NDArray[np.bool_]:
        student = (age >= self.rules.student_age_low) & (age <= self.rules.student_age_high)
        senior = age >= self.rules.senior_age_low
        fits: NDArray[np.bool_] = ((kind != _STUDENT) | student) & ((kind != _SENIOR) | senior)
        return fits

    def allows(self, plans: Rows, who: Rows, starts: Days) -> NDArray[np.bool_]:
        """Whether each of `who` may begin a spell of that plan on that day."""
        return self._fits(self.kinds.take(plans), whole_years(self.members.births.take(who), starts))

    def other_than(self, plans: Rows) -> Rows:
        """Another plan that anyone may take, for each of these; -1 where there is none."""
        return self.others.take(plans)


def _others(plans: Plans, kinds: NDArray[np.intp]) -> Rows:
    """For each plan, an active one that is not it and that anyone may take, monthly; -1 where there is none."""
    anyone = np.flatnonzero(plans.active & ~np.isin(kinds, (_STUDENT, _SENIOR)) & (plans.months == 1))
    return np.array([next((other for other in anyone if other != plan), -1) for plan in range(len(kinds))])


def _kind_of(name: str) -> int:
    for kind, word in enumerate(_KINDS):
        if name.startswith(word):
            return kind
    return _INDIVIDUAL


def _plan_of(plans: Plans, kind: str, months: int) -> int:
    """The active plan of this kind and length; failing that, a monthly one of this kind, then any that all may take."""
    active = np.flatnonzero(plans.active)
    everyone = [p for p in active if _kind_of(plans.names[p]) not in (_STUDENT, _SENIOR)]
    for fits in (
        [p for p in active if plans.names[p].startswith(kind) and plans.months[p] == months],
        [p for p in active if plans.names[p].startswith(kind) and plans.months[p] == 1],
        [p for p in everyone if plans.months[p] == 1],
    ):
        if fits:
            return int(fits[0])
    raise AssertionError("read_frames saw to it that a monthly plan is active")


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
