"""The 34 tables of the bank world, written once: types, keys, NOT NULL, CHECK and the meaning of each column.

Six databases share one `MetaData`, for no table name occurs twice. A table names its database in `table.info
["database"]`. What crosses databases is no foreign key, which no server could guard, but a soft reference: the column
names its parent in `column.info["references"]`, as "table.column". Importing this costs SQLAlchemy; the allowed values
alone are in `datagen.bank.vocabulary`.
"""

from datagen.bank.tables import accounts, compliance, customers, employees, insurance, loans
from datagen.bank.tables.declare import metadata

__all__ = ["accounts", "compliance", "customers", "employees", "insurance", "loans", "metadata"]
