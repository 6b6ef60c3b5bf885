"""compliance_db but its fixed tables."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from datagen.bank import vocabulary as words
from datagen.bank.audit import MINUTES_A_DAY, TABLES, VALUES, second_of
from datagen.bank.blocks import Block
from datagen.bank.history import History
from datagen.bank.monitoring import IN, NO_SCENARIO
from datagen.bank.rendering.employees import rule_number
from datagen.bank.rendering.ids import Ids
from datagen.bank.rendering.loans import numbers_of
from datagen.columns import NULL, Coded, Columns, Day, Labels, Money, Numbered, Stamp, Texts, Whole

_DATABASES = {
    "accounts": words.ACCOUNTS_DB,
    "loan_applications": words.LOANS_DB,
    "loans": words.LOANS_DB,
    "kyc_records": words.COMPLIANCE_DB,
    "complaints": words.CUSTOMER_DB,
    "policies": words.INSURANCE_DB,
}
_NARRATIVES = {
    "large_cash": "Cash of one day above the reporting limit without a known reason.",
    "structuring": "Cash deposits on several days, each below the reporting limit.",
    "rapid_movement": "A large deposit of which most was withdrawn within three days.",
}
_DOCUMENT_NUMBERS = 100_000_000


def tables(
    history: History, block: Block, ids: Ids, moved: NDArray[np.int64], logged: NDArray[np.int64]
) -> Iterator[tuple[str, Columns]]:
    """What compliance knows of a block; `moved` and `logged` are the numbers of its transactions and audit entries."""
    yield "kyc_records", _records(block, ids)
    yield "aml_checks", _checks(block, ids, moved)
    yield "suspicious_activity_reports", _suspicions(block, ids)
    yield "regulatory_reports", _cash_reports(history, block, ids)
    yield "rule_violations", _violations(history, block, ids)
    yield "audit_logs", _changes(history, block, ids, logged)


def _records(block: Block, ids: Ids) -> Columns:
    records = block.money.records
    count = len(records.customers)
    document = block.money.streams.at("kyc").below(_DOCUMENT_NUMBERS, len(block.money.customers), "document number")
    return {
        "kyc_id": ids.serial("kyc_records", count),
        "customer_id": ids.of("customers", records.customers),
        "record_type": Coded((records.rounds > 0).astype(np.intp), Labels.of(words.RECORD_TYPES)),
        "risk_class": Coded(records.classes, Labels.of(words.RISK_LEVELS)),
        "status": Coded(records.statuses, Labels.of(words.KYC_STATUSES)),
        "opened_date": Day(records.opened),
        "completed_date": Day(records.completed, nullable=True),
        "verified_by": ids.employee(records.officers, nullable=True),
        "document_type": Coded(records.documents, Labels.of(words.DOCUMENT_TYPES)),
        "document_number": Numbered(
            "SPECIMEN-", 8, (document.take(records.customers) + 7 * records.documents) % _DOCUMENT_NUMBERS
        ),
        "next_review_date": Day(records.following, nullable=True),
    }


def _checks(block: Block, ids: Ids, moved: NDArray[np.int64]) -> Columns:
    checks = block.checks
    monitored = (checks.scenarios != NO_SCENARIO).astype(np.intp)
    return {
        "check_id": ids.serial("aml_checks", len(checks.customers)),
        "customer_id": ids.of("customers", checks.customers),
        "check_type": Coded(monitored, Labels.of(words.CHECK_TYPES)),
        "scenario": Coded(checks.scenarios, Labels.of(words.SCENARIOS), nullable=True),
        "transaction_id": ids.numbered("transactions", numbers_of(checks.rows, moved), nullable=True),
        "detected_date": Day(checks.detected),
        "result": Coded(checks.alerts.astype(np.intp), Labels.of(words.CHECK_RESULTS)),
        "status": Coded(checks.statuses, Labels.of(words.CHECK_STATUSES)),
        "reviewed_by": ids.employee(checks.reviewers, nullable=True),
        "closed_date": Day(checks.closed, nullable=True),
        "risk_score": Whole(checks.scores),
    }


def _suspicions(block: Block, ids: Ids) -> Columns:
    checks = block.checks
    rows = checks.reported
    scenarios = checks.scenarios[rows]
    return {
        "sar_id": ids.serial("suspicious_activity_reports", len(rows)),
        "check_id": ids.of("aml_checks", rows),
        "customer_id": ids.of("customers", checks.customers[rows]),
        "activity_type": Coded(scenarios, Labels.of(words.SCENARIOS)),
        "amount": Money(checks.amounts[rows]),
        "detected_date": Day(checks.detected[rows]),
        "filed_date": Day(checks.closed[rows]),
        "filed_by": ids.employee(checks.reviewers[rows]),
        "narrative": Coded(scenarios, Labels.of(_NARRATIVES[name] for name in words.SCENARIOS)),
    }


def _cash_reports(history: History, block: Block, ids: Ids) -> Columns:
    reports = block.cash_reports
    count = len(reports.customers)
    return {
        "report_id": ids.serial("regulatory_reports", count),
        "report_type": Coded(np.full(count, words.REPORT_TYPES.index("ctr")), Labels.of(words.REPORT_TYPES)),
        "customer_id": ids.of("customers", reports.customers, nullable=True),
        "direction": Coded(reports.directions + IN, Labels.of(words.DIRECTIONS), nullable=True),
        "amount": Money(reports.amounts),
        "period_start": Day(reports.days),
        "period_end": Day(reports.days),
        "due_date": Day(reports.days + np.int32(history.rules.compliance.ctr_days)),
        "filed_date": Day(reports.filed),
        "filed_by": ids.employee(reports.officers),
    }


def _violations(history: History, block: Block, ids: Ids) -> Columns:
    """Complaints answered too late, then alerts reviewed too late."""
    complaints, checks = block.complaints, block.checks
    first, second = block.late_complaints, block.late_checks
    kinds = np.repeat(
        [words.SUBJECT_TYPES.index("complaint"), words.SUBJECT_TYPES.index("aml_check")], [len(first), len(second)]
    )
    rules = np.repeat([rule_number(words.COMPLAINT_RULE), rule_number(words.ALERT_RULE)], [len(first), len(second)])
    subjects = [*ids.of("complaints", first).text().to_pylist(), *ids.of("aml_checks", second).text().to_pylist()]
    limits = history.rules.service.response_limit + 1, history.rules.compliance.review_limit + 1
    detected = np.concatenate((complaints.filed[first] + limits[0], checks.detected[second] + limits[1]))
    done = np.concatenate((complaints.answered[first], checks.closed[second])).astype(np.int32)
    return {
        "violation_id": ids.serial("rule_violations", len(kinds)),
        "rule_id": ids.numbered("compliance_rules", rules + 1),
        "subject_type": Coded(kinds, Labels.of(words.SUBJECT_TYPES)),
        "subject_id": Texts(pa.array(subjects, pa.string())),
        "employee_id": ids.employee(np.concatenate((complaints.handlers[first], checks.reviewers[second]))),
        "detected_date": Day(detected.astype(np.int32)),
        "status": Coded((done != NULL).astype(np.intp), Labels.of(words.VIOLATION_STATUSES)),
        "remediated_date": Day(done, nullable=True),
    }


def _changes(history: History, block: Block, ids: Ids, logged: NDArray[np.int64]) -> Columns:
    changes = block.changes
    day, minute = np.divmod(changes.minutes, MINUTES_A_DAY)
    values = Labels.of(VALUES)
    return {
        "audit_id": ids.numbered("audit_logs", logged),
        "event_at": Stamp(
            (history.year_ago + day).astype(np.int32), (minute * 60 + second_of(changes.minutes)).astype(np.int32)
        ),
        "database_name": Coded(changes.tables, Labels.of(_DATABASES[name] for name in TABLES)),
        "table_name": Coded(changes.tables, Labels.of(TABLES)),
        "record_id": _records_changed(block, ids),
        "action": Coded((~changes.inserts).astype(np.intp), Labels.of(words.AUDIT_ACTIONS)),
        "column_name": Coded(np.zeros(len(changes), np.intp), Labels.of(words.AUDITED_COLUMNS)),
        "old_value": Coded(changes.old, values, nullable=True),
        "new_value": Coded(changes.new, values),
        "performed_by": ids.employee(changes.by, nullable=True),
    }


def _records_changed(block: Block, ids: Ids) -> Texts:
    """The ids of the rows that changed, of several tables."""
    changes = block.changes
    order = np.argsort(changes.tables, kind="stable")
    counts = np.bincount(changes.tables, minlength=len(TABLES))
    edges = np.concatenate(([0], np.cumsum(counts)))
    parts = [
        ids.of(table, changes.records[order[edges[place] : edges[place + 1]]]).text()
        for place, table in enumerate(TABLES)
    ]
    back = np.empty(len(order), np.intp)
    back[order] = np.arange(len(order))
    return Texts(pa.concat_arrays(parts).take(pa.array(back)))
