"""insurance_db: policies, coverage, beneficiaries, claims and premiums."""

from __future__ import annotations

from sqlalchemy import Date, String, Table, column

from datagen.bank import vocabulary as words
from datagen.bank.tables.declare import (
    LINE,
    MONEY,
    PERSON,
    RATE,
    WORD,
    child_of,
    key,
    may,
    metadata,
    must,
    refers,
    when,
)
from datagen.schema import after, at_least, between, filled_if_and_only_if, not_before, one_of

_DATABASE = {"database": words.INSURANCE_DB}

policies = Table(
    "policies",
    metadata,
    key("policy_id", "policy"),
    refers("customer_id", "customers.customer_id", "Holder"),
    must("policy_number", String(16), "Number: P- and 8 digits", unique=True),
    must("policy_type", WORD, "Kind of insurance"),
    refers("agent_id", "employees.employee_id", "Insurance Agent who sold it"),
    refers("premium_account_id", "accounts.account_id", "Own account that pays"),
    must("premium_amount", MONEY, "Premium a due date, US dollars"),
    must("payment_frequency", WORD, "Every 1, 3 or 12 months"),
    when("effective_date", Date, "First day of cover"),
    must("expiration_date", Date, "End of the term"),
    must("status", WORD, "State on the as-of day"),
    may("end_date", Date, "First day without cover; empty while active"),
    must("insured_object", LINE, "Car, house or person"),
    one_of("policy_type", words.POLICY_TYPES),
    between("premium_amount", 5, 20_000),
    one_of("payment_frequency", words.FREQUENCIES),
    one_of("status", words.POLICY_STATUSES),
    after("expiration_date", "effective_date"),
    after("end_date", "effective_date"),
    filled_if_and_only_if("end_date", column("status") != "active"),
    comment="Insurance policies of the last three years; one row a policy",
    info=_DATABASE,
)

coverage = Table(
    "coverage",
    metadata,
    key("coverage_id", "cover"),
    child_of("policy_id", "policies.policy_id", "Policy"),
    must("coverage_type", WORD, "What is covered; once a policy"),
    must("limit_amount", MONEY, "Most that is paid, US dollars"),
    must("deductible", MONEY, "Borne by the holder, US dollars; 0 for liability and life"),
    one_of("coverage_type", words.COVERAGE_TYPES),
    at_least("limit_amount", 1_000),
    at_least("deductible", 0),
    after("limit_amount", "deductible"),
    comment="What policies cover; one row a cover",
    info=_DATABASE,
)

beneficiaries = Table(
    "beneficiaries",
    metadata,
    key("beneficiary_id", "beneficiary"),
    child_of("policy_id", "policies.policy_id", "Life policy"),
    must("first_name", PERSON, "Given name"),
    must("last_name", PERSON, "Surname"),
    must("relationship", WORD, "To the holder"),
    must("share_percent", RATE, "Percent of the benefit; the shares of a policy sum to 100"),
    one_of("relationship", words.BENEFICIARY_RELATIONSHIPS),
    between("share_percent", 1, 100),
    comment="Who benefits from life policies; one row a person and policy",
    info=_DATABASE,
)

claims = Table(
    "claims",
    metadata,
    key("claim_id", "claim"),
    child_of("policy_id", "policies.policy_id", "Policy"),
    child_of("coverage_id", "coverage.coverage_id", "Cover of that policy"),
    when("incident_date", Date, "Day it happened, while covered"),
    must("reported_date", Date, "Day it was reported, 0 to 30 days later"),
    must("claimed_amount", MONEY, "Amount claimed, US dollars"),
    must("status", WORD, "State"),
    refers("adjuster_id", "employees.employee_id", "Claims Adjuster or Insurance Agent"),
    may("decision_date", Date, "Day of the decision, 1 to 60 days after the report; empty while open"),
    may("paid_amount", MONEY, "Amount paid, US dollars; filled only if paid"),
    refers("payment_transaction_id", "transactions.transaction_id", "Payment, if in the window", optional=True),
    at_least("claimed_amount", 1),
    one_of("status", words.CLAIM_STATUSES),
    at_least("paid_amount", 0.01),
    not_before("reported_date", "incident_date"),
    after("decision_date", "reported_date"),
    filled_if_and_only_if("decision_date", column("status") != "open"),
    filled_if_and_only_if("paid_amount", column("status") == "paid"),
    comment="Claims on policies; one row a claim",
    info=_DATABASE,
)

premium_payments = Table(
    "premium_payments",
    metadata,
    key("payment_id", "premium"),
    child_of("policy_id", "policies.policy_id", "Policy"),
    when("due_date", Date, "Day it is due"),
    must("amount", MONEY, "Premium, US dollars"),
    must("status", WORD, "due is collected on the next banking day"),
    may("paid_date", Date, "First banking day on or after the due date; filled only if paid"),
    refers(
        "transaction_id", "transactions.transaction_id", "Payment; filled only if paid in the window", optional=True
    ),
    at_least("amount", 0.01),
    one_of("status", words.PREMIUM_STATUSES),
    not_before("paid_date", "due_date"),
    filled_if_and_only_if("paid_date", column("status") == "paid"),
    comment="Premiums of policies up to the as-of day; one row a due date",
    info=_DATABASE,
)
