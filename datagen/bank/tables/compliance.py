"""compliance_db: knowing customers, monitoring, reports to authorities, violations and the audit log."""

from __future__ import annotations

from sqlalchemy import Date, DateTime, Integer, String, Table, column

from datagen.bank import vocabulary as words
from datagen.bank.tables.declare import ID, LINE, MONEY, NAME, WORD, child_of, key, may, metadata, must, refers, when
from datagen.schema import after, at_least, between, filled_if_and_only_if, not_before, one_of

_DATABASE = {"database": words.COMPLIANCE_DB}
_MONITORED = column("check_type") == "transaction_monitoring"
_CTR = column("report_type") == "ctr"

kyc_records = Table(
    "kyc_records",
    metadata,
    key("kyc_id", "KYC record"),
    refers("customer_id", "customers.customer_id", "Whose identity is verified"),
    must("record_type", WORD, "onboarding first, then periodic reviews"),
    must("risk_class", WORD, "Risk: the next review comes after 36, 24 or 12 months"),
    must("status", WORD, "State"),
    when("opened_date", Date, "Day it was opened"),
    may("completed_date", Date, "Day it was decided; empty while pending"),
    refers("verified_by", "employees.employee_id", "Compliance Officer; empty while pending", optional=True),
    must("document_type", WORD, "What was shown"),
    must("document_number", String(20), "Number: SPECIMEN- and 8 digits"),
    may("next_review_date", Date, "Day of the next review; filled only if verified"),
    one_of("record_type", words.RECORD_TYPES),
    one_of("risk_class", words.RISK_LEVELS),
    one_of("status", words.KYC_STATUSES),
    not_before("completed_date", "opened_date"),
    filled_if_and_only_if("completed_date", column("status") != "pending"),
    filled_if_and_only_if("verified_by", column("status") != "pending"),
    one_of("document_type", words.DOCUMENT_TYPES),
    filled_if_and_only_if("next_review_date", column("status") == "verified"),
    comment="Know-your-customer records; one row an onboarding or review",
    info=_DATABASE,
)

aml_checks = Table(
    "aml_checks",
    metadata,
    key("check_id", "check"),
    refers("customer_id", "customers.customer_id", "Whom it is about"),
    must("check_type", WORD, "Screening at onboarding, or monitoring of transactions"),
    may("scenario", WORD, "Pattern that was found; filled only for monitoring"),
    refers("transaction_id", "transactions.transaction_id", "Transaction that completes the pattern", optional=True),
    when("detected_date", Date, "Day of the screening, or 0 to 2 days after the transaction"),
    must("result", WORD, "Whether anything was found"),
    must("status", WORD, "State; reported ones have a suspicious-activity report"),
    refers("reviewed_by", "employees.employee_id", "Compliance Officer; filled only for an alert", optional=True),
    may("closed_date", Date, "Day it was closed; empty while open"),
    must("risk_score", Integer, "0 to 100; above 50 for alerts"),
    one_of("check_type", words.CHECK_TYPES),
    one_of("scenario", words.SCENARIOS),
    filled_if_and_only_if("scenario", _MONITORED),
    filled_if_and_only_if("transaction_id", _MONITORED),
    one_of("result", words.CHECK_RESULTS),
    one_of("status", words.CHECK_STATUSES),
    filled_if_and_only_if("reviewed_by", column("result") == "alert"),
    filled_if_and_only_if("closed_date", column("status") != "open"),
    not_before("closed_date", "detected_date"),
    between("risk_score", 0, 100),
    comment="Checks against money laundering; one row a screening or alert",
    info=_DATABASE,
)

suspicious_activity_reports = Table(
    "suspicious_activity_reports",
    metadata,
    key("sar_id", "report"),
    child_of("check_id", "aml_checks.check_id", "Alert it follows from", unique=True),
    refers("customer_id", "customers.customer_id", "Whom it is about"),
    must("activity_type", WORD, "Scenario of the alert"),
    must("amount", MONEY, "What the pattern moved, US dollars"),
    must("detected_date", Date, "Day of detection"),
    when("filed_date", Date, "Day of filing, at most 30 days later"),
    refers("filed_by", "employees.employee_id", "Compliance Officer who reviewed the alert"),
    must("narrative", LINE, "What was observed"),
    one_of("activity_type", words.SCENARIOS),
    at_least("amount", 0.01),
    not_before("filed_date", "detected_date"),
    comment="Suspicious-activity reports; one row a reported alert",
    info=_DATABASE,
)

