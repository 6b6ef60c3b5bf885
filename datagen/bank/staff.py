"""Everybody who works or worked for the bank, and who of them can be had on a day."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen import people
from datagen.bank import vocabulary as words
from datagen.bank.branches import Branches
from datagen.bank.draws import FAR, Cents, Codes, Days, Rows, picks, spread, within
from datagen.bank.rules.employees import EmployeeRules
from datagen.calendar import add_months
from datagen.frozen import dataclass
from datagen.pools.pool_files import Pools
from datagen.sampling import deviates, rank_in_group
from datagen.streams import Streams

DAYS_A_YEAR = 365.25
NOBODY = -1
_ATTEMPTS_AT_BRANCH, _ATTEMPTS = 3, 8
_ROLE = {role: code for code, role in enumerate(words.ROLES)}
_DEPARTMENT = {name: code for code, name in enumerate(words.DEPARTMENTS)}
_LEADERSHIP = words.DEPARTMENTS[1:]
"""The departments in the order in which they get a manager."""
_BRANCH_ROLES = (
    words.BRANCH_MANAGER,
    words.TELLER,
    words.RELATIONSHIP_MANAGER,
    words.LOAN_OFFICER,
    words.INSURANCE_AGENT,
)
ACTIVE, ON_LEAVE, TERMINATED = range(3)


@dataclass(frozen=True)
class Pool:
    """The employees of some roles, of whom one is to be found for a day; at least one has always been there."""

    rows: Rows
    """By the day they were hired."""
    hired: Days
    left: Days
    branches: Codes
    permanent: int
    """Who is there on any day, for when nobody else is found."""

    def pick(self, streams: Streams, first: Days, last: Days, branches: Codes | None = None) -> NDArray[np.int64]:
        """An employee a row who is there from the day `first` to the day `last`, of the branch if one can be found."""
        chosen = np.full(len(first), self.permanent, np.int64)
        missing = np.arange(len(first))
        if branches is not None:
            missing = self._attempts(streams.at("branch"), first, last, branches, chosen, missing)
        self._attempts(streams, first, last, None, chosen, missing)
        return chosen

    def _attempts(
        self,
        streams: Streams,
        first: Days,
        last: Days,
        branches: Codes | None,
        chosen: NDArray[np.int64],
        missing: Rows,
    ) -> Rows:
        """Try a few employees a row at random; gives the rows for which none would do."""
        order, start, known = self._candidates(first, branches)
        for attempt in range(_ATTEMPTS if branches is None else _ATTEMPTS_AT_BRANCH):
            if not len(missing):
                break
            place = streams.below(known, len(first), attempt).take(missing) + start.take(missing)
            candidate = order.take(np.minimum(place, len(order) - 1))
            fits = (self.left.take(candidate) >= last.take(missing)) & (known.take(missing) > 0)
            chosen[missing[fits]] = self.rows.take(candidate[fits])
            missing = missing[~fits]
        return missing

    def _candidates(self, first: Days, branches: Codes | None) -> tuple[Rows, Rows, Rows]:
        """The members in an order, and for each row where those begin who were hired by then, and how many they are."""
        if branches is None:
            known = np.searchsorted(self.hired, first, side="right")
            return np.arange(len(self.rows)), np.zeros(len(first), np.intp), known
        order, keys = self._by_branch
        start = np.searchsorted(keys, branches.astype(np.int64) << 32)
        end = np.searchsorted(keys, (branches.astype(np.int64) << 32) + (first.astype(np.int64) + _SHIFT), side="right")
        return order, start, end - start

    @cached_property
    def _by_branch(self) -> tuple[Rows, NDArray[np.int64]]:
        keys = (self.branches.astype(np.int64) << 32) + self.hired.astype(np.int64) + _SHIFT
        order = np.argsort(keys, kind="stable")
        return order, keys.take(order)


_SHIFT = 1 << 31  # makes every day number positive


@dataclass(frozen=True)
class Staff:
    """The employees, one row each in the order of their ids; parallel arrays."""

    roles: Codes
    departments: Codes
    managers: NDArray[np.int64]
    """The row of the superior; `NOBODY` for the Chief Executive Officer."""
    genders: Codes
    born: Days
    hired: Days
    left: Days
    """The last day; `FAR` for those who are still there."""
    statuses: Codes
    branches: Codes
    salaries: Cents
    leaders: NDArray[np.int64]
    """Who leads each department."""

    def __len__(self) -> int:
        return len(self.roles)

    def pool(self, roles: Sequence[str]) -> Pool:
        """The employees of some roles, one of the first seven among them."""
        rows = np.flatnonzero(np.isin(self.roles, [_ROLE[role] for role in roles]))
        permanent = int(rows[rows < len(words.FIRST_ROLES)][0])
        rows = rows[np.argsort(self.hired.take(rows), kind="stable")]
        return Pool(rows, self.hired.take(rows), self.left.take(rows), self.branches.take(rows), permanent)

    def employed(self, rows: NDArray[np.int64], days: Days) -> NDArray[np.bool_]:
        """Whether employees are there on days."""
        return (self.hired.take(rows) <= days) & (self.left.take(rows) >= days)


def hire(streams: Streams, count: int, as_of: int, branches: Branches, rules: EmployeeRules) -> Staff:
    """The employees of a bank; with a larger count, the first ones are as they were."""
    roles = _roles(streams, count, rules)
    hired, left, statuses = _employment(streams, roles, as_of, rules)
    leaders = _leaders(roles)
    departments, managers = _places(roles, leaders)
    return Staff(
        roles=roles,
        departments=departments,
        managers=managers,
        genders=(streams.lanes(count, "gender") & 1).astype(np.intp),
        born=_births(streams, hired, left, as_of, rules),
        hired=hired,
        left=left,
        statuses=statuses,
        branches=_branches(streams, roles, len(branches.rows)),
        salaries=_salaries(streams, roles, hired, np.minimum(left, as_of), rules),
        leaders=leaders,
    )


def names_of(streams: Streams, staff: Staff, branches: Branches, names: Pools) -> tuple[pa.StringArray, ...]:
    """First names, last names, e-mail addresses and telephones."""
    count = len(staff)
    genders = pa.array(words.GENDERS).take(pa.array(staff.genders))
    years = 1970 + np.floor(staff.born / DAYS_A_YEAR).astype(np.int64)
    first = people.first_names(genders, years, streams.words(count, "first name"), names)
    last = people.surnames(streams.words(count, "last name"), names)
    # Lane 0 is the first domain: all of the bank's own addresses are there.
    emails = people.emails(first, last, streams.lanes(count, "email"), np.zeros(count, np.uint16), names)
    areas = branches.places.area_code[branches.rows.take(staff.branches)]
    return first, last, emails, people.telephones(areas, streams.lanes(count, "phone"))


def _roles(streams: Streams, count: int, rules: EmployeeRules) -> Codes:
    roles = picks(rules.roles, words.ROLES, spread(streams, count, "role"))
    first = [_ROLE[role] for role in words.FIRST_ROLES]
    roles[: len(first)] = first
    leaders = np.arange(len(first), count, rules.leader_every)[: len(_LEADERSHIP)]
    roles[leaders] = _ROLE[words.DEPARTMENT_MANAGER]
    return roles


def _employment(streams: Streams, roles: Codes, as_of: int, rules: EmployeeRules) -> tuple[Days, Days, Codes]:
    """First and last days, and states on the as-of day."""
    count, first = len(roles), len(words.FIRST_ROLES)
    years = streams.uniform(count, "service")
    service = np.floor(years * years * rules.service_years * DAYS_A_YEAR).astype(np.int64)
    hired = (as_of - 1 - service).astype(np.int32)
    least, most = (int(year * DAYS_A_YEAR) for year in rules.first_service_years)
    hired[:first] = as_of - within(least, most, streams, count, "early")[:first]
    hired[0] = add_months(as_of, -12 * rules.chief_service_years)
    settled = (np.arange(count) < first) | (roles == _ROLE[words.DEPARTMENT_MANAGER])
    leaves = ~settled & (spread(streams, count, "leaves") < rules.terminated_share)
    leaves &= hired + rules.shortest_service < as_of - 1
    left = within(hired + rules.shortest_service, as_of - 1, streams, count, "last day")
    left = np.where(leaves, left, FAR).astype(np.int32)
    away = ~settled & ~leaves & (spread(streams, count, "leave") < rules.on_leave_share)
    return hired, left, np.where(leaves, TERMINATED, np.where(away, ON_LEAVE, ACTIVE))


def _leaders(roles: Codes) -> NDArray[np.int64]:
    """Who leads each department: its manager, or the Chief Executive Officer."""
    leaders = np.zeros(len(words.DEPARTMENTS), np.int64)
    managers = np.flatnonzero(roles == _ROLE[words.DEPARTMENT_MANAGER])
    leaders[1 : 1 + len(managers)] = managers
    return leaders


def _places(roles: Codes, leaders: NDArray[np.int64]) -> tuple[Codes, NDArray[np.int64]]:
    """The department and the superior of each employee."""
    of_role = [_DEPARTMENT[words.ROLE_DEPARTMENTS.get(role, words.DEPARTMENTS[0])] for role in words.ROLES]
    departments = np.array(of_role, np.intp).take(roles)
    led = np.flatnonzero(leaders)
    departments[leaders[led]] = led
    managers = leaders.take(departments)
    managers[leaders] = 0
    managers[0] = NOBODY
    return departments, managers


def _births(streams: Streams, hired: Days, left: Days, as_of: int, rules: EmployeeRules) -> Days:
    count = len(hired)
    age = rules.hired_age + rules.hired_age_spread * deviates(streams.lanes(count, "age"))
    age += streams.uniform(count, "birthday")
    born = hired.astype(np.int64) - np.floor(np.maximum(age, rules.youngest) * DAYS_A_YEAR).astype(np.int64)
    born[:] = np.maximum(born, np.minimum(left, as_of) - int(rules.oldest * DAYS_A_YEAR))
    grown: Days = np.minimum(born, add_months(hired, -12 * rules.youngest)).astype(np.int32)
    return grown


def _branches(streams: Streams, roles: Codes, count: int) -> Codes:
    """Who serves customers is in the branches, evenly; the others are in the first one."""
    order = np.argsort(roles, kind="stable")
    rank = np.empty(len(roles), np.intp)
    rank[order] = rank_in_group(roles.take(order))
    first = streams.below(count, len(words.ROLES), "first branch").take(roles)
    out = np.isin(roles, [_ROLE[role] for role in _BRANCH_ROLES])
    return np.where(out, (rank + first) % count, 0).astype(np.intp)


def _salaries(streams: Streams, roles: Codes, hired: Days, until: Days, rules: EmployeeRules) -> Cents:
    """Pay of a year, in cents, to the next step."""
    step = rules.pay_step
    median = np.array([rules.pay(role) for role in words.ROLES], np.float64).take(roles)
    around = 1 + rules.pay_spread * (2 * streams.uniform(len(roles), "pay") - 1)
    served = np.floor((until - hired) / DAYS_A_YEAR)
    pay = np.rint(np.round(median * around * (1 + rules.pay_growth * served) / step, 6)).astype(np.int64) * step
    cents: Cents = np.clip(pay, rules.least_pay, rules.most_pay) * 100
    return cents
