"""The course of memberships: what happens to each member from joining to the as-of day, by hazards.

It is built forwards, all members at once, a round of spells at a time, and nothing in it aims at the as-of day: what
has happened by then has happened, and a member's status is read off. The room of the reference tables and the history
run the same course, from the same draws: the one hands it to the other, which need not run it again.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import add_months, month_number
from datagen.columns import NULL, or_null
from datagen.fitness import vocabulary
from datagen.fitness.frames import Plans
from datagen.fitness.plan_choice import Payers, PlanChooser
from datagen.fitness.rules.memberships import MembershipRules
from datagen.frozen import dataclass
from datagen.sampling import LANES, exponential_table, interpolated, pick, quantiles, scaled, threshold
from datagen.streams import Streams
from datagen.types import Days, Rows

ACTIVE, SUSPENDED, EXPIRED, CANCELLED, CHANGED = range(len(vocabulary.MEMBERSHIP_STATUSES))
_CHANGE, _FREEZE = range(2)
_FAR = 1 << 20  # days, later than anything
_LONGEST_WAIT = 120  # months to an event, more than a history has
_MOST_ROUNDS = 400  # spells of one member
_UNIT = 1_000_000  # of hazards, so that their sums are exact
_CANDIDATES = 4  # days of leaving tried, of which the first in season is taken
_DAYS_A_MONTH, _DAYS_A_YEAR = 30.44, 365

_Piece = tuple[Rows, Rows, Days, Days, NDArray[np.int8], NDArray[np.bool_]]
Lanes = Callable[[str], NDArray[np.uint16]]


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


@dataclass(frozen=True)
class Givens:
    """What a course follows from; `streams` are those of memberships, `traits` of the habits."""

    members: Payers
    plans: Plans
    rules: MembershipRules
    streams: Streams
    traits: Streams
    as_of: int

    def same_as(self, other: Givens) -> bool:
        """Whether the same course follows from both."""
        return self._values() == other._values() and all(map(np.array_equal, self._columns(), other._columns()))

    def _values(self) -> tuple[object, ...]:
        return self.plans.names, self.rules, self.streams, self.traits, self.as_of

    def _columns(self) -> tuple[NDArray[np.generic], ...]:
        return *self.members, self.plans.months, self.plans.active


@dataclass(frozen=True)
class Course:
    """The spells of all members up to the as-of day, and what they follow from."""

    givens: Givens
    spells: Spells


def constancy(count: int, rules: MembershipRules, traits: Streams) -> NDArray[np.float64]:
    """What divides each member's hazard of leaving: little for those who come seldom (`traits` are those streams)."""
    low, high = rules.constancy
    often = traits.lanes(count, "weekly") / LANES
    return np.round(low + (high - low) * often, 6)


def course_of(givens: Givens, ran: Course | None = None) -> Course:
    """The course that follows: the one that somebody `ran`, if it follows from the same; or else it is run now."""
    if ran is not None and ran.givens.same_as(givens):
        return ran
    return Course(givens, _run(givens))


def _run(givens: Givens) -> Spells:
    members, plans, rules, as_of = givens.members, givens.plans, givens.rules, givens.as_of
    streams, count = givens.streams, len(members)
    chooser = PlanChooser(plans, members, rules)
    hold = constancy(count, rules, givens.traits)
    pieces: list[_Piece] = []
    who, start = np.arange(count), members.joins.astype(np.int32)
    plan = chooser.choose(who, start, streams, count, "first")
    for round_ in range(_MOST_ROUNDS):
        if not len(who):
            break

        def lanes(aspect: str, *, who: Rows = who, round_: int = round_) -> NDArray[np.uint16]:
            return streams.lanes(count, aspect, round_).take(who)

        annual = plans.months.take(plan) == 12
        life = _Life(who, plan, start, annual, members.joins.take(who), hold.take(who), as_of)
        turn = _turn(life, chooser, rules, lanes)
        pieces += _spells_of(turn, life, lanes("renewal") < threshold(rules.auto_renew_share))
        goes_on = turn.over(as_of) & np.where(turn.leaving, turn.resume < as_of, turn.resume <= as_of)
        fresh = chooser.choose(who, turn.resume, streams, count, "next", round_)
        fresh = np.where(turn.changing & (fresh == plan), turn.other, fresh)
        anew = turn.leaving | turn.changing | ~chooser.allows(plan, who, turn.resume)
        who, start, plan = who[goes_on], turn.resume[goes_on], np.where(anew, fresh, plan)[goes_on]
    return by_member(pieces, count)