regulatory_reports = Table(
    "regulatory_reports",
    metadata,
    key("report_id", "report"),
    must("report_type", WORD, "Currency transaction report, call report (quarterly), summary (monthly)"),
    refers("customer_id", "customers.customer_id", "Whom a currency transaction report is about", optional=True),
    may("direction", WORD, "Cash deposited (in) or withdrawn (out)"),
    may("amount", MONEY, "Cash of that day, US dollars"),
    must("period_start", Date, "First day"),
    must("period_end", Date, "Last day"),
    must("due_date", Date, "Last day for filing"),
    when("filed_date", Date, "Day of filing"),
    refers("filed_by", "employees.employee_id", "Compliance Officer"),
    one_of("report_type", words.REPORT_TYPES),
    filled_if_and_only_if("customer_id", _CTR),
    one_of("direction", words.DIRECTIONS),
    filled_if_and_only_if("direction", _CTR),
    at_least("amount", 10_000.01),
    filled_if_and_only_if("amount", _CTR),
    not_before("period_end", "period_start"),
    after("filed_date", "period_end"),
    not_before("due_date", "filed_date"),
    comment="Reports to the authorities; one row a report",
    info=_DATABASE,
)

compliance_rules = Table(
    "compliance_rules",
    metadata,
    key("rule_id", "rule"),
    must("rule_code", String(40), "Code, upper case", unique=True),
    must("rule_name", NAME, "Name"),
    must("category", WORD, "Kind"),
    must("severity", WORD, "Weight of a breach"),
    must("description", LINE, "What the rule demands"),
    must("effective_date", Date, "In force since"),
    one_of("category", words.RULE_CATEGORIES),
    one_of("severity", words.SEVERITIES),
    comment="Rules the bank must keep; one row a rule",
    info=_DATABASE,
)

rule_violations = Table(
    "rule_violations",
    metadata,
    key("violation_id", "violation"),
    child_of("rule_id", "compliance_rules.rule_id", "Rule that was broken"),
    must("subject_type", WORD, "What broke it"),
    must("subject_id", ID, "Its id: a complaint, training or check", unique=True),
    refers("employee_id", "employees.employee_id", "Who was responsible"),
    when("detected_date", Date, "Day after the term ended"),
    must("status", WORD, "open while what was to be done is not done"),
    may("remediated_date", Date, "Day it was done; filled only if remediated"),
    one_of("subject_type", words.SUBJECT_TYPES),
    one_of("status", words.VIOLATION_STATUSES),
    not_before("remediated_date", "detected_date"),
    filled_if_and_only_if("remediated_date", column("status") == "remediated"),
    comment="Breaches of rules; one row a breach",
    info=_DATABASE,
)

audit_logs = Table(
    "audit_logs",
    metadata,
    key("audit_id", "entry; rises with time"),
    when("event_at", DateTime, "Moment of the change, local time"),
    must("database_name", WORD, "Database of the change"),
    must("table_name", WORD, "Table of the change"),
    must("record_id", ID, "Key of the row"),
    must("action", WORD, "What was done"),
    must("column_name", WORD, "Column that changed"),
    may("old_value", WORD, "Value before; empty for an insert"),
    must("new_value", WORD, "Value after"),
    refers("performed_by", "employees.employee_id", "Who did it; empty for system or customer", optional=True),
    one_of("database_name", words.AUDITED_DATABASES),
    one_of("action", words.AUDIT_ACTIONS),
    one_of("column_name", words.AUDITED_COLUMNS),
    filled_if_and_only_if("old_value", column("action") == "update"),
    comment="Changes of states in the last 12 months; one row a change",
    info=_DATABASE,
)
