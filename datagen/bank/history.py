"""What no single block of customers decides: staff, branches, campaigns, reports, and who can be had for what."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from datagen import people
from datagen.bank import vocabulary as words
from datagen.bank.authorities import PeriodicReports, report_periods
from datagen.bank.banking_days import BankingDays, banking_days
from datagen.bank.branches import Branches, found_branches
from datagen.bank.campaigns import Campaigns, run_campaigns
from datagen.bank.desks import BRANCH_ROLES, PHONE_ROLES, Desk, check_capacity, desk_of
from datagen.bank.rules import BankRules
from datagen.bank.size import Size
from datagen.bank.staff import Pool, Staff, hire
from datagen.bank.training import Reviews, Trainings, review, train, violations
from datagen.bank.window import Window, window_of
from datagen.calendar import add_months
from datagen.frozen import dataclass
from datagen.places import load_places
from datagen.pools.pool_files import SHIPPED, Pools
from datagen.streams import Streams

WORLD = "bank"
BLOCK = 2_400
"""Customers in a unit of work; part of what decides the content."""


@dataclass(frozen=True)
class History:
    """A bank without its customers."""

    streams: Streams
    rules: BankRules
    size: Size
    as_of: int
    year_ago: int
    banking: BankingDays
    window: Window
    branches: Branches
    names: Pools
    """Of people, streets and companies."""
    streets: NDArray[np.str_]
    staff: Staff
    trainings: Trainings
    late_trainings: NDArray[np.intp]
    reviews: Reviews
    campaigns: Campaigns
    reports: PeriodicReports

    @property
    def blocks(self) -> int:
        """Blocks of customers; the last one may be smaller."""
        return -(-self.size.customers // BLOCK)

    @cached_property
    def pools(self) -> Mapping[str, Pool]:
        """Employees by what they are wanted for."""
        wanted = {
            "front office": words.FRONT_OFFICE,
            "advisers": words.ADVISERS,
            "agents": (words.AGENT,),
            "loan officers": (words.LOAN_OFFICER,),
            "risk analysts": (words.RISK_ANALYST,),
            "compliance officers": (words.COMPLIANCE_OFFICER,),
            "insurance agents": (words.INSURANCE_AGENT,),
            "adjusters": (words.CLAIMS_ADJUSTER, words.INSURANCE_AGENT),
        }
        return {name: self.staff.pool(roles) for name, roles in wanted.items()}

    def desks(self, block: int) -> tuple[Desk, Desk]:
        """Who talks to the customers of a block by telephone, and in branches."""
        phone, branch = (
            desk_of(self.staff, roles, block, self.blocks, self.year_ago) for roles in (PHONE_ROLES, BRANCH_ROLES)
        )
        return phone, branch


def build_history(seed: int, size: Size, as_of: int, rules: BankRules, names: Pools = SHIPPED) -> History:
    """Everything that blocks share.

    Raises:
        UsageError: for more customers than the employees can serve.
    """
    streams = Streams(seed, WORLD)
    banking, places = banking_days(as_of), load_places()
    year_ago = int(add_months(as_of, -12))
    branches = found_branches(streams.at("branches"), places, rules.employees, rules.customers)
    staff = hire(streams.at("employees"), size.employees, as_of, branches, rules.employees)
    check_capacity(staff, size.customers, as_of, rules.service)
    trainings = train(streams.at("training"), staff, as_of, rules.employees)
    officers = staff.pool((words.COMPLIANCE_OFFICER,))
    return History(
        streams=streams,
        rules=rules,
        size=size,
        as_of=as_of,
        year_ago=year_ago,
        banking=banking,
        window=window_of(int(add_months(as_of, -rules.transactions.window_months)), as_of, banking),
        branches=branches,
        names=names,
        streets=people.street_names(streams.at("streets"), pools=names),
        staff=staff,
        trainings=trainings,
        late_trainings=violations(trainings, staff, as_of, rules.employees.mandatory_days),
        reviews=review(streams.at("reviews"), staff, as_of, banking, rules.employees),
        campaigns=run_campaigns(streams.at("campaigns"), staff, year_ago, as_of, rules.campaigns),
        reports=report_periods(streams.at("reports"), as_of, officers, rules.compliance),
    )