@dataclass(frozen=True)
class _Turn:
    """How a round of spells, one a member, ends: on `end`, and when the next one begins, `_FAR` away if never."""

    end: Days
    resume: Days
    leaving: NDArray[np.bool_]
    freezing: NDArray[np.bool_]
    changing: NDArray[np.bool_]
    annual_end: NDArray[np.bool_]
    other: Rows
    """Another plan, for those who are changing it."""

    def over(self, as_of: int) -> NDArray[np.bool_]:
        """Whose spell has ended: what takes effect on the as-of day is known then only of terms that run out."""
        over: NDArray[np.bool_] = (self.end < as_of) | (self.annual_end & (self.end == as_of))
        return over


@dataclass(frozen=True)
class _Life:
    """A round of spells, one a member: the plan, the first day, when the member joined, and what divides hazards."""

    who: Rows
    plan: Rows
    start: Days
    annual: NDArray[np.bool_]
    joins: Days
    hold: NDArray[np.float64]
    as_of: int


def _turn(life: _Life, chooser: PlanChooser, rules: MembershipRules, lanes: Lanes) -> _Turn:
    """Draw what happens next in a round of spells."""
    who, plan, start, annual = life.who, life.plan, life.start, life.annual
    leave = _leaving_days(life, rules, lanes)
    months_to_event = exponential_table(1 / max(rules.monthly_event_share, 1e-3), 1, _LONGEST_WAIT)
    due = add_months(start, quantiles(months_to_event, lanes("months")))
    freezes = _freeze_shares(due, chooser.members.births.take(who), rules)
    event = np.where(lanes("event") < threshold(1 - freezes), _CHANGE, _FREEZE)
    term = add_months(start, 12)
    other = chooser.other_than(plan, who, np.where(annual, term, due))
    stuck = (event == _CHANGE) & (other < 0)
    due = np.where(stuck | (rules.monthly_event_share == 0), np.int32(_FAR), due)
    limit = np.where(annual, term, due)
    early = leave < limit
    # A term that runs out on the as-of day goes on: that it does not is known the day after.
    lapses = (lanes("term") < threshold(rules.term_lapse_share / life.hold)) & (term != life.as_of)
    at_end = annual & ~early
    leaving = early | (at_end & lapses)
    changes = (lanes("term change") < threshold(rules.term_change_share)) & (other >= 0)
    freezing = ~annual & ~leaving & (event == _FREEZE)
    end = np.where(early, leave, limit).astype(np.int32)

    returns = lanes("return") < threshold(rules.return_share)
    gap = rules.return_least + quantiles(exponential_table(rules.return_days, 0, 10 * rules.return_days), lanes("gap"))
    freeze_months = np.array([int(name) for name in rules.freeze_months.names])
    thawed = add_months(
        np.minimum(end, life.as_of), freeze_months.take(pick(rules.freeze_months.shares, lanes("freeze")))
    )
    resume = np.where(leaving, np.where(returns, end + gap, end + _FAR), np.where(freezing, thawed, end))
    return _Turn(
        end=end,
        resume=resume.astype(np.int32),
        leaving=leaving,
        freezing=freezing,
        changing=~leaving & np.where(annual, changes, event == _CHANGE),
        annual_end=at_end,
        other=other,
    )


def _freeze_shares(due: Days, births: Days, rules: MembershipRules) -> NDArray[np.float64]:
    """The share of freezes among the events of each of these days, by the season and the age."""
    ages = np.searchsorted(_DAYS_A_YEAR * np.array(rules.freeze_ages), due - births, side="right")
    factor = np.array(rules.freeze_season).take(month_number(due) % 12) * np.array(rules.freeze_by_age).take(ages)
    share: NDArray[np.float64] = np.minimum(rules.monthly_events["Freeze"] * factor, 1)
    return share


def _hazards(rules: MembershipRules, annual: bool, days: int) -> NDArray[np.int64]:
    """Cumulated hazard of leaving over the first days of membership, in millionths; the cooling-off is not in it."""
    day = np.arange(days)
    if annual:
        daily = np.full(days, rules.midterm_leaving / _DAYS_A_YEAR)
    else:
        early, middle, late = rules.monthly_leaving
        daily = np.where(day < rules.early_days, early, np.where(day < rules.middle_days, middle, late)) / _DAYS_A_MONTH
    daily = np.where(day < rules.cooling_days[1], 0, daily)
    return np.cumsum(np.rint(daily * _UNIT).astype(np.int64))


