"""What makes members differ: how often, on which weekdays, at what hour, and what for they come."""

from __future__ import annotations

from dataclasses import replace
from math import sqrt
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import MINUTES_A_DAY, whole_years
from datagen.fitness import vocabulary
from datagen.fitness.clubs import Clubs
from datagen.fitness.frames import Reference
from datagen.fitness.rules.visits import VisitRules
from datagen.frozen import dataclass
from datagen.sampling import (
    LANES,
    cumulative,
    deviates,
    factors,
    lognormal_table,
    pick,
    pick_by_row,
    quantiles,
    scaled,
    threshold,
)
from datagen.streams import Streams
from datagen.types import Codes, Days, Rows

_LEAST_SHARE = 1e-9
_FAR = 1 << 24  # days, later than any
_LATEST = MINUTES_A_DAY - 1
_MALE, _FEMALE = (vocabulary.GENDERS.index(name) for name in ("M", "F"))


class People(NamedTuple):
    """What the traits of members follow from: day of birth, age at joining, place in `GENDERS`, km to the club, whether
    that club never closes, the row of the member at the same address who joined first, one's own where there is none,
    the club and the traits of clubs."""

    births: Days
    ages: NDArray[np.int64]
    genders: Codes
    kms: NDArray[np.float64]
    never_closes: NDArray[np.bool_]
    heads: Rows
    homes: Rows
    clubs: Clubs


