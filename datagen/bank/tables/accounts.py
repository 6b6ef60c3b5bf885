"""accounts_db: customers, accounts, who is related to them, and transactions."""

from __future__ import annotations

from sqlalchemy import CHAR, Boolean, Date, DateTime, String, Table, column

from datagen.bank import vocabulary as words
from datagen.bank.tables.declare import (
    ID,
    LINE,
    MONEY,
    NAME,
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
from datagen.bank.tables.person import contact_details
from datagen.schema import at_least, between, filled_if_and_only_if, not_before, one_of

_DATABASE = {"database": words.ACCOUNTS_DB}

customers = Table(
    "customers",
    metadata,
    key("customer_id", "customer"),
    *contact_details(),
    must("customer_type", WORD, "business for the corporate segment, else individual"),
    must("created_date", Date, "Day the customer applied"),
    must("status", WORD, "active while the customer holds an account that is not closed"),
    one_of("customer_type", words.CUSTOMER_TYPES),
    one_of("status", words.CUSTOMER_STATUSES),
    comment="Customers as the accounts know them; one row a customer",
    info=_DATABASE,
)

accounts = Table(
    "accounts",
    metadata,
    key("account_id", "account"),
    child_of("customer_id", "customers.customer_id", "Owner"),
    must("account_number", String(16), "Number: 9900, which no bank uses, and 8 digits", unique=True),
    must("account_type", WORD, "Kind of account"),
    must("branch_code", String(8), "Branch that keeps the account, BR001 ..."),
    must("currency", CHAR(3), "Currency of all amounts"),
    must("interest_rate", RATE, "Interest, percent a year; 0 for checking"),
    must("status", WORD, "State on the as-of day; dormant has had nothing but interest, closed is empty"),
    when("opened_date", Date, "Day of opening, not before the owner's identity was first verified"),
    may("closed_date", Date, "Day of closing; filled only if closed"),
    may("maturity_date", Date, "Day a certificate of deposit is due; filled only for those"),
    refers("opened_by", "employees.employee_id", "Front-office employee who opened it"),
    must("opening_balance", MONEY, "Balance at the start of the window, US dollars; 0 if opened in it"),
    must("balance", MONEY, "Balance now, US dollars"),
    one_of("account_type", words.ACCOUNT_TYPES),
    one_of("currency", words.CURRENCIES),
    between("interest_rate", 0, 6),
    one_of("status", words.ACCOUNT_STATUSES),
    not_before("closed_date", "opened_date"),
    not_before("maturity_date", "opened_date"),
    filled_if_and_only_if("closed_date", column("status") == "closed"),
    filled_if_and_only_if("maturity_date", column("account_type") == "cd"),
    at_least("opening_balance", 0),
    at_least("balance", 0),
    comment="Accounts of customers; one row an account",
    info=_DATABASE,
)

account_relationships = Table(
    "account_relationships",
    metadata,
    key("relationship_id", "relationship"),
    child_of("account_id", "accounts.account_id", "Account it is about"),
    must("relationship_type", WORD, "Kind of relationship"),
    child_of("related_customer_id", "customers.customer_id", "Another customer", optional=True),
    child_of("related_account_id", "accounts.account_id", "Savings account of the same owner", optional=True),
    must("start_date", Date, "First day"),
    one_of("relationship_type", words.RELATIONSHIP_TYPES),
    filled_if_and_only_if("related_account_id", column("relationship_type") == "linked_savings"),
    filled_if_and_only_if("related_customer_id", column("relationship_type") != "linked_savings"),
    comment="Who and what else belongs to an account; one row a relationship",
    info=_DATABASE,
)

transactions = Table(
    "transactions",
    metadata,
    key("transaction_id", "transaction; rises with time"),
    child_of("account_id", "accounts.account_id", "Account"),
    when("transaction_at", DateTime, "Moment, local time"),
    must("transaction_type", WORD, "withdrawal, payment and fee are spending, the others income"),
    must("category", WORD, "Finer kind"),
    must("amount", MONEY, "Amount, US dollars, always positive"),
    must("balance_after", MONEY, "Balance of the account after it, US dollars"),
    must("channel", WORD, "By which way"),
    must("processing", WORD, "manual in branches, else automated"),
    refers("processed_by", "employees.employee_id", "Front-office employee; filled only if manual", optional=True),
    must("is_cash", Boolean, "Whether notes and coins changed hands"),
    may("counterparty", NAME, "Merchant, biller or employer"),
    may("reference_id", ID, "Loan, policy or claim; filled only for categories of those"),
    must("description", LINE, "What the statement says"),
    one_of("transaction_type", words.TRANSACTION_TYPES),
    one_of("category", words.CATEGORIES),
    at_least("amount", 0.01),
    at_least("balance_after", 0),
    one_of("channel", words.TRANSACTION_CHANNELS),
    one_of("processing", words.PROCESSINGS),
    filled_if_and_only_if("processed_by", column("channel") == "branch"),
    filled_if_and_only_if("counterparty", column("category").in_(words.NAMED_CATEGORIES)),
    filled_if_and_only_if("reference_id", column("category").in_(words.REFERRING_CATEGORIES)),
    comment="Movements of money in the last three months; one row a transaction",
    info=_DATABASE,
)
