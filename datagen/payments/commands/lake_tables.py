"""The tables of a lake of payments: bronze, the rows as they came; silver, merchants with their times, and payments."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, CheckConstraint, Column, Date, ForeignKey, MetaData, String, Table, column

from datagen.payments import tables as history
from datagen.schema import NAMING

BRONZE, SILVER = "bronze", "silver"
metadata = MetaData(naming_convention=NAMING)
KEY = String(24)


def _columns(table: Table, key: str = "") -> list[Column[object]]:
    """The columns of a table of the history, of which one may be the key."""
    return [
        Column(item.name, item.type, primary_key=item.name == key, nullable=bool(item.nullable), comment=item.comment)
        for item in table.columns
    ]


def _raw(name: str, table: Table) -> Table:
    return Table(
        name,
        metadata,
        *_columns(table),
        Column("_source_file", String(80), primary_key=True, comment="File of the history that the row is from"),
        Column("_source_row", BigInteger, primary_key=True, autoincrement=False, comment="Its place there, from 1"),
        Column("_run", String(21), nullable=False, comment="First and last day of the run that wrote the file"),
        comment=f"{table.comment}; as they came",
        info={"database": BRONZE},
    )


raw_merchants = _raw("raw_merchants", history.merchants)
raw_transactions = _raw("raw_transactions", history.transactions)
merchants = Table(
    "merchants",
    metadata,
    Column("merchant_key", KEY, primary_key=True, comment="Key of the version: merchant_id, a dash, version"),
    *_columns(history.merchants),
    Column("valid_from", Date, nullable=False, comment="First day on which the version is in force"),
    Column("valid_to", Date, comment="First day on which it is not any more; empty for the current version"),
    Column("is_current", Boolean, nullable=False, comment="Whether it is the newest version"),
    CheckConstraint(column("valid_to") > column("valid_from"), name="valid_to"),
    comment="Versions of merchants with the time for which they hold (slowly changing dimension, type 2)",
    info={"database": SILVER},
)
payments = Table(
    "payments",
    metadata,
    *_columns(history.transactions, "payment_id"),
    Column(
        "merchant_key",
        KEY,
        ForeignKey("merchants.merchant_key"),
        nullable=False,
        comment="Version of the merchant that was in force at the time of the payment",
    ),
    comment="Payments by card, each with the version of its merchant; one row a payment",
    info={"database": SILVER},
)
