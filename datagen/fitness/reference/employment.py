"""Who holds which position, since when and until when, under what contract and for what pay."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from datagen.calendar import weekday
from datagen.columns import or_null
from datagen.fitness.rules.clubs import ClubRules
from datagen.fitness.rules.staff import TEAM, StaffRules
from datagen.fitness.vocabulary import EMPLOYMENT_TYPES, INSTRUCTOR_TITLES
from datagen.sampling import quota_pick, scaled, stratified
from datagen.streams import Streams

RUN = 20
"""Staff, one after the other, among whom the shares of statuses are met."""

_DAYS_A_YEAR = 365
_QUOTA = 3  # of those away, in which the shares of leave and termination are met exactly
_SATURDAY = 5
_TEACHER = next(place for place, title in enumerate(TEAM) if title in INSTRUCTOR_TITLES)
_FULL_TIME = EMPLOYMENT_TYPES.index("Full-Time")
_NEEDED = np.isin(np.array(TEAM), ("Manager", "Lifeguard", *INSTRUCTOR_TITLES))


def team(count: int, clubs: int) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Place in `TEAM` and position in the club of each of the staff; number i works in club i mod `clubs`.

    Where there is not even a manager for each club and one who teaches, the second of the staff teaches all the same.
    """
    position = np.arange(count) // clubs
    title = position % len(TEAM)
    if 1 < count <= clubs:
        title[1] = _TEACHER
    return title, position


def statuses(streams: Streams, count: int, clubs: int, rules: StaffRules) -> NDArray[np.str_]:
    """Statuses by quota, in the order of the rows.

    The managers, teachers and lifeguards of founding teams stay, so that the smallest club can open; those hired later
    make up for them, and the rest of the founding team where a run of staff holds nobody else.
    """
    # Runs are decided whole, also where the last one is cut, so that more staff leave the first ones as they were.
    whole = -(-count // RUN) * RUN
    status = np.full(whole, "Active", "<U10")
    names = [name for name in rules.status.names if name != "Active"]
    shares = [rules.status[name] for name in names]
    if sum(shares) <= 0:
        return status[:count]
    order = streams.words(whole, "status order")
    title, position = team(whole, clubs)
    founding = position < rules.founding_team
    needed = founding & _NEEDED[title]
    most = round(rules.catch_up * RUN)
    chosen: list[NDArray[np.int64]] = []
    given = 0
    for start in range(0, whole, RUN):
        rows = np.arange(start, start + RUN)
        due = min(round(sum(shares) * (start + RUN)) - given, most)
        free = rows[~founding[rows]]
        free = free if len(free) else rows[~needed[rows]]
        chosen.append(free[np.argsort(order[free], kind="stable")][:due])
        given += len(chosen[-1])
    away = np.concatenate(chosen)
    status[away] = np.array(names)[quota_pick(shares, stratified(streams, len(away), _QUOTA, "status"))]
    return status[:count]


def service(
    streams: Streams,
    position: NDArray[np.int64],
    opened: NDArray[np.int64],
    status: NDArray[np.str_],
    today: int,
    rules: StaffRules,
) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
    """Hire day, a weekday, and last day of who was terminated (`NULL` of the others).

    The founding team of a club comes in the weeks before the day on which it `opened` (one entry a position), the
    others at any time since.
    """
    count = len(position)
    terminated = status == "Terminated"
    least, most = rules.founding_days
    lanes = streams.lanes(count, "hire")
    latest = np.where(terminated, rules.least_service + rules.newest_hire, rules.newest_hire)
    later = opened + scaled(lanes, np.maximum(today - latest - opened, 1))
    hired = np.where(position < rules.founding_team, opened - most + scaled(lanes, most - least + 1), later)
    hired = on_weekdays(hired)
    first = hired + rules.least_service
    last = first + scaled(streams.lanes(count, "termination"), np.maximum(today - first, 1))
    return hired.astype(np.int32), or_null(terminated, np.minimum(last, today - 1))


def on_weekdays(days: NDArray[np.int64]) -> NDArray[np.int64]:
    """These days (numbers), weekends moved to the Monday after."""
    return days + np.where(weekday(days) >= _SATURDAY, 7 - weekday(days), 0)


def employments(
    streams: Streams, title: NDArray[np.int64], position: NDArray[np.int64], rules: StaffRules
) -> NDArray[np.int64]:
    """Places in `vocabulary.EMPLOYMENT_TYPES`, by quotas of the title.

    The managers, teachers and lifeguards of founding teams work full-time: a small club has nobody else.
    """
    kind = np.full(len(title), _FULL_TIME)
    needed = _NEEDED[title] & (position < rules.founding_team)
    for name in dict.fromkeys(TEAM):
        rows = np.flatnonzero((np.array(TEAM) == name)[title] & ~needed)
        mix = rules.employment(name)
        places = np.array([EMPLOYMENT_TYPES.index(kind) for kind in mix.names])
        kind[rows] = places[quota_pick(mix.shares, stratified(streams, len(rows), RUN, "employment", name))]
    return kind


def hourly_cents(
    streams: Streams,
    title: NDArray[np.int64],
    hired: NDArray[np.int32],
    wages: NDArray[np.float64],
    today: int,
    rules: StaffRules,
    club_rules: ClubRules,
) -> NDArray[np.int64]:
    """Hourly rates in cents, within the salary range of the title, rising with service and with the `wages` of the
    club's town, places in [0, 1)."""
    ends = np.array([[round(salary / rules.hours_a_year * 100) for salary in rules.salary(name)] for name in TEAM])
    served = np.clip((today - hired) / (rules.years * _DAYS_A_YEAR), 0, 1)
    town = club_rules.wage_share
    place = rules.seniority_share * served
    place += (1 - rules.seniority_share) * (town * wages + (1 - town) * streams.uniform(len(title), "rate"))
    low, high = ends[title].T
    cents: NDArray[np.int64] = low + np.rint((high - low) * place).astype(np.int64)
    return cents
