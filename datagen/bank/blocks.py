"""A whole block of customers: their money, and all that follows from it."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from datagen.bank import insurance, loans, monitoring
from datagen.bank.accounts import CLOSED, Relationships, relate
from datagen.bank.assignments import Assignments, assign
from datagen.bank.audit import Changes, log
from datagen.bank.campaigns import Responses, respond
from datagen.bank.contacts import Contacts, contact
from datagen.bank.draws import Codes, Days, Rows
from datagen.bank.events import CHANNEL
from datagen.bank.history import History
from datagen.bank.insurance import Beneficiaries
from datagen.bank.loans import Collateral, Guarantors
from datagen.bank.money import Money, make_money
from datagen.bank.monitoring import CashReports, Checks
from datagen.bank.opinions import Complaints, Surveys, complain, survey
from datagen.bank.staff import NOBODY
from datagen.columns import NULL
from datagen.frozen import dataclass

PROSPECT, NEW, ACTIVE, FORMER = range(4)


@dataclass(frozen=True)
class Block:
    """What happened to the customers of one block, before its rows are numbered."""

    number: int
    money: Money
    relationships: Relationships
    processors: NDArray[np.int64]
    """A transaction a row: the employee, `NOBODY` where there was none."""
    collateral: Collateral
    guarantors: Guarantors
    beneficiaries: Beneficiaries
    assignments: Assignments
    contacts: Contacts
    surveys: Surveys
    complaints: Complaints
    responses: Responses
    checks: Checks
    cash_reports: CashReports
    late_complaints: Rows
    late_checks: Rows
    changes: Changes
    stages: Codes
    opted_in: NDArray[np.bool_]
    updated: Days

    @property
    def rows(self) -> Mapping[str, int]:
        """The number of rows by table."""
        money = self.money
        customers = len(money.customers)
        return {
            "employee_assignments": len(self.assignments.customers),
            "customer_profiles": customers,
            "interactions": len(self.contacts),
            "satisfaction_surveys": len(self.surveys.contacts),
            "complaints": len(self.complaints),
            "campaign_responses": len(self.responses.customers),
            "customers": customers,
            "accounts": len(money.accounts),
            "account_relationships": len(self.relationships.accounts),
            "transactions": len(money.moved),
            "loan_applications": len(money.applications),
            "loans": len(money.loans),
            "collateral": len(self.collateral.loans),
            "repayment_schedule": len(money.instalments),
            "loan_guarantors": len(self.guarantors.loans),
            "risk_assessments": len(money.applications.judged),
            "policies": len(money.policies),
            "coverage": len(money.coverage.policies),
            "beneficiaries": len(self.beneficiaries.policies),
            "claims": len(money.claims.coverage),
            "premium_payments": len(money.premiums.policies),
            "kyc_records": len(money.records.customers),
            "aml_checks": len(self.checks.customers),
            "suspicious_activity_reports": len(self.checks.reported),
            "regulatory_reports": len(self.cash_reports.customers),
            "rule_violations": len(self.late_complaints) + len(self.late_checks),
            "audit_logs": len(self.changes),
        }


def make_block(history: History, number: int) -> Block:
    """Everything that happened to one block; a function of its arguments alone."""
    money = make_money(history, number)
    streams, rules, as_of = money.streams, history.rules, history.as_of
    customers, lent = money.customers, (money.loans, money.applications)
    contacts, surveys, complaints = _service(history, money, number)
    responses = _responses(history, money)
    checks, cash_reports = _monitored(history, money)
    return Block(
        number=number,
        money=money,
        relationships=relate(streams.at("relationships"), customers, money.accounts, as_of, rules.accounts),
        processors=_processors(history, money),
        collateral=loans.secure(streams.at("collateral"), *lent, rules.loans),
        guarantors=loans.guarantee(streams.at("guarantors"), *lent, customers.since, rules.loans),
        beneficiaries=insurance.name_beneficiaries(streams.at("beneficiaries"), money.policies, rules.insurance),
        assignments=_assignments(history, money),
        contacts=contacts,
        surveys=surveys,
        complaints=complaints,
        responses=responses,
        checks=checks,
        cash_reports=cash_reports,
        late_complaints=complaints.late(as_of, rules.service.response_limit),
        late_checks=checks.late(as_of, rules.compliance.review_limit),
        changes=_changes(history, money, complaints),
        stages=_stages(money, as_of, rules.bands.new_days),
        opted_in=customers.opted_in & ~responses.unsubscribed,
        updated=_updated(history, money),
    )


def _service(history: History, money: Money, number: int) -> tuple[Contacts, Surveys, Complaints]:
    """The contacts of a block's customers with the bank, and what they think of them."""
    streams, rules, as_of = money.streams, history.rules.service, history.as_of
    contacts = _contacts(history, money, number)
    complains = np.zeros(len(money.customers), np.bool_)
    complains[contacts.customers[contacts.complaints >= 0]] = True
    owners, agents = money.accounts.customers, history.pools["agents"]
    complaints = complain(streams.at("complaints"), contacts, money.moved, owners, as_of, agents, rules)
    return contacts, survey(streams.at("surveys"), contacts, complains, as_of, rules), complaints