@dataclass(frozen=True)
class Traits:
    """One entry a member: `daily` is the probability of a visit by weekday (Monday first); `habit` the minute of the
    day at which one comes; `leaning` is a place in the rule `visits.cardio_leaning`; `by_app` who opens doors by app;
    `goes_with` the row of the housemate whose weekdays and hours one keeps to, one's own for most.

    `lengths` is how long one stays against others, `births` the day of birth. What one does varies: `phases` are
    factors of how often one comes, a column a stretch of `visits.phase_days` days that begins `phase_starts` days after
    the absolute one; the first column is that of the first day asked for. Habits change: from the day `changes[k]` on,
    `habits[k]` is the minute, a later k after an earlier one.
    """

    daily: NDArray[np.float32]
    habit: NDArray[np.int32]
    changes: Days
    habits: NDArray[np.int32]
    reluctance: NDArray[np.int64]
    leaning: NDArray[np.intp]
    by_app: NDArray[np.bool_]
    goes_with: Rows
    lengths: NDArray[np.float32]
    phases: NDArray[np.float32]
    phase_starts: NDArray[np.int64]
    first_phase: int
    births: Days

    def of(self, members: Rows) -> Traits:
        """The traits of some members, in their order: side by side, where those of all are far from each other."""
        return replace(
            self,
            changes=self.changes.take(members, axis=1),
            habits=self.habits.take(members, axis=1),
            **{name: getattr(self, name).take(members, axis=0) for name in _BY_MEMBER},
        )

    def phases_on(self, low: int, days: int, rules: VisitRules) -> NDArray[np.float32]:
        """(members, days): how often each comes on so many days from `low` on, against their own habit."""
        stretch, gone = np.divmod(low - self.phase_starts, rules.phase_days)
        first = np.arange(len(self.phases)) * self.phases.shape[1] - self.first_phase + stretch
        places = np.arange(-(-(days + rules.phase_days - 1) // rules.phase_days))
        # Those beyond the last one that is known have no days.
        shares = self.phases.take(first[:, None] + places, mode="clip")
        ends = np.minimum((places + 1) * rules.phase_days - gone[:, None], days)
        lengths = np.diff(ends, axis=1, prepend=0)
        on_days: NDArray[np.float32] = shares.ravel().repeat(lengths.ravel()).reshape(len(first), days)
        return on_days

    def habit_on(self, members: Rows, days: Days) -> NDArray[np.int32]:
        """The minute of the day at which each of these members usually comes on that day."""
        habit = self.habit.take(members)
        for change, later in zip(self.changes, self.habits, strict=True):
            habit = np.where(days >= change.take(members), later.take(members), habit)
        return habit


_BY_MEMBER = (
    "daily", "habit", "reluctance", "leaning", "by_app", "goes_with", "lengths", "phases", "phase_starts", "births"
)  # fmt: skip


def people_of(reference: Reference, clubs: Clubs) -> People:
    """What the members' traits follow from; `clubs` are those of the facilities."""
    members, facilities = reference.members, reference.facilities
    return People(
        births=members.births,
        ages=whole_years(members.births, members.joins),
        genders=members.genders,
        kms=members.kms,
        never_closes=facilities.never_close().take(members.homes),
        heads=np.where(members.homes == members.homes.take(members.heads), members.heads, np.arange(len(members))),
        homes=members.homes,
        clubs=clubs,
    )


def draw_traits(people: People, rules: VisitRules, mean_age: float, streams: Streams, low: int, high: int) -> Traits:
    """The traits of members over the days [low, high); the first ones do not depend on how many follow.

    `mean_age` is the age at which the share of those who use the app is the rule's.
    """
    count = len(people.ages)
    often = streams.lanes(count, "weekly")
    hundredths = lognormal_table(100 * rules.weekly_median, rules.weekly_sigma, 0, 100 * rules.weekly_cap)
    weekly = quantiles(hundredths, often) / 100 * distance_factor(people.kms, rules)
    weekly = np.minimum(weekly * people.clubs.often.take(people.homes), rules.weekly_cap)
    weekly = np.where(streams.lanes(count, "rare") < threshold(rules.rare_share), rules.rare_weekly, weekly)

    along = streams.lanes(count, "company") < threshold(rules.company_share)
    goes_with = np.where(along, people.heads, np.arange(count))
    blocks = range(low // rules.drift_days, (high - 1) // rules.drift_days + 1)
    changes = [_change_days(streams, count, block, rules) for block in blocks]
    later = [_habit(people, rules, streams.at("later", block)) for block in blocks]
    lean = np.where(people.genders == _FEMALE, 1, np.where(people.genders == _MALE, -1, 0))
    leaning = np.clip(streams.lanes(count, "machines") + lean * int(rules.leaning_by_sex * LANES), 0, LANES - 1)
    return Traits(
        daily=_spread(weekly, _days(often, goes_with, rules, streams), rules.daily_most),
        habit=_habit(people, rules, streams).take(goes_with),
        changes=np.stack(changes).take(goes_with, axis=1),
        habits=np.stack(later).take(goes_with, axis=1),
        reluctance=np.asarray(rules.reluctance).take(
            pick(rules.reluctance_shares.shares, streams.lanes(count, "classes"))
        ),
        leaning=pick(rules.leaning_shares.shares, leaning.astype(np.uint16)),
        goes_with=goes_with,
        by_app=streams.lanes(count, "app")
        < threshold(_app_share(people.ages, mean_age, rules) * people.clubs.app.take(people.homes)),
        lengths=_lengths(people, rules, streams).take(goes_with),
        phases=_phases(streams, count, low, high, rules),
        first_phase=_first_phase(low, rules),
        phase_starts=scaled(streams.lanes(count, "phase start"), rules.phase_days),
        births=people.births,
    )


def _first_phase(low: int, rules: VisitRules) -> int:
    return low // rules.phase_days - 1


def _phases(streams: Streams, count: int, low: int, high: int, rules: VisitRules) -> NDArray[np.float32]:
    """(members, stretches): what each stretch leaves of one's habit, or adds to it; half of it lasts to the next."""
    blocks = range(_first_phase(low, rules), (high - 1) // rules.phase_days + 1)
    sigma = rules.phase_sigma / sqrt(2)
    phases = np.empty((count, len(blocks)), np.float32)
    old = sigma * deviates(streams.lanes(count, "phase", blocks[0] - 1))
    for place, block in enumerate(blocks):
        new = sigma * deviates(streams.lanes(count, "phase", block))
        phases[:, place] = np.maximum(1 + (old + new), rules.phase_least)
        old = new
    return phases


def _lengths(people: People, rules: VisitRules, streams: Streams) -> NDArray[np.float32]:
    """How long each stays, against the usual: one's own way of training, sex, age and club."""
    own = factors(rules.length_own_sigma, streams.lanes(len(people.ages), "length"))
    lean = (people.genders == _MALE).astype(np.int64) - (people.genders == _FEMALE)
    old = np.maximum(people.ages - rules.day_age, 0)
    factor = own * (1 + rules.length_by_sex * lean) * np.maximum(1 - rules.length_decline * old, rules.phase_least)
    return np.asarray(np.round(factor * people.clubs.length.take(people.homes), 4), np.float32)


def distance_factor(kms: NDArray[np.float64], rules: VisitRules) -> NDArray[np.float64]:
    """What the way to the club leaves of one's habit."""
    near, far = rules.distance_fall
    way = np.clip(kms - rules.near_km, 0, rules.far_km - rules.near_km) * near
    way += np.maximum(kms - rules.far_km, 0) * far
    return np.asarray(np.round(np.maximum(1 - way, rules.distance_least), 4), np.float64)


def _app_share(ages: NDArray[np.int64], mean_age: float, rules: VisitRules) -> NDArray[np.float64]:
    """The chance of using the app by age, so that its share of all visits comes out as the rule has it."""
    own = {name: rules.access_methods[name] for name in ("Key Card", "Mobile App")}
    share, other = own["Mobile App"] / max(sum(own.values()), _LEAST_SHARE), rules.other_access_share
    usual = np.clip((share - other) / (1 - 2 * other), 0, 1)
    return np.asarray(usual * (1 - rules.app_growth * (ages - mean_age)))


def _change_days(streams: Streams, count: int, block: int, rules: VisitRules) -> Days:
    """The day in a stretch of `drift_days` on which each member takes to another hour; far away for most."""
    changes = streams.lanes(count, "drift", block) < threshold(rules.drift_share)
    day = block * rules.drift_days + scaled(streams.lanes(count, "drift day", block), rules.drift_days)
    return np.where(changes, day, _FAR).astype(np.int32)


def _days(often: NDArray[np.uint16], goes_with: Rows, rules: VisitRules, streams: Streams) -> NDArray[np.float64]:
    """(members, 7): the shares of weekdays in the visits of each; who comes often has more preferred days, and who
    goes with somebody has theirs first."""
    count = len(often)
    weights = np.asarray(rules.weekday_weights)
    wanted = np.array([int(name) for name in rules.preferred_days.names])
    days = wanted.take(pick(rules.preferred_days.shares, often))
    score = (streams.lanes(count * 7, "weekdays").reshape(count, 7).take(goes_with, axis=0) + 1.0) * weights
    preferred = days[:, None] > _places_by(score.T.copy()).T
    inside, outside = weights * preferred, weights * ~preferred
    share: NDArray[np.float64] = rules.preferred_share * inside / inside.sum(axis=1, keepdims=True)
    share += (1 - rules.preferred_share) * outside / np.maximum(outside.sum(axis=1, keepdims=True), _LEAST_SHARE)
    return share


def _places_by(scores: NDArray[np.float64]) -> NDArray[np.int8]:
    """The place of each score, from 0, among those of its column, the highest first; the first of equal ones."""
    places = np.zeros(scores.shape, np.int8)
    for later, score in enumerate(scores):
        for earlier in range(later):
            after = scores[earlier] >= score
            places[later] += after
            places[earlier] += ~after
    return places


def _habit(people: People, rules: VisitRules, streams: Streams) -> NDArray[np.int32]:
    """The minute of the day at which each comes: in the morning, the evening, at midday, or at night."""
    count = len(people.ages)
    lanes = streams.lanes(count, "habit")
    names = rules.habits.names
    day_people = [rules.day_habits[name] for name in names]
    at_club = [
        np.stack([cumulative(np.asarray(shares) * weights) for weights in people.clubs.hours])
        for shares in (rules.habits.shares, day_people)
    ]
    young, old = (pick_by_row(limits, people.homes, lanes) for limits in at_club)
    kind = np.where(people.ages >= rules.day_age, old, young)
    middle, spread = np.asarray(rules.habit_minutes).take(kind), np.asarray(rules.habit_spread).take(kind)
    habit = np.rint(middle + spread * deviates(streams.lanes(count, "hour"))).clip(0, _LATEST)
    begin, end = rules.night_minutes
    at_night = (begin + scaled(streams.lanes(count, "hour at night"), end - begin + 1)) % MINUTES_A_DAY
    nights = people.never_closes & (streams.lanes(count, "night") < threshold(rules.night_share))
    return np.where(nights, at_night, habit).astype(np.int32)


def _spread(weekly: NDArray[np.float64], shares: NDArray[np.float64], most: float) -> NDArray[np.float32]:
    """(members, 7): visits a week spread over the days in these shares, none of which takes more than `most`.

    What a full day cannot take goes to the others, so that the week's sum is kept as far as there are days for it.
    """
    daily = weekly[:, None] * shares
    rows = np.flatnonzero((daily > most).any(axis=1))
    for _ in range(shares.shape[1]):
        if not len(rows):
            break
        full = daily[rows] >= most
        left = np.where(full, 0, shares[rows])
        rest = weekly[rows] - most * full.sum(axis=1)
        scale = np.maximum(rest, 0) / np.maximum(left.sum(axis=1), _LEAST_SHARE)
        daily[rows] = np.where(full, most, left * scale[:, None])
        rows = rows[(daily[rows] > most).any(axis=1)]
    # Rounded, so that machines that differ in the last bit agree.
    return np.round(np.minimum(daily, most), 6).astype(np.float32)
