"""The allowed values of the bank world, written once.

The tables' CHECK constraints are made from these tuples and the generators draw from them. Nothing is imported here,
so that a generator has them without paying for SQLAlchemy.
"""

# Databases, in the order in which they are loaded and listed
EMPLOYEES_DB, CUSTOMER_DB, ACCOUNTS_DB = "employees_db", "customer_db", "accounts_db"
LOANS_DB, INSURANCE_DB, COMPLIANCE_DB = "loans_db", "insurance_db", "compliance_db"
DATABASES = (EMPLOYEES_DB, CUSTOMER_DB, ACCOUNTS_DB, LOANS_DB, INSURANCE_DB, COMPLIANCE_DB)

ID_FORMS = {
    "departments": ("DEP", 2),
    "employees": ("EMP", 5),
    "training_programs": ("TRN", 2),
    "employee_training": ("ETR", 6),
    "performance_reviews": ("REV", 6),
    "employee_assignments": ("ASG", 6),
    "customer_profiles": ("CUS", 7),
    "interactions": ("INT", 8),
    "satisfaction_surveys": ("SUR", 8),
    "complaints": ("CMP", 6),
    "campaigns": ("CAM", 3),
    "campaign_responses": ("RSP", 6),
    "customers": ("CUS", 7),
    "accounts": ("ACC", 8),
    "account_relationships": ("REL", 6),
    "transactions": ("TXN", 10),
    "loan_applications": ("APP", 6),
    "loans": ("LON", 6),
    "collateral": ("COL", 6),
    "repayment_schedule": ("RPS", 8),
    "loan_guarantors": ("GUA", 6),
    "risk_assessments": ("RSK", 6),
    "policies": ("POL", 6),
    "coverage": ("COV", 6),
    "beneficiaries": ("BEN", 6),
    "claims": ("CLM", 6),
    "premium_payments": ("PRM", 8),
    "kyc_records": ("KYC", 8),
    "aml_checks": ("AML", 8),
    "suspicious_activity_reports": ("SAR", 6),
    "regulatory_reports": ("RPT", 6),
    "compliance_rules": ("CRL", 3),
    "rule_violations": ("VIO", 6),
    "audit_logs": ("AUD", 8),
}
"""The prefix of each table's ids, and the digits of the number behind it; larger numbers have more."""

GENDERS = ("F", "M")

# Employees
DEPARTMENTS = (
    "Executive Office",
    "Retail Banking",
    "Customer Service",
    "Lending",
    "Risk Management",
    "Compliance",
    "Insurance",
    "Marketing",
    "Operations",
    "Information Technology",
    "Human Resources",
    "Finance",
)
CEO, DEPARTMENT_MANAGER, BRANCH_MANAGER = "Chief Executive Officer", "Department Manager", "Branch Manager"
TELLER, RELATIONSHIP_MANAGER, AGENT = "Teller", "Relationship Manager", "Customer Service Agent"
LOAN_OFFICER, RISK_ANALYST, COMPLIANCE_OFFICER = "Loan Officer", "Risk Analyst", "Compliance Officer"
INSURANCE_AGENT, CLAIMS_ADJUSTER, MARKETING_SPECIALIST = "Insurance Agent", "Claims Adjuster", "Marketing Specialist"
OPERATIONS_SPECIALIST, SYSTEMS_ENGINEER = "Operations Specialist", "Systems Engineer"
HR_SPECIALIST, ACCOUNTANT = "HR Specialist", "Accountant"
ROLE_DEPARTMENTS = {
    CEO: "Executive Office",
    BRANCH_MANAGER: "Retail Banking",
    TELLER: "Retail Banking",
    RELATIONSHIP_MANAGER: "Retail Banking",
    AGENT: "Customer Service",
    LOAN_OFFICER: "Lending",
    RISK_ANALYST: "Risk Management",
    COMPLIANCE_OFFICER: "Compliance",
    INSURANCE_AGENT: "Insurance",
    CLAIMS_ADJUSTER: "Insurance",
    MARKETING_SPECIALIST: "Marketing",
    OPERATIONS_SPECIALIST: "Operations",
    SYSTEMS_ENGINEER: "Information Technology",
    HR_SPECIALIST: "Human Resources",
    ACCOUNTANT: "Finance",
}
"""The department of each role; a Department Manager leads any other one than the Executive Office."""
ROLES = (
    CEO,
    DEPARTMENT_MANAGER,
    BRANCH_MANAGER,
    TELLER,
    RELATIONSHIP_MANAGER,
    AGENT,
    LOAN_OFFICER,
    RISK_ANALYST,
    COMPLIANCE_OFFICER,
    INSURANCE_AGENT,
    CLAIMS_ADJUSTER,
    MARKETING_SPECIALIST,
    OPERATIONS_SPECIALIST,
    SYSTEMS_ENGINEER,
    HR_SPECIALIST,
    ACCOUNTANT,
)
FIRST_ROLES = (CEO, TELLER, AGENT, LOAN_OFFICER, RISK_ANALYST, COMPLIANCE_OFFICER, INSURANCE_AGENT)
"""Who the first employees are: there before the first customer, and still there."""
FRONT_OFFICE = (TELLER, AGENT, RELATIONSHIP_MANAGER, BRANCH_MANAGER)
ADVISERS = (RELATIONSHIP_MANAGER, AGENT)
"""Roles that look after customers of their own."""
EMPLOYEE_STATUSES = ("active", "on_leave", "terminated")
TRAINING_CATEGORIES = ("compliance", "sales", "technical", "leadership", "service")
TRAINING_STATUSES = ("completed", "in_progress", "enrolled")

