"""loans_db."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.applications import APPROVED, PURPOSES, REJECTED
from datagen.bank.blocks import Block
from datagen.bank.events import CATEGORY
from datagen.bank.loans import COLLATERAL, OBJECTS, PAID_OFF
from datagen.bank.money import origins_of
from datagen.bank.rendering.ids import Ids
from datagen.bank.rules.loans import LoanRules
from datagen.columns import Coded, Columns, Day, Labels, Money, Rate, Whole, or_no_code

_POINTS = 100  # ten-thousandths in a hundredth of a percent
_PURPOSES = Labels.of(text for kind in PURPOSES for text in kind)
_OBJECTS = Labels.of(text for kind in OBJECTS for text in kind)


def tables(block: Block, ids: Ids, moved: NDArray[np.int64], rules: LoanRules) -> Iterator[tuple[str, Columns]]:
    """Applications and loans of a block; `moved` are the numbers of its transactions."""
    yield "loan_applications", _applications(block, ids)
    yield "loans", _loans(block, ids, moved)
    yield "collateral", _collateral(block, ids)
    yield "repayment_schedule", _schedule(block, ids, moved)
    yield "loan_guarantors", _guarantors(block, ids)
    yield "risk_assessments", _assessments(block, ids, rules)


def numbers_of(rows: NDArray[np.int64], moved: NDArray[np.int64]) -> NDArray[np.int64]:
    """The numbers of transactions by their rows in the block; -1 stays."""
    return np.append(moved, -1).take(rows)  # the last one stands for none


def _applications(block: Block, ids: Ids) -> Columns:
    asked = block.money.applications
    approved = asked.statuses == APPROVED
    return {
        "application_id": ids.serial("loan_applications", len(asked)),
        "customer_id": ids.of("customers", asked.customers),
        "account_id": ids.of("accounts", asked.accounts),
        "loan_type": Coded(asked.types, Labels.of(words.LOAN_TYPES)),
        "requested_amount": Money(asked.requested),
        "term_months": Whole(asked.terms),
        "purpose": Coded(asked.purposes, _PURPOSES),
        "annual_income": Money(asked.incomes * 100),
        "application_date": Day(asked.days),
        "status": Coded(asked.statuses, Labels.of(words.APPLICATION_STATUSES)),
        "decision_date": Day(asked.decided, nullable=True),
        "decided_by": ids.employee(asked.officers, nullable=True),
        "approved_amount": Money(asked.approved, ~approved),
        "interest_rate": Rate(or_no_code(approved, asked.rates * _POINTS), nullable=True),
        "rejection_reason": Coded(
            or_no_code(asked.statuses == REJECTED, asked.reasons), Labels.of(words.REJECTION_REASONS), nullable=True
        ),
    }


def _loans(block: Block, ids: Ids, moved: NDArray[np.int64]) -> Columns:
    loans, plan = block.money.loans, block.money.instalments
    paid_out = origins_of(block.money.moved, CATEGORY["loan_disbursement"], len(loans))
    return {
        "loan_id": ids.serial("loans", len(loans)),
        "application_id": ids.of("loan_applications", loans.applications),
        "customer_id": ids.of("customers", loans.customers),
        "loan_type": Coded(loans.types, Labels.of(words.LOAN_TYPES)),
        "principal": Money(loans.principals),
        "interest_rate": Rate(loans.new_rates * _POINTS),
        "term_months": Whole(loans.new_terms),
        "monthly_payment": Money(plan.payments),
        "disbursement_date": Day(loans.days),
        "disbursed_to": Coded(block.money.disbursed_to, Labels.of(words.DISBURSED_TO)),
        "disbursement_transaction_id": ids.numbered("transactions", numbers_of(paid_out, moved), nullable=True),
        "repayment_account_id": ids.of("accounts", loans.accounts),
        "maturity_date": Day(plan.matures),
        "status": Coded(plan.loan_statuses, Labels.of(words.LOAN_STATUSES)),
        "status_date": Day(plan.status_days, nullable=True),
        "outstanding_balance": Money(plan.outstanding),
        "days_past_due": Whole(plan.days_past_due),
        "loan_officer_id": ids.employee(block.money.applications.officers[loans.applications]),
    }


def _collateral(block: Block, ids: Ids) -> Columns:
    collateral = block.collateral
    kinds = np.searchsorted(list(COLLATERAL), block.money.loans.types[collateral.loans])
    released = block.money.instalments.loan_statuses[collateral.loans] == PAID_OFF
    return {
        "collateral_id": ids.serial("collateral", len(kinds)),
        "loan_id": ids.of("loans", collateral.loans),
        "collateral_type": Coded(kinds, Labels.of(COLLATERAL.values())),
        "description": Coded(collateral.objects, _OBJECTS),
        "appraised_value": Money(collateral.values),
        "appraisal_date": Day(collateral.days),
        "status": Coded(released.astype(np.intp), Labels.of(words.COLLATERAL_STATUSES)),
    }


def _schedule(block: Block, ids: Ids, moved: NDArray[np.int64]) -> Columns:
    plan = block.money.instalments
    paid = origins_of(block.money.moved, CATEGORY["loan_repayment"], len(plan))
    return {
        "schedule_id": ids.serial("repayment_schedule", len(plan)),
        "loan_id": ids.of("loans", plan.loans),
        "installment_number": Whole(plan.numbers),
        "due_date": Day(plan.due),
        "interest_rate": Rate(plan.rates * _POINTS),
        "installment_amount": Money(plan.interest + plan.principal),
        "interest_amount": Money(plan.interest),
        "principal_amount": Money(plan.principal),
        "balance_after": Money(plan.balances),
        "status": Coded(plan.statuses, Labels.of(words.INSTALMENT_STATUSES)),
        "paid_date": Day(plan.paid, nullable=True),
        "transaction_id": ids.numbered("transactions", numbers_of(paid, moved), nullable=True),
    }


def _guarantors(block: Block, ids: Ids) -> Columns:
    guarantors = block.guarantors
    return {
        "guarantor_id": ids.serial("loan_guarantors", len(guarantors.loans)),
        "loan_id": ids.of("loans", guarantors.loans),
        "customer_id": ids.of("customers", guarantors.customers),
        "relationship": Coded(guarantors.relationships, Labels.of(words.GUARANTOR_RELATIONSHIPS)),
        "guaranteed_percent": Whole(guarantors.percents),
        "signed_date": Day(guarantors.days),
    }


def _assessments(block: Block, ids: Ids, rules: LoanRules) -> Columns:
    asked = block.money.applications
    rows = asked.judged
    scores = asked.scores[rows]
    grades = np.where(scores >= rules.low_risk_score, 0, np.where(scores >= rules.medium_risk_score, 1, 2))
    return {
        "assessment_id": ids.serial("risk_assessments", len(rows)),
        "application_id": ids.of("loan_applications", rows),
        "assessed_by": ids.employee(asked.analysts[rows]),
        "assessment_date": Day(asked.assessed[rows]),
        "credit_score": Whole(scores),
        "debt_to_income": Rate(asked.debts[rows]),
        "risk_grade": Coded(grades, Labels.of(words.RISK_LEVELS)),
        "recommendation": Coded((asked.statuses[rows] != APPROVED).astype(np.intp), Labels.of(words.RECOMMENDATIONS)),
    }
