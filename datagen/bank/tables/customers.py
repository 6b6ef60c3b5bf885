"""customer_db: profiles, contacts, surveys, complaints and campaigns."""

from __future__ import annotations

from sqlalchemy import Boolean, Date, DateTime, Integer, Table, column

from datagen.bank import vocabulary as words
from datagen.bank.tables.declare import (
    LINE,
    MONEY,
    NAME,
    WORD,
    Items,
    child_of,
    key,
    may,
    metadata,
    must,
    refers,
    when,
)
from datagen.bank.tables.person import contact_details
from datagen.schema import between, filled_if_and_only_if, filled_only_if, not_before, one_of

_DATABASE = {"database": words.CUSTOMER_DB}


def _profile_key() -> Items:
    item = key("customer_id", "customer, the same as in accounts_db")
    item.info["references"] = "customers.customer_id"
    return [item]


customer_profiles = Table(
    "customer_profiles",
    metadata,
    *_profile_key(),
    *contact_details(with_gender=True),
    must("segment", WORD, "Line of business"),
    may("company_name", NAME, "Company; filled only for the corporate segment"),
    must("occupation", NAME, "What the customer does for a living"),
    must("annual_income", MONEY, "Income of a year, US dollars"),
    when("customer_since", Date, "Day the customer applied"),
    must("lifecycle_stage", WORD, "prospect never had an account, former closed all, new opened the first in 90 days"),
    must("kyc_status", WORD, "Status of the latest KYC record"),
    must("risk_class", WORD, "Risk class of the latest KYC record"),
    must("preferred_channel", WORD, "How the customer likes to be reached"),
    must("marketing_opt_in", Boolean, "Whether campaigns may address the customer"),
    refers("assigned_agent_id", "employees.employee_id", "Employee of the current assignment", optional=True),
    must("updated_at", DateTime, "Last change of the profile"),
    one_of("gender", words.GENDERS),
    one_of("segment", words.SEGMENTS),
    filled_if_and_only_if("company_name", column("segment") == "corporate"),
    between("annual_income", 12_000, 5_000_000),
    one_of("lifecycle_stage", words.LIFECYCLE_STAGES),
    one_of("kyc_status", words.KYC_STATUSES),
    one_of("risk_class", words.RISK_LEVELS),
    one_of("preferred_channel", words.CHANNELS),
    comment="Customers as the relationship managers know them; one row a customer",
    info=_DATABASE,
)

interactions = Table(
    "interactions",
    metadata,
    key("interaction_id", "contact"),
    child_of("customer_id", "customer_profiles.customer_id", "Who contacted the bank"),
    must("channel", WORD, "How"),
    must("reason", WORD, "Why"),
    when("started_at", DateTime, "Start, local time"),
    must("duration_seconds", Integer, "Length, seconds; of an e-mail the time spent on it"),
    refers("handled_by", "employees.employee_id", "Employee; empty for self-service", optional=True),
    refers("account_id", "accounts.account_id", "Account of the customer it was about", optional=True),
    must("outcome", WORD, "How it ended"),
    one_of("channel", words.CHANNELS),
    one_of("reason", words.REASONS),
    between("duration_seconds", 5, 14_400),
    one_of("outcome", words.OUTCOMES),
    comment="Contacts of customers with the bank; one row a contact",
    info=_DATABASE,
)

satisfaction_surveys = Table(
    "satisfaction_surveys",
    metadata,
    key("survey_id", "survey"),
    child_of("interaction_id", "interactions.interaction_id", "Contact it is about", unique=True),
    child_of("customer_id", "customer_profiles.customer_id", "Customer of the contact"),
    must("responded_at", DateTime, "Answer, within 14 days of the contact, local time"),
    must("nps_score", Integer, "Would recommend the bank, 0 to 10"),
    must("satisfaction_rating", Integer, "Stars, 1 to 5"),
    may("comments", LINE, "Remarks of the customer"),
    between("nps_score", 0, 10),
    between("satisfaction_rating", 1, 5),
    comment="Answered surveys about contacts; one row a survey",
    info=_DATABASE,
)

complaints = Table(
    "complaints",
    metadata,
    key("complaint_id", "complaint"),
    child_of("customer_id", "customer_profiles.customer_id", "Customer of the contact"),
    child_of("interaction_id", "interactions.interaction_id", "Contact in which it was made", unique=True),
    must("complaint_type", WORD, "About what"),
    when("filed_date", Date, "Day of the contact"),
    must("status", WORD, "State; closed ended without a remedy"),
    must("priority", WORD, "Urgency; fraud is high"),
    refers("handled_by", "employees.employee_id", "Customer Service Agent in charge"),
    may("first_response_date", Date, "Day of the first response; empty while the complaint is open"),
    may("resolution_date", Date, "Day it was resolved"),
    may("closed_date", Date, "Day it was closed"),
    refers("transaction_id", "transactions.transaction_id", "Own transaction it is about", optional=True),
    must("description", LINE, "What the customer said"),
    one_of("complaint_type", words.COMPLAINT_TYPES),
    one_of("status", words.COMPLAINT_STATUSES),
    one_of("priority", words.RISK_LEVELS),
    not_before("first_response_date", "filed_date"),
    not_before("resolution_date", "first_response_date"),
    not_before("closed_date", "first_response_date"),
    filled_if_and_only_if("first_response_date", column("status") != "open"),
    filled_if_and_only_if("resolution_date", column("status") == "resolved"),
    filled_if_and_only_if("closed_date", column("status") == "closed"),
    comment="Complaints of customers; one row a complaint",
    info=_DATABASE,
)

campaigns = Table(
    "campaigns",
    metadata,
    key("campaign_id", "campaign"),
    must("campaign_name", NAME, "Name of the campaign", unique=True),
    must("campaign_type", WORD, "Medium"),
    must("target_segment", WORD, "Whom it addresses"),
    when("start_date", Date, "First day"),
    must("end_date", Date, "Last day, 14 to 90 days later"),
    must("budget", MONEY, "Budget, US dollars"),
    refers("owner_id", "employees.employee_id", "Employee in charge"),
    one_of("campaign_type", words.CAMPAIGN_TYPES),
    one_of("target_segment", words.TARGET_SEGMENTS),
    not_before("end_date", "start_date"),
    between("budget", 1_000, 500_000),
    comment="Marketing campaigns of the last 12 months; one row a campaign",
    info=_DATABASE,
)

campaign_responses = Table(
    "campaign_responses",
    metadata,
    key("response_id", "response"),
    child_of("campaign_id", "campaigns.campaign_id", "Campaign; once a customer"),
    child_of("customer_id", "customer_profiles.customer_id", "Customer of the target segment, opted in"),
    must("response_type", WORD, "What the customer did"),
    when("response_date", Date, "Day, from the start to 30 days past the end"),
    must("converted", Boolean, "Whether the customer bought"),
    may("conversion_date", Date, "Day of the purchase, within 30 days of the response"),
    one_of("response_type", words.RESPONSE_TYPES),
    not_before("conversion_date", "response_date"),
    filled_if_and_only_if("conversion_date", column("converted").is_(True)),
    filled_only_if("conversion_date", column("response_type").in_(["inquired", "applied"])),
    comment="Responses of customers to campaigns; one row a response",
    info=_DATABASE,
)
