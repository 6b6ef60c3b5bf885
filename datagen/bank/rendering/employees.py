"""employees_db, and the tables of others that no customer has a part in."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from datagen.bank import vocabulary as words
from datagen.bank.authorities import COMPLIANCE_RULES, terms_of
from datagen.bank.blocks import Block
from datagen.bank.draws import FAR
from datagen.bank.history import History
from datagen.bank.rendering.ids import Ids
from datagen.bank.staff import names_of
from datagen.bank.training import PROGRAMS, REMARKS
from datagen.calendar import add_months
from datagen.columns import NULL, Coded, Columns, Day, Flag, Labels, Money, Texts, Whole, or_no_code, or_null

DEPARTMENTS, ROLES = Labels.of(words.DEPARTMENTS), Labels.of(words.ROLES)
PARENTS = {
    "Customer Service": "Retail Banking",
    "Marketing": "Retail Banking",
    "Information Technology": "Operations",
}
"""Departments below another one than the Executive Office."""
_FIRST_COST_CENTER, _COST_CENTER_STEP = 1_000, 100


def static_tables(history: History, ids: Ids) -> Iterator[tuple[str, Columns]]:
    """The tables that do not hang on customers, parents first where they can be."""
    yield "departments", _departments(history, ids)
    yield "employees", _employees(history, ids)
    yield "training_programs", _programs(ids)
    yield "employee_training", _trainings(history, ids)
    yield "performance_reviews", _reviews(history, ids)
    yield "campaigns", _campaigns(history, ids)
    yield "compliance_rules", _rules(history, ids)
    yield "regulatory_reports", _reports(history, ids)
    yield "rule_violations", _violations(history, ids)


def _departments(history: History, ids: Ids) -> Columns:
    count, rules = len(words.DEPARTMENTS), history.rules.employees
    parents = [words.DEPARTMENTS.index(PARENTS.get(name, words.DEPARTMENTS[0])) for name in words.DEPARTMENTS]
    parents[0] = -1
    year = history.streams.at("departments").below(12 * rules.founding_spread, count, "created")
    created = add_months(np.full(count, history.as_of), year - 12 * rules.founding_years)
    created[0] = created.min()
    centers = _FIRST_COST_CENTER + _COST_CENTER_STEP * np.arange(count)
    return {
        "department_id": ids.serial("departments", count),
        "department_name": Coded(np.arange(count), DEPARTMENTS),
        "parent_department_id": ids.of("departments", parents, nullable=True),
        "manager_id": ids.employee(history.staff.leaders),
        "cost_center": Coded(np.arange(count), Labels.of(f"CC{number}" for number in centers.tolist())),
        "created_date": Day(created),
    }


def _employees(history: History, ids: Ids) -> Columns:
    staff = history.staff
    first, last, emails, phones = names_of(history.streams.at("employees"), staff, history.branches, history.names)
    left = or_null(staff.left != FAR, staff.left)
    return {
        "employee_id": ids.serial("employees", len(staff)),
        "department_id": ids.of("departments", staff.departments),
        "manager_id": ids.employee(staff.managers, nullable=True),
        "first_name": Texts(first),
        "last_name": Texts(last),
        "gender": Coded(staff.genders, Labels.of(words.GENDERS)),
        "date_of_birth": Day(staff.born),
        "email": Texts(emails),
        "phone": Texts(phones),
        "role": Coded(staff.roles, ROLES),
        "branch_code": Coded(staff.branches, history.branches.codes),
        "salary": Money(staff.salaries),
        "hire_date": Day(staff.hired),
        "termination_date": Day(left, nullable=True),
        "status": Coded(staff.statuses, Labels.of(words.EMPLOYEE_STATUSES)),
    }


def _programs(ids: Ids) -> Columns:
    count = len(PROGRAMS)
    names, categories, hours, mandatory = zip(*PROGRAMS, strict=True)
    return {
        "program_id": ids.serial("training_programs", count),
        "program_name": Coded(np.arange(count), Labels.of(names)),
        "category": Coded(np.arange(count), Labels.of(categories)),
        "duration_hours": Whole(np.array(hours)),
        "is_mandatory": Flag(np.array(mandatory)),
    }


def _trainings(history: History, ids: Ids) -> Columns:
    trainings = history.trainings
    scores = or_no_code(trainings.completed != NULL, trainings.scores)
    return {
        "training_id": ids.serial("employee_training", len(scores)),
        "employee_id": ids.employee(trainings.employees),
        "program_id": ids.of("training_programs", trainings.programs),
        "enrolled_date": Day(trainings.enrolled),
        "completion_date": Day(trainings.completed, nullable=True),
        "status": Coded(trainings.statuses, Labels.of(words.TRAINING_STATUSES)),
        "score": Whole(scores, nullable=True),
    }


def _reviews(history: History, ids: Ids) -> Columns:
    reviews = history.reviews
    years = reviews.days.astype("datetime64[D]").astype("datetime64[Y]").astype(np.int64) + 1970
    return {
        "review_id": ids.serial("performance_reviews", len(years)),
        "employee_id": ids.employee(reviews.employees),
        "reviewer_id": ids.employee(reviews.reviewers),
        "review_date": Day(reviews.days),
        "review_year": Whole(years),
        "rating": Whole(reviews.ratings),
        "comments": Coded(reviews.remarks, Labels.of(REMARKS), nullable=True),
    }


def _campaigns(history: History, ids: Ids) -> Columns:
    campaigns = history.campaigns
    count = len(campaigns)
    return {
        "campaign_id": ids.serial("campaigns", count),
        "campaign_name": Coded(np.arange(count), Labels.of(campaigns.names)),
        "campaign_type": Coded(campaigns.types, Labels.of(words.CAMPAIGN_TYPES)),
        "target_segment": Coded(campaigns.segments, Labels.of(words.TARGET_SEGMENTS)),
        "start_date": Day(campaigns.starts),
        "end_date": Day(campaigns.ends),
        "budget": Money(campaigns.budgets),
        "owner_id": ids.employee(campaigns.owners),
    }


def _rules(history: History, ids: Ids) -> Columns:
    count, rules = len(COMPLIANCE_RULES), history.rules.employees
    codes, names, categories, severities, demands = zip(*COMPLIANCE_RULES, strict=True)
    terms = terms_of(history.rules)
    months = history.streams.at("rules").below(12 * rules.founding_spread, count, "since")
    each = np.arange(count)
    return {
        "rule_id": ids.serial("compliance_rules", count),
        "rule_code": Coded(each, Labels.of(codes)),
        "rule_name": Coded(each, Labels.of(name.format(**terms) for name in names)),
        "category": Coded(each, Labels.of(categories)),
        "severity": Coded(each, Labels.of(severities)),
        "description": Coded(each, Labels.of(demand.format(**terms) for demand in demands)),
        "effective_date": Day(add_months(np.full(count, history.as_of), months - 12 * rules.founding_years)),
    }


def _reports(history: History, ids: Ids) -> Columns:
    reports = history.reports
    nothing = np.full(len(reports.types), -1)
    return {
        "report_id": ids.serial("regulatory_reports", len(nothing)),
        "report_type": Coded(reports.types, Labels.of(words.REPORT_TYPES)),
        "customer_id": ids.of("customers", nothing, nullable=True),
        "direction": Coded(nothing, Labels.of(words.DIRECTIONS), nullable=True),
        "amount": Money(np.zeros(len(nothing), np.int64), nothing < 0),
        "period_start": Day(reports.starts),
        "period_end": Day(reports.ends),
        "due_date": Day(reports.due),
        "filed_date": Day(reports.filed),
        "filed_by": ids.employee(reports.officers),
    }


def _violations(history: History, ids: Ids) -> Columns:
    """The late trainings; those of customers' complaints and alerts follow block by block."""
    rows, trainings = history.late_trainings, history.trainings
    done = trainings.completed[rows]
    return {
        "violation_id": ids.serial("rule_violations", len(rows)),
        "rule_id": ids.of("compliance_rules", np.full(len(rows), rule_number(words.TRAINING_RULE))),
        "subject_type": Coded(
            np.full(len(rows), words.SUBJECT_TYPES.index("training")), Labels.of(words.SUBJECT_TYPES)
        ),
        "subject_id": ids.of("employee_training", rows),
        "employee_id": ids.employee(trainings.employees[rows]),
        "detected_date": Day(trainings.enrolled[rows] + np.int32(history.rules.employees.mandatory_days + 1)),
        "status": Coded((done != NULL).astype(np.intp), Labels.of(words.VIOLATION_STATUSES)),
        "remediated_date": Day(done, nullable=True),
    }


def rule_number(code: str) -> int:
    """The place of a compliance rule."""
    return [rule[0] for rule in COMPLIANCE_RULES].index(code)


def assignment_columns(block: Block, ids: Ids) -> Columns:
    """Who looks after the customers of a block."""
    assignments = block.assignments
    return {
        "assignment_id": ids.serial("employee_assignments", len(assignments.customers)),
        "employee_id": ids.employee(assignments.employees),
        "customer_id": ids.of("customers", assignments.customers),
        "start_date": Day(assignments.begun),
        "end_date": Day(assignments.ended, nullable=True),
    }