def _responses(history: History, money: Money) -> Responses:
    """Who responds to campaigns."""
    customers = money.customers
    return respond(
        money.streams.at("responses"),
        customers.since,
        customers.segments,
        customers.opted_in,
        history.campaigns,
        history.as_of,
        history.rules.campaigns,
    )


def _assignments(history: History, money: Money) -> Assignments:
    """Who looks after the customers."""
    customers = money.customers
    return assign(
        money.streams.at("assignments"),
        customers.since,
        customers.segments,
        customers.branches,
        history.as_of,
        history.pools["advisers"],
        history.rules.employees,
    )


def _changes(history: History, money: Money, complaints: Complaints) -> Changes:
    """What the audit log keeps."""
    return log(
        money.streams.at("audit"),
        history.year_ago,
        money.accounts,
        money.applications,
        money.instalments,
        money.records,
        complaints,
        money.policies,
        history.rules.compliance.log_hours,
    )


def _contacts(history: History, money: Money, number: int) -> Contacts:
    """The contacts of a block's customers with the bank."""
    return contact(
        money.streams.at("contacts"),
        money.customers.since,
        money.accounts,
        history.year_ago,
        history.as_of,
        history.banking,
        history.desks(number),
        history.pools["advisers"],
        history.rules.service,
    )


def _monitored(history: History, money: Money) -> tuple[Checks, CashReports]:
    """The checks against money laundering, and the reports of cash."""
    streams, rules, as_of = money.streams, history.rules.compliance, history.as_of
    owners, officers = money.accounts.customers, history.pools["compliance officers"]
    patterns = monitoring.find_patterns(money.moved, owners, money.first_planted, rules)
    since = money.customers.since
    checks = monitoring.check(streams.at("checks"), since, patterns, money.moved, owners, as_of, officers, rules)
    return checks, monitoring.report_cash(streams.at("cash reports"), money.moved, owners, as_of, officers, rules)


def _processors(history: History, money: Money) -> NDArray[np.int64]:
    """Who served the customer in the branch, of the account's branch where possible."""
    moved = money.moved
    rows = np.flatnonzero(moved.events.channels == CHANNEL["branch"])
    days = moved.events.days[rows]
    branches = money.accounts.branches[moved.events.accounts[rows]]
    processors = np.full(len(moved), NOBODY, np.int64)
    processors[rows] = history.pools["front office"].pick(money.streams.at("processor"), days, days, branches)
    return processors


def _stages(money: Money, as_of: int, new_days: int) -> Codes:
    """Where customers stand, as their accounts tell."""
    count, accounts = len(money.customers), money.accounts
    still_open = np.bincount(accounts.customers[accounts.statuses != CLOSED], minlength=count)
    first = np.full(count, as_of, np.int64)
    np.minimum.at(first, accounts.customers, accounts.opened)
    new = first >= as_of - new_days
    return np.select([accounts.counts == 0, still_open == 0, new], [PROSPECT, FORMER, NEW], ACTIVE)


def _updated(history: History, money: Money) -> Days:
    """The day of the last change of a profile: after the latest KYC record."""
    records = money.records
    opened = records.opened[records.latest]
    done = records.completed[records.latest]
    low = np.where(done == NULL, opened, done)
    share = money.streams.at("customers").uniform(len(low), "updated")
    days: Days = (low + np.floor(share * share * (history.as_of - low))).astype(np.int32)
    return np.minimum(days, history.as_of - 1)
