"""Which plan a member takes: by age, by who else pays at the address, and by the plans that are sold."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import whole_years
from datagen.fitness import vocabulary
from datagen.fitness.frames import ALONE, Plans
from datagen.fitness.rules.memberships import MembershipRules
from datagen.sampling import cumulative, pick_by_row, threshold
from datagen.streams import Streams
from datagen.types import Codes, Days, Rows

_KINDS = vocabulary.PLAN_KINDS
_INDIVIDUAL, _FAMILY, _STUDENT, _SENIOR, _CORPORATE = range(len(_KINDS))


class Payers(NamedTuple):
    """What a choice of plans knows of each member: birth, joining, a code of `frames.payers_of`, and how well off the
    people there are (`clubs.wealth_of`)."""

    births: Days
    joins: Days
    payers: Codes
    wealth: NDArray[np.float64]

    def __len__(self) -> int:  # of members, not of fields
        return len(self.joins)


class PlanChooser:
    """Draws plans that fit age and household.

    Student and Senior plans are begun only at their ages, Family and Corporate ones only by adults; of those who share
    an address, only the first one may take a Family plan, since a family pays once.
    """

    def __init__(self, plans: Plans, members: Payers, rules: MembershipRules) -> None:
        self.members, self.rules = members, rules
        self.bands = np.array(rules.age_bands)
        alone = [self._weights(mix.names, mix.shares) for mix in rules.plan_mixes()]
        first = [self._with_family(mix, rules.household_family_share) for mix in alone]
        others = [self._with_family(mix, 0.0) for mix in alone]
        self.limits = np.array([cumulative(mix) for mix in (*alone, *first, *others)])
        self.table = np.array([[_plan_of(plans, kind, months) for months in (1, 12)] for kind in _KINDS])
        self.kinds = np.array([kind_of(name) for name in plans.names])
        self.monthly = plans.months == 1

    @staticmethod
    def _weights(names: Sequence[str], shares: Sequence[float]) -> NDArray[np.float64]:
        weights = np.zeros(len(_KINDS))
        weights[[_KINDS.index(name) for name in names]] = shares
        return weights

    @staticmethod
    def _with_family(mix: NDArray[np.float64], share: float) -> NDArray[np.float64]:
        """The mix where a home has several payers: this share of the Family plans, others individually instead."""
        weights = mix.copy()
        weights[_FAMILY] *= share
        weights[_INDIVIDUAL] += mix[_FAMILY] - weights[_FAMILY]
        return weights

    def choose(self, who: Rows, starts: Days, streams: Streams, count: int, *names: str | int) -> Rows:
        """A plan for each of `who`, begun on `starts`; draws cover all `count` members."""
        age = whole_years(self.members.births.take(who), starts)
        band = np.clip(np.searchsorted(self.bands, age, side="right") - 1, 0, None)
        row = band + len(self.bands) * self.members.payers.take(who)
        kind = pick_by_row(self.limits, row, streams.lanes(count, "plan", *names).take(who))
        kind = np.where(self._fits(kind, age), kind, _INDIVIDUAL)
        share = self.rules.annual_share * (1 + self.rules.annual_by_wealth * self.members.wealth.take(who))
        annual = streams.lanes(count, "annual", *names).take(who) < threshold(share)
        chosen: Rows = self.table[kind, annual.astype(np.intp)]
        return chosen

    def _fits(self, kind: Rows, age: NDArray[np.int64]) -> NDArray[np.bool_]:
        student = (age >= self.rules.student_age_low) & (age <= self.rules.student_age_high)
        senior = age >= self.rules.senior_age_low
        adult = age >= self.rules.adult_age
        fits: NDArray[np.bool_] = ((kind != _STUDENT) | student) & ((kind != _SENIOR) | senior)
        fits &= ((kind != _FAMILY) & (kind != _CORPORATE)) | adult
        return fits

    def allows(self, plans: Rows, who: Rows, starts: Days) -> NDArray[np.bool_]:
        """Whether each of `who` may begin a spell of that plan on that day."""
        return self._fits(self.kinds.take(plans), whole_years(self.members.births.take(who), starts))

    def other_than(self, plans: Rows, who: Rows, starts: Days) -> Rows:
        """Another monthly plan than these, which each of `who` may take on that day; -1 where there is none."""
        age = whole_years(self.members.births.take(who), starts)
        alone = self.members.payers.take(who) == ALONE
        other = np.full(len(plans), -1, np.intp)
        for kind in (_INDIVIDUAL, _FAMILY, _CORPORATE, _SENIOR, _STUDENT):
            plan = np.full(len(plans), self.table[kind, 0])
            may = self._fits(np.full(len(plans), kind), age) & ((kind != _FAMILY) | alone)
            # A plan that is not sold is stood in for by one of another kind.
            may &= (self.kinds[plan] == kind) & self.monthly[plan]
            other = np.where((other < 0) & may & (plan != plans), plan, other)
        return other

    def monthly_like(self, plans: Rows) -> Rows:
        """The monthly plans of the kinds of these."""
        monthly: Rows = self.table[self.kinds.take(plans), 0]
        return monthly


def kind_of(name: str) -> int:
    """The place in `PLAN_KINDS` of a plan by its name; a name of no kind is for individuals."""
    for kind, word in enumerate(_KINDS):
        if name.startswith(word):
            return kind
    return _INDIVIDUAL


def _plan_of(plans: Plans, kind: str, months: int) -> int:
    """The active plan of this kind and length; failing that, a monthly one of this kind, then any that all may take."""
    active = np.flatnonzero(plans.active)
    everyone = [p for p in active if kind_of(plans.names[p]) not in (_STUDENT, _SENIOR)]
    for fits in (
        [p for p in active if plans.names[p].startswith(kind) and plans.months[p] == months],
        [p for p in active if plans.names[p].startswith(kind) and plans.months[p] == 1],
        [p for p in everyone if plans.months[p] == 1],
    ):
        if fits:
            return int(fits[0])
    raise AssertionError("read_frames saw to it that a monthly plan is active")
