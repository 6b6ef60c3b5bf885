"""The two tables of the payments world, written once: types, keys, NOT NULL, CHECK and the meaning of each column.

Columns and their order are those of docs/payments-tables.md. Importing this costs SQLAlchemy.
"""

from __future__ import annotations

from sqlalchemy import (
    CHAR,
    CheckConstraint,
    Column,
    Date,
    DateTime,
    Integer,
    MetaData,
    Numeric,
    String,
    Table,
    column,
)

from datagen.payments import vocabulary as words
from datagen.schema import NAMING, at_least, filled_if_and_only_if, not_before, one_of

metadata = MetaData(naming_convention=NAMING)

ID = String(16)
NAME = String(80)
CODE = String(20)
MONEY = Numeric(12, 2)
RATE = Numeric(5, 4)
DEGREES = Numeric(9, 6)

merchants = Table(
    "merchants",
    metadata,
    Column("merchant_id", ID, primary_key=True, comment="Identifier of the merchant"),
    Column("merchant_name", NAME, nullable=False, comment="Name the merchant trades under"),
    Column("industry", CODE, nullable=False, comment="What the merchant sells"),
    Column("address", NAME, nullable=False, comment="Street address"),
    Column("city", NAME, nullable=False, comment="City"),
    Column("state", CHAR(2), nullable=False, comment="State, two letters"),
    Column("zip_code", CHAR(5), nullable=False, comment="ZIP code, of that city and state"),
    Column("phone", String(20), nullable=False, comment="Telephone, NPA-555-01XX: set aside for fiction"),
    Column("email", NAME, nullable=False, comment="E-mail address at a domain reserved for examples"),
    Column("mdr_rate", RATE, nullable=False, comment="Merchant discount rate: the share of an amount it is charged"),
    Column("size_category", CODE, nullable=False, comment="Size class, which bounds payments, amounts and rate"),
    Column("creation_date", Date, nullable=False, comment="Day on which the merchant joined; never changes"),
    Column("effective_date", Date, nullable=False, index=True, comment="First day on which the version is in force"),
    Column("status", CODE, nullable=False, comment="Whether the merchant is there, or has left from effective_date on"),
    Column("last_transaction_date", Date, comment="Last day with a payment up to the version's end; empty for none"),
    Column("version", Integer, primary_key=True, autoincrement=False, comment="Number of the version, from 1"),
    at_least("mdr_rate", 0),
    one_of("industry", list(words.TRADES)),
    one_of("size_category", words.SIZES),
    one_of("status", words.STATUSES),
    at_least("version", 1),
    not_before("effective_date", "creation_date"),
    not_before("last_transaction_date", "creation_date"),
    comment="Merchants of the aggregator; one row a version, in force until the next one's effective_date",
)

transactions = Table(
    "transactions",
    metadata,
    Column("payment_id", ID, primary_key=True, comment="Identifier, consecutive in the order of time"),
    Column("payment_timestamp", DateTime, nullable=False, index=True, comment="When it was made, local time"),
    Column("payment_lat", DEGREES, nullable=False, comment="Latitude of the terminal or the payer, degrees"),
    Column("payment_lng", DEGREES, nullable=False, comment="Longitude of the terminal or the payer, degrees"),
    Column("payment_amount", MONEY, nullable=False, comment="Amount, US dollars"),
    Column("payment_type", CODE, nullable=False, comment="Whether the card was present, or how it was not"),
    Column("terminal_id", ID, comment="Terminal of the merchant (T, its number, two digits); only if card_present"),
    Column("card_type", CODE, nullable=False, comment="debit or credit"),
    Column("card_issuer", NAME, nullable=False, comment="Bank that issued the card"),
    Column("card_brand", CODE, nullable=False, comment="Brand of the card"),
    Column("card_profile_id", ID, nullable=False, index=True, comment="Identifier of the card's profile"),
    Column("card_bin", CHAR(6), nullable=False, comment="First six digits of the card, those of a test card"),
    Column("payment_status", CODE, nullable=False, comment="approved or declined"),
    Column(
        "merchant_id",
        ID,
        nullable=False,
        index=True,
        comment="Merchant that is paid",
        info={"versions": "merchants.merchant_id"},
    ),
    Column("transactional_cost_rate", RATE, nullable=False, comment="Share of the amount that the payment costs"),
    Column("transactional_cost_amount", MONEY, nullable=False, comment="Cost, US dollars; 0 if declined"),
    Column("mdr_amount", MONEY, nullable=False, comment="What the merchant is charged, US dollars; 0 if declined"),
    Column("net_profit", MONEY, nullable=False, comment="mdr_amount less transactional_cost_amount"),
    CheckConstraint(column("payment_amount") > 0, name="payment_amount"),
    one_of("payment_type", words.PAYMENT_TYPES),
    one_of("card_type", words.CARD_TYPES),
    one_of("payment_status", words.PAYMENT_STATUSES),
    at_least("transactional_cost_amount", 0),
    at_least("mdr_amount", 0),
    CheckConstraint(
        column("net_profit") == column("mdr_amount") - column("transactional_cost_amount"), name="net_profit"
    ),
    filled_if_and_only_if("terminal_id", column("payment_type") == words.CARD_PRESENT),
    comment="Payments by card; one row a payment",
)