def _leaving_days(life: _Life, rules: MembershipRules, lanes: Lanes) -> Days:
    """The day on which each would leave if nothing else happened before, after the first day of the spell.

    Candidates are drawn by tenure at the rate of the worst month, and taken as often as their month is bad.
    """
    season = np.array(rules.leaving_months)
    worst = season.max()
    limits, waits = threshold(season / worst), exponential_table(_UNIT, 0, 20 * _UNIT)
    horizon = int(life.as_of - life.joins.min(initial=life.as_of)) + _DAYS_A_YEAR
    tables = [_hazards(rules, kind, horizon) for kind in (False, True)]
    day = life.start.astype(np.int64)
    pending = np.arange(len(day))
    for attempt in range(_CANDIDATES):
        word, place = (lanes(f"leaving{part} {attempt}").take(pending) for part in ("", " place"))
        words = (word.astype(np.uint32) << np.uint32(16)) + place
        last = attempt == _CANDIDATES - 1
        wait = interpolated(waits, words) * life.hold.take(pending) / (1 if last else worst)
        joins, annual = life.joins.take(pending), life.annual.take(pending)
        tenure = np.clip(day.take(pending) - joins, 0, horizon - 1)
        found = np.empty(len(pending), np.int64)
        for table, these in zip(tables, (np.flatnonzero(~annual), np.flatnonzero(annual)), strict=True):
            target = table.take(tenure.take(these)) + np.rint(wait.take(these)).astype(np.int64)
            found[these] = np.searchsorted(table, target, side="right")
        never = found >= horizon
        day[pending] = joins + np.where(never, _FAR, found)
        in_season = lanes(f"in season {attempt}").take(pending) < limits[month_number(day.take(pending)) % 12]
        pending = pending[~never & ~in_season]
    # Who changes their mind in the first days leaves at once, whatever the plan.
    low, high = rules.cooling_days
    cools = (life.start == life.joins) & (lanes("cooling") < threshold(rules.cooling_share))
    day = np.where(cools, life.joins + low + scaled(lanes("cooling days"), high - low + 1), day)
    return np.maximum(day, life.start + 1).astype(np.int32)


def _spells_of(turn: _Turn, life: _Life, auto: NDArray[np.bool_]) -> list[_Piece]:
    """The spells of a turn, and the freezes that follow on them; `auto` is who renews of those who run on."""
    who, plan, start, annual, as_of = life.who, life.plan, life.start, life.annual, life.as_of
    over = turn.over(as_of)
    yes, open_end = np.ones(len(who), np.bool_), np.full(len(who), NULL, np.int32)
    ends_early = over & turn.leaving & ~turn.annual_end
    pause = over & turn.freezing
    pieces: list[_Piece] = []
    for mask, starts, ends, state, renews in (
        (over & turn.annual_end, start, turn.end, EXPIRED, ~turn.leaving & ~turn.changing),
        (ends_early, start, turn.end, CANCELLED, ~yes),
        (over & ~annual & ~turn.leaving, start, turn.end, CHANGED, yes),
        (~over, start, or_null(annual, add_months(start, 12)), ACTIVE, auto),
        (pause & (turn.resume <= as_of), turn.end, turn.resume, SUSPENDED, yes),
        (pause & (turn.resume > as_of), turn.end, open_end, SUSPENDED, yes),
    ):
        states = np.full(int(mask.sum()), state, np.int8)
        pieces.append((who[mask], plan[mask], starts[mask], ends[mask], states, renews[mask]))
    return pieces


def by_member(pieces: list[_Piece], count: int) -> Spells:
    """Pieces of spells put in the order of members and starts; `count` is the number of members."""
    columns = [np.concatenate(parts) for parts in zip(*pieces, strict=True)]
    order = np.argsort(columns[0] * (1 << 24) + (columns[2] + (1 << 23)), kind="stable")
    owners, plans, starts, ends, statuses, renews = (column.take(order) for column in columns)
    first_of = np.searchsorted(owners, np.arange(count + 1))
    return Spells(owners, plans, starts, ends, statuses, renews, first_of)


def standing(spells: Spells) -> tuple[NDArray[np.int8], Days]:
    """The status of each member (a place in `MEMBER_STATUSES`), and the day on which those who left or paused did so.

    Every member has a spell; of those who are Active, the day is that on which their last spell began.
    """
    last = spells.first_of[1:] - 1
    state = spells.statuses.take(last)
    active, suspended, gone = range(len(vocabulary.MEMBER_STATUSES))
    status = np.where(state == ACTIVE, active, np.where(state == SUSPENDED, suspended, gone)).astype(np.int8)
    return status, np.where(status == gone, spells.ends.take(last), spells.starts.take(last)).astype(np.int32)