# Customers
SEGMENTS = ("retail", "premium", "corporate", "private")
LIFECYCLE_STAGES = ("prospect", "new", "active", "former")
KYC_STATUSES = ("verified", "pending", "rejected")
RISK_LEVELS = ("low", "medium", "high")
CHANNELS = ("phone", "email", "web", "mobile_app", "branch")
REASONS = ("inquiry", "account_service", "product_information", "technical_support", "complaint")
OUTCOMES = ("resolved", "escalated", "follow_up")
COMPLAINT_TYPES = ("service", "fee", "product", "fraud", "other")
COMPLAINT_STATUSES = ("resolved", "investigating", "closed", "open")
CAMPAIGN_TYPES = ("email", "digital", "cross_sell", "direct_mail")
TARGET_SEGMENTS = ("all", *SEGMENTS)
RESPONSE_TYPES = ("opened", "clicked", "inquired", "applied", "unsubscribed")

# Accounts
CUSTOMER_TYPES = ("individual", "business")
CUSTOMER_STATUSES = ("active", "inactive")
ACCOUNT_TYPES = ("checking", "savings", "money_market", "cd")
CURRENCIES = ("USD",)
ACCOUNT_STATUSES = ("active", "dormant", "closed")
RELATIONSHIP_TYPES = ("joint_owner", "beneficiary", "authorized_user", "linked_savings")
SPENDING = ("withdrawal", "payment", "fee")
TRANSACTION_TYPES = (*SPENDING, "deposit", "salary", "interest")
CATEGORY_TYPES = {
    "counter_cash": "withdrawal",
    "atm_cash": "withdrawal",
    "card_purchase": "payment",
    "bill_payment": "payment",
    "loan_repayment": "payment",
    "insurance_premium": "payment",
    "maintenance_fee": "fee",
    "atm_fee": "fee",
    "wire_fee": "fee",
    "cash_deposit": "deposit",
    "check_deposit": "deposit",
    "opening_deposit": "deposit",
    "loan_disbursement": "deposit",
    "insurance_claim": "deposit",
    "payroll": "salary",
    "interest": "interest",
}
"""The transaction type of each category."""
CATEGORIES = tuple(CATEGORY_TYPES)
CASH_CATEGORIES = ("counter_cash", "atm_cash", "cash_deposit")
NAMED_CATEGORIES = ("card_purchase", "bill_payment", "payroll")
"""Categories with a counterparty: merchant, biller or employer."""
REFERRING_CATEGORIES = ("loan_repayment", "insurance_premium", "loan_disbursement", "insurance_claim")
"""Categories with a reference: to a loan, policy or claim."""
TRANSACTION_CHANNELS = ("branch", "atm", "card", "online", "ach", "system")
PROCESSINGS = ("manual", "automated")

# Loans
LOAN_TYPES = ("mortgage", "personal", "auto", "business", "education")
APPLICATION_STATUSES = ("approved", "rejected", "pending", "withdrawn")
REJECTION_REASONS = ("credit_score", "income", "debt_to_income", "documents")
DISBURSED_TO = ("account", "seller")
LOAN_STATUSES = ("active", "paid_off", "defaulted", "restructured")
COLLATERAL_TYPES = ("real_estate", "vehicle", "equipment")
COLLATERAL_STATUSES = ("held", "released")
INSTALMENT_STATUSES = ("paid", "overdue", "scheduled", "written_off")
GUARANTOR_RELATIONSHIPS = ("spouse", "parent", "sibling", "friend", "business_partner")
RECOMMENDATIONS = ("approve", "reject")

# Insurance
POLICY_TYPES = ("auto", "home", "life")
FREQUENCIES = ("monthly", "quarterly", "annual")
FREQUENCY_MONTHS = (1, 3, 12)
POLICY_STATUSES = ("active", "lapsed", "cancelled", "expired")
AUTO_COVERAGES = ("bodily_injury", "property_damage", "collision", "comprehensive")
HOME_COVERAGES = ("dwelling", "personal_property", "liability")
COVERAGE_TYPES = (*AUTO_COVERAGES, *HOME_COVERAGES, "death_benefit")
BENEFICIARY_RELATIONSHIPS = ("spouse", "child", "parent", "sibling")
CLAIM_STATUSES = ("open", "paid", "denied")
PREMIUM_STATUSES = ("paid", "missed", "due")

# Compliance
RECORD_TYPES = ("onboarding", "periodic_review")
DOCUMENT_TYPES = ("passport", "driver_license", "state_id")
CHECK_TYPES = ("sanctions_screening", "transaction_monitoring")
SCENARIOS = ("large_cash", "structuring", "rapid_movement")
CHECK_RESULTS = ("clear", "alert")
CHECK_STATUSES = ("open", "closed", "reported")
REPORT_TYPES = ("ctr", "call_report", "bsa_summary")
DIRECTIONS = ("in", "out")
RULE_CATEGORIES = ("aml", "kyc", "lending", "consumer", "conduct")
SEVERITIES = ("low", "medium", "high", "critical")
COMPLAINT_RULE, TRAINING_RULE, ALERT_RULE = "COMPLAINT_RESPONSE_15D", "TRAINING_DUE_60D", "AML_REVIEW_30D"
SUBJECT_TYPES = ("complaint", "training", "aml_check")
VIOLATION_STATUSES = ("open", "remediated")
AUDITED_DATABASES = (CUSTOMER_DB, ACCOUNTS_DB, LOANS_DB, INSURANCE_DB, COMPLIANCE_DB)
AUDIT_ACTIONS = ("insert", "update")
AUDITED_COLUMNS = ("status",)
